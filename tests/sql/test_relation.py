"""The relation `dataset`, judged by what comes back: chunks, periods, segments and filters against plain Python."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sql.bench import CHUNKED, COUNTS, MOMENTS, OLD, SEGMENTS, Bench, count, events, mean, nulls, sql
from whq.values import Chunking, ColumnName, Request, Scope, Segment, Window

TRUNCATED = {
    "hour": lambda at: at.replace(minute=0),
    "day": lambda at: datetime(at.year, at.month, at.day),
    "week": lambda at: datetime(at.year, at.month, at.day) - timedelta(days=at.weekday()),
    "month": lambda at: datetime(at.year, at.month, 1),
    "quarter": lambda at: datetime(at.year, (at.month - 1) // 3 * 3 + 1, 1),
    "year": lambda at: datetime(at.year, 1, 1),
}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(COUNTS)


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
    """The 15 rows without a time belong to the analysis, whatever the window."""
    window = Window(datetime(2024, 1, 10), datetime(2024, 2, 1))
    found = bench.one(events(bench, reference=OLD), count(Scope("events", period=period, window=window)))
    timeless = 0 if period == "reference" else 15
    assert found == {(None, None, None): (sum(map(rows, MOMENTS)) + timeless,)}


@pytest.mark.parametrize("window", [Window(datetime(2024, 1, 10)), Window(until=datetime(2024, 1, 10))])
@pytest.mark.parametrize("scope", [Scope("events"), Scope("events", period="analysis"), CHUNKED])
def test_rows_without_a_time_stay_in_every_window(bench: Bench, window: Any, scope: Scope) -> None:
    """Of 0 and 1 the reference, NULL for a row without a time as for one of another kind."""
    reference = sql('"at" < timestamp \'2024-01-01\' and "kind" < 2', "at", "kind")
    dataset = events(bench, reference=reference, chunking=Chunking("month"), segments=SEGMENTS)
    for segment, expected in (("kind", {"0": 5, "1": 5, "2": 5}), (None, {None: 15})):
        scopes = (replace(scope, segment=segment), replace(scope, segment=segment, window=window))
        whole, within = (bench.one(dataset, nulls("at", each)) for each in scopes)
        failing = Counter()
        for (name, _, _), (n, _) in within.items():
            failing[name] += n
        assert failing == expected
        assert sum(of for _, of in within.values()) < sum(of for _, of in whole.values())


@pytest.mark.parametrize("end", [None, MOMENTS[100]])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(2024, 1, 10), None),
        (None, datetime(2024, 1, 12)),
        (datetime(2024, 1, 10), datetime(2024, 1, 12)),
        (MOMENTS[80], MOMENTS[80] + timedelta(seconds=1)),
        (datetime(1999, 1, 1), datetime(2999, 1, 1)),
    ],
)
@pytest.mark.parametrize("chunking", [Chunking("rows", 20), Chunking("count", 7)])
@pytest.mark.parametrize("reference", [None, OLD])
@pytest.mark.parametrize("where", [None, sql('"x" >= 46', "x")])
def test_numbered_chunks_that_a_window_touches_are_read_whole(
    bench: Bench, since: Any, until: Any, end: Any, chunking: Chunking, reference: Any, where: Any
) -> None:
    """Each chunk has the number and the value that it has without the window, as long as a row of it lies within."""
    dataset = events(bench, reference=reference, chunking=chunking)
    scope = replace(CHUNKED, where=where)
    whole = bench.one(dataset, mean("x", replace(scope, window=Window(end=end))))
    found = bench.one(dataset, mean("x", replace(scope, window=Window(since, until, end))))
    held = bench.compile(dataset, count(replace(CHUNKED, window=Window(end=end)))).queries[0]
    touched = {
        (period, number)
        for _, period, number, _, first, last, *_ in bench.engine.fetch(held.sql)
        if number is None or period == "reference" or ((not since or last >= since) and (not until or first < until))
    }
    assert found == {cell: value for cell, value in whole.items() if cell[1:] in touched}
    assert len(found) > 1


def test_a_time_that_is_never_null_needs_no_test_for_it(bench: Bench) -> None:
    dataset = events(bench)
    columns = tuple(replace(column, nullable=column.name != "at") for column in dataset.columns)
    for each, times in ((dataset, 1), (replace(dataset, columns=columns), 0)):
        (query,) = bench.compile(each, count(Scope("events", window=Window(datetime(2024, 1, 10))))).queries
        assert query.sql.count("is null") == times


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
    dataset = bench.dataset("bare", {"at": kind}, [["2024-01-11"], ["2024-01-01"], [None]], time="at")
    (query,) = bench.compile(dataset, count(Scope("bare", window=Window(since)))).queries
    assert f'"at" >= {literal}' in query.sql
    assert bench.engine.fetch(query.sql)[0][3] == 2


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
    (considered,) = expected[1:]
    # of no row it is not known how many break the rule
    assert bench.one(filtered, nulls("x", twice)) == {(None, None, None): (0 if considered else None, considered)}


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


def test_infinite_times_have_chunks(bench: Bench) -> None:
    """The day of an infinite timestamp is NULL on DuckDB, its month is not."""
    rows = [["infinity"], ["-infinity"], ["2024-02-29 23:59:59.999999"], [None]]
    dataset = bench.dataset("endless", {"at": "TIMESTAMP"}, rows, time="at", chunking=Chunking("month"))
    found = bench.one(dataset, count(Scope("endless", by_chunk=True)))
    assert len(found) == 4
    assert {(None, "analysis", datetime(2024, 2, 1)), (None, "analysis", None)} < found.keys()


@pytest.mark.parametrize("dialect", ["clickhouse", "spark", "snowflake"])
def test_a_filter_of_duckdb_that_would_round_otherwise_elsewhere_is_refused(bench: Bench, dialect: str) -> None:
    dataset = bench.dataset("w", {"x": "DOUBLE", "i": "INTEGER"}, [])
    halves, whole = (replace(dataset, where=sql(text, "x", "i")) for text in ('"x"::int = 3', '"i"::bigint = 3'))
    assert "cast_fraction" in str(bench.failure(halves, count(Scope("w")), dialect).problem)
    assert bench.compile(whole, count(Scope("w")), dialect=dialect).queries
    assert bench.compile(halves, count(Scope("w")), dialect="postgres").queries
