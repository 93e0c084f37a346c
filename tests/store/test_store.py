"""What is stored comes back as it was, and only complete runs are shown by default."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from whq.config.spec import StoreSpec, Target
from whq.errors import Location, Problem, SelectionError, StoreError
from whq.result import COLUMNS, RunResult, flatten
from whq.store import Store, Summary, migrations
from whq.store.rows import RESULT_COLUMNS, RUN_COLUMNS, StoredBaseline
from whq.values import Chunk, Result, Run

SPEC = StoreSpec(Path(".whq/store.duckdb"))


def a_run(run_id: str = "run-1", **fields: object) -> Run:
    run = Run(run_id, "loans", "dev", "duckdb", "2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z", 0.0, 0, None, None, "1")
    return replace(run, **fields)  # type: ignore[arg-type]


def a_result(metric: str = "mean", **fields: object) -> Result:
    return replace(Result(f"loans/amount/{metric}", "loans", "profile", "amount", metric, "pass"), **fields)  # type: ignore[arg-type]


def stored(store: Store, run: Run, results: list[Result], **fields: object) -> RunResult:
    outcome = RunResult(run, tuple(results), **fields)  # type: ignore[arg-type]
    store.begin(run)
    store.append(run.id, results)
    store.finish(outcome)
    return outcome


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(SPEC, tmp_path)


VALUES = [None, 0, 0.0, -1.5, 0.1 + 0.2, 7, True, False, "text", "", "=cmd()", "naïve \x1b[31m", "9007199254740993"]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_json_shows_it(store: Store, value: object) -> None:
    stored(store, a_run(), [a_result(value=value)])
    found = store.results("run-1")[0].value
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "number", "exact"),
    [
        (2**63, 2.0**63, str(2**63)),
        (Decimal("12.340"), 12.34, "12.340"),
        (float("nan"), None, None),
        (float("inf"), None, None),
        ("x", None, "x"),
        (True, 1.0, True),
    ],
)
def test_the_value_column_is_a_number_and_the_exact_value_stands_beside_it(
    store: Store, tmp_path: Path, value: object, number: float | None, exact: object
) -> None:
    stored(store, a_run(), [a_result(value=value)])
    with duckdb.connect(tmp_path / ".whq/store.duckdb", read_only=True) as connection:
        found = connection.execute("from results select value").fetchall()[0][0]
    assert found == number
    assert store.results("run-1")[0].value == exact


def test_a_whole_result_comes_back_equal(store: Store) -> None:
    full = a_result(
        method="cbpe", params={"p": 0.5, "measure": "rows"}, segment="region=Nørd", period="analysis",
        chunk=Chunk("2024-02", 1, "2024-02-01T00:00:00Z", None, 5000), value=0.12, lower=0.1, upper=0.2,
        threshold_lower=0.0, threshold_upper=0.08, alert=True, status="warn", severity="warn", message='12 > "8"',
        failing=3, of=5000, details={"a": [1, None, {"b": "c"}]}, query="q7", owner="risk", tags=("gold", "pii"),
    )  # fmt: skip
    stored(store, a_run(), [full, a_result()])
    assert store.results("run-1") == (full, a_result())
    assert store.results("other") == ()


def test_the_columns_are_those_of_the_frame_with_the_run(tmp_path: Path, store: Store) -> None:
    with duckdb.connect(tmp_path / ".whq/store.duckdb", read_only=True) as connection:
        found = {
            table: [row[0] for row in connection.execute(f"describe {table}").fetchall()]
            for table in ("results", "runs")
        }
    assert found == {"results": list(RESULT_COLUMNS), "runs": list(RUN_COLUMNS)}
    assert [name for name in RESULT_COLUMNS if name not in ("run_id", "position", "value_json")] == list(COLUMNS)
    assert set(flatten(a_result())) == set(COLUMNS)


def test_a_run_comes_back_whole(store: Store) -> None:
    problem = Problem("WHQ-E001", "query", "lost", "try again", Location("m.yml", 3, 4))
    run = a_run(seconds=1.25, queries=9, rows_scanned=10**12, bytes_scanned=5)
    outcome = stored(store, run, [a_result()], errors=(problem, Problem("WHQ-X1", "x", "y")), exit_code=3)
    assert store.outcome() == outcome == store.outcome("run-1")
    assert json.dumps(store.outcome().as_dict(), allow_nan=False) == json.dumps(outcome.as_dict(), allow_nan=False)


def test_only_complete_runs_are_shown_unless_asked_for(store: Store) -> None:
    stored(store, a_run("one"), [a_result(value=1.0)])
    store.begin(a_run("two"))
    store.append("two", [a_result(value=2.0)])
    store.begin(a_run("three"))
    store.abandon(RunResult(a_run("three"), (), (), 130))
    assert [(each.run.id, each.state) for each in store.runs()] == [("one", "complete")]
    assert [(each.run.id, each.state, each.exit_code) for each in store.runs(unfinished=True)] == [
        ("three", "interrupted", 130),
        ("two", "incomplete", None),
        ("one", "complete", 0),
    ]
    assert store.run().run.id == "one"
    assert store.run("two").state == "incomplete"
    assert store.outcome("two").exit_code == 130
    assert [point.result.value for point in store.history("loans/amount/mean")] == [1.0]
    assert [(p.run, p.state) for p in store.history("loans/amount/mean", unfinished=True)] == [
        ("one", "complete"),
        ("two", "incomplete"),
    ]


def test_history_takes_the_ids_below(store: Store) -> None:
    ids = ("d/m/auc/cbpe", "d/m/auc/realized", "d/m/auc", "d/m/auc_2", "d/m")
    stored(store, a_run(), [a_result(id=each) for each in ids])
    assert [point.result.id for point in store.history("d/m/auc")] == list(ids[:3])


def test_the_newest_run_is_the_one_stored_last_even_when_the_clock_went_back(store: Store) -> None:
    stored(store, a_run("late", started="2030-01-01T00:00:00Z"), [a_result()])
    stored(store, a_run("early", started="2020-01-01T00:00:00Z"), [a_result()])
    assert [each.run.id for each in store.runs(limit=1)] == ["early"]


def test_results_keep_their_order_over_several_appends(store: Store) -> None:
    store.begin(a_run())
    results = [a_result(f"m{number}") for number in (3, 1, 2, 9)]
    assert store.append("run-1", results[:3]) == 3
    assert store.append("run-1", []) == 0
    assert store.append("run-1", results[3:]) == 1
    assert [result.metric for result in store.results("run-1")] == ["m3", "m1", "m2", "m9"]
    assert store.ids() == tuple(f"loans/amount/m{number}" for number in (1, 2, 3, 9))


def test_a_run_with_missing_results_is_not_completed(store: Store) -> None:
    store.begin(a_run())
    store.append("run-1", [a_result()])
    with pytest.raises(StoreError, match="holds 1 of the 2 results of run run-1") as caught:
        store.finish(RunResult(a_run(), (a_result(), a_result())))
    assert caught.value.exit_code == 5
    assert store.run("run-1").state == "incomplete"


def test_a_run_is_found_by_the_start_of_its_id(store: Store) -> None:
    for run_id in ("abc-1", "abc-2", "xyz", "xyz-2"):
        stored(store, a_run(run_id), [])
    assert store.run("abc-2").run.id == "abc-2"
    assert store.run("xyz").run.id == "xyz"
    with pytest.raises(SelectionError, match='several runs begin with "abc"'):
        store.run("abc")
    with pytest.raises(SelectionError, match=r'no run "nope".*the latest are: xyz-2, xyz, abc-2'):
        store.run("nope")


def test_no_run_yet(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match=r"no complete run is stored in .*run `whq run` first") as caught:
        store.run()
    assert caught.value.exit_code == 4
    with pytest.raises(SelectionError, match="no complete run"):
        Store.open(StoreSpec(Path("other.duckdb")), tmp_path, create=False)
    assert not (tmp_path / "other.duckdb").exists()


def test_a_baseline_is_replaced_by_its_successor(store: Store) -> None:
    learned = StoredBaseline(2, {"amount": {"edges": [0.1, float("inf")], "names": ["a", None]}})
    assert store.baseline("loans", "drift", "f1") is None
    store.save_baseline("loans", "drift", "f1", StoredBaseline(2, {}))
    store = replace(store, now=lambda: "2024-01-03")
    store.save_baseline("loans", "drift", "f1", learned)
    store = replace(store, now=lambda: "2024-01-04")
    store.save_baseline("loans", "drift", "f2", StoredBaseline(2, {"x": 1}))
    assert store.baseline("loans", "drift", "f1") == replace(learned, created="2024-01-03")
    newest = StoredBaseline(2, {"x": 1}, created="2024-01-04")
    assert store.baseline("loans", "drift", "f2") == newest
    assert store.baseline("loans", "drift", "f3") == replace(newest, is_current=False)
    assert store.baseline("other", "drift", "f1") is store.baseline("loans", "model", "f1") is None


def test_a_baseline_of_a_new_format_replaces_all_of_the_old(store: Store) -> None:
    for fingerprint in ("f1", "f2"):
        store.save_baseline("loans", "drift", fingerprint, StoredBaseline(2, {}))
        store.save_baseline("loans", "model", fingerprint, StoredBaseline(2, {}))
    store.save_baseline("loans", "drift", "f1", StoredBaseline(3, {"x": 1}))
    drift, model = store.baseline("loans", "drift", "f2"), store.baseline("loans", "model", "f2")
    assert drift is not None and (drift.format, drift.is_current) == (3, False)
    assert model is not None and (model.format, model.content, model.is_current) == (2, {}, True)


def test_summaries_are_replaced_chunk_by_chunk(store: Store) -> None:
    old = [Summary("loans", "f1", "2024-01", [[1]]), Summary("loans", "f1", "2024-02", [[2]], "analysis", "region=N")]
    store.save_summaries(old)
    new = Summary("loans", "f1", "2024-02", [[3, "x", None]], "analysis", "region=N")
    store.save_summaries(
        [replace(new, content=[]), new, Summary("loans", "f2", "2024-02", []), Summary("b", "f1", "0", [])]
    )
    store.save_summaries([])
    assert store.summaries("loans", ["f1"]) == (old[0], new)
    assert len(store.summaries("loans", ["f1", "f2", "f3"])) == 3
    assert store.summaries("loans", []) == ()


@pytest.mark.parametrize(
    ("mask", "folder_mode", "mode"), [(0o022, 0o755, 0o644), (0o077, 0o700, 0o600), (0o002, 0o775, 0o664)]
)
def test_a_store_has_the_rights_of_the_umask_and_is_ignored_by_git(
    tmp_path: Path, mask: int, folder_mode: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        Store.open(SPEC, tmp_path)
    finally:
        os.umask(before)
    folder = tmp_path / ".whq"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, folder / "store.duckdb")}
    assert modes == {".whq": folder_mode, "store.duckdb": mode}
    assert (folder / ".gitignore").read_text() == "*\n"


def test_what_stands_beside_a_shared_store_is_shared_too(store: Store, tmp_path: Path) -> None:
    """So that another user of the group can go on with it."""
    path = tmp_path / ".whq/store.duckdb"
    for mode in (0o600, 0o660):
        path.chmod(mode)
        with store.database.transaction(write=True) as connection:
            connection.run("insert into meta values ('a', 'b')")
            (tmp_path / f"{mode:o}").touch()
        assert (tmp_path / f"{mode:o}").stat().st_mode & 0o777 == mode
        stored(store, a_run(f"run-{mode}"), [a_result()])
        logs = [each for each in path.parent.iterdir() if each.name.startswith("store.duckdb.")]
        assert all(each.stat().st_mode & 0o777 == mode for each in logs)


def test_a_store_outside_the_default_folder_gets_no_gitignore(tmp_path: Path) -> None:
    Store.open(StoreSpec(Path("kept/results.duckdb")), tmp_path)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["results.duckdb"]


def test_a_newer_schema_is_refused_with_both_versions(store: Store, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / ".whq/store.duckdb") as connection:
        connection.execute("update meta set value = '7'")
    for create in (True, False):
        with pytest.raises(
            StoreError, match=f"schema version 7; this whq knows versions up to {len(migrations.steps())}"
        ):
            Store.open(SPEC, tmp_path, create=create)


@pytest.mark.parametrize(("kind", "why"), [("duckdb", "which is opened read-only"), ("snowflake", "only in Postgres")])
def test_a_target_that_cannot_be_written_is_refused(tmp_path: Path, kind: str, why: str) -> None:
    with pytest.raises(
        StoreError, match=rf'kept in the target "dev" of type {kind}, {why}.*use a DuckDB file'
    ) as caught:
        Store.open(StoreSpec(None, "dev", "whq"), tmp_path, target=Target("dev", kind, {}, tmp_path))
    assert caught.value.problems[0].code == "WHQ-R005"
