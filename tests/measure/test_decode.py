"""Raw rows to measurements: keys, bounds, order and row counts of chunks, and labels of segments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from whq.engines.base import Fetched
from whq.errors import QueryError
from whq.measure.decode import MOST_MISSING, Timeline, chunk_name, decode, read, segment_label, timeline
from whq.values import (
    Cell,
    Chunk,
    Chunking,
    Dataset,
    Fragment,
    Measurement,
    Output,
    Query,
    Request,
    Row,
    Scope,
    Segment,
    TableSource,
)

REGION = Segment("region", column="region")
LARGE = Segment("large", where=Fragment("amount > 10", "duckdb", ("amount",)))
CELL = ("segment", "period", "chunk")


DECIMALS = [
    ("NaN", "nan"),
    ("-NaN", "nan"),
    ("sNaN", "nan"),
    ("Infinity", "inf"),
    ("-Infinity", "-inf"),
    ("1E+3", "1000"),
    ("7", "7"),
    ("-0.50", "Decimal('-0.50')"),
]


@pytest.mark.parametrize(("text", "plain"), DECIMALS)
def test_no_decimal_of_a_driver_stops_a_run(text: str, plain: str) -> None:
    """Postgres' numeric holds NaN and infinities, which become floats; whole numbers are integers as on DuckDB."""
    given = Fetched.of(["v"], [(Decimal(text),), (None,)])
    assert [repr(value) for value in given.columns[0]] == [plain, "None"]
    scope = Scope("loans")
    asked = Query("q1", "loans", "", "postgres", scope, (Request.of(scope, "t"),), (Output("value", 0),))
    (found,) = decode(read(dataset(), asked, given), timeline(dataset(), ())).values()
    assert repr(found.rows[0].values["value"]) == plain


def dataset(unit: str = "month", size: int | None = None) -> Dataset:
    chunking = Chunking(unit, size)  # type: ignore[arg-type]
    return Dataset("loans", TableSource(("loans",)), (), chunking=chunking, segments=(REGION, LARGE))


def answer(rows: list[tuple[Any, ...]], *names: str, outputs: tuple[str, ...] = ("value",), **scope: Any) -> Any:
    reach = Scope("loans", **{"by_chunk": True, **scope})
    request = Request.of(reach, "metrics/mean")
    shown = [Output(name) for name in (*CELL, *names)] + [Output(name, 0) for name in outputs]
    query = Query("q1", "loans", "select 1", "duckdb", reach, (request,), tuple(shown))
    return query, Fetched.of([item.name for item in shown], rows)


def rows_of(data: Dataset, one: Any, *others: Any) -> tuple[Row, ...]:
    return decode(read(data, *one), chunks_of(data, one, *others))[one[0].requests[0]].rows


def chunks_of(data: Dataset, *answers: Any) -> Timeline:
    return timeline(data, [read(data, *one) for one in answers])


KEYS = [
    ("hour", "2024-02-01T05:00:00", "2024-02-01T05", "2024-02-01T06:00:00"),
    ("day", "2024-02-29", "2024-02-29", "2024-03-01T00:00:00"),
    ("week", "2024-01-29", "2024-W05", "2024-02-05T00:00:00"),
    ("week", "2024-12-30", "2025-W01", "2025-01-06T00:00:00"),
    ("month", "2024-12-01", "2024-12", "2025-01-01T00:00:00"),
    ("quarter", "2024-10-01", "2024-Q4", "2025-01-01T00:00:00"),
    ("quarter", "2024-01-01", "2024-Q1", "2024-04-01T00:00:00"),
    ("year", "0999-01-01", "0999", "1000-01-01T00:00:00"),
    ("year", "9999-01-01", "9999", None),
    ("day", "9999-12-31", "9999-12-31", None),
]


@pytest.mark.parametrize(("unit", "start", "key", "end"), KEYS, ids=[item[2] for item in KEYS])
def test_calendar_chunks_are_named_and_bounded(unit: Any, start: str, key: str, end: str | None) -> None:
    moment = datetime.fromisoformat(start)
    assert chunk_name(Chunking(unit), moment) == (key, moment.isoformat(), end)


def test_counted_chunks_are_named() -> None:
    assert chunk_name(Chunking("rows", 5000), 1) == ("5000-9999", None, None)
    assert chunk_name(Chunking("count", 10), 9) == ("10/10", None, None)
    assert chunk_name(Chunking("all"), 0) == ("all", None, None)
    assert chunk_name(Chunking("month"), "12000-01-01 00:00:00") == ("12000-01-01 00:00:00",) * 2 + (None,)


def test_chunks_count_from_zero_in_each_period() -> None:
    found = answer(
        [
            (None, "analysis", datetime(2024, 3, 1), 7, 0.3),
            (None, "reference", datetime(2024, 2, 1), 6, 0.2),
            (None, "reference", datetime(2024, 1, 1), 5, Decimal("0.1")),
        ],
        "rows",
    )
    march, february, january = rows_of(dataset(), found)
    assert march == Row(
        Cell(None, "analysis", Chunk("2024-03", 0, "2024-03-01T00:00:00", "2024-04-01T00:00:00", 7)), {"value": 0.3}
    )
    assert [row.cell.chunk.index for row in (january, february) if row.cell.chunk] == [0, 1]
    assert january.values == {"value": Decimal("0.1")}


def test_a_chunk_found_in_a_segment_alone_takes_its_place_in_order() -> None:
    whole = answer(
        [(None, "analysis", datetime(2024, 1, 1), 5, 1), (None, "analysis", datetime(2024, 3, 1), 6, 1)], "rows"
    )
    cut = answer(
        [
            ("North", "analysis", datetime(2024, 2, 1), 2, 1),
            (None, "analysis", datetime(2024, 3, 1), 3, 1),
        ],
        "rows",
        segment="region",
    )
    north, null = rows_of(dataset(), cut, whole)
    assert north.cell.segment == "region=North" and north.cell.chunk == Chunk(
        "2024-02", 1, "2024-02-01T00:00:00", "2024-03-01T00:00:00", 2
    )
    assert null.cell.segment == "region is null" and null.cell.chunk is not None
    assert (null.cell.chunk.index, null.cell.chunk.rows) == (2, 3)
    assert [row.cell.chunk.index for row in rows_of(dataset(), whole, cut) if row.cell.chunk] == [0, 2]


def empty_cells(data: Dataset, one: Any, *others: Any) -> list[tuple[str | None, str | None, str, int]]:
    """The cells of the first answer that have no row: segment, period, key and index."""
    measured = decode(read(data, *one), chunks_of(data, one, *others))[one[0].requests[0]]
    cells = [cell for place, cell in enumerate(measured.cells) if place not in measured.places]
    empty = [(cell, cell.chunk) for cell in cells if cell.chunk is not None and cell.chunk.rows == 0]
    return [(cell.segment, cell.period, chunk.key, chunk.index) for cell, chunk in empty]


GAPS: list[tuple[str, list[str], list[tuple[str, int]]]] = [
    ("month", ["2023-11-01", "2024-02-01"], [("2023-12", 1), ("2024-01", 2)]),
    ("month", ["2024-01-01", "2024-02-01"], []),
    ("day", ["2024-02-28", "2024-03-01", "2024-03-03"], [("2024-02-29", 1), ("2024-03-02", 3)]),
    ("week", ["2024-12-23", "2025-01-06"], [("2025-W01", 1)]),
    ("hour", ["2024-01-01T23:00:00", "2024-01-02T02:00:00"], [("2024-01-02T00", 1), ("2024-01-02T01", 2)]),
    ("quarter", ["2024-01-01", "2024-10-01"], [("2024-Q2", 1), ("2024-Q3", 2)]),
    ("year", ["2019-01-01", "2022-01-01"], [("2020", 1), ("2021", 2)]),
    ("day", ["1900-01-01", "2024-01-01"], [("1900-01-02", 1), ("2023-12-31", 45289)]),
]


@pytest.mark.parametrize(("unit", "starts", "missing"), GAPS, ids=[f"{item[0]} {item[1][-1]}" for item in GAPS])
def test_calendar_chunks_between_others_are_known(unit: str, starts: list[str], missing: list[tuple[str, int]]) -> None:
    found = answer([(None, "analysis", datetime.fromisoformat(start), 5, 1) for start in starts], "rows")
    assert empty_cells(dataset(unit), found) == [(None, "analysis", *each) for each in missing]


def test_a_gap_of_400_chunks_is_told_in_full() -> None:
    first = datetime(2023, 1, 1)
    for missing, told in ((MOST_MISSING, MOST_MISSING), (MOST_MISSING + 1, 2)):
        ends = [(None, "analysis", first, 5, 1), (None, "analysis", first + timedelta(days=missing + 1), 5, 1)]
        assert len(empty_cells(dataset("day"), answer(ends, "rows"))) == told


def test_chunks_finer_than_the_data_are_told_by_the_ends_of_their_gaps() -> None:
    """A row a day in hourly chunks: 2 results a gap instead of 23, and the index still counts the calendar."""
    days = [(None, "analysis", datetime(2024, 1, 1) + timedelta(days=day), 5, 1) for day in range(50)]
    empty = empty_cells(dataset("hour"), answer(days, "rows"))
    assert len(empty) == 49 * 2
    assert empty[:3] == [
        (None, "analysis", "2024-01-01T01", 1), (None, "analysis", "2024-01-01T23", 23),
        (None, "analysis", "2024-01-02T01", 25),
    ]  # fmt: skip


def test_many_segments_with_rows_here_and_there_are_told_by_the_ends_of_their_gaps() -> None:
    first = datetime(2024, 1, 1)
    rows = [(f"s{place}", "analysis", first + timedelta(days=place), 5, 1) for place in range(50)]
    found = answer(rows, "rows", segment="region")
    told = [key for segment, _, key, _ in empty_cells(dataset("day"), found) if segment == "region=s0"]
    assert told == ["2024-01-02", "2024-02-19"]
    assert len(empty_cells(dataset("day"), found)) == 48 * 2 + 1


def test_periods_are_apart_and_chunks_of_rows_have_no_calendar() -> None:
    rows = [(None, "reference", datetime(2024, 1, 1), 5, 1), (None, "reference", datetime(2024, 3, 1), 5, 1),
            (None, "analysis", datetime(2024, 6, 1), 5, 1)]  # fmt: skip
    assert empty_cells(dataset(), answer(rows, "rows")) == [(None, "reference", "2024-02", 1)]
    assert empty_cells(dataset(), answer(rows[2:], "rows", period="analysis"), answer(rows, "rows")) == []
    assert (
        empty_cells(dataset("rows", 10), answer([(None, "analysis", 0, 9, 1), (None, "analysis", 2, 9, 1)], "rows"))
        == []
    )


def test_a_segment_that_vanished_has_the_chunks_that_others_have() -> None:
    start = {month: datetime(2024, month, 1) for month in range(1, 7)}
    seen = [("eu", "reference", 1), ("us", "reference", 2), ("eu", "reference", 3), ("eu", "analysis", 4)]
    seen += [("us", "analysis", 5), ("new", "analysis", 6)]
    rows = [(region, period, start[month], 5, 1) for region, period, month in seen]
    found = answer(rows, "rows", segment="region")
    eu, us = "region=eu", "region=us"
    assert empty_cells(dataset(), found) == [
        (eu, "reference", "2024-02", 1), (eu, "analysis", "2024-05", 1), (eu, "analysis", "2024-06", 2),
        (us, "reference", "2024-03", 2), (us, "analysis", "2024-04", 0), (us, "analysis", "2024-06", 2),
    ]  # fmt: skip
    only = answer(rows[3:4], "rows", segment="region", period="analysis")
    assert (us, "analysis", "2024-04", 0) in empty_cells(dataset(), only, found)


def test_rows_come_from_the_whole_scan_when_a_rule_filters() -> None:
    whole = answer([(None, "analysis", datetime(2024, 1, 1), 10, 1)], "rows")
    filtered = answer([(None, "analysis", datetime(2024, 1, 1), 4, 1)], "rows", where=Fragment("x", "duckdb"))
    bare = answer([(None, "analysis", datetime(2024, 1, 1), 1)])
    for others, rows in (((whole,), 10), ((), 4)):
        chunk = rows_of(dataset(), filtered, *others)[0].cell.chunk
        assert chunk is not None and chunk.rows == rows
    for others, rows in (((whole,), 10), ((), 0)):
        chunk = rows_of(dataset(), bare, *others)[0].cell.chunk
        assert chunk is not None and chunk.rows == rows


def test_row_chunks_have_the_times_that_were_found_in_them() -> None:
    times = (datetime(2024, 1, 1), datetime(2024, 1, 5))
    whole = answer(
        [(None, "analysis", 0, 5000, *times, 1), (None, "analysis", Decimal("1"), 9, date(2024, 1, 6), None, 1)],
        "rows", "start", "end",
    )  # fmt: skip
    cut = answer(
        [("North", "analysis", 1.0, 3, datetime(2024, 1, 7), datetime(2024, 1, 8), 1)],
        "rows",
        "start",
        "end",
        segment="region",
    )
    data = dataset("rows", 5000)
    first, second = (row.cell.chunk for row in rows_of(data, whole, cut))
    assert first == Chunk("0-4999", 0, "2024-01-01T00:00:00", "2024-01-05T00:00:00", 5000)
    assert second == Chunk("5000-9999", 1, "2024-01-06T00:00:00", None, 9)
    assert rows_of(data, cut, whole)[0].cell.chunk == Chunk("5000-9999", 1, "2024-01-06T00:00:00", None, 3)
    assert rows_of(data, cut)[0].cell.chunk == Chunk("5000-9999", 1, "2024-01-07T00:00:00", "2024-01-08T00:00:00", 3)


def test_rows_without_a_time_are_set_aside_and_counted() -> None:
    found = answer(
        [
            (None, "analysis", None, 3, 1),
            (None, "reference", None, 2, 1),
            (None, "analysis", "2024-01-01T00:00:00", 4, 1),
        ],
        "rows",
    )
    again = answer([(None, "analysis", None, 1)])
    assert chunks_of(dataset(), found, again).unplaced == 5
    assert [row.cell.chunk.key for row in rows_of(dataset(), found, again) if row.cell.chunk] == ["2024-01"]


def test_unchunked_rows_have_no_chunk() -> None:
    plain = answer([(None, None, None, 9, 0.5)], "rows", by_chunk=False)
    assert rows_of(dataset(), plain) == (Row(Cell(), {"value": 0.5}),)
    cut = answer([("North", None, None, 9, 0.5)], "rows", by_chunk=False, segment="region", period="reference")
    assert rows_of(dataset(), cut) == (Row(Cell("region=North", "reference"), {"value": 0.5}),)


def test_without_a_period_column_all_is_analysis() -> None:
    found = answer([(None, None, 0, 9, 0.5)], "rows")
    assert rows_of(dataset("all"), found)[0].cell == Cell(None, "analysis", Chunk("all", 0, None, None, 9))


def test_a_query_gives_several_rows_a_cell() -> None:
    found = answer([(None, None, 0, "a", 2), (None, None, 0, "b", 1)], outputs=("category", "n"))
    rows = rows_of(dataset("all"), found)
    assert [dict(row.values) for row in rows] == [{"category": "a", "n": 2}, {"category": "b", "n": 1}]
    assert rows[0].cell is rows[1].cell


def test_rows_are_left_out_column_by_column() -> None:
    found = answer(
        [(None, None, 0, "a", 2), (None, None, None, "b", 1), (None, None, 0, "c", 4)], outputs=("category", "n")
    )
    data = dataset("rows", 10)
    measured = decode(read(data, *found), chunks_of(data, found))[found[0].requests[0]]
    assert (measured.places, measured.columns) == ((0, 0), {"category": ("a", "c"), "n": (2, 4)})


def test_answers_are_joined_cell_by_cell() -> None:
    one, two, three = (Cell(None, "analysis", Chunk(str(number), number, None, None, 1)) for number in range(3))
    request, sent = (Request.of(Scope("loans", period=period), "metrics/mean") for period in (None, "analysis"))
    first = Measurement(sent, (one, two), (0, 1, 0), {"n": (1, 2, 3)}, "q1")
    second = Measurement(sent, (three, two), (1, 0), {"n": (4, 5)}, "q2")
    whole = Measurement.joined(request, (first, second))
    assert whole == Measurement(request, (one, two, three), (0, 1, 0, 1, 2), {"n": (1, 2, 3, 4, 5)}, "q2")
    assert whole.rows == (*first.rows, *second.rows)


def test_labels_of_segments() -> None:
    scope = Scope("loans", segment="region")
    for raw, label in (("North", "region=North"), (True, "region=true"), (None, "region is null"), (5, "region=5")):
        assert segment_label(dataset(), scope, raw) == label
    assert segment_label(dataset(), Scope("loans", segment="large"), "anything") == "large"
    assert segment_label(dataset(), Scope("loans"), "x") is None


def test_columns_that_were_not_planned_are_an_error() -> None:
    query, _ = answer([])
    with pytest.raises(QueryError, match="q1 returned 1 column where 4 were expected"):
        read(dataset(), query, Fetched.of(["a"], [(1,)]))


def test_times_of_odd_kinds() -> None:
    found = answer([(None, None, "later", 1, 1), (None, None, datetime(2024, 1, 1), "x", 1)], "rows")
    rows = rows_of(dataset(), found)
    assert [(row.cell.chunk.key, row.cell.chunk.index) for row in rows if row.cell.chunk] == [
        ("later", 1),
        ("2024-01", 0),
    ]
