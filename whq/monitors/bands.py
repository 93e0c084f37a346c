"""Learned thresholds: what the reference's chunks teach of a series, and the band that follows for one chunk.

What is learned (`Taught`) is kept in the store and does not depend on the chunk that is judged. The band does: a chunk
of few rows varies more. Drift has an upper side (`above`), performance and metrics of a profile have a band around
their mean (`around`); both state how often a quiet chunk is to lie outside. Pure functions over numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum, inf, isfinite, sqrt
from typing import Any

from msgspec import Struct

from whq.config.spec import Threshold
from whq.fit.chance import Error
from whq.fit.effects import random_effects
from whq.fit.quantiles import normal_isf, t_isf

MOST_SPREADS = 6.0
"""No limit lies farther than this many standard deviations from the mean: with few chunks Student's t asks for more,
and would see nothing (5 chunks: 8)."""

_MANY = 1e6
Sides = tuple[bool, bool]
"""Whether a lower and an upper side are wanted."""


class Band(Struct, frozen=True, omit_defaults=True):
    """What a value may be without an alert; None is no side. `parts` is how it came about (`details.threshold`)."""

    lower: float | None = None
    upper: float | None = None
    parts: Mapping[str, Any] = {}


class Taught(Struct, frozen=True, omit_defaults=True):
    """What the reference's chunks taught of one series.

    chunks: how many of them have a value. mean, spread: the mean and the sample standard deviation (n - 1) of the
    values; with `beyond_sampling` the part of the spread that sampling does not explain. of_mean: the standard error of
    the mean. band: the same for all chunks, where the rule says so.
    """

    chunks: int = 0
    mean: float = 0.0
    spread: float = 0.0
    of_mean: float = 0.0
    band: Band | None = None


def constant(threshold: Threshold) -> Band | None:
    """The band that a user wrote, None where it is to be learned."""
    return Band(threshold.lower, threshold.upper) if threshold.kind == "constant" else None


def deviations(
    values: Iterable[float | None],
    threshold: Threshold,
    limits: tuple[float, float] = (-inf, inf),
    *,
    sides: Sides = (True, True),
) -> Taught | None:
    """The band of `threshold: {std: k}`: mean ± k population standard deviations, clipped to `limits`.

    Values that are None or not finite are left out. Gives None when fewer than two values remain: one chunk has no
    spread. (NannyML's `StandardDeviationThreshold`, with `ddof=0`.)
    """
    finite = _finite(values)
    if len(finite) < 2:
        return None
    try:
        mean = fsum(finite) / len(finite)
        spread = threshold.std * sqrt(fsum((value - mean) ** 2 for value in finite) / len(finite))
    except OverflowError:  # values near the largest double have no spread that a double can hold
        return None
    lower = max(mean - spread, limits[0]) if sides[0] else None
    upper = min(mean + spread, limits[1]) if sides[1] else None
    return Taught(len(finite), mean, band=Band(lower, upper))


def spread(values: Iterable[float | None]) -> Taught:
    """Mean and sample standard deviation of the values that are finite; without a value nothing is taught.

    >>> spread([1.0, 3.0, None])
    Taught(chunks=2, mean=2.0, spread=1.4142135623730951, of_mean=1.0, band=None)
    """
    finite = _finite(values)
    if not finite:
        return Taught()
    try:
        mean = fsum(finite) / len(finite)
        squares = fsum((value - mean) ** 2 for value in finite)
    except OverflowError:
        return Taught()
    if len(finite) == 1:
        return Taught(1, mean)
    variance = squares / (len(finite) - 1)
    return Taught(len(finite), mean, sqrt(variance), sqrt(variance / len(finite)))


def beyond_sampling(values: Sequence[float | None], errors: Sequence[float | None]) -> Taught:
    """The same where each value's sampling error is known: `spread` is what lies between chunks beside sampling.

    The mean weighs each chunk by how well it is known (`whq.fit.effects`).
    """
    effects = random_effects(values, errors)
    return Taught(effects.chunks, effects.mean, effects.between, effects.of_mean)


def normal_factor(alarms: float, sides: int = 1) -> float:
    """How many standard errors a quiet value exceeds with the chance `alarms`, shared by one or two sides."""
    return normal_isf(alarms / sides)


def t_factor(chunks: float, alarms: float, sides: int = 1) -> float:
    """The same in standard deviations that few chunks taught: Student's quantile, √(1 + 1/K) for the mean, at most 6.

    >>> [round(t_factor(chunks, 0.001), 2) for chunks in (2, 6, 7, 9, 20)]
    [6.0, 6.0, 5.57, 4.74, 3.67]
    """
    if chunks <= 1:
        return MOST_SPREADS
    if chunks > _MANY:
        return normal_factor(alarms, sides)
    return min(t_isf(alarms / sides, chunks - 1) * sqrt(1 + 1 / chunks), MOST_SPREADS)


def around(
    taught: Taught,
    error: Error,
    factor: float,
    limits: tuple[float, float] = (-inf, inf),
    *,
    sides: Sides = (True, True),
    least: float = 0.0,
) -> Band | None:
    """The band around the mean for a chunk: mean ± factor · √(between² + sampling² + of the mean²), within `limits`.

    `taught.spread` is what lies between chunks, `error` what chance does at the size of this chunk; the side to which
    chance leans reaches farther by `lean` (below 0 the lower side). No side is nearer to the mean than `least`. None
    where fewer than two chunks taught something.
    """
    if taught.band is not None:
        return taught.band
    if taught.chunks < 2:
        return None
    width = factor * sqrt(taught.spread**2 + error.deviation**2 + taught.of_mean**2)
    beyond = error.beyond(factor)
    below, above = max(width - min(beyond, 0.0), least), max(width + max(beyond, 0.0), least)
    lower = max(taught.mean - below, limits[0]) if sides[0] else None
    upper = min(taught.mean + above, limits[1]) if sides[1] else None
    parts = {
        "mean": taught.mean,
        "between": taught.spread,
        "sampling": error.deviation,
        **({"lean": beyond} if beyond else {}),
        "of_mean": taught.of_mean,
        "chunks": taught.chunks,
        "factor": factor,
    }
    return Band(lower, upper, parts | ({"least": least} if least else {}))


def _finite(values: Iterable[float | None]) -> list[float]:
    return [float(value) for value in values if value is not None and isfinite(value)]
