"""The `whq.run/1` document, the frame and the store say the same of a run."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import pytest

import whq
from tests.e2e.conftest import Desk
from whq.result import COLUMNS

TEXT, NUMBER = {"type": ["string", "null"]}, {"type": ["number", "null"]}
WHOLE = {"type": ["integer", "null"]}


def closed(**properties: Any) -> dict[str, Any]:
    """An object that has these keys, in any order, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


STATUS = {"enum": ["pass", "warn", "fail", "error", "inconclusive", "skipped"]}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
SCHEMA = closed(
    schema={"const": "whq.run/1"},
    run=closed(
        id={"type": "string", "minLength": 8},
        project={"const": "shop"},
        target={"const": "dev"},
        engine={"const": "duckdb"},
        as_of=MOMENT,
        started=MOMENT,
        seconds={"type": "number", "minimum": 0},
        queries={"type": "integer", "minimum": 1},
        rows_scanned=WHOLE,
        bytes_scanned=WHOLE,
        version={"type": "string"},
    ),
    status=STATUS,
    exit_code={"enum": [0, 1, 3]},
    judged={"enum": ["newest", "all"]},
    counts=closed(**{name: {"type": "integer", "minimum": 0} for name in [*STATUS["enum"], "total"]}),
    results={
        "type": "array",
        "items": closed(
            id={"type": "string"},
            dataset={"type": "string"},
            monitor={"enum": ["profile", "rule", "drift", "model", "anomaly", "parity"]},
            subject=TEXT,
            metric={"type": "string"},
            method={
                "enum": [
                    None,
                    "realized",
                    "rcd",
                    "covariate",
                    "concept",
                    "binned",
                    *(
                        f"{name}{end}"
                        for name in ("cbpe", "anchored", "pape", "blend", "dle")
                        for end in ("", "_error")
                    ),
                ]
            },
            params={"type": "object"},
            segment=TEXT,
            period={"enum": [None, "reference", "analysis"]},
            chunk={
                "oneOf": [
                    {"type": "null"},
                    closed(
                        key={"type": "string"},
                        index={"type": "integer", "minimum": 0},
                        start=TEXT,
                        end=TEXT,
                        rows={"type": "integer", "minimum": 0},
                    ),
                ]
            },
            value={"type": ["number", "string", "boolean", "null"]},
            lower=NUMBER,
            upper=NUMBER,
            threshold_lower=NUMBER,
            threshold_upper=NUMBER,
            alert={"type": "boolean"},
            status=STATUS,
            severity={"enum": ["warn", "fail"]},
            message={"type": "string"},
            failing=WHOLE,
            of=WHOLE,
            details={"type": "object"},
            query=TEXT,
        ),
    },
    incidents={
        "type": "array",
        "items": closed(
            id={"type": "string", "pattern": "^loans@"},
            dataset={"const": "loans"},
            since={"type": "string"},
            until=TEXT,
            state={"enum": ["new", "ongoing", "recovered", "past"]},
            text={"type": "string"},
            results={"type": "array", "items": {"type": "string"}, "minItems": 1},
            acknowledged={
                "oneOf": [{"type": "null"}, closed(until=TEXT, why={"type": "string"}, at={"type": "string"})]
            },
        ),
    },
    errors={
        "type": "array",
        "items": closed(
            code={"type": "string", "pattern": "^WHQ-[A-Z][0-9]{3}$"},
            category={"type": "string"},
            message={"type": "string"},
            hint=TEXT,
            file=TEXT,
            line=WHOLE,
            column=WHOLE,
        ),
    },
)
NOT_RUN = {"run": {"type": "null"}, "exit_code": {"enum": [2, 3, 4, 5]}}
REFUSED = {**SCHEMA, "properties": {**SCHEMA["properties"], **NOT_RUN}}

EVERYTHING = """
datasets:
  loans:
    table: loans
    time: ts
    key: [id]
    chunk: month
    reference: "ts < '2024-03-01'"
    segments: [region]
    owner: risk
    tags: [gold]
    columns:
      id: {not_null: , unique: , max: {fail: "> 5"}}
      exact: {sum: {between: [0, 1]}, accepted_range: {min: 0}}
      x: {mean: {between: [0, 1], per: chunk}, stddev: {fail: "> 1e9"}}
      gone: {not_null: }
    rules: [{row_count: {warn: "> 1"}}, {freshness: {fail: 1 day}}]
    profile: [{column: region, values: true}, id, x, exact, big, ts]
    drift: {columns: [x, region]}
    models:
      risk: {kind: binary, score: p, prediction: said, label: y, metrics: [roc_auc, f1, confusion_matrix]}
"""
LOANS = """
create table loans as
select i as id, timestamp '2024-01-01' + to_days((i // 10)::int) as ts, i / 7.0::double as x, 'r' || (i % 3) as region,
    (9007199254740993 + i)::bigint as big, (i + 0.125)::decimal(38, 10) as exact, (i % 11) / 10.0 as p,
    (i % 11 > 5) as said, (i % 13 > 6)::int as y
from range(1200) r(i)
"""


@pytest.fixture
def loans(desk: Desk) -> Desk:
    desk.sql(LOANS, "update loans set x = 'nan' where id % 5 = 0", "update loans set x = 'inf' where id = 7")
    desk.monitors(EVERYTHING)
    return desk


def test_the_document_is_the_contract(loans: Desk) -> None:
    said = loans.run()

    document = said.document
    jsonschema.validate(document, SCHEMA)
    fields = list(SCHEMA["properties"]["results"]["items"]["properties"])
    assert all(list(each) == fields for each in document["results"])
    counts = dict(document["counts"])
    assert counts.pop("total") == sum(counts.values()) == len(document["results"])
    assert {each["monitor"] for each in document["results"]} == {"rule", "profile", "drift", "model", "anomaly"}
    assert (document["status"], document["exit_code"], said.code) == ("error", 3, 3)
    named = [(e["id"], e["monitor"], e["segment"], e["period"], e["chunk"] and e["chunk"]["key"]) for e in said.results]
    assert len(set(named)) == len(named)


def test_numbers_that_json_cannot_hold(loans: Desk) -> None:
    said = loans.run()

    assert said.one(id="loans/id/max", monitor="rule")["value"] == 1199
    assert said.all(id="loans/exact/max", segment=None)[-1]["value"] == "1199.1250000000"
    big = [each["value"] for each in said.all(id="loans/big/max", segment=None)]
    assert big == [str(9007199254740993 + last) for last in (309, 599, 909, 1199)]
    ((x,),) = loans.ask("select avg(x) from loans where isfinite(x) and ts < '2024-02-01'")
    assert math.isclose(said.all(id="loans/x/mean", monitor="profile", segment=None)[0]["value"], x, rel_tol=1e-12)
    assert said.all(id="loans/x/nonfinite_count", segment=None)[0]["value"] == 63
    assert said.all(id="loans/ts/min", segment=None)[0]["value"] == "2024-01-01T00:00:00"


def test_a_refusal_is_a_document_too(desk: Desk) -> None:
    desk.monitors("datasets: {t: {tabel: t}}")
    said = desk.run()
    jsonschema.validate(said.document, REFUSED)
    (error,) = said.document["errors"]
    assert (error["file"], error["line"], error["column"]) == ("monitors/monitors.yml", 1, 16)


def test_what_is_stored_is_what_was_said(loans: Desk) -> None:
    said = loans.run().document
    stored = loans.whq("results", "--format", "json").document

    assert stored["results"] == said["results"]
    assert stored["counts"] == said["counts"]
    assert stored["run"].pop("seconds") and said["run"].pop("seconds")
    assert stored == said


def test_the_frame(loans: Desk) -> None:
    outcome = whq.run(loans.root)
    frame = outcome.to_pandas()
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == outcome.counts["total"]
    assert set(frame["owner"]) == {"risk"} and frame["tags"].iloc[0] == ["gold"]
    first = frame[frame["id"] == "loans/x/jensen_shannon"].iloc[0]
    assert (first["chunk_key"], first["chunk_index"], first["period"]) == ("2024-01", 0, "reference")
    assert json.loads(json.dumps(outcome.as_dict(), allow_nan=False)) == outcome.as_dict()
    assert len(whq.results(project=loans.root).to_pandas()) == len(frame)
