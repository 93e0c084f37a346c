"""Metrics of a confusion matrix against scikit-learn, their slopes against differences, their errors against draws."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pytest
from sklearn import metrics as sk

from whq.fit.confusion import RATIOS, Tallies, averaged, chance_of, influences, sampling_constant

AVERAGES = ("macro", "weighted", "micro")
METRICS = (*RATIOS, "accuracy")
THEIRS = {"f1": sk.f1_score, "precision": sk.precision_score, "recall": sk.recall_score}


def drawn(seed: int = 1, classes: int = 4, rows: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True and predicted classes, some of them none of the known ones, and their matrix."""
    random = np.random.default_rng(seed)
    true = random.choice(classes + 1, rows, p=[*np.full(classes - 1, 0.9 / (classes - 1)), 0.08, 0.02])
    predicted = np.where(random.random(rows) < 0.6, true, random.integers(0, classes - 1, rows))
    return true, predicted, matrix_of(true, predicted, classes)


def matrix_of(true: Sequence[int] | np.ndarray, predicted: Sequence[int] | np.ndarray, classes: int) -> np.ndarray:
    matrix = np.zeros((classes + 1, classes + 1))
    np.add.at(matrix, (np.asarray(true), np.asarray(predicted)), 1)
    return matrix


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("metric", THEIRS)
def test_values_equal_scikit_learn(metric: str, average: str) -> None:
    true, predicted, matrix = drawn()
    theirs = THEIRS[metric](true, predicted, average=average, labels=range(4), zero_division=0)
    assert Tallies.of(matrix, 4).value(metric, average) == pytest.approx(theirs, abs=1e-14)


@pytest.mark.parametrize("average", AVERAGES)
def test_specificity_is_the_recall_of_all_other_classes(average: str) -> None:
    true, predicted, matrix = drawn()
    tables = sk.multilabel_confusion_matrix(true, predicted, labels=range(4))
    right, wrong = tables[:, 0, 0], tables[:, 0, 1]
    each = right / (right + wrong)
    weights = np.array([(true == of).sum() for of in range(4)])
    theirs = {
        "macro": each.mean(),
        "weighted": each @ weights / weights.sum(),
        "micro": right.sum() / (right + wrong).sum(),
    }
    assert Tallies.of(matrix, 4).value("specificity", average) == pytest.approx(theirs[average], abs=1e-14)


def test_a_class_without_rows_is_left_out_and_one_that_is_never_right_counts_as_0() -> None:
    true, predicted = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    tallies = Tallies.of(matrix_of(true, predicted, 4), 4)
    assert tallies.present.tolist() == [True, True, True, False]
    assert tallies.value("f1", "macro") == pytest.approx(sk.f1_score(true, predicted, average="macro"))
    assert tallies.value("precision", "macro") == pytest.approx(
        sk.precision_score(true, predicted, average="macro", zero_division=0)
    )


def test_no_class_at_all_has_no_value() -> None:
    others = np.zeros((3, 3))
    others[2, 2] = 5
    assert Tallies.of(others, 2).value("f1", "macro") is None
    assert averaged([None, 0.5], [1, 0]) is None


def test_a_row_of_another_class_is_wrong_and_of_no_class() -> None:
    tallies = Tallies.of(matrix_of([0, 1, 2, 2], [0, 1, 0, 2], 2), 2)
    assert tallies.value("accuracy", "macro") == 0.5
    assert tallies.value("recall", "macro") == 1
    assert tallies.value("precision", "macro") == 0.75


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("metric", METRICS)
def test_influences_are_slopes(metric: str, average: str) -> None:
    _, _, matrix = drawn()
    exact = influences(matrix, 4, metric, average) / matrix.sum()
    assert (exact * matrix).sum() == pytest.approx(0, abs=1e-12)
    before = Tallies.of(matrix, 4).value(metric, average)
    for place in np.ndindex(matrix.shape):
        more = matrix.copy()
        more[place] += 1e-4
        slope = ((Tallies.of(more, 4).value(metric, average) or 0) - (before or 0)) / 1e-4
        assert exact[place] == pytest.approx(slope, abs=1e-6), place


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("metric", METRICS)
def test_errors_are_those_of_drawn_matrices(metric: str, average: str) -> None:
    _, _, matrix = drawn(seed=5, rows=200_000)
    random, rows = np.random.default_rng(2), 3000
    shares = (matrix / matrix.sum()).ravel()
    values = [
        Tallies.of(random.multinomial(rows, shares).reshape(matrix.shape).astype(float), 4).value(metric, average)
        for _ in range(2000)
    ]
    spread = float(np.std(np.array(values)))
    assert (sampling_constant(matrix, 4, metric, average) or 0) / sqrt(rows) == pytest.approx(spread, rel=0.06)
    chance = chance_of(matrix, 4, metric, average)
    assert chance is not None and len(chance.parts) == 6
    assert sqrt(sum(part.variance / (part.share * rows) for part in chance.parts)) == pytest.approx(spread, rel=0.06)


def test_a_perfect_reference_promises_no_perfection() -> None:
    perfect = np.diag([50.0, 30.0, 20.0, 0.0])
    chance = chance_of(perfect, 3, "f1", "macro")
    assert sampling_constant(perfect, 3, "f1", "macro") == 0
    assert chance is not None and all(part.variance > 0 for part in chance.parts[:3])
    assert (
        sampling_constant(np.zeros((4, 4)), 3, "f1", "macro") is None
        and chance_of(np.zeros((4, 4)), 3, "f1", "macro") is None
    )
