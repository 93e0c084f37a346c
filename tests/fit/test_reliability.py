"""Labels against the reference's curve by score, and the base rate that scores tell of: on rows of a known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from whq.fit.histogram import Histogram
from whq.fit.isotonic import Knots
from whq.fit.reliability import base_rate, reliability

DIAGONAL: Knots = ((0.0, 0.0), (1.0, 1.0))
BINS = 200


def rows(count: int, share: float, seed: int, shift: float = 0.0) -> tuple[Any, Any]:
    """Scores and labels; scores of both classes are spread the same whatever their share."""
    random = np.random.default_rng(seed)
    label = (random.random(count) < share).astype(float)
    return np.clip(np.where(label == 1, random.beta(4, 2, count), random.beta(2, 4, count)) + shift, 0, 0.9999), label


def histogram(scores: Any, labels: Any) -> Histogram:
    ones = np.ones(len(scores))
    return Histogram.of(np.floor(scores * BINS), [1 if s > 0.5 else 0 for s in scores], ones, ones, labels, scores)


def calibrated(count: int, seed: int, power: float = 1.0) -> Histogram:
    """Rows whose score is the chance of their label; with a power it no longer is."""
    random = np.random.default_rng(seed)
    scores = random.random(count)
    return histogram(scores, (random.random(count) < scores**power).astype(float))


def test_places_add_up_and_a_quiet_chunk_agrees() -> None:
    found = reliability(calibrated(20_000, 1), calibrated(3_000, 2), DIAGONAL)
    assert found is not None
    assert len(found.places) == found.freedom == 10
    assert sum(place.rows for place in found.places) == found.rows == 3_000
    assert sum(place.realized for place in found.places) == found.realized
    assert sum(place.expected for place in found.places) == pytest.approx(found.expected)
    assert found.p == pytest.approx(stats.chi2.sf(found.chi2, 10))
    assert [place.rows for place in found.places] == pytest.approx([300] * 10, rel=0.25)
    assert all(before.high < after.low for before, after in zip(found.places, found.places[1:], strict=False))


def test_quiet_chunks_are_told_apart_as_rarely_as_promised() -> None:
    reference = calibrated(20_000, 1)
    tests = [reliability(reference, calibrated(1_000, seed), DIAGONAL) for seed in range(100, 400)]
    assert np.mean([found is not None and found.p < 0.05 for found in tests]) < 0.09
    assert 0.85 < np.std([found.z for found in tests if found is not None]) < 1.15


def test_scores_that_come_true_less_often_are_seen_where_they_do() -> None:
    found = reliability(calibrated(20_000, 1), calibrated(3_000, 2, power=2.0), DIAGONAL)
    assert found is not None
    assert found.p < 1e-6
    assert found.z < -8
    assert found.places[4].realized < found.places[4].expected


def test_without_labels_there_is_nothing_to_compare() -> None:
    scores = np.array([0.2, 0.4])
    bare = Histogram.of([40, 80], [0, 0], [1, 1], [0, 0], [0, 0], scores)
    assert reliability(calibrated(100, 1), bare, DIAGONAL) is None


def test_the_base_rate_is_that_of_the_likelihood_and_of_the_truth() -> None:
    reference, chunk = histogram(*rows(30_000, 0.2, 1)), histogram(*rows(5_000, 0.35, 2))
    found = base_rate(reference, chunk)
    assert found is not None
    assert found.before == pytest.approx(0.2, abs=0.01)
    assert found.now == pytest.approx(0.35, abs=0.03)
    assert found.fits
    assert found.freedom == 18
    # the same by maximizing the likelihood of the mixture over the same places
    edges = np.quantile(np.repeat(reference.bins, reference.members.sum(axis=1).astype(int)), np.arange(1, 20) / 20,
                        method="inverted_cdf")  # fmt: skip

    def by_place(one: Histogram, weights: Any) -> Any:
        return np.bincount(np.searchsorted(edges, one.bins), weights, 20)

    positive = by_place(reference, reference.positives.sum(axis=1))
    negative = by_place(reference, (reference.labelled - reference.positives).sum(axis=1))
    counts = by_place(chunk, chunk.members.sum(axis=1))

    def loss(share: float) -> float:
        return -float(
            (counts * np.log(share * positive / positive.sum() + (1 - share) * negative / negative.sum())).sum()
        )

    assert found.now == pytest.approx(optimize.minimize_scalar(loss, bounds=(0.01, 0.99), method="bounded").x, abs=1e-4)


def test_scores_that_moved_otherwise_do_not_fit() -> None:
    found = base_rate(histogram(*rows(30_000, 0.2, 1)), histogram(*rows(5_000, 0.2, 2, shift=-0.15)))
    assert found is not None
    assert not found.fits


def test_chances_under_another_base_rate_follow_bayes() -> None:
    found = base_rate(histogram(*rows(30_000, 0.2, 1)), histogram(*rows(5_000, 0.35, 2)))
    assert found is not None
    moved = found.shifted(np.array([0.0, 0.3, 1.0]))
    odds = 0.3 / 0.7 * (found.now / (1 - found.now)) / (found.before / (1 - found.before))
    assert moved == pytest.approx([0.0, odds / (1 + odds), 1.0])


def test_one_class_has_no_base_rate() -> None:
    scores, _ = rows(1_000, 0.2, 1)
    assert base_rate(histogram(scores, np.zeros(1_000)), histogram(scores, np.zeros(1_000))) is None
