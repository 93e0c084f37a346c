"""The values that pass between the stages. All are frozen; none knows a connection, a clock or sqlglot.

Read in the order of the pipe: written text → sources → dataset → request → measurement → result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

from whq.ensembles import CrossFitted, Ensemble, Feature, Share, Split, Term, Tree
from whq.errors import Location, Problem

__all__ = ["CrossFitted", "Ensemble", "Feature", "Share", "Split", "Term", "Tree"]

Scalar = bool | int | float | Decimal | str | date | datetime | None
Period = Literal["reference", "analysis"]
Severity = Literal["warn", "fail"]
Status = Literal["pass", "warn", "fail", "error", "inconclusive", "skipped"]
STATUSES: tuple[Status, ...] = ("pass", "warn", "fail", "error", "inconclusive", "skipped")
LogicalType = Literal[
    "integer", "decimal", "float", "text", "boolean", "date", "timestamp", "timestamptz", "time", "binary", "other"
]
TYPE_FAMILIES: dict[str, frozenset[str]] = {
    "numeric": frozenset({"integer", "decimal", "float"}),
    "nonfinite": frozenset({"float"}),
    "temporal": frozenset({"date", "timestamp", "timestamptz"}),
    "text": frozenset({"text"}),
    "boolean": frozenset({"boolean"}),
    "any": frozenset(
        {
            "integer",
            "decimal",
            "float",
            "text",
            "boolean",
            "date",
            "timestamp",
            "timestamptz",
            "time",
            "binary",
            "other",
        }
    ),
}
"""Families that templates and column patterns (`type:numeric`) speak of; `nonfinite` can hold NaN and infinities."""


class Written(str):
    """Text as a user wrote it, with the place where it stands. Equal to the plain text."""

    location: Location | None

    def __new__(cls, text: str, location: Location | None = None) -> Written:
        """The text, remembering where it stands."""
        made = super().__new__(cls, text)
        made.location = location
        return made


def place_of(text: str) -> Location | None:
    """Where a text was written, when it is known."""
    return text.location if isinstance(text, Written) else None


# --- what the warehouse holds -------------------------------------------------------------------------------


_WHOLE = re.compile(r"\b(decimal|numeric|dec|fixed)\s*\(\s*\d+\s*(,\s*0\s*)?\)", re.IGNORECASE)
"""`decimal(9)`, `numeric(9, 0)`. Without parentheses a decimal has digits after the point, or any number of them."""


class Column(Struct, frozen=True):
    """A column as the catalog knows it: exact name, logical type, the engine's own word for the type.

    `fields` are those of a composite type, where the catalog tells them (Postgres).
    `is_single`: a float of four bytes. Its 0.1 is 0.10000000149…, which no double 0.1 equals, so values written for it
    are rounded to four bytes before they are compared.
    `is_nonfinite`: a decimal that can hold NaN and infinities, as Postgres' numeric can.
    """

    name: str
    type: LogicalType
    native: str = ""
    nullable: bool = True
    fields: tuple[Column, ...] = ()
    is_single: bool = False
    is_nonfinite: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the type holds whole numbers only: integers, and decimals without digits after the point."""
        return self.type == "integer" or (self.type == "decimal" and _WHOLE.search(self.native) is not None)

    def is_a(self, family: str) -> bool:
        """Whether the type belongs to a family of TYPE_FAMILIES, or is that very type."""
        return self.type in TYPE_FAMILIES.get(family, frozenset({family})) or (
            family == "nonfinite" and self.is_nonfinite
        )


class Fragment(Struct, frozen=True, eq=False):
    """A piece of user SQL after the guard: checked, names resolved and quoted, regenerated in `dialect`.

    `columns` are the exact names of the dataset's columns that it reads; `written` is what the user wrote, to show:
    fragments that differ in nothing else are equal, so that they are measured once. `clock`: the run's time stands in
    it (before that is known, a marker of `whq.sql.clock`).
    """

    text: str
    dialect: str
    columns: tuple[str, ...] = ()
    written: str = ""
    clock: bool = False

    @property
    def shown(self) -> str:
        """The text for people: the user's own."""
        return self.written or self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fragment) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash(self._meaning())

    def _meaning(self) -> tuple[str, str, tuple[str, ...]]:
        return self.text, self.dialect, self.columns


class TableSource(Struct, frozen=True):
    """A table or view; the parts (database, schema, name) are exact and will be quoted.

    `is_view`: each reading computes it again.
    """

    parts: tuple[str, ...]
    is_view: bool = False


FileOptions = tuple[tuple[str, str | bool | int | tuple[tuple[str, str], ...]], ...]
"""Named arguments of DuckDB's reader of a file: texts, numbers, and mappings of names to types."""


class FileSource(Struct, frozen=True):
    """A Parquet or CSV file (or a glob) that DuckDB reads; the path is absolute.

    `options` say how it is read: what the dataset says (`delim`, `types`, …), and what was learned of the file.
    """

    path: str
    format: Literal["parquet", "csv"]
    options: FileOptions = ()


class QuerySource(Struct, frozen=True):
    """A user's SELECT, checked by the guard."""

    sql: Fragment


Source = TableSource | FileSource | QuerySource


# --- a dataset, bound to the catalog ------------------------------------------------------------------------

ChunkUnit = Literal["all", "hour", "day", "week", "month", "quarter", "year", "rows", "count"]


class Chunking(Struct, frozen=True):
    """How each period is cut: everything at once, calendar periods, N rows a chunk, or N equal parts.

    of: whether both periods are cut, or the reference alone: then the analysis is one chunk.
    """

    unit: ChunkUnit = "all"
    size: int | None = None
    of: Literal["both", "reference"] = "both"

    def within(self, period: Period) -> Chunking:
        """How one period is cut."""
        return Chunking() if self.of == "reference" and period == "analysis" else self


class Segment(Struct, frozen=True):
    """A slice: each value of `column`, or the rows for which `where` is true."""

    name: str
    column: str | None = None
    where: Fragment | None = None


class Join(Struct, frozen=True):
    """Columns of another table, looked up by key (labels that live apart).

    `on` pairs a column of the dataset with one of `source`; `columns` pairs a column of `source` with the
    name that it gets in the dataset.
    """

    source: Source
    on: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]


class Dataset(Struct, frozen=True):
    """A table, view, file or query under watch, every name resolved against the catalog.

    `reference` is a predicate on this dataset, another dataset whose rows are the reference, or None.
    `absent` are those of `columns` that only the reference dataset holds (labels); here they are NULL.
    """

    name: str
    source: Source
    columns: tuple[Column, ...]
    time: str | None = None
    key: tuple[str, ...] = ()
    where: Fragment | None = None
    reference: Fragment | Dataset | None = None
    chunking: Chunking = Chunking()
    segments: tuple[Segment, ...] = ()
    joins: tuple[Join, ...] = ()
    absent: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that exact name. Raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


# --- an engine's taste ---------------------------------------------------------------------------------------


class Policy(Struct, frozen=True):
    """How an engine likes its statements: `dataset` fuses all that one scope can answer into one scan.

    That is right where a statement has a fixed price, or bytes are billed. An embedded engine reads a column of a
    stored table again for next to nothing: `column` keeps unchunked aggregates of different columns apart (`count`,
    `min` and `max` alone are answered from statistics), and counts the rows that break a rule by a filter of their
    own, which statistics and dictionaries answer where a CASE would look at every row. A view, a query or a CSV
    file would be computed again each time, so they are fused everywhere.
    `jobs` is how many statements run at a time unless the user says otherwise.
    """

    fuse: Literal["column", "dataset"] = "dataset"
    max_aggregates: int = 500
    max_bytes: int = 200_000
    jobs: int = 4


# --- requests: what a monitor wants to know -----------------------------------------------------------------


class ColumnName(Struct, frozen=True):
    """A column argument: the exact name in the dataset."""

    name: str


class Cuts(Struct, frozen=True):
    """Where a numeric axis is cut into bins 0 … len(points).

    A value belongs to the first bin whose cut it satisfies: `x < point`, or `x <= point` where `inclusive`.
    Points ascend; of two equal points the exclusive one stands first (together they give the point a bin of
    its own).
    """

    points: tuple[float, ...]
    inclusive: tuple[bool, ...]


class Coded(Struct, frozen=True):
    """A column read as the text of the part that its value lies in, never NULL or empty.

    `-` where there is no value; else the number of the bin, where there are `cuts`, or `=` and the value as text.
    """

    column: str
    cuts: Cuts | None = None


class Rows(Struct, frozen=True):
    """A small literal relation (calibration knots, lists too long for IN): column names, types and rows."""

    columns: tuple[str, ...]
    types: tuple[LogicalType, ...]
    rows: tuple[tuple[Scalar, ...], ...]


class Lookup(Struct, frozen=True):
    """Another table as an argument (the parent of a relationship): a source and its columns' exact names."""

    source: Source
    columns: tuple[str, ...]


class Awaited(Struct, frozen=True):
    """An argument that is learned from the answers to these requests; a request that has one cannot be sent yet."""

    answers: tuple[Request, ...]


Model = Ensemble | CrossFitted
"""A model as an argument: it stands in SQL as the expression that scores a row."""

Value = Scalar | ColumnName | Fragment | Cuts | Coded | Rows | Lookup | Awaited | Model | Share | tuple["Value", ...]


class Window(Struct, frozen=True):
    """Analysis rows from `since` to before `until` (UTC, naive; None is no bound), and those without a time.

    Rows from `end` on do not exist. Chunks of N rows and equal parts of all rows are numbered over all that do, and
    those that have a row within the bounds are read whole. The reference is not bounded. With `of_all` it is, and rows
    without a time are left out.
    """

    since: datetime | None = None
    until: datetime | None = None
    end: datetime | None = None
    of_all: bool = False


class Scope(Struct, frozen=True):
    """Which rows of a dataset are read, and how they are cut into cells.

    `by_chunk` cuts by period and chunk; otherwise all selected rows of both periods are one cell.
    `segment` names one of the dataset's segments to cut by as well. `period` keeps one period only.
    `where` keeps fewer rows (a rule's own filter), `window` those of some time: it needs the dataset's time column.
    """

    dataset: str
    by_chunk: bool = False
    segment: str | None = None
    period: Period | None = None
    where: Fragment | None = None
    window: Window | None = None


class Request(Struct, frozen=True):
    """One template with its arguments over one scope. Equal requests are the same request."""

    scope: Scope
    template: str
    arguments: tuple[tuple[str, Value], ...] = ()

    @staticmethod
    def of(scope: Scope, template: str, /, **arguments: Value) -> Request:
        """A request with its arguments sorted by name, so that equal ones compare equal."""
        return Request(scope, template, tuple(sorted(arguments.items())))

    def argument(self, name: str) -> Value:
        """The value of one argument, or None when it was not given."""
        return dict(self.arguments).get(name)


# --- queries: what is sent ----------------------------------------------------------------------------------


class Output(Struct, frozen=True):
    """One column of a statement's result: which request (by position) and which of its outputs it carries.

    `request` is None for the columns that say which cell a row belongs to: `segment`, `period`, `chunk`,
    `start`, `end`, `rows`.
    """

    name: str
    request: int | None = None


class Query(Struct, frozen=True):
    """One compiled statement, the requests that it answers and how to read its rows.

    One that `waits_for` others, by their ids, has no `sql` yet: it follows from what these bring. One with a `when` is
    not sent by every run: it says when it is. One that `holds` brings nothing: its rows fill a temporary table of that
    name, which no other connection sees. `times`: how many statements of its form are sent at most. `note`: what else
    is to be said of it.
    """

    id: str
    dataset: str
    sql: str
    dialect: str
    scope: Scope
    requests: tuple[Request, ...]
    outputs: tuple[Output, ...]
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    when: str = ""
    holds: str = ""
    times: int = 1
    note: str = ""


# --- measurements: what came back ---------------------------------------------------------------------------


class Chunk(Struct, frozen=True):
    """A unit of time or rows. `index` counts from 0 within its period; `rows` is its row count.

    A calendar chunk starts and ends (exclusive) with its period; a row chunk with the least and greatest time
    found in it, or None without a time column.
    """

    key: str
    index: int
    start: str | None
    end: str | None
    rows: int

    def as_dict(self) -> dict[str, Any]:
        """The chunk as it stands in the `whq.run/1` document."""
        return {"key": self.key, "index": self.index, "start": self.start, "end": self.end, "rows": self.rows}


class Cell(Struct, frozen=True):
    """What a number is about: a segment's label (`region=North`, or a named segment), a period and a chunk."""

    segment: str | None = None
    period: Period | None = None
    chunk: Chunk | None = None


class Row(Struct, frozen=True):
    """The outputs of one template for one cell; `value` is the output of an aggregate."""

    cell: Cell
    values: Mapping[str, Scalar]


class Measurement(Struct, frozen=True, dict=True):
    """What a request brought back, and the query that brought it.

    Answers may be long, so they are kept by column: row `i` is about `cells[places[i]]`, and its outputs are
    `columns[name][i]`. The cells are distinct. One that no place points to has no row: a chunk without rows.
    """

    request: Request
    cells: tuple[Cell, ...]
    places: Sequence[int]
    columns: Mapping[str, Sequence[Scalar]]
    query: str | None = None

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The same row by row, for answers that are short."""
        names = tuple(self.columns)
        values = zip(*self.columns.values(), strict=True)
        return tuple(
            Row(self.cells[place], dict(zip(names, row, strict=True)))
            for place, row in zip(self.places, values, strict=True)
        )

    @staticmethod
    def joined(request: Request, parts: Sequence[Measurement]) -> Measurement:
        """The rows of answers with the same outputs, one after the other, as the answer to one request."""
        cells = tuple(dict.fromkeys(cell for part in parts for cell in part.cells))
        numbers = {cell: number for number, cell in enumerate(cells)}
        places: list[int] = []
        for part in parts:
            moved = [numbers[cell] for cell in part.cells]
            places += [moved[place] for place in part.places]
        columns = {name: tuple(chain(*(part.columns[name] for part in parts))) for name in parts[0].columns}
        return Measurement(request, cells, tuple(places), columns, parts[-1].query)


class Failure(Struct, frozen=True):
    """A request that could not be answered, and why."""

    request: Request
    problem: Problem
    query: str | None = None


Measurements = Mapping[Request, Measurement | Failure]


class Compiled(NamedTuple):
    """The statements to send, and the requests that no statement can answer."""

    queries: tuple[Query, ...]
    failures: tuple[Failure, ...]


# --- results ------------------------------------------------------------------------------------------------

MonitorName = Literal["profile", "rule", "drift", "model", "anomaly", "parity"]


class Result(Struct, frozen=True):
    """One row of output: a value with its bounds, thresholds and status (section 5 of the contract)."""

    id: str
    dataset: str
    monitor: MonitorName
    subject: str | None
    metric: str
    status: Status
    method: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    segment: str | None = None
    period: Period | None = None
    chunk: Chunk | None = None
    value: Scalar = None
    lower: float | None = None
    upper: float | None = None
    threshold_lower: float | None = None
    threshold_upper: float | None = None
    alert: bool = False
    severity: Severity = "fail"
    message: str = ""
    failing: int | None = None
    of: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    query: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether its chunk is still filling (`whq.monitors.closing`)."""
        return self.details.get("partial") is True


IncidentState = Literal["new", "ongoing", "recovered", "past"]


class Acknowledgement(Struct, frozen=True):
    """Someone has seen an incident: it does not decide the exit code until a day (None: while it lasts)."""

    until: str | None
    why: str
    at: str


class Incident(Struct, frozen=True):
    """Findings on one dataset that began together.

    id: the dataset and its first bad chunk; the same in every run. `since` and `until` are keys of chunks, the first
    and the last bad one; `until` is None while it lasts. `text` says in one sentence what happened. `results` are the
    ids of the series that it is made of.
    """

    id: str
    dataset: str
    since: str | None
    until: str | None
    state: IncidentState
    text: str
    results: tuple[str, ...]
    acknowledged: Acknowledgement | None = None


class Run(Struct, frozen=True):
    """What a run was: its identity, target, clock and cost."""

    id: str
    project: str
    target: str
    engine: str
    as_of: str
    started: str
    seconds: float
    queries: int
    rows_scanned: int | None
    bytes_scanned: int | None
    version: str
