"""What differs between hours, days, weeks, months, quarters and years: the cycles that are tried, and how far back."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Grain(Struct, frozen=True):
    """How series of one calendar unit are judged. All lengths are in buckets.

    unit: `hour` … `year`. cycles: after how many buckets a series may repeat itself. window: how much of the past is
    looked at. level: over how many buckets the present level is measured. judged: how many of the newest buckets a run
    judges. word: one bucket in words.
    """

    unit: str
    cycles: tuple[int, ...]
    window: int
    level: int
    judged: int
    word: str

    @property
    def rhythms(self) -> tuple[int, ...]:
        """The cycles in which rows may be present and absent; years are too long for that."""
        return tuple(cycle for cycle in self.cycles if cycle not in LONG)

    @property
    def memory(self) -> int:
        """How many buckets before one can matter to its verdict, but for gaps that are longer than all of them."""
        longest = max(self.cycles)
        return self.window + self.level + 16 * longest + (366 if self.unit == "day" else 0)


LONG = frozenset({4, 12})
"""Cycles of a year in quarters and months: three values are used of them, and two are enough."""

GRAINS: Mapping[str, Grain] = {
    "hour": Grain("hour", (1, 24, 168), 672, 24, 672, "hour"),
    "day": Grain("day", (1, 7), 56, 7, 366, "day"),
    "week": Grain("week", (1,), 26, 4, 156, "week"),
    "month": Grain("month", (1, 12), 24, 3, 120, "month"),
    "quarter": Grain("quarter", (1, 4), 12, 2, 60, "quarter"),
    "year": Grain("year", (1,), 12, 2, 60, "year"),
}
