"""What a run has counted that later runs should know: rows by bucket, how late loading is, rows from the future."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from whq import calendar
from whq.config.spec import DatasetSpec
from whq.monitors import Context
from whq.monitors.watch.counts import FIRST_LAG, Count, Counts, Stored, in_future, measured
from whq.monitors.watch.judging import ending
from whq.monitors.watch.monitor import Table, requests, tables
from whq.values import Dataset, Measurement, Measurements, Request


class Kept(Struct, frozen=True):
    """What one request has brought.

    counts: by segment, of the closed buckets about which this run knows something new. lags: by unit, how many buckets
    at the end are empty and were usual, where that is as it has been. future: rows that lie ahead of the clock.
    """

    counts: Mapping[str | None, Counts] = {}
    lags: Mapping[str, int] = {}
    future: int | None = None


def kept(
    dataset: Dataset, spec: DatasetSpec, measurements: Measurements, stored: Mapping[Request, Stored], as_of: datetime
) -> dict[Request, Kept]:
    """What is to be stored, by request."""
    if spec.watch is None:
        return {}
    context = Context(as_of, counts=stored)
    by_request: dict[Request, Kept] = {}
    for request in requests(dataset, spec):
        answered = measurements.get(request)
        if isinstance(answered, Measurement):
            before = stored.get(request, Stored())
            by_request[request] = _kept(spec, tables(spec, request, measured(answered), before, context))
    return by_request


def _kept(spec: DatasetSpec, by_segment: Mapping[str | None, Table]) -> Kept:
    counts = {segment: _news(table, table.stored.counts.get(segment, {})) for segment, table in by_segment.items()}
    whole = by_segment.get(None)
    if whole is None:
        return Kept(counts)
    units = {whole.unit, whole.counted} if whole.counted == "hour" else {whole.unit}
    lags = {unit: lag for unit in sorted(units) if (lag := _lag(whole, unit)) is not None}
    return Kept(counts, {} if spec.finished else lags, in_future(whole.now, whole.context.as_of))


def _news(table: Table, stored: Counts) -> Counts:
    """The closed buckets that are new, have another count than before, or were counted for the second time."""
    as_of = table.context.as_of
    news: dict[datetime, Count] = {}
    for bucket, count in table.counts.items():
        before = stored.get(bucket)
        is_known = before is not None and before.rows == count.rows and before.as_of > before.first_as_of
        is_closed = calendar.after(table.counted, bucket, 1) <= as_of - table.late
        if count.as_of == as_of and is_closed and not is_known:
            news[bucket] = count
    return news


def _lag(table: Table, unit: str) -> int | None:
    """The buckets at the end that are empty and were usual; None where that are more than ever."""
    series = table.series(unit)
    if series is None:
        return None
    end = ending(series)
    usual = table.stored.lag(unit)
    missing = len(end.missing)
    return missing if end.is_known and missing <= (FIRST_LAG if usual is None else usual) else None
