#!/usr/bin/env bash
# DuckDB 2.0.1 reads a CSV column as the type that a query casts it to, where the column is used in that cast alone.
# Expected: cast(a as integer) is the cast of the column's value, whatever table it stands in.
# Seen: the DOUBLE 2.5 is cast to 3 in a CSV file and to 2 in a table. The optimizer type_pushdown does it.
# Output: csv [3, 4]   table [2, 4]   without type_pushdown [2, 4]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import duckdb

assert duckdb.__version__ == "2.0.1"
session = duckdb.connect()

Path("t.csv").write_text("a\n2.5\n3.5\n")
source = "read_csv('t.csv', types = {'a': 'DOUBLE'})"
session.execute(f"create table t as select * from {source}")


def cast(table: str) -> list[int]:
    return [row[0] for row in session.execute(f"select cast(a as integer) from {table}").fetchall()]


csv, table = cast(source), cast("t")
session.execute("set disabled_optimizers = 'type_pushdown'")
without = cast(source)
print("csv", csv, "  table", table, "  without type_pushdown", without)
assert (csv, table, without) == ([3, 4], [2, 4], [2, 4])
PYTHON
