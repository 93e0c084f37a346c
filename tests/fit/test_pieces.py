"""Narrow bins: they follow the order of values, and none of a large sample holds many of them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from whq.fit.pieces import CURVED, SHARE, Part, Pieces, bend, pieces

SIZE = 20_000


def samples() -> dict[str, np.ndarray]:
    random = np.random.default_rng(2)
    return {
        "normal": random.normal(0, 1, SIZE),
        "uniform": random.random(SIZE),
        "cauchy": random.standard_cauchy(SIZE),
        "exponential": random.exponential(50, SIZE),
        "far": random.normal(1e9, 1, SIZE),
        "two clusters": np.concatenate([random.normal(0, 1, SIZE // 2), random.normal(10, 1, SIZE // 2)]),
        "apart": np.concatenate([random.normal(0, 1, SIZE // 2), random.normal(1e7, 1, SIZE // 2)]),
        "atom": np.where(random.random(SIZE) < 0.7, 0.0, random.exponential(50, SIZE)),
        "counts": random.poisson(3, SIZE).astype(float),
    }


SAMPLES = samples()


def parts(x: np.ndarray) -> list[Part]:
    """As the outline gives them: five hundredths of a hundredth each, heavy values alone."""
    values, n = np.unique(x, return_counts=True)
    heavy = n * 1000 > n.sum()
    keys = np.stack([np.cumsum(heavy), heavy, (np.cumsum(n) - n) * 500 // n.sum()])
    _, first = np.unique(keys, axis=1, return_index=True)
    bounds = [*sorted(first), len(values)]
    return [Part(int(n[a:b].sum()), float(values[a]), float(values[b - 1])) for a, b in pairwise(bounds)]


def bins(found: Pieces, x: np.ndarray) -> np.ndarray:
    """The bin of every value, as the template has it."""
    place, step = x, np.array([_piece(found, value) for value in x])
    if found.spread is not None:
        place = bend(x, found.centre, found.spread)
        step = np.floor(place).astype(int)
    _, low, scale, start = (np.array(column) for column in zip(*found.rows().rows, strict=True))
    inside = np.floor((place - low[step]) * scale[step])
    return start[step] + inside + sum((x >= value).astype(int) + (x > value) for value in found.apart)


def _piece(found: Pieces, x: float) -> int:
    cuts = zip(found.steps.points, found.steps.inclusive, strict=True)
    return sum(x > point or (x == point and not inclusive) for point, inclusive in cuts)


@pytest.mark.parametrize("name", SAMPLES)
def test_bins_follow_the_order_of_values(name: str) -> None:
    x = np.sort(SAMPLES[name])
    found = pieces(parts(x))
    assert found is not None
    assert (np.diff(bins(found, x)) >= 0).all()


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"apart"}))
def test_no_bin_holds_many_rows_but_of_one_value(name: str) -> None:
    """Three times the share that is meant: ten rows are not spread evenly."""
    x = SAMPLES[name]
    found = pieces(parts(x))
    assert found is not None
    assert sum(found.bins) < 2.5 / SHARE
    own = bins(found, x)
    for number in np.unique(own):
        members = x[own == number]
        assert len(members) <= 3 * SHARE * SIZE or members.min() == members.max(), number


def test_a_column_too_uneven_for_a_curve_is_cut_at_quantiles() -> None:
    assert pieces(parts(SAMPLES["normal"])).spread is not None  # type: ignore[union-attr]
    assert pieces(parts(SAMPLES["apart"])).spread is None  # type: ignore[union-attr]


def test_a_heavy_value_amid_others_is_cut_out() -> None:
    found = pieces(parts(SAMPLES["atom"]))
    assert found is not None
    assert found.apart == (0.0,)
    assert found.cuts.points == (0.0, 0.0)


def test_the_bent_axis_keeps_the_order_of_neighbours() -> None:
    random = np.random.default_rng(3)
    x = np.concatenate([random.normal(0, 10.0**power, 200) for power in range(-300, 300, 20)])
    x = np.sort(np.concatenate([x, np.nextafter(x, np.inf), np.nextafter(x, -np.inf), [-1e308, 0.0, 1e308]]))
    place = bend(x, 0.25, 3.0)
    assert (np.diff(place) >= 0).all()
    assert (place.min(), place.max()) == (0.0, CURVED)


@pytest.mark.parametrize("name", ["normal", "apart", "atom"])
def test_as_json_and_back(name: str) -> None:
    found: Any = pieces(parts(SAMPLES[name]))
    assert Pieces.from_dict(found.as_dict()) == found
