"""Whether rows are usual in a bucket at all, and when an empty one is one too many.

Business days, nights without rows and loads of every fourth week follow from what was empty before; nobody has to write
a calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp

from msgspec import Struct

from whq.monitors.watch.grains import Grain

SAME_PHASE = 8
FULL = 0.9
"""Rows are expected where at least that share of the last buckets of the same phase had some."""
CHANCE = 0.002
"""An empty bucket is an alarm where its chance is less."""
FIRST = 8
"""Buckets without a verdict at the beginning."""
_SCALE = 840
"""Shares of up to eight are whole numbers in this unit, so that errors add up without rounding."""


class Presence(Struct, frozen=True):
    """What is known of the next bucket.

    cycle: the cycle that foretells best, None where none can be told. share: of the last buckets of the same phase,
    those with rows.
    """

    cycle: int | None = None
    share: float | None = None

    @property
    def is_expected(self) -> bool:
        """Whether rows are usual."""
        return self.share is not None and self.share >= FULL

    @property
    def is_irregular(self) -> bool:
        """Whether rows come and go."""
        return self.share is not None and self.share < FULL


class Rhythm:
    """Which buckets of a series had rows so far; one bucket is judged before it is added."""

    def __init__(self, grain: Grain) -> None:
        self.grain = grain
        self.present: list[bool | None] = []
        """Whether a bucket has rows; None is one that is left out."""
        self._shares: dict[int, list[float | None]] = {cycle: [] for cycle in grain.rhythms}
        self._errors: dict[int, list[tuple[int, int]]] = {cycle: [(0, 0)] for cycle in grain.rhythms}
        self._with_rows: list[int] = []
        self._left_out = [0]
        self.alarm: tuple[int, int | None] | None = None
        """Where the present run of alarms began, and the cycle that says so; None where rows come now and then."""

    def add(self, rows: int | None) -> None:
        """The next bucket; None is one that is to be left out."""
        is_present = None if rows is None else rows > 0
        at = len(self.present)
        for cycle, shares in self._shares.items():
            share = self._share(cycle, at)
            shares.append(share)
            total, count = self._errors[cycle][-1]
            if share is not None and is_present is not None:
                total, count = total + round(_SCALE * (share - is_present)) ** 2, count + 1
            self._errors[cycle].append((total, count))
        if is_present:
            self._with_rows.append(at)
            self.alarm = None
        self._left_out.append(self._left_out[-1] + (is_present is None))
        self.present.append(is_present)

    def next(self) -> Presence:
        """What is known of the next bucket."""
        at = len(self.present)
        start = max(0, at - self.grain.window)
        best: tuple[float | None, int] | None = None
        for cycle in self.grain.rhythms:
            if self._share(cycle, at) is None:
                continue
            score = self._score(cycle, start, at)
            if best is None or (score is not None and (best[0] is None or score < 0.9 * best[0])):
                best = score, cycle
        if best is None or at < FIRST:
            return Presence()
        return Presence(best[1], self._share(best[1], at))

    def is_alarm(self, presence: Presence, expected_rows: float | None) -> bool | None:
        """Whether the next bucket may not be empty; None where the past is too short to say.

        Args:
            presence: what `next` says. expected_rows: how many rows are usual in the bucket, where that is known.
        """
        if presence.cycle is None:
            return None
        alarm = (
            self._is_too_rare(presence.cycle, expected_rows)
            if presence.is_expected
            else self._is_overdue(presence.share)
        )
        if alarm:
            self.alarm = self.alarm or (len(self.present), presence.cycle if presence.is_expected else None)
        elif self.alarm is not None:
            alarm = self._goes_on(*self.alarm)
        return alarm

    @property
    def alarm_since(self) -> int | None:
        """Where the present run of alarms began."""
        return None if self.alarm is None else self.alarm[0]

    @property
    def alarm_is_overdue(self) -> bool:
        """Whether the present run of alarms is of rows that come now and then."""
        return self.alarm is not None and self.alarm[1] is None

    def _share(self, cycle: int, at: int) -> float | None:
        places = range(at - cycle, max(-1, at - cycle * SAME_PHASE - 1), -cycle)
        same = [is_present for place in places if (is_present := self.present[place]) is not None]
        return sum(same) / len(same) if len(same) >= 3 else None

    def _score(self, cycle: int, start: int, end: int) -> float | None:
        """The mean squared error of a cycle in a part of the past."""
        (total, count), (before, earlier) = self._errors[cycle][end], self._errors[cycle][start]
        return (total - before) / (count - earlier) if count - earlier >= 6 else None

    def _is_too_rare(self, cycle: int, expected_rows: float | None) -> bool:
        """Whether a run of empty buckets as long as this one is longer, and rarer, than those before."""
        runs, current, expected = self._runs(cycle)
        runs.sort()
        second_longest = runs[-2] if len(runs) > 1 else 0
        by_chance = exp(-min(50.0, 50.0 if expected_rows is None else expected_rows))
        by_habit = sum(runs[:-1]) / max(expected, 1)
        length = current + 1
        return bool(length > second_longest and max(by_chance, by_habit) ** length < CHANCE)

    def _runs(self, cycle: int) -> tuple[list[int], int, int]:
        """Lengths of the runs of empty buckets that were expected, the present one's, and how many were expected."""
        runs: list[int] = []
        current = expected = 0
        for at in range(max(0, len(self.present) - self.grain.window), len(self.present)):
            is_present, share = self.present[at], self._shares[cycle][at]
            if is_present is None:
                continue
            is_expected = share is not None and share >= FULL
            expected += is_expected
            if is_present:
                runs += [current] if current else []
                current = 0
            elif is_expected:
                current += 1
        return runs, current, expected

    def _is_overdue(self, share: float | None) -> bool | None:
        """Whether rows that come now and then stay away for longer than before."""
        distances = self._distances()
        if len(distances) < 4:
            return False if share == 0 else None
        since = self._between(self._with_rows[-1], len(self.present))
        if len(set(distances)) == 1:
            return since >= distances[0] > 1
        return since > 1.5 * max(distances)

    def _distances(self) -> Sequence[int]:
        places = self._with_rows[-21:]
        return [self._between(first, second) for first, second in pairwise(places)]

    def _between(self, first: int, second: int) -> int:
        """How many buckets lie between two, those that are left out apart."""
        return second - first - (self._left_out[second] - self._left_out[first])

    def _goes_on(self, began: int, cycle: int | None) -> bool:
        """Whether an alarm lasts: there has been no row since, and rows were usual before it."""
        return cycle is None or self.was_usual(cycle, began, len(self.present))

    def was_usual(self, cycle: int, began: int, place: int) -> bool:
        """Whether rows were usual in the phase of a place before a run of empty buckets began."""
        share = self._share(cycle, began + (place - began) % cycle)
        return share is not None and share >= FULL
