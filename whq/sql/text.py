"""From a bound tree to the text of a dialect: what differs is rewritten, what the engine lacks is refused."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from whq.errors import CompileError, Problem
from whq.sql.constructs import NATIVE
from whq.sql.emit import emit
from whq.sql.lower import lower
from whq.sql.support import check


def to_text(tree: exp.Expr, dialect: str) -> str:
    """The statement's text; the tree is used up. Raises CompileError with all that the dialect cannot express."""
    try:
        _mark(tree, dialect)
        lowered = lower(tree, dialect)
        problems = check(lowered, dialect)
        if problems:
            raise CompileError(problems)
        return emit(lowered, dialect)
    except RecursionError:
        hint = "shorten the expression, or the list that it is made from"
        raise CompileError(Problem("WHQ-S112", "compile", "the statement is nested too deeply", hint)) from None


def _mark(tree: exp.Expr, dialect: str) -> None:
    """User SQL that stands in another dialect than the statement's is not in the target's own words."""
    for node in tree.walk():
        if node._meta and node._meta.get(NATIVE) not in (None, dialect):
            del node._meta[NATIVE]


def spoken(text: str, dialect: str) -> str:
    """An expression or SELECT in DuckDB's words as the dialect says it, on one line. For examples and tests.

    >>> spoken("count_if(a)", "mysql")
    'SUM(CASE WHEN a THEN 1 ELSE 0 END)'
    """
    tree = sqlglot.parse_one(text, read="duckdb")
    if isinstance(tree, exp.Query):
        return lower(tree, dialect).sql(dialect)
    holder = lower(exp.Paren(this=tree), dialect)  # a parent, so that the expression itself can be replaced
    return holder.this.sql(dialect)  # type: ignore[no-any-return]
