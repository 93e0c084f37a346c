"""Run statements on worker threads and hand back measurements as they arrive.

The main thread never blocks: it waits on a queue with a time-out, so that Ctrl-C is seen at once, and what arrives is
handed to it. Workers run one statement each on a cursor of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config.spec import Budget
from whq.engines.base import Fetched, Session
from whq.errors import Problem, QueryError, WhqError
from whq.measure.decode import Answer, decode, read, timeline
from whq.measure.pool import Allowance, Outcome, Pool, Spent
from whq.values import Dataset, Failure, Measurement, Measurements, Query, Request

Recompile = Callable[[Query], tuple[Query, ...]]
"""A failed statement as several that answer the same requests, or as itself where it cannot be cut."""


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


class Limits(Struct, frozen=True):
    """What statements run under: how many at a time, seconds for each with all its attempts, and the run's caps.

    spent: what of the budget is spent already. kept: seconds that are kept for other statements.
    """

    jobs: int = 4
    timeout: float | None = 300.0
    budget: Budget = Budget()
    spent: Spent = Spent()
    kept: float = 0.0

    def after(self, statements: int, seconds: float) -> Limits:
        """The same when so many more statements have been sent in so many seconds."""
        return replace(self, spent=Spent(self.spent.queries + statements, self.spent.seconds + seconds))

    def keeping(self, share: float) -> Limits:
        """The same with a share of the seconds that are left kept for other statements."""
        cap = self.budget.seconds
        return self if cap is None else replace(self, kept=share * max(0.0, cap - self.spent.seconds))

    @property
    def allowance(self) -> Allowance:
        """What is left of the budget, from now on."""
        return Allowance(self.budget, self.spent, self.kept)


class Answers(Struct, frozen=True):
    """What came of one statement, or of all chunked statements of a dataset: an answer to each of their requests.

    `unplaced` are the dataset's rows without a time, which belong to no chunk.
    """

    dataset: str
    measurements: Measurements
    unplaced: int = 0


@contextmanager
def execute(
    queries: Sequence[Query],
    session: Session,
    datasets: Mapping[str, Dataset],
    limits: Limits,
    *,
    log: list[Statement],
    recompile: Recompile | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Iterator[Answers]]:
    """Run all queries; every request ends as a Measurement or a Failure.

    The block gets the answers as they arrive: those of a chunked statement once all chunked statements of its dataset
    have ended. An error of the block cancels what still runs.

        log: list[Statement] = []
        with execute(queries, session, datasets, Limits(), log=log) as answers:
            for answer in answers:
                keep(answer.dataset, answer.measurements)

    Args:
        log: Every statement that was sent is appended, in the order in which they ended.
        recompile: Cuts a failed statement of several requests, until the bad request stands alone. One that ran out
            of time is not cut, as its pieces would read the same rows again.
        progress: Is told after each statement.
        stop: Setting it does what Ctrl-C does.

    Raises:
        Interrupted: Ctrl-C, here or in the block; everything is cancelled within five seconds.
    """
    pool = Pool(session, min(limits.jobs, len(queries)), limits.timeout, limits.allowance)
    try:
        yield _Run(datasets, pool, log, recompile, progress).answers(queries, stop or threading.Event())
    except KeyboardInterrupt as error:
        raise pool.interrupted() from error
    except RuntimeError as error:
        # Ctrl-C while the main thread is inside DuckDB, as when it commits results to the store.
        if "Query interrupted" in str(error):
            raise pool.interrupted() from error
        raise
    finally:
        pool.close()


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
        log: list[Statement],
        recompile: Recompile | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._datasets, self._pool, self._log = datasets, pool, log
        self._recompile, self._progress = recompile, progress
        self._done = self._total = 0
        self._pending: dict[str, _Pending] = {}

    def answers(self, queries: Iterable[Query], stop: threading.Event) -> Iterator[Answers]:
        """Take outcomes until none is due, and what they complete."""
        for query in queries:
            self._add(query)
        self._pool.start()
        while self._done < self._total:
            if stop.is_set():
                raise KeyboardInterrupt
            outcome = self._pool.next(0.1)
            if outcome is not None:
                answers = self._take(outcome)
                self._done += 1
                if self._progress:
                    self._progress(Progress(self._done, self._total))
                yield from () if answers is None else (answers,)

    def _add(self, query: Query) -> None:
        self._total += 1
        if query.scope.by_chunk:
            self._pending.setdefault(query.dataset, _Pending()).left += 1
        self._pool.put(query)

    def _take(self, outcome: Outcome) -> Answers | None:
        query, result = outcome.query, outcome.result
        if outcome.ran:
            self._log.append(logged(outcome))
        if isinstance(result, Fetched):
            return self._finish(query, result)
        if not isinstance(result, WhqError):
            raise result
        if self._split(query, result):
            return self._settle(query.dataset) if query.scope.by_chunk else None
        return self._finish(query, result.problems[0])

    def _split(self, query: Query, error: WhqError) -> bool:
        """Put the pieces of a failed statement in its place, when some of them may succeed."""
        if not self._recompile or len(query.requests) < 2 or not _may_succeed_in_part(query, error):
            return False
        pieces = self._recompile(query)
        answered = {request for piece in pieces for request in piece.requests}
        if len(pieces) < 2 or answered != set(query.requests):
            return False
        for piece in pieces:
            self._add(piece)
        return True

    def _finish(self, query: Query, result: Fetched | Problem) -> Answers | None:
        answer = self._read(query, result)
        if not query.scope.by_chunk:
            return self._decoded(query.dataset, [(query, answer)])
        self._pending[query.dataset].answers.append((query, answer))
        return self._settle(query.dataset)

    def _read(self, query: Query, result: Fetched | Problem) -> Answer | Problem:
        if isinstance(result, Problem):
            return result
        try:
            return read(self._datasets[query.dataset], query, result)
        except QueryError as error:
            return error.problems[0]

    def _settle(self, name: str) -> Answers | None:
        """One chunked statement of the dataset less; after the last, all of them can be decoded."""
        pending = self._pending[name]
        pending.left -= 1
        if pending.left:
            return None
        del self._pending[name]
        return self._decoded(name, pending.answers)

    def _decoded(self, name: str, answers: Sequence[tuple[Query, Answer | Problem]]) -> Answers:
        chunks = timeline(self._datasets[name], (answer for _, answer in answers if isinstance(answer, Answer)))
        measurements: dict[Request, Measurement | Failure] = {}
        for query, answer in answers:
            if isinstance(answer, Problem):
                measurements |= {request: Failure(request, answer, query.id) for request in query.requests}
            else:
                measurements |= decode(answer, chunks)
        return Answers(name, measurements, chunks.unplaced)


def _may_succeed_in_part(query: Query, error: WhqError) -> bool:
    """Whether one request, or one of several tables, may be all that is wrong with a statement."""
    if not isinstance(error, QueryError):
        return False
    return error.affects == "request" or (error.affects == "table" and len(query.tables) > 1)


def logged(outcome: Outcome) -> Statement:
    """An outcome as a line of the log."""
    query, result = outcome.query, outcome.result
    rows = result.size if isinstance(result, Fetched) else 0
    error = result.problems[0].code if isinstance(result, WhqError) else None
    return Statement(query.id, query.dataset, query.tables, len(query.requests), outcome.seconds, rows, error)
