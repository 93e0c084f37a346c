"""What `whq init` finds out about a table: numbers about its columns, and what it takes to name it again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from whq.values import Column, Scalar

Unit = Literal["hour", "day", "week", "month"]

LONG = timedelta(days=30 * 366)
"""A span of time that is longer is looked at by year, as a placeholder may have made it so."""
_GAP = timedelta(days=5 * 366)
"""How far a placeholder is from all other values at the least."""


class Year(Struct, frozen=True):
    """The rows of one year of a temporal column: the first and the last moment, and how many rows there are."""

    first: datetime
    last: datetime
    rows: int


class ColumnFacts(Struct, frozen=True):
    """A column and what a profile says of it; None is unknown.

    `values` are all there are, where there are few. `nonfinite` counts rows with NaN or an infinity; `least` and
    `greatest` leave those out. `placeholders` are moments that stand for no time, such as
    1900-01-01, with how many rows hold them; `least` and `greatest` leave them out. `samples` are some values of a text
    that may be a time.
    """

    column: Column
    nulls: int | None = None
    distinct: int | None = None
    least: Scalar = None
    greatest: Scalar = None
    nonfinite: int | None = None
    values: tuple[str, ...] = ()
    placeholders: tuple[Year, ...] = ()
    samples: tuple[str, ...] = ()

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
        return moment(self.least), moment(self.greatest)

    @property
    def is_binary(self) -> bool:
        """Whether the column holds false and true, or 0 and 1 and nothing else."""
        if self.column.type == "boolean":
            return self.distinct == 2
        return self.distinct == 2 and self.bounds == (0.0, 1.0)


class Bucket(Struct, frozen=True):
    """One calendar chunk: its start, its end (exclusive), its rows, and the columns that hold no value in it."""

    start: datetime
    end: datetime
    rows: int
    void: tuple[str, ...] = ()


class History(Struct, frozen=True):
    """The chunks of a table by its time, in order and without gaps: empty ones have no rows.

    `closed` are those that the rows reach from end to end: all but a first and a last one that are cut short.
    `interval` is the usual time from one day with rows to the next.
    """

    unit: Unit
    buckets: tuple[Bucket, ...]
    closed: tuple[Bucket, ...]
    interval: timedelta = timedelta(days=1)


class Made(Struct, frozen=True):
    """A time that is made of other columns.

    kind: `seconds`, `milliseconds`, `microseconds`, `parts` (of a date), `day` (19991231), or a format of a text.
    """

    kind: str
    columns: tuple[str, ...]
    words: str


class TableFacts(Struct, frozen=True):
    """A table: the dataset's name to be, the name as a user writes it, its size and columns.

    `trouble` says why nothing more is known of it. `query`: the SELECT that has to be watched in place of the table, as
    its columns need other names or its time has to be made; `file`: what that calls a table that is a file. `made`: how
    the time was made. `history`: the chunks by the time. `scores_by_value`: the mean score by value, of columns of two.
    """

    name: str
    written: str
    rows: int | None
    columns: tuple[ColumnFacts, ...]
    trouble: str | None = None
    query: str | None = None
    file: str | None = None
    made: Made | None = None
    history: History | None = None
    scores_by_value: Mapping[str, tuple[tuple[str, float], ...]] = {}

    @property
    def singular(self) -> str:
        """The name of one row: `customers` → `customer`."""
        word = self.name.lower()
        if word.endswith("ies"):
            return f"{word[:-3]}y"
        return word.removesuffix("s")


def without_placeholders(years: Sequence[Year]) -> tuple[Sequence[Year], tuple[Year, ...]]:
    """The years that hold times of rows, and those at either end that hold a placeholder such as 1900-01-01.

    A placeholder is a single moment, in any number of rows, that lies years from all other times.
    """
    dated, apart = sorted(years, key=lambda year: year.first), []
    while len(dated) > 1 and dated[0].first == dated[0].last and dated[1].first - dated[0].last > _GAP:
        apart.append(dated.pop(0))
    while len(dated) > 1 and dated[-1].first == dated[-1].last and dated[-1].first - dated[-2].last > _GAP:
        apart.append(dated.pop())
    return dated, tuple(apart)


def moment(value: date) -> datetime:
    """A date or a time as a time without an offset."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day)


def slug(text: str, taken: Collection[str]) -> str:
    """A dataset's name: letters, digits and `_`, not yet taken (upper and lower case are one in file names)."""
    base = re.sub(r"[^\w-]+", "_", text).strip("_-")[:60] or "table"
    used = {name.lower() for name in taken}
    names = [base, *(f"{base}_{number}" for number in range(2, len(used) + 3))]
    return next(name for name in names if name.lower() not in used)
