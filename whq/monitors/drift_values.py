"""From measurements to readings: every statistic of every chunk, or the reason why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from whq.errors import Problem
from whq.fit.bins import merge, project
from whq.fit.pvalues import chi2_sf, kolmogorov_sf
from whq.model import Cell, Failure, Measurement, Measurements, Row, Scope
from whq.monitors.drift_columns import EXACT, MOST_CATEGORIES, Plan, Watched
from whq.monitors.drift_shapes import Key, Shape, shapes
from whq.monitors.outcome import answer, count, key, number
from whq.summary import Comparison, Count, Place, Statistics, evaluate

NO_VALUES = "no values: all are NULL or not finite"
FIRST = "no chunk before it to compare with"
ALONE = "the reference has no other chunk to compare with"
NO_REFERENCE = "the reference has no values to compare with"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one chunk, or the reason why there is none; with `upper` it is the least that it can be.

    `shape` is the distribution that a report may draw.
    """

    value: float | None
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    shape: Shape | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One statistic of one column over the chunks of one segment.

    `trouble`: it could not be measured. `refusal`: it was, and allows no verdict.
    """

    column: Watched
    metric: str
    segment: str | None = None
    readings: tuple[tuple[Cell, Reading], ...] = ()
    query: str | None = None
    trouble: Problem | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    """The rows of one column and segment by bin: chunks in order, and for each its rows in each bin."""

    cells: tuple[Cell, ...]
    bins: Mapping[Key, Mapping[int, int]]
    is_too_wide: bool = False


_Columns = dict[tuple[str, str | None], _Counted]
_Found = Mapping[str, Mapping[tuple[str, str | None], Mapping[Key, Statistics]]]


def series(plan: Plan, measurements: Measurements) -> Iterator[Series]:
    """Every statistic of every column and segment."""
    for scope in plan.scopes():
        chunks = answer(measurements, plan.chunks(scope))
        if isinstance(chunks, Failure):
            yield from _failed(plan, scope, chunks)
            continue
        cells = _by_segment(scope, (row.cell for row in chunks.rows))
        counted = {column.name: _counts(plan, column, scope, measurements) for column in plan.columns}
        found = _statistics(plan, cells, counted)
        for column in plan.columns:
            for metric in column.metrics:
                yield from _of_metric(plan, column, metric, scope, cells, counted[column.name], found, measurements)


def _failed(plan: Plan, scope: Scope, failure: Failure) -> Iterator[Series]:
    for column in plan.columns:
        for metric in column.metrics:
            yield Series(column, metric, scope.segment, query=failure.query, trouble=failure.problem)


def _by_segment(scope: Scope, cells: Iterable[Cell]) -> dict[str | None, tuple[Cell, ...]]:
    """The chunks of each segment, the reference's first, each period in order of time."""
    found: dict[str | None, list[Cell]] = {} if scope.segment else {None: []}
    for cell in cells:
        found.setdefault(cell.segment, []).append(cell)
    ordered = sorted(found.items(), key=lambda item: item[0] or "")
    return {segment: tuple(sorted(own, key=_order)) for segment, own in ordered}


def _order(cell: Cell) -> tuple[bool, int]:
    return cell.period != "reference", cell.chunk.index if cell.chunk else 0


# --- binned counts ------------------------------------------------------------------------------------------


def _counts(plan: Plan, column: Watched, scope: Scope, measurements: Measurements) -> Measurement | Failure | None:
    request = plan.counts(column, scope)
    return None if request is None else answer(measurements, request)


def _statistics(
    plan: Plan,
    cells: Mapping[str | None, tuple[Cell, ...]],
    counted: Mapping[str, Measurement | Failure | None],
) -> _Found:
    """The binned statistics, one evaluation a binning, by statistic, column and segment."""
    found: dict[str, dict[tuple[str, str | None], Mapping[Key, Statistics]]] = {}
    for binning, names in binned(plan).items():
        tables = _tables(plan, binning, cells, counted)
        values = evaluate(_rows(tables), names, plan.spec.template_folders, comparison(plan, binning))
        found[binning] = _located(tables, values)
    return found


def binned(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The templates of the binned statistics that are wanted, by their binning."""
    found: dict[str, dict[str, None]] = {}
    for column in plan.columns:
        for metric in column.metrics:
            binning = plan.binning(column, metric)
            if binning is not None:
                found.setdefault(binning, {})[f"drift/{metric}"] = None
    return {binning: tuple(names) for binning, names in found.items()}


def comparison(plan: Plan, binning: str) -> Comparison:
    """What chunks are compared with, and whether bins that the reference lacks are one."""
    is_previous = plan.drift.against == "previous"
    is_rest = plan.drift.threshold.baseline == "rest" and not is_previous
    return Comparison(is_previous, is_rest, binning == "pooled")


def _tables(
    plan: Plan,
    binning: str,
    cells: Mapping[str | None, tuple[Cell, ...]],
    counted: Mapping[str, Measurement | Failure | None],
) -> _Columns:
    tables: _Columns = {}
    for column in plan.columns:
        rows = counted[column.name]
        if not isinstance(rows, Measurement) or binning not in plan.binnings(column):
            continue
        bins = _numeric(plan, column, binning, rows) if column.family == "numeric" else _categorical(rows)
        for segment, own in cells.items():
            present = tuple(cell for cell in own if key(cell) in bins)
            tables[column.name, segment] = _Counted(present, {key(cell): bins[key(cell)] for cell in present})
    return tables


def _numeric(plan: Plan, column: Watched, binning: str, rows: Measurement) -> dict[Key, dict[int, int]]:
    """Cells of the merged cuts added up to a binning's own; what is outside of histogram edges is one bin."""
    cuts = plan.cuts(column)
    own = cuts[binning]
    places = project(merge(*cuts.values()), own)
    bins: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows.rows:
        place = places[count(row.values, "bin")]
        is_outside = binning == "doane" and place in (0, len(own.points))
        bins[key(row.cell)][0 if is_outside else place] += count(row.values, "n")
    return bins


def _categorical(rows: Measurement) -> dict[Key, dict[int, int]]:
    named = sorted({row.values["category"] for row in rows.rows}, key=lambda name: (name is None, str(name)))
    numbers = {name: place for place, name in enumerate(named)}
    bins: dict[Key, dict[int, int]] = defaultdict(dict)
    for row in rows.rows:
        bins[key(row.cell)][numbers[row.values["category"]]] = count(row.values, "n")
    return bins


def _rows(tables: _Columns) -> Iterator[Count]:
    """Counts in one order, so that sums of fractions come out the same to the last bit."""
    for place, counted in enumerate(tables.values()):
        for chunk, cell in enumerate(counted.cells):
            is_reference = int(cell.period == "reference")
            for bin, n in sorted(counted.bins[key(cell)].items()):
                yield Count(place, chunk, is_reference, bin, n)


def _located(
    tables: _Columns, values: Mapping[Place, Statistics]
) -> dict[tuple[str, str | None], Mapping[Key, Statistics]]:
    return {
        name: {key(cell): values.get((place, chunk), Statistics(0, {})) for chunk, cell in enumerate(counted.cells)}
        for place, (name, counted) in enumerate(tables.items())
    }


# --- readings -----------------------------------------------------------------------------------------------


def _of_metric(
    plan: Plan,
    column: Watched,
    metric: str,
    scope: Scope,
    cells: Mapping[str | None, tuple[Cell, ...]],
    counted: Measurement | Failure | None,
    found: _Found,
    measurements: Measurements,
) -> Iterator[Series]:
    trouble = plan.trouble(column, metric)
    if trouble is not None:
        yield Series(column, metric, scope.segment, trouble=trouble)
    elif metric in EXACT:
        request = plan.distances(column, scope)
        assert request is not None
        yield from _exact(plan, column, metric, scope, cells, answer(measurements, request))
    elif isinstance(counted, Failure):
        yield Series(column, metric, scope.segment, query=counted.query, trouble=counted.problem)
    elif counted is None:
        yield _not_learned(plan, column, metric, scope)
    else:
        wide = {row.cell.segment for row in counted.rows if "category" in row.values and row.values["category"] is None}
        binning = plan.binning(column, metric) or ""
        for segment, own in cells.items():
            if segment in wide:
                yield Series(column, metric, segment, query=counted.query, refusal=_TOO_WIDE)
                continue
            values = found[binning].get((column.name, segment), {})
            drawn = shapes(plan, column, counted, own) if binning == "doane" else {}
            yield Series(column, metric, segment, _readings(plan, own, values, metric, drawn), counted.query)


_TOO_WIDE = (
    f"more than {MOST_CATEGORIES:,} categories: too many to compare; "
    "exclude the column, or group its values in a `query`"
)


def _not_learned(plan: Plan, column: Watched, metric: str, scope: Scope) -> Series:
    learned = plan.learned(column)
    if learned.get("n") == 0:
        return Series(column, metric, scope.segment, refusal="the reference has no values: all are NULL or not finite")
    failed = learned.get("failed") or {"code": "WHQ-M202", "message": f'nothing is learned of "{column.name}" yet'}
    return Series(column, metric, scope.segment, trouble=Problem(failed["code"], "monitor", failed["message"]))


def _readings(
    plan: Plan, cells: tuple[Cell, ...], values: Mapping[Key, Statistics], metric: str, drawn: Mapping[Key, Shape]
) -> tuple[tuple[Cell, Reading], ...]:
    readings: list[tuple[Cell, Reading]] = []
    for cell in cells:
        statistics = values.get(key(cell))
        if statistics is None:
            readings.append((cell, Reading(None, NO_VALUES)))
            continue
        value = statistics.values.get(f"drift/{metric}")
        if value is None:
            readings.append((cell, Reading(None, _alone(plan, cell, cells))))
            continue
        details: dict[str, Any] = {}
        if metric == "chi2":
            freedom = statistics.bins - 1
            details = {"p_value": chi2_sf(value, freedom), "degrees_of_freedom": freedom}
        readings.append((cell, Reading(value, details=details, shape=drawn.get(key(cell)))))
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
    found: Measurement | Failure,
) -> Iterator[Series]:
    if isinstance(found, Failure):
        yield Series(column, metric, scope.segment, query=found.query, trouble=found.problem)
        return
    rows = {key(row.cell): row for row in found.rows}
    for segment, own in cells.items():
        readings = tuple((cell, _exact_reading(plan, metric, cell, own, rows.get(key(cell)))) for cell in own)
        yield Series(column, metric, segment, readings, found.query)


def _exact_reading(plan: Plan, metric: str, cell: Cell, cells: tuple[Cell, ...], row: Row | None) -> Reading:
    if row is None:
        return Reading(None, NO_VALUES)
    value = number(row.values.get(metric))
    if value is None:
        return Reading(None, _alone(plan, cell, cells))
    upper = number(row.values.get(f"{metric}_upper"))
    details: dict[str, Any] = {}
    if upper is not None:
        upper, details = min(max(value, upper), plan.range(metric)[1]), dict(_BINNED)
    if metric == "ks":
        n, m = count(row.values, "n"), count(row.values, "reference_n")
        details |= {"p_value": kolmogorov_sf(value, n, m), "p_value_method": "asymptotic"}
    return Reading(value, details=details, upper=upper)


_BINNED = {"interval": "the exact value is not below `lower` and not above `upper`; `method: exact` in drift gives it"}
