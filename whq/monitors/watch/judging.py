"""One series judged bucket by bucket, each with nothing but its past: what comes later changes no verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from whq.monitors.watch.band import Band, Volumes
from whq.monitors.watch.counts import Series
from whq.monitors.watch.excuse import excuse
from whq.monitors.watch.rhythm import Presence, Rhythm

Volume = Literal["usual", "low", "high", "excused", "short", "unusual day", "none"]
"""`short`: the history is too short. `unusual day`: rows where none are usual. `none`: an empty bucket, no volume."""
Gap = Literal["rows", "missing", "excused", "usual", "short"]
"""`rows`: there are some. `usual`: empty, as it may be. `missing`: empty, and should not be."""

ENOUGH = 10
"""Buckets that a volume verdict needs; of hours a week."""
A_TENTH = 0.1


class Judged(Struct, frozen=True):
    """The verdicts on one bucket.

    place: in the series. rows: what it has. history: how many buckets lie before it. band: what is usual, where that is
    known. since: the place where the present run of missing buckets began; an empty one that is usual does not end it.
    is_overdue: whether rows come now and then only, and have stayed away for longer than before. excuse: why an unusual
    bucket is no finding.
    """

    place: int
    rows: int
    history: int
    volume: Volume
    gap: Gap
    presence: Presence
    band: Band | None = None
    since: int | None = None
    is_overdue: bool = False
    excuse: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether rows are missing that should have come in this bucket, or in one before and have not since."""
        return self.gap == "missing" or (self.gap == "usual" and self.since is not None)

    @property
    def is_nearly_empty(self) -> bool:
        """Whether it has at most a tenth of the rows that are expected."""
        return self.band is not None and self.rows <= A_TENTH * self.band.expected


def judged(series: Series, first: int = 0, *, only_gaps: bool = False) -> list[Judged]:
    """The verdicts on the buckets of a series from the place `first` on; those that are left out have none.

    Args:
        only_gaps: no bucket with rows is judged, which is much quicker.
    """
    verdicts: list[Judged] = []
    walk = Walk(series)
    for place, rows in enumerate(series.counts):
        if rows is not None and (rows == 0 or (place >= first and not only_gaps)):
            verdict = walk.judge(rows)
            verdicts += [verdict] if place >= first else []
        walk.add(rows)
    return verdicts


class Walk:
    """A series up to one of its buckets."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.volumes = Volumes(series.grain)
        self.of_those_with_rows = Volumes(series.grain, (1,))
        self.rhythm = Rhythm(series.grain)

    def add(self, rows: int | None) -> None:
        """The next bucket; None is one that is left out."""
        self.volumes.add(rows)
        self.rhythm.add(rows)
        if rows:
            self.of_those_with_rows.add(rows)

    def would_be(self, rows: int) -> Judged:
        """The verdicts on the next bucket if it had so many rows; nothing is remembered of it."""
        before = self.rhythm.alarm
        verdict = self.judge(rows)
        self.rhythm.alarm = before
        return verdict

    def judge(self, rows: int) -> Judged:
        """The verdicts on the next bucket."""
        presence = self.rhythm.next()
        place = len(self.volumes.counts)
        history = self.series.skipped + place
        if rows == 0:
            return self._empty(presence, place, history)
        bare = Judged(place, rows, history, "usual", "rows", presence)
        if presence.share == 0:
            return replace(bare, volume="unusual day")
        if place < (168 if self.series.grain.unit == "hour" else ENOUGH):
            return self._of_short_history(bare)
        source = self.of_those_with_rows if presence.is_irregular else self.volumes
        band = source.band()
        if band is None:
            return replace(bare, volume="short")
        side = band.side(rows)
        if side == 0:
            return replace(bare, band=band)
        reason = self._excuse(place, rows, band)
        volume: Volume = "excused" if reason else "low" if side < 0 else "high"
        return replace(bare, band=band, volume=volume, excuse=reason)

    def _empty(self, presence: Presence, place: int, history: int) -> Judged:
        band = self.volumes.band() if presence.is_expected else None
        alarm = self.rhythm.is_alarm(presence, None if band is None else band.expected)
        bare = Judged(place, 0, history, "none", "usual", presence, band)
        if alarm is None:
            return replace(bare, gap="short")
        if not alarm:
            return replace(bare, since=self.rhythm.alarm_since)
        reason = self._excuse(place, 0, band)
        gap: Gap = "excused" if reason else "missing"
        since, is_overdue = self.rhythm.alarm_since, self.rhythm.alarm_is_overdue
        return replace(bare, gap=gap, since=since, is_overdue=is_overdue, excuse=reason)

    def _of_short_history(self, bare: Judged) -> Judged:
        """A short history knows its least and its greatest count only; hours have no verdict then."""
        counts = self.series.counts[: bare.place]
        unit = self.series.grain.unit
        known = [rows for rows in counts if rows]
        if unit == "hour" or len(known) < 4 or len(known) < len(counts):
            return replace(bare, volume="short")
        below, above = (0.33, 3.0) if unit == "day" else (0.5, 2.0)
        lower, upper = below * min(known), above * max(known)
        band = Band(1, sorted(known)[len(known) // 2], lower, upper, len(known))
        volume: Volume = "low" if bare.rows < lower else "high" if bare.rows > upper else "short"
        return replace(bare, volume=volume, band=None if volume == "short" else band)

    def _excuse(self, place: int, rows: int, band: Band | None) -> str | None:
        """What the calendar excuses; of days only."""
        if self.series.grain.unit != "day" or (band is not None and not band.expected):
            return None
        ratio = rows / band.expected if band is not None else 0.0
        return excuse(self.series.at(place).date(), ratio, self._ratio(1 if band is None else band.cycle))

    def _ratio(self, cycle: int) -> Callable[[date], float | None]:
        first = self.series.start.date()

        def ratio(day: date) -> float | None:
            place = (day - first).days
            if not 0 <= place < len(self.volumes.counts):
                return None
            rows, expected = self.series.counts[place], self.volumes.expectations[cycle][place]
            if rows is None or expected is None:
                return None
            return rows / expected if expected else None

        return ratio


class Ending(Struct, frozen=True):
    """How a series ends, before anything is judged: what should have come after its last bucket with rows.

    last: its place. missing: places of later buckets that should have rows. is_known: whether the history is long
    enough to tell.
    """

    last: int
    missing: tuple[int, ...] = ()
    is_known: bool = True


def ending(series: Series) -> Ending:
    """How a series ends. Buckets count as missing that were usual before the last one with rows; what comes now and
    then is missing where it is overdue."""
    counts = series.counts
    last = max((place for place, rows in enumerate(counts) if rows), default=-1)
    rhythm = Rhythm(series.grain)
    for rows in counts[: last + 1]:
        rhythm.add(rows)
    cycle = rhythm.next().cycle
    if cycle is None:
        return Ending(last, is_known=False)
    later = [place for place in range(last + 1, len(counts)) if counts[place] is not None]
    missing = tuple(place for place in later if rhythm.was_usual(cycle, last + 1, place))
    return Ending(last, missing or _overdue(rhythm, counts))


def _overdue(rhythm: Rhythm, counts: Sequence[int | None]) -> tuple[int, ...]:
    """The buckets at the end that are empty for longer than any before."""
    overdue: list[int] = []
    for place in range(len(rhythm.present), len(counts)):
        if counts[place] is not None and rhythm.is_alarm(rhythm.next(), None):
            overdue.append(place)
        rhythm.add(counts[place])
    return tuple(overdue)


def without_lag(series: Series, end: Ending, lag: int) -> Series:
    """The series without the last `lag` buckets that should have rows, and what follows them.

    Tables are loaded some time after a bucket is over: what has never been there at this hour is not missing.
    """
    if not lag or not end.missing:
        return series
    return series.until(end.missing[-lag] if len(end.missing) > lag else end.last + 1)
