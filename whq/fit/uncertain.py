"""How far a metric of labels that are not known may lie from what is expected of it.

Each row's label is an independent draw with the chance of its bin (Poisson-binomial), so that to first order the
variance of a metric is the sum over rows of g² · c(1 - c): c the chance, g what the metric changes when the row's label
turns from negative to positive. Totals are by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct

from whq.fit.histogram import NEGATIVE, POSITIVE, Floats, Histogram, area, precision

Slope = Callable[["Drawn"], Floats | None]


class Drawn(Struct, frozen=True, eq=False):
    """Rows by bin and prediction with the chances of their bins. worth: of a row by cell of the confusion matrix."""

    histogram: Histogram
    chances: Floats
    worth: Mapping[str, float] | None = None

    @property
    def said(self) -> Floats:
        """Rows with a prediction, one column each for negative and positive ones."""
        return self.histogram.members[:, [NEGATIVE, POSITIVE]]

    @property
    def rows(self) -> float:
        """How many rows have a prediction."""
        return float(self.said.sum())


def variance(metric: str, drawn: Drawn) -> float | None:
    """The variance of a metric; None of one that is not known here, or where it is not defined.

    >>> histogram = Histogram.of([3, 4], [0, 1], [100, 100], [0, 0], [0, 0], [20.0, 80.0])
    >>> round(variance("accuracy", Drawn(histogram, np.array([0.2, 0.8]))), 6)
    0.0008
    """
    find = _RANKED.get(metric) or _PREDICTED.get(metric)
    slope = None if find is None or not drawn.histogram.rows else find(drawn)
    if slope is None:
        return None
    weights = drawn.histogram.members.sum(axis=1) if metric in _RANKED else drawn.said
    spread = drawn.chances * (1 - drawn.chances)
    each = slope * slope * weights
    return float((each * (spread if each.ndim == 1 else spread[:, None])).sum())


# --- metrics of predictions: one slope for rows that are predicted negative, one for positive -------------------


def _two(negative: float, positive: float, over: float) -> Floats | None:
    return np.array([[negative, positive]]) / over if over else None


def _f1(drawn: Drawn) -> Floats | None:
    said, c = drawn.said, drawn.chances[:, None]
    both = float(said[:, 1].sum() + (said * c).sum())
    value = 2 * float((said[:, 1:] * c).sum()) / both if both else 0.0
    return _two(-value, 2 - value, both)


def _recall(drawn: Drawn) -> Floats | None:
    said, c = drawn.said, drawn.chances[:, None]
    positives = float((said * c).sum())
    value = float((said[:, 1:] * c).sum()) / positives if positives else 0.0
    return _two(-value, 1 - value, positives)


def _specificity(drawn: Drawn) -> Floats | None:
    said, c = drawn.said, 1 - drawn.chances[:, None]
    negatives = float((said * c).sum())
    value = float((said[:, :1] * c).sum()) / negatives if negatives else 0.0
    return _two(value - 1, value, negatives)


def _worth(drawn: Drawn) -> Floats | None:
    worth = drawn.worth
    if worth is None:
        return None
    by_negative = worth["false_negative"] - worth["true_negative"]
    return _two(by_negative, worth["true_positive"] - worth["false_positive"], drawn.rows)


_PREDICTED: Mapping[str, Slope] = {
    "accuracy": lambda drawn: _two(-1.0, 1.0, drawn.rows),
    "f1": _f1,
    "recall": _recall,
    "specificity": _specificity,
    "precision": lambda drawn: _two(0.0, 1.0, float(drawn.said[:, 1].sum())),
    "business_value": _worth,
    "true_positive": lambda drawn: _two(0.0, 1.0, drawn.rows),
    "false_positive": lambda drawn: _two(0.0, -1.0, drawn.rows),
    "false_negative": lambda drawn: _two(1.0, 0.0, drawn.rows),
    "true_negative": lambda drawn: _two(-1.0, 0.0, drawn.rows),
}


# --- metrics of scores: one slope a bin ---------------------------------------------------------------------------


def _expected(drawn: Drawn) -> tuple[Floats, Floats]:
    """Rows of each bin, and positive labels expected of them."""
    members = drawn.histogram.members.sum(axis=1)
    return members, members * drawn.chances


def _roc_auc(drawn: Drawn) -> Floats | None:
    members, hits = _expected(drawn)
    misses = members - hits
    value, positives, negatives = area(hits, misses), hits.sum(), misses.sum()
    if value is None:
        return None
    below, above = np.cumsum(misses) - misses / 2, positives - (np.cumsum(hits) - hits / 2)
    slope: Floats = (below / negatives - value) / positives - (above / positives - value) / negatives
    return slope


def _average_precision(drawn: Drawn) -> Floats | None:
    members, hits = _expected(drawn)
    value = precision(hits, members)
    if value is None:
        return None
    reached = np.maximum(np.cumsum(members[::-1])[::-1], 1.0)
    step = np.cumsum(hits[::-1])[::-1] / reached
    slope: Floats = (step - value + np.cumsum(hits / reached)) / hits.sum()
    return slope


def _log_loss(drawn: Drawn) -> Floats | None:
    scores = np.clip(drawn.histogram.scores, 1e-15, 1 - 1e-15)
    slope: Floats = -np.log(scores / (1 - scores)) / drawn.histogram.rows
    return slope


_RANKED: Mapping[str, Slope] = {
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "log_loss": _log_loss,
    "brier": lambda drawn: (1 - 2 * drawn.histogram.scores) / drawn.histogram.rows,
    "calibration_bias": lambda drawn: np.full(len(drawn.chances), 1 / drawn.histogram.rows),
}
