"""Models of several classes on small tables: what becomes of odd rows, absent classes, types and names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import NORTH, Table, model, spec
from whq.config.spec import ModelSpec
from whq.fit.isotonic import IDENTITY
from whq.monitors.models import cbpe, multiclass
from whq.monitors.models.classes import value_of
from whq.monitors.models.readings import Variant
from whq.values import Column, Result

COLUMNS = {"at": "DATE", "p_a": "DOUBLE", "p_b": "DOUBLE", "p_c": "DOUBLE", "class": "VARCHAR", "truth": "VARCHAR"}
METRICS = ("roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy", "confusion_matrix")
SCORES = {"a": (0.7, 0.2, 0.1), "b": (0.2, 0.6, 0.2), "c": (0.1, 0.2, 0.7)}


def classes(**given: Any) -> ModelSpec:
    usual: dict[str, Any] = {
        "kind": "multiclass",
        "score": {"a": "p_a", "b": "p_b", "c": "p_c"},
        "metrics": METRICS,
        "per_class": True,
        "estimators": ("cbpe",),
    }
    return model(**{**usual, **given})


def month(number: int, pairs: Sequence[str], often: int = 1) -> list[list[Any]]:
    """Rows of one month, each written as predicted and true class; the scores are those of the predicted one."""
    return [[f"2024-{number:02}-05", *SCORES[pair[0]], pair[0], pair[1]] for pair in pairs] * often


REFERENCE = month(1, ["aa", "aa", "ab", "bb", "bb", "bc", "cc", "cc", "ca"], 4) + month(2, ["aa", "bb", "cc", "ab"], 9)


def results(
    rows: Sequence[Sequence[Any]], given: ModelSpec | None = None, columns: dict[str, str] = COLUMNS
) -> dict[str, Result]:
    """The results of March by id."""
    table = Table(columns, [*REFERENCE, *rows] if columns is COLUMNS else rows)
    return {
        r.id.removeprefix("d/m/"): r
        for r in table.results(spec(given or classes()))
        if not str(r.method).endswith("_error")
        if r.chunk is None or r.chunk.key == "2024-03"
    }


def test_ids_and_params() -> None:
    found = results(month(3, ["aa", "bb", "cc"]))
    assert {"f1/cbpe", "f1/a/cbpe", "f1/realized", "confusion_matrix/a>b/realized"} <= set(found)
    assert found["f1/a/cbpe"].params["class"] == "a" and "class" not in found["f1/cbpe"].params
    assert found["confusion_matrix/a>b/realized"].params["class"] == "a>b"
    assert len(found) == 2 * (7 * 4 + 9)


def test_a_class_that_the_chunk_lacks_is_left_out_of_averages() -> None:
    found = results(month(3, ["aa", "ab", "bb", "bb"]))
    assert found["f1/realized"].value == pytest.approx((2 / 3 + 0.8) / 2)
    assert found["f1/realized"].details["absent_classes"] == ["c"]
    assert found["roc_auc/realized"].details["absent_classes"] == ["c"]
    assert found["roc_auc/c/realized"].value is None and found["roc_auc/a/realized"].value is not None
    assert found["f1/c/realized"].value == 0 and "denominator is 0" in found["f1/c/realized"].details["reason"]
    assert "absent_classes" not in found["accuracy/realized"].details


def test_one_class_only_has_no_ranking() -> None:
    found = results(month(3, ["aa", "ba"]))
    assert found["roc_auc/realized"].value is None and "one class only" in found["roc_auc/realized"].message
    assert found["accuracy/realized"].value == 0.5


def test_values_that_are_no_class_make_wrong_rows() -> None:
    rows = month(3, ["aa", "bb", "cc", "cc"])
    rows += [["2024-03-06", 0.7, 0.2, 0.1, "a", "x"], ["2024-03-06", 0.7, 0.2, 0.1, "y", "b"]]
    found = results(rows)
    assert found["accuracy/realized"].value == pytest.approx(4 / 6)
    assert found["precision/a/realized"].value == 0.5 and found["recall/b/realized"].value == 0.5
    details = found["accuracy/realized"].details
    assert (details["unknown_labels"], details["unknown_predictions"]) == (1, 1)
    assert found["accuracy/cbpe"].details["unknown_predictions"] == 1
    assert "unknown_labels" not in found["accuracy/cbpe"].details
    told = [found[f"precision/{of}/cbpe"].value for of in "abc"]
    assert found["accuracy/cbpe"].value == pytest.approx((2 * told[0] + told[1] + 2 * told[2]) / 6)  # type: ignore[operator]


def test_rows_without_score_prediction_or_label_are_counted() -> None:
    rows = month(3, ["aa", "bb", "cc"])
    rows += [["2024-03-06", None, 0.2, 0.1, "a", "a"], ["2024-03-06", 0.7, 0.2, 0.1, None, "b"]]
    rows += [["2024-03-06", 0.7, 0.2, 0.1, "b", None]]
    found = results(rows)
    realized, estimated = found["accuracy/realized"], found["accuracy/cbpe"]
    assert realized.value == 1 and realized.details["labelled_ratio"] == pytest.approx(5 / 6)
    assert (realized.details["missing_scores"], realized.details["missing_predictions"]) == (1, 1)
    assert (estimated.details["missing_scores"], estimated.details["missing_predictions"]) == (1, 1)


def test_scores_that_do_not_sum_to_one_are_told() -> None:
    rows = [["2024-03-06", 0.7, 0.2, 0.2, "a", "a"], ["2024-03-06", 0.7, 0.2, 0.105, "a", "b"]]
    found = results([*month(3, ["bb"]), *rows])
    assert found["f1/realized"].details["uneven_scores"] == found["f1/cbpe"].details["uneven_scores"] == 1
    assert found["f1/cbpe"].value is not None


def test_a_score_outside_makes_an_error_of_what_needs_it() -> None:
    found = results([*month(3, ["aa", "bb", "cc"]), ["2024-03-06", 1.2, -0.1, -0.1, "a", "a"]])
    assert found["roc_auc/realized"].status == found["f1/cbpe"].status == found["roc_auc/a/realized"].status == "error"
    assert "scores outside 0..1: 1 row" in found["f1/cbpe"].message
    assert found["f1/realized"].status == "pass" and found["accuracy/a/realized"].value == 1


def test_labels_that_have_not_come() -> None:
    found = results([["2024-03-06", *SCORES["a"], "a", None]])
    assert found["f1/realized"].status == "skipped" and found["f1/realized"].message == "no labels yet"
    assert found["f1/cbpe"].value is not None


def test_a_class_that_the_reference_lacks_keeps_its_raw_score() -> None:
    rows = [row for row in REFERENCE if "c" not in (row[4], row[5])] + month(3, ["aa", "bb", "cc"])
    table = Table(COLUMNS, rows)
    baseline = table.fit(spec(classes()))
    learned = baseline.of("m").methods["cbpe"]
    assert isinstance(learned, cbpe.Calibration)
    assert learned.uncalibrated == ("c",) and learned.curves["c"] == IDENTITY and learned.curves["a"] != IDENTITY
    found = {r.id: r for r in table.results(spec(classes()), baseline) if r.period == "analysis"}
    assert found["d/m/f1/cbpe"].details["uncalibrated_classes"] == ["c"]
    assert found["d/m/f1/cbpe"].value is not None


def test_a_reference_of_one_class_teaches_no_estimate() -> None:
    rows = [row for row in REFERENCE if row[5] == "a"] + month(3, ["aa", "bb"])
    found = {r.id: r for r in Table(COLUMNS, rows).results(spec(classes()))}
    assert found["d/m/f1/cbpe"].status == "inconclusive"
    assert 'all labels of the reference are of one class, "a"' in found["d/m/f1/cbpe"].message


def test_a_reference_without_a_class_teaches_no_estimate() -> None:
    rows = [[*row[:5], "other"] for row in REFERENCE] + month(3, ["aa", "bb"])
    found = {r.id: r for r in Table(COLUMNS, rows).results(spec(classes()))}
    assert "no row of the reference has its scores and a label that is a class" in found["d/m/f1/cbpe"].message


@pytest.mark.parametrize(
    ("kind", "values", "keys"),
    [("INTEGER", (1, 2, 3), ("1", "2", "3")), ("DOUBLE", (0.5, 1.0, 2.0), ("0.5", "1", "2")),
     ("VARCHAR", ("it's", 'say "no"', "a/b;--"), ("it's", 'say "no"', "a/b;--"))],
)  # fmt: skip
def test_classes_in_the_type_of_their_column(kind: str, values: tuple[Any, ...], keys: tuple[str, ...]) -> None:
    names = dict(zip("abc", values, strict=True))
    rows = [[*row[:4], names[row[4]], names[row[5]]] for row in [*REFERENCE, *month(3, ["aa", "ab", "bb", "cc"])]]
    given = classes(score=dict(zip(keys, ("p_a", "p_b", "p_c"), strict=True)))
    found = results(rows, given, {**COLUMNS, "class": kind, "truth": kind})
    plain = results(month(3, ["aa", "ab", "bb", "cc"]))
    for metric in ("f1", "roc_auc", "accuracy"):
        for method in ("cbpe", "realized"):
            assert found[f"{metric}/{method}"].value == pytest.approx(plain[f"{metric}/{method}"].value, abs=1e-12)
    assert found[f"confusion_matrix/{keys[1]}>{keys[0]}/realized"].value == 1


def test_two_classes_of_a_boolean_equal_the_binary_model() -> None:
    columns = {"at": "DATE", "p_no": "DOUBLE", "p_yes": "DOUBLE", "class": "INTEGER", "truth": "BOOLEAN"}
    random = np.random.default_rng(3)
    score = random.random(300).round(2)
    truth = random.random(300) < score
    rows = [
        [f"2024-0{1 + number % 3}-03", 1 - one, one, int(one > 0.5), bool(is_true)]
        for number, (one, is_true) in enumerate(zip(score, truth, strict=True))
    ]
    table = Table(columns, rows)
    several = table.results(spec(classes(score={"false": "p_no", "true": "p_yes"}, metrics=METRICS[:-1])))
    keys = [value_of(name, Column("class", "integer")) for name in ("false", "true")]
    assert keys == [None, None]
    assert all("is no value of" in r.message for r in several)
    several = table.results(spec(classes(score={"0": "p_no", "1": "p_yes"}, metrics=METRICS[:-1])))
    one = table.results(spec(model(score="p_yes", positive=1, metrics=METRICS[:-1], estimators=("cbpe",))))
    theirs = {(r.metric, r.method, r.chunk.key): r.value for r in one if r.chunk}
    ours = {(r.metric, r.method, r.chunk.key): r.value for r in several if r.chunk and r.params.get("class") == "1"}
    assert set(ours) == set(theirs) and len(ours) == 7 * 3 * 3
    for name, value in theirs.items():
        assert ours[name] == pytest.approx(value, abs=2e-3 if name[1] == "cbpe" else 1e-12), name


def test_classes_that_a_column_cannot_hold_or_tell_apart() -> None:
    table = Table({**COLUMNS, "truth": "INTEGER"}, [])
    problem = multiclass.problem_of(table.dataset, classes())
    assert problem is not None and 'class "a" is no value of "truth" (integer)' in problem.message
    twice = classes(score={"1": "p_a", "1.0": "p_b"}, prediction=None)
    problem = multiclass.problem_of(table.dataset, twice)
    assert problem is not None and 'classes "1" and "1.0" are one value' in problem.message


def test_segments_have_their_own_averages() -> None:
    columns = {**COLUMNS, "region": "VARCHAR"}
    rows = [[*row, "NS"[number % 2]] for number, row in enumerate([*REFERENCE, *month(3, ["aa", "bb", "ab", "cc"], 3)])]
    found = Table(columns, rows, segments=(NORTH,)).results(spec(classes(metrics=("accuracy",))))
    march = {
        r.segment: r.value for r in found if r.chunk and r.chunk.key == "2024-03" and r.id.endswith("accuracy/realized")
    }
    assert march == {None: 0.75, "region=N": pytest.approx(0.5), "region=S": 1.0}


def test_business_value_is_the_sum_over_pairs() -> None:
    given = classes(metrics=("business_value",), worth={"a": {"a": 10.0, "b": -3.0}, "c": {"c": 0.5}})
    found = results(month(3, ["aa", "aa", "ba", "cc", "bb"]), given)
    assert found["business_value/realized"].value == 17.5
    assert set(found) == {"business_value/realized", "business_value/cbpe"}


def test_without_a_prediction_there_are_rankings_only() -> None:
    found = results(month(3, ["aa", "bb", "cc"]), classes(prediction=None, metrics=(), per_class=False))
    assert set(found) == {"roc_auc/cbpe", "roc_auc/realized"}
    assert found["roc_auc/realized"].value == 1


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
def test_bins_of_the_scores_tell_the_same_as_a_scan(average: str) -> None:
    """With a chance for each bin, the counts by class follow; pairs of classes do not."""
    table = Table(COLUMNS, [*REFERENCE, *month(3, ["aa", "ab", "bb", "cc", "cb"], 5)])
    given = classes(average=average)
    baseline = table.fit(spec(given))
    learned = baseline.of("m").methods
    curves = learned["cbpe"]
    assert isinstance(curves, cbpe.Calibration)
    measured = table.measure(multiclass.score_bins(table.dataset, given, learned))
    by_class = multiclass.histograms(table.dataset, given, learned, measured)[None][None, "reference", "2024-01"]
    assert list(by_class) == ["a", "b", "c"] and by_class["a"].rows > 0
    chances = {of: one.calibrated(curves.curves[of]) for of, one in by_class.items()}
    values = multiclass.expected(given, by_class, chances)
    january = {r.id: r.value for r in table.results(spec(given), baseline) if r.chunk and r.chunk.key == "2024-01"}
    for metric in ("f1", "recall", "precision", "specificity", "accuracy"):
        ours = multiclass.reading(given, Variant(metric), values).value
        assert ours == pytest.approx(january[f"d/m/{metric}/cbpe"], abs=0.02), metric
    matrix = multiclass.reading(given, Variant("confusion_matrix", "a>b"), values)
    assert matrix.value is None and "pairs" in matrix.reason
