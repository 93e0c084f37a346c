"""Narrow bins for a distribution: pieces of the axis, each cut evenly, so that no bin holds many rows.

Between bins two distributions are compared exactly, inside of one only within what its rows can move. So a bin of
the reference must hold few rows: pieces lie between quantiles, more of them towards the tails, and a value that holds
many rows becomes a piece of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any

import numpy as np

from whq.fit.bins import merge
from whq.model import Cuts, Rows

SHARE = 1 / 2000
"""The share of the reference's rows that a bin is meant to hold at most."""

_MOST_BINS = 1000
_MOST_HEAVY = 24
"""Values that become a piece: those whose bin holds others too go first, then the heaviest."""
_EDGES = (0, 1 / 512, 1 / 128, 1 / 32, *(number / 16 for number in range(1, 16)), 31 / 32, 127 / 128, 511 / 512)


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive values of a sorted column: how many, the least and the greatest."""

    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where an axis is cut into pieces, and how many bins each of them has."""

    cuts: Cuts
    bins: tuple[int, ...]

    def rows(self) -> Rows:
        """For each piece its first value, bins per unit (0 where it is one bin), and the number of its first bin."""
        lows = (self.cuts.points[0], *self.cuts.points)
        highs = (*self.cuts.points, self.cuts.points[-1])
        starts = np.cumsum([0, *self.bins]).tolist()
        rows = tuple(
            (piece, low, bins / (high - low) if bins > 1 else 0.0, starts[piece])
            for piece, (low, high, bins) in enumerate(zip(lows, highs, self.bins, strict=True))
        )
        return Rows(("piece", "low", "scale", "start"), ("integer", "float", "float", "integer"), rows)

    @property
    def centre(self) -> float:
        """A value amid the others, from which sums are taken."""
        return self.cuts.points[len(self.cuts.points) // 2]

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"points": list(self.cuts.points), "inclusive": list(self.cuts.inclusive), "bins": list(self.bins)}

    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> Pieces:
        """From JSON values."""
        return Pieces(Cuts(tuple(given["points"]), tuple(given["inclusive"])), tuple(given["bins"]))


def pieces(parts: Sequence[Part]) -> Pieces | None:
    """The pieces for values in parts of about equal size; None where they lie too far apart to count bins.

    >>> pieces([Part(3, 5.0, 5.0)])
    Pieces(cuts=Cuts(points=(5.0, 5.0), inclusive=(False, True)), bins=(1, 1, 1))
    """
    ordered = sorted(parts, key=lambda part: part.low)
    if not ordered or not isfinite(ordered[-1].high - ordered[0].low):
        return None
    n, low, high = (np.array([getattr(part, name) for part in ordered]) for name in ("n", "low", "high"))
    above = np.append(low[1:], high[-1])
    is_atom = (low == high) & (n > 2 * SHARE * n.sum())
    below = np.concatenate([low[:1], high[:-1]])
    room = np.where(is_atom, _least(low - below, above - high), np.inf)
    edges = merge(_edges(low, np.cumsum(n) - n), Cuts((float(high[-1]),), (True,)))
    crowded = is_atom & (room < _widths(edges, low, _counts(edges, low, above, n, room)))
    apart = np.flatnonzero(is_atom)[np.lexsort((-n[is_atom], ~crowded[is_atom]))][:_MOST_HEAVY]
    cuts = merge(edges, *(Cuts((float(low[place]),) * 2, (False, True)) for place in apart))
    room[apart] = np.inf
    n = np.where(np.isin(np.arange(len(n)), apart), 0, n).astype(float)
    return Pieces(cuts, _counts(cuts, low, above, n, room))


def _least(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distance to the nearer neighbour; there is none beyond the first and the last value."""
    found = np.minimum(np.where(left > 0, left, np.inf), np.where(right > 0, right, np.inf))
    return np.asarray(found)


def _edges(low: np.ndarray, before: np.ndarray) -> Cuts:
    """Exclusive cuts at quantiles, each once."""
    places = np.searchsorted(before / (before[-1] + 1), _EDGES, side="left")
    points = sorted({float(low[min(place, len(low) - 1)]) for place in places})
    return Cuts(tuple(points), (False,) * len(points))


def _piece_of(cuts: Cuts, x: np.ndarray) -> np.ndarray:
    points, inclusive = np.array(cuts.points), np.array(cuts.inclusive)
    inside = (x[:, None] > points) | ((x[:, None] == points) & ~inclusive)
    return np.asarray(inside.sum(axis=1))


def _counts(cuts: Cuts, low: np.ndarray, above: np.ndarray, n: np.ndarray, room: np.ndarray) -> tuple[int, ...]:
    """Bins of each piece: as many as its densest part needs, and its closest pair of heavy values."""
    place = _piece_of(cuts, low)
    total = max(float(n.sum()), 1.0)
    found = [1]
    for piece in range(1, len(cuts.points)):
        width = cuts.points[piece] - cuts.points[piece - 1]
        own = place == piece
        spans = np.minimum(above[own], cuts.points[piece]) - low[own]
        is_part = np.isinf(room[own]) & (spans > 0)
        dense = (n[own][is_part] / spans[is_part]).max(initial=0.0) * width / total / SHARE
        close = width / room[own].min(initial=np.inf) if width > 0 else 0.0
        wanted = max(dense, close + 1 if close else 0.0)
        bins = min(ceil(wanted) if isfinite(wanted) else _MOST_BINS, _MOST_BINS)
        found.append(bins if bins > 1 and width > 0 and isfinite(bins / width) else 1)
    return (*found, 1)


def _widths(cuts: Cuts, x: np.ndarray, bins: Sequence[int]) -> np.ndarray:
    """How wide the bin of each value is."""
    points = np.array(cuts.points)
    widths = np.concatenate([[0.0], np.diff(points), [0.0]]) / np.array(bins)
    return np.asarray(widths[_piece_of(cuts, x)])
