"""Row counts that slowly grow or shrink: too slow for any one day to be out of the usual."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import log

from msgspec import Struct

SPANS = {"day": (28, 56), "week": (4, 8)}
"""By unit: how many buckets are compared, and how many earlier those end that they are compared with."""
LEAST = 0.25
"""A change by a quarter (as a logarithm) is the least that is told."""
FURTHER = 1.25
"""How far beyond all earlier changes one must go."""
FEWEST = 28
"""Earlier changes that must be known."""


class Trend(Struct, frozen=True):
    """How the newest rows compare with those of two months before.

    change: logarithm of the ratio. limit: what it may be on either side. recent, before: rows of both spans.
    """

    change: float
    limit: float
    recent: int
    before: int

    @property
    def is_alarm(self) -> bool:
        """Whether the change goes further than any before."""
        return abs(self.change) > self.limit


def needed(unit: str) -> int:
    """How many buckets a trend needs.

    >>> needed("day")
    167
    """
    span, back = SPANS[unit]
    return span + back + back + FEWEST - 1


def trend(counts: Sequence[int | None], unit: str) -> Trend | None:
    """The change up to the newest bucket; None where the history is too short, or a span has no rows.

    What is usual follows from the changes that were complete when the earlier span ended: a slow change must not teach
    that it is usual.

    >>> trend([100] * 200 + [70] * 28, "day").is_alarm
    True
    """
    span, back = SPANS[unit]
    if len(counts) < needed(unit):
        return None
    totals = [0, *accumulate(rows or 0 for rows in counts)]

    def rows_of(end: int) -> int:
        return totals[end] - totals[end - span]

    changes = [_change(rows_of(end), rows_of(end - back)) for end in range(span + back, len(counts) + 1)]
    newest, earlier = changes[-1], [abs(change) for change in changes[:-back] if change is not None]
    if newest is None or len(earlier) < FEWEST:
        return None
    end = len(counts)
    return Trend(newest, max(LEAST, FURTHER * max(earlier)), rows_of(end), rows_of(end - back))


def _change(recent: int, before: int) -> float | None:
    return log(recent / before) if recent and before else None
