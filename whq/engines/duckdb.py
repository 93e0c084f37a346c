"""DuckDB: the user's file attached read-only to an in-memory instance that sees the project's files and no more."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import _duckdb as duckdb  # the compiled part: the package around it costs a short run a fifth of its CPU
from msgspec import Struct

from whq.catalog import Relation, column_of
from whq.config.spec import Target
from whq.engines import duckdb_errors as errors
from whq.engines.base import (
    MAX_ROWS,
    SCRATCH,
    bad_field,
    check_fields,
    estimates,
    identifier,
    local_folders,
    not_a_select,
    text_literal,
    whole_number,
)
from whq.engines.dbapi import DbapiCursor, DbapiSession, Rows, grouped
from whq.errors import QueryError, did_you_mean
from whq.values import Column, FileSource, Policy

dialect = "duckdb"
can_keep_results = False
policy = Policy(fuse="column", jobs=2)  # each runs on all cores; more at once cost memory and CPU
fields = frozenset(
    {"path", "schema", "database", "attach", "settings", "extensions", "threads", "allow_paths", "allow_functions"}
)
_IDLE = {"keep_open", "retries", "module_paths", "plugins", "filesystems", "remote", "use_credential_provider"}
_ATTACH = {"path", "alias", "type", "read_only", "options"}
_OURS = {
    "access_mode", "allow_community_extensions", "allow_unsigned_extensions", "allowed_configs",
    "allowed_directories", "allowed_paths", "autoinstall_known_extensions", "autoload_known_extensions",
    "custom_extension_repository", "enable_external_access", "extension_directory", "lock_configuration",
    "python_enable_replacements", "secret_directory", "timezone",
}  # fmt: skip
"""Settings that keep the session confined or its clock in UTC: a profile cannot change them."""
_ZONED = "TIMESTAMP WITH TIME ZONE"
_COLUMNS = """
select c.database_name, c.schema_name, c.table_name, c.column_name, c.data_type, c.is_nullable, v.view_oid is not null
from duckdb_columns() as c
left join duckdb_views() as v on v.database_oid = c.database_oid and v.schema_oid = c.schema_oid
    and v.view_oid = c.table_oid
where not c.internal and c.database_name not in ('system', 'temp')
    and (cast($1 as varchar[]) is null or list_contains(cast($1 as varchar[]), lower(c.table_name)))
order by c.database_name, c.schema_name, c.table_name, c.column_index
"""
_SIZES = """
select database_name, schema_name, table_name, estimated_size
from duckdb_tables()
where not internal and database_name not in ('system', 'temp')
"""
_PARQUET_ROWS = "select cast(sum(num_rows) as bigint) from parquet_file_metadata(?)"


class _Database(Struct, frozen=True):
    """A file to attach, and the name that it gets."""

    path: Path
    alias: str


def connect(target: Target) -> DuckDBSession:
    """Open the target read-only and confined. Raises ConnectError, or ConfigError for fields that make no sense."""
    check_fields(target, fields, _IDLE)
    databases = _databases(target)
    with errors.connecting(target):
        connection = duckdb.connect(":memory:", config=_config(target))
        try:
            return _open(connection, target, databases)
        except BaseException:
            connection.close()
            raise


def _config(target: Target) -> dict[str, Any]:
    config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    threads = whole_number(target, "threads", low=1, high=1024)
    return {**config, "threads": threads} if threads else config


def _open(connection: duckdb.DuckDBPyConnection, target: Target, databases: tuple[_Database, ...]) -> DuckDBSession:
    for extension in target.fields.get("extensions") or ():
        with errors.setting(target, "extensions", f"install it once with DuckDB: install {extension}"):
            connection.load_extension(str(extension))
    for item in databases:
        errors.check_file(item.path, target)
        connection.execute(f"attach {text_literal(str(item.path))} as {identifier(item.alias)} (read_only)")
    _apply(connection, target)
    home = (_home(target, databases), str(target.fields.get("schema") or "main"))
    session = DuckDBSession(connection, target, home)
    connection.execute("set lock_configuration = true")
    return session


def _apply(connection: duckdb.DuckDBPyConnection, target: Target) -> None:
    """The profile's settings first, then those that confine the session, so that ours win."""
    # A folder of its own: instances that share one overwrite each other's files. DuckDB makes and removes it.
    spill = str(Path(tempfile.gettempdir()) / f"whq-{uuid4().hex}")
    ours = {
        "TimeZone": "UTC",
        "python_enable_replacements": False,
        "allowed_directories": [str(folder) for folder in local_folders(target)],
        "enable_external_access": False,
    }
    defaults = {"temp_directory": spill, **_threads(connection, target)}
    for name, value in {**defaults, **_settings(target), **ours}.items():
        with errors.setting(target, f"settings.{name}", "see the list of settings in DuckDB's manual"):
            connection.execute(f"set global {identifier(name)} = {_setting(value)}")
    _keep_casts_apart(connection, str(_settings(target).get("disabled_optimizers") or ""))


def _keep_casts_apart(connection: duckdb.DuckDBPyConnection, disabled: str) -> None:
    """Keep DuckDB from reading a CSV column as the type that a statement casts it to.

    `disabled` are the optimizers that the profile turns off.

    DuckDB 2.0.1 does where the column is used in that cast alone: `cast(a as integer)` of the DOUBLE 2.5 is then 3
    instead of 2, and `cast(t as date)` fails where timestamps have a format of their own. Older ones never do.
    """
    names = ",".join(filter(None, [disabled, "type_pushdown"]))
    with suppress(duckdb.Error):
        connection.execute(f"set global disabled_optimizers = {text_literal(names)}")


def _threads(connection: duckdb.DuckDBPyConnection, target: Target) -> dict[str, int]:
    """Three where DuckDB would take two: with two it lets one hash table outgrow the caches, with more it cuts it up.

    Counting 1 million distinct numbers then costs 0.055 s of CPU, not 0.082 s; 8 million cost 0.44 s, not 0.99 s.
    """
    (threads,) = connection.execute("select current_setting('threads')").fetchone() or (1,)
    return {"threads": 3} if threads == 2 and target.fields.get("threads") is None else {}


def _settings(target: Target) -> Mapping[str, Any]:
    settings = target.fields.get("settings") or {}
    if not isinstance(settings, Mapping):
        raise bad_field(target, "settings", "is not a mapping", "write settings: {memory_limit: 4GB}")
    for name in settings:
        if str(name).lower() in _OURS:
            raise bad_field(target, f"settings.{name}", "is set by whq and cannot be changed", "remove it")
    return settings


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_setting(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return text_literal(str(value))


# --- which files --------------------------------------------------------------------------------------------


def _databases(target: Target) -> tuple[_Database, ...]:
    """The profile's file and its attachments; none for an in-memory target."""
    databases = []
    path = target.fields.get("path")
    if path not in (None, "", ":memory:"):
        file = _local(target, "path", str(path))
        databases.append(_Database(file, file.stem))
    for item in target.fields.get("attach") or ():
        databases.append(_attachment(target, item))
    aliases = [item.alias.casefold() for item in databases]
    for item in databases:
        if aliases.count(item.alias.casefold()) > 1 or item.alias.casefold() in ("memory", "system", "temp"):
            raise bad_field(
                target, "attach", f'the name "{item.alias}" is taken', "give the database an alias of its own"
            )
    return tuple(databases)


def _attachment(target: Target, item: Any) -> _Database:
    item = {"path": item} if isinstance(item, str) else item
    if not isinstance(item, Mapping) or not item.get("path"):
        raise bad_field(target, "attach", "an entry has no path", "write attach: [{path: other.duckdb, alias: other}]")
    for key in item:
        if key not in _ATTACH:
            raise bad_field(target, "attach", f'unknown key "{key}"', did_you_mean(str(key), _ATTACH))
    if str(item.get("type") or "duckdb").lower() != "duckdb":
        raise bad_field(target, "attach", f'type "{item["type"]}" is not read', "attach DuckDB files only")
    file = _local(target, "attach", str(item["path"]))
    return _Database(file, str(item.get("alias") or file.stem))


def _local(target: Target, name: str, path: str) -> Path:
    if "://" in path or path.startswith(("md:", "motherduck:")):
        raise bad_field(target, name, f'"{path}" is not a local file', "name a DuckDB file on this machine")
    return (target.root / Path(path).expanduser()).resolve()


def _home(target: Target, databases: tuple[_Database, ...]) -> str:
    """The default database: the one that is named, else the profile's file, else memory."""
    aliases = [item.alias for item in databases]
    named = target.fields.get("database")
    if named and str(named) not in aliases:
        raise bad_field(target, "database", f'"{named}" is not attached', did_you_mean(str(named), aliases))
    has_path = target.fields.get("path") not in (None, "", ":memory:")
    return str(named or (aliases[0] if has_path else "memory"))


# --- session and cursor -------------------------------------------------------------------------------------


class DuckDBSession(DbapiSession["DuckDBCursor"]):
    """A confined instance; every worker thread gets a connection of its own to it."""

    dialect = dialect

    def __init__(self, connection: duckdb.DuckDBPyConnection, target: Target, home: tuple[str, str]) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._use = f"use {identifier(home[0])}.{identifier(home[1])}"
        self.search_path = (home,)
        self.version = duckdb.__version__
        super().__init__(target)

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """Tables and views of the attached databases."""
        listed = None if names is None else list(names)
        return grouped(
            (tuple(parts), "view" if is_view else "table", _column(name, native, nullable))
            for *parts, name, native, nullable, is_view in self.own.internal(_COLUMNS, [listed])
        )

    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns of a SELECT, without running it."""
        self.own.check(sql)
        return tuple(_column(row[0], row[1], row[2] != "NO") for row in self.own.internal(f"describe {sql}"))

    def describe_file(self, source: FileSource) -> tuple[FileSource, tuple[Column, ...]]:
        """A Parquet or CSV file with all that must be said to read it rightly, and its columns."""
        from whq.engines import duckdb_files as files  # most projects name no file

        with errors.reading(source, self.target):
            source = files.learned(source, self.own.internal)
            rows = files.described(source, self.own.internal)
        return source, tuple(_column(row[0], row[1], True) for row in rows)

    def row_counts(self, tables: Iterable[str]) -> dict[str, int]:
        """The sizes that DuckDB keeps of its tables, and those in the footers of Parquet files; no table is read."""
        names = tuple(tables)
        sizes = [(tuple(parts), size) for *parts, size in self.own.internal(_SIZES)]
        counts = {name: self._parquet_rows(name) for name in names if name.endswith((".parquet", ".parq", ".pq"))}
        rows = {name: count for name, count in counts.items() if count is not None}
        return rows | estimates(sizes, names, self.search_path)

    def _parquet_rows(self, path: str) -> int | None:
        with suppress(QueryError):
            rows: int | None = self.own.internal(_PARQUET_ROWS, [path])[0][0]
            return rows
        return None

    def connect(self) -> DuckDBCursor:
        """A connection to the instance, at home in the target's schema."""
        with self._lock, errors.connecting(self.target):
            connection = self._connection.cursor()
            try:
                connection.execute(self._use)
            except duckdb.Error:
                connection.close()
                raise
        return DuckDBCursor(connection, self.target)

    def close(self) -> None:
        """End the session; files are let go of when the last cursor closes."""
        super().close()
        self._connection.close()


class DuckDBCursor(DbapiCursor):
    """One connection of one thread."""

    driver_error = duckdb.Error

    def __init__(self, connection: duckdb.DuckDBPyConnection, target: Target) -> None:
        super().__init__(connection)
        self._target = target

    def check(self, sql: str) -> duckdb.Statement:
        """The statement, parsed. Refuses what is not exactly one SELECT."""
        try:
            statements: list[duckdb.Statement] = self.connection.extract_statements(sql)
        except duckdb.Error as error:
            raise self.explained(error, sql) from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise not_a_select()
        return statements[0]

    def fetch(self, sql: str, timeout: float | None) -> tuple[Sequence[str], Rows]:
        """Checked first: a text of several statements would run, and so would a COPY."""
        statement = self.check(sql)
        with _signals():
            result = self.connection.execute(statement)
            columns = [(name, str(kind)) for name, kind, *_ in result.description]
            if any(kind == _ZONED for _, kind in columns):
                result = self.connection.execute(_unzoned(sql, columns))
            return [name for name, _ in columns], result.fetchmany(MAX_ROWS + 1)

    def fill(self, name: str, sql: str, timeout: float | None) -> None:
        """A temporary table belongs to the connection, and lies in memory beside files that are read-only."""
        self.check(sql)
        table = ".".join(map(identifier, (*SCRATCH[dialect], name)))
        with _signals():
            self.connection.execute(f"create or replace temporary table {table} as\n{sql}")

    def rows(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement with parameters."""
        with _signals():
            return self.connection.execute(sql, list(values)).fetchall()  # type: ignore[no-any-return]

    def is_cancelled(self, error: duckdb.Error) -> bool:
        """DuckDB has an error of its own for it."""
        return isinstance(error, duckdb.InterruptException)

    def explained(self, error: duckdb.Error, sql: str) -> QueryError:
        """By the error's class and message."""
        return errors.query_error(error, self._target, sql)

    def interrupt(self) -> None:
        """The driver allows it from any thread."""
        self.connection.interrupt()


def _unzoned(sql: str, columns: Iterable[tuple[str, str]]) -> str:
    """Older drivers need pytz to build an aware datetime; as the session is in UTC, a cast says the same."""
    plain = [
        f"cast({identifier(name)} as timestamp) as {identifier(name)}" if kind == _ZONED else identifier(name)
        for name, kind in columns
    ]
    return f"select {', '.join(plain)} from (\n{sql}\n) as zoned"


@contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C while the main thread is inside DuckDB arrives as RuntimeError("Query interrupted")."""
    try:
        yield
    except RuntimeError as error:
        if "Query interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise


def _column(name: str, native: str, nullable: bool) -> Column:
    return column_of(name, native, dialect, bool(nullable))
