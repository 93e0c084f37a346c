#!/usr/bin/env bash
# ClickHouse 26.9 (chdb 4.4.0) gives four numbers between 1000000004 and 1000000016 a standard deviation of 0 and, with
# themselves, a correlation of -1.
# Expected: 5.477225575051661 and 1, as DuckDB, Postgres and ClickHouse's own stable functions say.
# Seen: the plain functions subtract sums of squares of 1e18, of which doubles keep steps of 128.
# Output: 0 -1 5.477225575051661 1.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chdb==4.4.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import chdb

assert chdb.__version__ == "4.4.0"
rows = "values('x Float64', 1000000004, 1000000007, 1000000013, 1000000016)"
text = str(chdb.query(f"select stddevSamp(x), corr(x, x), stddevSampStable(x), corrStable(x, x) from {rows}"))
deviation, correlation, *stable = map(float, text.split(","))
print(f"{deviation:g} {correlation:g}", *stable)
assert (deviation, correlation) == (0, -1)
assert abs(stable[0] - 30**0.5) < 1e-12 and stable[1] == 1
PYTHON
