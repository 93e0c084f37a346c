#!/usr/bin/env bash
# sqlglot 30.30.0 writes Spark's `cast` and `/` as `try_cast` and a guarded division for Databricks.
# Expected: Databricks SQL is Spark SQL; a cast that fails there stays a cast that fails.
# Seen: the translation takes Spark to be in its old mode, where both give NULL; since Spark 4 both raise an error by
# default. A check that was written to fail on bad text passes after the translation.
# Output: SELECT TRY_CAST(a AS INT), a / NULLIF(b, 0) FROM t
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check sqlglot==30.30.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sqlglot

assert sqlglot.__version__ == "30.30.0"
translated = sqlglot.transpile("select cast(a as int), a / b from t", read="spark", write="databricks")[0]
print(translated)
assert translated == "SELECT TRY_CAST(a AS INT), a / NULLIF(b, 0) FROM t"
PYTHON
