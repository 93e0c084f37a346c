# ruff: noqa: E501 - one case a line
"""compile, plan and the guard: what would be sent, in ten dialects, and what is never sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlglot

import whq
from tests.e2e.conftest import Desk
from whq.sql.dialects import DIALECTS

EVERYTHING = """
datasets:
  loans:
    table: analytics.loans
    time: scored_at
    key: [loan_id]
    where: "not is_test"
    chunk: {chunk}
    reference: "scored_at < '2024-01-01'"
    segments: [region, {{name: large, where: "amount > 10000"}}]
    columns:
      loan_id: {{not_null: , unique: }}
      state: {{accepted_values: [open, closed], not_accepted_values: [lost], matches: "^[a-z]+$"}}
      amount: {{accepted_range: {{min: 0}}, not_null: {{warn: "> 0", fail: "> 1%", per: [chunk, segment]}}, mean: {{between: [0, 9]}}}}
      email: {{matches: email, max_length: {{fail: "> 100"}}}}
      customer_id: {{relationships: analytics.customers.id}}
    rules:
      - row_count: {{between: [1, 1000]}}
      - freshness: {{fail: 2 days}}
      - unique: [loan_id, scored_at]
      - expression: "paid_at >= scored_at or paid_at is null"
        id: paid
      - sql: "select loan_id from analytics.loans where amount < 0"
        id: custom
    {profile}
    drift: {{columns: [amount, region], metrics: {{numeric: {drift}, categorical: [jensen_shannon, chi2, l_infinity]}}}}
    models:
      risk: {{kind: binary, score: p, prediction: said, label: {{table: analytics.outcomes, on: loan_id, column: y}}, metrics: [roc_auc, f1]}}
"""
CATALOG = {
    "dialect": "duckdb",
    "search_path": [["analytics"]],
    "tables": {
        "analytics.loans": {
            "loan_id": "bigint", "scored_at": "timestamp", "paid_at": "timestamp", "is_test": "boolean", "region": "varchar",
            "amount": "decimal(18,2)", "state": "varchar", "email": "varchar", "customer_id": "bigint", "p": "double", "said": "integer",
        },
        "analytics.customers": {"id": "bigint"},
        "analytics.outcomes": {"loan_id": "bigint", "y": "integer"},
    },
}  # fmt: skip
ALL, NUMBERS = "[jensen_shannon, ks, wasserstein, psi]", "[jensen_shannon, psi]"
WITHOUT_PERCENTILES = {"mysql", "trino"}


@pytest.mark.parametrize(
    ("dialect", "chunk"), [*((dialect, "month") for dialect in DIALECTS), ("postgres", "{rows: 5000}")]
)
def test_everything_compiles_offline(desk: Desk, tmp_path: Path, dialect: str, chunk: str) -> None:
    profile = "" if dialect in WITHOUT_PERCENTILES else "profile: true"
    desk.monitors(EVERYTHING.format(chunk=chunk, profile=profile, drift=NUMBERS if not profile else ALL))
    desk.write("catalog.json", json.dumps(CATALOG))
    desk.write("profiles/local.yml", "nothing: here\n")
    words = ["compile", "--dialect", dialect, "--catalog", str(desk.root / "catalog.json")]

    said = desk.whq(*words, "--format", "json")

    assert said.code == 0, said.err
    queries = said.document["queries"]
    assert len(queries) > 20 and {query["dialect"] for query in queries} == {dialect}
    for query in queries:
        assert len(sqlglot.parse(query["sql"], dialect=dialect)) == 1
    folder = tmp_path / "sql"
    assert desk.whq(*words, "--out", str(folder)).code == 0
    assert len(list(folder.glob("*.sql"))) == len(queries)


def test_what_a_dialect_lacks_is_told_once(desk: Desk) -> None:
    desk.monitors(EVERYTHING.format(chunk="month", profile="profile: true", drift=ALL))
    desk.write("catalog.json", json.dumps(CATALOG))
    said = desk.whq("compile", "--dialect", "mysql", "--catalog", str(desk.root / "catalog.json"))
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(set(lines)) == len(lines) <= 5
    assert "mysql cannot express percentile_cont" in lines[0]


# --- the guard ----------------------------------------------------------------------------------------------

REFUSED = {
    "delete": ("rules", "delete from t"),
    "second statement": ("rules", "select x from t; drop table t"),
    "files": ("rules", "select * from read_csv('/etc/passwd')"),
    "file as a table": ("rules", "select * from '/etc/passwd'"),
    "into": ("rules", "select x into u from t"),
    "nextval": ("rules", "select nextval('s') from t"),
    "copy": ("rules", "copy t to '/tmp/x.csv'"),
    "attach": ("rules", "attach '/tmp/x.duckdb'"),
    "update": ("rules", "with a as (update t set x = 1 returning x) select x from a"),
    "settings": ("rules", "select current_setting('x') from t"),
    "pragma": ("rules", "pragma database_list"),
    "two expressions": ("where", "x > 0; delete from t"),
    "subquery that writes": ("where", "x in (select nextval('s'))"),
    "getenv": ("where", "getenv('HOME') = 'x'"),
    "unknown function": ("where", "launch(x) > 1"),
    "not SQL": ("where", "x >"),
    "too deep": ("where", "(" * 50 + "x > 0" + ")" * 50),
    "a file in a query": ("query", "select * from read_text('/etc/passwd')"),
    "an update as query": ("query", "update t set x = 1"),
}  # fmt: skip
SHAPES = {
    "rules": "datasets: {{t: {{table: t, rules: [{{id: own, sql: {sql}}}]}}}}",
    "where": "datasets: {{t: {{table: t, where: {sql}, columns: {{x: {{not_null: }}}}}}}}",
    "query": "datasets: {{t: {{query: {sql}, columns: {{x: {{not_null: }}}}}}}}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_guard_refuses_with_a_position(desk: Desk, name: str) -> None:
    shape, sql = REFUSED[name]
    desk.sql("create table t as select 1 as x", "create sequence s")
    text = SHAPES[shape].format(sql=json.dumps(sql))
    desk.monitors(text)

    said = desk.whq("compile")

    assert (said.code, said.out) == (2, ""), said.err
    place, _, _ = said.err.partition(": error[WHQ-S")
    file, line, column = place.split(":")
    start = text.index(json.dumps(sql)) + 1
    assert (file, line) == ("monitors/monitors.yml", "1")
    assert start <= int(column) <= start + len(sql) + 1


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_not_executed_and_stops_nothing_else(desk: Desk, name: str) -> None:
    shape, sql = REFUSED[name]
    desk.sql("create table t as select 1 as x", "create sequence s")
    other = "fine: {table: t, columns: {x: {not_null: }}}"
    desk.monitors(SHAPES[shape].format(sql=json.dumps(sql))[:-1] + f", {other}}}")

    said = desk.whq("run", "--format", "json")

    if name == "not SQL":
        assert (said.code, said.document["results"]) == (2, [])
    else:
        assert said.code == 3
        assert {each["dataset"]: each["status"] for each in said.results} == {"t": "error", "fine": "pass"}
    assert desk.ask("select count(*) from t") == [(1,)]


def test_statements_keep_the_users_words(desk: Desk) -> None:
    desk.sql("create table t as select 1 as x, 2 as y")
    desk.monitors("datasets: {t: {table: t, where: 'x >= 0 and y < 5', columns: {x: {not_null: }}}}")
    text = desk.whq("compile").out
    assert '"x" >= 0' in text and '"y" < 5' in text and text.startswith("-- q1")
    said = whq.compile(desk.root, dialect="postgres")
    assert desk.ask(whq.compile(desk.root)[0].sql) and "main" in said[0].sql


def test_plan_tells_rows_and_tables(desk: Desk) -> None:
    desk.sql("create table t as select range as x from range(5000)", "create table u as select 1 as x")
    desk.monitors(
        "datasets: {t: {table: t, columns: {x: {not_null: , relationships: u.x}}}, u: {table: u, profile: true}}"
    )
    report = desk.whq("plan", "--format", "json").document
    certain = [query for query in report["queries"] if not query["when"]]
    assert report["engine"] == "duckdb" and report["statements"] == len(certain) < len(report["queries"])
    assert sum(report["tables"].values()) >= report["statements"]
    assert {query["rows"] for query in report["queries"] if query["dataset"] == "t"} >= {5000}
    assert "statements on duckdb" in desk.whq("plan").out
    assert not (desk.root / ".whq").exists()


def test_functions_of_the_warehouses_own(desk: Desk) -> None:
    desk.sql("create table t as select range as x from range(10)", "create macro halved(x) as x / 2")
    desk.monitors("datasets: {t: {table: t, where: 'dev.halved(x) > 2', rules: [{row_count: '> 100'}]}}")
    refused = desk.whq("run")
    assert refused.code == 3 and "allow_functions" in refused.out
    fields = "type: duckdb, path: dev.duckdb, allow_functions: [dev.halved]"
    desk.write("profiles/local.yml", f"default: dev\ntargets: {{dev: {{{fields}}}}}\n")
    assert desk.run().one(metric="row_count")["value"] == 5
    desk.write(
        "profiles/local.yml", f"default: dev\ntargets: {{dev: {{{fields.replace('[dev.halved]', '{a: 1}')}}}}}\n"
    )
    assert "allow_functions: is not a list of names" in desk.whq("run").err
