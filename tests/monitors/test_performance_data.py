"""CBPE and realized performance on real scoring logs, against scikit-learn and a row-by-row CBPE written here."""

from __future__ import annotations

import itertools
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from sklearn import metrics as sk
from sklearn.isotonic import IsotonicRegression

from tests.monitors.models import Table, by_metric, from_file, model, spec
from whq.config.spec import Threshold
from whq.values import Chunking, Result

DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
METRICS = (
    "roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy", "confusion_matrix",
    "log_loss", "brier", "calibration_error", "calibration_bias", "business_value",
)  # fmt: skip
AT = (0.2, 0.5)
WORTH = {"tp": 100.0, "fp": -10.0, "fn": -50.0}
CELLS = ("true_positive", "false_positive", "false_negative", "true_negative")
MODEL = model(
    score="y_pred_proba",
    prediction="y_pred",
    label="y_true",
    metrics=METRICS,
    at=AT,
    business_value=WORTH,
    threshold=Threshold("std", baseline="whole"),
)
LOGS: dict[str, dict[str, Any]] = {
    "elec2": {"time": "ts", "key": ("row_id",), "chunking": Chunking("month")},
    "employment_ma": {"time": "year", "key": ("id",), "chunking": Chunking("rows", 5000)},
}
ORDER = {"elec2": ("ts", "row_id"), "employment_ma": ("year", "id")}

pytestmark = pytest.mark.data


@lru_cache
def table(log: str) -> Table:
    path = DATA / log / "scoring_log.parquet"
    if not path.is_file():
        pytest.skip(f"needs {path}: set WHQ_DATA to the folder of the real data")
    return from_file(path, **LOGS[log])


@lru_cache
def results(log: str) -> list[Result]:
    return table(log).results(spec(MODEL))


@lru_cache
def frames(log: str) -> dict[tuple[str, int], Any]:
    """The rows of each chunk, cut by pandas."""
    frame = table(log).connection.execute(f"select * from '{DATA / log / 'scoring_log.parquet'}'").df()
    frame = frame.sort_values(list(ORDER[log]))
    found = {}
    for period, part in frame.groupby("partition"):
        place = np.arange(len(part)) // 5000 if log == "employment_ma" else part["ts"].dt.to_period("M")
        for index, (_, chunk) in enumerate(part.groupby(place)):
            found[str(period), index] = chunk
    return found


@lru_cache
def calibrated(log: str) -> dict[tuple[str, int], np.ndarray]:
    reference = [chunk for (period, _), chunk in frames(log).items() if period == "reference"]
    score = np.concatenate([chunk["y_pred_proba"] for chunk in reference])
    label = np.concatenate([chunk["y_true"] for chunk in reference])
    curve = IsotonicRegression(out_of_bounds="clip").fit(score, label)
    return {key: curve.predict(chunk["y_pred_proba"].to_numpy()) for key, chunk in frames(log).items()}


def row_by_row(score: np.ndarray, chance: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """CBPE as NannyML writes it, with ties at their expectation."""
    tp, fp = chance[predicted == 1].sum(), (1 - chance[predicted == 1]).sum()
    fn, tn = chance[predicted == 0].sum(), (1 - chance[predicted == 0]).sum()
    order = np.argsort(-score, kind="stable")
    ranked = chance[order]
    labels = np.concatenate([np.ones(len(score)), np.zeros(len(score))])
    area = sk.roc_auc_score(labels, np.concatenate([score, score]), sample_weight=np.concatenate([chance, 1 - chance]))
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    inner = np.clip(score, np.finfo(float).eps, 1 - np.finfo(float).eps)
    made = {
        **of_cells(tp, fp, fn, tn),
        "roc_auc": area, "average_precision": (ranked * precision).sum() / ranked.sum(),
        "log_loss": -np.mean(chance * np.log(inner) + (1 - chance) * np.log(1 - inner)),
        "brier": np.mean(chance * (1 - score) ** 2 + (1 - chance) * score**2),
        "calibration_error": expected_error(score, chance), "calibration_bias": score.mean() - chance.mean(),
    }  # fmt: skip
    for at in AT:
        above = score >= at
        hits, alarms = chance[above].sum(), (1 - chance[above]).sum()
        cells = of_cells(hits, alarms, chance[~above].sum(), (1 - chance[~above]).sum())
        made |= {f"{metric}/at={at}": value for metric, value in cells.items()}
    return made


def of_cells(tp: float, fp: float, fn: float, tn: float) -> dict[str, float]:
    """The metrics of a confusion matrix."""
    return {
        "true_positive": tp, "false_positive": fp, "false_negative": fn, "true_negative": tn,
        "precision": tp / (tp + fp) if tp + fp else 0.0, "recall": tp / (tp + fn) if tp + fn else 0.0,
        "specificity": tn / (tn + fp) if tn + fp else 0.0, "f1": tp / (tp + (fp + fn) / 2) if tp + fp + fn else 0.0,
        "accuracy": (tp + tn) / (tp + fp + fn + tn), "business_value": 100 * tp - 10 * fp - 50 * fn,
    }  # fmt: skip


def expected_error(score: np.ndarray, truth: np.ndarray) -> float:
    """The calibration error over sixteen ranges, whose ends are written out."""
    ends = np.array([k * k / 128 for k in range(9)])
    gaps = []
    for low, high in itertools.pairwise(ends):
        gaps += [(score >= low) & (score < high), (1 - score >= low) & (1 - score < high)]
    gaps = [*gaps[:-2], (score >= ends[-2]) & (score <= 0.5), (score > 0.5) & (1 - score >= ends[-2])]
    assert sum(gap.sum() for gap in gaps) == len(score)
    return sum(abs(score[gap].mean() - truth[gap].mean()) * gap.mean() for gap in gaps if gap.any())


def from_labels(chunk: Any) -> dict[str, float]:
    label, score, predicted = (chunk[name].to_numpy() for name in ("y_true", "y_pred_proba", "y_pred"))
    made = {
        "roc_auc": sk.roc_auc_score(label, score), "average_precision": sk.average_precision_score(label, score),
        "log_loss": sk.log_loss(label, score, labels=[0, 1]), "brier": sk.brier_score_loss(label, score),
        "calibration_error": expected_error(score, label), "calibration_bias": score.mean() - label.mean(),
    }  # fmt: skip
    for at, said in ((None, predicted), *((at, (score >= at).astype(int)) for at in AT)):
        tn, fp, fn, tp = sk.confusion_matrix(label, said, labels=[0, 1]).ravel()
        cells = {
            "true_positive": tp, "false_positive": fp, "false_negative": fn, "true_negative": tn,
            "precision": sk.precision_score(label, said, zero_division=0), "recall": sk.recall_score(label, said),
            "specificity": sk.recall_score(label, said, pos_label=0),
            "f1": sk.f1_score(label, said), "accuracy": sk.accuracy_score(label, said),
            "business_value": 100 * tp - 10 * fp - 50 * fn,
        }  # fmt: skip
        made |= {metric if at is None else f"{metric}/at={at}": value for metric, value in cells.items()}
    return made


def key_of(result: Result) -> str:
    at = result.params.get("at")
    return result.metric if at is None else f"{result.metric}/at={at}"


def found(log: str, method: str) -> dict[tuple[str, int], dict[str, float]]:
    made: dict[tuple[str, int], dict[str, float]] = {}
    for result in results(log):
        if result.method == method and result.chunk is not None:
            made.setdefault((str(result.period), result.chunk.index), {})[key_of(result)] = float(result.value)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("log", LOGS)
def test_knots_equal_scikit_learn(log: str) -> None:
    knots = np.array(table(log).fit(spec(MODEL)).of("m").methods["cbpe"].knots)
    reference = [chunk for (period, _), chunk in frames(log).items() if period == "reference"]
    score = np.concatenate([chunk["y_pred_proba"] for chunk in reference])
    label = np.concatenate([chunk["y_true"] for chunk in reference])
    theirs = IsotonicRegression(out_of_bounds="clip").fit(score, label)
    inner = knots[(knots[:, 0] >= score.min()) & (knots[:, 0] <= score.max())]
    assert inner[:, 0] == pytest.approx(theirs.X_thresholds_, abs=0)
    assert inner[:, 1] == pytest.approx(theirs.y_thresholds_, abs=1e-12)


@pytest.mark.parametrize("log", LOGS)
def test_estimates_equal_a_row_by_row_cbpe(log: str) -> None:
    ours = found(log, "cbpe")
    assert set(ours) == set(frames(log))
    for key, chunk in frames(log).items():
        theirs = row_by_row(chunk["y_pred_proba"].to_numpy(), calibrated(log)[key], chunk["y_pred"].to_numpy())
        assert set(ours[key]) == set(theirs)
        for metric, value in theirs.items():
            loose = metric in ("roc_auc", "average_precision")
            assert ours[key][metric] == pytest.approx(value, rel=1e-8 if loose else 1e-12), (key, metric)


@pytest.mark.parametrize("log", LOGS)
def test_realized_values_equal_scikit_learn(log: str) -> None:
    ours = found(log, "realized")
    for key, chunk in frames(log).items():
        assert ours[key] == pytest.approx(from_labels(chunk), rel=1e-12), key


@pytest.mark.parametrize("log", LOGS)
def test_thresholds_are_nannymls(log: str) -> None:
    reference = [from_labels(chunk) for (period, _), chunk in frames(log).items() if period == "reference"]
    for metric, top in (("roc_auc", 1.0), ("f1", 1.0), ("f1/at=0.2", 1.0), ("true_positive", np.inf)):
        values = np.array([chunk[metric] for chunk in reference])
        lower, upper = values.mean() - 3 * values.std(), values.mean() + 3 * values.std()
        judged = next(result for result in results(log) if key_of(result) == metric)
        assert judged.threshold_lower == pytest.approx(max(lower, 0.0), rel=1e-12)
        assert judged.threshold_upper == pytest.approx(min(upper, top), rel=1e-12)


def test_employment_estimates_follow_the_realized_values() -> None:
    for metric, most in (("roc_auc", 0.005), ("f1", 0.007)):
        estimated, realized = (by_metric(results("employment_ma"), metric, m) for m in ("cbpe", "realized"))
        apart = [abs(estimated[key].value - realized[key].value) for key in realized]  # type: ignore[operator]
        assert len(apart) == 42
        assert np.mean(apart) <= most


def test_employment_alerts_where_the_labels_agree() -> None:
    """Rows 130,000 … 144,999 begin 2018 with people in institutions: AUC really falls to 0.80 there."""
    metrics = replace(MODEL, metrics=("roc_auc",))
    judged = table("employment_ma").results(spec(metrics))
    alerted = {r.chunk.index for r in judged if r.alert and r.method == "cbpe" and r.chunk is not None}
    fallen = {r.chunk.index for r in judged if r.status == "fail" and "below" in r.message and r.chunk is not None}
    assert alerted == fallen == {27, 28}


def test_elec2_estimates_depart_when_the_relation_changes() -> None:
    estimated, realized = (by_metric(results("elec2"), "roc_auc", method) for method in ("cbpe", "realized"))
    gap = {key: estimated[key].value - realized[key].value for key in realized}  # type: ignore[operator]
    departed = [value for key, value in gap.items() if "1997-06" <= key <= "1998-04"]
    assert len(departed) == 11
    assert min(departed) > 0.08
    assert np.mean(departed) > 0.2
    assert abs(gap["1997-05"]) < 0.02


def test_the_loss_of_elec2_is_found_with_learned_thresholds() -> None:
    """The market changes from 1997-05 on: accuracy warns in June, fails from November to April, and is well again."""
    given = replace(MODEL, threshold=Threshold(), metrics=("roc_auc", "f1", "accuracy"))
    found = table("elec2").results(replace(spec(given), chunking=Chunking("month")))
    told = {metric: [one.status for one in by_metric(found, metric, "realized").values()] for metric in given.metrics}
    assert told["accuracy"] == ["pass", "warn", *["pass"] * 3, "warn", *["fail"] * 6, *["pass"] * 8]
    assert all(statuses.count("fail") >= 2 and statuses[-8:] == ["pass"] * 8 for statuses in told.values())
    estimates = by_metric(found, "accuracy", "cbpe").values()
    assert {one.details["trust"]["verdict"] for one in estimates} == {"untrusted"}
    assert {(one.status, one.alert) for one in estimates} == {("inconclusive", False)}
