"""What follows from the estimates of a regression model: late labels put to work, and what a change is made of."""

from __future__ import annotations

import numpy as np

from tests.monitors.models import Table, by_metric, spec
from tests.monitors.test_dle import COLUMNS, estimated, log


def test_an_anchored_estimate_follows_errors_that_grow_for_no_reason_of_the_features() -> None:
    months = [row for row in log(each=600) if row[1].month <= 3]
    later = [
        [*row[:1], row[1].replace(month=month), *row[2:5], row[4] + 3 * (row[5] - row[4])]
        for month in range(4, 9)
        for row in months
        if row[1].month == 3
    ]
    rows = [[number, *row[1:]] for number, row in enumerate((*months, *later))]
    given = estimated(estimators=("dle", "anchored"), metrics=("mae", "rmse", "bias"))
    found = Table(COLUMNS, rows, key=("id",)).results(spec(given))
    assert {one.metric for one in found if one.method == "anchored"} == {"mae", "rmse"}
    for metric in ("mae", "rmse"):
        truth = by_metric(found, metric, "realized")
        apart = {
            method: np.mean([abs(by_metric(found, metric, method)[key].value - truth[key].value) for key in truth])  # type: ignore[operator]
            for method in ("dle", "anchored")
        }
        assert apart["anchored"] < 0.6 * apart["dle"], metric


def test_the_change_is_split_by_what_dle_says_and_never_by_chances() -> None:
    given = estimated(estimators=("dle",), metrics=("mae", "bias"), concept=True)
    found = Table(COLUMNS, log(each=400), key=("id",)).results(spec(given))
    assert {(one.method, one.metric) for one in found if one.value is not None} == {
        ("dle", "mae"), ("realized", "mae"), ("realized", "bias"), ("covariate", "mae"), ("concept", "mae"),
        ("dle_error", "mae"),
    }  # fmt: skip
    assert {one.method for one in found} == {"dle", "dle_error", "realized", "covariate", "concept"}
