"""Models: performance estimated without labels (CBPE) and realized where labels exist, side by side.

Both are judged by the thresholds that the reference teaches (`whq.monitors.models.fit`). A chunk whose labels have
not arrived is `skipped` while an estimate stands in for it, otherwise `inconclusive`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config.names import BINARY_METRICS
from whq.config.spec import DatasetSpec, ModelSpec
from whq.errors import Problem
from whq.monitors import Context, ThresholdKey, Verdicts
from whq.monitors.judge import Thresholds, learn, outside
from whq.monitors.models import binary
from whq.monitors.models.baseline import ModelBaseline, ModelsBaseline
from whq.monitors.models.fit import learn_model
from whq.monitors.models.requests import chunk_rows, estimated, label_of, realized, score_groups, trouble_of
from whq.monitors.outcome import answer, blank, count, errored, identity, placed
from whq.sql.templates import Templates
from whq.values import (
    Dataset,
    Failure,
    Measurement,
    Measurements,
    Request,
    Result,
    Row,
    Scalar,
    Status,
)

BASELINE = ModelsBaseline
Method = Literal["cbpe", "realized"]


class _Series(Struct, frozen=True):
    """One model by one method over the chunks of one segment definition: what is measured, and what it is judged by."""

    spec: DatasetSpec
    model: ModelSpec
    method: Method
    fitted: ModelBaseline
    has_reference: bool
    thresholds: Mapping[ThresholdKey, Thresholds] = field(default_factory=dict)

    @property
    def metrics(self) -> tuple[str, ...]:
        return binary.expand(self.model.metrics, self.model.prediction is not None)

    @property
    def waiting(self) -> Status:
        """The status of a chunk whose labels are not there: an estimate may stand in for it."""
        estimated = self.fitted.knots and "cbpe" in (self.model.estimators or ("cbpe",))
        return "skipped" if estimated else "inconclusive"

    def result(self, metric: str) -> Result:
        """A result of this series with nothing judged yet."""
        own = "-".join(part for part in (self.model.common.id, self.method) if part)
        made = blank(self.spec, self.model.common, "model", self.model.name, metric)
        severity = self.model.common.severity or "fail"
        name = identity(self.spec.name, self.model.name, metric, own)
        return replace(made, id=name, method=self.method, severity=severity)

    def errors(self, segment: str | None) -> Mapping[str, float]:
        """The constants of the metrics' sampling errors in a segment, by metric."""
        return self.fitted.errors.get(segment or "", {})


# --- requests -----------------------------------------------------------------------------------------------


def metrics(templates: Templates) -> tuple[str, ...]:
    """Every metric of a model's predictions; the cells of a confusion matrix are metrics of their own."""
    return BINARY_METRICS


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """Score groups of the whole reference, and the realized confusion matrices of its chunks."""
    if dataset.reference is None:
        return ()
    found: list[Request] = []
    for model in spec.models:
        if trouble_of(dataset, model) is None and label_of(model) is not None:
            found += [score_groups(dataset, model), *realized(dataset, model, "reference")]
    return (*chunk_rows(dataset, "reference"), *found) if found else ()


def requests(dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline) -> tuple[Request, ...]:
    """The estimates of every model that has a calibration, and the realized values of those with labels."""
    found: list[Request] = [*chunk_rows(dataset)] if spec.models else []
    for model in spec.models:
        if trouble_of(dataset, model) is None:
            found += estimated(dataset, model, baseline.of(model.name))
            found += realized(dataset, model) if label_of(model) is not None else ()
    return tuple(found)


# --- fit ----------------------------------------------------------------------------------------------------


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> ModelsBaseline:
    """What the reference teaches of every model: calibration knots and sampling errors, or why not."""
    return ModelsBaseline({model.name: learn_model(dataset, model, measurements) for model in spec.models})


# --- evaluate -----------------------------------------------------------------------------------------------


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline, measurements: Measurements, context: Context
) -> Verdicts:
    """Estimated and realized values of every chunk and segment, judged by the realized values of the reference."""
    results: list[Result] = []
    learned: dict[ThresholdKey, Thresholds] = {}
    for model in spec.models:
        fitted = baseline.of(model.name)
        trouble = trouble_of(dataset, model)
        taught = _taught(dataset, model, measurements) if trouble is None else {}
        for method, wanted in _methods(dataset, model, fitted):
            series = _Series(spec, model, method, fitted, dataset.reference is not None)
            series = replace(series, thresholds=_thresholds(series, taught, context))
            learned |= {key: value for key, value in series.thresholds.items() if model.threshold.kind != "constant"}
            if trouble is not None:
                results += [errored(series.result(metric), trouble) for metric in series.metrics]
            elif method == "cbpe" and not wanted:
                results += [_without_estimate(series, metric) for metric in series.metrics]
            else:
                results += [made for request in wanted for made in _measured(series, answer(measurements, request))]
    return Verdicts(results, learned)


def _taught(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str | None, list[Row]]:
    """The realized values of the reference chunks, by segment."""
    rows: dict[str | None, list[Row]] = {}
    for request in realized(dataset, model) if label_of(model) is not None and dataset.reference is not None else ():
        measured = answer(measurements, request)
        for row in measured.rows if isinstance(measured, Measurement) else ():
            if row.cell.period == "reference":
                rows.setdefault(row.cell.segment, []).append(row)
    return rows


def _thresholds(
    series: _Series, taught: Mapping[str | None, list[Row]], context: Context
) -> dict[ThresholdKey, Thresholds]:
    """By result and segment what an earlier run learned, else what the reference chunks of this run teach."""
    thresholds: dict[ThresholdKey, Thresholds] = {}
    for metric in series.metrics:
        id = series.result(metric).id
        for segment, rows in taught.items():
            values = [binary.compute(metric, row.values, series.model.business_value).value for row in rows]
            limits = learn(values, series.model.threshold, binary.limits(metric))
            thresholds |= {} if limits is None else {(id, segment): limits}
        thresholds |= {key: limits for key, limits in context.thresholds.items() if key[0] == id}
    return thresholds


def _methods(dataset: Dataset, model: ModelSpec, fitted: ModelBaseline) -> Iterator[tuple[Method, tuple[Request, ...]]]:
    """The methods of a model with their requests; an estimate without requests is one that is refused."""
    bad = trouble_of(dataset, model) is not None
    if "cbpe" in (model.estimators or ("cbpe",)):
        yield "cbpe", () if bad else estimated(dataset, model, fitted)
    if label_of(model) is not None:
        yield "realized", () if bad else realized(dataset, model)


def _without_estimate(series: _Series, metric: str) -> Result:
    result = replace(series.result(metric), period="analysis")
    if series.fitted.refused:
        return replace(result, status="inconclusive", message=f"no estimate: {series.fitted.refused}")
    nothing = f"nothing was learned of model {series.model.name}"
    lost = Problem("WHQ-M104", "monitor", nothing, "run again with --debug and report it")
    return errored(result, series.fitted.problem or lost)


def _measured(series: _Series, found: Measurement | Failure) -> list[Result]:
    if isinstance(found, Failure):
        return [errored(series.result(metric), found.problem, found.query) for metric in series.metrics]
    rows = sorted(found.rows, key=_in_time)
    results = [replace(_of_row(series, metric, row), query=found.query) for metric in series.metrics for row in rows]
    if found.request.scope.segment is None and not any(row.cell.period == "analysis" for row in found.rows):
        results += [replace(_empty(series, metric), query=found.query) for metric in series.metrics]
    return results


def _in_time(row: Row) -> tuple[str, bool, int]:
    cell = row.cell
    return cell.segment or "", cell.period != "reference", cell.chunk.index if cell.chunk else -1


def _empty(series: _Series, metric: str) -> Result:
    """No row to monitor: inconclusive unless the model says otherwise."""
    result = replace(series.result(metric), period="analysis", message="no analysis rows")
    wanted = series.model.common.on_empty
    status = result.severity if wanted == "fail" else wanted or "inconclusive"
    return replace(result, status=status, alert=status in ("warn", "fail"))


def _of_row(series: _Series, metric: str, row: Row) -> Result:
    result = placed(series.result(metric), row.cell)
    off = count(row.values, "outside")
    if off and (series.method == "cbpe" or metric in binary.RANKING):
        message = f"scores outside 0..1: {off} rows"
        return errored(result, Problem("WHQ-M302", "monitor", message, "a score is a probability"))
    computed = binary.compute(metric, row.values, series.model.business_value)
    details = _details(series, row)
    if computed.value is None:
        return _without_value(series, replace(result, details=details), computed, row)
    return _judged(series, replace(result, details=details), computed, row.values)


def _details(series: _Series, row: Row) -> dict[str, Any]:
    """Rows that could not take part, where there are any."""
    values = row.values
    found: dict[str, Any] = {}
    if series.method == "realized":
        total, labelled = count(values, "total"), count(values, "labelled")
        found["labelled_ratio"] = labelled / total if total else None
        missing = {"missing_scores": labelled - count(values, "scored")}
        unpredicted = labelled - count(values, "predicted")
    else:
        missing = {"missing_scores": count(values, "total") - count(values, "scored")}
        unpredicted = count(values, "scored") - count(values, "predicted")
    if series.model.prediction is not None:
        missing["missing_predictions"] = unpredicted
    return {**found, **{name: rows for name, rows in missing.items() if rows}}


def _without_value(series: _Series, result: Result, computed: binary.Computed, row: Row) -> Result:
    """No number: reference chunks only say why; labels may still arrive; anything else gives no verdict."""
    unlabelled = series.method == "realized" and not count(row.values, "labelled")
    reason = "no labels yet" if unlabelled else computed.reason
    if result.period == "reference":
        return replace(result, message=reason, details={**result.details, "reason": reason})
    return replace(result, status=series.waiting if unlabelled else "inconclusive", message=reason)


def _judged(series: _Series, result: Result, computed: binary.Computed, values: Mapping[str, Scalar]) -> Result:
    """The value with its band, its thresholds and the verdict."""
    value = computed.value or 0.0
    metric, segment = result.metric, result.segment
    error = binary.error(metric, series.errors(segment), computed.rows)
    estimated = series.method == "cbpe"
    lower, upper = binary.band(metric, value, error) if estimated else binary.interval(metric, values)
    details = {**result.details, **({"sampling_error": error} if error is not None else {})}
    if lower is not None and not estimated:
        details["interval"] = "many rows are ranked by bins; the exact value is not below `lower` and not above `upper`"
    if computed.guarded:
        details["reason"] = "0 by definition: the denominator is 0"
    limits = series.thresholds.get((result.id, segment)) or _constant(series)
    made = replace(result, value=value, lower=lower, upper=upper, details=details)
    if limits is None:
        return _unjudged(series, made)
    made = replace(made, threshold_lower=limits.lower, threshold_upper=limits.upper)
    if result.period == "reference":
        return made
    if metric in binary.TOTALS and details.get("labelled_ratio", 1.0) < 1.0:
        return replace(made, status=series.waiting, message="not judged: a total needs all labels")
    if not outside(value, limits):
        return made
    return replace(made, alert=True, status=made.severity, message=_alert(made, value, limits))


def _constant(series: _Series) -> Thresholds | None:
    """A constant threshold needs no reference."""
    return learn([], series.model.threshold) if series.model.threshold.kind == "constant" else None


def _unjudged(series: _Series, result: Result) -> Result:
    """A value without thresholds: a plain number where there is no reference, else no verdict."""
    if result.period == "reference":
        return result
    if not series.has_reference:
        return replace(result, message="not judged: no reference teaches a threshold")
    hint = "set `threshold:` with `lower` or `upper`, or cut the reference into more chunks"
    reason = f"no threshold: fewer than two reference chunks have this value; {hint}"
    return replace(result, status="inconclusive", message=reason)


def _alert(result: Result, value: float, limits: Thresholds) -> str:
    word, limit = (
        ("below", limits.lower) if limits.lower is not None and value < limits.lower else ("above", limits.upper)
    )
    kind = "estimated" if result.method == "cbpe" else "realized"
    return f"{kind} {result.metric} {value:.4g} is {word} {limit:.4g}"
