"""How much chunks differ beyond chance: random effects of values whose standard errors are known.

A value is the mean of all chunks, plus what its chunk differs by, plus what chance did to it. The spread between chunks
is what the values vary by more than their errors explain: the moment estimate of DerSimonian and Laird (1986). The mean
weighs each chunk by how well it is known, so that one of few rows tells little.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, isfinite, sqrt

from msgspec import Struct


class Effects(Struct, frozen=True):
    """What values of chunks teach.

    chunks: how many have a value and an error. mean: of all chunks. between: the standard deviation between chunks
    beyond chance, 0 where chance explains all. of_mean: the standard error of the mean.
    """

    chunks: int = 0
    mean: float = 0.0
    between: float = 0.0
    of_mean: float = 0.0


def random_effects(values: Sequence[float | None], errors: Sequence[float | None]) -> Effects:
    """The effects of chunks; values without a finite number and a positive error are left out.

    >>> random_effects([1.0, 3.0, None], [1.0, 1.0, 1.0])
    Effects(chunks=2, mean=2.0, between=1.0, of_mean=1.0)
    """
    pairs = zip(values, errors, strict=True)
    known = [(value, error**2) for value, error in pairs if value is not None and error and isfinite(value)]
    if not known:
        return Effects()
    weights = [1 / variance for _, variance in known]
    mean = _weighted(known, weights)
    excess = fsum(weight * (value - mean) ** 2 for weight, (value, _) in zip(weights, known, strict=True))
    scale = fsum(weights) - fsum(weight**2 for weight in weights) / fsum(weights)
    between = max(0.0, (excess - (len(known) - 1)) / scale) if len(known) > 1 else 0.0
    weights = [1 / (between + variance) for _, variance in known]
    return Effects(len(known), _weighted(known, weights), sqrt(between), 1 / sqrt(fsum(weights)))


def _weighted(known: Sequence[tuple[float, float]], weights: Sequence[float]) -> float:
    return fsum(weight * value for weight, (value, _) in zip(weights, known, strict=True)) / fsum(weights)
