"""Odd values and odd names, profiled and ruled on DuckDB and on Postgres: the same results, field by field."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conformance import both
from tests.engines.pg import Server

HERE = Path(__file__).parent / "hostile"
AS_OF = datetime(2025, 1, 7, 12)


@pytest.fixture(scope="module")
def root(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    made = both.project(HERE, folder, postgres, {"path": "hostile.duckdb"}, "main")
    with duckdb.connect(made / "hostile.duckdb") as source:
        source.execute((HERE / "data.sql").read_text(encoding="utf-8"))
        both.copy(source, postgres, "main", folder)
    return made


def test_odd_values(root: Path) -> None:
    left, right = (both.run(root, target, as_of=AS_OF, exclude=["dataset:vast"]) for target in ("duck", "pg"))
    wrong = [f"{result.id}: {result.message}" for result in left.results if result.status == "error"]
    assert not wrong, "\n".join(wrong[:20])
    assert not (found := both.differences(left, right)), "\n".join(map(str, found[:40])) + f"\n{len(found)} in all"
    assert len(left.results) > 1000


def test_overflow_loses_only_what_overflows_and_says_so(root: Path) -> None:
    """DuckDB goes on with infinity; Postgres raises, or gives infinity where DuckDB need not. No number is wrong."""
    left, right = (both.run(root, target, as_of=AS_OF, select=["dataset:vast"]) for target in ("duck", "pg"))
    found = both.differences(left, right)
    assert {item.key[0].split("/")[1] for item in found if item.key[0]} == {"x", "y"}
    assert all(None in (item.left, item.right) for item in found if item.field == "value")
    failed = {result.id: result.message for result in right.results if result.status == "error"}
    assert set(failed) == {"vast/x/stddev", "vast/y/stddev", "vast/y/sum", "vast/y/mean"}
    assert all("out of range" in message for message in failed.values())
    assert not [result for result in left.results if result.status == "error"]


NAMES = (HERE / "names.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def odd_names(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table whose columns bear the names, and for each name a table of that name with such a column."""
    folder = tmp_path_factory.mktemp("names")
    made = both.project(HERE, folder, postgres, {"path": "names.duckdb"}, "main")
    with duckdb.connect(made / "names.duckdb") as source:
        quoted = ['"' + name.replace('"', '""') + '"' for name in NAMES]
        source.execute(f"create table wide ({', '.join(f'{name} double' for name in quoted)})")
        for row in (range(len(NAMES)), (number % 3 for number in range(len(NAMES))), (None for _ in NAMES)):
            source.execute(f"insert into wide values ({', '.join('?' for _ in NAMES)})", list(row))
        for name in quoted:
            source.execute(f"create table {name} as select {name} from wide")
        both.copy(source, postgres, "main", folder)
    (made / "monitors" / "hostile.yml").write_text(json.dumps(_monitors(), ensure_ascii=False), encoding="utf-8")
    return made


def _monitors() -> dict[str, Any]:
    rules = {"not_null": None, "unique": None, "accepted_range": {"min": 0, "max": 2}, "mean": {"fail": "> 1"}}
    wide = {"table": "wide", "profile": True, "columns": dict.fromkeys(NAMES, rules)}
    single = {
        f"d{number}": {
            "table": '"' + name.replace('"', '""') + '"',
            "columns": {name: {"relationships": {"parent": f'wide."{name.replace(chr(34), chr(34) * 2)}"'}}},
            "segments": [name],
            "rules": [{"expression": f'"{name.replace(chr(34), chr(34) * 2)}" > 1', "id": "own"}],
        }
        for number, name in enumerate(NAMES)
        if "{" not in name  # in SQL that is Jinja's
    }
    return {"datasets": {"wide": wide, **single}}


def test_odd_names(odd_names: Path) -> None:
    assert len(NAMES) >= 24 and all(len(name.encode()) <= 63 for name in NAMES)
    left, right = (both.run(odd_names, target, as_of=AS_OF) for target in ("duck", "pg"))
    wrong = [f"{result.id}: {result.message}" for result in left.results if result.status == "error"]
    assert not wrong, "\n".join(wrong[:20])
    assert not (found := both.differences(left, right)), "\n".join(map(str, found[:40])) + f"\n{len(found)} in all"
    assert {result.subject for result in left.results} >= set(NAMES)
