"""Bounds of drift statistics against simulated samples of one distribution, with fixed seeds."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from whq.fit.bounds import BOUNDS, Sizes

PROMISE = 0.01
DRAWS = 4000
SHAPES = {
    "even": np.full(10, 0.1),
    "normal": np.diff(stats.norm.cdf(np.r_[-np.inf, np.linspace(-3.2, 3.2, 14), np.inf])),
    "zipf": (1 / np.arange(1, 21) ** 1.2) / (1 / np.arange(1, 21) ** 1.2).sum(),
}


def distances(chunk: np.ndarray, reference: np.ndarray) -> dict[str, np.ndarray]:
    """Each statistic of pairs of counts, by numpy."""
    q, p = chunk / chunk.sum(1, keepdims=True), reference / reference.sum(1, keepdims=True)
    half = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        js = np.where(p > 0, p * np.log(p / half), 0).sum(1) + np.where(q > 0, q * np.log(q / half), 0).sum(1)
    floored_q, floored_p = np.maximum(q, 1e-4), np.maximum(p, 1e-4)
    logs = np.where((p > 0) | (q > 0), np.log(floored_q / floored_p), 0)
    return {
        "jensen_shannon": np.sqrt(np.abs(js) / (2 * log(2))),
        "hellinger": np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum(1) / 2),
        "psi": ((floored_q - floored_p) * logs).sum(1),
        "kl": (floored_q * logs).sum(1),
        "l_infinity": np.abs(p - q).max(1),
        "total_variation": np.abs(p - q).sum(1) / 2,
    }


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("rows", "reference_rows"), [(10, 100), (10, 12), (200, 1000)])
def test_quiet_chunks_exceed_a_bound_as_seldom_as_promised(shape: str, rows: int, reference_rows: int) -> None:
    random, shares = np.random.default_rng(7), SHAPES[shape]
    n, m = rows * len(shares), reference_rows * len(shares)
    reference, chunk = random.multinomial(m, shares, DRAWS), random.multinomial(n, shares, DRAWS)
    # 20 strata of what a run knows: the shares of one reference, and how many bins are new in the chunk
    share_of_alarms = dict.fromkeys(distances(chunk[:1], reference[:1]), 0.0)
    for part in np.array_split(np.arange(DRAWS), 20):
        held = reference[part[0]]
        sizes = Sizes(n, m, held[held > 0] / m)
        for name, values in distances(chunk[part], reference[part]).items():
            share_of_alarms[name] += (values > BOUNDS[name].quantile(sizes, PROMISE)).sum() / DRAWS
    assert max(share_of_alarms.values()) <= 2 * PROMISE, share_of_alarms


@pytest.mark.parametrize("draw", ["normal", "uniform", "exponential"])
def test_ks_and_wasserstein_of_quiet_chunks_are_within_their_bounds(draw: str) -> None:
    random = np.random.default_rng(3)
    n, m, alarms = 60, 400, dict.fromkeys(("ks", "wasserstein"), 0)
    for _ in range(600):
        chunk, reference = (getattr(random, draw)(size=size) for size in (n, m))
        sizes = Sizes(n, m, deviation=float(reference.std(ddof=1)))
        found = {
            "ks": stats.ks_2samp(chunk, reference).statistic,
            "wasserstein": stats.wasserstein_distance(chunk, reference),
        }
        for name, value in found.items():
            alarms[name] += value > BOUNDS[name].quantile(sizes, PROMISE)
    assert max(alarms.values()) <= 2 * PROMISE * 600


@pytest.mark.parametrize("name", BOUNDS)
def test_the_tail_is_the_inverse_of_the_bound(name: str) -> None:
    for sizes in (Sizes(300, 2000, SHAPES["zipf"], 2, 4.0), Sizes(50_000, 400_000, SHAPES["even"], 0, 4.0, 30.0)):
        for chance in (0.1, 0.01, 0.001, 1e-6):
            assert BOUNDS[name].tail(sizes, BOUNDS[name].quantile(sizes, chance)) == pytest.approx(chance, rel=1e-6)


def test_many_rows_in_every_bin_follow_a_chi_squared_law() -> None:
    sizes, w = Sizes(50_000, 400_000, SHAPES["even"]), 1 / 50_000 + 1 / 400_000
    limit = stats.chi2.isf(0.001, 9)
    assert BOUNDS["jensen_shannon"].quantile(sizes, 0.001) == pytest.approx(sqrt(limit * w / (8 * log(2))), rel=1e-9)
    assert BOUNDS["hellinger"].quantile(sizes, 0.001) == pytest.approx(sqrt(limit * w / 8), rel=1e-9)
    assert BOUNDS["psi"].quantile(sizes, 0.001) == pytest.approx(limit * w, rel=1e-9)
    assert BOUNDS["kl"].quantile(sizes, 0.001) == pytest.approx(limit * w / 2, rel=1e-9)


def test_nothing_varies_in_one_bin_or_in_a_constant() -> None:
    one = Sizes(100, 500, np.ones(1), deviation=0.0)
    assert [BOUNDS[name].quantile(one, 0.001) for name in ("jensen_shannon", "psi", "wasserstein")] == [0, 0, 0]
    assert BOUNDS["wasserstein"].tail(one, 0.0) == 1.0
    assert BOUNDS["wasserstein"].tail(one, 0.1) == 0.0
