"""Pooling and calibration against scikit-learn and against what defines an isotonic regression."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from whq.fit.isotonic import calibrate, pool

GROUPS = st.lists(
    st.integers(1, 9).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), min_size=1, max_size=60
)


def fitted(groups: list[tuple[float, int]]) -> list[float]:
    means, starts = pool([total for total, _ in groups], [size for _, size in groups])
    lengths = np.diff([*starts, len(groups)])
    return [float(mean) for mean in np.repeat(means, lengths)]


@given(GROUPS)
def test_pooled_means_ascend_and_keep_the_total(groups: list[tuple[int, int]]) -> None:
    means, starts = pool([total for total, _ in groups], [size for _, size in groups])
    assert all(before < after for before, after in pairwise(means))
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    kept = sum(mean * size for mean, (_, size) in zip(fitted(groups), groups, strict=True))
    assert kept == pytest.approx(sum(total for total, _ in groups), abs=1e-9)


@given(GROUPS)
def test_pooling_is_idempotent(groups: list[tuple[int, int]]) -> None:
    once = fitted(groups)
    again = fitted([(mean * size, size) for mean, (_, size) in zip(once, groups, strict=True)])
    assert again == pytest.approx(once, abs=1e-12)


@given(GROUPS)
def test_pooling_equals_the_min_max_formula(groups: list[tuple[int, int]]) -> None:
    def mean(first: int, last: int) -> float:
        part = groups[first : last + 1]
        return sum(total for total, _ in part) / sum(size for _, size in part)

    end = len(groups)
    expected = [max(min(mean(i, j) for j in range(k, end)) for i in range(k + 1)) for k in range(end)]
    assert fitted(groups) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("distinct", [1, 2, 7, 101, 5000])
def test_knots_equal_scikit_learn(distinct: int) -> None:
    random = np.random.default_rng(distinct)
    score = random.integers(0, distinct, 5000) / distinct
    label = (random.random(5000) < score**2).astype(int)
    distinct_scores, position = np.unique(score, return_inverse=True)
    sums, sizes = np.bincount(position, label), np.bincount(position)
    knots = calibrate(distinct_scores.tolist(), distinct_scores.tolist(), sums.tolist(), sizes.tolist())
    theirs = IsotonicRegression(out_of_bounds="clip").fit(score, label)
    assert np.array([x for x, _ in knots]) == pytest.approx(theirs.X_thresholds_, abs=0)
    assert np.array([y for _, y in knots]) == pytest.approx(theirs.y_thresholds_, abs=1e-12)


MANY = 20_000
SHAPES = {
    "falls": np.arange(MANY, 0, -1),
    "rises and falls at the end": np.append(np.arange(1, MANY), 0),
    "rises": np.arange(MANY),
    "all equal": np.full(MANY, 3),
    "noise": np.random.default_rng(7).integers(0, 50, MANY),
    "noise on a slope": np.arange(MANY) // 9 + np.random.default_rng(8).integers(0, 500, MANY),
}


@pytest.mark.parametrize("sums", SHAPES.values(), ids=list(SHAPES))
def test_many_groups_equal_scikit_learn(sums: np.ndarray) -> None:
    sizes = np.random.default_rng(9).integers(1, 20, MANY)
    means, starts = pool((sums * sizes).tolist(), sizes.tolist())
    expected = IsotonicRegression().fit_transform(np.arange(MANY), sums, sample_weight=sizes)
    assert np.repeat(means, np.diff([*starts, MANY])) == pytest.approx(expected, rel=1e-9)
    assert all(before < after for before, after in pairwise(means))


def test_nothing_is_pooled_of_no_groups() -> None:
    assert pool([], []) == ([], [])


def test_one_group_is_one_knot() -> None:
    assert calibrate([0.25], [0.25], [3], [4]) == ((0.25, 0.75),)
