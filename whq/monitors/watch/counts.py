"""Rows by day or hour, as measured and as stored, and the series that they make: a calendar without holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from msgspec import Struct

from whq import calendar
from whq.monitors.watch.grains import Grain
from whq.values import Measurement, Scalar

AHEAD = timedelta(hours=14)
"""How far ahead of UTC the clocks of the earth are; only later rows are from the future."""


class Count(Struct, frozen=True):
    """The rows of one bucket: when it was counted first, and when last.

    first_as_of, as_of: the clocks (UTC, naive) of the runs that counted.
    """

    first: int
    first_as_of: datetime
    rows: int
    as_of: datetime


Counts = Mapping[datetime, Count]
"""By the start of the bucket; one without a row may be missing."""


class Measured(Struct, frozen=True):
    """What a run has counted of one segment.

    rows: by the start of the bucket. earliest, latest: the least and greatest time in each bucket. unreadable: rows
    whose time is after Python's years.
    """

    rows: Mapping[datetime, int] = {}
    earliest: Mapping[datetime, datetime] = {}
    latest: Mapping[datetime, datetime] = {}
    unreadable: int = 0


def measured(answer: Measurement) -> dict[str | None, Measured]:
    """What a request has counted, by segment; None is all rows, and is there even if there is none."""
    rows: dict[str | None, dict[datetime, int]] = defaultdict(dict)
    earliest: dict[str | None, dict[datetime, datetime]] = defaultdict(dict)
    latest: dict[str | None, dict[datetime, datetime]] = defaultdict(dict)
    unreadable: dict[str | None, int] = defaultdict(int)
    for row in answer.rows:
        segment, number = row.cell.segment, int(str(row.values["n"]).partition(".")[0])
        bucket = moment(row.values["bucket"])
        if bucket is None:
            unreadable[segment] += number if _is_ahead(str(row.values["bucket"])) else 0
            continue
        rows[segment][bucket] = number
        earliest[segment][bucket] = moment(row.values["earliest"]) or bucket
        latest[segment][bucket] = moment(row.values["latest"]) or bucket
    segments = {*rows, *unreadable} or {None}
    return {
        segment: Measured(rows[segment], earliest[segment], latest[segment], unreadable[segment])
        for segment in segments
    }


def moment(raw: Scalar) -> datetime | None:
    """A time as an engine gives it; None for one beyond Python's years."""
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=None)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day)
    try:
        return datetime.fromisoformat(raw).replace(tzinfo=None) if isinstance(raw, str) else None
    except ValueError:
        return None


def _is_ahead(text: str) -> bool:
    """Whether a time beyond Python's years lies after them: 12000-01-01, infinity."""
    return not text.startswith("-") and "BC" not in text


def updated(
    stored: Counts, rows: Mapping[datetime, int], since: datetime | None, as_of: datetime
) -> dict[datetime, Count]:
    """The counts that are stored, with those of a run that counted from `since` on (None: all).

    A bucket that was counted before and has no row any more counts 0.
    """
    counts = dict(stored)
    again = (bucket for bucket in stored if since is None or bucket >= since)
    for bucket in {*rows, *again}:
        before, number = stored.get(bucket), rows.get(bucket, 0)
        counts[bucket] = (
            Count(number, as_of, number, as_of)
            if before is None
            else Count(before.first, before.first_as_of, number, as_of)
        )
    return counts


def joined(counts: Counts, unit: str) -> dict[datetime, Count]:
    """Counts by a coarser unit: a bucket was counted first when the last of its parts was."""
    parts: dict[datetime, list[Count]] = defaultdict(list)
    for bucket, count in counts.items():
        parts[calendar.floor(unit, bucket)].append(count)
    return {
        bucket: Count(
            sum(count.first for count in of),
            max(count.first_as_of for count in of),
            sum(count.rows for count in of),
            max(count.as_of for count in of),
        )
        for bucket, of in parts.items()
    }


def unit_of(unit: str, buckets: Iterable[datetime]) -> str:
    """The unit by which rows are judged: the one they are counted by, or a coarser one where all times are its starts.

    >>> unit_of("day", [datetime(2024, month, 1) for month in range(1, 8)])
    'month'
    """
    starts = sorted(buckets)
    if unit != "day" or len(starts) < 4:
        return unit
    for coarse in ("year", "quarter", "month"):
        if all(calendar.floor(coarse, start) == start for start in starts):
            return coarse
    return unit


class Series(Struct, frozen=True):
    """The row counts of one segment, bucket by bucket without a hole.

    start: of the first bucket. counts: rows; None where the bucket is left out (`ignore`). skipped: how many buckets
    before them are left out because they lie too far back. newest: the greatest time of any row.
    """

    grain: Grain
    start: datetime
    counts: tuple[int | None, ...]
    skipped: int = 0
    newest: datetime | None = None

    def at(self, place: int) -> datetime:
        """The start of a bucket."""
        return calendar.after(self.grain.unit, self.start, place)

    def place(self, moment: datetime) -> int:
        """The place of the bucket that holds a moment; outside of the series it is too."""
        return calendar.steps(self.grain.unit, self.start, calendar.floor(self.grain.unit, moment))

    def until(self, end: int) -> Series:
        """The series without the buckets from a place on."""
        return Series(self.grain, self.start, self.counts[:end], self.skipped, self.newest)


def summed(rows: Mapping[datetime, int], unit: str) -> dict[datetime, int]:
    """Counts by a coarser unit."""
    totals: dict[datetime, int] = defaultdict(int)
    for bucket, number in rows.items():
        totals[calendar.floor(unit, bucket)] += number
    return dict(totals)


PAUSE = timedelta(days=5 * 366)
"""Times that lie so far before all others stand for none, as 1900-01-01 does."""


def _without_placeholders(starts: list[datetime]) -> list[datetime]:
    later = [at for at, (first, second) in enumerate(pairwise(starts), 1) if second - first > PAUSE and at <= 2]
    return starts[later[-1] :] if later else starts


def series(
    rows: Mapping[datetime, int],
    grain: Grain,
    closed: datetime,
    ignore: Sequence[date] = (),
    *,
    is_finished: bool = False,
    newest: datetime | None = None,
) -> Series | None:
    """The series of all buckets that are closed, but for the first with rows: that is cut off somewhere.

    Args:
        rows: by the start of the bucket of the grain's unit.
        closed: buckets that end later are still open.
        ignore: days to leave out.
        is_finished: the last bucket with rows is cut off too, and none comes after it.

    Returns:
        None where no bucket is left.
    """
    unit = grain.unit
    with_rows = sorted(bucket for bucket, number in rows.items() if number)
    if not with_rows:
        return None
    with_rows = _without_placeholders(with_rows)
    last = calendar.after(unit, with_rows[-1], -1 if is_finished else 0)
    newest_closed = calendar.after(unit, calendar.floor(unit, closed), -1)
    last = min(last, newest_closed) if is_finished else newest_closed
    size = calendar.steps(unit, with_rows[0], last)
    skipped = max(0, size - grain.judged - grain.memory)
    start = calendar.after(unit, with_rows[0], 1 + skipped)
    starts = (calendar.after(unit, start, place) for place in range(size - skipped))
    left_out = frozenset(ignore) if unit in ("hour", "day") else frozenset()
    counts = tuple(None if at.date() in left_out else rows.get(at, 0) for at in starts)
    return Series(grain, start, counts, skipped, newest) if counts else None


class Stored(Struct, frozen=True):
    """What earlier runs have counted for one request.

    counts: by segment; None is all rows. since: where this run has begun to count again; None where it counts all.
    lags: by unit, how many buckets at the end were empty at earlier good runs, oldest first. future: how many rows lay
    ahead of the clock at the last run; None where there was none.
    """

    counts: Mapping[str | None, Counts] = {}
    since: datetime | None = None
    lags: Mapping[str, tuple[int, ...]] = {}
    future: int | None = None

    def lag(self, unit: str) -> int | None:
        """How many buckets at the end may be empty by experience; None where there is none."""
        lags = self.lags.get(unit, ())
        return max(lags[-LAGS:]) if lags else None


LAGS = 10
"""How many good runs are remembered for the closing lag."""
FIRST_LAG = 2
"""Empty buckets at the end that are taken for a closing lag where there is no experience."""


def in_future(counted: Measured, as_of: datetime) -> int:
    """How many rows lie ahead of every clock on earth; at least, where a bucket lies across that moment."""
    ahead = as_of + AHEAD
    rows = counted.unreadable
    for bucket, number in counted.rows.items():
        if counted.earliest[bucket] > ahead:
            rows += number
        elif counted.latest[bucket] > ahead:
            rows += 1
    return rows
