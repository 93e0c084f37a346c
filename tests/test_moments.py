"""Moments as people write them, on every kind of text that could be one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pandas
import pytest

from whq.moments import is_relative, moment

NOW = datetime(2024, 3, 31, 18, 5, 30)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-31", datetime(2024, 1, 31)),
        (" 2024-01-31T06:00:00Z ", datetime(2024, 1, 31, 6)),
        ("2024-01-31 06:00+02:00", datetime(2024, 1, 31, 4)),
        ("2024-02", datetime(2024, 2, 1)),
        ("20240131", datetime(2024, 1, 31)),
        (date(2024, 1, 31), datetime(2024, 1, 31)),
        (datetime(2024, 1, 31, 6, tzinfo=timezone(timedelta(hours=-5))), datetime(2024, 1, 31, 11)),
        (datetime(2024, 1, 31, 6), datetime(2024, 1, 31, 6)),
    ],
)
def test_absolute_moments_are_utc_without_a_zone(written: Any, meant: datetime) -> None:
    assert moment(written, NOW) == meant
    assert not is_relative(written)


@pytest.mark.parametrize("many", [1, 2, 3, 11, 12, 25])
@pytest.mark.parametrize("day", [1, 15, 28, 29, 30, 31])
@pytest.mark.parametrize(("word", "unit"), [("months", "months"), ("Years ago", "years"), ("quarter", "quarters")])
def test_months_are_those_of_the_calendar(many: int, day: int, word: str, unit: str) -> None:
    now = NOW.replace(day=day)
    months = {"months": 1, "quarters": 3, "years": 12}[unit] * many
    assert moment(f"{many} {word}", now) == (pandas.Timestamp(now) - pandas.DateOffset(months=months)).to_pydatetime()


@pytest.mark.parametrize(
    ("written", "back"),
    [
        ("90 min", timedelta(minutes=90)), ("24h", timedelta(days=1)), ("24 Hours ago", timedelta(days=1)),
        ("7d", timedelta(days=7)), ("0 days", timedelta(0)), (" 2 w ", timedelta(days=14)), ("now", timedelta(0)),
    ],
)  # fmt: skip
def test_spans_are_counted_back_from_the_clock(written: str, back: timedelta) -> None:
    assert moment(written, NOW) == NOW - back
    assert is_relative(written)


def test_days_begin_at_midnight_utc() -> None:
    assert [moment(word, NOW) for word in ("today", "Yesterday")] == [datetime(2024, 3, 31), datetime(2024, 3, 30)]
    assert moment("yesterday", datetime(2024, 3, 1)) == datetime(2024, 2, 29)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "'' is not a time; write a date"),
        ("2024-13", "'2024-13' is not a time"),
        ("2024-02-30", "'2024-02-30' is not a time"),
        ("-7d", "'-7d' is not a time"),
        ("7", "'7' is not a time"),
        ("1.5d", "'1.5d' is not a time"),
        ("soon", "'soon' is not a time"),
        ("7m", "'7m' may be minutes or months; write 7 minutes or 7 months"),
        ("7 fortnights", "'7 fortnights' has no unit that is known; write 30 minutes"),
        ("99999 years", "'99999 years' lies before the year 1"),
        ("999999 weeks", "'999999 weeks' lies before the year 1"),
        ("0001-01-01T00:00+05:00", "is not a time"),
        (True, "True is not a time"),
        (1.5, "1.5 is not a time"),
    ],
)
def test_what_is_no_moment_is_refused_with_the_ways_to_write_one(written: Any, said: str) -> None:
    with pytest.raises(ValueError, match=r"write|lies") as caught:
        moment(written, NOW)
    assert said in str(caught.value)


def test_a_zone_is_taken_off_wherever_the_clock_stands() -> None:
    aware = datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert moment(aware, NOW).tzinfo is None
