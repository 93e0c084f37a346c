"""Narrow bins, off which the Kolmogorov-Smirnov and Wasserstein distances are read with a guaranteed interval.

Where bins end, two distributions are compared exactly; inside of a bin they are known only within what its rows can
move. So a bin must hold few rows of the reference. The axis is cut into steps: the intervals in which rows are counted
anyway. Each step is cut evenly into as many bins as its densest part needs. Where that would need too many, steps are
cut at quantiles too. A value that holds many rows gets a bin of its own. Here "part" means one of the about 500 slices
of equal size into which `drift/scan/shape` cuts the sorted reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, isfinite

import numpy as np
from msgspec import Struct

from whq.fit.bins import merge, project
from whq.values import Cuts, Rows

SHARE = 1 / 2000
"""The share of the reference's rows that a bin is meant to hold at most."""

_MOST_BINS = 4000
"""One step has at most this many bins."""

_WIDE = 500
"""So many bins are dealt out for the Wasserstein distance: few of them where rows are dense, most in the tails."""

_MANY_BINS = 2 / SHARE
"""With more bins than this in all, cutting the axis at quantiles too is tried, which may need far fewer."""

_MOST_HEAVY = 24
"""At most this many values that hold many rows get a bin of their own because their bin holds other values too."""

_SOME_HEAVY = 8
"""At least this many of the heaviest values get a bin of their own."""

_TAIL = 2
"""The first and the last part of the values are taken to be this many times as dense as their average: in a tail the
rows crowd at the inner end."""

_BEFORE_ZERO = 2.0**-40
"""The bins of a step that begins at 0 begin this share of its width below 0. Else the distance of a value to the begin
could be so small that multiplying it underflows, which is an error in Postgres."""

_QUANTILES = (1 / 256, 1 / 32, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 7 / 8, 31 / 32, 255 / 256)


class Part(Struct, frozen=True):
    """Consecutive values of the sorted reference: how many, the least and the greatest."""

    n: int
    low: float
    high: float


class Pieces(Struct, frozen=True):
    """The narrow bins of one column.

    centre: the median; sums are taken of differences to it. steps: where the axis is cut into steps. scales: for each
    step, one more than there are cuts, its bins per unit of the column; 0 makes a step one bin, as the first and the
    last are: they reach beyond the reference. apart: values that are bins of their own, ascending.
    """

    centre: float
    steps: Cuts
    scales: tuple[float, ...]
    apart: tuple[float, ...] = ()

    @property
    def cuts(self) -> Cuts:
        """All cuts: the steps, and those before and after each value that is a bin of its own."""
        return merge(self.steps, *(Cuts((value,) * 2, (False, True)) for value in self.apart))

    def rows(self, axis: Cuts) -> Rows:
        """The argument `pieces` of `drift/scan/bounds`: a row for each interval of an axis cut at least at `cuts`.

        A row holds the interval's number, the value at which its bins begin, how many bins there are per unit of the
        column (0: the interval is one bin), and the number of its first bin.
        """
        ends = [0.0, *axis.points, 0.0]
        rows, start = [], 0
        for piece, step in enumerate(project(axis, self.steps)):
            width = ends[piece + 1] - ends[piece]
            low, bins = ends[piece] or -width * _BEFORE_ZERO, width * self.scales[step]
            rows.append((piece, low, self.scales[step], start) if bins > 1 else (piece, 0.0, 0.0, start))
            # one number more than there are bins: the greatest values of an interval may be rounded up to its end
            start += (ceil(bins) if bins > 1 else 0) + 1
        return Rows(("piece", "low", "scale", "start"), ("integer", "float", "float", "integer"), tuple(rows))


class _Parts(Struct, frozen=True):
    """The parts in ascending order, as arrays of one length: rows, least and greatest value of each.

    is_heavy: whether a part is one value that holds more rows than two bins may.
    """

    n: np.ndarray
    low: np.ndarray
    high: np.ndarray
    is_heavy: np.ndarray

    @property
    def above(self) -> np.ndarray:
        """The least value of the next part; for the last part its own greatest."""
        return np.append(self.low[1:], self.high[-1])

    @property
    def room(self) -> np.ndarray:
        """How far each heavy value is from its nearest neighbour; infinite for parts that are not heavy."""
        below = np.concatenate([self.low[:1], self.high[:-1]])
        return np.where(self.is_heavy, _least(self.low - below, self.above - self.high), np.inf)


def pieces(parts: Sequence[Part], cuts: Cuts) -> Pieces | None:
    """The narrow bins for a reference that is described by parts of about equal size.

    Args:
        parts: in any order, without overlap.
        cuts: where the axis is cut anyway, as rows are counted between them; maybe nowhere.

    Returns:
        None without parts, and where the values lie so far apart that their distance is no double.

    >>> pieces([Part(3, 5.0, 5.0)], Cuts((), ()))
    Pieces(centre=5.0, steps=Cuts(points=(5.0, 5.0), inclusive=(False, True)), scales=(0.0, 0.0, 0.0), apart=(5.0,))
    """
    ordered = sorted(parts, key=lambda part: part.low)
    if not ordered or not isfinite(ordered[-1].high - ordered[0].low):
        return None
    n, low, high = (np.array([getattr(part, name) for part in ordered], float) for name in ("n", "low", "high"))
    arrays = _Parts(n, low, high, (low == high) & (n > 2 * SHARE * n.sum()))
    with np.errstate(over="ignore"):  # parts a few units in the last place wide are infinitely dense
        return _cheaper(arrays, cuts)


def _cheaper(parts: _Parts, cuts: Cuts) -> Pieces:
    """Steps between `cuts` alone; or cut at quantiles too, where that needs less than half of the bins."""
    ends = Cuts((float(parts.low[0]), float(parts.high[-1])), (False, True))
    plain = _divided(parts, merge(cuts, ends))
    if plain.is_fine and plain.bins <= _MANY_BINS:
        return plain.pieces
    fine = _divided(parts, merge(cuts, ends, _quantiles(parts)))
    return plain.pieces if plain.is_fine and plain.bins <= 2 * fine.bins else fine.pieces


def _quantiles(parts: _Parts) -> Cuts:
    """Cuts at `_QUANTILES` of the rows; a value at a cut lies above it, equal cuts stand once."""
    before = np.cumsum(parts.n) - parts.n
    places = np.searchsorted(before / (before[-1] + 1), _QUANTILES, side="left")
    points = sorted({float(parts.low[min(place, len(parts.low) - 1)]) for place in places})
    return Cuts(tuple(points), (False,) * len(points))


class _Divided(Struct, frozen=True):
    """Pieces, the number of their bins, and whether no step needs more than `_MOST_BINS`."""

    pieces: Pieces
    bins: int
    is_fine: bool


def _divided(parts: _Parts, steps: Cuts) -> _Divided:
    """Each step cut into the bins that it needs once the heaviest values have bins of their own."""
    edges = np.array(steps.points)
    heavy = np.flatnonzero(parts.is_heavy)
    widths = np.append(np.diff(edges) / _counts(parts, edges), 0.0)
    width_at = widths[np.searchsorted(edges, parts.low[heavy], side="right") - 1]
    is_crowded = parts.room[heavy] < width_at
    order = np.lexsort((-parts.n[heavy], ~is_crowded))
    apart = heavy[order][: min(_MOST_HEAVY, max(_SOME_HEAVY, int(is_crowded.sum())))]
    bins = _counts(parts, edges, np.setdiff1d(np.arange(len(parts.n)), apart))
    scales = [n / (high - low) if n > 1 else 0.0 for n, (low, high) in zip(bins, pairwise(steps.points), strict=True)]
    values = tuple(sorted(float(value) for value in parts.low[apart]))
    divided = Pieces(_median(parts), steps, (0.0, *scales, 0.0), values)
    return _Divided(divided, sum(bins), max(bins) < _MOST_BINS)


def _median(parts: _Parts) -> float:
    below = np.cumsum(parts.n) / parts.n.sum()
    return float(parts.low[np.searchsorted(below, 0.5)])


def _counts(parts: _Parts, edges: np.ndarray, places: np.ndarray | None = None) -> list[int]:
    """The number of bins of each step between neighbouring edges.

    A step has as many as its densest part needs so that no bin holds more than SHARE of the rows, as are needed to keep
    its heavy values apart, and as `_wide` wants. `places` are the indices of the parts that count (None: all).
    """
    places = np.arange(len(parts.n)) if places is None else places
    low, above, room = parts.low[places], parts.above[places], parts.room[places]
    spans = np.where(np.isinf(room), above - low, 0.0)
    dense = np.divide(parts.n[places], spans, out=np.zeros(len(places)), where=spans > 0) / parts.n.sum() / SHARE
    dense[:1] *= _TAIL
    dense[-1:] *= _TAIL
    counts = []
    even = _wide(parts.n[places], low, above, edges)
    for (left, right), least in zip(pairwise(edges), even, strict=True):
        is_within = (low < right) & ((above > left) | (low >= left))
        width = right - left
        close = width / room[is_within].min(initial=np.inf)
        needed = max(dense[is_within].max(initial=0.0) * width, close + 1 if close else 0.0, least)
        bins = min(ceil(needed) if isfinite(needed) else _MOST_BINS, _MOST_BINS)
        counts.append(bins if bins > 1 and isfinite(bins / width) else 1)
    return counts


def _wide(n: np.ndarray, low: np.ndarray, above: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Bins of each step, `_WIDE` in all, dealt out so that the bounds of the Wasserstein distance are closest.

    A bin moves the bounds apart by up to its rows times its width. The sum over all bins is least where the bins of a
    step are proportional to the cube root of its rows times the square of its width.
    n, low and above are those of the parts.
    """
    if not len(n):
        return np.zeros(len(edges) - 1)
    below = np.concatenate([[0.0], np.cumsum(n)]) / n.sum()
    mass = np.diff(np.interp(edges, np.append(low, above[-1]), below))
    weights = np.cbrt(mass) * np.cbrt(np.diff(edges) / (edges[-1] - edges[0] or 1)) ** 2
    return np.asarray(weights * _WIDE / (weights.sum() or 1))


def _least(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distance to the nearer neighbour; there is none beyond the first and the last value."""
    nearest = np.minimum(np.where(left > 0, left, np.inf), np.where(right > 0, right, np.inf))
    return np.asarray(nearest)
