"""What the metrics of a binary model are: values from a confusion matrix and a ranking, their ranges, their errors."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, sqrt

from msgspec import Struct

from whq.fit.sampling import CELLS
from whq.values import Scalar

DEFAULT_METRICS = ("roc_auc", "f1", "accuracy")
"""Without a prediction column only the first."""
RANKING = frozenset({"roc_auc", "average_precision"})
TOTALS = frozenset({*CELLS, "business_value"})
_SHORT = {"tp": "true_positive", "fp": "false_positive", "fn": "false_negative", "tn": "true_negative"}


class Computed(Struct, frozen=True):
    """A metric's value, or why there is none; `guarded` when a denominator was 0 and the value is 0 by definition."""

    value: float | None
    rows: int = 0
    reason: str = ""
    guarded: bool = False


def expand(metrics: tuple[str, ...], predicted: bool) -> tuple[str, ...]:
    """The metrics to report: the defaults when none is named, `confusion_matrix` as its four cells."""
    named = metrics or (DEFAULT_METRICS if predicted else DEFAULT_METRICS[:1])
    flat = [cell for metric in named for cell in (CELLS if metric == "confusion_matrix" else (metric,))]
    return tuple(dict.fromkeys(flat))


def limits(metric: str) -> tuple[float, float]:
    """The least and the greatest value that a metric can take."""
    if metric == "business_value":
        return -inf, inf
    return 0.0, inf if metric in TOTALS else 1.0


def worth(business_value: Mapping[str, float] | None) -> dict[str, float] | None:
    """The value of one row by cell of the confusion matrix; cells that are not named are worth nothing."""
    if business_value is None:
        return None
    return {**dict.fromkeys(CELLS, 0.0), **{_SHORT.get(key, key): float(v) for key, v in business_value.items()}}


def compute(metric: str, values: Mapping[str, Scalar], business_value: Mapping[str, float] | None) -> Computed:
    """One metric from the outputs of `performance/estimated` or `performance/realized`."""
    if metric in RANKING:
        return _ranking(metric, values)
    rows = whole(values["predicted"])
    if not rows:
        return Computed(None, 0, "no row has both a prediction and what it is compared with")
    counts = {cell: number(values[cell]) for cell in CELLS}
    if metric in CELLS:
        return Computed(counts[metric], rows)
    if metric == "business_value":
        value = worth(business_value)
        if value is None:
            return Computed(None, rows, "business_value needs `business_value:` with the worth of tp, fp, fn and tn")
        return Computed(sum(counts[cell] * value[cell] for cell in CELLS), rows)
    return _ratio(metric, counts, rows)


def _ranking(metric: str, values: Mapping[str, Scalar]) -> Computed:
    rows, value = whole(values["scored"]), values[metric]
    if value is not None:
        return Computed(number(value), rows)
    if not rows:
        return Computed(None, 0, "no row has both a score and what it is compared with")
    return Computed(None, rows, f"one class only: {metric} is not defined")


def _ratio(metric: str, counts: Mapping[str, float], rows: int) -> Computed:
    tp, fp, fn, tn = (counts[cell] for cell in CELLS)
    hits, considered = {
        "accuracy": (tp + tn, tp + fp + fn + tn),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "f1": (tp, tp + (fp + fn) / 2),
    }[metric]
    if considered == 0:
        return Computed(0.0, rows, guarded=True)
    return Computed(hits / considered, rows)


def error(metric: str, constants: Mapping[str, float], rows: int) -> float | None:
    """The sampling error of a metric over so many rows, when the reference taught its constant."""
    constant = constants.get(metric)
    if constant is None or not rows:
        return None
    return constant * sqrt(rows) if metric in TOTALS else constant / sqrt(rows)


def band(metric: str, value: float, sampling_error: float | None) -> tuple[float | None, float | None]:
    """Three sampling errors to both sides of a value, within the metric's limits."""
    if sampling_error is None:
        return None, None
    lower, upper = limits(metric)
    return max(value - 3 * sampling_error, lower), min(value + 3 * sampling_error, upper)


def interval(metric: str, values: Mapping[str, Scalar]) -> tuple[float | None, float | None]:
    """Between what a realized ranking lies where bins of scores hide the exact value; nothing where it is exact."""
    lower, upper = (values.get(f"{metric}_{side}") for side in ("lower", "upper"))
    if lower is None or upper is None or lower == upper:
        return None, None
    least, greatest = limits(metric)
    return max(number(lower), least), min(number(upper), greatest)


def number(value: Scalar) -> float:
    """A measured number as a float."""
    return float(value)  # type: ignore[arg-type]


def whole(value: Scalar) -> int:
    """A measured count as an integer; NULL is no row."""
    return int(value or 0)  # type: ignore[arg-type]
