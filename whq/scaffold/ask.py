"""What is asked of one table: numbers about its columns, its time, its chunks, and which values go with a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.catalog import Catalog, Table, written_name
from whq.config.yaml_source import can_be_written
from whq.errors import Problem, WhqError
from whq.measure.bench import Workbench
from whq.monitors.scopes import ROW_COUNT
from whq.resolve import checked
from whq.resolve.binder import is_reserved
from whq.scaffold import spans
from whq.scaffold.facts import LONG, ColumnFacts, History, TableFacts, Year, moment, without_placeholders
from whq.scaffold.models import could_be_labels
from whq.scaffold.suggest import time_of
from whq.scaffold.times import candidates, may_be_time
from whq.sql.authored import query
from whq.values import (
    Cell,
    Chunking,
    Column,
    ColumnName,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    QuerySource,
    Request,
    Scalar,
    Scope,
    Segment,
    Written,
)

MOST_VALUES = 12
"""Distinct values up to which a text column is taken for a category."""
_MOST_CANDIDATES = 8
_FEWEST_HOURS = 300
"""Above so many days a table is not looked at by hour."""

Answers = Mapping[Request, Measurement | Failure]


class Named(Struct, frozen=True):
    """A table, its name as a user writes it, the name of its dataset, and what a query calls it if it is a file."""

    name: str
    written: str
    table: Table
    file: str | None = None


class Asker(Struct):
    """A session, and what is needed to ask of it; `now` tells times from dates far ahead."""

    bench: Workbench
    catalog: Catalog
    dialect: str
    now: datetime

    def facts(self, named: Named) -> TableFacts:
        """All that is found out about a table."""
        dataset, text = self._readable(named)
        facts = self._numbers(dataset, named)
        facts = replace(facts, query=text, file=named.file if text else None)
        time = time_of(facts, self.now)
        if time is None and facts.rows:
            dataset, facts = self._with_made_time(dataset, facts, named)
            time = time_of(facts, self.now)
        if time is not None and facts.rows:
            facts = replace(facts, history=self._history(dataset, facts, time))
        return replace(facts, scores_by_value=self._scores_by_value(dataset, facts)) if facts.rows else facts

    # --- what is watched ------------------------------------------------------------------------------------

    def _readable(self, named: Named) -> tuple[Dataset, str | None]:
        """The table, or a query of it where columns have names that are whq's own."""
        columns = named.table.columns
        if not any(is_reserved(column.name) for column in columns):
            return Dataset(named.name, named.table.source, columns), None
        text = query(_name_in_sql(named), _renamed(columns), self.dialect)
        dataset = self._bound(named, text) if text else None
        return (dataset, text) if dataset else (Dataset(named.name, named.table.source, columns), None)

    def _bound(self, named: Named, text: str) -> Dataset | None:
        """The dataset of a query that is written for a table; None where the engine or whq refuses it."""

        def find(parts: tuple[str, ...]) -> Table:
            return named.table if parts == (named.file,) else self.catalog.table(written_name(parts))

        if "{" in text:
            return None  # Jinja would read it
        try:
            fragment = checked.select(Written(text), self.dialect, find, self.catalog.allow_functions)
            return Dataset(named.name, QuerySource(fragment), self.catalog.describe(fragment))
        except WhqError:
            return None

    def _with_made_time(self, dataset: Dataset, facts: TableFacts, named: Named) -> tuple[Dataset, TableFacts]:
        """The table with a time made of other columns, where there is one that its values bear out."""
        names = [column.name for column in dataset.columns]
        name = next(name for name in ("row_time", *(f"row_time_{n}" for n in range(2, 99))) if name not in names)
        columns = _renamed(named.table.columns) if facts.query else []
        originals = {new: old for old, new in columns}
        for made in candidates(facts.columns, facts.rows or 0):
            sources = [originals.get(column, column) for column in made.columns]
            text = query(_name_in_sql(named), columns, self.dialect, (name, made.kind, sources))
            bound = self._bound(named, text) if text else None
            time = self._made(bound, name) if bound else None
            if bound and time and _is_sane(time, facts, self.now):
                columns_with = (*facts.columns, time)
                return bound, replace(facts, columns=columns_with, query=text, file=named.file, made=made)
        return dataset, facts

    def _made(self, dataset: Dataset, name: str) -> ColumnFacts | None:
        """The numbers of a made time; None where the values do not allow it."""
        requests = _requests(Scope(dataset.name), dataset.column(name))
        answers = self._ask(dataset, list(requests.values()), "t")
        if any(isinstance(answers[request], Failure) for request in requests.values()):
            return None
        return _column(dataset.column(name), requests, answers)

    # --- numbers --------------------------------------------------------------------------------------------

    def _ask(self, dataset: Dataset, requests: Sequence[Request], prefix: str) -> Measurements:
        self.bench.datasets = {**self.bench.datasets, dataset.name: dataset}
        return self.bench.ask(requests, {request: request for request in requests}, prefix)

    def _numbers(self, dataset: Dataset, named: Named) -> TableFacts:
        scope = Scope(dataset.name)
        size = Request.of(scope, ROW_COUNT)
        requests = {column.name: _requests(scope, column) for column in dataset.columns}
        every = [size, *(request for of_column in requests.values() for request in of_column.values())]
        answers = self._ask(dataset, every, "q")
        rows, whole = _value(answers[size]), answers[size]
        columns = tuple(
            self._with_placeholders(dataset, _column(column, requests[column.name], answers))
            for column in dataset.columns
            if can_be_written(column.name)
        )
        return TableFacts(
            dataset.name,
            named.written,
            int(rows) if isinstance(rows, int) else None,
            self._with_values(dataset, columns),
            _trouble(whole.problem) if isinstance(whole, Failure) else None,
        )

    def _with_placeholders(self, dataset: Dataset, facts: ColumnFacts) -> ColumnFacts:
        """A column whose times span very long, with its placeholders set apart."""
        if facts.span is None or facts.span[1] - facts.span[0] <= LONG:
            return facts
        years, apart = without_placeholders(self._years(dataset, facts.name))
        return replace(facts, least=years[0].first, greatest=years[-1].last, placeholders=apart) if apart else facts

    def _years(self, dataset: Dataset, column: str) -> list[Year]:
        """The years of a temporal column; none where they cannot be measured."""
        by_year = replace(dataset, name=f"{dataset.name} by {column}", time=column, chunking=Chunking("year"))
        scope, name = Scope(by_year.name, by_chunk=True), ColumnName(column)
        requests = (
            Request.of(scope, "metrics/min", column=name),
            Request.of(scope, "metrics/max", column=name),
            Request.of(scope, ROW_COUNT),
        )
        answers = self._ask(by_year, requests, "y")
        first, last, rows = (_by_cell(answers[request]) for request in requests)
        return [
            Year(moment(first[cell]), moment(last[cell]), int(rows[cell]))
            for cell in rows
            if isinstance(first.get(cell), date) and isinstance(last.get(cell), date)
        ]

    def _with_values(self, dataset: Dataset, columns: tuple[ColumnFacts, ...]) -> tuple[ColumnFacts, ...]:
        """The columns, texts of few values with all of them, and those that may be times with some."""
        texts = [facts for facts in columns if facts.column.type == "text" and facts.distinct]
        scope = Scope(dataset.name)
        requests = {
            facts.name: Request.of(scope, "profile/top_values", column=ColumnName(facts.name), limit=MOST_VALUES)
            for facts in texts
            if (facts.distinct or 0) <= MOST_VALUES or may_be_time(facts.name)
        }
        answers = self._ask(dataset, list(requests.values()), "v") if requests else {}
        values = {name: tuple(sorted(_texts(answers[request]))) for name, request in requests.items()}
        return tuple(
            replace(
                facts,
                values=values.get(facts.name, ()) if (facts.distinct or 0) <= MOST_VALUES else (),
                samples=values.get(facts.name, ()),
            )
            for facts in columns
        )

    # --- chunks ---------------------------------------------------------------------------------------------

    def _history(self, dataset: Dataset, facts: TableFacts, time: ColumnFacts) -> History | None:
        """The rows by the unit that cuts the time well, with the columns that are void in a chunk."""
        counts = self._counts(dataset, time, "day")
        if len(counts) <= _FEWEST_HOURS and time.column.type != "date":
            hourly = self._counts(dataset, time, "hour") if len(counts) < spans.MANY else {}
            counts = hourly or counts
        cut = spans.history(time, counts)
        lacking = [column.name for column in facts.columns if column.nulls and column.name != time.name]
        if cut is None or not lacking:
            return cut
        scope = Scope(f"{dataset.name} by {cut.unit}", by_chunk=True)
        requests = {name: Request.of(scope, "metrics/null_count", column=ColumnName(name)) for name in lacking}
        timed = replace(dataset, name=scope.dataset, time=time.name, chunking=Chunking(cut.unit))
        answers = self._ask(timed, list(requests.values()), "n")
        return spans.with_voids(cut, {name: _by_start(answers[request]) for name, request in requests.items()})

    def _counts(self, dataset: Dataset, time: ColumnFacts, unit: Any) -> dict[datetime, int]:
        timed = replace(dataset, name=f"{dataset.name} by {unit}", time=time.name, chunking=Chunking(unit))
        request = Request.of(Scope(timed.name, by_chunk=True), ROW_COUNT)
        return _by_start(self._ask(timed, [request], "h")[request])

    def _scores_by_value(self, dataset: Dataset, facts: TableFacts) -> dict[str, tuple[tuple[str, float], ...]]:
        """The mean of the score by value, of columns that may be its labels."""
        possible = could_be_labels(facts)
        if possible is None or not possible[1]:
            return {}
        score, names = possible[0].name, [each.name for each in possible[1][:_MOST_CANDIDATES]]
        cut = replace(
            dataset, name=f"{dataset.name} by value", segments=tuple(Segment(name, column=name) for name in names)
        )
        requests = {
            name: Request.of(Scope(cut.name, segment=name), "metrics/mean", column=ColumnName(score)) for name in names
        }
        answers = self._ask(cut, list(requests.values()), "s")
        return {name: tuple(_by_value(answers[request])) for name, request in requests.items()}


def _name_in_sql(named: Named) -> str:
    """What a query calls a table: a file's dataset is quoted, whatever its name."""
    return f'"{named.file}"' if named.file and not named.file.isidentifier() else named.file or named.written


def _renamed(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Each column and its new name, where some have names that are whq's own: `whq_x` → `x`, or `x_2`."""
    taken = {column.name.casefold() for column in columns}
    if not any(is_reserved(column.name) for column in columns):
        return []
    pairs: list[tuple[str, str]] = []
    for column in columns:
        name = column.name
        if is_reserved(name):
            bare = name[4:] or "column"
            names = (bare, *(f"{bare}_{number}" for number in range(2, len(columns) + 3)))
            name = next(new for new in names if new.casefold() not in taken and not is_reserved(new))
            taken.add(name.casefold())
        pairs.append((column.name, name))
    return pairs


def _is_sane(time: ColumnFacts, facts: TableFacts, now: datetime) -> bool:
    """Whether a made time has a value in nearly every row, and none that lies years ahead."""
    is_filled = (time.nulls or 0) <= (facts.rows or 0) / 20
    return is_filled and time.span is not None and time.span[1].year <= now.year + 1


def _trouble(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message


def _requests(scope: Scope, column: Column) -> dict[str, Request]:
    """What to ask of a column, by the field of ColumnFacts that it fills."""
    name = ColumnName(column.name)
    requests = {"nulls": Request.of(scope, "metrics/null_count", column=name)}
    if column.type not in ("binary", "other"):
        requests["distinct"] = Request.of(scope, "metrics/distinct_count", column=name)
    if column.is_a("numeric") or column.is_a("temporal"):
        requests["least"] = Request.of(scope, "metrics/min", column=name)
        requests["greatest"] = Request.of(scope, "metrics/max", column=name)
    if column.is_a("nonfinite"):
        requests["nonfinite"] = Request.of(scope, "metrics/nonfinite_count", column=name)
    return requests


def _column(column: Column, requests: Mapping[str, Request], answers: Answers) -> ColumnFacts:
    numbers = {name: _value(answers[request]) for name, request in requests.items()}
    nulls, distinct, nonfinite = (numbers.get(name) for name in ("nulls", "distinct", "nonfinite"))
    return ColumnFacts(
        column,
        nulls=nulls if isinstance(nulls, int) else None,
        distinct=distinct if isinstance(distinct, int) else None,
        least=numbers.get("least"),
        greatest=numbers.get("greatest"),
        nonfinite=nonfinite if isinstance(nonfinite, int) else None,
    )


def _by_cell(answer: Measurement | Failure) -> dict[Cell, Any]:
    return {row.cell: row.values["value"] for row in answer.rows} if isinstance(answer, Measurement) else {}


def _by_start(answer: Measurement | Failure) -> dict[datetime, int]:
    """Counts by the start of their chunk; moments that Python cannot hold are left out."""
    counts: dict[datetime, int] = {}
    for cell, value in _by_cell(answer).items():
        if cell.chunk is not None and cell.chunk.end is not None and isinstance(value, int):
            counts[datetime.fromisoformat(str(cell.chunk.start))] = value
    return counts


def _by_value(answer: Measurement | Failure) -> Iterator[tuple[str, float]]:
    for cell, value in _by_cell(answer).items():
        if cell.segment is not None and isinstance(value, float):
            yield cell.segment.partition("=")[2], value


def _texts(answer: Measurement | Failure) -> Iterator[str]:
    if isinstance(answer, Measurement):
        yield from (str(row.values["shown"]) for row in answer.rows)


def _value(answer: Measurement | Failure) -> Scalar:
    """The one number of an answer; None where it was not measured."""
    if isinstance(answer, Failure) or not answer.rows:
        return None
    return answer.rows[0].values["value"]
