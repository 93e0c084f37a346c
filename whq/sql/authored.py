"""SQL as a user would write it, for the files of a new project: predicates, and a SELECT that makes a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from whq.sql.rewrites import fill

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_OPERATORS: dict[str, type[exp.Predicate]] = {"<": exp.LT, ">": exp.GT, "=": exp.EQ}


def comparison(
    column: str, operator: Literal["<", ">", "="], value: str, dialect: str, *, or_null: bool = False
) -> str:
    """A column compared with a text, as a user would write it; with `or_null` rows without a value fit too.

    Example:
        >>> print(comparison("submitted at", "<", "2024-01-01", "duckdb"))
        "submitted at" < '2024-01-01'
        >>> print(comparison("ts", ">", "1900-01-01", "duckdb", or_null=True))
        (ts > '1900-01-01' OR ts IS NULL)
    """
    name = written_column(column, dialect)
    compared = _OPERATORS[operator](this=name, expression=exp.Literal.string(value))
    if not or_null:
        return compared.sql(dialect=dialect)
    return exp.paren(exp.or_(compared, exp.Is(this=name.copy(), expression=exp.null()))).sql(dialect=dialect)


def _is_plain(column: str, dialect: str) -> bool:
    """Whether a name means a column without quotes: no keyword, no sign but letters, digits and `_`."""
    if not _SIMPLE.fullmatch(column):
        return False
    try:
        tree = parse_one(f"{column} = 1", dialect=dialect)
    except SqlglotError:
        return False
    return isinstance(tree, exp.EQ) and isinstance(tree.this, exp.Column) and tree.this.name == column


def within(column: str, start: str | None, end: str, without: Sequence[tuple[str, str]], dialect: str) -> str:
    """A column between two texts, the second excluded, but in none of the spans of `without`, as a user would write it.

    Example:
        >>> print(within("ts", "2024-01-01", "2024-07-01", [("2024-03-01", "2024-04-01")], "duckdb"))
        ts >= '2024-01-01' AND ts < '2024-07-01' AND NOT (ts >= '2024-03-01' AND ts < '2024-04-01')
    """
    return _within(column, start, end, without, dialect).sql(dialect=dialect)


def _within(column: str, start: str | None, end: str, without: Sequence[tuple[str, str]], dialect: str) -> exp.Expr:
    name = written_column(column, dialect)
    bounds: list[exp.Expr] = [exp.LT(this=name, expression=exp.Literal.string(end))]
    if start is not None:
        bounds.insert(0, exp.GTE(this=name.copy(), expression=exp.Literal.string(start)))
    holes = [exp.not_(exp.paren(_within(column, *hole, (), dialect))) for hole in without]
    return exp.and_(*bounds, *holes)


def written_column(column: str, dialect: str) -> exp.Column:
    """A column as a user would write it: quoted where it has to be."""
    return exp.column(exp.to_identifier(column, quoted=not _is_plain(column, dialect)))


_MADE: dict[str, dict[str, str]] = {
    "duckdb": {
        "seconds": "make_timestamp(cast(a * 1000000 as bigint))",
        "milliseconds": "make_timestamp(cast(a * 1000 as bigint))",
        "microseconds": "make_timestamp(cast(a as bigint))",
        "day": "cast(strptime(cast(a as varchar), '%Y%m%d') as date)",
        "iso": "cast(a as timestamp)",
        "parts 2": "make_date(cast(a as bigint), cast(b as bigint), 1)",
        "parts 3": "make_date(cast(a as bigint), cast(b as bigint), cast(c as bigint))",
        "parts 4": "make_timestamp(cast(a as bigint), cast(b as bigint), cast(c as bigint), cast(d as bigint), 0, 0)",
        "text": "strptime(a, 'format')",
    },
    "postgres": {
        "seconds": "to_timestamp(a)",
        "milliseconds": "to_timestamp(a / 1000.0)",
        "microseconds": "to_timestamp(a / 1000000.0)",
        "day": "to_date(cast(a as text), 'YYYYMMDD')",
        "iso": "cast(a as timestamp)",
        "parts 2": "make_date(cast(a as int), cast(b as int), 1)",
        "parts 3": "make_date(cast(a as int), cast(b as int), cast(c as int))",
        "parts 4": "make_timestamp(cast(a as int), cast(b as int), cast(c as int), cast(d as int), 0, 0)",
        "text": "to_timestamp(a, 'format')",
    },
}
"""How a time is made of columns `a`, `b`, …, in each engine's own words."""
_FORMAT = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH24", "%M": "MI", "%S": "SS"}


def query(
    table: str,
    columns: Sequence[tuple[str, str]],
    dialect: str,
    made: tuple[str, str, Sequence[str]] | None = None,
) -> str | None:
    """A SELECT over a table with new names for columns, or a time made of them; None where that cannot be said.

    Args:
        table: as a user writes it, quotes included.
        columns: each column and its new name; none stands for all as they are.
        made: the name of the time, its kind (`seconds`, `parts`, `day`, `iso`, or the format of a text), its columns.

    Example:
        >>> query("t", [], "duckdb", ("row_time", "parts", ["year", "month"]))
        'SELECT *, MAKE_DATE(CAST(year AS BIGINT), CAST(month AS BIGINT), 1) AS row_time FROM t'
        >>> query("t", [("whq_x", "x"), ("a b", "a b")], "duckdb")
        'SELECT whq_x AS x, "a b" FROM t'
    """
    listed: list[exp.Expr] = [_renamed(*pair, dialect) for pair in columns] or [exp.Star()]
    if made is not None:
        name, kind, parts = made
        tree = _time(kind, parts, dialect)
        if tree is None:
            return None
        listed.append(exp.alias_(tree, written_column(name, dialect).this))
    try:
        return (
            exp.Select(expressions=listed).from_(exp.maybe_parse(table, into=exp.Table, dialect=dialect)).sql(dialect)
        )
    except SqlglotError:
        return None


def _renamed(column: str, name: str, dialect: str) -> exp.Expr:
    tree = written_column(column, dialect)
    return tree if column == name else exp.alias_(tree, written_column(name, dialect).this)


def _time(kind: str, parts: Sequence[str], dialect: str) -> exp.Expr | None:
    says = _MADE.get(dialect, {})
    if "%" in kind:
        text, form = says.get("text"), kind
        for sign, word in _FORMAT.items() if dialect == "postgres" else ():
            form = form.replace(sign, word)
        text = text and text.replace("format", form)
    else:
        text = says.get(f"parts {len(parts)}" if kind == "parts" else kind)
    if text is None:
        return None
    holes = {letter: written_column(part, dialect) for letter, part in zip("abcd", parts, strict=False)}
    return fill(text, dialect, **holes)
