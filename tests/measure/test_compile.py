"""Compiling, judged by what comes back: sources, odd names, fusing, isolated failures."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from msgspec.structs import replace

from tests.sql.bench import CHUNKED, OLD, SEGMENTS, Bench, count, events, mean, nulls, sql
from whq.measure.compile import split, splitter
from whq.sql.dialects import DIALECTS
from whq.values import (
    Chunking,
    Column,
    ColumnName,
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
    Segment,
    TableSource,
)

LABELS = (
    "test/labels",
    "shape: query\noutputs: [label, n]\narguments: {rows: rows}",
    "select {{ cell_of('d') }}, label, count(*) as n from dataset d cross join rows group by {{ cell_of('d') }}, label",
)
KNOWN = (
    "test/known",
    "shape: predicate\narguments: {column: any, parent: lookup}",
    "$column not in (select column_0 from parent where column_0 is not null)",
)
WIDE = (
    "test/wide",
    "shape: query\noutputs: [f, i, t, b, d]\narguments: {rows: rows}",
    "with cells as (select {{ cell }} from dataset group by {{ cell }})\n"
    "select {{ cell }}, f, i, t, b, d from cells cross join rows",
)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(LABELS, KNOWN, WIDE)


# --- sources ------------------------------------------------------------------------------------------------


def test_looked_up_labels_do_not_multiply_rows(bench: Bench) -> None:
    labels = bench.dataset(
        "outcomes", {"x": "DOUBLE", "bad": "BOOLEAN", "note": "VARCHAR"},
        [(1, True, "a"), (1, False, "b"), (2, False, None), (3, None, "c"), (999, True, "d")],
    )  # fmt: skip
    base = events(bench, where=sql('"x" < 5', "x"))
    join = Join(labels.source, (("x", "x"),), (("bad", "label"), ("note", "note")))
    dataset = replace(base, joins=(join,), columns=(*base.columns, Column("label", "boolean"), Column("note", "text")))
    scope = Scope("events")
    ratio = Request.of(scope, "metrics/true_ratio", column=ColumnName("label"))
    answers = bench.ask(dataset, count(scope), ratio, nulls("label", scope), nulls("note", scope), mean("x", scope))
    assert [cells[(None, None, None)] for cells in answers.values()] == [(5,), (0.5,), (3, 5), (3, 5), (2.0,)]
    assert set(bench.compile(dataset, count(scope)).queries[0].tables) == {"memory.main.events", "memory.main.outcomes"}


def test_joins_take_several_keys(bench: Bench) -> None:
    base = bench.dataset("l", {"a": "INTEGER", "b": "INTEGER"}, [(1, 1), (1, 2)])
    other = bench.dataset("r2", {"p": "INTEGER", "q": "INTEGER", "v": "INTEGER"}, [(1, 1, 5), (1, 3, 7)])
    join = Join(other.source, (("a", "p"), ("b", "q")), (("v", "v"),))
    dataset = replace(base, joins=(join,), columns=(*base.columns, Column("v", "integer")))
    assert bench.one(dataset, nulls("v", Scope("l"))) == {(None, None, None): (1, 2)}


def test_a_query_is_a_source(bench: Bench) -> None:
    events(bench)
    source = QuerySource(sql('select "x" as "y" from "events" where "x" > 99'))
    dataset = Dataset("q", source, (Column("y", "float"),))
    assert bench.one(dataset, mean("y", Scope("q"))) == {(None, None, None): (124.5,)}


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_files_are_read_by_duckdb_alone(bench: Bench, kind: Any, tmp_path: Path) -> None:
    path = tmp_path / f"it's.{kind}"
    quoted = str(path).replace("'", "''")
    bench.engine.connection.execute(f"copy (select range as x from range(10)) to '{quoted}'")
    dataset = Dataset("f", FileSource(str(path), kind), (Column("x", "integer"),))
    assert bench.one(dataset, mean("x", Scope("f"))) == {(None, None, None): (4.5,)}
    failure = bench.failure(dataset, mean("x", Scope("f")), "postgres")
    assert "postgres does not read the file" in failure.problem.message


def test_lookups_and_rows_come_along(bench: Bench) -> None:
    parent = bench.dataset("parents", {"id": "INTEGER"}, [[0], [1], [None]])
    dataset = events(bench)
    known = Request.of(Scope("events"), "test/known", column=ColumnName("kind"), parent=Lookup(parent.source, ("id",)))
    assert bench.one(dataset, known) == {(None, None, None): (50, 150)}
    for rows, labels in (
        ((), {}),
        (((None,), ("it's",)), {None, "it's"}),
        ((("a",), ("b",), (None,)), {"a", "b", None}),
    ):
        request = Request.of(Scope("events"), "test/labels", rows=Rows(("label",), ("text",), rows))
        (query,) = bench.compile(dataset, request).queries
        assert {row[3] for row in bench.engine.fetch(query.sql)} == set(labels)
    binary = Request.of(Scope("events"), "test/labels", rows=Rows(("label",), ("binary",), (("x",),)))
    assert "rows of type binary" in bench.one(dataset, binary)


# --- names --------------------------------------------------------------------------------------------------

ODD = (
    'Order "Amount"',
    "select",
    "naïve col",
    "a.b",
    "💥",
    "x" * 70,
    "it's",
    "$column",
    "{{ cell }}",
    "a;b--",
    "%s",
    "Value",
    "dataset",
    "v0",
)


def test_odd_names_are_names_like_others(bench: Bench) -> None:
    columns = dict.fromkeys(ODD, "DOUBLE")
    segments = tuple(Segment(name, name) for name in ODD)
    dataset = bench.dataset(
        'ta"ble . 💥', columns, [[number for number, _ in enumerate(ODD)]] * 2, segments=segments, key=ODD
    )
    requests = [mean(name, Scope(dataset.name)) for name in ODD]
    answers = bench.ask(dataset, *requests)
    assert [answers[request] for request in requests] == [{(None, None, None): (float(n),)} for n, _ in enumerate(ODD)]
    for number, name in enumerate(ODD):
        assert set(bench.one(dataset, nulls(name, Scope(dataset.name, segment=name)))) == {(f"{number}.0", None, None)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_odd_names_parse_back_in_every_dialect(bench: Bench, dialect: str) -> None:
    columns = tuple(Column(name, "float") for name in ODD)
    dataset = Dataset("odd", TableSource(("db", "sch ema", 'ta"b`le')), columns, segments=(Segment("s", ODD[0]),))
    (query,) = bench.compile(dataset, *(mean(name, Scope("odd", segment="s")) for name in ODD), dialect=dialect).queries
    tree = sqlglot.parse_one(query.sql, read=dialect)
    sayable = set(ODD) - ({"a.b"} if dialect == "bigquery" else set())  # BigQuery has no names with a dot
    assert sayable <= {column.name for column in tree.find_all(sqlglot.exp.Column)}
    assert [table.name for table in tree.find_all(sqlglot.exp.Table)].count('ta"b`le') == 1


def test_reserved_names_are_refused(bench: Bench) -> None:
    dataset = bench.dataset("res", {"WHQ_chunk": "DOUBLE"}, [[1]])
    assert "are reserved" in bench.one(dataset, mean("WHQ_chunk", Scope("res")))


# --- fusing and isolating -----------------------------------------------------------------------------------


def test_fused_answers_equal_single_ones(bench: Bench) -> None:
    rows = [[1.5, None], [float("nan"), 2], [float("inf"), -3], [None, 2**62], [-0.0, 0], [2.5, 0]]
    dataset = bench.dataset(
        "h", {"x": "DOUBLE", "n": "BIGINT"}, rows, segments=(Segment("pos", None, sql('"n" >= 0', "n")),)
    )
    names = [name for name in bench.templates.folder("metrics") if name not in ("quantile", "row_count")]
    for scope in (Scope("h"), Scope("h", segment="pos"), Scope("h", by_chunk=True)):
        asked = [Request.of(scope, f"metrics/{name}", column=ColumnName(column)) for name in names for column in "xn"]
        asked += [nulls(column, scope) for column in "xn"]
        fused, single = bench.ask(dataset, *asked), bench.ask(dataset, *asked, policy=Policy(max_aggregates=1))
        assert fused == single
        assert len([answer for answer in fused.values() if not isinstance(answer, str)]) > 20


NAN, INF = float("nan"), float("inf")
HOSTILE = [[1.5, "a'b", 1], [NAN, "", 2], [INF, None, -3], [None, "ä", None], [-0.0, "a", 0], [2.5, "a", 2**62]]


@pytest.mark.parametrize(
    "rows", [HOSTILE, [], [[None, None, None]], HOSTILE[:1]], ids=["hostile", "empty", "null", "one"]
)
def test_rules_counted_by_filters_give_what_a_case_gives(bench: Bench, rows: list[list[Any]]) -> None:
    dataset = bench.dataset("c", {"x": "DOUBLE", "t": "VARCHAR", 'n "q"': "BIGINT"}, rows)
    x, t, n = (ColumnName(name) for name in ("x", "t", 'n "q"'))
    asked: dict[str, list[dict[str, Any]]] = {
        "not_null": [{"column": x}, {"column": t}, {"column": n}],
        "accepted_range": [{"column": x, "min": 0}, {"column": n, "min": -3, "max": 2, "inclusive": False}],
        "accepted_values": [
            {"column": t, "values": ("a'b", "")},
            {"column": n, "values": (1, None), "nulls_fail": True},
        ],
        "matches": [{"column": t, "pattern": "^a"}],
        "expression": [{"expression": sql('"x" > "x" + 1', "x")}],
    }
    requests = [
        Request.of(Scope("c"), f"rules/{name}", **arguments) for name, all_of in asked.items() for arguments in all_of
    ]
    apart = bench.compile(dataset, *requests, policy=Policy(fuse="column"))
    assert [len(query.requests) for query in apart.queries] == [len(requests)]
    assert "not materialized" in apart.queries[0].sql
    answers = bench.ask(dataset, *requests, policy=Policy(fuse="column"))
    assert answers == bench.ask(dataset, *requests)
    assert [answer for answer in answers.values() if isinstance(answer, str)] == []


def test_values_that_are_not_finite_are_left_out_beside_raw_ones(bench: Bench) -> None:
    dataset = bench.dataset("fin", {"x": "DOUBLE"}, [[1], [3], [float("nan")], [float("inf")], [None]])
    scope = Scope("fin")
    bad = Request.of(scope, "metrics/nonfinite_count", column=ColumnName("x"))
    rule = nulls("x", replace(scope, where=sql('"x" > 1', "x")))
    answers = bench.ask(dataset, mean("x", scope), bad, rule)
    assert [cells[(None, None, None)] for cells in answers.values()] == [(2.0,), (2,), (0, 3)]
    assert len(bench.compile(dataset, *answers).queries) == 1


def test_a_bad_request_harms_no_other(bench: Bench) -> None:
    dataset = events(bench)
    scope = Scope("events")
    good = [mean("x", scope), count(scope), nulls("kind", scope)]
    x = ColumnName("x")
    bad = {
        mean("xx", scope): 'events has no column "xx"; did you mean "x"?',
        mean("at", scope): 'metrics/mean needs a numeric column; "at" is timestamp',
        Request.of(scope, "metrics/meen", column=x): 'no template "metrics/meen"; did you mean "metrics/mean"?',
        Request.of(scope, "rules/accepted_values", column=x, values=()): "the list `values` holds no value",
        Request.of(scope, "metrics/mean"): "metrics/mean needs the argument `column`",
    }  # fmt: skip
    answers = bench.ask(dataset, *bad, *good)
    assert not [request for request in good if isinstance(answers[request], str)]
    assert not [text for request, text in bad.items() if text not in answers[request]]


def test_a_dataset_that_cannot_be_read_fails_all_of_its_requests(bench: Bench) -> None:
    dataset = replace(events(bench, chunking=Chunking("day")), time=None)
    compiled = bench.compile(dataset, mean("x", CHUNKED), count(CHUNKED))
    assert not compiled.queries
    assert len(compiled.failures) == 2
    unknown = bench.compile(replace(dataset, name="other"), mean("x", CHUNKED))
    assert 'there is no dataset "events"' in str(unknown.failures[0].problem)


def test_what_a_dialect_lacks_is_refused_for_that_request_only(bench: Bench) -> None:
    dataset = events(bench)
    median = Request.of(Scope("events"), "metrics/quantile", column=ColumnName("x"), p=0.5)
    both = [mean("x", Scope("events")), median]
    compiled = bench.compile(dataset, *both, dialect="mysql")
    assert [query.requests for query in compiled.queries] == [(both[0],)]
    assert "mysql cannot express" in compiled.failures[0].problem.message


def test_a_query_is_split_in_halves(bench: Bench) -> None:
    dataset = events(bench)
    requests = [mean("x", Scope("events")), mean("kind", Scope("events")), count(Scope("events"))]
    (query,) = bench.compile(dataset, *requests).queries
    halves = split(query, {"events": dataset}, bench.templates)
    assert [(half.id, half.requests) for half in halves] == [("q1.1", (requests[0],)), ("q1.2", tuple(requests[1:]))]
    assert splitter({"events": dataset}, bench.templates)(halves[0]) == (halves[0],)


def test_user_sql_of_another_dialect_is_translated(bench: Bench) -> None:
    written = Fragment('"x"::float8 > 100', "postgres", ("x",))
    dataset = replace(events(bench), where=written)
    assert bench.one(dataset, count(Scope("events"))) == {(None, None, None): (49,)}


def test_a_query_says_what_it_reads(bench: Bench) -> None:
    dataset = events(bench, segments=SEGMENTS, reference=OLD)
    (query,) = bench.compile(dataset, mean("x", Scope("events", segment="kind"))).queries
    assert query.tables == ("memory.main.events",)
    assert query.columns == ("kind", "x")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_literal_rows_read_alike_in_every_dialect(bench: Bench, dialect: str) -> None:
    kinds = ("float", "integer", "text", "boolean", "date")
    rows = ((None, 1, "it's", True, date(2024, 1, 1)), (-0.5, None, None, False, None), (1e-7, -2, "", None, None))
    request = Request.of(Scope("events"), "test/wide", rows=Rows(("f", "i", "t", "b", "d"), kinds, rows))
    (query,) = bench.compile(events(bench), request, dialect=dialect).queries
    text = sqlglot.transpile(query.sql, read=dialect, write="duckdb")[0]
    assert {row[3:] for row in bench.engine.fetch(text.replace("(MAX)", ""))} == set(rows)
