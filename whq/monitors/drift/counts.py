"""Rows counted in bins, as arrays: from what a scan brought of a column to what its statistics are computed from.

A column may have ten thousand categories in every chunk, so nothing here goes row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from whq.fit.bins import project
from whq.monitors.drift.columns import Plan, Watched
from whq.monitors.drift.statistics import Integers, Place
from whq.monitors.outcome import key
from whq.values import Cell, Measurement, Scalar

Key = tuple[str | None, str | None, str | None]


class Counted(Struct, frozen=True):
    """What a scan counted of one column: `n[i]` rows in bin `bins[i]` of the cell `cells[places[i]]`.

    The cells are all of a scope, in their order. A bin is a cell of the column's merged cuts, or a category by its
    place among all `names` (None is those without one). `wide` are the segments with more categories than are counted.
    """

    cells: Sequence[Cell]
    places: Integers
    bins: Integers
    n: Integers
    wide: frozenset[str | None]
    query: str | None
    names: tuple[str | None, ...] = ()


def counted(cells: Sequence[Cell], measured: Measurement) -> Counted:
    """The counts of an answer about these cells; those of others are left out."""
    numbers = {key(cell): number for number, cell in enumerate(cells)}
    moved = _integers([numbers.get(key(cell), -1) for cell in measured.cells])
    places, n = moved[_integers(measured.places)], _integers(measured.columns["n"])
    listed = measured.columns.get("category")
    names: tuple[str | None, ...] = ()
    wide = frozenset[str | None]()
    if listed is None:
        bins = _integers(measured.columns["bin"])
    else:
        names = (*sorted({str(name) for name in listed if name is not None}), None)
        bins, wide = _named(measured, listed, names)
    is_listed = places >= 0
    return Counted(cells, places[is_listed], bins[is_listed], n[is_listed], wide, measured.query, names)


def _integers(values: Sequence[Scalar]) -> Integers:
    return np.array(values, dtype=np.int64)


def _named(
    measured: Measurement, listed: Sequence[Scalar], names: Sequence[str | None]
) -> tuple[Integers, frozenset[str | None]]:
    """Categories as numbers that do not depend on the order of rows, and the segments with nameless ones."""
    numbers: dict[Scalar, int] = {name: number for number, name in enumerate(names)}
    bins = np.fromiter(map(numbers.__getitem__, listed), np.int64, len(listed))
    nameless = np.flatnonzero(bins == len(names) - 1).tolist()
    return bins, frozenset(measured.cells[measured.places[at]].segment for at in nameless)


def in_bins(plan: Plan, column: Watched, binning: str, counts: Counted) -> Counted:
    """The counts by a binning's own bins."""
    if column.family == "categorical":
        return counts
    cuts = plan.cuts(column)[binning]
    bin_of = _integers(project(plan.axis(column), cuts))
    histogram = plan.learned(column).histogram
    if binning == "doane" and histogram is not None:
        bin_of = _integers(histogram.numbers)[bin_of]
    return replace(counts, bins=bin_of[counts.bins])


def together(tables: Mapping[str, Counted]) -> tuple[Integers, dict[Place, tuple[str, Key]]]:
    """The counts of several columns for `statistics`, and the column and cell that each of their chunks is about.

    They are in one order, so that sums of fractions come out the same to the last bit.
    """
    parts = [np.empty((5, 0), dtype=np.int64)]
    series: dict[tuple[str, str | None], int] = {}
    places: dict[Place, tuple[str, Key]] = {}
    for name, counts in tables.items():
        slots = np.zeros((3, len(counts.cells)), dtype=np.int64)
        chunks: Counter[int] = Counter()
        for at in np.flatnonzero(np.bincount(counts.places)).tolist():
            cell = counts.cells[at]
            number = series.setdefault((name, cell.segment), len(series))
            slots[:, at] = number, chunks[number], cell.period == "reference"
            places[number, chunks[number]] = (name, key(cell))
            chunks[number] += 1
        order = np.argsort(counts.places * (counts.bins.max(initial=0) + 1) + counts.bins)
        parts.append(np.vstack((slots[:, counts.places], counts.bins, counts.n))[:, order])
    return np.concatenate(parts, axis=1), places
