"""Postgres targets on a real server: rights, faults, timeouts, and what a session cannot do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from math import inf, isnan
from pathlib import Path
from typing import Any

import pytest

from tests.engines import pg
from tests.engines.pg import Server
from tests.measure.executing import execute
from whq.catalog import Catalog
from whq.engines.postgres import connect
from whq.engines.postgres_errors import grant
from whq.engines.postgres_session import PostgresSession
from whq.errors import ConfigError, Interrupted, QueryError, WhqError
from whq.values import Column, Dataset, Failure, FileSource, Measurement, Output, Query, Request, Scope, TableSource

DATASETS = {"loans": Dataset("loans", TableSource(("raw", "loans")), ())}


@pytest.fixture(scope="module")
def server(postgres: Server) -> Iterator[Server]:
    postgres.execute(
        "create schema raw",
        "create schema sealed",
        "create type raw.mood as enum ('ok')",
        "create domain raw.score as numeric(5, 4)",
        'create table raw.loans (id bigint not null, "A ""b""" text, seen_at timestamptz, mood raw.mood, p raw.score)',
        "insert into raw.loans values (1, 'x', '2024-01-01 02:00+02', 'ok', 0.5)",
        "create view raw.seen as select id from raw.loans",
        "create table sealed.hidden (a integer)",
        "create table raw.half (a integer, b integer)",
        "create table public.solo (a integer, constraint never check (a > 0))",
        "grant usage on schema raw to guest",
        "grant select (a) on raw.half to guest",
        "create function raw.twice(a integer) returns integer language sql as 'select 2 * a'",
        "revoke execute on function raw.twice from public",
    )
    yield postgres
    postgres.execute("drop schema raw cascade", "drop schema sealed cascade", "drop table public.solo")


@pytest.fixture
def session(server: Server, tmp_path: Path) -> Iterator[PostgresSession]:
    session = connect(server.target(tmp_path))
    yield session
    session.close()


def query(number: int, sql: str) -> Query:
    scope = Scope("loans")
    return Query(
        f"q{number}", "loans", sql, "postgres", scope, (Request.of(scope, "t", n=number),), (Output("value", 0),)
    )


def codes(found: Any) -> list[Any]:
    """By query: its value, or the code of its problem."""
    answers = sorted(found.measurements.values(), key=lambda item: item.request.argument("n"))
    return [item.rows[0].values["value"] if isinstance(item, Measurement) else item.problem.code for item in answers]


# --- catalog ------------------------------------------------------------------------------------------------


def test_relations_come_with_columns_and_kinds(session: PostgresSession) -> None:
    found = {item.parts[1:]: item for item in session.relations()}
    assert [(c.name, c.type, c.native, c.nullable) for c in found["raw", "loans"].columns] == [
        ("id", "integer", "bigint", False),
        ('A "b"', "text", "text", True),
        ("seen_at", "timestamptz", "timestamp with time zone", True),
        ("mood", "text", "enum raw.mood", True),
        ("p", "decimal", "numeric(5,4)", True),
    ]
    assert found["raw", "seen"].kind == "view" and found["raw", "loans"].kind == "table"
    assert ("sealed", "hidden") in found
    assert [item.parts[1:] for item in session.relations({"loans", "none"})] == [("raw", "loans")]
    assert session.relations(set()) == ()


def test_composite_types_come_with_their_fields(session: PostgresSession, server: Server) -> None:
    server.execute(
        "create type raw.inner as (z text, at timestamp)",
        'create type raw.pair as (a integer, "B b" raw.inner)',
        "create domain raw.checked as raw.pair",
        "create table raw.paired (c raw.pair, d raw.checked, many raw.pair[], whole raw.half)",
    )
    (paired,) = (item for item in session.relations({"paired"}))
    inner = (Column("z", "text", "text"), Column("at", "timestamp", "timestamp without time zone"))
    pair = (Column("a", "integer", "integer"), Column("B b", "other", 'raw."inner"', fields=inner))
    fields = {column.name: column.fields for column in paired.columns}
    assert fields == {"c": pair, "d": pair, "many": (), "whole": fields["whole"]}
    assert [field.name for field in fields["whole"]] == ["a", "b"]


def test_names_resolve_as_written(session: PostgresSession) -> None:
    catalog = Catalog(session)
    for written, parts in (
        ("solo", ("public", "solo")),
        ("RAW.Loans", ("raw", "loans")),
        (f"{session.database}.raw.loans", ("raw", "loans")),
    ):
        assert catalog.table(written).source == TableSource(parts)
    with pytest.raises(ConfigError, match=r'unknown table "loans"; did you mean "raw.loans"\?'):
        catalog.table("loans")
    with pytest.raises(ConfigError, match="files are tables on duckdb only, not on postgres"):
        catalog.table("x.csv")
    with pytest.raises(ConfigError, match="files are tables on duckdb only"):
        session.describe_file(FileSource("/x.csv", "csv"))


def test_columns_of_a_query(session: PostgresSession) -> None:
    found = session.describe("select id, p, 'x'::varchar(3) as v, mood, now() as n from raw.loans")
    assert [(c.name, c.type) for c in found] == [
        ("id", "integer"),
        ("p", "decimal"),
        ("v", "text"),
        ("mood", "text"),
        ("n", "timestamptz"),
    ]
    with pytest.raises(QueryError, match='column "nope" does not exist'):
        session.describe("select nope from raw.loans")
    with pytest.raises(QueryError, match="only one SELECT"):
        session.describe("drop table raw.loans")


def test_the_schema_of_the_profile_comes_first(server: Server, tmp_path: Path) -> None:
    for fields in ({"schema": "raw"}, {"search_path": "raw, public"}):
        session = connect(server.target(tmp_path, **fields))
        assert session.search_path == ((server.dbname, "raw"), (server.dbname, "public"))
        assert Catalog(session).table("loans").source == TableSource(("raw", "loans"))
        assert session.cursor().run("select count(*) from loans").columns == ((1,),)
        session.close()


def test_row_counts_are_the_planners(session: PostgresSession, server: Server) -> None:
    server.execute(
        "create table raw.sized as select generate_series(1, 1000) as a",
        "analyze raw.sized",
        "create table raw.parts (a integer) partition by list (a)",
        "create table raw.part_1 partition of raw.parts for values in (1)",
        "insert into raw.parts values (1), (1)",
        "analyze raw.part_1",
    )
    assert session.row_counts(["raw.sized", "raw.parts", "raw.loans", "raw.seen"]) == {
        "raw.sized": 1000,
        "raw.parts": 2,
    }
    assert session.row_counts([]) == {}


# --- values -------------------------------------------------------------------------------------------------

VALUES = [
    ("0.1::real", 0.10000000149011612),
    ("null", None),
    ("true", True),
    ("9223372036854775807", 9223372036854775807),
    ("1.50::numeric(38, 10)", Decimal("1.5000000000")),
    ("sum(290115::bigint)", 290115),
    ("12345678901234567890::numeric", 12345678901234567890),
    ("'infinity'::numeric", inf),
    ("'-infinity'::numeric", -inf),
    ("0.25::float8", 0.25),
    ("'inf'::float8", inf),
    ("'-infinity'::float4", -inf),
    ("date '1969-12-31'", date(1969, 12, 31)),
    ("timestamp '2024-01-01 02:00'", datetime(2024, 1, 1, 2)),
    ("timestamptz '2024-01-01 02:00+02'", datetime(2024, 1, 1)),
    ("'infinity'::timestamp", "infinity"),
    ("'-infinity'::timestamptz", "-infinity"),
    ("date '0044-03-15 BC'", "0044-03-15 BC"),
    ("time '12:30'", "12:30:00"),
    ("interval '90 seconds'", 90.0),
    ("'\\x61ff'::bytea", "61ff"),
    ("array[1, 2]", "[1, 2]"),
    ("""'{"a": 1}'::jsonb""", '{"a": 1}'),
    ("'a%b'", "a%b"),
    ("'ok'::raw.mood", "ok"),
    ("'naïve 😀'", "naïve 😀"),
]


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_values_are_plain(session: PostgresSession, sql: str, value: object) -> None:
    found = session.cursor().run(f"/* whq */ select {sql} as v").columns[0][0]
    assert found == value and type(found) is type(value)


def test_not_a_number_is_a_float(session: PostgresSession) -> None:
    for kind in ("numeric", "float8"):
        found = session.cursor().run(f"select 'nan'::{kind}").columns[0][0]
        assert isinstance(found, float) and isnan(found)


# --- errors of statements -----------------------------------------------------------------------------------

REFUSED = [
    ("select nope from raw.loans", "WHQ-E206", 'column "nope" does not exist'),
    ("select * from raw.nope", "WHQ-E205", 'relation "raw.nope" does not exist'),
    ("select * from nope.t", "WHQ-E205", 'relation "nope.t" does not exist'),
    ("select 'row value'::integer", "WHQ-E207", "invalid input syntax for type integer"),
    ("select 1 / 0", "WHQ-E207", "division by zero"),
    ("select 2147483647::integer + 1", "WHQ-E207", "integer out of range"),
    ("select a from", "WHQ-E201", "syntax error at end of input"),
    ("select 'a' ~ '('", "WHQ-E201", "invalid regular expression: parentheses () not balanced"),
    ("select 1; select 2", "WHQ-E201", "cannot insert multiple commands"),
    ("commit; drop table raw.loans", "WHQ-E201", "only one SELECT"),
    ("select 1; commit; drop table raw.loans", "WHQ-E201", "cannot insert multiple commands"),
    ("with x as (delete from raw.loans returning 1) select 1 from x", "WHQ-E201", "read-only transaction"),
    ("select * into raw.copy from raw.loans", "WHQ-E201", "read-only transaction"),
    ("select id from raw.loans for update", "WHQ-E201", "read-only transaction"),
    ("/* select */ delete from raw.loans", "WHQ-E201", "only one SELECT"),
    ("copy (select 1) to '/tmp/whq'", "WHQ-E201", "only one SELECT"),
    ("set default_transaction_read_only = off", "WHQ-E201", "only one SELECT"),
]


@pytest.mark.parametrize(("sql", "code", "words"), REFUSED, ids=[sql for sql, _, _ in REFUSED])
def test_statements_that_fail_say_why_and_show_no_values(
    session: PostgresSession, sql: str, code: str, words: str
) -> None:
    cursor = session.cursor()
    with pytest.raises(QueryError) as caught:
        cursor.run(sql)
    problem = caught.value.problems[0]
    assert problem.code == code and words in problem.message and "row value" not in problem.message
    assert cursor.run("select count(*) from raw.loans").columns == ((1,),)
    cursor.close()


HINTS = [
    ("select 'row value'::integer", "a value written in the SQL"),
    ("select mood = 'nope' from raw.loans", "a value written in the SQL"),
    ("select a::integer from (select 'x'::text as a) as t", "a value of the data does not fit"),
    ("select 2147483647::integer + 1", "a value of the data does not fit"),
    ("select ln(-1)", "a value of the data does not fit"),
    ("select 1 / 0", "guard the divisor with nullif(x, 0)"),
    ("select 'a' ~ '('", "mend the pattern"),
    ("select date_trunc('row value', now())", None),
    ("select * from raw.nope", "since the run began"),
]


@pytest.mark.parametrize(("sql", "hint"), HINTS, ids=[sql for sql, _ in HINTS])
def test_advice_is_given_where_it_helps(session: PostgresSession, sql: str, hint: str | None) -> None:
    with pytest.raises(QueryError) as caught:
        session.cursor().run(sql)
    found = caught.value.problems[0].hint
    assert found is None if hint is None else hint in str(found)


def test_read_only_cannot_be_switched_off(session: PostgresSession) -> None:
    cursor = session.cursor()
    cursor.run("select set_config('default_transaction_read_only', 'off', false)")
    with pytest.raises(QueryError, match="before any query"):
        cursor.run("select set_config('transaction_read_only', 'off', false)")
    with pytest.raises(QueryError, match="read-only"):
        cursor.run("with x as (insert into raw.loans (id) values (2) returning 1) select 1 from x")
    with pytest.raises(QueryError, match="read-only"):
        session.own.internal("insert into raw.loans (id) values (2)")
    cursor.close()


def test_the_session_is_in_utc_and_named(session: PostgresSession) -> None:
    names = ("timezone", "application_name", "transaction_read_only")
    sql = "select " + ", ".join(f"current_setting('{name}')" for name in names)
    assert session.cursor().run(sql).columns == (("UTC",), ("whq",), ("on",))
    assert session.version.split(".")[0].isdigit()


RIGHTS = [
    ("select a from sealed.hidden", "ask for: grant usage on schema sealed to guest"),
    ("select id from raw.loans", "ask for: grant select on raw.loans to guest"),
    ("select id from raw.seen", "ask for: grant select on raw.seen to guest"),
    ("select a, b from raw.half", "ask for: grant select on raw.half to guest"),
    ("select raw.twice(1)", "ask for: grant execute on function twice to guest"),
]


@pytest.mark.parametrize("fields", [{"user": "guest"}, {"role": "guest"}], ids=["user", "role"])
def test_a_missing_right_names_the_grant(server: Server, tmp_path: Path, fields: dict[str, str]) -> None:
    session = connect(server.target(tmp_path, **fields))
    Catalog(session).expect(["raw.loans", "raw.seen", "raw.half"])
    cursor = session.cursor()
    for sql, hint in RIGHTS:
        with pytest.raises(QueryError) as caught:
            cursor.run(sql)
        assert (caught.value.problems[0].code, caught.value.problems[0].hint) == ("WHQ-E204", hint)
        assert caught.value.affects == ("table" if "schema" in hint else "request")
    assert cursor.run("select a from raw.half").columns == ((),)
    session.close()


def test_grants_for_what_is_not_in_the_catalog() -> None:
    assert grant("permission denied for sequence s", "a b", ()) == 'ask for: grant select on sequence s to "a b"'
    assert grant("permission denied for table t", "r", ()) == "ask for: grant select on t to r"
    assert grant("must be owner of it", "r", ()) == "grant the right to r"


# --- slow, stopped, dropped ---------------------------------------------------------------------------------


def test_the_server_ends_a_slow_query(session: PostgresSession, server: Server) -> None:
    cursor = session.cursor()
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"timeout of 0\.2 s") as caught:
        cursor.run("select pg_sleep(60)", timeout=0.2)
    assert caught.value.problems[0].code == "WHQ-E202" and time.monotonic() - started < 2
    assert server.busy() == 0
    assert cursor.run("select 1", timeout=5).columns == ((1,),)
    cursor.close()
    cursor.cancel()


def test_the_watchdog_backs_the_server_up(session: PostgresSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.engines.postgres_session._TIMEOUT", "select %s::text")
    monkeypatch.setattr("whq.engines.postgres_session.PostgresCursor.grace", 0.1)
    with pytest.raises(QueryError, match=r"timeout of 0\.2 s"):
        session.cursor().run("select pg_sleep(60)", timeout=0.2)


def test_another_thread_can_cancel_and_nothing_is_left_running(session: PostgresSession, server: Server) -> None:
    cursor = session.cursor()
    ended: list[WhqError] = []

    def run() -> None:
        try:
            cursor.run("select pg_sleep(60)")
        except QueryError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while server.busy() == 0:
        time.sleep(0.01)
    while thread.is_alive():
        cursor.cancel()
        time.sleep(0.02)
    assert ended[0].problems[0].code == "WHQ-E203"
    assert server.busy() == 0


def test_a_stop_cancels_every_query_on_the_server(session: PostgresSession, server: Server) -> None:
    stop = threading.Event()
    queries = [query(number, f"select pg_sleep(60), {number}") for number in range(6)]
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        execute(queries, session, DATASETS, jobs=3, stop=stop)
    assert time.monotonic() - started < 5
    timer.join(5)
    assert server.busy() == 0


def test_a_connection_that_is_ended_is_made_again(session: PostgresSession, server: Server) -> None:
    cursor = session.cursor()
    mine = "from pg_stat_activity where application_name = 'whq' and datname = current_database()"
    server.execute(f"select pg_terminate_backend(pid) {mine}")
    with pytest.raises(QueryError) as caught:
        cursor.run("select 1")
    assert caught.value.transient and caught.value.problems[0].code == "WHQ-E209"
    assert cursor.run("select 1").columns == ((1,),)
    with pytest.raises(QueryError, match="lost"):
        session.relations()
    assert session.relations()
    cursor.close()


def test_a_table_dropped_between_plan_and_run_fails_alone(session: PostgresSession, server: Server) -> None:
    server.execute("create table raw.brief (a integer)")
    Catalog(session).table("raw.brief")
    server.execute("drop table raw.brief")
    found = execute([query(1, "select count(*) from raw.brief"), query(2, "select 2")], session, DATASETS)
    assert codes(found) == ["WHQ-E205", 2]


def test_a_server_stopped_in_mid_run_fails_what_is_left(tmp_path: Path, postgres: Server) -> None:
    with pg.running() as server:
        session = connect(server.target(tmp_path))
        queries = [query(1, "select 1"), *[query(number, "select pg_sleep(60)") for number in range(2, 8)]]
        timer = threading.Timer(0.5, server.stop)
        timer.start()
        started = time.monotonic()
        found = execute(queries, session, DATASETS, jobs=2)
        timer.join(10)
        assert codes(found) == [1, *["WHQ-E001"] * 6]
        assert time.monotonic() - started < 10
        failures = [item for item in found.measurements.values() if isinstance(item, Failure)]
        assert "check host and port, and that the server runs" in str(failures[0].problem)
        session.close()


def test_more_rows_than_whq_keeps_are_refused(session: PostgresSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.engines.dbapi.MAX_ROWS", 10)
    with pytest.raises(QueryError) as caught:
        session.cursor().run("select * from generate_series(1, 11)")
    assert caught.value.problems[0].code == "WHQ-E211"
