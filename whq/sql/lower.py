"""From DuckDB's words to one dialect's: its rewrites, applied to a statement's tree.

A user's own SQL is in the target's words already and is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from sqlglot import exp

from whq.sql.constructs import CONSTRUCTS, LOWERED, construct, visible
from whq.sql.dialects import dialect as dialect_of
from whq.sql.dialects.base import Dialect


def lower(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree in the words of the dialect; the tree that is given is used up."""
    target = dialect_of(dialect)
    holder = exp.Paren(this=tree)  # a parent, so that the root itself can be replaced
    if not target.optimised:
        _rewrite(holder, target)
    else:
        nodes = _by_class(holder)
        if not _rewritten(dialect).isdisjoint(nodes):
            _rewrite(holder, target)
            nodes = _by_class(holder)
        for kind, optimise in target.optimised.items():
            optimise(nodes.get(kind, [])[::-1])
    for change in target.statement:
        change(holder)
    return holder.this.pop()  # type: ignore[no-any-return]


def _rewrite(holder: exp.Expr, target: Dialect) -> None:
    nodes = _by_construct(holder)
    for name in CONSTRUCTS:
        if name in nodes and name in target.rewrites:
            rewrite, _ = target.rewrites[name]
            for node in reversed(nodes[name]):  # the innermost first: what is inside is replaced before its frame
                rewrite(node)
            nodes = _by_construct(holder)


def _by_construct(tree: exp.Expr) -> dict[str, list[exp.Expr]]:
    """The nodes that may be rewritten, the outermost first."""
    nodes: dict[str, list[exp.Expr]] = defaultdict(list)
    for node in visible(tree):
        name = None if node._meta and LOWERED in node._meta else construct(node)
        if name is not None:
            nodes[name].append(node)
    return nodes


def _by_class(tree: exp.Expr) -> dict[type[exp.Expr], list[exp.Expr]]:
    """The nodes of each class, the outermost first; far cheaper than by construct."""
    nodes: dict[type[exp.Expr], list[exp.Expr]] = defaultdict(list)
    for node in visible(tree):
        nodes[type(node)].append(node)
    return nodes


@cache
def _rewritten(dialect: str) -> frozenset[type[exp.Expr]]:
    """The classes of the functions that a dialect rewrites."""
    names = dialect_of(dialect).rewrites
    return frozenset(kind for kind in exp.ALL_FUNCTIONS if kind.sql_name().lower() in names)
