"""Rules of the contract that are not built yet: their structure is checked all the same."""

from __future__ import annotations

from typing import Annotated, Any

from whq.config import names
from whq.config.fields import SomeTexts, Text, one_of
from whq.config.forms import RuleItem


class Determines(RuleItem):
    """A functional dependency: equal `columns` have equal `to`."""

    columns: SomeTexts
    """The columns that determine."""
    to: SomeTexts
    """The columns that are determined."""


class Schema(RuleItem):
    """The columns that a table has, and their types."""

    columns: dict[str, Text]
    """Types by column."""
    extra: Annotated[str, *one_of("pass", "warn", "fail")] = "pass"
    """What a column beside these means."""


class NoGaps(RuleItem):
    """Every period has rows."""

    every: Annotated[str, *one_of(*names.CALENDAR)]
    """The period."""


class Anomaly(RuleItem):
    """A metric departs from this dataset's own history."""

    metrics: SomeTexts
    """`row_count`, `mean(amount)`, …"""


PLANNED: dict[str, type[RuleItem]] = {
    "determines": Determines,
    "schema": Schema,
    "no_gaps": NoGaps,
    "anomaly": Anomaly,
}
"""The rules by name."""


def long_form(kind: str, value: Any) -> Any:
    """A planned rule's value as a mapping; anomaly has a short form."""
    return {"metrics": value} if kind == "anomaly" and not isinstance(value, dict) else value
