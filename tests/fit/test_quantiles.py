"""Quantiles against scipy."""

import pytest
from scipy import stats

from whq.fit.quantiles import chi2_isf, normal_isf, t_isf, t_sf

FREEDOM = (1, 2, 3, 4, 5, 8, 19, 50, 200, 1000, 10_000)
CHANCES = (0.4, 0.2, 0.05, 0.01, 0.001, 1e-4, 1e-6, 1e-9, 1e-12)


@pytest.mark.parametrize("freedom", FREEDOM)
def test_quantiles_equal_scipy(freedom):
    for chance in CHANCES:
        assert t_isf(chance, freedom) == pytest.approx(stats.t.isf(chance, freedom), rel=1e-9)
        assert chi2_isf(chance, freedom) == pytest.approx(stats.chi2.isf(chance, freedom), rel=1e-9)
        assert normal_isf(chance) == pytest.approx(stats.norm.isf(chance), rel=1e-9)


@pytest.mark.parametrize("value", [-40.0, -1.5, 0.0, 0.3, 3.0, 60.0])
def test_the_tail_of_t_equals_scipy(value):
    for freedom in (*FREEDOM, 2.5):
        assert t_sf(value, freedom) == pytest.approx(stats.t.sf(value, freedom), rel=1e-9, abs=1e-300)


def test_without_a_degree_of_freedom_nothing_varies():
    assert chi2_isf(0.001, 0) == 0.0
