"""Distributions of a drifted column, for reports to draw: counts of the reference and of a chunk between edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whq.fit.bins import project
from whq.monitors.drift.columns import Plan, Watched
from whq.monitors.drift.counts import Counted, Key
from whq.monitors.outcome import key

Shape = Mapping[str, Any]


def shapes(plan: Plan, column: Watched, counted: Counted) -> dict[Key, Shape]:
    """`edges`, `reference` and `counts` of each analysis cell; the first and last count lie outside of the edges.

    Empty for categories (their names are values of rows), for a constant reference and where there is no reference.
    """
    histogram, cuts = plan.learned(column).histogram, plan.cuts(column)
    if histogram is None or "doane" not in cuts or len(histogram.edges) < 2:
        return {}
    edges = histogram.edges
    bins = np.array(histogram.drawn)[np.array(project(plan.axis(column), cuts["doane"]))]
    counts = np.zeros((len(counted.cells), len(edges) + 1), dtype=np.int64)
    np.add.at(counts, (counted.places, bins[counted.bins]), counted.n)
    present = np.flatnonzero(np.bincount(counted.places)).tolist()
    references: dict[str | None, np.ndarray] = {}
    for at in present:
        cell = counted.cells[at]
        if cell.period == "reference":
            references[cell.segment] = references.get(cell.segment, 0) + counts[at]
    return {
        key(cell): {
            "edges": list(edges), "reference": references[cell.segment].tolist(), "counts": counts[at].tolist()
        }
        for at, cell in ((at, counted.cells[at]) for at in present)
        if cell.period == "analysis" and cell.segment in references
    }  # fmt: skip
