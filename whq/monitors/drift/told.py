"""The words of `moved` put into results that alert: from the counts of a column to the two sides that are compared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec.structs import replace

from whq.monitors.drift import moved
from whq.monitors.drift.columns import Plan, Watched
from whq.monitors.drift.counts import Counted
from whq.monitors.drift.moved import Axis, Side
from whq.monitors.drift.readings import Series
from whq.monitors.drift.shapes import of_categories
from whq.monitors.outcome import key
from whq.monitors.showing import is_private, may_show
from whq.values import Cell, Result


def told(plan: Plan, one: Series, result: Result) -> Result:
    """The result with `details.moved` where it alerts and the column's rows are counted in bins.

    Of categories it gets the counts too, in `details.distribution`, for reports to draw; numbers have theirs by then.
    """
    if not result.alert or one.counted is None or result.value is None:
        return result
    column, counted = one.column, one.counted
    sides = _sides(plan, column, counted, Cell(result.segment, result.period, result.chunk))
    details = dict(result.details)
    words = _words(plan, column, counted, *sides)
    if words:
        details["moved"] = words
    if column.family == "categorical":
        details["distribution"] = of_categories(counted.names, *sides, _may_name(plan, column))
    return replace(result, details=details)


def _sides(plan: Plan, column: Watched, counted: Counted, cell: Cell) -> tuple[Side, Side]:
    """The rows in bins of what a cell is compared with, and its own."""
    cells = list(counted.cells)
    places = {key(one): place for place, one in enumerate(cells)}
    place = places[key(cell)]
    if plan.drift.against == "previous":
        before = [place - 1] if place and cells[place - 1].segment == cell.segment else []
    else:
        before = [at for at, one in enumerate(cells) if one.period == "reference" and one.segment == cell.segment]
    bins = len(counted.names) or len(plan.axis(column).points) + 1
    return _side(counted, before, bins), _side(counted, [place], bins)


def _words(plan: Plan, column: Watched, counted: Counted, was: Side, is_now: Side) -> str:
    if column.family == "numeric":
        axis = Axis(plan.axis(column), column.is_whole)
        return moved.numbers(axis, was, is_now, is_private(plan.spec, (column.name,), plan.drift.common.tags))
    return moved.categories(counted.names, was, is_now, _may_name(plan, column))


def _may_name(plan: Plan, column: Watched) -> Callable[[str, int], bool]:
    """Whether a category of that name and so many rows may be named."""
    return lambda name, rows: may_show(plan.spec, column.name, rows, plan.drift.common.tags)


def _side(counted: Counted, places: list[int], bins: int) -> Side:
    """The rows in bins of some cells together, and all their rows."""
    chosen = np.isin(counted.places, places)
    n = np.bincount(counted.bins[chosen], weights=counted.n[chosen], minlength=bins).astype(np.int64)
    rows = sum(chunk.rows for place in places if (chunk := counted.cells[place].chunk) is not None)
    return Side(n, rows)
