"""Binary models: metrics of a score and a predicted class.

They follow from a confusion matrix (`matrix`), of the predictions or of the scores cut at a threshold, from sums over
scores and labels (`scored`), and from a ranking: `roc_auc` and `average_precision` come from the scan ready made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite, sqrt
from typing import Any, TypeVar

from msgspec.structs import replace
from numpy.typing import NDArray

from whq.config.models import KINDS, Better
from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit import chance, sampling
from whq.fit.chance import Chance
from whq.fit.histogram import NEGATIVE, POSITIVE, UNKNOWN, Histogram, area, precision
from whq.fit.isotonic import Knots
from whq.monitors.models import cuts, scored
from whq.monitors.models.matrix import CELLS as CELLS
from whq.monitors.models.matrix import RATIOS, TOTALS, number
from whq.monitors.models.matrix import Counts as Counts
from whq.monitors.models.matrix import chances_of as chances_of
from whq.monitors.models.matrix import error_constants as error_constants
from whq.monitors.models.matrix import worth as worth
from whq.monitors.models.protocol import Answers, Bounds, Learned
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.requests import bins_of, by_cell, each_scope, label_of
from whq.monitors.outcome import answer, count, key
from whq.monitors.scopes import scopes
from whq.values import Column, ColumnName, Dataset, Measurement, Measurements, Period, Request, Rows, Scalar
from whq.wording import amount

RANKING = frozenset({"roc_auc", "average_precision"})

MOST_ROWS = 100_000
"""Above so many labelled rows of the reference its scores are read in 16,384 bins."""
MOST_RANKED = 65_536
"""Above so many rows with score and label a chunk's realized ranking is read off 4,096 bins of the scores."""

# --- metrics ------------------------------------------------------------------------------------------------


def variants(model: ModelSpec) -> tuple[Variant, ...]:
    """The metrics to report: the defaults when none is named, `confusion_matrix` as its four cells.

    Those of predictions at each of the thresholds of `at` too; there alone where the model has no prediction.
    """
    named = model.metrics or _usual(model)
    cells = tuple(dict.fromkeys(cell for name in named for cell in (CELLS if name == "confusion_matrix" else (name,))))
    of_predictions = tuple(name for name in cells if name in KINDS["binary"].of_predictions)
    plain = [name for name in cells if not (model.at and model.prediction is None and name in of_predictions)]
    at_cuts = [Variant(name, at=at) for at in dict.fromkeys(model.at) for name in of_predictions]
    return (*map(Variant, plain), *at_cuts)


def _usual(model: ModelSpec) -> tuple[str, ...]:
    """The defaults that the model's columns allow."""
    kind = KINDS["binary"]
    lacks_score = kind.of_scores if model.score is None else frozenset()
    lacks_prediction = kind.of_predictions if model.prediction is None and not model.at else frozenset()
    return tuple(name for name in kind.defaults if name not in lacks_score | lacks_prediction)


def limits(variant: Variant) -> tuple[float, float]:
    """The least and the greatest value that a metric can take."""
    if variant.metric == "business_value":
        return -inf, inf
    return scored.LIMITS.get(variant.metric, (0.0, inf if variant.metric in TOTALS else 1.0))


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
    counts = cuts.counts_of(values, variant.at)
    return counts.rows, counts.fp + counts.fn


def reading(model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """One number from the outputs of `models/scan/binary_realized`, or of an estimator that has the same."""
    metric = variant.metric
    if metric in RANKING:
        return _ranking(metric, values)
    if metric in scored.METRICS:
        return replace(scored.reading(metric, values), problem=outside(values))
    rows = count(values, "predicted" if variant.at is None else "scored")
    problem = None if variant.at is None else outside(values)
    if not rows:
        what = "a prediction" if variant.at is None else "a score"
        return Reading(None, reason=f"no row has both {what} and what it is compared with", problem=problem)
    return replace(_of_counts(model, metric, cuts.counts_of(values, variant.at), rows), problem=problem)


def _of_counts(model: ModelSpec, metric: str, counts: Counts, rows: int) -> Reading:
    """A metric of a confusion matrix."""
    if metric in CELLS:
        return Reading(counts.by_cell[metric], rows, details=counts.shares(metric))
    if metric == "business_value":
        value = worth(model.business_value)
        if value is None:
            return Reading(None, rows, "business_value needs `business_value:` with the worth of tp, fp, fn and tn")
        total = sum(members * value[cell] for cell, members in counts.by_cell.items())
        return Reading(total, rows, details={"per_row": total / counts.rows if counts.rows else None})
    hits, considered = RATIOS[metric].value(counts)
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
    without = {} if model.score is None else {"missing_scores": rows - count(values, "scored")}
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
    """Constants of the sampling errors by segment; those of scores are the whole reference's everywhere."""
    groups, value = _taught_groups(dataset, model, measurements), worth(model.business_value)
    of_scores = {} if groups is None else {**sampling.of_ranking(groups), **scored.error_constants(groups)}
    return {
        segment: {**of_scores, **_by_key(by_cut, lambda counts: error_constants(counts, value))}
        for segment, by_cut in _taught_counts(dataset, model, measurements).items()
    }


def chances(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, Chance]]:
    """What chance does to the metrics, by segment; to those of scores what it does in the whole reference."""
    groups, value = _taught_groups(dataset, model, measurements), worth(model.business_value)
    of_scores = {} if groups is None else {**chance.of_ranking(groups), **scored.chances(groups)}
    return {
        segment: {**of_scores, **_by_key(by_cut, lambda counts: chances_of(counts, value))}
        for segment, by_cut in _taught_counts(dataset, model, measurements).items()
    }


def _taught_groups(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> sampling.Groups | None:
    """The reference by score; None of a model without a score, or where it could not be had."""
    for request in score_groups(dataset, model).values():
        measured = answer(measurements, request)
        return groups_of(measured) if isinstance(measured, Measurement) else None
    return None


T = TypeVar("T")


def _by_key(by_cut: Mapping[float | None, Counts], teach: Callable[[Counts], Mapping[str, T]]) -> dict[str, T]:
    """What the confusion matrix at each threshold teaches, by the keys of the numbers."""
    return {
        Variant(metric, at=at).key: taught for at, counts in by_cut.items() for metric, taught in teach(counts).items()
    }


def _taught_counts(
    dataset: Dataset, model: ModelSpec, measurements: Measurements
) -> dict[str, dict[float | None, Counts]]:
    """The confusion matrix of the whole reference by segment and threshold, None being the predictions."""
    found: dict[str, dict[float | None, Counts]] = {}
    for one in realized_answers(dataset, model, measurements, "reference"):
        for row in one.rows:
            by_cut = found.setdefault(row.cell.segment or "", {})
            for at in (None, *model.at):
                by_cut[at] = by_cut.get(at, Counts(0, 0, 0, 0)) + cuts.counts_of(row.values, at)
    return found


def considered(variant: Variant, values: Values) -> tuple[float | None, ...]:
    """How many rows of each sort a metric of one cell is a mean over; None is not known."""
    metric = variant.metric
    if metric in scored.METRICS:
        return (float(count(values, "scored")),)
    if metric in RANKING:
        rows, positives = float(count(values, "scored")), _known(values.get("positives"))
        if metric == "average_precision":
            return (positives,)
        return positives, None if positives is None else rows - positives
    counts = cuts.counts_of(values, variant.at)
    if metric == "f1":
        return (counts.tp + counts.fp + counts.fn,)
    return (counts.rows if metric in TOTALS else RATIOS[metric].value(counts)[1],)


def _known(value: Scalar) -> float | None:
    return None if value is None else number(value)


def groups_of(measured: Measurement) -> sampling.Groups:
    """The score groups of the reference, ascending."""
    columns: list[Sequence[Any]] = [measured.columns[name] for name in ("low", "high", "members", "positives")]
    order = sorted(range(len(columns[0])), key=columns[0].__getitem__)
    return sampling.Groups(*([float(column[row]) for row in order] for column in columns))


# --- requests -----------------------------------------------------------------------------------------------


def score_groups(dataset: Dataset, model: ModelSpec) -> dict[str, Request]:
    """Rows and positive labels of the whole reference by score; nothing of a model without a score."""
    if model.score is None:
        return {}
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
        "knots": Rows(("score", "probability"), ("float", "float"), cuts.with_cuts(curves[""], model.at)),
        **cuts.asked(model),
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive"] = positive(dataset, model, model.prediction)
    return tuple(Request.of(scope, "models/scan/binary_cbpe", **arguments) for scope in scopes(dataset, model.common))


def estimated_answers(
    dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots], measurements: Measurements
) -> tuple[Answers, ...]:
    """The outputs of `models/scan/binary_cbpe` by cell."""
    return cuts.joined(each_scope(estimated(dataset, model, curves), measurements))


def realized(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
    """Realized confusion matrix and ranking by chunk, of all rows and of each segment."""
    label = label_of(model)
    arguments: dict[str, Any] = {
        "label": ColumnName(label or ""),
        "positive_label": positive(dataset, model, label),
        "most": MOST_RANKED,
        **cuts.asked(model),
    }
    if model.score is not None:
        arguments["score"] = score_of(model)
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
    return cuts.joined(each_scope(realized(dataset, model, period), measurements))


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
    members, scores = histogram.members.sum(axis=1), histogram.scores
    hits = histogram.members * chance_of[:, None]
    misses = histogram.members - hits
    rows = float(members.sum())
    reaching = {at: scores >= at for at in model.at}
    return {
        "total": rows, "scored": rows, "outside": 0,
        "predicted": float(histogram.members[:, :UNKNOWN].sum()),
        "true_positive": float(hits[:, POSITIVE].sum()), "false_positive": float(misses[:, POSITIVE].sum()),
        "false_negative": float(hits[:, NEGATIVE].sum()), "true_negative": float(misses[:, NEGATIVE].sum()),
        "roc_auc": area(hits.sum(axis=1), misses.sum(axis=1)),
        "average_precision": precision(hits.sum(axis=1), members),
        **scored.sums(scores, members, hits.sum(axis=1)),
        "cuts": {at: (float(hits[where].sum()), float(misses[where].sum())) for at, where in reaching.items()},
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
