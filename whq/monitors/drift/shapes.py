"""Distributions of a drifted column, for reports to draw: counts of the reference and of a chunk between edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from whq.fit.bins import project
from whq.monitors.drift.columns import Plan, Watched
from whq.monitors.drift.counts import Counted, Key
from whq.monitors.drift.moved import Side
from whq.monitors.outcome import key

Shape = Mapping[str, Any]
NAMED = 8
"""Categories that are told apart; the others stand together."""


def shapes(plan: Plan, column: Watched, counted: Counted) -> dict[Key, Shape]:
    """`edges`, `reference` and `counts` of each analysis cell; the first and last count lie outside of the edges.

    Empty for categories (`of_categories`), for a constant reference and where there is no reference.
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


def of_categories(names: Sequence[str | None], before: Side, now: Side, may_name: Callable[[str, int], bool]) -> Shape:
    """`categories`, `reference` and `counts` of the categories with the greatest shares, and the `others` together.

    A category is named where `may_name` allows it for its rows (of the side where it has more), else its name is None.

    Args:
        names: by bin; None for all that are too many to be listed, which belong to the others.
    """
    greatest = np.maximum(before.shares, now.shares)
    listed = [at for at in range(len(names)) if names[at] is not None and greatest[at] > 0]
    shown = sorted(listed, key=lambda at: (-greatest[at], str(names[at])))[:NAMED]
    rows = {at: (int(before.n[at]), int(now.n[at])) for at in shown}
    left = sum(1 for at in range(len(names)) if greatest[at] > 0) - len(shown)
    shape: dict[str, Any] = {
        "categories": [
            name if (name := names[at]) is not None and may_name(name, max(rows[at])) else None for at in shown
        ],
        "reference": [rows[at][0] for at in shown],
        "counts": [rows[at][1] for at in shown],
    }
    if left:
        was, is_now = (side.total - sum(rows[at][which] for at in shown) for which, side in enumerate((before, now)))
        shape["others"] = {"categories": left, "reference": was, "counts": is_now}
    return shape
