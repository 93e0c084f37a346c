#!/usr/bin/env bash
# DuckDB 2.0.1 gives `columns` of read_csv to the columns of every file by place, and names them by the file's header.
# Expected: columns = {'id': 'BIGINT', 'a': 'DOUBLE'} reads a as DOUBLE in a file whose header is a,id too.
# Seen: 5.5 in a file with the header a,id is read as BIGINT, and becomes 6.0. With types and union_by_name it is 5.5.
# Output: columns [(1, 2.0), (6, 6.0)]   types [(1, 2.0), (6, 5.5)]
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

Path("1.csv").write_text("id,a\n1,2\n")
Path("2.csv").write_text("a,id\n5.5,6\n")
kinds = "{'id': 'BIGINT', 'a': 'DOUBLE'}"
given = f"auto_detect = false, delim = ',', header = true, columns = {kinds}"
columns = session.execute(f"select * from read_csv('*.csv', {given}) order by id").fetchall()
types = session.execute(f"select * from read_csv('*.csv', types = {kinds}, union_by_name = true) order by id").fetchall()
print("columns", columns, "  types", types)
assert columns == [(1, 2.0), (6, 6.0)]
assert types == [(1, 2.0), (6, 5.5)]
PYTHON
