"""Values that may not occur: NULL on the list refuses NULL."""

from __future__ import annotations

from whq.config.spec import RuleSpec
from whq.monitors.rules.accepted_values import without_null
from whq.monitors.rules.judging import Special, Values
from whq.values import Column


def arguments(rule: RuleSpec, columns: tuple[Column, ...], values: Values) -> Values:
    """A NULL that is on the list fails."""
    listed, has_null = without_null(rule, values)
    return {**values, "values": listed, **({"nulls_fail": True} if has_null else {})}


SPECIAL = Special(arguments)
