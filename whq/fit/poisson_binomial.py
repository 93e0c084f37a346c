"""What chance does to a metric of labels that come true row by row, each with its own chance.

The labels are independent, each 1 with the chance of its bin (a Poisson binomial sum). A metric that follows from them
moves by about its `influence` for each row that turns positive, so that its variance is the sum of influence² · c(1-c)
over the rows (delta method; exact for accuracy and for counts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct

from whq.fit.histogram import NEGATIVE, POSITIVE, UNKNOWN, Floats, Histogram, area, precision

RANGES = 20
"""Into how many ranges of the score a reference is cut to tell how well its curve is known."""


class _Expected(Struct, frozen=True, eq=False):
    """Expected counts of a histogram, one row a bin: rows by what was predicted, positive and negative labels."""

    members: Floats
    scores: Floats
    hits: Floats
    misses: Floats

    @property
    def predicted(self) -> Floats:
        """The rows that have a prediction, by bin and sort; others count for rankings and probabilities only."""
        return np.array(self.members[:, :UNKNOWN])

    @property
    def positives(self) -> float:
        """Positive labels of the rows that have a prediction."""
        return float(self.hits[:, :UNKNOWN].sum())

    @property
    def negatives(self) -> float:
        """Negative labels of the rows that have a prediction."""
        return float(self.misses[:, :UNKNOWN].sum())


def variance(metric: str, histogram: Histogram, chances: Floats) -> float | None:
    """The variance of a metric by the chance of the labels alone; None where it has none, or cannot be had.

    Args:
        metric: Of a binary model, or of one class against the others.
        histogram: The chunk's rows.
        chances: The chance of a positive label, one a bin.
    """
    moved = influence(metric, histogram, chances)
    if moved is None:
        return None
    return float((histogram.members * moved**2 * (chances * (1 - chances))[:, None]).sum())


def curve_variance(metric: str, reference: Histogram, chunk: Histogram, chances: Floats) -> float | None:
    """The variance of a chunk's expected metric by what is not known of the curve, learned from a reference.

    In each range of the score the curve is about the share of positives among the reference's labelled rows there, so
    its error moves all of the chunk's rows of that range together. With scores spread as in the reference this is
    `variance` · n / rows of the reference; where the reference has few rows it is more.

    Args:
        chances: The chance of a positive label, one a bin of the chunk.
    """
    moved = influence(metric, chunk, chances)
    if moved is None:
        return None
    edges = reference.edges(RANGES)
    own, many = chunk.ranges(edges), len(edges) + 1
    members = chunk.members.sum(axis=1)
    together = np.bincount(own, (chunk.members * moved).sum(axis=1), many)
    rows = np.maximum(np.bincount(own, members, many), 1.0)
    spread = np.bincount(own, members * chances * (1 - chances), many) / rows
    taught = np.bincount(reference.ranges(edges), reference.labelled.sum(axis=1), many)
    return float((together**2 * spread / np.maximum(taught, 1.0)).sum())


def influence(metric: str, histogram: Histogram, chances: Floats) -> Floats | None:
    """By how much the metric rises for each row that turns positive, by bin and by what was predicted.

    None for a metric that does not follow from labels one by one, and where a denominator is 0.
    """
    hits = histogram.members * chances[:, None]
    expected = _Expected(histogram.members, histogram.scores, hits, histogram.members - hits)
    found = _INFLUENCES[metric](expected) if metric in _INFLUENCES else None
    return None if found is None else np.broadcast_to(found, histogram.members.shape)


def _sorts(negative: float, positive: float) -> Floats:
    """One influence for all rows predicted negative, one for all predicted positive; none of rows without one."""
    by_sort = np.zeros(3)
    by_sort[NEGATIVE], by_sort[POSITIVE] = negative, positive
    return by_sort


def _accuracy(expected: _Expected) -> Floats | None:
    rows = expected.predicted.sum()
    return _sorts(-1 / rows, 1 / rows) if rows else None


def _f1(expected: _Expected) -> Floats | None:
    """F1 = 2 TP / (predicted positive + positive)."""
    both = expected.predicted[:, POSITIVE].sum() + expected.positives
    value = 2 * expected.hits[:, POSITIVE].sum() / both if both else 0.0
    return _sorts(-value / both, (2 - value) / both) if both else None


def _precision(expected: _Expected) -> Floats | None:
    rows = expected.predicted[:, POSITIVE].sum()
    return _sorts(0.0, 1 / rows) if rows else None


def _recall(expected: _Expected) -> Floats | None:
    rows = expected.positives
    value = expected.hits[:, POSITIVE].sum() / rows if rows else 0.0
    return _sorts(-value / rows, (1 - value) / rows) if rows else None


def _specificity(expected: _Expected) -> Floats | None:
    rows = expected.negatives
    value = expected.misses[:, NEGATIVE].sum() / rows if rows else 0.0
    return _sorts((value - 1) / rows, value / rows) if rows else None


def _roc_auc(expected: _Expected) -> Floats | None:
    """A positive row beats the negatives below it, a negative one loses to the positives above it."""
    hits, misses = expected.hits.sum(axis=1), expected.misses.sum(axis=1)
    value, positives, negatives = area(hits, misses), hits.sum(), misses.sum()
    if value is None:
        return None
    below = np.cumsum(misses) - misses / 2
    above = positives - np.cumsum(hits) + hits / 2
    moved = (below / negatives - value) / positives - (above / positives - value) / negatives
    return np.array(moved)[:, None]


def _average_precision(expected: _Expected) -> Floats | None:
    """The sum of hits · precision: a positive row adds its own, and lifts the precision of all steps below it."""
    hits, members = expected.hits.sum(axis=1), expected.members.sum(axis=1)
    value = precision(hits, members)
    if value is None:
        return None
    reached = np.maximum(np.cumsum(members[::-1])[::-1], 1e-300)
    own = np.cumsum(hits[::-1])[::-1] / reached
    return np.array((own + np.cumsum(hits / reached) - value) / hits.sum())[:, None]


def _brier(expected: _Expected) -> Floats | None:
    """(score - label)² of all rows."""
    rows = expected.members.sum()
    return ((1 - 2 * expected.scores) / rows)[:, None] if rows else None


def _log_loss(expected: _Expected) -> Floats | None:
    """-ln of the score, or of the rest of it; kept off 0 and 1."""
    rows = expected.members.sum()
    scores = np.clip(expected.scores, 1e-15, 1 - 1e-15)
    return ((np.log(1 - scores) - np.log(scores)) / rows)[:, None] if rows else None


_INFLUENCES: Mapping[str, Callable[[_Expected], Floats | None]] = {
    "accuracy": _accuracy,
    "f1": _f1,
    "precision": _precision,
    "recall": _recall,
    "specificity": _specificity,
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "brier": _brier,
    "log_loss": _log_loss,
    "true_positive": lambda expected: _sorts(0.0, 1.0),
    "false_positive": lambda expected: _sorts(0.0, -1.0),
    "false_negative": lambda expected: _sorts(1.0, 0.0),
    "true_negative": lambda expected: _sorts(-1.0, 0.0),
}
