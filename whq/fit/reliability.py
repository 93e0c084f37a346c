"""Whether scores of a chunk come true as often as those of the reference did, and whether another base rate says why.

Both compare a chunk with the reference by ranges of the score that hold equally many reference rows: `reliability` by
tenths, with the chunk's labels; `base_rate` by twentieths, without them.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from msgspec import Struct

from whq.fit.histogram import Floats, Histogram
from whq.fit.isotonic import Knots
from whq.fit.pvalues import chi2_sf

TENTHS, TWENTIETHS = 10, 20
FITS = 2.0
"""Below this χ² by degree of freedom the scores are as another base rate alone would have them."""
_STEPS = 2_000


class Place(Struct, frozen=True):
    """Labelled rows of a chunk in one range of the score.

    low, high: least and greatest mean score of its bins. expected, realized: how many are positive by the reference's
    curve, and are. error: what their difference is off by, by chance.
    """

    low: float
    high: float
    rows: int
    score: float
    expected: float
    realized: float
    error: float

    @property
    def z(self) -> float:
        """The difference in standard errors."""
        return (self.realized - self.expected) / self.error


class Reliability(Struct, frozen=True):
    """How a chunk's labels agree with the curve that the reference taught.

    expected, realized: positive labels of all rows. z: their difference in standard errors. chi2, freedom, p: the total
    test over the places: the sum of z², how many they are, and by what chance it is so large with nothing changed.
    """

    places: tuple[Place, ...]
    rows: int
    expected: float
    realized: float
    z: float
    chi2: float
    freedom: int
    p: float


class BaseRate(Struct, frozen=True):
    """The share of positive labels in the reference, and in a chunk if nothing but that share changed.

    chi2, freedom: how far the chunk's scores are from what that share makes of the reference's.
    """

    before: float
    now: float
    chi2: float
    freedom: int

    @property
    def fits(self) -> bool:
        """Whether the chunk's scores are as this change alone would have them."""
        return self.chi2 < FITS * self.freedom

    def shifted(self, chances: Floats) -> Floats:
        """Calibrated chances under the new share, by Bayes' rule."""
        up = self.now / self.before
        down = (1 - self.now) / (1 - self.before)
        return np.array(chances * up / np.maximum(chances * up + (1 - chances) * down, 1e-300))


def reliability(reference: Histogram, chunk: Histogram, curve: Knots) -> Reliability | None:
    """The labels of a chunk against the curve, by tenths of the reference's rows; None without a labelled row.

    The curve was learned from the reference's labels: its error grows with the rows that it is used for, so that a
    variance is n·c(1-c) · (1 + n / reference's rows of that place).
    """
    rows, hits = chunk.labelled.sum(axis=1), chunk.positives.sum(axis=1)
    if not rows.sum():
        return None
    edges = reference.edges(TENTHS)
    places, own = len(edges) + 1, chunk.ranges(edges)
    taught = np.bincount(reference.ranges(edges), reference.labelled.sum(axis=1), places)
    chances = chunk.calibrated(curve)
    sums = [
        np.bincount(own, weights, places) for weights in (rows, hits, rows * chances, rows * chances * (1 - chances))
    ]
    counts, realized, expected, spread = sums
    scores = np.bincount(own, rows * chunk.scores, places)
    spread = np.maximum(spread * (1 + counts / np.maximum(taught, 1.0)), 1e-9)
    errors = np.sqrt(spread)
    filled = [place for place in range(places) if counts[place] > 0]
    listed = tuple(
        Place(
            float(chunk.scores[own == place].min()), float(chunk.scores[own == place].max()), int(counts[place]),
            float(scores[place] / counts[place]), float(expected[place]), float(realized[place]), float(errors[place]),
        )
        for place in filled
    )  # fmt: skip
    chi2 = sum(place.z**2 for place in listed)
    total = float((realized - expected).sum() / sqrt(spread.sum()))
    return Reliability(
        listed, int(rows.sum()), float(expected.sum()), float(realized.sum()), total, chi2, len(filled),
        chi2_sf(chi2, len(filled)),
    )  # fmt: skip


def base_rate(reference: Histogram, chunk: Histogram) -> BaseRate | None:
    """The share of positive labels that explains a chunk's scores best, if how scores are spread in each class stayed.

    Expectation maximization (Saerens, Latinne and Decaestecker, 2002) on the mixture of both classes by twentieths of
    the score. None where the reference has one class only, or fewer than three places have rows.
    """
    edges = reference.edges(TWENTIETHS)
    places, own, theirs = len(edges) + 1, chunk.ranges(edges), reference.ranges(edges)
    positives = np.bincount(theirs, reference.positives.sum(axis=1), places)
    negatives = np.bincount(theirs, (reference.labelled - reference.positives).sum(axis=1), places)
    rows: Floats = np.bincount(own, chunk.members.sum(axis=1), places).astype(np.float64)
    if not positives.sum() or not negatives.sum() or places < 3 or not rows.sum():
        return None
    of_positive, of_negative = positives / positives.sum(), negatives / negatives.sum()
    before = float(positives.sum() / (positives.sum() + negatives.sum()))
    now = _share(rows, of_positive, of_negative, before)
    mixed = now * of_positive + (1 - now) * of_negative
    expected = np.maximum(rows.sum() * mixed, 0.5)
    learned = 1 + rows.sum() / reference.labelled.sum()
    chi2 = float(((rows - rows.sum() * mixed) ** 2 / (expected * learned)).sum())
    return BaseRate(before, now, chi2, places - 2)


def _share(rows: Floats, of_positive: Floats, of_negative: Floats, before: float) -> float:
    """The share of positives by expectation maximization."""
    share = before
    for _ in range(_STEPS):
        up = share * of_positive
        mixed = up + (1 - share) * of_negative
        moved = float((rows * up / np.where(mixed > 0, mixed, 1.0)).sum() / rows.sum())
        if abs(moved - share) < 1e-9:
            break
        share = moved
    return moved
