"""Parsing SQL of a user's dialect: sqlglot's parsers, but for the arrow.

In `coalesce(j -> 'a', 'x')` sqlglot reads `j -> 'a'` as a function on every dialect; but for five of them it takes a
field from JSON, also among the arguments of a function.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import Parser, Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel

WITH_ARROWS = frozenset({"duckdb", "spark", "databricks", "snowflake", "trino", "clickhouse"})
"""Dialects where `x -> x + 1` is a function; on DuckDB the arrow takes a field from JSON as well."""


_AS_WRITTEN: dict[str, frozenset[str]] = {"postgres": frozenset({"TO_HEX"}), "redshift": frozenset({"TO_HEX"})}
"""Functions that sqlglot would print under a name that the dialect does not have (`HEX`)."""


@lru_cache
def _parser(dialect: str, arrows: bool) -> type[Parser]:
    kind = Dialect.get_or_raise(dialect).parser_class
    changed: dict[str, object] = {}
    if not arrows:
        changed["LAMBDAS"] = {key: value for key, value in kind.LAMBDAS.items() if key is not TokenType.ARROW}
    if dialect in _AS_WRITTEN:
        changed["FUNCTIONS"] = {k: v for k, v in kind.FUNCTIONS.items() if k not in _AS_WRITTEN[dialect]}
    return type(kind.__name__, (kind,), changed) if changed else kind


def trees(
    tokens: list[Token], text: str, dialect: str, *, arrows: bool, kind: type[exp.Expr] | None = None
) -> list[exp.Expr | None]:
    """The trees of a text; raises sqlglot's ParseError.

    Args:
        tokens: the text's tokens.
        text: for the places in errors.
        dialect: whose SQL it is.
        arrows: whether `x -> …` among a function's arguments is a function.
        kind: what to look for; a statement unless given.
    """
    parser = _parser(dialect, arrows)(dialect=Dialect.get_or_raise(dialect), error_level=ErrorLevel.IMMEDIATE)
    return parser.parse_into(kind, tokens, text) if kind else parser.parse(tokens, text)


def checked(text: str, dialect: str) -> exp.Expr:
    """The tree of a text that the guard has printed; DuckDB's functions are written `lambda x: …` in it."""
    tokens = Dialect.get_or_raise(dialect).tokenize(text)
    (tree,) = trees(tokens, text, dialect, arrows=dialect in WITH_ARROWS and dialect != "duckdb")
    assert tree is not None
    return tree
