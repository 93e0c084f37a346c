"""Change points against all segmentations of short series, one by one, and against planted changes in long ones."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import log

import numpy as np
import pytest

from whq.fit.changes import MOST, change_points, onset, spread


def best_of_all(values: list[float]) -> tuple[int, ...]:
    """The cheapest of all 2^(n-1) segmentations, by their definition."""
    scale = float(np.median(np.abs(np.diff(values)))) / (0.6744897501960817 * 2**0.5)

    def cost(changes: tuple[int, ...]) -> float:
        parts = [values[begin:end] for begin, end in pairwise((0, *changes, len(values)))]
        squares = sum(float(np.var(part)) * len(part) for part in parts)
        return squares / scale**2 + 3 * log(len(values)) * len(changes)

    places = range(1, len(values))
    return min((each for many in range(len(values)) for each in combinations(places, many)), key=cost)


@pytest.mark.parametrize("seed", range(25))
def test_the_cheapest_segmentation_is_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    levels = np.repeat(random.choice([0.0, 4.0, 8.0], 3), [4, 3, 4])
    values = [float(each) for each in levels + random.normal(size=11)]
    assert change_points(values) == best_of_all(values)


def test_planted_changes_are_found_and_noise_is_left_alone() -> None:
    random = np.random.default_rng(1)
    found = 0
    for _ in range(200):
        quiet = [float(each) for each in random.normal(size=30)]
        found += bool(change_points(quiet))
        moved = quiet[:20] + [each + 8 for each in quiet[20:]]
        assert 20 in change_points(moved)
    assert found <= 30  # of 200


def test_scale_and_shift_do_not_matter() -> None:
    values = [1.0, 1.2, 0.9, 1.1, 5.1, 4.9, 5.2, 5.0]
    assert change_points([each * 1e-9 + 7 for each in values]) == change_points(values) == (4,)
    assert change_points([each * 1e12 for each in values]) == (4,)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0, 1.0, 9.0], [2.0] * 50])
def test_without_a_spread_there_is_no_change(values: list[float]) -> None:
    assert spread(values) == 0.0 and change_points(values) == ()
    assert not values or onset(values, len(values) - 1, 0) == len(values) - 1


def test_only_the_last_values_are_looked_at() -> None:
    random = np.random.default_rng(2)
    values = [float(each) for each in random.normal(size=MOST + 100)]
    early = [each + (50 if at < 60 else 0) for at, each in enumerate(values)]
    assert change_points(early) == change_points(values)
    late = [each + (50 if at > MOST else 0) for at, each in enumerate(values)]
    assert MOST + 1 in change_points(late)


def test_the_onset_is_the_nearest_change_before_the_alert() -> None:
    values = [1.0, 1.2, 0.9, 1.1, 1.0, 5.1, 4.9, 5.2, 9.8, 10.1, 10.0]
    assert change_points(values) == (5, 8)
    assert onset(values, 10, 0) == 8 and onset(values, 7, 0) == 5
    assert onset(values, 7, 6) == 7 and onset(values, 4, 0) == 4
