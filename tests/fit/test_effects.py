"""Random effects, against a likelihood and against drawing."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
import pytest

from whq.fit.effects import Effects, random_effects


def test_of_equal_chunks_it_is_the_spread_without_the_errors() -> None:
    values, error = [0.71, 0.8, 0.77, 0.69], 0.02
    found = random_effects(values, [error] * 4)
    between = sqrt(np.var(values, ddof=1) - error**2)
    assert found == Effects(4, pytest.approx(np.mean(values)), pytest.approx(between), found.of_mean)
    assert found.of_mean == pytest.approx(np.std(values, ddof=1) / 2)


def test_chance_alone_leaves_no_spread() -> None:
    found = random_effects([0.7, 0.71, 0.69], [0.05] * 3)
    assert (found.between, found.of_mean) == (0.0, pytest.approx(0.05 / sqrt(3)))


def test_a_chunk_of_few_rows_says_little() -> None:
    steady, errors = [0.80, 0.81, 0.79, 0.80], [0.01] * 4
    with_small = random_effects([*steady, 0.4], [*errors, 0.3])
    assert with_small.mean == pytest.approx(0.8, abs=0.002)
    assert with_small.between < 0.01


def test_it_finds_what_was_drawn() -> None:
    random = np.random.default_rng(2)
    found = []
    for _ in range(400):
        errors = random.uniform(0.01, 0.04, 12)
        found.append(random_effects(list(0.8 + 0.03 * random.standard_normal(12) + errors * random.standard_normal(12)),
                                    list(errors)))  # fmt: skip
    assert np.mean([one.between**2 for one in found]) == pytest.approx(0.03**2, rel=0.1)
    off = np.array([(one.mean - 0.8) / one.of_mean for one in found])
    assert off.std() == pytest.approx(1, abs=0.15)


def test_what_is_not_known_is_left_out() -> None:
    assert random_effects([], []) == Effects()
    assert random_effects([0.5, None, nan, 0.6], [None, 0.1, 0.1, 0.1]) == Effects(1, 0.6, 0.0, 0.1)
    assert random_effects([0.5, 0.6], [0.0, 0.1]).chunks == 1
