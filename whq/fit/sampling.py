"""Sampling errors of performance metrics, learned once from the reference: what chance alone does to a chunk.

Every error is a constant of the reference; a chunk of n rows divides it by √n (ratios) or multiplies it by √n
(counts and totals). The formulas are NannyML's, save the one of average precision: NannyML draws fifty bootstrap
samples without a seed, here the variance of the influence function gives the same quantity in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import fsum, sqrt
from operator import mul, sub, truediv

from msgspec import Struct


class Groups(Struct, frozen=True):
    """Labelled rows by score or by narrow ranges of it, ascending: least and greatest score, sizes, positive labels."""

    lows: Sequence[float]
    highs: Sequence[float]
    members: Sequence[float]
    positives: Sequence[float]

    @property
    def rows(self) -> float:
        """How many rows there are."""
        return sum(self.members)

    @property
    def prevalence(self) -> float:
        """The share of positive labels."""
        return sum(self.positives) / self.rows if self.rows else 0.0

    @property
    def negatives(self) -> list[float]:
        """The other labels of each group."""
        return list(map(sub, self.members, self.positives))


def of_ranking(groups: Groups) -> dict[str, float]:
    """The constants of `roc_auc` and `average_precision`; none when a class is absent."""
    if not 0 < groups.prevalence < 1:
        return {}
    return {"roc_auc": _roc_auc(groups), "average_precision": _average_precision(groups)}


def roc_auc(groups: Groups) -> float | None:
    """The area under the ROC curve, ties counted half; None when a class is absent."""
    negatives = groups.negatives
    pairs = sum(groups.positives) * sum(negatives)
    return fsum(map(mul, groups.positives, below(negatives))) / pairs if pairs else None


def below(counts: Sequence[float]) -> list[float]:
    """How many there are in the groups before each, and half of its own."""
    return [reached - count / 2 for reached, count in zip(accumulate(counts), counts, strict=True)]


def _roc_auc(groups: Groups) -> float:
    """The spread, over the rarer class, of the share of the other class that each row beats."""
    rarer, other = groups.positives, groups.negatives
    if groups.prevalence > 0.5:
        rarer, other = other, rarer
    rows, others = sum(rarer), sum(other)
    beaten = [count / others for count in below(other)]
    mean = fsum(map(mul, rarer, beaten)) / rows
    variance = fsum(count * (share - mean) ** 2 for count, share in zip(rarer, beaten, strict=True)) / rows
    return sqrt(variance / min(groups.prevalence, 1 - groups.prevalence))


def _average_precision(groups: Groups) -> float:
    """The spread of the influence that one row has on average precision (ties share one step)."""
    _, influences = precision_influences(groups)
    return sqrt(groups.rows * sum(rows * influence**2 for rows, influence in influences))


def precision_influences(groups: Groups) -> tuple[float, list[tuple[float, float]]]:
    """Average precision, and pairs of rows and the influence that one of them has on it, times the number of rows."""
    members, positives, total = groups.members, groups.positives, sum(groups.positives)
    reached, hits_reached = _at_or_above(members), _at_or_above(positives)
    precision = list(map(truediv, hits_reached, reached))
    value = fsum(map(mul, positives, precision)) / total
    shares = list(map(truediv, positives, reached))
    influences: list[tuple[float, float]] = []
    sums = zip(accumulate(shares), accumulate(map(mul, shares, precision)), strict=True)
    for count, hits, step, (later_hits, later) in zip(members, positives, precision, sums, strict=True):
        influences += (hits, (step - value + later_hits - later) / total), (count - hits, -later / total)
    return value, influences


def _at_or_above(counts: Sequence[float]) -> list[float]:
    """How many there are in each group and those after it: what a threshold at its score takes."""
    total = sum(counts)
    return [total - reached + count for reached, count in zip(accumulate(counts), counts, strict=True)]


def of_share(hits: float, considered: float, rows: float, factor: float = 1.0) -> float | None:
    """The constant of a share, hits over considered, where only some of the rows are considered.

    It is factor · √(q(1-q) / share of the rows considered), q being the share of hits; None where none is considered.
    """
    if not considered:
        return None
    share = hits / considered
    return factor * sqrt(share * (1 - share) * rows / considered)


def of_values(weighted: Sequence[tuple[float, float]]) -> float:
    """The constant of a sum over rows: the spread of one row's value, from pairs of rows and their value."""
    rows = sum(members for members, _ in weighted)
    mean = sum(members * value for members, value in weighted) / rows
    return sqrt(sum(members * (value - mean) ** 2 for members, value in weighted) / rows)
