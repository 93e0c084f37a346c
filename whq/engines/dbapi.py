"""What engines share that speak to a driver of Python's database API (PEP 249).

An engine derives a session and a cursor from the classes here, and says what its driver and its catalog do differently:

    class SqliteCursor(DbapiCursor):
        driver_error = sqlite3.Error                 # the root of what the driver raises

        def interrupt(self): ...                     # end what runs, from another thread
        def explained(self, error, sql): ...         # the driver's error as a QueryError
        def is_cancelled(self, error): ...           # whether that is how a cancelled statement ends

    class SqliteSession(DbapiSession):
        def connect(self): ...                       # a cursor on a connection of its own
        def relations(self, names=None): ...         # tables, views and their columns
        def describe(self, sql): ...                 # the columns of a SELECT

Deadlines, limits on rows, plain values and the list of open cursors are the same for all, and stand here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, Generic, TypeVar

from whq.catalog import Kind, Relation
from whq.config.spec import Target
from whq.engines.base import MAX_ROWS, Fetched, Rights, cancelled, timed_out, too_many_rows, watchdog
from whq.errors import ConfigError, Problem, QueryError
from whq.values import Column, FileSource

OwnCursor = TypeVar("OwnCursor", bound="DbapiCursor")
Rows = Sequence[tuple[Any, ...]]


class DbapiCursor(ABC):
    """One connection of one thread; only `cancel` may come from another."""

    driver_error: ClassVar[type[Exception]]
    """The root of what the driver raises."""
    grace: ClassVar[float] = 0.0
    """Seconds that a server's own timeout gets before the watchdog cancels."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.running = False

    def run(self, sql: str, timeout: float | None = None) -> Fetched:
        """The rows of one SELECT.

        Args:
            sql: The statement.
            timeout: Seconds that it may take; None for no limit.

        Raises:
            QueryError: It failed, took too long, was cancelled, or brought more than MAX_ROWS rows.
        """
        with self._within(timeout, sql):
            names, rows = self.fetch(sql, timeout)
        if len(rows) > MAX_ROWS:
            raise too_many_rows()
        return Fetched.of(names, rows)

    def hold(self, name: str, sql: str, timeout: float | None = None) -> None:
        """Keep the rows of one SELECT in a temporary table of this connection, instead of one of the same name.

        Args:
            name: The table's name, one of whq's own.
            sql: The SELECT.
            timeout: Seconds that it may take; None for no limit.

        Raises:
            QueryError: It failed, took too long, was cancelled, or no such table may be made.
        """
        with self._within(timeout, sql):
            self.fill(name, sql, timeout)

    def internal(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement of whq's own. Raises QueryError."""
        try:
            return self.rows(sql, values)
        except self.driver_error as error:
            raise self.explained(error, sql) from error

    def cancel(self) -> None:
        """End the running statement; harmless when nothing runs, and may be repeated."""
        if self.running:
            with suppress(self.driver_error):
                self.interrupt()

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(self.driver_error):
            self.connection.close()

    @contextmanager
    def _within(self, timeout: float | None, sql: str) -> Iterator[None]:
        """Around a statement: the driver's errors as those of whq, and an end when its time is up."""
        with watchdog(self.cancel, None if timeout is None else timeout + self.grace) as fired, self._busy():
            try:
                yield
            except self.driver_error as error:
                if self.is_timeout(error) or (fired.is_set() and self.is_cancelled(error)):
                    raise timed_out(timeout) from error
                raise (cancelled() if self.is_cancelled(error) else self.explained(error, sql)) from error

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self.running = True
        try:
            yield
        finally:
            self.running = False

    # --- what a driver does its own way ---

    def fetch(self, sql: str, timeout: float | None) -> tuple[Sequence[str], Rows]:
        """The names and the rows of a SELECT, of these no more than MAX_ROWS + 1."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
            return [item[0] for item in cursor.description or ()], cursor.fetchmany(MAX_ROWS + 1)
        finally:
            cursor.close()

    def rows(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement with parameters."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def fill(self, name: str, sql: str, timeout: float | None) -> None:
        """Make or replace a temporary table from one SELECT; where the engine says no more, there are none."""
        text = "the engine has no temporary tables for whq"
        raise QueryError(Problem("WHQ-E201", "query", text, "nothing needs to be done: it is computed without"))

    def is_timeout(self, error: Any) -> bool:
        """Whether the server itself ended the statement because its time was up."""
        return False

    @abstractmethod
    def is_cancelled(self, error: Any) -> bool:
        """Whether the error is how a cancelled statement ends."""

    @abstractmethod
    def explained(self, error: Any, sql: str) -> QueryError:
        """The driver's error as one of whq: no values of rows, no secrets, and what to do next."""

    @abstractmethod
    def interrupt(self) -> None:
        """End what runs on the connection, from another thread."""


class DbapiSession(ABC, Generic[OwnCursor]):
    """An open, read-only session; every worker thread gets a cursor with a connection of its own."""

    dialect: ClassVar[str]
    search_path: tuple[tuple[str, ...], ...] = ()
    version: str = ""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._cursors: list[OwnCursor] = []
        self.own = self.cursor()
        """The cursor for the catalog; the main thread's."""

    def cursor(self) -> OwnCursor:
        """A new cursor. Raises ConnectError."""
        cursor = self.connect()
        self._cursors.append(cursor)
        return cursor

    def close(self) -> None:
        """End the session and the cursors that are at rest; a busy one ends with its worker."""
        for cursor in self._cursors:
            if not cursor.running:
                cursor.close()

    # --- what an engine does its own way ---

    @abstractmethod
    def connect(self) -> OwnCursor:
        """A cursor on a new connection; may be called from any thread. Raises ConnectError."""

    @abstractmethod
    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """Tables and views with their columns: those of these names (in lower case), or all."""

    @abstractmethod
    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns of a SELECT, without running it."""

    def describe_file(self, source: FileSource) -> tuple[FileSource, tuple[Column, ...]]:
        """Most engines read no files for whq."""
        text = f"files are tables on duckdb only, not on {self.dialect}: {source.path}"
        raise ConfigError(Problem("WHQ-E107", "catalog", text, "name a table"))

    def about(self) -> tuple[str, ...]:
        """The connection in a few words each."""
        return (f"{self.dialect} {self.version}",)

    def rights(self, tables: Sequence[tuple[str, ...]]) -> Rights:
        """All can be read and nothing written, where the engine says no more."""
        return Rights()

    def row_counts(self, tables: Iterable[str]) -> dict[str, int]:
        """No sizes are known without a scan, where the engine says no more."""
        return {}


def grouped(rows: Iterable[tuple[tuple[str, ...], Kind, Column]]) -> tuple[Relation, ...]:
    """Relations of a catalog query that has a row for each column: the relation's parts, its kind, the column.

    >>> [(item.label, len(item.columns)) for item in grouped([(("main", "t"), "table", Column("a", "integer"))])]
    [('main.t', 1)]
    """
    columns: dict[tuple[str, ...], list[Column]] = {}
    kinds: dict[tuple[str, ...], Kind] = {}
    for parts, kind, column in rows:
        columns.setdefault(parts, []).append(column)
        kinds[parts] = kind
    return tuple(Relation(parts, tuple(listed), kinds[parts]) for parts, listed in columns.items())
