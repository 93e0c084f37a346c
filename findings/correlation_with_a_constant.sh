#!/usr/bin/env bash
# Postgres 16.2 (pgserver 0.1.4) finds a correlation of 0.87 with a column that holds 0.1 in every row.
# Expected: NULL or NaN: a constant has no correlation, and the least-squares line on it no slope.
# Seen: ten times 0.1 does not add up to 1 in binary, so the variance is 1.4e-34 instead of 0; corr divides by it, and the
# slope is 2e17. With 0.5 instead of 0.1 both are NULL. DuckDB 2.0.1 gives NaN for both in both cases.
# Output: postgres (0.8703882797784892, 2.2517998136852483e+17, None)   duckdb (nan, nan, nan)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 pgserver==0.1.4 'psycopg[binary]==3.2.13'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import math
import tempfile
import warnings

import duckdb

warnings.simplefilter("ignore")
import pgserver
import psycopg

QUESTION = (
    "select corr(cast(0.1 as double precision), x), regr_slope(x, cast(0.1 as double precision)), "
    "corr(cast(0.5 as double precision), x) from generate_series(1, 10) as t(x)"
)
seen_by_duckdb = duckdb.connect().execute(QUESTION).fetchone()
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    server = pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri()) as session:
        assert session.execute("show server_version").fetchone() == ("16.2",)
        seen_by_postgres = session.execute(QUESTION).fetchone()
    server.cleanup()
print("postgres", seen_by_postgres, "  duckdb", seen_by_duckdb)
correlation, slope, of_a_half = seen_by_postgres
assert 0.5 < correlation < 1 and slope > 1e15 and of_a_half is None
assert all(math.isnan(value) for value in seen_by_duckdb)
PYTHON
