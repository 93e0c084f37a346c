"""Columns by pattern: names, globs, `type:numeric`, `!exclude`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from whq.catalog import resolve_column
from whq.errors import ConfigError, Problem, did_you_mean
from whq.resolve.binder import trouble
from whq.values import TYPE_FAMILIES, Column, place_of

_TYPE = "type:"
_TYPES = sorted({*TYPE_FAMILIES, *TYPE_FAMILIES["any"]})

Columns = dict[str, Column]


def expand(
    patterns: Sequence[str], columns: Sequence[Column], table: str, suits: Callable[[Column], bool] = lambda _: True
) -> tuple[Columns, list[tuple[str, Problem]]]:
    """The columns that patterns mean, in their order, and the patterns that mean nothing.

    `suits` says what a glob may find; a column that is written out is taken as it is.
    """
    included: Columns = {}
    excluded: Columns = {}
    problems: list[tuple[str, Problem]] = []
    if all(pattern.startswith("!") for pattern in patterns):
        included = {column.name: column for column in columns if suits(column)}
    for pattern in patterns:
        negative = pattern.startswith("!")
        try:
            matched = _matching(pattern, columns, table)
        except ConfigError as error:
            problems += [(pattern, problem) for problem in error.problems]
            continue
        fitting = {
            name: column for name, column in matched.items() if negative or suits(column) or not is_glob(pattern)
        }
        (excluded if negative else included).update(fitting)
    return {name: column for name, column in included.items() if name not in excluded}, problems


def is_glob(pattern: str) -> bool:
    """Whether a pattern may mean several columns."""
    return pattern.startswith((_TYPE, "!")) or any(sign in pattern for sign in "*?[")


def _matching(pattern: str, columns: Sequence[Column], table: str) -> Columns:
    place = place_of(pattern)
    bare = pattern.removeprefix("!")
    exact = {column.name: column for column in columns if column.name == bare}
    if exact:
        return exact
    if bare.startswith(_TYPE):
        family = bare.removeprefix(_TYPE).strip()
        if family not in _TYPES:
            message = f'unknown type "{family}" in "{pattern}"'
            raise ConfigError(trouble("C051", message, did_you_mean(family, _TYPES), place))
        return {column.name: column for column in columns if column.is_a(family)}
    if not is_glob(bare):
        column = _named(bare, pattern, columns, table)
        return {column.name: column}
    matched = {column.name: column for column in columns if fnmatchcase(column.name, bare)}
    matched = matched or {
        column.name: column for column in columns if fnmatchcase(column.name.casefold(), bare.casefold())
    }
    if not matched and columns:
        names = [column.name for column in columns]
        raise ConfigError(
            trouble("C051", f'"{pattern}" matches no column of {table}', did_you_mean(bare, names), place)
        )
    return matched


def _named(bare: str, pattern: str, columns: Sequence[Column], table: str) -> Column:
    try:
        return resolve_column(columns, bare, table)
    except ConfigError as error:
        first = error.problems[0]
        raise ConfigError(Problem(first.code, first.category, first.message, first.hint, place_of(pattern))) from None
