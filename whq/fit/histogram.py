"""Rows of one chunk by bins of a score: what is expected of them under a calibration curve, and what came true.

A bin is a narrow range of the score (`models/scan/score_bins`), so that a curve has one value in it: that at the mean
of its scores. Three sorts of rows are told apart: those predicted negative, positive, and without a prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from whq.fit.isotonic import Knots

Floats = NDArray[np.float64]
NEGATIVE, POSITIVE, UNKNOWN = 0, 1, 2
"""The sorts of rows, as columns of the arrays: what was predicted."""
DIGITS = 12
"""A mean score has so many decimal places: the last ones depend on the order in which a warehouse adds."""


class Histogram(Struct, frozen=True, eq=False):
    """Rows by bin of the score, ascending, and by what was predicted.

    bins: numbers of the bins, the same range of scores in every chunk. scores: the mean score of each bin's rows.
    members, labelled, positives: rows, those with a label, those whose label is positive; one row a bin, one column a
    sort of prediction.
    """

    bins: NDArray[np.int64]
    scores: Floats
    members: Floats
    labelled: Floats
    positives: Floats

    @staticmethod
    def of(
        bins: Sequence[Any], sorts: Sequence[Any], members: Sequence[Any], labelled: Sequence[Any],
        positives: Sequence[Any], totals: Sequence[Any],
    ) -> Histogram:  # fmt: skip
        """From the rows of a scan, in any order.

        Args:
            sorts: what was predicted: 0, 1, or None.
            totals: the sum of the scores of each bin's rows.
        """
        numbers, places = np.unique(np.asarray(bins, dtype=np.int64), return_inverse=True)
        column = np.array([UNKNOWN if one is None else int(one) for one in sorts], dtype=np.int64)
        counts = np.zeros((3, len(numbers), 3))
        for into, values in zip(counts, (members, labelled, positives), strict=True):
            np.add.at(into, (places, column), np.asarray(values, dtype=np.float64))
        sums = np.bincount(places, np.asarray(totals, dtype=np.float64), len(numbers))
        rows = counts[0].sum(axis=1)
        means = np.round(sums / np.where(rows > 0, rows, 1.0), DIGITS)
        return Histogram(numbers, means, *counts)

    @staticmethod
    def joined(parts: Sequence[Histogram]) -> Histogram:
        """The rows of several chunks together. Raises ValueError without any."""
        numbers, places = np.unique(np.concatenate([part.bins for part in parts]), return_inverse=True)
        counts = [np.zeros((len(numbers), 3)) for _ in range(3)]
        sums, start = np.zeros(len(numbers)), 0
        for part in parts:
            at = places[start : start + len(part.bins)]
            start += len(part.bins)
            for into, own in zip(counts, (part.members, part.labelled, part.positives), strict=True):
                into[at] += own
            sums[at] += part.scores * part.members.sum(axis=1)
        rows = counts[0].sum(axis=1)
        return Histogram(numbers, sums / np.where(rows > 0, rows, 1.0), *counts)

    @property
    def rows(self) -> float:
        """How many rows have a score."""
        return float(self.members.sum())

    @property
    def with_labels(self) -> Histogram:
        """The rows that have a label alone."""
        return replace(self, members=self.labelled)

    def edges(self, parts: int) -> NDArray[np.int64]:
        """The bins at which ranges of the score end that hold equally many rows, as nearly as bins allow.

        The last range has no end. There are fewer than `parts` ranges where a bin holds more rows than one should.
        """
        reached = np.cumsum(self.members.sum(axis=1))
        if not len(reached):
            return np.zeros(0, dtype=np.int64)
        ends = np.searchsorted(reached, reached[-1] * np.arange(1, parts) / parts)
        bins: NDArray[np.int64] = np.unique(self.bins[ends])
        return np.array(bins[bins < self.bins[-1]])

    def ranges(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """The range of each bin, by number."""
        return np.searchsorted(edges, self.bins).astype(np.int64)

    def rates(self, edges: NDArray[np.int64]) -> Floats:
        """The share of positive labels in the range of each bin, with one row of each label thought to stand there."""
        own, many = self.ranges(edges), len(edges) + 1
        labelled, positives = (np.bincount(own, each.sum(axis=1), many) for each in (self.labelled, self.positives))
        return np.array(((positives + 1) / (labelled + 2))[own])

    def calibrated(self, knots: Knots) -> Floats:
        """The curve at each bin's mean score."""
        curve = np.asarray(knots, dtype=np.float64)
        return np.interp(self.scores, curve[:, 0], curve[:, 1])


def area(positives: Floats, negatives: Floats) -> float | None:
    """The area under the ROC curve of bins in ascending order, rows of a bin as ties; None when a class is absent."""
    pairs = positives.sum() * negatives.sum()
    below = np.cumsum(negatives) - negatives / 2
    return float((positives * below).sum() / pairs) if pairs else None


def precision(positives: Floats, members: Floats) -> float | None:
    """Average precision of bins in ascending order, rows of a bin as ties; None without positive rows."""
    total = positives.sum()
    if not total:
        return None
    hits, reached = np.cumsum(positives[::-1]), np.cumsum(members[::-1])
    return float((positives[::-1] * hits / np.where(reached > 0, reached, 1.0)).sum() / total)
