"""Raw rows to measurements: which segment, period and chunk each row is about, and how a chunk is named.

A chunk's index, row count and bounds are facts of the dataset, not of one statement: a `Timeline` gathers them
from all of a dataset's statements before any row is decoded. No statement returns a row for a chunk without rows, so
the timeline also knows which chunks are missing: calendar chunks between others, and chunks of a segment that has no
rows there. An answer has their cells, without a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import compress, pairwise
from typing import cast

from msgspec import Struct, field

from whq import calendar
from whq.engines.base import Fetched
from whq.errors import Problem, QueryError
from whq.values import Cell, Chunk, Chunking, ChunkUnit, Dataset, Measurement, Period, Query, Request, Scalar, Scope
from whq.wording import amount

Moment = datetime | int | str
Place = tuple[Period, Moment]
MOST_MISSING = 400
"""How many missing chunks become results one by one; as many as there are chunks with rows always do.

Where more are missing, each gap is told by its first and its last chunk. Otherwise one row of 1900-01-01 would make
45,000 days, and a row a day in hourly chunks 23 empty chunks for each that holds something. A gap of a year in daily
chunks becomes a result a day.
"""


class _Facts(Struct):
    """What is known of one cell: rows and bounds, from whole scans and from filtered ones."""

    rows: int | None = None
    filtered: int = 0
    start: datetime | None = None
    end: datetime | None = None

    def add(self, row: _Head, whole: bool) -> None:
        if row.rows is not None:
            if whole:
                self.rows = row.rows
            self.filtered = max(self.filtered, row.rows)
        self.start = _least(self.start, row.start)
        self.end = _greatest(self.end, row.end)


class _Head(Struct, frozen=True):
    """The cell's columns of a raw row."""

    segment: str | None
    period: Period
    moment: Moment | None
    rows: int | None
    start: datetime | None
    end: datetime | None


class Timeline(Struct, frozen=True, dict=True):
    """The chunks of one dataset, in their order within each period."""

    chunking: Chunking
    index: Mapping[Place, int]
    """Every chunk in order of time, missing ones included: places of the calendar, counted from 0 in each period."""
    facts: Mapping[tuple[str | None, Place], _Facts]
    unplaced: int = 0
    """Rows without a time: they belong to no chunk."""
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The labels of each of the dataset's segments that have rows somewhere."""
    _cells: dict[tuple[str | None, Place], Cell] = field(default_factory=dict)
    _slices: dict[str, tuple[tuple[str, Place], ...]] = field(default_factory=dict)

    def cell(self, segment: str | None, place: Place) -> Cell:
        """The cell of a segment, period and chunk."""
        key = (segment, place)
        if key not in self._cells:
            self._cells[key] = Cell(segment, place[0], self._chunk(segment, place))
        return self._cells[key]

    def every(self, scope: Scope) -> Iterator[Cell]:
        """All cells of a chunked scope, with rows or without; those of a segment from its first chunk on."""
        keys: Iterable[tuple[str | None, Place]] = ((None, place) for place in self.index)
        if scope.segment is not None:
            keys = self._sliced(scope.segment)
        yield from (self.cell(label, place) for label, place in keys if scope.period in (None, place[0]))

    def _sliced(self, segment: str) -> tuple[tuple[str, Place], ...]:
        """The label and place of every cell of a segment, label by label in order of time."""
        if segment not in self._slices:
            places = tuple(self.index)
            position = {place: number for number, place in enumerate(places)}
            labels = self.labels.get(segment, frozenset())
            held: dict[str, list[int]] = defaultdict(list)
            for label, place in self.facts:
                if label is not None and label in labels:
                    held[label].append(position[place])
            with_rows = sum(map(len, held.values()))
            missing = sum(len(places) - min(numbers) for numbers in held.values()) - with_rows
            in_full = _tells_in_full(missing, with_rows)
            self._slices[segment] = tuple(
                (label, places[number])
                for label in sorted(held)
                for number in _with_gaps(sorted(held[label]), len(places), in_full)
            )
        return self._slices[segment]

    def _chunk(self, segment: str | None, place: Place) -> Chunk:
        facts = self.facts.get((segment, place)) or _Facts()
        whole = self.facts.get((None, place)) or facts
        rows = facts.filtered if facts.rows is None else facts.rows
        key, start, end = chunk_name(self.chunking.within(place[0]), place[1])
        if self.chunking.unit in ("all", "rows", "count"):
            start, end = _iso(whole.start), _iso(whole.end)
        return Chunk(key, self.index[place], start, end, rows)


class Answer(Struct, frozen=True):
    """What a statement brought, with the columns of the cell read: row `i` begins with `heads[places[i]]`."""

    query: Query
    fetched: Fetched
    heads: tuple[_Head, ...]
    places: Sequence[int]


def timeline(dataset: Dataset, answers: Iterable[Answer]) -> Timeline:
    """The chunks of a dataset, gathered from the answers of all its chunked statements."""
    facts: dict[tuple[str | None, Place], _Facts] = defaultdict(_Facts)
    labels: dict[str, set[str]] = defaultdict(set)
    places: set[Place] = set()
    unplaced = 0
    for answer in answers:
        scope = answer.query.scope
        if not scope.by_chunk:
            continue
        whole, without_time = scope.where is None, 0
        for head in answer.heads:
            if head.moment is None:
                without_time += head.rows or 0
                continue
            place = (head.period, head.moment)
            places.add(place)
            facts[head.segment, place].add(head, whole)
            if scope.segment is not None and head.segment is not None:
                labels[scope.segment].add(head.segment)
        unplaced = max(unplaced, without_time)
    segments = {segment: frozenset(names) for segment, names in labels.items()}
    is_one = not isinstance(dataset.reference, Dataset)
    index = _indexed(dataset.chunking.unit, places, is_one=is_one)
    return Timeline(dataset.chunking, index, dict(facts), unplaced, segments)


def decode(answer: Answer, chunks: Timeline) -> dict[Request, Measurement]:
    """The measurements that one statement brought; rows that belong to no chunk are left out.

    Chunks without a row are among the cells of a measurement, after those that have some.
    """
    query, places, columns = answer.query, answer.places, answer.fetched.columns
    placed = [_cell(query.scope, head, chunks) for head in answer.heads]
    if None in placed:
        has_cell = [placed[place] is not None for place in places]
        places, columns = (*compress(places, has_cell),), tuple((*compress(column, has_cell),) for column in columns)
    cells = tuple(dict.fromkeys(cell for cell in placed if cell is not None))
    if len(cells) < len(placed):
        numbers: dict[Cell | None, int] = {cell: number for number, cell in enumerate(cells)}
        places = tuple(numbers[placed[place]] for place in places)
    if query.scope.by_chunk:
        cells = tuple(dict.fromkeys((*cells, *chunks.every(query.scope))))
    outputs: dict[int, dict[str, Sequence[Scalar]]] = defaultdict(dict)
    for output, column in zip(query.outputs, columns, strict=True):
        if output.request is not None:
            outputs[output.request][output.name] = column
    return {
        request: Measurement(request, cells, places, outputs[number], query.id)
        for number, request in enumerate(query.requests)
    }


def _cell(scope: Scope, head: _Head, chunks: Timeline) -> Cell | None:
    """What a row is about; None where it has no time and so no chunk."""
    if not scope.by_chunk:
        return Cell(head.segment, scope.period)
    return None if head.moment is None else chunks.cell(head.segment, (head.period, head.moment))


# --- raw rows -----------------------------------------------------------------------------------------------


def read(dataset: Dataset, query: Query, fetched: Fetched) -> Answer:
    """The cells that rows begin with; there are many rows a cell, so a cell's columns are read once.

    Raises QueryError where there are other columns than planned.
    """
    if len(fetched.names) != len(query.outputs):
        text = (
            f"query {query.id} returned {amount(len(fetched.names), 'column')} where {len(query.outputs)} were expected"
        )
        raise QueryError(Problem("WHQ-E212", "query", text, "check the SELECT of its template"))
    at = {output.name: position for position, output in enumerate(query.outputs) if output.request is None}
    numbers: defaultdict[tuple[Scalar, ...], int] = defaultdict()
    numbers.default_factory = numbers.__len__
    begun = [fetched.columns[place] for place in at.values()]
    places = tuple(map(numbers.__getitem__, zip(*begun, strict=True) if begun else ((),) * fetched.size))
    heads = tuple(_head(dataset, query.scope, dict(zip(at, raw, strict=True))) for raw in numbers)
    return Answer(query, fetched, heads, places)


def _head(dataset: Dataset, scope: Scope, raw: Mapping[str, Scalar]) -> _Head:
    return _Head(
        segment_label(dataset, scope, raw.get("segment")),
        cast(Period, raw.get("period") or scope.period or "analysis"),
        _moment(dataset.chunking.unit, raw.get("chunk")),
        _whole(raw.get("rows")),
        _instant(raw.get("start")),
        _instant(raw.get("end")),
    )


def segment_label(dataset: Dataset, scope: Scope, raw: Scalar) -> str | None:
    """`region=North`, `region is null`, or the name of a segment that is a predicate."""
    if scope.segment is None:
        return None
    segment = next(item for item in dataset.segments if item.name == scope.segment)
    if segment.column is None:
        return segment.name
    if raw is None:
        return f"{segment.column} is null"
    return f"{segment.column}={str(raw).lower() if isinstance(raw, bool) else raw}"


def _moment(unit: ChunkUnit, raw: Scalar) -> Moment | None:
    """A raw chunk as a comparable value; engines give numbers of several kinds, and dates for days."""
    if raw is None:
        return None
    return int(str(raw).partition(".")[0]) if unit in ("all", "rows", "count") else _instant(raw) or str(raw)


def _whole(raw: Scalar) -> int | None:
    return None if raw is None or isinstance(raw, (str, date)) else int(raw)


def _instant(raw: Scalar) -> datetime | None:
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day)
    try:
        return datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _least(first: datetime | None, second: datetime | None) -> datetime | None:
    return min((item for item in (first, second) if item is not None), default=None)


def _greatest(first: datetime | None, second: datetime | None) -> datetime | None:
    return max((item for item in (first, second) if item is not None), default=None)


def _indexed(unit: ChunkUnit, places: Collection[Place], *, is_one: bool) -> dict[Place, int]:
    """The chunks of each period with their positions, the reference first, in order of time.

    Calendar chunks count the calendar's places, and those between two others stand among them. Chunks of rows have the
    number that they have among all. Moments beyond Python's years are text and stand last.

    Args:
        is_one: whether both periods are rows of one table: a chunk with rows of the other period is not missing.
    """
    index: dict[Place, int] = {}
    for period in ("reference", "analysis"):
        elsewhere = {moment for moment_period, moment in places if moment_period != period} if is_one else set()
        moments = [moment for moment_period, moment in places if moment_period == period]
        moments.sort(key=lambda moment: (isinstance(moment, str), moment))
        pairs = list(pairwise(moments))
        in_full = _tells_in_full(sum(_missing(unit, *pair) for pair in pairs), len(moments))
        position = 0
        for moment, following in [*pairs, *((moment, None) for moment in moments[-1:])]:
            position = moment if isinstance(moment, int) else position
            index[period, moment] = position
            gap = 0 if following is None else _missing(unit, moment, following)
            for at in _told(range(1, gap + 1), in_full):
                missing = calendar.after(unit, cast(datetime, moment), at)
                if missing not in elsewhere:
                    index[period, missing] = position + at
            position += gap + 1
    return index


def _missing(unit: ChunkUnit, moment: Moment, following: Moment) -> int:
    """How many calendar chunks lie between two that follow each other."""
    if isinstance(moment, datetime) and isinstance(following, datetime):
        return calendar.steps(unit, moment, following) - 1
    return 0


def _tells_in_full(missing: int, with_rows: int) -> bool:
    """Whether every missing chunk becomes a result, or only the ends of each gap."""
    return missing <= max(MOST_MISSING, with_rows)


def _with_gaps(numbers: Sequence[int], end: int, in_full: bool) -> Iterator[int]:
    """Ascending numbers, and what lies between them and before `end`: all of it, or the ends of each gap."""
    for number, following in zip(numbers, [*numbers[1:], end], strict=True):
        yield number
        yield from _told(range(number + 1, following), in_full)


def _told(gap: range, in_full: bool) -> Iterable[int]:
    """The chunks of a gap that become results."""
    return gap if in_full or len(gap) < 3 else (gap[0], gap[-1])


# --- names of chunks ----------------------------------------------------------------------------------------


def chunk_name(chunking: Chunking, moment: Moment) -> tuple[str, str | None, str | None]:
    """The key of a chunk; for calendar chunks also its start and its end (exclusive) as ISO text."""
    if isinstance(moment, str):
        return moment, moment, None
    if isinstance(moment, int):
        return _number_key(chunking, moment), None, None
    return calendar.key(chunking.unit, moment), _iso(moment), _iso(calendar.end(chunking.unit, moment))


def _number_key(chunking: Chunking, number: int) -> str:
    if chunking.unit == "all":
        return "all"
    size = chunking.size or 1
    if chunking.unit == "count":
        return f"{number + 1}/{size}"
    return f"{number * size}-{(number + 1) * size - 1}"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
