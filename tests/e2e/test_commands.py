"""The other commands, and tables without a project: Parquet, CSV and DuckDB files."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import Desk, Said

ROWS = """
select timestamp '2024-01-01' + to_days((i // 20)::int) as ts, i as id, i % 9 + i / 500.0::double as x,
    'c' || (i % 4) as s, (i % 10) / 10.0 as p, (i % 10 > 4)::int as said, (i % 7 > 3)::int as y
from range(2400) r(i)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one table as Parquet, CSV and in DuckDB; no project."""
    here = tmp_path / "files"
    here.mkdir()
    with duckdb.connect(str(here / "d.duckdb")) as connection:
        connection.execute(f"create schema raw; create table raw.log as {ROWS}")
        connection.execute(f"copy raw.log to '{here / 'log.parquet'}'; copy raw.log to '{here / 'my log.csv'}'")
    monkeypatch.chdir(here)
    return here


def numbers(said: Said) -> dict[str, object]:
    return {each["id"].partition("/")[2]: each["value"] for each in said.results if each["segment"] is None}


@pytest.mark.parametrize("table", [("log.parquet",), ("my log.csv",), ("raw.log", "--path", "d.duckdb")])
def test_one_table_is_profiled_wherever_it_lies(desk: Desk, folder: Path, table: tuple[str, ...]) -> None:
    said = desk.bare("profile", *table, "--columns", "x,s", "--format", "json")
    assert said.code == 0, said.err
    found = numbers(said)
    assert (found["row_count"], found["s/distinct_count"], found["x/null_count"]) == (2400, 4, 0)
    ((low, mean),) = duckdb.sql(f"select min(x), avg(x) from '{folder / 'log.parquet'}'").fetchall()
    assert found["x/min"] == low and found["x/mean"] == pytest.approx(mean, rel=1e-12)
    assert not (folder / ".whq").exists()
    assert "distinct" in desk.bare("profile", *table).out


REFERENCE = "ts < '2024-03-01'"


def test_one_table_is_checked_compared_and_estimated(desk: Desk, folder: Path) -> None:
    checked = desk.bare("check", "log.parquet", "--key", "id", "--columns", "x", "--format", "json")
    assert {each["id"] for each in checked.results} == {
        "log/row_count",
        "log/id/unique",
        "log/id/not_null",
        "log/x/not_null",
    }
    assert checked.code == 0
    timed = ("log.parquet", "--time", "ts", "--chunk", "month", "--reference", REFERENCE)
    drifted = desk.bare("drift", *timed, "--columns", "x", "--format", "json")
    assert [each["chunk"]["key"] for each in drifted.results] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    moved = desk.bare("drift", "log.parquet", "--time", "ts", "--chunk", "month", "--columns", "x", "--format", "json")
    assert [each["status"] for each in moved.results] == ["skipped", "pass", "pass", "pass"]
    assert all(each["value"] is not None for each in moved.results[1:])
    words = ("--score", "p", "--prediction", "said", "--label", "y", "--format", "json")
    estimated = desk.bare("estimate", *timed, *words)
    assert {each["method"] for each in estimated.results} == {
        "anchored",
        "anchored_error",
        "cbpe",
        "cbpe_error",
        "realized",
    }
    rows = desk.bare("estimate", "log.parquet", "--chunk", "500", "--key", "id", "--reference", "id < 1000", *words)
    assert {each["chunk"]["key"] for each in rows.results} == {"0-499", "500-999", "1000-1499"}


WRONG = {
    "no such column": ("profile log.parquet --columns nope", 3, 'unknown column "nope"'),
    "no such table": ("profile raw.lgo --path d.duckdb", 3, 'unknown table "raw.lgo"; did you mean'),
    "no order": ("drift log.parquet --chunk 500", 2, "--chunk: error[WHQ-U007]: chunks of rows need an order"),
    "no time": ("profile log.parquet --chunk month", 2, "chunks by month need the time column"),
    "no reference": ("estimate log.parquet --score p --label y", 2, "add --reference FILE, TABLE or SQL"),
    "refused": ("drift log.parquet --time ts --reference nextval('s')>1", 3, "--reference:1:1: the function"),
    "nothing to compare": ("drift log.parquet", 2, "there is nothing to compare with"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_an_option(desk: Desk, folder: Path, name: str) -> None:
    words, code, text = WRONG[name]
    said = desk.bare(*words.split())
    assert said.code == code, said.err + said.out
    assert text in said.out + said.err


# --- a project's other commands -----------------------------------------------------------------------------


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.sql(f"create table log as {ROWS}")
    desk.monitors(
        f"""
        datasets:
          log:
            table: log
            time: ts
            chunk: month
            reference: "{REFERENCE}"
            tags: [gold]
            columns: {{x: {{mean: {{fail: "> 1"}}}}, s: {{not_null: }}}}
            profile: [x]
            drift: {{columns: [s], metrics: {{categorical: [psi]}}, threshold: {{upper: 0.2}}}}
        """
    )
    return desk


def test_results_and_history(shop: Desk) -> None:
    first, second = shop.run().document["run"]["id"], shop.run().document["run"]["id"]

    latest = shop.whq("results", "--format", "json").document
    assert latest["run"]["id"] == second
    assert shop.whq("results", "--run", first[:6], "--format", "json").document["run"]["id"] == first
    assert [each["id"] for each in shop.whq("results", "--status", "fail", "--format", "json").results] == [
        "log/x/mean"
    ]
    drift = shop.whq("results", "--select", "monitor:drift", "--format", "csv").out.splitlines()
    assert drift[0].startswith("id,dataset,monitor") and len(drift) == 5
    runs = shop.whq("results", "--runs", "--format", "json").document["runs"]
    assert [(each["run"], each["state"], each["exit_code"]) for each in runs] == [
        (second, "complete", 1),
        (first, "complete", 1),
    ]

    points = shop.whq("history", "log/x/mean", "--format", "json").document["points"]
    assert [each["monitor"] for each in points].count("profile") == 4  # the latest value of each chunk
    assert [each["run"] for each in points if each["monitor"] == "rule"] == [first, second]
    every = shop.whq("history", "log/x/mean", "--all", "--format", "json").document["points"]
    assert len(every) == 10
    table = shop.whq("history", "log/x/mean").out
    assert "monitor" in table.splitlines()[0] and "rule" in table


def test_doubts_are_told_on_stderr(desk: Desk) -> None:
    desk.sql("create table t as select 1 as x")
    desk.monitors('datasets: {t: {table: t, rules: [{row_count: "> 0"}]}}')
    said = desk.run()
    assert said.code == 1 and said.document
    assert said.err.startswith('warning: monitors/monitors.yml:1:35: row_count: "> 0" fails when there are rows')
    assert desk.whq("run", "--quiet").err == ""


def test_list_doctor_explain_and_schema(shop: Desk, tmp_path: Path) -> None:
    assert "log" in shop.whq("list", "datasets").out
    listed = json.loads(shop.whq("list", "metrics", "--format", "json").out)
    assert {"mean", "quantile", "jensen_shannon", "roc_auc"} <= {each["name"] for each in listed}
    checked = json.loads(shop.whq("doctor", "--format", "json").out)
    assert all(each["ok"] is not False for each in checked["findings"])
    (shop.root / "dev.duckdb").unlink()
    assert shop.whq("doctor").code == 3
    assert "unknown key" in shop.bare("explain", "WHQ-C010").out.lower()
    out = tmp_path / "schema.json"
    assert shop.bare("schema", "--out", str(out)).code == 0
    assert json.loads(out.read_text())["$schema"]
