"""Whole commands on a Postgres that refuses, stops, is slow or has changed: what is said, stored and left behind."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engines import pg
from tests.engines.pg import Server
from whq.cli import main
from whq.pipeline import walk

MONITORS = """
datasets:
  loans:
    table: loans
    columns: {id: {not_null: , unique: }, amount: {mean: {between: [0, 10]}}}
  gone:
    table: gone
    profile: true
    columns: {id: {not_null: }}
"""
REFUSED = """
datasets:
  loans:
    table: loans
    rules:
      - {expression: "id > 0", id: above}
      - {expression: "nextval('faults.numbers') > 0", id: writes}
      - {expression: "id < 99", id: below}
      - {expression: "hidden(id) > 0", id: hidden}
"""
SLOW = """
datasets:
  loans: {table: loans, columns: {id: {not_null: }}}
  slow: {table: slow, columns: {id: {not_null: }}}
"""


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, its output, and the words on stderr."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        return {result["id"]: result for result in json.loads(self.out)["results"]}


Run = Callable[..., Said]


@pytest.fixture
def root(postgres: Server, tmp_path: Path) -> Iterator[Path]:
    postgres.execute(
        "create schema faults",
        "create table faults.loans as select g as id, g / 2.0 as amount from generate_series(1, 9) as g",
        "create table faults.gone as select * from faults.loans",
        "create view faults.slow as select case when pg_sleep(60) is null then 1 else id end as id from faults.loans",
        "create table faults.unseen as select 1 as id",
        "grant usage on schema faults to guest, careful",
        "grant select on faults.loans to guest, careful",
    )
    yield made(tmp_path, postgres)
    postgres.execute("drop schema faults cascade", "drop schema if exists whq cascade")


def made(folder: Path, server: Server, monitors: str = MONITORS, **fields: Any) -> Path:
    """A project on a server; `fields` are the target's own."""
    target = {"type": "postgres", "schema": "faults", **server.fields(**fields)}
    (folder / "monitors").mkdir(exist_ok=True)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "whq.yml").write_text("version: 1\nname: faults\nprofile: local\n")
    (folder / "monitors" / "m.yml").write_text(monitors)
    (folder / "profiles" / "local.yml").write_text(json.dumps({"targets": {"pg": target}, "default": "pg"}))
    return folder


@pytest.fixture
def whq(capsys: pytest.CaptureFixture[str], root: Path) -> Run:
    def run(*words: str) -> Said:
        code = main([*words, "--project", str(root)])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


def test_a_wrong_password_is_tried_once_and_never_shown(root: Path, whq: Run, postgres: Server) -> None:
    made(root, postgres, user="careful", password="not%the'one")
    refused = postgres.log().count("password authentication failed")
    said = whq("run")
    assert said.code == 3 and said.out == ""
    assert 'password authentication failed for user "careful"; check user and password; it was tried once' in said.err
    assert "WHQ-E003" in said.err and "not%the'one" not in said.err and said.err.count("\n") <= 3
    time.sleep(0.05)
    assert postgres.log().count("password authentication failed") == refused + 1


def test_a_role_without_rights_gets_the_grant_and_the_rest_of_its_results(
    root: Path, whq: Run, postgres: Server
) -> None:
    made(root, postgres, user="guest")
    said = whq("run", "--format", "json")
    assert said.code == 3
    status = {name: result["status"] for name, result in said.results.items()}
    assert {status[name] for name in status if name.startswith("loans")} == {"pass"}
    assert {status[name] for name in status if name.startswith("gone")} == {"error"}
    words = " ".join(whq("run").out.split())
    assert "permission denied for table gone; ask for: grant select on faults.gone to guest" in words


def test_a_refused_request_takes_no_other_of_its_statement_along(root: Path, whq: Run, postgres: Server) -> None:
    """The server refuses the write of `writes` and grants no one the function `hidden`; all four share one scan."""
    postgres.execute(
        "create sequence faults.numbers",
        "grant usage on sequence faults.numbers to guest",
        "create function faults.hidden(a bigint) returns bigint language sql as 'select a'",
        "revoke execute on function faults.hidden from public",
    )
    made(root, postgres, REFUSED, user="guest", allow_functions=["nextval", "hidden"])
    said = whq("run", "--format", "json")
    messages = {name.rpartition("/")[2]: result["message"] for name, result in said.results.items()}
    assert {name.rpartition("/")[2]: result["status"] for name, result in said.results.items()} == {
        "above": "pass",
        "below": "pass",
        "writes": "error",
        "hidden": "error",
    }
    assert (
        "read-only transaction" in messages["writes"]
        and "grant execute on function hidden to guest" in messages["hidden"]
    )


def test_a_slow_query_ends_at_the_timeout_and_nothing_is_left_running(root: Path, whq: Run, postgres: Server) -> None:
    made(root, postgres, SLOW)
    started = time.monotonic()
    said = whq("run", "--timeout", "0.5", "--format", "json")
    assert said.code == 3 and time.monotonic() - started < 20
    assert said.results["slow/id/not_null"]["status"] == "error"
    assert "cancelled after the timeout of 0.5 s" in said.results["slow/id/not_null"]["message"]
    assert said.results["loans/id/not_null"]["status"] == "pass"
    assert postgres.busy() == 0


def test_a_statement_that_waits_for_a_lock_ends_at_the_timeout(root: Path, whq: Run, postgres: Server) -> None:
    """Its four requests are one statement; cut in pieces it would wait five times."""
    made(
        root,
        postgres,
        "datasets: {loans: {table: loans, columns: {id: {not_null: }, amount: {not_null: , min: '< 0'}}}}",
    )
    with postgres.connect() as other, other.transaction():
        other.execute("lock table faults.loans in access exclusive mode")
        started = time.monotonic()
        said = whq("run", "--timeout", "1", "--format", "json")
        seconds = time.monotonic() - started
    document = json.loads(said.out)
    assert (said.code, document["run"]["queries"]) == (3, 1) and seconds < 4
    assert {result["status"] for result in said.results.values()} == {"error"}
    assert all("cancelled after the timeout of 1 s" in result["message"] for result in said.results.values())


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_the_queries_on_the_server(root: Path, postgres: Server) -> None:
    made(root, postgres, SLOW)
    command = [sys.executable, "-m", "whq", "run", "--project", str(root), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        _until(lambda: postgres.busy() > 0 or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert time.monotonic() - pressed < 5 + 2 and "Traceback" not in err
    assert postgres.busy() == 0


def test_a_server_stopped_in_mid_run(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pg.running() as server:
        server.execute("create schema faults", "create table faults.loans as select 1 as id")
        server.execute("create view faults.slow as select id, pg_sleep(60)::text as s from faults.loans")
        made(root, server, SLOW.replace("slow, columns: {id:", "slow, columns: {s:"))
        stopper = threading.Thread(target=lambda: (_until(lambda: _is_slow_one_left(server)), server.stop()))
        stopper.start()
        code = main(["run", "--project", str(root), "--format", "json"])
        stopper.join(30)
    said = Said(code, *capsys.readouterr())
    assert said.code == 3
    assert said.results["loans/id/not_null"]["status"] == "pass"
    lost = said.results["slow/s/not_null"]
    assert lost["status"] == "error" and "cannot connect" in lost["message"]
    assert main(["results", "--project", str(root), "--format", "json"]) == 0
    assert Said(0, *capsys.readouterr()).results.keys() == said.results.keys()


def _is_slow_one_left(server: Server) -> bool:
    """Whether one statement has been alone for a while: the quick one has ended, or would have begun."""
    for _ in range(10):
        if server.busy() != 1:
            return False
        time.sleep(0.1)
    return True


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_a_table_dropped_between_plan_and_run_fails_alone(
    whq: Run, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = walk.bind

    def bind(*given: Any) -> Any:
        items = planned(*given)
        postgres.execute("drop table faults.gone")
        return items

    monkeypatch.setattr(walk, "bind", bind)
    said = whq("run", "--format", "json")
    assert said.code == 3
    for name, result in said.results.items():
        assert result["status"] == ("error" if name.startswith("gone/") else "pass"), name
    assert 'relation "faults.gone" does not exist' in said.results["gone/id/not_null"]["message"]


# --- types that only Postgres has ---------------------------------------------------------------------------

TYPES = """
datasets:
  kinds:
    table: kinds
    columns:
      mood: {accepted_values: [glad, other], relationships: names.label}
      key: {relationships: names.id}
      name: {relationships: names.label, matches: "("}
    rules: [{relationships: {columns: [key, mood], parent: {table: kinds, columns: [key, mood]}}}]
"""
COMPARED = {
    "kinds/mood/accepted_values": ("fail", "1 of 2 rows"),
    "kinds/mood/relationships": ("error", '"mood" is enum mood, "label" of faults.names text; cast one'),
    "kinds/key/relationships": ("error", '"key" is uuid, "id" of faults.names text; cast one of them in a query'),
    "kinds/name/relationships": ("pass", ""),
    "kinds/name/matches": ("error", "invalid regular expression: parentheses () not balanced; mend the pattern"),
    "kinds/key,mood/relationships": ("pass", ""),
}


def test_enums_and_uuids_are_compared_as_texts_or_refused_before_the_run(
    root: Path, whq: Run, postgres: Server
) -> None:
    postgres.execute(
        "create type faults.mood as enum ('glad', 'sad')",
        "create table faults.kinds (mood faults.mood, key uuid, name text)",
        "insert into faults.kinds values ('glad', gen_random_uuid(), 'a'), ('sad', gen_random_uuid(), 'a')",
        "create table faults.names as select 'a'::text as label, 'x'::text as id",
    )
    made(root, postgres, TYPES)
    said = whq("run", "--format", "json")
    assert {name: result["status"] for name, result in said.results.items()} == {
        name: status for name, (status, _) in COMPARED.items()
    }
    for name, (_, words) in COMPARED.items():
        assert words in said.results[name]["message"], name


TIMES = {
    "seconds": ("1704067200 + i * 86400", "to_timestamp"),
    "text": ("to_char(timestamp '2024-01-01' + i * interval '1 day', 'YYYY-MM-DD HH24:MI:SS')", "to_timestamp"),
    "time of day": ("time '10:00' + i * interval '1 minute'", "a_date +"),
}


@pytest.mark.parametrize("name", TIMES)
def test_what_is_said_of_a_time_that_is_none_works_as_it_is_written(
    name: str, root: Path, whq: Run, postgres: Server
) -> None:
    values, words = TIMES[name]
    columns = f"{values} as t, date '2024-01-01' + i as a_date"
    postgres.execute(f"create table faults.t as select {columns} from generate_series(0, 8) g(i)")
    body = "    chunk: month\n    rules: [{row_count: {between: [9, 9]}}]\n"
    made(root, postgres, f"datasets:\n  t:\n    table: t\n    time: t\n{body}")
    message = whq("run", "--format", "json").results["t/row_count"]["message"]
    advice = re.search(r"write (query: .*), and (time: .*) \(", message)
    assert words in message and advice is not None, message
    made(root, postgres, f"datasets:\n  t:\n    {advice[1]}\n    {advice[2]}\n{body}")
    assert whq("run", "--format", "json").results["t/row_count"]["value"] == 9


# --- results in the warehouse -------------------------------------------------------------------------------


def test_results_land_in_the_schema_that_the_project_names(root: Path, whq: Run, postgres: Server) -> None:
    with (root / "whq.yml").open("a") as file:
        file.write("store: {target: pg, schema: whq}\n")
    for _ in range(2):
        assert whq("run", "--quiet").code == 0
    with postgres.connect() as connection:
        found = connection.execute(
            "select state, count(*) from whq.runs join whq.results on run_id = runs.id group by 1"
        )
        ((state, rows),) = found.fetchall()
    said = whq("results", "--format", "json")
    assert (state, rows) == ("complete", 2 * len(said.results))
    assert whq("history", "loans/amount/mean").out.count("pass") == 2
    assert not (root / ".whq").exists()
    assert whq("plan").code == 0 and whq("doctor").code == 0
    assert "schema whq of target pg · writable · 2 runs" in whq("doctor").out


def test_a_store_that_is_refused_stops_the_run_before_any_query(root: Path, whq: Run, postgres: Server) -> None:
    made(root, postgres, user="guest")
    with (root / "whq.yml").open("a") as file:
        file.write("store: {target: pg}\n")
    said = whq("run")
    assert said.code == 5 and "ask for: create schema whq authorization guest;" in said.err


# --- doctor -------------------------------------------------------------------------------------------------


def test_doctor_shows_versions_encryption_and_rights(root: Path, whq: Run, postgres: Server) -> None:
    said = whq("doctor")
    assert said.code == 0
    connection = next(line for line in said.out.splitlines() if "connection" in line)
    assert (
        "postgres 1" in connection
        and "psycopg 3" in connection
        and "no TLS" in connection
        and "role whq (a superuser)" in connection
    )
    assert "– rights      reads all of them, and could write 2: faults.loans, faults.gone. whq never does" in said.out


def test_doctor_asks_for_the_grants_that_are_missing(root: Path, whq: Run, postgres: Server) -> None:
    written = MONITORS.replace("table: ", "table: faults.")
    made(root, postgres, written, user="guest")
    said = whq("doctor")
    assert said.code == 3
    assert "the role guest may not read faults.gone; ask for: grant select on faults.gone to guest" in said.out
    postgres.execute("revoke usage on schema faults from guest")
    said = whq("doctor")
    assert "ask for: grant usage on schema faults to guest; grant select on faults.gone to guest" in said.out
    postgres.execute("grant usage on schema faults to guest", "grant select on faults.gone to guest")
    said = whq("doctor")
    assert said.code == 0 and "✓ rights      reads all of them, writes none" in said.out
    made(root, postgres, written.replace("table: faults.gone", "table: faults.gonne"), user="guest")
    said = whq("doctor")
    assert said.code == 2 and 'unknown table "faults.gonne"; did you mean "gone"?' in said.out
