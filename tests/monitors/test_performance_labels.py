"""Labels that come late or for some rows only: what is judged, when, and what is said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import NOW, Table, by_metric, model, spec
from tests.monitors.test_performance import COLUMNS, changed, log
from whq.fit.histogram import Histogram
from whq.monitors.models.selection import selection
from whq.values import Result

DAY = 86_400.0


def may(results: list[Result], metric: str = "accuracy") -> Result:
    return by_metric(results, metric, "realized")["2024-05"]


def test_a_chunk_is_judged_when_nearly_all_labels_are_there() -> None:
    half = may(Table(COLUMNS, changed(log(), "truth", None, 5, count=20)).results(spec(model())))
    assert half.status == "skipped" and not half.alert and half.value is not None
    assert half.message == "not judged: labels of 50% of the rows so far, judged from 95% on"
    assert half.details["labelled_ratio"] == 0.5 and "withheld" not in half.details
    most = may(Table(COLUMNS, changed(log(), "truth", None, 5, count=2)).results(spec(model())))
    assert most.status == "pass" and most.details["labelled_ratio"] == 0.95


@pytest.mark.parametrize(
    ("days", "missing", "status", "message"),
    [
        (0, 20, "pass", ""),
        (1, 20, "skipped", "not judged: labels of 50% of the rows so far, due from 2024-06-02"),
        (1, 0, "skipped", "not judged: labels of all rows, due from 2024-06-02"),
        (1.5, 40, "skipped", "no labels yet, due from 2024-06-02 12:00"),
        (0, 40, "inconclusive", "no labels, though due since 2024-06-01"),
    ],
)
def test_a_delay_decides_when_labels_are_due(days: float, missing: int, status: str, message: str) -> None:
    rows = changed(log(), "truth", None, 5, count=missing)
    found = may(Table(COLUMNS, rows).results(spec(model(delay=days * DAY))))
    assert NOW.as_of == datetime(2024, 6, 1)
    assert (found.status, found.details.get("withheld")) == (status, "overdue" if status == "inconclusive" else None)
    assert found.message == message
    assert found.details["labels_due"].startswith("2024-06-0")


def test_the_reference_is_judged_by_what_labels_it_has() -> None:
    rows = changed(changed(log(), "truth", None, 1, count=20), "truth", None, 2, count=20)
    found = Table(COLUMNS, rows).results(spec(model()))
    assert may(found).status == "pass" and may(found).threshold_lower is not None


def chosen(rows: list[list[Any]], months: tuple[int, ...], most: float = 0.5) -> list[list[Any]]:
    """The rows without the labels of those of these months whose score is above."""
    return [[*row[:4], None] if row[0].month in months and row[2] > most else row for row in rows]


def test_labels_for_some_scores_only_are_said_and_not_judged() -> None:
    table = Table(COLUMNS, chosen(log(each=400), (5,)))
    found = may(table.results(spec(model(delay=0.0))))
    assert (found.status, found.details["withheld"], found.alert) == ("inconclusive", "selective", False)
    assert found.message.startswith("not judged: labels came for some rows only: with a label the mean score is 0.2")
    assert found.details["selective"]["distance"] > 0.9 and found.value is not None
    april = by_metric(table.results(spec(model(delay=0.0))), "accuracy", "realized")["2024-04"]
    assert "selective" not in april.details


def test_labels_chosen_alike_in_the_reference_are_compared() -> None:
    found = may(Table(COLUMNS, chosen(log(each=400), (1, 2, 3, 4, 5))).results(spec(model(delay=0.0))))
    assert found.status == "pass" and found.details["selective"]["unlabelled"] > found.details["selective"]["labelled"]


def test_labels_that_are_missing_by_chance_are_no_choice() -> None:
    random = np.random.default_rng(5)
    rows = [[*row[:4], None if random.random() < 0.4 else row[4]] for row in log(each=400)]
    results = Table(COLUMNS, rows).results(spec(model(delay=0.0)))
    assert not any("selective" in result.details for result in results)


def test_a_choice_is_seldom_seen_where_there_is_none() -> None:
    random = np.random.default_rng(9)
    seen = 0
    for _ in range(400):
        members = random.multinomial(600, np.full(64, 1 / 64)).astype(float)
        labelled = random.binomial(members.astype(int), 0.7).astype(float)
        columns = [np.stack([each, np.zeros(64), np.zeros(64)], axis=1) for each in (members, labelled, labelled / 2)]
        one = selection(Histogram(np.arange(64), np.arange(64) / 64, *columns))
        seen += one is not None and one.is_selective
    assert seen <= 3
