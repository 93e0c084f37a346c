#!/usr/bin/env bash
# chdb 4.4.0: what a failing query has written stands before the answer of the next one on the same connection.
# Expected: the answer of `select 'next'` alone.
# Seen: the head of the failed query's JSON, then the answer.
# Output: "meta" of the failed query before: True; one query later: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chdb==4.4.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import chdb

assert chdb.__version__ == "4.4.0"
session = chdb.connect(":memory:")
session.query("create table t (s Nullable(String)) engine = Memory")
session.query("insert into t values ('12x'), (null)")
try:
    session.query("select accurateCast(coalesce(s, '0'), 'Int64') as v from t", "JSONCompact")
except RuntimeError:
    pass
else:
    raise AssertionError("the query did not fail")
answers = [session.query("select 'next'", "TabSeparated").bytes().decode() for _ in range(2)]
seen = ['"meta"' in answer for answer in answers]
print(f'"meta" of the failed query before: {seen[0]}; one query later: {seen[1]}')
assert seen == [True, False] and answers[1].strip() == "next"
PYTHON
