"""Narrow bins for a distribution: pieces of the axis, each cut evenly, so that no bin holds many rows.

Between bins two distributions are compared exactly, inside of one only within what its rows can move. So a bin of
the reference must hold few rows. As a rule the axis is bent by a curve, fine about the middle and coarse far out,
and cut evenly; a distribution too uneven for that is cut at its quantiles. A value that holds many rows is cut out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite
from typing import Any

import numpy as np

from whq.fit.bins import merge
from whq.model import Cuts, Rows

SHARE = 1 / 2000
"""The share of the reference's rows that a bin is meant to hold at most."""

CURVED = 64
"""Pieces of a bent axis."""

_MOST_BINS = 1000
"""Of one piece."""

_MANY_BINS = 2 / SHARE
"""Of all pieces of a bent axis, without asking whether steps would need far fewer."""

_MOST_HEAVY = 24
_SOME_HEAVY = 8
"""Values cut out: up to the first number those whose bin holds others too, up to the second the heaviest."""
_TAIL = 2
"""How much denser the first and the last part may be than they look: tails fall away within them."""

_EDGES = (0, 1 / 512, 1 / 128, 1 / 32, *(number / 16 for number in range(1, 16)), 31 / 32, 127 / 128, 511 / 512)


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive values of a sorted column: how many, the least and the greatest."""

    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where an axis is cut into pieces, how many bins each of them has, and which values are bins of their own.

    With a `spread` the axis is bent about `centre` into 0 … CURVED, and each whole number begins a piece; `steps`
    are then empty. The lowest and the highest of other pieces have one bin.
    """

    centre: float
    spread: float | None
    steps: Cuts
    bins: tuple[int, ...]
    apart: tuple[float, ...] = ()

    def rows(self) -> Rows:
        """For each piece its first place, bins per unit (0 where it is one bin), and the number of its first bin."""
        places = [float(number) for number in range(len(self.bins) + 1)]
        if self.spread is None:
            places = [self.steps.points[0], *self.steps.points, self.steps.points[-1]]
        starts = np.cumsum([0, *self.bins]).tolist()
        rows = tuple(
            (piece, low, bins / (high - low) if bins > 1 else 0.0, starts[piece])
            for piece, ((low, high), bins) in enumerate(zip(pairwise(places), self.bins, strict=True))
        )
        return Rows(("piece", "low", "scale", "start"), ("integer", "float", "float", "integer"), rows)

    @property
    def cuts(self) -> Cuts:
        """Cuts before and after each value that is a bin of its own."""
        return merge(*(Cuts((value,) * 2, (False, True)) for value in self.apart))

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        steps = {"points": list(self.steps.points), "inclusive": list(self.steps.inclusive)}
        named = {"centre": self.centre, "spread": self.spread, "bins": list(self.bins), "apart": list(self.apart)}
        return {**named, **steps}

    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> Pieces:
        """From JSON values."""
        steps = Cuts(tuple(given["points"]), tuple(given["inclusive"]))
        return Pieces(given["centre"], given["spread"], steps, tuple(given["bins"]), tuple(given["apart"]))


@dataclass(frozen=True, slots=True)
class _Parts:
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


def pieces(parts: Sequence[Part]) -> Pieces | None:
    """The pieces for values in parts of about equal size; None where they lie too far apart to count bins.

    >>> pieces([Part(3, 5.0, 5.0)])
    Pieces(centre=5.0, spread=None, steps=Cuts(points=(5.0, 5.0), inclusive=(False, True)), bins=(1, 1, 1), apart=())
    """
    ordered = sorted(parts, key=lambda part: part.low)
    if not ordered or not isfinite(ordered[-1].high - ordered[0].low):
        return None
    n, low, high = (np.array([getattr(part, name) for part in ordered], float) for name in ("n", "low", "high"))
    given = _Parts(n, low, high, (low == high) & (n > 2 * SHARE * n.sum()))
    with np.errstate(over="ignore"):  # parts a few units in the last place wide are infinitely dense
        return _bent(given) or _stepped(given)


def _bent(given: _Parts) -> Pieces | None:
    """A bent axis; None where it would not do: a piece wants too many bins, or all together far more than steps."""
    below = np.cumsum(given.n) / given.n.sum()
    first, centre, third = (float(given.low[np.searchsorted(below, share)]) for share in (0.25, 0.5, 0.75))
    spread = (third - first) / 2 or float(np.average(np.abs(given.low - centre), weights=given.n))
    if not spread > 0:
        return None
    places = _Parts(given.n, bend(given.low, centre, spread), bend(given.high, centre, spread), given.is_heavy)
    bins, apart = _divided(places, np.arange(CURVED + 1.0))
    if max(bins) == _MOST_BINS or sum(bins) > max(_MANY_BINS, 2 * sum(_stepped(given).bins)):
        return None
    return Pieces(centre, spread, Cuts((), ()), (*bins, 1), _values(given, apart))


def bend(x: np.ndarray, centre: float, spread: float) -> np.ndarray:
    """Numbers in 0 … CURVED, in their order, half of them within `spread` of the middle."""
    away = 1 - spread / (spread + np.abs(x - centre))
    return np.asarray(CURVED / 2 + CURVED / 2 * np.sign(x - centre) * away)


def _stepped(given: _Parts) -> Pieces:
    """Cuts at quantiles, more of them towards the tails."""
    steps = merge(_quantiles(given), Cuts((float(given.high[-1]),), (True,)))
    bins, apart = _divided(given, np.array(steps.points))
    centre = steps.points[len(steps.points) // 2]
    return Pieces(centre, None, steps, (1, *bins, 1), _values(given, apart))


def _quantiles(given: _Parts) -> Cuts:
    """Exclusive cuts at quantiles, each once."""
    before = np.cumsum(given.n) - given.n
    places = np.searchsorted(before / (before[-1] + 1), _EDGES, side="left")
    points = sorted({float(given.low[min(place, len(given.low) - 1)]) for place in places})
    return Cuts(tuple(points), (False,) * len(points))


def _values(given: _Parts, places: np.ndarray) -> tuple[float, ...]:
    return tuple(sorted(float(value) for value in given.low[places]))


def _divided(given: _Parts, edges: np.ndarray) -> tuple[tuple[int, ...], np.ndarray]:
    """How many bins each piece between edges has, and which parts are heavy values to be cut out."""
    heavy = np.flatnonzero(given.is_heavy)
    widths = np.append(np.diff(edges) / _counts(given, edges), 0.0)
    own = widths[np.searchsorted(edges, given.low[heavy], side="right") - 1]
    is_crowded = given.room[heavy] < own
    order = np.lexsort((-given.n[heavy], ~is_crowded))
    apart = heavy[order][: min(_MOST_HEAVY, max(_SOME_HEAVY, int(is_crowded.sum())))]
    rest = np.setdiff1d(np.arange(len(given.n)), apart)
    return tuple(_counts(given, edges, rest)), apart


def _counts(given: _Parts, edges: np.ndarray, kept: np.ndarray | None = None) -> list[int]:
    """Bins of each piece: as many as its densest part needs, and its closest pair of heavy values."""
    kept = np.arange(len(given.n)) if kept is None else kept
    low, above, room = given.low[kept], given.above[kept], given.room[kept]
    spans = np.where(np.isinf(room), above - low, 0.0)
    dense = np.divide(given.n[kept], spans, out=np.zeros(len(kept)), where=spans > 0) / given.n.sum() / SHARE
    dense[:1] *= _TAIL
    dense[-1:] *= _TAIL
    found = []
    for left, right in pairwise(edges):
        own = (low < right) & ((above > left) | (low >= left))
        width = right - left
        close = width / room[own].min(initial=np.inf)
        wanted = max(dense[own].max(initial=0.0) * width, close + 1 if close else 0.0)
        bins = min(ceil(wanted) if isfinite(wanted) else _MOST_BINS, _MOST_BINS)
        found.append(bins if bins > 1 and isfinite(bins / width) else 1)
    return found


def _least(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distance to the nearer neighbour; there is none beyond the first and the last value."""
    found = np.minimum(np.where(left > 0, left, np.inf), np.where(right > 0, right, np.inf))
    return np.asarray(found)
