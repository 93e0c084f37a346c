"""A regression model on Postgres: the same realized values, trees and estimates as on DuckDB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

import whq
from tests.engines.pg import Server
from tests.monitors.test_dle import COLUMNS, Rows, log

PROJECT = "version: 1\nname: t\nprofile: p\n"
MONITORS = """
datasets:
  priced:
    table: whq_priced
    time: at
    key: [id]
    chunk: month
    reference: "at < '2024-03-01'"
    watch: false
    segments: [area]
    models:
      price: {kind: regression, prediction: guess, label: price, features: [x, area], metrics: [mae, rmse, r2, msle]}
"""


def project(root: Path, profile: str) -> Path:
    (root / "monitors").mkdir(parents=True)
    (root / "profiles").mkdir()
    (root / "whq.yml").write_text(PROJECT)
    (root / "monitors/m.yml").write_text(MONITORS)
    (root / "profiles/p.yml").write_text(profile)
    return root


def values(root: Path) -> dict[tuple[Any, ...], Any]:
    outcome = whq.run(root)
    assert not outcome.errors
    assert "error" not in {one.status for one in outcome.results}
    return {
        (one.id, one.segment, one.period, one.chunk.key): one.value for one in outcome.results if one.chunk is not None
    }


def fill(execute: Any, types: dict[str, str], mark: str, rows: Rows) -> None:
    columns = ", ".join(f'"{name}" {types.get(kind, kind)}' for name, kind in COLUMNS.items())
    execute(f"create table whq_priced ({columns})")
    for row in rows:
        execute(f"insert into whq_priced values ({', '.join([mark] * len(row))})", row)


def test_a_regression_model_is_the_same_on_postgres(postgres: Server, tmp_path: Path) -> None:
    rows = log(each=150)
    fields = {"type": "postgres", **postgres.fields(schema="public", sslmode="disable")}
    target = json.dumps({"default": "dev", "targets": {"dev": fields}})
    with postgres.connect() as connection:
        connection.execute("drop table if exists whq_priced")
        fill(connection.execute, {"DOUBLE": "double precision"}, "%s", rows)
    theirs = values(project(tmp_path / "pg", target))
    postgres.execute("drop table whq_priced")
    root = project(tmp_path / "duck", "default: dev\ntargets: {dev: {type: duckdb, path: d.duckdb}}\n")
    with duckdb.connect(str(root / "d.duckdb")) as connection:
        fill(connection.execute, {}, "?", rows)
    ours = values(root)
    assert set(theirs) == set(ours)
    assert len([one for one in ours if one[0].endswith("/mae/dle")]) == 12
    for key, value in ours.items():
        assert theirs[key] == pytest.approx(value, rel=1e-9), key
