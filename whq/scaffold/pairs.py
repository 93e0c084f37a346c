"""Tables that belong together by their names: what a model or a rule was made on, and what came after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from whq.scaffold.facts import TableFacts

_ROLES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"reference", "ref"}), frozenset({"analysis", "monitored", "production", "prod", "current", "live"})),
    (frozenset({"train", "training"}), frozenset({"test", "testing", "score", "scoring", "production", "prod"})),
    (frozenset({"baseline"}), frozenset({"current", "candidate", "analysis", "production", "prod", "live"})),
    (frozenset({"dev", "development"}), frozenset({"prod", "production"})),
)
"""What the known-good table of a pair may be called, and what the other."""


def pairs(tables: Sequence[TableFacts]) -> dict[str, str]:
    """The name of the reference table of each table that has one: `loans_reference` of `loans_analysis`.

    The two have the same columns but for a few, and rows both.
    """
    by_name = {facts.name.lower(): facts for facts in tables}
    if len(by_name) < len(tables):
        return {}
    found: dict[str, str] = {}
    for facts in tables:
        for good, other in _ROLES:
            candidates = [
                reference
                for name in _renamed(facts.name.lower(), other, good)
                if (reference := by_name.get(name)) is not None and _are_alike(facts, reference)
            ]
            if len(candidates) == 1 and facts.name not in found:
                found[facts.name] = candidates[0].name
    return {name: reference for name, reference in found.items() if reference not in found}


def _renamed(name: str, words: frozenset[str], others: frozenset[str]) -> list[str]:
    """A name with a word of it replaced by each of others."""
    parts = re.split(r"([\W_]+)", name)
    return [
        "".join([*parts[:at], other, *parts[at + 1 :]])
        for at, part in enumerate(parts)
        if part in words
        for other in sorted(others)
    ]


def _are_alike(mine: TableFacts, theirs: TableFacts) -> bool:
    """Whether most columns of a table stand in the other with the same type."""
    if not mine.rows or not theirs.rows:
        return False
    types: Mapping[str, str] = {each.name: each.column.type for each in theirs.columns}
    same = sum(types.get(each.name) == each.column.type for each in mine.columns)
    return same >= 0.7 * len(mine.columns) > 0
