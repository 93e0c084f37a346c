"""One project on two engines: tables copied from DuckDB to Postgres, and the results of both laid side by side."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from msgspec.structs import replace
from psycopg import sql

from tests.engines.pg import Server
from whq.config import load_project, load_target
from whq.pipeline import walk
from whq.result import RunResult, flatten
from whq.values import Result

TYPES = {
    "DOUBLE": "double precision", "FLOAT": "real", "TINYINT": "smallint", "UTINYINT": "smallint",
    "USMALLINT": "integer", "UINTEGER": "bigint", "UBIGINT": "numeric(20)", "HUGEINT": "numeric(38)",
    "VARCHAR": "text", "BLOB": "bytea", "TIMESTAMP_NS": "timestamp", "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
}  # fmt: skip
_NULL = "\\N"
_COLUMNS = """
select table_name, column_name, data_type
from duckdb_columns()
where not internal and database_name = current_database() and schema_name = current_schema()
order by table_name, column_index
"""


def copy(source: duckdb.DuckDBPyConnection, server: Server, schema: str, folder: Path) -> None:
    """Every table of the current schema, made anew in a schema of Postgres."""
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in source.execute(_COLUMNS).fetchall():
        tables.setdefault(table, {})[column] = TYPES.get(kind, kind)
    with server.connect(autocommit=False) as target:
        target.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
        target.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        for number, (table, columns) in enumerate(tables.items()):
            file = folder / f"{number}.csv"
            quoted = table.replace('"', '""')
            source.execute(f"copy \"{quoted}\" to '{file}' (format csv, header false, nullstr '{_NULL}')")
            _fill(target, sql.Identifier(schema, table), columns, file)


def _fill(target: Any, table: sql.Identifier, columns: Mapping[str, str], file: Path) -> None:
    typed = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns.items()]
    target.execute(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(typed)))
    options = sql.SQL("copy {} from stdin (format csv, null {})").format(table, sql.Literal(_NULL))
    with target.cursor().copy(options) as stream, file.open("rb") as data:
        while block := data.read(1 << 20):
            stream.write(block)


def project(source: Path, folder: Path, server: Server, duck: Mapping[str, Any], schema: str) -> Path:
    """A copy of a project whose profile has both targets: `duck` and `pg`."""
    root = shutil.copytree(source, folder / "project", ignore=shutil.ignore_patterns("*.duckdb", ".whq"))
    shutil.rmtree(root / "profiles")
    (root / "profiles").mkdir()
    targets = {"duck": {"type": "duckdb", **duck}, "pg": {"type": "postgres", "schema": schema, **server.fields()}}
    lines = [
        f"  {name}: {{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}\n"
        for name, fields in targets.items()
    ]
    (root / "profiles" / "local.yml").write_text("default: duck\ntargets:\n" + "".join(lines))
    return root


def run(root: Path, target: str, **options: Any) -> RunResult:
    """The project on one of its targets, nothing stored."""
    loaded = load_project(root)
    return walk.run_project(loaded, load_target(loaded, None, target), **{"keep": False, **options})


# --- comparing ----------------------------------------------------------------------------------------------

Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Difference:
    """One field of one result that the engines do not agree on."""

    key: Key
    field: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"{'/'.join(str(part) for part in self.key if part)}: {self.field}: {self.left!r} | {self.right!r}"


def differences(left: RunResult, right: RunResult) -> list[Difference]:
    """Every field that differs by more than 1e-9, and results that only one side has. The query's id may differ.

    Postgres' numeric can hold NaN and infinity, DuckDB's decimal cannot: there only the right side counts them, and
    must count none.
    """
    ours, theirs = _by_key(left), _by_key(right)
    counted = {key for key in theirs.keys() - ours.keys() if _counts_nothing(theirs[key])}
    alone = [Difference(key, "is there", key in ours, key in theirs) for key in (ours.keys() ^ theirs.keys()) - counted]
    return alone + [item for key in ours.keys() & theirs.keys() for item in _fields(key, ours[key], theirs[key])]


def _counts_nothing(result: Result) -> bool:
    return result.metric == "nonfinite_count" and result.status != "error" and result.value in (0, None)


def _by_key(outcome: RunResult) -> dict[Key, Result]:
    found: dict[Key, Result] = {}
    for result in outcome.results:
        chunk = result.chunk.key if result.chunk else None
        key = (result.id, result.monitor, result.segment, result.method, result.period, chunk)
        assert key not in found, f"two results for {key}"
        found[key] = result
    return found


def _fields(key: Key, left: Result, right: Result) -> Iterator[Difference]:
    ours, theirs = (flatten(replace(result, query=None)) for result in (left, right))
    ours["exact"], theirs["exact"] = left.value, right.value
    for name in ours:
        if not same(ours[name], theirs[name]):
            yield Difference(key, name, ours[name], theirs[name])


def same(left: Any, right: Any) -> bool:
    """Equal, numbers to 1e-9; a number is not its text, but a whole double is its integer."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float, Decimal)) and isinstance(right, (int, float, Decimal)):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9) or (left != left and right != right)
    return bool(left == right)
