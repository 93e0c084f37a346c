"""Compiling: scans become statements in the text of a dialect. No connection, no clock.

A request that cannot be expressed becomes a Failure, and the others of its scan go on without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from whq.errors import CompileError, Problem, did_you_mean
from whq.measure.plan import Scan
from whq.sql.bind import needs
from whq.sql.fuse import Asked, alone, fuse
from whq.sql.sources import named
from whq.sql.templates import Templates
from whq.sql.text import to_text
from whq.values import Compiled, Dataset, Failure, Lookup, Query, Request


class _World(Struct, frozen=True):
    """What a scan is compiled against."""

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
    """`split` for one project, as execution wants it."""
    return lambda query: split(query, datasets, templates)


def _compile(scan: Scan, world: _World) -> tuple[Query | None, list[Failure]]:
    asked, failures = _asked(scan, world)
    try:
        return (_query(scan, asked, world) if asked else None), failures
    except CompileError as error:
        if len(asked) == 1:
            return None, [*failures, _failure(asked[0][0], error)]
    kept, lost = _apart(scan, asked, world)
    try:
        return (_query(scan, kept, world) if kept else None), [*failures, *lost]
    except CompileError as error:
        return None, [*failures, *lost, *(_failure(request, error) for request, _, _ in kept)]


def _asked(scan: Scan, world: _World) -> tuple[list[Asked], list[Failure]]:
    """Requests whose arguments fit their template and dataset, and failures for the others."""
    asked: list[Asked] = []
    failures: list[Failure] = []
    for request in scan.requests:
        try:
            template = world.templates.find(request.template)
            asked.append((request, template, needs(request, template, _dataset(scan, world))))
        except CompileError as error:
            failures.append(_failure(request, error))
    return asked, failures


def _apart(scan: Scan, asked: Sequence[Asked], world: _World) -> tuple[list[Asked], list[Failure]]:
    """Each request on its own, to find those that spoil the statement."""
    kept: list[Asked] = []
    lost: list[Failure] = []
    for item in asked:
        try:
            _query(scan, [item], world)
            kept.append(item)
        except CompileError as error:
            lost.append(_failure(item[0], error))
    return kept, lost


def _failure(request: Request, error: CompileError) -> Failure:
    return Failure(request, error.problems[0])


def _dataset(scan: Scan, world: _World) -> Dataset:
    name = scan.scope.dataset
    if name not in world.datasets:
        hint = did_you_mean(name, world.datasets)
        raise CompileError(Problem("WHQ-S107", "compile", f'there is no dataset "{name}"', hint))
    return world.datasets[name]


def _query(scan: Scan, asked: Sequence[Asked], world: _World) -> Query:
    dataset = _dataset(scan, world)
    if scan.kind == "query":
        statement = alone(dataset, scan.scope, asked[0], world.dialect)
    else:
        statement = fuse(dataset, scan.scope, asked, world.dialect, apart=scan.kind == "counts")
    return Query(
        id=scan.id,
        dataset=dataset.name,
        sql=to_text(statement.tree, world.dialect),
        dialect=world.dialect,
        scope=scan.scope,
        requests=tuple(request for request, _, _ in asked),
        outputs=statement.outputs,
        tables=tuple(dict.fromkeys((*tables_of(dataset), *_looked_up(asked)))),
        columns=statement.columns,
    )


def tables_of(dataset: Dataset) -> tuple[str, ...]:
    """What a dataset reads: its source, what is joined to it, and its reference."""
    other = tables_of(dataset.reference) if isinstance(dataset.reference, Dataset) else ()
    return (named(dataset.source), *(named(join.source) for join in dataset.joins), *other)


def _looked_up(asked: Sequence[Asked]) -> Iterator[str]:
    for _, _, wanted in asked:
        yield from (named(given.source) for _, given in wanted.relations if isinstance(given, Lookup))
