"""Where a numeric axis is cut: the bins that definitions ask for, merged into one set of cuts.

A scan counts rows in the intervals between the merged cuts; the bins of each definition are unions of such intervals.
Interval 0 lies below all cuts, the last one above all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import ceil, inf, log2, nextafter, sqrt

import numpy as np
from msgspec import Struct

from whq.values import Cuts


class Bins(Struct, frozen=True):
    """The bins in which two histograms are compared.

    cuts: where the axis is cut. numbers: the bin of each interval, one more than there are cuts; intervals of one
    number are one bin. edges, drawn: what a report draws: the ends of its bars, ascending, and the bar of each
    interval; bar 0 lies below all edges and the last one above them.
    """

    cuts: Cuts
    numbers: tuple[int, ...]
    edges: tuple[float, ...]
    drawn: tuple[int, ...]


def value_bins(values: Sequence[float]) -> Bins:
    """A bin for each of these whole numbers, and one, number 0, for all others.

    >>> value_bins([0.0, 1.0, 5.0]).cuts.points
    (0.0, 1.0, 2.0, 5.0, 6.0)
    >>> value_bins([0.0, 1.0, 5.0]).numbers
    (0, 1, 2, 0, 3, 0)
    """
    number_of = {value: number for number, value in enumerate(sorted(values), 1)}
    following = {max(value + 1, nextafter(value, inf)) for value in values}  # beyond 2^53 there is no value + 1
    points = sorted({*number_of, *following})
    numbers = [0, *(number_of.get(point, 0) for point in points)]
    drawn = list(accumulate(numbers[:-1], max))
    return Bins(
        Cuts(tuple(points), (False,) * len(points)),
        tuple(numbers),
        (*number_of, points[-1]),
        (*drawn, len(number_of) + 1),
    )


def plain_bins(edges: Sequence[float]) -> Bins:
    """The bins between edges, and one for all values outside of them.

    >>> plain_bins([0.0, 2.0, 4.0]).numbers
    (0, 1, 2, 0)
    """
    cuts = edge_cuts(edges)
    last = len(cuts.points)
    return Bins(cuts, (*range(last), 0), tuple(edges), tuple(range(last + 1)))


def ranged_bins(edges: Sequence[float], commonest: float | None) -> Bins:
    """The bins between edges, one below and one above them, and one for a value that is very common.

    >>> ranged_bins([0.0, 2.0, 4.0], commonest=3.0).numbers
    (0, 1, 2, 4, 2, 3)
    """
    cuts = plain = edge_cuts(edges)
    if commonest is not None:
        apart = Cuts((commonest, commonest), (False, True))
        cuts = merge(plain, apart)
    drawn = project(cuts, plain)
    if commonest is None:
        return Bins(cuts, drawn, tuple(edges), drawn)
    more = len(plain.points) + 1
    numbers = (more if place == 1 else bar for bar, place in zip(drawn, project(cuts, apart), strict=True))
    return Bins(cuts, tuple(numbers), tuple(edges), drawn)


class Inside(Struct, frozen=True):
    """The values in the range that is cut into bins: how many, the least, the greatest, their population skewness.

    skewness is None where all are equal.
    """

    n: int
    low: float
    high: float
    skewness: float | None


def doane_edges(low: float, high: float, inside: Inside) -> tuple[float, ...]:
    """The edges of `numpy.histogram_bin_edges(x, bins="doane", range=(low, high))`, from the moments of x in the range.

    Whole numbers are binned like others: numpy makes their bins at least 1 wide, which joins the values of a flag. And
    a range of one value gives that value alone, where numpy gives a bin 1 wide in which small changes are not seen.

    >>> doane_edges(0.0, 4.0, Inside(5, 0.0, 4.0, 0.0))
    (0.0, 1.0, 2.0, 3.0, 4.0)
    """
    if low == high:
        return (low,)
    parts = 1
    if inside.n > 2 and inside.skewness is not None:
        spread = sqrt(6.0 * (inside.n - 2) / ((inside.n + 1.0) * (inside.n + 3)))
        width = (inside.high - inside.low) / (1.0 + log2(inside.n) + log2(1.0 + abs(inside.skewness) / spread))
        parts = ceil((high - low) / width)
    return tuple(np.linspace(low, high, parts + 1).tolist())


def edge_cuts(edges: Sequence[float]) -> Cuts:
    """Cuts at histogram edges: a value at an edge lies above it, at the last one below it."""
    if len(edges) == 1:
        return Cuts((edges[0], edges[0]), (False, True))
    return Cuts(tuple(edges), (*(False for _ in edges[1:]), True))


def quantile_cuts(quantiles: Sequence[float]) -> Cuts:
    """Cuts at quantiles, equal ones once: a value at a quantile lies below it."""
    points = tuple(sorted(set(quantiles)))
    return Cuts(points, (True,) * len(points))


def merge(*cuts: Cuts) -> Cuts:
    """All cuts together, each once; of two at one point the exclusive one stands first."""
    both = sorted({cut for part in cuts for cut in zip(part.points, part.inclusive, strict=True)})
    return Cuts(tuple(point for point, _ in both), tuple(inclusive for _, inclusive in both))


def project(merged: Cuts, part: Cuts) -> tuple[int, ...]:
    """For each interval of the merged cuts the interval of `part`, some of the merged cuts, that it lies in.

    >>> project(Cuts((1.0, 2.0, 3.0), (True, True, True)), Cuts((2.0,), (True,)))
    (0, 0, 1, 1)
    """
    pairs = set(zip(part.points, part.inclusive, strict=True))
    numbers = [0]
    for cut in zip(merged.points, merged.inclusive, strict=True):
        numbers.append(numbers[-1] + (cut in pairs))
    return tuple(numbers)
