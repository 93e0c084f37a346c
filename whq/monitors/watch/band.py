"""How many rows a bucket should have, and how far it may lie from that: no fit, no library, only the past.

The expectation is the median of the same phase of a cycle (the last Mondays), brought to the present level. The band
stands around it on a scale on which counts of every size vary alike: like chance below about 1,000 rows, by 3 % above.
It is as wide as the past was unruly, and never narrower than the second greatest surprise on its side, so that one
holiday does not blind it and two do not alarm again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asinh, sinh, sqrt

from msgspec import Struct

from whq.monitors.watch.grains import LONG, Grain

SAME_PHASE = 8
"""How many buckets of the same phase the expectation is the median of."""
WIDTH = 3.5
LEAST_SPREAD = 0.03
"""Counts are taken to vary by that share at least."""
GUARD = 1.1
"""How far beyond the second greatest surprise of its side a bucket must lie."""
FEWEST = 6
"""Buckets with an expectation that a band needs."""
A_HOLE = 10
"""An empty bucket where that many rows were usual teaches nothing about what is usual."""


class Band(Struct, frozen=True):
    """What is usual for one bucket.

    cycle: the cycle that foretells best. expected: rows. lower, upper: inclusive; a lower one of 0 or less means that
    too few rows are usual to see a loss. history: how many buckets it was learned from.
    """

    cycle: int
    expected: float
    lower: float
    upper: float
    history: int

    def side(self, rows: int) -> int:
        """-1 where rows lie below the band, 1 above, 0 inside."""
        return -1 if rows < self.lower else 1 if rows > self.upper else 0


class Volumes:
    """The row counts of a series so far; one bucket is judged before it is added."""

    def __init__(self, grain: Grain, cycles: Sequence[int] | None = None) -> None:
        self.grain = grain
        self.cycles = tuple(cycles or grain.cycles)
        self.counts: list[int | None] = []
        """Rows by bucket; None where a bucket teaches nothing."""
        self._phase: dict[int, list[float | None]] = {cycle: [] for cycle in self.cycles}
        self.expectations: dict[int, list[float | None]] = {cycle: [] for cycle in self.cycles}
        self._surprises: dict[int, list[tuple[float, float] | None]] = {cycle: [] for cycle in self.cycles}

    def add(self, rows: int | None) -> None:
        """The next bucket; None is one that is to be left out."""
        base = max((cycle for cycle in self.cycles if cycle not in LONG), default=1)
        before = self._same_phase(base)
        for cycle in self.cycles:
            phase, expected = self._expected(cycle)
            self._phase[cycle].append(phase)
            self.expectations[cycle].append(expected)
        is_hole = rows == 0 and bool(before) and _median(before) >= A_HOLE
        counted = None if is_hole else rows
        self.counts.append(counted)
        for cycle in self.cycles:
            expected = self.expectations[cycle][-1]
            surprise = None
            if counted is not None and expected is not None:
                surprise = abs(counted - expected), stretched(counted) - stretched(expected)
            self._surprises[cycle].append(surprise)

    def band(self) -> Band | None:
        """What is usual for the next bucket; None where the past is too short to say."""
        best: tuple[float, int, float] | None = None
        start = max(0, len(self.counts) - self.grain.window)
        for cycle in self.cycles:
            expected = self._expected(cycle)[1]
            errors = sorted(item[0] for item in self._surprises[cycle][start:] if item is not None)
            if expected is None or len(errors) < FEWEST:
                continue
            cap = errors[int(0.9 * (len(errors) - 1))]
            score = sum(min(error, cap) for error in errors) / len(errors)
            if best is None or score < 0.9 * best[0]:
                best = score, cycle, expected
        if best is None:
            return None
        _, cycle, expected = best
        return _band(cycle, expected, sorted(item[1] for item in self._surprises[cycle][start:] if item is not None))

    def _same_phase(self, cycle: int) -> list[int]:
        """The counts of the last buckets of the next one's phase, newest first."""
        at = len(self.counts)
        places = range(at - cycle, max(-1, at - cycle * SAME_PHASE - 1), -cycle)
        return [rows for place in places if (rows := self.counts[place]) is not None]

    def _expected(self, cycle: int) -> tuple[float | None, float | None]:
        """The median of the same phase, and the same at the present level."""
        before = self._same_phase(cycle)
        if cycle == 12:
            before = before[:3]
        if len(before) < (4 if cycle == 1 else 2 if cycle in LONG else 3):
            return None, None
        phase = _median(before)
        if not phase or cycle == 1:
            return phase, phase
        recent = range(max(0, len(self.counts) - self.grain.level), len(self.counts))
        ratios = [
            rows / own
            for place in recent
            if (rows := self.counts[place]) is not None and (own := self._phase[cycle][place])
        ]
        return phase, phase * _median(ratios) if len(ratios) >= max(2, self.grain.level // 2) else phase


def _band(cycle: int, expected: float, surprises: Sequence[float]) -> Band:
    spread = max(1.0, 1.4826 * _median([abs(surprise) for surprise in surprises]))
    half = WIDTH * (1 + 2.5 / len(surprises)) * spread
    centre = stretched(expected)
    lower = _shrunk(centre - max(half, -GUARD * surprises[1]))
    upper = _shrunk(centre + max(half, GUARD * surprises[-2]))
    return Band(cycle, expected, lower, upper, len(surprises))


def stretched(rows: float) -> float:
    """A count on the scale on which all counts vary alike.

    >>> [round(stretched(rows + 100) - stretched(rows), 1) for rows in (100, 10_000, 1_000_000)]
    [7.8, 0.3, 0.0]
    """
    return 2 / LEAST_SPREAD * asinh(LEAST_SPREAD * sqrt(rows + 0.375))


def _shrunk(value: float) -> float:
    """The inverse of `stretched`."""
    return float((sinh(LEAST_SPREAD * max(value, 0.0) / 2) / LEAST_SPREAD) ** 2 - 0.375)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return float(ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)
