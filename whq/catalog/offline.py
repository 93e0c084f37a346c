"""A catalog without a connection, read from a JSON file:

{"dialect": "postgres",
 "tables": {"analytics.loans": {"loan_id": "bigint", "amount": "numeric(18,2)"}},
 "files": {"data/x.parquet": {"a": "integer"}},
 "queries": {"SELECT …": {"n": "bigint"}}}
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from whq.catalog.names import Relation, split_name
from whq.catalog.types import column_of
from whq.errors import ConfigError, Location, Problem, did_you_mean
from whq.values import Column, FileSource

Columns = tuple[Column, ...]
_KEYS = ("dialect", "search_path", "tables", "files", "queries")


class Offline(Struct, frozen=True):
    """A warehouse that answers from a file; it satisfies `Warehouse`."""

    dialect: str
    tables: tuple[Relation, ...]
    search_path: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, Columns] = field(default_factory=dict)
    queries: Mapping[str, Columns] = field(default_factory=dict)
    path: str = "the catalog file"

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """The tables of the file: those of these names (in lower case), or all."""
        return tuple(item for item in self.tables if names is None or item.parts[-1].casefold() in names)

    def describe(self, sql: str) -> Columns:
        """The columns of a query that the file holds."""
        return self._known(self.queries, sql, "queries")

    def describe_file(self, source: FileSource) -> tuple[FileSource, Columns]:
        """A data file and its columns, by its path as the project writes it."""
        return source, self._known(self.files, source.path, "files")

    def _known(self, group: Mapping[str, Columns], name: str, title: str) -> Columns:
        if name not in group:
            text = f'{self.path} does not hold the columns of "{name}"'
            hint = f'add it under "{title}" as {{name: {{column: type}}}}, or run with a connection'
            raise ConfigError(Problem("WHQ-E109", "catalog", text, hint))
        return group[name]


def from_file(path: Path, dialect: str | None = None) -> Offline:
    """The offline catalog of a JSON file; `dialect` overrides the file's. Raises ConfigError."""
    document = _read(path)
    for key in document:
        if key not in _KEYS:
            raise _bad(path, f'unknown key "{key}"', did_you_mean(key, _KEYS))
    speaks = dialect or str(document.get("dialect") or "duckdb")
    groups = {name: _group(path, document, name, speaks) for name in ("tables", "files", "queries")}
    tables = tuple(Relation(split_name(name), columns) for name, columns in groups["tables"].items())
    places = document.get("search_path") or []
    searched = tuple(tuple(map(str, item)) for item in places)
    return Offline(speaks, tables, searched, groups["files"], groups["queries"], str(path))


def dump(
    dialect: str,
    search_path: tuple[tuple[str, ...], ...],
    tables: Mapping[str, Columns],
    files: Mapping[str, Columns],
    queries: Mapping[str, Columns],
) -> str:
    """The text of a catalog file."""
    groups = {"tables": tables, "files": files, "queries": queries}
    typed = {
        group: {name: _types(columns) for name, columns in columns_of.items()} for group, columns_of in groups.items()
    }
    document = {"dialect": dialect, "search_path": [list(item) for item in search_path], **typed}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _types(columns: Columns) -> dict[str, Any]:
    """Each column's type; a composite type is a mapping of its fields."""
    return {column.name: _types(column.fields) or column.native or column.type for column in columns}


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = 'name a JSON file such as {"tables": {"schema.table": {"column": "type"}}}'
        raise _bad(path, f"cannot be read: {error.strerror}", hint) from error
    except json.JSONDecodeError as error:
        raise _bad(path, f"is not JSON: {error.msg}", None, error.lineno, error.colno) from error
    except UnicodeDecodeError as error:
        raise _bad(path, "is not UTF-8", "save the file as UTF-8") from error
    if not isinstance(document, dict):
        raise _bad(path, "does not hold a mapping", 'write {"tables": {"schema.table": {"column": "type"}}}')
    return document


def _group(path: Path, document: Mapping[str, Any], name: str, dialect: str) -> dict[str, Columns]:
    group = document.get(name) or {}
    if not isinstance(group, dict) or not all(isinstance(item, dict) for item in group.values()):
        raise _bad(path, f'"{name}" is not a mapping of names to columns', "write {name: {column: type}}")
    return {str(item): _columns(columns, dialect) for item, columns in group.items()}


def _columns(columns: Mapping[str, Any], dialect: str) -> Columns:
    return tuple(_column(str(name), kind, dialect) for name, kind in columns.items())


def _column(name: str, kind: object, dialect: str) -> Column:
    if isinstance(kind, dict):
        return Column(name, "other", "row", fields=_columns(kind, dialect))
    return column_of(name, str(kind), dialect)


def _bad(path: Path, fault: str, hint: str | None, line: int = 1, column: int = 1) -> ConfigError:
    return ConfigError(Problem("WHQ-E108", "catalog", f"catalog file {fault}", hint, Location(str(path), line, column)))
