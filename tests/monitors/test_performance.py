"""What becomes of a model's numbers: statuses, reasons, bands, thresholds, and awkward input."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.monitors.models import NORTH, NOW, REFERENCE, Table, by_metric, model, spec, where
from whq.config.spec import Common, Threshold
from whq.errors import Problem
from whq.monitors.models import binary
from whq.monitors.models import monitor as performance
from whq.monitors.models.baseline import ModelsBaseline
from whq.monitors.models.readings import Variant
from whq.values import Chunking, Column, Failure, Segment

COLUMNS = {"at": "TIMESTAMP", "region": "VARCHAR", "score": "DOUBLE", "class": "INTEGER", "truth": "INTEGER"}
Rows = list[list[Any]]


def log(months: int = 5, each: int = 40, seed: int = 3) -> Rows:
    """Rows of five months; January and February are the reference."""
    random = np.random.default_rng(seed)
    rows: Rows = []
    for month in range(1, months + 1):
        score = np.round(random.random(each), 2)
        label = random.random(each) < score
        rows += [
            [datetime(2024, month, 1 + day % 28), "north" if day % 2 else "south", float(s), int(s >= 0.5), int(y)]
            for day, (s, y) in enumerate(zip(score, label, strict=True))
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


def statuses(results: list[Any], metric: str, method: str) -> dict[str, str]:
    return {key: result.status for key, result in by_metric(results, metric, method).items()}


# --- the usual case -----------------------------------------------------------------------------------------


def test_estimated_and_realized_stand_side_by_side() -> None:
    results = Table(COLUMNS, log()).results(spec(model(estimators=("cbpe",))))
    assert {result.id for result in results} == {
        f"d/m/{metric}/{method}"
        for metric in ("roc_auc", "f1", "accuracy")
        for method in ("cbpe", "cbpe_error", "realized")
    }
    assert len([one for one in results if one.method != "cbpe_error"]) == 5 * 3 * 2
    assert {result.monitor for result in results} == {"model"}
    assert {(result.owner, result.tags, result.severity) for result in results} == {("risk", ("gold",), "fail")}
    one = by_metric(results, "roc_auc", "cbpe")["2024-04"]
    assert one.chunk is not None
    assert (one.chunk.index, one.chunk.rows, one.subject, one.method) == (1, 40, "m", "cbpe")
    assert one.lower is not None
    assert one.upper is not None
    assert one.lower < one.value < one.upper <= 1  # type: ignore[operator]
    assert one.details["sampling_error"] > 0


def test_without_a_prediction_only_the_ranking() -> None:
    results = Table(COLUMNS, log()).results(spec(model(prediction=None)))
    assert {result.metric for result in results} == {"roc_auc"}
    asked = Table(COLUMNS, log(each=2000)).results(spec(model(prediction=None, metrics=("average_precision", "f1"))))
    assert statuses(asked, "average_precision", "cbpe") == dict.fromkeys(("2024-03", "2024-04", "2024-05"), "pass")
    assert set(statuses(asked, "f1", "cbpe").values()) == {"inconclusive"}


def test_reference_chunks_show_the_band_and_never_alert() -> None:
    tight = model(threshold=Threshold("constant", lower=0.999, upper=None), estimators=("cbpe",))
    results = [one for one in Table(COLUMNS, log()).results(spec(tight)) if one.method != "cbpe_error"]
    reference = [result for result in results if result.period == "reference"]
    assert len(reference) == 2 * 3 * 2
    assert {(result.status, result.alert) for result in reference} == {("pass", False)}
    assert {result.threshold_lower for result in reference} == {0.999}
    analysis = [r for r in results if r.period == "analysis" and r.details.get("withheld") != "untrusted"]
    assert {(result.status, result.alert) for result in analysis} == {("fail", True)}
    assert analysis[0].message.startswith("estimated roc_auc 0.")
    assert analysis[0].message.endswith("is below 0.999")


def test_an_item_of_severity_warn_warns() -> None:
    tight = model(threshold=Threshold("constant", upper=0.01), common=Common(severity="warn", id="v2", owner="ann"))
    results = Table(COLUMNS, log()).results(spec(tight))
    one = by_metric(results, "f1", "realized")["2024-03"]
    assert (one.status, one.id, one.owner) == ("warn", "d/m/f1/v2-realized", "ann")
    assert "is above 0.01" in one.message


def test_totals_have_bands_and_thresholds_too() -> None:
    worth = {"tp": 100.0, "fp": -10.0, "fn": -50.0, "tn": 0.0}
    given = model(metrics=("business_value", "confusion_matrix"), business_value=worth, interval="sampling")
    results = Table(COLUMNS, log()).results(spec(given))
    for method in ("cbpe", "realized"):
        cells = {name: by_metric(results, name, method)["2024-03"].value for name in binary.CELLS}
        total = by_metric(results, "business_value", method)["2024-03"]
        wanted = 100 * cells["true_positive"] - 10 * cells["false_positive"] - 50 * cells["false_negative"]
        assert total.value == pytest.approx(wanted)
        assert sum(cells.values()) == pytest.approx(40)
        assert total.threshold_lower is not None
    band = by_metric(results, "business_value", "cbpe")["2024-03"]
    assert band.upper - band.lower == pytest.approx(6 * band.details["sampling_error"])  # type: ignore[operator]


def test_segments_have_thresholds_of_their_own_and_share_the_calibration() -> None:
    north = Segment("high", None, where('"score" > 0.5', "score"))
    table = Table(COLUMNS, log(each=200), segments=(NORTH, north))
    results = table.results(spec(model(metrics=("accuracy",), estimators=("cbpe",))))
    assert {result.segment for result in results} == {None, "region=north", "region=south", "high"}
    limits = {result.segment: result.threshold_lower for result in results if result.method == "realized"}
    assert len(set(limits.values())) == 4
    north_rows = [
        result.chunk.rows
        for result in results
        if result.segment == "region=north" and result.chunk and result.method in ("cbpe", "realized")
    ]
    assert sum(north_rows) == 1000


def test_a_filter_of_the_model_keeps_fewer_rows() -> None:
    table = Table(COLUMNS, log())
    north = Common(where=where("\"region\" = 'north'", "region"))
    results = table.results(spec(model(metrics=("true_positive", "confusion_matrix"), common=north)))
    counted = [by_metric(results, cell, "realized")["2024-03"].value for cell in binary.CELLS]
    assert sum(counted) == 20


# --- labels -------------------------------------------------------------------------------------------------


def test_late_labels_are_skipped_while_an_estimate_stands_in() -> None:
    results = Table(COLUMNS, changed(log(each=2000), "truth", None, 5)).results(spec(model()))
    late = by_metric(results, "roc_auc", "realized")["2024-05"]
    assert (late.status, late.message, late.value) == ("skipped", "no labels yet", None)
    assert late.details["labelled_ratio"] == 0
    assert statuses(results, "roc_auc", "cbpe")["2024-05"] == "pass"


def test_some_labels_are_enough_and_counted() -> None:
    results = Table(COLUMNS, changed(log(), "truth", None, 5, count=10)).results(spec(model()))
    one = by_metric(results, "accuracy", "realized")["2024-05"]
    assert one.details["labelled_ratio"] == 0.75
    assert one.value is not None


def test_totals_wait_for_all_labels() -> None:
    given = model(metrics=("true_positive",), threshold=Threshold("constant", lower=1_000))
    results = Table(COLUMNS, changed(log(), "truth", None, 5, count=10)).results(spec(given))
    assert statuses(results, "true_positive", "realized") == {
        "2024-03": "fail",
        "2024-04": "fail",
        "2024-05": "skipped",
    }
    assert by_metric(results, "true_positive", "realized")["2024-05"].value is not None


def test_late_labels_without_an_estimate_give_no_verdict() -> None:
    results = Table(COLUMNS, changed(log(), "truth", None, 5), reference=None).results(spec(model()))
    assert statuses(results, "roc_auc", "realized")["2024-05"] == "inconclusive"


def test_one_class_of_labels_has_no_ranking() -> None:
    results = Table(COLUMNS, changed(log(), "truth", 0, 5)).results(spec(model(metrics=("roc_auc", "f1"))))
    one = by_metric(results, "roc_auc", "realized")["2024-05"]
    assert (one.status, one.value) == ("inconclusive", None)
    assert one.message == "one class only: roc_auc is not defined"
    assert by_metric(results, "f1", "realized")["2024-05"].value == 0


def test_one_class_in_a_reference_chunk_is_only_told() -> None:
    rows = changed(log(), "truth", 0, 1)
    results = Table(COLUMNS, rows).results(spec(model(metrics=("roc_auc",))))
    told = by_metric(results, "roc_auc", "realized", "reference")["2024-01"]
    assert (told.status, told.value, told.details["reason"]) == ("pass", None, told.message)
    judged = by_metric(results, "roc_auc", "cbpe")["2024-03"]
    assert (judged.status, judged.threshold_lower) == ("inconclusive", None)
    assert judged.value is not None
    assert "too few reference chunks have this value" in judged.message


def test_a_reference_of_one_class_gives_no_estimate() -> None:
    rows = changed(changed(log(), "truth", 1, 1), "truth", 1, 2)
    table = Table(COLUMNS, rows)
    fitted = table.fit(spec(model())).of("m").methods["cbpe"]
    assert fitted.knots == ()
    one = next(each for each in table.results(spec(model())) if each.id.endswith("/roc_auc/cbpe"))
    assert (one.value, one.status) == (None, "inconclusive")
    assert one.message.startswith("no estimate: the labels of the reference are of one class")


def test_a_separated_reference_is_not_calibrated() -> None:
    rows = [[*row[:4], int(row[2] >= 0.5)] for row in log()]
    assert Table(COLUMNS, rows).fit(spec(model())).of("m").methods["cbpe"].is_identity


# --- nothing to calibrate on --------------------------------------------------------------------------------


def test_without_a_reference_estimates_are_refused_and_realized_values_stand() -> None:
    table = Table(COLUMNS, log(), reference=None)
    assert performance.fit_requests(table.dataset, spec(model())) == ()
    results = table.results(spec(model(metrics=("f1",))))
    refused = [result for result in results if result.method == "cbpe"]
    assert [(result.status, result.period, result.chunk) for result in refused] == [("inconclusive", "analysis", None)]
    assert "there is no reference" in refused[0].message
    realized = by_metric(results, "f1", "realized")
    assert len(realized) == 5
    assert {(one.status, one.threshold_lower) for one in realized.values()} == {("pass", None)}
    assert "no reference teaches a threshold" in realized["2024-03"].message


def test_a_constant_threshold_needs_no_reference() -> None:
    given = model(metrics=("f1",), threshold=Threshold("constant", lower=0.99))
    results = Table(COLUMNS, log(), reference=None).results(spec(given))
    assert set(statuses(results, "f1", "realized").values()) == {"fail"}


def test_without_labels_estimates_are_refused() -> None:
    results = Table(COLUMNS, log()).results(spec(model(label=None)))
    assert {(result.status, result.method) for result in results} == {("inconclusive", "cbpe")}
    assert "the model has no `label`" in results[0].message


def test_a_reference_without_labelled_rows_is_refused() -> None:
    rows = changed(changed(log(), "truth", None, 1), "truth", None, 2)
    results = Table(COLUMNS, rows).results(spec(model(metrics=("f1",))))
    refused = next(result for result in results if result.method == "cbpe")
    assert (refused.status, refused.message) == (
        "inconclusive", "no estimate: no row of the reference has both a score and a label",
    )  # fmt: skip
    assert set(statuses(results, "f1", "realized").values()) == {"inconclusive"}


@pytest.mark.parametrize("rows", [[], log(months=2)], ids=["empty table", "reference only"])
def test_no_analysis_rows_give_no_verdict(rows: Rows) -> None:
    results = Table(COLUMNS, rows).results(spec(model(metrics=("f1",))))
    last = [result for result in results if result.period == "analysis" and result.method == "realized"]
    assert [(result.status, result.message) for result in last] == [("inconclusive", "no analysis rows")]
    passing = model(metrics=("f1",), common=Common(on_empty="pass"))
    last = [result for result in Table(COLUMNS, rows).results(spec(passing)) if result.period == "analysis"]
    assert last[-1].status == "pass"


def test_an_estimate_is_made_only_where_it_is_asked_for() -> None:
    chosen = Table(COLUMNS, log()).results(spec(model(estimators=("cbpe",))))
    assert {result.method for result in chosen} == {"cbpe", "cbpe_error", "realized"}


# --- awkward values -----------------------------------------------------------------------------------------


def test_scores_outside_0_to_1_are_an_error_of_their_chunk() -> None:
    results = Table(COLUMNS, changed(log(), "score", 1.5, 4, count=3)).results(spec(model()))
    one = by_metric(results, "f1", "cbpe")["2024-04"]
    assert (one.status, one.value, one.details["code"]) == ("error", None, "WHQ-M302")
    assert one.message.startswith("scores outside 0..1: 3 rows")
    assert statuses(results, "roc_auc", "realized") == {"2024-03": "pass", "2024-04": "error", "2024-05": "pass"}
    assert by_metric(results, "f1", "realized")["2024-04"].value is not None


def test_scores_outside_0_to_1_in_the_reference_spoil_every_estimate() -> None:
    results = Table(COLUMNS, changed(log(), "score", -0.5, 1, count=2)).results(spec(model(metrics=("f1",))))
    bad = [result for result in results if result.method == "cbpe"]
    assert [(result.status, result.details["code"]) for result in bad] == [("error", "WHQ-M302")]
    assert "2 rows of the reference" in bad[0].message
    assert statuses(results, "f1", "realized")["2024-03"] == "pass"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_missing_scores_and_predictions_are_left_out_and_counted(value: float | None) -> None:
    rows = changed(changed(log(), "score", value, 3, count=4), "class", None, 4, count=5)
    results = Table(COLUMNS, rows).results(spec(model()))
    for method in ("cbpe", "realized"):
        assert by_metric(results, "roc_auc", method)["2024-03"].details["missing_scores"] == 4
        assert by_metric(results, "f1", method)["2024-04"].details["missing_predictions"] == 5
        assert "missing_scores" not in by_metric(results, "f1", method)["2024-04"].details


def test_a_chunk_without_scores_gives_no_verdict() -> None:
    results = Table(COLUMNS, changed(log(), "score", None, 4)).results(spec(model()))
    for metric, method in (("roc_auc", "cbpe"), ("f1", "cbpe"), ("roc_auc", "realized")):
        assert statuses(results, metric, method)["2024-04"] == "inconclusive"
    assert by_metric(results, "f1", "realized")["2024-04"].value is not None


def test_a_denominator_of_zero_is_zero_by_definition() -> None:
    results = Table(COLUMNS, changed(log(), "class", 0, 4)).results(spec(model(metrics=("precision",))))
    one = by_metric(results, "precision", "cbpe")["2024-04"]
    assert one.value == 0
    assert one.details["reason"] == "0 by definition: the denominator is 0"


def test_odd_column_names_and_words_for_classes() -> None:
    columns = {"at": "TIMESTAMP", 'the "score"': "DOUBLE", "select": "VARCHAR", "naïve.truth": "BOOLEAN"}
    rows = [[row[0], row[2], "yes" if row[3] else "no", bool(row[4])] for row in log()]
    plain = Table(COLUMNS, log()).results(spec(model(metrics=("f1", "roc_auc"))))
    given = model(score='the "score"', prediction="select", label="naïve.truth", metrics=("f1", "roc_auc"))
    table = Table(columns, rows)
    refused = table.results(spec(replace(given, positive="yes")))
    assert {(result.status, result.details["code"]) for result in refused} == {("error", "WHQ-M301")}
    assert "positive 'yes' is no value of \"naïve.truth\" (boolean)" in refused[0].message
    table.connection.execute("""alter table d alter "naïve.truth" type varchar using if("naïve.truth", 'yes', 'no')""")
    columns_now = tuple(Column("naïve.truth", "text") if c.type == "boolean" else c for c in table.dataset.columns)
    table.dataset = replace(table.dataset, columns=columns_now)
    named = table.results(spec(replace(given, positive="yes")))
    assert [(one.id, one.chunk) for one in named] == [(one.id, one.chunk) for one in plain]
    assert [one.value for one in named] == pytest.approx([one.value for one in plain], rel=1e-12)


@pytest.mark.parametrize(
    ("positive", "kind", "expected"),
    [
        (None, "boolean", True), (1, "boolean", True), (True, "boolean", True), (False, "boolean", False),
        ("yes", "boolean", None), (None, "integer", 1), (True, "integer", 1), (2, "integer", 2), ("2", "integer", 2),
        (0.5, "float", 0.5), ("yes", "integer", None), ("inf", "float", None), (None, "text", "1"),
        (True, "text", "true"), ("yes", "text", "yes"), (3, "text", "3"), (None, "date", None),
        ("2024-01-01", "date", "2024-01-01"),
    ],
)  # fmt: skip
def test_the_positive_value_takes_the_columns_type(positive: Any, kind: Any, expected: Any) -> None:
    found = binary.positive_of(positive, Column("x", kind))
    assert found == expected
    assert type(found) is type(expected)


# --- failures -----------------------------------------------------------------------------------------------


def test_a_failed_query_is_an_error_of_its_own_results() -> None:
    table, given = Table(COLUMNS, log(), chunking=Chunking("month")), spec(model(metrics=("f1",)))
    baseline = table.fit(given)
    requests = performance.requests(table.dataset, given, baseline)
    lost = next(request for request in requests if request.template == "models/scan/binary_cbpe")
    measured = {**table.measure(requests), lost: Failure(lost, Problem("WHQ-E201", "query", "timed out"), "q1")}
    results = performance.evaluate(table.dataset, given, baseline, measured, NOW).results
    assert [(r.status, r.message, r.query) for r in results if r.method == "cbpe"] == [("error", "timed out", "q1")]
    assert set(statuses(results, "f1", "realized").values()) <= {"pass", "fail"}


def test_a_failed_fit_is_an_error_of_the_estimates() -> None:
    table, given = Table(COLUMNS, log()), spec(model(metrics=("f1",)))
    requests = performance.fit_requests(table.dataset, given)
    baseline = performance.fit(
        table.dataset, given, {one: Failure(one, Problem("WHQ-E201", "query", "timed out")) for one in requests}
    )
    results = table.results(given, baseline)
    assert [(r.status, r.message) for r in results if r.method == "cbpe"] == [("error", "timed out")]
    assert table.results(given, ModelsBaseline())[0].status == "error"


def test_the_value_of_nothing_is_refused() -> None:
    values = {"predicted": 1, **dict.fromkeys(binary.CELLS, 1)}
    assert binary.reading(model(), Variant("business_value"), values).value is None
    assert REFERENCE.columns == ("at",)
