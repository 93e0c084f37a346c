"""How far histograms of scores lie apart."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from whq.fit.familiar import familiar
from whq.fit.histogram import Histogram


def histogram(scores: np.ndarray) -> Histogram:
    bins = (scores * 400).astype(int)
    ones = np.ones(len(scores))
    return Histogram.of(bins, [0] * len(bins), ones, ones, ones, scores)


def test_the_distance_is_that_of_shares_by_quantiles() -> None:
    random = np.random.default_rng(1)
    reference, chunk = random.beta(2, 5, 50_000), random.beta(3, 4, 40_000)
    found = familiar(histogram(reference), histogram(chunk))
    edges = np.quantile(reference, np.linspace(0, 1, 21)[1:-1])
    p, q = (np.bincount(np.searchsorted(edges, one), minlength=20) / len(one) for one in (reference, chunk))
    assert found is not None
    assert found.distance == pytest.approx(sqrt(1 - np.sqrt(p * q).sum()), abs=0.01)


@pytest.mark.parametrize("rows", [100, 200, 1000, 5000])
def test_small_quiet_chunks_are_not_far(rows: int) -> None:
    random = np.random.default_rng(2)
    reference = histogram(random.beta(0.5, 0.5, 20_000))
    found = [familiar(reference, histogram(random.beta(0.5, 0.5, rows))) for _ in range(300)]
    far = [one is not None and one.distance > 0.08 for one in found]
    assert sum(far) <= 0.04 * len(far)


def test_what_the_reference_lacks_is_novel() -> None:
    reference = histogram(np.linspace(0.0, 0.5, 1000, endpoint=False))
    beyond = familiar(reference, histogram(np.concatenate([np.full(30, 0.9), np.linspace(0.0, 0.499, 70)])))
    assert beyond is not None and beyond.novel == pytest.approx(0.3)
    heaped = familiar(reference, histogram(np.full(50, 0.26)))
    assert heaped is not None and heaped.novel == 1.0
    assert familiar(reference, histogram(np.zeros(0))) is None
