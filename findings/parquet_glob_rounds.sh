#!/usr/bin/env bash
# DuckDB 2.0.1 reads a glob of Parquet files with the schema of the first file.
# Expected: a column that is INTEGER in the first file and DOUBLE in the second is widened, or the read is refused.
# Seen: the doubles of the second file are rounded to integers and its extra column is not there, without a warning.
# The same rows as CSV files are widened to DOUBLE.
# Output: parquet [(0,), (1,), (3,)]   union_by_name [(0.4, 7), (1.0, None), (3.4, 7)]   csv [(0.4,), (1.0,), (3.4,)]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

assert duckdb.__version__ == "2.0.1"
session = duckdb.connect()
for kind in ("parquet", "csv"):
    extra = ", 7 as b" if kind == "parquet" else ""
    session.execute(f"copy (select 1::integer as a) to '1.{kind}'")
    session.execute(f"copy (select unnest([0.4, 3.4])::double as a{extra}) to '2.{kind}'")
parquet = session.execute("select * from '*.parquet' order by all").fetchall()
by_name = session.execute("select * from read_parquet('*.parquet', union_by_name = true) order by all").fetchall()
csv = session.execute("select * from '*.csv' order by all").fetchall()
print("parquet", parquet, "  union_by_name", by_name, "  csv", csv)
assert parquet == [(0,), (1,), (3,)]
assert by_name == [(0.4, 7), (1.0, None), (3.4, 7)]
assert csv == [(0.4,), (1.0,), (3.4,)]
PYTHON
