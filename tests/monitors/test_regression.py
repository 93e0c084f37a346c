"""Regression models: what becomes of realized numbers, and of awkward predictions and labels."""

from __future__ import annotations

from datetime import datetime
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from tests.monitors.models import NORTH, Table, by_metric, model, spec
from whq.config.models import KINDS
from whq.config.spec import Threshold
from whq.values import Result

COLUMNS = {"at": "TIMESTAMP", "region": "VARCHAR", "guess": "DOUBLE", "price": "DOUBLE"}
METRICS = tuple(KINDS["regression"].metrics)
Rows = list[list[Any]]


def price(**given: Any) -> Any:
    """A regression model over the columns guess and price."""
    usual: dict[str, Any] = {"kind": "regression", "score": None, "prediction": "guess", "label": "price"}
    return model(**{**usual, **given})


def log(months: int = 5, each: int = 60, seed: int = 3) -> Rows:
    """Rows of five months; January and February are the reference."""
    random = np.random.default_rng(seed)
    rows: Rows = []
    for month in range(1, months + 1):
        label = random.lognormal(3, 0.5, each)
        guess = label * random.lognormal(0.05, 0.2, each)
        rows += [
            [datetime(2024, month, 1 + day % 28), "north" if day % 2 else "south", float(g), float(y)]
            for day, (g, y) in enumerate(zip(guess, label, strict=True))
        ]
    return rows


def changed(rows: Rows, column: str, value: Any, month: int, count: int = 10_000) -> Rows:
    """The rows with one column overwritten in the first rows of a month."""
    place, left = list(COLUMNS).index(column), count
    out = []
    for row in rows:
        hit = row[0].month == month and left > 0
        left -= hit
        out.append([*row[:place], value, *row[place + 1 :]] if hit else row)
    return out


def march(rows: Rows, columns: dict[str, str] = COLUMNS, **given: Any) -> dict[str, Result]:
    """The realized results of March by metric."""
    results = Table(columns, rows).results(spec(price(metrics=METRICS, **given)))
    return {metric: by_metric(results, metric, "realized")["2024-03"] for metric in METRICS}


def by_scikit_learn(label: Any, guess: Any) -> dict[str, float]:
    """The metrics by an independent implementation."""
    return {
        "mae": sk.mean_absolute_error(label, guess), "mape": sk.mean_absolute_percentage_error(label, guess),
        "mse": sk.mean_squared_error(label, guess), "rmse": sk.root_mean_squared_error(label, guess),
        "msle": sk.mean_squared_log_error(label, guess), "rmsle": sk.root_mean_squared_log_error(label, guess),
        "bias": float(np.mean(np.asarray(guess) - np.asarray(label))), "r2": sk.r2_score(label, guess),
    }  # fmt: skip


# --- the usual case -----------------------------------------------------------------------------------------


def test_realized_values_equal_scikit_learn() -> None:
    rows = [row for row in log() if row[0].month == 3]
    theirs = by_scikit_learn([row[3] for row in rows], [row[2] for row in rows])
    assert {metric: one.value for metric, one in march(log()).items()} == pytest.approx(theirs, rel=1e-12)


def test_by_default_mae_and_rmse() -> None:
    results = Table(COLUMNS, log()).results(spec(price()))
    assert {result.id for result in results if result.method == "realized"} == {
        "d/m/mae/realized",
        "d/m/rmse/realized",
    }


def test_sampling_errors_are_nannymls() -> None:
    """The spread of one row's loss in the reference over √n; of rmse √(variance of e² / (4 n · mean of e²))."""
    rows = [row for row in log() if row[0].month <= 2]
    error = np.array([row[2] - row[3] for row in rows])
    found = march(log())
    n = found["mae"].chunk.rows  # type: ignore[union-attr]
    assert found["mae"].details["sampling_error"] == pytest.approx(np.abs(error).std() / np.sqrt(n))
    root = np.sqrt((error**2).var() / (4 * n * (error**2).mean()))
    assert found["rmse"].details["sampling_error"] == pytest.approx(root)


def test_the_sampling_error_of_r2_is_the_bootstraps() -> None:
    rows = [row for row in log(each=400) if row[0].month <= 2]
    guess, label = (np.array([row[place] for row in rows]) for place in (2, 3))
    random = np.random.default_rng(1)
    drawn = random.integers(0, len(label), (2000, 400))
    values = [sk.r2_score(label[one], guess[one]) for one in drawn]
    assert march(log(each=400))["r2"].details["sampling_error"] == pytest.approx(np.std(values), rel=0.15)


def test_segments_have_thresholds_of_their_own() -> None:
    results = Table(COLUMNS, log(each=200), segments=(NORTH,)).results(spec(price(metrics=("mae",))))
    assert {result.segment for result in results} == {None, "region=north", "region=south"}
    limits = {result.segment: result.threshold_upper for result in results if result.method == "realized"}
    assert len(set(limits.values())) == 3


def test_errors_alert_above_r2_below_and_bias_on_both_sides() -> None:
    worse = [[*row[:2], row[2] * 3 if row[0].month == 3 else row[2], row[3]] for row in log(each=200)]
    better = [[*row[:2], row[3] if row[0].month == 3 else row[2], row[3]] for row in log(each=200)]
    learned = {"threshold": Threshold()}
    assert {metric: one.alert for metric, one in march(worse, **learned).items()} == dict.fromkeys(METRICS, True)
    told = march(better, **learned)
    assert {metric: one.alert for metric, one in told.items()} == {
        **dict.fromkeys(METRICS, False),
        "bias": told["bias"].alert,
    }
    assert told["mae"].details["note"].startswith("better than usual: realized mae")
    assert march(worse, **learned)["mae"].details["moved"].startswith("predictions are off by ")


# --- rows that cannot take part -----------------------------------------------------------------------------


def test_rows_without_prediction_or_label_are_counted() -> None:
    rows = changed(changed(log(), "guess", None, 3, count=15), "price", None, 3, count=10)
    one = march(rows)["mae"]
    assert one.details["labelled_ratio"] == pytest.approx(50 / 60)
    assert one.details["missing_predictions"] == 5
    kept = [row for row in rows if row[0].month == 3 and row[2] is not None and row[3] is not None]
    assert len(kept) == 45
    assert one.value == pytest.approx(np.mean([abs(row[2] - row[3]) for row in kept]))


@pytest.mark.parametrize("bad", [nan, inf, -inf, None, 1e41])
def test_what_is_no_finite_number_counts_as_missing(bad: float | None) -> None:
    plain, found = march(changed(log(), "guess", None, 3, count=7)), march(changed(log(), "guess", bad, 3, count=7))
    assert {metric: one.value for metric, one in found.items()} == {metric: one.value for metric, one in plain.items()}
    assert all(one.details["missing_predictions"] == 7 for one in found.values())
    late = march(changed(log(), "price", bad, 3, count=7))
    assert late["mae"].details["labelled_ratio"] == pytest.approx(53 / 60)


def test_late_labels_give_no_value() -> None:
    found = march(changed(log(), "price", None, 3))
    assert {(one.value, one.message) for one in found.values()} == {(None, "no labels yet")}


def test_no_prediction_at_all_is_said() -> None:
    found = march(changed(log(), "guess", None, 3))
    assert {one.message for one in found.values()} == {"no row has both a prediction and what it is compared with"}


def test_labels_of_0_have_no_relative_error() -> None:
    rows = changed(log(), "price", 0.0, 3, count=4)
    found = march(rows)
    kept = [row for row in rows if row[0].month == 3 and row[3]]
    assert found["mape"].value == pytest.approx(np.mean([abs(row[2] - row[3]) / row[3] for row in kept]))
    assert found["mape"].details["zero_labels"] == 4
    assert "zero_labels" not in found["mae"].details
    none = march(changed(log(), "price", 0.0, 3))
    assert (none["mape"].status, none["mape"].message) == ("inconclusive", "mape is not defined: every label is 0")
    assert none["mape"].details["zero_labels"] == 60
    assert none["mae"].value is not None


@pytest.mark.parametrize("column", ["guess", "price"])
def test_logarithms_of_what_is_below_minus_1_are_not_defined(column: str) -> None:
    found = march(changed(log(), column, -1.0, 3, count=2))
    for metric in ("msle", "rmsle"):
        assert (found[metric].status, found[metric].value) == ("inconclusive", None)
        assert found[metric].message == f"{metric} is not defined: 2 rows have a prediction or a label of -1 or less"
    assert all(found[metric].value is not None for metric in METRICS if "msl" not in metric)


def test_equal_labels_have_no_r2() -> None:
    found = march(changed(log(), "price", 20.0, 3))
    assert (found["r2"].status, found["r2"].message) == ("inconclusive", "r2 is not defined: all labels are equal")
    assert found["mae"].value is not None
    one = march([row for row in log() if row[0].month != 3] + [[datetime(2024, 3, 1), "north", 2.0, 3.0]])
    assert one["r2"].message == "r2 is not defined: one row"


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9])
def test_r2_and_bias_keep_their_digits_far_from_0(offset: float) -> None:
    rows = [[*row[:2], row[2] + offset, row[3] + offset] for row in log(each=300)]
    kept = [row for row in rows if row[0].month == 3]
    theirs = by_scikit_learn([row[3] for row in kept], [row[2] for row in kept])
    found, digits = march(rows), 1e-12 + offset * 1e-17  # what doubles of that size leave
    assert found["r2"].value == pytest.approx(theirs["r2"], rel=digits)
    assert found["bias"].value == pytest.approx(theirs["bias"], rel=digits)
    near = march(log(each=300))
    for metric in ("r2", "bias", "mse"):
        error = found[metric].details["sampling_error"]
        assert error == pytest.approx(near[metric].details["sampling_error"], rel=1e-5)


@pytest.mark.parametrize("kind", ["INTEGER", "BIGINT", "DECIMAL(9, 4)", "FLOAT"])
def test_labels_of_other_types(kind: str) -> None:
    rows = [[*row[:3], round(row[3])] for row in log()]
    kept = [row for row in rows if row[0].month == 3]
    found = march(rows, {**COLUMNS, "price": kind})
    theirs = by_scikit_learn([row[3] for row in kept], [row[2] for row in kept])
    assert {metric: one.value for metric, one in found.items()} == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(("column", "role"), [("guess", "prediction"), ("price", "label")])
@pytest.mark.parametrize(("kind", "word"), [("VARCHAR", "text"), ("BOOLEAN", "boolean")])
def test_a_column_that_is_no_number_is_refused(column: str, role: str, kind: str, word: str) -> None:
    place = list(COLUMNS).index(column)
    rows = [[*row[:place], None, *row[place + 1 :]] for row in log()]
    found = Table({**COLUMNS, column: kind}, rows).results(spec(price()))
    assert {one.status for one in found} == {"error"}
    message = f'model m: the {role} "{column}" is {word}, and a regression model predicts a number'
    assert all(message in one.message for one in found)


def test_an_empty_table_and_one_without_a_reference() -> None:
    empty = Table(COLUMNS, []).results(spec(price()))
    assert {one.message for one in empty if one.method == "realized"} == {"no analysis rows"}
    alone = Table(COLUMNS, log(), reference=None).results(spec(price()))
    assert all(one.value is not None for one in alone if one.method == "realized")


def test_a_model_without_errors_has_values() -> None:
    found = march([[*row[:2], row[3], row[3]] for row in log()])
    assert {metric: one.value for metric, one in found.items()} == {**dict.fromkeys(METRICS, 0.0), "r2": 1.0}
