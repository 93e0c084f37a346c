"""Where rows come from: tables, files, a user's SELECT, and relations that a request brings along."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from sqlglot import exp

from whq.errors import CompileError, Problem
from whq.sql.bind import column, fragment, identifier
from whq.sql.dialects import dialect as dialect_of
from whq.sql.literals import literal
from whq.values import FileSource, Lookup, QuerySource, Rows, Scalar, Source, TableSource

Named = tuple[str, exp.Query]
"""A CTE: its name and its SELECT."""

_TYPES = {
    "integer": "bigint", "decimal": "decimal(38, 10)", "float": "double", "text": "varchar", "boolean": "boolean",
    "date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz", "time": "time",
}  # fmt: skip


def table(source: Source, dialect: str, alias: str) -> exp.Expr:
    """What stands in FROM for a source."""
    if isinstance(source, QuerySource):
        return exp.Subquery(this=fragment(source.sql), alias=exp.TableAlias(this=exp.to_identifier(alias)))
    tree = _table(source) if isinstance(source, TableSource) else read_file(source, dialect)
    tree.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return tree


def _table(source: TableSource) -> exp.Table:
    *outer, name = [exp.to_identifier(part, quoted=True) for part in source.parts]
    return exp.Table(this=name, db=outer[-1] if outer else None, catalog=outer[-2] if len(outer) > 1 else None)


def read_file(source: FileSource, dialect: str) -> exp.Table:
    """The engine's reader of a file, in FROM. Raises CompileError where the engine reads no files."""
    if not dialect_of(dialect).reads_files:
        hint = "load it into a table, or use a DuckDB target"
        raise CompileError(Problem("WHQ-S110", "compile", f"{dialect} does not read the file {source.path}", hint))
    path = exp.Literal.string(source.path)
    options = [exp.EQ(this=exp.column(name), expression=_option(value)) for name, value in source.options]
    if source.format == "parquet":
        return exp.Table(this=exp.ReadParquet(expressions=[path, *options]))
    return exp.Table(this=exp.ReadCSV(this=path, expressions=options))


def _option(value: object) -> exp.Expr:
    if isinstance(value, tuple):
        pairs = [exp.PropertyEQ(this=identifier(name), expression=exp.Literal.string(kind)) for name, kind in value]
        return exp.Struct(expressions=pairs)
    return exp.convert(value)


def select(columns: Iterable[tuple[str, exp.Expr]], origin: exp.Expr, filters: Iterable[exp.Expr] = ()) -> exp.Select:
    """`select … as … from … where …`; a column that keeps its name needs no alias."""
    listed = [
        tree if isinstance(tree, exp.Column) and tree.name == name else exp.alias_(tree, identifier(name), copy=False)
        for name, tree in columns
    ]
    tree = exp.Select(expressions=listed or [exp.alias_(exp.Literal.number(1), "whq_row")]).from_(origin, copy=False)
    conditions = list(filters)
    return tree.where(*conditions, copy=False) if conditions else tree


def lookup(name: str, relation: Rows | Lookup, dialect: str) -> Named:
    """The CTE of a relation that a request brings along; a looked-up table's columns are `column_0`, `column_1`, …"""
    if isinstance(relation, Rows):
        return name, _literal_rows(relation, dialect)
    columns = [exp.alias_(column(item), f"column_{number}") for number, item in enumerate(relation.columns)]
    columns = columns or [exp.alias_(exp.Literal.number(1), "whq_row")]  # only its rows count
    return name, exp.Select(expressions=columns).from_(table(relation.source, dialect, "whq_lookup"), copy=False)


def _literal_rows(rows: Rows, dialect: str) -> exp.Query:
    """VALUES where the dialect has them, else a chain of SELECTs; the first row gives the types.

    DuckDB plans a chain of 2,000 SELECTs forty times longer than as many VALUES.
    """
    names = [exp.column(name) for name in rows.columns]
    if not rows.rows:
        nothing = _typed_row(rows, [None] * len(rows.columns))
        empty = _first(rows, nothing).subquery("whq_none", copy=False)
        return exp.Select(expressions=names).from_(empty, copy=False).where("1 = 0", copy=False)
    listed = [_typed_row(rows, rows.rows[0]), *([_short(value) for value in row] for row in rows.rows[1:])]
    if dialect_of(dialect).has_values:
        alias = exp.TableAlias(this=exp.to_identifier("whq_values"), columns=[name.this.copy() for name in names])
        values = exp.Values(expressions=[exp.Tuple(expressions=row) for row in listed], alias=alias)
        return exp.Select(expressions=names).from_(values, copy=False)
    tree: exp.Query = _first(rows, listed[0])
    for row in listed[1:]:
        tree = exp.Union(this=tree, expression=exp.Select(expressions=row), distinct=False)
    return tree


def _first(rows: Rows, trees: list[exp.Expr]) -> exp.Select:
    named_trees = zip(rows.columns, trees, strict=True)
    return exp.Select(expressions=[exp.alias_(tree, name, copy=False) for name, tree in named_trees])


def _typed_row(rows: Rows, values: Iterable[Scalar]) -> list[exp.Expr]:
    return [_typed(literal(value), kind) for kind, value in zip(rows.types, values, strict=True)]


def _short(value: Scalar) -> exp.Expr:
    """A value whose type the first row gives; the exponent keeps a float from becoming a decimal on the way."""
    if not isinstance(value, float) or not isfinite(value) or value < 0:
        return literal(value)
    text = repr(value)
    return exp.Literal.number(text if "e" in text else f"{text}e0")


def _typed(tree: exp.Expr, kind: str) -> exp.Expr:
    to = _TYPES.get(kind)
    if to is None:
        raise CompileError(Problem("WHQ-S106", "compile", f"rows of type {kind} cannot be written in SQL"))
    return tree if isinstance(tree, exp.Cast) and tree.is_type(to) else exp.cast(tree, to)
