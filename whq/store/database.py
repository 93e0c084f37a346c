"""The seam between the store and the place where it keeps its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from msgspec import Struct


class Connection(Protocol):
    """One open transaction. Statements are the store's templates: `?` stands for a parameter."""

    def run(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give back its rows."""


class Database(Protocol):
    """Where the tables live: a DuckDB file, or a schema of a server."""

    @property
    def place(self) -> str:
        """The path or name that messages show."""

    def exists(self) -> bool:
        """Whether there is something to read, without making it."""

    def transaction(self, *, write: bool) -> AbstractContextManager[Connection]:
        """Open, begin, and at the end commit and close; a failure rolls back and raises StoreError."""


class Within(Struct, frozen=True):
    """A database inside a transaction: what is run in it joins that one, and ends with it."""

    place: str
    connection: Connection

    def exists(self) -> bool:
        """It is open."""
        return True

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Connection]:
        """The transaction that is open already."""
        yield self.connection
