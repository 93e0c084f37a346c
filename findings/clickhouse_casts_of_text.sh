#!/usr/bin/env bash
# ClickHouse 26.9 (chdb 4.4.0) makes NULL of a text that is no number, once the text may be NULL.
# Expected: an error, as for a text that may not be NULL, and as in DuckDB, Postgres and BigQuery.
# Seen: toInt64('12x') is an error, toInt64(toNullable('12x')) is NULL, and so is cast('12x' as Nullable(Int64)).
# accurateCast is an error for the text, and for a NULL too. A text of two digits is a moment of the present year.
# Output: error | \N | \N | error | error | January 12
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chdb==4.4.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import chdb

assert chdb.__version__ == "4.4.0"


def value(expression):
    try:
        return str(chdb.query(f"select {expression}")).strip()
    except RuntimeError:
        return "error"


seen = [
    value("toInt64('12x')"),
    value("toInt64(toNullable('12x'))"),
    value("cast('12x' as Nullable(Int64))"),
    value("accurateCast(toNullable('12x'), 'Int64')"),
    value("accurateCast(cast(null as Nullable(String)), 'Int64')"),
    value("formatDateTime(toDateTime64(toNullable('12'), 6, 'UTC'), '%M %e')").strip('"'),
]
print(*seen, sep=" | ")
assert seen == ["error", r"\N", r"\N", "error", "error", "January 12"]
PYTHON
