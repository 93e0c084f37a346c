"""What a model's performance costs, in words: against counts made by hand."""

import pytest

from whq.monitors.models.words import class_words, told, words
from whq.values import Chunk, Period, Result

SAID = [
    ("accuracy", 0.94, 0.91, "of 100 predictions 9 are wrong instead of 6"),
    ("accuracy", 0.9412, 0.9408, "of 10,000 predictions 592 are wrong instead of 588"),
    ("accuracy", 0.91, 0.94, "of 100 predictions 6 are wrong instead of 9"),
    ("precision", 0.80, 0.71, "of 100 rows predicted positive 29 are not positive instead of 20"),
    ("recall", 0.75, 0.70, "of 100 positive rows 30 are missed instead of 25"),
    ("specificity", 0.99, 0.95, "of 100 negative rows 5 are taken for positive instead of 1"),
    ("roc_auc", 0.80, 0.70, "of 100 pairs of a positive and a negative row 30 are ranked wrongly instead of 20"),
    ("false_negative", 0.0121, 0.0308, "of 100 rows 3 are missed positives instead of 1"),
    ("business_value", 3.12, -2.4, "a row is worth -2.4 instead of 3.12"),
    ("average_precision", 0.5, 0.4, "0.4 instead of 0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("metric", "before", "now", "said"), SAID)
def test_words(metric: str, before: float, now: float, said: str) -> None:
    assert words(metric, before, now) == said


OF_CLASSES = [
    ("accuracy", None, "of 100 predictions 9 are wrong instead of 6"),
    ("accuracy", "pro", "of 100 rows 9 are wrongly told to be pro or not to be instead of 6"),
    ("precision", "pro", "of 100 rows predicted pro 9 are of another class instead of 6"),
    ("precision", None, "averaged over classes, of 100 predictions of a class 9 are of another one instead of 6"),
    ("specificity", "pro", "of 100 rows of other classes 9 are taken for pro instead of 6"),
    ("roc_auc", "pro", "of 100 pairs of a row of pro and another one 9 are ranked wrongly instead of 6"),
    ("f1", None, "0.91 instead of 0.94: precision and recall say which errors grew"),
    ("business_value", None, "a row is worth 0.91 instead of 0.94"),
]


@pytest.mark.parametrize(("metric", "of", "said"), OF_CLASSES)
def test_words_of_classes(metric: str, of: str | None, said: str) -> None:
    assert class_words(metric, 0.94, 0.91, of) == said


def test_a_cell_of_several_classes_is_told_by_row() -> None:
    cell = {"metric": "confusion_matrix", "params": {"class": "a>b"}}
    (_, alert) = told([result(10, 1000, "reference", **cell), result(15, 500, **cell)], {"m"})
    assert alert.details["moved"] == "of 100 rows 3 are a>b (true>predicted) instead of 1"


def result(
    value: float | None, rows: int, period: Period = "analysis", method: str = "realized", **more: object
) -> Result:
    chunk = Chunk(f"{period}-{value}", 0, None, None, rows)
    metric = str(more.pop("metric", "accuracy"))
    return Result(
        f"d/m/{metric}/{method}", "d", "model", "m", metric, "pass", method=method, period=period, chunk=chunk,
        value=value, alert=period == "analysis", **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_the_reference_counts_by_its_rows() -> None:
    reference = [result(0.9, 300, "reference"), result(0.6, 100, "reference"), result(None, 50, "reference")]
    (*_, alert) = told([*reference, result(0.725, 100)])
    assert alert.details["moved"] == "of 100 predictions 28 are wrong instead of 18"


def test_an_estimate_is_compared_with_realized_values_and_says_what_it_is() -> None:
    reference = [result(0.9, 100, "reference"), result(0.5, 100, "reference", "cbpe")]
    (*_, alert) = told([*reference, result(0.8, 100, method="cbpe")])
    assert alert.details["moved"] == "by estimate, of 100 predictions 20 are wrong instead of 10"


def test_totals_are_told_per_row() -> None:
    reference = result(20, 200, "reference", metric="false_positive")
    (_, alert) = told([reference, result(90, 300, metric="false_positive")])
    assert alert.details["moved"] == "of 100 rows 30 are false alarms instead of 10"


def test_what_does_not_alert_or_has_nothing_to_compare_with_says_nothing() -> None:
    quiet = result(0.5, 100)
    assert told([quiet])[0].details == {}
    other = result(0.9, 100, "reference", metric="f1")
    assert [one.details for one in told([other, quiet])] == [{}, {}]
    segment = result(0.5, 100, segment="region=N")
    assert told([result(0.9, 100, "reference"), segment])[1].details == {}
