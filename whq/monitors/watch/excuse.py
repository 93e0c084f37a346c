"""What the calendar excuses: days that were like this at the ends of earlier months, or a year ago."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

AS_FAR = 1.25
"""A day is excused by earlier ones that went as far, up to this factor."""

Ratio = Callable[[date], float | None]
"""How many rows a day had, as a multiple of those that were expected; None where that is not known."""


def excuse(day: date, ratio: float, earlier: Ratio) -> str | None:
    """Why a day with an unusual number of rows is no finding, or None.

    Two of the last three months had such a day at the same date, or as many days before their end; or the same weekday
    or the same date of last year was such a day.

    Args:
        ratio: how many rows the day has, as a multiple of those that were expected.

    >>> heavy = {date(2024, 4, 30), date(2024, 3, 31)}
    >>> excuse(date(2024, 5, 31), 2.0, lambda day: 1.9 if day in heavy else 1.0)
    'ends of months are like this'
    """

    def went_as_far(day: date) -> bool:
        before = earlier(day)
        if before is None:
            return False
        return before < 1 and before <= ratio * AS_FAR if ratio < 1 else before > 1 and before >= ratio / AS_FAR

    if sum(map(went_as_far, _same_days_of_month(day))) >= 2:
        return f"day {day.day} of a month is like this"
    if sum(map(went_as_far, _same_days_to_the_end(day))) >= 2:
        return "ends of months are like this"
    for before in (day - timedelta(days=364), _a_year_ago(day)):
        if before is not None and went_as_far(before):
            return f"{before.isoformat()} was like this"
    return None


def _months_before(day: date) -> Iterator[tuple[int, int]]:
    for back in range(1, 4):
        years, month = divmod(day.month - 1 - back, 12)
        yield day.year + years, month + 1


def _same_days_of_month(day: date) -> Iterator[date]:
    """The same day of the three months before; the months that have it."""
    for year, month in _months_before(day):
        if day.day <= monthrange(year, month)[1]:
            yield date(year, month, day.day)


def _same_days_to_the_end(day: date) -> Iterator[date]:
    """The days of the three months before with as many days left; the months that have it."""
    left = monthrange(day.year, day.month)[1] - day.day
    for year, month in _months_before(day):
        if monthrange(year, month)[1] > left:
            yield date(year, month, monthrange(year, month)[1] - left)


def _a_year_ago(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None
