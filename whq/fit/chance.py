"""What chance alone does to a performance metric in one chunk: its standard error, and to which side it leans.

A metric is a mean over rows, or follows one: accuracy over all rows, precision over those predicted positive, the area
under the ROC curve over the positive and the negative ones. The reference teaches the moments of one row's part in it;
in a chunk they are divided by how many such rows there are. The third moment matters where few rows decide: of 30 rows
of a model that is right 99 times in 100 two are wrong by chance in 3 of 100 chunks, and a normal curve has that once in
a thousand. (Delta method for F1; for the area the two-sample variance of DeLong, DeLong and Clarke-Pearson, 1988.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import erf, exp, floor, fsum, hypot, lgamma, log, pi, sqrt

from msgspec import Struct

from whq.fit import sampling
from whq.fit.sampling import Groups

HITS, MISSES = 2.0, 2.0
"""Rows that are thought to stand beside those of the reference: what never happened in few rows may yet happen (Agresti
and Coull, 1998)."""
SUREST = 0.001
"""No score is believed to be surer than that."""
MANY = 30.0
"""From so many surprises on their number is as good as normal."""


class Part(Struct, frozen=True):
    """Rows of one sort, over which a metric is a mean.

    variance, third: second and third central moment of one row's part in the metric. share: of all rows, 0..1.
    """

    variance: float
    third: float
    share: float


class Gap(Struct, frozen=True):
    """Rows in one range of the score, where a metric is a sum of distances |mean score − mean label|.

    share: of all rows, 0..1. distance: what lies between the two means beyond chance. variance: of a row's difference.
    """

    share: float
    distance: float
    variance: float


class Chance(Struct, frozen=True, omit_defaults=True):
    """The sorts of rows that a metric consists of; `gaps` where it is a sum of distances."""

    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...] = ()


class Moments(Struct, frozen=True):
    """How many rows there are, and the mean, second and third central moment of one row's part in a metric."""

    rows: float
    mean: float
    second: float
    third: float


class Error(Struct, frozen=True):
    """What chance does to a metric at a chunk's size, in the metric's unit.

    deviation: the standard error. lean: third central moment over variance; negative where low values reach farther.
    shift: what the metric is at this size where nothing has changed, of one that depends on the size.
    """

    deviation: float
    lean: float = 0.0
    shift: float = 0.0

    def beyond(self, factor: float) -> float:
        """How far the quantile at `factor` standard errors lies off a normal one's (Cornish and Fisher, first term)."""
        return (factor * factor - 1) / 6 * self.lean


def error(chance: Chance, counts: Sequence[float | None], rows: float, alarms: float) -> Error | None:
    """The error in a chunk; None where it has no row of a sort, as may happen by chance.

    Args:
        counts: How many rows of each sort the chunk has; None is not known.
        rows: How many rows it has in all.
        alarms: What is too rare for chance. A sort that is missing although it should be there counts with the rows
            that it should have, so that a model that never says yes is seen.
    """
    if chance.gaps:
        return _of_gaps(chance.gaps, next(iter(counts)) or rows)
    variance = third = 0.0
    for part, count in zip(chance.parts, counts, strict=True):
        expected = part.share * rows
        members = count or (expected if count is None or expected >= -log(alarms) else 0.0)
        if members <= 0:
            return None
        variance += part.variance / members
        third += part.third / members**2
    return Error(sqrt(variance), third / variance if variance else 0.0)


def _of_gaps(gaps: Sequence[Gap], rows: float) -> Error:
    """Of a sum of distances: each is an absolute value, which chance makes larger than 0.

    The moments are those of the folded normal distribution (Leone, Nelson and Nottingham, 1961). Where few rows of a
    range come as a surprise, their number is Poisson's: its mean distance is smaller, and it leans farther.
    """
    mean = variance = third = 0.0
    for gap in gaps:
        members = gap.share * rows
        spread = sqrt(gap.variance / members)
        inside = erf(gap.distance / (spread * sqrt(2)))
        edge = spread * sqrt(2 / pi) * exp(-(gap.distance**2) / (2 * spread**2))
        folded, second = edge + gap.distance * inside, gap.distance**2 + spread**2
        first = gap.distance + (folded - gap.distance) * _sparse(members * gap.variance)
        cube = (gap.distance**3 + 3 * gap.distance * spread**2) * inside + (gap.distance**2 + 2 * spread**2) * edge
        cube = hypot(cube, gap.variance / members**2)
        mean += gap.share * first
        variance += gap.share**2 * (second - first**2)
        third += gap.share**3 * (cube - 3 * first * second + 2 * first**3)
    return Error(sqrt(variance), third / variance if variance else 0.0, mean)


def _sparse(expected: float) -> float:
    """The mean distance of a Poisson number from its mean, over that of a normal one of the same spread; 1 for many."""
    if expected > MANY:
        return 1.0
    whole = floor(expected)
    distance = 2 * exp(-expected + (whole + 1) * log(expected) - lgamma(whole + 1))
    return distance / sqrt(2 * expected / pi)


def gap(rows: float, difference: float, positives: float, total: float) -> Gap:
    """The gap of one range of the score, from the reference.

    What chance added to the distance is taken off. Four rows that come true as the scores say are thought to stand
    beside its own ones, so that a range without a surprise may have one yet.

    Args:
        rows, positives: of the range, at least one row. total: rows of all ranges.
        difference: the sum of score − label.
    """
    mean, score = difference / rows, (difference + positives) / rows
    claimed = min(max(score, SUREST), 1 - SUREST)
    share = (positives + (HITS + MISSES) * claimed) / (rows + HITS + MISSES)
    variance = share * (1 - share)
    return Gap(rows / total, sqrt(max(mean**2 - variance / rows, 0.0)), variance)


def of_share(hits: float, considered: float, rows: float) -> Chance | None:
    """A share of the rows considered; None where there are none."""
    if considered <= 0:
        return None
    share = (hits + HITS) / (considered + HITS + MISSES)
    variance = share * (1 - share)
    return Chance((Part(variance, variance * (1 - 2 * share), considered / rows),))


def of_f1(true_positive: float, wrong: float, rows: float) -> Chance | None:
    """F1 = 2j / (1 + j), j being the share of true positives among those and the wrong rows."""
    chance = of_share(true_positive, true_positive + wrong, rows)
    if chance is None:
        return None
    (part,) = chance.parts
    share = (true_positive + HITS) / (true_positive + wrong + HITS + MISSES)
    slope, bend = 2 / (1 + share) ** 2, -4 / (1 + share) ** 3
    third = slope**3 * part.third + 3 * slope**2 * bend * part.variance**2
    return Chance((Part(slope**2 * part.variance, third, part.share),))


def of_values(weighted: Iterable[tuple[float, float]]) -> Chance | None:
    """A mean of values, from pairs of rows and their value; None without a row."""
    pairs = tuple(weighted)
    if sum(rows for rows, _ in pairs) <= 0:
        return None
    mean = fsum(rows * value for rows, value in pairs) / fsum(rows for rows, _ in pairs)
    return Chance((_moments(pairs, mean, 1.0),))


def of_mean(moments: Moments) -> Chance:
    """A mean over rows, from what the reference tells of one row's part.

    Few rows say little of how much rows vary, least where few of them decide: the variance is taken one standard error
    larger than it was seen, that error being the one of a gamma distribution of the same skewness.
    """
    if moments.second <= 0:
        return Chance((Part(0.0, 0.0, 1.0),))
    skewness = moments.third / moments.second**1.5
    stretch = 1 + sqrt((1.5 * skewness**2 + 2) / moments.rows)
    return Chance((Part(moments.second * stretch, moments.third * stretch**1.5, 1.0),))


def of_root(moments: Moments) -> Moments | None:
    """The moments for the square root of a mean, by its slope and its bend there; None where the mean is 0."""
    if moments.mean <= 0:
        return None
    root = sqrt(moments.mean)
    slope, bend = 1 / (2 * root), -1 / (4 * moments.mean * root)
    third = slope**3 * moments.third + 3 * slope**2 * bend * moments.second**2
    return Moments(moments.rows, root, slope**2 * moments.second, third)


def of_ranking(groups: Groups) -> dict[str, Chance]:
    """Area under the ROC curve, over positive and negative rows, and average precision, over positive ones.

    In each class one row is thought to stand where chance would put it: a reference that is ranked without a fault does
    not promise that no fault will ever be. Nothing when a class is absent.
    """
    if not 0 < groups.prevalence < 1:
        return {}
    negatives = groups.negatives
    positive_rows, negative_rows = sum(groups.positives), sum(negatives)
    beaten = [count / negative_rows for count in sampling.below(negatives)]
    beating = [1 - count / positive_rows for count in sampling.below(groups.positives)]
    area = fsum(rows * share for rows, share in zip(groups.positives, beaten, strict=True)) / positive_rows
    roc = (
        _moments([*zip(groups.positives, beaten, strict=True), (1.0, 0.5)], area, groups.prevalence),
        _moments([*zip(negatives, beating, strict=True), (1.0, 0.5)], area, 1 - groups.prevalence),
    )
    return {"roc_auc": Chance(roc), "average_precision": _average_precision(groups)}


def _average_precision(groups: Groups) -> Chance:
    value, influences = sampling.precision_influences(groups)
    rows, prevalence, positives = groups.rows, groups.prevalence, sum(groups.positives)
    variance = prevalence * rows * fsum(count * influence**2 for count, influence in influences)
    third = prevalence**2 * rows**2 * fsum(count * influence**3 for count, influence in influences)
    by_chance = prevalence - value
    smoothed = (variance * positives + by_chance**2) / (positives + 1)
    return Chance((Part(smoothed, (third * positives + by_chance**3) / (positives + 1), prevalence),))


def _moments(weighted: Iterable[tuple[float, float]], mean: float, share: float) -> Part:
    """The moments about a mean of the values of rows, from pairs of rows and their value."""
    pairs = tuple(weighted)
    rows = fsum(members for members, _ in pairs)
    second, third = (fsum(members * (value - mean) ** power for members, value in pairs) / rows for power in (2, 3))
    return Part(second, third, share)
