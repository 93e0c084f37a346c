"""Sampling errors against direct computation on rows, and against what resampling gives."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from whq.fit import sampling
from whq.fit.sampling import Groups
from whq.monitors.models import binary

ROWS = 4000


def sample(prevalence: float, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    label = (random.random(ROWS) < prevalence).astype(int)
    return np.clip(np.round(random.normal(0.4 + 0.2 * label, 0.15), 2), 0, 1), label


def groups(score: np.ndarray, label: np.ndarray) -> Groups:
    distinct, position = np.unique(score, return_inverse=True)
    at = distinct.tolist()
    return Groups(at, at, np.bincount(position).astype(float).tolist(), np.bincount(position, label).tolist())


@pytest.mark.parametrize("prevalence", [0.2, 0.8])
def test_roc_auc_follows_its_definition(prevalence: float) -> None:
    score, label = sample(prevalence)
    if prevalence > 0.5:
        label, score = 1 - label, -score
    rare, other = score[label == 1], score[label == 0]
    beaten = (rare[:, None] > other).mean(axis=1) + (rare[:, None] == other).mean(axis=1) / 2
    expected = beaten.std() / sqrt(label.mean())
    found = sampling.of_ranking(groups(*sample(prevalence)))["roc_auc"]
    assert found == pytest.approx(expected, rel=1e-12)


def test_roc_auc_of_groups_equals_scikit_learn() -> None:
    score, label = sample(0.3)
    assert sampling.roc_auc(groups(score, label)) == pytest.approx(roc_auc_score(label, score), abs=1e-14)
    assert sampling.roc_auc(groups(score, np.zeros(ROWS, int))) is None


def test_average_precision_is_the_spread_of_its_influence() -> None:
    score, label = sample(0.3)
    step, value = 1e-4, average_precision_score(label, score)
    kinds, members = np.unique(np.stack([score, label]), axis=1, return_counts=True)
    squares = 0.0
    for (at, truth), rows in zip(kinds.T, members, strict=True):
        weights = np.ones(ROWS)
        weights[np.flatnonzero((score == at) & (label == truth))[0]] += step
        influence = (average_precision_score(label, score, sample_weight=weights) - value) / step * ROWS
        squares += rows * influence**2
    found = sampling.of_ranking(groups(score, label))["average_precision"]
    assert found == pytest.approx(sqrt(squares / ROWS), rel=1e-4)


def test_average_precision_agrees_with_a_bootstrap() -> None:
    score, label = sample(0.3)
    random = np.random.default_rng(1)
    drawn = [random.integers(0, ROWS, ROWS) for _ in range(200)]
    spread = np.std([average_precision_score(label[rows], score[rows]) for rows in drawn])
    assert sampling.of_ranking(groups(score, label))["average_precision"] / sqrt(ROWS) == pytest.approx(
        spread, rel=0.15
    )


@pytest.mark.parametrize("positives", [0, ROWS])
def test_one_class_teaches_no_ranking(positives: int) -> None:
    one = Groups([0.5], [0.5], [float(ROWS)], [float(positives)])
    assert sampling.of_ranking(one) == {}


def test_counts_follow_their_formulas() -> None:
    counts = {"true_positive": 30, "false_positive": 10, "false_negative": 20, "true_negative": 40}
    value = {"true_positive": 100, "false_positive": -10, "false_negative": -50, "true_negative": 0}
    found = binary.error_constants(binary.Counts.of(counts), value)
    worth = np.repeat([100, -10, -50, 0], [30, 10, 20, 40])
    expected = {
        "accuracy": np.repeat([0, 1], [30, 70]).std(),
        "precision": sqrt(0.75 * 0.25) / sqrt(0.4),
        "recall": sqrt(0.6 * 0.4) / sqrt(0.5),
        "specificity": sqrt(0.8 * 0.2) / sqrt(0.5),
        "f1": 60 / 45 * sqrt(0.5 * 0.5) / sqrt(0.6),
        "true_positive": sqrt(0.3 * 0.7),
        "false_positive": sqrt(0.1 * 0.9),
        "false_negative": sqrt(0.2 * 0.8),
        "true_negative": sqrt(0.4 * 0.6),
        "business_value": worth.std(),
    }
    assert found == pytest.approx(expected, rel=1e-12)


def test_counts_that_cannot_tell_are_left_out() -> None:
    never = {"true_positive": 0, "false_positive": 0, "false_negative": 0, "true_negative": 5}
    assert set(binary.error_constants(binary.Counts.of(never), None)) == {"accuracy", "specificity", *binary.CELLS}
    assert binary.error_constants(binary.Counts(0, 0, 0, 0), None) == {}
