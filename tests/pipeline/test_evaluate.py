"""A bug in one family costs the results of one subject, never those of others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

import whq
from whq.monitors.drift import readings
from whq.monitors.rules import monitor as rules


def test_a_bug_in_drift_costs_the_column_that_it_is_about(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = whq.run(project)
    usual = readings.counted

    def broken(cells: Any, found: Any) -> Any:
        if any(argument[1].name == "region" for argument in found.request.arguments if argument[0] == "column"):
            raise ValueError("a value of a row: south")
        return usual(cells, found)

    monkeypatch.setattr(readings, "counted", broken)
    found = whq.run(project)
    lost = [one for one in found.results if one.status == "error"]
    assert [(one.id, one.monitor, one.details["code"]) for one in lost] == [("loans/region/drift", "drift", "WHQ-X001")]
    assert lost[0].message.startswith("ValueError in test_evaluate.py, line ")
    assert "south" not in lost[0].message
    kept = [one.id for one in whole.results if (one.monitor, one.subject) != ("drift", "region")]
    assert sorted(one.id for one in found.results if one.status != "error") == sorted(kept)
    assert found.exit_code == 3


def test_a_bug_in_rules_costs_one_rule(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = rules.verdict

    def broken(bound: Any, *more: Any) -> Any:
        assert bound.rule.kind != "unique"
        return usual(bound, *more)

    monkeypatch.setattr(rules, "verdict", broken)
    found = whq.run(project)
    assert {one.id: one.details.get("code") for one in found.results if one.monitor == "rule"} == {
        "loans/id/not_null": None, "loans/id/unique": "WHQ-X001", "loans/amount/accepted_range": None,
    }  # fmt: skip


@pytest.mark.parametrize(("late", "open_month"), [("0", "2024-08"), ("10 days", "2024-07")])
def test_months_that_still_fill_are_marked_by_the_clock(project: Any, late: str, open_month: str) -> None:
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("    chunk: month\n", f"    chunk: month\n    late: {late}\n"))
    found = whq.run(project, as_of=datetime(2024, 8, 6))
    chunked = [one for one in found.results if one.chunk is not None and one.monitor != "anomaly"]
    marked = {one.chunk.key for one in chunked if one.is_partial}
    assert min(marked) == open_month
    assert all((one.chunk.key >= open_month) is one.is_partial for one in chunked)
    assert not any(one.is_partial for one in found.results if one.chunk is None)


def test_a_small_last_part_of_the_rows_is_marked(project: Any) -> None:
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("chunk: month", "chunk: {rows: 700}"))
    found = whq.run(project)
    marked = {(one.period, one.chunk.key) for one in found.results if one.chunk and one.is_partial}
    assert marked == {("analysis", "2100-2799")}
    segments = {one.segment for one in found.results if one.chunk and one.is_partial}
    assert len(segments) > 1
