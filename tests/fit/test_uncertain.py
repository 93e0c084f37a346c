"""Variances of metrics against metrics of drawn labels."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from whq.fit.histogram import Histogram
from whq.fit.uncertain import Drawn, variance

WORTH = {"true_positive": 5.0, "false_positive": -1.0, "false_negative": -3.0, "true_negative": 0.5}


def drawn_metrics(truth: np.ndarray, said: np.ndarray, score: np.ndarray) -> dict[str, float]:
    tp, fp, fn, tn = (float(((said == s) & (truth == t)).mean()) for s, t in ((1, 1), (1, 0), (0, 1), (0, 0)))
    return {
        "accuracy": tp + tn, "f1": 2 * tp / (2 * tp + fp + fn), "precision": tp / (tp + fp), "recall": tp / (tp + fn),
        "specificity": tn / (tn + fp), "true_positive": tp, "false_positive": fp, "false_negative": fn,
        "true_negative": tn, "business_value": 5 * tp - fp - 3 * fn + 0.5 * tn,
        "roc_auc": sk.roc_auc_score(truth, score), "average_precision": sk.average_precision_score(truth, score),
        "log_loss": sk.log_loss(truth, score), "brier": float(np.mean((score - truth) ** 2)),
        "calibration_bias": float(score.mean() - truth.mean()),
    }  # fmt: skip


def test_variances_are_those_of_drawn_labels() -> None:
    random = np.random.default_rng(0)
    bins = random.integers(1, 40, 1500)
    score = bins / 40
    chance, said = np.clip(score**1.5 + 0.05, 0, 1), (score > 0.6).astype(int)
    n = len(score)
    histogram = Histogram.of(bins, said, np.ones(n), np.zeros(n), np.zeros(n), score)
    chances = np.clip((histogram.bins / 40) ** 1.5 + 0.05, 0, 1)
    draws = [drawn_metrics((random.random(n) < chance).astype(int), said, score) for _ in range(1500)]
    for metric in draws[0]:
        simulated = np.var([draw[metric] for draw in draws])
        assert variance(metric, Drawn(histogram, chances, WORTH)) == pytest.approx(simulated, rel=0.15), metric


def test_what_is_not_known_or_not_defined_has_none() -> None:
    histogram = Histogram.of([1, 2], [0, 0], [5, 5], [0, 0], [0, 0], [0.5, 1.0])
    certain = Drawn(histogram, np.array([0.0, 0.0]))
    assert variance("calibration_error", certain) is None and variance("business_value", certain) is None
    assert variance("roc_auc", certain) is None and variance("recall", certain) is None
    assert variance("precision", certain) is None
    assert variance("accuracy", certain) == 0
    without = Histogram.of([1], [None], [5], [0], [0], [0.5])
    assert variance("accuracy", Drawn(without, np.array([0.5]))) is None
