"""Edges and cuts against numpy."""

import numpy as np
import pytest

from whq.fit.bins import Inside, doane_edges, edge_cuts, merge, project, quantile_cuts
from whq.values import Cuts

RANDOM = np.random.default_rng(3)
SAMPLES = {
    "normal": RANDOM.normal(size=1000),
    "skewed": RANDOM.lognormal(0, 2, size=5000),
    "few": np.array([1.0, 2.0, 9.0]),
    "two": np.array([1.0, 2.0]),
    "symmetric": np.array([0.0, 1.0, 2.0, 3.0, 4.0]),
    "integers": RANDOM.integers(0, 7, 500),
    "wide integers": RANDOM.integers(0, 10_000, 500),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_doane_edges_are_those_of_numpy(name: str) -> None:
    x = SAMPLES[name].astype(float)
    z = (x - x.mean()) / x.std()
    low, high = float(x.min()), float(x.max())
    edges = doane_edges(low, high, Inside(len(x), low, high, float((z**3).mean())))
    assert edges == pytest.approx(np.histogram_bin_edges(x, "doane"), rel=1e-12)


def test_a_constant_is_a_bin_of_its_own() -> None:
    edges = doane_edges(3.0, 3.0, Inside(7, 3.0, 3.0, None))
    assert edges == (3.0,)
    assert edge_cuts(edges) == Cuts((3.0, 3.0), (False, True))


def interval(x: float, cuts: Cuts) -> int:
    for place, (point, inclusive) in enumerate(zip(cuts.points, cuts.inclusive, strict=True)):
        if x < point or (inclusive and x == point):
            return place
    return len(cuts.points)


def test_values_at_edges_follow_numpy() -> None:
    edges = [0.0, 1.0, 2.0]
    values = [-1.0, 0.0, 0.5, 1.0, 2.0, 2.5]
    counts = np.bincount([interval(x, edge_cuts(edges)) for x in values], minlength=4)
    assert counts[1:3].tolist() == np.histogram(values, edges)[0].tolist()
    deciles = quantile_cuts([1.0, 1.0, 2.0])
    assert [interval(x, deciles) for x in values] == np.searchsorted([1.0, 2.0], values).tolist()


def test_merged_intervals_lie_in_one_interval_of_each_part() -> None:
    parts = edge_cuts([0.0, 1.0, 2.0]), quantile_cuts([0.5, 1.0, 2.0, 2.0]), edge_cuts([1.0])
    merged = merge(*parts)
    assert merged.points == (0.0, 0.5, 1.0, 1.0, 2.0)
    assert merged.inclusive == (False, True, False, True, True)
    for part in parts:
        places = project(merged, part)
        for x in (-1.0, 0.0, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0):
            assert places[interval(x, merged)] == interval(x, part)
