"""Compiling: scans become statements in the text of a dialect. No connection, no clock.

A request that cannot be expressed becomes a Failure, and the others of its scan go on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from whq.errors import CompileError, Problem, did_you_mean
from whq.measure.plan import Scan
from whq.measure.tables import named, tables_of
from whq.sql.bind import needs
from whq.sql.fuse import Prepared, alone, fuse
from whq.sql.templates import Templates
from whq.sql.text import to_text
from whq.values import Compiled, Dataset, Failure, Lookup, Query, Request


class _World(Struct, frozen=True):
    """The datasets, templates and dialect with which a scan is compiled."""

    datasets: Mapping[str, Dataset]
    templates: Templates
    dialect: str


def compile_scans(
    scans: Sequence[Scan], datasets: Mapping[str, Dataset], templates: Templates, dialect: str
) -> Compiled:
    """One query a scan, and a failure for each request that the dialect or its dataset cannot express."""
    world = _World(datasets, templates, dialect)
    queries: list[Query] = []
    failures: list[Failure] = []
    for scan in scans:
        query, failed = _compile(scan, world)
        queries += [query] if query is not None else []
        failures += failed
    return Compiled(tuple(queries), tuple(failures))


def split(query: Query, datasets: Mapping[str, Dataset], templates: Templates) -> tuple[Query, ...]:
    """The query as two that answer half of its requests each; one request alone cannot be split further."""
    middle = len(query.requests) // 2
    halves = [half for half in (query.requests[:middle], query.requests[middle:]) if half]
    if len(halves) < 2:
        return (query,)
    scans = [Scan(f"{query.id}.{number}", query.scope, half, "fused") for number, half in enumerate(halves, 1)]
    return compile_scans(scans, datasets, templates, query.dialect).queries


def splitter(datasets: Mapping[str, Dataset], templates: Templates) -> Callable[[Query], tuple[Query, ...]]:
    """`split` with the datasets and templates given, as a function of the query alone."""
    return lambda query: split(query, datasets, templates)


def _compile(scan: Scan, world: _World) -> tuple[Query | None, list[Failure]]:
    prepared, failures = _prepared(scan, world)
    try:
        return (_query(scan, prepared, world) if prepared else None), failures
    except CompileError as error:
        if len(prepared) == 1:
            return None, [*failures, _failure(prepared[0][0], error)]
    sound, refused = _apart(scan, prepared, world)
    try:
        return (_query(scan, sound, world) if sound else None), [*failures, *refused]
    except CompileError as error:
        return None, [*failures, *refused, *(_failure(request, error) for request, _, _ in sound)]


def _prepared(scan: Scan, world: _World) -> tuple[list[Prepared], list[Failure]]:
    """Requests whose arguments fit their template and dataset, and failures for the others."""
    prepared: list[Prepared] = []
    failures: list[Failure] = []
    for request in scan.requests:
        try:
            template = world.templates.find(request.template)
            prepared.append((request, template, needs(request, template, _dataset(scan, world))))
        except CompileError as error:
            failures.append(_failure(request, error))
    return prepared, failures


def _apart(scan: Scan, prepared: Sequence[Prepared], world: _World) -> tuple[list[Prepared], list[Failure]]:
    """Compile each request alone, to tell those that can be compiled from those that cannot."""
    sound: list[Prepared] = []
    refused: list[Failure] = []
    for item in prepared:
        try:
            _query(scan, [item], world)
            sound.append(item)
        except CompileError as error:
            refused.append(_failure(item[0], error))
    return sound, refused


def _failure(request: Request, error: CompileError) -> Failure:
    return Failure(request, error.problems[0])


def _dataset(scan: Scan, world: _World) -> Dataset:
    name = scan.scope.dataset
    if name not in world.datasets:
        hint = did_you_mean(name, world.datasets)
        raise CompileError(Problem("WHQ-S107", "compile", f'there is no dataset "{name}"', hint))
    return world.datasets[name]


def _query(scan: Scan, prepared: Sequence[Prepared], world: _World) -> Query:
    dataset = _dataset(scan, world)
    if scan.kind == "query":
        statement = alone(dataset, scan.scope, prepared[0], world.dialect)
    else:
        statement = fuse(dataset, scan.scope, prepared, world.dialect, apart=scan.kind == "counts")
    return Query(
        id=scan.id,
        dataset=dataset.name,
        sql=to_text(statement.tree, world.dialect),
        dialect=world.dialect,
        scope=scan.scope,
        requests=tuple(request for request, _, _ in prepared),
        outputs=statement.outputs,
        tables=tuple(dict.fromkeys((*tables_of(dataset), *_looked_up(prepared)))),
        columns=statement.columns,
    )


def _looked_up(prepared: Sequence[Prepared]) -> Iterator[str]:
    for _, _, reads in prepared:
        yield from (named(relation.source) for _, relation in reads.relations if isinstance(relation, Lookup))
