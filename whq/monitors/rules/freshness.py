"""Freshness: the age of the latest row. Rows dated later than now are set aside and counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from msgspec.structs import replace

from whq.monitors import Context
from whq.monitors.outcome import count
from whq.monitors.rules.judging import Bound, Special, empty, undecided, verdict
from whq.monitors.rules.words import duration
from whq.values import ColumnName, Result, Scalar
from whq.wording import amount


def judge(bound: Bound, result: Result, values: Mapping[str, Scalar], context: Context) -> Result:
    """The age in seconds against the limits; no verdict where no row has a time, or all lie in the future."""
    as_of = context.as_of
    timed, future = count(values, "of"), count(values, "future")
    result = replace(result, of=timed, details={"as_of": as_of.isoformat(), "future": future})
    if timed == 0:
        return empty(bound, result)
    name = bound.arguments["column"]
    column = name.name if isinstance(name, ColumnName) else ""
    latest = _moment(values.get("latest"))
    if latest is None or latest > as_of:
        return undecided(result, f'every "{column}" is later than now ({as_of.isoformat(" ", "seconds")})', "future")
    seconds = (as_of - latest).total_seconds()
    result = replace(result, details={**result.details, "latest": latest.isoformat()})
    return verdict(bound, result, _sentence(column, latest, seconds, future), lambda limit: seconds)


def _moment(value: Scalar) -> datetime | None:
    """A measured time in UTC without zone; a date is its first moment."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return datetime.combine(value, time()) if isinstance(value, date) else None


def _sentence(column: str, latest: datetime, seconds: float, future: int) -> str:
    later = f"; {amount(future, 'row')} {'is' if future == 1 else 'are'} dated later than now" if future else ""
    return f'the latest "{column}" is {duration(seconds)} old ({latest.isoformat(" ", "seconds")}){later}'


SPECIAL = Special(judge=judge)
