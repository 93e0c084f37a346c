"""A store in a schema of a Postgres target: one short connection a transaction, writers one after the other.

The connection is not the one that reads the monitored data: it may write, it says so in its application name, and
its search path is the schema alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import RawCursor, errors

from whq.config.spec import Target
from whq.engines.base import identifier
from whq.engines.postgres import parameters
from whq.engines.postgres_errors import sql_name
from whq.engines.postgres_session import Connection, dial, masking
from whq.errors import ConnectError, Problem, StoreError

_PATIENCE = "30s"
"""How long a writer waits for the others."""
_SETUP = """
select set_config('search_path', quote_ident($1), false), set_config('role', coalesce($2, 'none'), false),
    set_config('lock_timeout', $3, false), set_config('timezone', 'UTC', false)
"""
_QUEUE = "select pg_advisory_xact_lock(hashtextextended('whq store ' || current_setting('search_path'), 0))"
_MADE = "select to_regnamespace(quote_ident($1)) is not null"
_FILLED = "select to_regclass(quote_ident($1) || '.runs') is not null"
_PARAMETER = re.compile(r"\?")


class _Session(Struct, frozen=True):
    cursor: RawCursor[tuple[Any, ...]]

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        numbers = itertools.count(1)
        text = _PARAMETER.sub(lambda _: f"${next(numbers)}", sql)
        self.cursor.execute(text.encode(), [_plain(value) for value in parameters] or None)
        return self.cursor.fetchall() if self.cursor.description else []


class PostgresSchema(Struct, frozen=True):
    """The schema `schema` of a target; made when it is first written, if the role may."""

    target: Target
    schema: str

    @property
    def place(self) -> str:
        """The schema as messages show it."""
        return f"schema {sql_name(self.schema)} of target {self.target.name}"

    def exists(self) -> bool:
        """Whether the schema has the store's tables."""
        with self.transaction(write=False) as connection:
            return bool(connection.run(_FILLED, [self.schema])[0][0])

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[_Session]:
        """A session in a transaction of its own. Raises StoreError naming the schema."""
        with self._explained(), self._connection() as connection:
            connection.read_only = not write
            with connection.transaction(), RawCursor(connection) as cursor:
                session = _Session(cursor)
                if write:
                    session.run(_QUEUE)
                    self._make(session)
                yield session

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        parts = parameters(self.target)
        connection = dial(self.target, {**parts, "application_name": f"{parts['application_name']}-store"})
        with connection:
            RawCursor(connection).execute(_SETUP, [self.schema, self.target.fields.get("role") or None, _PATIENCE])
            yield connection

    def _make(self, session: _Session) -> None:
        if not session.run(_MADE, [self.schema])[0][0]:
            session.run(f"create schema {identifier(self.schema)}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ConnectError as error:
            raise StoreError(self._unusable(str(error.problems[0].message), error.problems[0].hint)) from error
        except errors.InsufficientPrivilege as error:
            raise StoreError(self._denied(error.diag.message_primary or "permission denied")) from error
        except errors.InvalidSchemaName as error:
            # A search path silently leaves out a schema that the role may not use.
            raise StoreError(self._denied(f"permission denied for schema {self.schema}")) from error
        except (errors.UndefinedTable, errors.UndefinedColumn) as error:
            text = f"{self.place} cannot be read as a store: {error.diag.message_primary}"
            raise StoreError(Problem("WHQ-R003", "store", text, "name another schema under `store:`")) from error
        except errors.LockNotAvailable as error:
            text = f"the store in {self.place} is still being written by another run after {_PATIENCE}"
            raise StoreError(Problem("WHQ-R002", "store", text, "look for the session in pg_stat_activity")) from error
        except psycopg.Error as error:
            text = error.diag.message_primary or "the connection to the server was lost"
            raise StoreError(self._unusable(self._mask(text), _NEXT.get(error.sqlstate or ""))) from error

    def _mask(self, text: str) -> str:
        return masking(self.target, parameters(self.target))(text)

    def _unusable(self, reason: str, hint: str | None) -> Problem:
        return Problem("WHQ-R001", "store", f"the store in {self.place} cannot be used: {reason}", hint)

    def _denied(self, refusal: str) -> Problem:
        role = self.target.fields.get("role") or parameters(self.target)["user"]
        hint = f"ask for: {grants(str(role), self.schema, refusal)}"
        return Problem("WHQ-R010", "store", f"results cannot be kept in {self.place}: {refusal}", hint)


_NEXT = {"25006": "this server only reads (a standby?); keep the results in a file, or in a target that can be written"}


def grants(role: str, schema: str, refusal: str) -> str:
    """The DDL for whoever may run it: what gives the role the right that was refused."""
    to, name = sql_name(role), sql_name(schema)
    if "for database" in refusal:
        return f"create schema {name} authorization {to};"
    needed = f"grant usage, create on schema {name} to {to};"
    if "for schema" in refusal:
        return needed
    return f"{needed} grant select, insert, update, delete on all tables in schema {name} to {to};"


def _plain(value: object) -> object:
    """Lists as lists of texts, which the statements cast: a driver wants lists of one type; no text has a NUL here."""
    if isinstance(value, (list, tuple)):
        return [None if item is None else _text(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: object) -> str:
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
