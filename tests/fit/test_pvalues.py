"""Tail probabilities against scipy."""

import math

import pytest
from scipy import special, stats

from whq.fit.pvalues import chi2_sf, gamma_q, kolmogorov_sf


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 99, 1000, 9999])
@pytest.mark.parametrize("share", [1e-200, 1e-12, 1e-3, 0.05, 0.3, 0.5, 0.9, 0.9999])
def test_chi2(freedom: int, share: float) -> None:
    statistic = stats.chi2.isf(share, freedom)
    assert chi2_sf(statistic, freedom) == pytest.approx(share, rel=1e-9)


def test_chi2_at_its_ends() -> None:
    assert chi2_sf(0.0, 3) == chi2_sf(5.0, 0) == 1.0
    assert chi2_sf(math.inf, 3) == chi2_sf(1e6, 1) == 0.0


@pytest.mark.parametrize(("a", "x"), [(0.5, 0.1), (0.5, 30.0), (7.0, 7.9), (7.0, 8.1), (3.0, -1.0), (1.0, 2.0)])
def test_gamma(a: float, x: float) -> None:
    assert gamma_q(a, x) == pytest.approx(special.gammaincc(a, max(x, 0)), rel=1e-12)


@pytest.mark.parametrize("statistic", [0.0, 0.001, 0.05, 0.09, 0.107, 0.108, 0.12, 0.2, 0.5, 1.0])
def test_kolmogorov(statistic: float) -> None:
    wanted = stats.kstwobign.sf(statistic * math.sqrt(120))
    assert kolmogorov_sf(statistic, 200, 300) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
