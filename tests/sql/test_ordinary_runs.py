"""Ordinary SQL through the guard means what it meant: what is printed gives the answer of the user's own text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb
import psycopg

from tests.engines.pg import Server
from tests.sql.test_ordinary import ORDERS, find, lines
from whq.errors import WhqError
from whq.sql.clock import at
from whq.sql.guard import expression, select

NOW = datetime(2024, 5, 6, 7, 8, 9)
SHARED = """
    i as id, i % 3 as customer_id, i * 2 as quantity, i * 1.25 as amount, i * 0.6 as price, i / 10.0 as score,
    52.5 as lat, 13.4 as lon, case i % 3 when 0 then 'open' when 1 then 'closed' else 'shipped' end as status,
    case i % 2 when 0 then 'EU' else 'US' end as region, 'a' || i || '@example.com' as email, 'Anna Ärm' || i as name,
    '+49 12-3' || i as phone, 'EUR' as currency, 'ORD_000' || i as code, 'k:1,b 22' as notes, '10.0.0.' || i as ip,
    'https://example.com/a?b=1' as url, timestamp '2024-01-05 10:11:12' + i * interval '1 day' as created_at,
    timestamp '2024-01-05 11:11:12.5' + i * interval '1 day' as updated_at,
    case when i % 2 = 0 then timestamp '2024-01-17' end as shipped_at, date '2024-01-05' + i as order_date,
    date '1990-05-05' as birth_date, timestamptz '2024-01-05 10:00:00+00' as seen_at, i % 2 = 0 as is_active
"""
DUCKDB = f"""
    create table orders as select {SHARED}, ['a', 'new'] as tags, map {{'color': 'red'}} as attrs,
        {{'city': 'Berlin'}} as address, [1, 2, 3]::integer[] as numbers,
        '{{"kind":"order","amount":1.25,"items":[{{"id":"x"}}]}}'::json as payload
    from (select unnest(range(1, 6))::integer as i) as r
"""
POSTGRES = f"""
    create table orders as select {SHARED}, array['a', 'new'] as tags, array[1, 2, 3] as numbers,
        '{{"kind":"order","amount":1.25,"items":[{{"id":"x","price":2}}]}}'::jsonb as payload
    from generate_series(1, 5) as r(i)
"""
CUSTOMERS = """
    create table customers as select i as id, 'n' || i as name, 'a' || i || '@example.com' as email, 'EU' as country,
        date '2023-01-01' as signup_date from generate_series(1, 2) as r(i)
"""
Ask = Callable[[str], object]


def differences(dialect: str, ask: Ask) -> dict[str, str]:
    """By text: what is printed, where it does not give what the text gives."""
    wrong = {}
    for text in dict.fromkeys([*lines("common"), *lines(dialect)]):
        is_query = text.lower().startswith(("select", "with"))
        try:
            checked = select(text, dialect, find) if is_query else expression(text, dialect, ORDERS)
        except WhqError:
            continue
        texts = (text, at(checked, NOW).text)
        theirs, ours = (ask(each if is_query else f"select id, ({each}) from orders") for each in texts)
        if checked.clock:
            theirs = ours if theirs is not None and ours is not None else theirs
        if theirs is not None and theirs != ours:
            wrong[text] = texts[1]
    return wrong


def test_duckdb_gives_the_same_answers() -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(DUCKDB)
        connection.execute(CUSTOMERS.replace("from generate_series(1, 2) as r(i)", "from (select unnest([1, 2]) as i)"))

        def ask(sql: str) -> object:
            try:
                return sorted(map(repr, connection.execute(sql).fetchall()))
            except duckdb.Error:
                return None

        assert differences("duckdb", ask) == {}


def test_postgres_gives_the_same_answers(postgres: Server) -> None:
    with postgres.connect() as connection:
        connection.execute("create schema ordinary")
        connection.execute("set search_path to ordinary; set timezone to 'UTC'")
        connection.execute(POSTGRES)
        connection.execute(CUSTOMERS)

        def ask(sql: str) -> object:
            try:
                return sorted(map(repr, connection.execute(sql.encode()).fetchall()))
            except psycopg.Error:
                return None

        wrong = differences("postgres", ask)
        connection.execute("drop schema ordinary cascade")
        assert wrong == {}
