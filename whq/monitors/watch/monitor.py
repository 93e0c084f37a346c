"""The family's functions: one statement a dataset that counts rows by day or hour, and one a segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from whq import calendar
from whq.config.spec import DatasetSpec
from whq.monitors import Baseline, Context, Verdicts
from whq.monitors.outcome import answer, errored
from whq.monitors.rules.words import duration
from whq.monitors.watch import results as told
from whq.monitors.watch.counts import (
    FIRST_LAG,
    Counts,
    Measured,
    Series,
    Stored,
    in_future,
    joined,
    measured,
    series,
    summed,
    unit_of,
    updated,
)
from whq.monitors.watch.grains import GRAINS
from whq.monitors.watch.judging import Ending, Judged, ending, judged, without_lag
from whq.monitors.watch.lateness import ENOUGH, first_shares, is_fresh, late_rows, usual_share
from whq.monitors.watch.results import Slate, found, noted, withheld
from whq.monitors.watch.trend import SPANS, trend
from whq.sql.templates import Templates
from whq.values import ColumnName, Dataset, Failure, Measurements, Request, Result, Scope
from whq.wording import amount

BASELINE = Baseline
COUNTS = "watch/counts"
METRICS = ("volume", "gap", "age", "late_rows", "future_rows", "trend")
MOST_SEGMENTS = 20
"""A column with more values is not watched value by value."""
SEGMENT_ROWS = 15
"""Rows that a segment must usually have for its volume to be judged."""


def metrics(templates: Templates) -> tuple[str, ...]:
    """The verdicts that there are."""
    return METRICS


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What is usual follows from the counts."""
    return ()


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> Baseline:
    """What is usual follows from the counts."""
    return Baseline()


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What is usual follows from the counts."""
    return ()


def requests(dataset: Dataset, spec: DatasetSpec, baseline: object = None) -> tuple[Request, ...]:
    """The rows of the whole table by day (by hour for chunks of an hour), and those of each segment."""
    if spec.watch is None or dataset.time is None:
        return ()
    names = (None, *(segment.name for segment in dataset.segments))
    return tuple(_request(dataset, name) for name in names)


def _request(dataset: Dataset, segment: str | None) -> Request:
    assert dataset.time is not None, dataset.name
    is_hourly = dataset.chunking.unit == "hour" and dataset.column(dataset.time).type != "date"
    # The rows of another dataset that serves as the reference are watched there.
    period = "analysis" if isinstance(dataset.reference, Dataset) else None
    most = None if segment is None else MOST_SEGMENTS + 1
    scope = Scope(dataset.name, segment=segment, period=period)  # type: ignore[arg-type]
    arguments = {"column": ColumnName(dataset.time), "grain": "hour" if is_hourly else "day", "most": most}
    return Request.of(scope, COUNTS, **{name: value for name, value in arguments.items() if value is not None})


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: Baseline, measurements: Measurements, context: Context
) -> Verdicts:
    """The results of all rows, then those of each segment."""
    if spec.watch is None or dataset.time is None:
        return Verdicts([])
    results: list[Result] = []
    unit = None
    for request in requests(dataset, spec):
        answered = answer(measurements, request)
        slate = Slate(spec, spec.watch, answered.query)
        if isinstance(answered, Failure):
            results += _lost(slate, request.scope.segment, answered)
            continue
        stored = context.counts.get(request, Stored())
        by_segment = tables(spec, request, measured(answered), stored, context, unit)
        if request.scope.segment is None:
            (whole,) = by_segment.values()
            unit = whole.unit
            results += _of_all(slate, whole)
        elif len(by_segment) <= MOST_SEGMENTS:
            for label, table in by_segment.items():
                results += _of_segment(replace(slate, segment=label), table)
    return Verdicts(results)


def _lost(slate: Slate, segment: str | None, failure: Failure) -> Iterator[Result]:
    for metric, _ in slate.watch.kinds:
        if segment is None or metric in ("volume", "gap"):
            yield errored(replace(slate.blank(metric), segment=segment), failure.problem, failure.query)


# --- what is judged -----------------------------------------------------------------------------------------


class Table(Struct, frozen=True):
    """The counts of all rows, or of one segment, up to the run's clock.

    unit: by which they are judged; counted: by which they are counted. counts: by bucket of the latter.
    """

    spec: DatasetSpec
    context: Context
    unit: str
    counted: str
    counts: Counts
    now: Measured
    stored: Stored
    is_whole: bool

    @property
    def late(self) -> timedelta:
        """How long rows may take to arrive."""
        return timedelta(seconds=self.spec.late)

    @property
    def newest(self) -> datetime | None:
        """The greatest time of any row up to the clock."""
        times = [time for time in self.now.latest.values() if time <= self.context.as_of]
        times += [bucket for bucket, count in self.counts.items() if count.rows]
        return max(times, default=None)

    def rows(self, unit: str) -> dict[datetime, int]:
        """Rows by bucket of a unit."""
        rows = {bucket: count.rows for bucket, count in self.counts.items() if count.rows}
        return rows if unit == self.counted else summed(rows, unit)

    def series(self, unit: str) -> Series | None:
        """The closed buckets."""
        closed = self.context.as_of - self.late
        ignore, is_finished = self.spec.ignore, self.spec.finished
        return series(self.rows(unit), GRAINS[unit], closed, ignore, is_finished=is_finished, newest=self.newest)


def tables(
    spec: DatasetSpec,
    request: Request,
    answered: Mapping[str | None, Measured],
    stored: Stored,
    context: Context,
    unit: str | None = None,
) -> dict[str | None, Table]:
    """What was counted now and earlier, by segment.

    Args:
        unit: by which all rows are judged; found out where it is not given.
    """
    counted = str(request.argument("grain"))
    labels = sorted({*answered, *stored.counts} - {None}, key=str) if request.scope.segment else [None]
    by_segment: dict[str | None, Table] = {}
    for label in labels:
        now, before = answered.get(label, Measured()), stored.counts.get(label, {})
        counts = updated(before, now.rows, stored.since, context.as_of)
        counts = {bucket: count for bucket, count in counts.items() if bucket <= context.as_of}
        own = unit or unit_of(counted if counted == "day" else "day", _days(counts, counted))
        by_segment[label] = Table(spec, context, own, counted, counts, now, stored, request.scope.segment is None)
    return by_segment


def _days(counts: Counts, counted: str) -> list[datetime]:
    with_rows = [bucket for bucket, count in counts.items() if count.rows]
    return [] if counted == "hour" else with_rows


# --- all rows -----------------------------------------------------------------------------------------------


class _Looked(Struct, frozen=True):
    """A series with the verdicts on it, and how it ends.

    has_ended: whether no row has come for so long that, with no experience, nothing can be said of its age.
    """

    series: Series
    judged: tuple[Judged, ...]
    end: Ending
    has_ended: bool
    lag: int | None


def _looked(table: Table, unit: str, *, only_gaps: bool = False) -> _Looked | None:
    whole = table.series(unit)
    if whole is None:
        return None
    end = ending(whole)
    lag = table.stored.lag(unit)
    unknown = 0 if end.is_known else len(whole.counts) - end.last - 1
    has_ended = lag is None and max(len(end.missing), unknown) > FIRST_LAG
    # With no experience, the last bucket before a silence may be cut off by whatever ended the rows.
    is_cut = lag is None and bool(end.missing or unknown)
    series = whole.until(max(0, end.last)) if is_cut else without_lag(whole, end, lag or 0)
    if not series.counts:
        return None
    first = max(0, len(series.counts) - series.grain.judged)
    verdicts = judged(series, first, only_gaps=only_gaps)
    verdicts = verdicts if only_gaps else _like_with_like(table, unit, series, verdicts)
    return _Looked(series, tuple(verdicts), end, has_ended, lag)


def _like_with_like(table: Table, unit: str, series: Series, verdicts: list[Judged]) -> list[Judged]:
    """Where many rows come late, fresh counts are judged against earlier first counts."""
    if unit != table.counted:
        return verdicts
    shares = first_shares(table.counts, unit, table.late)
    usual = usual_share(shares)
    if usual is None:
        return verdicts
    counts = list(series.counts)
    fresh: set[int] = set()
    for place, rows in enumerate(counts):
        count = table.counts.get(series.at(place))
        if not rows or count is None:
            continue
        if not is_fresh(count, series.at(place), unit, table.late):
            counts[place] = round(rows * usual)
        elif count.as_of == count.first_as_of:
            fresh.add(place)
        else:
            counts[place] = count.first
    if not fresh:
        return verdicts
    seen = Series(series.grain, series.start, tuple(counts), series.skipped, series.newest)
    again = {verdict.place: verdict for verdict in judged(seen, min(fresh)) if verdict.place in fresh}
    if len(shares) < ENOUGH:
        doubt = "first counts are still being learned"
        again = {
            place: replace(verdict, volume="excused", excuse=doubt) if verdict.volume in ("low", "high") else verdict
            for place, verdict in again.items()
        }
    return [again.get(verdict.place, verdict) for verdict in verdicts]


def _of_all(slate: Slate, table: Table) -> Iterator[Result]:
    looked = _looked(table, table.unit)
    by_hour = _looked(table, "hour", only_gaps=True) if table.counted == "hour" else None
    if looked is None:
        yield from _without_rows(slate, table)
    else:
        if slate.is_on("volume"):
            yield from told.volumes(slate, looked.series, looked.judged)
        if slate.is_on("gap"):
            yield from told.gaps(slate, looked.series, looked.judged)
            if by_hour is not None:
                yield from told.gaps(slate, by_hour.series, by_hour.judged, "hour")
        if slate.is_on("age"):
            yield _age(slate, table, by_hour if by_hour is not None and not by_hour.has_ended else looked)
        if slate.is_on("late_rows"):
            yield from _late(slate, table, looked)
        if slate.is_on("trend") and table.unit in SPANS:
            yield told.slow(slate, looked.series, trend(looked.series.counts, table.unit))
    if slate.is_on("future_rows") and not table.context.is_replay:
        yield told.future(slate, in_future(table.now, table.context.as_of), table.stored.future, table.context.as_of)


def _without_rows(slate: Slate, table: Table) -> Iterator[Result]:
    """Fewer than two days with rows say nothing, and that is said."""
    days = len(table.rows(table.unit))
    word = GRAINS[table.unit].word
    before = sum(count.rows for count in table.stored.counts.get(None, {}).values())
    if not days and before:
        metric = next(name for name in ("gap", "age", *METRICS) if slate.is_on(name))
        gone = replace(
            slate.blank(metric), value=0, message=f"there are no rows; there were {before:,} at the last run"
        )
        yield found(gone, "fail", slate.severity(metric))
    message = "there are no rows" if not days else f"a first verdict needs 10 full {word}s, there are none"
    for metric in ("volume", "gap", "age"):
        if slate.is_on(metric):
            yield withheld(slate.blank(metric), "history", message)


def _age(slate: Slate, table: Table, looked: _Looked) -> Result:
    """The verdict on the newest closed bucket, told as the age of the newest row."""
    series, newest = looked.series, table.newest
    last = len(series.counts) - 1
    result = told.at(slate.blank("age"), series, last, series.counts[last] or 0)
    if table.spec.finished:
        return withheld(result, "finished", "the table is finished: its age is not judged")
    assert newest is not None
    seconds = (table.context.as_of - newest).total_seconds()
    text = f"the newest row is {duration(seconds)} old ({newest.isoformat(' ', 'minutes')})"
    result = replace(result, value=seconds, details={"latest": newest.isoformat()})
    if any(rule.kind == "freshness" for rule in table.spec.rules):
        return replace(result, value=None, status="skipped", message="judged by freshness")
    if looked.has_ended:
        hint = "give `freshness` or `finished: true`"
        return withheld(replace(result, value=None), "ended", f"data ends {newest.date().isoformat()}; {hint}")
    if not looked.end.is_known:
        return withheld(result, "history", f"{text}; a verdict needs 8 {series.grain.word}s, there are {last + 1}")
    if looked.end.missing and looked.lag is None:
        waited = amount(len(looked.end.missing), series.grain.word)
        note = f"{waited} without rows at the end: taken for the time that loading takes"
        return noted(replace(result, message=text), note)
    verdict = looked.judged[-1] if looked.judged else None
    if verdict is not None and verdict.is_silent:
        missing = len(looked.end.missing)
        key = calendar.key(series.grain.unit, series.at(looked.end.missing[-1])) if looked.end.missing else ""
        absent = f"; {amount(missing, series.grain.word)} without rows, up to {key}" if missing else ""
        own = "warn" if verdict.is_overdue else "fail"
        return found(replace(result, message=f"{text}{absent}"), own, slate.severity("age"))  # type: ignore[arg-type]
    return replace(result, message=text)


def _late(slate: Slate, table: Table, looked: _Looked) -> Iterator[Result]:
    counts = table.counts if table.unit == table.counted else joined(table.counts, table.unit)
    usual = usual_share(first_shares(counts, table.unit, table.late))
    inside = range(len(looked.series.counts))
    items = [item for item in late_rows(counts, table.context.as_of) if looked.series.place(item.bucket) in inside]
    yield from told.late(slate, looked.series, items, usual)


# --- segments -----------------------------------------------------------------------------------------------


def _of_segment(slate: Slate, table: Table) -> Iterator[Result]:
    """Volume and gaps of one segment: the newest bucket, and findings."""
    looked = _looked(table, table.unit)
    if looked is None or looked.has_ended:
        return
    if slate.is_on("volume"):
        sized = [
            verdict for verdict in looked.judged if verdict.band is not None and verdict.band.expected >= SEGMENT_ROWS
        ]
        yield from told.volumes(slate, looked.series, [one for one in sized if one.rows], shown=1)
    if slate.is_on("gap"):
        yield from told.gaps(slate, looked.series, looked.judged, shown=1)
