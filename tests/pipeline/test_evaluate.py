"""A bug in one family costs the results of one subject, never those of others."""

from __future__ import annotations

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
