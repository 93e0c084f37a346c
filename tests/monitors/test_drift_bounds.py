"""Distances read off narrow bins: the interval holds what scipy says, and is narrow where there are many rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.monitors.test_drift import MONTHS, REST, WHOLE, asked, hostile, learned, numeric, results, table
from whq.fit import pieces
from whq.monitors.drift import monitor as drift
from whq.values import Cuts, Request, Result

Months = list[list[float]]
BOTH = ("ks", "wasserstein")


def many(size: int = 300) -> dict[str, Months]:
    """More rows than bins: some share a bin with others."""
    random = np.random.default_rng(11)
    made: dict[str, Any] = {
        "normal": lambda month: random.normal(month * 0.05, 1, size),
        "moved": lambda month: random.normal(month, 1, size),
        "lognormal": lambda month: random.lognormal(0, 3, size),
        "cauchy": lambda month: random.standard_cauchy(size),
        "rounded": lambda month: np.round(random.normal(0, 1, size), 1),
        "integers": lambda month: random.poisson(3 + month, size).astype(float),
        "atom": lambda month: np.where(random.random(size) < 0.7, 0.0, random.exponential(50, size)),
        "two atoms": lambda month: random.choice([0.0, 1e-9, 0.5, 1.0, random.random()], size),
        "new atom": lambda month: np.where(random.random(size) < 0.2 * month, 0.25, random.random(size)),
        "outside": lambda month: random.uniform(month * 10, month * 10 + 1, size),
        "uneven months": lambda month: random.normal(0, 1, 1 + size * month),
    }
    return {kind: [list(make(month)) for month in range(4)] for kind, make in made.items()}


def compared(months: Months, place: int, mode: str) -> list[float]:
    """What a month is compared with."""
    if mode == "previous":
        return months[place - 1] if place else []
    others = [month for number, month in enumerate(months[:2]) if mode == "whole" or number != place]
    return [value for month in others for value in month]


MODES: dict[str, dict[str, Any]] = {
    "rest": {"threshold": REST}, "whole": {"threshold": WHOLE}, "previous": {"against": "previous"},
}  # fmt: skip
ALL = {**hostile(), **many()}


def check(found: list[Result], months: Months, mode: str) -> None:
    for result in found:
        place = MONTHS.index(result.chunk.key)  # type: ignore[union-attr]
        other = compared(months, place, mode)
        if not other:
            assert (result.value, result.method, result.upper) == (None, None, None)
            continue
        wanted = numeric(result.metric, np.array([]), np.array(other), np.array(months[place]))
        slack = 1e-9 * abs(wanted) + 1e-300
        assert result.lower is not None and result.upper is not None
        assert result.lower - slack <= wanted <= result.upper + slack, result
        assert (result.value, result.method) == (result.lower, "binned")
        assert result.metric != "ks" or result.upper <= 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ALL)
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_the_interval_holds_the_exact_value(kind: str, mode: str, monkeypatch: Any) -> None:
    """In bins so wide that many rows share one; scipy divides by zero for a p-value of two rows."""
    monkeypatch.setattr(pieces, "SHARE", 1 / 8)
    months = ALL[kind]
    found = results(table({"x": months}), asked("x", numeric=BOTH, method="binned", **MODES[mode]))
    assert len(found) == 8
    check(found, months, mode)


@pytest.mark.parametrize("kind", ["normal", "lognormal", "cauchy", "atom", "rounded", "two atoms"])
def test_the_interval_is_narrow(kind: str) -> None:
    """A thousandth for ks, whatever the shape; it does not grow with what comes after the reference."""
    months = many(5000)[kind]
    for result in results(table({"x": months}), asked("x", numeric=("ks",), method="binned", threshold=WHOLE)):
        assert result.upper - result.lower < 1.1e-3, result  # type: ignore[operator]


def sent(method: str, few: int, monkeypatch: Any) -> set[str]:
    monkeypatch.setattr("whq.monitors.drift.columns.FEW_VALUES", few)
    made, given = table({"x": many()["normal"]}), asked("x", numeric=BOTH, method=method)
    fitted = drift.fit_requests(made.dataset, given)
    wanted: tuple[Request, ...] = drift.requests(made.dataset, given, learned(made, given))
    return {request.template for request in (*fitted, *wanted)} - {"metrics/row_count"}


METHODS = [
    ("auto", 601, {"drift/scan/shape", "drift/scan/distances"}),
    ("auto", 600, {"drift/scan/shape", "drift/scan/bounds"}),
    ("exact", 1, {"drift/scan/distances"}),
    ("binned", 601, {"drift/scan/shape", "drift/scan/bounds"}),
]


@pytest.mark.parametrize(("method", "few", "templates"), METHODS)
def test_the_reference_s_size_decides_unless_the_user_does(
    method: str, few: int, templates: set[str], monkeypatch: Any
) -> None:
    assert sent(method, few, monkeypatch) == templates


def test_without_values_there_is_no_interval() -> None:
    found = results(table({"x": [[None], [None], [1.0]]}), asked("x", numeric=BOTH, method="binned"))
    assert {(result.value, result.method) for result in found} == {(None, None)}


def test_values_too_far_apart_have_no_bins() -> None:
    assert pieces.pieces([pieces.Part(1, -1.7e308, 0.0), pieces.Part(1, 1.7e308, 1.7e308)], Cuts((), ())) is None
    assert pieces.pieces([], Cuts((), ())) is None


def test_thresholds_and_alerts_follow_the_value() -> None:
    found = results(table({"x": many()["moved"]}), asked("x", numeric=BOTH, method="binned", threshold=WHOLE))
    for result in found:
        is_above = result.value > result.threshold_upper  # type: ignore[operator]
        assert result.alert == (result.period == "analysis" and is_above)
        assert "exact" in result.details["interval"]
