"""By how much estimates were off, as series of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.monitors.models import Table, by_metric, model, spec
from tests.monitors.test_dle import COLUMNS as PRICES
from tests.monitors.test_dle import estimated
from tests.monitors.test_dle import log as prices
from tests.monitors.test_models_anchored import FALL, found
from tests.monitors.test_performance import COLUMNS, changed, log
from tests.monitors.test_performance_replay import log as replayed_log
from whq.monitors.models import derived, kind, records_of, series_of
from whq.monitors.models.protocol import Derived
from whq.reports.series import gather, is_check, is_number
from whq.values import Result

BOTH = ("cbpe", "anchored")


def assert_difference(results: Sequence[Result], metric: str, method: str) -> Mapping[str, Result]:
    """The errors of the analysis, each the difference of the two results of its chunk."""
    errors = by_metric(results, metric, f"{method}_error")
    shown, real = by_metric(results, metric, method), by_metric(results, metric, "realized")
    for key, one in errors.items():
        assert one.value == pytest.approx(shown[key].value - real[key].value, abs=1e-9)  # type: ignore[operator]
        assert one.details == {"estimated": pytest.approx(shown[key].value), "realized": pytest.approx(real[key].value)}
    return errors


def test_an_error_is_the_estimate_less_what_was_realized_and_is_not_judged() -> None:
    results = found(replayed_log(FALL))
    months = {f"2024-{month:02d}" for month in range(7, 13)}
    for method in BOTH:
        for metric in ("roc_auc", "f1", "accuracy", "true_positive", "business_value"):
            assert set(assert_difference(results, metric, method)) == months
    errors = [one for one in results if (one.method or "").endswith("_error")]
    assert {one.status for one in errors} == {"pass"} and not any(one.alert for one in errors)
    assert {(one.lower, one.upper, one.threshold_lower, one.threshold_upper) for one in errors} == {(None,) * 4}
    assert by_metric(results, "f1", "cbpe_error")["2024-08"].id == "d/m/f1/cbpe_error"
    assert not any(is_check(one) or is_number(one) for one in gather(errors))
    fallen = by_metric(results, "accuracy", "cbpe_error")
    assert all(fallen[f"2024-{month:02d}"].value > 0.05 for month in (8, 9, 11))  # type: ignore[operator]


def test_the_reference_is_estimated_by_the_labels_of_others() -> None:
    results = found(replayed_log(FALL))
    errors = by_metric(results, "accuracy", "cbpe_error", "reference")
    shown = by_metric(results, "accuracy", "cbpe", "reference")
    assert set(errors) == {f"2024-{month:02d}" for month in range(1, 7)}
    assert any(one.details["estimated"] != pytest.approx(shown[key].value, abs=1e-9) for key, one in errors.items())
    few = Table(COLUMNS, log()).results(
        spec(model(estimators=("cbpe",)))
    )  # too few labels to teach a curve without one
    assert by_metric(few, "accuracy", "cbpe_error", "reference") == {}
    assert set(by_metric(few, "accuracy", "cbpe_error")) == {"2024-03", "2024-04", "2024-05"}


def test_a_chunk_whose_labels_are_not_due_has_no_error_until_a_later_run() -> None:
    asked = spec(model(estimators=BOTH, metrics=("accuracy",)))
    full = log()
    for missing in (20, 40):
        late = Table(COLUMNS, changed(full, "truth", None, 5, count=missing))
        baseline = late.fit(asked)
        for method in BOTH:
            assert set(assert_difference(late.results(asked, baseline), "accuracy", method)) == {"2024-03", "2024-04"}
        later = Table(COLUMNS, full).results(asked, baseline)
        for method in BOTH:
            assert set(assert_difference(later, "accuracy", method)) == {"2024-03", "2024-04", "2024-05"}


def test_without_labels_there_is_no_such_series() -> None:
    unlabelled = [[*row[:4], None] if row[0].month > 2 else row for row in log()]
    results = Table(COLUMNS, unlabelled).results(spec(model(estimators=("cbpe",))))
    assert {one.method for one in results} == {"cbpe", "realized"}
    bare = model(estimators=("cbpe",), label=None)
    assert records_of(bare) == () and "cbpe_error" not in series_of(bare)
    realized_only = Table(COLUMNS, log()).results(spec(model(estimators=(), label=None)))
    assert not any((one.method or "").endswith("_error") for one in realized_only)


def test_of_a_regression_model_only_what_can_be_estimated_has_an_error() -> None:
    given = estimated(estimators=("dle", "anchored"), metrics=("mae", "bias"))
    results = Table(PRICES, prices(each=300), key=("id",)).results(spec(given))
    for method in ("dle", "anchored"):
        assert set(assert_difference(results, "mae", method)) == set(by_metric(results, "mae", "realized"))
        assert by_metric(results, "mae", f"{method}_error", "reference")
        assert by_metric(results, "bias", f"{method}_error") == {}


@pytest.mark.parametrize("name", ["cbpe", "dle", "anchored", "pape", "blend"])
def test_a_name_leads_to_the_series_of_its_estimator(name: str) -> None:
    one: Any = derived(f"{name}_error")
    assert one.estimator == name and one.NEEDS and not one.IS_JUDGED
    assert one.variants(kind("binary"), model(metrics=("f1",))) == kind("binary").variants(model(metrics=("f1",)))
    assert set(Derived.__annotations__) <= set(dir(one))
