"""Rows of the reference weighted by how much they are like those of one chunk, from counts.

A model tells rows of the chunk (1) from rows of the reference (0), as if there were as many of both; h is the chance
that it gives. A row of the reference then stands for w = h / (1 - h) rows of the chunk (importance weighting: Sugiyama,
Suzuki and Kanamori, Density Ratio Estimation in Machine Learning, 2012). What the weights may be used for depends on
how far reference and chunk overlap: the numbers of `Domain` say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from whq.fit.histogram import area
from whq.fit.isotonic import Knots, calibrate

FLOOR, LEAST, MOST = 0.05, 0.001, 50.0
"""The least value of 1 - h, and the least and the greatest weight of a row."""
PLACES = 400
"""Into how many bins the chances to be of the chunk are counted; each includes its upper end."""
APART = 0.95
"""A row of the chunk whose chance is greater has no like in the reference, one of the reference whose chance is at most
1 less that, none in the chunk."""

Floats = NDArray[np.float64]


class Domain(Struct, frozen=True):
    """What the reference, weighted like one chunk, teaches; and how far that may be believed.

    curves: for each class how often its scores come true, by (score, probability). auc: how well the chunk's rows can
    be told from the reference's, 0.5..1; None without rows of both. rows: how many rows of the reference were weighted;
    effective: how many of equal weight would be as good, (sum w)^2 / sum w^2. unsupported: the share of the chunk's
    rows with no like in the reference. uncovered: the share of the reference's rows with no like in the chunk. largest:
    the greatest weight. floored: the share of the reference's rows with the least weight.
    """

    curves: tuple[Knots, ...]
    auc: float | None
    rows: float
    effective: float
    unsupported: float
    uncovered: float
    largest: float
    floored: float

    @property
    def ess(self) -> float:
        """The effective rows as a share of the reference's."""
        return self.effective / self.rows if self.rows else 0.0

    @property
    def details(self) -> dict[str, Any]:
        """The diagnostics as they stand in a result's `details`."""
        return {
            "auc": self.auc, "ess": self.ess, "effective_rows": self.effective, "unsupported": self.unsupported,
            "uncovered": self.uncovered, "largest_weight": self.largest, "floored": self.floored,
        }  # fmt: skip


def domain(columns: Mapping[str, Sequence[Any]], classes: int) -> Domain | None:
    """From the outputs of `models/scan/domain_weights`; None where no labelled row of the reference has a score.

    Args:
        columns: The outputs by name, one entry a row.
        classes: How many classes have a score.
    """
    names = ("part", "bin", "members", "weight", "squares", "positives", "total", "largest", "floored")
    table = np.array([[float(value) for value in columns[name]] for name in names])
    table = table[:, np.argsort(table[1], kind="stable")]
    curves = tuple(_curve(table[:, table[0] == number]) for number in range(classes))
    if not all(curves):
        return None
    reference, chunk = table[:, table[0] == -1], table[:, table[0] == -2]
    rows, weight, squares, floored = (float(reference[place].sum()) for place in (2, 3, 4, 8))
    members, edge = float(chunk[2].sum()), round(APART * PLACES)
    above, below = float(chunk[2][chunk[1] >= edge].sum()), float(reference[2][reference[1] < PLACES - edge].sum())
    return Domain(
        curves=curves,
        auc=_told_apart(reference, chunk),
        rows=rows,
        effective=weight * weight / squares,
        unsupported=above / members if members else 0.0,
        uncovered=below / rows,
        largest=float(reference[7].max()),
        floored=floored / rows,
    )


def _curve(table: Floats) -> Knots:
    """The weighted isotonic curve of one class, through the mean score of each bin; empty without rows."""
    _, _, _, weights, _, positives, totals, _, _ = table
    if not len(weights):
        return ()
    scores = (totals / weights).tolist()
    return calibrate(scores, scores, positives.tolist(), weights.tolist())


def _told_apart(reference: Floats, chunk: Floats) -> float | None:
    """The area under the ROC curve of the chances, rows of a bin as ties."""
    counts = np.zeros((2, PLACES))
    for into, part in zip(counts, (chunk, reference), strict=True):
        np.add.at(into, part[1].astype(np.int64), part[2])
    return area(*counts)
