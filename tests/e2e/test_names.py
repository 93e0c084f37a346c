"""Odd names are normal names, and hostile values are only values: from YAML to terminal, JSON, CSV and store."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import Desk

NAMES = [
    'Order "Amount"',
    "select",
    "naïve col",
    "x" * 70,
    "with.dot",
    "🚀 launch",
    "it's",
    "back\\slash",
    "per%cent",
    "a/b",
    "semi;colon -- no",
    "{{ jinja }}",
    "日本語",
    "$column",
    "[bold]",
]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_odd_names_from_yaml_to_report(desk: Desk) -> None:
    columns = ", ".join(f"(i / 10)::double as {quoted(name)}" for name in NAMES)
    desk.sql(
        f"""create table "Odd ""table"" 🚀" as
            select timestamp '2024-01-01' + to_days(i::int) as "the time", i as "the.key", {columns}
            from range(90) r(i)"""
    )
    rules = {name: {"not_null": None, "max": {"fail": "> 8.5"}} for name in NAMES}
    monitors = {
        "datasets": {
            "odd": {
                "table": '"Odd ""table"" 🚀"',
                "time": "the time",
                "key": ["the.key"],
                "chunk": "month",
                "reference": "\"the time\" < '2024-03-01'",
                "where": " and ".join(f"{quoted(name)} is not null" for name in NAMES if "{{" not in name),
                "segments": [{"name": "upper", "where": '"🚀 launch" > 4'}],
                "columns": rules,
                "profile": NAMES[:4],
                "drift": {"columns": NAMES[2:6], "metrics": {"numeric": ["ks"]}, "threshold": {"upper": 0.9}},
            }
        }
    }
    desk.monitors(json.dumps(monitors, ensure_ascii=False))

    said = desk.run()

    assert said.code == 1, said.err
    assert not [each for each in said.results if each["status"] == "error"]
    for name in NAMES:
        assert said.one(id=f"odd/{name}/not_null")["status"] == "pass"
        assert (said.one(id=f"odd/{name}/max", monitor="rule")["value"]) == 8.9
    for name in NAMES[2:6]:
        assert len(said.all(id=f"odd/{name}/ks", segment=None)) == 3
    for name in NAMES[:2]:
        points = desk.whq("history", f"odd/{name}/mean", "--format", "json")
        assert points.code == 0 and len(points.document["points"]) == 5
    assert desk.whq("results", "--format", "json").results == said.results
    told = desk.whq("run", "--select", "metric:max").out
    assert 'odd/Order "Amount"/max' in told and "odd/🚀 launch/max" in told
    assert "3 more" in told
    for dialect in ("postgres", "bigquery"):
        assert desk.whq("compile", "--dialect", dialect).code == 0


def test_names_that_differ_in_case_only(desk: Desk) -> None:
    desk.sql('create table t as select 1 as "Amount", 2 as other', 'create table "T2" as select 1 as "X"')
    desk.monitors(
        """
        datasets:
          t: {table: t, columns: {AMOUNT: {max: {fail: "> 0"}}}}
          u: {table: t2, columns: {x: {max: {fail: "> 0"}}}}
        """
    )
    assert [(each["id"], each["value"]) for each in desk.run().results] == [("t/Amount/max", 1), ("u/X/max", 1)]


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "[red]bold[/red][/nope]",
    "\x1b[31mred\x1b[0m",
    "=cmd|'/c calc'!A1",
    "'; drop table t; --",
    "back\\slash",
    "line\nbreak",
    "\u202eevil",
    "",
    " ",
    "null",
    "a|b",
    "x" * 5000,
    "🚀",
]


LISTED = [value for value in HOSTILE[:-1] if value.isprintable() or "\n" in value]
"""Those that may stand in a YAML file: no control characters."""


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in HOSTILE)
    desk.sql(
        f"""create table t as select timestamp '2024-01-01' + to_days((i // 10)::int) as ts, i as id,
            [{values}][1 + i % {len(HOSTILE)}] as s from range(900) r(i)"""
    )
    desk.monitors(
        f"""
        datasets:
          t:
            table: t
            time: ts
            key: [id]
            chunk: month
            reference: "ts < '2024-03-01'"
            segments: [s]
            columns:
              s: {{accepted_values: {json.dumps(LISTED)}, not_null: {{per: segment, id: each}}}}
            profile: [{{column: s, values: true}}]
            drift: {{columns: [s], metrics: {{categorical: [l_infinity, chi2]}}, threshold: {{upper: 0.5}}}}
        """
    )
    return desk


def test_hostile_values_are_only_values(hostile: Desk) -> None:
    said = hostile.run()

    assert said.code == 1, said.err + said.out[-2000:]
    assert said.one(metric="accepted_values")["failing"] == 60 * (len(HOSTILE) - len(LISTED))
    segments = {each["segment"] for each in said.all(metric="not_null")}
    assert segments == {f"s={value}" for value in HOSTILE}
    assert {each["of"] for each in said.all(metric="not_null")} == {60}
    (top,) = [
        e for e in said.all(metric="top_values", segment=None, period="analysis") if e["chunk"]["key"] == "2024-03"
    ][:1]
    assert {item["value"] for item in top["details"]["values"]} <= set(HOSTILE)
    assert hostile.whq("results", "--format", "json").results == said.results
    assert hostile.ask("select count(*) from t") == [(900,)]


def test_hostile_values_cannot_steer_a_terminal_or_a_sheet(hostile: Desk) -> None:
    outputs = [
        hostile.whq("run").out,
        hostile.whq("results").out,
        hostile.whq("history", "t/s/not_null/each").out,
        hostile.whq("compile", "--select", "metric:accepted_values").out,
    ]
    for text in outputs:
        assert text and not any(sign in text for sign in ("\x1b", "\u202e", "\r"))
    sheet = hostile.whq("results", "--format", "csv").out
    assert "\x1b" not in sheet and "\n=cmd" not in sheet and ",=cmd" not in sheet
