"""Planning: what is merged, what shares a statement, where statements are cut."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from whq.measure.plan import Scan, plan
from whq.sql.templates import Templates, read
from whq.values import (
    ColumnName,
    Cuts,
    Dataset,
    FileSource,
    Fragment,
    Join,
    Lookup,
    Policy,
    QuerySource,
    Request,
    Rows,
    Scope,
    TableSource,
    Window,
)

BODIES = {
    "metrics/mean": ("aggregate", "arguments: {column: numeric}", "avg($column)"),
    "metrics/min": ("aggregate", "arguments: {column: any}", "min($column)"),
    "metrics/row_count": ("aggregate", "", "count(*)"),
    "metrics/quantile": (
        "aggregate",
        "arguments: {column: numeric, p: number}\ncost: holistic",
        "quantile_cont($column, $p)",
    ),
    "rules/not_null": ("predicate", "arguments: {column: any}", "$column is null"),
    "rules/on_list": ("predicate", "arguments: {column: any, values: list}", "$column in ($values)"),
    "rules/known": (
        "predicate",
        "arguments: {column: any, parent: lookup}",
        "$column in (select column_0 from parent)",
    ),
    "drift/counts": (
        "query",
        "arguments: {column: any}\noutputs: [n]",
        "select {{ cell }}, count(*) as n from dataset",
    ),
}
TEMPLATES = Templates(
    {},
    {
        name: read(name, f"{{#\nshape: {shape}\n{more}\n#}}\n{body}", f"{name}.sql")
        for name, (shape, more, body) in BODIES.items()
    },
)
DATASETS = {name: Dataset(name, TableSource((name,)), ()) for name in ("a", "b")}
SCOPE = Scope("a")
CHUNKED = Scope("a", by_chunk=True)
FUSED = Policy("dataset")
APART = Policy("column")


def mean(column: str, scope: Scope = SCOPE) -> Request:
    return Request.of(scope, "metrics/mean", column=ColumnName(column))


def min_of(column: str) -> Request:
    return Request.of(SCOPE, "metrics/min", column=ColumnName(column))


def not_null(column: str, scope: Scope = SCOPE) -> Request:
    return Request.of(scope, "rules/not_null", column=ColumnName(column))


def quantile(column: str, p: float, scope: Scope = SCOPE) -> Request:
    return Request.of(scope, "metrics/quantile", column=ColumnName(column), p=p)


def planned(*requests: Request, policy: Policy = FUSED) -> list[tuple[Request, ...]]:
    return [scan.requests for scan in plan(requests, DATASETS, TEMPLATES, policy)]


def test_equal_requests_are_one() -> None:
    assert planned(mean("x"), mean("y"), mean("x")) == [(mean("x"), mean("y"))]


def test_arguments_are_equal_in_any_order() -> None:
    one = Request.of(SCOPE, "metrics/quantile", column=ColumnName("x"), p=0.5)
    other = Request.of(SCOPE, "metrics/quantile", p=0.5, column=ColumnName("x"))
    assert planned(one, other) == [(one,)]


def test_scopes_are_scanned_apart() -> None:
    requests = [mean("x", scope) for scope in (SCOPE, CHUNKED, replace(SCOPE, segment="s"), Scope("b"))]
    assert planned(*requests) == [(request,) for request in requests]


def test_a_policy_by_column_keeps_unchunked_columns_apart() -> None:
    requests = (mean("x"), mean("y"), min_of("x"))
    assert planned(*requests, policy=APART) == [(mean("x"), min_of("x")), (mean("y"),)]
    chunked = tuple(replace(request, scope=CHUNKED) for request in requests)
    assert planned(*chunked, policy=APART) == [chunked]


def test_a_policy_by_column_counts_rules_on_all_rows_apart() -> None:
    requests = (mean("x"), not_null("x"), not_null("y"))
    scans = plan(requests, DATASETS, TEMPLATES, APART)
    assert [(scan.kind, scan.requests) for scan in scans] == [("fused", requests[:1]), ("counts", requests[1:])]
    cut = [not_null("x", scope) for scope in (CHUNKED, Scope("a", segment="s"), Scope("a", period="reference"))]
    assert [scan.kind for scan in plan(cut, DATASETS, TEMPLATES, APART)] == ["fused"] * 3


PREDICATE = Fragment('"y" > 1', "duckdb", ("y",))
DEAR = [
    Dataset("a", TableSource(("v",), is_view=True), ()),
    Dataset("a", QuerySource(Fragment("select 1 as x", "duckdb")), ()),
    Dataset("a", FileSource("x.csv", "csv"), ()),
    Dataset("a", TableSource(("t",)), (), joins=(Join(TableSource(("u",)), (("x", "x"),), (("y", "y"),)),)),
    Dataset("a", TableSource(("t",)), (), reference=DATASETS["b"]),
]


@pytest.mark.parametrize("dataset", DEAR, ids=repr)
def test_what_would_be_computed_again_is_read_once(dataset: Dataset) -> None:
    requests = (mean("x"), not_null("x"), not_null("y"))
    (scan,) = plan(requests, {"a": dataset}, TEMPLATES, APART)
    assert scan == Scan("q1", SCOPE, requests, "fused")


@pytest.mark.parametrize(("where", "window"), [(PREDICATE, None), (None, Window(datetime(2024, 1, 1)))])
def test_rules_on_some_rows_are_not_counted_by_filters(where: Fragment | None, window: Window | None) -> None:
    datasets = {"a": Dataset("a", TableSource(("t",)), (), where=where)}
    scope = replace(SCOPE, window=window)
    scans = plan((not_null("x", scope), not_null("y", scope)), datasets, TEMPLATES, APART)
    assert [scan.kind for scan in scans] == ["fused", "fused"]


def test_holistic_aggregates_share_a_statement_only_within_a_column() -> None:
    requests = (mean("x"), quantile("x", 0.1), quantile("y", 0.1), quantile("x", 0.9))
    packs = [(mean("x"),), (quantile("x", 0.1), quantile("x", 0.9)), (quantile("y", 0.1),)]
    assert planned(*requests) == packs


def test_rules_with_filters_of_their_own_share_a_scan() -> None:
    where = Fragment('"y" > 1', "duckdb", ("y",))
    filtered = not_null("x", replace(SCOPE, where=where))
    (scan,) = plan([not_null("x"), filtered, mean("x")], DATASETS, TEMPLATES, FUSED)
    assert scan == Scan("q1", SCOPE, (not_null("x"), filtered, mean("x")), "fused")


def test_aggregates_with_a_filter_are_scanned_with_it() -> None:
    filtered = replace(SCOPE, where=Fragment('"y" > 1', "duckdb", ("y",)))
    scans = plan([mean("x"), mean("x", filtered)], DATASETS, TEMPLATES, FUSED)
    assert [scan.scope for scan in scans] == [SCOPE, filtered]


def test_queries_and_requests_with_relations_stand_alone() -> None:
    lookup = Lookup(TableSource(("p",)), ("id",))
    known = [Request.of(SCOPE, "rules/known", column=ColumnName(name), parent=lookup) for name in "xy"]
    counts = [Request.of(SCOPE, "drift/counts", column=ColumnName(name)) for name in "xy"]
    scans = plan([mean("x"), *known, *counts], DATASETS, TEMPLATES, FUSED)
    assert [scan.kind for scan in scans] == ["fused", "fused", "fused", "query", "query"]
    assert [scan.id for scan in scans] == ["q1", "q2", "q3", "q4", "q5"]


def test_statements_are_cut_at_the_width() -> None:
    requests = [mean(f"c{number}") for number in range(5)]
    assert [len(pack) for pack in planned(*requests, policy=Policy(max_aggregates=2))] == [2, 2, 1]
    rules = [not_null(f"c{number}") for number in range(3)]
    assert [len(pack) for pack in planned(*rules, policy=Policy(max_aggregates=2))] == [1, 1, 1]


def test_statements_are_cut_at_the_length() -> None:
    words = tuple("w" * 100 for _ in range(100))
    rules = [Request.of(SCOPE, "rules/on_list", column=ColumnName(name), values=words) for name in "abc"]
    assert [len(pack) for pack in planned(*rules, policy=Policy(max_bytes=30_000))] == [2, 1]


def test_what_never_fits_is_sent_alone() -> None:
    large = [
        Request.of(SCOPE, "metrics/mean", column=Fragment("1" * 50, "duckdb", ("x",))),
        Request.of(SCOPE, "metrics/mean", column=ColumnName("x"), cuts=Cuts((1.0, 2.0), (True, True))),
        Request.of(SCOPE, "metrics/mean", column=ColumnName("x"), rows=Rows(("a",), ("float",), ((1.0,),))),
    ]
    assert [len(pack) for pack in planned(*large, policy=Policy(max_bytes=10))] == [1, 1, 1]


def test_an_unknown_template_harms_nobody_else() -> None:
    unknown = Request.of(SCOPE, "metrics/meen", column=ColumnName("x"))
    assert planned(mean("x"), unknown, mean("y")) == [(mean("x"), mean("y")), (unknown,)]


def test_nothing_to_plan() -> None:
    assert plan([], DATASETS, TEMPLATES, FUSED) == ()
