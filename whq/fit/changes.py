"""Where a series changes its level: penalised segmentation, exact, over few values.

Optimal partitioning (Jackson and others 2005, "An algorithm for optimal partitioning of data on an interval") with the
sum of squares around each part's mean as its cost, and a penalty of 3 ln n variances for each change (the leading term
of the modified BIC of Zhang and Siegmund 2007, "A modified Bayes information criterion").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import inf, log, sqrt
from statistics import median

_NORMAL = 0.6744897501960817
"""The median of the absolute value of a standard normal variable."""
MOST = 500
"""Values that are looked at, the last ones: the work grows with their square."""


def spread(values: Sequence[float]) -> float:
    """The standard deviation around a level that may change: from the median step between neighbours.

    Half of the steps may be jumps without much effect. 0 where half of the neighbours are equal.

    >>> round(spread([1.0, 1.2, 0.9, 1.1, 5.1, 4.9, 5.2, 5.0]), 3)
    0.21
    """
    steps = [abs(after - before) for before, after in pairwise(values)]
    return median(steps) / (_NORMAL * sqrt(2)) if steps else 0.0


def change_points(values: Sequence[float]) -> tuple[int, ...]:
    """The positions at which a new level begins, in order; none where the values vary around one level.

    Of more than 500 values only the last 500 can have one. Without a spread (see `spread`) there is none.

    >>> change_points([1.0, 1.2, 0.9, 1.1, 5.1, 4.9, 5.2, 5.0])
    (4,)
    """
    first = max(0, len(values) - MOST)
    recent = values[first:]
    scale = spread(recent)
    if scale <= 0:
        return ()
    scaled = [(value - recent[0]) / scale for value in recent]
    sums = [0.0, *accumulate(scaled)]
    squares = [0.0, *accumulate(value * value for value in scaled)]
    penalty = 3 * log(len(recent))
    best, begins = [-penalty], [0]
    for end in range(1, len(recent) + 1):
        least, begin = inf, 0
        for start in range(end):
            total = sums[end] - sums[start]
            cost = best[start] + squares[end] - squares[start] - total * total / (end - start) + penalty
            if cost < least:
                least, begin = cost, start
        best.append(least)
        begins.append(begin)
    found: list[int] = []
    end = len(recent)
    while end > 0:
        end = begins[end]
        if end > 0:
            found.append(first + end)
    return tuple(reversed(found))


def onset(values: Sequence[float], alert: int, earliest: int) -> int:
    """Where what alerts at a position began: the change nearest before it, or there, else the alert itself.

    Args:
        earliest: the first position that may be given.

    >>> onset([1.0, 1.2, 0.9, 1.1, 5.1, 4.9, 5.2, 5.0], 6, 3)
    4
    """
    return max((change for change in change_points(values) if earliest <= change <= alert), default=alert)
