"""Postgres sessions over psycopg 3: one connection a worker, every statement in a read-only transaction of its own."""

from __future__ import annotations

import logging
import re
import struct
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from math import ceil, inf
from typing import Any

import psycopg
from msgspec.structs import replace
from psycopg.pq import ExecStatus
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from psycopg.types.numeric import FloatLoader
from psycopg.types.string import TextLoader

from whq.catalog import Relation, column_of
from whq.config.spec import Target
from whq.engines import postgres_errors as errors
from whq.engines.base import (
    ATTEMPTS,
    MAX_ROWS,
    SCRATCH,
    Rights,
    backoff,
    estimates,
    identifier,
    mask,
    not_a_select,
    with_variables,
)
from whq.engines.dbapi import DbapiCursor, DbapiSession, Rows, grouped
from whq.errors import QueryError
from whq.values import Column

# The driver logs what it also raises, and without a handler Python prints that to stderr.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

Connection = psycopg.Connection[tuple[Any, ...]]
_SELECT = re.compile(r"(?:\s|/\*.*?\*/|--[^\n]*\n|\()*(?:select|with|values)\b", re.IGNORECASE | re.DOTALL)
_ENDED = "57014"
"""The state of a statement that was cancelled, by whomever."""
_SETUP = """
select set_config('default_transaction_read_only', 'on', false), set_config('timezone', 'UTC', false),
    set_config('datestyle', 'ISO', false), set_config('intervalstyle', 'postgres', false),
    set_config('role', coalesce(%(role)s, 'none'), false),
    set_config('search_path', coalesce(%(search_path)s, %(schema)s || ', ' || current_setting('search_path'),
        current_setting('search_path')), false)
"""
_HOME = """
select current_database(), current_user, current_schemas(false)::text[],
    (select array_agg(nspname::text) from pg_namespace where nspname !~ '^pg_')
"""
_TIMEOUT = "select set_config('statement_timeout', %s, true)"
_NATIVE = """case t.typtype when 'e' then 'enum ' || format_type(t.oid, null)
    when 'd' then format_type(t.typbasetype, t.typtypmod) else format_type("""
_COLUMNS = (
    """
select n.nspname::text, c.relname::text,
    case when c.relispartition then 'part' when c.relkind in ('v', 'm') then 'view' else 'table' end,
    a.attname::text, """
    + _NATIVE
    + """a.atttypid, a.atttypmod) end, not a.attnotnull, nullif(coalesce(b.typrelid, t.typrelid), 0)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type as t on t.oid = a.atttypid
left join pg_type as b on b.oid = t.typbasetype
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and (%(names)s::text[] is null or lower(c.relname) = any(%(names)s))
order by n.nspname, c.relname, a.attnum
"""
)
_FIELDS = (
    """
with recursive composite (oid) as (
    select unnest(%s::oid[])
    union
    select coalesce(b.typrelid, t.typrelid)
    from composite as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type as t on t.oid = a.atttypid
    left join pg_type as b on b.oid = t.typbasetype
    where coalesce(b.typrelid, t.typrelid) <> 0
)
select c.oid, a.attname::text, """
    + _NATIVE
    + """a.atttypid, a.atttypmod) end, nullif(coalesce(b.typrelid, t.typrelid), 0)
from composite as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type as t on t.oid = a.atttypid
left join pg_type as b on b.oid = t.typbasetype
order by c.oid, a.attnum
"""
)
"""The fields of composite types by the number of the type's relation, those of the types within them as well."""
_SIZES = """
select n.nspname::text, c.relname::text, case when sizes.least >= 0 then sizes.total end
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
cross join lateral (
    select min(reltuples)::bigint as least, sum(reltuples)::bigint as total
    from pg_class
    where oid = c.oid and c.relkind <> 'p' or oid in (select relid from pg_partition_tree(c.oid) where isleaf)
) as sizes
where c.relkind in ('r', 'p', 'm')
    and (n.nspname || '.' || c.relname = any(%s)
        or current_database() || '.' || n.nspname || '.' || c.relname = any(%s))
"""
_ABOUT = """
select (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl),
    (select rolsuper from pg_roles where rolname = current_user)
"""
_RIGHTS = """
select n.nspname::text, c.relname::text, has_schema_privilege(n.oid, 'usage'),
    has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'),
    has_table_privilege(c.oid, 'insert, update, delete, truncate')
from unnest(%s::text[], %s::text[]) with ordinality as asked(schema, name, place)
join pg_namespace as n on n.nspname = asked.schema
join pg_class as c on c.relnamespace = n.oid and c.relname = asked.name
order by asked.place
"""
_TYPES = (
    "select "
    + _NATIVE
    + """t.oid, u.modifier) end
from unnest(%s::oid[], %s::integer[]) with ordinality as u(type, modifier, place)
join pg_type as t on t.oid = u.type
order by u.place
"""
)


class _Date(DateLoader):
    """A date; one outside of Python's years, or infinite, stays text."""

    def load(self, data: Any) -> Any:
        with suppress(psycopg.DataError):
            return super().load(data)
        return bytes(data).decode()


class _Timestamp(TimestampLoader):
    """A timestamp; one outside of Python's years, or infinite, stays text."""

    def load(self, data: Any) -> Any:
        with suppress(psycopg.DataError):
            return super().load(data)
        return bytes(data).decode()


class _Timestamptz(TimestamptzLoader):
    """An instant; one outside of Python's years, or infinite, stays text."""

    def load(self, data: Any) -> Any:
        with suppress(psycopg.DataError):
            return super().load(data)
        return bytes(data).decode()


class _Single(FloatLoader):
    """A number of single precision, as the double that it is: the server prints 0.1 for 0.10000000149011612."""

    def load(self, data: Any) -> float:
        return float(struct.unpack("f", struct.pack("f", super().load(data)))[0])


_LOADERS: dict[str, Any] = {
    "float4": _Single,
    "date": _Date,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamptz,
    "json": TextLoader,
    "jsonb": TextLoader,
}


def open_connection(target: Target, parameters: dict[str, Any], seconds: float | None = None) -> Connection:
    """A connection in UTC whose transactions are read-only, with the target's role and search path."""
    connection = dial(target, parameters, seconds)
    for name, loader in _LOADERS.items():
        connection.adapters.register_loader(name, loader)
    schema, role, path = (target.fields.get(name) for name in ("schema", "role", "search_path"))
    settings = {
        "schema": identifier(str(schema)) if schema else None,
        "role": role or None,
        "search_path": path or None,
    }
    try:
        connection.execute(_SETUP, settings)
    except psycopg.Error as error:
        connection.close()
        raise errors.connect_error(error, _shown(parameters), _telling(target, parameters))[0] from error
    connection.read_only = True
    return connection


def dial(target: Target, parameters: dict[str, Any], seconds: float | None = None) -> Connection:
    """Connect; only a server that is away or full is tried again, and not after `seconds` have passed.

    The driver waits two seconds at the least for an answer.
    """
    deadline = inf if seconds is None else time.monotonic() + seconds
    for attempt in range(1, ATTEMPTS + 1):
        wait = min(parameters["connect_timeout"], max(2, ceil(deadline - time.monotonic())) if seconds else inf)
        try:
            return psycopg.connect(**parameters | {"connect_timeout": wait}, autocommit=True, prepare_threshold=None)
        except psycopg.Error as error:
            problem, transient = errors.connect_error(error, _shown(parameters), _telling(target, parameters))
            if not transient or attempt == ATTEMPTS:
                raise problem from error
            pause = backoff(attempt, cap=2.0)
            if time.monotonic() + pause > deadline:
                raise problem from error
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _shown(parameters: dict[str, Any]) -> str:
    return f"{parameters['user']}@{parameters['host']}:{parameters['port']}/{parameters['dbname']}"


def _telling(target: Target, parameters: dict[str, Any]) -> Callable[[str], str]:
    """What is said of connecting: without secrets, and with the names of variables for what they hold."""
    mask = masking(target, parameters)
    return lambda text: with_variables(mask(text), target)


def masking(target: Target, parameters: dict[str, Any]) -> Callable[[str], str]:
    """Hides the target's secrets, the password whether or not it is listed among them."""
    password = str(parameters.get("password") or "")
    hidden = replace(target, secrets=(*target.secrets, password) if password else target.secrets)
    return lambda text: mask(text, hidden)


class PostgresSession(DbapiSession["PostgresCursor"]):
    """A server with the parameters to reach it; holds one connection of its own for the catalog."""

    dialect = "postgres"

    def __init__(self, target: Target, parameters: dict[str, Any]) -> None:
        self.parameters = parameters
        self.seen: dict[tuple[str, ...], Relation] = {}
        super().__init__(target)
        self.database, self.role, schemas, others = self.own.internal(_HOME)[0]
        self.search_path = tuple((self.database, name) for name in schemas)
        schema = target.fields.get("schema")
        if schema and schema not in others:
            self.close()
            raise errors.no_schema(target, str(schema), others)
        self.version = self.own.server_version

    def about(self) -> tuple[str, ...]:
        """Versions, encryption and role."""
        tls, superuser = self.own.internal(_ABOUT)[0]
        role = f"role {self.role}" + (" (a superuser)" if superuser else "")
        return f"postgres {self.version}", f"psycopg {psycopg.__version__}", tls or "no TLS", role

    def rights(self, tables: Sequence[tuple[str, ...]]) -> Rights:
        """Tables that the role may not read, with what to ask for, and those that it could write."""
        schemas, names = [parts[-2] for parts in tables], [parts[-1] for parts in tables]
        denied, writable = [], []
        for schema, name, may_use, may_read, may_write in self.own.internal(_RIGHTS, (schemas, names)):
            if not (may_use and may_read):
                denied.append(errors.missing_right(self.role, schema, name, may_use))
            if may_use and may_write:
                writable.append(errors.sql_name(schema, name))
        return Rights(tuple(denied), tuple(writable))

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """Tables and views of the database, readable or not: a missing right is reported when it matters."""
        rows = self.own.internal(_COLUMNS, {"names": None if names is None else list(names)})
        fields = self._fields({row[-1] for row in rows} - {None})
        relations = grouped(
            (
                (self.database, schema, table),
                kind,
                column_of(name, native, self.dialect, nullable, fields.get(composite, ())),
            )
            for schema, table, kind, name, native, nullable, composite in rows
        )
        self.seen |= {item.parts: item for item in relations}
        return relations

    def _fields(self, composites: Collection[int]) -> dict[int, tuple[Column, ...]]:
        """The fields of composite types, by the number of the type's relation."""
        rows = self.own.internal(_FIELDS, (list(composites),)) if composites else []
        by_type: dict[int, list[tuple[str, str, int | None]]] = {}
        for owner, name, native, inner in rows:
            by_type.setdefault(owner, []).append((name, native, inner))

        def fields(owner: int | None) -> tuple[Column, ...]:
            held = by_type.get(owner, []) if owner is not None else []
            return tuple(column_of(name, native, self.dialect, fields=fields(inner)) for name, native, inner in held)

        return {owner: fields(owner) for owner in by_type}

    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns of a SELECT, without running it."""
        names, types, modifiers = self.own.prepared(sql)
        natives = [row[0] for row in self.own.internal(_TYPES, (types, modifiers))]
        return tuple(column_of(name, native, self.dialect) for name, native in zip(names, natives, strict=True))

    def row_counts(self, tables: Iterable[str]) -> dict[str, int]:
        """The planner's sizes; a table that was never analysed has none."""
        names = list(tables)
        rows = self.own.internal(_SIZES, (names, names))
        return estimates([((self.database, *parts), size) for *parts, size in rows], names, self.search_path)

    def connect(self) -> PostgresCursor:
        """A connection of its own."""
        return PostgresCursor(self)


class PostgresCursor(DbapiCursor):
    """One connection of one thread; it connects again after the server was away."""

    driver_error = psycopg.Error
    grace = 2.0
    connection: Connection

    def __init__(self, session: PostgresSession) -> None:
        self._session = session
        self._mask = masking(session.target, session.parameters)
        super().__init__(open_connection(session.target, session.parameters))

    @property
    def server_version(self) -> str:
        """The server's version, as in 15.18."""
        number = self.connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    def prepared(self, sql: str) -> tuple[list[str], list[int], list[int]]:
        """Names, types and type modifiers of a statement's columns."""
        if not _SELECT.match(sql):
            raise not_a_select()
        pgconn = self._alive().pgconn
        for result in (pgconn.prepare(b"", sql.encode()), pgconn.describe_prepared(b"")):
            if result.status != ExecStatus.COMMAND_OK:
                error = psycopg.errors.error_from_result(result)
                raise self.explained(error, sql) from error
        places = range(result.nfields)
        names = [(result.fname(place) or b"").decode() for place in places]
        return names, [result.ftype(place) for place in places], [result.fmod(place) for place in places]

    def fetch(self, sql: str, timeout: float | None) -> tuple[Sequence[str], Rows]:
        """Sent as one pipeline: that is one round trip, and a text of two statements is refused by the protocol."""
        if not _SELECT.match(sql):
            raise not_a_select()
        connection = self._alive(timeout)
        milliseconds = 0 if timeout is None else max(1, round(timeout * 1000))
        with connection.pipeline(), connection.transaction():
            connection.execute(_TIMEOUT, (str(milliseconds),))
            cursor = connection.execute(sql)
            rows = cursor.fetchmany(MAX_ROWS + 1)
            return [item.name for item in cursor.description or ()], rows

    def fill(self, name: str, sql: str, timeout: float | None) -> None:
        """The only transactions that may write: one that makes a temporary table. A standby server allows none."""
        if not _SELECT.match(sql):
            raise not_a_select()
        connection = self._alive(timeout)
        milliseconds = 0 if timeout is None else max(1, round(timeout * 1000))
        table = ".".join(map(identifier, (*SCRATCH["postgres"], name)))
        with connection.pipeline(), connection.transaction():
            connection.execute("set transaction read write")
            connection.execute(_TIMEOUT, (str(milliseconds),))
            connection.execute(f"drop table if exists {table}".encode())
            connection.execute(f"create temporary table {identifier(name)} as\n{sql}".encode())

    def rows(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement with parameters."""
        return self._alive().execute(sql, values or None).fetchall()

    def is_timeout(self, error: psycopg.Error) -> bool:
        """The server says which of its timeouts it was."""
        return error.sqlstate == _ENDED and "statement timeout" in str(error)

    def is_cancelled(self, error: psycopg.Error) -> bool:
        """The server has one state for whatever ends a statement."""
        return error.sqlstate == _ENDED

    def explained(self, error: psycopg.Error, sql: str) -> QueryError:
        """By SQLSTATE; a broken connection is let go of, and made anew for the next statement."""
        if self.connection.broken or self.connection.closed:
            self.close()
        session = self._session
        role = getattr(session, "role", session.parameters["user"])
        return errors.query_error(error, role, session.seen.values(), self._mask)

    def interrupt(self) -> None:
        """Ask the server, over a connection that the driver makes for it."""
        self.connection.cancel_safe(timeout=2.0)

    def _alive(self, seconds: float | None = None) -> Connection:
        if self.connection.closed:
            self.connection = open_connection(self._session.target, self._session.parameters, seconds)
        return self.connection
