"""The calendar: how its periods are called, where they end, and how far they lie apart.

A unit is `hour`, `day`, `week`, `month`, `quarter` or `year`; a period is told by its start (UTC, naive).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = (*_STEPS, *_MONTHS)


def key(unit: str, start: datetime) -> str:
    """What a period is called.

    >>> [key(unit, datetime(2024, 7, 1, 5)) for unit in ("hour", "day", "week", "month", "quarter", "year")]
    ['2024-07-01T05', '2024-07-01', '2024-W27', '2024-07', '2024-Q3', '2024']
    """
    year, day = f"{start.year:04d}", start.date().isoformat()
    if unit == "week":
        iso = start.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    keys = {
        "hour": f"{day}T{start.hour:02d}",
        "day": day,
        "month": day[:7],
        "quarter": f"{year}-Q{(start.month + 2) // 3}",
        "year": year,
    }
    return keys[unit]


def sortable(key: str) -> str:
    """What sorts the names of periods by time, whatever their units: a week by its Monday, a quarter by its month.

    Example:
        >>> sorted(["2024-07-02", "2024-W27", "2024-Q3", "2024-08"], key=sortable)
        ['2024-Q3', '2024-W27', '2024-07-02', '2024-08']
    """
    year, _, part = key.partition("-")
    if year.isdigit() and part[:1] == "W":
        return date.fromisocalendar(int(year), int(part[1:]), 1).isoformat()
    if year.isdigit() and part[:1] == "Q":
        return f"{year}-{3 * int(part[1:]) - 2:02d}"
    return key


def floor(unit: str, moment: datetime) -> datetime:
    """The start of the period that holds a moment.

    >>> [floor(unit, datetime(2024, 8, 15, 5, 30)).isoformat() for unit in ("hour", "week", "quarter")]
    ['2024-08-15T05:00:00', '2024-08-12T00:00:00', '2024-07-01T00:00:00']
    """
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in ("day", "week"):
        return day - timedelta(days=day.weekday() if unit == "week" else 0)
    size = _MONTHS[unit]
    return day.replace(month=(day.month - 1) // size * size + 1, day=1)


def ceiling(unit: str, moment: datetime) -> datetime | None:
    """The start of the first period that does not begin before a moment; None beyond the year 9999.

    >>> [ceiling("month", datetime(2024, *day)).isoformat() for day in ((2, 1), (2, 2))]
    ['2024-02-01T00:00:00', '2024-03-01T00:00:00']
    """
    start = floor(unit, moment)
    return start if start == moment else end(unit, start)


def end(unit: str, start: datetime) -> datetime | None:
    """Where the next period starts; None beyond the year 9999."""
    try:
        return after(unit, start, 1)
    except (OverflowError, ValueError):
        return None


def after(unit: str, start: datetime, periods: int) -> datetime:
    """The start of the period that stands so many periods later.

    Raises OverflowError or ValueError beyond the year 9999.
    """
    if unit in _STEPS:
        return start + periods * _STEPS[unit]
    years, month = divmod(start.month - 1 + periods * _MONTHS[unit], 12)
    return start.replace(year=start.year + years, month=month + 1)


def steps(unit: str, start: datetime, later: datetime) -> int:
    """How many periods one start lies after another.

    >>> steps("quarter", datetime(2023, 10, 1), datetime(2024, 7, 1))
    3
    """
    if unit in _STEPS:
        return (later - start) // _STEPS[unit]
    months = 12 * (later.year - start.year) + later.month - start.month
    return months // _MONTHS[unit]
