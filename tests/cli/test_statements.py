"""compile and plan print what the library gives."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cli.conftest import Asked
from whq.commands.expected import Expected
from whq.commands.preview import PlannedQuery, PlanReport
from whq.values import ColumnName, Output, Query, Request, Scope

NULLS = Request.of(Scope("loans"), "rules/not_null", column=ColumnName("a\nb"))
MEAN = Request.of(Scope("loans", by_chunk=True, segment="region", period="analysis"), "metrics/quantile", p=0.5)
OUTPUTS = (Output("rows"), Output("failing", 0), Output("of", 0), Output("value", 1))


def query(name: str, sql: str = "select 1 as v0", *requests: Request) -> Query:
    asked = requests or (NULLS,)
    return Query(name, "loans", sql, "duckdb", asked[-1].scope, asked, OUTPUTS, ("main.loans",), ("amount", "id"))


QUERIES = (query("f1"), query("q1", "select 2;\n", NULLS, MEAN))
FIRST = "-- f1: rules/not_null a\\nb · dataset loans\nselect 1 as v0;\n"
SECOND = """-- q1: 2 requests · dataset loans by chunk and region, analysis rows
--   v0, v1: rules/not_null a\\nb
--   v2: metrics/quantile p=0.5
select 2;
"""
PLANNED = (
    PlannedQuery("q1", "loans", 12, ("main.loans", "x"), ("a", "b"), 45312),
    PlannedQuery("q2", "loans", 1, ("x",), (), None),
)
REPORT = PlanReport("duckdb", PLANNED, None)


def test_compile_prints_statements(asked: Asked, whq_: Any) -> None:
    asked.answer = QUERIES
    said = whq_(
        "compile",
        "--dialect",
        "postgres",
        "--catalog",
        "c.json",
        "--select",
        "dataset:a",
        "--refit",
        "--as-of",
        "2024-03-01",
    )
    assert said.out == f"{FIRST}\n{SECOND}"
    assert asked.last == (
        "compile",
        (),
        {"project": ".", "profile": None, "target": None, "select": ("dataset:a",), "exclude": (), "refit": True,
         "dialect": "postgres", "catalog": "c.json", "since": None, "until": None,
         "as_of": datetime(2024, 3, 1)},
    )  # fmt: skip


def test_compile_in_json(asked: Asked, whq_: Any) -> None:
    asked.answer = QUERIES
    document = json.loads(whq_("compile", "--format", "json").out)
    assert document["schema"] == "whq.compile/1"
    assert document["queries"][0] == {
        "id": "f1", "dataset": "loans", "dialect": "duckdb", "tables": ["main.loans"], "columns": ["amount", "id"],
        "requests": 1, "sql": "select 1 as v0", "waits_for": [], "when": "", "times": 1, "note": "",
    }  # fmt: skip


def test_what_waits_has_no_sql_yet(asked: Asked, whq_: Any, tmp_path: Path) -> None:
    asked.answer = (QUERIES[0], replace(query("q7"), sql="", waits_for=("f1", "f3")))
    words = "-- q7: rules/not_null a\\nb · dataset loans · waits for f1, f3\n"
    assert whq_("compile").out == f"{FIRST}\n{words}"
    shown = json.loads(whq_("compile", "--format", "json").out)["queries"][1]
    assert (shown["sql"], shown["waits_for"]) == ("", ["f1", "f3"])
    whq_("compile", "--out", str(tmp_path / "sql"))
    assert (tmp_path / "sql/q7.sql").read_text() == words


def test_compile_into_a_folder(asked: Asked, whq_: Any, tmp_path: Path) -> None:
    asked.answer = QUERIES
    folder = tmp_path / "a" / "sql"
    said = whq_("compile", "--out", str(folder))
    assert (said.code, said.out, said.err) == (0, "", f"written 2 statements to {folder}\n")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "f1.sql": FIRST, "q1.sql": SECOND,
    }  # fmt: skip
    assert whq_("compile", "--out", str(folder)).code == 0
    (folder / "q1.sql").write_text("select my_own")
    assert whq_("compile", "--out", str(folder)).code == 2
    assert whq_("compile", "--out", str(folder), "--force", "-q").err == ""


@pytest.mark.parametrize(("place", "words"), [("file", "is no folder"), ("file/sub", "cannot be made")])
def test_compile_into_no_folder(asked: Asked, whq_: Any, tmp_path: Path, place: str, words: str) -> None:
    asked.answer = QUERIES
    (tmp_path / "file").touch()
    said = whq_("compile", "--out", str(tmp_path / place))
    assert said.code == 2 and words in said.err


def test_plan(asked: Asked, whq_: Any) -> None:
    asked.answer = REPORT
    said = whq_("plan")
    assert said.out.splitlines() == [
        "query  dataset  answers  tables         columns    rows",
        "q1     loans         12  main.loans, x        2  45,312",
        "q2     loans          1  x                    0",
        "",
        "2 statements on duckdb · 2 tables · an unknown number of rows to scan",
    ]
    assert whq_("plan", "-q").out == "2 statements on duckdb · 2 tables · an unknown number of rows to scan\n"
    assert asked.last[2] == {
        "project": ".", "profile": None, "target": None, "select": (), "exclude": (), "refit": False, "since": None,
        "until": None, "as_of": None,
    }  # fmt: skip
    asked.answer = replace(REPORT, expected=Expected(33, 1004.4, 1.0044))
    assert whq_("plan", "-q").out.splitlines()[1:] == [
        "false alarms to expect: about 1 a month (33 learned thresholds, 1,004 verdicts a month)"
    ]
    asked.answer = PlanReport("duckdb", PLANNED[1:], 45312)
    assert whq_("plan").out.endswith("1 statement on duckdb · 1 table · 45,312 rows to scan\n")
    asked.answer = PlanReport("duckdb", (PLANNED[0], replace(PLANNED[0], id="q3", waits_for=("f1", "f2"))), 1)
    lines = [line.split("  ")[-1].strip() for line in whq_("plan").out.splitlines()[:3]]
    assert lines == ["waits for", "45,312", "f1, f2"]


def test_plan_in_json(asked: Asked, whq_: Any) -> None:
    asked.answer = REPORT
    document = json.loads(whq_("plan", "--format", "json").out)
    assert (document["schema"], document["statements"], document["rows"]) == ("whq.plan/1", 2, None)
    assert document["false_alarms"] == {"a_month": 0.0, "series": 0, "chunks_a_month": 0.0}
    assert document["queries"][0]["columns"] == ["a", "b"] and document["tables"] == {"main.loans": 1, "x": 2}
