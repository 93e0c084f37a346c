"""Narrow bins for a distribution: the cells of its axis, each cut evenly, so that no bin holds many rows.

Between bins two distributions are compared exactly, inside of one only within what its rows can move. So a bin of
the reference must hold few rows. The cells are those that rows are counted in anyway; where they are too coarse for
the shape of a distribution, its quantiles cut them up. A value that holds many rows is cut out.
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
"""Of one cell."""

_WIDE = 500
"""Bins that the Wasserstein distance wants: few of them where rows are dense, most in the tails."""

_MANY_BINS = 2 / SHARE
"""Of all cells, without asking whether cuts at quantiles would need far fewer."""

_MOST_HEAVY = 24
_SOME_HEAVY = 8
"""Values cut out: up to the first number those whose bin holds others too, up to the second the heaviest."""
_TAIL = 2
"""How much denser the first and the last part may be than they look: tails fall away within them."""

_BEFORE_ZERO = 2.0**-40
"""A cell from 0 on begins this part of its width earlier: a product too small for a double is an error in Postgres."""

_QUANTILES = (1 / 256, 1 / 32, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 7 / 8, 31 / 32, 255 / 256)


class Part(Struct, frozen=True):
    """Consecutive values of a sorted column: how many, the least and the greatest."""

    n: int
    low: float
    high: float


class Pieces(Struct, frozen=True):
    """Where an axis is cut, how many bins to the unit each cell has, and which values are bins of their own.

    A scale of 0 makes a cell one bin, as the first and the last are: they reach beyond the reference.
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
        """For each cell of an axis, cut at `cuts` and maybe elsewhere: its place, bins to the unit, and first bin."""
        ends = [0.0, *axis.points, 0.0]
        rows, start = [], 0
        for piece, step in enumerate(project(axis, self.steps)):
            width = ends[piece + 1] - ends[piece]
            low, bins = ends[piece] or -width * _BEFORE_ZERO, width * self.scales[step]
            rows.append((piece, low, self.scales[step], start) if bins > 1 else (piece, 0.0, 0.0, start))
            # one more than there are: the greatest values may be rounded to the end of their cell
            start += (ceil(bins) if bins > 1 else 0) + 1
        return Rows(("piece", "low", "scale", "start"), ("integer", "float", "float", "integer"), tuple(rows))


class _Parts(Struct, frozen=True):
    """The parts in order: rows, least value and that of the next part, and whether one heavy value is all of it."""

    n: np.ndarray
    low: np.ndarray
    high: np.ndarray
    is_heavy: np.ndarray

    @property
    def above(self) -> np.ndarray:
        return np.append(self.low[1:], self.high[-1])

    @property
    def room(self) -> np.ndarray:
        """How far each heavy value is from its nearest neighbour; without end for other parts."""
        below = np.concatenate([self.low[:1], self.high[:-1]])
        return np.where(self.is_heavy, _least(self.low - below, self.above - self.high), np.inf)


def pieces(parts: Sequence[Part], cuts: Cuts) -> Pieces | None:
    """The pieces for values in parts of about equal size, counted between cuts (maybe none).

    None where the values lie too far apart to count bins.

    >>> pieces([Part(3, 5.0, 5.0)], Cuts((), ()))
    Pieces(centre=5.0, steps=Cuts(points=(5.0, 5.0), inclusive=(False, True)), scales=(0.0, 0.0, 0.0), apart=())
    """
    ordered = sorted(parts, key=lambda part: part.low)
    if not ordered or not isfinite(ordered[-1].high - ordered[0].low):
        return None
    n, low, high = (np.array([getattr(part, name) for part in ordered], float) for name in ("n", "low", "high"))
    given = _Parts(n, low, high, (low == high) & (n > 2 * SHARE * n.sum()))
    with np.errstate(over="ignore"):  # parts a few units in the last place wide are infinitely dense
        return _cheaper(given, cuts)


def _cheaper(given: _Parts, cuts: Cuts) -> Pieces:
    """With the cuts alone; or with quantiles too, where that saves half of the bins."""
    ends = Cuts((float(given.low[0]), float(given.high[-1])), (False, True))
    plain = _divided(given, merge(cuts, ends))
    if plain.is_fine and plain.bins <= _MANY_BINS:
        return plain.pieces
    fine = _divided(given, merge(cuts, ends, _quantiles(given)))
    return plain.pieces if plain.is_fine and plain.bins <= 2 * fine.bins else fine.pieces


def _quantiles(given: _Parts) -> Cuts:
    """Exclusive cuts at quantiles, each once."""
    before = np.cumsum(given.n) - given.n
    places = np.searchsorted(before / (before[-1] + 1), _QUANTILES, side="left")
    points = sorted({float(given.low[min(place, len(given.low) - 1)]) for place in places})
    return Cuts(tuple(points), (False,) * len(points))


class _Divided(Struct, frozen=True):
    """Pieces, the number of their bins, and whether no cell wanted more than it may have."""

    pieces: Pieces
    bins: int
    is_fine: bool


def _divided(given: _Parts, steps: Cuts) -> _Divided:
    """Cells cut up as their densest parts need it, without the heavy values that are cut out."""
    edges = np.array(steps.points)
    heavy = np.flatnonzero(given.is_heavy)
    widths = np.append(np.diff(edges) / _counts(given, edges), 0.0)
    own = widths[np.searchsorted(edges, given.low[heavy], side="right") - 1]
    is_crowded = given.room[heavy] < own
    order = np.lexsort((-given.n[heavy], ~is_crowded))
    apart = heavy[order][: min(_MOST_HEAVY, max(_SOME_HEAVY, int(is_crowded.sum())))]
    bins = _counts(given, edges, np.setdiff1d(np.arange(len(given.n)), apart))
    scales = [n / (high - low) if n > 1 else 0.0 for n, (low, high) in zip(bins, pairwise(steps.points), strict=True)]
    values = tuple(sorted(float(value) for value in given.low[apart]))
    made = Pieces(_middle(given), steps, (0.0, *scales, 0.0), values)
    return _Divided(made, sum(bins), max(bins) < _MOST_BINS)


def _middle(given: _Parts) -> float:
    below = np.cumsum(given.n) / given.n.sum()
    return float(given.low[np.searchsorted(below, 0.5)])


def _counts(given: _Parts, edges: np.ndarray, kept: np.ndarray | None = None) -> list[int]:
    """Bins of each cell: as many as its densest part needs, and its closest pair of heavy values."""
    kept = np.arange(len(given.n)) if kept is None else kept
    low, above, room = given.low[kept], given.above[kept], given.room[kept]
    spans = np.where(np.isinf(room), above - low, 0.0)
    dense = np.divide(given.n[kept], spans, out=np.zeros(len(kept)), where=spans > 0) / given.n.sum() / SHARE
    dense[:1] *= _TAIL
    dense[-1:] *= _TAIL
    found = []
    even = _wide(given.n[kept], low, above, edges)
    for (left, right), least in zip(pairwise(edges), even, strict=True):
        own = (low < right) & ((above > left) | (low >= left))
        width = right - left
        close = width / room[own].min(initial=np.inf)
        wanted = max(dense[own].max(initial=0.0) * width, close + 1 if close else 0.0, least)
        bins = min(ceil(wanted) if isfinite(wanted) else _MOST_BINS, _MOST_BINS)
        found.append(bins if bins > 1 and isfinite(bins / width) else 1)
    return found


def _wide(n: np.ndarray, low: np.ndarray, above: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Bins of each cell so that what their rows can add to a distance, rows x width, is least for `_WIDE` in all.

    A cell's share then grows with the cube root of its rows times the square of its width.
    """
    if not len(n):
        return np.zeros(len(edges) - 1)
    below = np.concatenate([[0.0], np.cumsum(n)]) / n.sum()
    mass = np.diff(np.interp(edges, np.append(low, above[-1]), below))
    wanted = np.cbrt(mass) * np.cbrt(np.diff(edges) / (edges[-1] - edges[0] or 1)) ** 2
    return np.asarray(wanted * _WIDE / (wanted.sum() or 1))


def _least(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distance to the nearer neighbour; there is none beyond the first and the last value."""
    found = np.minimum(np.where(left > 0, left, np.inf), np.where(right > 0, right, np.inf))
    return np.asarray(found)
