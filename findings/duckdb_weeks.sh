#!/usr/bin/env bash
# DuckDB 2.0.1 counts boundaries in date_diff for every unit but the week.
# Expected: 1 from Sunday 2024-01-07 to Monday 2024-01-08, as date_trunc('week') starts on Monday and date_diff of every
# other unit counts the boundaries that are crossed: 23:59 to 0:01 is one day, one month, one year.
# Seen: 0, and 1 only seven days later: the days are counted by boundaries and divided by seven. ClickHouse 26.9
# counts the Mondays.
# Output: year 1, day 1, week 0, truncated weeks 1, seven days 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb

sunday, monday = "timestamp '2024-01-07 23:59:00'", "timestamp '2024-01-08 00:01:00'"
question = f"""
    select date_diff('year', timestamp '2023-12-31 23:59:00', timestamp '2024-01-01 00:01:00'),
        date_diff('day', {sunday}, {monday}), date_diff('week', {sunday}, {monday}),
        date_diff('day', date_trunc('week', {sunday}), date_trunc('week', {monday})) / 7,
        date_diff('week', {sunday}, {sunday} + interval 6 days + interval 2 minutes)
"""
seen = [int(value) for value in duckdb.connect().execute(question).fetchone()]
print("year {}, day {}, week {}, truncated weeks {}, seven days {}".format(*seen))
assert seen == [1, 1, 0, 1, 1]
PYTHON
