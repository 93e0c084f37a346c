"""The words of `moved` put into results that alert: from the counts of a column to the two sides that are compared."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from whq.monitors.drift import moved
from whq.monitors.drift.columns import Plan, Watched
from whq.monitors.drift.counts import Counted
from whq.monitors.drift.moved import Axis, Side
from whq.monitors.drift.readings import Series
from whq.monitors.outcome import key
from whq.monitors.showing import is_private, may_show
from whq.values import Cell, Result


def told(plan: Plan, one: Series, result: Result) -> Result:
    """The result with `details.moved` where it alerts and the column's rows are counted in bins."""
    if not result.alert or one.counted is None or result.value is None:
        return result
    words = _words(plan, one.column, one.counted, Cell(result.segment, result.period, result.chunk))
    return replace(result, details={**result.details, "moved": words}) if words else result


def _words(plan: Plan, column: Watched, counted: Counted, cell: Cell) -> str:
    cells = list(counted.cells)
    places = {key(one): place for place, one in enumerate(cells)}
    place = places[key(cell)]
    if plan.drift.against == "previous":
        before = [place - 1] if place and cells[place - 1].segment == cell.segment else []
    else:
        before = [at for at, one in enumerate(cells) if one.period == "reference" and one.segment == cell.segment]
    bins = len(counted.names) or len(plan.axis(column).points) + 1
    was, is_now = (_side(counted, at, bins) for at in (before, [place]))
    tags = plan.drift.common.tags
    if column.family == "numeric":
        axis = Axis(plan.axis(column), column.is_whole)
        return moved.numbers(axis, was, is_now, is_private(plan.spec, (column.name,), tags))
    names = tuple(None if name is None else str(name) for name in counted.names)
    return moved.categories(names, was, is_now, lambda name, rows: may_show(plan.spec, column.name, rows, tags))


def _side(counted: Counted, places: list[int], bins: int) -> Side:
    """The rows in bins of some cells together, and all their rows."""
    chosen = np.isin(counted.places, places)
    n = np.bincount(counted.bins[chosen], weights=counted.n[chosen], minlength=bins).astype(np.int64)
    rows = sum(chunk.rows for place in places if (chunk := counted.cells[place].chunk) is not None)
    return Side(n, rows)
