"""What sampling alone does to a drift statistic: the value that a quiet chunk exceeds with a given chance.

Both sides are samples of one distribution: n rows of the chunk and m of the reference, w = 1/n + 1/m. The laws of
`jensen_shannon`, `hellinger`, `psi` and `kl` are those of counts in bins (`whq.fit.counting`). Bounds of `ks`,
`l_infinity` and `total_variation` hold for any number of rows (Dvoretzky, Kiefer and Wolfowitz, 1956; Bonferroni over
the bins; McDiarmid, 1989). That of `wasserstein` is simulated: the 0.999 quantile is 3.0 to 3.6 reference deviations ·
√w for distributions with a fourth moment. Of heavier tails a single value can move it: Bernstein's term for the range
of the reference, R · ln(1/chance) / 3 · w, is added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from math import exp, inf, log, pi, sqrt

import numpy as np
from msgspec import Struct

from whq.fit.counting import Floats, law
from whq.fit.quantiles import normal_isf, normal_sf

ROWS_PER_BIN = 10
FEWEST_BINS = 5
"""With fewer than ten rows a bin (five bins at least), in the chunk or the reference, bounds for bins do not hold."""

CRAMERS_V = 0.05
"""The least Cramér's V that matters to `chi2`."""

_SIMULATED = 0.3
_RAREST = 1e-15
_MANY, _FULL = 5, 2


class Sizes(Struct, frozen=True, eq=False, dict=True):
    """How much a chunk is compared with how much.

    rows, reference_rows: values on both sides. shares: of the reference's values in each bin that holds one, None for
    statistics without bins. fresh: how many more bins the chunk's values fill. deviation, span: the standard deviation
    of the reference, and how far apart its values lie, where they are known.
    """

    rows: float
    reference_rows: float
    shares: Floats | None = None
    fresh: int = 0
    deviation: float | None = None
    span: float | None = None

    @property
    def w(self) -> float:
        """1/n + 1/m."""
        return 1 / self.rows + 1 / self.reference_rows

    @property
    def bins(self) -> int | None:
        """How many bins hold a value of either side; None without bins."""
        return None if self.shares is None else len(self.shares) + self.fresh

    @property
    def needed(self) -> int:
        """How many rows each side must have."""
        return 0 if self.shares is None else ROWS_PER_BIN * max(len(self.shares), FEWEST_BINS)

    @cached_property
    def expected(self) -> Floats:
        """The rows that the chunk should have in each bin; one of no reference row has its part of a single row."""
        shares = np.empty(0) if self.shares is None else self.shares
        return np.append(self.rows * shares, np.full(self.fresh, self.rows / (self.rows + self.reference_rows)))

    @cached_property
    def typical_variation(self) -> float:
        """The total variation that sampling makes on average."""
        shares = np.empty(0) if self.shares is None else self.shares
        return sqrt(2 / pi) * float(np.sqrt(shares * (1 - shares)).sum()) * sqrt(self.w) / 2


class Bound(Struct, frozen=True):
    """What is known of one statistic.

    quantile: what sampling exceeds with a chance. tail: the chance to exceed a value. least: the least difference that
    matters. unlearned: the same where fewer than three reference chunks show how much chunks differ.
    in_deviations: these two are multiples of the reference's standard deviation.
    """

    quantile: Callable[[Sizes, float], float]
    tail: Callable[[Sizes, float], float]
    least: float
    unlearned: float = 0.1
    in_deviations: bool = False


def _counted(statistic: str, factor: float, least: float, unlearned: float = 0.1, *, is_root: bool = False) -> Bound:
    """A distance over bins; factor times it (or its square) over w follows the law of counts."""

    def quantile(sizes: Sizes, chance: float) -> float:
        scaled = law(statistic, sizes.expected, sizes.rows)
        value = 0.0 if scaled is None else scaled.quantile(chance) * sizes.w / factor
        return sqrt(value) if is_root else value

    def tail(sizes: Sizes, value: float) -> float:
        scaled = law(statistic, sizes.expected, sizes.rows)
        value = max(value, 0.0)
        return 1.0 if scaled is None else scaled.tail(factor * (value * value if is_root else value) / sizes.w)

    return Bound(quantile, tail, least, unlearned)


_PSI, _KL = _counted("psi", 1, 0.05), _counted("kl", 2, 0.025, 0.05)


def _kl_like(sizes: Sizes) -> Bound:
    """`kl` is never above `psi`, which bounds it where bins may be empty by chance on either side."""
    is_full = sizes.reference_rows >= _MANY * sizes.rows and sizes.expected.min(initial=inf) >= _FULL
    return _KL if is_full else _PSI


def _variation_tail(sizes: Sizes, value: float) -> float:
    beyond = max(0.0, value - sizes.typical_variation)
    return exp(-2 * beyond * beyond / sizes.w)


def _wasserstein(sizes: Sizes, chance: float) -> float:
    usual = (normal_isf(chance / 2) + _SIMULATED) * (sizes.deviation or 0.0) * sqrt(sizes.w)
    return usual + (sizes.span or 0.0) * -log(chance) / 3 * sizes.w


def _wasserstein_tail(sizes: Sizes, value: float) -> float:
    """The chance whose quantile the value is, halved on a scale of logarithms."""
    low, high = _RAREST, 1.0 - 1e-12
    if value <= _wasserstein(sizes, high):
        return 1.0
    if value > _wasserstein(sizes, low):
        return 0.0
    for _ in range(60):
        middle = sqrt(low * high)
        low, high = (middle, high) if value < _wasserstein(sizes, middle) else (low, middle)
    return high


BOUNDS: Mapping[str, Bound] = {
    "jensen_shannon": _counted("jensen_shannon", 8 * log(2), 0.05, is_root=True),
    "hellinger": _counted("hellinger", 8, 0.05, is_root=True),
    "psi": _PSI,
    "kl": Bound(
        lambda sizes, chance: _kl_like(sizes).quantile(sizes, chance),
        lambda sizes, value: _kl_like(sizes).tail(sizes, value),
        _KL.least,
        _KL.unlearned,
    ),
    "ks": Bound(
        lambda sizes, chance: sqrt(-log(chance / 2) / 2 * sizes.w),
        lambda sizes, value: min(1.0, 2 * exp(-2 * value * value / sizes.w)),
        0.05,
    ),
    "l_infinity": Bound(
        lambda sizes, chance: normal_isf(chance / (2 * (sizes.bins or 1))) * sqrt(sizes.w) / 2,
        lambda sizes, value: min(1.0, 2 * (sizes.bins or 1) * normal_sf(2 * value / sqrt(sizes.w))),
        0.02,
    ),
    "total_variation": Bound(
        lambda sizes, chance: sizes.typical_variation + sqrt(-log(chance) / 2 * sizes.w), _variation_tail, 0.02
    ),
    "wasserstein": Bound(
        _wasserstein,
        _wasserstein_tail,
        0.1,
        0.2,
        in_deviations=True,
    ),
}
"""The statistics of which it is known; a project's own have none."""
