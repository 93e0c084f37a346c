"""Binary models that lack a column, decision thresholds, shares of the confusion matrix, and sure scores."""

from __future__ import annotations

from datetime import datetime
from math import log as ln

import numpy as np
import pytest

from tests.monitors.models import NORTH, Table, by_metric, model, spec
from tests.monitors.test_performance import COLUMNS, changed, log, statuses
from whq.config.spec import Threshold
from whq.monitors.models import binary
from whq.monitors.models.cuts import with_cuts
from whq.monitors.models.readings import Variant


def test_without_a_score_only_what_predictions_tell() -> None:
    results = Table(COLUMNS, log()).results(spec(model(score=None)))
    assert {result.metric for result in results} == {"f1", "accuracy"}
    full = Table(COLUMNS, log()).results(spec(model()))
    for metric in ("f1", "accuracy"):
        ours, theirs = (by_metric(each, metric, "realized") for each in (results, full))
        assert {key: one.value for key, one in ours.items()} == {key: one.value for key, one in theirs.items()}
        assert "missing_scores" not in ours["2024-03"].details
    refused = [result for result in results if result.method == "cbpe"]
    assert {(one.status, one.message) for one in refused} == {
        ("inconclusive", "no estimate: the model has no `score`: an estimate needs one to calibrate")
    }


def test_without_a_score_realized_values_are_judged_by_their_own_band() -> None:
    rows = log(each=400)
    table = Table(COLUMNS, [[*row[:3], 1 - row[3], row[4]] if row[0].month == 5 else row for row in rows])
    found = table.results(spec(model(score=None, metrics=("accuracy",), threshold=Threshold())))
    assert statuses(found, "accuracy", "realized") == {"2024-03": "pass", "2024-04": "pass", "2024-05": "fail"}


def test_without_a_prediction_the_metrics_of_scores() -> None:
    names = ("log_loss", "brier", "calibration_error", "calibration_bias")
    results = Table(COLUMNS, log(each=400)).results(spec(model(prediction=None, metrics=names)))
    for name in names:
        assert set(statuses(results, name, "realized").values()) == {"pass"}
        estimates = by_metric(results, name, "cbpe").values()
        assert {one.details.get("withheld", one.status) for one in estimates} <= {"pass", "untrusted"}


@pytest.mark.parametrize("prediction", ["class", None])
def test_metrics_at_thresholds_are_those_of_such_predictions(prediction: str | None) -> None:
    cuts, metrics = (0.2, 0.5, 0.97), ("f1", "precision", "accuracy", "confusion_matrix", "business_value")
    worth = {"tp": 100.0, "fp": -10.0, "fn": -50.0}
    given = model(prediction=prediction, metrics=(*metrics, "roc_auc"), at=cuts, business_value=worth)
    results = Table(COLUMNS, log(), segments=(NORTH,)).results(spec(given))
    plain = {f"{name}@None" for name in ("roc_auc", *(results_of(metrics) if prediction else ()))}
    at = {f"{name}@{cut}" for name in results_of(metrics) for cut in cuts}
    assert {f"{one.metric}@{one.params.get('at')}" for one in results} == plain | at
    for cut in cuts:
        rows = [[*row[:3], int(row[2] >= cut), row[4]] for row in log()]
        said = model(metrics=metrics, business_value=worth)
        wanted = {
            (one.metric, one.method, one.segment, one.chunk and one.chunk.key): (
                one.value,
                one.threshold_lower,
                one.lower,
            )
            for one in Table(COLUMNS, rows, segments=(NORTH,)).results(spec(said))
        }
        found = {
            (one.metric, one.method, one.segment, one.chunk and one.chunk.key): (
                one.value,
                one.threshold_lower,
                one.lower,
            )
            for one in results
            if one.params.get("at") == cut
        }
        assert found.keys() == wanted.keys()
        for key, numbers in wanted.items():
            ours, theirs = ([np.nan if one is None else one for one in each] for each in (found[key], numbers))
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9, nan_ok=True), (cut, key)
    assert "d/m/f1/at=0.2/cbpe" in {one.id for one in results}


def results_of(metrics: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cell for name in metrics for cell in (binary.CELLS if name == "confusion_matrix" else (name,)))


def test_a_knot_at_a_threshold_changes_no_curve() -> None:
    knots = ((0.0, 0.1), (0.4, 0.1), (0.6, 0.9), (1.0, 0.9))
    more = with_cuts(knots, (0.2, 0.5, 0.6))
    assert [score for score, _ in more] == [0.0, 0.2, 0.4, 0.5, 0.6, 1.0]
    at = np.linspace(0, 1, 101)
    assert np.interp(at, *zip(*more, strict=True)) == pytest.approx(np.interp(at, *zip(*knots, strict=True)), abs=1e-15)
    assert with_cuts((), (0.2,)) == ()


def test_the_matrix_in_four_ways() -> None:
    given = model(metrics=("confusion_matrix", "business_value"), business_value={"tp": 2.0, "fn": -1.0})
    results = Table(COLUMNS, log()).results(spec(given))
    for method in ("cbpe", "realized"):
        cells = {name: by_metric(results, name, method)["2024-03"] for name in binary.CELLS}
        tp, fp, fn, tn = (float(cells[name].value or 0) for name in binary.CELLS)
        rows = tp + fp + fn + tn
        wanted = {
            "true_positive": (tp / rows, tp / (tp + fn), tp / (tp + fp)),
            "false_positive": (fp / rows, fp / (fp + tn), fp / (tp + fp)),
            "false_negative": (fn / rows, fn / (tp + fn), fn / (fn + tn)),
            "true_negative": (tn / rows, tn / (fp + tn), tn / (fn + tn)),
        }
        for name, shares in wanted.items():
            names = ("share_of_rows", "share_of_class", "share_of_predicted")
            assert [cells[name].details[one] for one in names] == pytest.approx(shares)
        total = by_metric(results, "business_value", method)["2024-03"]
        assert total.details["per_row"] == pytest.approx((2 * tp - fn) / rows)


def test_a_sure_and_wrong_score_adds_what_the_smallest_probability_says() -> None:
    rows = changed(log(each=40), "score", 0.0, 3)
    results = Table(COLUMNS, rows).results(spec(model(metrics=("log_loss", "brier"))))
    positives = np.mean([row[4] for row in rows if row[0].month == 3])
    one = by_metric(results, "log_loss", "realized")["2024-03"]
    assert one.value == pytest.approx(-positives * ln(2.220446049250313e-16), rel=1e-12)
    assert by_metric(results, "brier", "realized")["2024-03"].value == pytest.approx(positives)


def test_a_score_outside_is_an_error_of_all_that_is_made_of_scores() -> None:
    given = model(metrics=("log_loss", "calibration_bias", "f1", "accuracy"), at=(0.5,))
    results = Table(COLUMNS, changed(log(), "score", 1.5, 3, 2)).results(spec(given))
    march = {(one.metric, one.params.get("at")): one.status for one in results
             if one.chunk and one.chunk.key == "2024-03" and one.method == "realized"}  # fmt: skip
    assert {key for key, status in march.items() if status == "error"} == {
        ("log_loss", None), ("calibration_bias", None), ("f1", 0.5), ("accuracy", 0.5),
    }  # fmt: skip


def test_a_bias_alerts_on_both_sides_and_says_what_it_means() -> None:
    rows = log(each=1000)
    fewer = [[*row[:4], 0] if row[0].month == 5 and row[0].day % 2 else row for row in rows]
    found = Table(COLUMNS, fewer).results(spec(model(metrics=("calibration_bias",), threshold=Threshold())))
    may = by_metric(found, "calibration_bias", "realized")["2024-05"]
    assert may.alert and may.threshold_upper is not None and "above" in may.message
    assert (
        may.details["moved"].startswith("of 100 rows")
        and "fewer are positive than the scores say" in may.details["moved"]
    )
    assert binary.better(Variant("calibration_bias")) is None and binary.better(Variant("brier")) == "lower"


def test_rows_expected_by_bin_say_what_the_scan_says() -> None:
    random = np.random.default_rng(4)
    score = np.round(random.random(4000) ** 2, 4)
    rows = [[datetime(2024, 1 + place // 1000, 3), "n", float(s), int(s >= 0.4), int(random.random() < s)]
            for place, s in enumerate(score)]  # fmt: skip
    names = ("log_loss", "brier", "calibration_error", "calibration_bias", "f1")
    table, given = Table(COLUMNS, rows), spec(model(metrics=names, at=(0.25,)))
    learned = table.fit(given).of("m").methods
    measured = table.measure(binary.score_bins(table.dataset, given.models[0], learned))
    histograms = binary.histograms(table.dataset, given.models[0], learned, measured)[None]
    results = table.results(given)
    for key, by_class in histograms.items():
        chance = {"": by_class[""].calibrated(learned["cbpe"].knots)}  # type: ignore[attr-defined]
        values = binary.expected(given.models[0], by_class, chance)
        for one in results:
            if one.method == "cbpe" and one.chunk and one.chunk.key in key:
                reading = binary.reading(given.models[0], Variant(one.metric, at=one.params.get("at")), values)
                assert reading.value == pytest.approx(one.value, abs=0.003), (key, one.id)
