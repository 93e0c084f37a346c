#!/usr/bin/env bash
# ClickHouse 26.9 (chdb 4.4.0) leaves NULL out of greatest() and least(); NaN is the other way round.
# Expected: NULL when an argument is NULL, as in its own documentation's older text, MySQL, Snowflake and BigQuery.
# Seen: greatest(1, NULL, 3) is 3, like DuckDB and Postgres; but NaN equals itself inside IN and nowhere else, and max()
# over NaN leaves it out where ORDER BY puts it last.
# Output: 3,1 | 0,1,0 | 2,1 | "[1,2,nan]"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chdb==4.4.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import chdb

assert chdb.__version__ == "4.4.0"


def row(sql):
    return str(chdb.query(sql)).strip()


with_null = row("select greatest(1, null, 3), least(1, null)")
of_nan = row("select nan = nan, nan in (nan), nan < 1")
extremes = row("select max(x), min(x) from (select arrayJoin([nan, 1.0, 2.0]) as x)")
ordered = row("select groupArray(x) from (select arrayJoin([nan, 1.0, 2.0]) as x order by x)")
print(with_null, of_nan, extremes, ordered, sep=" | ")
assert (with_null, of_nan, extremes) == ("3,1", "0,1,0", "2,1")
assert ordered == '"[1,2,nan]"'
PYTHON
