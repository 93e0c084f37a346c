"""What each engine can say: one table, construct × dialect, made from the tables of `whq.sql.dialects`.

sqlglot prints a function whether or not the engine has it, and a few that the engine has mean something else
there. So every construct that templates may use has a name in `whq.sql.constructs` and is, in each dialect, `native`
(sqlglot prints it right), `rewrite` (whq says it another way) or `unsupported` with the reason and what to do instead.
What has no name there does not compile.

Measured with sqlglot 30.30 on DuckDB, Postgres, ClickHouse, Spark, MariaDB and GoogleSQL; from the vendors'
manuals for Snowflake, Redshift, Trino, Databricks and MySQL 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from sqlglot import exp

from whq.errors import Problem, did_you_mean
from whq.sql import allowlist, functions
from whq.sql.constructs import CONSTRUCTS, LOWERED, construct, visible
from whq.sql.dialects import DIALECTS
from whq.sql.dialects import dialect as dialect_of


class Support(Struct, frozen=True):
    """How one dialect takes one construct; `note` is the rewrite, or the reason why there is none."""

    status: Literal["native", "rewrite", "unsupported"] = "native"
    note: str = ""
    alternative: str = ""


_NAMES = frozenset(CONSTRUCTS)


def support(name: str, dialect: str) -> Support | None:
    """How a dialect takes a construct, or None where there is no construct of that name."""
    target = dialect_of(dialect)
    if name in target.unsupported:
        why, instead = target.unsupported[name]
        return Support("unsupported", why, instead)
    if name in target.rewrites:
        return Support("rewrite", target.rewrites[name][1])
    return Support() if name in _NAMES else None


def table() -> dict[str, Mapping[str, Support]]:
    """Every construct with how each dialect takes it."""
    return {name: {dialect: _known(name, dialect) for dialect in DIALECTS} for name in CONSTRUCTS}


def _known(name: str, dialect: str) -> Support:
    entry = support(name, dialect)
    assert entry is not None
    return entry


def check(tree: exp.Expr, dialect: str) -> tuple[Problem, ...]:
    """What of a lowered tree the dialect cannot say; empty when all is well."""
    problems: dict[str, Problem] = {}
    for node in visible(tree):
        name = None if node.meta.get(LOWERED) else construct(node)
        if name is None or name in problems:
            continue
        problem = _problem(node, name, dialect)
        if problem is not None:
            problems[name] = problem
    return tuple(problems.values())


_KNOWN_BY_NAME = functions.plain("duckdb") | functions.aggregates("duckdb")


def _problem(node: exp.Expr, name: str, dialect: str) -> Problem | None:
    entry = support(name, dialect)
    if entry is None:
        if dialect == "duckdb" and (
            type(node) in allowlist.QUERY_NODES or name in functions.plain(dialect) | functions.aggregates(dialect)
        ):
            return None
        sayable = [word for word in CONSTRUCTS if word not in dialect_of(dialect).unsupported]
        message = f"{dialect}: the function {name} is not in the support table"
        return Problem("WHQ-S301", "support", message, did_you_mean(name, sayable))
    if entry.status == "unsupported":
        instead = f"instead: {entry.alternative}" if entry.alternative else None
        return Problem("WHQ-S300", "support", f"{dialect} cannot express {name}: {entry.note}", instead)
    return None
