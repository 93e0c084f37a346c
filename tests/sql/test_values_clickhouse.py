"""Every values fixture and every shape on ClickHouse, in process, where `chdb` is installed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.sql.meanings import Meaning, ask, meanings
from tests.sql.regenerate import SHAPES
from tests.sql.runner import Case, DuckDB, cases, run
from tests.sql.shapes import rows_of
from whq.sql.dialects import dialect
from whq.values import TableSource

chdb = pytest.importorskip("chdb")

TYPES = {
    "TINYINT": "Int8", "SMALLINT": "Int16", "INTEGER": "Int32", "BIGINT": "Int64", "HUGEINT": "Int128",
    "FLOAT": "Float32", "REAL": "Float32", "DOUBLE": "Float64", "VARCHAR": "String", "BOOLEAN": "Bool",
    "DATE": "Date32", "TIMESTAMP": "DateTime64(6, 'UTC')", "TIMESTAMPTZ": "DateTime64(6, 'UTC')", "BLOB": "String",
}  # fmt: skip
GAPS = {"metrics/distinct_count: minus zero is zero": "count(distinct) of ClickHouse takes 0.0 and -0.0 for two values"}


class ClickHouse:
    """The engine in this process; it can be opened once."""

    dialect = "clickhouse"

    def __init__(self) -> None:
        self.session = chdb.connect(":memory:")
        self.session.query("create database if not exists fixtures")

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        typed = ", ".join(f"{quote(column)} {nullable(kind)}" for column, kind in columns.items())
        self.session.query(f"drop table if exists fixtures.{quote(name)}")
        self.session.query(f"create table fixtures.{quote(name)} ({typed}) engine = Memory")
        for row in rows:
            values = ", ".join(literal(value, kind) for value, kind in zip(row, columns.values(), strict=True))
            self.session.query(f"insert into fixtures.{quote(name)} values ({values})")
        return TableSource(("fixtures", name))

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        plain = f"{text}, output_format_json_quote_denormals = 1"
        try:
            answer = json.loads(self.session.query(plain, "JSONCompact").bytes())
        except RuntimeError:
            self.session.query("select 1")  # what a failed query has written stands before the next answer
            raise
        kinds = [column["type"] for column in answer["meta"]]
        return [tuple(value_of(*pair) for pair in zip(row, kinds, strict=True)) for row in answer["data"]]


def quote(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nullable(kind: str) -> str:
    return f"Nullable({TYPES.get(kind.upper(), kind)})"


def literal(value: Any, kind: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (bool, int, float)) and kind.upper() != "VARCHAR":
        return str(value).lower()
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def value_of(value: Any, kind: str) -> Any:
    if value is None or "String" in kind or "Bool" in kind:
        return value
    if "Int" in kind:
        return int(value)
    return value.removesuffix(".000000") if "Date" in kind else float(value)


@pytest.fixture(scope="module")
def engine() -> Iterator[ClickHouse]:
    found = ClickHouse()
    yield found
    found.session.close()


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_values(case: Case, engine: ClickHouse, request: pytest.FixtureRequest) -> None:
    if str(case) in GAPS:
        request.applymarker(pytest.mark.xfail(reason=GAPS[str(case)], strict=True))
    run(case, engine)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str, engine: ClickHouse) -> None:
    assert rows_of(name, engine) == rows_of(name, DuckDB())


@pytest.mark.parametrize("meaning", list(meanings()), ids=str)
def test_meanings(meaning: Meaning, engine: ClickHouse) -> None:
    ask(meaning, engine)


def test_functions_that_are_known_in_capitals_only_are_printed_so(engine: ClickHouse) -> None:
    """`in_capitals` names what user SQL may call of them; the others are refused."""
    text = "select name from system.functions where name = upper(name) and name != lower(name) and not case_insensitive"
    names = set(engine.session.query(text, "TabSeparated").bytes().decode().split())
    refused = {"DATE_DIFF", "TIMESTAMP_DIFF", "MAP_FROM_ARRAYS", "SVG", "WKB", "WKT"}
    assert names - dialect("clickhouse").in_capitals == refused
