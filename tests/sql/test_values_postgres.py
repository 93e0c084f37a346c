"""Every values fixture and every shape on Postgres: other words, the same numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.engines.pg import Server
from tests.sql.meanings import Meaning, ask, meanings
from tests.sql.regenerate import SHAPES
from tests.sql.runner import Case, DuckDB, cases, run
from tests.sql.shapes import rows_of
from whq.values import TableSource

TYPES = {"DOUBLE": "double precision", "FLOAT": "real", "TINYINT": "smallint", "HUGEINT": "numeric", "BLOB": "bytea"}

MEANING_GAPS = dict.fromkeys(("lower(s)", "upper(s)"), "with the locale C, Postgres knows the case of ASCII only")


class Postgres:
    """One connection to a server on loopback."""

    dialect = "postgres"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        table = sql.Identifier(name)
        typed = [
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(TYPES.get(kind.upper(), kind)))
            for column, kind in columns.items()
        ]
        self.connection.execute(sql.SQL("drop table if exists {}").format(table))
        self.connection.execute(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(typed)))
        marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
        insert = sql.SQL("insert into {} values ({})").format(table, marks)
        for row in rows:
            self.connection.execute(insert, [value if value is None else str(value) for value in row])
        return TableSource(("public", name))

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        with self.connection.transaction():
            return self.connection.execute(text.encode()).fetchall()


@pytest.fixture(scope="module")
def engine(postgres: Server) -> Iterator[Postgres]:
    with postgres.connect(prepare_threshold=None, options="-c timezone=UTC") as connection:
        yield Postgres(connection)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_values(case: Case, engine: Postgres) -> None:
    run(case, engine)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str, engine: Postgres) -> None:
    assert rows_of(name, engine) == rows_of(name, DuckDB())


@pytest.mark.parametrize("meaning", list(meanings()), ids=str)
def test_meanings(meaning: Meaning, engine: Postgres, request: pytest.FixtureRequest) -> None:
    if meaning.text in MEANING_GAPS:
        request.applymarker(pytest.mark.xfail(reason=MEANING_GAPS[meaning.text], strict=True))
    ask(meaning, engine)
