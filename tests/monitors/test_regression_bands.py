"""Learned bands of regression models: how often a quiet chunk is outside, by metric, size and tails of the errors.

Chunks are drawn from models with known errors; seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import model
from whq.config.spec import Threshold
from whq.fit import chance as chances
from whq.monitors.bands import Taught
from whq.monitors.judge import is_above, is_below
from whq.monitors.models import regression
from whq.monitors.models.learned import Learning
from whq.monitors.models.readings import Variant
from whq.values import Scalar

METRICS = ("mae", "mape", "mse", "rmse", "msle", "rmsle", "bias", "r2")
Values = Mapping[str, Scalar]
Chunk = tuple[np.ndarray, np.ndarray]


def normal(random: np.random.Generator, rows: int) -> Chunk:
    """Labels around 50, errors of one size."""
    label = np.abs(random.normal(50, 10, rows)) + 1
    return np.maximum(label + random.normal(0, 4, rows), 0.0), label


def skewed(random: np.random.Generator, rows: int) -> Chunk:
    """Prices: errors in proportion to a label that is log-normal."""
    label = random.lognormal(3, 0.6, rows)
    return label * random.lognormal(0.02, 0.25, rows), label


def counts(random: np.random.Generator, rows: int) -> Chunk:
    """Counts by hour, some of them 0, predicted by their mean."""
    mean = random.gamma(2.0, 20.0, rows)
    return mean, random.poisson(mean).astype(float)


WORLDS: Mapping[str, Callable[[np.random.Generator, int], Chunk]] = {
    "normal": normal,
    "skewed": skewed,
    "counts": counts,
}


def losses(chunk: Chunk) -> dict[str, np.ndarray]:
    """By the scans' names what each row costs."""
    guess, label = chunk
    error = guess - label
    return {
        "signed": error, "absolute": np.abs(error), "squared": error**2,
        "relative": np.abs(error[label > 0]) / label[label > 0],
        "squared_log": (np.log1p(label) - np.log1p(guess)) ** 2,
    }  # fmt: skip


def sums(chunk: Chunk) -> Values:
    """What the scan of realized values would bring back."""
    rows = len(chunk[0])
    return {
        "total": rows, "labelled": rows, "predicted": rows, "nonzero": int((chunk[1] > 0).sum()), "above": rows,
        **{name: float(loss.sum()) for name, loss in losses(chunk).items()},
        "label_variance": float(chunk[1].var()),
    }  # fmt: skip


def moments(chunk: Chunk) -> Values:
    """What the scan of moments would bring back of the whole reference."""
    found: dict[str, Any] = {**sums(chunk)}
    parts = losses(chunk)
    variance, squared = chunk[1].var(), parts["squared"].mean()
    explained = (chunk[1] - chunk[1].mean()) ** 2 / variance
    parts["unexplained"] = (parts["squared"] - squared) / variance - squared / variance * (explained - 1)
    found["unexplained_bend"] = (parts["unexplained"] * (explained - 1)).mean()
    for name, loss in parts.items():
        apart = loss - loss.mean()
        found |= {name: loss.mean(), f"{name}_second": (apart**2).mean(), f"{name}_third": (apart**3).mean()}
    return found


def learning(reference: list[Chunk], metric: str, **given: Any) -> Learning:
    """How a metric is judged after this reference."""
    whole = tuple(np.concatenate([one[side] for one in reference]) for side in (0, 1))
    known = regression.moments_of(moments((whole[0], whole[1]))).get(metric)
    asked = model(kind="regression", score=None, metrics=(metric,), threshold=Threshold(**given))
    return Learning(regression, asked, Variant(metric), known and chances.of_mean(known))  # type: ignore[arg-type]


def sides(learned: Learning, taught: Taught, chunk: Chunk) -> tuple[bool, bool]:
    """Whether a chunk is below and above its band; neither where there is none."""
    values = sums(chunk)
    reading = regression.reading(learned.model, learned.variant, values)
    band = learned.band(taught, reading, values)
    if band is None or reading.value is None:
        return False, False
    return is_below(reading.value, band.lower), is_above(reading.value, band.upper)


def alerts(
    world: str, number: int, rows: int, later: int, seed: int, lives: int = 60, each: int = 20, factor: float = 1.0
) -> dict[str, float]:
    """By metric the share of chunks of `later` rows beyond the bad side, after so many chunks of `rows` rows.

    factor: by how much the errors of the later chunks are stretched.
    """
    random = np.random.default_rng(seed)
    counted = dict.fromkeys(METRICS, 0)
    for _ in range(lives):
        reference = [WORLDS[world](random, rows) for _ in range(number)]
        drawn = [WORLDS[world](random, later) for _ in range(each)]
        chunks = [(label + factor * (guess - label), label) for guess, label in drawn]
        for metric in METRICS:
            learned = learning(reference, metric)
            taught = learned.teach(sums(one) for one in reference)
            assert taught is not None
            better = regression.better(Variant(metric))
            for chunk in chunks:
                below, above = sides(learned, taught, chunk)
                counted[metric] += (below and better != "lower") or (above and better != "higher")
    return {metric: count / (lives * each) for metric, count in counted.items()}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize(("number", "rows", "later"), [(3, 300, 300), (6, 2000, 100), (12, 300, 40), (6, 300, 3000)])
def test_a_quiet_chunk_alerts_as_seldom_as_promised(world: str, number: int, rows: int, later: int) -> None:
    """At most 0.4 % in the worst case where 0.1 % is promised, over all metrics; 0.2 % in most."""
    found = alerts(world, number, rows, later, seed=number)

    assert np.mean(list(found.values())) <= 0.004


@pytest.mark.parametrize("world", WORLDS)
def test_errors_that_grow_are_found(world: str) -> None:
    found = alerts(world, 6, 2000, 2000, seed=1, lives=5, factor=1.3)
    assert all(share >= 0.95 for metric, share in found.items() if metric not in ("bias", "r2")), found
