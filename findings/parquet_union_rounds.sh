#!/usr/bin/env bash
# DuckDB 2.0.1 joins Parquet files by name to types that do not hold all their values.
# Expected: union_by_name widens types without loss, or refuses.
# Seen: BIGINT and DOUBLE become DOUBLE, which rounds 2^53 + 1; INTEGER and FLOAT become FLOAT; DECIMAL(38,1) and
# DECIMAL(8,7) become DECIMAL(38,1), which rounds 0.1234567 to 0.1.
# Output: 9007199254740993 -> 9007199254740992   16777217 -> 16777216   0.1234567 -> 0.1
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


def joined(one: str, two: str) -> list[object]:
    session.execute(f"copy (select {one} as a) to '1.parquet'")
    session.execute(f"copy (select {two} as a) to '2.parquet'")
    return [row[0] for row in session.execute("select a from read_parquet('*.parquet', union_by_name = true)").fetchall()]


big = joined("9007199254740993::bigint", "2.5::double")[0]
small = joined("16777217::integer", "2.5::float")[0]
fraction = joined("1.5::decimal(38, 1)", "0.1234567::decimal(8, 7)")[1]
print(f"9007199254740993 -> {big:.0f}   16777217 -> {small:.0f}   0.1234567 -> {fraction}")
assert (big, small, str(fraction)) == (9007199254740992.0, 16777216.0, "0.1")
PYTHON
