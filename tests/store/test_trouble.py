"""Full disks, odd paths, eight processes at once and kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.store.test_store import SPEC, a_result, a_run, stored
from whq.config.spec import StoreSpec
from whq.errors import SelectionError, StoreError
from whq.store import Store
from whq.store.duckdb_file import DuckDBFile

ONE_RUN = """
import sys
from pathlib import Path
from tests.store.test_store import SPEC, a_result, a_run, stored
from whq.store import Store
store = Store.open(SPEC, Path(sys.argv[1]))
for number in range(2):
    stored(store, a_run(f"{sys.argv[2]}-{number}"), [a_result(f"m{at}") for at in range(20)])
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store.test_store import SPEC, a_result, a_run
from whq.store import Store
store = Store.open(SPEC, Path(sys.argv[1]))
store.begin(a_run("killed"))
for number in range(3):
    store.append("killed", [a_result(f"m{number}")])
with store.database.transaction(write=True) as connection:
    connection.run("update runs set state = 'complete'")
    os.kill(os.getpid(), signal.SIGKILL)
"""
FULL = """
import resource, signal, sys
from pathlib import Path
from tests.store.test_store import SPEC, a_result, a_run
from whq.errors import StoreError
from whq.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(SPEC, Path(sys.argv[1]))
store.begin(a_run("full"))
store.append("full", [a_result()])
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1], ".whq/store.duckdb").stat().st_size + 4096,) * 2)
try:
    for number in range(100):
        store.append("full", [a_result(message=f"{number}" * 10_000, details={"x": list(range(9_000))})] * 20)
except StoreError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_at_once_all_land(tmp_path: Path) -> None:
    processes = [start(ONE_RUN, tmp_path, f"p{number}") for number in range(8)]
    endings = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert endings == [("", 0)] * 8
    store = Store.open(SPEC, tmp_path)
    assert {stored.run.id for stored in store.runs(limit=99)} == {f"p{p}-{n}" for p in range(8) for n in range(2)}
    assert all(len(store.results(f"p{number}-1")) == 20 for number in range(8))


def test_a_new_file_is_whole_when_it_appears_and_never_replaces_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB refuses an empty file, and one that another process has begun to write."""
    made, path, link = DuckDBFile(tmp_path / "it's.duckdb"), tmp_path / "it's.duckdb", os.link
    seen: list[list[str]] = []

    def late(source: Path, target: Path) -> None:
        link(source, target)
        with duckdb.connect(str(target)) as first:
            first.execute("create table theirs (x integer)")
        seen.append(sorted(each.name for each in tmp_path.iterdir()))
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with made.transaction(write=True) as session:
        assert session.run("select table_name from duckdb_tables()") == [("theirs",)]
    assert len(seen) == 1
    assert len(seen[0]) == 2
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_without_links_the_file_is_made_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with DuckDBFile(tmp_path / "s.duckdb").transaction(write=True) as session:
        session.run("create table mine (x integer)")
    assert [each.name for each in tmp_path.iterdir()] == ["s.duckdb"]


def test_kill_9_keeps_what_was_acknowledged_and_leaves_the_run_incomplete(tmp_path: Path) -> None:
    process = start(KILLED, tmp_path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    store = Store.open(SPEC, tmp_path, create=False)
    assert store.run("killed").state == "incomplete"
    assert store.runs() == ()
    assert [result.metric for result in store.results("killed")] == ["m0", "m1", "m2"]
    stored(store, a_run("next"), [a_result()])
    assert store.run().run.id == "next"


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_is_an_error_that_names_the_path_and_keeps_what_was_there(tmp_path: Path) -> None:
    process = start(FULL, tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (5, "")
    assert str(tmp_path / ".whq/store.duckdb") in out
    assert Store.open(SPEC, tmp_path).results("full")[0] == a_result()


def test_a_path_through_a_file_and_a_folder_as_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    for path in ("plain/store.duckdb", "."):
        with pytest.raises(StoreError, match="cannot be used") as caught:
            Store.open(StoreSpec(Path(path)), tmp_path)
        assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="ermission denied"):
        Store.open(SPEC, tmp_path)
    tmp_path.chmod(0o700)


def test_a_refused_folder_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"store\.duckdb cannot be used: Permission denied"):
        Store.open(SPEC, tmp_path)


def test_another_kind_of_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(StoreError, match="cannot be read as a store"):
        Store.open(StoreSpec(path), tmp_path)
    assert path.read_text() == "hello"


def test_a_database_without_a_store(tmp_path: Path) -> None:
    duckdb.connect(tmp_path / "mine.duckdb").close()
    with pytest.raises(SelectionError, match="no complete run"):
        Store.open(StoreSpec(Path("mine.duckdb")), tmp_path, create=False)


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1) to '{folder}/out.csv'",
        "copy meta to '{folder}/.whq/out.parquet'",
        "attach '{folder}/other.duckdb' as other",
        "export database '{folder}/out'",
        "select * from read_text('{folder}/plain')",
        "select * from glob('{folder}/*')",
        "install httpfs",
        "set enable_external_access = true",
        "set allowed_paths = ['{folder}/out.csv']",
        "set lock_configuration = false",
        "reset lock_configuration",
    ],
)
def test_the_stores_connection_reaches_its_own_file_only(tmp_path: Path, statement: str) -> None:
    store = Store.open(SPEC, tmp_path)
    (tmp_path / "plain").write_text("x")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with (
        pytest.raises(StoreError, match=r"cannot be (used|read as a store): .*"),
        store.database.transaction(write=True) as connection,
    ):
        connection.run(statement.format(folder=tmp_path))
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    stored(store, a_run(), [a_result()])


def test_what_outgrows_the_log_is_written_to_the_file_all_the_same(tmp_path: Path) -> None:
    """DuckDB then writes the log anew beside itself, under a name of its own."""
    store = Store.open(SPEC, tmp_path)
    with store.database.transaction(write=True) as connection:
        connection.run("create table wide as select range as i, repeat('x', 40) || range as s from range(400000)")
    assert (tmp_path / ".whq/store.duckdb").stat().st_size > 1_000_000
    stored(store, a_run(), [a_result()])
    assert Store.open(SPEC, tmp_path, create=False).run().run.id == "run-1"


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = Store.open(SPEC, tmp_path)
    with pytest.raises(KeyboardInterrupt), store.database.transaction(write=True) as connection:
        connection.run("delete from meta")
        raise KeyboardInterrupt
    assert Store.open(SPEC, tmp_path).runs() == ()


@pytest.mark.parametrize(("said", "raised"), [("Query interrupted", KeyboardInterrupt), ("other", RuntimeError)])
def test_ctrl_c_inside_a_statement(tmp_path: Path, said: str, raised: type[BaseException]) -> None:
    store = Store.open(SPEC, tmp_path)
    with pytest.raises(raised), store.database.transaction(write=True):
        raise RuntimeError(said)


def test_a_held_file_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "held.duckdb"
    with duckdb.connect(path, config={"threads": 3}) as holder:
        pauses: list[float] = []
        with pytest.raises(StoreError, match=r"held\.duckdb is still held by another process after 0\.05 s"):
            DuckDBFile(path, patience=0.05, sleep=pauses.append).transaction(write=True).__enter__()
        assert pauses and all(0 < pause < 1 for pause in pauses)
        file = DuckDBFile(path, sleep=lambda _: holder.close())
        with file.transaction(write=True) as connection:
            assert connection.run("select 1") == [(1,)]
