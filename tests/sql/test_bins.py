"""Bins of an axis: by arithmetic where cuts lie evenly, by comparison elsewhere, and always the same bins."""

from math import inf, nextafter

import duckdb
import numpy as np
import pytest
from sqlglot import exp

from whq.fit.bins import edge_cuts, merge, quantile_cuts
from whq.sql.bins import bins
from whq.values import Cuts

RANDOM = np.random.default_rng(5)
EDGES = {
    "unit": (0.0, 1.0, 10), "thirds": (-1.0, 2.0, 9), "tenths": (0.1, 0.7, 6), "wide": (-3e5, 7e11, 40),
    "narrow": (1e9, 1e9 + 1, 30), "tiny": (1e-300, 9e-300, 8), "large": (-8e307, 8e307, 20),
    "denormal": (0.0, 5e-323, 7), "adjacent": (1e16, 1e16 + 64, 8),
    **{f"random {n}": (*sorted(RANDOM.normal(0, 10.0 ** RANDOM.uniform(-3, 9), 2)), 5 + n) for n in range(20)},
}  # fmt: skip


def expected_bin(x: float, cuts: Cuts) -> int:
    for place, (point, inclusive) in enumerate(zip(cuts.points, cuts.inclusive, strict=True)):
        if x < point or (inclusive and x == point):
            return place
    return len(cuts.points)


def sql_bins(values: list[float | None], cuts: Cuts) -> list[int | None]:
    text = bins(exp.column("x"), cuts).sql("duckdb")
    rows = duckdb.execute(f"select {text} from (select unnest($1::double[]) as x)", [values]).fetchall()
    return [row[0] for row in rows]


def hard(cuts: Cuts) -> list[float]:
    """The cuts themselves, their neighbours, and numbers between and far outside."""
    around = [(nextafter(point, -inf), point, nextafter(point, inf)) for point in cuts.points]
    between = RANDOM.uniform(cuts.points[0] / 2, cuts.points[-1] / 2, 50) * 2
    return [*(x for three in around for x in three), *between.tolist(), -inf, inf, -1.7e308, 1.7e308, -0.0]


@pytest.mark.parametrize("name", EDGES)
def test_every_value_falls_into_the_bin_that_comparing_it_gives(name: str) -> None:
    low, high, parts = EDGES[name]
    edges = edge_cuts(tuple(np.linspace(low, high, parts + 1).tolist()))
    middle = (low / 2 + high / 2, edges.points[1])
    for cuts in (edges, merge(edges, quantile_cuts(middle)), merge(edges, Cuts((middle[0],) * 2, (False, True)))):
        values = hard(cuts)
        assert sql_bins(values, cuts) == [expected_bin(x, cuts) for x in values]


def test_null_has_no_bin() -> None:
    cuts = edge_cuts(tuple(np.linspace(0, 1, 11).tolist()))
    assert sql_bins([None, 0.5], merge(cuts, quantile_cuts((0.33,)))) == [None, 7]


@pytest.mark.parametrize(("name", "compared"), [("unit", 4), ("narrow", 31), ("denormal", 8), ("adjacent", 9)])
def test_arithmetic_only_where_its_rounding_cannot_matter(name: str, compared: int) -> None:
    low, high, parts = EDGES[name]
    tree = bins(exp.column("x"), edge_cuts(tuple(np.linspace(low, high, parts + 1).tolist())))
    assert isinstance(tree, exp.Case)
    assert len(tree.args["ifs"]) - 1 == compared
