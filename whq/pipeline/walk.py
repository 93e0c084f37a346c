"""The pipe, end to end: the only module that knows all stages.

    project ─▶ resolve ─▶ fit (once) ─▶ requests ─▶ plan ─▶ compile ─▶ execute ─▶ evaluate ─▶ store, RunResult

Each command of the CLI is a function here that returns values and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
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
from whq.pipeline.steps import Clock, Families, Step, fit_steps, learn, measure_step, merged
from whq.resolve import Resolved, resolve
from whq.result import RunResult, exit_code
from whq.sql.templates import Templates, load
from whq.store import Store, open_store
from whq.values import Measurement, Measurements, MonitorName, Request, Result, Run, Window
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
    is_windowed = options.since is not None or options.as_of is not None
    items = resolve(project, catalog, catalog.dialect, templates, is_windowed=is_windowed, as_of=as_of)
    if chosen.terms != selection.Selection():
        chosen, items = _narrowed(chosen, items, templates)
    refuse(problem for item in items for _, problem in item.problems if problem.category in IN_THE_FILES)
    return chosen, items


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


def clock(options: Options, now: datetime) -> Clock:
    """The run's moment and the time its analysis rows are from; with `as_of` rows after it do not exist for the run."""
    window = Window(options.since, options.as_of)
    return Clock(options.as_of or now, None if window == Window() else window)


class _Judged(Struct, frozen=True):
    """What one dataset brought, to be stored: thresholds by family, answers, and which of them were stored before."""

    item: Resolved
    learned: Families
    thresholds: Mapping[MonitorName, LearnedThresholds]
    measurements: Measurements
    stored: Container[Request]


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
        self.clock = clock(options, started)
        self.as_of = options.as_of or started
        self.places = {spec.name: place for place, spec in enumerate(self.project.datasets)}
        self.found: dict[str, list[Result]] = {}
        self.anew: tuple[str, ...] = ()
        self.not_stored: StoreError | None = None
        self.unsaved: list[_Judged] = []

    def walk(self, items: tuple[Resolved, ...]) -> RunResult:
        """Fit what has no baseline, measure, judge."""
        self._keep(lambda store: store.begin(self._run()))
        try:
            learned = {item.dataset.name: self._learned(item) for item in items}
            self.anew = tuple(text for name, by_family in learned.items() for text in told_anew(name, by_family))
            fitted = self._fit(items, learned)
            self._measure(items, learned, fitted)
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

    def _fit(
        self, items: tuple[Resolved, ...], learned: dict[str, dict[MonitorName, Learned]]
    ) -> dict[str, Measurements]:
        """The first walk: ask of the reference what the families without a baseline must know.

        Returns:
            The answers by dataset; `learned` is brought up to date.
        """
        steps = fit_steps(items, learned, self.clock, self.bench.templates)
        answers = self.bench.ask(*merged(steps), "f")
        fitted = {step.dataset: step.whole(answers) for step in steps}
        for item in items:
            name = item.dataset.name
            learned[name] = learn(item, learned[name], fitted[name])
        return fitted

    def _measure(
        self,
        items: tuple[Resolved, ...],
        learned: Mapping[str, Families],
        fitted: Mapping[str, Measurements],
    ) -> None:
        """The second walk: measure and judge; a dataset's results are stored once its last answer is in.

        Those of the last dataset are stored with the mark that the run is complete: a transaction costs its time.
        """
        stored: dict[str, Mapping[Request, Measurement]] = {}
        templates = self.bench.templates
        store = None if self.options.refit else self.store

        def step(item: Resolved) -> Step:
            dataset = item.dataset

            def recall(requests: Sequence[Request]) -> Mapping[Request, Measurement]:
                stored[dataset.name] = summaries.recall(store, dataset, requests, templates)
                return {**stored[dataset.name], **summaries.fitted(dataset, requests, fitted[dataset.name], templates)}

            return measure_step(item, learned[dataset.name], recall, self.clock, templates)

        def judge(item: Resolved, measurements: Measurements) -> None:
            name = item.dataset.name
            self._judge(item, learned[name], steps[name].whole(measurements), stored[name])
            if len(self.found) < len(items):
                self._keep(self._save)

        by_name = {item.dataset.name: item for item in items}
        steps = {name: step(item) for name, item in by_name.items()}
        for name, one in steps.items():
            if not one.sent:
                judge(by_name[name], {})
        with self.bench.measure(*merged(steps.values()), "q") as answers:
            for name, measurements in answers:
                judge(by_name[name], measurements)

    def _judge(self, item: Resolved, learned: Families, measurements: Measurements, stored: Container[Request]) -> None:
        """Judge a dataset; what it brought waits to be stored."""
        unplaced = self.bench.unplaced.get(item.dataset.name, 0)
        results, thresholds = evaluate(item, learned, measurements, self.as_of, unplaced)
        # What was lost has been selected already: it may lack the subject that a term asks for.
        self.found[item.dataset.name] = [*lost(item), *selection.keep(results, self.terms)]
        self.unsaved.append(_Judged(item, learned, thresholds, measurements, stored))

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
