"""Distributions of a drifted column, for reports to draw: counts of the reference and of a chunk between edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from whq.fit.bins import merge, project
from whq.model import Cell, Measurement
from whq.monitors.drift_columns import Plan, Watched
from whq.monitors.outcome import count, key

Shape = Mapping[str, Any]
Key = tuple[str | None, str | None, str | None]


def shapes(plan: Plan, column: Watched, rows: Measurement, cells: Sequence[Cell]) -> dict[Key, Shape]:
    """`edges`, `reference` and `counts` of each analysis cell; the first and last count lie outside of the edges.

    Empty for categories (their names are values of rows), for a constant reference and where there is no reference.
    """
    cuts, edges = plan.cuts(column), plan.learned(column).get("edges", ())
    if "doane" not in cuts or len(edges) < 2:
        return {}
    places = project(merge(*cuts.values()), cuts["doane"])
    counts: dict[Key, list[int]] = defaultdict(lambda: [0] * (len(edges) + 1))
    for row in rows.rows:
        counts[key(row.cell)][places[count(row.values, "bin")]] += count(row.values, "n")
    before = [counts[key(cell)] for cell in cells if cell.period == "reference" and key(cell) in counts]
    if not before:
        return {}
    reference = [sum(column) for column in zip(*before, strict=True)]
    return {
        key(cell): {"edges": list(edges), "reference": reference, "counts": counts[key(cell)]}
        for cell in cells
        if cell.period == "analysis" and key(cell) in counts
    }
