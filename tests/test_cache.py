"""What is kept between runs: never stale, never trusted, never in the way."""

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec._utils import rebuild

import whq
from whq import cache
from whq.config import load_project, load_target
from whq.config.spec import RuleSpec
from whq.errors import ConfigError, Location
from whq.measure.bench import queries
from whq.monitors.drift import statistics
from whq.sql import templates
from whq.values import Column, ColumnName, Dataset, Policy, Request, Scope, TableSource, Written

ROOT = Path(__file__).parents[1]
SECRET = "hunter2-and-more"
PROFILE = f"""
default: dev
targets:
  dev: {{type: duckdb, path: "{{{{ env_var('WHQ_TEST_DB', 'dev.duckdb') }}}}"}}
  other: {{type: duckdb, path: other.duckdb}}
  prod: {{type: postgres, host: localhost, user: me, dbname: db, password: {SECRET}}}
"""
MONITORS = """
datasets:
  t:
    table: t
    time: ts
    chunk: week
    reference: "ts < '2024-02-01'"
    where: "x >= 0"
    columns:
      id: {not_null: , unique: }
      nope: {not_null: }
      x: {accepted_range: {min: 0, max: 9}, even: {fail: "> 90%"}}
    rules:
      - sql: "select id from t join u using (id) where u.z > 3"
        id: joined
    profile: [x]
    drift: {columns: [x, s]}
    models: {m: {kind: binary, score: p, prediction: said, label: y, metrics: [roc_auc]}}
  q:
    query: "select * from u"
    profile: true
"""
EVEN = """{#
title: even
shape: predicate
arguments: {column: {kind: column, family: numeric, required: true}}
#}
$column % 2 = 0
"""
TABLES = """
create table t as select timestamp '2024-01-01' + to_days((i // 10)::int) as ts, i as id, i % 13 as x,
    'c' || (i % 4) as s, (i % 10) / 10.0 as p, (i % 10 > 4)::int as said, (i % 7 > 3)::int as y from range(800) r(i);
create table u as select i as id, i % 5 as z from range(100) r(i);
"""
SHOWN = """
import sys
from whq.cli import main
code = main(["run", "--format", "json", "--project", sys.argv[1]])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    monkeypatch.setenv("WHQ_CACHE", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, text in {
        "whq.yml": "version: 1\nname: p\nprofile: local\n",
        "profiles/local.yml": PROFILE,
        "monitors/t.yml": MONITORS,
        "sql_templates/rules/even.sql": EVEN,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in ("dev", "other", "third"):
        sql(root, TABLES, f"{name}.duckdb")
    sql(root, "delete from t where id > 700", "other.duckdb")
    sql(root, "alter table u add column w text", "third.duckdb")
    return root


def sql(root: Path, statements: str, name: str = "dev.duckdb") -> None:
    with duckdb.connect(str(root / name)) as connection:
        connection.execute(statements)


def document(root: Path, **choices: Any) -> dict[str, Any]:
    """A run's document and its SQL without what differs from run to run."""
    outcome = whq.run(root, keep=False, **choices)
    return alike(outcome.as_dict()) | {"sql": dict(outcome.statements)}


def rounded(value: Any) -> Any:
    """The same with numbers to twelve digits: the last ones depend on the order in which DuckDB's threads add."""
    if isinstance(value, float):
        return float(f"{value:.12g}") if abs(value) > 1e-12 else 0.0
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


def alike(found: dict[str, Any]) -> dict[str, Any]:
    for name in ("id", "as_of", "started", "seconds"):
        del found["run"][name]
    return {**found, "results": rounded(found["results"])}


def process(root: Path, **environ: str) -> tuple[dict[str, Any], set[str]]:
    """The document of a run in a process of its own, and the modules that it loaded."""
    words = [sys.executable, "-c", SHOWN, str(root)]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environ}, cwd=ROOT, timeout=120)
    assert done.returncode in (0, 1, 3), done.stderr
    return alike(json.loads(done.stdout)), set(done.stderr.splitlines()[-1].split())


def test_a_later_run_says_the_same_and_loads_no_compiler(project: Path, entries: Path) -> None:
    first, loaded = process(project)
    assert {"sqlglot", "pydantic", "jinja2", "ruamel.yaml"} <= loaded
    process(project)  # with what the first has learned
    warm, loaded = process(project)
    assert not {"sqlglot", "pydantic", "jinja2", "ruamel.yaml", "duckdb"} & loaded
    cold, _ = process(project, WHQ_CACHE="off")
    assert warm == cold
    assert [each["id"] for each in warm["results"]] == [each["id"] for each in first["results"]]
    missing = next(each for each in warm["results"] if each["subject"] == "nope")
    assert missing["status"] == "error"


def write(name: str, old: str, new: str) -> Callable[[Path, pytest.MonkeyPatch], dict[str, Any]]:
    def edit(root: Path, _: pytest.MonkeyPatch) -> dict[str, Any]:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))
        return {}

    return edit


def run_sql(statements: str) -> Callable[[Path, pytest.MonkeyPatch], dict[str, Any]]:
    def edit(root: Path, _: pytest.MonkeyPatch) -> dict[str, Any]:
        sql(root, statements)
        return {}

    return edit


def another_variable(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("WHQ_TEST_DB", "third.duckdb")
    return {}


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], dict[str, Any]]] = {
    "a limit": write("monitors/t.yml", "max: 9", "max: 7"),
    "a line above": write("monitors/t.yml", "\ndatasets", "\n\n\ndatasets"),
    "the filter": write("monitors/t.yml", "x >= 0", "x >= 3"),
    "a rule's SQL": write("monitors/t.yml", "u.z > 3", "u.z > 2"),
    "a query": write("monitors/t.yml", "select * from u", "select z from u"),
    "defaults": write("whq.yml", "name: p", "name: q\ndefaults: {owner: me}"),
    "a template": write("sql_templates/rules/even.sql", "% 2 = 0", "% 2 = 1"),
    "a template's header": write("sql_templates/rules/even.sql", "title: even", "title: even\nmeasure: rows"),
    "a target's path": write("profiles/local.yml", "'dev.duckdb'", "'other.duckdb'"),
    "a variable": another_variable,
    "a new column": run_sql("alter table u add column w int default 5"),
    "a column gone": run_sql("alter table t drop column s"),
    "a type": run_sql("alter table t alter x type double"),
    "a column now there": run_sql("alter table t add column nope int"),
    "a table gone": run_sql("drop table u"),
    "the data": run_sql("delete from t where id % 3 = 0"),
    "a selection": lambda *_: {"select": ["monitor:rule"]},
    "the clock": lambda *_: {"as_of": datetime(2024, 3, 1)},
    "a window": lambda *_: {"since": datetime(2024, 3, 1)},
    "a target": lambda *_: {"target": "other"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_meets_a_stale_entry(
    project: Path, entries: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = document(project)
    choices = CHANGES[change](project, monkeypatch)
    after, again = document(project, **choices), document(project, **choices)
    monkeypatch.setenv("WHQ_CACHE", "off")
    assert after == again == document(project, **choices)
    assert (after == before) == (change == "a template's header")


def test_what_is_wrong_is_told_each_time_with_its_place(project: Path, entries: Path) -> None:
    document(project)
    write("monitors/t.yml", "unique: ", "uniqe: ")(project, pytest.MonkeyPatch())
    told = []
    for _ in range(2):
        with pytest.raises(ConfigError) as error:
            load_project(project)
        told.append(str(error.value))
    assert told[0] == told[1] and told[0].startswith("monitors/t.yml:10:")
    write("monitors/t.yml", "uniqe: ", "unique: ")(project, pytest.MonkeyPatch())
    places = [load_project(project).datasets[0].where for _ in range(2)]
    assert [place.location for place in places if isinstance(place, Written)] == [Location("monitors/t.yml", 8, 13)] * 2


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "of another", "a folder"])
def test_damaged_entries_are_made_anew(project: Path, entries: Path, damage: str) -> None:
    before = document(project)
    files = sorted(entries.iterdir())
    contents = [path.read_bytes() for path in files]
    for path, data, other in zip(files, contents, contents[1:] + contents[:1], strict=True):
        flipped = data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]
        made = {"truncated": data[:-3], "flipped": flipped, "empty": b"", "of another": other}.get(damage)
        path.unlink() if made is None else path.write_bytes(made)
        if made is None:
            path.mkdir()
    templates._load.cache_clear()
    statistics.statement.cache_clear()
    assert document(project) == before
    if damage != "a folder":
        assert [path.read_bytes() for path in files] == contents


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("exit 1",)


class Renamed:
    """A call of the function by which msgspec pickles structs, of something that is none."""

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (date, {"year": 2024, "month": 1, "day": 1})


def test_structs_with_fields_by_name_only_are_kept(entries: Path) -> None:
    rule = RuleSpec("not_null", ("x",), location=Location("m.yml", 3))
    assert cache.recall("kind", ("rule",), lambda: rule) == rule
    assert cache.recall("kind", ("rule",), lambda: None) == rule


@pytest.mark.parametrize("planted", [Evil(), Renamed(), Path, cache.recall, shutil.rmtree, load_project, ConfigError])
def test_entries_make_values_and_call_nothing(entries: Path, planted: object, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pickle.dumps(planted)
    monkeypatch.setattr(os, "system", lambda _: pytest.fail("called"))
    entry = cache._entry("kind", ("inputs",))
    assert entry is not None
    entry.write_bytes(cache._seal(entry, data) + data)
    assert cache.recall("kind", ("inputs",), lambda: "made") == "made"
    assert cache.recall("kind", ("inputs",), lambda: "not again") == "made"


def test_an_entry_of_another_key_is_computed_anew(
    entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a CI system restores the folder on a machine that has another key, or with entries of somebody else's."""
    assert cache.recall("kind", 1, lambda: "select 1") == "select 1"
    (entry,) = entries.iterdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    assert cache.recall("kind", 1, lambda: "mine") == "mine"
    data = pickle.dumps("select 'planted'")
    unkeyed = [hashlib.sha256(entry.name.encode() + data), hashlib.blake2b(entry.name.encode() + data, digest_size=32)]
    zero = hashlib.blake2b(entry.name.encode() + data, key=bytes(32), digest_size=32)
    for seal in (*unkeyed, zero):
        entry.write_bytes(seal.digest() + data)
        assert cache.recall("kind", 1, lambda: "mine") == "mine"


def test_the_key_is_the_users_alone(entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert cache.folder() == entries
    key = tmp_path / "state/whq/cache.key"
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    first = key.read_bytes()
    assert len(set(first)) > 8 and [path.name for path in key.parent.iterdir()] == ["cache.key"]
    cache._key.cache_clear()
    assert cache._key(key) == first
    key.chmod(0o644)
    cache._key.cache_clear()
    second = cache._key(key)
    assert second not in (None, first) and key.stat().st_mode & 0o777 == 0o600
    key.write_bytes(b"short")
    cache._key.cache_clear()
    assert cache._key(key) not in (None, first, second)


@pytest.mark.parametrize("place", ["file", "file/below", "open"])
def test_without_a_key_there_is_no_cache(
    entries: Path, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "open/whq").mkdir(parents=True)
    (tmp_path / "open/whq").chmod(0o777)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / place))
    assert cache.folder() is None
    assert [cache.recall("kind", 1, lambda value=value: value) for value in (1, 2)] == [1, 2]
    assert not entries.exists() or not list(entries.iterdir())


def test_no_statement_of_the_store_is_kept(project: Path, entries: Path) -> None:
    whq.run(project)
    kept = [path.read_bytes() for path in entries.iterdir()]
    assert kept
    assert not [data for data in kept if b"insert into" in data or b"create table" in data or b"from meta" in data]


def test_no_secret_of_a_profile_is_kept(project: Path, entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_TEST", "a-secret-variable")
    path = project / "profiles/local.yml"
    path.write_text(path.read_text() + "  last: {type: postgres, token: \"{{ env_var('DBT_ENV_SECRET_TEST') }}\"}\n")
    for name, secret in (("prod", SECRET), ("last", "a-secret-variable")):
        found = [load_target(load_project(project), target=name) for _ in range(2)]
        assert found[0].secrets == found[1].secrets == (secret,)
        assert found[0].fields == found[1].fields
    document(project)
    kept = b"".join(path.read_bytes() for path in entries.iterdir())
    assert b"accepted_range" in kept
    assert not [word for word in (SECRET, "a-secret-variable", "localhost", "other.duckdb") if word.encode() in kept]


def test_without_a_folder_there_is_no_cache(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHQ_CACHE", "off")
    off = document(project)
    (tmp_path / "file").touch()
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    for name in ("file", "file/below", "open"):
        monkeypatch.setenv("WHQ_CACHE", str(tmp_path / name))
        assert cache.folder() is None and document(project) == off
    assert not list((tmp_path / "open").iterdir())


def test_a_folder_that_cannot_be_written_is_no_error(
    project: Path, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError("read-only")

    monkeypatch.setattr(cache, "_private", refuse)
    assert document(project) == document(project)
    assert list(entries.iterdir()) == []


def test_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHQ_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder() == tmp_path / "xdg/whq"
    assert (tmp_path / "xdg/whq").stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache/whq"
    monkeypatch.setenv("WHQ_CACHE", str(tmp_path / "mine"))
    assert cache.folder() == tmp_path / "mine"


def test_entries_are_private_and_whole(entries: Path) -> None:
    cache.recall("kind", 1, lambda: "value")
    (entry,) = entries.iterdir()
    assert entry.stat().st_mode & 0o777 == 0o600
    assert cache.recall("kind", 1, lambda: pytest.fail("kept")) == "value"


def test_runs_at_the_same_time_share_a_cache(project: Path, entries: Path) -> None:
    words = [sys.executable, "-c", SHOWN, str(project)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    said = [each.communicate(timeout=120) for each in running]
    found = [json.loads(out) for out, _ in said]
    assert [each["errors"] for each in found] == [[]] * 3
    assert found[0]["results"] == found[1]["results"] == found[2]["results"]
    assert all(len(path.name) == 64 for path in entries.iterdir())


def test_the_oldest_entries_go(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_ENTRIES", 5)
    for number in range(12):
        cache.recall("kind", number, lambda: "value")
        cache._trim.cache_clear()
    assert len(list(entries.iterdir())) == 5
    assert cache.recall("kind", 11, lambda: "anew") == "value"
    assert cache.recall("kind", 0, lambda: "anew") == "anew"


def test_statements_that_hold_the_moment_of_a_run_are_not_kept(entries: Path) -> None:
    def at(now: datetime) -> str:
        dataset = Dataset("d", TableSource(("d",)), (Column("at", "timestamp"),), time="at")
        asked = Request.of(Scope("d"), "rules/freshness", column=ColumnName("at"), as_of=now)
        (query,) = queries([asked], {asked: asked}, {"d": dataset}, templates.load(), "duckdb", Policy(), "q").queries
        assert query.id == "q1"
        return query.sql

    assert "2026-01-02" in at(datetime(2026, 1, 2))
    kept = sorted(entries.glob("*"))
    assert "2026-01-03" in at(datetime(2026, 1, 3))
    assert sorted(entries.glob("*")) == kept


def test_inputs_are_told_apart_by_all_that_they_say(entries: Path) -> None:
    place = Location("f.yml", 3, 4)
    different = [
        1, 1.0, True, "1", (1,), [1], None, 0.0, -0.0, Written("1"), Written("1", place), Column("1", "text"),
        Column("1", "integer"), b"1",
    ]  # fmt: skip
    assert len({cache._entry("kind", each) for each in different}) == len(different)
    assert cache._entry("kind", 1) != cache._entry("another", 1)
    text = "".join(["te", "xt"])
    assert cache._entry("kind", ("text", "text")) == cache._entry("kind", (text, "text"))


def test_whq_edited_is_another_whq(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "whq", tmp_path / "whq", ignore=shutil.ignore_patterns("__pycache__"))
    code = "from whq import cache; print(cache._entry('kind', 1))"

    def entry() -> str:
        environ = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, cwd=tmp_path)
        return done.stdout.strip()

    before = entry()
    assert before == entry() != "None"
    edited = tmp_path / "whq/monitors/rules/monitor.py"
    edited.write_text(edited.read_text() + "\n# another word\n")
    after = entry()
    assert after not in (before, "None")
    (tmp_path / "whq/new.py").touch()
    assert entry() not in (before, after)
    os.utime(edited, (4e9, 4e9))
    assert entry() == "None"
