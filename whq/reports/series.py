"""Results gathered into series: what one check says over all its chunks, and the words for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from whq.reports.models import is_error, trust, untrusted
from whq.reports.text import chunk_words, clean, number, percent, runs_of
from whq.result import Judged
from whq.values import Result, Status
from whq.wording import amount

_ROWS = re.compile(r"(\d+)-(\d+)")
_PART = re.compile(r"(\d+)/(\d+)")
RANK: tuple[Status, ...] = ("fail", "error", "warn", "inconclusive", "skipped", "pass")
"""Statuses in the order in which they are told."""


class Series(Struct, frozen=True, dict=True):
    """The results of one check: same id, monitor, segment and method; reference chunks first, each period in order.

    `is_newest`: its status follows from what decides the exit code (`details.decides`), not from all that was judged.
    """

    results: tuple[Result, ...]
    is_newest: bool = False

    @property
    def first(self) -> Result:
        """The result that stands for all: id, dataset, monitor and owner are the same in each."""
        return self.results[0]

    @cached_property
    def judged(self) -> tuple[Result, ...]:
        """The results outside the reference; all of them when there are no others."""
        return tuple(result for result in self.results if result.period != "reference") or self.results

    @cached_property
    def decided(self) -> tuple[Result, ...]:
        """The judged results without those whose verdict was withheld by design; all of them where each was."""
        return tuple(result for result in self.judged if "withheld" not in result.details) or self.judged

    @cached_property
    def deciding(self) -> tuple[Result, ...]:
        """The results that its status follows from: of all chunks, or of those that have just closed."""
        if not self.is_newest:
            return self.decided
        return tuple(
            result
            for result in self.decided
            if result.chunk is None or result.status == "error" or result.details.get("decides") is True
        )

    @cached_property
    def status(self) -> Status:
        """The gravest status of the results that decide; `skipped` where none of them has another."""
        statuses: set[Status] = {result.status for result in self.deciding} or {"skipped"}
        return min(statuses - {"skipped"} or statuses, key=RANK.index)

    @property
    def is_withheld(self) -> bool:
        """Whether every verdict was withheld by design: neither a finding nor a pass."""
        return self.status == "inconclusive" and all("withheld" in result.details for result in self.deciding)

    @cached_property
    def worst(self) -> tuple[Result, ...]:
        """The deciding results that have the gravest status."""
        return tuple(result for result in self.deciding if result.status == self.status)

    @cached_property
    def alike(self) -> tuple[Result, ...]:
        """All judged results that have its status, earlier chunks among them."""
        return tuple(result for result in self.decided if result.status == self.status)

    @cached_property
    def peak(self) -> Result:
        """The one of the worst that is farthest outside its thresholds; one on a closed chunk where there is one."""
        closed = [result for result in self.worst if not result.is_partial]
        return max(closed or self.worst or self.judged, key=excess)


def is_check(series: Series) -> bool:
    """Whether a series was held to something: a profile's number that no limit judges, and an estimator's error, are
    only told.

    Example:
        >>> from msgspec.structs import replace
        >>> mean = Result("t/x/mean", "t", "profile", "x", "mean", "pass", value=3.5)
        >>> is_check(Series((mean,))), is_check(Series((replace(mean, threshold_upper=5.0),)))
        (False, True)
    """
    is_told = series.first.monitor == "profile" or is_error(series.first)
    return not is_told or any(map(_is_judged, series.results))


def is_number(series: Series) -> bool:
    """Whether a series is a number that no limit judges, counted beside the checks; an estimator's error is not."""
    return not is_check(series) and not is_error(series.first)


def _is_judged(result: Result) -> bool:
    has_limit = result.threshold_lower is not None or result.threshold_upper is not None
    return has_limit or result.status not in ("pass", "skipped")


def gather(results: Iterable[Result], judged: Judged = "all") -> list[Series]:
    """Series in the order in which their first results stand.

    Args:
        judged: whether all chunks decide on their status, or those that have just closed.
    """
    by_id: dict[tuple[str | None, ...], list[Result]] = {}
    for result in results:
        by_id.setdefault((result.id, result.monitor, result.segment, result.method), []).append(result)
    return [Series(tuple(sorted(members, key=_order)), judged == "newest") for members in by_id.values()]


def headline(series: Series) -> str:
    """What is wrong, in one line: the message of a single result, or the peak of many."""
    peak = series.peak
    place = peak.details.get("location")
    if place and peak.status == "error":
        return f"{clean(place)}: {clean(peak.message)}"
    if peak.message and (len(series.judged) == 1 or series.status in ("error", "inconclusive")):
        return clean(peak.message)
    words = counted(peak) or against(peak) or clean(peak.message) or _bare(peak)
    return f"{words} in {chunk_words(peak.chunk.key)}" if peak.chunk and len(series.judged) > 1 else words


def quoted(result: Result) -> str:
    """What is said after a chunk that is quoted: that it is still filling, and its rows where nothing else counts them.

    >>> from whq.values import Chunk
    >>> quoted(Result("t/x/ks", "t", "drift", "x", "ks", "warn", chunk=Chunk("2024-03", 2, None, None, 1204)))
    ' (1,204 rows)'
    """
    rows = f" ({amount(result.chunk.rows, 'row')})" if result.chunk and result.failing is None else ""
    return f"{so_far(result)}{rows}"


def chunk_told(result: Result) -> str | None:
    """The chunk of a result in a table: its name, and that it is still filling."""
    return None if result.chunk is None else f"{chunk_words(result.chunk.key)}{so_far(result)}"


def status_told(result: Result) -> str:
    """The status of a result in a table, with the word that says why there is no verdict or how far it is trusted.

    >>> untrusted = {"withheld": "untrusted", "trust": {"verdict": "untrusted"}}
    >>> status_told(Result("t/m/f1/cbpe", "t", "model", "m", "f1", "inconclusive", details=untrusted))
    'inconclusive (untrusted)'
    >>> status_told(Result("t/m/f1/cbpe", "t", "model", "m", "f1", "pass", details={"trust": {"verdict": "doubtful"}}))
    'pass (doubtful)'
    """
    word = clean(result.details.get("withheld") or "", 60) or (trust(result) if untrusted(result) else "")
    return f"{result.status} ({word})" if word else result.status


def so_far(result: Result) -> str:
    """The mark of a chunk that is still filling."""
    return " so far" if result.is_partial else ""


def where(series: Series) -> str:
    """Which chunks are concerned, neighbours joined: `13 of 20: 1997-05…1998-04, 1998-09`."""
    if len(series.judged) < 2 or any(result.chunk is None for result in series.judged):
        return ""
    if len(series.alike) == len(series.judged):
        return f"all {len(series.alike)} chunks"
    return f"{len(series.alike)} of {len(series.judged)}: {spans(series.alike)}"


def spans(results: Iterable[Result], most: int = 4) -> str:
    """The chunks of results, neighbours in the calendar joined; one that is not among them ends a span."""
    concerned = {result.chunk.index: result for result in results if result.chunk}
    ranges = runs_of(sorted(concerned))
    shown = [_range(_key(concerned[first]), _key(concerned[last])) for first, last in ranges[:most]]
    return ", ".join(shown) + (f", … {len(ranges) - most} more" if len(ranges) > most else "")


def _range(first: str, last: str) -> str:
    if first == last:
        return chunk_words(first)
    parts = _PART.fullmatch(first), _PART.fullmatch(last)
    if parts[0] and parts[1]:
        return f"parts {parts[0][1]}…{parts[1][1]} of {parts[0][2]}"
    ends = _ROWS.fullmatch(first), _ROWS.fullmatch(last)
    if ends[0] and ends[1] and int(ends[0][2]) > int(ends[0][1]):  # rows 0-4999, not the month 2024-01
        return f"rows {ends[0][1]}-{ends[1][2]}"
    return f"{first}…{last}"


def _key(result: Result) -> str:
    return clean(result.chunk.key) if result.chunk else ""


def counted(result: Result) -> str:
    """`12 of 3,400 rows (0.4 %)` or `12 keys in 3,400 rows`, or nothing for a result that counts no failures."""
    if result.failing is None:
        return ""
    what = clean(result.params.get("measure", "rows"), 20).removesuffix("s")
    if not result.of:
        return amount(result.failing, what)
    if what != "row":
        return f"{amount(result.failing, what)} in {amount(result.of, 'row')}"
    return f"{result.failing:,} of {amount(result.of, what)} ({percent(result.failing, result.of)})"


def against(result: Result) -> str:
    """`0.31, above 0.1`, or nothing for a result without a value."""
    value, lower, upper = result.value, result.threshold_lower, result.threshold_upper
    if isinstance(value, (int, float)):
        if upper is not None and value > upper:
            return f"{number(value)}, above {number(upper)}"
        if lower is not None and value < lower:
            return f"{number(value)}, below {number(lower)}"
    return ""


def _bare(result: Result) -> str:
    return "" if result.value is None else number(result.value)


def excess(result: Result) -> float:
    """How far a value lies outside its thresholds; without these, its size, or the failures."""
    value = result.value
    if not isinstance(value, (int, float)):
        return float(result.failing or 0)
    over = value - result.threshold_upper if result.threshold_upper is not None else None
    under = result.threshold_lower - value if result.threshold_lower is not None else None
    sides = [side for side in (over, under) if side is not None]
    return float(max(sides)) if sides else abs(float(value))


def _order(result: Result) -> tuple[bool, int]:
    return (result.period != "reference", result.chunk.index if result.chunk else -1)
