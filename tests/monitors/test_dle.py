"""DLE: errors of a regression model without labels, on data whose errors follow from a feature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import NOW, Table, by_metric, spec, where
from tests.monitors.test_regression import price
from whq.config.spec import Common, Threshold
from whq.ensembles import CrossFitted, Ensemble
from whq.monitors.models import dle, regression
from whq.monitors.models import monitor as performance
from whq.monitors.models.losses import Losses
from whq.monitors.models.readings import Variant
from whq.monitors.outcome import key
from whq.values import Result, Segment

COLUMNS = {
    "id": "BIGINT", "at": "TIMESTAMP", "area": "VARCHAR", "x": "DOUBLE", "guess": "DOUBLE", "price": "DOUBLE",
}  # fmt: skip
Rows = list[list[Any]]
RANGES = {1: 1.0, 2: 1.0, 3: 1.0, 4: 3.0}
"""By month how far x reaches: the error of a row grows with x, and April's rows reach farther."""


def log(each: int = 1500, seed: int = 5) -> Rows:
    """Rows of four months; January and February are the reference."""
    random = np.random.default_rng(seed)
    rows: Rows = []
    for month, reach in RANGES.items():
        x = random.choice([0.5, 1.0, 2.0, 4.0], each, p=np.array([6, 3, reach, reach]) / (9 + 2 * reach))
        guess = random.uniform(20, 40, each)
        label = guess + random.normal(0, x)
        rows += [
            [len(rows) + day, datetime(2024, month, 1 + day % 28), "north" if day % 3 else "south", *map(float, values)]
            for day, values in enumerate(zip(x, guess, label, strict=True))
        ]
    return rows


def estimated(**given: Any) -> Any:
    return price(**{"features": ("x", "area"), "metrics": ("mae", "rmse"), "estimators": ("dle",), **given})


def table(rows: Rows, **options: Any) -> Table:
    return Table(COLUMNS, rows, **{"key": ("id",), **options})


def results(rows: Rows, options: dict[str, Any] | None = None, **given: Any) -> list[Result]:
    return table(rows, **(options or {})).results(spec(estimated(**given)))


def changed(rows: Rows, column: str, value: Any, month: int) -> Rows:
    place = list(COLUMNS).index(column)
    return [[*row[:place], value if row[1].month == month else row[place], *row[place + 1 :]] for row in rows]


# --- the estimates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "near"), [("mae", 0.06), ("rmse", 0.08), ("mse", 0.16)])
def test_estimates_follow_rows_that_move_to_where_errors_are_large(metric: str, near: float) -> None:
    found = results(log(), metrics=(metric,))
    made = by_metric(found, metric, "dle")
    truth = by_metric(found, metric, "realized")
    assert made["2024-04"].value > 1.15 * made["2024-03"].value  # type: ignore[operator]
    for month in ("2024-03", "2024-04"):
        assert made[month].value == pytest.approx(truth[month].value, rel=near), month
        assert made[month].lower < made[month].value < made[month].upper  # type: ignore[operator]


def test_proportional_and_logarithmic_losses_too() -> None:
    found = results(log(), metrics=("mape", "msle", "rmsle"))
    for metric in ("mape", "msle", "rmsle"):
        truth = by_metric(found, metric, "realized")["2024-04"].value
        assert by_metric(found, metric, "dle")["2024-04"].value == pytest.approx(truth, rel=0.2)


def test_no_label_is_needed_after_the_reference() -> None:
    given = log()
    late = changed(changed(given, "price", None, 3), "price", None, 4)
    with_labels, without = (by_metric(results(rows), "mae", "dle") for rows in (given, late))
    assert {one: result.value for one, result in without.items()} == {
        one: result.value for one, result in with_labels.items()
    }
    waiting = by_metric(results(late), "mae", "realized")["2024-04"]
    assert (waiting.status, waiting.message) == ("skipped", "no labels yet")


def test_rows_without_a_prediction_are_counted_and_those_without_a_feature_are_estimated() -> None:
    rows = log()
    april = [place for place, row in enumerate(rows) if row[1].month == 4]
    for place in april[:40]:
        rows[place] = [*rows[place][:4], None, rows[place][5]]
    for place in april[40:60]:
        rows[place] = [*rows[place][:3], None, *rows[place][4:]]
    one = by_metric(results(rows), "mae", "dle")["2024-04"]
    assert one.details["missing_predictions"] == 40
    assert one.value is not None


def test_the_reference_is_estimated_by_models_that_have_not_seen_the_row() -> None:
    given, made = table(log()), spec(estimated())
    learned = given.fit(made).of("m").methods["dle"]
    assert isinstance(learned, Losses)
    assert set(learned.whole) == set(learned.folds) == {"absolute", "squared"}
    asked = dle.requests(regression, given.dataset, made.models[0], learned)  # type: ignore[arg-type]
    for request in asked:
        arguments = dict(request.arguments)
        assert isinstance(arguments["estimate"], CrossFitted if request.scope.period == "reference" else Ensemble)
    assert [request.scope.period for request in asked] == ["reference", "reference", "analysis", "analysis"]


def test_noise_that_no_feature_explains_is_not_learned_by_heart() -> None:
    """Estimates of reference chunks vary no more than those of chunks that were never seen."""
    random = np.random.default_rng(1)
    rows = [[*row[:3], float(random.uniform()), row[4], row[4] + float(random.standard_t(3))] for row in log()]
    found = results(rows)
    truth = {**by_metric(found, "mae", "realized", "reference"), **by_metric(found, "mae", "realized")}
    made = {**by_metric(found, "mae", "dle", "reference"), **by_metric(found, "mae", "dle")}
    inside, outside = ([abs(made[m].value - truth[m].value) for m in months]  # type: ignore[operator]
                       for months in (("2024-01", "2024-02"), ("2024-03", "2024-04")))  # fmt: skip
    assert max(*inside, *outside) < 0.12
    assert np.mean(inside) > 0.2 * np.mean(outside)


def test_segments_are_estimated_by_the_same_models() -> None:
    north = Segment("area", "area")
    found = results(log(), {"segments": (north,)})
    values = {one.segment: one.value for one in found if one.method == "dle" and one.metric == "mae"
              and one.chunk and one.chunk.key == "2024-04"}  # fmt: skip
    assert set(values) == {None, "area=north", "area=south"}
    rows = {one.segment: one.chunk.rows for one in found if one.method == "dle" and one.chunk
            and one.chunk.key == "2024-04"}  # fmt: skip
    mixed = sum(values[name] * rows[name] for name in ("area=north", "area=south")) / rows[None]  # type: ignore[operator]
    assert mixed == pytest.approx(values[None])


def test_a_filter_of_the_model_holds_for_what_is_learned_too() -> None:
    rows = [[*row[:5], row[5] + (100 if row[2] == "south" else 0)] for row in log()]
    north = Common(where=where("\"area\" = 'north'", "area"))
    assert by_metric(results(rows, common=north), "mae", "dle")["2024-03"].value < 2  # type: ignore[operator]


def test_estimates_are_judged_by_the_realized_band() -> None:
    rows = [[*row[:3], row[3] * (8 if row[1].month == 4 else 1), *row[4:]] for row in log()]
    found = by_metric(results(rows, threshold=Threshold()), "mae", "dle")["2024-04"]
    assert (found.status, found.alert) == ("warn", True)
    assert found.details["moved"].startswith("by estimate, predictions are off by ")


def test_the_same_data_gives_the_same_estimates() -> None:
    one, other = (by_metric(results(rows), "mae", "dle") for rows in (log(), log()[::-1]))
    assert {key: result.value for key, result in one.items()} == pytest.approx(
        {key: result.value for key, result in other.items()}, rel=1e-12
    )


# --- rows by estimated loss ---------------------------------------------------------------------------------


def test_bins_add_up_to_the_estimates_and_to_the_realized_values() -> None:
    given, made = table(log()), spec(estimated())
    baseline = given.fit(made)
    learned, (model,) = baseline.of("m").methods, made.models
    measured = given.measure(performance.requests(given.dataset, made, baseline))
    found = performance.evaluate(given.dataset, made, baseline, measured, NOW).results
    by_cell = regression.histograms(given.dataset, model, learned, measured)[None]
    assert len(by_cell) == 4
    for period in ("reference", "analysis"):
        for method in ("dle", "realized"):
            for chunk, result in by_metric(found, "mae", method, period).items():
                (histograms,) = [one for cell, one in by_cell.items() if cell[1:] == (period, chunk)]
                one = histograms["absolute"]
                if method == "dle":
                    values = regression.expected(model, histograms, {name: h.scores for name, h in histograms.items()})
                    assert regression.reading(model, Variant("mae"), values).value == pytest.approx(result.value)
                    assert values["squared"] > 0
                else:
                    assert one.positives.sum() / one.labelled.sum() == pytest.approx(result.value)
                assert len(one.bins) > 5
    (answered,) = dle.answers(regression, given.dataset, model, learned["dle"], measured)  # type: ignore[arg-type]
    assert set(by_cell) == {key(row.cell) for row in answered.rows}


def test_what_is_not_estimated_is_said_and_no_error() -> None:
    values = {"total": 3.0, "predicted": 3.0, "nonzero": 3.0, "above": 3.0, "absolute": 6.0}
    assert regression.reading(estimated(), Variant("mae"), values).value == 2
    for metric in ("bias", "r2", "rmse"):
        one = regression.reading(estimated(), Variant(metric), values)
        assert (one.value, one.reason) == (None, f"{metric} is not estimated")


# --- what cannot be estimated -------------------------------------------------------------------------------


def refusals(rows: Rows, options: dict[str, Any] | None = None, **given: Any) -> set[tuple[str, str]]:
    """Status and message of what dle says, where it says the same of all."""
    found = [one for one in results(rows, options, **given) if one.method == "dle"]
    assert all(one.value is None for one in found)
    return {(one.status, one.message) for one in found}


def test_without_features_a_reference_labels_or_rows_there_is_no_estimate() -> None:
    rows = log(each=150)
    start = "no estimate: "
    assert refusals(rows, features=()) == {
        ("inconclusive", start + 'the model has no `features`: add features: ["*", "!id"]')
    }
    assert refusals(rows, {"reference": None}) == {
        ("inconclusive", start + "there is no reference: an estimate needs rows with labels to learn from")
    }
    assert refusals(rows, label=None) == {
        ("inconclusive", start + "the model has no `label`: an estimate needs labels in the reference to learn from")
    }
    assert refusals(log(each=60)) == {
        ("inconclusive", start + "120 rows of the reference with prediction and label are too few; 200 would do")
    }
    unlabelled = changed(changed(rows, "price", None, 1), "price", None, 2)
    assert refusals(unlabelled) == {
        ("inconclusive", start + "0 rows of the reference with prediction and label are too few; 200 would do")
    }


def test_bias_and_r2_are_refused_once_and_left_out_where_dle_has_other_metrics() -> None:
    rows = log(each=200)
    chosen = [one for one in results(rows, metrics=("bias", "r2", "mae")) if one.method == "dle"]
    told = {one.metric: (one.status, one.message) for one in chosen if one.metric != "mae"}
    assert told == {
        "bias": ("skipped", "no estimate: dle estimates how large errors are, not to which side they lie"),
        "r2": (
            "skipped",
            "no estimate: dle estimates how large errors are, and r2 also needs the variance of the labels",
        ),
    }
    assert sum(one.metric == "bias" for one in chosen) == 1
    usual = results(rows, metrics=("bias", "mae"), estimators=())
    assert {one.status for one in usual if one.method == "dle" and one.metric == "bias"} == {"skipped"}
    assert {one.metric for one in usual if one.method == "dle" and one.value is not None} == {"mae"}
    only = results(rows, metrics=("bias",))
    assert {one.status for one in only if one.method == "dle"} == {"inconclusive"}
    assert {one.metric for one in only if one.method == "realized" and one.value is not None} == {"bias"}


def test_the_label_is_no_input() -> None:
    given = table(log(each=50))
    growth = dle.growth_of(given.dataset, estimated(features=("x", "price", "guess")), ("absolute",), 100)
    assert growth.features == ("x", "guess")
    assert growth.parts == (None, 0, 1)
    assert growth.key == ("id",)
    many = dle.growth_of(given.dataset, estimated(), ("absolute",), 1_000_000)
    assert many.groups[0].reference[1] < 0.05


def test_what_is_learned_is_kept_as_json() -> None:
    learned = table(log(each=200)).fit(spec(estimated())).of("m").methods["dle"]
    assert isinstance(learned, Losses)
    assert learned.rows == 400
    assert all(len(one.trees) > 5 for one in learned.whole.values())
