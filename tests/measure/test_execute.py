"""Execution: everything asked for ends as a measurement or a failure, whatever goes wrong on the way."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.measure.executing import Executed, execute
from whq.config.spec import Budget, Target
from whq.engines import engine
from whq.engines.base import Fetched, Session, timed_out
from whq.errors import ConnectError, Interrupted, Problem, QueryError, StoreError
from whq.measure.execute import Answers, Limits, Progress
from whq.measure.pool import backoff
from whq.values import (
    Chunking,
    Dataset,
    Failure,
    Measurement,
    Output,
    Query,
    Request,
    Scope,
    TableSource,
)

SLOW = "select sum(a.range * b.range % 7) from range(100000000) as a, range(1000) as b"
DATASETS = {
    name: Dataset(name, TableSource((name,)), (), chunking=Chunking("count", 2)) for name in ("loans", "trades")
}


def query(
    number: int, *expressions: str, sql: str | None = None, by_chunk: bool = False, dataset: str = "loans"
) -> Query:
    """A statement of one row; the expressions are its requests."""
    scope = Scope(dataset, by_chunk=by_chunk)
    requests = tuple(Request.of(scope, "metrics/sum", of=item, n=number) for item in expressions or ("1",))
    chunk = ["0", "7"] if by_chunk else []
    text = "select " + ", ".join([*chunk, *(expressions or ("1",))])
    cell = [Output("chunk"), Output("rows")] if by_chunk else []
    outputs = (*cell, *(Output("value", place) for place in range(len(requests))))
    return Query(f"q{number}", dataset, sql or text, "duckdb", scope, requests, outputs, (dataset,))


def halves(whole: Query) -> tuple[Query, ...]:
    """What the compiler does: two statements that ask for half each."""
    middle = len(whole.requests) // 2
    found = []
    for number, part in enumerate((whole.requests[:middle], whole.requests[middle:]), 1):
        piece = query(
            1, *[str(item.argument("of")) for item in part], by_chunk=whole.scope.by_chunk, dataset=whole.dataset
        )
        found.append(replace(piece, id=f"{whole.id}.{number}", requests=part))
    return tuple(found)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = engine("duckdb").connect(Target("dev", "duckdb", {"threads": 1}, tmp_path))
    yield session
    session.close()


def values(executed: Executed) -> dict[str, Any]:
    """By expression: the value, or the code of the problem."""
    return {
        str(request.argument("of")): found.rows[0].values["value"]
        if isinstance(found, Measurement)
        else found.problem.code
        for request, found in executed.measurements.items()
    }


# --- on DuckDB ----------------------------------------------------------------------------------------------


def test_every_query_is_answered_and_logged(session: Session) -> None:
    seen: list[Progress] = []
    queries = [query(number, str(number)) for number in range(10)]
    executed = execute(queries, session, DATASETS, jobs=3, progress=seen.append)
    assert values(executed) == {str(number): number for number in range(10)}
    assert sorted(item.id for item in executed.statements) == sorted(item.id for item in queries)
    assert all(item.rows == 1 and item.tables == ("loans",) and item.error is None for item in executed.statements)
    assert seen[-1] == Progress(10, 10) and len(seen) == 10


def test_nothing_to_do_is_done_at_once(session: Session) -> None:
    assert execute([], session, DATASETS) == Executed({}, [], {})


def test_one_bad_request_among_thirty_fails_alone(session: Session) -> None:
    expressions = [str(number) for number in range(30)]
    expressions[17] = "nope"
    executed = execute([query(1, *expressions), query(2, "99")], session, DATASETS, recompile=halves)
    found = values(executed)
    assert found.pop("nope") == "WHQ-E206"
    assert found == {**{str(number): number for number in range(30) if number != 17}, "99": 99}
    assert [item.query for item in executed.measurements.values() if isinstance(item, Failure)] == ["q1.2.1.1.2.2"]


def test_without_a_way_to_split_all_of_a_statement_fails(session: Session) -> None:
    for recompile in (None, lambda whole: (whole,), lambda whole: halves(whole)[:1]):
        executed = execute([query(1, "1", "nope")], session, DATASETS, recompile=recompile)
        assert values(executed) == {"1": "WHQ-E206", "nope": "WHQ-E206"}


def test_results_are_handed_over_as_each_dataset_completes(session: Session) -> None:
    order: list[Answers] = []

    queries = [query(1, "1", by_chunk=True), query(2, "2", by_chunk=True, dataset="trades"), query(3, "3"),
               query(4, "nope", by_chunk=True), query(5, "5", by_chunk=True)]  # fmt: skip
    executed = execute(queries, session, DATASETS, jobs=1, on_answers=order.append)
    assert [[item.query for item in one.measurements.values()] for one in order] == [["q2"], ["q3"], ["q1", "q4", "q5"]]
    assert executed.unplaced == {"loans": 0, "trades": 0}
    row = next(iter(order[0].measurements.values()))
    assert isinstance(row, Measurement) and row.rows[0].cell.chunk is not None
    assert (row.rows[0].cell.chunk.key, row.rows[0].cell.chunk.rows) == ("1/2", 7)


def test_rows_without_a_time_are_known_before_the_results(session: Session) -> None:
    heard: list[Answers] = []
    lost = query(1, "1", by_chunk=True, sql="select * from (values (0, 7, 1), (null, 3, 1)) as t(c, n, v)")
    execute(
        [lost, query(2, "2", by_chunk=True, dataset="trades")],
        session,
        DATASETS,
        jobs=1,
        on_answers=heard.append,
    )
    assert [(one.dataset, one.unplaced) for one in heard] == [("loans", 3), ("trades", 0)]


def test_a_chunked_statement_is_split_too(session: Session) -> None:
    executed = execute([query(1, "1", "nope", "3", by_chunk=True)], session, DATASETS, recompile=halves)
    assert values(executed) == {"1": 1, "nope": "WHQ-E206", "3": 3}


def test_unexpected_columns_spoil_their_own_statement_only(session: Session) -> None:
    bad = query(1, "1", sql="select 1, 2, 3, 4", by_chunk=True)
    worse = query(3, "3", sql="select 1, 2")
    executed = execute([bad, query(2, "2", by_chunk=True), worse], session, DATASETS)
    assert values(executed) == {"1": "WHQ-E212", "2": 2, "3": "WHQ-E212"}


def test_a_slow_statement_times_out_and_the_others_go_on(session: Session) -> None:
    executed = execute([query(1, "slow", sql=SLOW), query(2, "2")], session, DATASETS, timeout=0.3)
    assert values(executed) == {"slow": "WHQ-E202", "2": 2}


def test_the_budget_caps_statements(session: Session) -> None:
    queries = [query(number, str(number)) for number in range(5)]
    executed = execute(queries, session, DATASETS, budget=Budget(queries=2), jobs=1)
    assert values(executed) == {"0": 0, "1": 1, "2": "WHQ-E210", "3": "WHQ-E210", "4": "WHQ-E210"}
    assert len(executed.statements) == 2
    failure = next(item for item in executed.measurements.values() if isinstance(item, Failure))
    assert str(failure.problem) == "not run: the budget of 2 queries is spent; raise budget in whq.yml, or select less"


def test_the_budget_caps_seconds(session: Session) -> None:
    queries = [query(1, "slow", sql=SLOW), query(2, "2")]
    for timeout in (None, 60):
        executed = execute(queries, session, DATASETS, budget=Budget(seconds=0.3), jobs=1, timeout=timeout)
        assert values(executed) == {"slow": "WHQ-E210", "2": "WHQ-E210"}


def test_what_is_left_of_a_budget() -> None:
    limits = Limits(budget=Budget(1, 100.0, 5)).after(2, 30.0).after(1, 10.0)
    assert limits.allowance.seconds() == pytest.approx(60.0, abs=0.5)
    assert limits.keeping(0.25).allowance.seconds() == pytest.approx(45.0, abs=0.5)
    assert Limits().after(2, 30.0).keeping(0.25).allowance.seconds() is None


def test_a_spent_budget_is_told_as_it_is_written() -> None:
    allowance = Limits(budget=Budget(queries=5, seconds=9.0)).after(4, 10.0).keeping(0.25).allowance
    with pytest.raises(QueryError, match="the budget of 9 s is spent"):
        allowance.take()
    with pytest.raises(QueryError, match="the budget of 5 queries is spent"):
        allowance.take()
    with pytest.raises(QueryError, match="up to 2 queries needed, the budget has 0 of 5 queries left"):
        allowance.need(2)


# --- interruption -------------------------------------------------------------------------------------------


def interrupted(call: Callable[[], object]) -> float:
    started = time.monotonic()
    with pytest.raises(Interrupted, match="results stored so far are kept"):
        call()
    assert not [item for item in threading.enumerate() if item.name.startswith("whq-")]
    return time.monotonic() - started


def test_ctrl_c_cancels_all_and_returns_within_five_seconds(session: Session) -> None:
    queries = [query(number, str(number), sql=SLOW) for number in range(4)]
    timer = threading.Timer(0.3, _thread.interrupt_main, [signal.SIGINT])
    timer.start()
    assert interrupted(lambda: execute(queries, session, DATASETS, jobs=2)) < 5
    timer.join(5)
    assert session.cursor().run("select 1").columns == ((1,),)


def test_a_stop_does_the_same(session: Session) -> None:
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    assert interrupted(lambda: execute([query(1, sql=SLOW)], session, DATASETS, stop=stop)) < 5
    timer.join(5)


def test_ctrl_c_while_results_are_stored(session: Session) -> None:
    def store(*_: object) -> None:
        raise RuntimeError("Query interrupted")

    assert interrupted(lambda: execute([query(1), query(2, sql=SLOW)], session, DATASETS, on_answers=store)) < 5


def test_other_errors_of_the_caller_pass_through_after_cancelling(session: Session) -> None:
    for error in (StoreError(Problem("WHQ-R001", "store", "disk full")), RuntimeError("other"), ValueError("x")):

        def store(*_: object, error: Exception = error) -> None:
            raise error

        started = time.monotonic()
        with pytest.raises(type(error)):
            execute([query(1), query(2, sql=SLOW)], session, DATASETS, on_answers=store)
        assert time.monotonic() - started < 5


# --- on a session that misbehaves ---------------------------------------------------------------------------


class Unreliable:
    """A session whose statements do what their text says."""

    def __init__(self, connects: list[BaseException | None] | None = None) -> None:
        self.connects = connects or []
        self.ran: list[str] = []
        self.lock = threading.Lock()

    def cursor(self) -> Unreliable:
        with self.lock:
            error = self.connects.pop(0) if self.connects else None
        if error is not None:
            raise error
        return self

    def run(self, sql: str, timeout: float | None = None) -> Fetched:
        with self.lock:
            self.ran.append(sql)
            times = self.ran.count(sql)
        if sql.startswith("flaky"):
            if times < 3:
                raise QueryError(Problem("WHQ-E209", "connect", "gone"), transient=True)
        elif sql.startswith("down"):
            raise QueryError(Problem("WHQ-E209", "connect", "gone"), transient=True, affects="statement")
        elif sql.startswith("lost"):
            raise ConnectError(Problem("WHQ-E001", "connect", "no server"))
        elif sql.startswith("refused"):
            raise QueryError(Problem("WHQ-E201", "query", "no"))
        elif sql.startswith("bug"):
            raise KeyError("bug")
        elif "slow" in sql:
            raise timed_out(timeout)
        return Fetched.of(["v"], [(1,)] if "," not in sql else [])

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


def run(session: Any, *queries: Query, **options: Any) -> dict[str, Any]:
    return values(execute(queries, session, DATASETS, **options))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.measure.pool.backoff", lambda attempt: 0.001)


def test_transient_errors_are_tried_three_times_and_others_once() -> None:
    session = Unreliable()
    found = run(session, query(1, "flaky", sql="flaky"), query(2, "down", sql="down"), query(3, "slow", sql="slow"))
    assert found == {"flaky": 1, "down": "WHQ-E209", "slow": "WHQ-E202"}
    assert [session.ran.count(sql) for sql in ("flaky", "down", "slow")] == [3, 3, 1]


def test_a_worker_that_cannot_connect_leaves_its_work_to_the_others() -> None:
    session = Unreliable([ConnectError(Problem("WHQ-E001", "connect", "too many connections")), None])
    assert run(session, *[query(number, str(number)) for number in range(6)], jobs=2) == {str(n): 1 for n in range(6)}


def test_when_no_worker_can_connect_everything_fails_at_once() -> None:
    session = Unreliable([ConnectError(Problem("WHQ-E001", "connect", "no server"))] * 4)
    queries = [query(number, str(number)) for number in range(20)]
    executed = execute(queries, session, DATASETS, jobs=4)  # type: ignore[arg-type]
    assert values(executed) == {str(number): "WHQ-E001" for number in range(20)}
    assert executed.statements == []


def test_a_server_that_goes_away_fails_what_is_left() -> None:
    found = run(
        Unreliable(), query(1, "1"), query(2, "lost", sql="lost"), *[query(n, str(n)) for n in range(3, 9)], jobs=1
    )
    assert found == {"1": 1, **dict.fromkeys(["lost", *map(str, range(3, 9))], "WHQ-E001")}


def test_a_split_after_the_server_went_away_fails_too() -> None:
    session = Unreliable()
    whole = replace(query(1, "a", "b"), sql="refused")

    def pieces(_: Query) -> tuple[Query, ...]:
        return tuple(replace(item, sql="lost") for item in halves(whole))

    assert run(session, whole, jobs=1, recompile=pieces) == {"a": "WHQ-E001", "b": "WHQ-E001"}


def test_a_bug_is_raised_not_recorded() -> None:
    with pytest.raises(KeyError):
        run(Unreliable(), query(1, "bug", sql="bug"))
    with pytest.raises(ZeroDivisionError):
        run(Unreliable([ZeroDivisionError()]), query(1))


def test_a_statement_that_ran_out_of_time_is_not_split() -> None:
    session = Unreliable()
    assert run(session, query(1, "a", "slow"), recompile=halves) == {"a": "WHQ-E202", "slow": "WHQ-E202"}
    assert len(session.ran) == 1


def test_attempts_and_the_waits_between_them_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(Unreliable):
        def run(self, sql: str, timeout: float | None = None) -> Fetched:
            given.append(timeout or 0.0)
            time.sleep(0.2)
            raise QueryError(Problem("WHQ-E209", "connect", "gone"), transient=True, affects="statement")

    given: list[float] = []
    assert run(Away(), query(1, "a"), timeout=0.3) == {"a": "WHQ-E209"}
    assert len(given) == 2 and 0.29 < given[0] <= 0.3 and given[1] < 0.1
    given.clear()
    assert run(Away(), query(1, "a"), timeout=None, budget=Budget(seconds=0.3)) == {"a": "WHQ-E209"}
    assert len(given) == 2 and given[1] < 0.1
    given.clear()
    monkeypatch.setattr("whq.measure.pool.backoff", lambda attempt: 9.0)
    started = time.monotonic()
    assert run(Away(), query(1, "a"), timeout=5) == {"a": "WHQ-E209"}
    assert len(given) == 1 and time.monotonic() - started < 1


def test_a_timeout_of_a_later_attempt_names_the_whole_timeout() -> None:
    class Slower(Unreliable):
        def run(self, sql: str, timeout: float | None = None) -> Fetched:
            if not self.ran:
                self.ran.append(sql)
                raise QueryError(Problem("WHQ-E209", "connect", "gone"), transient=True)
            raise timed_out(timeout)

    executed = execute([query(1, "a")], Slower(), DATASETS, timeout=30)  # type: ignore[arg-type]
    (lost,) = executed.measurements.values()
    assert isinstance(lost, Failure) and lost.problem.message == "the query was cancelled after the timeout of 30 s"


@pytest.mark.parametrize(
    ("affects", "tables", "sent"),
    [
        ("request", ("loans",), 3),
        ("table", ("loans", "labels"), 3),
        ("table", ("loans",), 1),
        ("statement", ("loans", "labels"), 1),
    ],
)
def test_a_statement_is_split_where_a_part_of_it_may_succeed(affects: Any, tables: tuple[str, ...], sent: int) -> None:
    class Refusing(Unreliable):
        def run(self, sql: str, timeout: float | None = None) -> Fetched:
            self.ran.append(sql)
            if "bad" in sql:
                raise QueryError(Problem("WHQ-E204", "permission", "no"), affects=affects)
            return Fetched.of(["v"], [(1,)])

    session = Refusing()
    found = run(session, replace(query(1, "a", "bad"), tables=tables), recompile=halves)
    assert found == {"a": 1 if sent == 3 else "WHQ-E204", "bad": "WHQ-E204"}
    assert len(session.ran) == sent


def test_a_second_ctrl_c_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(Unreliable):
        def run(self, sql: str, timeout: float | None = None) -> Fetched:
            time.sleep(1.5)
            return super().run(sql, timeout)

        def cancel(self) -> None:
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt

    stop = threading.Event()
    stop.set()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        execute([query(1)], Deaf(), DATASETS, stop=stop)  # type: ignore[arg-type]
    assert time.monotonic() - started < 1
    while [item for item in threading.enumerate() if item.name.startswith("whq-")]:
        time.sleep(0.05)


def test_waits_grow_and_are_bounded() -> None:
    for attempt in range(1, 12):
        assert 0 <= backoff(attempt) <= min(5, 0.25 * 2**attempt)
