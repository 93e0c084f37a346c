"""Binary models: metrics of a score and a predicted class, from a confusion matrix and a ranking.

A metric of counts is one entry of `_RATIOS` (a share of the rows considered) or of `TOTALS`; what chance alone does to
it follows from the same counts. `roc_auc` and `average_precision` come from the scan, which ranks the scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite, sqrt
from typing import Any

from msgspec import Struct
from numpy.typing import NDArray

from whq.config.models import KINDS, Better
from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit import chance, sampling
from whq.fit.chance import Chance
from whq.fit.histogram import NEGATIVE, POSITIVE, UNKNOWN, Histogram, area, precision
from whq.fit.isotonic import Knots
from whq.monitors.models.protocol import Answers, Bounds, Learned
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.requests import bins_of, by_cell, each_scope, label_of
from whq.monitors.outcome import answer, count, key
from whq.monitors.scopes import scopes
from whq.values import Column, ColumnName, Dataset, Measurement, Measurements, Period, Request, Rows, Scalar
from whq.wording import amount

CELLS = ("true_positive", "false_positive", "false_negative", "true_negative")
"""The cells of a confusion matrix, as the scans name them."""
RANKING = KINDS["binary"].of_scores
TOTALS = frozenset({*CELLS, "business_value"})
"""Metrics that grow with the rows."""

MOST_ROWS = 100_000
"""Above so many labelled rows of the reference its scores are read in 16,384 bins."""
MOST_RANKED = 65_536
"""Above so many rows with score and label a chunk's realized ranking is read off 4,096 bins of the scores."""

_SHORT = {"tp": "true_positive", "fp": "false_positive", "fn": "false_negative", "tn": "true_negative"}


class Counts(Struct, frozen=True):
    """A confusion matrix: how many rows are true and false positives and negatives; estimates are fractions."""

    tp: float
    fp: float
    fn: float
    tn: float

    @staticmethod
    def of(values: Mapping[str, Scalar]) -> Counts:
        """The counts of a scan's outputs."""
        return Counts(*(number(values[cell]) for cell in CELLS))

    @property
    def rows(self) -> float:
        """How many rows there are."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def by_cell(self) -> dict[str, float]:
        """The counts by the names of the cells."""
        return dict(zip(CELLS, (self.tp, self.fp, self.fn, self.tn), strict=True))


class Ratio(Struct, frozen=True):
    """A metric that is a share, 0..1: of how many rows considered how many are hits.

    sampled: the hits and the considered rows by which its sampling error is computed, and a factor on that error;
    those of the value itself where it is None.
    """

    value: Callable[[Counts], tuple[float, float]]
    sampled: Callable[[Counts], tuple[float, float, float]] | None = None


def _f1_sampled(c: Counts) -> tuple[float, float, float]:
    """NannyML's: the error of TP / (TP + FP + FN), stretched to the denominator of F1."""
    halved = c.tp + (c.fp + c.fn) / 2
    return c.tp, c.tp + c.fp + c.fn, (c.tp + c.fp + c.fn) / halved if halved else 0.0


_RATIOS: Mapping[str, Ratio] = {
    "accuracy": Ratio(lambda c: (c.tp + c.tn, c.rows)),
    "precision": Ratio(lambda c: (c.tp, c.tp + c.fp)),
    "recall": Ratio(lambda c: (c.tp, c.tp + c.fn)),
    "specificity": Ratio(lambda c: (c.tn, c.tn + c.fp)),
    "f1": Ratio(lambda c: (c.tp, c.tp + (c.fp + c.fn) / 2), _f1_sampled),
}


# --- metrics ------------------------------------------------------------------------------------------------


def variants(model: ModelSpec) -> tuple[Variant, ...]:
    """The metrics to report: the defaults when none is named, `confusion_matrix` as its four cells."""
    defaults = KINDS["binary"].defaults
    if model.prediction is None:
        defaults = tuple(name for name in defaults if name in RANKING)
    named = model.metrics or defaults
    cells = (cell for name in named for cell in (CELLS if name == "confusion_matrix" else (name,)))
    return tuple(map(Variant, dict.fromkeys(cells)))


def limits(variant: Variant) -> tuple[float, float]:
    """The least and the greatest value that a metric can take."""
    if variant.metric == "business_value":
        return -inf, inf
    return 0.0, inf if variant.metric in TOTALS else 1.0


def is_total(variant: Variant) -> bool:
    """Whether a metric grows with the rows: counts and sums of worth."""
    return variant.metric in TOTALS


def better(variant: Variant) -> Better | None:
    """To which side the values of a metric are good; the cells of a confusion matrix have no good side."""
    return KINDS["binary"].better.get(variant.metric)


def mistakes(variant: Variant, values: Values) -> tuple[float, float] | None:
    """Rows and wrong predictions, of accuracy."""
    if variant.metric != "accuracy":
        return None
    counts = Counts.of(values)
    return counts.rows, counts.fp + counts.fn


def worth(business_value: Mapping[str, float] | None) -> dict[str, float] | None:
    """The value of one row by cell of the confusion matrix; cells that are not named are worth nothing."""
    if business_value is None:
        return None
    return {**dict.fromkeys(CELLS, 0.0), **{_SHORT.get(key, key): float(v) for key, v in business_value.items()}}


def reading(model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """One metric from the outputs of `models/scan/binary_realized`, or of an estimator that has the same."""
    metric = variant.metric
    if metric in RANKING:
        return _ranking(metric, values)
    rows = count(values, "predicted")
    if not rows:
        return Reading(None, reason="no row has both a prediction and what it is compared with")
    counts = Counts.of(values)
    if metric in CELLS:
        return Reading(counts.by_cell[metric], rows)
    if metric == "business_value":
        value = worth(model.business_value)
        if value is None:
            return Reading(None, rows, "business_value needs `business_value:` with the worth of tp, fp, fn and tn")
        return Reading(sum(members * value[cell] for cell, members in counts.by_cell.items()), rows)
    hits, considered = _RATIOS[metric].value(counts)
    if considered == 0:
        return Reading(0.0, rows, "0 by definition: the denominator is 0")
    return Reading(hits / considered, rows)


def _ranking(metric: str, values: Values) -> Reading:
    rows, value, problem = count(values, "scored"), values[metric], outside(values)
    if value is not None:
        return Reading(number(value), rows, problem=problem)
    reason = (
        f"one class only: {metric} is not defined" if rows else "no row has both a score and what it is compared with"
    )
    return Reading(None, rows, reason, problem=problem)


def missing(model: ModelSpec, values: Values, rows: int) -> dict[str, int]:
    """How many of the rows have no score, and where there is a prediction column how many have no prediction."""
    without = {"missing_scores": rows - count(values, "scored")}
    if model.prediction is not None:
        without["missing_predictions"] = rows - count(values, "predicted")
    return without


def interval(variant: Variant, values: Values) -> Bounds:
    """Between what a realized ranking lies where bins of scores hide the exact value; nothing where it is exact."""
    lower, upper = (values.get(f"{variant.metric}_{side}") for side in ("lower", "upper"))
    if lower is None or upper is None or lower == upper:
        return None, None
    least, greatest = limits(variant)
    return max(number(lower), least), min(number(upper), greatest)


def outside(values: Values) -> Problem | None:
    """What is wrong with rows whose score is no probability; None where there are none."""
    off = count(values, "outside")
    if not off:
        return None
    return Problem("WHQ-M302", "monitor", f"scores outside 0..1: {amount(off, 'row')}", "a score is a probability")


def number(value: Scalar) -> float:
    """A measured number as a float."""
    return float(value)  # type: ignore[arg-type]


# --- sampling errors ----------------------------------------------------------------------------------------


def sampling_error(variant: Variant, constants: Mapping[str, float], rows: int) -> float | None:
    """The sampling error of a metric over so many rows, when the reference taught its constant."""
    constant = constants.get(variant.key)
    if constant is None or not rows:
        return None
    return constant * sqrt(rows) if variant.metric in TOTALS else constant / sqrt(rows)


def fit_requests(dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """Score groups of the whole reference, and the realized confusion matrices of its chunks."""
    return (*score_groups(dataset, model).values(), *realized(dataset, model, "reference"))


def fit(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, float]]:
    """Constants of the sampling errors by segment; those of the ranking are the whole reference's everywhere."""
    scored = answer(measurements, score_groups(dataset, model)[""])
    ranking = sampling.of_ranking(groups_of(scored)) if isinstance(scored, Measurement) else {}
    return {
        segment: {**ranking, **error_constants(counts, worth(model.business_value))}
        for segment, counts in _taught_counts(dataset, model, measurements).items()
    }


def chances(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, Chance]]:
    """What chance does to the metrics, by segment; to those of the ranking what it does in the whole reference."""
    scored = answer(measurements, score_groups(dataset, model)[""])
    ranking = chance.of_ranking(groups_of(scored)) if isinstance(scored, Measurement) else {}
    return {
        segment: {**ranking, **chances_of(counts, worth(model.business_value))}
        for segment, counts in _taught_counts(dataset, model, measurements).items()
    }


def _taught_counts(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, Counts]:
    """The confusion matrix of the whole reference by segment."""
    by_segment: dict[str, Counter[str]] = {}
    for request in realized(dataset, model, "reference"):
        measured = answer(measurements, request)
        for row in measured.rows if isinstance(measured, Measurement) else ():
            counts = by_segment.setdefault(row.cell.segment or "", Counter())
            counts.update({cell: count(row.values, cell) for cell in CELLS})
    return {segment: Counts.of(counts) for segment, counts in by_segment.items()}


def error_constants(counts: Counts, value: Mapping[str, float] | None) -> dict[str, float]:
    """The constants of the sampling errors of the metrics of a confusion matrix, where the reference can tell.

    Args:
        counts: The reference's confusion matrix.
        value: What one row of each cell is worth.
    """
    rows = counts.rows
    if not rows:
        return {}
    constants: dict[str, float | None] = {}
    for metric, ratio in _RATIOS.items():
        hits, considered, factor = ratio.sampled(counts) if ratio.sampled else (*ratio.value(counts), 1.0)
        constants[metric] = sampling.of_share(hits, considered, rows, factor)
    constants |= {cell: sampling.of_share(members, rows, rows) for cell, members in counts.by_cell.items()}
    if value:
        constants["business_value"] = sampling.of_values([(n, value[cell]) for cell, n in counts.by_cell.items()])
    return {metric: constant for metric, constant in constants.items() if constant is not None}


def chances_of(counts: Counts, value: Mapping[str, float] | None) -> dict[str, Chance]:
    """What chance does to the metrics of a confusion matrix, and to totals by row, where the reference can tell.

    Args:
        counts: The reference's confusion matrix.
        value: What one row of each cell is worth.
    """
    rows = counts.rows
    if not rows:
        return {}
    found = {metric: chance.of_share(*ratio.value(counts), rows) for metric, ratio in _RATIOS.items()}
    found["f1"] = chance.of_f1(counts.tp, counts.fp + counts.fn, rows)
    found |= {cell: chance.of_share(members, rows, rows) for cell, members in counts.by_cell.items()}
    if value:
        found["business_value"] = chance.of_values((n, value[cell]) for cell, n in counts.by_cell.items())
    return {metric: one for metric, one in found.items() if one is not None}


def considered(variant: Variant, values: Values) -> tuple[float | None, ...]:
    """How many rows of each sort a metric of one cell is a mean over; None is not known."""
    metric, counts = variant.metric, Counts.of(values)
    if metric in RANKING:
        scored, positives = float(count(values, "scored")), _known(values.get("positives"))
        if positives is None and counts.rows:  # an estimate: the labels that are expected
            positives = scored * (counts.tp + counts.fn) / counts.rows
        if metric == "average_precision":
            return (positives,)
        return positives, None if positives is None else scored - positives
    if metric == "f1":
        return (counts.tp + counts.fp + counts.fn,)
    return (counts.rows if metric in TOTALS else _RATIOS[metric].value(counts)[1],)


def _known(value: Scalar) -> float | None:
    return None if value is None else number(value)


def groups_of(measured: Measurement) -> sampling.Groups:
    """The score groups of the reference, ascending."""
    columns: list[Sequence[Any]] = [measured.columns[name] for name in ("low", "high", "members", "positives")]
    order = sorted(range(len(columns[0])), key=columns[0].__getitem__)
    return sampling.Groups(*([float(column[row]) for row in order] for column in columns))


# --- requests -----------------------------------------------------------------------------------------------


def score_groups(dataset: Dataset, model: ModelSpec) -> dict[str, Request]:
    """Rows and positive labels of the whole reference by score."""
    (whole, *_) = scopes(dataset, model.common, "reference", by_chunk=False)
    request = Request.of(
        whole,
        "models/scan/binary_score_groups",
        score=score_of(model),
        label=ColumnName(label_of(model) or ""),
        positive=positive(dataset, model, label_of(model)),
        most=MOST_ROWS,
    )
    return {"": request}


def estimated(dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots]) -> tuple[Request, ...]:
    """Expected confusion matrix and ranking by chunk, of all rows and of each segment."""
    arguments: dict[str, Any] = {
        "score": score_of(model),
        "knots": Rows(("score", "probability"), ("float", "float"), curves[""]),
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive"] = positive(dataset, model, model.prediction)
    return tuple(Request.of(scope, "models/scan/binary_cbpe", **arguments) for scope in scopes(dataset, model.common))


def estimated_answers(
    dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots], measurements: Measurements
) -> tuple[Answers, ...]:
    """The outputs of `models/scan/binary_cbpe` by cell."""
    return each_scope(estimated(dataset, model, curves), measurements)


def realized(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
    """Realized confusion matrix and ranking by chunk, of all rows and of each segment."""
    label = label_of(model)
    arguments: dict[str, Any] = {
        "score": score_of(model),
        "label": ColumnName(label or ""),
        "positive_label": positive(dataset, model, label),
        "most": MOST_RANKED,
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive_prediction"] = positive(dataset, model, model.prediction)
    return tuple(
        Request.of(scope, "models/scan/binary_realized", **arguments) for scope in scopes(dataset, model.common, period)
    )


def realized_answers(
    dataset: Dataset, model: ModelSpec, measurements: Measurements, period: Period | None = None
) -> tuple[Answers, ...]:
    """The outputs of `models/scan/binary_realized` by cell."""
    return each_scope(realized(dataset, model, period), measurements)


# --- rows by score ------------------------------------------------------------------------------------------


def score_bins(dataset: Dataset, model: ModelSpec, learned: Learned) -> tuple[Request, ...]:
    """Rows by bins of the score, by chunk, of all rows and of each segment; none of a model without a score."""
    label = label_of(model)
    if not isinstance(model.score, str) or label is None:
        return ()
    arguments: dict[str, Any] = {
        "score": score_of(model),
        "label": ColumnName(label),
        "positive_label": positive(dataset, model, label),
        "bins": bins_of(dataset),
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive_prediction"] = positive(dataset, model, model.prediction)
    return tuple(Request.of(scope, "models/scan/score_bins", **arguments) for scope in scopes(dataset, model.common))


def histograms(
    dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]]:
    """The rows by score of each cell."""
    found: dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]] = {}
    for request in score_bins(dataset, model, learned):
        measured = answer(measurements, request)
        for cell, histogram in by_cell(measured) if isinstance(measured, Measurement) else ():
            found.setdefault(cell.segment, {})[key(cell)] = {"": histogram}
    return found


def expected(
    model: ModelSpec, histograms: Mapping[str, Histogram], chances: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    """What `models/scan/binary_cbpe` would say of rows that come true with the chances of their bins."""
    (histogram,), (chance_of,) = histograms.values(), chances.values()
    members = histogram.members.sum(axis=1)
    hits = histogram.members * chance_of[:, None]
    misses = histogram.members - hits
    rows = float(members.sum())
    return {
        "total": rows, "scored": rows, "outside": 0,
        "predicted": float(histogram.members[:, :UNKNOWN].sum()),
        "true_positive": float(hits[:, POSITIVE].sum()), "false_positive": float(misses[:, POSITIVE].sum()),
        "false_negative": float(hits[:, NEGATIVE].sum()), "true_negative": float(misses[:, NEGATIVE].sum()),
        "roc_auc": area(hits.sum(axis=1), misses.sum(axis=1)),
        "average_precision": precision(hits.sum(axis=1), members),
    }  # fmt: skip


def score_of(model: ModelSpec) -> ColumnName:
    """The column with the probability of the positive class; the configuration holds that there is one."""
    assert isinstance(model.score, str)
    return ColumnName(model.score)


def positive(dataset: Dataset, model: ModelSpec, name: str | None) -> Scalar:
    """The value that means positive, in the type of a column."""
    return None if name is None else positive_of(model.positive, dataset.column(name))


def positive_of(value: Scalar, column: Column) -> Scalar:
    """The positive value in the type of the column: 1 or true unless given, None where it cannot be.

    >>> positive_of("true", Column("paid", "boolean")), positive_of(None, Column("paid", "text"))
    (True, '1')
    """
    if column.is_a("boolean"):
        words: dict[str, bool] = {"none": True, "1": True, "true": True, "0": False, "false": False}
        return words.get(str(value).lower())
    if column.is_a("numeric"):
        return _numeric(1 if value is None else value)
    if column.is_a("text"):
        return "1" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _numeric(value: Scalar) -> Scalar:
    try:
        as_float = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if not isfinite(as_float):
        return None
    return int(as_float) if as_float == int(as_float) else as_float


def problem_of(dataset: Dataset, model: ModelSpec) -> Problem | None:
    """A positive value that one of the model's columns cannot hold."""
    for name in (label_of(model), model.prediction):
        if name is not None and positive(dataset, model, name) is None:
            column = dataset.column(name)
            message = f'model {model.name}: positive {model.positive!r} is no value of "{name}" ({column.type})'
            return Problem("WHQ-M301", "monitor", message, "set `positive:` to a value that the column holds")
    return None
