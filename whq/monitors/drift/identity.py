"""Columns that tell rows or things apart: their values differ by nature, so a distribution says nothing of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from whq.values import Column

NAME = re.compile(r"(^|_)(id|key|code|uuid|guid|no|nr|num|number|sk|pk)$|id$")
"""What such columns are called, in small letters."""
FEW_THINGS = 50
"""Up to so many values a column named like an identifier is a category: a country's code, a shop's number."""
FEW_ROWS = 50
"""With fewer values nothing is concluded from how many of them differ."""
_TEXTS, _NUMBERS = 0.5, 0.95
_CLOSE = 10
"""Whole numbers of a counter lie so close: their range is at most so many times their number."""


def may_identify(column: Column) -> bool:
    """Whether a column's type is one of identifiers: texts, UUIDs among them, and whole numbers."""
    return column.type == "text" or column.is_whole


def identity(column: Column, filled: int, distinct: int, bounds: tuple[float, float] | None) -> str | None:
    """Why a column is taken for an identifier, or None.

    A UUID and a column called like an identifier are one where they have many values, a text where there are half as
    many values as rows or more. Whole numbers of which hardly any value stands twice are one only where they lie close
    together, as those of a counter do: amounts of a few rows differ too.

    Args:
        filled: its values that are not NULL.
        distinct: how many of them differ.
        bounds: the least and the greatest, of numbers.

    Example:
        >>> identity(Column("customer_id", "integer"), 10_000, 700, (1, 900))
        '700 different values under a name of identifiers'
        >>> identity(Column("amount", "integer"), 1000, 990, (5, 90_000))
        >>> identity(Column("row", "integer"), 1000, 1000, (1, 1000))
        '1,000 different values in 1,000 rows'
    """
    if not may_identify(column) or distinct <= FEW_THINGS:
        return None
    if NAME.search(column.name.lower()) or column.native.lower() == "uuid":
        kind = "a name of identifiers" if NAME.search(column.name.lower()) else "the type UUID"
        return f"{distinct:,} different values under {kind}"
    if filled < FEW_ROWS or distinct < (_TEXTS if column.type == "text" else _NUMBERS) * filled:
        return None
    if column.type != "text" and (bounds is None or bounds[1] - bounds[0] >= _CLOSE * distinct):
        return None
    return f"{distinct:,} different values in {filled:,} rows"


COUNTS: Mapping[str, str] = {
    "rows": "metrics/row_count", "nulls": "metrics/null_count", "distinct": "metrics/distinct_count",
}  # fmt: skip
"""What has to be known of a text, by the template that tells it; of whole numbers also the following."""
ENDS: Mapping[str, str] = {"low": "metrics/min", "high": "metrics/max"}
