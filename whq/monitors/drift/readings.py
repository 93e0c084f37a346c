"""From measurements to readings: every statistic of every chunk, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from whq.errors import Problem
from whq.fit.bounds import Sizes
from whq.fit.pvalues import chi2_sf, kolmogorov_sf
from whq.monitors.drift.columns import MOST_CATEGORIES, Plan, Watched
from whq.monitors.drift.counts import Counted, Key, counted, in_bins, together
from whq.monitors.drift.shapes import Shape, shapes
from whq.monitors.drift.sizes import sizes_of
from whq.monitors.drift.statistics import Comparison, Statistics, evaluate
from whq.monitors.judge import clipped
from whq.monitors.outcome import answer, count, in_order, key, number
from whq.values import Cell, Failure, Measurement, Measurements, Row, Scope

NO_VALUES = "no values: all are NULL or not finite"
NO_ROWS = "no rows"
FIRST = "no chunk before it to compare with"
ALONE = "the reference has no other chunk to compare with"
NO_REFERENCE = "the reference has no values to compare with"
NO_BINS = "the reference has no values: no row is in it, or all are NULL or not finite"


class Reading(Struct, frozen=True):
    """One value of one chunk, or the reason why there is none; with `upper` it is the least that it can be.

    `shape` is the distribution that a report may draw. `sizes`: how many values stand on both sides.
    """

    value: float | None
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    shape: Shape | None = None
    upper: float | None = None
    sizes: Sizes | None = None


class Series(Struct, frozen=True):
    """One statistic of one column over the chunks of one segment.

    `trouble`: it could not be measured. `refusal`: it was, and allows no verdict. `counted`: the column's rows in bins,
    where any statistic of it wants them.
    """

    column: Watched
    metric: str
    segment: str | None = None
    readings: tuple[tuple[Cell, Reading], ...] = ()
    query: str | None = None
    trouble: Problem | None = None
    refusal: str | None = None
    counted: Counted | None = None


_Answers = Mapping[str, Counted | Failure | None]
_Compared = tuple[Statistics, Sizes | None]
_BinnedStatistics = Mapping[str, Mapping[str, Mapping[Key, _Compared]]]


def series(plan: Plan, measurements: Measurements) -> Iterator[Series]:
    """Every statistic of every column and segment."""
    for scope in plan.scopes():
        chunks = answer(measurements, plan.chunks(scope))
        if isinstance(chunks, Failure):
            yield from _failed(plan, scope, chunks)
            continue
        cells = _by_segment(scope, chunks.cells)
        present = {key(chunks.cells[place]) for place in chunks.places}
        ordered = [cell for of_segment in cells.values() for cell in of_segment]
        answers = {column.name: _counted(plan, column, scope, ordered, measurements) for column in plan.columns}
        statistics = _statistics(plan, answers)
        for column in plan.columns:
            for metric in column.metrics:
                for readings in _of_metric(
                    plan, column, metric, scope, cells, answers[column.name], statistics, measurements
                ):
                    with_reasons = tuple(_without_rows(readings.readings, present))
                    yield replace(readings, readings=with_reasons, counted=_if_counted(answers[column.name]))


def _if_counted(answer: Counted | Failure | None) -> Counted | None:
    return answer if isinstance(answer, Counted) else None


def _without_rows(readings: Iterable[tuple[Cell, Reading]], present: Collection[Key]) -> Iterator[tuple[Cell, Reading]]:
    """The readings, with the reason where a chunk has no row at all."""
    for cell, reading in readings:
        yield cell, reading if key(cell) in present else Reading(None, NO_ROWS)


def _failed(plan: Plan, scope: Scope, failure: Failure) -> Iterator[Series]:
    for column in plan.columns:
        for metric in column.metrics:
            yield Series(column, metric, scope.segment, query=failure.query, trouble=failure.problem)


def _by_segment(scope: Scope, cells: Iterable[Cell]) -> dict[str | None, tuple[Cell, ...]]:
    """The chunks of each segment, the reference's first, each period in order of time."""
    by_segment: dict[str | None, list[Cell]] = {} if scope.segment else {None: []}
    for cell in in_order(cells):
        by_segment.setdefault(cell.segment, []).append(cell)
    return {segment: tuple(of_segment) for segment, of_segment in by_segment.items()}


# --- binned counts ------------------------------------------------------------------------------------------


def _counted(
    plan: Plan, column: Watched, scope: Scope, cells: Sequence[Cell], measurements: Measurements
) -> Counted | Failure | None:
    request = plan.counts(column, scope)
    measured = None if request is None else answer(measurements, request)
    return counted(cells, measured) if isinstance(measured, Measurement) else measured


def _statistics(plan: Plan, answers: _Answers) -> _BinnedStatistics:
    """The binned statistics, one evaluation a binning, by binning, column and cell."""
    statistics: dict[str, dict[str, dict[Key, _Compared]]] = {}
    for binning, names in binned(plan).items():
        tables = _tables(plan, binning, answers)
        counts, places = together(tables)
        values = evaluate(counts, names, plan.spec.template_folders, comparison(plan))
        sizes = sizes_of(counts, comparison(plan))
        statistics[binning] = {name: {} for name in tables}
        for place, (name, cell) in places.items():
            statistics[binning][name][cell] = values.get(place, Statistics(0, {})), sizes.get(place)
    return statistics


def _tables(plan: Plan, binning: str, answers: _Answers) -> dict[str, Counted]:
    answered = ((column, answers[column.name]) for column in plan.columns if binning in plan.binnings(column))
    return {
        column.name: in_bins(plan, column, binning, counts)
        for column, counts in answered
        if isinstance(counts, Counted) and plan.has_bins(column, binning)
    }


def binned(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The templates of the binned statistics that are wanted, by their binning."""
    templates: dict[str, dict[str, None]] = {}
    for column in plan.columns:
        for metric in column.metrics:
            binning = plan.binning(column, metric)
            if binning is not None:
                templates.setdefault(binning, {})[f"drift/{metric}"] = None
    return {binning: tuple(names) for binning, names in templates.items()}


def comparison(plan: Plan) -> Comparison:
    """What chunks are compared with."""
    is_previous = plan.drift.against == "previous"
    is_rest = plan.drift.threshold.baseline == "rest" and not is_previous
    return Comparison(is_previous, is_rest)


# --- readings -----------------------------------------------------------------------------------------------


def _of_metric(
    plan: Plan,
    column: Watched,
    metric: str,
    scope: Scope,
    cells: Mapping[str | None, tuple[Cell, ...]],
    counted: Counted | Failure | None,
    statistics: _BinnedStatistics,
    measurements: Measurements,
) -> Iterator[Series]:
    trouble = plan.trouble(column, metric)
    if trouble is not None:
        yield Series(column, metric, scope.segment, trouble=trouble)
    elif plan.is_exact(metric, column.family):
        request = plan.distances(column, scope)
        assert request is not None
        yield from _exact(plan, column, metric, scope, cells, answer(measurements, request))
    elif isinstance(counted, Failure):
        yield Series(column, metric, scope.segment, query=counted.query, trouble=counted.problem)
    elif counted is None or not plan.has_bins(column, binning := plan.binning(column, metric) or ""):
        yield _not_learned(plan, column, metric, scope)
    else:
        values = statistics[binning][column.name]
        drawn = shapes(plan, column, counted) if binning == "doane" else {}
        for segment, of_segment in cells.items():
            if segment in counted.wide:
                yield Series(column, metric, segment, query=counted.query, refusal=_TOO_WIDE)
                continue
            yield Series(column, metric, segment, _readings(plan, of_segment, values, metric, drawn), counted.query)


_TOO_WIDE = (
    f"more than {MOST_CATEGORIES:,} categories: too many to compare; "
    "exclude the column, or group its values in a `query`"
)


def _not_learned(plan: Plan, column: Watched, metric: str, scope: Scope) -> Series:
    learned = plan.learned(column)
    if learned.rows == 0:
        return Series(column, metric, scope.segment, refusal=NO_BINS)
    nothing = Problem("WHQ-M202", "monitor", f'nothing is learned of "{column.name}" yet')
    return Series(column, metric, scope.segment, trouble=learned.problem or nothing)


def _readings(
    plan: Plan, cells: tuple[Cell, ...], values: Mapping[Key, _Compared], metric: str, drawn: Mapping[Key, Shape]
) -> tuple[tuple[Cell, Reading], ...]:
    readings: list[tuple[Cell, Reading]] = []
    for cell in cells:
        compared = values.get(key(cell))
        if compared is None:
            readings.append((cell, Reading(None, NO_VALUES)))
            continue
        statistics, sizes = compared
        value = statistics.values.get(f"drift/{metric}")
        if value is None:
            readings.append((cell, Reading(None, _alone(plan, cell, cells))))
            continue
        value = clipped(value, plan.range(metric))
        details: dict[str, Any] = {}
        if metric == "chi2" and sizes is not None:
            freedom = statistics.bins - 1
            rows = sizes.rows + sizes.reference_rows
            details = {"p_value": chi2_sf(value, freedom), "degrees_of_freedom": freedom}
            details["cramers_v"] = sqrt(value / rows)  # of a table of two rows
        readings.append((cell, Reading(value, details=details, shape=drawn.get(key(cell)), sizes=sizes)))
    return tuple(readings)


def _alone(plan: Plan, cell: Cell, cells: tuple[Cell, ...]) -> str:
    """Why a chunk with values has nothing to be compared with."""
    if plan.drift.against == "previous":
        return FIRST
    return ALONE if cell.period == "reference" else NO_REFERENCE


def _exact(
    plan: Plan,
    column: Watched,
    metric: str,
    scope: Scope,
    cells: Mapping[str | None, tuple[Cell, ...]],
    measured: Measurement | Failure,
) -> Iterator[Series]:
    if isinstance(measured, Failure):
        yield Series(column, metric, scope.segment, query=measured.query, trouble=measured.problem)
        return
    rows = {key(row.cell): row for row in measured.rows}
    for segment, of_segment in cells.items():
        readings = tuple(
            (cell, _exact_reading(plan, column, metric, cell, of_segment, rows.get(key(cell)))) for cell in of_segment
        )
        yield Series(column, metric, segment, readings, measured.query)


def _exact_reading(
    plan: Plan, column: Watched, metric: str, cell: Cell, cells: tuple[Cell, ...], row: Row | None
) -> Reading:
    if row is None:
        return Reading(None, NO_VALUES)
    value = number(row.values.get(metric))
    if value is None:
        return Reading(None, _alone(plan, cell, cells))
    value = clipped(value, plan.range(metric))
    upper = number(row.values.get(f"{metric}_upper"))
    details: dict[str, Any] = {}
    if upper is not None:
        upper, details = clipped(max(value, upper), plan.range(metric)), dict(_BINNED)
    n, m = count(row.values, "total"), count(row.values, "reference_n")
    if metric == "ks":
        details |= {"p_value": kolmogorov_sf(value, n, m), "p_value_method": "asymptotic"}
    learned = plan.learned(column)
    sizes = Sizes(n, m, deviation=learned.deviation, span=learned.span) if n and m else None
    return Reading(value, details=details, upper=upper, sizes=sizes)


_BINNED = {"interval": "the exact value is not below `lower` and not above `upper`; `method: exact` in drift gives it"}
