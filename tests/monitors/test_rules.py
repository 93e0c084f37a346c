"""Rules from requests to results on DuckDB: statuses, values, words."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.monitors.world import AS_OF, World, rule, spec
from whq.config.spec import DatasetSpec
from whq.errors import Problem
from whq.monitors import Baseline, Context
from whq.monitors.rules import monitor as rules
from whq.monitors.rules.words import duration, figure, ratio, shown
from whq.result import result_as_dict
from whq.values import (
    Failure,
    FileSource,
    Fragment,
    Lookup,
    Measurement,
    Measurements,
    QuerySource,
    Result,
    Source,
    TableSource,
)

COLUMNS = {
    "i": "BIGINT", "x": "DOUBLE", "s": "VARCHAR", "b": "BOOLEAN", "d": "DATE", "t": "TIMESTAMP", "n": "BIGINT",
}  # fmt: skip
ROWS: list[list[Any]] = [
    [1, 0.5, "a", True, "2024-01-01", "2024-01-01 10:00:00", None],
    [2, 1.5, "b", True, "2024-01-02", "2024-02-29 12:00:00", None],
    [2, float("nan"), "b", False, "2024-02-01", "2024-02-10 00:00:00", None],
    [None, None, None, None, None, None, None],
]


@pytest.fixture(scope="module")
def world() -> World:
    made = World(COLUMNS, ROWS, time="t", segments=("s",), chunk=("month",))
    made.engine.create("parents", {"id": "BIGINT"}, [[1], [None]])
    return made


@pytest.fixture(scope="module")
def empty() -> World:
    return World(COLUMNS, [], time="t")


def parents() -> Lookup:
    return Lookup(TableSource(("memory", "main", "parents")), ("id",))


# kind, columns, options → status, value, failing, of, message
CASES: list[tuple[str, tuple[str, ...], dict[str, Any], tuple[Any, ...]]] = [
    ("not_null", ("i",), {}, ("fail", 1, 1, 4, '1 of 4 rows (25 %) have no "i"')),
    ("not_null", ("i",), {"fail": "> 1 row"}, ("pass", 1, 1, 4, '1 of 4 rows (25 %) have no "i"; fail: > 1 row')),
    ("not_null", ("i",), {"fail": "> 50%", "warn": "> 20%"},
     ("warn", 0.25, 1, 4, '1 of 4 rows (25 %) have no "i"; fail: > 50%, warn: > 20%')),
    ("not_null", ("i",), {"fail": "> 20%", "severity": "warn"},
     ("warn", 0.25, 1, 4, '1 of 4 rows (25 %) have no "i"; fail: > 20%')),
    ("not_null", ("i",), {"warn": "> 0"}, ("warn", 1, 1, 4, '1 of 4 rows (25 %) have no "i"; warn: > 0')),
    ("not_null", ("i",), {"fail": {"between": [1, 2]}},
     ("pass", 1, 1, 4, '1 of 4 rows (25 %) have no "i"; fail: outside 1 … 2')),
    ("unique", ("i",), {}, ("fail", 1, 1, 3, '1 key of "i" occurs more than once (2 of 3 rows)')),
    ("unique", ("i", "d"), {}, ("pass", 0, 0, 3, '0 keys of "i, d" occur more than once in 3 rows')),
    ("unique", ("i",), {"fail": "> 1 key"},
     ("pass", 1, 1, 3, '1 key of "i" occurs more than once (2 of 3 rows); fail: > 1 key')),
    ("accepted_values", ("s",), {"values": ["a", None]},
     ("fail", 2, 2, 4, '2 of 4 rows (50 %) have a "s" that is not on the list')),
    ("accepted_values", ("s",), {"values": ["a", "b"], "nulls": "fail"},
     ("fail", 1, 1, 4, '1 of 4 rows (25 %) have a "s" that is not on the list')),
    ("accepted_values", ("s",), {"values": ["a", "b", None], "nulls": "fail"},
     ("pass", 0, 0, 4, '0 of 4 rows have a "s" that is not on the list')),
    ("accepted_values", ("d",), {"values": ["2024-01-01", date(2024, 1, 2), "2024-02-01"]},
     ("pass", 0, 0, 4, '0 of 4 rows have a "d" that is not on the list')),
    ("accepted_values", ("b",), {"values": [True]},
     ("fail", 1, 1, 4, '1 of 4 rows (25 %) have a "b" that is not on the list')),
    ("not_accepted_values", ("s",), {"values": ["a", None]},
     ("fail", 2, 2, 4, '2 of 4 rows (50 %) have a "s" that is on the list')),
    ("not_accepted_values", ("i",), {"values": [7]},
     ("pass", 0, 0, 4, '0 of 4 rows have an "i" that is on the list')),
    ("accepted_range", ("x",), {"min": 0}, ("fail", 1, 1, 4, '1 of 4 rows (25 %) have a "x" below 0')),
    ("accepted_range", ("x",), {"max": 1.5, "inclusive": False},
     ("fail", 2, 2, 4, '2 of 4 rows (50 %) have a "x" not below 1.5')),
    ("accepted_range", ("i",), {"min": 2}, ("fail", 1, 1, 4, '1 of 4 rows (25 %) have an "i" below 2')),
    ("accepted_range", ("t",), {"min": "2024-01-15", "max": "2024-02-29 12:00"},
     ("fail", 1, 1, 4, '1 of 4 rows (25 %) have a "t" outside 2024-01-15 … 2024-02-29 12:00')),
    ("accepted_range", ("d",), {"max": date(2024, 1, 31)},
     ("fail", 1, 1, 4, '1 of 4 rows (25 %) have a "d" above 2024-01-31')),
    ("matches", ("s",), {"pattern": "email"},
     ("fail", 3, 3, 4, '3 of 4 rows (75 %) have a "s" that does not match email')),
    ("matches", ("s",), {"pattern": "[ab]"},
     ("pass", 0, 0, 4, '0 of 4 rows have a "s" that does not match [ab]')),
    ("relationships", ("i",), {"parent": parents()},
     ("fail", 2, 2, 4, '2 of 4 rows (50 %) have an "i" that is not in memory.main.parents.id')),
    ("row_count", (), {"fail": {"between": [5, None]}},
     ("fail", 4, None, None, "row_count is 4; fail: below 5")),
    ("mean", ("x",), {"fail": "> 2"}, ("pass", 1.0, None, 4, 'mean of "x" is 1; fail: > 2')),
    ("p95", ("i",), {"warn": ">= 1"}, ("warn", 2.0, None, 4, 'p95 of "i" is 2; warn: >= 1')),
    ("null_ratio", ("i",), {"fail": "> 10%"}, ("fail", 0.25, None, 4, 'null_ratio of "i" is 0.25; fail: > 10%')),
    ("max", ("i",), {"fail": "!= 2"}, ("pass", 2, None, 4, 'max of "i" is 2; fail: != 2')),
    ("mean", ("n",), {"fail": "> 2"}, ("inconclusive", None, None, 4, 'mean of "n" has no value in 4 rows')),
    ("freshness", (), {"warn": "1 day", "fail": "2 days"},
     ("pass", 86400.0, None, 3,
      'the latest "t" is 1 day old (2024-02-29 12:00:00); fail: 2 days, warn: 1 day')),
    ("freshness", ("d",), {"fail": "20 hours"},
     ("fail", 29.5 * 86400, None, 3, 'the latest "d" is 29 days 12 hours old (2024-02-01 00:00:00); fail: 20 hours')),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "columns", "options", "expected"), CASES, ids=lambda item: str(item)[:60])
def test_verdicts(world: World, kind: str, columns: tuple[str, ...], options: Any, expected: tuple[Any, ...]) -> None:
    found = world.rule(kind, *columns, **options)
    assert (found.status, found.value, found.failing, found.of, found.message) == expected
    assert found.alert == (found.status in ("warn", "fail"))
    assert (found.period, found.chunk, found.segment) == (None, None, None)
    assert result_as_dict(found)


def test_result_says_what_was_asked(world: World) -> None:
    found = world.rule("accepted_range", "x", min=0, fail="> 10%", id="own", where=world.sql("i = 1"), tags=("pii",))
    assert found.id == "d/x/accepted_range/own"
    assert (found.monitor, found.subject, found.metric) == ("rule", "x", "accepted_range")
    assert found.params == {"measure": "rows", "arguments": {"min": 0, "where": "i = 1"}, "fail": "> 10%"}
    assert (found.owner, found.tags, found.severity) == ("ann", ("gold", "pii"), "fail")
    assert (found.of, found.status, found.query, found.threshold_upper) == (1, "pass", "q1", 0.1)


def test_ids_of_tables_and_keys(world: World) -> None:
    found = world.rules(rule("row_count", fail="< 1", owner="bob"), rule("unique", "i", "d"))
    assert [(item.id, item.owner) for item in found] == [("d/row_count", "bob"), ("d/i,d/unique", "ann")]
    assert found[1].details == {"excess_rows": 0, "rows_in_duplicated": 0}
    assert found[1].params["measure"] == "keys"


def test_expression_and_sql(world: World) -> None:
    loose = world.rule("expression", expression=world.sql("x < 1"))
    strict = world.rule("expression", expression=world.sql("x < 1"), nulls="fail")
    assert (loose.failing, strict.failing, loose.subject) == (2, 3, None)
    assert loose.message == "2 of 4 rows (50 %) break the expression x < 1"
    query = Fragment('select "i" from "memory"."main"."t" where "i" = 2', "duckdb")
    found = world.rule("sql", returned=query)
    assert (found.status, found.failing, found.of, found.message) == ("fail", 2, None, "the query returned 2 rows")
    assert found.params["arguments"] == {"returned": query.text}


def test_orphans_are_counted_as_keys_too(world: World) -> None:
    assert world.rule("relationships", "i", parent=parents()).details == {"orphaned_keys": 1}


@pytest.mark.parametrize(
    ("kind", "columns", "options"),
    [
        ("not_null", ("i",), {}),
        ("not_null", ("i",), {"fail": "> 1%"}),
        ("unique", ("i",), {}),
        ("relationships", ("i",), {"parent": None}),
        ("mean", ("x",), {"fail": "> 1"}),
        ("null_count", ("x",), {"fail": "> 1"}),
        ("freshness", (), {"fail": "1 day"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("on_empty", [None, "pass", "warn", "fail"])
def test_no_rows(empty: World, kind: str, columns: tuple[str, ...], options: Any, on_empty: Any) -> None:
    empty.engine.create("parents", {"id": "BIGINT"}, [])
    if "parent" in options:
        options = {"parent": parents()}
    found = empty.rule(kind, *columns, on_empty=on_empty, **options)
    assert found.status == (on_empty or "inconclusive")
    assert "no rows to judge" in found.message
    assert found.details["reason"] == "no rows"


def test_row_count_of_nothing_is_a_number(empty: World) -> None:
    assert empty.rule("row_count", fail="< 1").status == "fail"
    assert empty.rule("row_count", fail="> 1").status == "pass"


def test_empty_severity_warn_never_fails(empty: World) -> None:
    assert empty.rule("not_null", "i", on_empty="fail", severity="warn").status == "warn"


@pytest.mark.parametrize("on_empty", [None, "pass", "warn", "fail"])
def test_a_query_over_nothing_judges_nothing(empty: World, on_empty: Any) -> None:
    query = Fragment('select "i" from "memory"."main"."t"', "duckdb")
    found = empty.rule("sql", returned=query, on_empty=on_empty)
    assert (found.status, found.failing, found.of) == (on_empty or "inconclusive", 0, None)
    bad = empty.rule("sql", returned=Fragment("select 1 as x", "duckdb"), on_empty=on_empty)
    assert (bad.status, bad.failing) == ("fail", 1)


# the columns hold nothing but NULL; rule, its columns and options
NOTHING_BUT_NULL: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("accepted_values", ("n",), {"values": [1]}),
    ("not_accepted_values", ("n",), {"values": [1]}),
    ("accepted_range", ("n",), {"min": 0}),
    ("accepted_range", ("x",), {"max": 0}),
    ("matches", ("s",), {"pattern": "email"}),
    ("relationships", ("n",), {"parent": parents()}),
    ("relationships", ("n", "m"), {"parent": replace(parents(), columns=("id", "id"))}),
    ("expression", (), {"expression": "n > 0"}),
    ("unique", ("n",), {}),
    ("mean", ("n",), {"fail": "> 1"}),
    ("freshness", ("t",), {"fail": "1 day"}),
]


@pytest.fixture(scope="module")
def nulls() -> World:
    columns = {"i": "BIGINT", "n": "BIGINT", "m": "BIGINT", "x": "DOUBLE", "s": "VARCHAR", "t": "TIMESTAMP"}
    made = World(columns, [[1, None, 2, None, None, None], [2, None, 3, None, None, None]], segments=("i",))
    made.engine.create("parents", {"id": "BIGINT"}, [[1]])
    return made


@pytest.mark.parametrize(("kind", "columns", "options"), NOTHING_BUT_NULL, ids=str)
@pytest.mark.parametrize("on_empty", [None, "pass", "warn", "fail"])
@pytest.mark.parametrize("per", [(), ("segment",)])
def test_a_column_of_nulls_has_no_row_to_judge(
    nulls: World, kind: str, columns: tuple[str, ...], options: Any, on_empty: Any, per: tuple[str, ...]
) -> None:
    options = {name: nulls.sql(text) if name == "expression" else text for name, text in options.items()}
    found = nulls.rules(rule(kind, *columns, on_empty=on_empty, per=per, **options))
    assert {each.status for each in found} == {on_empty or "inconclusive"}
    assert len(found) == (2 if per else 1)
    assert {each.failing for each in found} <= {0, None}
    assert all(each.details["reason"] in ("no row was judged", "no rows", "no value") for each in found)


STRICT = [
    ("accepted_values", ("n",), {"values": [1]}), ("accepted_range", ("x",), {"max": 0}),
    ("matches", ("s",), {"pattern": "email"}), ("relationships", ("n",), {"parent": parents()}),
    ("expression", (), {"expression": "n > 0"}), ("not_null", ("n",), {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "columns", "options"), STRICT, ids=lambda item: str(item)[:30])
def test_nulls_that_fail_are_judged(nulls: World, kind: str, columns: tuple[str, ...], options: Any) -> None:
    options = {name: nulls.sql(text) if name == "expression" else text for name, text in options.items()}
    found = nulls.rule(kind, *columns, nulls="fail", **options)
    assert (found.status, found.failing, found.of) == ("fail", 2, 2)


def test_a_filter_that_leaves_nothing_but_null(nulls: World) -> None:
    options: dict[str, Any] = {"min": 0, "where": nulls.sql("i = 1")}
    found = nulls.rule("accepted_range", "n", **options)
    assert (found.status, found.failing, found.of) == ("inconclusive", 0, 1)
    assert found.message == 'accepted_range of "n": none of 1 row has a value to judge'
    none = nulls.rule("accepted_range", "m", min=0, where=nulls.sql("i = 9"))
    assert (none.status, none.failing, none.of, none.message) == (
        "inconclusive", 0, 0, 'accepted_range of "m": no rows to judge',
    )  # fmt: skip
    assert nulls.rule("accepted_range", "m", min=0, where=nulls.sql("n is null")).status == "pass"


def test_only_the_analysis_is_judged() -> None:
    rows = [[1 if month == 2 else month, f"2024-{month:02}-{day:02} 00:00:00"] for month in (1, 2, 3) for day in (1, 2)]
    world = World({"i": "BIGINT", "t": "TIMESTAMP"}, rows, time="t", chunk=("month",), reference="t < '2024-03-01'")
    for asked in (
        rule("accepted_values", "i", values=[3], per=("chunk",)),
        rule("max", "i", fail="< 3", per=("chunk",)),
    ):
        found = world.rules(asked)
        assert [(item.period, item.status, item.alert) for item in found] == [
            ("reference", "pass", False), ("reference", "pass", False), ("analysis", "pass", False),
        ]  # fmt: skip
        assert found[0].value == (2 if asked.kind == "accepted_values" else 1)
    broken = world.rules(rule("accepted_values", "i", values=[1], per=("chunk",)))
    assert [item.status for item in broken] == ["pass", "pass", "fail"]


def test_a_reference_alone_judges_nothing() -> None:
    world = World({"i": "BIGINT", "t": "TIMESTAMP"}, [[1, "2024-01-01 00:00:00"]], time="t", chunk=("month",),
                  reference="t < '2024-03-01'")  # fmt: skip
    for asked in (rule("not_null", "i", per=("chunk",)), rule("row_count", fail="< 1", per=("chunk",))):
        found = world.rules(asked)
        assert [(item.period, item.chunk is None) for item in found] == [("reference", False), ("analysis", True)]
    assert [item.status for item in found] == ["pass", "fail"]


def test_later_rows_are_set_aside() -> None:
    rows = [["2024-02-28 12:00:00"], ["2099-01-01 00:00:00"]]
    found = World({"t": "TIMESTAMP"}, rows, time="t").rule("freshness", fail="1 day")
    assert (found.status, found.value, found.details["future"]) == ("fail", 2 * 86400, 1)
    assert found.message.endswith("old (2024-02-28 12:00:00); 1 row is dated later than now; fail: 1 day")
    only = World({"t": "TIMESTAMP"}, rows[1:], time="t").rule("freshness", fail="1 day")
    assert (only.status, only.message) == ("inconclusive", 'every "t" is later than now (2024-03-01 12:00:00)')
    unclocked = World({"t": "TIMESTAMP"}, rows, time="t", as_of=None).rule("freshness", fail="1 day")
    assert unclocked.status == "inconclusive"


def test_zoned_times_are_utc(world: World) -> None:
    one = spec(rules=(rule("freshness", fail="1 day"),))
    latest = datetime(2024, 3, 1, 13, tzinfo=timezone(timedelta(hours=2)))
    found = rules.evaluate(world.dataset, one, Baseline(), answered(world, one, latest=latest), Context(AS_OF)).results
    assert found[0].value == 3600


def answered(world: World, asked: DatasetSpec, **values: Any) -> Measurements:
    """Real measurements with some outputs of the first request replaced."""
    requests = rules.requests(world.dataset, asked, Baseline())
    found = dict(world.measure(requests))
    measured = found[requests[0]]
    assert isinstance(measured, Measurement)
    columns = {name: (value,) * len(measured.places) for name, value in values.items()}
    return {**found, requests[0]: replace(measured, columns={**measured.columns, **columns})}


# --- numbers in the column's own type -----------------------------------------------------------------------

# column, kind, options → status, failing or value; rows hold 0.1 and 0.3, `whole` 16777216 and 3
OWN_TYPE: list[tuple[str, str, dict[str, Any], tuple[str, Any]]] = [
    ("real", "accepted_values", {"values": [0.1, 0.3]}, ("pass", 0)),
    ("real", "accepted_values", {"values": [0.1]}, ("fail", 1)),
    ("real", "not_accepted_values", {"values": [0.3, 0.5]}, ("fail", 1)),
    ("real", "accepted_range", {"min": 0.1, "max": 0.3}, ("pass", 0)),
    ("real", "accepted_range", {"min": 0.1, "max": 0.3, "inclusive": False}, ("fail", 2)),
    ("real", "accepted_range", {"max": 0.29999}, ("fail", 1)),
    ("real", "accepted_range", {"max": 1e300}, ("pass", 0)),
    ("real", "max", {"fail": "> 0.3"}, ("pass", 0.3)),
    ("real", "max", {"fail": ">= 0.3"}, ("fail", 0.3)),
    ("real", "min", {"fail": {"between": [0.1, 0.2]}}, ("pass", 0.1)),
    ("real", "min", {"fail": "!= 0.1"}, ("pass", 0.1)),
    ("real", "mean", {"fail": "> 0.2"}, ("pass", 0.2)),
    ("real", "mean", {"fail": "> 0.1999"}, ("fail", 0.2)),
    ("real", "null_ratio", {"fail": "> 0"}, ("pass", 0)),
    ("whole", "accepted_values", {"values": [16777217, 3]}, ("pass", 0)),
    ("whole", "max", {"fail": "> 16777215"}, ("fail", 16777216)),
    ("dec", "accepted_values", {"values": [0.1, 0.3]}, ("pass", 0)),
    ("dec", "accepted_range", {"min": 0.1, "max": 0.3}, ("pass", 0)),
    ("dec", "max", {"fail": "> 0.3"}, ("pass", 0.3)),
    ("double", "accepted_values", {"values": [0.1, 0.3]}, ("pass", 0)),
    ("double", "accepted_range", {"max": 0.29999999999999}, ("fail", 1)),
]  # fmt: skip


@pytest.fixture(scope="module")
def floats() -> World:
    columns = {"real": "REAL", "whole": "REAL", "dec": "DECIMAL(10, 2)", "double": "DOUBLE"}
    return World(columns, [[0.1, 16777216, "0.10", 0.1], [0.3, 3, "0.30", 0.3]])


@pytest.mark.parametrize(("column", "kind", "options", "expected"), OWN_TYPE, ids=lambda item: str(item)[:60])
def test_values_are_compared_in_the_type_of_the_column(
    floats: World, column: str, kind: str, options: Any, expected: tuple[str, Any]
) -> None:
    found = floats.rule(kind, column, **options)
    value = found.value if found.failing is None else found.failing
    assert found.status == expected[0]
    assert float(value) == pytest.approx(expected[1], rel=1e-7)  # type: ignore[arg-type]


# --- per chunk and segment ----------------------------------------------------------------------------------


def places(results: list[Result]) -> list[tuple[Any, ...]]:
    return [(item.segment, item.period, item.chunk and item.chunk.key, item.status, item.failing) for item in results]


def test_per_chunk_and_segment(world: World) -> None:
    found = world.rules(rule("unique", "i", per=("chunk",)))
    assert places(found) == [(None, "analysis", "2024-01", "pass", 0), (None, "analysis", "2024-02", "fail", 1)]
    found = world.rules(rule("not_null", "i", per=("segment",)))
    assert sorted(places(found), key=str) == [
        ("s is null", None, None, "fail", 1),
        ("s=a", None, None, "pass", 0),
        ("s=b", None, None, "pass", 0),
    ]
    found = world.rules(rule("mean", "x", fail="> 1", per=("chunk", "segment")))
    assert sorted((item.segment, item.chunk.key if item.chunk else "", item.status) for item in found) == [
        ("s=a", "2024-01", "pass"),
        ("s=a", "2024-02", "inconclusive"),
        ("s=b", "2024-02", "fail"),
    ]


def test_results_stand_in_order_of_time() -> None:
    rows = [[1, f"2024-{month:02}-01 00:00:00"] for month in (11, 3, 7, 1, 9)]
    found = World({"i": "BIGINT", "t": "TIMESTAMP"}, rows, time="t", chunk=("month",)).rules(
        rule("not_null", "i", per=("chunk",))
    )
    assert [(item.chunk.index, item.of) for item in found if item.chunk] == [
        (month - 1, int(month in (1, 3, 7, 9, 11))) for month in range(1, 12)
    ]


def test_a_chunk_without_rows_is_judged() -> None:
    rows = [[1, "2024-01-05 00:00:00"], [2, "2024-03-05 00:00:00"], [3, "2024-04-05 00:00:00"]]
    world = World({"i": "BIGINT", "t": "TIMESTAMP"}, rows, time="t", chunk=("month",))
    found = world.rules(rule("row_count", fail="< 1", per=("chunk",)))
    chunks = [(item.chunk.key, item.chunk.index, item.chunk.rows) for item in found if item.chunk]
    assert chunks == [("2024-01", 0, 1), ("2024-02", 1, 0), ("2024-03", 2, 1), ("2024-04", 3, 1)]
    assert [(item.value, item.status) for item in found] == [(1, "pass"), (0, "fail"), (1, "pass"), (1, "pass")]
    for asked in (rule("not_null", "i", per=("chunk",)), rule("mean", "i", fail="> 9", per=("chunk",)),
                  rule("unique", "i", per=("chunk",)), rule("max", "i", fail="> 9", per=("chunk",))):  # fmt: skip
        found = world.rules(asked)
        assert [item.status for item in found] == ["pass", "inconclusive", "pass", "pass"], asked.kind
        assert found[1].details["withheld"] == "empty" and found[1].value is None
    strict = world.rules(rule("not_null", "i", per=("chunk",), on_empty="fail"))
    assert [(item.status, "withheld" in item.details) for item in strict][1] == ("fail", False)
    filtered = world.rules(rule("not_null", "i", per=("chunk",), where=world.sql("i <> 3")))
    assert [(item.chunk.rows, item.of, item.status) for item in filtered if item.chunk] == [
        (1, 1, "pass"), (0, 0, "inconclusive"), (1, 1, "pass"), (1, 0, "inconclusive"),
    ]  # fmt: skip


def test_per_segment_without_segments(empty: World) -> None:
    found = empty.rule("not_null", "i", per=("segment",))
    assert (found.status, found.message) == ("inconclusive", "the dataset has no segments")


def test_per_chunk_of_nothing_is_one_result(empty: World) -> None:
    assert [item.status for item in empty.rules(rule("mean", "x", fail="> 1", per=("chunk",)))] == ["inconclusive"]


def test_other_reference_is_not_judged(world: World) -> None:
    other = replace(world.dataset, reference=replace(world.dataset, name="r"))
    asked = rules.requests(other, spec(rules=(rule("not_null", "i"),)), {})
    assert [request.scope.period for request in asked] == ["analysis"]


# --- what cannot be asked, what did not come back -----------------------------------------------------------

REFUSED: list[tuple[str, tuple[str, ...], dict[str, Any], str, str]] = [
    ("mean", ("s",), {"fail": "> 1"}, "WHQ-M101",
     'mean cannot take this column: "s" is VARCHAR; allowed types: numeric'),
    ("min", ("t",), {"fail": "> 1"}, "WHQ-M103",
     "min of a timestamp cannot be limited by a number; accepted_range limits dates, freshness the age"),
    ("mean", ("x",), {}, "WHQ-M103", 'mean has no limit; give warn or fail, e.g. fail: "> 10"'),
    ("sql", (), {"returned": Fragment("select 1", "duckdb"), "fail": "> 1%"}, "WHQ-M103",
     'sql counts failures only, it has no share; write a count, e.g. "> 0"'),
    ("accepted_range", ("x",), {}, "WHQ-M102", "accepted_range has no bound; give min, max or both"),
    ("accepted_range", ("t",), {"min": "soon"}, "WHQ-M102",
     "accepted_range: min holds 'soon', \"t\" is timestamp; write 2024-01-31 or 2024-01-31 12:00"),
    ("accepted_range", ("t",), {"min": 5}, "WHQ-M102",
     "accepted_range: min holds 5, \"t\" is timestamp; write 2024-01-31 or 2024-01-31 12:00"),
    ("accepted_values", ("s",), {"values": [1]}, "WHQ-M102",
     'accepted_values: values holds 1, "s" is text; put it in quotes: "1"'),
    ("accepted_values", ("i",), {"values": ["1"]}, "WHQ-M102",
     "accepted_values: values holds '1', \"i\" is integer; write a number without quotes"),
    ("accepted_values", ("i",), {"values": [True]}, "WHQ-M102",
     'accepted_values: values holds True, "i" is integer; write a number without quotes'),
    ("accepted_values", ("b",), {"values": ["yes"]}, "WHQ-M102",
     "accepted_values: values holds 'yes', \"b\" is boolean; write true or false"),
    ("accepted_values", ("s",), {"values": [None]}, "WHQ-M102",
     "accepted_values: the list holds no value; use not_null or null_count for NULL alone"),
    ("not_nul", ("s",), {}, "WHQ-S104",
     'there is no template "rules/not_nul"; did you mean "rules/not_null"?'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "columns", "options", "code", "message"), REFUSED, ids=lambda item: str(item)[:40])
def test_refused(world: World, kind: str, columns: tuple[str, ...], options: Any, code: str, message: str) -> None:
    asked = rule(kind, *columns, **options)
    assert rules.requests(world.dataset, spec(rules=(asked,)), Baseline()) == ()
    found = world.rules(asked)[0]
    assert (found.status, found.message, found.details["code"]) == ("error", message, code)


def test_freshness_without_time() -> None:
    found = World({"i": "BIGINT"}, []).rule("freshness", fail="1 day")
    assert found.message == "freshness needs a time column; give the dataset `time`, or the rule a column"


def test_one_failure_leaves_the_others(world: World) -> None:
    both = spec(rules=(rule("not_null", "i"), rule("mean", "x", fail="> 9"), rule("row_count", fail="< 1")))
    asked = rules.requests(world.dataset, both, Baseline())
    found = dict(world.measure(asked))
    problem = Problem("WHQ-E200", "query", "it broke", "mend it")
    found[asked[0]] = Failure(asked[0], problem, "q7")
    results = rules.evaluate(world.dataset, both, Baseline(), found, Context(AS_OF)).results
    assert [item.status for item in results] == ["error", "pass", "pass"]
    assert (results[0].message, results[0].query, results[0].details["code"]) == ("it broke; mend it", "q7", "WHQ-E200")
    totals = next(request for request in asked if request.template == "metrics/row_count")
    del found[totals]
    results = rules.evaluate(world.dataset, both, Baseline(), found, Context(AS_OF)).results
    assert [item.status for item in results] == ["error", "error", "error"]
    assert results[1].details["code"] == "WHQ-M104"


def test_no_verdict_on_infinity(world: World) -> None:
    one = spec(rules=(rule("sum", "x", fail="> 9"),))
    found = rules.evaluate(
        world.dataset, one, Baseline(), answered(world, one, value=float("inf")), Context(AS_OF)
    ).results
    assert (found[0].status, found[0].details["reason"]) == ("inconclusive", "not a finite number")
    assert found[0].message == 'sum of "x" is inf, which no limit can judge, in 4 rows'
    assert result_as_dict(found[0])["value"] is None


def test_a_rule_of_the_users_own(tmp_path: Path, world: World) -> None:
    folder = tmp_path / "sql_templates"
    (folder / "rules").mkdir(parents=True)
    header = "{#\ntitle: Even numbers\nshape: predicate\narguments:\n  column: numeric\n#}\n"
    (folder / "rules" / "even.sql").write_text(header + "$column % 2 = 1\n")
    found = world.rules(rule("even", "i"), template_folders=(folder,))[0]
    assert (found.status, found.message) == ("fail", '1 of 4 rows (25 %) break even of "i"')


def test_equal_requests_are_asked_once(world: World) -> None:
    several = spec(
        rules=(rule("mean", "x", fail="> 1"), rule("mean", "x", warn="> 2", id="b"), rule("sum", "x", fail="> 1"))
    )
    assert len(rules.requests(world.dataset, several, Baseline())) == 3
    assert rules.fit_requests(world.dataset, several) == ()
    assert rules.fit(world.dataset, several, {}) == Baseline()


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.25, "25 %"),
        (1 / 3, "33.3 %"),
        (3 / 32735, "0.009 %"),
        (0.99999, "99.999 %"),
        (1e-9, "0.0000001 %"),
        (1e-14, "0 %"),
    ],
)
def test_ratio(share: float, words: str) -> None:
    assert ratio(share) == words


def test_figures() -> None:
    assert [figure(value) for value in (1234567, 0.123456789, "a")] == ["1,234,567", "0.123457", "a"]
    assert [duration(seconds) for seconds in (0.4, 61, 90061)] == ["0 seconds", "1 minute 1 second", "1 day 1 hour"]


def test_one_row() -> None:
    world = World({"i": "BIGINT"}, [[1]])
    assert world.rule("not_null", "i").message == '0 of 1 row has no "i"'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (TableSource(("main", "p")), "main.p.id"),
        (FileSource("/data/p.parquet", "parquet"), "p.parquet.id"),
        (QuerySource(Fragment("select 1 as id", "duckdb")), "(select 1 as id).id"),
    ],
    ids=str,
)
def test_lookups_are_shown_as_written(source: Source, words: str) -> None:
    assert shown(Lookup(source, ("id",))) == words
