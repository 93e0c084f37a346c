"""Accepted values: NULL on the list accepts NULL, which `nulls: fail` else refuses."""

from __future__ import annotations

from whq.config.spec import RuleSpec
from whq.monitors.rules.arguments import unusable
from whq.monitors.rules.judging import Special, Values
from whq.values import Column, Value


def without_null(rule: RuleSpec, values: Values) -> tuple[tuple[Value, ...], bool]:
    """The list without NULL, and whether NULL was on it. Raises ConfigError where nothing else is."""
    listed = values["values"]
    assert isinstance(listed, tuple)
    values_listed = tuple(item for item in listed if item is not None)
    if not values_listed:
        raise unusable(rule, f"{rule.kind}: the list holds no value", "use not_null or null_count for NULL alone")
    return values_listed, len(values_listed) < len(listed)


def arguments(rule: RuleSpec, columns: tuple[Column, ...], values: Values) -> Values:
    """A NULL that is on the list does not fail."""
    listed, has_null = without_null(rule, values)
    values = {**values, "values": listed}
    if has_null:
        values.pop("nulls_fail", None)
    return values


SPECIAL = Special(arguments)
