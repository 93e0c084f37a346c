"""How the rows of a table lie in time: the unit that cuts it well, and the chunks that are known to be good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from whq.scaffold.facts import Bucket, ColumnFacts, History, Unit, moment

LENGTHS: Mapping[Unit, timedelta] = {
    "month": timedelta(days=30), "week": timedelta(days=7), "day": timedelta(days=1), "hour": timedelta(hours=1),
}  # fmt: skip
"""The usual length of each unit, the longest first."""
MANY, MANY_ROWS = 12, 50
"""So many closed chunks, of so many rows in the usual one, are enough for a reference and for what follows it."""
SOME, SOME_ROWS = 6, 30
"""With fewer chunks or rows than that, chunks are not compared."""
FEWEST = 5
"""Closed chunks from which some are taken as the reference."""
_LEARNED_FROM = 6
"""Reference chunks from which every threshold can be learned."""
_FAR_FEWER, _FAR_MORE = 0.4, 2.5
_NEIGHBOURS = 3
_ENDED = 10
_RARE = 0.25
"""A column that is empty in more of the chunks than that is so by nature."""


class Reference(Struct, frozen=True):
    """The chunks taken as known to be good: from `start` (None: from the first row on) to before `end`.

    `without` are chunks in between that look broken, each with the reason; `chunks` counts those that are left, of
    `of` closed ones.
    """

    start: datetime | None
    end: datetime
    without: tuple[tuple[Bucket, str], ...]
    chunks: int
    of: int


# --- units --------------------------------------------------------------------------------------------------


def reach(time: ColumnFacts) -> tuple[datetime, datetime] | None:
    """The first and the last moment of a time column; a date lasts to its end."""
    if time.span is None:
        return None
    first, last = time.span
    return first, last + timedelta(days=1, microseconds=-1) if time.column.type == "date" else last


def units(time: ColumnFacts) -> tuple[Unit, ...]:
    """The units that may cut a time column, the longest first; dates have no hours."""
    return tuple(unit for unit in LENGTHS if unit != "hour" or time.column.type != "date")


def by_span(time: ColumnFacts) -> Unit:
    """The longest unit that cuts the time into six chunks or more; day where there is less."""
    if time.span is None:
        return "day"
    length = time.span[1] - time.span[0]
    return next((unit for unit in units(time) if length >= 6 * LENGTHS[unit]), "day")


def evenly(time: ColumnFacts, rows: int) -> Mapping[datetime, int]:
    """So many rows spread evenly over the days of a time column: what to assume where they were not counted."""
    reached = reach(time)
    if reached is None:
        return {}
    unit: Unit = "day" if reached[1] - reached[0] >= timedelta(days=SOME) or time.column.type == "date" else "hour"
    starts = list(_starts(unit, *reached))
    return dict.fromkeys(starts, rows // len(starts))


def history(time: ColumnFacts, counts: Mapping[datetime, int], many: int = MANY) -> History | None:
    """The chunks in the longest unit that gives enough of them with enough rows, from rows by day (or by hour)."""
    reached = reach(time)
    if reached is None or not counts:
        return None
    interval = _interval(counts)
    tried = [
        replace(_cut(unit, counts, *reached), interval=interval)
        for unit in units(time)
        if unit != "hour" or _has_hours(counts)
    ]
    for chunks, rows in ((many, MANY_ROWS), (MANY, MANY_ROWS), (SOME, SOME_ROWS)):
        for cut in tried:
            if len(cut.closed) >= chunks and usual(cut.closed) >= rows:
                return cut
    return next((cut for cut in tried if cut.unit == by_span(time)), tried[-1])


def usual(buckets: Sequence[Bucket]) -> float:
    """The rows of the usual chunk, empty ones left out; 0 where there are none."""
    return median([bucket.rows for bucket in buckets if bucket.rows] or [0])


def _interval(counts: Mapping[datetime, int]) -> timedelta:
    """The median time from one day with rows to the next; a day at the least."""
    days = sorted({start_of(at, "day") for at, rows in counts.items() if rows})
    steps = sorted(after - before for before, after in pairwise(days))
    return steps[len(steps) // 2] if steps else timedelta(days=1)


def has_ended(cut: History, newest: datetime, now: datetime) -> bool:
    """Whether the newest row lies more than ten usual intervals back: nobody loads the table any more."""
    return now - newest > _ENDED * cut.interval


def _has_hours(counts: Mapping[datetime, int]) -> bool:
    return any(start.hour for start in counts)


def _cut(unit: Unit, counts: Mapping[datetime, int], first: datetime, last: datetime) -> History:
    """Finer counts summed up by a unit. A first or last chunk is cut short where a tenth of its time is missing."""
    sums: Counter[datetime] = Counter()
    for at, rows in counts.items():
        sums[start_of(at, unit)] += rows
    starts = list(_starts(unit, first, last))
    ends = [*starts[1:], _next(starts[-1], unit)]
    buckets = [Bucket(start, end, sums[start]) for start, end in zip(starts, ends, strict=True)]
    closed = list(buckets)
    if closed and last < closed[-1].end - (closed[-1].end - closed[-1].start) / 10:
        closed = closed[:-1]
    if closed and first > closed[0].start + (closed[0].end - closed[0].start) / 10:
        closed = closed[1:]
    return History(unit, tuple(buckets), tuple(closed))


def _starts(unit: Unit, first: datetime, last: datetime) -> Iterator[datetime]:
    at = start_of(first, unit)
    while at <= last:
        yield at
        at = _next(at, unit)


def start_of(at: datetime, unit: Unit) -> datetime:
    """The start of the calendar unit that a moment lies in."""
    hour = moment(at).replace(minute=0, second=0, microsecond=0)
    if unit == "hour":
        return hour
    day = hour.replace(hour=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _next(start: datetime, unit: Unit) -> datetime:
    if unit != "month":
        return start + LENGTHS[unit]
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def key(start: datetime, unit: Unit) -> str:
    """A chunk's name, as results have it."""
    if unit == "month":
        return f"{start:%Y-%m}"
    if unit == "week":
        iso = start.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    return f"{start:%Y-%m-%dT%H}" if unit == "hour" else f"{start:%Y-%m-%d}"


# --- what is known to be good -------------------------------------------------------------------------------


def with_voids(cut: History, nulls: Mapping[str, Mapping[datetime, int]]) -> History:
    """The chunks with the columns that hold no value in them, from NULLs by column and start of a chunk."""

    def told(bucket: Bucket) -> Bucket:
        void = (name for name, of_column in nulls.items() if of_column.get(bucket.start, 0) >= bucket.rows)
        return replace(bucket, void=tuple(void)) if bucket.rows else bucket

    buckets = tuple(map(told, cut.buckets))
    starts = {bucket.start for bucket in cut.closed}
    return replace(cut, buckets=buckets, closed=tuple(bucket for bucket in buckets if bucket.start in starts))


def often_void(cut: History) -> frozenset[str]:
    """The columns that hold no value in many of the chunks: that is how they are, and no chunk is broken by it."""
    filled = [bucket for bucket in cut.closed if bucket.rows]
    counted = Counter(name for bucket in filled for name in bucket.void)
    return frozenset(name for name, times in counted.items() if times > _RARE * len(filled))


def broken(cut: History, spare: frozenset[str] = frozenset()) -> dict[datetime, str]:
    """Why closed chunks look broken, by their starts: rows far from those of the chunks around, or a void column.

    Args:
        spare: columns that may be void: labels that come late.
    """
    by_nature = often_void(cut) | spare
    reasons: dict[datetime, str] = {}
    for at, bucket in enumerate(cut.closed):
        low, high = _expected([other.rows for other in cut.closed], at)
        void = [name for name in bucket.void if name not in by_nature]
        if not bucket.rows or not _FAR_FEWER * low <= bucket.rows <= _FAR_MORE * high:
            reasons[bucket.start] = f"{bucket.rows:,} rows where {low if bucket.rows < low else high:,.0f} are usual"
        elif void:
            reasons[bucket.start] = f"no value in {', '.join(void[:3])}"
    return reasons


def _expected(rows: Sequence[int], at: int) -> tuple[float, float]:
    """The least and the most of what the chunks around one let expect: a table that grows is not broken at its ends."""
    before, after = rows[max(0, at - _NEIGHBOURS) : at], rows[at + 1 : at + 1 + _NEIGHBOURS]
    nearest = [*before[-1:], *after[:1]] or [rows[at]]
    middle = median([*before, *after] or nearest)
    return min(middle, max(nearest)), max(middle, min(nearest))


def reference(cut: History, spare: frozenset[str] = frozenset()) -> Reference | None:
    """About half of the closed chunks, the older ones, without those that look broken; None where there are too few."""
    if usual(cut.closed) < SOME_ROWS:
        return None
    reasons = broken(cut, spare)
    good = [bucket for bucket in cut.closed if bucket.start not in reasons]
    if len(good) < FEWEST:
        return None
    half = -(-len(good) // 2)
    chosen = good[: max(half, min(_LEARNED_FROM, len(good) - 2))]
    start, end = chosen[0].start, chosen[-1].end
    without = tuple(
        (bucket, reasons[bucket.start])
        for bucket in cut.closed
        if start < bucket.start < end and bucket.start in reasons
    )
    is_first = start == cut.buckets[0].start
    return Reference(None if is_first else start, end, without, len(chosen), len(cut.closed))
