#!/usr/bin/env bash
# Four engines, four meanings of rounding 2.5 (DuckDB 2.0.1, ClickHouse 26.9, Postgres 16.2).
# Expected: `cast(2.5 as integer)` and `round(2.5)` agree within an engine.
# Seen, for the double 2.5, its negative, and the decimal 2.5:
# DuckDB rounds 3, -3, 3 but casts 2, -2, 3: the cast of a double ties to even, its round() goes away from zero, and a
# bare literal is a decimal. Postgres rounds and casts doubles to even, numerics away from zero. ClickHouse rounds
# doubles to even, decimals away from zero, and its cast cuts.
# Output: duckdb [3, -3, 3, 2, -2, 3]   postgres [2, -2, 3, 2, -2, 3]   clickhouse [2, -2, 3, 2, -2, 2]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 chdb==4.4.0 pgserver==0.1.4 'psycopg[binary]==3.2.13'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import tempfile
import warnings

import chdb
import duckdb

warnings.simplefilter("ignore")
import pgserver
import psycopg

DOUBLE = {"duckdb": "double", "postgres": "double precision", "clickhouse": "Float64"}
DECIMAL = {"duckdb": "decimal(3, 1)", "postgres": "numeric(3, 1)", "clickhouse": "Decimal(3, 1)"}
INTEGER = {"duckdb": "integer", "postgres": "integer", "clickhouse": "Int32"}


def question(engine):
    values = [f"cast({sign}2.5 as {kind[engine]})" for sign, kind in (("", DOUBLE), ("-", DOUBLE), ("", DECIMAL))]
    rounded = [f"round({value})" for value in values]
    return "select " + ", ".join(rounded + [f"cast({value} as {INTEGER[engine]})" for value in values])


seen = {"duckdb": duckdb.connect().execute(question("duckdb")).fetchone()}
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    server = pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri()) as session:
        seen["postgres"] = session.execute(question("postgres")).fetchone()
    server.cleanup()
seen["clickhouse"] = str(chdb.query(question("clickhouse"))).strip().split(",")
seen = {engine: [int(float(value)) for value in row] for engine, row in seen.items()}
print(*(f"{engine} {row}" for engine, row in seen.items()), sep="   ")
assert seen == {
    "duckdb": [3, -3, 3, 2, -2, 3],
    "postgres": [2, -2, 3, 2, -2, 3],
    "clickhouse": [2, -2, 3, 2, -2, 2],
}
PYTHON
