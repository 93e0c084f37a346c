"""Metrics of several classes from a confusion matrix, how they average, and what one row adds to them.

Each class stands against all others: of its rows some are predicted right (hits), some rows are predicted to be of it,
some are of it. Every metric is a ratio of two sums of these numbers, so its slope, and by that what chance does to it,
follows from the same entry of `RATIOS` as its value.

An average leaves out a class of which there is no row, neither true nor predicted; a class whose own ratio has the
denominator 0 counts as 0. So does scikit-learn with its defaults. What is none of the classes takes part as a row that
is wrong: it is no class of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from whq.fit.chance import HITS, Chance, Part

Floats = NDArray[np.float64]

HIT, TRUE, PREDICTED, ROWS = range(4)
"""The numbers of a class: rows of it that are predicted so, rows of it, rows that are predicted so, and all rows."""

RATIOS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "f1": ((2, 0, 0, 0), (0, 1, 1, 0)),
    "precision": ((1, 0, 0, 0), (0, 0, 1, 0)),
    "recall": ((1, 0, 0, 0), (0, 1, 0, 0)),
    "specificity": ((1, -1, -1, 1), (0, -1, 0, 1)),
}
"""By metric how many times each of the four numbers counts in its numerator, and in its denominator."""


class Tallies(Struct, frozen=True, eq=False):
    """The four numbers of each class: one row a class, one column a number."""

    numbers: Floats

    @staticmethod
    def of(matrix: Floats, classes: int) -> Tallies:
        """From rows by true and predicted class; what is none of the first `classes` stands after them."""
        numbers = np.zeros((classes, 4))
        numbers[:, HIT] = np.diagonal(matrix)[:classes]
        numbers[:, TRUE] = matrix.sum(axis=1)[:classes]
        numbers[:, PREDICTED] = matrix.sum(axis=0)[:classes]
        numbers[:, ROWS] = matrix.sum()
        return Tallies(numbers)

    @property
    def rows(self) -> float:
        """How many rows there are."""
        return float(self.numbers[0, ROWS])

    @property
    def present(self) -> NDArray[np.bool_]:
        """Whether a class has a row, true or predicted."""
        return (self.numbers[:, TRUE] + self.numbers[:, PREDICTED]) > 0

    def value(self, metric: str, average: str) -> float | None:
        """A metric over all classes; None where no class has a row, 0 where a denominator is 0.

        Args:
            metric: `accuracy`, the share of rows predicted right, whose average is none; or one of `RATIOS`.
            average: `macro`, each class counts the same; `weighted`, by its true rows; `micro`, the classes' numbers
                are added up before they are divided.
        """
        if not self.present.any():
            return None
        if metric == "accuracy":
            return float(self.numbers[:, HIT].sum()) / self.rows
        above, below = (np.array(weights, dtype=np.float64) for weights in RATIOS[metric])
        if average == "micro":
            total = self.numbers.sum(axis=0)
            return _ratio(total @ above, total @ below)
        own = [_ratio(one @ above, one @ below) for one in self.numbers]
        return averaged(own, self.numbers[:, TRUE] if average == "weighted" else self.present)

    def slopes(self, metric: str, average: str) -> Floats:
        """How fast a metric changes with each of the four numbers of each class; 0 where it has no value."""
        if metric == "accuracy":
            hits = self.numbers[:, HIT].sum()
            each = np.array([1.0, 0.0, 0.0, -hits / self.rows / len(self.numbers)]) / self.rows
            return _repeated(each, len(self.numbers))
        above, below = (np.array(weights, dtype=np.float64) for weights in RATIOS[metric])
        if average == "micro":
            return _repeated(_slope(self.numbers.sum(axis=0), above, below), len(self.numbers))
        own = np.array([_slope(one, above, below) for one in self.numbers])
        if average == "macro":
            slopes: Floats = own * (self.present / max(self.present.sum(), 1))[:, None]
            return slopes
        share = self.numbers[:, TRUE] / max(self.numbers[:, TRUE].sum(), 1.0)
        values = np.array([_ratio(one @ above, one @ below) for one in self.numbers])
        slopes = own * share[:, None]
        slopes[:, TRUE] += (values - share @ values) / max(self.numbers[:, TRUE].sum(), 1.0)
        return slopes


def averaged(values: Sequence[float | None], weights: Floats | Sequence[float] | NDArray[np.bool_]) -> float | None:
    """The weighted mean of the values that there are; None where nothing weighs.

    >>> averaged([0.5, None, 1.0], [1, 5, 1])
    0.75
    """
    pairs = [(value, float(weight)) for value, weight in zip(values, weights, strict=True) if value is not None]
    total = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / total if total else None


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below else 0.0


def _slope(numbers: Floats, above: Floats, below: Floats) -> Floats:
    considered = numbers @ below
    slope: Floats = (above - (numbers @ above) / considered * below) / considered if considered else np.zeros(4)
    return slope


def _repeated(slope: Floats, classes: int) -> Floats:
    """The slope of a sum over classes is the same for each."""
    return np.full((classes, 4), slope)


def influences(matrix: Floats, classes: int, metric: str, average: str) -> Floats:
    """What one row more of each true and predicted class does to a metric, times the number of rows.

    The mean over all rows is 0: a metric does not change where all numbers grow alike.
    """
    slopes = Tallies.of(matrix, classes).slopes(metric, average)
    size = len(matrix)
    added = np.full((size, size), slopes[:, ROWS].sum())
    added[:classes, :] += slopes[:, TRUE][:, None]
    added[:, :classes] += slopes[:, PREDICTED][None, :]
    added[range(classes), range(classes)] += slopes[:, HIT]
    scaled: Floats = added * matrix.sum()
    return scaled


def sampling_constant(matrix: Floats, classes: int, metric: str, average: str) -> float | None:
    """The standard error of a metric times the root of the number of rows (delta method); None without a row."""
    rows = matrix.sum()
    if not rows:
        return None
    return sqrt(float((matrix / rows * influences(matrix, classes, metric, average) ** 2).sum()))


def chance_of(matrix: Floats, classes: int, metric: str, average: str) -> Chance | None:
    """What chance does to a metric: among the rows of each true class, and by how many each class has.

    One part for each row of the matrix, a true class, then one for all rows. In each class a few rows are thought to
    stand beside those of the reference, as in `whq.fit.chance.of_share`: half of them predicted right. A class that the
    reference does not have adds nothing.
    """
    rows = matrix.sum()
    if not rows:
        return None
    of_class = matrix.sum(axis=1)
    smoothed = matrix + _thought(matrix, classes) * (of_class > 0)[:, None]
    share = smoothed.sum(axis=1) / smoothed.sum()
    influence = influences(smoothed, classes, metric, average)
    within = smoothed / np.where(share > 0, smoothed.sum(axis=1), 1.0)[:, None]
    means = (within * influence).sum(axis=1)
    parts: list[Part] = []
    for place, size in enumerate(of_class):
        if not size:
            parts.append(Part(0.0, 0.0, 1.0))
            continue
        off = (influence[place] - means[place]) * share[place]
        parts.append(Part(float(within[place] @ off**2), float(within[place] @ off**3), float(size / rows)))
    between = Part(float(share @ means**2), float(share @ means**3), 1.0)
    return Chance((*parts, between))


def _thought(matrix: Floats, classes: int) -> Floats:
    """The rows that are thought of in each true class: as many right as wrong, these evenly spread."""
    size = len(matrix)
    thought = np.zeros((size, size))
    thought[:, :classes] = HITS / max(classes - 1, 1)
    thought[range(classes), range(classes)] = HITS
    return thought
