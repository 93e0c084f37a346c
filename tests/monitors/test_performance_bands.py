"""Learned bands of models: how often a quiet chunk is outside, whatever the chunks' number and size, and what is found.

Chunks are drawn from a model whose scores are normal, by score bin and label; seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from tests.monitors.models import model
from whq.config.spec import Threshold
from whq.fit import chance as chances
from whq.fit.evidence import evidence
from whq.fit.sampling import Groups
from whq.monitors.bands import Taught
from whq.monitors.judge import is_above, is_below
from whq.monitors.models import binary, scored
from whq.monitors.models.learned import Learning
from whq.monitors.models.readings import Variant
from whq.values import Scalar

BINS = 40
METRICS = ("accuracy", "precision", "recall", "specificity", "f1", "roc_auc")
OF_SCORES = ("log_loss", "brier", "calibration_error", "calibration_bias")
WORTH = {"tp": 100.0, "fp": -10.0, "fn": -50.0}
Values = Mapping[str, Scalar]


class World:
    """A model whose positive rows score higher by `apart` standard deviations; it says yes above `cut`."""

    def __init__(self, prevalence: float, apart: float, cut: float, seed: int = 1) -> None:
        edges = np.linspace(-3, 3 + apart, BINS + 1)
        parts = [np.diff(norm.cdf(edges, middle)) for middle in (0, apart)]
        self.chances = np.concatenate(
            [(1 - prevalence) * parts[0] / parts[0].sum(), prevalence * parts[1] / parts[1].sum()]
        )
        self.yes = edges[:-1] >= cut
        no, yes = self.chances.reshape(2, BINS)
        self.scores = yes / (no + yes)
        self.random = np.random.default_rng(seed)

    def chunk(self, rows: int, shuffled: float = 0.0) -> np.ndarray:
        """Rows by label and score bin; of a part of them the labels are shuffled."""
        drawn = self.random.multinomial(rows, self.chances).reshape(2, BINS)
        if shuffled:
            taken = self.random.binomial(drawn, shuffled)
            share = drawn[1].sum() / rows
            ones = self.random.binomial(taken.sum(axis=0), share)
            drawn = drawn - taken + np.stack([taken.sum(axis=0) - ones, ones])
        return drawn

    def values(self, counts: np.ndarray) -> Values:
        """What a scan would bring back."""
        no, yes = counts
        pairs = float(no.sum()) * float(yes.sum())
        below = np.cumsum(no) - no / 2
        cells = (yes[self.yes].sum(), no[self.yes].sum(), yes[~self.yes].sum(), no[~self.yes].sum())
        return {
            "scored": int(counts.sum()), "predicted": int(counts.sum()), "positives": int(yes.sum()), "outside": 0,
            "roc_auc": float((yes * below).sum()) / pairs if pairs else None,
            **dict(zip(binary.CELLS, map(int, cells), strict=True)),
            **scored.sums(self.scores, (no + yes).astype(float), yes.astype(float)),
        }  # fmt: skip

    def learned(self, reference: list[np.ndarray], metric: str, **given: Any) -> Learning:
        """How a metric is judged after this reference."""
        whole = np.sum(reference, axis=0)
        (places,) = np.nonzero(whole.sum(axis=0))
        scores = self.scores[places].tolist()
        groups = Groups(scores, scores, *(one[places].astype(float).tolist() for one in (whole.sum(axis=0), whole[1])))
        known = binary.chances_of(binary.Counts.of(self.values(whole)), binary.worth(WORTH))
        threshold = Threshold(**given)
        return Learning(
            binary,  # type: ignore[arg-type]
            model(metrics=(metric,), threshold=threshold, business_value=WORTH),
            Variant(metric),
            {**chances.of_ranking(groups), **scored.chances(groups), **known}.get(metric),
        )

    def taught(self, learning: Learning, reference: list[np.ndarray]) -> Taught:
        """What the chunks of the reference teach."""
        taught = learning.teach(self.values(one) for one in reference)
        assert taught is not None
        return taught

    def sides(self, learning: Learning, taught: Taught, counts: np.ndarray) -> tuple[bool, bool]:
        """Whether a chunk is below and above its band; neither where there is none."""
        values = self.values(counts)
        reading = binary.reading(learning.model, learning.variant, values)
        band = learning.band(taught, reading, values)
        if band is None or reading.value is None:
            return False, False
        return is_below(reading.value, band.lower), is_above(reading.value, band.upper)


def shares(world: World, number: int, rows: int, later: int, metrics: tuple[str, ...], shuffled: float = 0.0,
           lives: int = 150, each: int = 20) -> dict[str, tuple[float, float]]:  # fmt: skip
    """By metric the share of chunks of `later` rows below and above the band, after so many chunks of `rows` rows."""
    counted = {metric: np.zeros(2) for metric in metrics}
    for _ in range(lives):
        reference = [world.chunk(rows) for _ in range(number)]
        chunks = [world.chunk(later, shuffled) for _ in range(each)]
        for metric in metrics:
            learning = world.learned(reference, metric)
            taught = world.taught(learning, reference)
            counted[metric] += np.sum([world.sides(learning, taught, one) for one in chunks], axis=0)
    return {metric: tuple(both / (lives * each)) for metric, both in counted.items()}


@pytest.mark.parametrize("number", [2, 3, 5, 9, 20])
@pytest.mark.parametrize(("rows", "later"), [(300, 300), (2000, 100), (300, 20), (300, 3000)])
def test_a_quiet_chunk_is_outside_as_seldom_as_promised(number: int, rows: int, later: int) -> None:
    """At most 0.5 % where 0.1 % is promised, over all metrics, however many chunks of whatever size."""
    found = shares(World(0.3, 1.5, 0.9, seed=number), number, rows, later, METRICS, lives=60)
    assert np.mean([below for below, _ in found.values()]) <= 0.004
    assert max(below for below, _ in found.values()) <= 0.0125  # of 1,200 chunks with one reference in 20


@pytest.mark.parametrize(
    "world", [World(0.05, 2, 1.8, seed=3), World(0.2, 4.6, 2.3, seed=4), World(0.6, 1, 0.5, seed=5)]
)
@pytest.mark.parametrize("later", [20, 100, 1000])
def test_so_it_is_for_rare_labels_and_for_a_model_that_hardly_errs(world: World, later: int) -> None:
    found = shares(world, 6, 600, later, METRICS, lives=60)
    assert np.mean([below for below, _ in found.values()]) <= 0.004


@pytest.mark.parametrize(
    "world", [World(0.3, 1.5, 0.9, seed=2), World(0.05, 2, 1.8, seed=3), World(0.2, 4.6, 2.3, seed=4)]
)
@pytest.mark.parametrize(("number", "rows", "later"), [(6, 600, 20), (6, 600, 100), (9, 300, 3000), (2, 300, 300)])
def test_so_it_is_for_metrics_of_scores_and_labels(world: World, number: int, rows: int, later: int) -> None:
    """The size of a chunk moves the calibration error by itself, and no alert comes of it."""
    found = shares(world, number, rows, later, OF_SCORES, lives=40)
    bad = [*(above for metric, (_, above) in found.items()), found["calibration_bias"][0]]
    assert np.mean(bad) <= 0.003 and max(bad) <= 0.0075


def test_scores_that_promise_too_much_are_found() -> None:
    found = shares(World(0.3, 1.5, 0.9, seed=6), 6, 3000, 3000, ("brier", *OF_SCORES[2:]), 0.3, lives=20)
    assert found["brier"][1] >= 0.9 and found["calibration_error"][1] >= 0.9, found


def test_both_sides_of_a_cell_share_the_promise() -> None:
    found = shares(World(0.3, 1.5, 0.9, seed=8), 6, 500, 500, ("true_positive", "false_positive"), lives=100)
    assert np.mean([sum(both) for both in found.values()]) <= 0.004


@pytest.mark.parametrize(("shuffled", "rows", "least"), [(0.2, 5000, 0.95), (0.2, 1000, 0.3), (0.05, 5000, 0.05)])
def test_shuffled_labels_are_found(shuffled: float, rows: int, least: float) -> None:
    found = shares(World(0.3, 1.5, 0.9, seed=6), 6, rows, rows, ("accuracy", "f1", "roc_auc"), shuffled, lives=30)
    assert all(below >= least for below, _ in found.values()), found


def test_a_small_chunk_of_the_reference_does_not_blind_the_band() -> None:
    world = World(0.3, 1.5, 0.9, seed=7)
    usual = [world.chunk(2000) for _ in range(5)]
    lowers = []
    for reference in (usual, [*usual, world.chunk(12)]):
        learning = world.learned(reference, "accuracy")
        values = world.values(world.chunk(2000))
        reading = binary.reading(learning.model, Variant("accuracy"), values)
        band = learning.band(world.taught(learning, reference), reading, values)
        assert band is not None and band.lower is not None
        lowers.append(band.lower)
    assert lowers[0] == pytest.approx(lowers[1], abs=0.01)


def lives(world: World, number: int, rows: int, months: int, shuffled: float = 0.0, lives: int = 60) -> list[int]:
    """When each life's accuracy fails first, in months; one more than there are where it never does."""
    firsts = []
    for _ in range(lives):
        reference = [world.chunk(rows) for _ in range(number)]
        learning = world.learned(reference, "accuracy")
        taught = world.taught(learning, reference)
        outcomes = []
        for counts in (world.chunk(rows, shuffled) for _ in range(months)):
            values = world.values(counts)
            one = learning.outcomes(taught, binary.reading(learning.model, Variant("accuracy"), values), values)
            assert one is not None
            outcomes.append(one)
        found = evidence(outcomes, learning.bound(taught), 0.001)
        firsts.append(next((place for place, one in enumerate(found, 1) if one.amount >= 1000), months + 1))
    return firsts


@pytest.mark.parametrize("number", [2, 6, 20])
@pytest.mark.parametrize("rows", [50, 1000])
def test_quiet_lives_do_not_fail(number: int, rows: int) -> None:
    """One alarm in 1,000 chunks is promised: in 60 lives of 40 chunks 2.4 at most, on average."""
    firsts = lives(World(0.3, 1.5, 0.9, seed=20 + number), number, rows, 40)
    assert sum(first <= 40 for first in firsts) <= 2


def test_a_fall_that_few_single_months_show_fails_in_time() -> None:
    """Of 1,000 rows 20 more are wrong; one month in three is outside of the band."""
    world = World(0.3, 1.5, 0.9, seed=30)
    firsts = lives(world, 9, 2000, 40, shuffled=0.12)
    outside = shares(world, 9, 2000, 2000, ("accuracy",), 0.12, lives=20)["accuracy"][0]
    assert outside < 0.5 and np.median(firsts) <= 24
    assert np.median(lives(world, 9, 2000, 12, shuffled=0.2, lives=30)) <= 4


def test_the_band_of_a_total_grows_with_the_rows() -> None:
    world = World(0.3, 1.5, 0.9, seed=9)
    reference = [world.chunk(3000) for _ in range(6)]
    for metric in ("true_positive", "business_value"):
        learning = world.learned(reference, metric)
        taught = world.taught(learning, reference)
        assert [world.sides(learning, taught, world.chunk(rows)) for rows in (100, 600, 9000)] == [(False, False)] * 3
        values = world.values(world.chunk(600))
        band = learning.band(taught, binary.reading(learning.model, Variant(metric), values), values)
        assert band is not None and band.parts["rows"] == 600
        assert band.parts["mean"] == pytest.approx(taught.mean * 600)


def test_the_parts_of_a_band() -> None:
    world = World(0.3, 1.5, 0.9, seed=10)
    reference = [world.chunk(1000) for _ in range(4)]
    learning = world.learned(reference, "accuracy", alarms=0.01)
    values = world.values(world.chunk(400))
    reading = binary.reading(learning.model, Variant("accuracy"), values)
    band = learning.band(world.taught(learning, reference), reading, values)
    assert band is not None and band.lower is not None
    parts = band.parts
    realized = [world.values(one) for one in reference]
    right = [(one["true_positive"] + one["true_negative"]) / 1000 for one in realized]  # type: ignore[operator]
    share = (sum(right) * 1000 + 2) / 4004
    assert parts["sampling"] == pytest.approx(np.sqrt(share * (1 - share) / 400))
    assert parts["mean"] == pytest.approx(np.mean(right))
    between = max(0, np.var(right, ddof=1) - share * (1 - share) / 1000)
    assert parts["between"] == pytest.approx(np.sqrt(between))
    assert (parts["chunks"], parts["factor"]) == (4, pytest.approx(norm.isf(0.01)))
    lean = (norm.isf(0.01) ** 2 - 1) / 6 * (1 - 2 * share) / 400
    width = parts["factor"] * np.sqrt(sum(parts[name] ** 2 for name in ("between", "sampling", "of_mean")))
    assert lean < 0 and parts["lean"] == pytest.approx(lean)
    assert band.lower == pytest.approx(parts["mean"] - width + lean)


def test_a_least_difference_widens_the_band() -> None:
    world = World(0.3, 1.5, 0.9, seed=11)
    reference = [world.chunk(50_000) for _ in range(4)]
    values = world.values(world.chunk(50_000))
    bands = []
    for given in ({}, {"least": (("accuracy", 0.05),)}):
        learning = world.learned(reference, "accuracy", **given)
        reading = binary.reading(learning.model, Variant("accuracy"), values)
        bands.append(learning.band(world.taught(learning, reference), reading, values))
    plain, wide = bands
    assert plain is not None and wide is not None and plain.lower is not None and wide.lower is not None
    assert wide.lower == pytest.approx(wide.parts["mean"] - 0.05) and plain.lower > wide.lower
    assert wide.parts["least"] == 0.05
