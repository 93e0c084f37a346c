"""Variances of metrics whose labels come true row by row: against draws of labels, and against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sklearn

from whq.fit.histogram import Histogram, area, precision
from whq.fit.poisson_binomial import curve_variance, influence, variance

METRICS = (
    "accuracy", "f1", "precision", "recall", "specificity", "roc_auc", "average_precision", "brier", "log_loss",
    "true_positive", "false_positive", "false_negative", "true_negative",
)  # fmt: skip


def rows(seed: int = 1, count: int = 4000, bins: int = 60) -> tuple[Any, Any, Any]:
    """Scores, the chances of their labels, and predictions that do not follow the score alone."""
    random = np.random.default_rng(seed)
    scores = (np.floor(random.beta(1, 2, count) * bins) + 0.5) / bins
    predicted = (scores + random.normal(0, 0.1, count) >= 0.45).astype(int)
    return scores, np.clip(scores * 0.9 + 0.03, 0, 1), predicted


def histogram(scores: Any, predicted: Any, bins: int = 60) -> Histogram:
    numbers = np.floor(scores * bins).astype(int)
    ones = np.ones(len(scores))
    return Histogram.of(numbers, list(predicted), ones, ones, np.zeros(len(scores)), scores)


def value(metric: str, label: Any, predicted: Any, scores: Any) -> float:
    cells = {"true_positive": (1, 1), "false_positive": (0, 1), "false_negative": (1, 0), "true_negative": (0, 0)}
    if metric in cells:
        truth, said = cells[metric]
        return float(((label == truth) & (predicted == said)).sum())
    if metric == "specificity":
        return float(sklearn.recall_score(1 - label, 1 - predicted))
    of_scores = {
        "roc_auc": sklearn.roc_auc_score, "average_precision": sklearn.average_precision_score,
        "brier": sklearn.brier_score_loss, "log_loss": sklearn.log_loss,
    }  # fmt: skip
    if metric in of_scores:
        return float(of_scores[metric](label, scores))
    return float(getattr(sklearn, f"{metric}_score")(label, predicted))


@pytest.mark.parametrize("metric", METRICS)
def test_as_wide_as_labels_drawn_again_and_again(metric: str) -> None:
    scores, chances, predicted = rows()
    random = np.random.default_rng(8)
    drawn = [value(metric, (random.random(len(scores)) < chances).astype(int), predicted, scores) for _ in range(600)]
    rows_by_bin = histogram(scores, predicted)
    found = variance(metric, rows_by_bin, np.clip(rows_by_bin.scores * 0.9 + 0.03, 0, 1))
    assert found is not None
    assert np.sqrt(found) == pytest.approx(np.std(drawn), rel=0.12)


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_influence_is_the_slope_of_the_expected_ranking(metric: str) -> None:
    scores, _, predicted = rows(count=800, bins=20)
    rows_by_bin = histogram(scores, predicted, 20)
    members, chances = rows_by_bin.members.sum(axis=1), rows_by_bin.scores * 0.8 + 0.1
    found = influence(metric, rows_by_bin, chances)
    assert found is not None

    def expected(hits: Any) -> float:
        return (area(hits, members - hits) if metric == "roc_auc" else precision(hits, members)) or 0.0

    for place in range(0, len(members), 3):
        step = np.zeros(len(members))
        step[place] = 1e-4
        hits = members * chances
        slope = (expected(hits + step) - expected(hits - step)) / 2e-4
        assert found[place, 0] == pytest.approx(slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("metric", ["accuracy", "f1", "roc_auc"])
def test_a_curve_is_known_as_well_as_its_reference_has_rows(metric: str) -> None:
    scores, chances, predicted = rows(count=20_000)
    few, _, said = rows(seed=2, count=2_000)
    reference, chunk = histogram(scores, predicted), histogram(few, said)
    by_bin = np.clip(chunk.scores * 0.9 + 0.03, 0, 1)
    found, alone = curve_variance(metric, reference, chunk, by_bin), variance(metric, chunk, by_bin)
    assert found is not None
    assert alone is not None
    upper = alone * 2_000 / 20_000
    assert 0.3 * upper < found < 1.1 * upper  # rows of both predictions share a range: their errors partly cancel
    random = np.random.default_rng(3)
    ranges = np.searchsorted(np.quantile(scores, np.arange(1, 20) / 20), scores)
    own = np.searchsorted(np.quantile(scores, np.arange(1, 20) / 20), chunk.scores)
    moved = influence(metric, chunk, by_bin)
    assert moved is not None
    drawn = []
    for _ in range(400):
        label = random.random(len(scores)) < chances
        off = np.bincount(ranges, label - chances, 20) / np.bincount(ranges, minlength=20)
        drawn.append(float((chunk.members * moved * off[own][:, None]).sum()))
    assert np.sqrt(found) == pytest.approx(np.std(drawn), rel=0.15)


def test_none_where_there_is_none() -> None:
    scores, _, predicted = rows(count=200)
    rows_by_bin = histogram(scores, np.zeros(200))
    sure = np.ones(len(rows_by_bin.bins))
    assert variance("precision", rows_by_bin, sure) is None
    assert variance("specificity", rows_by_bin, sure) is None
    assert variance("roc_auc", rows_by_bin, sure) is None
    assert curve_variance("roc_auc", rows_by_bin, rows_by_bin, sure) is None
    assert variance("calibration_error", histogram(scores, predicted), sure) is None
    assert variance("accuracy", rows_by_bin, sure) == 0
