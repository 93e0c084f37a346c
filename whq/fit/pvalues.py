"""Tail probabilities of two statistics, so that no run needs scipy."""

from __future__ import annotations

from math import exp, inf, lgamma, log, pi, sqrt

_TINY = 1e-300
_EPSILON = 1e-16
_MOST = 100_000


def chi2_sf(statistic: float, freedom: int) -> float:
    """The probability that a chi-squared variable exceeds the statistic.

    >>> round(chi2_sf(3.841458820694124, 1), 12)
    0.05
    """
    if freedom < 1:
        return 1.0
    return gamma_q(freedom / 2, statistic / 2)


def gamma_q(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function: a series below a + 1, Lentz's continued fraction above."""
    if x <= 0:
        return 1.0
    if x == inf:
        return 0.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        return 1.0 - front * _series(a, x)
    return front * _fraction(a, x)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for step in range(1, _MOST):
        term *= x / (a + step)
        total += term
        if term < total * _EPSILON:
            break
    return total


def _fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    value = d
    for step in range(1, _MOST):
        factor = -step * (step - a)
        b += 2
        d = 1 / _away_from_zero(factor * d + b)
        c = _away_from_zero(b + factor / c)
        value *= c * d
        if abs(c * d - 1) < _EPSILON * 2:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def kolmogorov_sf(statistic: float, n: int, m: int) -> float:
    """The asymptotic two-sided p-value of a Kolmogorov-Smirnov statistic of n and m rows.

    >>> round(kolmogorov_sf(0.1, 200, 300), 4)
    0.1813
    """
    z: float = statistic * sqrt(n * m / (n + m))
    if z < 0.2:
        return 1.0
    if z < 1.18:
        power = -(pi**2) / (8 * z * z)
        return 1.0 - sqrt(2 * pi) / z * sum(exp(power * (2 * k - 1) ** 2) for k in range(1, 8))
    return min(1.0, 2 * sum((1.0 if k % 2 else -1.0) * exp(-2 * (k * z) ** 2) for k in range(1, 8)))
