"""Models of several classes on a real scoring log, against scikit-learn and a row-by-row CBPE written here."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.isotonic import IsotonicRegression

from tests.monitors.models import Table, from_file, model, spec
from whq.config.spec import ModelSpec, Threshold
from whq.values import Chunking, Result

DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
LOG = DATA / "beijing_pm25" / "scoring_log.parquet"
CLASSES = ("1_excellent", "2_good", "3_polluted", "4_heavy")
SCORES = [f"y_pred_proba_{of}" for of in CLASSES]
SHARES = ("f1", "precision", "recall", "specificity")
CHUNKINGS = {"month": Chunking("month"), "rows": Chunking("rows", 5000)}
WORTH = {"4_heavy": {"4_heavy": 5.0, "1_excellent": -20.0}, "1_excellent": {"4_heavy": -1.5}}
POINTS = np.array([[WORTH.get(true, {}).get(predicted, 0.0) for predicted in CLASSES] for true in CLASSES])
AVERAGES = ("macro", "weighted", "micro")

pytestmark = pytest.mark.data


def level(average: str) -> ModelSpec:
    metrics = ("roc_auc", "average_precision", *SHARES, "accuracy", "confusion_matrix", "business_value")
    return model(
        kind="multiclass", score=dict(zip(CLASSES, SCORES, strict=True)), prediction="y_pred", label="y_true",
        metrics=metrics, average=average, per_class=True, worth=WORTH,
        estimators=("cbpe",), threshold=Threshold("std", baseline="whole"),
    )  # fmt: skip


@lru_cache
def table(chunks: str) -> Table:
    if not LOG.is_file():
        pytest.skip(f"needs {LOG}: set WHQ_DATA to the folder of the real data")
    return from_file(LOG, time="ts", key=("No",), chunking=CHUNKINGS[chunks])


@lru_cache
def results(chunks: str, average: str) -> list[Result]:
    return table(chunks).results(spec(level(average)))


@lru_cache
def frames(chunks: str) -> dict[tuple[str, int], Any]:
    """The rows of each chunk, cut by pandas."""
    frame = table(chunks).connection.execute(f"select * from '{LOG}'").df().sort_values(["ts", "No"])
    found = {}
    for period, part in frame.groupby("partition"):
        place = np.arange(len(part)) // 5000 if chunks == "rows" else part["ts"].dt.to_period("M")
        for index, (_, chunk) in enumerate(part.groupby(place)):
            found[str(period), index] = chunk
    return found


@lru_cache
def curves() -> tuple[IsotonicRegression, ...]:
    reference = [chunk for (period, _), chunk in frames("rows").items() if period == "reference"]
    label = np.concatenate([chunk["y_true"] for chunk in reference])
    known = [isinstance(one, str) for one in label]
    score = np.concatenate([chunk[SCORES].to_numpy() for chunk in reference])[known]
    return tuple(
        IsotonicRegression(out_of_bounds="clip").fit(score[:, place], label[known] == of)
        for place, of in enumerate(CLASSES)
    )


def found(chunks: str, average: str, method: str) -> dict[tuple[str, int], dict[str, float | None]]:
    """Values by chunk, and by metric and class."""
    values: dict[tuple[str, int], dict[str, float | None]] = {}
    for result in results(chunks, average):
        if result.method == method and result.chunk is not None:
            name = "/".join([result.metric, *([result.params["class"]] if "class" in result.params else [])])
            values.setdefault((str(result.period), result.chunk.index), {})[name] = result.value  # type: ignore[assignment]
    return values


def averaged(each: list[float], support: np.ndarray, average: str) -> float:
    return float(np.average(each, weights=support if average == "weighted" else None))


def expected(chunk: Any, average: str) -> dict[str, float]:
    """CBPE row by row: chances of each class, divided by their sum, and what would come of them."""
    score, predicted = chunk[SCORES].to_numpy(), chunk["y_pred"].to_numpy()
    chance = np.column_stack([curve.predict(score[:, place]) for place, curve in enumerate(curves())])
    total = chance.sum(axis=1, keepdims=True)
    chance = np.where(total > 0, chance / np.where(total > 0, total, 1), 1 / len(CLASSES))
    matrix = np.array([[chance[predicted == one, place].sum() for one in CLASSES] for place in range(len(CLASSES))])
    values = of_matrix(matrix, average)
    areas, precisions = [], []
    for place, of in enumerate(CLASSES):
        areas.append(area(score[:, place], chance[:, place]))
        precisions.append(precision_of(score[:, place], chance[:, place]))
        values |= {f"roc_auc/{of}": areas[-1], f"average_precision/{of}": precisions[-1]}
    if average == "micro":
        pooled, chances = score.ravel(order="F"), chance.ravel(order="F")
        return values | {"roc_auc": area(pooled, chances), "average_precision": precision_of(pooled, chances)}
    support = chance.sum(axis=0)
    of_all = {"roc_auc": averaged(areas, support, average), "average_precision": averaged(precisions, support, average)}
    return values | of_all


def area(score: np.ndarray, chance: np.ndarray) -> float:
    labels = np.repeat([1, 0], len(score))
    return float(sk.roc_auc_score(labels, np.r_[score, score], sample_weight=np.r_[chance, 1 - chance]))


def precision_of(score: np.ndarray, chance: np.ndarray) -> float:
    """Row after row; rows of one score stand for their mean."""
    _, place, count = np.unique(-score, return_inverse=True, return_counts=True)
    mean = np.bincount(place, chance) / count
    ranked = np.repeat(mean, count)
    return float((ranked * np.cumsum(ranked) / np.arange(1, len(ranked) + 1)).sum() / ranked.sum())


def of_matrix(matrix: np.ndarray, average: str) -> dict[str, float]:
    """All that a confusion matrix gives, class by class and on average."""
    rows, hits, true, told = matrix.sum(), np.diagonal(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    right = rows - true - told + hits
    ratios = {
        "f1": (2 * hits, true + told), "precision": (hits, told), "recall": (hits, true),
        "specificity": (right, rows - true), "accuracy": (hits + right, np.full(len(hits), rows)),
    }  # fmt: skip
    values = {
        f"{name}/{of}": float(above[place] / below[place]) if below[place] else 0.0
        for name, (above, below) in ratios.items()
        for place, of in enumerate(CLASSES)
    }
    here = (true + told) > 0
    for name in SHARES:
        above, below = ratios[name]
        each = [values[f"{name}/{of}"] for of, is_here in zip(CLASSES, here, strict=True) if is_here]
        values[name] = above.sum() / below.sum() if average == "micro" else averaged(each, true[here], average)
    pairs = {f"confusion_matrix/{a}>{b}": matrix[i, j] for i, a in enumerate(CLASSES) for j, b in enumerate(CLASSES)}
    return {**values, **pairs, "accuracy": hits.sum() / rows, "business_value": (matrix * POINTS).sum()}


def from_labels(chunk: Any, average: str) -> dict[str, float | None]:
    """The same from scikit-learn."""
    chunk = chunk[chunk["y_true"].notna()]
    label, predicted, score = chunk["y_true"].to_numpy(), chunk["y_pred"].to_numpy(), chunk[SCORES].to_numpy()
    matrix = sk.confusion_matrix(label, predicted, labels=CLASSES)
    values: dict[str, float | None] = {**of_matrix(matrix, average)}
    for name, function in (("f1", sk.f1_score), ("precision", sk.precision_score), ("recall", sk.recall_score)):
        values[name] = function(label, predicted, average=average, zero_division=0)
    values["accuracy"] = sk.accuracy_score(label, predicted)
    truth = label[:, None] == np.array(CLASSES)
    here = truth.any(axis=0)
    for name, function in (("roc_auc", sk.roc_auc_score), ("average_precision", sk.average_precision_score)):
        for place, of in enumerate(CLASSES):
            values[f"{name}/{of}"] = function(truth[:, place], score[:, place]) if here[place] else None
        pooled = function(truth[:, here], score[:, here], average=average) if average != "micro" else None
        values[name] = function(truth.ravel(), score.ravel()) if pooled is None else pooled
    return values


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("chunks", CHUNKINGS)
def test_estimates_equal_a_row_by_row_cbpe(chunks: str, average: str) -> None:
    ours = found(chunks, average, "cbpe")
    assert set(ours) == set(frames(chunks))
    for key, chunk in frames(chunks).items():
        theirs = expected(chunk, average)
        assert set(ours[key]) == set(theirs)
        for name, value in theirs.items():
            assert ours[key][name] == pytest.approx(value, rel=1e-8, abs=1e-8), (key, name)


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("chunks", CHUNKINGS)
def test_realized_values_equal_scikit_learn(chunks: str, average: str) -> None:
    ours = found(chunks, average, "realized")
    for key, chunk in frames(chunks).items():
        theirs = from_labels(chunk, average)
        assert set(ours[key]) == set(theirs)
        for name, value in theirs.items():
            assert ours[key][name] == (None if value is None else pytest.approx(value, rel=1e-12, abs=1e-12)), name


def test_shares_of_the_confusion_matrix() -> None:
    one = next(
        r for r in results("rows", "macro") if r.id.endswith("/4_heavy>3_polluted/realized") and r.period == "analysis"
    )
    chunk = frames("rows")["analysis", 0]
    chunk = chunk[chunk["y_true"].notna()]
    for name, normalize in (("of_all", "all"), ("of_true", "true"), ("of_predicted", "pred")):
        matrix = sk.confusion_matrix(chunk["y_true"], chunk["y_pred"], labels=CLASSES, normalize=normalize)
        assert one.details[name] == pytest.approx(matrix[3, 2], abs=1e-12)


def test_the_estimate_is_nearer_than_raw_scores_would_be() -> None:
    """Every class is calibrated; without that the estimates of accuracy and F1 are farther off."""
    raw: dict[str, list[float]] = {"accuracy": [], "f1": []}
    own: dict[str, list[float]] = {"accuracy": [], "f1": []}
    realized, estimated = found("rows", "macro", "realized"), found("rows", "macro", "cbpe")
    for key, chunk in frames("rows").items():
        if key[0] == "reference":
            continue
        score, predicted = chunk[SCORES].to_numpy(), chunk["y_pred"].to_numpy()
        matrix = np.array([[score[predicted == one, place].sum() for one in CLASSES] for place in range(4)])
        uncalibrated = of_matrix(matrix, "macro")
        for name in raw:
            truth = realized[key][name] or 0.0
            raw[name].append(abs(uncalibrated[name] - truth))
            own[name].append(abs((estimated[key][name] or 0.0) - truth))
    assert all(np.mean(own[name]) < 0.6 * np.mean(raw[name]) for name in raw), (own, raw)
