"""The base of engines over a driver of Python's database API, with the driver that comes with Python."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from whq.catalog import Catalog, Relation, column_of
from whq.config.spec import Target
from whq.engines.base import Rights
from whq.engines.dbapi import DbapiCursor, DbapiSession, grouped
from whq.errors import ConfigError, Problem, QueryError
from whq.values import Column, FileSource

SLOW = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
COLUMNS = """
select m.name, m.type, c.name, c.type, not c."notnull" from sqlite_master as m, pragma_table_info(m.name) as c
order by 1
"""


class SqliteCursor(DbapiCursor):
    """Nothing but what differs from other drivers."""

    driver_error = sqlite3.Error

    def is_cancelled(self, error: sqlite3.Error) -> bool:
        return str(error) == "interrupted"

    def explained(self, error: sqlite3.Error, sql: str) -> QueryError:
        return QueryError(Problem("WHQ-E201", "query", str(error)))

    def interrupt(self) -> None:
        self.connection.interrupt()


class SqliteSession(DbapiSession[SqliteCursor]):
    dialect = "sqlite"
    search_path = (("main",),)
    version = sqlite3.sqlite_version

    def connect(self) -> SqliteCursor:
        path = self.target.root / "t.db"
        return SqliteCursor(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False))

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        return grouped(
            (("main", table), kind, column_of(name, native, "", bool(nullable)))
            for table, kind, name, native, nullable in self.own.internal(COLUMNS)
        )

    def describe(self, sql: str) -> tuple[Column, ...]:
        names, _ = self.own.fetch(f"select * from ({sql}) limit 0", None)
        return tuple(Column(name, "other") for name in names)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SqliteSession]:
    with sqlite3.connect(tmp_path / "t.db") as connection:
        connection.execute("create table loans (id integer not null, amount real)")
        connection.execute("create view seen as select id from loans")
        connection.execute("insert into loans values (1, 2.5), (2, null)")
    connection.close()
    session = SqliteSession(Target("dev", "sqlite", {}, tmp_path))
    yield session
    session.close()


def test_an_engine_says_only_what_differs(session: SqliteSession) -> None:
    cursor = session.cursor()
    fetched = cursor.run("select id, amount as a from loans order by 1", timeout=5)
    assert (fetched.names, fetched.columns) == (("id", "a"), ((1, 2), (2.5, None)))
    table = Catalog(session).table("LOANS")
    assert [(column.name, column.type, column.nullable) for column in table.columns] == [
        ("id", "integer", False),
        ("amount", "float", True),
    ]
    assert Catalog(session).table("seen").kind == "view"
    assert [column.name for column in session.describe("select 1 as b")] == ["b"]
    assert (session.about(), session.rights([("main", "loans")])) == ((f"sqlite {sqlite3.sqlite_version}",), Rights())
    assert session.row_counts(["loans"]) == {}
    with pytest.raises(ConfigError, match="files are tables on duckdb only, not on sqlite"):
        session.describe_file(FileSource("/x.csv", "csv"))


def test_errors_are_whqs_own_and_the_cursor_lives_on(session: SqliteSession) -> None:
    for run in (session.own.run, session.own.internal):
        with pytest.raises(QueryError, match="no such table: nope"):
            run("select * from nope")
    with pytest.raises(QueryError, match="readonly"):
        session.own.internal("insert into loans values (3, 1)")
    assert session.own.run("select count(*) from loans").columns == ((2,),)


def test_a_slow_statement_ends_at_its_timeout(session: SqliteSession) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"after the timeout of 0\.2 s") as caught:
        session.own.run(SLOW, timeout=0.2)
    assert time.monotonic() - started < 5 and caught.value.affects == "statement"
    assert session.own.run("select 1").columns == ((1,),)


def test_a_cancelled_statement_is_no_timeout(session: SqliteSession) -> None:
    cursor = session.cursor()
    cursor.cancel()  # nothing runs
    timer = threading.Timer(0.2, cursor.cancel)
    timer.start()
    with pytest.raises(QueryError, match="the query was cancelled"):
        cursor.run(SLOW)
    timer.join(5)


def test_more_rows_than_whq_keeps_are_refused(session: SqliteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.engines.dbapi.MAX_ROWS", 1)
    with pytest.raises(QueryError, match="the query returned more than"):
        session.own.run("select id from loans")


def test_a_session_closes_the_cursors_that_are_at_rest(session: SqliteSession) -> None:
    rest, busy = session.cursor(), session.cursor()
    busy.running = True
    session.close()
    session.close()
    ends: list[Any] = []
    for cursor in (rest, busy):
        try:
            ends.append(cursor.run("select 1").columns)
        except QueryError as error:
            ends.append(error.problems[0].message)
    assert ends == ["Cannot operate on a closed database.", ((1,),)]
    busy.close()
