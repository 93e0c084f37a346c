"""One of a thing is not `1 things`, in whatever whq says of a table of one row."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import duckdb
import pytest

import whq
from whq.cli import main
from whq.reports.series import counted
from whq.values import Result
from whq.wording import amount

MONITORS = """
datasets:
  one:
    table: one
    time: ts
    chunk: month
    key: [x]
    reference: "ts < '2024-02-01'"
    profile: true
    drift: true
    columns:
      x: {accepted_values: [7], not_null: {per: chunk}, unique: , accepted_range: {max: 0}, max: {fail: "> 0"}}
      s: {matches: email, not_null: , relationships: other.s}
    rules:
      - row_count: {fail: "< 5"}
      - sql: "select * from one"
      - unique: [x, s]
      - expression: "x > 1"
      - freshness: {fail: 1 day}
  bare: {table: bare, time: ts, rules: [{row_count: {fail: "< 1"}}]}
"""
DATA = """
    create table one as select timestamp '2024-01-01' as ts, 1 as x, 'a' as s
        union all select timestamp '2024-02-01', 1, 'b';
    create table bare as select timestamp '2024-01-01' as ts union all select null;
    create table other as select 'b' as s
"""
NOUNS = "rows|keys|columns|values|chunks|queries|statements|results|tables|datasets|rules|runs|days|requests|categories"
WRONG = re.compile(rf"(?<![\d.,])1 ({NOUNS})\b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "whq.yml": "version: 1\nname: p\nprofile: local\nreport: report.html\n",
        "profiles/local.yml": "targets: {dev: {type: duckdb, path: d.duckdb}}\n",
        "monitors/t.yml": MONITORS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute(DATA)
    return tmp_path


def told(*words: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        main(list(words))
    return out.getvalue()


def test_one_of_a_thing_is_singular(root: Path) -> None:
    there = ("--project", str(root))
    said = [told(command, *there) for command in ("run", "plan", "doctor", "compile", "results")]
    outcome = whq.results(project=root)
    said += [f"{result.message} {json.dumps(result.details)}" for result in outcome.results]
    said.append(re.sub(r"<(style|script|svg).*?</\1>", "", (root / "report.html").read_text("utf-8"), flags=re.DOTALL))
    (root / "new").mkdir()
    said.append(told("init", "--project", str(root / "new"), "--path", str(root / "d.duckdb")))
    said += [path.read_text() for path in (root / "new/monitors").glob("*.yml")]
    assert [(found[0], text[:80]) for text in said for found in WRONG.finditer(re.sub("<[^>]*>", " ", text))] == []
    assert "1 row" in " ".join(said)


@pytest.mark.parametrize(
    ("failing", "of", "measure", "words"),
    [
        (1, 1, "rows", "1 of 1 row (100 %)"),
        (1, 2, "rows", "1 of 2 rows (50 %)"),
        (0, 1200, "rows", "0 of 1,200 rows (0 %)"),
        (1, None, "rows", "1 row"),
        (2, None, "rows", "2 rows"),
        (1, 1, "keys", "1 key in 1 row"),
        (3, 9, "keys", "3 keys in 9 rows"),
    ],
)
def test_counts_of_failures(failing: int, of: int | None, measure: str, words: str) -> None:
    result = Result("d/r", "d", "rule", None, "r", "fail", failing=failing, of=of, params={"measure": measure})
    assert counted(result) == words


def test_amounts() -> None:
    assert [amount(n, "row") for n in (0, 1, 2, 1000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]
    assert amount(1, "query", "queries") == "1 query" and amount(-1, "query", "queries") == "-1 queries"
