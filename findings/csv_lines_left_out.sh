#!/usr/bin/env bash
# DuckDB 2.0.1 leaves out lines of a CSV file that do not fit the others, or takes the whole file for one column.
# Expected: a line with more or fewer values than the header is an error, as it is beyond the first 20,480 rows.
# Seen: of 3 rows the last one alone; 1,011 rows of one column called "id,a"; the row "#3,4" is a comment; in the second
# file of a glob the row "3,4" is the header. No warning.
# Output: ragged [(3, 4, 5)]   one extra value ['id,a']   comment [(1, 2), (5, 6)]   second file [(1, 2)]
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


def rows(text: str) -> list[tuple]:
    Path("t.csv").write_text(text)
    return session.execute("select * from 't.csv'").fetchall()


ragged = rows("id,a\n1,2\n2\n3,4,5\n")
comment = rows("id,a\n1,2\n#3,4\n5,6\n")
rows("id,a\n" + "".join(f"{i},{i}{',9' if i == 500 else ''}\n" for i in range(1011)))
names = [column[0] for column in session.execute("select * from 't.csv'").description]
Path("glob").mkdir()
Path("glob/1.csv").write_text("id,a\n1,2\n")
Path("glob/2.csv").write_text("3,4\n")
second = session.execute("select * from 'glob/*.csv'").fetchall()
print("ragged", ragged, "  one extra value", names, "  comment", comment, "  second file", second)
assert (ragged, names, comment, second) == ([(3, 4, 5)], ["id,a"], [(1, 2), (5, 6)], [(1, 2)])
PYTHON
