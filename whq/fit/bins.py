"""Where a numeric axis is cut: the edges that definitions ask for, merged into one set of cuts.

A scan counts rows in the cells of the merged cuts; each definition finds its own bins again by merging cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2, sqrt

import numpy as np

from whq.values import Cuts


def doane_edges(n: int, minimum: float, maximum: float, skewness: float | None, *, integer: bool) -> tuple[float, ...]:
    """The edges of `numpy.histogram_bin_edges(x, bins="doane")`, from the moments of x.

    Integers get bins at least 1 wide, as numpy has it. One deviation: a constant gives the constant alone, where
    numpy gives it a bin 1 wide in which small changes would not be seen.

    >>> doane_edges(5, 0.0, 4.0, 0.0, integer=False)
    (0.0, 1.0, 2.0, 3.0, 4.0)
    """
    if minimum == maximum:
        return (minimum,)
    parts = 1
    if n > 2 and skewness is not None:
        spread = sqrt(6.0 * (n - 2) / ((n + 1.0) * (n + 3)))
        width = (maximum - minimum) / (1.0 + log2(n) + log2(1.0 + abs(skewness) / spread))
        parts = ceil((maximum - minimum) / (max(width, 1.0) if integer else width))
    return tuple(np.linspace(minimum, maximum, parts + 1).tolist())


def edge_cuts(edges: Sequence[float]) -> Cuts:
    """Cuts at histogram edges: a value at an edge lies above it, at the last one below it.

    Cell 0 and the last cell are outside of the edges.
    """
    if len(edges) == 1:
        return Cuts((edges[0], edges[0]), (False, True))
    return Cuts(tuple(edges), (*(False for _ in edges[1:]), True))


def quantile_cuts(quantiles: Sequence[float]) -> Cuts:
    """Cuts at quantiles, equal ones once: a value at a quantile lies below it."""
    points = tuple(sorted(set(quantiles)))
    return Cuts(points, (True,) * len(points))


def merge(*cuts: Cuts) -> Cuts:
    """All cuts together, each once; of two at one point the exclusive one stands first."""
    both = sorted({cut for one in cuts for cut in zip(one.points, one.inclusive, strict=True)})
    return Cuts(tuple(point for point, _ in both), tuple(inclusive for _, inclusive in both))


def project(merged: Cuts, own: Cuts) -> tuple[int, ...]:
    """For each cell of the merged cuts the cell of `own`, one of the merged ones, that it lies in.

    >>> project(Cuts((1.0, 2.0, 3.0), (True, True, True)), Cuts((2.0,), (True,)))
    (0, 0, 1, 1)
    """
    known = set(zip(own.points, own.inclusive, strict=True))
    cells = [0]
    for cut in zip(merged.points, merged.inclusive, strict=True):
        cells.append(cells[-1] + (cut in known))
    return tuple(cells)
