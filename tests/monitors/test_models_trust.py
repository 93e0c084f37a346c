"""Bounds of estimates from their own record and from the reference, and what is trusted."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from tests.monitors.models import by_metric
from tests.monitors.test_models_anchored import FALL, found, unlabelled
from tests.monitors.test_performance import Rows
from tests.monitors.test_performance_replay import log
from whq.result import exit_code
from whq.values import Result

METRICS = ("roc_auc", "f1", "accuracy")


def error(results: list[Result], metric: str, method: str, period: str = "analysis") -> list[float]:
    made, truth = (by_metric(results, metric, name, period) for name in (method, "realized"))
    return [made[key].value - truth[key].value for key in made]  # type: ignore[operator]


@pytest.mark.parametrize("method", ["cbpe", "anchored"])
@pytest.mark.parametrize("metric", METRICS)
def test_the_record_gives_the_width_from_the_third_chunk_on(method: str, metric: str) -> None:
    results = found(log([0.0] * 7 + [0.05, 0.0, 0.04, 0.0, 0.05], each=2000))
    listed = by_metric(results, metric, method)
    known = error(results, metric, method)
    for place, one in enumerate(listed.values()):
        trust = one.details["trust"]
        assert trust["by"] == ("record" if place >= 2 else "scores") and one.params["interval"] == "full"
        if place == 5:  # five errors of the analysis and three of the reference, those by the curve of the others
            own = np.array(known[:5])
            half = trust["half_width"]
            mean = (half / student.ppf(0.975, 7)) ** 2 / (1 + 1 / 8)
            assert trust["errors"] == 8 and mean * 8 > (own**2).sum()
            assert one.upper - one.value == pytest.approx(min(half, 1 - one.value))  # type: ignore[operator]
    assert student.ppf(0.975, 7) * sqrt(9 / 8) > 2


def test_without_labels_the_width_holds_what_the_reference_was_off_by() -> None:
    quiet, noisy = log([0.0] * 12, each=2000), log([0.0, 0.1] * 6, each=2000)
    halves = []
    for rows in (quiet, noisy):
        one = by_metric(found(unlabelled(rows)), "accuracy", "cbpe")["2024-10"]
        assert one.params["interval"] == "full" and one.details["trust"]["by"] == "scores"
        halves.append((one.upper - one.lower) / 2)  # type: ignore[operator]
    assert halves[0] < 0.03 < halves[1]


def test_the_sampling_band_is_three_errors_wide() -> None:
    for method in ("cbpe", "anchored"):
        for metric in ("accuracy", "business_value"):
            one = by_metric(found(log(FALL), interval="sampling"), metric, method)["2024-10"]
            assert one.params["interval"] == "sampling"
            assert one.upper - one.value == pytest.approx(3 * one.details["sampling_error"])  # type: ignore[operator]


def test_totals_have_bounds_in_their_own_unit() -> None:
    one = by_metric(found(unlabelled(log([0.0] * 12))), "true_positive", "cbpe")["2024-10"]
    assert 0 <= one.lower < one.value - 3 < one.value + 3 < one.upper  # type: ignore[operator]


def shifted(rows: Rows, month: int) -> Rows:
    """Scores of one month and later pressed into a corner."""
    return [[*row[:2], 0.9 + row[2] / 20 if row[0].month >= month else row[2], *row[3:]] for row in rows]


def test_unfamiliar_scores_are_shown_and_not_judged() -> None:
    results = found(shifted(unlabelled(log([0.0] * 12, each=2000)), 9))
    listed = by_metric(results, "accuracy", "cbpe")
    assert [one.details["trust"]["verdict"] for one in listed.values()] == ["trusted"] * 2 + ["untrusted"] * 4
    one = listed["2024-09"]
    assert one.value is not None and (one.status, one.alert) == ("inconclusive", False)
    assert one.details["withheld"] == "untrusted" and "the scores lie 0." in one.message
    assert exit_code([one], (), fail_on="warn") == 0
    reference = by_metric(results, "accuracy", "cbpe", "reference")
    assert not any("trust" in one.details for one in reference.values())


@pytest.mark.parametrize(("least", "word"), [(0.12, "doubtful"), (0.4, "untrusted")])
def test_scores_that_moved_a_little_are_doubtful_and_judged(least: float, word: str) -> None:
    moved = [[*r[:2], max(r[2], least) if r[0].month >= 9 else r[2], *r[3:]] for r in log([0.0] * 12, each=4000)]
    one = by_metric(found(unlabelled(moved)), "accuracy", "cbpe")["2024-10"]
    trust: dict[str, Any] = one.details["trust"]
    assert trust["verdict"] == ("untrusted" if trust["distance"] > 0.16 else "doubtful")
    assert (one.status == "inconclusive") == (trust["verdict"] == "untrusted")
    assert word == "untrusted" or trust["distance"] > 0.08


def test_an_estimate_that_is_off_in_the_reference_itself_is_never_trusted() -> None:
    """Predictions that know more than the scores: the curve expects far fewer of them to be right than are."""
    rows = unlabelled([[*row[:3], row[4], row[4]] for row in log([0.0] * 12, each=2000)])
    for one in by_metric(found(rows), "accuracy", "cbpe").values():
        assert one.details["trust"]["verdict"] == "untrusted" and one.details["trust"]["off"] > 0.05
        assert one.status == "inconclusive" and not one.alert
        assert "estimates of the reference's own chunks are off by" in one.message
    for one in by_metric(found(rows), "roc_auc", "cbpe").values():
        assert one.details["trust"]["verdict"] == "trusted"


def test_labels_that_contradict_the_curve_end_the_trust_at_once() -> None:
    rows = log([0.0] * 7 + [0.3] + [0.0] * 4, each=2000)
    rows = [[*row[:4], 1 if row[0].month == 8 and row[2] < 0.3 else row[4]] for row in rows]
    one = by_metric(found(rows), "accuracy", "cbpe")["2024-09"]
    assert one.details["trust"]["verdict"] == "untrusted" and one.details["trust"]["z"] > 4
    assert "more of the newest known labels are positive than the scores say" in one.message


def test_an_estimate_that_errs_is_no_longer_trusted() -> None:
    results = found(log([0.0] * 6 + [0.3] * 6, each=1000))
    told = [one.details["trust"]["verdict"] for one in by_metric(results, "accuracy", "cbpe").values()]
    assert told[2:] == ["untrusted"] * 4
    quiet = found(log([0.0] * 12, each=1000))
    for method in ("cbpe", "anchored"):
        words = {one.details["trust"]["verdict"] for one in by_metric(quiet, "accuracy", method).values()}
        assert words == {"trusted"}
