"""Rows that are watched are counted once: a run counts again only the newest days that are stored, and later ones.

The counts of a request hold as long as it asks for the same rows; what else its dataset has (a reference, other chunks,
a new column) does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from whq import calendar
from whq.memory import fingerprint
from whq.monitors.watch.counts import Count, Stored
from whq.monitors.watch.keeping import Kept, kept
from whq.monitors.watch.monitor import requests
from whq.resolve import Resolved
from whq.sql.templates import Templates
from whq.store import Store, WatchedCount
from whq.values import Chunking, Dataset, FileSource, Fragment, Measurements, Request, Window

LAG, FUTURE = "lag of ", "future"
"""Grains under which other numbers are kept beside counts: the closing lag by unit, and rows from the future."""

SMALL = 1_000_000
"""A table of so many rows is counted whole in every run, which costs next to nothing: old days that lose or gain rows
are seen too."""


class Recalled(Struct, frozen=True):
    """What earlier runs have counted of one dataset.

    stored: by request. is_past: whether a run of a later time has counted already. Then this one counts everything
    itself, and leaves what is stored alone.
    """

    stored: Mapping[Request, Stored] = {}
    is_past: bool = False

    @property
    def windows(self) -> dict[Request, Window]:
        """From where on each request is to be counted."""
        return {request: Window(of.since, of_all=True) for request, of in self.stored.items() if of.since is not None}


def recall(
    store: Store | None, item: Resolved, templates: Templates, as_of: datetime, *, anew: bool = False
) -> Recalled:
    """What is stored of a dataset's counts.

    Args:
        as_of: the run's clock.
        anew: whether all rows are to be counted again.
    """
    if store is None or item.spec.watch is None:
        return Recalled()
    asked = {identity(request, item.dataset, templates): request for request in requests(item.dataset, item.spec)}
    by_request: dict[Request, list[WatchedCount]] = defaultdict(list)
    for count in store.watched_counts(item.dataset.name, asked):
        by_request[asked[count.fingerprint]].append(count)
    if any(_moment(count.as_of) > as_of for counts in by_request.values() for count in counts):
        return Recalled(is_past=True)
    rescan = None if anew else timedelta(seconds=item.spec.rescan)
    return Recalled({request: _stored(counts, rescan) for request, counts in by_request.items()})


def remember(
    store: Store, item: Resolved, measurements: Measurements, recalled: Recalled, templates: Templates, as_of: datetime
) -> None:
    """Keep what a run has counted."""
    if recalled.is_past:
        return
    dataset = item.dataset
    by_request = kept(dataset, item.spec, measurements, recalled.stored, as_of)
    store.save_watched_counts(
        count
        for request, of in by_request.items()
        for count in _counts(dataset.name, identity(request, dataset, templates), request, of, as_of)
    )


def identity(request: Request, dataset: Dataset, templates: Templates) -> str:
    """What counts are of: the rows and how they are told apart."""
    segments = tuple(segment for segment in dataset.segments if segment.name == request.scope.segment)
    filters = (dataset.where, *(segment.where for segment in segments))
    read = {name for item in filters if isinstance(item, Fragment) for name in item.columns}
    named = {dataset.time, *(segment.column for segment in segments)}
    columns = tuple(column for column in dataset.columns if column.name in read or column.name in named)
    source = replace(dataset.source, options=()) if isinstance(dataset.source, FileSource) else dataset.source
    bare = replace(
        dataset,
        source=source,
        columns=columns,
        key=(),
        reference=None,
        chunking=Chunking(),
        segments=segments,
        joins=(),
    )
    whole = replace(request, scope=replace(request.scope, period=None))
    return fingerprint.of_request(whole, fingerprint.timeless(bare), templates)


def _stored(counts: list[WatchedCount], rescan: timedelta | None) -> Stored:
    by_segment: dict[str | None, dict[datetime, Count]] = defaultdict(dict)
    lags: dict[str, list[tuple[str, int]]] = defaultdict(list)
    future, newest, unit = None, None, "day"
    for item in counts:
        if item.grain.startswith(LAG):
            lags[item.grain.removeprefix(LAG)].append((item.bucket, item.rows))
        elif item.grain == FUTURE:
            future = item.rows
        else:
            bucket, unit = _moment(item.bucket), item.grain
            count = Count(item.first_rows, _moment(item.first_as_of), item.rows, _moment(item.as_of))
            by_segment[item.segment or None][bucket] = count
            newest = max(newest or bucket, bucket) if item.rows else newest
    is_small = sum(count.rows for of in by_segment.values() for count in of.values()) <= SMALL
    since = None if rescan is None or newest is None or is_small else calendar.floor(unit, newest - rescan)
    in_order = {unit: tuple(lag for _, lag in sorted(of_unit)) for unit, of_unit in lags.items()}
    return Stored(dict(by_segment), since, in_order, future)


def _counts(dataset: str, identity: str, request: Request, kept: Kept, as_of: datetime) -> Iterator[WatchedCount]:
    now = as_of.isoformat()
    grain = str(request.argument("grain"))
    for segment, counts in kept.counts.items():
        for bucket, count in counts.items():
            first = count.first, count.first_as_of.isoformat()
            yield WatchedCount(dataset, identity, segment or "", grain, bucket.isoformat(), *first, count.rows, now)
    for unit, lag in kept.lags.items():
        yield WatchedCount(dataset, identity, "", f"{LAG}{unit}", now, lag, now, lag, now)
    if kept.future is not None:
        yield WatchedCount(dataset, identity, "", FUTURE, "", kept.future, now, kept.future, now)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
