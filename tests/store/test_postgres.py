"""The same store in a schema of Postgres: what holds for the file holds here, and rights are asked for by name."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engines import pg
from tests.engines.pg import Server
from tests.store.test_store import (  # noqa: F401 - run here too, on this module's store
    a_result,
    a_run,
    stored,
    test_a_baseline_is_replaced_by_its_successor,
    test_a_baseline_of_a_new_format_replaces_all_of_the_old,
    test_a_run_comes_back_whole,
    test_a_run_is_found_by_the_start_of_its_id,
    test_a_run_with_missing_results_is_not_completed,
    test_a_value_comes_back_as_json_shows_it,
    test_a_whole_result_comes_back_equal,
    test_history_takes_the_ids_below,
    test_only_complete_runs_are_shown_unless_asked_for,
    test_results_keep_their_order_over_several_appends,
    test_summaries_are_replaced_chunk_by_chunk,
    test_the_newest_run_is_the_one_stored_last_even_when_the_clock_went_back,
)
from tests.store.test_trouble import start
from whq.config.spec import StoreSpec, Target
from whq.errors import ConfigError, SelectionError, StoreError
from whq.store import Store, migrations

SCHEMA = 'Results "2"'
SPEC = StoreSpec(None, "pg", SCHEMA)
QUOTED = '"Results ""2"""'
PROCESS = """
import json, os, signal, sys
from pathlib import Path
from tests.store.test_store import a_result, a_run, stored
from whq.config.spec import StoreSpec, Target
from whq.store import Store
fields = json.loads(sys.argv[1])
store = Store.open(StoreSpec(None, "pg", "whq"), Path(), target=Target("pg", "postgres", fields, Path()))
"""
ONE_RUN = (
    PROCESS
    + """
for number in range(2):
    stored(store, a_run(f"{sys.argv[2]}-{number}"), [a_result(f"m{at}") for at in range(20)])
"""
)
KILLED = (
    PROCESS
    + """
store.begin(a_run("killed"))
store.append("killed", [a_result("m0")])
with store.database.transaction(write=True) as connection:
    connection.run("update runs set state = 'complete'")
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


@pytest.fixture(autouse=True)
def no_schema(postgres: Server) -> Iterator[None]:
    yield
    postgres.execute(f"drop schema if exists {QUOTED} cascade", "drop schema if exists whq cascade")


def opened(server: Server, create: bool = True, schema: str = SCHEMA, **fields: Any) -> Store:
    target = server.target(Path(), **fields)
    return Store.open(replace(SPEC, schema=schema), Path(), target=target, create=create)


@pytest.fixture
def store(postgres: Server) -> Store:
    return opened(postgres)


def test_the_schema_is_made_and_versioned(store: Store, postgres: Server) -> None:
    with postgres.connect() as connection:
        found = connection.execute(f"select * from {QUOTED}.meta").fetchall()
    assert found == [("schema_version", str(len(migrations.steps())))]
    assert store.database.place == f"schema {QUOTED} of target pg"
    postgres.execute(f"update {QUOTED}.meta set value = '7'")
    for create in (True, False):
        with pytest.raises(StoreError, match="schema version 7; this whq knows versions up to"):
            opened(postgres, create)


def test_nothing_is_made_by_looking(postgres: Server) -> None:
    with pytest.raises(SelectionError, match="no complete run is stored in schema"):
        opened(postgres, create=False)
    with postgres.connect() as connection:
        assert connection.execute("select to_regnamespace(%s)", (QUOTED,)).fetchall() == [(None,)]


def test_text_that_postgres_cannot_hold_is_kept_as_well_as_it_can(store: Store) -> None:
    stored(store, a_run(), [a_result(message="a\0b\ud800c", subject="%s $1 ? \\ '")])
    found = store.results("run-1")[0]
    assert (found.message, found.subject) == ("a\N{REPLACEMENT CHARACTER}b?c", "%s $1 ? \\ '")


def test_eight_processes_at_once_all_land(postgres: Server) -> None:
    fields = json.dumps(postgres.fields())
    processes = [start(ONE_RUN, fields, f"p{number}") for number in range(8)]
    endings = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert endings == [("", 0)] * 8
    store = opened(postgres, create=False, schema="whq")
    assert {item.run.id for item in store.runs(limit=99)} == {f"p{p}-{n}" for p in range(8) for n in range(2)}
    assert all(len(store.results(f"p{number}-1")) == 20 for number in range(8))
    with postgres.connect() as connection:
        found = connection.execute("select count(distinct number), max(number) from whq.runs").fetchall()
    assert found == [(16, 16)]


def test_kill_9_keeps_what_was_acknowledged_and_leaves_the_run_incomplete(postgres: Server) -> None:
    process = start(KILLED, json.dumps(postgres.fields()))
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", -9)
    store = opened(postgres, create=False, schema="whq")
    assert store.runs() == () and store.run("killed").state == "incomplete"
    assert [result.metric for result in store.results("killed")] == ["m0"]


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with (
        pytest.raises(StoreError, match='cannot be read as a store: relation "nope" does not exist'),
        store.database.transaction(write=True) as connection,
    ):
        connection.run("insert into meta values ('a', 'b')")
        connection.run("select * from nope")
    with store.database.transaction(write=False) as connection:
        assert connection.run("select count(*) from meta") == [(1,)]


def test_a_role_without_rights_is_told_what_to_ask_for(postgres: Server) -> None:
    def hint() -> str:
        with pytest.raises(StoreError) as caught:
            stored(opened(postgres, user="guest", schema="whq"), a_run(), [a_result()])
        problem = caught.value.problems[0]
        assert problem.code == "WHQ-R010" and problem.message.startswith("results cannot be kept in schema whq of")
        return str(problem.hint)

    assert hint() == "ask for: create schema whq authorization guest;"
    postgres.execute("create schema whq")
    assert hint() == "ask for: grant usage, create on schema whq to guest;"
    opened(postgres, schema="whq")
    postgres.execute("grant usage, create on schema whq to guest")
    wanted = "grant usage, create on schema whq to guest; "
    wanted += "grant select, insert, update, delete on all tables in schema whq to guest;"
    assert hint() == f"ask for: {wanted}"
    postgres.execute(*wanted.split("; "))
    stored(opened(postgres, user="guest", schema="whq"), a_run(), [a_result()])
    assert len(opened(postgres, create=False, user="guest", schema="whq").runs()) == 1


def test_the_schema_of_a_role_is_its_own(postgres: Server) -> None:
    postgres.execute("create schema whq authorization guest")
    stored(opened(postgres, role="guest", schema="whq", search_path="public"), a_run(), [a_result()])
    with postgres.connect() as connection:
        found = connection.execute("select tableowner::text from pg_tables where tablename = 'runs'").fetchall()
    assert found == [("guest",)]


def test_a_database_that_cannot_be_reached(postgres: Server) -> None:
    with pytest.raises(StoreError, match=r'pg cannot be used: cannot connect to .*role "nobody" does not') as caught:
        opened(postgres, user="nobody")
    assert caught.value.exit_code == 5
    with pytest.raises(StoreError, match='role "nope" does not exist'):
        opened(postgres, role="nope")


def test_a_server_that_goes_away(store: Store, postgres: Server) -> None:
    mine = "from pg_stat_activity where application_name = 'whq-store' and datname = current_database()"
    with (
        pytest.raises(StoreError, match=r"terminating connection|the connection to the server was lost"),
        store.database.transaction(write=True) as connection,
    ):
        postgres.execute(f"select pg_terminate_backend(pid) {mine}")
        connection.run("select 1")
    stored(store, a_run(), [a_result()])


def test_a_transaction_that_only_reads(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="read-only transaction; this server only reads"),
        store.database.transaction(write=False) as connection,
    ):
        connection.run("delete from runs")


def test_writers_wait_for_each_other(store: Store, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.store.postgres_schema._PATIENCE", "100ms")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store.database.transaction(write=True):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    started = time.monotonic()
    try:
        with pytest.raises(StoreError, match="still being written by another run after 100ms") as caught:
            store.begin(a_run())
    finally:
        done.set()
        thread.join(10)
    assert caught.value.problems[0].code == "WHQ-R002" and time.monotonic() - started < 5


def test_without_the_driver_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whq.store.postgres_schema", None)
    target = Target("pg", "postgres", {"user": "a", "dbname": "b"}, tmp_path)
    with pytest.raises(ConfigError, match=r"pip install 'whq\[postgres\]'"):
        Store.open(SPEC, tmp_path, target=target)


def test_a_server_that_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.engines.postgres_session.backoff", lambda attempt, cap: 0.0)
    target = Target(
        "pg", "postgres", {"host": "127.0.0.1", "port": pg._free_port(), "user": "a", "dbname": "b"}, tmp_path
    )
    with pytest.raises(StoreError, match="Connection refused; check host and port"):
        Store.open(SPEC, tmp_path, target=target)
