"""Files as DuckDB is told to read them: every row and every value arrives, or the file and the line are named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import _duckdb as duckdb
import pytest

from whq.config.spec import Target
from whq.engines import engine
from whq.engines.base import Session
from whq.errors import QueryError
from whq.sql.sources import table
from whq.values import FileOptions, FileSource

MANY = "".join(f"{number},{number}\n" for number in range(25_000))
"""More rows than DuckDB looks at by itself before it decides on a type."""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = engine("duckdb").connect(Target("dev", "duckdb", {}, tmp_path))
    yield session
    session.close()


def read(session: Session, root: Path, pattern: str, options: FileOptions = ()) -> tuple[dict[str, str], list[Any]]:
    """The columns' types, and the rows of the statement that whq would send."""
    kind = "csv" if ".csv" in pattern else "parquet"
    source, columns = session.describe_file(FileSource(str(root / pattern), kind, options))  # type: ignore[arg-type]
    statement = "select * from " + table(source, "duckdb", "t").sql("duckdb")
    rows = list(zip(*session.cursor().run(statement).columns, strict=True))
    return {column.name: column.native for column in columns}, rows


def write(root: Path, files: dict[str, str]) -> None:
    """CSV files hold the text; Parquet files the rows of the SELECT."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if ".csv" in name:
            path.write_text(text)
        else:
            with duckdb.connect() as connection:
                connection.execute(f"copy (select {text}) to '{path}'")


# --- values arrive as they are ------------------------------------------------------------------------------

LATE = [
    ("5.5", "DOUBLE", 5.5),
    ("1e3", "DOUBLE", 1000.0),
    ("x", "VARCHAR", "x"),
    ('"q"', "VARCHAR", "q"),
    ("", "BIGINT", None),
    ("99999999999999999999", "HUGEINT", 99999999999999999999),
]


@pytest.mark.parametrize(("text", "kind", "value"), LATE, ids=[item[0] or "empty" for item in LATE])
def test_a_value_beyond_the_first_rows_is_not_rounded_to_their_type(
    session: Session, tmp_path: Path, text: str, kind: str, value: object
) -> None:
    write(tmp_path, {"t.csv": f"id,a\n{MANY}7,{text}\n"})
    types, rows = read(session, tmp_path, "t.csv")
    assert (types["a"], rows[-1]) == (kind, (7, value))


def test_a_time_of_day_beyond_the_first_rows_is_kept(session: Session, tmp_path: Path) -> None:
    days = "".join(f"{number},2024-01-01\n" for number in range(25_000))
    write(tmp_path, {"t.csv": f"id,a\n{days}7,2024-01-02 10:00:00\n"})
    assert read(session, tmp_path, "t.csv")[1][-1] == (7, datetime(2024, 1, 2, 10))


CASTS = [
    ("cast(a as integer)", [2, 4]),
    ("cast(t as varchar)", ["2024-01-01 23:30:00", "2024-01-02 00:00:00"]),
    ("cast(t as date)", [date(2024, 1, 1), date(2024, 1, 2)]),
]


@pytest.mark.parametrize(("cast", "values"), CASTS)
def test_a_cast_is_one_of_the_columns_value_not_of_its_text(
    session: Session, tmp_path: Path, cast: str, values: list[Any]
) -> None:
    write(tmp_path, {"t.csv": "a,t\n2.5,01.01.2024 23:30\n3.5,02.01.2024 00:00\n"})
    options: FileOptions = (("timestampformat", "%d.%m.%Y %H:%M"),)
    source, _ = session.describe_file(FileSource(str(tmp_path / "t.csv"), "csv", options))
    statement = f"select {cast} from " + table(source, "duckdb", "t").sql("duckdb")
    assert list(session.cursor().run(statement).columns[0]) == values


def test_optimizers_that_the_profile_turns_off_stay_off(tmp_path: Path) -> None:
    settings = {"disabled_optimizers": "join_order"}
    session = engine("duckdb").connect(Target("dev", "duckdb", {"settings": settings}, tmp_path))
    found = session.cursor().run("select current_setting('disabled_optimizers')").columns[0][0]
    session.close()
    assert set(str(found).split(",")) - {"type_pushdown"} == {"join_order"}


FILES: list[tuple[str, dict[str, str], FileOptions, dict[str, str], list[Any]]] = [
    ("*.csv", {"1.csv": "id,a\n1,2\n", "2.csv": "a,id\n5.5,6\n"}, (), {"id": "BIGINT", "a": "DOUBLE"},
     [(1, 2.0), (6, 5.5)]),
    ("*.csv", {"1.csv": "id\n1\n", "2.csv": "id,b\n2,x\n"}, (), {"id": "BIGINT", "b": "VARCHAR"},
     [(1, None), (2, "x")]),
    ("*.csv", {"1.csv": "id,a\n", "2.csv": "id,a\n1,2\n", "3.csv": "id,a\n3,\n"}, (),
     {"id": "BIGINT", "a": "BIGINT"}, [(1, 2), (3, None)]),
    ("*.csv", {"1.csv": "d\n2024-01-01\n", "2.csv": "d\n2024-01-02 10:00:00\n"}, (), {"d": "TIMESTAMP"},
     [(datetime(2024, 1, 1),), (datetime(2024, 1, 2, 10),)]),
    ("*.csv", {"1.csv": "s,n\n\"x,y\",1\n", "2.csv": "s,n\nz,2\n"}, (), {"s": "VARCHAR", "n": "BIGINT"},
     [("x,y", 1), ("z", 2)]),
    ("*.csv", {"1.csv": "id,a\n1,2\n", "2.csv": "id,a\n3,x\n"}, (("types", (("a", "varchar"),)),),
     {"id": "BIGINT", "a": "VARCHAR"}, [(1, "2"), (3, "x")]),
    ("**/*.csv", {"d=1/1.csv": "id\n1\n", "d=x/2.csv": "id,b\n2.5,3\n"}, (),
     {"id": "DOUBLE", "b": "BIGINT", "d": "VARCHAR"}, [(1.0, None, "1"), (2.5, 3, "x")]),
    ("t.csv", {"t.csv": "id;a\n1;2,5\n"}, (("delim", ";"),), {"id": "BIGINT", "a": "VARCHAR"}, [(1, "2,5")]),
    ("t.csv", {"t.csv": "# made by x\nid,a\n1,2\n"}, (("skip", 1),), {"id": "BIGINT", "a": "BIGINT"}, [(1, 2)]),
    ("t.csv", {"t.csv": "# made by x\nid,a\n1,2\n#3,4\n"}, (("comment", "#"),), {"id": "BIGINT", "a": "BIGINT"},
     [(1, 2)]),
    ("t.csv", {"t.csv": "id,a\n1,2\n#3,4\n"}, (), {"id": "VARCHAR", "a": "BIGINT"}, [("1", 2), ("#3", 4)]),
    ("t.csv", {"t.csv": "x\ny\n"}, (("header", False),), {"column0": "VARCHAR"}, [("x",), ("y",)]),
    ("t.csv", {"t.csv": "d\n03/04/2024\n"}, (("dateformat", "%m/%d/%Y"),), {"d": "DATE"}, [(date(2024, 3, 4),)]),
    ("t.csv", {"t.csv": "zip\n10115\n"}, (("types", (("zip", "varchar"),)),), {"zip": "VARCHAR"}, [("10115",)]),
    ("t.csv", {"t.csv": '"amount, EUR"\n1\n2\n'}, (), {"amount, EUR": "BIGINT"}, [(1,), (2,)]),
    ("t.csv", {"t.csv": "odd 'name',\"a \"\"b\"\"\"\n1,2\n"}, (), {"odd 'name'": "BIGINT", 'a "b"': "BIGINT"},
     [(1, 2)]),
    ("t.csv", {"t.csv": ""}, (), {"column0": "VARCHAR"}, []),
    ("*.parquet", {"1.parquet": "1::int as a", "2.parquet": "2.5::double as a"}, (), {"a": "DOUBLE"},
     [(1.0,), (2.5,)]),
    ("*.parquet", {"1.parquet": "9007199254740992::bigint as a", "2.parquet": "2.5::double as a"}, (),
     {"a": "DOUBLE"}, [(9007199254740992.0,), (2.5,)]),
    ("*.parquet", {"1.parquet": "null::bigint as a", "2.parquet": "2.5::double as a"}, (), {"a": "DOUBLE"},
     [(None,), (2.5,)]),
    ("*.parquet", {"1.parquet": "1 as a", "2.parquet": "2.25::decimal(10, 2) as a"}, (), {"a": "DECIMAL(12,2)"},
     [(Decimal("1.00"),), (Decimal("2.25"),)]),
    ("*.parquet", {"1.parquet": "1.5::decimal(10, 1) as a", "2.parquet": "2.5::double as a"}, (), {"a": "DOUBLE"},
     [(1.5,), (2.5,)]),
    ("*.parquet", {"1.parquet": "1 as a", "2.parquet": "2 as a, 3 as b", "3.parquet": "4 as b, 5 as a"}, (),
     {"a": "INTEGER", "b": "INTEGER"}, [(1, None), (2, 3), (5, 4)]),
    ("*.parquet", {"1.parquet": "date '2024-01-01' as a", "2.parquet": "timestamp '2024-01-02 10:00' as a"}, (),
     {"a": "TIMESTAMP"}, [(datetime(2024, 1, 1),), (datetime(2024, 1, 2, 10),)]),
    ("**/*.parquet", {"d=1/1.parquet": "1 as a", "d=x/2.parquet": "2.5::double as a"}, (),
     {"a": "DOUBLE", "d": "VARCHAR"}, [(1.0, "1"), (2.5, "x")]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "files", "options", "types", "rows"), FILES)
def test_files_are_read_as_they_are_written(
    session: Session,
    tmp_path: Path,
    pattern: str,
    files: dict[str, str],
    options: FileOptions,
    types: dict[str, str],
    rows: list[Any],
) -> None:
    write(tmp_path, files)
    assert read(session, tmp_path, pattern, options) == (types, rows)


# --- what cannot be read so is named ------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, str], FileOptions, str]] = [
    ("t.csv", {"t.csv": "id,a\n1,2\n2\n3,4,5\n"}, (),
     'line 3 of t.csv has 1 column where 2 are expected (the first line, cut at ","); mend the file, or say'),
    ("t.csv", {"t.csv": f"id,a\n{MANY}1,2,3\n"}, (), "line 25002 of t.csv has 3 columns where 2 are expected"),
    ("t.csv", {"t.csv": "id,a\n" + "".join(f"{i},{i}{',9' if i == 500 else ''}\n" for i in range(1011))}, (),
     "line 502 of t.csv has 3 columns where 2 are expected"),
    ("t.csv", {"t.csv": "id,a,b\n1,2\n3,4\n"}, (), "line 2 of t.csv has 2 columns where 3 are expected"),
    ("t.csv", {"t.csv": "id,a\n1,2,3\n"}, (("delim", ","),), "line 2 of t.csv has 3 columns where 2 are expected"),
    ("t.csv", {"t.csv": "made by x\nid,a\n1,2\n"}, (),
     "t.csv has 2 columns, but the first line cannot be read so; if they are no rows, write table: {path: …, skip: 1}"),
    ("t.csv", {"t.csv": "a\n1\n"}, (("types", (("b", "varchar"),)),), '"b" do not exist in the CSV File; check'),
    ("t.csv", {"t.csv": "a\n1\n"}, (("types", (("a", "varchr"),)),), "Type with name varchr does not exist"),
    ("*.csv", {"1.csv": "a\n1\n", "2.csv": "a\nx\n"}, (),
     'column "a" is VARCHAR in 2.csv and BIGINT in 1.csv; say which it is: table: {path: …, types: {a: varchar}}'),
    ("*.csv", {"1.csv": "id,a\n1,2\n", "2.csv": "3,4\n"}, (),
     "header is true in 1.csv and false in 2.csv; say which it is: table: {path: …, header: …}"),
    ("*.csv", {"1.csv": "id,a\n1,2\n", "2.csv": "id;a\n3;4\n"}, (), "delim is ',' in 1.csv and ';' in 2.csv"),
    ("*.csv", {"1.csv": "d\n01/02/2024\n", "2.csv": "d\n02/25/2024\n"}, (),
     "dateformat is '%d/%m/%Y' in 1.csv and '%m/%d/%Y' in 2.csv; say which it is: table: {path: …, dateformat: …}"),
    ("*.csv", {"1.csv": "id,a\n1,2\n", "2.csv": ""}, (), "2.csv is empty, without the header"),
    *[("*.parquet", {"1.parquet": f"{one} as a", "2.parquet": f"{two} as a"}, (), words) for one, two, words in [
        ("9007199254740993::bigint", "2.5::double", 'column "a" is BIGINT in 1.parquet and DOUBLE in 2.parquet'),
        ("16777217::int", "2.5::float", 'column "a" is INTEGER in 1.parquet and FLOAT in 2.parquet'),
        ("1.5::decimal(18, 2)", "2.5::double", "DECIMAL(18,2) in 1.parquet and DOUBLE in 2.parquet"),
        ("1.5::decimal(38, 1)", "0.1234567::decimal(8, 7)", "DECIMAL(8,7) in 2.parquet and DECIMAL(38,1) in 1.parquet"),
        ("1", "'x'", "INTEGER in 1.parquet and VARCHAR in 2.parquet"),
        ("true", "2", "BOOLEAN in 1.parquet and INTEGER in 2.parquet"),
        ("uuid()", "'x'", "UUID in 1.parquet and VARCHAR in 2.parquet"),
        ("date '2024-01-01'", "1", "DATE in 1.parquet and INTEGER in 2.parquet"),
    ]],
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "files", "options", "words"), REFUSED)
def test_files_that_cannot_be_read_as_one_table_are_named(
    session: Session, tmp_path: Path, pattern: str, files: dict[str, str], options: FileOptions, words: str
) -> None:
    write(tmp_path, files)
    with pytest.raises(QueryError) as caught:
        read(session, tmp_path, pattern, options)
    assert words in str(caught.value).replace(f"{tmp_path}/", "")
    assert caught.value.problems[0].code == "WHQ-E111"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_called_so(session: Session, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes("id,näme\n1,x\n".encode(encoding))
    with pytest.raises(QueryError, match=r"^line 1 of .*t\.csv is not UTF-8; check that the file is whole"):
        read(session, tmp_path, "t.csv")


def test_a_value_that_is_not_of_the_type_asked_for_is_placed_and_not_shown(session: Session, tmp_path: Path) -> None:
    write(tmp_path, {"t.csv": "zip\n10115\nsecret\n"})
    with pytest.raises(QueryError) as caught:
        read(session, tmp_path, "t.csv", (("types", (("zip", "integer"),)),))
    problem = caught.value.problems[0]
    assert f'line 3 of {tmp_path}/t.csv: the value of column "zip" cannot be converted to INTEGER' == problem.message
    assert problem.code == "WHQ-E207" and "types" in str(problem.hint) and "secret" not in str(problem)
