"""The demo and an example on real data, run on DuckDB and on Postgres: the same results, field by field."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.conformance import both
from tests.engines.pg import Server

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "whq" / "showcase"
DATA = Path(os.environ.get("WHQ_DATA", ROOT.parent / "shared" / "data")) / "nycflights13"
AS_OF = datetime(2025, 1, 1)
FILES = {
    "flights": "flights.parquet",
    "weather": "weather.parquet",
    "planes": "planes.csv",
    "airports": "airports.csv",
    "airlines": "airlines.csv",
}


def compare(root: Path, **options: object) -> int:
    """Run on both targets; how many results there are."""
    left, right = (both.run(root, target, **options) for target in ("duck", "pg"))
    assert not (found := both.differences(left, right)), "\n".join(map(str, found[:40])) + f"\n{len(found)} in all"
    assert not [result for result in left.results if result.status == "error"]
    return len(left.results)


def test_the_demo(postgres: Server, tmp_path: Path) -> None:
    root = both.project(DEMO / "project", tmp_path, postgres, {"path": "loans.duckdb"}, "main")
    with duckdb.connect(root / "loans.duckdb") as source:
        source.execute((DEMO / "data.sql").read_text(encoding="utf-8"))
        both.copy(source, postgres, "main", tmp_path)
    assert compare(root, as_of=AS_OF) > 100


@pytest.mark.data
def test_flights(postgres: Server, tmp_path: Path) -> None:
    """The tables are files on DuckDB and bear the files' stems on Postgres: one copy of the monitors for each."""
    if not DATA.is_dir():
        pytest.skip(f"needs {DATA}: set WHQ_DATA to the folder of the real data")
    root = both.project(ROOT / "examples" / "nycflights13", tmp_path, postgres, {"path": "flights.duckdb"}, "main")
    monitors = root / "monitors" / "flights.yml"
    text = monitors.read_text(encoding="utf-8")
    with duckdb.connect(root / "flights.duckdb") as source:
        for table, file in FILES.items():
            assert f"nycflights13/{file}" in text
            text = text.replace(f"nycflights13/{file}", table)
            source.execute(f"create table {table} as select * from '{DATA / file}'")
        both.copy(source, postgres, "main", tmp_path)
    monitors.write_text(text, encoding="utf-8")
    assert compare(root, as_of=AS_OF) > 20
