"""A store in a DuckDB file that many processes share.

DuckDB lets one process at a time write a file, so the file is attached for one transaction only, and whoever
finds it taken waits its turn. It is attached to an empty instance that lives as long as the process: to start
one costs ten times as much as to attach a file. The instance can reach that file and no other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from random import SystemRandom
from threading import RLock
from typing import Any
from uuid import uuid4

import _duckdb as duckdb
from msgspec import Struct

from whq.errors import Problem, StoreError

PATIENCE = 30.0
"""Seconds to wait for a file that another process holds."""

_TAKEN = ("could not set lock", "different configuration", "being used by another process", "unique file handle")
_DAMAGED = ("not a valid duckdb database", "corrupt", "serialization error", "different version")
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_ENDINGS = ("", ".wal", ".wal.checkpoint", ".wal.recovery")
"""Of the files that DuckDB writes for one database: the database, and its log before, during and after a checkpoint."""
_IN_PROCESS = RLock()
_CHANCE = SystemRandom()


class _Session(Struct, frozen=True):
    connection: duckdb.DuckDBPyConnection

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(parameters)).fetchall()


class DuckDBFile(Struct, frozen=True):
    """The file at `path`; made with its folder when it is first written."""

    path: Path
    patience: float = PATIENCE
    sleep: Callable[[float], None] = time.sleep

    @property
    def place(self) -> str:
        """The path of the file."""
        return str(self.path)

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[_Session]:
        """A session in a transaction of its own. Raises StoreError naming the path."""
        with _IN_PROCESS, self._rights(), self._explained():
            if write:
                _make_folder(self.path.parent)
            connection = _instance(os.getpid(), self.path).cursor()
            try:
                self._attach(connection, write)
                connection.begin()
                yield _Session(connection)
                connection.commit()
            except BaseException:
                with suppress(duckdb.Error):
                    connection.rollback()
                raise
            finally:
                _detach(connection)

    def _attach(self, connection: duckdb.DuckDBPyConnection, write: bool) -> None:
        if write and not self.path.exists():
            _make_file(self.path)
        deadline = time.monotonic() + self.patience
        pause = 0.01
        place = _quoted(self.path)
        access = "read_write" if write else "read_only"
        while True:
            try:
                connection.execute(f"attach '{place}' as store (type duckdb, {access})")
                connection.execute("use store")
                return
            except duckdb.Error as error:
                if not _says(error, _TAKEN):
                    raise
                if time.monotonic() >= deadline:
                    raise StoreError(_still_taken(self.path, self.patience)) from error
            self.sleep(pause * _CHANCE.uniform(0.5, 1.5))
            pause = min(pause * 1.5, 0.25)

    @contextmanager
    def _rights(self) -> Iterator[None]:
        """A new store has the rights that the umask leaves; what DuckDB writes beside one has those of the store."""
        try:
            shared = self.path.stat().st_mode
        except OSError:
            yield
            return
        before = os.umask(0o077 & ~shared)
        try:
            yield
        finally:
            os.umask(before)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            # DuckDB's words for a Ctrl-C that arrives while the main thread is inside a statement.
            if "interrupt" in str(error).lower():
                raise KeyboardInterrupt from error
            raise
        except duckdb.Error as error:
            raise StoreError(_explain(self.path, error)) from error
        except OSError as error:
            raise StoreError(_unusable(self.path, error.strerror or type(error).__name__)) from error


@cache
def _instance(process: int, path: Path) -> duckdb.DuckDBPyConnection:
    """The empty instance of a process for one store; a process that was forked starts its own.

    Its statements read and write the store's file and no other, whatever they say; no later statement can undo that.
    """
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    allowed = ", ".join(f"'{_quoted(path)}{ending}'" for ending in _ENDINGS)
    confine = ("allowed_paths", f"[{allowed}]"), ("enable_external_access", "false"), ("lock_configuration", "true")
    connection.execute("; ".join(f"set global {name} = {value}" for name, value in confine))
    return connection


def _make_file(path: Path) -> None:
    """An empty database, put in its place whole, as DuckDB refuses half of one; whoever comes second keeps the first's.

    Where the file system cannot link files, DuckDB makes the file when it is attached.
    """
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        duckdb.connect(str(new), config=_SETTINGS).close()
        with suppress(OSError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _detach(connection: duckdb.DuckDBPyConnection) -> None:
    """Let go of the file, so that others can have it."""
    with suppress(duckdb.Error):
        connection.execute("use memory")
        connection.execute("detach database if exists store")
    connection.close()


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if folder.name == ".whq":
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    text = str(error).lower()
    return any(word in text for word in words)


def _still_taken(path: Path, patience: float) -> Problem:
    return Problem(
        "WHQ-R002",
        "store",
        f"the store {path} is still held by another process after {patience:g} s",
        "close the program that has it open (a DuckDB shell, a notebook) and run again",
    )


def _explain(path: Path, error: duckdb.Error) -> Problem:
    text = str(error).strip().partition("\n")[0][:300]
    if _says(error, _DAMAGED) or isinstance(error, (duckdb.CatalogException, duckdb.BinderException)):
        hint = "move the file away to start a new store, or name another one under `store:`"
        return Problem("WHQ-R003", "store", f"{path} cannot be read as a store: {text}", hint)
    return _unusable(path, text)


def _unusable(path: Path, reason: str) -> Problem:
    hint = "free the disk or mend the rights of its folder, or name another place under `store:` in whq.yml"
    return Problem("WHQ-R001", "store", f"the store {path} cannot be used: {reason}", hint)
