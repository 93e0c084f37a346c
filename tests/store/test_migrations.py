"""Stores of every age and state: one of version 1 goes through the steps it lacks, and what is none is told.

`version_1/` holds what whq 0.1.0 wrote in a file and in a schema: two runs of one dataset.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import whq
from tests.engines.pg import Server
from tests.store.test_store import a_result, a_run, stored
from tests.store.test_trouble import start
from whq.cli import main
from whq.config.spec import StoreSpec, Target
from whq.errors import SelectionError, StoreError
from whq.store import Store, WatchedCount, migrations
from whq.store.statements import text_of

HERE = Path(__file__).parent
FIXTURES = {"duckdb": HERE / "version_1/duckdb.sql", "postgres": HERE / "version_1/postgres.sql"}
RUNS = {"duckdb": ["d5026501763b", "12000788b2ee"], "postgres": ["ea62dd5a840a", "6b4cbf9ad195"]}
DISTANCES = [0.0254811551, 0.0258317472, 0.0214284897, 0.0109818927, 0.0194431959]
"""Of `loans/amount/jensen_shannon`, by month."""
STEP = """{#
title: a step of a later whq: a table, a column, and what it holds for rows that are there
#}
create table notes (id text not null, content text);
alter table baselines add column note text;
update baselines set note = 'kept';
insert into notes select id, state from runs;
"""
COLUMNS = """
    select table_name, column_name, data_type, is_nullable from information_schema.columns
    where table_schema = current_schema() and table_catalog = current_database() order by table_name, ordinal_position
"""
PROCESS = """
import json, os, signal, sys
from pathlib import Path
from tests.store.test_migrations import Place
from whq.store import migrations
steps = (*migrations.steps(), Path(sys.argv[2]))
migrations.steps = lambda: steps
place = Place(**json.loads(sys.argv[1]))
"""
KILLED = "migrations.insert = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"


class Place:
    """Where a store lies: a file, or a schema of a server whose fields are given."""

    def __init__(self, folder: str, fields: dict[str, Any] | None = None) -> None:
        self.folder, self.fields = folder, fields

    def open(self, create: bool = True) -> Store:
        if self.fields is None:
            return Store.open(StoreSpec(Path("store.duckdb")), Path(self.folder), create=create)
        target = Target("pg", "postgres", self.fields, Path(self.folder))
        return Store.open(StoreSpec(None, "pg", "whq"), Path(self.folder), target=target, create=create)

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run statements past whq."""
        if self.fields is None:
            with duckdb.connect(str(Path(self.folder, "store.duckdb"))) as connection:
                return connection.execute(text).fetchall()
        import psycopg

        given = {name: self.fields[name] for name in ("host", "port", "user", "dbname")}
        with psycopg.connect(**given, autocommit=True) as server:
            server.execute("create schema if not exists whq; set search_path = whq")
            found = server.execute(text.encode())
            return found.fetchall() if found.description else []

    def start(self, code: str, step: Path) -> Any:
        return start(PROCESS + code, json.dumps(vars(self)), step)

    def version(self) -> str:
        return str(self.sql("select value from meta where key = 'schema_version'")[0][0])


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    if engine == "duckdb":
        yield Place(str(tmp_path))
        return
    server: Server = request.getfixturevalue("postgres")
    yield Place(str(tmp_path), server.fields())
    server.execute("drop schema if exists whq cascade")


@pytest.fixture
def old(place: Place, engine: str) -> Place:
    place.sql(FIXTURES[engine].read_text())
    return place


@pytest.fixture
def step(tmp_path: Path) -> Path:
    path = tmp_path / f"{len(migrations.steps()) + 1}_later.sql"
    path.write_text(STEP)
    return path


@pytest.fixture
def later(step: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Become a whq with more steps; gives the version that it writes."""
    known = migrations.steps()

    def become(*more: Path) -> int:
        steps = (*known, step, *more)
        monkeypatch.setattr(migrations, "steps", lambda: steps)
        return len(steps)

    return become


def test_steps_are_numbered_and_say_what_they_do() -> None:
    folder = migrations.steps()[0].parent
    assert sorted(path.name for path in migrations.steps()) == sorted(path.name for path in folder.iterdir())
    for number, path in enumerate(migrations.steps(), 1):
        assert re.fullmatch(rf"{number}_[a-z_]+\.sql", path.name)
        assert re.match(r"\{#\ntitle: .+\n#\}\n", path.read_text()) and "{" not in text_of(path)


def test_a_store_of_version_1_is_read_and_written_on(old: Place, engine: str) -> None:
    assert old.version() == "1"
    store = old.open()
    assert [each.run.id for each in store.runs()] == RUNS[engine] and store.runs()[0].run.version == "0.1.0"
    outcome = store.outcome(RUNS[engine][1])
    assert outcome.counts["total"] == 8 and len(outcome.statements) > 0
    values = [each.value for each in outcome.results if each.metric == "jensen_shannon"]
    assert [float(str(value)) for value in values] == pytest.approx(DISTANCES, abs=1e-9)
    stored(store, a_run("next"), [a_result()])
    assert old.open(create=False).run().run.id == "next"
    assert old.version() == str(len(migrations.steps()))


@pytest.fixture(params=[1, 2])
def aged(old: Place, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A store of an earlier version with two runs; version 2 is what its step makes of version 1."""
    if request.param == 2:
        first_steps = migrations.steps()[:2]
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "steps", lambda: first_steps)
            old.open()
    assert old.version() == str(request.param)
    return old


def test_a_store_of_any_version_gets_incidents_and_counts(aged: Place, engine: str) -> None:
    store = aged.open(create=False)
    assert aged.version() == str(len(migrations.steps()))
    assert [(each.run.id, each.judged, each.incidents) for each in store.runs()] == [
        (name, "all", ()) for name in RUNS[engine]
    ]
    assert aged.sql("select family, format from baselines") == [("drift", 1)]
    for table in migrations.ADDED[3]:
        assert aged.sql(f"select count(*) from {table}") == [(0,)]
    store.save_watched_counts([WatchedCount("loans", "f", "", "day", "2024-03-01", 4, "2024-03-02", 4, "2024-03-02")])
    assert len(store.watched_counts("loans", ["f"])) == 1
    stored(store, a_run("next"), [a_result()], judged="newest")
    assert store.outcome("next").judged == "newest"


def test_a_table_of_version_3_that_is_gone_is_told(old: Place) -> None:
    old.open()
    old.sql("drop table verdicts")
    with pytest.raises(StoreError, match="its table verdicts is missing"):
        old.open()


COUNT = WatchedCount("loans", "f", "", "day", "2024-03-01", 4, "2024-03-02", 4, "2024-03-02")


def test_a_first_count_stays_and_the_last_one_is_replaced(place: Place) -> None:
    store = place.open()
    others = [
        WatchedCount("loans", "f", "state=N'ø", "day", "2024-03-01", 1, "2024-03-02", 1, "2024-03-02"),
        WatchedCount("loans", "f", "", "hour", "2024-03-01", 2, "2024-03-02", 2, "2024-03-02"),
        WatchedCount("loans", "g", "", "day", "2024-03-01", 3, "2024-03-02", 3, "2024-03-02"),
        WatchedCount("other", "f", "", "day", "2024-03-01", 9, "2024-03-02", 9, "2024-03-02"),
    ]
    store.save_watched_counts([COUNT, *others])
    later = WatchedCount("loans", "f", "", "day", "2024-03-01", 7, "2024-03-03", 2**40, "2024-03-03")
    more = WatchedCount("loans", "f", "", "day", "2024-02-29", 5, "2024-03-03", 5, "2024-03-03")
    store.save_watched_counts([COUNT, later, more])
    store.save_watched_counts([])
    told = WatchedCount("loans", "f", "", "day", "2024-03-01", 4, "2024-03-02", 2**40, "2024-03-03")
    assert store.watched_counts("loans", ["f"]) == (more, told, others[1], others[0])
    assert store.watched_counts("loans", ["f", "g", "h"])[-1] == others[2]
    assert store.watched_counts("loans", []) == () == store.watched_counts("none", ["f"])


def test_counts_of_a_transaction_that_fails_are_not_kept(place: Place) -> None:
    store = place.open()
    with pytest.raises(ZeroDivisionError), store.together() as together:
        together.save_watched_counts([COUNT])
        raise ZeroDivisionError
    assert store.watched_counts("loans", ["f"]) == ()


def test_an_old_store_becomes_what_a_new_one_is(old: Place, later: Callable[..., int], tmp_path: Path) -> None:
    version = later()
    old.open()
    migrated = old.sql(COLUMNS)
    assert old.version() == str(version) == str(len(migrations.steps()))
    assert ("notes", "content") in [row[:2] for row in migrated]
    if old.fields is None:
        Path(old.folder, "store.duckdb").unlink()
    else:
        old.sql("drop schema whq cascade")
    old.open()
    assert old.sql(COLUMNS) == migrated
    assert old.version() == str(version)


@pytest.mark.parametrize("create", [True, False])
def test_a_step_keeps_what_is_there_and_is_taken_once(
    old: Place, engine: str, later: Callable[..., int], create: bool
) -> None:
    later()
    for _ in range(2):
        store = old.open(create=create)
    assert sorted(old.sql("select id, content from notes")) == sorted((run, "complete") for run in RUNS[engine])
    assert old.sql("select family, format, note from baselines") == [("drift", 1, "kept")]
    assert len(store.outcome().results) == 3
    assert old.sql("select key from meta") == [("schema_version",)]


def test_an_older_whq_refuses_the_store_with_words(
    old: Place, later: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = later()
    old.open()
    monkeypatch.undo()
    for create in (True, False):
        with pytest.raises(StoreError, match=rf"has schema version {version}; this whq knows .*upgrade whq") as caught:
            old.open(create=create)
        assert (caught.value.problems[0].code, caught.value.exit_code) == ("WHQ-R004", 5)


def test_a_step_that_fails_leaves_version_1(old: Place, later: Callable[..., int], tmp_path: Path) -> None:
    broken = tmp_path / "9_broken.sql"
    broken.write_text("alter table runs add column more text;\nselect * from nowhere;")
    later(broken)
    before = old.sql(COLUMNS)
    with pytest.raises(StoreError, match="nowhere"):
        old.open()
    assert (old.version(), old.sql(COLUMNS)) == ("1", before)


def test_a_migration_that_is_killed_leaves_version_1(old: Place, engine: str, step: Path) -> None:
    before = old.sql(COLUMNS)
    process = old.start(KILLED + "place.open()\n", step)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", -signal.SIGKILL)
    assert (old.version(), old.sql(COLUMNS)) == ("1", before)
    assert [each.run.id for each in old.open(create=False).runs()] == RUNS[engine]


def test_eight_openers_at_once_all_land_and_one_migrates(old: Place, step: Path) -> None:
    processes = [old.start("print(len(place.open().runs()))\n", step) for _ in range(8)]
    said = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    assert said == [("2\n", "", 0)] * 8
    assert old.sql("select count(*) from notes") == [(2,)]
    assert old.version() == str(len(migrations.steps()) + 1)


DAMAGES = [
    ("delete from meta", "its table meta holds no schema_version"),
    ("update meta set value = 'abc'", "its table meta holds a schema_version that is no number"),
    ("update meta set value = ''", "holds a schema_version that is no number"),
    ("update meta set value = '0'", "holds a schema_version that is no number"),
    ("update meta set value = '-1'", "holds a schema_version that is no number"),
    ("update meta set value = '1.0'", "holds a schema_version that is no number"),
    ("update meta set value = '\N{ARABIC-INDIC DIGIT ONE}'", "holds a schema_version that is no number"),
    (f"update meta set value = '{'9' * 5000}'", "holds a schema_version that is no number"),
    ("insert into meta values ('schema_version', '1')", "its table meta holds two schema_versions"),
    ("drop table meta; create table meta (k text)", "cannot be read as a store: "),
    ("drop table meta", "it has a table baselines, but none that is called meta"),
    ("drop table results", "its table results is missing"),
    ("drop table summaries; drop table statements", "its table statements is missing"),
]


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(("damage", "words"), DAMAGES, ids=[damage[:50] for damage, _ in DAMAGES])
def test_a_damaged_store_is_told_and_left_alone(old: Place, damage: str, words: str, create: bool) -> None:
    old.sql(damage)
    before = old.sql(COLUMNS)
    with pytest.raises(StoreError) as caught:
        old.open(create=create)
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == ("WHQ-R003", 5)
    assert words in problem.message and problem.hint
    assert old.sql(COLUMNS) == before


READS: list[tuple[str, Callable[[Store], object]]] = [
    ("alter table results drop column details", lambda store: store.outcome()),
    ("update results set details = '{'", lambda store: store.outcome()),
    ("update results set params = 'null', tags = '3'", lambda store: store.outcome()),
    ("update runs set errors = 'x'", lambda store: store.runs()),
    ("update runs set errors = '[{}]'", lambda store: store.runs()),
    ("update results set value_json = 'x'", lambda store: store.history("loans/amount/jensen_shannon")),
    ("update baselines set content = 'x'", lambda store: _all_baselines(store)),
    ("update summaries set content = 'x'", lambda store: _all_summaries(store)),
    ("alter table runs drop column state", lambda store: store.begin(a_run())),
]


def _all_baselines(store: Store) -> None:
    with store.database.transaction(write=False) as connection:
        keys = connection.run("select dataset, family, fingerprint from baselines")
    for dataset, family, fingerprint in keys:
        store.baseline(dataset, family, fingerprint)


def _all_summaries(store: Store) -> None:
    with store.database.transaction(write=False) as connection:
        keys = connection.run("select dataset, fingerprint from summaries")
    for dataset, fingerprint in keys:
        store.summaries(dataset, [fingerprint])


@pytest.mark.parametrize(("damage", "read"), READS, ids=[damage for damage, _ in READS])
def test_damaged_content_is_told_when_it_is_read(old: Place, damage: str, read: Callable[[Store], object]) -> None:
    old.sql(damage)
    store = old.open()
    with pytest.raises(StoreError, match="cannot be read as a store") as caught:
        read(store)
    assert caught.value.problems[0].code == "WHQ-R003"


def test_more_columns_and_tables_than_whq_knows_are_no_damage(old: Place) -> None:
    for table in migrations.TABLES:
        old.sql(f"alter table {table} add column extra text")
    old.sql("create table mine (x integer)")
    store = old.open()
    stored(store, a_run("next"), [a_result()])
    assert store.outcome("next").results == (a_result(),)


def test_tables_of_other_names_are_no_store_yet(place: Place) -> None:
    place.sql("create table mine (x integer)")
    with pytest.raises(SelectionError, match="no complete run is stored"):
        place.open(create=False)
    assert place.open().runs() == ()


PROJECT = {
    "whq.yml": "version: 1\nname: loans\nprofile: local\nstore: store.duckdb\n",
    "profiles/local.yml": "targets: {dev: {type: duckdb, path: d.duckdb}}\n",
    "monitors/t.yml": """
datasets:
  loans:
    table: loans
    time: at
    chunk: month
    reference: "at < '2024-04-01'"
    columns:
      id: {not_null: }
      amount: {max: {warn: "> 100"}}
    rules:
      - expression: "amount >= 0"
        id: positive
    drift: {columns: [amount], metrics: {numeric: [jensen_shannon]}}
""",
}
DATA = """
    create table loans as select cast('2024-01-01' as timestamp) + i * interval '6 hours' as at, i as id,
        (i * 37 % 101) / 2.0 - 0.5 as amount from range(600) r(i)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project whose runs the file of version 1 holds, on the same data."""
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute(DATA)
    Place(str(tmp_path)).sql(FIXTURES["duckdb"].read_text())
    return tmp_path


def test_a_project_goes_on_with_a_store_of_version_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        outcome = whq.run(project)
        assert outcome.exit_code == 1 and outcome.errors == ()
    points = whq.history("loans/expression/positive", project=project)
    assert [point.result.failing for point in points] == [6] * 4
    assert main(["results", "--project", str(project), "--run", "12000788b2ee"]) == 0
    assert "loans/expression/positive" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["delete from meta", "update meta set value = 'abc'", "drop table meta"])
@pytest.mark.parametrize("command", ["run", "results", "report", "plan", "doctor"])
def test_a_damaged_store_ends_a_command_with_5(
    project: Path, capsys: pytest.CaptureFixture[str], damage: str, command: str
) -> None:
    Place(str(project)).sql(damage)
    assert main([command, "--project", str(project)]) == 5
    told = capsys.readouterr()
    assert "cannot be read as a store" in told.out + told.err and "Traceback" not in told.err


@pytest.mark.parametrize("damage", ["alter table results drop column owner", "alter table runs drop column state"])
def test_no_advice_names_a_run_that_is_not_stored(
    project: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    Place(str(project)).sql(damage)
    assert main(["run", "--project", str(project)]) == 5
    told = capsys.readouterr()
    assert "✗ fail" in told.out and "cannot be read as a store" in told.out + told.err
    assert "--run" not in told.out and "whq history" not in told.out
