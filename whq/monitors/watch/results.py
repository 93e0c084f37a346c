"""Verdicts as results: which buckets are shown, how bad a finding is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil, exp, floor
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq import calendar
from whq.config.spec import DatasetSpec, WatchSpec
from whq.monitors.outcome import blank
from whq.monitors.watch.band import Band
from whq.monitors.watch.counts import Series
from whq.monitors.watch.judging import ENOUGH, Judged
from whq.monitors.watch.lateness import Late
from whq.monitors.watch.rhythm import FIRST
from whq.monitors.watch.trend import Trend, needed
from whq.values import Chunk, Result, Severity, Status
from whq.wording import amount

SHOWN = 60
"""How many of the newest buckets are results whatever their verdict; of those before only findings are."""


class Slate(Struct, frozen=True):
    """Where results come from: the dataset, the segment, and the statement that counted."""

    spec: DatasetSpec
    watch: WatchSpec
    query: str | None
    segment: str | None = None

    def blank(self, metric: str, id: str | None = None) -> Result:
        """A result of one metric that passes."""
        common = replace(self.watch.common, id=id) if id else self.watch.common
        result = blank(self.spec, common, "anomaly", None, metric)
        severity = self.severity(metric) or "warn"
        return replace(result, segment=self.segment, period="analysis", query=self.query, severity=severity)

    def severity(self, metric: str) -> Severity | None:
        """What the user wants a finding to be."""
        return dict(self.watch.kinds).get(metric)

    def is_on(self, metric: str) -> bool:
        """Whether the metric is watched."""
        return metric in dict(self.watch.kinds)


def found(result: Result, own: Severity, chosen: Severity | None) -> Result:
    """The result as a finding: as bad as the user says, else as bad as it is."""
    severity = chosen or own
    status: Status = "fail" if severity == "fail" else "warn"
    return replace(result, status=status, severity=severity, alert=True)


def withheld(result: Result, word: str, message: str) -> Result:
    """The result without a verdict, by design."""
    return replace(result, status="inconclusive", message=message, details={"withheld": word, "reason": message})


def noted(result: Result, note: str) -> Result:
    """A result that passes and is worth a word."""
    return replace(result, details={**result.details, "note": note})


def at(result: Result, series: Series, place: int, rows: int) -> Result:
    """The result about one bucket."""
    start = series.at(place)
    end = calendar.end(series.grain.unit, start)
    chunk = Chunk(
        calendar.key(series.grain.unit, start),
        series.skipped + place,
        start.isoformat(),
        None if end is None else end.isoformat(),
        rows,
    )
    return replace(result, chunk=chunk, params={"by": series.grain.unit})


# --- volume and gaps ----------------------------------------------------------------------------------------


def volumes(slate: Slate, series: Series, verdicts: Sequence[Judged], *, shown: int = SHOWN) -> Iterator[Result]:
    """How many rows each bucket has, and how many are usual."""
    for place, verdict in enumerate(verdicts):
        is_newest, is_shown = place == len(verdicts) - 1, place >= len(verdicts) - shown
        if verdict.volume == "short" and not is_newest:
            continue
        if is_shown or verdict.volume in ("low", "high"):
            yield _volume(slate, at(slate.blank("volume"), series, verdict.place, verdict.rows), series, verdict)


def _volume(slate: Slate, result: Result, series: Series, verdict: Judged) -> Result:
    rows = amount(verdict.rows, "row")
    result = replace(result, value=verdict.rows)
    if verdict.volume == "short":
        needs = 168 if series.grain.unit == "hour" else ENOUGH
        word = series.grain.word
        return withheld(
            result, "history", f"{rows}; a verdict needs {amount(needs, word)}, there are {verdict.history}"
        )
    if verdict.volume == "none":
        return replace(result, status="skipped", message="no rows; judged as a gap")
    if verdict.volume == "unusual day":
        return noted(replace(result, message=f"{rows} where there usually is none"), "rows where none are usual")
    if verdict.band is None:
        return replace(result, message=rows)
    result = _with_band(result, verdict.band)
    usual = _usual(verdict.band)
    if verdict.volume == "usual":
        return replace(result, message=f"{rows}; {usual}")
    if verdict.volume == "excused":
        return noted(replace(result, message=f"{rows}; {usual}, but {verdict.excuse}"), str(verdict.excuse))
    own: Severity = "fail" if verdict.volume == "low" and verdict.is_nearly_empty else "warn"
    return found(replace(result, message=f"{rows}; {usual}"), own, slate.severity("volume"))


def _with_band(result: Result, band: Band) -> Result:
    details: dict[str, Any] = {"expected": round(band.expected, 1), "cycle": band.cycle, "history": band.history}
    if band.lower <= 0:
        details["note"] = "too few rows to see a loss"
    lower = None if band.lower <= 0 else band.lower
    return replace(result, threshold_lower=lower, threshold_upper=band.upper, details=details)


def _usual(band: Band) -> str:
    lower, upper = max(0, ceil(band.lower)), floor(band.upper)
    return f"usual are {lower:,} to {upper:,}"


def gaps(
    slate: Slate, series: Series, verdicts: Sequence[Judged], id: str | None = None, *, shown: int = SHOWN
) -> Iterator[Result]:
    """Buckets that have no rows and should; the newest bucket whatever it has.

    Of a run of missing buckets that lies further back, the first and the last are results.
    """
    missing = {verdict.place for verdict in verdicts if verdict.gap == "missing"}
    for place, verdict in enumerate(verdicts):
        is_newest, is_shown = place == len(verdicts) - 1, place >= len(verdicts) - shown
        is_end = verdict.since == verdict.place or verdict.place + 1 not in missing
        is_told = verdict.gap == "missing" and (is_shown or is_end)
        if is_newest or is_told or (is_shown and verdict.gap == "excused"):
            yield _gap(slate, at(slate.blank("gap", id), series, verdict.place, verdict.rows), series, verdict)


def _gap(slate: Slate, result: Result, series: Series, verdict: Judged) -> Result:
    word = series.grain.word
    if verdict.gap == "short":
        needs = f"a verdict needs {amount(FIRST, word)}, there are {verdict.history}"
        return withheld(result, "history", f"no rows; {needs}")
    if verdict.gap == "rows":
        return replace(result, value=0, message=amount(verdict.rows, "row"))
    if verdict.is_silent and verdict.gap == "usual":
        message = f"no rows, as is usual for this {word}; some are missing before"
        return replace(result, status="skipped", message=message)
    if verdict.gap == "usual":
        return replace(result, value=0, message=f"no rows, as is usual for this {word}")
    if verdict.gap == "excused":
        return noted(replace(result, value=1, message=f"no rows, but {verdict.excuse}"), str(verdict.excuse))
    since = verdict.place if verdict.since is None else verdict.since
    length = verdict.place - since + 1
    result = replace(result, value=length)
    began = calendar.key(series.grain.unit, series.at(since))
    lasting = f"; none since {began}" if length > 1 else ""
    if verdict.is_overdue:
        return found(replace(result, message=f"no rows for longer than before{lasting}"), "warn", slate.severity("gap"))
    expected = "some" if verdict.band is None else f"about {round(verdict.band.expected):,}"
    return found(replace(result, message=f"no rows where {expected} are usual{lasting}"), "fail", slate.severity("gap"))


# --- late rows, future rows, trend --------------------------------------------------------------------------


def late(slate: Slate, series: Series, told: Sequence[Late], usual: float | None) -> Iterator[Result]:
    """Rows that came after their bucket was counted first: findings, and the newest bucket that was counted again."""
    if not told:
        message = f"no {series.grain.word} has been counted twice yet"
        yield replace(
            at(slate.blank("late_rows"), series, len(series.counts) - 1, 0), status="skipped", message=message
        )
    for number, item in enumerate(told):
        if not item.is_alarm and number < len(told) - 1:
            continue
        place = series.place(item.bucket)
        result = at(slate.blank("late_rows"), series, place, series.counts[place] or 0)
        message = f"{amount(item.rows, 'row')} ({item.share:.1%}) came after the first count".replace("%", " %")
        result = replace(result, value=item.share, threshold_upper=item.limit, message=message)
        if usual is not None:
            result = noted(result, f"usually {usual:.0%} of the rows are there at the first count; consider `late`")
        yield found(result, "warn", slate.severity("late_rows")) if item.is_alarm else result


def future(slate: Slate, rows: int, before: int | None, as_of: datetime) -> Result:
    """Rows later than any clock on earth; a finding where there were none before."""
    result = replace(slate.blank("future_rows"), value=rows, of=None)
    if not rows:
        return replace(result, message="no rows from the future")
    clock = as_of.isoformat(" ", "minutes")
    result = replace(result, message=f"{amount(rows, 'row')} with a time after the run's ({clock} UTC)")
    if before:
        return noted(result, f"there were {before:,} at the last run")
    return found(result, "warn", slate.severity("future_rows"))


def slow(slate: Slate, series: Series, found_trend: Trend | None) -> Result:
    """Rows that slowly grow or shrink: a note, and a finding where the user asks for that."""
    newest = len(series.counts) - 1
    result = at(slate.blank("trend"), series, newest, series.counts[newest] or 0)
    if found_trend is None:
        needs = f"a trend needs {amount(needed(series.grain.unit), series.grain.word)}"
        message = f"{needs}, there are {series.skipped + len(series.counts)}"
        if slate.severity("trend") is not None:
            return withheld(result, "history", message)
        return replace(result, status="skipped", message=message)
    change = exp(found_trend.change) - 1
    way = "more" if change >= 0 else "fewer"
    message = f"{abs(change):.0%} {way} rows than two months before".replace("%", " %")
    message += f" ({found_trend.before:,} → {found_trend.recent:,})"
    limits = {"threshold_lower": -found_trend.limit, "threshold_upper": found_trend.limit}
    result = replace(result, value=found_trend.change, message=message, **limits)
    if not found_trend.is_alarm:
        return result
    chosen = slate.severity("trend")
    return found(result, "warn", chosen) if chosen else noted(result, message)
