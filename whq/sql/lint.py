"""A lint of templates: they may use only the constructs that mean the same on every engine (the portable core).

It looks at a template's tree, in which placeholders stand for arguments, and at the text of its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

from whq.sql.constructs import construct
from whq.sql.dialects import DIALECTS
from whq.sql.support import support

Finding = str
KNOWN_GAPS = frozenset({"percentile_cont", "grouping_sets"})
"""Constructs that some dialects lack and templates may use: in those dialects such a template is unsupported."""

_TYPES = frozenset({"DOUBLE", "BIGINT", "INT", "TEXT", "VARCHAR", "TIMESTAMP", "TIMESTAMPNTZ", "DATE", "BOOLEAN"})


def lint(tree: exp.Expr) -> tuple[Finding, ...]:
    """What a template's tree has that is outside the portable core."""
    return tuple(dict.fromkeys(finding for rule in RULES for finding in rule(tree)))


def lint_text(body: str) -> tuple[Finding, ...]:
    """What a template's text has that is against the style: words in capitals."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|'(?:''|[^'])*'|\"[^\"]*\"|--[^\n]*", " ", body, flags=re.DOTALL)
    words = dict.fromkeys(re.findall(r"\b[A-Z][A-Z_]+\b", plain))
    return tuple(f"{word}: keywords are written in lower case" for word in words)


def constructs(tree: exp.Expr) -> Iterator[Finding]:
    """Functions and clauses that some engine lacks, or that nobody has looked up."""
    for node in tree.walk():
        name = construct(node)
        if name is None or name in KNOWN_GAPS or name == "whq_bin":
            continue
        row = {dialect: entry for dialect in DIALECTS if (entry := support(name, dialect)) is not None}
        if not row:
            yield f"{name}: not in the support table"
        elif name in ("filter", "log", "count_if", "median"):
            yield f"{name}: write {row['postgres'].note}"
        else:
            lacking = [dialect for dialect in DIALECTS if row[dialect].status == "unsupported"]
            if lacking:
                yield f"{name}: unsupported by {', '.join(lacking)}; use {row[lacking[0]].alternative}"


def stars(tree: exp.Expr) -> Iterator[Finding]:
    """`select *` changes its meaning with the table."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield "select *: name the columns"


def joins(tree: exp.Expr) -> Iterator[Finding]:
    """Joins that name their condition."""
    for join in tree.find_all(exp.Join):
        if join.args.get("using"):
            yield "join … using: write on"
        if join.method == "NATURAL":
            yield "natural join: write on"


def positions(tree: exp.Expr) -> Iterator[Finding]:
    """GROUP BY and ORDER BY by name."""
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "group by all: name the columns"
        if any(isinstance(item, exp.Literal) for item in group.expressions):
            yield "group by a position: name the columns"
    for ordered in tree.find_all(exp.Ordered):
        if isinstance(ordered.this, exp.Literal):
            yield "order by a position: name the columns"


def frames(tree: exp.Expr) -> Iterator[Finding]:
    """Running aggregates with an explicit ROWS frame: the default is RANGE, and Redshift has no default."""
    for window in tree.find_all(exp.Window):
        running = isinstance(window.this, (exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg))
        if running and window.args.get("order") and not window.args.get("spec"):
            yield "a running aggregate without a frame: write rows between …"


def subqueries(tree: exp.Expr) -> Iterator[Finding]:
    """Steps are CTEs; a subquery in an expression is not portable."""
    for subquery in tree.find_all(exp.Subquery):
        if not isinstance(subquery.parent, (exp.From, exp.Join)):
            yield "a subquery in an expression: write a CTE and a join"
    if any(True for _ in tree.find_all(exp.Exists)) or any(node.args.get("query") for node in tree.find_all(exp.In)):
        yield "exists or in (select …): write a join"


def order(tree: exp.Expr) -> Iterator[Finding]:
    """Order only where it is kept, and LIMIT only where it is ordered."""
    for select in tree.find_all(exp.Select):
        ordered, limited = select.args.get("order"), select.args.get("limit")
        if ordered and not limited and isinstance(select.parent, (exp.CTE, exp.Subquery)):
            yield "order by in a CTE: no engine promises to keep it"
        if limited and not ordered:
            yield "limit without order by"


def numbers(tree: exp.Expr) -> Iterator[Finding]:
    """Fractions are cast to double, because a bare `2.5` is a decimal number in some engines."""
    for literal in tree.find_all(exp.Literal):
        outer = literal.parent.parent if isinstance(literal.parent, exp.Neg) else literal.parent
        if literal.is_number and not literal.is_int and not (isinstance(outer, exp.Cast) and outer.is_type("double")):
            yield f"{literal.name}: write cast({literal.name} as double)"


def casts(tree: exp.Expr) -> Iterator[Finding]:
    """Casts to the types that every engine has; to integers by floor, because engines round differently."""
    for cast in tree.find_all(exp.Cast):
        kind = getattr(cast.to.this, "value", "")
        if kind not in _TYPES:
            yield f"cast to {kind.lower()}: use double, bigint, varchar, timestamp, date or boolean"
        if kind in ("BIGINT", "INT") and isinstance(cast.this, (exp.Div, exp.Round)):
            yield "cast of a fraction to an integer: write cast(floor(…) as bigint)"


def divisions(tree: exp.Expr) -> Iterator[Finding]:
    """Integers are cast before they are divided."""
    for division in tree.find_all(exp.Div):
        if _is_integer(division.this) and _is_integer(division.expression):
            yield "an integer divided by an integer: cast one of them to double"


def _is_integer(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, (exp.Paren, exp.Nullif, exp.Neg)) else node
    return isinstance(inner, exp.Count) or (isinstance(inner, exp.Literal) and inner.is_int)


def shadows(tree: exp.Expr) -> Iterator[Finding]:
    """BigQuery reads a column that is named like its relation as the whole row."""
    for select in tree.find_all(exp.Select):
        tables = [node for node in select.find_all(exp.Table) if node.parent_select is select]
        relations = {table.alias_or_name for table in tables}
        for column in select.find_all(exp.Column):
            if column.parent_select is select and column.name in relations:
                yield f"{column.name}: a column named like its relation"


RULES: tuple[Callable[[exp.Expr], Iterator[Finding]], ...] = (
    constructs, stars, joins, positions, frames, subqueries, order, numbers, casts, divisions, shadows,
)  # fmt: skip
