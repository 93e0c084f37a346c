"""Run statements on worker threads and hand back measurements as they arrive.

The main thread never blocks: it waits on a queue with a time-out, so that Ctrl-C is seen at once, and it alone
calls `on_result`. Workers run one statement each on a cursor of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config.spec import Budget
from whq.engines.base import Fetched, Session
from whq.errors import Problem, QueryError, WhqError
from whq.measure.decode import Answer, Timeline, decode, read, timeline
from whq.measure.pool import Allowance, Outcome, Pool
from whq.values import Dataset, Failure, Measurement, Measurements, Query, Request

OnResult = Callable[[Query, Measurements], None]
Recompile = Callable[[Query], tuple[Query, ...]]


class Progress(Struct, frozen=True):
    """How far an execution is: statements ended, and statements known so far."""

    done: int
    total: int


class Statement(Struct, frozen=True):
    """One statement of the log."""

    id: str
    dataset: str
    tables: tuple[str, ...]
    requests: int
    seconds: float
    rows: int
    error: str | None = None


class Executed(Struct, frozen=True):
    """What an execution brought: an answer to every request, the log, and rows without a time by dataset."""

    measurements: dict[Request, Measurement | Failure] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    unplaced: dict[str, int] = field(default_factory=dict)


def execute(
    queries: Sequence[Query],
    session: Session,
    datasets: Mapping[str, Dataset],
    *,
    jobs: int = 4,
    timeout: float | None = 300,
    recompile: Recompile | None = None,
    on_result: OnResult | None = None,
    on_unplaced: Callable[[str, int], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    budget: Budget | None = None,
) -> Executed:
    """Run all queries; every request ends as a Measurement or a Failure.

    A failing statement of several requests is cut into pieces by `recompile` until the bad request stands alone;
    one that ran out of time is not, as its pieces would read the same rows again.
    `timeout` is in seconds, for each statement with all its attempts.
    `on_result` gets a query's measurements once all chunked statements of its dataset have ended, and before that
    `on_unplaced` hears how many of the dataset's rows have no time, where there are any.
    Setting `stop` does what Ctrl-C does: everything is cancelled and Interrupted is raised within five seconds.
    """
    pool = Pool(session, min(jobs, len(queries)), timeout, Allowance(budget or Budget()))
    run = _Run(datasets, pool, recompile, on_result, on_unplaced, progress, queries)
    try:
        run.drive(stop or threading.Event())
    except KeyboardInterrupt as error:
        raise pool.interrupted() from error
    except RuntimeError as error:
        # Ctrl-C while the main thread is inside DuckDB, as when it commits results to the store.
        if "Query interrupted" in str(error):
            raise pool.interrupted() from error
        raise
    finally:
        pool.close()
    return run.executed


def left_of(budget: Budget, executed: Executed, seconds: float) -> Budget:
    """What a budget still allows after an execution that took so many seconds."""
    return replace(
        budget,
        queries=None if budget.queries is None else max(0, budget.queries - len(executed.statements)),
        seconds=None if budget.seconds is None else max(0.0, budget.seconds - seconds),
    )


# --- the main thread's side ---------------------------------------------------------------------------------


class _Pending(Struct):
    """What a dataset's chunked statements brought while others of them still run."""

    left: int = 0
    answers: list[tuple[Query, Answer | Problem]] = field(default_factory=list)


class _Run:
    """The state of one execution; only the main thread touches it."""

    def __init__(
        self,
        datasets: Mapping[str, Dataset],
        pool: Pool,
        recompile: Recompile | None,
        on_result: OnResult | None,
        on_unplaced: Callable[[str, int], None] | None,
        progress: Callable[[Progress], None] | None,
        queries: Sequence[Query],
    ) -> None:
        self.executed = Executed()
        self._datasets, self._pool, self._recompile = datasets, pool, recompile
        self._on_result, self._on_unplaced, self._progress = on_result, on_unplaced, progress
        self._done = self._total = 0
        self._pending: dict[str, _Pending] = {}
        for query in queries:
            self._add(query)

    def drive(self, stop: threading.Event) -> None:
        """Take outcomes until none is due."""
        self._pool.start()
        while self._done < self._total:
            if stop.is_set():
                raise KeyboardInterrupt
            outcome = self._pool.next(0.1)
            if outcome is not None:
                self._take(outcome)

    def _add(self, query: Query) -> None:
        self._total += 1
        if query.scope.by_chunk:
            self._pending.setdefault(query.dataset, _Pending()).left += 1
        self._pool.put(query)

    def _take(self, outcome: Outcome) -> None:
        query, result = outcome.query, outcome.result
        if outcome.ran:
            self.executed.statements.append(_logged(outcome))
        if isinstance(result, Fetched):
            self._finish(query, result)
        elif not isinstance(result, WhqError):
            raise result
        elif not self._split(query, result):
            self._finish(query, result.problems[0])
        self._done += 1
        if self._progress:
            self._progress(Progress(self._done, self._total))

    def _split(self, query: Query, error: WhqError) -> bool:
        """Put the pieces of a failed statement in its place, when some of them may succeed."""
        if not self._recompile or len(query.requests) < 2 or not _may_succeed_in_part(query, error):
            return False
        pieces = self._recompile(query)
        kept = {request for piece in pieces for request in piece.requests}
        if len(pieces) < 2 or kept != set(query.requests):
            return False
        for piece in pieces:
            self._add(piece)
        if query.scope.by_chunk:
            self._settle(query.dataset)
        return True

    def _finish(self, query: Query, result: Fetched | Problem) -> None:
        answer = self._read(query, result)
        if not query.scope.by_chunk:
            self._deliver(query, answer, timeline(self._datasets[query.dataset], ()))
            return
        self._pending[query.dataset].answers.append((query, answer))
        self._settle(query.dataset)

    def _read(self, query: Query, result: Fetched | Problem) -> Answer | Problem:
        if isinstance(result, Problem):
            return result
        try:
            return read(self._datasets[query.dataset], query, result)
        except QueryError as error:
            return error.problems[0]

    def _settle(self, name: str) -> None:
        """One chunked statement of the dataset less; after the last, all of them can be decoded."""
        pending = self._pending[name]
        pending.left -= 1
        if pending.left:
            return
        del self._pending[name]
        sound = (answer for _, answer in pending.answers if isinstance(answer, Answer))
        chunks = timeline(self._datasets[name], sound)
        self.executed.unplaced[name] = chunks.unplaced
        if self._on_unplaced and chunks.unplaced:
            self._on_unplaced(name, chunks.unplaced)
        for query, answer in pending.answers:
            self._deliver(query, answer, chunks)

    def _deliver(self, query: Query, answer: Answer | Problem, chunks: Timeline) -> None:
        found: dict[Request, Measurement | Failure]
        if isinstance(answer, Problem):
            found = {request: Failure(request, answer, query.id) for request in query.requests}
        else:
            found = dict(decode(answer, chunks))
        self.executed.measurements.update(found)
        if self._on_result:
            self._on_result(query, found)


def _may_succeed_in_part(query: Query, error: WhqError) -> bool:
    """Whether one request, or one of several tables, may be all that is wrong with a statement."""
    if not isinstance(error, QueryError):
        return False
    return error.affects == "request" or (error.affects == "table" and len(query.tables) > 1)


def _logged(outcome: Outcome) -> Statement:
    query, result = outcome.query, outcome.result
    rows = result.size if isinstance(result, Fetched) else 0
    error = result.problems[0].code if isinstance(result, WhqError) else None
    return Statement(query.id, query.dataset, query.tables, len(query.requests), outcome.seconds, rows, error)
