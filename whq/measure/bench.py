"""One warehouse session with all it takes to answer requests: plan, compile, execute.

`measure` is the part of the pipe that both walks share; the pipeline calls it once to fit and once to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from msgspec import Struct, field
from msgspec.structs import replace

from whq import cache
from whq.engines import Session
from whq.growths import Failed, Grown, Growth
from whq.measure.execute import Answers, Limits, Progress, Statement, execute
from whq.measure.plan import Scan, plan, to_send
from whq.sql.templates import Templates
from whq.values import (
    Compiled,
    Dataset,
    Failure,
    Fragment,
    Lookup,
    Measurement,
    Measurements,
    Policy,
    Query,
    QuerySource,
    Request,
)
from whq.wording import amount

OnProgress = Callable[[Progress], None]

KEPT = 0.25
"""The part of the seconds left that trees of the reference leave for the chunks, which are measured after them."""


class Workbench(Struct):
    """A session, the datasets bound to it, and the limits that statements run under.

    `statements` is the log of all that was sent, `texts` its SQL by query id; `unplaced` counts rows without a time
    by dataset.
    """

    session: Session
    policy: Policy
    datasets: Mapping[str, Dataset]
    templates: Templates
    limits: Limits
    progress: OnProgress | None = None
    statements: list[Statement] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    unplaced: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """What the user must be told of what was done."""
    rounds: int = 0
    """How many rounds and growths there were."""
    begun: tuple[int, float] | None = None
    """While a walk is measured: how many statements there were before it, and when it began."""

    def ask(self, requests: Sequence[Request], sent: Mapping[Request, Request], prefix: str) -> Measurements:
        """The answer to every request that is sent; see `measure`."""
        with self.measure(requests, sent, prefix) as answers:
            return {request: answer for _, measurements in answers for request, answer in measurements.items()}

    def round_id(self) -> str:
        """What the ids of the next round's statements begin with: `g1.`, `g2.`, …"""
        self.rounds += 1
        return f"g{self.rounds}."

    def grow(self, growth: Growth, dataset: Dataset) -> Grown | Failed:
        """Trees, grown in the warehouse. Raises Interrupted."""
        from whq.measure.grow import Sending, grow

        started, before = monotonic(), len(self.statements)
        is_first = all(group.chunk is None for group in growth.groups)
        limits = self.limits.keeping(KEPT) if is_first else self.limits
        sending = Sending(self.session, limits, self.statements, self._note_one, self.progress)
        try:
            grown = grow(growth, dataset, self.round_id().removesuffix("."), sending)
            if isinstance(grown, Grown) and grown.fetched:
                left = f"{amount(grown.fetched, 'row')} left the warehouse to fit trees"
                self.told.append(f"{dataset.name}: {left} (learner: lightgbm)")
            return grown
        finally:
            self.limits = self.limits.after(len(self.statements) - before, monotonic() - started)

    def _note_one(self, query: Query) -> None:
        self._note((query,))

    def send(self, queries: Iterable[Query]) -> Measurements:
        """The answers to compiled statements of one request each; sent within `measure`, whose limits hold."""
        by_request = {query.requests[0]: query for query in queries}
        if not by_request:
            return {}
        compiled = self._note(tuple(by_request.values()))
        found: dict[Request, Measurement | Failure] = {}
        limits = self.limits
        if self.begun is not None:
            limits = limits.after(len(self.statements) - self.begun[0], monotonic() - self.begun[1])
        with execute(compiled, self.session, self.datasets, limits, log=self.statements) as answers:
            for part in answers:
                found.update(part.measurements)
        return found

    @contextmanager
    def measure(
        self, requests: Sequence[Request], sent: Mapping[Request, Request], prefix: str
    ) -> Iterator[Iterator[tuple[str, Measurements]]]:
        """The answers to all requests of a dataset, dataset by dataset, each as soon as its last one is there.

            with bench.measure(planned, sent, "q") as answers:
                for dataset, measurements in answers: ...

        Args:
            requests: The complete plan. Statements get their ids by it, so that they do not depend on what is known.
            sent: What is sent for a request of the plan; nothing without an entry. The answers are by these.
            prefix: What the ids begin with.

        Raises:
            Interrupted: Ctrl-C, here or in the block.
        """
        compiled = queries(requests, sent, self.datasets, self.templates, self.session.dialect, self.policy, prefix)
        failures = {failure.request: failure for failure in compiled.failures}
        if not compiled.queries:
            yield self._by_dataset(sent.values(), failures, ())
            return
        self._note(compiled.queries)
        started, before = monotonic(), len(self.statements)
        self.begun = before, started
        try:
            with execute(
                compiled.queries,
                self.session,
                self.datasets,
                self.limits,
                log=self.statements,
                recompile=self._split,
                progress=self.progress,
            ) as answers:
                yield self._by_dataset(sent.values(), failures, answers)
        finally:
            self.begun, self.limits = None, self.limits.after(len(self.statements) - before, monotonic() - started)

    def _by_dataset(
        self, requests: Iterable[Request], failures: Measurements, answers: Iterable[Answers]
    ) -> Iterator[tuple[str, Measurements]]:
        """Gather answers until a dataset has all; a request that gets none is left out."""
        missing: dict[str, set[Request]] = {}
        for request in requests:
            missing.setdefault(request.scope.dataset, set()).add(request)
        gathered: dict[str, dict[Request, Measurement | Failure]] = {name: {} for name in missing}

        def take(measurements: Measurements) -> None:
            for request, answer in measurements.items():
                gathered[request.scope.dataset][request] = answer
                missing[request.scope.dataset].discard(request)

        take(failures)
        yield from [(name, gathered.pop(name)) for name in missing if not missing[name]]
        for part in answers:
            if part.unplaced:
                self.unplaced[part.dataset] = part.unplaced
            take(part.measurements)
            if not missing[part.dataset]:
                yield part.dataset, gathered.pop(part.dataset)
        yield from gathered.items()

    def _split(self, query: Query) -> tuple[Query, ...]:
        from whq.measure.compile import splitter

        return self._note(splitter(self.datasets, self.templates)(query))

    def _note(self, compiled: tuple[Query, ...]) -> tuple[Query, ...]:
        self.texts.update((query.id, query.sql) for query in compiled)
        return compiled


def queries(
    requests: Sequence[Request],
    sent: Mapping[Request, Request],
    datasets: Mapping[str, Dataset],
    templates: Templates,
    dialect: str,
    policy: Policy,
    prefix: str,
) -> Compiled:
    """The statements that are sent, packed as the engine's policy says, with the ids that they have in the plan.

    Args:
        requests: the complete plan.
        sent: what is sent for a request of the plan; nothing without an entry.
        policy: how many requests one statement may answer.
        prefix: what the ids begin with.
    """
    scans = to_send(plan(requests, datasets, templates, policy, prefix), sent, templates)
    compiled = [_compiled(scan, datasets, templates, dialect) for scan in scans]
    return Compiled(
        tuple(query for part in compiled for query in part.queries),
        tuple(failure for part in compiled for failure in part.failures),
    )


def _compiled(scan: Scan, datasets: Mapping[str, Dataset], templates: Templates, dialect: str) -> Compiled:
    """One scan as a statement, from the cache where it can be.

    The scan is compiled without its id, so that the text in the cache serves whatever number the scan has in a plan.
    """
    nameless = replace(scan, id="")
    of_scan = {name: dataset for name, dataset in datasets.items() if name == scan.scope.dataset}

    def new() -> Compiled:
        from whq.measure.compile import compile_scans

        return compile_scans([nameless], of_scan or datasets, templates, dialect)

    if contains_as_of(scan, of_scan.get(scan.scope.dataset)):
        compiled = new()
        return compiled._replace(queries=tuple(replace(query, id=scan.id) for query in compiled.queries))
    inputs = (nameless, of_scan, [templates.get(request.template) for request in scan.requests], dialect)
    compiled = cache.recall("statement", inputs, new, keep=lambda compiled: not compiled.failures)
    if compiled.failures:
        return compiled._replace(queries=tuple(replace(query, id=scan.id) for query in compiled.queries))
    # The scan's own requests: answers are looked up by them, which is fast where they are the same objects.
    return Compiled(tuple(replace(query, id=scan.id, requests=scan.requests) for query in compiled.queries), ())


def contains_as_of(scan: Scan, dataset: Dataset | None) -> bool:
    """Whether the statement contains the run's time (`as_of`). It is not cached then: the next run has another time."""
    arguments = [pair for request in scan.requests for pair in request.arguments]
    if any(name == "as_of" for name, _ in arguments):
        return True
    filters = [request.scope.where for request in scan.requests]
    within = _sql_within(dataset) if dataset is not None else ()
    texts = (*(_sql_of(value) for _, value in arguments), *filters, *within)
    return any(sql.clock for sql in texts if sql is not None)


def _sql_of(value: object) -> Fragment | None:
    """The user's SQL in an argument or a source."""
    source = value.source if isinstance(value, Lookup) else value
    sql = source.sql if isinstance(source, QuerySource) else source
    return sql if isinstance(sql, Fragment) else None


def _sql_within(dataset: Dataset) -> Iterator[Fragment | None]:
    """The user's SQL in the description of a dataset."""
    yield from (dataset.where, _sql_of(dataset.source), _sql_of(dataset.reference))
    yield from (segment.where for segment in dataset.segments)
    yield from (_sql_of(join.source) for join in dataset.joins)
    if isinstance(dataset.reference, Dataset):
        yield from _sql_within(dataset.reference)
