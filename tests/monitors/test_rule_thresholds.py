"""Metrics judged by a learned threshold: bands by rows, one side where a metric has a good one, and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.monitors.models import NOW, spec
from tests.monitors.test_drift_thresholds import quiet
from whq.config.spec import Common, RuleSpec, Threshold
from whq.monitors.rules import monitor as rules
from whq.values import Result


def judged(table: Any, kind: str, **options: Any) -> list[Result]:
    rule = RuleSpec(kind, ("x",), threshold=Threshold(), common=Common(per=("chunk",)), **options)
    given = replace(spec(), rules=(rule,))
    wanted = rules.requests(table.dataset, given, rules.BASELINE())
    return rules.evaluate(table.dataset, given, rules.BASELINE(), table.measure(wanted), NOW).results


def analysis(found: list[Result]) -> list[Result]:
    return [result for result in found if result.period == "analysis"]


@pytest.mark.parametrize("kind", ["mean", "null_ratio", "stddev"])
@pytest.mark.parametrize("chunks", [3, 6, 20])
def test_quiet_chunks_pass_whatever_their_rows(kind: str, chunks: int) -> None:
    found = judged(quiet([1000] * chunks, [1000, 1000]), kind)
    assert {result.status for result in found} == {"pass"}
    assert all(result.threshold_upper is not None for result in analysis(found))


def test_a_mean_that_moved_warns_on_either_side() -> None:
    for shift in (0.5, -0.5):
        _, february = analysis(judged(quiet([1000] * 8, [1000, 1000], shift=shift), "mean"))
        assert (february.status, february.alert) == ("warn", True)
        assert "; learned: outside" in february.message
        assert {"mean", "between", "sampling", "chunks"} <= set(february.details["threshold"])


def test_the_band_of_a_mean_is_that_of_its_rows() -> None:
    full, few = analysis(judged(quiet([4000] * 8, [4000, 250]), "mean"))
    widths = [result.threshold_upper - result.threshold_lower for result in (full, few)]  # type: ignore[operator]
    assert widths[1] > 2 * widths[0]
    assert few.details["threshold"]["sampling"] == pytest.approx(1 / np.sqrt(250), rel=0.05)


def test_fewer_nulls_are_no_alert_and_more_are() -> None:
    more = judged(quiet([1000] * 6, [1000, 1000], constant=True), "null_ratio")
    assert [result.threshold_lower for result in analysis(more)] == [None, None]
    assert [result.alert for result in analysis(more)] == [False, True]


def test_two_chunks_teach_nothing() -> None:
    found = analysis(judged(quiet([1000] * 2, [1000]), "mean"))
    assert [result.status for result in found] == ["inconclusive"]
    assert "fewer than 3 reference chunks" in found[0].message


def load(
    tmp_path: Path, rule: str, dataset: str = "time: at\n    chunk: month\n    reference: \"at < '2024-01-01'\""
) -> Any:
    from whq.config import load_project

    (tmp_path / "monitors").mkdir()
    (tmp_path / "profiles").mkdir()
    (tmp_path / "whq.yml").write_text("version: 1\nname: t\nprofile: local\n")
    (tmp_path / "profiles/local.yml").write_text("default: dev\ntargets: {dev: {type: duckdb, path: t.duckdb}}\n")
    text = f"datasets:\n  d:\n    table: d\n    {dataset}\n    columns: {{x: {rule}}}\n"
    (tmp_path / "monitors/d.yml").write_text(text)
    return load_project(tmp_path)


def test_it_is_read_and_judges_by_chunk(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, "{mean: {threshold: {alarms: 0.01}}}").datasets[0].rules
    assert (rule.threshold, rule.common.per) == (Threshold(alarms=0.01), ("chunk",))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("{not_null: {threshold: learned}}", "threshold goes with a metric, and not_null is none"),
        ("{mean: {threshold: learned, fail: '> 1'}}", "threshold and fail both say what is bad"),
        ("{mean: {threshold: {upper: 1}}}", "a threshold of mean is learned"),
        ("{mean: {threshold: 5}}", "expected a mapping"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, rule: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        load(tmp_path, rule)


def test_without_chunks_or_reference_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="a reference cut into chunks teaches it, and d has none"):
        load(tmp_path, "{mean: {threshold: learned}}", "time: at\n    chunk: month")
