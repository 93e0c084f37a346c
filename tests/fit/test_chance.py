"""What chance does to each metric of a chunk, against drawing thousands of chunks."""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)  # fmt: skip

from tests.fit.test_sampling import groups, sample
from whq.fit import chance as chances
from whq.fit.chance import Chance, Error, Part
from whq.monitors.models import binary, scored
from whq.monitors.models.readings import Variant

SCORE, LABEL = sample(0.3, seed=5)
PREDICTED = (SCORE >= 0.5).astype(int)
WORTH = {"true_positive": 100.0, "false_positive": -10.0, "false_negative": -50.0, "true_negative": 0.0}
METRICS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], float]] = {
    "accuracy": lambda label, predicted, score: (label == predicted).mean(),
    "precision": lambda label, predicted, score: precision_score(label, predicted),
    "recall": lambda label, predicted, score: recall_score(label, predicted),
    "specificity": lambda label, predicted, score: recall_score(label, predicted, pos_label=0),
    "f1": lambda label, predicted, score: f1_score(label, predicted),
    "roc_auc": lambda label, predicted, score: roc_auc_score(label, score),
    "average_precision": lambda label, predicted, score: average_precision_score(label, score),
    "true_positive": lambda label, predicted, score: (label * predicted).mean(),
    "log_loss": lambda label, predicted, score: log_loss(label, score, labels=[0, 1]),
    "brier": lambda label, predicted, score: brier_score_loss(label, score),
    "calibration_bias": lambda label, predicted, score: (score - label).mean(),
    "business_value": lambda label, predicted, score: (
        100 * label * predicted - 10 * (1 - label) * predicted - 50 * label * (1 - predicted)
    ).mean(),
}


def cells(label: np.ndarray, predicted: np.ndarray) -> binary.Counts:
    pairs = [((label == truth) & (predicted == said)).sum() for truth, said in ((1, 1), (0, 1), (1, 0), (0, 0))]
    return binary.Counts(*map(int, pairs))


def learned() -> dict[str, Chance]:
    of_scores = {**chances.of_ranking(groups(SCORE, LABEL)), **scored.chances(groups(SCORE, LABEL))}
    return {**of_scores, **binary.chances_of(cells(LABEL, PREDICTED), WORTH)}


@pytest.mark.parametrize("metric", METRICS)
def test_the_error_is_what_drawing_gives(metric: str) -> None:
    random = np.random.default_rng(11)
    rows, drawn, errors = 500, [], []
    for _ in range(600):
        chosen = random.integers(0, len(SCORE), rows)
        label, predicted = LABEL[chosen], PREDICTED[chosen]
        drawn.append(METRICS[metric](label, predicted, SCORE[chosen]))
        values = {"scored": rows, "positives": int(label.sum()), "predicted": rows, **cells(label, predicted).by_cell}
        found = chances.error(learned()[metric], binary.considered(Variant(metric), values), rows, 0.001)
        assert found is not None
        errors.append(found)
    scale = np.std(drawn)
    assert np.mean([one.deviation for one in errors]) == pytest.approx(scale, rel=0.1)
    skew = np.mean((np.array(drawn) - np.mean(drawn)) ** 3) / scale**2
    assert np.mean([one.lean for one in errors]) == pytest.approx(skew, abs=0.35 * scale)


@pytest.mark.parametrize("rows", [20, 100, 500, 5000])
@pytest.mark.parametrize(("power", "rate"), [(1.0, 1.0), (1.0, 0.02), (0.7, 1.0)])
def test_the_calibration_error_grows_as_rows_get_few(rows: int, power: float, rate: float) -> None:
    """Its mean and spread where nothing changes, for scores that are right, rare or too sure."""
    random = np.random.default_rng(17)
    chance = np.sort(random.beta(1, 2, 200_000)) * rate
    label = (random.random(len(chance)) < chance).astype(int)
    score = chance**power
    learned = scored.chances(groups(score, label))["calibration_error"]
    drawn = []
    for _ in range(400):
        chosen = random.integers(0, len(score), rows)
        drawn.append(scored.sums(score[chosen], np.ones(rows), label[chosen].astype(float))["gaps"] / rows)
    found = chances.error(learned, (float(rows),), rows, 0.001)
    assert found is not None
    assert found.shift == pytest.approx(np.mean(drawn), rel=0.1)
    assert 0.9 * np.std(drawn) <= found.deviation <= 1.7 * np.std(drawn)


@pytest.mark.parametrize(("right", "rows"), [(0.99, 30), (0.95, 20), (0.8, 12), (0.999, 500)])
def test_few_rows_keep_the_promise(right: float, rows: int) -> None:
    """The chance of fewer hits than the band allows, by the binomial distribution itself."""
    from scipy.stats import binom

    chance = chances.of_share(1e9 * right, 1e9, 1e9)
    assert chance is not None
    found = chances.error(chance, (rows,), rows, 0.001)
    assert found is not None
    plain = right - 3.0902 * found.deviation
    lower = plain + found.beyond(3.0902)
    assert binom.cdf(np.ceil(lower * rows) - 1, rows, right) < 0.002 < binom.cdf(np.ceil(plain * rows) - 1, rows, right)


def test_a_share_that_never_failed_may_fail_yet() -> None:
    chance = chances.of_share(200, 200, 200)
    assert chance is not None
    found = chances.error(chance, (100,), 100, 0.001)
    assert found is not None and found.deviation == pytest.approx(sqrt((202 / 204) * (2 / 204) / 100))
    assert chances.of_share(0, 0, 10) is None and chances.of_values([]) is None and chances.of_f1(0, 0, 10) is None


def test_a_ranking_without_a_fault_may_have_one_yet() -> None:
    label = np.array([0] * 60 + [1] * 40)
    found = chances.of_ranking(groups(label / 2 + 0.2, label))
    assert all(part.variance > 0 and part.third < 0 for one in found.values() for part in one.parts)
    assert chances.of_ranking(groups(label / 2, np.ones(100, int))) == {}


def test_rows_that_are_not_there() -> None:
    chance = Chance((Part(0.25, 0.0, 0.1),))
    assert chances.error(chance, (0,), 20, 0.001) is None  # 2 rows expected: none is no wonder
    enough = -log(0.001) / 0.1
    assert chances.error(chance, (0,), enough, 0.001) == Error(sqrt(0.25 / (0.1 * enough)))
    assert chances.error(chance, (None,), 40, 0.001) == Error(sqrt(0.25 / 4))
    assert chances.error(Chance((Part(0.0, 0.0, 1.0),)), (5,), 5, 0.001) == Error(0.0)
