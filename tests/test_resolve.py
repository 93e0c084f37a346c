"""A project meets a catalog: exact names, checked SQL, and what is lost when a name is not there."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from whq.catalog import Catalog, Offline, Relation, column_of
from whq.config import load_project
from whq.config.spec import DriftSpec, ModelSpec, ProfileSpec, RuleSpec
from whq.errors import ConfigError
from whq.resolve import Resolved, resolve
from whq.resolve.datasets import check_comparable
from whq.sql.templates import load
from whq.values import Column, Dataset, Fragment, Join, Lookup, QuerySource, Segment, TableSource

LOANS = {
    "loan_id": "integer", "Scored At": "timestamp", "amount": "decimal", "State": "text", "flag": "boolean", "p": "float", "pred": "integer",
    "y": "integer", "blob": "binary", "customer_id": "integer",
}  # fmt: skip
TABLES = {
    "loans": LOANS,
    "train": {**LOANS, "amount": "text"},
    "Other": {"id": "integer", "name": "text"},
    "outcomes": {"LOAN_ID": "integer", "paid": "integer"},
    "reserved": {"whq_chunk": "text"},
    "twins": {"a": "integer", "A": "integer"},
    "named": {"loan_id": "text", "paid": "integer"},
    "untimed": {"loan_id": "integer", "amount": "decimal"},
}
QUERY = "select loan_id, amount from loans"


def catalog() -> Catalog:
    def columns(types: dict[str, str]) -> tuple[Column, ...]:
        return tuple(Column(name, kind, kind.upper()) for name, kind in types.items())  # type: ignore[arg-type]

    relations = tuple(Relation(("main", name), columns(types)) for name, types in TABLES.items())
    queries = _Any({"": columns({"loan_id": "integer", "amount": "decimal"})})
    return Catalog(Offline("duckdb", relations, (("main",),), queries=queries))


class _Any(dict):
    """Answers any query with the columns of the only one it knows: the text is the guard's business."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> tuple[Column, ...]:
        return next(iter(self.values()))


@pytest.fixture
def resolved(tmp_path):
    def run(body: str, more: str = "", table: str = "table: loans", **window: datetime) -> Resolved:
        lines = "".join(f"    {line}\n" for line in (table, *body.splitlines()) if line)
        _write(tmp_path, f"datasets:\n  t:\n{lines}{more}")
        return next(
            item
            for item in resolve(load_project(tmp_path), catalog(), "duckdb", load(), **window)
            if item.spec.name == "t"
        )

    return run


def _write(root: Path, monitors: str) -> None:
    (root / "monitors").mkdir(exist_ok=True)
    (root / "whq.yml").write_text("version: 1\nname: p\n")
    (root / "monitors" / "m.yml").write_text(monitors)


def told(item: Resolved) -> list[str]:
    return [str(problem) for _, problem in item.problems]


def test_names_are_exact_ever_after(resolved):
    body = "time: scored at\nkey: [LOAN_ID]\nchunk: month\nwhere: Amount > 1\nreference: '\"scored at\" < date ''2024-01-01'''\n"
    body += "segments: [state, {name: big, where: AMOUNT > 9}]\ncolumns: {STATE: {not_null: {where: FLAG}}}\nrules: [{unique: [Loan_Id, State]}, {expression: P >= 0}]"
    item = resolved(body)
    dataset = item.dataset
    assert item.problems == ()
    assert (dataset.name, dataset.source, dataset.time, dataset.key) == (
        "t",
        TableSource(("main", "loans")),
        "Scored At",
        ("loan_id",),
    )
    assert (dataset.where.columns, dataset.reference.columns) == (("amount",), ("Scored At",))
    assert dataset.segments == (Segment("State", "State"), Segment("big", where=dataset.segments[1].where))
    assert dataset.segments[1].where.columns == ("amount",)
    first, second, third = item.spec.rules
    assert (first.columns, first.common.where.columns, second.columns) == (("State",), ("flag",), ("loan_id", "State"))
    assert third.arguments["expression"].columns == ("p",)
    assert (item.spec.time, item.spec.reference) == ("Scored At", dataset.reference)


def test_a_dataset_without_items_is_not_asked_for(tmp_path):
    _write(tmp_path, "datasets: {t: {table: no_such_table}}")
    assert resolve(load_project(tmp_path), catalog(), "duckdb", load()) == ()


def test_queries(resolved):
    item = resolved(
        "columns: {amount: {mean: '> 5'}}\nrules: [{sql: select loan_id from loans}]", table=f"query: {QUERY}"
    )
    assert item.problems == ()
    assert isinstance(item.dataset.source, QuerySource)
    assert isinstance(item.spec.rules[1].arguments["returned"], Fragment)


def test_lookups_by_dataset_and_by_table(resolved):
    more = "  parents: {table: Other}\n"
    item = resolved("columns: {customer_id: {relationships: parents.ID}, loan_id: {relationships: other.id}}", more)
    assert item.problems == ()
    parents = [rule.arguments["parent"] for rule in item.spec.rules]
    as_dbt = resolved("columns: {customer_id: {relationships: {to: parents, field: Id}}}", more)
    parents += [rule.arguments["parent"] for rule in as_dbt.spec.rules]
    assert parents == [Lookup(TableSource(("main", "Other")), ("id",))] * 3


BROKEN = [  # the dataset cannot be read: each of its items is lost, with the place of the first wrong name
    ("rules: [{row_count: '< 1'}]", "table: lons", 'monitors/m.yml:3:12: unknown table "lons"; did you mean "loans"?'),
    ("time: scord\nprofile: true", "table: loans", 'monitors/m.yml:4:11: unknown column "scord" in t'),
    ("key: id\nprofile: true", "table: loans", 'monitors/m.yml:4:10: unknown column "id" in t'),
    ("time: amount\nprofile: true", "table: loans", 'monitors/m.yml:4:11: chunk: day needs a date or timestamp; "amount" is DECIMAL; write query: select *, to_timestamp("amount") as amount_time from loans, and time: amount_time (epoch_ms("amount")'),
    ("where: nope > 1\nprofile: true", "table: loans", 'monitors/m.yml:4:12: unknown column "nope"'),
    ("where: 1 +\nprofile: true", "table: loans", "monitors/m.yml:4:"),
    ("reference: nope\nprofile: true", "table: loans", 'monitors/m.yml:4:16: unknown column "nope"'),
    ("segments: [nope]\nprofile: true", "table: loans", 'monitors/m.yml:4:16: unknown column "nope" in t'),
    ("segments: [{name: a, where: nope}]\nprofile: true", "table: loans", 'monitors/m.yml:4:33: unknown column "nope"'),
    ("profile: true", "table: reserved", "monitors/m.yml:2:3: names like \"whq_chunk\" are whq's own; rename it in a query"),
    ("time: A\nprofile: true", "table: twins", None),
    ("profile: true", "query: delete from loans", "monitors/m.yml:3:12: found DELETE; only one SELECT is allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "table", "start"), BROKEN)
def test_a_broken_dataset_loses_all_its_items(resolved, body, table, start):
    item = resolved(body, table=table)
    if start is None:
        assert item.problems and item.problems[0][1].code == "WHQ-C052"
        return
    assert told(item)[0].startswith(start), told(item)
    assert item.problems[0][0] is not None
    assert (item.spec.rules, item.spec.profile, item.dataset.columns) == ((), None, ())


def test_further_problems_of_a_dataset_stand_alone(resolved):
    item = resolved("time: a1\nkey: b1\ncolumns: {amount: {not_null: , mean: '> 1'}}")
    assert [type(lost).__name__ for lost, _ in item.problems] == ["RuleSpec", "RuleSpec", "NoneType"]


LOST = [
    ("columns: {amont: {not_null: }, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:15: unknown column "amont" in t; did you mean "amount"?'),
    ("columns: {State: {mean: '> 1'}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:23: mean cannot take this column: "State" is TEXT; allowed types: numeric'),
    ("rules: [{unique: [a]}, {not_null: amount}]", RuleSpec, 'monitors/m.yml:4:23: unknown column "a" in t'),
    ("rules: [{expression: nope > 1}, {not_null: amount}]", RuleSpec, 'monitors/m.yml:4:26: unknown column "nope"'),
    ("rules: [{not_null: State, where: nope}, {not_null: amount}]", RuleSpec, 'monitors/m.yml:4:38: unknown column "nope"'),
    ("columns: {customer_id: {relationships: Othr.id}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:44: unknown table "Othr"'),
    ("columns: {customer_id: {relationships: {to: Other, field: idd}}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:63: unknown column "idd" in main.Other'),
    ("columns: {customer_id: {relationships: {to: Othr, field: id}}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:49: unknown table "Othr"'),
    ("columns: {customer_id: {relationships: Other.idd}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:44: unknown column "idd" in main.Other'),
    ("columns: {customer_id: {relationships: Other.name}, amount: {not_null: }}", RuleSpec, 'monitors/m.yml:4:44: "customer_id" is INTEGER, "name" of main.Other TEXT'),
    ("rules: [{relationships: {columns: [loan_id, State], parent: Other.id}}, {not_null: amount}]", RuleSpec, "monitors/m.yml:4:65: relationships: 2 columns cannot point to 1"),
    ("rules: [{freshness: {column: State, fail: 1 day}}, {not_null: amount}]", RuleSpec, 'monitors/m.yml:4:14: freshness cannot take this column: "State" is TEXT'),
    ("rules: [{sql: delete from loans}, {not_null: amount}]", RuleSpec, "monitors/m.yml:4:19: found DELETE"),
    ("rules: [{sql: select nope from loans}, {not_null: amount}]", RuleSpec, 'monitors/m.yml:4:26: unknown column "nope"'),
    ("profile: [amont, amount]", ProfileSpec, 'monitors/m.yml:4:15: unknown column "amont" in t; did you mean "amount"?'),
    ("profile: ['type:nmeric', amount]", ProfileSpec, 'monitors/m.yml:4:16: unknown type "nmeric" in "type:nmeric"; did you mean "numeric"?'),
    ("profile: ['zz*', amount]", ProfileSpec, 'monitors/m.yml:4:16: "zz*" matches no column of t'),
    ("profile: {columns: amount, where: nope}", ProfileSpec, 'monitors/m.yml:4:39: unknown column "nope"'),
    ("reference: flag\ndrift: {columns: [amont, amount]}", DriftSpec, 'monitors/m.yml:5:23: unknown column "amont"'),
    ("reference: flag\ndrift: {columns: ['*', '!amont']}", DriftSpec, 'monitors/m.yml:5:29: unknown column "amont"'),
    ("reference: flag\ndrift: {columns: [Scored At, amount]}", DriftSpec, 'monitors/m.yml:5:23: there is no drift of a TIMESTAMP: "Scored At"'),
    ("reference: flag\ndrift: {columns: [amount], treat_as_categorical: [grade]}", DriftSpec, 'monitors/m.yml:5:55: unknown column "grade"'),
    ("models: {m: {kind: binary, score: q, label: y}}", ModelSpec, 'monitors/m.yml:4:39: unknown column "q" in t'),
    ("models: {m: {kind: binary, score: State, label: y}}", ModelSpec, 'monitors/m.yml:4:39: the score of m must be a number: "State" is TEXT'),
    ("models: {m: {kind: binary, score: p, label: y, features: [amont]}}", ModelSpec, 'monitors/m.yml:4:63: unknown column "amont" in t'),
    ("models: {m: {kind: binary, score: p, label: {table: outcoms, on: loan_id, column: paid}}}", ModelSpec, 'monitors/m.yml:4:57: unknown table "outcoms"'),
    ("models: {m: {kind: binary, score: p, label: {table: named, on: loan_id, column: paid}}}", ModelSpec, 'monitors/m.yml:4:68: "loan_id" is INTEGER, "loan_id" of main.named TEXT; cast one of them in a query'),
    ("models: {m: {kind: binary, score: p, label: {table: outcomes, on: loan, column: paid}}}", ModelSpec, 'monitors/m.yml:4:71: unknown column "loan" in t'),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "start"), LOST)
def test_one_wrong_name_loses_one_item(resolved, body, kind, start):
    item = resolved(body)
    assert len(item.problems) == 1, told(item)
    assert isinstance(item.problems[0][0], kind)
    assert told(item)[0].startswith(start), told(item)
    if kind is RuleSpec:
        assert [rule.columns for rule in item.spec.rules] == [("amount",)]


def test_unknown_names_are_the_catalogs_and_refused_sql_is_not(resolved):
    categories = {
        body: resolved(f"rules: [{body}]").problems[0][1].category
        for body in (
            "{not_null: nope}",
            "{expression: nope > 1}",
            "{expression: 'nextval(1) > 1'}",
            "{sql: drop table loans}",
        )
    }
    assert list(categories.values()) == ["catalog", "catalog", "guard", "guard"]


PATTERNS = [
    ("['*']", ["amount", "State", "flag", "p", "pred", "y", "customer_id"]),
    ("['*', '!p*', '!Y']", ["amount", "State", "flag", "customer_id"]),
    ("['!p*']", ["amount", "State", "flag", "y", "customer_id"]),
    ("['type:text', 'type:boolean']", ["State", "flag"]),
    ("['type:numeric', '!type:float']", ["amount", "pred", "y", "customer_id"]),
    ("[STATE, loan_id]", ["State", "loan_id"]),
    ("['P*']", ["p", "pred"]),
    ("['?']", ["p", "y"]),
]


@pytest.mark.parametrize(("columns", "names"), PATTERNS)
def test_patterns(resolved, columns, names):
    item = resolved(
        f"time: Scored At\nkey: loan_id\nreference: flag\ndrift: {{columns: {columns}, treat_as_categorical: [Pred]}}"
    )
    assert item.problems == ()
    assert list(item.spec.drift.columns) == names
    assert item.spec.drift.treat_as_categorical == ("pred",)


def test_profile_takes_every_column_and_shows_values_where_asked(resolved):
    assert resolved("profile: true").spec.profile.columns == tuple(LOANS)
    item = resolved("profile: [amount, {column: state, values: true}]")
    assert (item.spec.profile.columns, item.spec.profile.show_values) == (("amount", "State"), ("State",))


def test_nothing_left_to_look_at(resolved):
    item = resolved("reference: flag\ndrift: {columns: ['type:binary']}")
    assert (item.spec.drift, told(item)) == (
        None,
        ["monitors/m.yml:5:5: no column of t is left to look at; name columns"],
    )


def test_a_model_and_its_columns(resolved):
    item = resolved(
        "models: {m: {kind: binary, score: P, prediction: PRED, label: Y, features: [AMOUNT], where: FLAG}}"
    )
    (model,) = item.spec.models
    assert (model.score, model.prediction, model.label, model.features) == ("p", "pred", "y", ("amount",))
    assert model.common.where.columns == ("flag",)


def test_labels_of_another_table(resolved):
    item = resolved(
        "profile: true\nmodels: {m: {kind: binary, score: p, label: {table: outcomes, on: Loan_Id, column: PAID}}}"
    )
    assert item.problems == ()
    assert item.spec.models[0].label == "whq_label_m"
    assert item.dataset.joins == (
        Join(TableSource(("main", "outcomes")), (("loan_id", "LOAN_ID"),), (("paid", "whq_label_m"),)),
    )
    assert item.dataset.column("whq_label_m").type == "integer"
    assert item.spec.profile.columns == tuple(LOANS)


REFERENCE = "  r: {table: train, where: flag}\n"


def test_a_reference_of_its_own(resolved):
    body = "time: Scored At\nchunk: month\nreference: {dataset: r}\ndrift: {columns: [p, State]}\nmodels: {m: {kind: binary, score: p, label: {table: outcomes, on: loan_id, column: paid}}}"
    item = resolved(body, REFERENCE)
    reference = item.dataset.reference
    assert item.problems == ()
    assert isinstance(reference, Dataset)
    assert (reference.name, reference.source, reference.time, reference.where.columns) == (
        "r",
        TableSource(("main", "train")),
        "Scored At",
        ("flag",),
    )
    assert (reference.chunking, reference.joins, item.spec.reference) == (
        item.dataset.chunking,
        item.dataset.joins,
        None,
    )


OF_REFERENCE = [
    ("reference: {dataset: r}\ndrift: {columns: [amount, p]}", REFERENCE, '5:23: "amount" is DECIMAL, in the reference TEXT; cast one'),
    ("reference: {dataset: r}\ndrift: {columns: [flag, amount]}", "  r: {table: untimed}\n", '5:23: the reference r has no column "flag"'),
    ("reference: {dataset: r}\nmodels: {m: {kind: binary, score: p, label: y}}", "  r: {table: untimed}\n", '5:39: the reference r has no column "p"'),
    ("reference: {dataset: r}\nprofile: true", "  r: {table: trian}\n", '6:14: unknown table "trian"; did you mean "train"?'),
    ("reference: {dataset: r}\nsegments: [State]\nprofile: true", "  r: {table: untimed}\n", '4:26: the reference r has no column "State"'),
    ("time: Scored At\nchunk: day\nreference: {dataset: r}\nprofile: true", "  r: {table: untimed}\n", '6:26: the reference r has no column "Scored At"'),
]  # fmt: skip


@pytest.mark.parametrize(("body", "more", "start"), OF_REFERENCE)
def test_what_a_reference_lacks(resolved, body, more, start):
    found = told(resolved(body, more))
    assert len(found) == 1 and found[0].startswith(f"monitors/m.yml:{start}"), found


def test_a_missing_table_does_not_stop_other_datasets(tmp_path):
    _write(tmp_path, "datasets:\n  a: {table: nope, profile: true}\n  b: {table: loans, profile: true}\n")
    a, b = resolve(load_project(tmp_path), catalog(), "duckdb", load())
    assert (len(a.problems), b.problems) == (1, ())
    assert b.spec.profile.columns == tuple(LOANS)


COMPARED = [
    ("uuid", "uuid", "postgres", True),
    ("uuid", "text", "postgres", False),
    ("text", "character varying(20)", "postgres", True),
    ("enum mood", "text", "postgres", False),
    ("enum mood", "enum mood", "postgres", True),
    ("enum mood", "enum state", "postgres", False),
    ("UUID", "String", "clickhouse", False),
    ("UUID", "VARCHAR", "duckdb", True),
    ("ENUM('a', 'b')", "VARCHAR", "duckdb", True),
    ("bigint", "numeric(10,2)", "postgres", True),
    ("bigint", "text", "duckdb", False),
]


@pytest.mark.parametrize(("mine", "theirs", "dialect", "fits"), COMPARED)
def test_keys_are_compared_where_the_engine_can(mine, theirs, dialect, fits):
    columns = column_of("a", mine, dialect), column_of("b", theirs, dialect)
    if fits:
        check_comparable(*columns, "other", dialect, None)
        return
    with pytest.raises(ConfigError, match=rf'"a" is {re.escape(mine)}, "b" of other {re.escape(theirs)}; cast one'):
        check_comparable(*columns, "other", dialect, None)
