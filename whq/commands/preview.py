"""What a run would send, without sending it: the statements of both walks, and the rows they would read.

What is learned from the reference (bin edges, calibration) is taken from the store. Where there is nothing yet, the
statements that learn it (ids `f…`) are given, and those that depend on it follow after the first run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from whq.catalog import Catalog, from_file
from whq.config import load_project, load_target
from whq.config.spec import Project
from whq.engines import Session, engine
from whq.engines.base import catalog_of
from whq.errors import CompileError, ConfigError, Problem, SelectionError, did_you_mean
from whq.measure.bench import queries
from whq.memory.baselines import recall
from whq.monitors import monitor
from whq.pipeline.options import Options
from whq.pipeline.walk import Chosen, bind, choose, own_templates, refuse, requests_of
from whq.resolve import Resolved
from whq.sql.support import DIALECTS
from whq.sql.templates import load
from whq.store import Store, open_store
from whq.values import Policy, Query, Request, Scope


class PlannedQuery(Struct, frozen=True):
    """A statement before it runs: how many requests it answers, what it reads, and how many rows that is."""

    id: str
    dataset: str
    requests: int
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int | None


class PlanReport(Struct, frozen=True):
    """The statements of a run, in order, and the sums a user asks for first."""

    engine: str
    queries: tuple[PlannedQuery, ...]
    rows: int | None

    @property
    def tables(self) -> dict[str, int]:
        """How many statements read each table."""
        found: dict[str, int] = {}
        for query in self.queries:
            for table in query.tables:
                found[table] = found.get(table, 0) + 1
        return found


class _Place(Struct, frozen=True):
    """Where names are looked up, and the dialect to write."""

    catalog: Catalog
    dialect: str
    policy: Policy
    store: Store | None
    session: Session | None = None


def compile(
    project: str | Path = ".",
    *,
    profile: str | None = None,
    target: str | None = None,
    dialect: str | None = None,
    catalog: str | Path | None = None,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    refit: bool = False,
) -> tuple[Query, ...]:
    """The statements of a run in the dialect of its target, or in another one.

    With `catalog`, a JSON file, nothing is connected to. Raises ConfigError for names that the catalog does not hold
    and CompileError for what the dialect cannot express.
    """
    chosen = choose(load_project(Path(project)), Options(select=select, exclude=exclude))
    with _place(chosen.project, profile, target, dialect, catalog) as place:
        items = _items(chosen, place)
        return (*_compiled(chosen.project, items, place, refit), *_statistics(items, place.dialect))


def plan(
    project: str | Path = ".",
    *,
    profile: str | None = None,
    target: str | None = None,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    refit: bool = False,
) -> PlanReport:
    """The statements of a run with the tables, columns and rows that they would read."""
    chosen = choose(load_project(Path(project)), Options(select=select, exclude=exclude))
    with _place(chosen.project, profile, target, None, None) as place:
        compiled = _compiled(chosen.project, _items(chosen, place), place, refit)
        tables = {table for query in compiled for table in query.tables}
        sizes = place.session.row_counts(tables) if place.session else {}
        planned = tuple(_planned(query, sizes) for query in compiled)
    known = [query.rows for query in planned if query.rows is not None]
    return PlanReport(place.dialect, planned, sum(known) if len(known) == len(planned) else None)


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
    made = engine(chosen.type, chosen.variables)
    with closing(made.connect(chosen)) as session:
        packing = made.policy if dialect in (None, session.dialect) else Policy()
        found = catalog_of(session, chosen)
        yield _Place(found, dialect or session.dialect, packing, _store(project, profile), session)


def _check_dialect(name: str, place: str) -> None:
    if name not in DIALECTS:
        problem = Problem("WHQ-U003", "usage", f'{place}: no dialect "{name}"', did_you_mean(name, DIALECTS, 10))
        raise ConfigError(problem)


def _compiled(project: Project, items: Sequence[Resolved], place: _Place, refit: bool) -> tuple[Query, ...]:
    templates = load(own_templates(project))
    datasets = {item.dataset.name: item.dataset for item in items}
    found: list[Query] = []
    for prefix, requests in zip("fq", _requests(items, None if refit else place.store), strict=True):
        compiled = queries(requests, datasets, templates, place.dialect, place.policy, prefix)
        if compiled.failures:
            raise CompileError(dict.fromkeys(failure.problem for failure in compiled.failures))
        found += compiled.queries
    return tuple(found)


def _statistics(items: Sequence[Resolved], dialect: str) -> tuple[Query, ...]:
    """The SQL by which drift statistics follow from the counts of a scan; a run computes them where it is."""
    found: list[Query] = []
    for item in items:
        if item.spec.drift is None:
            continue
        from whq.monitors.drift.monitor import statistic_queries

        scope = Scope(item.dataset.name, by_chunk=True)
        for binning, sql in statistic_queries(item.dataset, item.spec, dialect):
            about = Request.of(scope, f"statistics over the {binning} counts")
            found.append(Query(f"s{len(found) + 1}", item.dataset.name, sql, dialect, scope, (about,), ()))
    return tuple(found)


def _items(chosen: Chosen, place: _Place) -> tuple[Resolved, ...]:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    _, items = bind(chosen, place.catalog, load(own_templates(chosen.project)), Options(), now)
    refuse(problem for item in items for _, problem in item.problems)
    return items


def _requests(items: Sequence[Resolved], store: Store | None) -> tuple[list[Request], list[Request]]:
    """What the first walk would ask, and what the second can ask with what is known now."""
    fit: list[Request] = []
    measure: list[Request] = []
    for item in items:
        known = {name: recall(store, item, name) for name in item.spec.families}
        for name, learned in known.items():
            fit += monitor(name).fit_requests(item.dataset, item.spec) if learned.is_new else ()
        measure += requests_of(item, known)
    return fit, measure


def _store(project: Project, profile: str | None) -> Store | None:
    try:
        return open_store(project, profile, create=False)
    except SelectionError:
        return None


def _planned(query: Query, sizes: Mapping[str, int]) -> PlannedQuery:
    rows = [sizes.get(table) for table in query.tables]
    total = sum(size for size in rows if size is not None) if None not in rows else None
    return PlannedQuery(query.id, query.dataset, len(query.requests), query.tables, query.columns, total)
