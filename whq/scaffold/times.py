"""Times that are no timestamps: seconds since 1970, a year, a month and a day in columns of their own, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from whq.scaffold.facts import ColumnFacts, Made

_EPOCHS = (("seconds", 1), ("milliseconds", 1_000), ("microseconds", 1_000_000))
_EARLIEST, _LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)
_NUMBERS = re.compile(r"(^|_)(ts|time|timestamp|epoch|unix|date|day|dt|at|on|created|updated|when)(_|$)|time$|date$")
_PARTS = {
    "year": ("year", "yr", "yyyy"), "month": ("month", "mon", "mnth", "mm"), "day": ("day", "dayofmonth", "dd", "mday"),
    "hour": ("hour", "hr", "hh"),
}  # fmt: skip
_RANGES = {"year": (1990, 2100), "month": (1, 12), "day": (1, 31), "hour": (0, 23)}
FORMATS: dict[str, str] = {
    r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?": "iso",
    r"\d{4}/\d{2}/\d{2}": "%Y/%m/%d",
    r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}": "%Y/%m/%d %H:%M:%S",
    r"\d{2}\.\d{2}\.\d{4}": "%d.%m.%Y",
    r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}": "%d.%m.%Y %H:%M",
    r"\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2}": "%d.%m.%Y %H:%M:%S",
    r"\d{1,2}/\d{1,2}/\d{4}": "%m/%d/%Y",
    r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}": "%m/%d/%Y %H:%M",
    r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2}": "%m/%d/%Y %H:%M:%S",
    r"\d{8}": "%Y%m%d",
}
"""How dates are written in texts, by what a value looks like; `iso` is what every engine casts."""


def candidates(columns: Sequence[ColumnFacts], rows: int) -> Iterator[Made]:
    """What may be the time of a row, the likeliest first: names and ranges say so, the values must still prove it."""
    parts = {part: column for part, names in _PARTS.items() if (column := _part(part, names, columns, rows))}
    if "year" in parts and "month" in parts:
        used = [parts[part] for part in _PARTS if part in parts]
        if "day" not in parts:
            used = used[:2]
        yield Made("parts", tuple(column.name for column in used), f"made of {', '.join(c.name for c in used)}")
    named = [column for column in columns if may_be_time(column.name) and _is_filled(column, rows)]
    for column in named:
        yield from _of_number(column)
    for column in named:
        if column.column.type == "text" and column.samples:
            yield from _of_text(column)


def may_be_time(name: str) -> bool:
    """Whether a column is called what times are called."""
    return _NUMBERS.search(name.lower()) is not None


def _is_filled(column: ColumnFacts, rows: int) -> bool:
    return (column.nulls or 0) <= rows / 20


def _part(part: str, names: Sequence[str], columns: Sequence[ColumnFacts], rows: int) -> ColumnFacts | None:
    """The column of whole numbers that has the name and the range of a part of a date."""
    low, high = _RANGES[part]
    for column in columns:
        bounds = column.bounds
        is_whole = column.column.is_whole or column.column.type == "float"
        if column.name.lower() in names and is_whole and bounds is not None and _is_filled(column, rows):
            return column if low <= bounds[0] and bounds[1] <= high else None
    return None


def _of_number(column: ColumnFacts) -> Iterator[Made]:
    bounds = column.bounds
    if bounds is None:
        return
    for kind, scale in _EPOCHS:
        if _EARLIEST.timestamp() * scale <= bounds[0] and bounds[1] <= _LATEST.timestamp() * scale:
            yield Made(kind, (column.name,), f"{column.name} counts {kind} since 1970")
    if column.column.is_whole and all(_is_day(int(bound)) for bound in bounds):
        yield Made("day", (column.name,), f"{column.name} is written as 19991231")


def _is_day(number: int) -> bool:
    try:
        day = datetime.strptime(str(number), "%Y%m%d")
    except ValueError:
        return False
    return _EARLIEST <= day < _LATEST and number >= 10**7


def _of_text(column: ColumnFacts) -> Iterator[Made]:
    for pattern, form in FORMATS.items():
        if all(re.fullmatch(pattern, value) for value in column.samples):
            yield Made(form, (column.name,), f"{column.name} is a text")
            if form.startswith("%m/%d"):
                yield Made(form.replace("%m/%d", "%d/%m"), (column.name,), f"{column.name} is a text")
