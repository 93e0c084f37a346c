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

OnProgress = Callable[[Progress], None]


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

    def ask(self, requests: Sequence[Request], sent: Mapping[Request, Request], prefix: str) -> Measurements:
        """The answer to every request that is sent; see `measure`."""
        with self.measure(requests, sent, prefix) as answers:
            return {request: answer for _, own in answers for request, answer in own.items()}

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
            self.limits = self.limits.after(len(self.statements) - before, monotonic() - started)

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
        for one in answers:
            if one.unplaced:
                self.unplaced[one.dataset] = one.unplaced
            take(one.measurements)
            if not missing[one.dataset]:
                yield one.dataset, gathered.pop(one.dataset)
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
    """The statements that are sent, in an engine's packing, under their ids in the plan of all requests."""
    scans = to_send(plan(requests, datasets, templates, policy, prefix), sent, templates)
    compiled = [_compiled(scan, datasets, templates, dialect) for scan in scans]
    return Compiled(
        tuple(query for one in compiled for query in one.queries),
        tuple(lost for one in compiled for lost in one.failures),
    )


def _compiled(scan: Scan, datasets: Mapping[str, Dataset], templates: Templates, dialect: str) -> Compiled:
    """One scan as a statement. It does not depend on the place of the scan among the others."""
    nameless = replace(scan, id="")
    own = {name: dataset for name, dataset in datasets.items() if name == scan.scope.dataset}

    def new() -> Compiled:
        from whq.measure.compile import compile_scans

        return compile_scans([nameless], own or datasets, templates, dialect)

    if _asks_the_clock(scan, own.get(scan.scope.dataset)):
        made = new()
        return made._replace(queries=tuple(replace(query, id=scan.id) for query in made.queries))
    inputs = (nameless, own, [templates.get(request.template) for request in scan.requests], dialect)
    made = cache.recall("statement", inputs, new, keep=lambda compiled: not compiled.failures)
    if made.failures:
        return made._replace(queries=tuple(replace(query, id=scan.id) for query in made.queries))
    # The scan's own requests: answers are looked up by them, which is fast where they are the same objects.
    return Compiled(tuple(replace(query, id=scan.id, requests=scan.requests) for query in made.queries), ())


def _asks_the_clock(scan: Scan, dataset: Dataset | None) -> bool:
    """Whether the run's own moment stands in the statement: it is not kept, as no other run will send it."""
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
