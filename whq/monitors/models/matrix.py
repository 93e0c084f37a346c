"""The confusion matrix of two classes: its cells, the metrics that are made of them, and what chance does to these.

A metric of counts is one entry of `RATIOS` (a share of the rows considered) or of `TOTALS`; what chance alone does to
it follows from the same counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from whq.fit import chance, sampling
from whq.fit.chance import Chance
from whq.values import Scalar

CELLS = ("true_positive", "false_positive", "false_negative", "true_negative")
"""The cells of a confusion matrix, as the scans name them."""
TOTALS = frozenset({*CELLS, "business_value"})
"""Metrics that grow with the rows."""

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

    def __add__(self, other: Counts) -> Counts:
        """The counts of both."""
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def rows(self) -> float:
        """How many rows there are."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def by_cell(self) -> dict[str, float]:
        """The counts by the names of the cells."""
        return dict(zip(CELLS, (self.tp, self.fp, self.fn, self.tn), strict=True))

    def shares(self, cell: str) -> dict[str, float | None]:
        """A cell's share of all rows, of the rows of its true class and of those predicted to be of its class, 0..1.

        >>> Counts(3, 1, 2, 4).shares("true_positive")
        {'share_of_rows': 0.3, 'share_of_class': 0.6, 'share_of_predicted': 0.75}
        """
        count = self.by_cell[cell]
        of_class = self.tp + self.fn if cell in ("true_positive", "false_negative") else self.fp + self.tn
        of_predicted = self.tp + self.fp if cell in ("true_positive", "false_positive") else self.fn + self.tn
        names = ("share_of_rows", "share_of_class", "share_of_predicted")
        return {
            name: count / whole if whole else None
            for name, whole in zip(names, (self.rows, of_class, of_predicted), strict=True)
        }


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


RATIOS: Mapping[str, Ratio] = {
    "accuracy": Ratio(lambda c: (c.tp + c.tn, c.rows)),
    "precision": Ratio(lambda c: (c.tp, c.tp + c.fp)),
    "recall": Ratio(lambda c: (c.tp, c.tp + c.fn)),
    "specificity": Ratio(lambda c: (c.tn, c.tn + c.fp)),
    "f1": Ratio(lambda c: (c.tp, c.tp + (c.fp + c.fn) / 2), _f1_sampled),
}


def number(value: Scalar) -> float:
    """A measured number as a float."""
    return float(value)  # type: ignore[arg-type]


def worth(business_value: Mapping[str, float] | None) -> dict[str, float] | None:
    """The value of one row by cell of the confusion matrix; cells that are not named are worth nothing."""
    if business_value is None:
        return None
    return {**dict.fromkeys(CELLS, 0.0), **{_SHORT.get(key, key): float(v) for key, v in business_value.items()}}


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
    for metric, ratio in RATIOS.items():
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
    found = {metric: chance.of_share(*ratio.value(counts), rows) for metric, ratio in RATIOS.items()}
    found["f1"] = chance.of_f1(counts.tp, counts.fp + counts.fn, rows)
    found |= {cell: chance.of_share(members, rows, rows) for cell, members in counts.by_cell.items()}
    if value:
        found["business_value"] = chance.of_values((n, value[cell]) for cell, n in counts.by_cell.items())
    return {metric: one for metric, one in found.items() if one is not None}
