"""Which chunks are still filling, at each edge of their time and of their rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from whq.config.spec import DatasetSpec
from whq.monitors.closing import is_closed, marked
from whq.monitors.scopes import row_count
from whq.values import Cell, Chunk, Chunking, Measurement, Result, Scope

DAY = Chunk("2024-02-28", 0, "2024-02-28T00:00:00", "2024-02-29T00:00:00", 70)
END = datetime(2024, 2, 29)


@pytest.mark.parametrize("late", [0.0, 1.0, 3600.0, 5 * 86400.0])
def test_a_day_is_closed_at_its_end_and_the_time_that_rows_may_be_late(late: float) -> None:
    closes = END + timedelta(seconds=late)
    moments = (closes - timedelta(microseconds=1), closes, closes + timedelta(days=400))
    assert [is_closed(DAY, Chunking("day"), moment, late) for moment in moments] == [False, True, True]


def test_a_chunk_beyond_the_calendar_is_never_closed() -> None:
    far = Chunk("9999", 0, "9999-01-01T00:00:00", None, 1)
    assert not is_closed(far, Chunking("year"), datetime(9999, 12, 31))
    assert not is_closed(DAY, Chunking("day"), datetime(2024, 3, 1), late=1e12)


@pytest.mark.parametrize(
    ("chunking", "rows", "closed"),
    [
        (Chunking("rows", 100), 99, False),
        (Chunking("rows", 100), 100, True),
        (Chunking("count", 10), 1, True),
        (Chunking("all"), 0, True),
    ],
)
def test_chunks_of_rows_are_closed_when_they_are_full(chunking: Chunking, rows: int, closed: bool) -> None:
    chunk = Chunk("0-99", 0, "2024-01-01T00:00:00", "2024-02-01T00:00:00", rows)
    assert is_closed(chunk, chunking, datetime(2023, 1, 1)) is closed


def result(chunk: Chunk | None, **fields: Any) -> Result:
    return replace(Result("a/b/c", "a", "profile", "b", "c", "pass", period="analysis", chunk=chunk), **fields)


def test_every_result_of_an_open_chunk_is_marked_and_keeps_its_details() -> None:
    spec = DatasetSpec("a", chunking=Chunking("day"), late=60)
    later = replace(DAY, key="2024-02-29", index=1, start=DAY.end, end="2024-03-01T00:00:00")
    given = [result(DAY), result(later, details={"note": "x"}), result(None), result(later, period="reference")]
    found = marked(given, spec, datetime(2024, 2, 29, 12))
    assert [each.is_partial for each in found] == [False, True, False, True]
    assert found[1].details == {"note": "x", "partial": True}


def test_a_part_of_a_full_row_chunk_is_not_partial() -> None:
    spec = DatasetSpec("a", chunking=Chunking("rows", 100))
    full, last = Chunk("0-99", 0, None, None, 100), Chunk("100-199", 1, None, None, 99)
    scope = Scope("a", by_chunk=True)
    cells = tuple(Cell(None, "analysis", chunk) for chunk in (full, last))
    counted = Measurement(row_count(scope), cells, (0, 1), {"row_count": (100, 99)})
    given = [result(replace(chunk, rows=3), segment="north") for chunk in (full, last)]
    given.append(result(last, period="reference"))
    assert [each.is_partial for each in marked(given, spec, END, counted)] == [False, True, False]
