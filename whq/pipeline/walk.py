"""The pipe, end to end: the only module that knows all stages.

    project ─▶ resolve ─▶ fit (once) ─▶ requests ─▶ plan ─▶ compile ─▶ execute ─▶ evaluate ─▶ store, RunResult

Each command of the CLI is a function here that returns values and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Unpack
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from whq.catalog import Catalog
from whq.config import load_project, load_target
from whq.config.spec import DatasetSpec, Item, Project, Target
from whq.engines import engine
from whq.engines.base import catalog_of
from whq.errors import ConfigError, Interrupted, Problem, SelectionError, StoreError
from whq.masking import masked
from whq.measure.bench import OnProgress, Workbench
from whq.measure.execute import Limits
from whq.memory import summaries
from whq.memory.baselines import Learned, recall, remember, told_anew
from whq.monitors import LearnedThresholds, monitor
from whq.pipeline import selection
from whq.pipeline.evaluate import evaluate, lost
from whq.pipeline.options import Choices, Options
from whq.resolve import Resolved, resolve
from whq.result import RunResult, exit_code
from whq.sql.templates import Templates, load
from whq.store import Store, open_store
from whq.values import Failure, Measurements, MonitorName, Request, Result, Run, Scope
from whq.version import __version__

TIMEOUT = 300.0
"""Seconds a statement may take unless the user says otherwise."""

IN_THE_FILES = frozenset({"config", "syntax", "usage", "template"})
"""Problems of these categories are mended in the project's files; nothing is executed while they stand. SQL that
parses and is refused (`guard`) is an error of its own item, and the others run."""


def run(
    project: str | Path = ".",
    *,
    profile: str | None = None,
    target: str | None = None,
    progress: OnProgress | None = None,
    **choices: Unpack[Choices],
) -> RunResult:
    """Fit where needed, measure, judge and store a project. Raises WhqError when nothing could be run."""
    loaded = load_project(Path(project))
    return run_project(loaded, load_target(loaded, profile, target), progress=progress, **choices)


def run_project(
    project: Project, target: Target, *, progress: OnProgress | None = None, **choices: Unpack[Choices]
) -> RunResult:
    """`run` for a project and a target that are already loaded."""
    options = Options(**choices)
    chosen = choose(project, options)
    templates = load(own_templates(project))
    store = open_store(project, target.profile) if options.keep else None
    chosen_engine = engine(target.type, target.variables)
    with closing(chosen_engine.connect(target)) as session:
        started = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        chosen, items = bind(chosen, catalog_of(session, target), templates, options, started)
        bench = Workbench(
            session,
            chosen_engine.policy,
            {item.dataset.name: item.dataset for item in items},
            templates,
            Limits(options.jobs or chosen_engine.policy.jobs, options.timeout or TIMEOUT, project.budget),
            progress=progress,
        )
        outcome = _Walk(chosen, target, options, bench, store, started).walk(items)
    return _reported(outcome, project)


def _reported(outcome: RunResult, project: Project) -> RunResult:
    """Write the HTML report of a project that wants one; the results stand even where it cannot be written."""
    if project.report is None:
        return outcome
    from whq.reports.html import write

    path = project.root / project.report
    try:
        write(path, outcome, outcome.statements)
    except StoreError as error:
        return replace(outcome, errors=(*outcome.errors, *error.problems), exit_code=StoreError.exit_code)
    return replace(outcome, report=path)


class Chosen(Struct, frozen=True):
    """The part of a project that a run looks at, and the items that were left out to get there."""

    project: Project
    terms: selection.Selection
    left_out: tuple[tuple[DatasetSpec, Item], ...] = ()


def choose(project: Project, options: Options) -> Chosen:
    """The project with what is selected of it, as far as that is known before the catalog is read.

    Raises:
        SelectionError: Nothing can be selected.
        ConfigError: A term of `--select` can match nothing, whatever the catalog holds.
    """
    terms = selection.parse(options.select, options.exclude)
    of_family = [selection.prune(spec, selection.Selection(), options.monitors) for spec in project.datasets]
    kept = tuple(selection.prune(spec, terms) for spec in of_family)
    if not any(spec.items for spec in kept):
        raise SelectionError(_nothing_selected(project, terms))
    selection.refuse_unmatched(terms, [selection.unbound(spec, item) for spec in of_family for item in spec.items])
    pairs = zip(of_family, kept, strict=True)
    left_out = tuple((spec, item) for spec, less in pairs for item in spec.items if item not in less.items)
    return Chosen(replace(project, datasets=kept), terms, left_out)


def bind(
    chosen: Chosen, catalog: Catalog, templates: Templates, options: Options, now: datetime
) -> tuple[Chosen, tuple[Resolved, ...]]:
    """The datasets that have something to do, bound to the catalog and to the run's clock, with what is selected.

    Returns:
        The choice with the warnings that the catalog gives rise to, and its datasets. What the catalog does not hold
        is left with its item, so that the others can be run.

    Raises:
        ConfigError: Only the project's files can mend it (refused SQL, wrong types), or a term of `--select`
            matches nothing.
        SelectionError: Nothing is selected.
    """
    project = chosen.project
    as_of = options.as_of or now
    items = resolve(project, catalog, catalog.dialect, templates, since=options.since, until=options.as_of, as_of=as_of)
    if chosen.terms != selection.Selection():
        chosen, items = _narrowed(chosen, items, templates)
    refuse(problem for item in items for _, problem in item.problems if problem.category in IN_THE_FILES)
    return chosen, tuple(replace(item, dataset=replace(item.dataset, as_of=as_of)) for item in items)


def _narrowed(chosen: Chosen, items: tuple[Resolved, ...], templates: Templates) -> tuple[Chosen, tuple[Resolved, ...]]:
    """What is selected now that columns have their names, of lost items too; terms without any match are told."""

    def metrics(item: Item) -> tuple[str, ...]:
        return item.metrics_named or monitor(item.family).metrics(templates) or (item.metric,)

    def narrowed(item: Resolved) -> Resolved:
        spec = selection.narrow(item.spec, chosen.terms, metrics)
        problems = (
            (lost, problem)
            for lost, problem in item.problems
            if lost is None or selection.narrowed(item.spec, lost, chosen.terms, metrics)
        )
        return replace(item, spec=spec, problems=tuple(problems))

    kept = tuple(one for one in map(narrowed, items) if one.spec.items or one.problems)
    if not kept:
        raise SelectionError(_nothing_selected(chosen.project, chosen.terms))
    candidates = [
        candidate
        for item in items
        for each in (*item.spec.items, *(lost for lost, _ in item.problems if lost is not None))
        for candidate in selection.bound(item.spec, each, metrics)
    ]
    candidates += (one for spec, item in chosen.left_out for one in selection.of_any_column(spec, item, metrics))
    selection.refuse_unmatched(chosen.terms, candidates)
    warnings = (
        f'--exclude: nothing matches "{term.written}"; {selection.hint(term, candidates)}'
        for term in selection.unmatched(chosen.terms.exclude, candidates)
    )
    project = replace(chosen.project, warnings=(*chosen.project.warnings, *warnings))
    return replace(chosen, project=project), kept


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one ConfigError with all problems, in the order of the files; none is fine."""
    wrong = sorted(set(problems), key=lambda problem: (problem.location is None, problem.location, problem.message))
    if wrong:
        raise ConfigError(wrong)


def own_templates(project: Project) -> tuple[Path, ...]:
    """The project's own template folder, when it has one."""
    folder = project.root / "sql_templates"
    return (folder,) if folder.is_dir() else ()


def requests_of(item: Resolved, learned: Mapping[MonitorName, Learned]) -> tuple[Request, ...]:
    """All that a dataset's monitors want to measure, and the row counts of its chunks where it is cut."""
    found = [
        request
        for name in item.spec.families
        for request in monitor(name).requests(item.dataset, item.spec, learned[name].baseline)
    ]
    if any(request.scope.by_chunk for request in found):
        found.append(Request.of(Scope(item.dataset.name, by_chunk=True), summaries.ROW_COUNT))
    return tuple(dict.fromkeys(found))


class _Judged(Struct, frozen=True):
    """What one dataset brought, to be stored: its thresholds by family, answers, and what was stored before."""

    item: Resolved
    learned: Mapping[MonitorName, Learned]
    thresholds: Mapping[MonitorName, LearnedThresholds]
    measurements: Measurements
    stored: summaries.Reuse


class _Walk:
    """One run: what it has learned and found so far. Results are stored dataset by dataset, as they come."""

    def __init__(
        self,
        chosen: Chosen,
        target: Target,
        options: Options,
        bench: Workbench,
        store: Store | None,
        started: datetime,
    ) -> None:
        self.project, self.terms = chosen.project, chosen.terms
        self.target, self.options, self.bench, self.store = target, options, bench, store
        self.id = uuid4().hex[:12]
        self.started, self.ticks = started, monotonic()
        self.as_of = options.as_of or self.started
        self.places = {spec.name: place for place, spec in enumerate(self.project.datasets)}
        self.found: dict[str, list[Result]] = {}
        self.fitted: Measurements = {}
        self.anew: tuple[str, ...] = ()
        self.not_stored: StoreError | None = None
        self.unsaved: list[_Judged] = []

    def walk(self, items: tuple[Resolved, ...]) -> RunResult:
        """Fit what has no baseline, measure, judge."""
        self._keep(lambda store: store.begin(self._run()))
        try:
            learned = {item.dataset.name: self._learned(item) for item in items}
            self.anew = tuple(text for name, by_family in learned.items() for text in told_anew(name, by_family))
            self._fit(items, learned)
            self._measure(items, learned)
        except Interrupted:
            self._keep(self._abandon)
            raise
        self._keep(self._finish)
        return self._outcome()

    def _abandon(self, store: Store) -> None:
        self._save(store)
        store.abandon(self._outcome())

    def _finish(self, store: Store) -> None:
        self._save(store)
        store.save_statements(self.id, self.bench.texts)
        store.finish(self._outcome())

    def _learned(self, item: Resolved) -> dict[MonitorName, Learned]:
        store = None if self.options.refit else self.store
        return {name: recall(store, item, name) for name in item.spec.families}

    def _fit(self, items: tuple[Resolved, ...], learned: Mapping[str, dict[MonitorName, Learned]]) -> None:
        """The first walk: ask of the reference what the families without a baseline must know."""
        asked = {
            (item.dataset.name, name): monitor(name).fit_requests(item.dataset, item.spec)
            for item in items
            for name, known in learned[item.dataset.name].items()
            if known.is_new
        }
        found = self.fitted = self.bench.ask([request for wanted in asked.values() for request in wanted], "f")
        for item in items:
            for name in learned[item.dataset.name]:
                wanted = asked.get((item.dataset.name, name))
                if wanted is not None:
                    answers = {request: found[request] for request in wanted}
                    baseline = monitor(name).fit(item.dataset, item.spec, answers)
                    sound = not any(isinstance(answer, Failure) for answer in answers.values())
                    learned[item.dataset.name][name] = Learned(baseline, is_new=True, is_sound=sound)

    def _measure(self, items: tuple[Resolved, ...], learned: Mapping[str, dict[MonitorName, Learned]]) -> None:
        """The second walk: measure and judge; a dataset's results are stored once its last answer is in.

        Those of the last dataset are stored with the mark that the run is complete: a transaction costs its time.
        """
        by_name = {item.dataset.name: item for item in items}
        wanted_by = {name: requests_of(item, learned[name]) for name, item in by_name.items()}
        stored = {name: self._stored(item, wanted_by[name]) for name, item in by_name.items()}
        known = {name: stored[name] | self._fitted(item, wanted_by[name]) for name, item in by_name.items()}
        asked = {name: known[name].asked(wanted) for name, wanted in wanted_by.items()}

        def judge(name: str, measurements: Measurements) -> None:
            whole = known[name].whole(measurements)
            own = {request: whole[request] for request in wanted_by[name] if request in whole}
            self._judge(by_name[name], learned[name], whole, own, stored[name])
            if len(self.found) < len(by_name):
                self._keep(self._save)

        for name, wanted in asked.items():
            if not wanted:
                judge(name, {})
        with self.bench.measure([request for wanted in asked.values() for request in wanted], "q") as answers:
            for name, measurements in answers:
                judge(name, measurements)

    def _stored(self, item: Resolved, requests: Sequence[Request]) -> summaries.Reuse:
        store = None if self.options.refit else self.store
        return summaries.recall(store, item.dataset, requests, self.bench.templates)

    def _fitted(self, item: Resolved, requests: Sequence[Request]) -> summaries.Reuse:
        return summaries.fitted(item.dataset, requests, self.fitted, self.bench.templates)

    def _judge(
        self,
        item: Resolved,
        learned: Mapping[MonitorName, Learned],
        measurements: Measurements,
        own: Measurements,
        stored: summaries.Reuse,
    ) -> None:
        """Judge a dataset; what it brought waits to be stored."""
        unplaced = self.bench.unplaced.get(item.dataset.name, 0)
        results, thresholds = evaluate(item, learned, measurements, self.as_of, unplaced)
        # What was lost has been selected already: it may lack the subject that a term asks for.
        self.found[item.dataset.name] = [*lost(item), *selection.keep(results, self.terms)]
        self.unsaved.append(_Judged(item, learned, thresholds, own, stored))

    def _save(self, store: Store) -> None:
        """Keep the results of the datasets that are judged and not stored yet, and what was learned for them."""
        for one in self.unsaved:
            name = one.item.dataset.name
            store.append(self.id, self.found[name], self.places[name])
            for family, known in one.learned.items():
                remember(store, one.item, family, known, one.thresholds.get(family, {}))
            summaries.remember(store, one.item.dataset, one.measurements, self.bench.templates, one.stored)

    def _keep(self, save: Callable[[Store], object]) -> None:
        """Write to the store, all of it or nothing; after a failure no more is tried, and the exit code is 5."""
        if self.store is None or self.not_stored is not None:
            return
        try:
            with self.store.together() as store:
                save(store)
            self.unsaved.clear()
        except StoreError as error:
            self.not_stored = error

    @property
    def results(self) -> tuple[Result, ...]:
        """The results so far in the order of the project's files, whichever query came back first."""
        return tuple(result for name in sorted(self.found, key=self.places.__getitem__) for result in self.found[name])

    def _outcome(self) -> RunResult:
        options = self.options
        errors = self.not_stored.problems if self.not_stored else ()
        code = exit_code(self.results, fail_on=options.fail_on, inconclusive=options.inconclusive)
        code = StoreError.exit_code if errors else code
        texts = {name: masked(text) for name, text in self.bench.texts.items()}
        doubts = (*self.project.warnings, *self.target.warnings, *self.anew)
        return RunResult(self._run(), self.results, errors, code, texts, doubts)

    def _run(self) -> Run:
        return Run(
            id=self.id,
            project=self.project.name,
            target=self.target.name,
            engine=self.target.type,
            as_of=f"{self.as_of.isoformat()}Z",
            started=f"{self.started.isoformat()}Z",
            seconds=round(monotonic() - self.ticks, 3),
            queries=len(self.bench.statements),
            rows_scanned=None,
            bytes_scanned=None,
            version=__version__,
        )


def _nothing_selected(project: Project, terms: selection.Selection) -> Problem:
    words = " ".join(
        (*(term.written for term in terms.include), *(f"--exclude {term.written}" for term in terms.exclude))
    )
    known = [term for spec in project.datasets for term in selection.describe(spec)]
    message = f'nothing matches "{words}"' if words else "the project asks for nothing of this kind"
    return Problem(
        "WHQ-U005", "usage", message, f"there is: {', '.join(known[:12])}" if known else "write a monitor first"
    )
