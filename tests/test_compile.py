"""Compiling, judged by what comes back: cells, periods, segments, filters, joins, odd names, isolated failures."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from tests.sql.bench import Bench, sql
from whq.compile import split, splitter
from whq.model import (
    Chunking,
    Column,
    ColumnName,
    Dataset,
    FileSource,
    Fragment,
    Join,
    Lookup,
    QuerySource,
    Request,
    Rows,
    Scope,
    Segment,
    TableSource,
)
from whq.plan import Policy
from whq.sql.support import DIALECTS

COUNTS = (
    "test/counts",
    "shape: query\noutputs: [n]\narguments: {column: any}",
    "select {{ cell }}, count($column) as n from dataset group by {{ cell }}",
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
START = datetime(2023, 12, 20)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(COUNTS, LABELS, KNOWN, WIDE)


def count(scope: Scope) -> Request:
    return Request.of(scope, "metrics/row_count")


def mean(column: str, scope: Scope) -> Request:
    return Request.of(scope, "metrics/mean", column=ColumnName(column))


def nulls(column: str, scope: Scope, **more: Any) -> Request:
    return Request.of(scope, "rules/not_null", column=ColumnName(column), **more)


def events(bench: Bench, **more: Any) -> Dataset:
    """150 rows, one each nine hours over the turn of a year; every tenth has no time; x counts them."""
    rows = [(number, START + timedelta(hours=9 * number) if number % 10 else None, number % 3) for number in range(150)]
    columns = {"x": "DOUBLE", "at": "TIMESTAMP", "kind": "INTEGER"}
    return bench.dataset("events", columns, rows, time="at", key=("x",), **more)


MOMENTS = [START + timedelta(hours=9 * number) for number in range(150) if number % 10]
TRUNCATED = {
    "hour": lambda at: at.replace(minute=0),
    "day": lambda at: datetime(at.year, at.month, at.day),
    "week": lambda at: datetime(at.year, at.month, at.day) - timedelta(days=at.weekday()),
    "month": lambda at: datetime(at.year, at.month, 1),
    "quarter": lambda at: datetime(at.year, (at.month - 1) // 3 * 3 + 1, 1),
    "year": lambda at: datetime(at.year, 1, 1),
}
CHUNKED = Scope("events", by_chunk=True)


# --- chunks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", TRUNCATED)
def test_calendar_chunks_are_those_of_python(bench: Bench, unit: Any) -> None:
    expected = Counter((None, "analysis", TRUNCATED[unit](at)) for at in MOMENTS)
    expected[(None, "analysis", None)] = 15
    found = bench.one(events(bench, chunking=Chunking(unit)), count(CHUNKED))
    assert found == {cell: (n,) for cell, n in expected.items()}


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMPTZ"])
def test_dates_and_zoned_times_are_cut_in_utc(bench: Bench, kind: str) -> None:
    moments = [date(2024, 1, 31), date(2024, 2, 1)]
    if kind == "TIMESTAMPTZ":
        moments = [datetime(2024, 1, 31, 23, 30, tzinfo=UTC), datetime(2024, 2, 1, 0, 30, tzinfo=UTC)]
    dataset = bench.dataset("zoned", {"at": kind}, [[at] for at in moments], time="at", chunking=Chunking("month"))
    found = bench.one(dataset, count(Scope("zoned", by_chunk=True)))
    assert [cell[2] for cell in sorted(found)] == [datetime(2024, 1, 1), datetime(2024, 2, 1)]


def test_row_chunks_follow_time(bench: Bench) -> None:
    found = bench.one(events(bench, chunking=Chunking("rows", 40)), mean("x", CHUNKED))
    ordered = [number for number in range(150) if number % 10]
    chunks = [ordered[place : place + 40] for place in range(0, len(ordered), 40)]
    expected = {(None, "analysis", index): (sum(chunk) / len(chunk),) for index, chunk in enumerate(chunks)}
    expected[(None, "analysis", None)] = (70.0,)
    assert found == {cell: pytest.approx(value) for cell, value in expected.items()}


def test_equal_parts_differ_by_one_row_at_most(bench: Bench) -> None:
    found = bench.one(events(bench, chunking=Chunking("count", 4)), count(CHUNKED))
    assert sorted((cell[2], n) for cell, (n,) in found.items() if cell[2] is not None) == [
        (0, 34),
        (1, 34),
        (2, 34),
        (3, 33),
    ]


def test_row_chunks_carry_their_times(bench: Bench) -> None:
    compiled = bench.compile(events(bench, chunking=Chunking("rows", 100)), count(CHUNKED))
    (query,) = compiled.queries
    assert [output.name for output in query.outputs] == ["segment", "period", "chunk", "rows", "start", "end", "value"]
    rows = sorted(row for row in bench.engine.fetch(query.sql) if row[2] is not None)
    assert [row[3:6] for row in rows] == [(100, MOMENTS[0], MOMENTS[99]), (35, MOMENTS[100], MOMENTS[134])]


def test_row_chunks_without_a_time_follow_the_key(bench: Bench) -> None:
    dataset = replace(events(bench, chunking=Chunking("rows", 100)), time=None)
    found = bench.one(dataset, mean("x", CHUNKED))
    assert found == {(None, "analysis", 0): (49.5,), (None, "analysis", 1): (124.5,)}
    unordered = replace(dataset, key=())
    assert set(bench.one(unordered, count(CHUNKED)).values()) == {(100,), (50,)}


def test_a_filter_does_not_renumber_rows(bench: Bench) -> None:
    scope = replace(CHUNKED, where=sql('"x" >= 46', "x"))
    found = bench.one(events(bench, chunking=Chunking("rows", 40)), count(scope))
    assert {cell[2]: n for cell, (n,) in found.items()} == {1: 39, 2: 40, 3: 15, None: 10}


def test_everything_is_one_chunk_by_default(bench: Bench) -> None:
    assert bench.one(events(bench), count(CHUNKED)) == {(None, "analysis", 0): (150,)}


def test_calendar_chunks_need_a_time(bench: Bench) -> None:
    dataset = replace(events(bench, chunking=Chunking("day")), time=None)
    assert "has no time column" in bench.one(dataset, count(CHUNKED))


# --- periods ------------------------------------------------------------------------------------------------

OLD = sql("\"at\" < timestamp '2024-01-01'", "at")
OLDER = sum(at < datetime(2024, 1, 1) for at in MOMENTS)


def test_a_predicate_makes_two_periods(bench: Bench) -> None:
    dataset = events(bench, reference=OLD, chunking=Chunking("rows", 1000))
    found = bench.one(dataset, count(CHUNKED))
    expected = {
        (None, "reference", 0): (OLDER,),
        (None, "analysis", 0): (135 - OLDER,),
        (None, "analysis", None): (15,),
    }
    assert found == expected
    for period, rows in (("reference", OLDER), ("analysis", 150 - OLDER)):
        assert bench.one(dataset, count(Scope("events", period=period))) == {(None, None, None): (rows,)}  # type: ignore[arg-type]
        chunked = bench.one(dataset, count(replace(CHUNKED, period=period)))  # type: ignore[arg-type]
        assert chunked == {cell: n for cell, n in expected.items() if cell[1] == period}
    assert bench.one(dataset, count(Scope("events"))) == {(None, None, None): (150,)}


def test_without_a_reference_there_are_no_reference_rows(bench: Bench) -> None:
    assert bench.one(events(bench), count(Scope("events", period="reference"))) == {(None, None, None): (0,)}


@pytest.mark.parametrize(
    ("period", "rows"),
    [
        (None, lambda at: at < datetime(2024, 1, 1) or datetime(2024, 1, 10) <= at < datetime(2024, 2, 1)),
        ("analysis", lambda at: datetime(2024, 1, 10) <= at < datetime(2024, 2, 1)),
        ("reference", lambda at: at < datetime(2024, 1, 1)),
    ],
)
def test_the_window_bounds_the_analysis_only(bench: Bench, period: Any, rows: Any) -> None:
    dataset = events(bench, reference=OLD, since=datetime(2024, 1, 10), until=datetime(2024, 2, 1))
    found = bench.one(dataset, count(Scope("events", period=period)))
    assert found == {(None, None, None): (sum(map(rows, MOMENTS)),)}


@pytest.mark.parametrize(
    ("kind", "since", "literal"),
    [
        ("DATE", datetime(2024, 1, 10), "cast('2024-01-10' as date)"),
        ("DATE", datetime(2024, 1, 10, 12), "cast('2024-01-10 12:00:00' as timestamp)"),
        ("TIMESTAMP", datetime(2024, 1, 10), "cast('2024-01-10 00:00:00' as timestamp)"),
        ("TIMESTAMPTZ", datetime(2024, 1, 10), "cast('2024-01-10 00:00:00+00:00' as timestamptz)"),
    ],
)
def test_the_window_leaves_the_time_column_bare(bench: Bench, kind: str, since: datetime, literal: str) -> None:
    dataset = bench.dataset("bare", {"at": kind}, [["2024-01-11"], ["2024-01-01"], [None]], time="at", since=since)
    (query,) = bench.compile(dataset, count(Scope("bare"))).queries
    assert f'"at" >= {literal}' in query.sql
    assert bench.engine.fetch(query.sql)[0][3] == 1


def test_another_dataset_is_the_reference(bench: Bench) -> None:
    train = bench.dataset(
        "train",
        {"made": "DATE", "X": "INTEGER", "extra": "VARCHAR"},
        [("2023-01-05", 1, "a"), ("2023-02-05", 2, "a"), ("2023-02-06", 9, "b")],
        time="made",
        where=sql("\"extra\" = 'a'", "extra"),
    )
    dataset = replace(events(bench, reference=train, chunking=Chunking("month")), where=sql('"x" >= 140', "x"))
    found = bench.one(dataset, mean("x", CHUNKED))
    assert found == {
        (None, "reference", datetime(2023, 1, 1)): (1.0,),
        (None, "reference", datetime(2023, 2, 1)): (2.0,),
        (None, "analysis", datetime(2024, 2, 1)): (145.0,),
        (None, "analysis", None): (140.0,),
    }
    assert bench.one(dataset, mean("x", Scope("events"))) == {(None, None, None): pytest.approx((1448 / 12,))}
    assert bench.one(dataset, mean("x", Scope("events", period="reference"))) == {(None, None, None): (1.5,)}
    assert bench.one(dataset, count(Scope("events", period="analysis"))) == {(None, None, None): (10,)}


def test_the_reference_dataset_must_have_the_columns(bench: Bench) -> None:
    train = bench.dataset("train", {"x": "DOUBLE"}, [[1], [2]])
    dataset = events(bench, reference=train, chunking=Chunking("rows", 100))
    answers = bench.ask(dataset, mean("x", CHUNKED), mean("kind", CHUNKED))
    assert 'the reference dataset train has no column "kind"' in answers[mean("kind", CHUNKED)]
    assert answers[mean("x", CHUNKED)][(None, "reference", None)] == (1.5,)
    assert bench.one(dataset, mean("kind", replace(CHUNKED, period="analysis")))


# --- segments and filters -----------------------------------------------------------------------------------

SEGMENTS = (Segment("kind", "kind"), Segment("large", None, sql('"x" >= 100', "x")))


def test_a_column_makes_a_segment_of_each_value(bench: Bench) -> None:
    dataset = bench.dataset(
        "parts", {"k": "VARCHAR"}, [["a"], ["a"], ["null"], [None], [""]], segments=(Segment("k", "k"),)
    )
    found = bench.one(dataset, count(Scope("parts", segment="k")))
    assert found == {(key, None, None): (n,) for key, n in (("a", 2), ("null", 1), (None, 1), ("", 1))}


def test_a_named_segment_keeps_its_rows(bench: Bench) -> None:
    dataset = events(bench, segments=SEGMENTS)
    assert bench.one(dataset, count(Scope("events", segment="large"))) == {("large", None, None): (50,)}
    chunked = replace(dataset, chunking=Chunking("rows", 120))
    found = bench.one(chunked, count(Scope("events", by_chunk=True, segment="large")))
    assert {cell[:1] + cell[2:]: n for cell, (n,) in found.items()} == {
        ("large", 0): 30,
        ("large", 1): 15,
        ("large", None): 5,
    }
    assert "has no segment" in bench.one(dataset, count(Scope("events", segment="lagre")))


def test_queries_get_the_same_cells(bench: Bench) -> None:
    dataset = events(
        bench, segments=SEGMENTS, reference=OLD, chunking=Chunking("month"), where=sql('"at" is not null', "at")
    )
    for scope in (Scope("events"), CHUNKED, replace(CHUNKED, segment="kind"), replace(CHUNKED, segment="large")):
        query = Request.of(scope, "test/counts", column=ColumnName("x"))
        answers = bench.ask(dataset, count(scope), query)
        assert answers[count(scope)] == answers[query]


def test_rules_count_what_breaks_them(bench: Bench) -> None:
    dataset = bench.dataset("r", {"x": "DOUBLE", "y": "DOUBLE"}, [[1, None], [2, 2], [None, 3], [None, None]])
    scope = Scope("r")
    in_range = Request.of(scope, "rules/accepted_range", column=ColumnName("x"), min=1.5)
    strict = Request.of(scope, "rules/accepted_range", column=ColumnName("x"), min=1.5, nulls_fail=True)
    filtered = replace(scope, where=sql('"y" > 1', "y"))
    answers = bench.ask(
        dataset, nulls("x", scope), nulls("x", filtered), in_range, strict, replace(strict, scope=filtered)
    )
    assert [cells[(None, None, None)] for cells in answers.values()] == [(2, 4), (1, 2), (1, 4), (3, 4), (1, 2)]
    assert len(bench.compile(dataset, *answers).queries) == 1


@pytest.mark.parametrize(
    "where", ["1 = 0", "\"x\" = 'nan'", '"x" > 1 or "x" < 0 and not "x" is null', "\"s\" like '%''%;--'"]
)
def test_weird_filters_stay_whole(bench: Bench, where: str) -> None:
    dataset = bench.dataset(
        "w", {"x": "DOUBLE", "s": "VARCHAR"}, [[1, "a"], [2, "it's;--"], [float("nan"), None], [None, ""]]
    )
    expected = bench.engine.fetch(f"select count(*), count(*) filter (where x = 2) from w where ({where})")[0]
    filtered = replace(dataset, where=sql(where, "x", "s"))
    assert bench.one(filtered, count(Scope("w"))) == {(None, None, None): expected[:1]}
    twice = Scope("w", where=sql('"x" = 2', "x"))
    assert bench.one(filtered, count(twice)) == {(None, None, None): expected[1:]}
    assert bench.one(filtered, nulls("x", twice)) == {(None, None, None): (0, *expected[1:])}


def test_an_empty_table_gives_one_row(bench: Bench) -> None:
    dataset = bench.dataset("nothing", {"x": "DOUBLE"}, [], segments=(Segment("all", None, sql("true")),))
    answers = bench.ask(
        dataset, count(Scope("nothing")), mean("x", Scope("nothing")), nulls("x", Scope("nothing", segment="all"))
    )
    assert list(answers.values()) == [
        {(None, None, None): (0,)},
        {(None, None, None): (None,)},
        {("all", None, None): (0, 0)},
    ]
    assert bench.one(dataset, count(Scope("nothing", by_chunk=True))) == {(None, "analysis", 0): (0,)}


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
    assert query.columns == ("at", "kind", "x")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_literal_rows_read_alike_in_every_dialect(bench: Bench, dialect: str) -> None:
    kinds = ("float", "integer", "text", "boolean", "date")
    rows = ((None, 1, "it's", True, date(2024, 1, 1)), (-0.5, None, None, False, None), (1e-7, -2, "", None, None))
    request = Request.of(Scope("events"), "test/wide", rows=Rows(("f", "i", "t", "b", "d"), kinds, rows))
    (query,) = bench.compile(events(bench), request, dialect=dialect).queries
    text = sqlglot.transpile(query.sql, read=dialect, write="duckdb")[0]
    assert {row[3:] for row in bench.engine.fetch(text.replace("(MAX)", ""))} == set(rows)
