#!/usr/bin/env bash
# DuckDB 2.0.1: `at` needs quotes as a column's name, but not everywhere.
# Expected: as in other databases, where `at` is an ordinary name.
# Seen: `create table t (at …)` and `select at` are syntax errors; `select 1 as at` and `t.at` work. So a table can be
# made by a query and then not be read by the name that made it.
# Output: as alias: fine, with the table's name: fine, in create table: ParserException, alone: ParserException
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

assert duckdb.__version__ == "2.0.1"
connection = duckdb.connect()
statements = {
    "as alias": "create table made as select 1 as at",
    "with the table's name": "select made.at from made",
    "in create table": "create table plain (at integer)",
    "alone": "select at from made",
}


def outcome(statement):
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        return type(error).__name__
    return "fine"


seen = {name: outcome(statement) for name, statement in statements.items()}
print(", ".join(f"{name}: {what}" for name, what in seen.items()))
assert list(seen.values()) == ["fine", "fine", "ParserException", "ParserException"]
PYTHON
