"""Learned bands of models of several classes: how often a quiet chunk is outside of them, and what is found.

Chunks are drawn with replacement from rows of one model, whose scores are exact chances; seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import model
from whq.config.spec import Threshold
from whq.fit.confusion import ROWS, Tallies
from whq.fit.histogram import area, precision
from whq.fit.sampling import Groups
from whq.monitors.bands import Band, Taught
from whq.monitors.judge import is_below
from whq.monitors.models import class_chances, multiclass
from whq.monitors.models.learned import Learning
from whq.monitors.models.readings import Values, Variant

BINS = 30
METRICS = ("roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy", "business_value")
UNEVEN = (0.6, 0.3, 0.08, 0.02)
MANY = (0.3, 0.2, 0.2, 0.1, 0.08, 0.06, 0.04, 0.02)


class World:
    """A model of as many classes as there are shares, whose own score is higher by `apart` standard deviations."""

    def __init__(self, shares: Sequence[float], average: str, seed: int, apart: float = 1.6) -> None:
        self.random = np.random.default_rng(seed)
        size, classes = 40_000, len(shares)
        self.true = self.random.choice(classes, size, p=shares)
        drawn = self.random.normal(size=(size, classes))
        drawn[np.arange(size), self.true] += apart
        weights = np.exp(drawn * apart) * np.array(shares)
        score = weights / weights.sum(axis=1, keepdims=True)
        self.predicted, self.bins = score.argmax(axis=1), np.minimum((score * BINS).astype(int), BINS - 1)
        self.names = tuple(f"c{place}" for place in range(classes))
        self.model = model(
            kind="multiclass", score={name: name for name in self.names}, metrics=METRICS, average=average,
            worth={"c0": {"c0": 5.0, "c1": -3.0}, "c1": {"c1": 1.0}}, threshold=Threshold(),
        )  # fmt: skip

    def chunk(self, rows: int) -> np.ndarray:
        """Rows by their number."""
        return self.random.integers(0, len(self.true), rows)

    def groups(self, rows: np.ndarray) -> dict[str, Groups]:
        """Score groups by class."""
        found = {}
        for place, name in enumerate(self.names):
            members = np.bincount(self.bins[rows, place], minlength=BINS).astype(float)
            positives = np.bincount(self.bins[rows, place][self.true[rows] == place], minlength=BINS).astype(float)
            (kept,) = np.nonzero(members)
            lows = kept.astype(float).tolist()
            found[name] = Groups(lows, lows, members[kept].tolist(), positives[kept].tolist())
        return found

    def values(self, rows: np.ndarray, shuffled: float = 0.0) -> dict[str, Any]:
        """What a scan would bring back; of a part of the rows the predictions are drawn anew."""
        predicted = self.predicted[rows].copy()
        taken = self.random.random(len(rows)) < shuffled
        predicted[taken] = self.random.integers(0, len(self.names), taken.sum())
        matrix = np.zeros((len(self.names) + 1,) * 2)
        np.add.at(matrix, (self.true[rows], predicted), 1)
        groups = list(self.groups(rows).values())
        groups += [pooled(groups)] if self.model.average == "micro" else []
        size = len(rows)
        return {
            **dict.fromkeys(("total", "labelled", "scored", "predicted"), size),
            **dict.fromkeys(("outside", "uneven_scores", "unknown_labels", "unknown_predictions"), 0),
            "matrix": matrix, "tallies": Tallies.of(matrix, len(self.names)), "classes": self.names,
            "average": self.model.average, "ranking": tuple(map(ranked, groups)),
        }  # fmt: skip

    def learning(self, reference: Sequence[np.ndarray], variant: Variant) -> tuple[Learning, Taught]:
        """How a number is judged after this reference."""
        counted = [self.values(rows) for rows in reference]
        chances = {
            **class_chances.ranking_chances(self.groups(np.concatenate(reference)), self.model.average),
            **class_chances.matrix_chances(self.model, np.sum([one["matrix"] for one in counted], axis=0)),
        }
        learning = Learning(multiclass, self.model, variant, chances.get(variant.key))  # type: ignore[arg-type]
        taught = learning.teach(counted)
        assert taught is not None
        return learning, taught


def pooled(groups: Sequence[Groups]) -> Groups:
    """All classes together, by score."""
    rows = sorted(row for one in groups for row in zip(one.lows, one.highs, one.members, one.positives, strict=True))
    merged = [(score, list(group)) for score, group in groupby(rows, key=lambda row: row[0])]
    sums = [(score, score, sum(r[2] for r in group), sum(r[3] for r in group)) for score, group in merged]
    return Groups(*map(list, zip(*sums, strict=True)))


def ranked(groups: Groups) -> dict[str, Any]:
    members, positives = np.array(groups.members), np.array(groups.positives)
    return {
        "scored": members.sum(), "positives": positives.sum(),
        "roc_auc": area(positives, members - positives), "average_precision": precision(positives, members),
    }  # fmt: skip


def band(learning: Learning, taught: Taught, values: Values) -> tuple[float | None, Band | None]:
    reading = multiclass.reading(learning.model, learning.variant, values)
    return reading.value, learning.band(taught, reading, values)


def test_expected_rows_that_add_up_to_a_little_less_or_more_than_all_have_a_band() -> None:
    """An estimate's rows are sums of chances: what is left for rows of no class is what they were rounded by."""
    world = World((0.5, 0.3, 0.2), "macro", 3)
    learning, taught = world.learning([world.chunk(300) for _ in range(10)], Variant("f1"))
    values = world.values(world.chunk(300))
    _, usual = band(learning, taught, values)
    assert usual is not None
    for rounding in (-1e-13, 1e-13):
        numbers = values["tallies"].numbers.copy()
        numbers[:, ROWS] += rounding
        _, found = band(learning, taught, {**values, "tallies": Tallies(numbers)})
        assert found is not None
        assert found.lower == pytest.approx(usual.lower, abs=1e-9)


def below(world: World, number: int, rows: int, later: int, shuffled: float = 0.0, lives: int = 30) -> dict[str, float]:
    """By metric the share of chunks of `later` rows that are below their band."""
    counted = dict.fromkeys(METRICS, 0)
    each = 20
    for _ in range(lives):
        reference = [world.chunk(rows) for _ in range(number)]
        chunks = [world.values(world.chunk(later), shuffled) for _ in range(each)]
        for metric in METRICS:
            learning, taught = world.learning(reference, Variant(metric))
            for values in chunks:
                value, one = band(learning, taught, values)
                counted[metric] += value is not None and one is not None and is_below(value, one.lower)
    return {metric: hits / (lives * each) for metric, hits in counted.items()}


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
@pytest.mark.parametrize(("shares", "later"), [(UNEVEN, 300), (UNEVEN, 60), (MANY, 200), ((0.5, 0.5), 100)])
def test_a_quiet_chunk_is_outside_as_seldom_as_promised(shares: Sequence[float], later: int, average: str) -> None:
    """At most 0.3 % over all metrics where 0.1 % is promised; of 600 chunks of one metric few."""
    found = below(World(shares, average, seed=3), 6, 500, later)
    assert np.mean(list(found.values())) <= 0.003, found
    assert max(found.values()) <= 0.0125, found


def test_worse_predictions_are_found() -> None:
    found = below(World(UNEVEN, "macro", seed=4), 6, 2000, 2000, shuffled=0.3, lives=5)
    assert all(found[metric] >= 0.9 for metric in ("f1", "precision", "specificity", "accuracy")), found
    assert found["roc_auc"] == 0  # the scores are as they were


def test_a_chunk_that_lacks_a_class_by_chance_has_no_band() -> None:
    """Of 60 rows about one is of the rarest class; where none is, the average is of other classes."""
    world = World(UNEVEN, "macro", seed=5)
    learning, taught = world.learning([world.chunk(500) for _ in range(6)], Variant("recall"))
    chunks = [world.values(world.chunk(60)) for _ in range(40)]
    lacking = [values for values in chunks if values["matrix"][3].sum() == 0]
    assert lacking and len(lacking) < len(chunks)
    for values in chunks:
        _, one = band(learning, taught, values)
        assert (one is None) == any(values is other for other in lacking)


def test_a_class_that_should_be_there_is_missed() -> None:
    world = World(UNEVEN, "macro", seed=6)
    learning, taught = world.learning([world.chunk(3000) for _ in range(6)], Variant("f1"))
    rows = world.chunk(3000)
    _, one = band(learning, taught, world.values(rows[world.true[rows] != 3]))
    assert one is not None and one.lower is not None
