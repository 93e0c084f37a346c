"""Regression models: metrics of a predicted number, from sums over the rows that have a label.

Every metric but `r2` is a mean of what one row costs (its loss), or the root of such a mean: one entry of `_LOSSES`.
What chance alone does to it follows from the second and third moment of that loss in the reference, of a root by the
delta method; of `r2` from the moments of one row's influence.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, sqrt
from typing import Any

from msgspec import Struct
from numpy.typing import NDArray

from whq.config.models import KINDS, Better
from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit import chance
from whq.fit.chance import Chance, Moments
from whq.fit.histogram import Histogram
from whq.monitors.models import losses
from whq.monitors.models.losses import Losses
from whq.monitors.models.protocol import Answers, Bounds, Learned
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.requests import each_scope, label_of
from whq.monitors.outcome import answer, count, key
from whq.monitors.scopes import scopes
from whq.values import ColumnName, Dataset, Measurement, Measurements, Period, Request
from whq.wording import amount


class Loss(Struct, frozen=True):
    """A metric that is the mean of one row's loss.

    name: what the scans call the loss; `over` what they call the rows that have one. is_root: the metric is the square
    root of the mean.
    """

    name: str
    over: str = "predicted"
    is_root: bool = False


LOSSES: Mapping[str, Loss] = {
    "mae": Loss("absolute"),
    "mape": Loss("relative", "nonzero"),
    "mse": Loss("squared"),
    "rmse": Loss("squared", is_root=True),
    "msle": Loss("squared_log", "above"),
    "rmsle": Loss("squared_log", "above", is_root=True),
    "bias": Loss("signed"),
}


# --- metrics ------------------------------------------------------------------------------------------------


def variants(model: ModelSpec) -> tuple[Variant, ...]:
    """The metrics to report: the defaults when none is named."""
    return tuple(map(Variant, dict.fromkeys(model.metrics or KINDS["regression"].defaults)))


def limits(variant: Variant) -> tuple[float, float]:
    """The least and the greatest value that a metric can take."""
    return {"bias": (-inf, inf), "r2": (-inf, 1.0)}.get(variant.metric, (0.0, inf))


def is_total(variant: Variant) -> bool:
    """Whether a metric grows with the rows: none does."""
    return False


def better(variant: Variant) -> Better | None:
    """To which side the values of a metric are good; bias has no good side."""
    return KINDS["regression"].better.get(variant.metric)


def mistakes(variant: Variant, values: Values) -> tuple[float, float] | None:
    """Nothing: a number is not right or wrong, but off by something."""
    return None


def reading(model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """One metric from the outputs of `models/scan/regression_realized`, or of an estimator that has the same."""
    metric, predicted = variant.metric, count(values, "predicted")
    if not predicted:
        return Reading(None, reason="no row has both a prediction and what it is compared with")
    loss = LOSSES.get(metric)
    if (loss.name if loss else "label_variance") not in values:
        return Reading(None, reason=f"{metric} is not estimated")
    if loss is None:
        return _r2(values, predicted)
    rows = count(values, loss.over)
    without = predicted - rows
    if metric in ("msle", "rmsle") and without:
        reason = f"{metric} is not defined: {amount(without, 'row')} have a prediction or a label of -1 or less"
        return Reading(None, rows, reason)
    details = {"zero_labels": without} if without else {}
    if not rows:
        return Reading(None, reason=f"{metric} is not defined: every label is 0", details=details)
    mean = _number(values[loss.name]) / rows
    return Reading(sqrt(max(mean, 0.0)) if loss.is_root else mean, rows, details=details)


def _r2(values: Values, rows: int) -> Reading:
    """What part of the labels' variance the predictions explain."""
    if values["label_variance"] is None:
        reason = "one row" if rows == 1 else "all labels are equal"
        return Reading(None, rows, f"r2 is not defined: {reason}")
    return Reading(1 - _number(values["squared"]) / rows / _number(values["label_variance"]), rows)


def missing(model: ModelSpec, values: Values, rows: int) -> dict[str, int]:
    """How many of the rows have no prediction."""
    return {"missing_predictions": rows - count(values, "predicted")}


def interval(variant: Variant, values: Values) -> Bounds:
    """Nothing: realized values are exact."""
    return None, None


def _number(value: Any) -> float:
    return float(value)


# --- sampling errors ----------------------------------------------------------------------------------------


def sampling_error(variant: Variant, constants: Mapping[str, float], rows: int) -> float | None:
    """The sampling error of a metric over so many rows, when the reference taught its constant."""
    constant = constants.get(variant.key)
    return None if constant is None or not rows else constant / sqrt(rows)


def fit_requests(dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """The moments of one row's losses over the whole reference, and in each segment."""
    label = ColumnName(label_of(model) or "")
    arguments = {"prediction": ColumnName(model.prediction or ""), "label": label}
    asked = scopes(dataset, model.common, "reference", by_chunk=False)
    return tuple(Request.of(scope, "models/scan/regression_moments", **arguments) for scope in asked)


def fit(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, float]]:
    """Constants of the sampling errors by segment: the spread of one row's part in a metric."""
    return {
        segment: {metric: sqrt(one.second) for metric, one in moments_of(values).items()}
        for segment, values in _taught(dataset, model, measurements).items()
    }


def chances(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, Chance]]:
    """What chance does to the metrics, by segment."""
    return {
        segment: {metric: chance.of_mean(one) for metric, one in moments_of(values).items()}
        for segment, values in _taught(dataset, model, measurements).items()
    }


def _taught(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, Values]:
    """What was measured of the whole reference, by segment."""
    found: dict[str, Values] = {}
    for request in fit_requests(dataset, model):
        measured = answer(measurements, request)
        for row in measured.rows if isinstance(measured, Measurement) else ():
            found[row.cell.segment or ""] = row.values
    return found


def moments_of(values: Values) -> dict[str, Moments]:
    """How much one row's part in each metric varies, from the outputs of `models/scan/regression_moments`."""
    found = {metric: _moments(values, loss) for metric, loss in LOSSES.items()}
    if values["unexplained_second"] is not None:
        found["r2"] = _unexplained(values)
    return {metric: one for metric, one in found.items() if one is not None}


def _moments(values: Values, loss: Loss) -> Moments | None:
    rows = count(values, loss.over)
    if not rows:
        return None
    moments = Moments(rows, *(_number(values[f"{loss.name}{part}"]) for part in ("", "_second", "_third")))
    return chance.of_root(moments) if loss.is_root else moments


def _unexplained(values: Values) -> Moments:
    """Of r2, by its influence; the variance of a chunk's labels varies with its errors, which bends the ratio."""
    second, third, bend = (_number(values[f"unexplained_{part}"]) for part in ("second", "third", "bend"))
    return Moments(count(values, "predicted"), 0.0, second, -(third - 6 * second * bend))


def considered(variant: Variant, values: Values) -> tuple[float | None, ...]:
    """How many rows a metric of one cell is a mean over."""
    loss = LOSSES.get(variant.metric)
    return (float(count(values, loss.over if loss else "predicted")),)


# --- requests -----------------------------------------------------------------------------------------------


def realized(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
    """Sums of the realized losses by chunk, of all rows and of each segment."""
    label = ColumnName(label_of(model) or "")
    arguments = {"prediction": ColumnName(model.prediction or ""), "label": label}
    return tuple(
        Request.of(scope, "models/scan/regression_realized", **arguments)
        for scope in scopes(dataset, model.common, period)
    )


def realized_answers(
    dataset: Dataset, model: ModelSpec, measurements: Measurements, period: Period | None = None
) -> tuple[Answers, ...]:
    """The sums by cell."""
    return each_scope(realized(dataset, model, period), measurements)


# --- rows by estimated loss ---------------------------------------------------------------------------------


def losses_of(model: ModelSpec) -> tuple[str, ...]:
    """The losses that the model's metrics are means of and that can be estimated, each once."""
    metrics = [variant.metric for variant in variants(model)]
    found = (LOSSES[metric].name for metric in metrics if metric in LOSSES and metric != "bias")
    return tuple(dict.fromkeys(found))


def score_bins(dataset: Dataset, model: ModelSpec, learned: Learned) -> tuple[Request, ...]:
    """Nothing more: an estimate brings its rows by bins of the estimated loss."""
    return ()


def histograms(
    dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]]:
    """The rows by estimated loss of each cell; `positives` are the sums of the realized losses."""
    found: dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]] = {}
    estimated = learned.get("dle")
    if isinstance(estimated, Losses) and estimated.is_ready:
        for one in losses.counted(dataset, model, estimated, losses_of(model), measurements):
            found.setdefault(one.cell.segment, {})[key(one.cell)] = dict(one.histograms)
    return found


def expected(
    model: ModelSpec, histograms: Mapping[str, Histogram], chances: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    """What an estimate would say of rows that cost what their bins are said to cost, by loss."""
    rows = max((one.rows for one in histograms.values()), default=0.0)
    sums = {name: float((one.members.sum(axis=1) * chances[name]).sum()) for name, one in histograms.items()}
    return {"total": rows, "predicted": rows, "nonzero": rows, "above": rows, **sums}


def problem_of(dataset: Dataset, model: ModelSpec) -> Problem | None:
    """A prediction or a label that is no number."""
    for role, name in (("prediction", model.prediction), ("label", label_of(model))):
        if name is not None and not dataset.column(name).is_a("numeric"):
            type = dataset.column(name).type
            message = f'model {model.name}: the {role} "{name}" is {type}, and a regression model predicts a number'
            return Problem(
                "WHQ-M303", "monitor", message, "name a column of numbers, or cast it in the dataset's query"
            )
    return None
