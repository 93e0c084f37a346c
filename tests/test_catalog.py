"""Written names: what they resolve to, and what is said when they do not."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb
import pytest

from whq.catalog import (
    Catalog,
    Offline,
    Relation,
    column_of,
    from_file,
    is_file_name,
    is_string,
    logical_type,
    resolve_column,
    split_name,
    written_name,
)
from whq.errors import ConfigError, Location, Problem, QueryError
from whq.values import Column, FileSource, Fragment, TableSource, Written

COLUMNS = (Column("a", "integer", "INTEGER"),)
THREE = [
    ("dev", "main", "loans"), ("dev", "main", "Twin"), ("dev", "main", "twin"), ("dev", "main", "my.table"),
    ("dev", "raw", "loans"), ("dev", "raw", "orders"), ("dev", "Raw", "Mixed"), ("far", "main", "away"),
    ("far", "raw", "orders"), ("far", "deep", "only"), ("dev", "main", 'Order "Amount"'),
]  # fmt: skip
TWO = [("public", "loans"), ("Analytics", "loans"), ("analytics", "scores"), ("other", "scores")]


class Stub:
    """A warehouse that counts what it is asked."""

    dialect = "duckdb"

    def __init__(self, names: list[tuple[str, ...]], path: tuple[tuple[str, ...], ...]) -> None:
        self.names, self.search_path = names, path
        self.asked: list[object] = []
        self.error: QueryError | None = None

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        self.asked.append(names)
        return tuple(Relation(name, COLUMNS) for name in self.names if names is None or name[-1].lower() in names)

    def describe(self, sql: str) -> tuple[Column, ...]:
        self.asked.append(sql)
        if self.error:
            raise self.error
        return COLUMNS

    def describe_file(self, source: FileSource) -> tuple[FileSource, tuple[Column, ...]]:
        return source, self.describe(source.path)


def three() -> Catalog:
    return Catalog(Stub(THREE, (("dev", "main"),)))


def two() -> Catalog:
    return Catalog(Stub(TWO, (("analytics",), ("public",))))


FOUND = [
    (three, "loans", ("main", "loans")),
    (three, "LOANS", ("main", "loans")),
    (three, "twin", ("main", "twin")),
    (three, '"my.table"', ("main", "my.table")),
    (three, "main.`my.table`", ("main", "my.table")),
    (three, ' raw . "orders" ', ("raw", "orders")),
    (three, "raw.orders", ("raw", "orders")),
    (three, "raw.mixed", ("Raw", "Mixed")),
    (three, "dev.raw.loans", ("raw", "loans")),
    (three, "far.raw.orders", ("far", "raw", "orders")),
    (three, "deep.only", ("far", "deep", "only")),
    (three, "far.away", ("far", "main", "away")),
    (three, "Dev.Loans", ("main", "loans")),
    (three, '"Order ""Amount"""', ("main", 'Order "Amount"')),
    (two, "loans", ("public", "loans")),
    (two, "analytics.loans", ("Analytics", "loans")),
    (two, "scores", ("analytics", "scores")),
    (two, "other.scores", ("other", "scores")),
]


@pytest.mark.parametrize(("catalog", "written", "parts"), FOUND, ids=[item[1] for item in FOUND])
def test_names_resolve(catalog: Any, written: str, parts: tuple[str, ...]) -> None:
    assert catalog().table(written).source == TableSource(parts)


UNKNOWN = [
    (three, "lons", 'unknown table "lons"; did you mean "loans"?', "WHQ-E101"),
    (three, "orders", 'unknown table "orders"; did you mean "raw.orders"?', "WHQ-E101"),
    (three, "rw.orders", 'unknown table "rw.orders"; did you mean "raw.orders"?', "WHQ-E101"),
    (three, "nowhere.orders", 'unknown table "nowhere.orders"; did you mean "raw.orders"?', "WHQ-E101"),
    (three, "TWIN", 'table "TWIN" may be any of dev.main.Twin, dev.main.twin; write the full name exactly', "WHQ-E102"),
    (three, "zzz", 'unknown table "zzz"; allowed: "Order ""Amount""", "my.table", Raw.Mixed, Twin, far', "WHQ-E101"),
    (three, "my_table", 'unknown table "my_table"; did you mean ""my.table""?', "WHQ-E101"),
    (two, "ANALYTICS.LOANS", None, None),
    (three, "a..b", '"a..b" is not a table name; write schema.table', "WHQ-E110"),
    (three, "a.b.c.d", '"a.b.c.d" is not a table name', "WHQ-E110"),
    (three, '"open', "is not a table name", "WHQ-E110"),
    (three, "", "is not a table name", "WHQ-E110"),
]


@pytest.mark.parametrize(("catalog", "written", "words", "code"), UNKNOWN, ids=[item[1] for item in UNKNOWN])
def test_unknown_names_have_near_ones(catalog: Any, written: str, words: str | None, code: str | None) -> None:
    place = Location("loans.yml", 3, 12)
    if words is None:
        assert catalog().table(written).label == "Analytics.loans"
        return
    with pytest.raises(ConfigError) as caught:
        catalog().table(Written(written, place))
    problem = caught.value.problems[0]
    assert words in str(problem) and problem.code == code
    assert problem.location == place


def test_an_empty_warehouse_says_so() -> None:
    with pytest.raises(ConfigError, match="this user sees no tables there"):
        Catalog(Stub([], ())).table("loans")


def test_the_warehouse_is_asked_once() -> None:
    stub = Stub(THREE, (("dev", "main"),))
    catalog = Catalog(stub)
    catalog.expect(["loans", "raw.Orders", "files/x.parquet", "a..b"])
    for _ in range(3):
        catalog.table("loans")
        catalog.table("raw.orders")
    assert stub.asked == [{"loans", "orders"}]
    for _ in range(3):
        assert catalog.describe(Fragment("select 1", "duckdb")) == COLUMNS
    assert stub.asked[1:] == ["select 1"]


def test_of_tables_that_nobody_names_nothing_is_read() -> None:
    stub = Stub(THREE, (("dev", "main"),))
    catalog = Catalog(stub)
    assert catalog.table("MAIN.Loans").label == "main.loans"
    assert stub.asked == [{"loans"}]


def test_all_are_read_for_the_nearest_names_and_for_names_that_engines_fold_otherwise() -> None:
    stub = Stub([*THREE, ("dev", "main", "Äpfel")], (("dev", "main"),))
    with pytest.raises(ConfigError, match=r'unknown table "loan"; did you mean "loans"\?'):
        Catalog(stub).table("loan")
    assert stub.asked == [{"loan"}, None]
    stub.asked.clear()
    assert Catalog(stub).table("äPFEL").label == 'main."Äpfel"'
    assert stub.asked == [None]


def test_a_refused_query_is_a_mistake_in_the_project_and_a_lost_connection_is_not() -> None:
    stub = Stub(THREE, ())
    stub.error = QueryError(Problem("WHQ-E206", "query", "no column x"))
    place = Location("loans.yml", 5, 12)
    with pytest.raises(ConfigError, match=r"loans\.yml:5:12: no column x"):
        Catalog(stub).describe(Fragment("select x", "duckdb"), place)
    with pytest.raises(ConfigError, match=r"loans\.yml:5:12: no column x"):
        Catalog(stub).describe(Written("select x", place))
    stub.error = QueryError(Problem("WHQ-E209", "connect", "gone"))
    with pytest.raises(QueryError, match="gone"):
        Catalog(stub).describe("select x")


# --- columns ------------------------------------------------------------------------------------------------


def test_columns_resolve_exactly_or_by_case() -> None:
    columns = tuple(Column(name, "integer") for name in ("Amount", "amount", "naïve col", "select", "ID"))
    for written, name in (("Amount", "Amount"), ("amount", "amount"), ("NAÏVE COL", "naïve col"), ("id", "ID")):
        assert resolve_column(columns, written).name == name
    place = Location("loans.yml", 4, 1)
    with pytest.raises(ConfigError, match=r'loans.yml:4:1: column "AMOUNT" of raw.t may be any of "Amount", "amount"'):
        resolve_column(columns, Written("AMOUNT", place), "raw.t")
    with pytest.raises(ConfigError, match=r'unknown column "amonut" in raw.t; did you mean "amount"\?'):
        resolve_column(columns, "amonut", "raw.t")


TYPES = [
    ("INTEGER", "", "integer"), ("HUGEINT", "", "integer"), ("DECIMAL(18,2)", "", "decimal"), ("DOUBLE", "", "float"),
    ("double precision", "", "float"), ("character varying(20)", "", "text"), ("VARCHAR", "", "text"),
    ("ENUM('a', 'b')", "", "text"), ("BOOLEAN", "", "boolean"), ("DATE", "", "date"), ("TIMESTAMP", "", "timestamp"),
    ("TIMESTAMP WITH TIME ZONE", "", "timestamptz"), ("timestamp(3) with time zone", "", "timestamptz"),
    ("timestamp without time zone", "", "timestamp"), ("time without time zone", "", "time"),
    ("time with time zone", "", "time"), ("BLOB", "", "binary"), ("INTEGER[]", "", "other"),
    ("INTEGER[3]", "", "other"),
    ("STRUCT(a INTEGER)", "", "other"), ("Nullable(Int64)", "clickhouse", "integer"),
    ("LowCardinality(Nullable(String))", "clickhouse", "text"), ("DateTime64(3)", "clickhouse", "timestamp"),
    ("NUMBER(38,0)", "snowflake", "integer"), ("NUMBER(10,2)", "snowflake", "decimal"),
    ("NUMBER", "snowflake", "integer"),
    ("TIMESTAMP_NTZ(9)", "snowflake", "timestamp"), ("TIMESTAMP", "bigquery", "timestamptz"),
    ("INT64", "bigquery", "integer"),
    ("DATETIME", "bigquery", "timestamp"), ("BIGNUMERIC", "bigquery", "decimal"), ("timestamp", "spark", "timestamptz"),
    ("bit(8)", "mysql", "binary"), ("jsonb", "postgres", "text"),
    ("json", "postgres", "other"), ("JSON", "duckdb", "text"), ("uuid", "", "text"),
    ("money", "postgres", "other"), ("nonsense", "", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("native", "dialect", "kind"), TYPES, ids=[item[0] for item in TYPES])
def test_native_types_are_logical_ones(native: str, dialect: str, kind: str) -> None:
    assert logical_type(native, dialect) == kind


@pytest.mark.parametrize(
    ("dialect", "four_bytes", "eight_bytes"),
    [
        ("duckdb", ("FLOAT", "REAL"), ("DOUBLE",)),
        ("postgres", ("real", "float4"), ("double precision", "numeric")),
        ("clickhouse", ("Float32", "Nullable(Float32)"), ("Float64",)),
        ("mysql", ("float", "float(7,2)"), ("double",)),
        ("spark", ("float",), ("double",)),
        ("trino", ("real",), ("double",)),
        ("snowflake", (), ("FLOAT", "REAL", "FLOAT4")),
        ("bigquery", (), ("FLOAT64",)),
    ],
)
def test_floats_of_four_bytes(dialect: str, four_bytes: tuple[str, ...], eight_bytes: tuple[str, ...]) -> None:
    assert [name for name in four_bytes if not column_of("r", name, dialect).is_single] == []
    assert [name for name in eight_bytes if column_of("r", name, dialect).is_single] == []


def test_texts_that_are_no_strings_to_the_engine() -> None:
    strings = ("", "VARCHAR", "character varying(20)", "LowCardinality(Nullable(String))", "citext", "bpchar")
    assert all(map(is_string, strings))
    others = ("UUID", "enum", "ENUM('a', 'b')", "Enum8('a' = 1)", "jsonb", "inet", "Nullable(UUID)")
    assert not any(map(is_string, others))


def test_names_are_written_as_they_are_read() -> None:
    for parts in (("a", "b"), ("my.table",), ('a "b"', "select x"), ("naïve",), ("new\nline", "😀")):
        assert split_name(written_name(parts)) == parts


# --- files --------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    outside = tmp_path / "outside"
    for folder in (root / "data", outside):
        folder.mkdir(parents=True)
    for name in (
        root / "data/x.parquet",
        root / "data/y.parquet",
        root / "a.CSV",
        outside / "o.parquet",
        outside / "s.csv",
    ):
        name.write_text("")
    (root / "data/link.parquet").symlink_to(outside / "o.parquet")
    return root


FILES = [
    ("data/x.parquet", "data/x.parquet", "parquet"),
    ("./data/../data/x.parquet", "data/x.parquet", "parquet"),
    ("data/[xy].parquet", "data/[xy].parquet", "parquet"),
    ("**/x*.parquet", "**/x*.parquet", "parquet"),
    ("a.CSV", "a.CSV", "csv"),
    ("{root}/data/y.parquet", "data/y.parquet", "parquet"),
]


@pytest.mark.parametrize(("written", "path", "kind"), FILES, ids=[item[0] for item in FILES])
def test_files_of_the_project_are_tables(project: Path, written: str, path: str, kind: str) -> None:
    stub = Stub([], ())
    found = Catalog(stub, [project]).table(written.format(root=project))
    assert found.source == FileSource(str(project / path), kind)  # type: ignore[arg-type]
    assert (found.kind, found.columns) == ("file", COLUMNS)


BAD_FILES = [
    ("../outside/o.parquet", "is outside of the folders that may be read", "WHQ-E105"),
    ("../outside/none.parquet", "is outside of the folders that may be read", "WHQ-E105"),
    ("../outside/*.parquet", "is outside of the folders that may be read", "WHQ-E105"),
    ("/etc/passwd.csv", "is outside of the folders that may be read", "WHQ-E105"),
    ("~/x.csv", "is outside of the folders that may be read", "WHQ-E105"),
    ("data/*.parquet", "is outside of the folders that may be read", "WHQ-E105"),
    ("https://example.org/x.csv", "is not a local file", "WHQ-E105"),
    ("s3://bucket/x.parquet", "is not a local file", "WHQ-E105"),
    ("data/x.parqet", "is not a known kind of file; allowed endings: .parquet, .parq", "WHQ-E106"),
    ("data/xx.parquet", 'does not exist; did you mean "x.parquet"?', "WHQ-E106"),
    ("date/x.parquet", "does not exist; searched from", "WHQ-E106"),
    ("none/*.csv", "does not exist", "WHQ-E106"),
]


@pytest.mark.parametrize(("written", "words", "code"), BAD_FILES, ids=[item[0] for item in BAD_FILES])
def test_other_files_are_refused(project: Path, written: str, words: str, code: str) -> None:
    place = Location("loans.yml", 2, 9)
    with pytest.raises(ConfigError) as caught:
        Catalog(Stub([], ()), [project]).table(Written(written, place))
    assert words in str(caught.value)
    assert caught.value.problems[0].code == code and caught.value.problems[0].location == place


def test_allowed_folders_are_searched_too(project: Path) -> None:
    outside = project.parent / "outside"
    catalog = Catalog(Stub([], ()), [project, outside])
    for written in ("o.parquet", "../outside/o.parquet", str(outside / "o.parquet")):
        assert catalog.table(written).source == FileSource(str(outside / "o.parquet"), "parquet")
    assert catalog.table("data/*.parquet").kind == "file"


def test_files_belong_to_duckdb(project: Path) -> None:
    stub = Stub([], ())
    stub.dialect = "postgres"
    with pytest.raises(ConfigError, match="files are tables on duckdb only, not on postgres"):
        Catalog(stub, [project]).table("data/x.parquet")


def test_a_broken_file_is_a_mistake_in_the_project(project: Path) -> None:
    stub = Stub([], ())
    stub.error = QueryError(Problem("WHQ-E111", "catalog", "x.parquet cannot be read"))
    with pytest.raises(ConfigError, match=r"loans.yml:1:1: x.parquet cannot be read"):
        Catalog(stub, [project]).table(Written("data/x.parquet", Location("loans.yml")))


def test_quoted_names_are_no_files() -> None:
    assert is_file_name("a/b") and is_file_name("x.csv") and is_file_name("raw.PARQUET")
    assert not is_file_name('"a/b"') and not is_file_name('main."x.csv"') and not is_file_name("main.`a/b`.c")


# --- offline ------------------------------------------------------------------------------------------------

DOCUMENT = {
    "dialect": "duckdb",
    "tables": {
        "analytics.loans": {"Loan": "bigint", "at": "timestamp"},
        "raw.loans": {"a": "text"},
        "solo": {"x": "date"},
    },
    "files": {"data/x.parquet": {"a": "integer"}},
    "queries": {"select 1": {"n": "bigint"}},
}


def written_catalog(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "catalog.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_a_catalog_file_answers_without_a_connection(tmp_path: Path) -> None:
    catalog = Catalog(from_file(written_catalog(tmp_path, DOCUMENT)), [tmp_path])
    loans = catalog.table("analytics.LOANS")
    assert loans.source == TableSource(("analytics", "loans"))
    assert loans.columns == (Column("Loan", "integer", "bigint"), Column("at", "timestamp", "timestamp"))
    assert catalog.table("solo").source == TableSource(("solo",))
    assert catalog.table("data/x.parquet").source == FileSource(str(tmp_path / "data/x.parquet"), "parquet")
    assert catalog.describe("select 1") == (Column("n", "integer", "bigint"),)
    with pytest.raises(ConfigError, match=r"may be any of analytics\.loans, raw.loans"):
        catalog.table("loans")
    with pytest.raises(ConfigError, match=r'does not hold the columns of "select 2"; add it under "queries"'):
        catalog.describe("select 2")
    with pytest.raises(ConfigError, match=r'does not hold the columns of "data/y\.parquet"'):
        catalog.table("data/y.parquet")


def test_the_dialect_can_be_chosen(tmp_path: Path) -> None:
    found = from_file(written_catalog(tmp_path, {"tables": {"t": {"a": "TIMESTAMP"}}}), "bigquery")
    assert (found.dialect, found.tables[0].columns[0].type) == ("bigquery", "timestamptz")


BAD_CATALOGS = [
    ("{", "catalog file is not JSON"),
    ("[]", "does not hold a mapping"),
    ({"tabels": {}}, 'unknown key "tabels"; did you mean "tables"?'),
    ({"tables": []}, None),
    ({"tables": [1]}, '"tables" is not a mapping of names to columns'),
    ({"tables": {"t": "a"}}, '"tables" is not a mapping of names to columns'),
]


@pytest.mark.parametrize(("document", "words"), BAD_CATALOGS, ids=[str(item[0]) for item in BAD_CATALOGS])
def test_bad_catalog_files_say_what_is_wrong(tmp_path: Path, document: object, words: str | None) -> None:
    path = written_catalog(tmp_path, document)
    if words is None:
        assert from_file(path).relations() == ()
        return
    with pytest.raises(ConfigError) as caught:
        from_file(path)
    assert words in str(caught.value) and str(caught.value).startswith(str(path))


def test_an_unreadable_catalog_file_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        from_file(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes(b'{"dialect": "\xff"}')
    with pytest.raises(ConfigError, match="is not UTF-8"):
        from_file(tmp_path / "latin.json")


def test_a_composite_type_is_written_as_a_mapping_of_its_fields(tmp_path: Path) -> None:
    given = {"dialect": "postgres", "tables": {"t": {"id": "integer", "pair": {"a": "integer", "in": {"z": "text"}}}}}
    live = Catalog(from_file(written_catalog(tmp_path, given)))
    live.to_file(tmp_path / "again.json")
    again = Catalog(from_file(tmp_path / "again.json")).table("t").columns
    inner = Column("in", "other", "row", fields=(Column("z", "text", "text"),))
    pair = Column("pair", "other", "row", fields=(Column("a", "integer", "integer"), inner))
    assert again == live.table("t").columns == (Column("id", "integer", "integer"), pair)


def test_a_dump_gives_the_same_answers(tmp_path: Path) -> None:
    from whq.config.spec import Target
    from whq.engines import engine

    with duckdb.connect(tmp_path / "dev.duckdb") as build:
        build.execute(
            'create table "Loans" (id integer, "naïve col" decimal(10, 2)); create schema raw;'
            "create table raw.t (a date)"
        )
        build.execute(f"copy (select 1 as a) to '{tmp_path}/x.parquet'")
    session = engine("duckdb").connect(Target("dev", "duckdb", {"path": "dev.duckdb"}, tmp_path))
    live = Catalog(session, [tmp_path])
    live.table("x.parquet")
    live.describe("select id from Loans")
    live.to_file(tmp_path / "catalog.json")
    session.close()
    offline = Catalog(from_file(tmp_path / "catalog.json"), [tmp_path])
    for name in ("loans", "raw.t", "dev.raw.t", "x.parquet"):
        one, other = live.table(name), offline.table(name)
        assert (one.source, [(c.name, c.type) for c in one.columns]) == (
            other.source,
            [(c.name, c.type) for c in other.columns],
        )
    assert [column.name for column in offline.describe("select id from Loans")] == ["id"]
    assert isinstance(from_file(tmp_path / "catalog.json"), Offline)
