"""Anchored estimates against a replay by rows with scikit-learn, and that nothing is known before its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import f1_score, roc_auc_score

from tests.monitors.models import NORTH, Table, by_metric, model, spec, where
from tests.monitors.test_performance import COLUMNS, Rows
from tests.monitors.test_performance_replay import log
from whq.config.spec import Threshold
from whq.memory.baselines import Learned
from whq.monitors import Context
from whq.monitors.models import monitor as performance
from whq.monitors.models.replay import FEWEST
from whq.values import Result

DAY = 86400.0
UNTIL_JUNE = where("\"at\" < timestamp '2024-07-01'", "at")
FALL = [0.0] * 7 + [0.2, 0.3, 0.1, 0.3, 0.0]
METRICS = ("roc_auc", "f1", "accuracy", "true_positive", "business_value")


def found(rows: Rows, delay: int | None = 28, **given: Any) -> list[Result]:
    """The results with labels that are due so many days after their month."""
    usual: dict[str, Any] = {
        "metrics": METRICS, "business_value": {"tp": 100.0, "fp": -10.0, "fn": -50.0, "tn": 0.0},
        "threshold": Threshold(), "delay": None if delay is None else delay * DAY,
    }  # fmt: skip
    table = Table(COLUMNS, rows, reference=UNTIL_JUNE, segments=given.pop("segments", ()))
    asked = spec(model(**{**usual, **given}))
    baseline = table.fit(asked)
    measured = table._walk(asked).measure({"model": Learned(baseline)})
    return performance.evaluate(table.dataset, asked, baseline, measured, Context(datetime(2026, 1, 1))).results


def values(results: Sequence[Result], metric: str, method: str = "anchored", period: str = "analysis") -> list[Any]:
    return [one.value for one in by_metric(results, metric, method, period).values()]


# --- the same by rows -----------------------------------------------------------------------------------------


def expected(chance: np.ndarray, chunk: pd.DataFrame) -> np.ndarray:
    """roc_auc, f1, accuracy, true positives by row, worth by row."""
    said = chunk["class"].to_numpy() == 1
    labels = np.repeat([1, 0], len(chunk))
    area = roc_auc_score(labels, np.tile(chunk.score, 2), sample_weight=np.concatenate([chance, 1 - chance]))
    tp, fp, fn = chance[said].sum(), (1 - chance)[said].sum(), chance[~said].sum()
    n = len(chunk)
    return np.array([area, 2 * tp / (2 * tp + fp + fn), 1 - (fp + fn) / n, tp / n, (100 * tp - 10 * fp - 50 * fn) / n])


def realized(chunk: pd.DataFrame) -> np.ndarray:
    truth, said = chunk.truth.to_numpy(), chunk["class"].to_numpy()
    tp, fp, fn = (float(((said == s) & (truth == t)).mean()) for s, t in ((1, 1), (1, 0), (0, 1)))
    area, f1 = roc_auc_score(truth, chunk.score), f1_score(truth, said)
    return np.array([area, f1, (said == truth).mean(), tp, 100 * tp - 10 * fp - 50 * fn])


def curve(chunks: Sequence[pd.DataFrame]) -> Any:
    rows = pd.concat(chunks)
    return IsotonicRegression(out_of_bounds="clip").fit(rows.score, rows.truth)


def replay(rows: Rows, references: int, late: int) -> np.ndarray:
    """Chunk by chunk, from what was known then."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    chunks = [part for _, part in frame.groupby(frame["at"].dt.month)]
    truth = np.array([realized(chunk) for chunk in chunks])
    least = (1e-3 * np.array([1, 1, 1, *np.abs(truth[:references, 3:]).max(axis=0)])) ** 2
    made: dict[str, dict[int, np.ndarray]] = {"cbpe": {}, "refit": {}, "last": {}}
    blend = []
    for place, chunk in enumerate(chunks):
        is_reference = place < references
        taught = [c for other, c in enumerate(chunks[:references]) if other != place]
        known = [o for o in range(place) if o <= place - late or (o < references and not is_reference)]
        made["cbpe"][place] = expected(curve(taught).predict(chunk.score), chunk)
        if known:
            made["refit"][place] = expected(curve([chunks[o] for o in known[-3:]]).predict(chunk.score), chunk)
            made["last"][place] = truth[known[-1]]
        weights = {}
        for name, estimates in made.items():
            past = [estimates[other] - truth[other] for other in known[-8:] if other in estimates][-6:]
            if past and place in estimates:
                weights[name] = 1 / (np.mean(np.square(past), axis=0) + least)
        total = sum(weights.values()) if weights else None
        blend.append(
            made["cbpe"][place] if total is None else sum(w * made[n][place] for n, w in weights.items()) / total
        )
    return np.array(blend)


@pytest.mark.parametrize(("delay", "late"), [(28, 1), (80, 3)])
def test_the_blend_equals_a_replay_by_rows(delay: int, late: int) -> None:
    rows = log(FALL)
    results, by_rows = found(rows, delay), replay(rows, 6, late)
    for column, metric in enumerate(METRICS):
        scale = 400 if metric in ("true_positive", "business_value") else 1
        whole = values(results, metric, period="reference") + values(results, metric)
        assert [value / scale for value in whole] == pytest.approx(by_rows[:, column], rel=1e-9)


def test_the_weights_add_up_and_say_until_when_labels_were_known() -> None:
    one = by_metric(found(log(FALL)), "accuracy", "anchored")["2024-10"]
    parts = one.details["parts"]
    assert list(parts) == ["cbpe", "refit", "last"]
    assert sum(part["weight"] for part in parts.values()) == pytest.approx(1)
    assert one.value == pytest.approx(sum(part["weight"] * part["value"] for part in parts.values()))
    assert one.details["labels_until"] == "2024-09" and one.id == "d/m/accuracy/anchored"


# --- nothing before its time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("delay", "late"), [(28, 1), (59, 2), (80, 3), (None, 1)])
@pytest.mark.parametrize("month", [7, 9, 12])
def test_labels_that_are_not_known_yet_change_nothing(delay: int | None, late: int, month: int) -> None:
    rows = log(FALL)
    turned = [[*row[:4], 1 - row[4] if row[0].month == month else row[4]] for row in rows]
    for metric in METRICS:
        before, after = values(found(rows, delay), metric), values(found(turned, delay), metric)
        same = [one == pytest.approx(other, rel=1e-9) for one, other in zip(before, after, strict=True)]
        until = month - 7 + late
        assert all(same[:until]) and not any(same[until : until + 1])


@pytest.mark.parametrize("method", ["anchored", "cbpe"])
def test_month_by_month_says_what_one_run_says(method: str) -> None:
    rows = log(FALL)
    whole = by_metric(found(rows), "f1", method)
    for month in (8, 10, 12):
        key = f"2024-{month:02}"
        then = [[*row[:4], None if row[0].month >= month else row[4]] for row in rows if row[0].month <= month]
        newest = by_metric(found(then), "f1", method)[key]
        assert newest.value == pytest.approx(whole[key].value, rel=1e-12)


# --- where there are no labels, few labels, segments ----------------------------------------------------------


def unlabelled(rows: Rows) -> Rows:
    return [[*row[:4], row[4] if row[0] < datetime(2024, 7, 1) else None] for row in rows]


def test_without_labels_since_the_reference_there_is_no_anchored_series_unless_it_is_named() -> None:
    assert "anchored" not in {one.method for one in found(unlabelled(log(FALL)))}
    named = by_metric(found(unlabelled(log(FALL)), estimators=("cbpe", "anchored")), "f1", "anchored")
    assert {one.status for one in named.values()} == {"inconclusive"}
    assert {one.message for one in named.values()} == {
        "no label has come since the reference: there is nothing to anchor the estimate in"
    }


def test_anchored_alone_needs_no_other_series() -> None:
    results = found(log(FALL), estimators=("anchored",))
    assert {one.method for one in results} >= {"anchored", "realized"} and "cbpe" not in {one.method for one in results}
    assert values(results, "f1") == pytest.approx(values(found(log(FALL)), "f1"))


def test_a_model_that_cannot_be_estimated_says_so_once() -> None:
    results = found(log(FALL), label=None)
    assert {one.method for one in results} == {"cbpe"}


def test_each_segment_is_anchored_in_its_own_labels() -> None:
    bad, good = log(FALL), log([0.0] * 12)
    mixed = [one if one[1] == "north" else other for one, other in zip(bad, good, strict=True)]
    results = found(mixed, segments=(NORTH,))
    north, south = (
        {one.chunk.key: one for one in results if one.segment == label and one.method == "anchored" and one.chunk
         and one.metric == "accuracy"}
        for label in ("region=north", "region=south")
    )  # fmt: skip
    alone = by_metric(found([row for row in mixed if row[1] == "north"]), "accuracy", "anchored")
    assert north["2024-10"].value < south["2024-10"].value - 0.05  # type: ignore[operator]
    assert north["2024-10"].details["parts"]["last"]["value"] == alone["2024-10"].details["parts"]["last"]["value"]


def test_with_few_labels_nothing_is_refitted() -> None:
    each = FEWEST // 3
    few: Mapping[str, Result] = by_metric(found(log(FALL, each=each)), "accuracy", "anchored")
    assert {tuple(one.details["parts"]) for one in few.values()} == {("cbpe", "last")}
    more = by_metric(found(log(FALL, each=each + 1)), "accuracy", "anchored")
    assert {tuple(one.details["parts"]) for one in more.values()} == {("cbpe", "refit", "last")}
