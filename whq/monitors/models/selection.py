"""Selective labels: whether they came for some scores only, as the outcome of a loan is known where it was granted.

The rows of a chunk that have a label are compared with those that have none by their scores. Realized values tell of
the labelled rows alone. Where the reference's labels were chosen in the same way, they are compared with their like and
judged; where they were not, the verdict is withheld, as a change of the number may be a change of the choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from whq.fit.histogram import Floats, Histogram
from whq.fit.pvalues import chi2_sf
from whq.monitors.models.known import Known
from whq.monitors.models.readings import Reading

APART = 0.1
"""From such a Hellinger distance on, 0..1, the scores of rows with and without labels differ by more than matters."""
ALARMS = 0.001
"""With what chance a difference by chance is taken for a choice."""
PARTS, ROWS = 20, 20
"""The scores are cut into so many parts with about as many rows each; both sorts of rows must have so many rows."""


class Selection(Struct, frozen=True):
    """How far the scores of rows with and without labels lie apart.

    distance: Hellinger's, 0..1. chance: how likely such a difference is if labels came to any row alike. labelled,
    unlabelled: the mean score of both.
    """

    distance: float
    chance: float
    labelled: float
    unlabelled: float

    @property
    def is_selective(self) -> bool:
        """Whether labels came for some scores rather than others."""
        return self.distance >= APART and self.chance < ALARMS

    @property
    def words(self) -> str:
        """What is said of it."""
        return (
            f"labels came for some rows only: with a label the mean score is {self.labelled:.3g}, "
            f"without one {self.unlabelled:.3g} (distance {self.distance:.2f})"
        )

    @property
    def details(self) -> dict[str, Any]:
        """The same for `details.selective`."""
        return {"distance": self.distance, "labelled": self.labelled, "unlabelled": self.unlabelled, "text": self.words}


def selection(histogram: Histogram) -> Selection | None:
    """How the labels of a chunk came by score; None where one sort has too few rows to tell."""
    labelled = histogram.labelled.sum(axis=1)
    unlabelled = histogram.members.sum(axis=1) - labelled
    if min(labelled.sum(), unlabelled.sum()) < ROWS:
        return None
    ends = np.cumsum(labelled + unlabelled) / (labelled + unlabelled).sum()
    places = np.minimum((PARTS * (ends - 1e-9)).astype(np.int64), PARTS - 1)
    parts = [np.asarray(np.bincount(places, sort, PARTS), dtype=np.float64) for sort in (labelled, unlabelled)]
    return Selection(
        _hellinger(*parts),
        _chance(*parts),
        *(float((sort * histogram.scores).sum() / sort.sum()) for sort in (labelled, unlabelled)),
    )


def _hellinger(some: Floats, others: Floats) -> float:
    overlap = float(np.sqrt(some / some.sum() * others / others.sum()).sum())
    return sqrt(max(0.0, 1 - overlap))


def _chance(some: Floats, others: Floats) -> float:
    """The chance of such counts if both were drawn alike (Pearson's chi-squared)."""
    table = np.stack([some, others])
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return chi2_sf(float(((table - expected) ** 2 / expected).sum()), table.shape[1] - 1)


def selections(known: Known) -> tuple[Selection | None, ...]:
    """Of each chunk the choice by which some rows have labels, None where there is none; by the class that shows it."""
    return tuple(_strongest(one) for one in known.histograms)


def _strongest(by_class: Mapping[str, Histogram]) -> Selection | None:
    found = [one for histogram in by_class.values() if (one := selection(histogram)) is not None and one.is_selective]
    return max(found, key=lambda one: one.distance, default=None)


def noted(known: Known, readings: Sequence[Reading | None], chosen: Sequence[Selection | None]) -> list[Reading | None]:
    """The realized readings, those of chunks with selective labels with the note, judged as the reference allows."""
    is_usual = any(chosen[place] is not None for place in known.references)
    return [
        reading if reading is None or one is None else _noted(reading, one, is_usual or place in known.references)
        for place, (reading, one) in enumerate(zip(readings, chosen, strict=True))
    ]


def _noted(reading: Reading, one: Selection, is_usual: bool) -> Reading:
    reading = replace(reading, details={**reading.details, "selective": one.details})
    if is_usual or reading.value is None or reading.withheld:
        return reading
    return replace(reading, withheld=one.words, word="selective")
