"""Slices against the rest, many looks, and what slices contribute to a change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from whq.fit.slices import Difference, Sums, by_mix, contributions, holm


def sums(values: Any, members: int | None = None) -> Sums:
    given = np.asarray(values, dtype=float)
    return Sums(members or len(given), len(given), given.sum(), (given**2).sum())


def test_a_difference_is_welchs() -> None:
    random = np.random.default_rng(1)
    part, rest = random.normal(5, 2, 800), random.normal(4.8, 1, 3_000)
    found = Difference.of(sums(part), sums(rest))
    expected = stats.ttest_ind(part, rest, equal_var=False, alternative="greater")
    assert found.value == pytest.approx(part.mean() - rest.mean())
    assert found.chance("lower") == pytest.approx(expected.pvalue, rel=0.05)
    assert found.chance("higher") == pytest.approx(1 - expected.pvalue, rel=0.05)
    low, high = found.bounds
    assert low < found.value < high
    assert found.loss("lower") == pytest.approx(low)


def test_a_slice_without_a_mistake_is_not_certain() -> None:
    found = Difference.of(sums([1] * 100), sums([1] * 90 + [0] * 10))
    assert found.error > 0
    assert sums([]).of_mean == 0


def test_chances_are_corrected_as_by_holm() -> None:
    chances = list(np.random.default_rng(2).random(30) ** 4)
    order = np.argsort(chances)
    expected = np.empty(30)
    expected[order] = np.minimum(1, np.maximum.accumulate(np.array(chances)[order] * np.arange(30, 0, -1)))
    assert holm(chances) == pytest.approx(expected)
    assert holm([]) == []


def test_quiet_slices_are_told_in_one_of_twenty_logs_at_most() -> None:
    random, told = np.random.default_rng(3), 0
    for _ in range(200):
        right = (random.random(6_000) < 0.8).astype(float)
        labels = random.integers(0, 8, 6_000)
        whole = sums(right)
        parts = [sums(right[labels == one]) for one in range(8)]
        told += min(holm([Difference.of(part, whole - part).chance("higher") for part in parts])) < 0.05
    assert told / 200 <= 0.08


def test_contributions_add_up_to_the_change() -> None:
    before = {"a": sums([1] * 60 + [0] * 20), "b": sums([1] * 10 + [0] * 10), "gone": sums([1, 0])}
    now = {"a": sums([1] * 30 + [0] * 30), "b": sums([1] * 30 + [0] * 20), "new": sums([0, 0, 1])}
    found = contributions(before, now)
    change = sum(now.values(), start=Sums()).mean - sum(before.values(), start=Sums()).mean
    assert sum(one.total for one in found.values()) == pytest.approx(change)
    assert found["new"].rate == found["gone"].rate == 0
    assert found["a"].rate < 0 < found["b"].rate
    assert contributions({}, now) == {}


def test_other_shares_alone() -> None:
    before = {"good": sums([1] * 90 + [0] * 10), "bad": sums([1] * 50 + [0] * 50)}
    now = {"good": Sums(members=100), "bad": Sums(members=300)}
    assert by_mix(before, now) == pytest.approx(0.25 * 0.9 + 0.75 * 0.5 - 0.7)
    assert by_mix(before, {"other": Sums(members=10)}) is None
