"""Realized performance of a regression model on a real scoring log, against scikit-learn."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.monitors.models import Table, by_metric, from_file, model, spec
from tests.monitors.test_performance_data import DATA
from tests.monitors.test_regression import METRICS, by_scikit_learn
from whq.config.spec import Threshold
from whq.values import Chunking, Result

pytestmark = pytest.mark.data

MODEL = model(
    kind="regression",
    score=None,
    prediction="y_pred",
    label="y_true",
    metrics=METRICS,
    threshold=Threshold("std", baseline="whole"),
)
CHUNKS = {"month": Chunking("month"), "rows": Chunking("rows", 5000)}


@lru_cache
def table(chunks: str) -> Table:
    path = DATA / "bike_sharing" / "scoring_log.parquet"
    if not path.is_file():
        pytest.skip(f"needs {path}: set WHQ_DATA to the folder of the real data")
    return from_file(path, time="ts", key=("instant",), chunking=CHUNKS[chunks])


@lru_cache
def results(chunks: str) -> list[Result]:
    return table(chunks).results(spec(MODEL))


@lru_cache
def frames(chunks: str) -> dict[tuple[str, int], Any]:
    """The rows of each chunk, cut by pandas."""
    path = DATA / "bike_sharing" / "scoring_log.parquet"
    frame = table(chunks).connection.execute(f"select * from '{path}'").df().sort_values(["ts", "instant"])
    found = {}
    for period, part in frame.groupby("partition"):
        place = np.arange(len(part)) // 5000 if chunks == "rows" else part["ts"].dt.to_period("M")
        for index, (_, chunk) in enumerate(part.groupby(place)):
            found[str(period), index] = chunk
    return found


@pytest.mark.parametrize("chunks", CHUNKS)
def test_realized_values_equal_scikit_learn(chunks: str) -> None:
    ours: dict[tuple[str, int], dict[str, Any]] = {}
    for result in results(chunks):
        if result.method == "realized" and result.chunk is not None:
            ours.setdefault((str(result.period), result.chunk.index), {})[result.metric] = result.value
    assert set(ours) == set(frames(chunks))
    for key, chunk in frames(chunks).items():
        theirs = by_scikit_learn(chunk["y_true"].to_numpy(), chunk["y_pred"].to_numpy())
        assert ours[key] == pytest.approx(theirs, rel=1e-12), key


def test_thresholds_are_nannymls() -> None:
    reference = [
        by_scikit_learn(chunk["y_true"].to_numpy(), chunk["y_pred"].to_numpy())
        for (period, _), chunk in frames("month").items()
        if period == "reference"
    ]
    for metric in ("mae", "rmse", "bias"):
        values = np.array([chunk[metric] for chunk in reference])
        lower, upper = values.mean() - 3 * values.std(), values.mean() + 3 * values.std()
        judged = next(one for one in results("month") if one.metric == metric and one.method == "realized")
        assert judged.threshold_lower == pytest.approx(lower if metric == "bias" else max(lower, 0.0), rel=1e-12)
        assert judged.threshold_upper == pytest.approx(upper, rel=1e-12)


def test_estimates_are_hardly_worse_than_nannymls() -> None:
    """Mean of |estimated - realized| over the months of 2012; NannyML 0.13.1's figures with its defaults."""
    features = ("season", "hr", "holiday", "workingday", "weekday", "weathersit", "temp", "atemp", "hum", "windspeed")
    given = replace(MODEL, features=features, metrics=("mae", "rmse"), estimators=("dle",))
    found = table("month").results(spec(given))
    for metric, theirs in (("mae", 57.9445), ("rmse", 75.2499)):
        estimated, realized = (by_metric(found, metric, method) for method in ("dle", "realized"))
        apart = [abs(estimated[key].value - realized[key].value) for key in realized]  # type: ignore[operator]
        assert len(apart) == 12
        assert np.mean(apart) <= 1.05 * theirs
