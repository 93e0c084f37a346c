"""Isotonic calibration: from score groups to the knots of a monotone, piecewise linear curve."""

from __future__ import annotations

from collections.abc import Sequence

Knots = tuple[tuple[float, float], ...]
"""(score, probability) pairs, both ascending; linear between them, flat outside."""

IDENTITY: Knots = ((0.0, 0.0), (1.0, 1.0))


def pool(sums: Sequence[float], weights: Sequence[float]) -> tuple[list[float], list[int]]:
    """Pool adjacent violators: the least-squares ascending means of groups given in the order of their scores.

    `sums` are the groups' sums of labels, `weights` their sizes. Gives the blocks' means and the position where
    each block starts. Means are compared by cross-multiplication, which is exact for counts.
    """
    blocks: list[tuple[float, float, int]] = []
    for start, (total, weight) in enumerate(zip(sums, weights, strict=True)):
        while blocks and blocks[-1][0] * weight >= total * blocks[-1][1]:
            total_before, weight_before, start = blocks.pop()
            total, weight = total_before + total, weight_before + weight
        blocks.append((total, weight, start))
    return [total / weight for total, weight, _ in blocks], [start for _, _, start in blocks]


def calibrate(lows: Sequence[float], highs: Sequence[float], sums: Sequence[float], weights: Sequence[float]) -> Knots:
    """The knots of an isotonic regression on score groups: both ends of every block of equal means.

    `lows` and `highs` are the groups' least and greatest scores; the groups ascend and do not overlap. With groups of
    one score equal to `IsotonicRegression(out_of_bounds="clip")` of scikit-learn on the rows.
    """
    means, starts = pool(sums, weights)
    ends = [*(start - 1 for start in starts[1:]), len(lows) - 1]
    knots: list[tuple[float, float]] = []
    for mean, start, end in zip(means, starts, ends, strict=True):
        low, high = lows[start], highs[end]
        knots += [(low, mean)] if low == high else [(low, mean), (high, mean)]
    return tuple(knots)
