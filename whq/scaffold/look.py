"""Looking at tables: two walks of small aggregates, through the same templates and statements as every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from typing import Any

from msgspec.structs import replace

from whq.catalog import Catalog, Table, written_name
from whq.config.spec import Target
from whq.config.yaml_source import can_be_written
from whq.engines import engine
from whq.engines.base import local_folders
from whq.errors import ConfigError, Problem
from whq.measure.bench import OnProgress, Workbench
from whq.measure.execute import Limits
from whq.pipeline.walk import TIMEOUT
from whq.scaffold.facts import LONG, ColumnFacts, TableFacts, Year, moment, slug, without_placeholders
from whq.sql.templates import load
from whq.values import (
    Cell,
    Chunking,
    Column,
    ColumnName,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    Request,
    Scalar,
    Scope,
    TableSource,
    Written,
)

MOST_TABLES = 40
"""Tables that one `init` looks at; the others can be added by name."""
MOST_VALUES = 12
"""Distinct values up to which a text column is taken for a category."""

Answers = Mapping[Request, Measurement | Failure]


def look(
    target: Target, tables: Sequence[str] | None, progress: OnProgress | None = None
) -> tuple[tuple[TableFacts, ...], tuple[str, ...]]:
    """What tables hold (None: those of the target's schema), and the names of those that were left out."""
    chosen = engine(target.type, target.variables)
    with closing(chosen.connect(target)) as session:
        catalog = Catalog(session, local_folders(target))
        names = tuple(tables) if tables is not None else _of_the_schema(catalog, session.search_path)
        chosen_tables = {name: catalog.table(Written(name)) for name in names[:MOST_TABLES]}
        datasets = _datasets(chosen_tables)
        bench = Workbench(
            session,
            chosen.policy,
            {dataset.name: dataset for dataset in datasets.values()},
            load(),
            Limits(chosen.policy.jobs, TIMEOUT),
            progress=progress,
        )
        facts = [_facts(bench, dataset, written) for written, dataset in datasets.items()]
    return tuple(facts), names[MOST_TABLES:]


def _of_the_schema(catalog: Catalog, search_path: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The tables of the place where bare names are looked up first; of all places when it holds none. No partitions."""
    home = search_path[0] if search_path else ()
    whole = [relation for relation in catalog.relations if relation.kind != "part"]
    near = [relation for relation in whole if relation.parts[:-1] == home]
    return tuple(sorted(_shortest(catalog, relation.parts) for relation in near or whole))


def _shortest(catalog: Catalog, parts: tuple[str, ...]) -> str:
    """The shortest name that means a table."""
    full = written_name(parts)
    source = catalog.table(Written(full)).source
    for size in range(1, len(parts)):
        name = written_name(parts[-size:])
        try:
            if catalog.table(Written(name)).source == source:
                return name
        except ConfigError:
            continue
    return full


def _datasets(chosen_tables: Mapping[str, Table]) -> dict[str, Dataset]:
    datasets: dict[str, Dataset] = {}
    for written, table in chosen_tables.items():
        name = slug(_last(written, table), [dataset.name for dataset in datasets.values()])
        datasets[written] = Dataset(name, table.source, table.columns)
    return datasets


def _last(written: str, table: Table) -> str:
    """The last part of a table's name; a file's without its ending."""
    if table.kind == "file":
        return written.rpartition("/")[2].partition(".")[0]
    return table.source.parts[-1] if isinstance(table.source, TableSource) else written


# --- two walks ----------------------------------------------------------------------------------------------


def _facts(bench: Workbench, dataset: Dataset, written: str) -> TableFacts:
    scope = Scope(dataset.name)
    size = Request.of(scope, "metrics/row_count")
    requests = {column.name: _numbers(scope, column) for column in dataset.columns}
    answers = _answers(
        bench, [size, *(request for of_column in requests.values() for request in of_column.values())], "q"
    )
    rows = _value(answers[size])
    trouble = answers[size]
    columns = tuple(
        _with_placeholders(bench, dataset, _column(column, requests[column.name], answers))
        for column in dataset.columns
        if can_be_written(column.name)
    )
    return TableFacts(
        dataset.name,
        written,
        int(rows) if isinstance(rows, int) else None,
        _with_values(bench, scope, columns),
        _trouble(trouble.problem) if isinstance(trouble, Failure) else None,
    )


def _trouble(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message


def _numbers(scope: Scope, column: Column) -> dict[str, Request]:
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


def _answers(bench: Workbench, requests: Sequence[Request], prefix: str) -> Measurements:
    return bench.ask(requests, {request: request for request in requests}, prefix)


def _with_placeholders(bench: Workbench, dataset: Dataset, facts: ColumnFacts) -> ColumnFacts:
    """A column whose times span very long, with its placeholders set apart."""
    if facts.span is None or facts.span[1] - facts.span[0] <= LONG:
        return facts
    years, apart = without_placeholders(_years(bench, dataset, facts.name))
    return replace(facts, least=years[0].first, greatest=years[-1].last, placeholders=apart) if apart else facts


def _years(bench: Workbench, dataset: Dataset, column: str) -> list[Year]:
    """The years of a temporal column; none where they cannot be measured."""
    by_year = replace(dataset, name=f"{dataset.name} by {column}", time=column, chunking=Chunking("year"))
    bench.datasets = {**bench.datasets, by_year.name: by_year}
    scope, name = Scope(by_year.name, by_chunk=True), ColumnName(column)
    requests = (
        Request.of(scope, "metrics/min", column=name),
        Request.of(scope, "metrics/max", column=name),
        Request.of(scope, "metrics/row_count"),
    )
    answers = _answers(bench, requests, "y")
    first, last, rows = (_by_cell(answers[request]) for request in requests)
    return [
        Year(moment(first[cell]), moment(last[cell]), int(rows[cell]))
        for cell in rows
        if isinstance(first.get(cell), date) and isinstance(last.get(cell), date)
    ]


def _by_cell(answer: Measurement | Failure) -> dict[Cell, Any]:
    return {row.cell: row.values["value"] for row in answer.rows} if isinstance(answer, Measurement) else {}


def _with_values(bench: Workbench, scope: Scope, columns: tuple[ColumnFacts, ...]) -> tuple[ColumnFacts, ...]:
    """The columns, those of few texts with their values."""
    few = [facts for facts in columns if facts.column.type == "text" and 0 < (facts.distinct or 0) <= MOST_VALUES]
    requests = {
        facts.name: Request.of(scope, "profile/top_values", column=ColumnName(facts.name), limit=MOST_VALUES)
        for facts in few
    }
    answers = _answers(bench, list(requests.values()), "v") if requests else {}
    values = {name: tuple(sorted(_texts(answers[request]))) for name, request in requests.items()}
    return tuple(replace(facts, values=values.get(facts.name, ())) for facts in columns)


def _texts(answer: Measurement | Failure) -> Iterator[str]:
    if isinstance(answer, Measurement):
        yield from (str(row.values["shown"]) for row in answer.rows)


def _value(answer: Measurement | Failure) -> Scalar:
    """The one number of an answer; None where it was not measured."""
    if isinstance(answer, Failure) or not answer.rows:
        return None
    return answer.rows[0].values["value"]
