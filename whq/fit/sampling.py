"""Sampling errors of performance metrics, learned once from the reference: what chance alone does to a chunk.

Every error is a constant of the reference; a chunk of n rows divides it by √n (ratios) or multiplies it by √n
(counts and totals). The formulas are NannyML's, save the one of average precision: NannyML draws fifty bootstrap
samples without a seed, here the variance of the influence function gives the same quantity in closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CELLS = ("true_positive", "false_positive", "false_negative", "true_negative")


@dataclass(frozen=True, slots=True)
class Groups:
    """Labelled rows by score or by narrow ranges of it, ascending: least and greatest score, sizes, positive labels."""

    lows: Floats
    highs: Floats
    members: Floats
    positives: Floats

    @property
    def rows(self) -> float:
        """How many rows there are."""
        return float(self.members.sum())

    @property
    def prevalence(self) -> float:
        """The share of positive labels."""
        return float(self.positives.sum()) / self.rows if self.rows else 0.0


def of_ranking(groups: Groups) -> dict[str, float]:
    """The constants of `roc_auc` and `average_precision`; none when a class is absent."""
    if not 0 < groups.prevalence < 1:
        return {}
    return {"roc_auc": _roc_auc(groups), "average_precision": _average_precision(groups)}


def roc_auc(groups: Groups) -> float | None:
    """The area under the ROC curve, ties counted half; None when a class is absent."""
    negatives = groups.members - groups.positives
    pairs = float(groups.positives.sum() * negatives.sum())
    below = np.cumsum(negatives) - negatives / 2
    return float((groups.positives * below).sum()) / pairs if pairs else None


def _roc_auc(groups: Groups) -> float:
    """The spread, over the rarer class, of the share of the other class that each row beats."""
    negatives = groups.members - groups.positives
    if groups.prevalence <= 0.5:
        weights, beaten = groups.positives, (np.cumsum(negatives) - negatives / 2) / negatives.sum()
    else:
        above = groups.positives.sum() - np.cumsum(groups.positives) + groups.positives / 2
        weights, beaten = negatives, above / groups.positives.sum()
    mean = np.average(beaten, weights=weights)
    variance = float(np.average((beaten - mean) ** 2, weights=weights))
    return sqrt(variance / min(groups.prevalence, 1 - groups.prevalence))


def _average_precision(groups: Groups) -> float:
    """The spread of the influence that one row has on average precision (ties share one step)."""
    members, positives = groups.members[::-1], groups.positives[::-1]
    reached, found, total = np.cumsum(members), np.cumsum(positives), positives.sum()
    precision = found / reached
    value = float((positives * precision).sum() / total)
    later_positive = np.cumsum((positives / reached)[::-1])[::-1]
    later_all = np.cumsum((positives * found / reached**2)[::-1])[::-1]
    of_negative = -later_all / total
    of_positive = (precision - value + later_positive - later_all) / total
    squares = (positives * of_positive**2 + (members - positives) * of_negative**2).sum()
    return sqrt(groups.rows * float(squares))


def of_counts(counts: Mapping[str, float], worth: Mapping[str, float] | None) -> dict[str, float]:
    """The constants of the metrics of a confusion matrix, where the reference can tell.

    `counts` are the reference's true and false positives and negatives, `worth` the value of one row of each.
    """
    tp, fp, fn, tn = (float(counts[cell]) for cell in CELLS)
    rows = tp + fp + fn + tn
    if not rows:
        return {}
    wrong = (fp + fn) / 2
    factor = (tp + fp + fn) / (tp + wrong) if tp + wrong else 0.0
    found = {
        "accuracy": _ratio(tp + tn, rows, rows),
        "precision": _ratio(tp, tp + fp, rows),
        "recall": _ratio(tp, tp + fn, rows),
        "specificity": _ratio(tn, tn + fp, rows),
        "f1": _ratio(tp, tp + fp + fn, rows, factor),
        **{cell: _ratio(float(counts[cell]), rows, rows) for cell in CELLS},
        "business_value": _worth(dict(zip(CELLS, (tp, fp, fn, tn), strict=True)), worth) if worth else None,
    }
    return {metric: error for metric, error in found.items() if error is not None}


def _ratio(hits: float, considered: float, rows: float, factor: float = 1.0) -> float | None:
    """The error of a ratio over the considered part of the rows: factor · √(q(1-q) / share considered)."""
    if not considered:
        return None
    share = hits / considered
    return factor * sqrt(share * (1 - share) * rows / considered)


def _worth(counts: Mapping[str, float], worth: Mapping[str, float]) -> float:
    """The spread of one row's value."""
    rows = sum(counts.values())
    mean = sum(counts[cell] * worth[cell] for cell in CELLS) / rows
    return sqrt(sum(counts[cell] * (worth[cell] - mean) ** 2 for cell in CELLS) / rows)
