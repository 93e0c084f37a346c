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
from whq.values import Column, ColumnName, Dataset, Fragment, Lookup, QuerySource, Scalar, Value

LARGEST = 1.7976931348623157e308


def column_problem(template: Template, columns: Iterable[Column], location: Location | None = None) -> Problem | None:
    """Why the template cannot take these columns, before anything is sent."""
    argument = template.column
    if argument is None:
        return None
    for column in columns:
        if not argument.accepts(column):
            kind = template.name.rpartition("/")[2]
            found = f'"{column.name}" is {column.native or column.type}'
            hint = f"allowed types: {', '.join(argument.family)}"
            return Problem("WHQ-M101", "type", f"{kind} cannot take this column: {found}", hint, location)
    return None


def values_for(rule: RuleSpec, dataset: Dataset, template: Template) -> dict[str, Value]:
    """The template's arguments from a rule. Raises ConfigError where one cannot be used."""
    columns = [dataset.column(name) for name in rule.columns]
    found: dict[str, Value] = {}
    for argument in template.arguments:
        value = _value(rule, template, argument, columns)
        if value is not None:
            found[argument.name] = value
    return _special(rule, template, columns, found)


def _value(rule: RuleSpec, template: Template, argument: Argument, columns: list[Column]) -> Value:
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
    if argument.kind == "lookup" and isinstance(written, Fragment):
        return Lookup(QuerySource(written), ())
    return written  # type: ignore[no-any-return]


def _special(rule: RuleSpec, template: Template, columns: list[Column], values: dict[str, Value]) -> dict[str, Value]:
    """What a few rules mean beyond their template's text."""
    nulls_fail = rule.common.nulls == "fail"
    listed = values.get("values")
    if rule.kind in ("accepted_values", "not_accepted_values") and isinstance(listed, tuple):
        values["values"] = kept = tuple(item for item in listed if item is not None)
        if not kept:
            raise _unusable(rule, f"{rule.kind}: the list holds no value", "use not_null or null_count for NULL alone")
        has_null = len(kept) < len(listed)
        nulls_fail = (nulls_fail and not has_null) if rule.kind == "accepted_values" else (nulls_fail or has_null)
    if rule.kind == "matches" and isinstance(pattern := values.get("pattern"), str):
        values["pattern"] = FORMATS.get(pattern, str(pattern))
    if rule.kind == "accepted_range":
        _close(rule, columns, values)
    if nulls_fail and (template.shape == "predicate" or template.argument("nulls_fail")):
        values["nulls_fail"] = True
    return values


def _close(rule: RuleSpec, columns: list[Column], values: dict[str, Value]) -> None:
    """An open side of a column that can hold NaN is closed: engines disagree on which side of a bound NaN is."""
    if values.get("min") is None and values.get("max") is None:
        raise _unusable(rule, "accepted_range has no bound", "give min, max or both")
    if columns and columns[0].is_a("nonfinite"):
        values.setdefault("min", -LARGEST)
        values.setdefault("max", LARGEST)


def _literal(rule: RuleSpec, name: str, value: Any, columns: list[Column]) -> Scalar:
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
            raise _unusable(rule, f'{rule.kind}: {name} holds {value!r}, "{column.name}" is {column.type}', hint)
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
    raise _unusable(rule, message, "write 2024-01-31 or 2024-01-31 12:00")


def _unusable(rule: RuleSpec, message: str, hint: str) -> ConfigError:
    return ConfigError(Problem("WHQ-M102", "rule", message, hint, rule.location))
