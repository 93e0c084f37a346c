"""A predicate as a user would write it: one column compared with one value."""

from __future__ import annotations

import re
from typing import Literal

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

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
    name = exp.column(exp.to_identifier(column, quoted=not _is_plain(column, dialect)))
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
