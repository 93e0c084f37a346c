"""A project that runs every day: what is new, what goes on, what is over, and what decides the exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import whq
from tests.e2e.conftest import Desk
from tests.engines.pg import Server
from whq.config.spec import StoreSpec
from whq.errors import ConfigError, SelectionError
from whq.store import Store

TABLE = """
create table sales as
select timestamp '2024-03-01' + to_hours(i::int) as at, i as id, (case
    when i // 24 in (9, 10, 11) then 500 else 100 end) + (i * 37 % 11) as amount,
    (case when i // 24 between 9 and 11 and i % 4 = 0 then null else 'x' end) as note
from range(480) r(i)
"""
MONITORS = """
datasets:
  sales:
    table: sales
    time: at
    chunk: day
    watch: false
    columns:
      amount: {mean: {between: [50, 200], per: chunk}}
      note: {not_null: {per: chunk}}
      id: {max: {fail: "> 400"}}
"""


@pytest.fixture
def sales(desk: Desk) -> Desk:
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    return desk


def told(document: dict[str, object]) -> dict[str, str]:
    return {each["id"]: each["state"] for each in document["incidents"]}  # type: ignore[attr-defined]


LIFE = [
    ("2024-03-09", 0, {}),
    ("2024-03-10", 0, {}),
    ("2024-03-11", 1, {"sales@2024-03-10": "new"}),
    ("2024-03-12", 1, {"sales@2024-03-10": "ongoing"}),
    ("2024-03-13", 1, {"sales@2024-03-10": "ongoing"}),
    ("2024-03-14", 0, {"sales@2024-03-10": "recovered"}),
    ("2024-03-15", 0, {"sales@2024-03-10": "past"}),
    ("2024-03-18", 1, {"sales@2024-03-10": "past", "sales@run-2024-03-18": "new"}),
    ("2024-03-19", 1, {"sales@2024-03-10": "past", "sales@run-2024-03-18": "ongoing"}),
]


def test_a_life_day_by_day(sales: Desk) -> None:
    for day, code, expected in LIFE:
        said = sales.run("--as-of", day)
        assert (said.code, told(said.document)) == (code, expected), day
        again = sales.run("--as-of", day)
        assert (again.code, again.document["incidents"]) == (code, said.document["incidents"]), day
        assert again.results == said.results

    assert told(json.loads(sales.whq("incidents", "--all", "--format", "json").out)) == LIFE[-1][2]
    shown = sales.whq("incidents")
    assert shown.code == 0 and "sales@run-2024-03-18" in shown.out and "2024-03-10" not in shown.out
    first = sales.whq("results", "--run", runs(sales)[-5]["run"], "--format", "json").document
    assert (told(first), first["status"], first["judged"]) == ({"sales@2024-03-10": "new"}, "fail", "newest")
    replay = sales.run("--as-of", "2024-03-12")
    assert (replay.code, told(replay.document)) == (1, {"sales@2024-03-10": "ongoing"})
    assert told(json.loads(sales.whq("incidents", "--all", "--format", "json").out)) == LIFE[-1][2]


def runs(desk: Desk) -> list[dict[str, object]]:
    return json.loads(desk.whq("results", "--runs", "--format", "json").out)["runs"]  # type: ignore[no-any-return]


def test_a_first_run_over_the_past_speaks_of_the_present(sales: Desk) -> None:
    said = sales.run("--as-of", "2024-03-17")
    assert (said.code, said.document["status"]) == (0, "pass")
    assert said.document["counts"]["fail"] == 6 and told(said.document) == {"sales@2024-03-10": "past"}
    (incident,) = said.document["incidents"]
    assert incident["text"] == (
        "2024-03-10 to 2024-03-12: amount mean: 504.8, above 200, note not_null: 6 of 24 rows (25 %)"
    )
    assert incident["results"] == ["sales/amount/mean", "sales/note/not_null"]
    everything = sales.run("--as-of", "2024-03-17", "--judge", "all")
    assert (everything.code, everything.document["status"], everything.document["judged"]) == (1, "fail", "all")
    assert whq.run(sales.root, as_of="2024-03-17", judge="all", keep=False).exit_code == 1


def test_days_between_two_runs_all_decide(sales: Desk) -> None:
    sales.run("--as-of", "2024-03-09")
    said = sales.run("--as-of", "2024-03-15")
    assert (said.code, told(said.document)) == (1, {"sales@2024-03-10": "recovered"})
    assert sales.run("--as-of", "2024-03-16").code == 0


def test_an_acknowledged_incident_does_not_decide_until_its_day(sales: Desk) -> None:
    sales.run("--as-of", "2024-03-10")
    assert sales.run("--as-of", "2024-03-11").code == 1
    words = ("ack", "sales@2024-03-10", "--until", "2024-03-13", "--why", "a promotion")
    assert (sales.whq(*words).code, sales.whq("incidents").out.count("a promotion")) == (0, 1)
    said = sales.run("--as-of", "2024-03-12")
    (incident,) = said.document["incidents"]
    assert (said.code, said.document["status"], incident["state"]) == (0, "pass", "ongoing")
    assert (incident["acknowledged"]["until"], incident["acknowledged"]["why"]) == (
        "2024-03-13T00:00:00Z",
        "a promotion",
    )
    assert said.document["counts"]["fail"] == 4
    said = sales.run("--as-of", "2024-03-13")
    assert (said.code, said.document["incidents"][0]["acknowledged"]) == (1, None)
    assert "a promotion" not in sales.whq("incidents").out

    assert sales.whq("ack", "sales@2024-03-10", "--why", "while it lasts").code == 0
    assert sales.run("--as-of", "2024-03-13").code == 0
    undone = sales.whq("ack", "sales@2024-03-10", "--undo")
    assert (undone.code, undone.err) == (0, "sales@2024-03-10: no longer acknowledged\n")
    assert sales.run("--as-of", "2024-03-13").code == 1


WRONG = {
    "ack sales@2024-03-1 --why x": (2, 'no incident has the id "sales@2024-03-1"; did you mean "sales@2024-03-10"?'),
    "ack sales@2024-03-10": (2, 'an acknowledgement needs a reason; add --why "…"'),
    "ack sales@2024-03-10 --why x --until 2024-03-11": (2, "it would hold for no run"),
    "ack sales@2024-03-10 --why x --until soon": (2, "'soon' is not a time; write a day (2024-01-31) or how far ahead"),
    "ack sales@2024-03-10 --why x --target prod": (4, 'on target "prod" is stored; allowed: dev'),
    "ack": (2, "Missing argument 'ID'"),
    "incidents --format yaml": (2, "'yaml' is not one of"),
}


def test_what_is_wrong_with_an_acknowledgement(sales: Desk) -> None:
    sales.run("--as-of", "2024-03-11")
    for words, (code, text) in WRONG.items():
        said = sales.whq(*words.split())
        assert said.code == code and text in said.err, said.err
    with pytest.raises(ConfigError, match="no incident"):
        whq.ack("nope", why="x", project=sales.root)


def test_words_for_what_is_over_do_not_acknowledge(sales: Desk) -> None:
    (name,) = [each["id"] for each in sales.run().document["incidents"] if "@run-" in each["id"]]
    for word in ("yesterday", "today", "now", "3 days ago"):
        with pytest.raises(ConfigError, match="is over already"):
            whq.ack(name, until=word, why="x", project=sales.root)
    acknowledged = whq.ack(name, until="3 days", why="x", project=sales.root).acknowledged
    assert acknowledged is not None and acknowledged.until is not None and acknowledged.until > acknowledged.at


def test_without_a_run_there_is_nothing_to_say(sales: Desk) -> None:
    for words in (("incidents",), ("ack", "x", "--why", "y")):
        said = sales.whq(*words)
        assert said.code == 4 and "no complete run is stored" in said.err and "whq run" in said.err
    sales.run("--as-of", "2024-03-05")
    said = sales.whq("incidents")
    assert (said.code, said.out, said.err) == (0, "", "no open incidents; --all shows those that are over\n")
    assert json.loads(sales.whq("incidents", "--format", "json").out)["incidents"] == []
    sales.write("whq.yml", "version: 1\nname: another\nprofile: local\n")
    with pytest.raises(SelectionError, match="no complete run of another is stored"):
        whq.incidents(project=sales.root)


def test_a_part_of_the_project_says_nothing_of_the_rest(sales: Desk) -> None:
    sales.run("--as-of", "2024-03-10")
    sales.run("--as-of", "2024-03-11")
    said = sales.run("--as-of", "2024-03-12", "--select", "metric:max")
    assert (said.code, told(said.document)) == (0, {})
    assert [(each.id, each.state) for each in whq.incidents(project=sales.root)] == [("sales@2024-03-10", "new")]
    said = sales.run("--as-of", "2024-03-13", "--select", "metric:mean")
    assert (said.code, told(said.document)) == (1, {"sales@2024-03-10": "ongoing"})


def test_a_run_of_the_past_closes_and_reopens_nothing(sales: Desk) -> None:
    for day in ("2024-03-10", "2024-03-11", "2024-03-12"):
        sales.run("--as-of", day)
    before = [(each.id, each.state, each.until, each.text) for each in whq.incidents(project=sales.root, every=True)]
    said = sales.run("--as-of", "2024-03-12T01:00", "--until", "2024-03-09")
    assert said.code == 0
    said = sales.run("--as-of", "2024-03-12T02:00", "--until", "2024-03-11")
    (found,) = [each for each in said.all(metric="mean") if each["status"] == "fail"]
    assert said.code == 1 and found["details"]["state"] == "past"
    assert found["details"]["incident"] == "sales@2024-03-10"
    after = [(each.id, each.state, each.until, each.text) for each in whq.incidents(project=sales.root, every=True)]
    assert after == before
    assert told(sales.run("--as-of", "2024-03-13").document) == {"sales@2024-03-10": "ongoing"}
    recovered = sales.run("--as-of", "2024-03-14")
    assert (recovered.code, told(recovered.document)) == (0, {"sales@2024-03-10": "recovered"})
    sales.run("--as-of", "2024-03-14T01:00", "--until", "2024-03-12")
    later = sales.run("--as-of", "2024-03-15")
    assert (later.code, told(later.document)) == (0, {"sales@2024-03-10": "past"})


def test_a_run_that_is_killed_changes_nothing(sales: Desk) -> None:
    sales.run("--as-of", "2024-03-10")
    sales.run("--as-of", "2024-03-11")
    before = whq.incidents(project=sales.root, every=True)
    code = (
        "import os, signal, sys; from whq.store import Store; import whq\n"
        "Store.finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "whq.run(sys.argv[1], as_of='2024-03-12')\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(sales.root)], capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert whq.incidents(project=sales.root, every=True) == before
    said = sales.run("--as-of", "2024-03-12")
    assert (said.code, told(said.document)) == (1, {"sales@2024-03-10": "ongoing"})
    assert sales.run("--as-of", "2024-03-14").document["incidents"][0]["state"] == "recovered"


def test_incidents_live_in_a_schema_of_postgres(desk: Desk, postgres: Server) -> None:
    fields = json.dumps({"type": "postgres", **postgres.fields()})
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    desk.write(
        "profiles/local.yml", f"default: dev\ntargets: {{dev: {{type: duckdb, path: dev.duckdb}}, kept: {fields}}}\n"
    )
    desk.write("whq.yml", "version: 1\nname: shop\nprofile: local\nstore: {target: kept, schema: whq_life}\n")
    try:
        for day, code, expected in LIFE[1:6]:
            said = desk.run("--as-of", day)
            assert (said.code, told(said.document)) == (code, expected), said.err
            if code == 1 and "new" in expected.values():
                assert desk.whq("ack", "sales@2024-03-10", "--until", "2024-03-12", "--why", "it's known").code == 0
        assert [each.state for each in whq.incidents(project=desk.root)] == ["recovered"]
    finally:
        postgres.execute("drop schema if exists whq_life cascade")


def test_the_installed_command(sales: Desk) -> None:
    command = Path(sys.executable).with_name("whq")
    if not command.exists():
        pytest.skip("whq is not installed beside this Python")

    def said(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [command, *words],
            cwd=sales.root,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "COLUMNS": "200"},
        )
        return done.returncode, done.stdout

    assert said("run", "--as-of", "2024-03-10", "-q") == (0, "")
    assert said("run", "--as-of", "2024-03-11", "-q")[0] == 1
    code, text = said("incidents")
    assert code == 0 and "sales@2024-03-10" in text and "since 2024-03-10: " in text
    assert said("ack", "sales@2024-03-10", "--until", "2w", "--why", "known")[0] == 0
    assert said("run", "--as-of", "2024-03-12", "-q")[0] == 0
    assert "known" in said("incidents", "--format", "csv")[1]
    assert said("run", "--as-of", "2024-03-12", "-q", "--judge", "all")[0] == 0


def test_a_store_that_may_only_be_read_is_told(sales: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sales.run("--as-of", "2024-03-11")
    store = Store.open(StoreSpec(None), sales.root)
    path = Path(store.database.place)
    attach = type(store.database)._attach  # type: ignore[attr-defined]

    def refuse(self: object, connection: object, write: bool) -> None:
        if write:
            raise PermissionError(13, "Permission denied")
        attach(self, connection, write)

    monkeypatch.setattr(type(store.database), "_attach", refuse)
    said = sales.whq("incidents")
    assert said.code == 0 and "sales@2024-03-10" in said.out
    said = sales.whq("ack", "sales@2024-03-10", "--why", "x")
    assert said.code == 5 and str(path) in said.err and "Permission denied" in said.err


CLOCKED = """
datasets:
  sales:
    query: "select *, case when at < as_of() - interval '1 day' then amount end as settled from sales"
    time: at
    chunk: day
    reference: "at < '2024-03-06'"
    where: "at >= now() - interval '300 days'"
    columns:
      amount: {mean: {between: [50, 200], per: chunk}}
    drift: {columns: [amount]}
"""


def test_a_project_whose_sql_reads_the_clock_remembers(desk: Desk) -> None:
    desk.sql(TABLE, "delete from sales where id between 287 and 310")
    desk.monitors(CLOCKED)
    seen = [told(desk.run("--as-of", f"2024-03-{day}T02:00").document) for day in range(10, 17)]
    assert seen[1]["sales@2024-03-10"] == "new"
    assert seen[2]["sales@2024-03-10"] == seen[3]["sales@2024-03-10"] == "ongoing"
    assert seen[4]["sales@2024-03-13"] == "new" and seen[5]["sales@2024-03-13"] == "recovered"
    store = duckdb.connect(str(desk.root / ".whq" / "store.duckdb"), read_only=True)
    for table in ("baselines", "watched_counts"):
        assert store.execute(f"select count(distinct fingerprint) from {table}").fetchone() == (1,), table
