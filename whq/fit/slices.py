"""Slices of rows against the rest of them, and what slices contribute to the change of a mean.

A slice is told from the rest by the difference of two means (Welch's standard error); of all slices that are looked at,
each with its own chance to look bad, by Holm's correction (1979): slices overlap, and it holds however they hang
together. A change of a mean is the sum of two parts over the slices of a column: other shares of rows (mix), and other
values in the slices (rate).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import erfc, sqrt
from typing import TypeVar

from msgspec import Struct

NORMAL = 1.959963984540054
"""Standard errors to both sides hold 95 of 100."""

Key = TypeVar("Key", bound=Hashable)


class Sums(Struct, frozen=True):
    """Rows of a slice, those with a label, and the sum and the sum of squares of what these are worth."""

    members: float = 0.0
    labelled: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.members + other.members, self.labelled + other.labelled,
            self.total + other.total, self.squares + other.squares,
        )  # fmt: skip

    def __sub__(self, other: Sums) -> Sums:
        return Sums(
            self.members - other.members, self.labelled - other.labelled,
            self.total - other.total, self.squares - other.squares,
        )  # fmt: skip

    @property
    def mean(self) -> float:
        """What a labelled row is worth; 0 without one."""
        return self.total / self.labelled if self.labelled else 0.0

    @property
    def of_mean(self) -> float:
        """The variance of the mean. One row between the extremes seen is thought to stand beside them: not quite 0."""
        if not self.labelled:
            return 0.0
        spread = max(self.squares / self.labelled - self.mean**2, 0.0)
        return (spread + abs(self.mean) / (4 * self.labelled)) / self.labelled


class Difference(Struct, frozen=True):
    """The mean of a slice less that of the rest; error: one standard error."""

    value: float
    error: float

    @staticmethod
    def of(part: Sums, rest: Sums) -> Difference:
        """Of a slice and the rest of the rows."""
        return Difference(part.mean - rest.mean, sqrt(part.of_mean + rest.of_mean))

    @property
    def bounds(self) -> tuple[float, float]:
        """Between what it lies, 95 of 100 times."""
        return self.value - NORMAL * self.error, self.value + NORMAL * self.error

    def chance(self, better: str) -> float:
        """How often chance alone makes a slice so bad, or worse."""
        bad = -self.value if better == "higher" else self.value
        return 0.5 * erfc(bad / self.error / sqrt(2)) if self.error else float(bad <= 0)

    def loss(self, better: str) -> float:
        """By how much it is bad for certain: the near end of its bounds; below 0 it may be none."""
        return (-self.value if better == "higher" else self.value) - NORMAL * self.error


def holm(chances: Sequence[float]) -> list[float]:
    """Chances corrected for how many there are (Holm, 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    corrected, reached = [0.0] * len(chances), 0.0
    for place, at in enumerate(order):
        reached = max(reached, min(1.0, chances[at] * (len(chances) - place)))
        corrected[at] = reached
    return corrected


class Contribution(Struct, frozen=True):
    """What one slice has in the change of a mean; shares and means before and now."""

    rows: int
    share: tuple[float, float]
    mean: tuple[float, float]
    mix: float
    rate: float

    @property
    def total(self) -> float:
        """Both parts."""
        return self.mix + self.rate


def contributions(before: Mapping[Key, Sums], now: Mapping[Key, Sums]) -> dict[Key, Contribution]:
    """The parts of all slices of one column; together they are the whole change.

    A slice that one side has not has the other side's mean there: all of it is mix.

    Args:
        before, now: the sums by slice, which hold each row once.
    """
    whole, today = (sum(side.values(), start=Sums()) for side in (before, now))
    if not whole.labelled or not today.labelled:
        return {}
    found: dict[Key, Contribution] = {}
    for key in dict.fromkeys((*before, *now)):
        was, is_now = before.get(key, Sums()), now.get(key, Sums())
        if not was.labelled and not is_now.labelled:
            continue
        shares = was.labelled / whole.labelled, is_now.labelled / today.labelled
        means = was.mean if was.labelled else is_now.mean, is_now.mean if is_now.labelled else was.mean
        mix = (shares[1] - shares[0]) * (means[0] - whole.mean)
        found[key] = Contribution(int(is_now.labelled), shares, means, mix, shares[1] * (means[1] - means[0]))
    return found


def by_mix(before: Mapping[Key, Sums], now: Mapping[Key, Sums]) -> float | None:
    """What other shares of rows alone do to the mean, labelled or not; None where the slices have no mean before.

    A slice of which nothing was known before is left out: it has no mean to go by.
    """
    known = {key: sums for key, sums in before.items() if sums.labelled}
    rows = sum(one.members for key, one in now.items() if key in known)
    whole = sum(known.values(), start=Sums())
    if not rows or not whole.labelled:
        return None
    return sum(now[key].members / rows * sums.mean for key, sums in known.items() if key in now) - whole.mean
