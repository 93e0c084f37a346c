"""Moments as people write them: a date, a time, or how far back from the run's clock.

    2024-01   2024-01-31   2024-01-31T06:00:00Z   now   today   yesterday   7d   24 hours   2 weeks   3 months ago

All are UTC. A month is its first moment, as is a day, `today` and `yesterday`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from whq import calendar

Moment = datetime | date | str
"""A moment as a caller gives it: with a zone or in UTC, or as text."""

GRAMMAR = "write a date or a time (2024-01-31, 2024-01-31T06:00:00Z), how far back (7d, 24h, 3 months), or yesterday"

_AGO = re.compile(r"\s*(\d{1,6})\s*([a-z]+)(?:\s+ago)?\s*", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}-\d{2}")
_UNITS = {
    **dict.fromkeys(("minute", "minutes", "min"), ("minute", 1)),
    **dict.fromkeys(("h", "hour", "hours"), ("hour", 1)),
    **dict.fromkeys(("d", "day", "days"), ("day", 1)),
    **dict.fromkeys(("w", "week", "weeks"), ("week", 1)),
    **dict.fromkeys(("month", "months"), ("month", 1)),
    **dict.fromkeys(("quarter", "quarters"), ("month", 3)),
    **dict.fromkeys(("y", "year", "years"), ("month", 12)),
}
_DAYS = {"today": 0, "yesterday": 1}


def moment(written: Moment, now: datetime) -> datetime:
    """The moment that is meant, in UTC and without a zone.

    Args:
        now: The run's clock (UTC, naive), from which relative times are counted.

    Raises:
        ValueError: It is no moment; the text says why and what is allowed.

    >>> noon = datetime(2024, 3, 31, 12)
    >>> [moment(text, noon).isoformat(" ", "minutes") for text in ("24h", "1 month", "yesterday", "2024-01-31")]
    ['2024-03-30 12:00', '2024-02-29 12:00', '2024-03-30 00:00', '2024-01-31 00:00']
    """
    if isinstance(written, datetime):
        return written.astimezone(UTC).replace(tzinfo=None) if written.tzinfo else written
    if isinstance(written, date):
        return datetime(written.year, written.month, written.day)
    if not isinstance(written, str):
        raise ValueError(f"{written!r} is not a time; {GRAMMAR}")
    word = written.strip().lower()
    if word == "now":
        return now
    if word in _DAYS:
        return calendar.floor("day", now) - timedelta(days=_DAYS[word])
    match = _AGO.fullmatch(written)
    return _ago(written, match, now) if match else _absolute(written)


def is_relative(written: Moment | None) -> bool:
    """Whether a moment is counted from the run's clock."""
    if not isinstance(written, str):
        return False
    return written.strip().lower() in ("now", *_DAYS) or _AGO.fullmatch(written) is not None


def is_span(written: Moment | None) -> bool:
    """Whether a moment is told as a length of time (`7d`) that may lie ahead as well; `7d ago` and `today` are not.

    >>> [is_span(text) for text in ("7d", "2 weeks", "7d ago", "yesterday", "2024-01-31")]
    [True, True, False, False, False]
    """
    return isinstance(written, str) and _AGO.fullmatch(written) is not None and "ago" not in written.lower()


def _absolute(written: str) -> datetime:
    text = written.strip()
    try:
        return moment(datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text), datetime.min)
    except (ValueError, OverflowError):
        raise ValueError(f"'{written}' is not a time; {GRAMMAR}") from None


def _ago(written: str, match: re.Match[str], now: datetime) -> datetime:
    many, word = int(match[1]), match[2].lower()
    if word in ("m", "mo"):
        raise ValueError(f"'{written}' may be minutes or months; write {many} minutes or {many} months")
    if word not in _UNITS:
        raise ValueError(f"'{written}' has no unit that is known; write 30 minutes, 24h, 7d, 2w, 3 months or 1 year")
    unit, size = _UNITS[word]
    try:
        return _months_before(now, many * size) if unit == "month" else now - timedelta(**{f"{unit}s": many * size})
    except (ValueError, OverflowError):
        raise ValueError(f"'{written}' lies before the year 1") from None


def _months_before(now: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the month's last day where it has no such day."""
    first = calendar.after("month", now.replace(day=1), -months)
    following = calendar.after("month", first, 1)
    return min(first + timedelta(days=now.day - 1), following - timedelta(days=1))
