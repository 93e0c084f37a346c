#!/usr/bin/env bash
# DuckDB 2.0.1 takes the types of a CSV file from its first 20,480 rows, and reads later values as those types.
# Expected: a value that is none of the type is an error, as 'x' is in a column of numbers.
# Seen: 5.5 becomes 6, a time of day and a zone are cut off, all without a warning. sample_size = -1 reads them rightly.
# Output: 5.5 -> 6   2024-01-02 10:00:00 -> 2024-01-02   10:00:00+05 -> 10:00:00   whole file 5.5
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


def last(first: str, value: str, options: str = "") -> object:
    Path("t.csv").write_text("a\n" + f"{first}\n" * 30_000 + f"{value}\n")
    return session.execute(f"select a from read_csv('t.csv'{options}) offset 30000").fetchone()[0]


rounded = last("1", "5.5")
day = last("2024-01-01", "2024-01-02 10:00:00")
zone = last("2024-01-01 09:00:00", "2024-01-01 10:00:00+05:00")
whole = last("1", "5.5", ", sample_size = -1")
print("5.5 ->", rounded, "  2024-01-02 10:00:00 ->", day, "  10:00:00+05 ->", zone.time(), "  whole file", whole)
assert (rounded, str(day), str(zone), whole) == (6, "2024-01-02", "2024-01-01 10:00:00", 5.5)
PYTHON
