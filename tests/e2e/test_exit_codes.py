# ruff: noqa: E501 - one case a line
"""Exit codes, end to end: what a script that calls whq can rely on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import Desk

PASSES = "datasets: {t: {table: t, tags: [gold], columns: {x: {not_null: }}}}"
WARNS = "datasets: {t: {table: t, columns: {x: {accepted_range: {max: 1, severity: warn}}}}}"
FAILS = "datasets: {t: {table: t, columns: {x: {accepted_range: {max: 1}}}}}"
ERRS = "datasets: {t: {table: t, columns: {x: {accepted_range: {max: 1}}, y: {not_null: }}}}"
UNDECIDED = "datasets: {t: {table: t, where: 'x > 5', columns: {x: {not_null: }}}}"
MIXED = "datasets: {t: {table: t, columns: {x: {accepted_range: {max: 1}}}}, u: {table: t, where: 'x > 5', columns: {x: {not_null: }}}}"
BROKEN = "datasets: {t: {tabel: t}}"
GUARDED = "datasets: {t: {table: t, rules: [{sql: 'delete from t', id: a}]}}"

# monitors, words, exit code
CASES: dict[str, tuple[str, str, int]] = {
    "pass": (PASSES, "run", 0),
    "warn": (WARNS, "run", 0),
    "warn, fail on warn": (WARNS, "run --fail-on warn", 1),
    "warn, never": (WARNS, "run --fail-on never", 0),
    "fail": (FAILS, "run", 1),
    "fail, fail on warn": (FAILS, "run --fail-on warn", 1),
    "fail, never": (FAILS, "run --fail-on never", 0),
    "fail, quiet": (FAILS, "run --quiet", 1),
    "fail, json": (FAILS, "run --format json", 1),
    "fail, check": (FAILS, "check", 1),
    "error over fail": (ERRS, "run", 3),
    "error, never": (ERRS, "run --fail-on never", 3),
    "error excluded": (ERRS, "run --exclude subject:y", 1),
    "error not selected": (ERRS, "run --select subject:x", 1),
    "inconclusive": (UNDECIDED, "run", 3),
    "inconclusive ok": (UNDECIDED, "run --inconclusive ok", 0),
    "inconclusive over fail": (MIXED, "run", 3),
    "fail where inconclusive is ok": (MIXED, "run --inconclusive ok", 1),
    "nothing selected": (PASSES, "run --select dataset:nope", 4),
    "nothing left": (PASSES, "run --exclude dataset:t", 4),
    "no such tag": (PASSES, "run --select tag:silver", 4),
    "a tag": (PASSES, "run --select tag:gold", 0),
    "two terms": (PASSES, "run --select tag:gold dataset:t", 0),
    "a term that matches nothing": (PASSES, "run --select tag:gold dataset:nope", 2),
    "nothing to leave out": (PASSES, "run --exclude dataset:nope", 0),
    "no drift asked for": (PASSES, "drift", 4),
    "no profile asked for": (PASSES, "profile", 4),
    "no model": (PASSES, "estimate", 4),
    "empty is fine": (PASSES, "run --select dataset:nope --allow-empty", 0),
    "no such history": (PASSES, "history t/x/nope", 4),
    "no results yet": (PASSES, "results", 4),
    "unknown selection key": (PASSES, "run --select datset:t", 2),
    "broken monitors": (BROKEN, "run", 2),
    "broken monitors, compile": (BROKEN, "compile", 2),
    "broken monitors, list": (BROKEN, "list datasets", 2),
    "refused SQL": (GUARDED, "run", 3),
    "refused SQL, compile": (GUARDED, "compile", 2),
    "refused SQL, plan": (GUARDED, "plan", 2),
    "unknown target": (PASSES, "run --target prod", 2),
    "unknown profile": (PASSES, "run --profile prod", 2),
    "bad fail-on": (PASSES, "run --fail-on sometimes", 2),
    "bad jobs": (PASSES, "run --jobs 0", 2),
    "bad jobs, text": (PASSES, "run --jobs many", 2),
    "relative time": (PASSES, "run --as-of yesterday", 0),
    "bad time": (PASSES, "run --as-of someday", 2),
    "bad timeout": (PASSES, "run --timeout 0", 2),
    "bad format": (PASSES, "run --format yaml", 2),
    "out is a folder": (PASSES, "run --format json --out .", 2),
    "unknown dialect": (PASSES, "compile --dialect postgers", 2),
    "no catalog": (PASSES, "compile --catalog nowhere.json", 2),
    "table and column options": (PASSES, "profile --time x", 2),
    "compile": (PASSES, "compile", 0),
    "plan": (PASSES, "plan", 0),
    "doctor": (PASSES, "doctor", 0),
    "list": (PASSES, "list datasets", 0),
    "list what": (PASSES, "list dataset", 2),
    "over budget": (PASSES, "run", 3),
    "slow": (PASSES, "run", 3),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_exit_codes(desk: Desk, name: str) -> None:
    monitors, words, code = CASES[name]
    desk.sql("create table t as select unnest([1, 2]) as x")
    desk.monitors(monitors)
    if name == "over budget":
        desk.monitors("datasets: {t: {table: t, columns: {x: {not_null: , unique: , relationships: t.x}}}}")
        desk.write("whq.yml", "version: 1\nname: shop\nprofile: local\nbudget: {queries: 1}\n")
    if name == "slow":
        desk.sql("create or replace table t as select range as x from range(3000)")
        desk.monitors(SLOW)
        words += " --timeout 0.3"

    said = desk.whq(*words.split())

    assert said.code == code, said.err + said.out
    if code == 2:
        assert "error[WHQ-" in said.err and (said.out == "" or "json" in words)


USAGE = {
    "": (2, "Usage"),
    "rnu": (2, 'no command "rnu"; did you mean "run"?'),
    "run --selct x": (2, 'no option --selct; did you mean "--select"?'),
    "run --formt json": (2, 'no option --formt; did you mean "--format"?'),
    "run --fail-on": (2, "requires an argument"),
    "run extra": (2, "extra"),
    "history": (2, "METRIC"),
    "explain": (0, "jensen_shannon"),
    "explain jensen": (2, 'did you mean "jensen_shannon"?'),
    "explain WHQ-C999": (2, "WHQ-C999"),
    "explain whq-c010": (0, "WHQ-C010"),
    "list metric": (2, 'did you mean "metrics"?'),
    "list metrics": (0, "mean"),
    "list rules": (0, "not_null"),
    "list engines": (0, "duckdb"),
    "schema": (0, '"$defs"'),
    "--help": (0, "Monitor data and models"),
    "run --help": (0, "Example"),
    "--version": (0, "whq "),
    "drift nowhere.parquet": (2, ""),
    "profile nowhere.parquet": (3, "nowhere.parquet"),
    "check t --path nowhere.duckdb": (2, "nowhere.duckdb"),
    "check t": (2, "--path"),
    "estimate x.csv": (2, "--score"),
}


@pytest.mark.parametrize("words", USAGE)
def test_usage(desk: Desk, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = USAGE[words]
    said = desk.bare(*words.split())
    assert said.code == code, said.err + said.out
    assert text in said.out + said.err


def test_a_store_that_cannot_be_written(desk: Desk) -> None:
    desk.sql("create table t as select 2 as x")
    desk.monitors(FAILS)
    desk.write(".whq", "a file where the folder should be")

    said = desk.run()

    assert said.code == 5
    assert [each["category"] for each in said.document["errors"]] == ["store"]


def test_a_store_of_a_newer_whq(desk: Desk) -> None:
    desk.sql("create table t as select 2 as x")
    desk.monitors(PASSES)
    assert desk.whq("run").code == 0
    with duckdb.connect(str(desk.root / ".whq/store.duckdb")) as connection:
        connection.execute("update meta set value = '99' where key = 'schema_version'")
    assert desk.whq("run").code == 5
    assert desk.whq("results").code == 5


# --- signals ------------------------------------------------------------------------------------------------

SLOW = """
datasets:
  quick: {table: t, columns: {x: {not_null: }}}
  slow:
    query: "select a.x from t a, t b, t c, t d, t e, t f"
    columns: {x: {unique: }}
"""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_and_keeps_what_was_stored(desk: Desk, number: signal.Signals, code: int) -> None:
    desk.sql("create table t as select range as x from range(3000)")
    desk.monitors(SLOW)
    desk.write("profiles/local.yml", "default: dev\ntargets: {dev: {type: duckdb, path: dev.duckdb, threads: 1}}\n")
    words = [sys.executable, "-m", "whq", "run", "--format", "json", "--jobs", "2", "--project", str(desk.root)]
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_for_results(desk)
        started = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()

    assert process.returncode == code, err
    assert time.monotonic() - started < 5
    assert "Traceback" not in err and "interrupted" in err
    runs = desk.whq("results", "--runs", "--format", "json").document["runs"]
    assert [each["state"] for each in runs] == ["interrupted"]
    kept = desk.whq("results", "--run", runs[0]["run"], "--format", "json")
    assert [each["id"] for each in kept.results] == ["quick/x/not_null"]


def _wait_for_results(desk: Desk) -> None:
    """Until the quick dataset's results are stored."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        time.sleep(0.2)
        if (desk.root / ".whq/store.duckdb").exists():
            runs = desk.whq("results", "--runs", "--format", "json")
            if runs.code == 0 and runs.document["runs"]:
                found = desk.whq("results", "--run", runs.document["runs"][0]["run"], "--format", "json")
                if found.code == 0 and found.results:
                    return
    pytest.fail("the quick dataset was not stored in time")
