"""The pipe on a small DuckDB file: what is learned once, what is measured again, what a run leaves behind."""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from msgspec.structs import replace

import whq
from whq.config.spec import StoreSpec
from whq.errors import ConfigError, Interrupted, SelectionError, StoreError
from whq.measure import bench
from whq.memory import fingerprint, summaries
from whq.pipeline.steps import Step
from whq.sql.templates import load
from whq.store import Store
from whq.values import Cell, Chunk, Dataset, Failure, Fragment, Measurement, Request, Scope, TableSource


def key(result):
    chunk = result.chunk.key if result.chunk else None
    return result.id, result.monitor, result.segment, result.period, chunk


def numbers(outcome):
    fields = ("value", "lower", "upper", "threshold_lower", "threshold_upper", "alert", "status", "failing", "of")
    rounded = {}
    for result in outcome.results:
        values = [getattr(result, name) for name in fields]
        rounded[key(result)] = [round(value, 12) if isinstance(value, float) else value for value in values]
    return rounded


def chunks(outcome):
    return {key(result): result.chunk for result in outcome.results}


def test_a_second_run_measures_the_analysis_only_and_says_the_same(project):
    path = project / "monitors/loans.yml"  # rows can be late only where an earlier run has counted
    path.write_text(path.read_text().replace("chunk: month\n", "chunk: month\n    watch: {late_rows: false}\n"))
    first = whq.run(project)
    second = whq.run(project)
    again = whq.run(project, refit=True)
    assert second.run.queries < first.run.queries == again.run.queries
    assert numbers(first) == numbers(second) == numbers(again)
    assert chunks(first) == chunks(second) == chunks(again)
    assert len(numbers(first)) == len(first.results)
    stored = Store.open(whq.pipeline.walk.load_project(project).store, project, create=False)
    assert [run.state for run in stored.runs()] == ["complete"] * 3


def test_nothing_of_the_reference_is_scanned_twice(project, monkeypatch):
    sent = []
    real = bench.to_send

    def noted(*given):
        scans = list(real(*given))
        sent.append([(scan.scope, scan.requests) for scan in scans])
        return scans

    monkeypatch.setattr("whq.measure.bench.to_send", noted)
    whq.run(project)
    assert len(sent) == 2
    sent.clear()
    whq.run(project)
    fit, measured = sent
    assert fit == []
    both = [requests for scope, requests in measured if scope.by_chunk and scope.period is None]
    asked = {request.template for requests in both for request in requests}
    assert asked == {"drift/scan/distances", "metrics/row_count"}


def test_what_was_fitted_on_is_not_asked_again(project, monkeypatch):
    walks = []
    real = bench.to_send

    def noted(*given):
        scans = list(real(*given))
        walks.append({request for scan in scans for request in scan.requests})
        return scans

    monkeypatch.setattr("whq.measure.bench.to_send", noted)
    whq.run(project)
    fit, measured = walks
    realized = [request for request in measured if request.template == "models/scan/binary_realized"]
    assert {request.scope.period for request in realized} == {"analysis"}
    both = [request for request in measured if request.scope.period is None]
    again = fit & {replace(request, scope=replace(request.scope, period="reference")) for request in both}
    assert {request.template for request in again} == {"metrics/row_count"}


def test_a_change_of_the_dataset_is_learned_anew(project):
    whq.run(project)
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("    key: [id]\n", '    key: [id]\n    where: "id > 100"\n'))
    changed = whq.run(project)
    path.write_text(path.read_text().replace("owner: risk", "owner: finance"))
    assert whq.run(project).run.queries < changed.run.queries


def test_selection_narrows_the_run(project):
    outcome = whq.run(project, select=["monitor:drift,subject:amount"], exclude=["metric:ks"])
    assert {(result.subject, result.metric) for result in outcome.results} == {("amount", "jensen_shannon")}
    assert {result.owner for result in outcome.results} == {"risk"}
    with pytest.raises(SelectionError, match=r'nothing matches "tag:silver".*tag:gold'):
        whq.run(project, select=["tag:silver"])


@pytest.mark.parametrize("command", [whq.run, whq.compile, whq.plan])
@pytest.mark.parametrize(
    ("term", "near"),
    [
        ("dataset:laons", "dataset:loans"),
        ("tag:glod", "tag:gold"),
        ("subject:amonut", "subject:amount"),
        ("metric:not_nul", "metric:not_null"),
        ("monitor:drfit", "monitor:drift"),
    ],
)
def test_the_nearest_term_is_named_where_nothing_is_selected(project, command, term, near):
    with pytest.raises(SelectionError, match=f'nothing matches "{term}"; did you mean "{near}"'):
        command(project, select=[term])


def test_patterns_are_expanded_before_subjects_are_selected(project):
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("columns: [amount, region], metrics", 'columns: ["*"], metrics'))
    outcome = whq.run(project, select=["monitor:drift,subject:amount"], keep=False)
    assert {result.subject for result in outcome.results} == {"amount"}
    assert {query.dataset for query in whq.compile(project, select=["subject:amount"])} == {"loans"}
    with pytest.raises(SelectionError, match='nothing matches "monitor:drift,subject:amonut"'):
        whq.run(project, select=["monitor:drift,subject:amonut"])


@pytest.mark.parametrize("command", [whq.run, whq.compile, whq.plan])
@pytest.mark.parametrize(
    ("select", "words"),
    [
        (["loans", "dataset:laons"], 'nothing matches "dataset:laons"; did you mean "dataset:loans"'),
        (["tag:gold", "subject:amonut"], 'nothing matches "subject:amonut"; did you mean "subject:amount"'),
        (["monitor:rule", "metric:not_nul"], 'nothing matches "metric:not_nul"; did you mean "metric:not_null"'),
    ],
)
def test_a_term_without_a_match_beside_others_is_an_error(project, command, select, words):
    with pytest.raises(ConfigError, match=f"--select: {words}"):
        command(project, select=select)
    assert not (project / ".whq").exists() or Store.open(StoreSpec(project / ".whq/store.duckdb"), project).runs() == ()


def test_a_term_of_exclude_without_a_match_is_a_warning(project):
    outcome = whq.run(project, exclude=["metric:not_nul", "monitor:model"], select=["monitor:rule"], keep=False)
    assert outcome.warnings == ('--exclude: nothing matches "metric:not_nul"; did you mean "metric:not_null"?',)
    assert len(outcome.results) == 3


def test_a_dataset_that_cannot_be_read_is_an_error_of_what_is_selected(project):
    path = project / "monitors/loans.yml"
    lost = path.read_text().replace("table: loans", "table: laons").replace("columns: [amount, region], ", "")
    path.write_text(lost)
    outcome = whq.run(project, select=["subject:amount"], keep=False)
    assert {(result.monitor, result.metric): result.status for result in outcome.results} == {
        ("rule", "accepted_range"): "error", ("profile", "profile"): "error", ("drift", "drift"): "error",
    }  # fmt: skip


def test_broken_sql_of_what_is_not_selected_stops_nothing(project):
    path = project / "monitors/loans.yml"
    path.write_text(
        path.read_text().replace("{min: 0, max: 120}}", '{min: 0, max: 120}, not_null: {where: "launch(1)"}}')
    )
    assert len(whq.run(project, select=["subject:id"], keep=False).results) == 2
    refused = [result for result in whq.run(project, keep=False).results if result.status == "error"]
    assert [result.metric for result in refused] == ["not_null"] and "launch" in refused[0].message


def test_families(project):
    assert {result.monitor for result in whq.run(project, monitors={"rule"}, keep=False).results} == {"rule"}
    assert not (project / ".whq").exists()


@pytest.mark.parametrize("text", ["part =", "", "part = {{ x }}"])
def test_sql_that_does_not_parse_stops_everything_before_the_first_statement(project, monkeypatch, text):
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("part = 'reference'", text))
    monkeypatch.setattr("whq.measure.bench.Workbench.measure", lambda *_: pytest.fail("something was sent"))
    with pytest.raises(ConfigError, match=r"monitors/loans.yml:8:\d+: "):
        whq.run(project)


def test_refused_sql_costs_what_is_made_of_it(project):
    """A refused reference costs its dataset; a refused rule costs itself."""
    path = project / "monitors/loans.yml"
    text = path.read_text()
    path.write_text(text.replace("part = 'reference'", "nextval('s') = 1"))
    outcome = whq.run(project)
    assert {result.status for result in outcome.results} == {"error"} and outcome.exit_code == 3
    assert all("nextval" in result.message for result in outcome.results)
    path.write_text(text.replace("not_null: , unique: ", "not_null: {where: \"nextval('s') = 1\"}, unique: "))
    outcome = whq.run(project, monitors={"rule"})
    found = {result.id: result.status for result in outcome.results}
    assert found == {"loans/id/not_null": "error", "loans/id/unique": "pass", "loans/amount/accepted_range": "fail"}
    assert outcome.exit_code == 3


def test_an_unknown_column_costs_its_own_rule_only(project):
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("      id: {not_null: , unique: }", "      idd: {not_null: }"))
    outcome = whq.run(project, monitors={"rule"})
    found = {result.id: result.status for result in outcome.results}
    assert found == {"loans/idd/not_null": "error", "loans/amount/accepted_range": "fail"}
    assert outcome.exit_code == 3


def test_rows_without_a_time_are_counted(project):
    with duckdb.connect(str(project / "dev.duckdb")) as connection:
        connection.execute('update loans set "at" = null where id in (4000, 4001)')
        connection.execute('update loans set "at" = null where id = 7')
    for _ in ("measured", "reused"):
        outcome = whq.run(project, monitors={"drift"})
        (result,) = [result for result in outcome.results if result.metric == "missing_time"]
        assert (result.value, result.status, result.subject) == (3, "warn", "at")


def test_results_that_cannot_be_stored_are_still_given(project, monkeypatch):
    def refuse(*_):
        raise StoreError(whq.errors.Problem("WHQ-R001", "store", "disk full"))

    monkeypatch.setattr("whq.store.Store.append", refuse)
    outcome = whq.run(project, monitors={"rule"})
    assert (outcome.exit_code, outcome.status, len(outcome.results)) == (5, "error", 3)
    assert [problem.code for problem in outcome.errors] == ["WHQ-R001"]


def test_what_an_interrupted_store_did_not_take_is_stored_at_the_end(project, monkeypatch):
    (project / "monitors/again.yml").write_text("datasets: {again: {table: loans, columns: {id: {not_null: }}}}\n")
    real, calls = Store.append, []

    def append(store, run_id, results, place=0):
        calls.append(place)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return real(store, run_id, results, place)

    monkeypatch.setattr("whq.store.Store.append", append)
    with pytest.raises(Interrupted):
        whq.run(project, monitors={"rule"})
    stored = Store.open(whq.pipeline.walk.load_project(project).store, project, create=False)
    (run,) = stored.runs(unfinished=True)
    assert run.state == "interrupted"
    assert calls == [calls[0]] * 2 and len(stored.results(run.run.id)) == (1 if calls[0] == 0 else 3)


def test_an_interrupted_run_is_marked(project, monkeypatch):
    def interrupt(*_, **__):
        raise Interrupted(whq.errors.Problem("WHQ-E203", "cancelled", "interrupted"))

    monkeypatch.setattr("whq.measure.bench.execute", interrupt)
    with pytest.raises(Interrupted):
        whq.run(project)
    stored = Store.open(whq.pipeline.walk.load_project(project).store, project, create=False)
    assert [run.state for run in stored.runs(unfinished=True)] == ["interrupted"]


# --- preview ------------------------------------------------------------------------------------------------


def test_compile_shows_both_walks_and_then_the_second_alone(project):
    before = whq.compile(project)
    assert {query.id[0] for query in before} == set("fqrsv")
    whq.run(project)
    after = whq.compile(project)
    assert {query.id[0] for query in after} == set("qrsv")
    assert any(query.requests[0].template == "drift/scan/histogram" for query in after)
    assert {query.id[0] for query in whq.compile(project, refit=True)} == set("fqrsv")


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "databricks", "redshift", "clickhouse"])
def test_compile_for_another_dialect(project, dialect):
    queries = whq.compile(project, dialect=dialect, select=["monitor:rule"])
    assert {query.dialect for query in queries} == {dialect}


def test_plan_names_tables_columns_and_rows(project):
    report = whq.plan(project, select=["monitor:rule"])
    assert report.tables == {"main.loans": 2}
    assert report.rows == 2 * 4800
    assert {column for query in report.queries for column in query.columns} == {"id", "amount"}


# --- reuse --------------------------------------------------------------------------------------------------

ROWS = Scope("d", by_chunk=True)
DATASET = Dataset("d", TableSource(("d",)), (), reference=Fragment("p = 1", "duckdb", ("p",)))


def test_values_come_back_as_they_were_stored(tmp_path):
    values = {
        "a": 2**70, "b": 0.1, "c": float("inf"), "d": Decimal("1.50"), "e": datetime(2024, 1, 2, 3),
        "f": date(2024, 1, 2), "g": None, "h": True, "i": 'x"', "j": -0.0,
    }  # fmt: skip
    cell = Cell("region=a", "reference", Chunk("2024-01", 0, "2024-01-01", None, 7))
    other = Cell(None, "analysis", Chunk("2024-02", 0, None, None, 1))
    request = Request.of(ROWS, "metrics/zero_count")
    failed = Request.of(ROWS, "metrics/sum")
    across = Request.of(ROWS, "drift/scan/distances")
    one = Request.of(replace(ROWS, period="analysis"), "metrics/zero_count")
    store = Store.open(whq.config.spec.StoreSpec(tmp_path / "s.duckdb"), tmp_path)
    columns = {name: (value, 1) for name, value in values.items()}
    measured = {
        request: Measurement(request, (cell, other), (0, 1), columns),
        across: Measurement(across, (cell,), (0,), {"ks": (0.5,)}),
        one: Measurement(one, (cell,), (0,), {"value": (1,)}),
        failed: Failure(failed, whq.errors.Problem("X", "query", "x")),
    }
    summaries.remember(store, DATASET, measured, load(), ())
    known = summaries.recall(store, DATASET, list(measured), load())
    assert set(known) == {request}
    (row,) = known[request].rows
    assert row.cell == cell
    assert row.values == values
    assert {name: type(value) for name, value in row.values.items()} == {n: type(v) for n, v in values.items()}
    step = Step("d", asked={request: one, across: across}, known=known)
    fresh = Measurement(one, (other,), (0,), dict.fromkeys(values, (1,)), "q1")
    whole = step.whole({one: fresh, across: measured[across]})
    assert whole == {request: replace(measured[request], query="q1"), across: measured[across]}
    lost = step.whole({one: Failure(one, whq.errors.Problem("X", "query", "x"))})
    assert lost[request].request == request and across not in lost


def test_nothing_is_reused_without_a_reference(tmp_path):
    store = Store.open(whq.config.spec.StoreSpec(tmp_path / "s.duckdb"), tmp_path)
    request = Request.of(ROWS, "metrics/zero_count")
    assert summaries.recall(store, replace(DATASET, reference=None), [request], load()) == {}
    assert summaries.recall(None, DATASET, [request], load()) == {}


def test_a_fingerprint_covers_what_changes_numbers_and_nothing_else():
    request = Request.of(ROWS, "metrics/zero_count")
    base = fingerprint.of_request(request, DATASET, load())
    assert base != fingerprint.of_request(request, replace(DATASET, key=("id",)), load())
    assert base != fingerprint.of_request(Request.of(ROWS, "metrics/mean"), DATASET, load())
