"""The expected number of false alarms a month, from what a project asks for."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.monitors.models import Table
from tests.monitors.test_drift import asked
from whq.commands.expected import DAYS_A_MONTH, Expected, expected
from whq.config.spec import SegmentSpec, Threshold
from whq.resolve import Resolved
from whq.values import Chunking

TABLE = Table({"at": "TIMESTAMP", "x": "DOUBLE", "s": "VARCHAR"}, [])


def of(unit: Any, segments: int = 0, **options: Any) -> Expected:
    given = asked("x", "s", numeric=("ks", "psi"), categorical=("psi",), **{"threshold": Threshold(), **options})
    names = tuple(SegmentSpec(str(number), "s", None) for number in range(segments))
    return expected([Resolved(TABLE.dataset, replace(given, chunking=Chunking(unit), segments=names))])


def test_series_times_chunks_times_alarms() -> None:
    assert of("month") == Expected(3, 3.0, pytest.approx(0.003))
    assert of("day", segments=1) == Expected(6, pytest.approx(6 * DAYS_A_MONTH), pytest.approx(0.006 * DAYS_A_MONTH))
    assert of("month", threshold=Threshold(alarms=0.1)).alarms == pytest.approx(0.3)


def test_false_discovery_counts_once_a_statistic() -> None:
    assert of("month", false_discovery=0.05).alarms == pytest.approx(2 * 0.05)


@pytest.mark.parametrize("threshold", [Threshold("std"), Threshold("constant", upper=0.1)])
def test_other_thresholds_promise_nothing(threshold: Threshold) -> None:
    assert of("day", threshold=threshold) == Expected()


def test_chunks_of_rows_come_at_no_known_rate() -> None:
    assert of("rows") == Expected(3, 0.0, 0.0)
