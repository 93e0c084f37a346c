"""Raw rows to measurements: which segment, period and chunk each row is about, and how a chunk is named.

A chunk's index, row count and bounds are facts of the dataset, not of one statement: a `Timeline` gathers them
from all of a dataset's statements before any row is decoded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from whq.engines.base import Fetched
from whq.errors import Problem, QueryError
from whq.model import Cell, Chunk, Chunking, ChunkUnit, Dataset, Measurement, Period, Query, Request, Row, Scalar, Scope

Moment = datetime | int | str
Place = tuple[Period, Moment]
Answer = tuple[Query, Fetched]


@dataclass(slots=True)
class _Facts:
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


@dataclass(frozen=True, slots=True)
class _Head:
    """The cell's columns of a raw row."""

    segment: str | None
    period: Period
    moment: Moment | None
    rows: int | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Timeline:
    """The chunks of one dataset, in their order within each period."""

    chunking: Chunking
    index: Mapping[Place, int]
    facts: Mapping[tuple[str | None, Place], _Facts]
    unplaced: int = 0
    """Rows without a time: they belong to no chunk."""
    _cells: dict[tuple[str | None, Place], Cell] = field(default_factory=dict, repr=False)

    def cell(self, segment: str | None, place: Place) -> Cell:
        """The cell of a segment, period and chunk."""
        key = (segment, place)
        if key not in self._cells:
            self._cells[key] = Cell(segment, place[0], self._chunk(segment, place))
        return self._cells[key]

    def _chunk(self, segment: str | None, place: Place) -> Chunk:
        own = self.facts.get((segment, place)) or _Facts()
        whole = self.facts.get((None, place)) or own
        rows = own.filtered if own.rows is None else own.rows
        key, start, end = chunk_name(self.chunking, place[1])
        if self.chunking.unit in ("all", "rows", "count"):
            start, end = _iso(whole.start), _iso(whole.end)
        return Chunk(key, self.index[place], start, end, rows)


def timeline(dataset: Dataset, answers: Iterable[Answer]) -> Timeline:
    """The chunks that a dataset's statements found, counted over all of them."""
    facts: dict[tuple[str | None, Place], _Facts] = defaultdict(_Facts)
    places: set[Place] = set()
    unplaced = 0
    for query, fetched in answers:
        if not query.scope.by_chunk:
            continue
        whole, lost = query.scope.where is None, 0
        heads, _ = _heads(dataset, query, fetched)
        for head in heads.values():
            if head.moment is None:
                lost += head.rows or 0
                continue
            place = (head.period, head.moment)
            places.add(place)
            facts[head.segment, place].add(head, whole)
        unplaced = max(unplaced, lost)
    return Timeline(dataset.chunking, _indexed(places), dict(facts), unplaced)


def decode(dataset: Dataset, answer: Answer, chunks: Timeline) -> dict[Request, Measurement]:
    """The measurements that one statement brought. Raises QueryError when its columns are not those planned."""
    query, fetched = answer
    outputs: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for position, output in enumerate(query.outputs):
        if output.request is not None:
            outputs[output.request].append((position, output.name))
    heads, width = _heads(dataset, query, fetched)
    placed = {raw: head for raw, head in heads.items() if head.moment is not None or not query.scope.by_chunk}
    cells = {raw: _cell(query.scope, head, chunks) for raw, head in placed.items()}
    rows = [(cells[row[:width]], row) for row in fetched.rows if row[:width] in cells]
    return {
        request: Measurement(request, _rows(rows, outputs[number]), query.id)
        for number, request in enumerate(query.requests)
    }


def _rows(rows: Sequence[tuple[Cell, tuple[Scalar, ...]]], places: Sequence[tuple[int, str]]) -> tuple[Row, ...]:
    return tuple(Row(cell, {name: values[position] for position, name in places}) for cell, values in rows)


def _cell(scope: Scope, head: _Head, chunks: Timeline) -> Cell:
    if scope.by_chunk and head.moment is not None:
        return chunks.cell(head.segment, (head.period, head.moment))
    return Cell(head.segment, scope.period)


# --- raw rows -----------------------------------------------------------------------------------------------


def check(answer: Answer) -> None:
    """Raise QueryError where an answer has other columns than planned."""
    query, fetched = answer
    if len(fetched.columns) != len(query.outputs):
        text = f"query {query.id} returned {len(fetched.columns)} columns where {len(query.outputs)} were expected"
        raise QueryError(Problem("WHQ-E212", "query", text, "check the SELECT of its template"))


def _heads(dataset: Dataset, query: Query, fetched: Fetched) -> tuple[dict[tuple[Scalar, ...], _Head], int]:
    """The cells that rows begin with, by their raw columns, and how many columns these are.

    A query has many rows a cell: what is read once a cell costs next to nothing.
    """
    check((query, fetched))
    at = {output.name: position for position, output in enumerate(query.outputs) if output.request is None}
    width = max(at.values(), default=-1) + 1
    distinct = dict.fromkeys(row[:width] for row in fetched.rows)
    named = ((raw, {name: raw[place] for name, place in at.items()}) for raw in distinct)
    return {raw: _head(dataset, query.scope, values) for raw, values in named}, width


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


def _least(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((item for item in (one, other) if item is not None), default=None)


def _greatest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((item for item in (one, other) if item is not None), default=None)


def _indexed(places: Iterable[Place]) -> dict[Place, int]:
    """Positions from 0 within each period; moments beyond Python's years are text and stand last."""
    found: dict[Place, int] = {}
    seen: dict[Period, int] = defaultdict(int)
    for place in sorted(places, key=lambda item: (item[0], isinstance(item[1], str), item[1])):
        found[place] = seen[place[0]]
        seen[place[0]] += 1
    return found


# --- names of chunks ----------------------------------------------------------------------------------------


def chunk_name(chunking: Chunking, moment: Moment) -> tuple[str, str | None, str | None]:
    """The key of a chunk; for calendar chunks also its start and its end (exclusive) as ISO text."""
    if isinstance(moment, str):
        return moment, moment, None
    if isinstance(moment, int):
        return _number_key(chunking, moment), None, None
    return _calendar_key(chunking.unit, moment), _iso(moment), _iso(_calendar_end(chunking.unit, moment))


def _number_key(chunking: Chunking, number: int) -> str:
    if chunking.unit == "all":
        return "all"
    size = chunking.size or 1
    if chunking.unit == "count":
        return f"{number + 1}/{size}"
    return f"{number * size}-{(number + 1) * size - 1}"


def _calendar_key(unit: ChunkUnit, start: datetime) -> str:
    year, day = f"{start.year:04d}", start.date().isoformat()
    if unit == "week":
        iso = start.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    keys = {
        "hour": f"{day}T{start.hour:02d}",
        "day": day,
        "month": day[:7],
        "quarter": f"{year}-Q{(start.month + 2) // 3}",
        "year": year,
    }
    return keys[unit]


_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _calendar_end(unit: ChunkUnit, start: datetime) -> datetime | None:
    """Where the next period starts; None beyond the year 9999."""
    try:
        if unit in _STEPS:
            return start + _STEPS[unit]
        years, month = divmod(start.month - 1 + _MONTHS[unit], 12)
        return start.replace(year=start.year + years, month=month + 1)
    except (OverflowError, ValueError):
        return None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
