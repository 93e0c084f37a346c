"""Rows that arrive after their bucket was counted first: what is usual, and what that means for a fresh count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from msgspec import Struct

from whq import calendar
from whq.monitors.watch.counts import Count, Counts

NEARLY_ALL = 0.98
"""A table whose buckets have usually that share of their rows at the first count has no late rows to speak of."""
ENOUGH = 10
"""First counts that must be known before a fresh count is judged by them."""
LAST = 20
"""How many of the newest first counts are looked at."""
LEAST, LEAST_UNKNOWN = 0.02, 0.1
"""The share of late rows that is told at least, and while little is known."""
FEWEST_ROWS = 5
FURTHER = 1.25


class Late(Struct, frozen=True):
    """How many of a bucket's rows came after its first count.

    limit: the greatest share that is usual. rows: how many came late.
    """

    bucket: datetime
    rows: int
    share: float
    limit: float

    @property
    def is_alarm(self) -> bool:
        """Whether more came late than is usual."""
        return self.share > self.limit and self.rows >= FEWEST_ROWS


def is_fresh(count: Count, bucket: datetime, unit: str, late: timedelta) -> bool:
    """Whether a bucket was counted first right when it was closed."""
    end = calendar.after(unit, bucket, 1)
    following = calendar.after(unit, bucket, 2)
    return end <= count.first_as_of - late <= following


def first_shares(counts: Counts, unit: str, late: timedelta) -> list[float]:
    """Which share of its rows each bucket had at its first count, in order of time; of those counted again since."""
    return [
        count.first / count.rows
        for bucket, count in sorted(counts.items())
        if count.rows and count.as_of > count.first_as_of and is_fresh(count, bucket, unit, late)
    ]


def usual_share(shares: Sequence[float]) -> float | None:
    """The usual share of rows at the first count; None where nearly all are there, or nothing is known."""
    usual = median(shares[-LAST:]) if shares else 1.0
    return usual if usual < NEARLY_ALL else None


def late_rows(counts: Counts, as_of: datetime) -> list[Late]:
    """The late rows of each bucket that the run of this clock has counted again, in order of time."""
    told: list[Late] = []
    earlier: list[float] = []
    for bucket, count in sorted(counts.items()):
        if count.as_of <= count.first_as_of or not count.rows:
            continue
        share = max(0.0, 1 - count.first / count.rows)
        known = earlier[-LAST:]
        limit = max(LEAST if len(known) >= ENOUGH else LEAST_UNKNOWN, FURTHER * max(known, default=0.0))
        if count.as_of == as_of:
            told.append(Late(bucket, max(0, count.rows - count.first), share, limit))
        earlier.append(share)
    return told
