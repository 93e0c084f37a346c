"""Isotonic calibration: from score groups to the knots of a monotone, piecewise linear curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Knots = tuple[tuple[float, float], ...]
"""(score, probability) pairs, both ascending; linear between them, flat outside."""

IDENTITY: Knots = ((0.0, 0.0), (1.0, 1.0))
_FEW = 1 / 16


def pool(sums: Sequence[float] | Floats, weights: Sequence[float] | Floats) -> tuple[list[float], list[int]]:
    """Pool adjacent violators: the least-squares ascending means of groups given in the order of their scores.

    `sums` are the groups' sums of labels, `weights` their sizes. Gives the blocks' means and the position where
    each block starts. Means are compared by cross-multiplication, which is exact for counts.
    """
    blocks: list[tuple[float, float, int]] = []
    for total, weight, start in _neighbours(np.asarray(sums, np.float64), np.asarray(weights, np.float64)):
        merged = (total, weight, start)
        while blocks and blocks[-1][0] * merged[1] >= merged[0] * blocks[-1][1]:
            before = blocks.pop()
            merged = (before[0] + merged[0], before[1] + merged[1], before[2])
        blocks.append(merged)
    return [total / weight for total, weight, _ in blocks], [start for _, _, start in blocks]


def _neighbours(sums: Floats, weights: Floats) -> list[tuple[float, float, int]]:
    """Groups with every run of violators made one, over and over while that leaves notably fewer.

    Violators may be pooled in any order. This does most of it on whole arrays; groups that rise and fall once at the
    end would need a pass each, so the last of it is left to a stack.
    """
    starts = np.arange(len(sums))
    while True:
        rises = sums[:-1] * weights[1:] < sums[1:] * weights[:-1]
        firsts = np.flatnonzero(np.append(True, rises))
        if len(firsts) >= (1 - _FEW) * len(sums):
            return list(zip(sums.tolist(), weights.tolist(), starts.tolist(), strict=True))
        sums, weights = np.add.reduceat(sums, firsts), np.add.reduceat(weights, firsts)
        starts = starts[firsts]


def calibrate(
    lows: Sequence[float] | Floats,
    highs: Sequence[float] | Floats,
    sums: Sequence[float] | Floats,
    weights: Sequence[float] | Floats,
) -> Knots:
    """The knots of an isotonic regression on score groups: both ends of every block of equal means.

    `lows` and `highs` are the groups' least and greatest scores; the groups ascend and do not overlap. With groups of
    one score equal to `IsotonicRegression(out_of_bounds="clip")` of scikit-learn on the rows.
    """
    means, starts = pool(sums, weights)
    ends = [*(start - 1 for start in starts[1:]), len(lows) - 1]
    knots: list[tuple[float, float]] = []
    for mean, start, end in zip(means, starts, ends, strict=True):
        low, high = float(lows[start]), float(highs[end])
        knots += [(low, mean)] if low == high else [(low, mean), (high, mean)]
    return tuple(knots)
