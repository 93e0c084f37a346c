"""DuckDB targets: what opens, what is refused and in which words, and what a confined session cannot do."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from whq.config.spec import Target
from whq.engines import base, engine
from whq.engines.base import Session
from whq.engines.duckdb import DuckDBSession
from whq.errors import ConfigError, ConnectError, QueryError, WhqError
from whq.values import FileSource

SLOW = "select sum(a.range * b.range % 7) from range(100000000) as a, range(1000) as b"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "data").mkdir()
    outside = root.parent / "outside"
    outside.mkdir()
    with duckdb.connect(root / "dev.duckdb") as build:
        build.execute("create schema raw")
        build.execute('create table loans (id integer not null, "A b" varchar, seen_at timestamptz, big hugeint)')
        build.execute(
            "insert into loans values (1, 'x', '2024-01-01 02:00:00+02', 170141183460469231731687303715884105727)"
        )
        build.execute("create table raw.loans (x integer)")
        build.execute("create view seen as select id from loans")
        build.execute(f"copy (select 3 as a, 'b' as b) to '{root}/data/y.csv'")
        for place in (root / "data/x.parquet", root / "data/z[1].parquet", outside / "o.parquet"):
            build.execute(f"copy (select 1 as a, 2 as b) to '{place}'")
    with duckdb.connect(root / "other.duckdb") as build:
        build.execute("create table main.o (x integer)")
    (root / "junk.duckdb").write_text("hello")
    return root


def target(root: Path, **fields: Any) -> Target:
    return Target("dev", "duckdb", fields, root, secrets=("hunter2",))


def opened(root: Path, **fields: Any) -> DuckDBSession:
    session = engine("duckdb").connect(target(root, **fields))
    assert isinstance(session, DuckDBSession)
    return session


@pytest.fixture
def session(project: Path) -> Iterator[Session]:
    session = opened(project, path="dev.duckdb", threads=2, settings={"memory_limit": "1GB"})
    yield session
    session.close()


def test_the_session_is_in_utc_and_bounded(session: Session) -> None:
    names = ("TimeZone", "threads", "memory_limit", "enable_external_access", "lock_configuration")
    columns = session.cursor().run("select " + ", ".join(f"current_setting('{name}')" for name in names)).columns
    assert columns == (("UTC",), (2,), ("953.6 MiB",), (False,), (True,))


@pytest.mark.parametrize(
    ("cores", "fields", "wanted"),
    [
        (1, {}, 1), (2, {}, 3), (4, {}, 4), (2, {"threads": 2}, 2), (2, {"settings": {"threads": 2}}, 2),
        (2, {"threads": None}, 3),
    ],
)  # fmt: skip
def test_two_threads_are_taken_only_where_asked_for(
    project: Path, monkeypatch: pytest.MonkeyPatch, cores: int, fields: dict[str, Any], wanted: int
) -> None:
    connect = duckdb.connect
    monkeypatch.setattr("_duckdb.connect", lambda path, config: connect(path, config={"threads": cores, **config}))
    session = opened(project, path="dev.duckdb", **fields)
    assert session.cursor().run("select current_setting('threads')").columns == ((wanted,),)
    session.close()


def test_relations_come_with_columns_and_kinds(session: Session) -> None:
    found = {
        item.label: (item.kind, [(column.name, column.type) for column in item.columns]) for item in session.relations()
    }
    assert found == {
        "dev.main.loans": (
            "table",
            [("id", "integer"), ("A b", "text"), ("seen_at", "timestamptz"), ("big", "integer")],
        ),
        "dev.main.seen": ("view", [("id", "integer")]),
        "dev.raw.loans": ("table", [("x", "integer")]),
    }
    assert [column.nullable for column in session.relations()[0].columns] == [False, True, True, True]
    assert [item.label for item in session.relations({"loans", "none"})] == ["dev.main.loans", "dev.raw.loans"]
    assert session.relations(set()) == ()


def test_columns_of_a_query_and_of_files(session: Session, project: Path) -> None:
    assert [(c.name, c.type) for c in session.describe("select 1.5 as a, 'x' as b")] == [
        ("a", "decimal"),
        ("b", "text"),
    ]
    csv = FileSource(str(project / "data/*.csv"), "csv")
    assert [(c.name, c.type) for c in session.describe_file(csv)[1]] == [("a", "integer"), ("b", "text")]


VALUES = [
    ("null", None),
    ("true", True),
    ("1::hugeint", 1),
    ("170141183460469231731687303715884105727", 170141183460469231731687303715884105727),
    ("1.50::decimal(38, 10)", Decimal("1.5000000000")),
    ("5::decimal(10, 0)", 5),
    ("0.25::double", 0.25),
    ("date '1969-12-31'", date(1969, 12, 31)),
    ("timestamp '2024-01-01 02:00:00'", datetime(2024, 1, 1, 2)),
    ("timestamptz '2024-01-01 02:00:00+02'", datetime(2024, 1, 1)),
    ("time '12:30:00'", "12:30:00"),
    ("interval 90 seconds", 90.0),
    ("'a\\xFF'::blob", "61ff"),
    ("[1, 2]", "[1, 2]"),
    ("'12345678-1234-5678-1234-567812345678'::uuid", "12345678-1234-5678-1234-567812345678"),
]


@pytest.mark.parametrize(("sql", "value"), VALUES, ids=[sql for sql, _ in VALUES])
def test_values_are_plain(session: Session, sql: str, value: object) -> None:
    found = session.cursor().run(f"/* whq */ select {sql} as v").columns[0][0]
    assert found == value and type(found) is type(value)


REFUSED = [
    ("select nope from loans", "WHQ-E206", 'Referenced column "nope" not found in FROM clause'),
    ("select * from nope", "WHQ-E205", "Table with name nope does not exist"),
    ("select", "WHQ-E201", "SELECT clause without selection list"),
    ("select 'hunter2'::integer", "WHQ-E207", "a value cannot be converted to INT32"),
    ("select cast(300 as tinyint)", "WHQ-E207", "a value cannot be converted to INT8"),
    ("select 2147483647::integer + 1::integer", "WHQ-E207", "Overflow in addition of INT32"),
    ("select strptime('row value', '%d')", "WHQ-E201", "Could not parse string … according to format specifier"),
    ("select regexp_matches('a', '(')", "WHQ-E201", "invalid regular expression: missing )"),
    ("select regexp_matches('a', 'row value(')", "WHQ-E201", "invalid regular expression: missing )"),
    ("select unhex('row value')", "WHQ-E201", "Invalid input for hex digit"),
    ("select json_extract('row value', '$.a')", "WHQ-E201", "Malformed JSON at byte … of input: unexpected character"),
    (
        "select a::integer from (select 'row value' as a)",
        "WHQ-E207",
        'a value of column "a" cannot be converted to INT32',
    ),
    ("select chr(-1)", "WHQ-E201", "Invalid UTF8 Codepoint"),
    ("select * from read_text('/etc/passwd')", "WHQ-E204", 'Cannot access file "/etc/passwd"'),
    ("select * from read_csv('/etc/passwd')", "WHQ-E204", 'Cannot access file "/etc/passwd"'),
    ("select 1; select 2", "WHQ-E201", "only one SELECT"),
    ("create table dev.main.t (a integer)", "WHQ-E201", "only one SELECT"),
    ("copy (select 1) to 'x.csv'", "WHQ-E201", "only one SELECT"),
    ("set threads = 1", "WHQ-E201", "only one SELECT"),
    ("set lock_configuration = false", "WHQ-E201", "only one SELECT"),
]


if not duckdb.__version__.startswith("1."):
    REFUSED.append(("select 5 % 0", "WHQ-E207", "Division by zero in expression"))


@pytest.mark.parametrize(("sql", "code", "words"), REFUSED, ids=[sql for sql, _, _ in REFUSED])
def test_statements_that_fail_say_why_and_show_no_values(session: Session, sql: str, code: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        session.cursor().run(sql)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert words in problem.message
    assert "row value" not in problem.message and "hunter2" not in problem.message and "\n" not in problem.message


HINTS = [
    ("select cast(300 as tinyint)", "a value of the data does not fit"),
    ("select 2147483647::integer + 1::integer", "a value of the data does not fit"),
    ("select date_trunc('row value', timestamp '2024-01-01')", None),
    ("select regexp_matches('a', '(')", "mend the pattern"),
    ("select * from nope", "since the run began"),
    ("select x from broken.main.v", "a view that is read here names it"),
    ("select x from (select * from broken.main.v) as v", "a view that is read here names it"),
    ("select y from broken.main.w", "a view that is read here names it"),
]


@pytest.mark.parametrize(("sql", "hint"), HINTS, ids=[sql for sql, _ in HINTS])
def test_advice_is_given_where_it_helps(tmp_path: Path, sql: str, hint: str | None) -> None:
    with duckdb.connect(str(tmp_path / "broken.duckdb")) as connection:
        connection.execute("create table t as select 1 as x; create view v as select x from t; drop table t")
        connection.execute("create table u as select 1 as x, 2 as z; create view w as select x as y, z from u")
        connection.execute("alter table u drop column z")
    with pytest.raises(QueryError) as caught:
        opened(tmp_path, path="broken.duckdb").cursor().run(sql)
    found = caught.value.problems[0].hint
    assert found is None if hint is None else hint in str(found)


def test_python_variables_are_no_tables(session: Session) -> None:
    frame = [1]
    with pytest.raises(QueryError, match="frame"):
        session.cursor().run("select * from frame")
    assert frame


def test_data_cannot_be_written_even_past_the_guard(session: DuckDBSession) -> None:
    with pytest.raises(QueryError, match="Cannot execute statement"):
        session.cursor().internal("insert into loans (id) values (2)")
    with pytest.raises(QueryError, match="Cannot change configuration"):
        session.cursor().internal("set enable_external_access = true")


def test_a_describe_takes_one_select(session: Session) -> None:
    for sql in ("select 1; drop table loans", "drop table loans", "select from where"):
        with pytest.raises(QueryError):
            session.describe(sql)


def test_a_slow_query_times_out_and_the_cursor_lives_on(session: Session) -> None:
    cursor = session.cursor()
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"timeout of 0\.2 s") as caught:
        cursor.run(SLOW, timeout=0.2)
    assert time.monotonic() - started < 2
    assert caught.value.problems[0].code == "WHQ-E202"
    assert cursor.run("select 1").columns == ((1,),)
    cursor.close()
    cursor.close()
    cursor.cancel()


def test_another_thread_can_cancel(session: Session) -> None:
    cursor = session.cursor()
    ended: list[WhqError] = []

    def run() -> None:
        try:
            cursor.run(SLOW)
        except QueryError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        cursor.cancel()
        time.sleep(0.02)
    assert ended[0].problems[0].code == "WHQ-E203"


def test_zoned_moments_come_as_utc_whatever_their_column_is_called(session: Session) -> None:
    sql = """select 1 as n, timestamptz '2024-01-01 02:00:00+02' as "a ""b"" -- c" -- the end"""
    found = session.cursor().run(sql)
    assert found.names == ("n", 'a "b" -- c')
    assert found.columns == ((1,), (datetime(2024, 1, 1),))


def test_more_rows_than_whq_keeps_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.engines.dbapi.MAX_ROWS", 10)
    assert session.cursor().run("select range from range(10)").size == 10
    for sql in ("select range from range(11)", "select timestamptz '2024-01-01 00:00:00+00' from range(11)"):
        with pytest.raises(QueryError) as caught:
            session.cursor().run(sql)
        assert caught.value.problems[0].code == "WHQ-E211"


def test_out_of_memory_names_the_setting(project: Path) -> None:
    session = opened(project, settings={"memory_limit": "20MB", "temp_directory": ""})
    with pytest.raises(QueryError, match="memory_limit") as caught:
        session.cursor().run("select list(range) from range(100000000)")
    assert caught.value.problems[0].code == "WHQ-E208"
    session.close()


def test_large_sorts_spill_to_a_folder_that_goes_away(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = opened(project, settings={"memory_limit": "40MB"}, threads=1)
    cursor = session.cursor()
    sql = "select sum(n) from (select row_number() over (order by hash(range), range::text) as n from range(1000000))"
    assert cursor.run(sql).columns == ((500000500000,),)
    assert len(list(tmp_path.iterdir())) == 1
    cursor.close()
    session.close()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_inside_duckdb_is_a_keyboard_interrupt(session: DuckDBSession) -> None:
    class Connection:
        def execute(self, *_: object) -> object:
            raise RuntimeError("Query interrupted")

        def close(self) -> None:
            pass

    cursor = session.cursor()
    cursor.connection = Connection()
    with pytest.raises(KeyboardInterrupt):
        cursor.internal("select 1")
    Connection.execute = lambda *_: (_ for _ in ()).throw(RuntimeError("other"))  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError, match="other"):
        cursor.internal("select 1")


# --- files in memory, and profiles --------------------------------------------------------------------------


def test_without_a_path_files_are_read(project: Path) -> None:
    for fields in ({}, {"path": ":memory:"}, {"path": ""}):
        session = opened(project, **fields)
        assert session.search_path == (("memory", "main"),)
        for name in ("x.parquet", "*.parquet", "z[1].parquet"):
            assert session.cursor().run(f"select min(a) from read_parquet('{project}/data/{name}')").columns == ((1,),)
        session.close()


def test_allowed_paths_open_and_others_do_not(project: Path) -> None:
    outside = project.parent / "outside" / "o.parquet"
    sql = f"select a from read_parquet('{outside}')"
    with pytest.raises(QueryError, match="Cannot access file"):
        opened(project).cursor().run(sql)
    with pytest.raises(QueryError, match="Cannot access file"):
        opened(project).cursor().run(f"select a from read_parquet('{project}/../outside/o.parquet')")
    for allowed in (["../outside"], "../outside", [str(outside.parent)]):
        assert opened(project, allow_paths=allowed).cursor().run(sql).columns == ((1,),)


def test_a_broken_file_is_named(project: Path, session: Session) -> None:
    bad = project / "data" / "bad.bin"
    bad.write_text("not parquet")
    with pytest.raises(QueryError, match=r"bad\.bin cannot be read as parquet") as caught:
        session.describe_file(FileSource(str(bad), "parquet"))
    assert caught.value.problems[0].code == "WHQ-E111"
    with pytest.raises(QueryError, match="allow_paths"):
        session.describe_file(FileSource("/etc/passwd", "csv"))


def test_attached_databases_are_found(project: Path) -> None:
    session = opened(project, path="dev.duckdb", attach=[{"path": "other.duckdb", "alias": "o2", "type": "duckdb"}])
    assert "o2.main.o" in {item.label for item in session.relations()}
    session.close()
    session = opened(project, attach=["other.duckdb"], database="other", schema="main", keep_open=True)
    assert session.search_path == (("other", "main"),)
    assert session.cursor().run("select count(*) from o").columns == ((0,),)
    session.close()


BAD = [
    ({"path": "dve.duckdb"}, ConnectError, 'dve.duckdb does not exist; did you mean "dev.duckdb"?'),
    ({"path": "far/away.duckdb"}, ConnectError, 'does not exist; set path of target "dev" to a DuckDB file'),
    ({"path": "data"}, ConnectError, "cannot be read: Is a directory"),
    ({"path": "junk.duckdb"}, ConnectError, "is not a DuckDB database; name a file made by DuckDB"),
    ({"path": "md:cloud"}, ConfigError, '"md:cloud" is not a local file'),
    ({"path": "s3://b/x.duckdb"}, ConfigError, "is not a local file"),
    ({"pth": "x"}, ConfigError, 'unknown field "pth" in target "dev" of type duckdb; did you mean "path"?'),
    ({"path": "dev.duckdb", "schema": "nope"}, ConnectError, 'No catalog + schema named "dev.nope" found'),
    ({"path": "dev.duckdb", "database": "x"}, ConfigError, 'database: "x" is not attached; allowed: dev'),
    ({"threads": "many"}, ConfigError, 'threads: "many" is not a number from 1 to 1024'),
    ({"threads": 0}, ConfigError, 'threads: "0" is not a number'),
    ({"settings": [1]}, ConfigError, "settings: is not a mapping"),
    ({"settings": {"nosuch": 1}}, ConfigError, 'settings.nosuch: unrecognized configuration parameter "nosuch"'),
    ({"settings": {"TimeZone": "CET"}}, ConfigError, "settings.TimeZone: is set by whq and cannot be changed"),
    ({"extensions": ["nosuch"]}, ConfigError, "extensions: "),
    ({"attach": [{"alias": "x"}]}, ConfigError, "attach: an entry has no path"),
    ({"attach": [{"path": "x", "als": "y"}]}, ConfigError, 'attach: unknown key "als"; did you mean "alias"?'),
    ({"attach": [{"path": "x", "type": "sqlite"}]}, ConfigError, 'attach: type "sqlite" is not read'),
    ({"path": "dev.duckdb", "attach": ["dev.duckdb"]}, ConfigError, 'the name "dev" is taken'),
    ({"attach": [{"path": "dev.duckdb", "alias": "memory"}]}, ConfigError, 'the name "memory" is taken'),
]


@pytest.mark.parametrize(("fields", "kind", "words"), BAD, ids=[str(fields) for fields, _, _ in BAD])
def test_bad_profiles_say_what_is_wrong(
    project: Path, fields: dict[str, Any], kind: type[WhqError], words: str
) -> None:
    with pytest.raises(kind) as caught:
        opened(project, **fields)
    assert words in str(caught.value)
    assert not (project / "dve.duckdb").exists()


def test_a_list_is_a_setting_too(project: Path) -> None:
    session = opened(project, settings={"disabled_optimizers": "", "preserve_insertion_order": False})
    assert session.cursor().run("select current_setting('preserve_insertion_order')").columns == ((False,),)
    session.close()


def test_a_file_open_for_writing_says_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "busy.duckdb"
    with duckdb.connect(path), pytest.raises(ConnectError, match="open for writing by this process"):
        opened(tmp_path, path="busy.duckdb")
    script = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print(1, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(ConnectError, match=f"open for writing in process {writer.pid}"):
            opened(tmp_path, path="busy.duckdb")
        writer.kill()


def test_a_closed_session_gives_no_cursors(project: Path) -> None:
    session = opened(project, path="dev.duckdb")
    session.close()
    session.close()
    with pytest.raises(ConnectError):
        session.cursor()


def test_odd_database_names_work(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / 'my "da.ta".duckdb') as build:
        build.execute('create schema "s.1"')
        build.execute('create table "s.1"."select" (a integer)')
    session = opened(tmp_path, path='my "da.ta".duckdb', schema="s.1")
    assert session.relations()[0].parts == ('my "da.ta"', "s.1", "select")
    assert session.cursor().run('select count(*) from "select"').columns == ((0,),)
    session.close()


def test_unknown_types_of_target_have_a_near_name() -> None:
    with pytest.raises(ConfigError, match='no engine for targets of type "duckbd"; did you mean "duckdb"'):
        engine("duckbd")


def test_masking_removes_every_secret(tmp_path: Path) -> None:
    assert base.mask("a hunter2\nb", target(tmp_path)) == "a *** b"


def test_row_counts_are_known_without_a_scan(project: Path) -> None:
    session = opened(project, path="dev.duckdb", attach=[{"path": "other.duckdb"}])
    parquet, csv, gone = (str(project / "data" / name) for name in ("*.parquet", "y.csv", "gone.parquet"))
    asked = ["main.loans", "raw.loans", "dev.main.loans", "main.seen", "other.main.o", "nope", parquet, csv, gone]
    assert session.row_counts(asked) == {
        "main.loans": 1,
        "dev.main.loans": 1,
        "raw.loans": 0,
        "other.main.o": 0,
        parquet: 2,
    }
    session.close()


def test_a_name_of_two_tables_has_no_row_count() -> None:
    sizes = [(("a", "b.c"), 1), (("a.b", "c"), 2), (("x", "y"), 3)]
    assert base.estimates(sizes, ["a.b.c", "x.y"], ()) == {"x.y": 3}
