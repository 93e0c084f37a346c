"""The run's clock in user SQL: marked by the guard, a literal once the run's time is known, never the server's."""

from datetime import datetime
from typing import NamedTuple

import pytest

from whq.errors import CompileError
from whq.sql.clock import at
from whq.sql.guard import expression, select
from whq.values import Column, Source, TableSource

COLUMNS = (
    Column("id", "integer"),
    Column("s", "text"),
    Column("ts", "timestamp"),
    Column("d", "date"),
    Column("tz", "timestamptz"),
    Column("j", "other"),
)
NOW = datetime(2024, 5, 6, 7, 8, 9)
AT, MIDNIGHT = "CAST('2024-05-06 07:08:09' AS TIMESTAMP)", "CAST('2024-05-06 00:00:00' AS TIMESTAMP)"
DAY = "CAST('2024-05-06' AS DATE)"


class Held(NamedTuple):
    source: Source
    columns: tuple[Column, ...]


def find(parts: tuple[str, ...]) -> Held:
    return Held(TableSource(("main", "t")), COLUMNS)


def bound(text: str, dialect: str) -> str:
    """The text that is sent on a run at NOW."""
    fragment = select(text, dialect, find) if text.startswith("select") else expression(text, dialect, COLUMNS)
    assert fragment.clock and "WHQ_CLOCK" in fragment.text
    return at(fragment, NOW).text


EVERYWHERE = {"as_of()": AT, "current_date": DAY, "current_timestamp": AT, "cast('today' as date)": DAY}
WORDS = {
    "duckdb": {"now()": AT, "today()": DAY, "get_current_timestamp()": AT, "'now'::timestamp": AT},
    "postgres": {
        "now()": AT, "localtimestamp": AT, "clock_timestamp()": AT, "current_timestamp(3)": AT,
        "'now'::timestamp": AT, "timestamp 'today'": MIDNIGHT, "cast(' Today ' as timestamp)": MIDNIGHT,
        "'tomorrow'::date": "CAST('2024-05-07' AS DATE)", "date 'yesterday'": "CAST('2024-05-05' AS DATE)",
        "'yesterday'::timestamp": "CAST('2024-05-05 00:00:00' AS TIMESTAMP)",
        "now() at time zone 'Europe/Berlin'":
            "CAST('2024-05-06 07:08:09+00:00' AS TIMESTAMPTZ) AT TIME ZONE 'Europe/Berlin'",
    },
    "redshift": {"getdate()": AT, "sysdate": AT, "'now'::timestamp": AT},
    "snowflake": {"current_timestamp()": AT, "sysdate()": AT, "getdate()": AT, "current_date()": DAY},
    "spark": {"now()": AT, "current_date()": DAY, "date 'today'": DAY, "timestamp 'today'": None},
    "databricks": {"current_timestamp()": AT, "getdate()": AT},
    "trino": {"now()": AT, "localtimestamp": AT},
    "mysql": {"now()": AT.replace("TIMESTAMP", "DATETIME"), "curdate()": DAY, "utc_timestamp()": None},
    "bigquery": {
        "current_date()": DAY,
        "current_datetime()": AT.replace("TIMESTAMP", "DATETIME"),
        "current_timestamp()": "CAST('2024-05-06 07:08:09+00:00' AS TIMESTAMP)",
    },
    "clickhouse": {
        "now()": "CAST('2024-05-06 07:08:09' AS DateTime64(6, 'UTC'))",
        "today()": "CAST('2024-05-06' AS Nullable(DATE))",
        "yesterday()": "CAST('2024-05-05' AS Nullable(DATE))",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "word", "wanted"),
    [(dialect, word, wanted) for dialect, words in WORDS.items() for word, wanted in words.items()]
    + [
        (dialect, word, wanted)
        for dialect in ("duckdb", "postgres", "snowflake")
        for word, wanted in EVERYWHERE.items()
    ],
)
def test_a_word_for_now_is_the_runs_time(dialect: str, word: str, wanted: str | None) -> None:
    text = bound(f"{word} > ts", dialect)
    assert wanted is None or text.startswith(wanted)
    assert "2024-05-0" in text
    assert expression(text, dialect, COLUMNS).clock is False


def test_as_of_is_an_instant_beside_a_timestamp_of_bigquery() -> None:
    assert bound("tz < as_of()", "bigquery") == "`tz` < CAST('2024-05-06 07:08:09+00:00' AS TIMESTAMP)"
    assert bound("ts < as_of()", "bigquery") == "`ts` < CAST('2024-05-06 07:08:09' AS DATETIME)"


COMPARED = {
    "ts < 'now'": f'"ts" < {AT}',
    "ts < ' NOW '": f'"ts" < {AT}',
    "d = 'today'": f'"d" = {DAY}',
    "'today' > ts": f'{MIDNIGHT} > "ts"',
    "ts in ('now', '2024-01-01')": f"\"ts\" IN ({AT}, '2024-01-01')",
    "ts between 'yesterday' and 'today'": f"\"ts\" BETWEEN CAST('2024-05-05 00:00:00' AS TIMESTAMP) AND {MIDNIGHT}",
    "ts is distinct from 'now'": f'"ts" IS DISTINCT FROM {AT}',
    "ts - interval '1 day' < 'now'": f"\"ts\" - INTERVAL '1 DAY' < {AT}",
    "ts::date < 'today'": f'CAST("ts" AS DATE) < {DAY}',
    "select id from t where ts < 'now'": f'SELECT "id" FROM "main"."t" AS "t" WHERE "ts" < {AT}',
}


@pytest.mark.parametrize(("text", "wanted"), COMPARED.items())
def test_postgres_compares_a_time_with_the_runs_clock(text: str, wanted: str) -> None:
    assert bound(text, "postgres") == wanted


TEXTS = """
s = 'today'
'now' = s
s in ('now', 'later')
s <> 'tomorrow' and lower(s) = 'today'
s like '%now%'
s ~ 'now|later'
replace(s, 'now', 'x') = 'y'
j ->> 'now' = 'x'
coalesce(s, 'today') = 'x'
case when id = 1 then 'today' else 'later' end = s
case s when 'today' then true end
s = 'now or never'
s = cast('today' as text)
select 'today' as label from t
select case when d < date '2024-01-01' then 'today' else 'later' end as label from t
""".strip().splitlines()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_a_text(text: str) -> None:
    checked = select(text, "postgres", find) if text.startswith("select") else expression(text, "postgres", COLUMNS)
    assert checked.clock is False
    assert "WHQ_CLOCK" not in checked.text


HIDDEN = """
coalesce(ts, 'now') > ts
greatest(ts, 'now') > ts
nullif(ts, 'now') is null
case when id = 1 then 'now' else ts end = ts
case ts when 'now' then true end
('no' || 'w')::timestamp > ts
concat('to', 'day')::date = d
replace('nXow', 'X', '')::timestamp > ts
reverse('won')::timestamp > ts
'now'::text::timestamp > ts
lower('NOW')::timestamp > ts
coalesce('now', 'now')::timestamp > ts
'today 12:00'::timestamp > ts
'12:00 tomorrow'::timestamp > ts
'now'::time > '12:00'
'now'::timetz is not null
array['now']::timestamp[] is not null
'{now,today}'::timestamp[] is not null
(ts, id) < ('now', 1)
ts = any('{now}')
date('now') = d
date_trunc('day', 'now') = ts
age(ts) > interval '1 day'
current_time > '12:00'
localtime > '12:00'
timeofday() = s
date_part('year', 'now') = 2024
'now' at time zone 'utc' > ts
lag(ts, 1, 'now') over () is null
now('Europe/Berlin') > ts
whq_clock('date', 'now') > d
pg_catalog.now() > ts
select x.v::timestamp from (select 'now' as v from t) x
select ts from t union select 'now' from t
select max(coalesce(ts, 'now')) as latest from t
with x as (select 'today' as v from t) select v::date from x
""".strip().splitlines()


@pytest.mark.parametrize("dialect", ["postgres", "redshift"])
@pytest.mark.parametrize("text", HIDDEN)
def test_what_would_read_the_servers_clock_is_refused(text: str, dialect: str) -> None:
    with pytest.raises(CompileError):
        if text.startswith(("select", "with")):
            select(text, dialect, find)
        else:
            expression(text, dialect, COLUMNS)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("duckdb", "age(ts) > interval 1 day"),
        ("spark", "to_date('today') = d"),
        ("clickhouse", "now('Europe/Berlin') > ts"),
        ("clickhouse", "parseDateTimeBestEffort('12:00') > ts"),
        ("bigquery", "current_date('Europe/Berlin') > d"),
        ("bigquery", "current_time() is null"),
        ("mysql", "curtime() is null"),
        ("spark", "to_unix_timestamp() > 1"),
    ],
)
def test_other_dialects_hide_no_clock(dialect: str, text: str) -> None:
    with pytest.raises(CompileError):
        expression(text, dialect, COLUMNS)


def test_a_refusal_names_as_of() -> None:
    with pytest.raises(
        CompileError, match=r"this text becomes the server's clock; write as_of\(\) for the run's clock"
    ):
        expression("coalesce(ts, 'now') > ts", "postgres", COLUMNS)


def test_times_that_stand_still_are_no_clock() -> None:
    for text in ("ts > 'epoch'::timestamp", "ts < 'infinity'::timestamp", "ts < timestamp '2024-01-01'"):
        assert expression(text, "postgres", COLUMNS).clock is False
