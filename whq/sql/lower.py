"""From DuckDB's words to one dialect's: its rewrites, applied to a statement's tree.

A user's own SQL is in the target's words already and is left alone.
"""

from __future__ import annotations

from collections import defaultdict

from sqlglot import exp

from whq.sql.constructs import CONSTRUCTS, LOWERED, construct, visible
from whq.sql.dialects import dialect as dialect_of
from whq.sql.dialects.base import Dialect


def lower(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree in the words of the dialect; the tree that is given is used up."""
    target = dialect_of(dialect)
    if target.optimised:
        _optimise(tree, target)
        return tree
    holder = exp.Paren(this=tree)  # a parent, so that the root itself can be replaced
    nodes = _by_construct(holder)
    for name in CONSTRUCTS:
        if name in nodes and name in target.rewrites:
            rewrite, _ = target.rewrites[name]
            for node in reversed(nodes[name]):  # the innermost first: what is inside is replaced before its frame
                rewrite(node)
            nodes = _by_construct(holder)
    for change in target.statement:
        change(holder)
    return holder.this.pop()  # type: ignore[no-any-return]


def _by_construct(tree: exp.Expr) -> dict[str, list[exp.Expr]]:
    """The nodes that may be rewritten, the outermost first."""
    nodes: dict[str, list[exp.Expr]] = defaultdict(list)
    for node in visible(tree):
        name = None if node._meta and LOWERED in node._meta else construct(node)
        if name is not None:
            nodes[name].append(node)
    return nodes


def _optimise(tree: exp.Expr, target: Dialect) -> None:
    nodes: dict[type[exp.Expr], list[exp.Expr]] = {kind: [] for kind in target.optimised}
    for node in visible(tree):  # one walk for all: it is most of what they cost
        if type(node) in nodes:
            nodes[type(node)].append(node)
    for kind, optimise in target.optimised.items():
        optimise(nodes[kind][::-1])
