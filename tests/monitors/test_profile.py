"""The profile from requests to results on DuckDB."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.monitors.models import as_stored
from tests.monitors.world import AS_OF, HERE, World, spec
from whq.config.spec import ProfileSpec
from whq.errors import Problem
from whq.monitors import Context, Verdicts
from whq.monitors.profile import monitor as profile
from whq.monitors.profile.monitor import ProfileBaseline
from whq.result import result_as_dict
from whq.values import Failure, Result

COLUMNS = {"t": "TIMESTAMP", "x": "DOUBLE", "i": "BIGINT", "s": "VARCHAR", "b": "BOOLEAN", "u": "UUID", "r": "VARCHAR"}
ROWS: list[list[Any]] = [
    ["2024-01-01 00:00:00", 0.0, 1, "aa", True, None, "North"],
    ["2024-01-02 00:00:00", 10.0, 1, "b", True, None, "South"],
    ["2024-02-01 00:00:00", float("inf"), -3, "b", False, None, "North"],
    ["2024-02-02 00:00:00", 25.0, 0, "b", None, None, "North"],
    ["2024-02-03 00:00:00", None, None, None, None, None, "North"],
]
REFERENCE = "t < timestamp '2024-02-01'"
PERCENTILES = ["p01", "p05", "p25", "p75", "p95", "p99"]


@pytest.fixture(scope="module")
def world() -> World:
    return World(COLUMNS, ROWS, time="t", chunk=("month",), reference=REFERENCE)


def by_metric(results: list[Result], chunk: str = "2024-02") -> dict[str, Any]:
    found = [item for item in results if item.chunk and item.chunk.key == chunk]
    return {item.id.removeprefix("d/"): item.value for item in found}


def test_every_metric_of_a_type(world: World) -> None:
    found = by_metric(world.profile("x", "s", "b", "u"))
    numeric = ["distinct_count", "histogram", "max", "mean", "median", "min", "negative_count", "nonfinite_count",
               "null_count", "null_ratio", *PERCENTILES, "stddev", "sum", "zero_count"]  # fmt: skip
    text = ["distinct_count", "max_length", "mean_length", "min_length", "null_count", "null_ratio"]
    boolean = ["distinct_count", "null_count", "null_ratio", "true_count", "true_ratio"]
    expected = [f"x/{name}" for name in numeric] + [f"s/{name}" for name in text]
    expected += [f"b/{name}" for name in boolean] + ["u/null_count", "u/null_ratio", "row_count"]
    assert sorted(found) == sorted(expected)
    assert found["row_count"] == 3
    assert {name: found[f"x/{name}"] for name in ("null_count", "nonfinite_count", "mean", "max", "p99", "stddev")} == {
        "null_count": 1, "nonfinite_count": 1, "mean": 25.0, "max": 25.0, "p99": 25.0, "stddev": None,
    }  # fmt: skip
    assert (found["s/min_length"], found["b/true_ratio"], found["u/null_ratio"]) == (1, 0.0, 1.0)


def test_both_periods_are_results_and_pass(world: World) -> None:
    found = world.profile("i", where=world.sql("r = 'North'"))
    assert {(item.period, item.chunk and item.chunk.key) for item in found} == {
        ("reference", "2024-01"),
        ("analysis", "2024-02"),
    }
    assert {item.status for item in found} == {"pass"}
    assert {item.monitor for item in found} == {"profile"}
    assert (by_metric(found, "2024-01")["row_count"], by_metric(found)["row_count"]) == (1, 3)
    assert found[0].tags == ("gold",)


def test_unknown_numbers_say_so(world: World) -> None:
    found = [item for item in world.profile("x") if item.metric == "stddev" and item.period == "analysis"]
    assert [(item.status, item.value, item.details["reason"]) for item in found] == [
        ("pass", None, "no value: the metric of these rows is NULL")
    ]


def test_histogram_is_cut_by_the_reference(world: World) -> None:
    found = {item.chunk.key: item for item in world.profile("x", "i") if item.id == "d/x/histogram" and item.chunk}
    assert found["2024-01"].value == profile.BINS
    details = found["2024-01"].details
    assert (details["edges"][0], details["edges"][-1]) == (0.0, 10.0)
    assert (details["counts"][0], details["counts"][-1], sum(details["counts"])) == (1, 1, 2)
    assert (found["2024-02"].details["above"], found["2024-02"].details["below"]) == (1, 0)
    constant = [item.details for item in world.profile("i") if item.metric == "histogram"]
    assert [(item["edges"], item["counts"], item["below"]) for item in constant] == [
        ([1.0, 1.0], [2], 0),
        ([1.0, 1.0], [0], 2),
    ]
    assert all(json.dumps(result_as_dict(item)) for item in found.values())


def test_histogram_of_no_numbers_is_told() -> None:
    found = World({"x": "DOUBLE"}, [[None], [float("nan")]]).profile("x")
    told = [item for item in found if item.metric == "histogram"]
    assert [(item.status, item.details["reason"]) for item in told] == [("pass", "the reference holds no number")]


@pytest.mark.parametrize(("low", "high"), [(-4.522956944580118, 5.0131902265670085), (0.0, 113.0), (1e15, 1e15 + 10.0)])
def test_a_histogram_is_that_of_numpy(low: float, high: float) -> None:
    edges = np.linspace(low, high, profile.BINS + 1)
    values = np.concatenate([edges, np.nextafter(edges[1:], low), np.nextafter(edges[:-1], high)])
    found = World({"x": "DOUBLE"}, [[value] for value in values.tolist()]).profile("x")
    details = next(item.details for item in found if item.metric == "histogram")
    counts, own = np.histogram(values, profile.BINS)
    assert details == {"edges": own.tolist(), "counts": counts.tolist(), "below": 0, "above": 0}


def test_edges_of_great_numbers_are_finite() -> None:
    found = World({"x": "DOUBLE"}, [[-1.7e308], [1.7e308]]).profile("x")
    edges = next(item.details["edges"] for item in found if item.metric == "histogram")
    assert len(edges) == profile.BINS + 1
    assert edges == sorted(edges)


def test_values_stay_in_the_warehouse_unless_shown(world: World) -> None:
    hidden = world.profile("s", "r")
    assert not {"min", "max", "top_values"} & {item.metric for item in hidden}
    assert "North" not in json.dumps([result_as_dict(item) for item in hidden])
    shown = [item for item in world.profile("s", "r", show=("s",)) if item.metric in ("min", "max", "top_values")]
    assert {item.subject for item in shown} == {"s"}
    top = {item.chunk.key: item for item in shown if item.metric == "top_values" and item.chunk}
    assert (top["2024-01"].value, top["2024-02"].value) == (2, 1)
    assert top["2024-01"].details == {"values": [{"value": "aa", "rows": 1}, {"value": "b", "rows": 1}]}


def test_a_chunk_without_values_has_its_result() -> None:
    rows = [["2024-01-01 00:00:00", "a"], ["2024-02-01 00:00:00", None]]
    found = World({"t": "TIMESTAMP", "s": "VARCHAR"}, rows, time="t", chunk=("month",)).profile("s", show=("s",))
    top = [item for item in found if item.metric == "top_values"]
    assert [(item.value, item.details["values"]) for item in top] == [(1, [{"value": "a", "rows": 1}]), (0, [])]


def test_segments_stand_beside_all_rows() -> None:
    world = World(COLUMNS, ROWS, time="t", chunk=("month",), segments=("r",))
    counts = [item for item in world.profile("i") if item.metric == "row_count"]
    assert sorted((item.segment or "", item.chunk.key if item.chunk else "", item.value) for item in counts) == [
        ("", "2024-01", 2), ("", "2024-02", 3), ("r=North", "2024-01", 1), ("r=North", "2024-02", 3),
        ("r=South", "2024-01", 1), ("r=South", "2024-02", 0),
    ]  # fmt: skip


def test_nothing_to_profile_is_told(world: World) -> None:
    found = World({"x": "DOUBLE"}, []).profile("x")
    assert (found[0].id, found[0].status, found[0].value) == ("d/row_count", "inconclusive", 0)
    assert len([item for item in found if item.metric == "row_count"]) == 1
    before = World(COLUMNS, ROWS[:2], time="t", chunk=("month",), reference=REFERENCE).profile("i")
    assert (before[0].status, before[0].period, before[0].message) == ("inconclusive", "analysis", "no rows to profile")
    assert not [item for item in world.profile("i") if item.status == "inconclusive"]


def test_one_failure_leaves_the_others(world: World) -> None:
    asked = spec(profile=ProfileSpec(("i", "s"), ("s",), location=HERE))
    requests = profile.requests(world.dataset, asked, ProfileBaseline())
    found = dict(world.measure(requests))
    bad = next(request for request in requests if request.template == "metrics/mean")
    found[bad] = Failure(bad, Problem("WHQ-E200", "query", "it broke"), "q3")
    del found[requests[0]]
    results = profile.evaluate(world.dataset, asked, ProfileBaseline(), found, Context(AS_OF)).results
    errors = [(item.id, item.message) for item in results if item.status == "error"]
    assert errors == [("d/row_count", "metrics/row_count was not measured; run again with --debug and report it"),
                      ("d/i/mean", "it broke")]  # fmt: skip
    assert len([item for item in results if item.metric == "top_values"]) == 2


def test_no_profile_asks_nothing(world: World) -> None:
    nothing = spec()
    assert profile.fit_requests(world.dataset, nothing) == ()
    assert profile.fit(world.dataset, nothing, {}) == ProfileBaseline()
    assert profile.requests(world.dataset, nothing, ProfileBaseline()) == ()
    assert profile.evaluate(world.dataset, nothing, ProfileBaseline(), {}, Context(AS_OF)) == Verdicts([])


def test_baseline_is_json_and_of_the_reference_only(world: World) -> None:
    asked = spec(profile=ProfileSpec(("x", "i", "s"), location=HERE))
    requests = profile.fit_requests(world.dataset, asked)
    assert {request.scope.period for request in requests} == {"reference"}
    learned = profile.fit(world.dataset, asked, world.measure(requests))
    assert sorted(learned.columns) == ["i", "x"]
    lost = profile.fit(world.dataset, asked, {})
    assert {name: column.edges for name, column in lost.columns.items()} == {"i": (), "x": ()}
    told = profile.evaluate(world.dataset, asked, as_stored(lost), {}, Context(AS_OF)).results
    assert {item.status for item in told if item.metric == "histogram"} == {"error"}
    whole = replace(world.dataset, reference=None)
    assert {request.scope.period for request in profile.fit_requests(whole, asked)} == {None}


def test_a_chunk_without_rows_is_left_out_with_the_reason() -> None:
    rows = [["2024-01-01 00:00:00", "a", 1], ["2024-03-01 00:00:00", "b", 2]]
    world = World({"t": "TIMESTAMP", "s": "VARCHAR", "i": "BIGINT"}, rows, time="t", chunk=("month",))
    found = [item for item in world.profile("i", "s", show=("s",)) if item.chunk and item.chunk.key == "2024-02"]
    assert {item.status for item in found} == {"skipped"}
    assert {item.message for item in found} == {"no rows in this chunk"}
    assert {(item.metric, item.value) for item in found if item.value is not None} == {("row_count", 0)}
    assert {"histogram", "top_values", "mean", "max_length"} <= {item.metric for item in found}
    whole = [item for item in world.profile("i", "s", show=("s",)) if item.chunk and item.chunk.key == "2024-01"]
    assert [item.id for item in found] == [item.id for item in whole]
    wanted = [item for item in world.profile("i", on_empty="warn") if item.chunk and item.chunk.key == "2024-02"]
    assert {item.status for item in wanted} == {"warn"}
