"""The results of one check and segment over time: which of them decide, and its rows of bad chunks.

A chunk is bad where its result fails or warns. Bad chunks with no pass between them are one **episode**: a chunk that
passes ends it, one without a verdict (skipped, inconclusive, error) tells nothing and does not. Were a single pass
allowed within, a fault that is mended and comes back would be one and the same. Chunks that are still filling are left
out, and those of the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from statistics import median

from msgspec import Struct

from whq.fit.changes import onset
from whq.store.rows import SeriesKey
from whq.values import Chunk, Result

BAD = frozenset({"fail", "warn"})
VERDICTS = frozenset({"pass", "warn", "fail"})
NEAR = 50
"""How many chunks before an alert tell where it began."""
BACK = 3
"""How many chunks before its first alert an episode may begin: a model fails on 3 of 4 chunks."""


class Episode(Struct, frozen=True):
    """Bad results of one series in a row, in their order.

    begin: the chunk in which it began, None where it is about all rows at once. after: the key of the last chunk before
    it that passed, None where none did. before: the usual value before it.
    is_current: no pass came after it, and the newest chunk has rows. is_ended: whether the last run that had a verdict
    on the series came before its end; None where there was no such run.
    """

    key: SeriesKey
    results: tuple[Result, ...]
    definition: str = ""
    begin: Chunk | None = None
    after: str | None = None
    before: float | None = None
    is_current: bool = True
    is_ended: bool | None = None

    @property
    def first(self) -> Result:
        """The first bad result."""
        return self.results[0]

    @property
    def last(self) -> Result:
        """The last bad result."""
        return self.results[-1]


class Line(Struct, frozen=True):
    """One series of a run: the results of the analysis on closed chunks in order, and all others."""

    key: SeriesKey
    closed: tuple[Result, ...]
    filling: tuple[Result, ...]
    whole: tuple[Result, ...]
    taught: tuple[Result, ...]

    @property
    def newest(self) -> int | None:
        """The place of the newest chunk with a verdict among `closed`."""
        return next((at for at in reversed(range(len(self.closed))) if self.closed[at].status in VERDICTS), None)

    @property
    def verdict(self) -> str | None:
        """The key of the newest chunk with a verdict; "" for one on all rows; None without a verdict."""
        at = self.newest
        chunk = None if at is None else self.closed[at].chunk
        if chunk is not None:
            return chunk.key
        return "" if any(result.status in VERDICTS for result in self.whole) else None


def lines(results: Iterable[Result]) -> list[Line]:
    """The series of a dataset's results in the order in which they come."""
    by_key: dict[SeriesKey, list[Result]] = {}
    for result in results:
        by_key.setdefault(key_of(result), []).append(result)
    return [_line(key, members) for key, members in by_key.items()]


def key_of(result: Result) -> SeriesKey:
    """The series that a result belongs to."""
    return f"{result.monitor} {result.id}", result.segment or ""


def _line(key: SeriesKey, results: Sequence[Result]) -> Line:
    taught = tuple(result for result in results if result.period == "reference" and result.chunk)
    analysed = [result for result in results if result.period != "reference"]
    chunked = sorted((result for result in analysed if result.chunk), key=_index)
    filling = tuple(result for result in chunked if result.details.get("partial"))
    closed = tuple(result for result in chunked if not result.details.get("partial"))
    return Line(key, closed, filling, tuple(result for result in analysed if result.chunk is None), taught)


def _index(result: Result) -> int:
    return result.chunk.index if result.chunk else -1


def deciding_from(line: Line, known: str | None) -> int:
    """The place in `closed` from which on results decide the exit code.

    That is the newest chunk with a verdict (or the newest, if it is without rows), and all that came after the one that
    was newest in the last run.

    Args:
        known: the key of that chunk, None where there was no such run.
    """
    last = len(line.closed) - 1
    newest = line.newest
    begin = last if newest is None or _is_empty(line.closed[last]) else newest
    seen = _place(line, known)
    return begin if seen is None else min(begin, seen + 1)


def _is_empty(result: Result) -> bool:
    return result.status not in VERDICTS and result.chunk is not None and result.chunk.rows == 0


def _place(line: Line, key: str | None) -> int | None:
    """Where the chunk of that key stands; None where it is not there."""
    if not key:
        return None
    return next((at for at, result in enumerate(line.closed) if result.chunk and result.chunk.key == key), None)


def is_behind(line: Line, known: str | None) -> bool:
    """Whether the newest chunk with a verdict lies before the one of the last run; both are of one calendar unit."""
    newest = line.verdict
    return newest is not None and known is not None and len(newest) == len(known) and newest < known


def episodes(line: Line, known: str | None, definition: str) -> list[Episode]:
    """The episodes of a series in their order; one about all rows at once comes last.

    Args:
        known: as for `deciding_from`.
        definition: the digest of what the series is measured by.
    """
    found = [_episode(line, first, last, known, definition) for first, last in _rows_of_bad(line.closed)]
    failing = tuple(result for result in line.whole if result.status in BAD)
    return [*found, Episode(line.key, failing, definition)] if failing else found


def _rows_of_bad(closed: Sequence[Result]) -> list[tuple[int, int]]:
    """The places of the first and the last bad chunk of each row."""
    rows: list[tuple[int, int]] = []
    is_open = False
    for at, result in enumerate(closed):
        if result.status in BAD:
            rows[-1:] = [(rows[-1][0], at)] if is_open else [*rows[-1:], (at, at)]
            is_open = True
        elif result.status in VERDICTS:
            is_open = False
    return rows


def _episode(line: Line, first: int, last: int, known: str | None, definition: str) -> Episode:
    closed = line.closed
    seen = _place(line, known)
    begin = _begin(line, first)
    return Episode(
        line.key,
        tuple(result for result in closed[first : last + 1] if result.status in BAD),
        definition,
        begin=closed[begin].chunk,
        after=_passed(line, first),
        before=_before(line, begin),
        is_current=line.newest == last and not _is_empty(closed[-1]),
        is_ended=None if seen is None else last >= seen,
    )


def _begin(line: Line, first: int) -> int:
    """The place of the chunk in which an episode began: where the values changed, at most so many chunks before."""
    near = range(max(0, first - NEAR), min(first + BACK + 1, len(line.closed)))
    values = {at: value for at in near if (value := number(line.closed[at])) is not None}
    if first not in values:
        return first
    missing = NEAR - (first - near.start)
    taught = [value for result in line.taught[-missing:] if (value := number(result)) is not None] if missing else []
    earliest = first
    while earliest > max(0, first - BACK) and line.closed[earliest - 1].status == "pass":
        earliest -= 1
    places = list(values)
    least = min(place for place in places if place >= earliest)
    shift = len(taught)
    change = onset([*taught, *values.values()], shift + places.index(first), shift + places.index(least))
    return places[change - shift]


def _passed(line: Line, first: int) -> str | None:
    """The key of the last chunk before a place that passed."""
    passed = (result.chunk for result in reversed(line.closed[:first]) if result.status == "pass")
    chunk = next(passed, None)
    return chunk.key if chunk else None


def _before(line: Line, begin: int) -> float | None:
    """The usual value before a chunk: the median of the reference's, else of the chunks before that passed."""
    taught = [value for result in line.taught if (value := number(result)) is not None]
    passed = [result for result in line.closed[:begin] if result.status == "pass"]
    values = taught or [value for result in passed if (value := number(result)) is not None]
    return median(values) if values else None


def number(result: Result) -> float | None:
    """The value of a result as a finite number, else None."""
    value = result.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if isfinite(value) else None


def verdicts(all_lines: Iterable[Line]) -> Mapping[SeriesKey, str]:
    """By series the key of its newest chunk with a verdict, for the next run."""
    return {line.key: verdict for line in all_lines if (verdict := line.verdict) is not None}
