"""A small bench for compiler tests: templates from text, tables in memory, answers by request and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.sql.runner import DuckDB, cell_of, logical
from whq.measure.compile import compile_scans
from whq.measure.plan import plan
from whq.sql.templates import Templates, load, read
from whq.values import Column, ColumnName, Compiled, Dataset, Failure, Fragment, Policy, Request, Scope, Segment

Answers = dict[Request, Any]
FUSED = Policy()


def template(name: str, header: str, body: str, *, packaged: bool = True) -> Any:
    return read(name, f"{{#\n{header}\n#}}\n{body}", f"sql_templates/{name}.sql", packaged)


def templates(*texts: tuple[str, str, str]) -> Templates:
    """whq's own templates and some more."""
    packaged = load()
    return Templates(packaged._files, {name: template(name, header, body) for name, header, body in texts})


def sql(text: str, *columns: str, dialect: str = "duckdb") -> Fragment:
    """A fragment as the guard would give it."""
    return Fragment(text, dialect, columns)


class Bench:
    """One database, some templates."""

    def __init__(self, *texts: tuple[str, str, str]) -> None:
        self.engine = DuckDB()
        self.templates = templates(*texts) if texts else load()

    def dataset(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], **more: Any) -> Dataset:
        source = self.engine.create(name, columns, [list(row) for row in rows])
        return Dataset(name, source, tuple(Column(item, logical(kind), kind) for item, kind in columns.items()), **more)

    def compile(
        self, dataset: Dataset, *requests: Request, policy: Policy = FUSED, dialect: str = "duckdb"
    ) -> Compiled:
        datasets = {dataset.name: dataset}
        return compile_scans(plan(requests, datasets, self.templates, policy), datasets, self.templates, dialect)

    def ask(self, dataset: Dataset, *requests: Request, policy: Policy = FUSED) -> Answers:
        """Each request's outputs by cell (segment, period, chunk), or its failure's text."""
        compiled = self.compile(dataset, *requests, policy=policy)
        answers: Answers = {failure.request: str(failure.problem) for failure in compiled.failures}
        for query in compiled.queries:
            rows = self.engine.fetch(query.sql)
            for place, request in enumerate(query.requests):
                mine = [at for at, output in enumerate(query.outputs) if output.request == place]
                answers[request] = {cell_of(row): tuple(row[at] for at in mine) for row in rows}
        return answers

    def one(self, dataset: Dataset, request: Request) -> Any:
        return self.ask(dataset, request)[request]

    def failure(self, dataset: Dataset, request: Request, dialect: str = "duckdb") -> Failure:
        (failure,) = self.compile(dataset, request, dialect=dialect).failures
        return failure


# --- a table and some requests ------------------------------------------------------------------------------

START = datetime(2023, 12, 20)
MOMENTS = [START + timedelta(hours=9 * number) for number in range(150) if number % 10]
CHUNKED = Scope("events", by_chunk=True)
OLD = sql("\"at\" < timestamp '2024-01-01'", "at")
SEGMENTS = (Segment("kind", "kind"), Segment("large", None, sql('"x" >= 100', "x")))
COUNTS = (
    "test/counts",
    "shape: query\noutputs: [n]\narguments: {column: any}",
    "select {{ cell }}, count($column) as n from dataset group by {{ cell }}",
)


def count(scope: Scope) -> Request:
    return Request.of(scope, "metrics/row_count")


def mean(column: str, scope: Scope) -> Request:
    return Request.of(scope, "metrics/mean", column=ColumnName(column))


def nulls(column: str, scope: Scope, **more: Any) -> Request:
    return Request.of(scope, "rules/not_null", column=ColumnName(column), **more)


def events(bench: Bench, **more: Any) -> Dataset:
    """150 rows, one each nine hours over the turn of a year; every tenth has no time; x counts them."""
    rows = [(number, START + timedelta(hours=9 * number) if number % 10 else None, number % 3) for number in range(150)]
    columns = {"x": "DOUBLE", "at": "TIMESTAMP", "kind": "INTEGER"}
    return bench.dataset("events", columns, rows, time="at", key=("x",), **more)
