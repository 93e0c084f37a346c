"""The profile: what each column holds, per chunk, segment and period. Numbers, not verdicts.

Every metric that fits a column's type is asked for, a project's own included. Texts leave the warehouse only for
columns whose values may be shown. Histograms are cut once, over the range of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, ProfileSpec
from whq.errors import Problem
from whq.monitors import Baseline, Context, Verdicts
from whq.monitors.judge import missing, on_empty
from whq.monitors.outcome import answer, blank, count, errored, in_order, key, number, placed
from whq.monitors.scopes import ROW_COUNT, row_count, scopes, with_missing
from whq.result import plain
from whq.sql.templates import Templates, load, metric, metric_names
from whq.values import (
    Awaited,
    Column,
    ColumnName,
    Cuts,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    Request,
    Result,
    Row,
    Scalar,
    Scope,
    Status,
)

BINS = 20
SHOWN_VALUES = 10
TOP_VALUES = "profile/top_values"
RANGE, HISTOGRAM = "profile/range", "profile/histogram"
OPAQUE = frozenset({"null_count", "null_ratio"})
"""All that is asked of columns whose values engines cannot compare: structs, lists, JSON."""


class ColumnBaseline(Struct, frozen=True, omit_defaults=True):
    """The edges of a column's histogram, ascending, in the column's unit; empty where it holds no number.

    problem: why its range could not be had.
    """

    edges: tuple[float, ...] = ()
    problem: Problem | None = None


class ProfileBaseline(Baseline, frozen=True):
    """What is learned of numeric columns, by their names."""

    FORMAT: ClassVar[int] = 2
    CHANGE: ClassVar[str] = "histograms are kept in another form"

    columns: Mapping[str, ColumnBaseline] = field(default_factory=dict)

    def parts(self) -> Mapping[str, Struct]:
        """What is learned of each column."""
        return self.columns

    def of(self, column: Column) -> ColumnBaseline:
        """What is learned of a column; a blank one where that is nothing."""
        return self.columns.get(column.name) or ColumnBaseline()


BASELINE = ProfileBaseline


class _Item(Struct, frozen=True):
    """One number to ask for: its name in results, and its request per scope."""

    column: Column | None
    metric: str
    template: str
    arguments: tuple[tuple[str, Any], ...] = ()

    def request(self, scope: Scope) -> Request:
        return Request.of(scope, self.template, **dict(self.arguments))


def metrics(templates: Templates) -> tuple[str, ...]:
    """Every metric of a column, and what a profile adds to them."""
    return (*metric_names(templates), "histogram", "top_values", "missing_time")


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """The range of each numeric column: of the reference, of all rows where there is none."""
    if spec.profile is None:
        return ()
    return tuple(
        _range(dataset, spec.profile, column) for column in _columns(dataset, spec.profile) if column.is_a("numeric")
    )


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> ProfileBaseline:
    """The edges of each numeric column's histogram: None where it holds no number, or why they could not be had."""
    if spec.profile is None:
        return ProfileBaseline()
    columns: dict[str, ColumnBaseline] = {}
    for column in _columns(dataset, spec.profile):
        if column.is_a("numeric"):
            measured = answer(measurements, _range(dataset, spec.profile, column))
            columns[column.name] = (
                ColumnBaseline(problem=measured.problem)
                if isinstance(measured, Failure)
                else ColumnBaseline(_edges(*_ends(measured)))
            )
    return ProfileBaseline(columns)


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """The histograms of numeric columns, whose edges follow from the range."""
    if spec.profile is None:
        return ()
    numeric = [column for column in _columns(dataset, spec.profile) if column.is_a("numeric")]
    ranges = {column.name: Awaited((_range(dataset, spec.profile, column),)) for column in numeric}
    return tuple(
        Request.of(scope, HISTOGRAM, column=ColumnName(name), cuts=edges)
        for scope in _scopes(dataset, spec.profile)
        for name, edges in ranges.items()
    )


def requests(dataset: Dataset, spec: DatasetSpec, baseline: ProfileBaseline) -> tuple[Request, ...]:
    """Every number of the profile, once for all rows and once for each segment."""
    if spec.profile is None:
        return ()
    items = list(_items(dataset, spec, spec.profile, baseline))
    return tuple(item.request(scope) for scope in _scopes(dataset, spec.profile) for item in items)


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: ProfileBaseline, measurements: Measurements, context: Context
) -> Verdicts:
    """One result a number and cell; a number that could not be had is an error, a NULL one says so."""
    if spec.profile is None:
        return Verdicts([])
    results: list[Result] = []
    items = list(_items(dataset, spec, spec.profile, baseline))
    for scope in _scopes(dataset, spec.profile):
        counted = answer(measurements, row_count(scope))
        if _is_empty(scope, counted):
            results.append(_nothing(_blank(spec, spec.profile, None, "row_count")))
        for item in items:
            result = _blank(spec, spec.profile, item.column, item.metric)
            measured = answer(measurements, item.request(scope))
            results += _results(item, replace(result, segment=scope.segment), measured, counted, baseline)
    results += _without_range(dataset, spec, spec.profile, baseline)
    choice = spec.profile.common.on_empty
    return Verdicts([_on_empty(result, choice) for result in results])


# --- what is asked ------------------------------------------------------------------------------------------


def _columns(dataset: Dataset, profile: ProfileSpec) -> list[Column]:
    return [column for column in dataset.columns if column.name in profile.columns]


def _items(dataset: Dataset, spec: DatasetSpec, profile: ProfileSpec, baseline: ProfileBaseline) -> Iterator[_Item]:
    templates = load(spec.template_folders)
    yield _Item(None, "row_count", ROW_COUNT)
    for column in _columns(dataset, profile):
        shown = column.name in profile.show_values
        yield from _metrics(templates, column, shown)
        named = ("column", ColumnName(column.name))
        if shown:
            yield _Item(column, "top_values", TOP_VALUES, (named, ("limit", SHOWN_VALUES)))
        edges = baseline.of(column).edges
        if edges:
            yield _Item(column, "histogram", HISTOGRAM, (named, ("cuts", _cuts(edges))))


def _metrics(templates: Templates, column: Column, shown: bool) -> Iterator[_Item]:
    """The metrics that take this column and need nothing else."""
    for name in metric_names(templates):
        template, fixed = metric(templates, name)
        argument = template.column
        if argument is None or argument.kind != "column" or not argument.accepts(column):
            continue
        if template.reveals and not (shown or column.is_a("numeric") or column.is_a("temporal")):
            continue
        if column.type == "other" and name not in OPAQUE:
            continue
        needed = {other.name for other in template.arguments if other.required} - {argument.name}
        if needed <= set(fixed):
            yield _Item(column, name, template.name, ((argument.name, ColumnName(column.name)), *fixed.items()))


def _scopes(dataset: Dataset, profile: ProfileSpec) -> tuple[Scope, ...]:
    return scopes(dataset, profile.common)


# --- histograms: cut once ------------------------------------------------------------------------------------


def _range(dataset: Dataset, profile: ProfileSpec, column: Column) -> Request:
    where = profile.common.filter
    period = "reference" if dataset.reference is not None else None
    scope = Scope(dataset.name, period=period, where=where)  # type: ignore[arg-type]
    return Request.of(scope, RANGE, column=ColumnName(column.name))


def _ends(measured: Measurement) -> tuple[float | None, float | None]:
    values = measured.rows[0].values if measured.rows else {}
    return number(values.get("low")), number(values.get("high"))


def _edges(low: float | None, high: float | None) -> tuple[float, ...]:
    """Edges of equal bins from the least to the greatest value; a constant has one bin of no width."""
    if low is None or high is None:
        return ()
    if low == high:
        return low, high
    width = (high - low) / BINS
    if isfinite(width):
        edges = [*(low + step * width for step in range(BINS)), high]  # as numpy: evenly, to the last bit
    else:
        edges = [low * (1 - step / BINS) + high * (step / BINS) for step in range(BINS + 1)]
    return tuple(sorted(set(edges)))


def _cuts(edges: tuple[float, ...]) -> Cuts:
    """As numpy: a bin holds its lower edge, the last one its upper edge too; outside there is a cell on each side."""
    return Cuts(edges, tuple(place == len(edges) - 1 for place in range(len(edges))))


def _without_range(
    dataset: Dataset, spec: DatasetSpec, profile: ProfileSpec, baseline: ProfileBaseline
) -> list[Result]:
    """Numeric columns whose histogram was not cut are told too."""
    return [
        _uncut(_blank(spec, profile, column, "histogram"), baseline.of(column).problem)
        for column in _columns(dataset, profile)
        if column.is_a("numeric") and not baseline.of(column).edges
    ]


def _uncut(result: Result, problem: Problem | None) -> Result:
    if problem is None:
        return replace(result, details={"reason": "the reference holds no number"})
    return errored(result, problem)


# --- results ------------------------------------------------------------------------------------------------


def _blank(spec: DatasetSpec, profile: ProfileSpec, column: Column | None, name: str) -> Result:
    result = blank(spec, profile.common, "profile", column.name if column else None, name)
    return replace(result, severity=profile.common.severity or "warn")


def _is_empty(scope: Scope, counted: Measurement | Failure) -> bool:
    """Whether the analysis has no row at all; segments without rows have no label to tell them by."""
    if isinstance(counted, Failure) or scope.segment is not None:
        return False
    return all(row.cell.period == "reference" for row in counted.rows)


def _nothing(result: Result) -> Result:
    """Silence is no success: that there was nothing to profile is a result."""
    result = replace(result, status="inconclusive", message="no rows to profile", details={"reason": "no rows"})
    return replace(result, period="analysis", value=0)


def _on_empty(result: Result, choice: Status | None) -> Result:
    """The verdict that `on_empty` wants where there was nothing to profile."""
    if result.status == "inconclusive":
        return on_empty(result, choice)
    return missing(result, choice) if result.status == "skipped" else result


def _results(
    item: _Item,
    result: Result,
    measured: Measurement | Failure,
    counted: Measurement | Failure,
    baseline: ProfileBaseline,
) -> Iterator[Result]:
    """The results of one scope; `counted` tells its chunks."""
    if isinstance(measured, Failure):
        yield errored(result, measured.problem, measured.query)
        return
    result = replace(result, query=measured.query)
    if item.template not in (TOP_VALUES, HISTOGRAM):
        yield from (_single(placed(result, row.cell), row) for row in with_missing(measured.rows, counted))
        return
    rows: dict[object, list[Row]] = {}
    for row in measured.rows:
        rows.setdefault(key(row.cell), []).append(row)
    chunks = counted if isinstance(counted, Measurement) else measured
    present = {key(chunks.cells[place]) for place in chunks.places}
    for cell in in_order(chunks.cells):
        here = rows.get(key(cell), [])
        if key(cell) not in present:
            yield replace(placed(result, cell), status="skipped")
        elif item.template == TOP_VALUES:
            yield _top_values(placed(result, cell), here)
        elif item.column is not None:
            yield _histogram(placed(result, cell), here, baseline.of(item.column).edges)


def _single(result: Result, row: Row) -> Result:
    if not row.values:
        return replace(result, status="skipped", value=0 if result.subject is None else None)
    value: Scalar = row.values.get("value")
    if result.subject is None and value == 0 and result.period != "reference" and result.segment is None:
        return _nothing(result)
    if value is None:
        return replace(result, details={"reason": "no value: the metric of these rows is NULL"})
    return replace(result, value=value)


def _top_values(result: Result, rows: list[Row]) -> Result:
    ranked = sorted(rows, key=lambda row: count(row.values, "place"))
    values = [{"value": plain(row.values.get("shown")), "rows": count(row.values, "n")} for row in ranked]
    return replace(result, value=len(values), details={"values": values})


def _histogram(result: Result, rows: list[Row], edges: tuple[float, ...]) -> Result:
    rows_of_bin = {count(row.values, "bin"): count(row.values, "n") for row in rows}
    counts = [rows_of_bin.get(place, 0) for place in range(1, len(edges))]
    details = {
        "edges": list(edges),
        "counts": counts,
        "below": rows_of_bin.get(0, 0),
        "above": rows_of_bin.get(len(edges), 0),
    }
    return replace(result, value=len(counts), details=details)
