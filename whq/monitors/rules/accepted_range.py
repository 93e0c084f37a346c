"""An accepted range: one side may be open."""

from __future__ import annotations

from whq.config.spec import RuleSpec
from whq.monitors.rules.arguments import unusable
from whq.monitors.rules.judging import Special, Values
from whq.values import Column

LARGEST = 1.7976931348623157e308


def arguments(rule: RuleSpec, columns: tuple[Column, ...], values: Values) -> Values:
    """An open side of a column that can hold NaN is closed: engines disagree on which side of a bound NaN is."""
    if values.get("min") is None and values.get("max") is None:
        raise unusable(rule, "accepted_range has no bound", "give min, max or both")
    if columns and columns[0].is_a("nonfinite"):
        return {"min": -LARGEST, "max": LARGEST, **values}
    return values


SPECIAL = Special(arguments)
