"""Quantiles of three distributions by the chance that is left above them, so that no run needs scipy."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import erfc, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

from whq.fit.pvalues import gamma_q

_TINY = 1e-300
_EPSILON = 1e-16
_MOST = 10_000


@lru_cache(maxsize=256)
def normal_isf(chance: float) -> float:
    """What a standard normal variable exceeds with that chance, 0 < chance < 1.

    >>> round(normal_isf(0.001), 9)
    3.090232306
    """
    return -NormalDist().inv_cdf(chance)


def normal_sf(value: float) -> float:
    """The chance that a standard normal variable exceeds the value.

    >>> round(normal_sf(3.0902323061678136), 12)
    0.001
    """
    return erfc(value / sqrt(2)) / 2


def t_sf(value: float, freedom: float) -> float:
    """The chance that Student's t with that many degrees of freedom, more than 0, exceeds the value.

    >>> round(t_sf(2.0, 4), 9)
    0.058058262
    """
    if value < 0:
        return 1.0 - t_sf(-value, freedom)
    return beta_i(freedom / 2, 0.5, freedom / (freedom + value * value)) / 2


def beta_i(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction (Numerical Recipes, 6.4).

    >>> round(beta_i(2, 3, 0.5), 12)
    0.6875
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for step in range(1, _MOST):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for factor in (even, odd):
            d = 1 / _away_from_zero(1 + factor * d)
            c = _away_from_zero(1 + factor / c)
            value *= c * d
        if abs(c * d - 1) < _EPSILON * 2:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=1024)
def t_isf(chance: float, freedom: float) -> float:
    """What Student's t with that many degrees of freedom exceeds with that chance, 0 < chance <= 0.5.

    >>> round(t_isf(0.001, 5), 9)
    5.893429531
    """
    return _root(lambda value: t_sf(value, freedom), chance)


@lru_cache(maxsize=4096)
def chi2_isf(chance: float, freedom: float) -> float:
    """What a chi-squared variable exceeds with that chance; 0 without a degree of freedom.

    Newton's steps on the logarithm of the tail from Wilson and Hilferty's approximation (1931), kept between bounds.

    >>> round(chi2_isf(0.001, 9), 9)
    27.877164871
    """
    if freedom <= 0:
        return 0.0
    half = freedom / 2
    part = 2 / (9 * freedom)
    value = max(freedom * (1 - part + normal_isf(chance) * sqrt(part)) ** 3, freedom * 1e-3)
    low, high = 0.0, inf
    for _ in range(100):
        tail = gamma_q(half, value / 2)
        low, high = (value, high) if tail > chance else (low, value)
        density = exp((half - 1) * log(value / 2) - value / 2 - lgamma(half)) / 2
        step = log(tail / chance) * tail / density if tail > 0 and density > 0 else inf
        after = value + step
        if not low < after < high:
            after = (low + high) / 2 if high < inf else low * 2
        if abs(after - value) <= 1e-14 * value:
            break
        value = after
    return value


def _root(tail: Callable[[float], float], chance: float) -> float:
    """Where a tail that falls from 0 on is as large as the chance: halved until two neighbours are left."""
    low, high = 0.0, 1.0
    while tail(high) > chance:
        low, high = high, high * 2
        if high == inf:
            return inf
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if tail(middle) > chance else (low, middle)
    return high
