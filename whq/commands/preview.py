"""What a run would send, without sending it: the statements of both walks, and the rows they would read.

What is known from earlier runs is taken from the store, as the run does. Where something is to be learned from the
reference first (bin edges, calibration), the statements that learn it are given (ids `f…`), and of those that depend on
it the ids, with the ids they wait for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from msgspec import Struct

from whq.catalog import Catalog, from_file
from whq.commands.expected import Expected, expected
from whq.config import load_project, load_target
from whq.config.spec import Project
from whq.engines import Session, engine
from whq.engines.base import catalog_of
from whq.errors import CompileError, ConfigError, Problem, SelectionError, did_you_mean
from whq.measure.bench import queries
from whq.measure.plan import columns_of
from whq.measure.plan import plan as plan_scans
from whq.memory import counts, summaries
from whq.memory.baselines import recall
from whq.moments import Moment
from whq.pipeline import rounds
from whq.pipeline.choice import Chosen, bind, choose, own_templates, refuse
from whq.pipeline.nextstep import WHEN_FAILED, project_looks, shown_queries
from whq.pipeline.options import Options
from whq.pipeline.steps import Clock, Families, Step, fit_steps, measure_step, merged
from whq.pipeline.window import clock
from whq.resolve import Resolved
from whq.sql.dialects import DIALECTS
from whq.sql.templates import Templates, load
from whq.store import Store, open_store
from whq.values import Dataset, Policy, Query, Request, Scope


class PlannedQuery(Struct, frozen=True):
    """A statement before it runs: how many requests it answers, what it reads, and how many rows that is.

    `waits_for`: ids of the statements that must be answered first. `when`: on what it depends whether it is sent; empty
    where it always is. `times`: how many statements of its form there are at most.
    """

    id: str
    dataset: str
    requests: int
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int | None
    waits_for: tuple[str, ...] = ()
    when: str = ""
    times: int = 1


class PlanReport(Struct, frozen=True):
    """The statements of a run, in order, and the sums a user asks for first."""

    engine: str
    queries: tuple[PlannedQuery, ...]
    rows: int | None
    expected: Expected = Expected()

    @property
    def certain(self) -> tuple[PlannedQuery, ...]:
        """The statements that are sent whatever comes of others."""
        return tuple(query for query in self.queries if not query.when)

    @property
    def most(self) -> int:
        """How many statements are sent, with all levels that trees may need; what follows from trees is not known."""
        return sum(query.times for query in self.certain)

    @property
    def tables(self) -> dict[str, int]:
        """How many statements read each table."""
        counts: dict[str, int] = {}
        for query in self.certain:
            for table in query.tables:
                counts[table] = counts.get(table, 0) + 1
        return counts


class _Place(Struct, frozen=True):
    """Where names are looked up, and the dialect to write."""

    catalog: Catalog
    dialect: str
    policy: Policy
    store: Store | None
    session: Session | None = None


class PreviewOptions(TypedDict, total=False):
    """Options of `compile` and `plan` that a run has too."""

    select: Sequence[str]
    exclude: Sequence[str]
    since: Moment | None
    until: Moment | None
    as_of: Moment | None
    refit: bool


def compile(
    project: str | Path = ".",
    *,
    profile: str | None = None,
    target: str | None = None,
    dialect: str | None = None,
    catalog: str | Path | None = None,
    **options: Unpack[PreviewOptions],
) -> tuple[Query, ...]:
    """The statements that the next run sends, in the dialect of its target or in another one.

    They have the ids that the run gives them. What waits for the first walk has no SQL yet and says what it waits for.

    Args:
        catalog: A JSON file with tables and columns; nothing is connected to then.
        options: As for the run, which sends these statements when it gets the same options.

    Raises:
        ConfigError: The catalog does not hold a name.
        CompileError: The dialect cannot express something.
    """
    choices = Options(**options)
    chosen = choose(load_project(Path(project)), choices)
    with _place(chosen.project, profile, target, dialect, catalog) as place:
        items = _items(chosen, place, choices)
        sent = _compiled(chosen.project, items, place, choices)
        return (*sent, *_behind(chosen.project, items, place, choices), *_statistics(items, place.dialect))


def plan(
    project: str | Path = ".",
    *,
    profile: str | None = None,
    target: str | None = None,
    **options: Unpack[PreviewOptions],
) -> PlanReport:
    """The statements that the next run sends, with the tables, columns and rows that they would read."""
    choices = Options(**options)
    chosen = choose(load_project(Path(project)), choices)
    with _place(chosen.project, profile, target, None, None) as place:
        items = _items(chosen, place, choices)
        behind = _behind(chosen.project, items, place, choices)
        compiled = (
            *_compiled(chosen.project, items, place, choices),
            *(query for query in behind if query.when == WHEN_FAILED),
        )
        tables = {table for query in compiled for table in query.tables}
        sizes = place.session.row_counts(tables) if place.session else {}
        planned = tuple(_planned(query, sizes) for query in compiled)
    certain = [query.rows for query in planned if not query.when]
    counted = [rows for rows in certain if rows is not None]
    rows = sum(counted) if len(counted) == len(certain) else None
    return PlanReport(place.dialect, planned, rows, expected(items))


@contextmanager
def _place(
    project: Project, profile: str | None, target: str | None, dialect: str | None, catalog: str | Path | None
) -> Iterator[_Place]:
    if dialect is not None:
        _check_dialect(dialect, "--dialect")
    if catalog is not None:
        offline = from_file(Path(catalog))
        _check_dialect(offline.dialect, str(catalog))
        store = _store(project, profile) if project.store.target is None else None
        yield _Place(Catalog(offline, (project.root,)), dialect or offline.dialect, Policy(), store)
        return
    chosen = load_target(project, profile, target)
    chosen_engine = engine(chosen.type, chosen.variables)
    with closing(chosen_engine.connect(chosen)) as session:
        packing = chosen_engine.policy if dialect in (None, session.dialect) else Policy()
        lookup = catalog_of(session, chosen)
        yield _Place(lookup, dialect or session.dialect, packing, _store(project, profile), session)


def _check_dialect(name: str, place: str) -> None:
    if name not in DIALECTS:
        problem = Problem("WHQ-U003", "usage", f'{place}: no dialect "{name}"', did_you_mean(name, DIALECTS, 10))
        raise ConfigError(problem)


def _compiled(project: Project, items: Sequence[Resolved], place: _Place, options: Options) -> tuple[Query, ...]:
    """The statements of both walks, in the order of their ids."""
    templates = load(own_templates(project))
    datasets = {item.dataset.name: item.dataset for item in items}
    now = clock(options, _now())
    store = None if options.refit else place.store
    learned = {item.dataset.name: {name: recall(store, item, name) for name in item.spec.families} for item in items}
    first = fit_steps(items, learned, now, templates)
    fit = _queries(first, datasets, templates, place, "f")
    ids = {request: query.id for query in fit for request in query.requests}
    fit_ids = {request: ids[sent] for step in first for request, sent in step.asked.items()}
    second = tuple(
        _measured(item, learned[item.dataset.name], step, store, now, templates)
        for item, step in zip(items, first, strict=True)
    )
    waiting = _waiting(second, datasets, templates, place, fit_ids)
    measure = sorted(
        (*_queries(second, datasets, templates, place, "q"), *waiting), key=lambda query: int(query.id[1:])
    )
    return (*fit, *_grown(items, learned, now, templates, place), *measure)


def _grown(
    items: Sequence[Resolved],
    learned: Mapping[str, Families],
    now: Clock,
    templates: Templates,
    place: _Place,
) -> Iterator[Query]:
    """What the rounds of families begin with: the statements that show how trees grow, and plain requests."""
    number = 0
    for item in items:
        dataset = item.dataset
        for ask in rounds.first_asks(item, learned[dataset.name]):
            asked = tuple(now.put(request, dataset, templates) for request in ask.requests)
            if asked:
                number += 1
                yield from _queries([Step(dataset.name, asked, {one: one for one in asked})], {dataset.name: dataset},
                                    templates, place, f"g{number}.")  # fmt: skip
            for growth in ask.growths:
                from whq.measure.grow import shown

                number += 1
                yield from shown(rounds.within(growth, now, item), dataset, f"g{number}", place.dialect)


def _behind(project: Project, items: Sequence[Resolved], place: _Place, options: Options) -> tuple[Query, ...]:
    """The statements that show what is behind a rule's number: the values that break it, and the rows."""
    templates = load(own_templates(project))
    return shown_queries(project_looks(items, clock(options, _now()), templates), templates, place.dialect)


def _measured(
    item: Resolved, learned: Families, first: Step, store: Store | None, now: Clock, templates: Templates
) -> Step:
    """The second walk of one dataset when the first has not been walked."""

    def known(requests: Sequence[Request]) -> Mapping[Request, summaries.Part]:
        stored = summaries.recall(store, item.dataset, requests, templates)
        return {**summaries.to_be_fitted(item.dataset, requests, first.asked, templates), **stored}

    assert now.as_of is not None
    windows = counts.recall(store, item, templates, now.as_of).windows
    return measure_step(item, learned, known, now, templates, windows=windows, is_fitted=False)


def _queries(
    steps: Sequence[Step], datasets: Mapping[str, Dataset], templates: Templates, place: _Place, prefix: str
) -> tuple[Query, ...]:
    compiled = queries(*merged(steps), datasets, templates, place.dialect, place.policy, prefix)
    if compiled.failures:
        raise CompileError(dict.fromkeys(failure.problem for failure in compiled.failures))
    return compiled.queries


def _waiting(
    steps: Sequence[Step],
    datasets: Mapping[str, Dataset],
    templates: Templates,
    place: _Place,
    fit_ids: Mapping[Request, str],
) -> Iterator[Query]:
    """The statements that follow from what the first walk brings, with the ids of the statements they wait for."""
    from whq.measure.tables import tables_of

    planned, _ = merged(steps)
    waits = {request: answers for step in steps for request, answers in step.waits.items()}
    for scan in plan_scans(planned, datasets, templates, place.policy):
        awaited = dict.fromkeys(fit_ids[answer] for request in scan.requests for answer in waits.get(request, ()))
        if awaited:
            dataset = datasets[scan.scope.dataset]
            yield Query(
                id=scan.id,
                dataset=dataset.name,
                sql="",
                dialect=place.dialect,
                scope=scan.scope,
                requests=scan.requests,
                outputs=(),
                tables=tables_of(dataset),
                columns=tuple(
                    dict.fromkeys(name for request in scan.requests for name in columns_of(request.arguments))
                ),
                waits_for=tuple(awaited),
            )


def _statistics(items: Sequence[Resolved], dialect: str) -> tuple[Query, ...]:
    """The SQL by which drift statistics follow from the counts of a scan; a run computes them where it is."""
    statements: list[Query] = []
    for item in items:
        if item.spec.drift is None:
            continue
        from whq.monitors.drift.monitor import statistic_queries

        scope = Scope(item.dataset.name, by_chunk=True)
        for binning, sql in statistic_queries(item.dataset, item.spec, dialect):
            about = Request.of(scope, f"statistics over the {binning} counts")
            statements.append(Query(f"s{len(statements) + 1}", item.dataset.name, sql, dialect, scope, (about,), ()))
    return tuple(statements)


def _items(chosen: Chosen, place: _Place, options: Options) -> tuple[Resolved, ...]:
    _, items = bind(chosen, place.catalog, load(own_templates(chosen.project)), options, _now())
    refuse(problem for item in items for _, problem in item.problems)
    return items


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _store(project: Project, profile: str | None) -> Store | None:
    try:
        return open_store(project, profile, create=False)
    except SelectionError:
        return None


def _planned(query: Query, sizes: Mapping[str, int]) -> PlannedQuery:
    rows = [sizes.get(table) for table in query.tables]
    total = sum(size for size in rows if size is not None) if None not in rows else None
    requests = len(query.requests)
    return PlannedQuery(
        query.id, query.dataset, requests, query.tables, query.columns, total, query.waits_for, query.when, query.times
    )
