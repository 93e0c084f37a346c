# ruff: noqa: E501 - one case a line
"""Everything a project, a database or its data can get wrong: a defined status or error, an exit code, plain words."""

from __future__ import annotations

import importlib
import json
import re
import sys
from typing import NamedTuple

import pytest

from tests.e2e.conftest import Desk

ONE = "create table t as select 1 as x, 'a' as s"
RULE = "datasets: {t: {table: t, columns: {x: {not_null: }}}}"


class Refused(NamedTuple):
    """A project that is not run: what its files hold, the exit code and the beginning of what is said."""

    files: dict[str, str | None]
    code: int
    said: str


PROFILE = "default: dev\ntargets: {{dev: {{{fields}}}}}"
REFUSED = {
    "no project": Refused({"whq.yml": None}, 2, "whq.yml:1:1: error[WHQ-C001]: no file whq.yml; `whq init` makes a project, `--project DIR` names the folder of one"),
    "empty project": Refused({"whq.yml": ""}, 2, "whq.yml:1:1: error[WHQ-C007]: whq.yml is empty"),
    "no monitors": Refused({"monitors/monitors.yml": None}, 2, "whq.yml:1:1: error[WHQ-C007]: no datasets: monitors/ holds no .yml file"),
    "empty monitors": Refused({"monitors/monitors.yml": ""}, 2, "monitors/monitors.yml:1:1: error[WHQ-C007]: monitors/monitors.yml is empty"),
    "comment only": Refused({"monitors/monitors.yml": "# soon\n"}, 2, "monitors/monitors.yml:1:1: error[WHQ-C007]"),
    "tab": Refused({"monitors/monitors.yml": "datasets:\n\tt: {table: t}\n"}, 2, "monitors/monitors.yml:2:1: error[WHQ-C003]: YAML forbids tabs"),
    "duplicate key": Refused({"monitors/monitors.yml": "datasets:\n  t: {table: t}\n  t: {table: t}\n"}, 2, 'monitors/monitors.yml:3:3: error[WHQ-C005]: duplicate key "t", first at monitors/monitors.yml:2:3'),
    "unknown key": Refused({"monitors/monitors.yml": "datasets:\n  t: {tabel: t}\n"}, 2, 'monitors/monitors.yml:2:7: error[WHQ-C010]: unknown key "tabel"; did you mean "table"?'),
    "open bracket": Refused({"monitors/monitors.yml": "datasets: {t: {table: t}\n"}, 2, "monitors/monitors.yml:1:11: error[WHQ-C003]"),
    "tag": Refused({"monitors/monitors.yml": "datasets: !!python/object/apply:os.system [id]\n"}, 2, "monitors/monitors.yml:1:11: error[WHQ-C006]"),
    "unknown profile": Refused({"whq.yml": "version: 1\nname: shop\nprofile: locl\n"}, 2, 'whq.yml:3:10: error[WHQ-C040]: no profile "locl"'),
    "unknown default": Refused({"profiles/local.yml": "default: prod\ntargets: {dev: {type: duckdb, path: dev.duckdb}}"}, 2, 'profiles/local.yml:1:10: error[WHQ-C041]: no target "prod"'),
    "missing variable": Refused({"profiles/local.yml": PROFILE.format(fields="type: duckdb, path: \"{{ env_var('WHQ_NOT_SET') }}\"")}, 2, "profiles/local.yml:2:37: error[WHQ-C042]: the environment variable WHQ_NOT_SET is not set"),
    "unknown field": Refused({"profiles/local.yml": PROFILE.format(fields="type: duckdb, pth: x")}, 2, 'profiles/local.yml:2:31: error[WHQ-E006]: unknown field "pth" in target "dev" of type duckdb; did you mean "path"?'),
    "unknown engine": Refused({"profiles/local.yml": PROFILE.format(fields="type: duckbd, path: x")}, 2, 'profiles/local.yml:2:23: error[WHQ-E005]: no engine for targets of type "duckbd"; did you mean "duckdb"?'),
    "engine to come": Refused({"profiles/local.yml": PROFILE.format(fields="type: snowflake, account: x")}, 2, 'profiles/local.yml:2:23: error[WHQ-E005]: no engine for targets of type "snowflake"'),
    "no database": Refused({"profiles/local.yml": PROFILE.format(fields="type: duckdb, path: nowhere.duckdb")}, 3, "error[WHQ-E002]: database file"),
    "no database at all": Refused({"profiles/local.yml": PROFILE.format(fields="type: duckdb, path: whq.yml")}, 3, "error[WHQ-E002]"),
    "several at once": Refused({"monitors/monitors.yml": "datasets:\n  t:\n    tabel: t\n    chunk: fortnight\n"}, 2, 'monitors/monitors.yml:3:5: error[WHQ-C010]: unknown key "tabel"; did you mean "table"?\nmonitors/monitors.yml:4:12: error'),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_project_that_cannot_be_run_says_why(desk: Desk, name: str) -> None:
    case = REFUSED[name]
    desk.sql(ONE)
    desk.monitors(RULE)
    for path, text in case.files.items():
        if text is None:
            (desk.root / path).unlink()
        else:
            desk.write(path, text)

    said = desk.whq("run")

    assert (said.code, said.out) == (case.code, "")
    assert said.err.startswith(case.said)
    told = desk.run()
    assert told.code == case.code
    document = told.document
    assert document["exit_code"] == case.code and document["status"] == "error" and document["errors"]
    assert document["counts"]["total"] == 0 and document["results"] == []


def test_a_missing_driver_names_its_extra(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in [name for name in sys.modules if name.startswith("whq.engines.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    importlib.invalidate_caches()
    desk.write(
        "profiles/local.yml", PROFILE.format(fields="type: postgres, host: localhost, user: u, dbname: d, schema: s")
    )
    desk.monitors(RULE)

    said = desk.whq("run")

    assert said.code == 2
    assert "pip install 'whq[postgres]'" in said.err or 'pip install "whq[postgres]"' in said.err


WRONG_NAMES = {
    "table": ("{table: tt, columns: {x: {not_null: }}}", "t/x/not_null", 'unknown table "tt"; did you mean "t"?', "1:23"),
    "column": ("{table: t, columns: {xx: {not_null: }}}", "t/xx/not_null", 'unknown column "xx" in t; did you mean "x"?', "1:36"),
    "time": ("{table: t, time: tss, columns: {x: {not_null: }}}", "t/x/not_null", 'unknown column "tss" in t', "1:32"),
    "where": ("{table: t, where: 'nope = 1', columns: {x: {not_null: }}}", "t/x/not_null", 'unknown column "nope"', "1:34"),
    "type": ("{table: t, columns: {s: {mean: {between: [0, 1]}}}}", "t/s/mean", 'mean cannot take this column: "s" is VARCHAR', "1:40"),
    "text rule": ("{table: t, columns: {x: {matches: email}}}", "t/x/matches", 'matches cannot take this column: "x" is INTEGER', "1:40"),
    "value": ("{table: t, columns: {x: {accepted_values: [a]}}}", "t/x/accepted_values", "accepted_values: values holds 'a'", "1:40"),
    "parent": ("{table: t, columns: {x: {relationships: u.id}}}", "t/x/relationships", 'unknown table "u"', "1:55"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_names_and_types_that_the_catalog_does_not_bear_out_cost_their_own_results(desk: Desk, name: str) -> None:
    dataset, wanted, message, place = WRONG_NAMES[name]
    desk.sql(ONE)
    desk.monitors(f"datasets: {{t: {dataset}, sound: {{table: t, columns: {{s: {{not_null: }}}}}}}}")

    said = desk.run()

    assert said.code == 3
    found = said.one(dataset="t")
    assert (found["id"], found["status"], found["value"]) == (wanted, "error", None)
    assert found["message"].startswith(message)
    assert found["details"]["location"] == f"monitors/monitors.yml:{place}"
    assert said.one(dataset="sound")["status"] == "pass"
    assert f"monitors/monitors.yml:{place}" in desk.whq("run").out


TIMES = {
    "seconds": ("1704067200 + i * 86400", "t", "to_timestamp"),
    "fractions": ("1704067200.5 + i * 86400", "t", "to_timestamp"),
    "text": ("strftime(timestamp '2024-01-01' + to_days(i::int), '%Y-%m-%d %H:%M:%S')", "t", "strptime"),
    "time of day": ("time '10:00' + to_minutes(i::int)", "t", "a_date +"),
    "odd name": ("1704067200 + i * 86400", '"my ""t"" it\'s"', "to_timestamp"),
}


@pytest.mark.parametrize("name", TIMES)
def test_what_is_said_of_a_time_that_is_none_works_as_it_is_written(desk: Desk, name: str) -> None:
    values, column, words = TIMES[name]
    written = column.strip('"').replace('""', '"')
    desk.sql(f"create table t as select {values} as {column}, date '2024-01-01' + i::int as a_date from range(9) r(i)")
    body = "    chunk: month\n    rules: [{row_count: {between: [9, 9]}}]\n"
    desk.monitors(f"datasets:\n  t:\n    table: t\n    time: {json.dumps(written)}\n{body}")

    message = desk.run().one(id="t/row_count")["message"]

    assert words in message
    advice = re.search(r"write (query: .*), and (time: .*) \(", message)
    assert advice is not None, message
    desk.monitors(f"datasets:\n  t:\n    {advice[1]}\n    {advice[2]}\n{body}")
    assert desk.run().one(id="t/row_count")["value"] == 9


def test_milliseconds_are_a_time_too(desk: Desk) -> None:
    desk.sql("create table t as select 1704067200000 + i * 86400000 as ms from range(9) r(i)")
    desk.monitors("datasets: {t: {table: t, time: ms, chunk: month, rules: [{row_count: {fail: '< 1'}}]}}")
    message = desk.run().one(id="t/row_count")["message"]
    assert '(epoch_ms("ms") for milliseconds)' in message
    query = "'select *, epoch_ms(\"ms\") as at from t'"
    desk.monitors(
        f"datasets: {{t: {{query: {query}, time: at, chunk: month, columns: {{ms: {{not_null: {{per: chunk}}}}}}}}}}"
    )
    assert desk.run().one(id="t/ms/not_null")["chunk"]["key"] == "2024-01"


def test_a_text_in_a_file_gets_a_format(desk: Desk) -> None:
    desk.write("t.csv", "at,x\n31.01.2024 10:00,1\n01.02.2024 11:00,2\n")
    rest = "time: at, chunk: month, columns: {x: {not_null: {per: chunk}}}"
    desk.monitors(f"datasets: {{t: {{table: t.csv, {rest}}}}}")
    found = desk.run().all(dataset="t")[0]
    if found["status"] == "error":
        advice = re.search(r"write (table: .*)$", found["message"])
        assert advice is not None
        desk.monitors(f"datasets: {{t: {{{advice[1].replace('…', 't.csv')}, {rest}}}}}")
    assert [each["chunk"]["key"] for each in desk.run().all(monitor="rule")] == ["2024-01", "2024-02"]


FILES = {
    "right": ("id;a\n1;2.5\n2;3\n", '{path: t.csv, delim: ";"}', ("pass", 2.75), ""),
    "other types": ("id,a\n1,2.5\n2,3\n", "{path: t.csv, types: {id: varchar}}", ("pass", 2.75), ""),
    "ragged": ("id,a\n1,2\n2\n3,4,5\n", "t.csv", ("error", None), "t.csv has 1 column where 2 are expected"),
    "not a file": ("", '{path: t, delim: ";"}', ("error", None), '"t" is not a known kind of file'),
    "not CSV": ("", '{path: t.parquet, delim: ";"}', ("error", None), "how a CSV file is written; \"t.parquet\" is none"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_files_are_read_as_the_project_says_or_refused_where_it_names_them(desk: Desk, name: str) -> None:
    text, table, wanted, message = FILES[name]
    desk.sql(ONE, f"copy (select 1 as id, 2 as a) to '{desk.root}/t.parquet'")
    desk.write("t.csv", text)
    desk.monitors(f"datasets: {{t: {{table: {table}, columns: {{a: {{mean: {{between: [0, 9]}}}}}}}}}}")

    found = desk.run().one(id="t/a/mean")

    assert (found["status"], found["value"]) == wanted
    assert message in found["message"]
    if wanted[0] == "error":
        assert found["details"]["location"].startswith("monitors/monitors.yml:1:")


# --- data that gives no number ------------------------------------------------------------------------------

EVERY_RULE = """
datasets:
  t:
    table: t
    time: ts
    columns:
      x: {not_null: , unique: , mean: {between: [0, 100]}, accepted_range: {min: 0, max: 100}, relationships: t.x}
      s: {accepted_values: [c0, c1, c2], matches: "^c", max_length: {fail: "> 2"}}
    rules: [{freshness: {fail: 2 days}}, {row_count: {fail: "> 1000"}}, {expression: "x >= 0"}, {sql: "select x from t where x < 0"}]
"""
ROWS = """
create table t as
select timestamp '2024-01-01' + to_days(i::int) ts, i id, i / 100.0::double x, 'c' || (i % 3) s, (i % 10) / 10.0 p,
    (i % 10 > 4)::int pred, (i % 7 > 3)::int y
from range(120) r(i)
"""
UNDECIDED = "inconclusive"
RULES_WITHOUT_DATA = {
    "empty": ("delete from t", {
        "not_null": UNDECIDED, "unique": UNDECIDED, "mean": UNDECIDED, "accepted_range": UNDECIDED, "relationships": UNDECIDED,
        "accepted_values": UNDECIDED, "matches": UNDECIDED, "max_length": UNDECIDED, "freshness": UNDECIDED, "row_count": "pass",
        "expression": UNDECIDED, "sql": UNDECIDED}),
    "all NULL": ("update t set x = null, s = null", {
        "not_null": "fail", "unique": UNDECIDED, "mean": UNDECIDED, "accepted_range": UNDECIDED, "relationships": UNDECIDED,
        "accepted_values": UNDECIDED, "matches": UNDECIDED, "max_length": UNDECIDED, "freshness": "pass", "row_count": "pass",
        "expression": UNDECIDED, "sql": "pass"}),
    "NaN and infinities": ("update t set x = case id % 3 when 0 then 'nan' when 1 then 'inf' else '-inf' end::double", {
        "not_null": "pass", "unique": "fail", "mean": UNDECIDED, "accepted_range": "fail", "relationships": "pass",
        "accepted_values": "pass", "matches": "pass", "max_length": "pass", "freshness": "pass", "row_count": "pass",
        "expression": "fail", "sql": "fail"}),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES_WITHOUT_DATA)
def test_rules_of_data_without_values(desk: Desk, name: str) -> None:
    change, wanted = RULES_WITHOUT_DATA[name]
    desk.sql(ROWS, change)
    desk.monitors(EVERY_RULE)

    said = desk.run("--as-of", "2024-04-30")

    assert {each["metric"]: each["status"] for each in said.all(monitor="rule")} == wanted
    assert said.code == 3
    undecided = [each for each in said.results if each["status"] == UNDECIDED]
    assert all(each["message"] and each["details"]["reason"] for each in undecided)


FAMILIES = """
datasets:
  t:
    table: t
    time: ts
    key: [id]
    chunk: month
    reference: "{reference}"
    profile: [x, s]
    drift: {{columns: [x, s]}}
    models:
      m: {{kind: binary, score: p, prediction: pred, label: y, metrics: [roc_auc, f1], estimators: [cbpe]}}
"""


class Data(NamedTuple):
    """A change to the rows, the reference, and for some results what analysis chunks come to: status and words."""

    change: str
    reference: str
    wanted: dict[str, tuple[str, str]]


USUAL = "ts < '2024-03-01'"
DATA = {
    "one-row reference": Data("", "ts < '2024-01-02'", {
        "t/x/jensen_shannon": (UNDECIDED, "not judged: what it is compared with has 1 value, a verdict needs 50"),
        "t/m/f1/cbpe": (UNDECIDED, ""), "t/m/f1/realized": (UNDECIDED, "")}),
    "no reference rows": Data("", "ts < '1999-01-02'", {
        "t/x/jensen_shannon": (UNDECIDED, "the reference has no"), "t/s/jensen_shannon": (UNDECIDED, "the reference has no"),
        "t/m/f1/cbpe": (UNDECIDED, "no estimate: no row of the reference"), "t/m/f1/realized": (UNDECIDED, "no threshold")}),
    "no analysis rows": Data("", "ts < '2999-01-02'", {
        "t/row_count": (UNDECIDED, "no rows to profile"), "t/x/jensen_shannon": (UNDECIDED, "no analysis rows"),
        "t/m/f1/cbpe": (UNDECIDED, "no analysis rows"), "t/m/f1/realized": (UNDECIDED, "no analysis rows")}),
    "empty table": Data("delete from t", USUAL, {
        "t/row_count": (UNDECIDED, "no rows to profile"), "t/x/jensen_shannon": (UNDECIDED, ""), "t/s/jensen_shannon": (UNDECIDED, ""),
        "t/m/f1/cbpe": (UNDECIDED, ""), "t/m/f1/realized": (UNDECIDED, "no analysis rows")}),
    "all NULL": Data("update t set x = null, s = null", USUAL, {
        "t/x/mean": ("pass", ""), "t/x/jensen_shannon": (UNDECIDED, ""), "t/s/jensen_shannon": (UNDECIDED, "")}),
    "no finite value": Data("update t set x = 'nan'", USUAL, {
        "t/x/nonfinite_count": ("pass", ""), "t/x/jensen_shannon": (UNDECIDED, "")}),
    "scores outside 0..1": Data("update t set p = 1.5 where id = 100", USUAL, {
        "t/m/roc_auc/cbpe": ("error", "scores outside 0..1: 1 row;"), "t/m/roc_auc/realized": ("error", "scores outside 0..1: 1 row;")}),
    "reference scores outside 0..1": Data("update t set p = -0.5 where id = 10", USUAL, {
        "t/m/roc_auc/cbpe": ("error", "scores outside 0..1: 1 row of the reference")}),
    "one class": Data("update t set y = 1 where ts >= '2024-03-01'", USUAL, {
        "t/m/roc_auc/realized": (UNDECIDED, "one class only"), "t/m/f1/realized": ("pass", "")}),
    "one class in the reference": Data("update t set y = 1 where ts < '2024-03-01'", USUAL, {
        "t/m/roc_auc/cbpe": (UNDECIDED, "no estimate: the labels of the reference are of one class"),
        "t/m/f1/cbpe": (UNDECIDED, "no estimate: the labels of the reference are of one class"),
        "t/m/roc_auc/realized": (UNDECIDED, "no threshold")}),
    "no labels": Data("update t set y = null", USUAL, {
        "t/m/f1/cbpe": (UNDECIDED, "no estimate: no row of the reference"), "t/m/f1/realized": (UNDECIDED, "no labels yet")}),
    "no labels yet": Data("update t set y = null where ts >= '2024-03-01'", USUAL, {
        "t/m/f1/cbpe": (UNDECIDED, "not judged: after 2 reference chunks any value of "),
        "t/m/f1/realized": ("skipped", "no labels yet")}),
    "no scores": Data("update t set p = null", USUAL, {
        "t/m/f1/cbpe": (UNDECIDED, "no estimate"), "t/m/roc_auc/realized": (UNDECIDED, "no row has both")}),
    "labels of another kind": Data("alter table t alter y type varchar using if(y = 1, 'yes', 'no')", USUAL, {
        "t/m/f1/cbpe": (UNDECIDED, "no estimate: the labels of the reference are of one class")}),
}  # fmt: skip


@pytest.mark.parametrize("name", DATA)
def test_monitors_of_data_that_give_no_verdict(desk: Desk, name: str) -> None:
    case = DATA[name]
    desk.sql(ROWS, *([case.change] if case.change else []))
    desk.monitors(FAMILIES.format(reference=case.reference))

    said = desk.run()

    analysis = [each for each in said.results if each["period"] != "reference"]
    for wanted, (status, words) in case.wanted.items():
        found = [each for each in analysis if each["id"] == wanted]
        assert found, wanted
        said_so = [each["message"] for each in found if each["status"] == status]
        assert said_so and all(text.startswith(words) for text in said_so), [(e["status"], e["message"]) for e in found]
    verdicts = {each["status"] for each in said.results if "withheld" not in each["details"]}
    assert said.code == (3 if verdicts & {"error", UNDECIDED} else 1 if "fail" in verdicts else 0)


def test_rows_without_a_time_are_counted(desk: Desk) -> None:
    desk.sql(ROWS, "update t set ts = null where id % 4 = 0")
    desk.monitors(FAMILIES.format(reference=USUAL))

    said = desk.run("--select", "monitor:profile")

    lost = said.one(metric="missing_time")
    assert (lost["status"], lost["value"], lost["message"]) == (
        "warn",
        30,
        '30 rows have no "ts" and belong to no chunk',
    )
    assert sum(each["value"] for each in said.all(id="t/row_count")) == 90
