"""What `whq init` finds out about a table: numbers about its columns, and what it takes to name it again."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct

from whq.values import Column, Scalar


class ColumnFacts(Struct, frozen=True):
    """A column and what a profile says of it; None is unknown. `values` are all there are, where there are few."""

    column: Column
    nulls: int | None = None
    distinct: int | None = None
    least: Scalar = None
    greatest: Scalar = None
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The exact name of the column."""
        return self.column.name

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Least and greatest value of a numeric column."""
        if not self.column.is_a("numeric") or self.least is None or self.greatest is None:
            return None
        return float(self.least), float(self.greatest)  # type: ignore[arg-type]

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """First and last moment of a temporal column, without an offset."""
        if not (isinstance(self.least, date) and isinstance(self.greatest, date)):
            return None
        return _moment(self.least), _moment(self.greatest)

    @property
    def is_binary(self) -> bool:
        """Whether the column holds false and true, or 0 and 1 and nothing else."""
        if self.column.type == "boolean":
            return self.distinct == 2
        return self.distinct == 2 and self.bounds == (0.0, 1.0)


class TableFacts(Struct, frozen=True):
    """A table: the dataset's name to be, the name as a user writes it, its size and columns.

    `trouble` says why nothing more is known of it.
    """

    name: str
    written: str
    rows: int | None
    columns: tuple[ColumnFacts, ...]
    trouble: str | None = None

    @property
    def singular(self) -> str:
        """The name of one row: `customers` → `customer`."""
        word = self.name.lower()
        if word.endswith("ies"):
            return f"{word[:-3]}y"
        return word.removesuffix("s")


def slug(text: str, taken: Collection[str]) -> str:
    """A dataset's name: letters, digits and `_`, not yet taken (upper and lower case are one in file names)."""
    base = re.sub(r"[^\w-]+", "_", text).strip("_-")[:60] or "table"
    used = {name.lower() for name in taken}
    names = [base, *(f"{base}_{number}" for number in range(2, len(used) + 3))]
    return next(name for name in names if name.lower() not in used)


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)
