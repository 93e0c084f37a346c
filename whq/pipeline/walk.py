"""The pipe, end to end: the only module that knows all stages.

    project ─▶ resolve ─▶ fit (once) ─▶ requests ─▶ plan ─▶ compile ─▶ execute ─▶ evaluate ─▶ store, RunResult

Each command of the CLI is a function here that returns values and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Unpack
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from whq import calendar
from whq.config import load_project, load_target
from whq.config.spec import Project, Target
from whq.engines import engine
from whq.engines.base import catalog_of
from whq.episodes import Now, find, left
from whq.errors import Interrupted, StoreError
from whq.masking import masked
from whq.measure.bench import OnProgress, Workbench
from whq.measure.execute import Limits
from whq.memory import counts, fingerprint, notes, summaries
from whq.memory.baselines import Learned, recall, remember, told_anew
from whq.memory.counts import Recalled
from whq.monitors import LearnedThresholds, Note
from whq.pipeline import rounds, selection
from whq.pipeline.choice import Chosen, bind, choose, own_templates
from whq.pipeline.evaluate import evaluate, lost
from whq.pipeline.nextstep import NextSteps
from whq.pipeline.options import Choices, Options
from whq.pipeline.steps import Families, Step, fit_steps, learn, measure_step, merged
from whq.pipeline.window import clock
from whq.resolve import Resolved
from whq.result import RunResult, exit_code
from whq.sql.templates import load
from whq.store import Earlier, Store, StoredIncident, open_store
from whq.store.rows import SeriesKey
from whq.values import Incident, Measurement, Measurements, MonitorName, Request, Result, Run
from whq.version import __version__

TIMEOUT = 300.0
"""Seconds a statement may take unless the user says otherwise."""


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


class _Judged(Struct, frozen=True):
    """What is to be stored of a judged dataset: thresholds by family, answers, and the newest verdict of each series.

    stored: the requests whose answers for the reference are stored already. notes: what was learned of its chunks.
    """

    item: Resolved
    learned: Families
    thresholds: Mapping[MonitorName, LearnedThresholds]
    measurements: Measurements
    stored: Container[Request]
    verdicts: Mapping[SeriesKey, str]
    notes: Mapping[Note, Any]


def _definition(item: Resolved, learned: Families, result: Result) -> str:
    """The digest of what a result's series is measured by."""
    family = learned.get(result.monitor)
    format = type(family.baseline).FORMAT if family else 0
    return fingerprint.of_series(result.monitor, result.subject, item.dataset, item.spec, format)


def _since(incident: Incident) -> str:
    return calendar.sortable(incident.since or "")


class _Walk:
    """One run: its results by dataset so far, and what is not stored yet. Each dataset is stored when it is judged."""

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
        self.as_of = self.clock.as_of or started
        self.places = {spec.name: place for place, spec in enumerate(self.project.datasets)}
        self.by_dataset: dict[str, list[Result]] = {}
        self.counts: dict[str, Recalled] = {}
        self.anew: tuple[str, ...] = ()
        self.not_stored: StoreError | None = None
        self.unsaved: list[_Judged] = []
        self.earlier = Earlier()
        self.incidents: list[StoredIncident] = []

    def walk(self, items: tuple[Resolved, ...]) -> RunResult:
        """Fit what has no baseline, measure, judge."""
        self.next_steps = NextSteps(items, self.clock, self.bench)
        self._keep(self._begin)
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

    def _begin(self, store: Store) -> None:
        run = self._run()
        store.begin(run)
        self.earlier = store.earlier(run.project, run.target, run.as_of)

    def _abandon(self, store: Store) -> None:
        self._save(store)
        store.abandon(self._outcome())

    def _finish(self, store: Store) -> None:
        self._save(store)
        store.save_statements(self.id, self.bench.texts)
        self.incidents += left(self.earlier, self.places, self._now())
        outcome = self._outcome()
        store.save_incidents(outcome.run, self.incidents)
        store.finish(outcome)

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
            learned[name] |= self._grown(item, learned[name], fitted[name])
        return fitted

    def _grown(self, item: Resolved, learned: Families, fitted: Measurements) -> dict[MonitorName, Learned]:
        """What families learn of the reference in rounds, after the first walk."""
        walked = rounds.walk(rounds.of_baseline(item, learned, fitted), item, self.bench, self.clock)
        return {
            name: replace(learned[name], baseline=one.value, is_sound=learned[name].is_sound and one.is_sound)
            for name, one in walked.items()
        }

    def _measure(
        self,
        items: tuple[Resolved, ...],
        learned: Mapping[str, Families],
        fitted: Mapping[str, Measurements],
    ) -> None:
        """The second walk: measure and judge; a dataset's results are stored once its last answer is in.

        The last dataset is stored in one transaction with the mark that the run is complete, as each transaction costs
        time.
        """
        stored: dict[str, Mapping[Request, Measurement]] = {}
        templates = self.bench.templates
        store = None if self.options.refit else self.store

        def step(item: Resolved) -> Step:
            dataset = item.dataset

            def recall(requests: Sequence[Request]) -> Mapping[Request, Measurement]:
                stored[dataset.name] = summaries.recall(store, dataset, requests, templates)
                return {**stored[dataset.name], **summaries.fitted(dataset, requests, fitted[dataset.name], templates)}

            counted = counts.recall(self.store, item, templates, self.as_of, anew=self.options.refit)
            self.counts[dataset.name] = counted
            return measure_step(item, learned[dataset.name], recall, self.clock, templates, windows=counted.windows)

        def judge(item: Resolved, measurements: Measurements) -> None:
            name = item.dataset.name
            whole = steps[name].whole(measurements)
            asked = begun.pop(name, None) or rounds.of_chunks(item, learned[name], whole)
            self._judge(item, learned[name], whole, stored[name], asked)
            if len(self.by_dataset) < len(items):
                self._keep(self._save)

        by_name = {item.dataset.name: item for item in items}
        steps = {name: step(item) for name, item in by_name.items()}
        begun: dict[str, rounds.Begun] = {}
        for name, first_step in steps.items():
            if not first_step.sent:
                judge(by_name[name], {})
        late: dict[str, Measurements] = {}
        with self.bench.measure(*merged(steps.values()), "q") as answers:
            for name, measurements in answers:
                begun[name] = rounds.of_chunks(by_name[name], learned[name], steps[name].whole(measurements))
                if begun[name].waiting:
                    late[name] = measurements
                else:
                    judge(by_name[name], measurements)
        for name, measurements in late.items():
            judge(by_name[name], measurements)

    def _judge(
        self,
        item: Resolved,
        learned: Families,
        measurements: Measurements,
        stored: Container[Request],
        begun: rounds.Begun,
    ) -> None:
        """Judge a dataset after the rounds that have begun; what it brought waits to be stored."""
        unplaced = self.bench.unplaced.get(item.dataset.name, 0)
        is_replay, earlier = self.options.as_of is not None, self.counts[item.dataset.name].stored
        store, templates = None if self.options.refit else self.store, self.bench.templates
        recall = partial(notes.recall, store, item.dataset, templates=templates)
        walked = rounds.walk(begun, item, self.bench, self.clock, recall)
        grown = {family: one.value for family, one in walked.items()}
        results, thresholds = evaluate(
            item, learned, measurements, self.as_of, unplaced, counts=earlier, is_replay=is_replay, grown=grown
        )
        # What was lost has been selected already: it may lack the subject that a term asks for.
        kept = [*lost(item), *self.next_steps.told(selection.keep(results, self.terms))]
        name = item.dataset.name
        found = find(name, kept, self.earlier, self._now(), partial(_definition, item, learned))
        self.by_dataset[name] = list(found.results)
        self.incidents += found.incidents
        notes_kept = {note: content for one in walked.values() for note, content in one.kept.items()}
        self.unsaved.append(_Judged(item, learned, thresholds, measurements, stored, found.verdicts, notes_kept))

    def _now(self) -> Now:
        options = self.options
        asked = (options.select, options.exclude, options.monitors, options.since, options.until)
        as_of = f"{self.as_of.isoformat()}Z"
        return Now(self.id, as_of, is_whole=not any(asked), is_cut=options.until is not None)

    def _save(self, store: Store) -> None:
        """Keep the results of the datasets that are judged and not stored yet, and what was learned for them."""
        for judged in self.unsaved:
            name = judged.item.dataset.name
            store.append(self.id, self.by_dataset[name], self.places[name])
            store.save_verdicts(self.id, judged.verdicts)
            for family, of_family in judged.learned.items():
                remember(store, judged.item, family, of_family, judged.thresholds.get(family, {}))
            summaries.remember(store, judged.item.dataset, judged.measurements, self.bench.templates, judged.stored)
            notes.remember(store, judged.item.dataset, judged.notes, self.bench.templates)
            counted = self.counts[name]
            counts.remember(store, judged.item, judged.measurements, counted, self.bench.templates, self.as_of)

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
        return tuple(
            result for name in sorted(self.by_dataset, key=self.places.__getitem__) for result in self.by_dataset[name]
        )

    def _outcome(self) -> RunResult:
        options = self.options
        errors = self.not_stored.problems if self.not_stored else ()
        incidents = tuple(sorted((each.incident for each in self.incidents), key=_since, reverse=True))
        code = exit_code(
            self.results, fail_on=options.fail_on, inconclusive=options.inconclusive,
            judged=options.judge, incidents=incidents,
        )  # fmt: skip
        code = StoreError.exit_code if errors else code
        texts = {name: masked(text) for name, text in self.bench.texts.items()}
        doubts = (*self.project.warnings, *self.target.warnings, *self.anew, *self.bench.told)
        return RunResult(
            self._run(), self.results, errors, code, texts, doubts, incidents=incidents, judged=options.judge
        )

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
