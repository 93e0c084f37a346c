"""The weighted reference against numpy and scikit-learn, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

from whq.fit.domain import Domain, domain

BINS = 100
Columns = dict[str, list[float]]


def counted(parts: list[tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]]) -> Columns:
    """What `models/scan/domain_weights` says of parts given as bins, weights, positives and scores, row by row."""
    names = ("part", "bin", "members", "weight", "squares", "positives", "total", "largest", "floored")
    rows = []
    for part, bins, weights, positives, scores in parts:
        for bin in np.unique(bins):
            at = bins == bin
            w = weights[at]
            rows.append(
                [part, bin, at.sum(), w.sum(), (w * w).sum(), (w * positives[at]).sum(), (w * scores[at]).sum(),
                 w.max(), (w <= 0.001).sum()]
            )  # fmt: skip
    random = np.random.default_rng(1)
    random.shuffle(rows)
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def example(seed: int, shift: float) -> tuple[Columns, dict[str, np.ndarray]]:
    """A reference and a chunk whose rows lie `shift` apart, by their chance to be of the chunk."""
    random = np.random.default_rng(seed)
    x0, x1 = random.normal(0, 1, 5_000), random.normal(shift, 1, 1_000)
    chance0, chance1 = (1 / (1 + np.exp(-(shift * x - shift**2 / 2))) for x in (x0, x1))
    weights = np.clip(chance0 / np.maximum(1 - chance0, 0.05), 0.001, 50)
    scores = np.floor(1 / (1 + np.exp(-x0)) * BINS) / BINS + 0.5 / BINS
    labels = (random.random(5_000) < scores**2).astype(float)
    bins0, bins1 = (np.ceil(chance * 400).astype(int) - 1 for chance in (chance0, chance1))
    none, ones = np.zeros(6_000), np.ones(1_000)
    columns = counted(
        [(0, np.floor(scores * BINS), weights, labels, scores), (-1, bins0, weights, none[:5_000], none[:5_000]),
         (-2, bins1, ones, none[:1_000], none[:1_000])]
    )  # fmt: skip
    return columns, {
        "w": weights, "s": scores, "y": labels, "h0": chance0, "h1": chance1, "bins": np.concatenate([bins0, bins1]),
    }  # fmt: skip


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0, 4.0])
def test_against_rows(shift: float) -> None:
    columns, rows = example(3, shift)
    one = domain(columns, 1)
    assert isinstance(one, Domain)
    w = rows["w"]
    assert one.effective == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    assert one.ess == pytest.approx(one.effective / 5_000, rel=1e-12)
    assert one.unsupported == pytest.approx((rows["h1"] > 0.95).mean(), abs=1e-12)
    assert one.uncovered == pytest.approx((rows["h0"] <= 0.05).mean(), abs=1e-12)
    assert one.largest == pytest.approx(w.max(), rel=1e-12)
    assert one.floored == pytest.approx((w <= 0.001).mean(), abs=1e-12)
    assert one.auc == pytest.approx(roc_auc_score([0] * 5_000 + [1] * 1_000, rows["bins"]), abs=1e-12)


@pytest.mark.parametrize("shift", [0.5, 2.0, 4.0])
def test_the_curve_is_the_weighted_isotonic_regression(shift: float) -> None:
    columns, rows = example(5, shift)
    one = domain(columns, 1)
    assert isinstance(one, Domain)
    (knots,) = one.curves
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(rows["s"], rows["y"], sample_weight=rows["w"])
    at = np.linspace(0, 1, 501)
    assert np.interp(at, *np.array(knots).T) == pytest.approx(isotonic.predict(at), abs=1e-9)


def test_a_class_without_labelled_rows_has_no_curve() -> None:
    columns, _ = example(3, 0.5)
    assert domain(columns, 2) is None
    assert domain({name: [] for name in columns}, 1) is None


def test_a_chunk_of_none_and_a_reference_of_none() -> None:
    columns, _ = example(3, 0.5)
    without = {
        name: [v for v, part in zip(values, columns["part"], strict=True) if part != -2]
        for name, values in columns.items()
    }
    one = domain(without, 1)
    assert isinstance(one, Domain)
    assert (one.auc, one.unsupported) == (None, 0.0)
