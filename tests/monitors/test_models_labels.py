"""When labels are due, and whose were known when a chunk was closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.monitors.models import Table, model, spec
from whq.monitors.models import binary
from whq.monitors.models.known import Known
from whq.monitors.models.labels import Labels, due_from, is_due, known_at
from whq.values import Cell, Chunk, Period

DAY = 86_400.0


def month(number: int, period: Period = "analysis", rows: int = 10) -> Cell:
    """A month of 2023 (the reference) or of 2024."""
    year = 2023 if period == "reference" else 2024
    ends = f"{year + number // 12}-{number % 12 + 1:02d}-01T00:00:00"
    return Cell(None, period, Chunk(f"{year}-{number:02d}", number - 1, f"{year}-{number:02d}-01T00:00:00", ends, rows))


def known(shares: Sequence[float | None], delay: float | None = None, as_of: str = "2025-01-01") -> Known:
    """October to December of the reference, then the analysis by the part of its rows that have labels."""
    cells = [month(number, "reference") for number in (10, 11, 12)]
    cells += [month(number + 1) for number in range(len(shares))]
    counts: list[Any] = [{"total": 100, "labelled": 100}] * 3
    counts += [None if share is None else {"total": 100, "labelled": round(share * 100)} for share in shares]
    table = Table({"at": "TIMESTAMP", "score": "DOUBLE", "class": "INTEGER", "truth": "INTEGER"}, [])
    given = model(delay=delay)
    return Known(
        table.dataset, spec(given), given, binary, None, tuple(cells), {"realized": counts}, {}, ({},) * len(cells), {},
        datetime.fromisoformat(as_of),
    )  # fmt: skip


def test_labels_are_due_after_their_delay_or_when_nearly_all_are_there() -> None:
    february, half, most = month(2), {"total": 100, "labelled": 50}, {"total": 100, "labelled": 95}
    late = model(delay=30 * DAY)
    assert due_from(late, february) == datetime(2024, 3, 31)
    for as_of, due in ((datetime(2024, 3, 30, 23, 59), False), (datetime(2024, 3, 31), True)):
        assert {is_due(late, february, values, as_of) for values in (half, most, {})} == {due}
    unknown = model()
    assert due_from(unknown, february) is None
    assert [is_due(unknown, february, values, datetime(2024, 3, 1)) for values in (half, most, {})] == [
        False, True, False,
    ]  # fmt: skip
    assert is_due(unknown, month(10, "reference"), half, datetime(2024, 3, 1))


def test_a_chunk_without_an_end_is_due_by_its_labels() -> None:
    rows = Cell(None, "analysis", Chunk("0-99", 0, None, None, 100))
    late = model(delay=30 * DAY)
    assert is_due(late, rows, {"total": 100, "labelled": 96}, datetime(2024, 1, 1))
    assert not is_due(late, rows, {"total": 100, "labelled": 94}, datetime(2030, 1, 1))


def test_a_delay_beyond_the_calendar_never_ends() -> None:
    assert due_from(model(delay=1e12), month(2)) == datetime.max


def test_labels_come_one_chunk_late_unless_something_tells() -> None:
    one = known([1, 1, 1, 1])
    assert [known_at(one, place) for place in range(3, 7)] == [
        (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5),
    ]  # fmt: skip
    assert [known_at(one, place) for place in range(3)] == [(), (0,), (0, 1)]


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (0, [(), (0,), (0, 1), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4)]),
        (29, [(), (0,), (0, 1), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4)]),
        (30, [(), (0,), (0, 1), (0, 1, 2), (0, 1, 2), (0, 1, 2, 3, 4)]),  # February has 29 days
        (45, [(), (), (0,), (0, 1, 2), (0, 1, 2), (0, 1, 2, 3)]),
        (400, [(), (), (), (0, 1, 2), (0, 1, 2), (0, 1, 2)]),
    ],
)
def test_a_delay_says_what_was_known(days: float, wanted: list[tuple[int, ...]]) -> None:
    one = known([1, 1, 1], delay=days * DAY, as_of="2030-01-01")
    assert [known_at(one, place) for place in range(6)] == wanted


def test_the_newest_chunks_show_how_late_labels_come() -> None:
    one = known([1, 1, 1, 0.5, 0])  # two months late
    assert [known_at(one, place) for place in range(3, 8)] == [
        (0, 1, 2), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5),
    ]  # fmt: skip


def test_chunks_without_labels_or_without_rows_are_not_known() -> None:
    one = known([1, 0.2, None, 1, 1])
    assert known_at(one, 7) == (0, 1, 2, 3, 6)
    assert known_at(known([None, 0, 0]), 5) == (0, 1, 2)


def test_only_the_last_ones_where_few_are_needed() -> None:
    labels = Labels.of(known([1, 1, 1]))
    assert [labels.at(5, most) for most in (0, 2, 3, 9)] == [(), (3, 4), (2, 3, 4), (0, 1, 2, 3, 4)]


def test_a_due_chunk_without_any_label_is_not_known() -> None:
    one = known([1, 0, 1], delay=10 * DAY)
    assert known_at(one, 5) == (0, 1, 2, 3)
