"""Worker threads over a session: one cursor each, fed through a queue, cancelled from the main thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from queue import Empty, SimpleQueue

from msgspec import Struct

from whq.config.spec import Budget
from whq.engines.base import ATTEMPTS, Cursor, Fetched, Session, backoff, timed_out
from whq.errors import ConnectError, Interrupted, Problem, QueryError
from whq.values import Query
from whq.wording import amount

_GRACE = 4.0
"""Seconds that cancelled statements get to end; Ctrl-C promises five in all."""


class Outcome(Struct, frozen=True):
    """How a statement ended; `ran` is false when it was never sent."""

    query: Query
    result: Fetched | BaseException
    seconds: float
    ran: bool = True


class Spent(Struct, frozen=True):
    """What of a budget is spent: statements that were sent, and seconds."""

    queries: int = 0
    seconds: float = 0.0


NOTHING = Spent()


class Allowance:
    """What the budget still allows; asked by every worker before it runs a statement.

    Args:
        spent: What is spent already. kept: Seconds that are kept for others.
    """

    def __init__(self, budget: Budget, spent: Spent = NOTHING, kept: float = 0.0) -> None:
        self._budget, self._kept = budget, kept
        self._lock = threading.Lock()
        self._started = time.monotonic() - spent.seconds
        self._queries = spent.queries

    def seconds(self) -> float | None:
        """The seconds that are left, or None without a cap."""
        cap = self._budget.seconds
        return None if cap is None else cap - self._kept - (time.monotonic() - self._started)

    def need(self, queries: int) -> None:
        """Ask whether so many statements are left. Raises QueryError where they are not."""
        cap = self._budget.queries
        if cap is not None and self._queries + queries > cap:
            left = f"{max(0, cap - self._queries):,} of {amount(cap, 'query', 'queries')} left"
            raise over_budget(f"up to {amount(queries, 'query', 'queries')} needed, the budget has {left}")

    def take(self) -> None:
        """Count one statement. Raises QueryError when the budget is spent."""
        with self._lock:
            self._queries += 1
            if self._budget.queries is not None and self._queries > self._budget.queries:
                raise over_budget(f"the budget of {amount(self._budget.queries, 'query', 'queries')} is spent")
        left = self.seconds()
        if left is not None and left <= 0:
            raise self.out_of_time()

    def out_of_time(self) -> QueryError:
        """The error when the seconds are spent."""
        kept = f", but for {self._kept:.2g} s kept for other statements" if self._kept else ""
        return over_budget(f"the budget of {self._budget.seconds:g} s is spent{kept}")


def over_budget(reason: str) -> QueryError:
    """The error for what is not run because a cap of the project is reached."""
    problem = Problem("WHQ-E210", "budget", f"not run: {reason}", "raise budget in whq.yml, or select less")
    return QueryError(problem, affects="statement")


class Pool:
    """Worker threads with one cursor each, fed by the main thread."""

    def __init__(self, session: Session, workers: int, timeout: float | None, allowance: Allowance) -> None:
        self._session, self._timeout, self._allowance = session, timeout, allowance
        self._tasks: SimpleQueue[Query | None] = SimpleQueue()
        self._outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._halt = threading.Event()
        self._lock = threading.Lock()
        self._cursors: list[Cursor] = []
        self._ended = [threading.Event() for _ in range(max(1, workers))]
        self._alive = len(self._ended)
        self._closed = False
        self._broken: ConnectError | None = None

    def start(self) -> None:
        """Start the threads; daemons, so that none can keep the process alive."""
        for number, ended in enumerate(self._ended):
            threading.Thread(target=self._work, args=(ended,), name=f"whq-query-{number}", daemon=True).start()

    def put(self, query: Query) -> None:
        """Give a statement to whichever worker is free; when none is left alive, it fails at once."""
        with self._lock:
            broken = self._broken
            if broken is None:
                self._tasks.put(query)
        if broken is not None:
            self._outcomes.put(Outcome(query, broken, 0.0, ran=False))

    def next(self, seconds: float) -> Outcome | None:
        """The next outcome, or None when none arrives in time."""
        try:
            return self._outcomes.get(timeout=seconds)
        except Empty:
            return None

    def interrupted(self) -> Interrupted:
        """Cancel all that runs, and the error that says so."""
        running = sum(not ended.is_set() for ended in self._ended)
        try:
            self.close()
        except KeyboardInterrupt:
            self._halt.set()
        text = "interrupted; running queries were cancelled" if running else "interrupted"
        return Interrupted(Problem("WHQ-E213", "interrupted", text, "results stored so far are kept"))

    def close(self) -> None:
        """End the workers. Cancels are repeated, as one that arrives before its statement has started has no effect."""
        if self._closed:
            return
        self._closed = True
        self._halt.set()
        for _ in self._ended:
            self._tasks.put(None)
        deadline = time.monotonic() + _GRACE
        waiting = deque(self._ended)
        while waiting and time.monotonic() < deadline:
            if waiting[0].wait(0.05):
                waiting.popleft()
                continue
            with self._lock:
                cursors = tuple(self._cursors)
            for cursor in cursors:
                cursor.cancel()

    def _work(self, ended: threading.Event) -> None:
        cursor: Cursor | None = None
        try:
            while (query := self._tasks.get()) is not None and not self._halt.is_set():
                cursor = cursor or self._open(query)
                if cursor is None or not self._serve(cursor, query):
                    return
        finally:
            if cursor is not None:
                with self._lock:
                    self._cursors.remove(cursor)
                cursor.close()
            ended.set()

    def _open(self, query: Query) -> Cursor | None:
        try:
            cursor = self._session.cursor()
        except ConnectError as error:
            self._retire(query, error)
            return None
        except Exception as error:
            self._outcomes.put(Outcome(query, error, 0.0))
            return None
        with self._lock:
            self._cursors.append(cursor)
        return cursor

    def _serve(self, cursor: Cursor, query: Query) -> bool:
        """Run one statement; False when the connection is lost for good."""
        started = time.monotonic()
        ran = False
        result: Fetched | BaseException
        try:
            self._allowance.take()
            ran = True
            result = self._run(cursor, query)
        except ConnectError as error:
            self._retire(query, error)
            return False
        except BaseException as error:
            result = error
        self._outcomes.put(Outcome(query, result, time.monotonic() - started, ran))
        return True

    def _run(self, cursor: Cursor, query: Query) -> Fetched:
        """Run a statement within the timeout, which all its attempts and the waits between them share.

        Only transient errors are tried again, and only while there is time.
        """
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        for attempt in range(1, ATTEMPTS + 1):
            seconds, is_budget = self._limit(deadline)
            try:
                if query.holds:
                    cursor.hold(query.holds, query.sql, seconds)
                    return Fetched((), ())
                return cursor.run(query.sql, seconds)
            except QueryError as error:
                if error.problems[0].category == "timeout":
                    raise (self._allowance.out_of_time() if is_budget else timed_out(self._timeout)) from error
                pause = backoff(attempt)
                seconds, _ = self._limit(deadline)
                if not error.transient or attempt == ATTEMPTS or (seconds is not None and pause >= seconds):
                    raise
                if self._halt.wait(pause):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _limit(self, deadline: float | None) -> tuple[float | None, bool]:
        """The seconds that a statement may still take, and whether it is the budget that sets them."""
        left = None if deadline is None else max(deadline - time.monotonic(), 0.001)
        budget = self._allowance.seconds()
        if budget is not None and (left is None or budget < left):
            return max(budget, 0.001), True
        return left, False

    def _retire(self, query: Query, error: ConnectError) -> None:
        """A worker that cannot connect gives its statement to the others; the last one fails all that is left."""
        with self._lock:
            self._alive -= 1
            left = [query]
            if self._alive:
                self._tasks.put(query)
                return
            self._broken = error
            while True:
                try:
                    task = self._tasks.get_nowait()
                except Empty:
                    break
                left += [task] if task is not None else []
        for item in left:
            self._outcomes.put(Outcome(item, error, 0.0, ran=False))
