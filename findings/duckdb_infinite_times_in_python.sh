#!/usr/bin/env bash
# DuckDB 2.0.1 with Python: infinite dates and timestamps arrive as finite ones.
# Expected: an error, or a value that can be told from a date.
# Seen: '-infinity' is the first day of the year 1, 'infinity' the last moment of 9999: the same as those very dates.
# Output: 0001-01-01 00:00:00 9999-12-31 23:59:59.999999 told apart from real dates: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

assert duckdb.__version__ == "2.0.1"
query = "select timestamp '-infinity', timestamp 'infinity', timestamp '0001-01-01', date '-infinity', date '0001-01-01'"
((first, last, real, day, real_day),) = duckdb.sql(query).fetchall()
apart = first != real or day != real_day
print(first, last, "told apart from real dates:", apart)
assert (str(first), str(last), apart) == ("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", False)
PYTHON
