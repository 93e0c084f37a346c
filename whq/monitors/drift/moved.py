"""What moved where a column drifted, in words: `median 24,000 → 56,000`, `` `social` 0 % → 15.5 % ``.

Read off the rows in bins that the scan has brought already. Quantiles are interpolated in their bin, so they are about
right; beyond the outer bins only the side is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, inf

import numpy as np
from msgspec import Struct

from whq.monitors.drift.statistics import Integers
from whq.values import Cuts
from whq.wording import amount

MEDIAN_MOVED = 0.1
"""Part of the interquartile range by which the median has to move to be told."""
SPREAD_MOVED, SPREAD_TOO = 0.25, 1.0
"""Part by which the spread has to change to be told where the median stands still, and beside a median that moved."""
BEYOND_MOVED = 0.05
"""By how much the share of rows beyond all bins has to move to be told."""
MISSING_MOVED = 0.01
"""By how much the share of rows without a value has to move to be told."""
MOST = 2
"""Categories that are named."""
_LONGEST = 40


class Side(Struct, frozen=True):
    """The rows of one side of a comparison: in each bin, and of all how many there are (with those in no bin)."""

    n: Integers
    rows: int

    @property
    def total(self) -> int:
        """The rows in bins."""
        return int(self.n.sum())

    @property
    def shares(self) -> np.ndarray:
        """The share of each bin among the rows in bins."""
        return self.n / max(self.total, 1)

    @property
    def missing(self) -> float:
        """The share of rows without a value."""
        return max(self.rows - self.total, 0) / self.rows if self.rows else 0.0


class Axis(Struct, frozen=True):
    """How a numeric column was cut: bin i lies between cuts i - 1 and i; `is_whole` for a column of whole numbers."""

    cuts: Cuts
    is_whole: bool


def numbers(axis: Axis, before: Side, now: Side, is_private: bool) -> str:
    """What moved in a numeric column: its median, its spread, else the share below the value where it moved most.

    Args:
        is_private: whether no value of the column may be named; then only median and spread are told.
    """
    parts: list[str] = []
    if before.total and now.total:
        parts = [text for text in (_median(axis, before, now), _spread(axis, before, now)) if text]
        if not is_private:
            if not quantile(axis, now.n, 0.5).side:
                parts += _beyond(axis, before, now)
            parts = parts or _shifted(axis, before, now)
    return "; ".join([*parts, *_missing(before, now)])


def categories(names: Sequence[str | None], before: Side, now: Side, may_name: Callable[[str, int], bool]) -> str:
    """What moved in a column of categories: the shares that moved most, new ones and those that are gone among them.

    Args:
        names: by bin; None for all that are too many to be listed.
        may_name: whether a category of that name and so many rows may be named.
    """
    parts: list[str] = []
    if before.total and now.total:
        grown = np.round(now.shares - before.shares, 9)
        change = np.abs(grown)
        order = sorted(range(len(names)), key=lambda at: (-change[at], -grown[at], str(names[at])))
        told = [at for at in order if change[at] > 0][:MOST]
        largest = change[told[0]] if told else 0.0
        parts = [_category(names[at], at, before, now, may_name) for at in told if change[at] >= largest / 2]
        parts += _come_and_gone(before, now, set(told[: len(parts)]))
    return "; ".join([*parts, *_missing(before, now)])


def _category(name: str | None, at: int, before: Side, now: Side, may_name: Callable[[str, int], bool]) -> str:
    was, is_now = _two_shares(float(before.shares[at]), float(now.shares[at]))
    rows = max(int(before.n[at]), int(now.n[at]))
    if name is not None and may_name(name, rows):
        return f"`{name if len(name) <= _LONGEST else name[: _LONGEST - 1] + '…'}` {was} → {is_now}"
    if not before.n[at]:
        return f"a new category has {is_now}"
    return f"a category that was {was} is now {is_now}"


def _come_and_gone(before: Side, now: Side, told: set[int]) -> Iterator[str]:
    """How many categories are new, and how many are gone, beside those that are told."""
    untold = [at for at in range(len(now.n)) if at not in told]
    come = sum(1 for at in untold if now.n[at] and not before.n[at])
    if come:
        yield amount(come, "further new category", "further new categories")
    gone = sum(1 for at in untold if before.n[at] and not now.n[at])
    share = float(sum(before.shares[at] for at in untold if not now.n[at]))
    if gone and share >= MISSING_MOVED:  # rare ones come and go by chance
        yield f"{amount(gone, 'category', 'categories')} with {_share(share)} before gone"


def _missing(before: Side, now: Side) -> list[str]:
    if abs(now.missing - before.missing) < MISSING_MOVED:
        return []
    was, is_now = _two_shares(before.missing, now.missing)
    return [f"rows without a value {was} → {is_now}"]


# --- numbers ------------------------------------------------------------------------------------------------


def _median(axis: Axis, before: Side, now: Side) -> str:
    was, is_now = quantile(axis, before.n, 0.5), quantile(axis, now.n, 0.5)
    spread = _iqr(axis, before)
    if was.value == is_now.value and was.side == is_now.side:
        return ""
    if not was.side and not is_now.side and abs(is_now.value - was.value) < MEDIAN_MOVED * spread:
        return ""
    return f"median {_two(was, is_now)}"


def _spread(axis: Axis, before: Side, now: Side) -> str:
    was, is_now = _iqr(axis, before), _iqr(axis, now)
    if inf in (was, is_now) or was == is_now:
        return ""
    if was and is_now:
        change = max(was, is_now) / min(was, is_now) - 1
        if change < (SPREAD_TOO if _median(axis, before, now) else SPREAD_MOVED):
            return ""
    return f"spread (IQR) {_two(Place(was), Place(is_now))}"


def _iqr(axis: Axis, side: Side) -> float:
    """The interquartile range; infinite where a quartile lies beyond the outer bins."""
    low, high = quantile(axis, side.n, 0.25), quantile(axis, side.n, 0.75)
    return inf if low.side or high.side else high.value - low.value


def _beyond(axis: Axis, before: Side, now: Side) -> list[str]:
    """The shares of the outer bins, below and above all cuts, where they changed much."""
    points = axis.cuts.points
    ends = ((0, "below", points[0]), (-1, "above", points[-1])) if points else ()
    changes = [(at, word, point, now.shares[at] - before.shares[at]) for at, word, point in ends]
    told = ((at, word, point) for at, word, point, change in changes if abs(change) >= BEYOND_MOVED)
    return [
        f"values {word} {figure(point)} {' → '.join(_two_shares(float(before.shares[at]), float(now.shares[at])))}"
        for at, word, point in told
    ]


def _shifted(axis: Axis, before: Side, now: Side) -> list[str]:
    """The share of one value that moved most, or the share below the cut where it moved most."""
    difference = now.shares - before.shares
    single = [at for at in range(len(difference)) if _only(axis, at) is not None]
    below = np.cumsum(difference)[:-1]
    if not below.size:
        return []
    at = int(np.argmax(np.abs(below)))
    value = max(single, key=lambda one: abs(difference[one]), default=None)
    if value is not None and abs(difference[value]) >= abs(below[at]) / 2:
        was, is_now = _two_shares(float(before.shares[value]), float(now.shares[value]))
        return [f"`{figure(_only(axis, value) or 0.0)}` {was} → {is_now}"]
    was, is_now = _two_shares(*(float(side.shares[: at + 1].sum()) for side in (before, now)))
    word = "up to" if axis.cuts.inclusive[at] else "below"
    return [f"values {word} {figure(axis.cuts.points[at])} {was} → {is_now}"]


class Place(Struct, frozen=True):
    """Where a quantile lies: at a value, or on a `side` of one, -1 below and 1 above it, where no bin ends."""

    value: float
    side: int = 0


def quantile(axis: Axis, n: Integers, share: float) -> Place:
    """The value below which a share of the rows lies, interpolated in its bin.

    Example:
        >>> axis = Axis(Cuts((0.0, 10.0), (False, True)), False)
        >>> quantile(axis, np.array([0, 4, 0]), 0.5), quantile(axis, np.array([0, 1, 3]), 0.5)
        (Place(value=5.0, side=0), Place(value=10.0, side=1))
    """
    points, target = axis.cuts.points, share * float(n.sum())
    sums = np.cumsum(n)
    at = min(int(np.searchsorted(sums, target)), len(n) - 1)
    if not points:
        return Place(0.0, 1)
    if at == 0:
        return Place(points[0], -1)
    if at == len(points):
        return Place(points[-1], 1)
    only = _only(axis, at)
    if only is not None:
        return Place(only)
    inside = (target - float(sums[at - 1])) / float(n[at])
    return Place(points[at - 1] + inside * (points[at] - points[at - 1]))


def _only(axis: Axis, at: int) -> float | None:
    """The value of a bin that holds a single one, else None."""
    cuts = axis.cuts
    if not 0 < at < len(cuts.points):
        return None
    low, high = cuts.points[at - 1], cuts.points[at]
    if low == high:
        return low
    if not axis.is_whole:
        return None
    first = floor(low) + 1 if cuts.inclusive[at - 1] else ceil(low)
    last = floor(high) if cuts.inclusive[at] else ceil(high) - 1
    return float(first) if first == last else None


# --- words --------------------------------------------------------------------------------------------------


def _two(was: Place, is_now: Place) -> str:
    """Two places, with as many digits as tell them apart."""
    for digits in (3, 4, 6, 9):
        texts = [_placed(place, digits) for place in (was, is_now)]
        if texts[0] != texts[1]:
            break
    return " → ".join(texts)


def _placed(place: Place, digits: int) -> str:
    word = {-1: "below ", 0: "", 1: "above "}[place.side]
    return f"{word}{figure(place.value, digits)}"


def figure(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, thousands grouped.

    Example:
        >>> figure(23871.4), figure(0.01234), figure(-4.0), figure(1.5e17)
        ('23,900', '0.0123', '-4', '1.5e+17')
    """
    short = float(f"{value:.{digits}g}")
    if short == 0:
        return "0"
    if not 1e-5 <= abs(short) < 1e15:
        return f"{short:.{digits}g}"
    return f"{int(short):,}" if short.is_integer() else f"{short:,.{12}f}".rstrip("0")


def _two_shares(was: float, is_now: float) -> tuple[str, str]:
    """Two shares as per cent, with as many digits as tell them apart."""
    for digits in (1, 2, 3, 5):
        texts = _share(was, digits), _share(is_now, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _share(share: float, digits: int = 1) -> str:
    """A share as per cent.

    Example:
        >>> _share(0.1549), _share(0.0), _share(0.0001), _share(0.99999)
        ('15.5 %', '0 %', 'under 0.1 %', 'over 99.9 %')
    """
    least = 10.0**-digits
    if 0 < 100 * share < least / 2:
        return f"under {least:.{digits}f} %"
    if 100 - least / 2 < 100 * share < 100:
        return f"over {100 - least:.{digits}f} %"
    text = f"{100 * share:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.')} %"
