"""What the warehouse holds: a written name is resolved here once, to exact parts that are quoted ever after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from whq.catalog.files import find_file, is_file_name
from whq.catalog.names import Kind, Relation, find_relation, resolve_column, split_name, without_home, written_name
from whq.catalog.offline import Offline, dump, from_file
from whq.catalog.types import column_of, is_enum, is_string, logical_type
from whq.errors import ConfigError, Location, Problem, QueryError
from whq.values import Column, FileOptions, FileSource, Fragment, Source, TableSource, place_of

__all__ = [
    "Catalog",
    "Kind",
    "Offline",
    "Relation",
    "Table",
    "Warehouse",
    "column_of",
    "from_file",
    "is_enum",
    "is_file_name",
    "is_string",
    "logical_type",
    "resolve_column",
    "split_name",
    "without_home",
    "written_name",
]
_USERS_FAULT = {"WHQ-E111", "WHQ-E201", "WHQ-E204", "WHQ-E205", "WHQ-E206", "WHQ-E207"}
"""Refusals of a query or file that are mended in the project, not in the warehouse."""


class Table(Struct, frozen=True):
    """A written name after resolution: the source to read, its columns, and a name to show."""

    source: Source
    columns: tuple[Column, ...]
    kind: Kind
    label: str


class Warehouse(Protocol):
    """What a catalog is made from: an engine's session, or an offline file."""

    @property
    def dialect(self) -> str:
        """The key of the SQL dialect."""

    @property
    def search_path(self) -> tuple[tuple[str, ...], ...]:
        """Where bare names are looked up, each a prefix of `Relation.parts`."""

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """Tables and views with their columns, in one query where the engine can.

        With `names`, in lower case, those called so in any schema, however it is written; without all there are.
        """

    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns of a SELECT."""

    def describe_file(self, source: FileSource) -> tuple[FileSource, tuple[Column, ...]]:
        """A file with all that must be said to read it, and its columns."""


class Catalog:
    """Resolves written names against a warehouse and remembers the answers for the run."""

    def __init__(
        self, warehouse: Warehouse, folders: Sequence[Path] = (), allow_functions: tuple[str, ...] = ()
    ) -> None:
        """`folders` are those whose files may be read: the project's first, then the profile's `allow_paths`.

        `allow_functions` are functions of the warehouse's own that user SQL may call.
        """
        self.allow_functions = allow_functions
        self.dialect = warehouse.dialect
        self._warehouse = warehouse
        self._folders = tuple(folders) or (Path(),)
        self._relations: tuple[Relation, ...] | None = None
        self._called: dict[str, tuple[Relation, ...]] = {}
        self._tables: dict[tuple[str, FileOptions], Table] = {}
        self._queries: dict[str, tuple[Column, ...]] = {}

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Every table and view of the warehouse; read once."""
        if self._relations is None:
            self._relations = self._warehouse.relations()
        return self._relations

    def expect(self, written: Iterable[str]) -> None:
        """Read at once what there is of tables that will be asked for; of ten thousand others nothing is read."""
        names = set()
        for name in written if self._relations is None else ():
            with suppress(ConfigError):  # a name that makes no sense is told where it is used
                if not is_file_name(name):
                    names.add(_lowered(name))
        self._read(names - self._called.keys())

    def table(self, written: str, options: FileOptions = ()) -> Table:
        """The table, view or file of that name; `options` say how a file is written.

        Raises ConfigError with the nearest names, or what is wrong with the file.
        """
        key = (str(written), options)
        if key not in self._tables:
            is_file = is_file_name(written) or bool(options)
            self._tables[key] = self._file(written, options) if is_file else self._relation(written)
        return self._tables[key]

    def describe(self, sql: Fragment | str, location: Location | None = None) -> tuple[Column, ...]:
        """The columns of a checked SELECT; a query that the engine refuses is a ConfigError."""
        text = sql.text if isinstance(sql, Fragment) else str(sql)
        if text not in self._queries:
            place = location or (place_of(sql) if isinstance(sql, str) else None)
            with _blame(place):
                self._queries[text] = self._warehouse.describe(text)
        return self._queries[text]

    def to_file(self, path: Path) -> None:
        """Write what the catalog knows, for work without a connection."""
        tables = {item.label: item.columns for item in self.relations}
        files = {name: table.columns for (name, _), table in self._tables.items() if table.kind == "file"}
        text = dump(self.dialect, self._warehouse.search_path, tables, files, self._queries)
        path.write_text(text, encoding="utf-8")

    def _file(self, written: str, options: FileOptions) -> Table:
        if isinstance(self._warehouse, Offline):
            return self._offline_file(self._warehouse, written, options)
        source = replace(find_file(written, self._folders, self.dialect), options=options)
        if options and source.format != "csv":
            text = f'{", ".join(name for name, _ in options)} say how a CSV file is written; "{written}" is none'
            raise ConfigError(
                Problem("WHQ-E106", "catalog", text, "write table: with the path alone", place_of(written))
            )
        with _blame(place_of(written)):
            source, columns = self._warehouse.describe_file(source)
        return Table(source, columns, "file", str(written))

    def _offline_file(self, warehouse: Offline, written: str, options: FileOptions) -> Table:
        """A file of the catalog file: it need not exist, nor be looked for."""
        source = find_file(written, self._folders, self.dialect, must_exist=False)
        with _blame(place_of(written)):
            _, columns = warehouse.describe_file(replace(source, path=str(written)))
        return Table(replace(source, options=options), columns, "file", str(written))

    def _relation(self, written: str) -> Table:
        path = self._warehouse.search_path
        try:
            relation = find_relation(self._named(_lowered(written)), written, path)
        except ConfigError:
            relation = find_relation(self.relations, written, path)  # all of them, to tell the nearest names
        parts = without_home(relation.parts, path)
        source = TableSource(parts, is_view=relation.kind == "view")
        return Table(source, relation.columns, relation.kind, written_name(parts))

    def _named(self, name: str) -> tuple[Relation, ...]:
        """The relations of that name in any schema; all, where they are known or engines fold the name otherwise."""
        if self._relations is not None or not name.isascii():
            return self.relations
        if name not in self._called:
            self._read({name})
        return self._called[name]

    def _read(self, names: set[str]) -> None:
        relations = self._warehouse.relations(names) if names else ()
        for name in names:
            self._called[name] = tuple(item for item in relations if item.parts[-1].casefold() == name)


def _lowered(written: str) -> str:
    """The last part of a name, which every schema may have its own table for."""
    return split_name(written)[-1].casefold()


@contextmanager
def _blame(location: Location | None) -> Iterator[None]:
    """Points what the engine says about a user's query or file at the place where it was written."""
    try:
        yield
    except (ConfigError, QueryError) as error:
        if isinstance(error, QueryError) and error.problems[0].code not in _USERS_FAULT:
            raise
        placed = [replace(problem, location=problem.location or location) for problem in error.problems]
        raise ConfigError(placed) from error
