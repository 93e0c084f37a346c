"""Values fixtures: rows in, numbers out. A template's fixture is `tests/sql/values/<folder>/<template>.yml`.

    table:                                  # shared by the cases that have none of their own
      columns: {x: DOUBLE, s: VARCHAR}      # DuckDB types
      rows: [[1.5, a], [null, b], [.nan, c]]
    cases:
      - name: one value
        table: {columns: {x: DOUBLE}, rows: [[2]]}
        arguments: {column: x}
        expect: 2.0

`arguments` are written as the template's header says: a column's name, a list, a number; `cuts: {points: [0, 1],
inclusive: [true, false]}`; `codes: [{column: x, cuts: {points: [0], inclusive: [true]}}, {column: s}]`;
`model: {features: [[x, number]], base: 0.5, terms: [[0, 2.0, 0.0]]}`;
`rows: {columns: {x: float, y: text}, rows: [[1, a]]}` (whq's logical types); a lookup is a
table `{columns: {id: BIGINT}, rows: [[1]]}` whose columns are looked up in that order; an expression is SQL text.

`dataset` (time, key, where, reference, chunk, segments, since, until; as in a monitor file; `from` bounds the reference
too) and `scope` (by_chunk, segment, period, where) are optional.

`expect` is the value of an aggregate, `{failing: 1, of: 3}` of a predicate, and for a query the list of its rows in any
order, outputs only. Where the scope is cut (`by_chunk` or `segment`) it is always a list of rows, each with segment,
period and chunk before its outputs. `error: some words` expects a compile error instead. Numbers agree to 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import duckdb
import msgspec
from ruamel.yaml import YAML

from whq.measure.bench import queries
from whq.sql import guard
from whq.sql.templates import Template, Templates, load
from whq.values import (
    Chunking,
    Coded,
    Column,
    ColumnName,
    CrossFitted,
    Cuts,
    Dataset,
    Ensemble,
    Failure,
    Fragment,
    Lookup,
    Policy,
    Query,
    Request,
    Rows,
    Scope,
    Segment,
    Share,
    TableSource,
    Window,
)

VALUES = Path(__file__).parent / "values"
TYPES = {
    "TINYINT": "integer", "SMALLINT": "integer", "INTEGER": "integer", "BIGINT": "integer", "HUGEINT": "integer",
    "FLOAT": "float", "REAL": "float", "DOUBLE": "float", "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "timestamptz", "TIMESTAMP WITH TIME ZONE": "timestamptz", "TIME": "time",
    "BLOB": "binary", "UUID": "other",
}  # fmt: skip


class Engine(Protocol):
    """Where fixtures run."""

    dialect: str

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        """Make a table of DuckDB types and fill it."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement."""


def cell_of(row: Sequence[Any]) -> tuple[Any, ...]:
    """Segment, period and chunk of a result's row; a chunk that begins with a day may come as a date."""
    segment, period, chunk = row[:3]
    is_date = isinstance(chunk, date) and not isinstance(chunk, datetime)
    return segment, period, datetime.combine(chunk, time()) if is_date else chunk


class DuckDB:
    """An in-memory database, in UTC."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("set timezone = 'UTC'")

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        quoted = [quote(column) for column in columns]
        typed = ", ".join(f"{column} {kind}" for column, kind in zip(quoted, columns.values(), strict=True))
        self.connection.execute(f"create or replace table {quote(name)} ({typed})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            self.connection.executemany(f"insert into {quote(name)} values ({marks})", rows)
        return TableSource(("memory", "main", name))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


@dataclass(frozen=True)
class Case:
    """One case of one fixture file."""

    template: str
    name: str
    given: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.template}: {self.name}"


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def cases(folder: Path = VALUES) -> Iterator[Case]:
    """Every case of every fixture."""
    for path in sorted(folder.glob("*/**/*.yml")):
        found = YAML(typ="safe", pure=True).load(path)
        name = path.relative_to(folder).with_suffix("").as_posix()
        shared = {key: value for key, value in found.items() if key != "cases"}
        for number, case in enumerate(found["cases"], 1):
            yield Case(name, str(case.get("name", number)), {**shared, **case})


def run(case: Case, engine: Engine, templates: Templates | None = None) -> None:
    """Run one case and compare."""
    templates = templates or load()
    template = templates.find(case.template)
    dataset = make_dataset(case.given, engine)
    request = make_request(case.given, template, dataset, engine)
    compiled = answer([request], dataset, templates, engine.dialect)
    if "error" in case.given:
        assert isinstance(compiled, Failure), "it compiled"
        assert case.given["error"] in str(compiled.problem)
        return
    assert not isinstance(compiled, Failure), str(compiled.problem)  # type: ignore[union-attr]
    rows = engine.fetch(compiled.sql)
    check(case.given["expect"], rows, compiled, template)


def answer(requests: list[Request], dataset: Dataset, templates: Templates, dialect: str) -> Query | Failure:
    """The one query of the requests, or the first failure."""
    sent = {request: request for request in requests}
    compiled = queries(requests, sent, {dataset.name: dataset}, templates, dialect, Policy(), "q")
    return compiled.failures[0] if compiled.failures else compiled.queries[0]


# --- from YAML to values ------------------------------------------------------------------------------------


def logical(native: str) -> Any:
    """whq's word for a DuckDB type."""
    return "decimal" if native.upper().startswith("DECIMAL") else TYPES[native.upper()]


def make_dataset(given: Mapping[str, Any], engine: Engine, name: str = "fixture") -> Dataset:
    """The dataset of a case, its table made."""
    table, options = given["table"], given.get("dataset", {})
    source = engine.create(name, table["columns"], table["rows"])
    columns = tuple(Column(item, logical(kind), kind) for item, kind in table["columns"].items())
    chunk = options.get("chunk", "all")
    unit, size = next(iter(chunk.items())) if isinstance(chunk, dict) else (chunk, None)
    return Dataset(
        name=name,
        source=source,
        columns=columns,
        time=options.get("time"),
        key=tuple(options.get("key", ())),
        where=fragment(options.get("where"), columns, engine.dialect),
        reference=fragment(options.get("reference"), columns, engine.dialect),
        chunking=Chunking(unit, size),
        segments=tuple(_segment(item, columns, engine.dialect) for item in options.get("segments", ())),
    )


def fragment(text: str | None, columns: tuple[Column, ...], dialect: str) -> Fragment | None:
    """User SQL as the guard gives it."""
    return None if text is None else guard.expression(text, dialect, columns)


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value is not None else None


def _segment(given: Any, columns: tuple[Column, ...], dialect: str) -> Segment:
    if isinstance(given, str):
        return Segment(given, given)
    return Segment(given["name"], None, fragment(given["where"], columns, dialect))


def make_request(given: Mapping[str, Any], template: Template, dataset: Dataset, engine: Engine) -> Request:
    """The request of a case."""
    scope = dict(given.get("scope", {}))
    options = given.get("dataset", {})
    if "from" in options:
        scope["window"] = Window(_moment(options["from"]), of_all=True)
    if "since" in options or "until" in options:
        scope["window"] = Window(_moment(options.get("since")), _moment(options.get("until")))
    if "where" in scope:
        scope["where"] = fragment(scope["where"], dataset.columns, engine.dialect)
    values = {
        name: _value(template, name, value, dataset, engine) for name, value in given.get("arguments", {}).items()
    }
    return Request.of(Scope(dataset.name, **scope), template.name, **values)


def _value(template: Template, name: str, value: Any, dataset: Dataset, engine: Engine) -> Any:
    argument = template.argument(name)
    kind = argument.kind if argument else None
    if kind == "column":
        return ColumnName(value)
    if kind == "columns":
        return tuple(ColumnName(item) for item in value)
    if kind == "list":
        return tuple(value)
    if kind == "expression":
        return fragment(value, dataset.columns, engine.dialect)
    if kind == "cuts":
        return Cuts(tuple(float(point) for point in value["points"]), tuple(value["inclusive"]))
    if kind == "codes":
        return msgspec.convert(value, tuple[Coded, ...])
    if kind == "rows":
        return Rows(
            tuple(value["columns"]), tuple(value["columns"].values()), tuple(tuple(row) for row in value["rows"])
        )
    if kind == "model":
        return msgspec.convert(value, CrossFitted if "models" in value else Ensemble)
    if kind == "share":
        return msgspec.convert(value, Share)
    if kind in ("lookup", "select"):
        return Lookup(engine.create(f"lookup_{name}", value["columns"], value["rows"]), tuple(value["columns"]))
    return value


# --- comparing ----------------------------------------------------------------------------------------------


def check(expected: Any, rows: list[tuple[Any, ...]], query: Query, template: Template) -> None:
    """Compare what came back with `expect`."""
    keep = [place for place, output in enumerate(query.outputs) if output.request is not None]
    cut = query.scope.by_chunk or query.scope.segment is not None
    found = [tuple(row[place] for place in ([0, 1, 2, *keep] if cut else keep)) for row in rows]
    if cut or template.shape == "query":
        wanted = [_by_position(row, template, cut) for row in expected]
    else:
        wanted = [tuple(expected[name] for name in template.outputs) if isinstance(expected, dict) else (expected,)]
    assert len(found) == len(wanted), f"found {found}, expected {wanted}"
    pairs = zip(sorted(found, key=_order), sorted(wanted, key=_order), strict=True)
    different = [(row, other) for row, other in pairs if not _same_row(row, other)]
    assert not different, f"found {found}, expected {wanted}"


def _by_position(row: Any, template: Template, cut: bool) -> tuple[Any, ...]:
    """An expected row in the order of a statement's columns; by name a cell's columns may be left out where NULL."""
    if not isinstance(row, dict):
        return tuple(row)
    cell = [row.get(name) for name in ("segment", "period", "chunk")] if cut else []
    unknown = row.keys() - {"segment", "period", "chunk", *template.outputs}
    assert not unknown, f"no output of {template.name}: {', '.join(sorted(unknown))}"
    return (*cell, *(row[name] for name in template.outputs))


def _same_row(found: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    return len(found) == len(wanted) and all(map(_same, found, wanted))


def _same(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None or isinstance(wanted, (str, bool)):
        return _plain(found) == _plain(wanted)
    if isinstance(found, (int, float, Decimal)) and isinstance(wanted, (int, float)):
        return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9) or (found != found and wanted != wanted)
    return bool(_plain(found) == _plain(wanted))


def _plain(value: Any) -> Any:
    """Moments as text, midnight without its zeros, so that a fixture may say 2024-01-01."""
    if isinstance(value, (datetime, date)):
        return str(value).removesuffix(" 00:00:00")
    return value.removesuffix(" 00:00:00") if isinstance(value, str) else value


def _order(row: tuple[Any, ...]) -> list[tuple[bool, str]]:
    return [
        (value is not None, f"{value:.6g}" if isinstance(value, (int, float)) else str(_plain(value))) for value in row
    ]
