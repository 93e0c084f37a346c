"""What one dialect is: the tables that a file of this package fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from sqlglot import exp

Rewrite = Callable[[exp.Expr], None]
"""Puts other words for one node into its tree."""


class Dialect(Struct, frozen=True):
    """How the SQL of one engine differs from DuckDB's, in which templates are written.

    Args:
        name: sqlglot's name of the dialect.
        unsupported: Construct -> why the engine cannot say it, and what to write instead.
        rewrites: Construct -> what rewrites it, and the words that the documentation shows for it. What stands in
            neither table sqlglot prints right as it is.
        statement: Applied to the whole statement after the rewrites.
        optimised: DuckDB only: applied to the nodes of a statement, given innermost first, to make it faster; the
            numbers are the same without.
        in_capitals: Functions whose names the engine knows in capitals only; other words are printed in lower case.
        has_values: Whether `select … from (values …)` works; else rows are a chain of SELECTs.
        reads_files: Whether a Parquet or CSV file can stand in FROM.
    """

    name: str
    unsupported: Mapping[str, tuple[str, str]] = {}
    rewrites: Mapping[str, tuple[Rewrite, str]] = {}
    statement: tuple[Rewrite, ...] = ()
    optimised: Mapping[type[exp.Expr], Callable[[list[exp.Expr]], None]] = {}
    in_capitals: frozenset[str] = frozenset()
    has_values: bool = False
    reads_files: bool = False
