"""A rule's written arguments as a template takes them: formats as patterns, dates as dates, NULL apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from whq.config.formats import FORMATS
from whq.config.spec import RuleSpec
from whq.errors import ConfigError, Location, Problem
from whq.monitors.judge import as_single
from whq.sql.templates import Argument, Template
from whq.values import Column, ColumnName, Fragment, Lookup, QuerySource, Scalar, Value

LARGEST = 1.7976931348623157e308


def column_problem(template: Template, columns: Iterable[Column], location: Location | None = None) -> Problem | None:
    """Why the template cannot take these columns, before anything is sent."""
    argument = template.column
    if argument is None:
        return None
    for column in columns:
        if not argument.accepts(column):
            kind = template.name.rpartition("/")[2]
            is_of_type = f'"{column.name}" is {column.native or column.type}'
            hint = f"allowed types: {', '.join(argument.family)}"
            return Problem("WHQ-M101", "type", f"{kind} cannot take this column: {is_of_type}", hint, location)
    return None


def values_for(rule: RuleSpec, columns: tuple[Column, ...], template: Template) -> dict[str, Value]:
    """The template's arguments from a rule. Raises ConfigError where one cannot be used."""
    written = {argument.name: _value(rule, template, argument, columns) for argument in template.arguments}
    values: dict[str, Value] = {name: value for name, value in written.items() if value is not None}
    if rule.common.nulls == "fail" and (template.shape == "predicate" or template.argument("nulls_fail")):
        values["nulls_fail"] = True
    return values


def _value(rule: RuleSpec, template: Template, argument: Argument, columns: tuple[Column, ...]) -> Value:
    if argument is template.column:
        names = tuple(ColumnName(column.name) for column in columns)
        return names if argument.kind == "columns" else names[0] if names else None
    written = rule.arguments.get(argument.name)
    if written is None:
        return argument.default
    if argument.kind == "list":
        return tuple(_literal(rule, argument.name, item, columns) for item in written)
    if argument.kind == "scalar":
        return _literal(rule, argument.name, written, columns)
    if argument.kind == "pattern":
        return FORMATS.get(written, str(written))
    if argument.kind in ("lookup", "select") and isinstance(written, Fragment):
        return Lookup(QuerySource(written), ())
    return written  # type: ignore[no-any-return]


def _literal(rule: RuleSpec, name: str, value: Any, columns: tuple[Column, ...]) -> Scalar:
    """A written value in the column's type: dates may be texts in YAML; other types must be what they are."""
    if value is None or not columns:
        return value  # type: ignore[no-any-return]
    column = columns[0]
    if column.is_a("temporal"):
        return _moment(rule, name, value, column)
    expected: Mapping[str, tuple[tuple[type, ...], str]] = {
        "numeric": ((int, float, Decimal), "write a number without quotes"),
        "text": ((str,), f'put it in quotes: "{value}"'),
        "boolean": ((bool,), "write true or false"),
    }
    for family, (types, hint) in expected.items():
        fits = isinstance(value, types) and (family == "boolean" or not isinstance(value, bool))
        if column.is_a(family) and not fits:
            raise unusable(rule, f'{rule.kind}: {name} holds {value!r}, "{column.name}" is {column.type}', hint)
    if column.is_single:
        return as_single(value)
    return str(value) if isinstance(value, str) else value


def _moment(rule: RuleSpec, name: str, value: Any, column: Column) -> Scalar:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.date() if column.type == "date" and len(value) == len("2024-01-31") else moment
    except ValueError:
        pass
    message = f'{rule.kind}: {name} holds {value!r}, "{column.name}" is {column.type}'
    raise unusable(rule, message, "write 2024-01-31 or 2024-01-31 12:00")


def unusable(rule: RuleSpec, message: str, hint: str) -> ConfigError:
    """What is wrong with a rule's arguments, where the rule stands."""
    return ConfigError(Problem("WHQ-M102", "rule", message, hint, rule.location))
