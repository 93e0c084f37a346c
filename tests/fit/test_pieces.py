"""Narrow bins: they follow the order of values, and none of a large sample holds many of them."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec import convert, to_builtins

from whq.fit.bins import edge_cuts, merge
from whq.fit.pieces import SHARE, Part, Pieces, pieces
from whq.values import Cuts

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


def doane(x: np.ndarray) -> Cuts:
    """The cuts of a histogram, which rows are counted in anyway."""
    return edge_cuts(np.histogram_bin_edges(x, bins="doane").tolist())


def bins(found: Pieces, x: np.ndarray, axis: Cuts) -> np.ndarray:
    """The bin of every value, as the template has it."""
    cell = np.array([sum(v > at or (v == at and not low) for at, low in zip(*cuts_of(axis), strict=True)) for v in x])
    _, low, scale, start = (np.array(column) for column in zip(*found.rows(axis).rows, strict=True))
    return start[cell] + np.floor((x - low[cell]) * scale[cell])


def cuts_of(axis: Cuts) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    return axis.points, axis.inclusive


def made(name: str, is_counted: bool) -> tuple[Pieces, Cuts]:
    """The pieces of a sample, and its axis."""
    cuts = doane(SAMPLES[name]) if is_counted else Cuts((), ())
    found = pieces(parts(SAMPLES[name]), cuts)
    assert found is not None
    return found, merge(cuts, found.cuts)


@pytest.mark.parametrize("is_counted", [True, False])
@pytest.mark.parametrize("name", SAMPLES)
def test_bins_follow_the_order_of_values_and_lie_within_cells(name: str, is_counted: bool) -> None:
    x = np.sort(SAMPLES[name])
    found, axis = made(name, is_counted)
    further = merge(axis, Cuts((float(x[SIZE // 3]), float(x[SIZE // 3])), (False, True)))
    for cuts in (axis, further):
        own = bins(found, x, cuts)
        assert (np.diff(own) >= 0).all()
        edges = np.searchsorted(x, cuts.points, side="right")
        for at, point, inclusive in zip(edges, cuts.points, cuts.inclusive, strict=True):
            before = at if inclusive else np.searchsorted(x, point, side="left")
            assert not 0 < before < SIZE or own[before - 1] < own[before]


@pytest.mark.parametrize("is_counted", [True, False])
@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"apart"}))
def test_no_bin_holds_many_rows_but_of_one_value(name: str, is_counted: bool) -> None:
    """Four times the share that is meant: ten rows are not spread evenly, and a far tail may be one bin."""
    x = SAMPLES[name]
    found, axis = made(name, is_counted)
    own = bins(found, x, axis)
    numbers = np.unique(own)
    assert len(numbers) < 2.5 / SHARE
    for number in numbers:
        members = x[own == number]
        assert len(members) <= 4 * SHARE * SIZE or members.min() == members.max(), number


def test_cells_too_coarse_for_a_shape_are_cut_at_quantiles() -> None:
    for name, is_cut in (("normal", False), ("exponential", False), ("apart", True)):
        found, _ = made(name, True)
        assert (len(found.steps.points) > len(doane(SAMPLES[name]).points)) == is_cut, name


def test_a_heavy_value_amid_others_is_cut_out() -> None:
    found, axis = made("atom", True)
    assert found.apart == (0.0,)
    assert [cut for cut in zip(*cuts_of(axis), strict=True) if cut[0] == 0] == [(0.0, False), (0.0, True)]


def test_values_next_to_zero_are_not_scaled_to_nothing() -> None:
    """Postgres refuses a product that is too small for a double."""
    for low, scale in ((low, scale) for name in SAMPLES for _, low, scale, _ in rows_of(name)):
        assert scale == 0 or abs((5e-324 - low) * scale) > 1e-300


def rows_of(name: str) -> tuple[tuple[Any, ...], ...]:
    found, axis = made(name, True)
    return found.rows(merge(axis, Cuts((0.0,), (False,)))).rows


@pytest.mark.parametrize("name", ["normal", "apart", "atom"])
def test_as_json_and_back(name: str) -> None:
    found, _ = made(name, True)
    assert convert(json.loads(json.dumps(to_builtins(found))), Pieces) == found
