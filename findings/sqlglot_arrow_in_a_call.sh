#!/usr/bin/env bash
# sqlglot 30.30.0 reads `j -> 'a'` as a lambda when it is the argument of a function, in dialects where it is JSON access.
# Expected: the same tree inside and outside of a call.
# Seen: outside, `j -> 'a' -> 'b'` is a path from the left; inside of coalesce it is a lambda whose body is 'a' -> 'b'.
# Printed in the same dialect it looks right; read as Postgres and printed for DuckDB it is another expression, in silence.
# Output: outside j -> '$.a' -> '$.b'   inside COALESCE(LAMBDA j : 'a' -> '$.b', 'x')
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check sqlglot==30.30.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sqlglot

assert sqlglot.__version__ == "30.30.0"
outside = sqlglot.transpile("select j -> 'a' -> 'b'", read="postgres", write="duckdb")[0]
inside = sqlglot.transpile("select coalesce(j -> 'a' -> 'b', 'x')", read="postgres", write="duckdb")[0]
print("outside", outside.removeprefix("SELECT "), "  inside", inside.removeprefix("SELECT "))
assert outside == "SELECT j -> '$.a' -> '$.b'"
assert inside == "SELECT COALESCE(LAMBDA j : 'a' -> '$.b', 'x')"
PYTHON
