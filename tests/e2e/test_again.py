"""Runs that follow one another, and runs at the same time: what is learned once, what is kept, what is scanned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import whq
from tests.e2e.conftest import Desk
from tests.test_cache import rounded
from whq.commands import library

ROOT = Path(__file__).parents[2]
TABLE = """
create table t as
select timestamp '2024-01-01' + to_days((i // 20)::int) as ts, i as id, (i * 7 % 101) / 10.0::double as x,
    'c' || (i % 4) as s, (i % 10) / 10.0 as p, (i % 10 > 4)::int as said, (i % 7 > 3)::int as y
from range(2400) r(i)
"""
MONITORS = """
datasets:
  t:
    table: t
    time: ts
    key: [id]
    chunk: week
    reference: "ts < '2024-03-01'"
    profile: [x]
    drift: {{columns: [x, s], metrics: {{numeric: [{metrics}]}}}}
    models: {{m: {{kind: binary, score: p, prediction: said, label: y, metrics: [roc_auc]}}}}
"""


@pytest.fixture
def weekly(desk: Desk) -> Desk:
    desk.sql(TABLE)
    desk.monitors(MONITORS.format(metrics="jensen_shannon, ks"))
    return desk


def fitted(desk: Desk, *words: str) -> list[str]:
    """The ids of the statements that learn from the reference, as `whq plan` tells them."""
    found = desk.whq("plan", "--format", "json", *words).document["queries"]
    return [query["id"] for query in found if query["id"].startswith("f")]


def bands(desk: Desk, *words: str) -> dict[tuple[str, str | None], tuple[Any, Any]]:
    results = desk.run(*words).results
    return {
        (e["id"], e["method"]): (e["threshold_lower"], e["threshold_upper"])
        for e in results
        if e["period"] == "analysis"
    }


def test_the_second_run_learns_nothing_anew(weekly: Desk) -> None:
    assert fitted(weekly)
    first = weekly.run().document
    assert not fitted(weekly)
    second = weekly.run().document

    assert second["results"] != [] and second["run"]["queries"] < first["run"]["queries"]
    for each in (*first["results"], *second["results"]):
        del each["query"]
        each["details"].pop("state", None)  # what was new is going on
    assert rounded(second["results"]) == rounded(first["results"])
    assert fitted(weekly, "--refit")


def test_what_was_learned_stays_until_it_is_learned_anew(weekly: Desk) -> None:
    before = bands(weekly)
    weekly.sql("update t set x = x + 50, y = said where ts < '2024-01-20'")
    assert bands(weekly) == before
    after = bands(weekly, "--refit")
    assert after["t/x/ks", None] != before["t/x/ks", None]
    assert after["t/m/roc_auc/realized", "realized"] != before["t/m/roc_auc/realized", "realized"]
    assert bands(weekly) == after


CHANGES = {
    "another statistic": (MONITORS.format(metrics="psi"), True),
    "another reference": (MONITORS.format(metrics="jensen_shannon, ks").replace("03-01", "02-15"), True),
    "another chunk": (MONITORS.format(metrics="jensen_shannon, ks").replace("week", "month"), True),
    "a filter": (MONITORS.format(metrics="jensen_shannon, ks") + "    where: 'id > 5'\n", True),
    "an owner": (MONITORS.format(metrics="jensen_shannon, ks") + "    owner: ann\n", False),
    "a comment": ("# why\n" + MONITORS.format(metrics="jensen_shannon, ks"), False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_configuration_is_learned_anew(weekly: Desk, name: str) -> None:
    text, anew = CHANGES[name]
    weekly.run()
    weekly.monitors(text)
    assert bool(fitted(weekly)) == anew


def test_new_rows_are_seen_by_the_next_run(weekly: Desk) -> None:
    weekly.run()
    weekly.sql(
        "insert into t select ts + interval 40 days, id + 5000, x + 90, s, p, said, y from t where ts >= '2024-03-20'"
    )
    drifted = weekly.run("--select", "metric:ks", "metric:row_count")
    counts = {e["chunk"]["key"]: e["value"] for e in drifted.all(metric="row_count", period="analysis")}
    assert sum(counts.values()) == weekly.ask("select count(*) from t where ts >= '2024-03-01'")[0][0]
    assert drifted.all(metric="ks", period="analysis")[-1]["alert"]
    changed = weekly.ask("select count(*) from t where ts >= '2024-03-01' and ts < '2024-03-04'")[0][0]
    assert changed == counts["2024-W09"]


def test_changed_rows_of_the_analysis_are_seen(weekly: Desk) -> None:
    weekly.run()
    weekly.sql("update t set x = null where ts >= '2024-03-04' and ts < '2024-03-11'")
    found = weekly.run("--select", "metric:null_ratio").all(period="analysis", subject="x")
    assert {e["chunk"]["key"]: e["value"] for e in found}["2024-W10"] == 1


def test_eight_runs_at_once_all_land(desk: Desk) -> None:
    desk.sql(TABLE)
    desk.monitors("datasets: {t: {table: t, columns: {x: {not_null: , max: {fail: '> 9'}}}, profile: [x]}}")
    words = [sys.executable, "-m", "whq", "run", "--quiet", "--project", str(desk.root)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]

    assert [code for _, code in ended] == [1] * 8, ended
    runs = library.runs(project=desk.root)
    assert len(runs) == 8 and {each.state for each in runs} == {"complete"}
    sizes = {len(whq.results(each.run.id, project=desk.root).results) for each in runs}
    assert len(sizes) == 1


# --- one bad column, and how often a table is read ----------------------------------------------------------


def test_one_bad_column_among_thirty_rules(desk: Desk) -> None:
    columns = ", ".join(f"i as c{number}" for number in range(29))
    desk.sql(f"create table base as select {columns}, '12x' as bad from range(100) r(i)")
    desk.sql("create view t as select * replace (cast(bad as integer) as bad) from base")
    rules = ", ".join(f"c{number}: {{accepted_range: {{min: 0, max: 50}}}}" for number in range(29))
    desk.monitors(f"datasets: {{t: {{table: t, columns: {{{rules}, bad: {{accepted_range: {{min: 0}}}}}}}}}}")

    said = desk.run()

    assert said.code == 3
    assert {each["id"] for each in said.all(status="error")} == {"t/bad/accepted_range"}
    assert {(each["failing"], each["of"]) for each in said.all(status="fail")} == {(49, 100)}
    assert said.document["counts"] == {**dict.fromkeys(said.document["counts"], 0), "fail": 29, "error": 1, "total": 30}


def test_how_often_a_table_is_read(desk: Desk) -> None:
    desk.sql("create table t as select i as id, i % 5 as a, i % 7 as b, 'x' || i % 3 as s from range(100) r(i)")
    desk.monitors(
        """
        datasets:
          t:
            table: t
            columns:
              a: {not_null: , accepted_range: {min: 0}, mean: {fail: "> 10"}, max: {fail: "> 10"}, sum: {fail: "< 0"}}
              b: {not_null: , accepted_range: {min: 0}, mean: {fail: "> 10"}}
              s: {not_null: , accepted_values: [x0, x1, x2], matches: "^x"}
          again:
            table: t
            columns: {a: {not_null: , mean: {fail: "> 10"}}}
        """
    )
    outcome = whq.run(desk.root)
    planned = whq.plan(desk.root)

    assert outcome.run.queries == len(planned.certain) == sum(planned.tables.values())
    about = [(query.dataset, query.columns) for query in planned.certain]
    again = [("again", ()), ("again", ("a",)), ("again", ("a",))]
    assert sorted(about) == [*again, ("t", ()), ("t", ("a",)), ("t", ("a", "b", "s")), ("t", ("b",))]
