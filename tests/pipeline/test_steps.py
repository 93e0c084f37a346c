"""What compile and plan show is what the next run sends, under ids that do not depend on what is known already."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec.structs import replace

import whq
from tests.conformance import both
from tests.engines.pg import Server
from whq.config import load_project
from whq.config.spec import DatasetSpec, ModelSpec, ProfileSpec
from whq.measure.plan import Scan, to_send
from whq.memory.baselines import Learned
from whq.monitors import monitor
from whq.pipeline.steps import Clock, fit_steps, measure_step
from whq.resolve import Resolved
from whq.sql.templates import load
from whq.store import Store
from whq.values import Chunking, Column, Dataset, Fragment, Query, Request, Scope, TableSource, Window

AS_OF = datetime(2025, 1, 1)


@pytest.fixture(params=["duck", "pg"])
def target(
    request: Any, project: Path, postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The project with a rule that asks for the clock, on both engines; each target has a store of its own."""
    monitors = project / "monitors/loans.yml"
    monitors.write_text(monitors.read_text() + "    rules: [{freshness: {fail: 9000 days}}]\n")
    folder = tmp_path_factory.mktemp("both")
    root = both.project(project, folder, postgres, {"path": project / "dev.duckdb"}, "main")
    with duckdb.connect(str(project / "dev.duckdb")) as source:
        both.copy(source, postgres, "main", folder)
    yield root, request.param


def test_chunks_of_rows_that_a_window_touches_are_whole_on_both_engines(target: tuple[Path, str]) -> None:
    monitors = target[0] / "monitors/loans.yml"
    monitors.write_text(monitors.read_text().replace("chunk: month", "chunk: {rows: 700}"))
    given = {"target": target[1], "as_of": AS_OF, "select": ["metric:mean,subject:amount", "metric:row_count"]}
    whole, part = (whq.run(target[0], since=since, **given) for since in (None, "2024-06-10"))
    kept, known = (
        {
            (each.id, each.segment, each.chunk, round(float(each.value), 9))
            for each in outcome.results
            if each.chunk is not None and each.period == "analysis"
        }
        for outcome in (part, whole)
    )
    assert {chunk.key for _, _, chunk, _ in kept} == {"700-1399", "1400-2099", "2100-2799"}
    assert kept < known


def shown(target: tuple[Path, str], **options: Any) -> dict[str, Query]:
    """What compile shows that every run sends: neither statistics, which it computes where it is, nor rows of rules."""
    queries = whq.compile(target[0], target=target[1], as_of=AS_OF, **options)
    return {query.id: query for query in queries if query.id[0] in "fq"}


def test_three_runs_send_what_was_shown_before(target: tuple[Path, str]) -> None:
    seen: list[dict[str, Query]] = []
    for _ in range(3):
        queries = shown(target)
        plan = whq.plan(target[0], target=target[1], as_of=AS_OF)
        outcome = whq.run(target[0], target=target[1], as_of=AS_OF)
        stored = Store.open(load_project(target[0]).store, target[0], create=False).statements(outcome.run.id)
        assert [query.id for query in plan.certain] == list(queries)
        assert stored == outcome.statements
        stored = {id: text for id, text in stored.items() if id[0] in "fq"}
        assert set(stored) == set(queries)
        assert {id: text for id, text in stored.items() if queries[id].sql} == {
            id: query.sql for id, query in queries.items() if query.sql
        }
        assert {result.query for result in outcome.results if result.period != "reference"} - {None} <= set(stored)
        seen.append(queries)
    first, second, third = seen
    assert second == third
    assert {id[0] for id in first} == {"f", "q"} and {id[0] for id in second} == {"q"}
    assert set(second) - set(first) <= later(first)
    assert {id: query.sql for id, query in first.items() if is_rule(query)} == {
        id: query.sql for id, query in second.items() if is_rule(query)
    }
    for id, query in second.items():
        before = first[id].requests if id in first else ()
        assert {(one.template, one.scope.segment) for one in query.requests} <= {
            (one.template, one.scope.segment) for one in before
        } or id not in first
    again = shown(target, refit=True)
    assert [(query.id, query.sql, query.waits_for) for query in again.values()] == [
        (query.id, query.sql, query.waits_for) for query in first.values()
    ]


def later(queries: dict[str, Query]) -> set[str]:
    """The second numbers of statements that a run may divide."""
    return {f"q{int(id[1:]) + 1}" for id in queries if id[0] == "q"}


def is_rule(query: Query) -> bool:
    return all(request.template.startswith("rules/") for request in query.requests)


LEARNED_FROM = {
    "profile/histogram": "profile/range",
    "drift/scan/histogram": "drift/scan/shape", "drift/scan/distances": "drift/scan/shape",
    "models/scan/binary_cbpe": "models/scan/binary_score_groups",
}  # fmt: skip


def test_what_waits_says_for_what(target: tuple[Path, str]) -> None:
    queries = shown(target)
    waiting = [query for query in queries.values() if query.waits_for]
    assert {query.requests[0].template for query in waiting} == set(LEARNED_FROM)
    for query in waiting:
        asked = {request.template for id in query.waits_for for request in queries[id].requests}
        assert query.sql == "" and LEARNED_FROM[query.requests[0].template] in asked
    rules = shown(target, select=["monitor:rule"])
    assert rules and all(query.sql and not query.waits_for for query in rules.values())


# --- steps --------------------------------------------------------------------------------------------------

COLUMNS = (Column("at", "timestamp"), Column("x", "float"), Column("s", "float"), Column("y", "boolean"))
OLD = Fragment("\"at\" < '2024-02-01'", "duckdb", ("at",))
DATASET = Dataset("d", TableSource(("d",)), COLUMNS, time="at", reference=OLD, chunking=Chunking("month"))
ITEM = Resolved(DATASET, DatasetSpec("d", profile=ProfileSpec(("x",)), models=(ModelSpec("m", "s", label="y"),)))
NEW = {name: Learned(monitor(name).baseline()) for name in ITEM.spec.families}
KNOWN = {name: Learned(monitor(name).baseline(), is_new=False) for name in ITEM.spec.families}
ROWS = Request.of(Scope("d", by_chunk=True), "metrics/row_count")


def test_nothing_is_asked_of_the_reference_when_all_is_known() -> None:
    (step,) = fit_steps([ITEM], {"d": KNOWN}, Clock(), load())
    assert (step.planned, step.sent) == ((), {})
    (some,) = fit_steps([ITEM], {"d": {**NEW, "profile": KNOWN["profile"]}}, Clock(), load())
    (all_,) = fit_steps([ITEM], {"d": NEW}, Clock(), load())
    assert some.planned == all_.planned and set(some.sent) < set(all_.sent) == set(all_.planned)


def test_the_plan_is_the_same_whatever_is_known() -> None:
    before = measure_step(ITEM, NEW, lambda _: {}, Clock(), load(), is_fitted=False)
    after = measure_step(ITEM, KNOWN, lambda asked: dict.fromkeys(asked), Clock(), load())
    assert before.planned == after.planned
    assert {request.template for request in before.waits} == {"profile/histogram", "models/scan/binary_cbpe"}
    assert set(before.sent) == set(before.planned) - set(before.waits)
    assert {sent.scope.period for sent in after.sent.values()} == {"analysis"}


def test_clock_and_window_are_in_what_is_sent_only() -> None:
    window, clock = Window(datetime(2024, 3, 1), None, AS_OF), Clock(AS_OF, datetime(2024, 3, 1), end=AS_OF)
    asked = Request.of(Scope("d"), "rules/freshness", column=COLUMNS[0].name)
    sent = clock.put(asked, DATASET, load())
    assert sent.argument("as_of") == AS_OF and sent.scope.window == window
    assert Clock().put(asked, DATASET, load()) is asked
    assert Clock(end=AS_OF).put(asked, replace(DATASET, time=None), load()) is asked
    reference = Request.of(Scope("d", period="reference"), "metrics/row_count")
    assert clock.put(reference, DATASET, load()) is reference


def test_a_divided_scan_has_two_numbers() -> None:
    other = Request.of(Scope("d", by_chunk=True), "metrics/mean", column="x")
    later = Request.of(Scope("d", by_chunk=True, period="analysis"), "metrics/mean", column="x")
    scan = Scan("q5", ROWS.scope, (ROWS, other), "fused")
    whole = list(to_send([scan], {ROWS: ROWS, other: other}, load()))
    assert [(one.id, one.requests) for one in whole] == [("q5", (ROWS, other))]
    divided = list(to_send([scan], {ROWS: ROWS, other: later}, load()))
    assert [(one.id, one.requests) for one in divided] == [("q5", (later,)), ("q6", (ROWS,))]
    assert [one.id for one in to_send([scan], {ROWS: ROWS}, load())] == ["q5"]
    assert list(to_send([scan], {}, load())) == []
