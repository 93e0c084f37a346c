"""User SQL through the guard. What an earlier run has checked, over the same columns, is not parsed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from whq import cache
from whq.catalog import Table
from whq.errors import ConfigError
from whq.values import Column, Fragment, Written

Find = Callable[[tuple[str, ...]], Table]


def expression(text: Written, dialect: str, columns: Sequence[Column], allow_functions: tuple[str, ...]) -> Fragment:
    """An expression over one row; see `whq.sql.guard`."""

    def new() -> Fragment:
        from whq.sql import guard

        return guard.expression(text, dialect, columns, allow_functions=allow_functions)

    return cache.recall("expression", (text, dialect, tuple(columns), allow_functions), new)


def select(text: Written, dialect: str, find: Find, allow_functions: tuple[str, ...]) -> Fragment:
    """A SELECT over tables that the catalog knows; see `whq.sql.guard`.

    The cache is asked twice: for the tables that the text names, then for the checked text, by the columns that these
    tables have now.
    """
    inputs = (text, dialect, allow_functions)
    named: dict[tuple[str, ...], None] = {}

    def note(parts: tuple[str, ...]) -> Table:
        named[parts] = None
        return find(parts)

    @lru_cache
    def new() -> Fragment:
        from whq.sql import guard

        return guard.select(text, dialect, note, allow_functions=allow_functions)

    def names() -> tuple[tuple[str, ...], ...]:
        new()
        return tuple(named)

    try:
        tables = [(parts, find(parts)) for parts in cache.recall("tables", inputs, names)]
    except ConfigError:
        return new()
    return cache.recall("select", (*inputs, tables), new)
