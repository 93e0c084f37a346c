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
        merged = (total, weight, start)
        while blocks and blocks[-1][0] * merged[1] >= merged[0] * blocks[-1][1]:
            before = blocks.pop()
            merged = (before[0] + merged[0], before[1] + merged[1], before[2])
        blocks.append(merged)
    return [total / weight for total, weight, _ in blocks], [start for _, _, start in blocks]


def calibrate(scores: Sequence[float], sums: Sequence[float], weights: Sequence[float]) -> Knots:
    """The knots of an isotonic regression on score groups: both ends of every block of equal means.

    `scores` ascend and are distinct. Equal to `IsotonicRegression(out_of_bounds="clip")` of scikit-learn on the rows.
    """
    means, starts = pool(sums, weights)
    ends = [*(start - 1 for start in starts[1:]), len(scores) - 1]
    knots: list[tuple[float, float]] = []
    for mean, start, end in zip(means, starts, ends, strict=True):
        knots.append((float(scores[start]), mean))
        if end > start:
            knots.append((float(scores[end]), mean))
    return tuple(knots)
