"""Models: every kind by every method, one series a metric and segment, all judged alike.

What a kind's metrics are and how a method comes by them is theirs to know (`whq.monitors.models`). Estimates are
judged by the same thresholds as realized values: those that the realized values of the reference chunks teach. A chunk
whose labels have not arrived is `skipped` while an estimate stands in for it, otherwise `inconclusive`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from whq.config.models import built_metrics
from whq.config.spec import DatasetSpec, ModelSpec
from whq.monitors import Context, ThresholdKey, Verdicts
from whq.monitors.bands import Band, Taught
from whq.monitors.closing import opened
from whq.monitors.judge import clipped, missing, on_empty, unjudged
from whq.monitors.models import estimators_of, kind, method, methods_of
from whq.monitors.models.baseline import ModelBaseline, ModelsBaseline
from whq.monitors.models.learned import Learning
from whq.monitors.models.protocol import Chances, Kind, Method, MethodBaseline, Reading
from whq.monitors.models.requests import chunk_rows, label_of
from whq.monitors.models.verdicts import Judged, Rule, at_once, in_order
from whq.monitors.models.words import told
from whq.monitors.outcome import answer, blank, errored, identity, placed
from whq.monitors.scopes import row_count, with_missing
from whq.sql.templates import Templates
from whq.values import (
    Awaited,
    Chunk,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    Period,
    Request,
    Result,
    Row,
    Rows,
    Scope,
    Status,
)
from whq.wording import amount

BASELINE = ModelsBaseline

IsOpen = Callable[[Period | None, Chunk | None], bool]
"""Whether a chunk is still filling."""


def metrics(templates: Templates) -> tuple[str, ...]:
    """Every metric of a model; the cells of a confusion matrix are metrics of their own."""
    return tuple(built_metrics())


# --- fit ----------------------------------------------------------------------------------------------------


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What the models' kinds and methods must know of a reference with labels, and the rows of its chunks."""
    if dataset.reference is None:
        return ()
    needed: list[Request] = []
    for model in spec.models:
        model_kind = kind(model.kind)
        if model_kind.problem_of(dataset, model) is None and label_of(model) is not None:
            needed += model_kind.fit_requests(dataset, model)
            for name in methods_of(model):
                needed += method(name).fit_requests(model_kind, dataset, model)
    return tuple(dict.fromkeys((*chunk_rows(dataset, "reference"), *needed))) if needed else ()


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> ModelsBaseline:
    """What the reference teaches of every model."""
    return ModelsBaseline({model.name: _fit_model(dataset, model, measurements) for model in spec.models})


def _fit_model(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> ModelBaseline:
    model_kind = kind(model.kind)
    if model_kind.problem_of(dataset, model) is not None:
        return ModelBaseline()
    methods = {name: method(name).fit(model_kind, dataset, model, measurements) for name in methods_of(model)}
    has_labels = dataset.reference is not None and label_of(model) is not None
    if not has_labels:
        return ModelBaseline(methods)
    errors, chances = model_kind.fit(dataset, model, measurements), model_kind.chances(dataset, model, measurements)
    return ModelBaseline(methods, errors, chances)


# --- requests -----------------------------------------------------------------------------------------------


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What methods will ask that learn of the reference: with what they learn in the place of rows that are given."""
    needed: list[Request] = []
    for model in spec.models if dataset.reference is not None else ():
        model_kind = kind(model.kind)
        if model_kind.problem_of(dataset, model) is None and label_of(model) is not None:
            for name in methods_of(model):
                learns = method(name).fit_requests(model_kind, dataset, model)
                blank = method(name).requests(model_kind, dataset, model, method(name).BASELINE()) if learns else ()
                needed += (_awaiting(request, learns) for request in blank)
    return tuple(needed)


def _awaiting(request: Request, learns: tuple[Request, ...]) -> Request:
    arguments = ((name, Awaited(learns) if isinstance(value, Rows) else value) for name, value in request.arguments)
    return replace(request, arguments=tuple(arguments))


def requests(dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline) -> tuple[Request, ...]:
    """What every method that can be used must measure of every model, and the rows of the chunks."""
    asked: list[Request] = [*chunk_rows(dataset)] if spec.models else []
    for model in spec.models:
        for series in _all_series(dataset, spec, model, baseline):
            asked += series.requests(dataset)
    return tuple(asked)


class _Series(Struct, frozen=True):
    """One model by one method, `name`: what it learned, and what its values are judged by.

    errors: the constants of sampling errors by segment. chances: what chance does to its metrics. waiting: the status
    of a chunk whose labels are not there.
    """

    spec: DatasetSpec
    model: ModelSpec
    name: str
    learned: MethodBaseline
    errors: Mapping[str, Mapping[str, float]]
    chances: Mapping[str, Chances]
    waiting: Status
    has_reference: bool

    @property
    def kind(self) -> Kind:
        return kind(self.model.kind)

    @property
    def method(self) -> Method:
        return method(self.name)

    def requests(self, dataset: Dataset) -> tuple[Request, ...]:
        """What must be measured; nothing where the method cannot be used."""
        return self.method.requests(self.kind, dataset, self.model, self.learned) if self.learned.is_ready else ()

    def learning(self, metric: str, segment: str | None) -> Learning:
        """How a metric is learned and judged in a segment (None: all rows)."""
        return Learning(self.kind, self.model, metric, self.chances.get(segment or "", {}).get(metric))

    def results(self) -> list[Result]:
        """A result for each metric with nothing judged yet."""
        return [self.result(metric) for metric in self.kind.metrics(self.model)]

    def result(self, metric: str) -> Result:
        """A result of one metric with nothing judged yet."""
        own = "-".join(part for part in (self.model.common.id, self.name) if part)
        result = blank(self.spec, self.model.common, "model", self.model.name, metric)
        severity = self.model.common.severity or "fail"
        id = identity(self.spec.name, self.model.name, metric, own)
        return replace(result, id=id, method=self.name, severity=severity)


def _all_series(dataset: Dataset, spec: DatasetSpec, model: ModelSpec, baseline: ModelsBaseline) -> list[_Series]:
    """The model by each of its methods."""
    fitted = baseline.of(model.name)
    learned = {name: _learned(dataset, model, name, fitted) for name in methods_of(model)}
    stands_in = any(learned[name].is_ready for name in estimators_of(model))
    waiting: Status = "skipped" if stands_in else "inconclusive"
    has_reference = dataset.reference is not None
    shared = fitted.errors, fitted.chances, waiting, has_reference
    return [_Series(spec, model, name, one, *shared) for name, one in learned.items()]


def _learned(dataset: Dataset, model: ModelSpec, name: str, fitted: ModelBaseline) -> MethodBaseline:
    """What a method learned of a model; one that learned nothing says why when it fits on no measurements."""
    model_kind = kind(model.kind)
    problem = model_kind.problem_of(dataset, model)
    if problem is not None:
        return MethodBaseline(problem=problem)
    return fitted.methods.get(name) or method(name).fit(model_kind, dataset, model, {})


# --- evaluate -----------------------------------------------------------------------------------------------


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline, measurements: Measurements, context: Context
) -> Verdicts:
    """Values of every chunk and segment by every method, judged by the realized values of the reference."""
    results: list[Result] = []
    learned: dict[ThresholdKey, Taught] = {}
    is_open = opened(spec, context.as_of, measurements.get(row_count(Scope(dataset.name, by_chunk=True))))
    for model in spec.models:
        rows = _taught(dataset, model, measurements)
        for series in _all_series(dataset, spec, model, baseline):
            taught = _thresholds(series, rows, context)
            learned |= taught
            if not series.learned.is_ready:
                results += [_without_method(result, series.learned) for result in series.results()]
            for request in series.requests(dataset):
                counted = answer(measurements, row_count(replace(request.scope, where=None)))
                results += _measured(series, answer(measurements, request), counted, taught, is_open)
    return Verdicts(told(results), learned)


def _taught(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str | None, list[Row]]:
    """The realized counts of the reference chunks, by segment."""
    model_kind = kind(model.kind)
    rows: dict[str | None, list[Row]] = {}
    if dataset.reference is None or label_of(model) is None or model_kind.problem_of(dataset, model) is not None:
        return rows
    for request in model_kind.realized(dataset, model):
        measured = answer(measurements, request)
        for row in measured.rows if isinstance(measured, Measurement) else ():
            if row.cell.period == "reference":
                rows.setdefault(row.cell.segment, []).append(row)
    return rows


def _thresholds(
    series: _Series, taught: Mapping[str | None, list[Row]], context: Context
) -> dict[ThresholdKey, Taught]:
    """By result and segment what an earlier run learned, else what the reference chunks of this run teach."""
    thresholds: dict[ThresholdKey, Taught] = {}
    for result in series.results():
        for segment, rows in taught.items():
            found = series.learning(result.metric, segment).teach(row.values for row in rows)
            thresholds |= {} if found is None else {(result.id, segment): found}
        thresholds |= {key: earlier for key, earlier in context.thresholds.items() if key[0] == result.id}
    return thresholds


def _without_method(result: Result, learned: MethodBaseline) -> Result:
    """The method cannot be used: by configuration or data there is no verdict, anything else is an error."""
    result = replace(result, period="analysis")
    if learned.problem is not None:
        return errored(result, learned.problem)
    return replace(result, status="inconclusive", message=f"no estimate: {learned.refused}")


def _measured(
    series: _Series,
    measured: Measurement | Failure,
    counted: Measurement | Failure,
    thresholds: Mapping[ThresholdKey, Taught],
    is_open: IsOpen,
) -> list[Result]:
    """The results of one scope; `counted` tells its chunks."""
    if isinstance(measured, Failure):
        return [errored(result, measured.problem, measured.query) for result in series.results()]
    rows = with_missing(measured.rows, counted)
    results: list[Result] = []
    for blank_result in series.results():
        for segment, cells in groupby(rows, key=lambda row: row.cell.segment):
            taught = thresholds.get((blank_result.id, segment))
            results += _of_metric(series, replace(blank_result, segment=segment), list(cells), taught, is_open)
    if measured.request.scope.segment is None and not any(row.cell.period == "analysis" for row in rows):
        results += [_empty(series, result) for result in series.results()]
    return [replace(result, query=measured.query) for result in results]


def _empty(series: _Series, result: Result) -> Result:
    """No row to monitor: inconclusive unless the model says otherwise."""
    result = replace(result, period="analysis", message="no analysis rows")
    return on_empty(result, series.model.common.on_empty)


def _of_metric(
    series: _Series, result: Result, rows: Sequence[Row], taught: Taught | None, is_open: IsOpen
) -> list[Result]:
    """One metric in one segment, judged in the order of its chunks."""
    learning = series.learning(result.metric, result.segment)
    seen = [_of_row(series, learning, placed(result, row.cell), row, taught, is_open) for row in rows]
    judged = [one for one in seen if isinstance(one, Judged)]
    threshold, word = series.model.threshold, series.method.WORD
    if threshold.kind != "learned" or taught is None:
        verdicts = iter([at_once(one, word) for one in judged])
    else:
        is_counted = any(one.outcomes is not None for one in judged)
        bound = learning.bound(taught) if is_counted else None
        verdicts = iter(in_order(judged, Rule(word, series.kind.better(result.metric), threshold.alarms, bound)))
    return [next(verdicts) if isinstance(one, Judged) else one for one in seen]


def _of_row(
    series: _Series, learning: Learning, result: Result, row: Row, taught: Taught | None, is_open: IsOpen
) -> Result | Judged:
    """One metric of one cell: its result, or what is to be judged."""
    if not row.values:
        return missing(result, series.model.common.on_empty)
    reading = series.method.reading(series.kind, series.model, result.metric, row.values)
    if reading.problem is not None:
        return errored(result, reading.problem)
    result = replace(result, details=dict(reading.details))
    if reading.value is None:
        return _without_value(series, result, reading)
    reading = replace(reading, value=clipped(reading.value, series.kind.limits(result.metric)))
    result = _with_value(series, result, reading, row)
    band = learning.band(taught, reading, row.values)
    if band is not None:
        result = replace(result, threshold_lower=band.lower, threshold_upper=band.upper)
    if result.period == "reference" or reading.withheld or band is None or learning.is_blind(band):
        return _unjudged(series, learning, result, reading, taught, band)
    is_counted = series.method.IS_COUNTED and taught is not None and taught.band is None
    outcomes = learning.outcomes(taught, reading, row.values) if is_counted and taught is not None else None
    return Judged(result, float(reading.value or 0.0), band, outcomes, not is_open(result.period, result.chunk))


def _without_value(series: _Series, result: Result, reading: Reading) -> Result:
    """No number: reference chunks only say why; labels may still arrive; anything else gives no verdict."""
    if result.period == "reference":
        return replace(result, message=reading.reason, details={**result.details, "reason": reading.reason})
    return replace(result, status=series.waiting if reading.is_waiting else "inconclusive", message=reading.reason)


def _with_value(series: _Series, result: Result, reading: Reading, row: Row) -> Result:
    """The value with its bounds, its sampling error and what is special about it."""
    error = series.kind.sampling_error(result.metric, series.errors.get(result.segment or "", {}), reading.rows)
    lower, upper = series.method.bounds(series.kind, result.metric, reading, row.values, error)
    details = {**result.details, **({} if error is None else {"sampling_error": error})}
    if lower is not None and series.method.INTERVAL:
        details["interval"] = series.method.INTERVAL
    if reading.reason:
        details["reason"] = reading.reason
    return replace(result, value=reading.value, lower=lower, upper=upper, details=details)


def _unjudged(
    series: _Series, learning: Learning, result: Result, reading: Reading, taught: Taught | None, band: Band | None
) -> Result:
    """A value that gets no verdict: of the reference, of some labels only, or where no value would be outside."""
    if band is not None and band.parts:
        result = replace(result, details={**result.details, "threshold": dict(band.parts)})
    if result.period == "reference":
        return result
    if reading.withheld:
        return replace(result, status=series.waiting, message=f"not judged: {reading.withheld}")
    if taught is None or taught.chunks < 2:
        is_learned = series.model.threshold.kind == "learned"
        return unjudged(result, series.has_reference, "`threshold:` with `lower` or `upper`", is_learned=is_learned)
    rows = amount(reading.rows, "row")
    reason = f"not judged: after {amount(taught.chunks, 'reference chunk')} any value of {rows} may be chance"
    details = {**result.details, "reason": reason, "withheld": "few_rows"}
    return replace(result, status="inconclusive", message=reason, details=details)
