"""Every values fixture and every shape on GoogleSQL's own analyzer and evaluator, where `zetasql` is installed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.sql.meanings import Meaning, ask, meanings
from tests.sql.regenerate import SHAPES
from tests.sql.runner import Case, DuckDB, cases, run
from tests.sql.shapes import rows_of
from whq.monitors.judge import as_single
from whq.values import TableSource

api = pytest.importorskip("zetasql.api")
types = pytest.importorskip("zetasql.types")

EPOCH = date(1970, 1, 1)
KINDS = {"VARCHAR": "STRING", "BOOLEAN": "BOOL", "DATE": "DATE", "TIMESTAMP": "DATETIME", "TIMESTAMPTZ": "DATETIME"}
FRACTIONS = ("DOUBLE", "FLOAT", "REAL", "DECIMAL")
FIELDS = ("int64_value", "bool_value", "double_value", "string_value")
GAPS = {
    "profile/histogram: within each chunk of both periods": "its reference compares a DATETIME with a TIMESTAMP literal"
}


@pytest.fixture(autouse=True, scope="module")
def compiled_once() -> None:
    """The analyzer is WebAssembly; compiled it is kept in the user's cache."""
    import wasmtime
    import zetasql.core.wasm_client as client

    class Cached(wasmtime.Config):
        def __init__(self) -> None:
            super().__init__()
            self.cache = True

    client.Config = Cached


class GoogleSQL:
    """Tables in memory; each statement is analyzed anew."""

    dialect = "bigquery"

    def __init__(self) -> None:
        language = types.LanguageOptions.maximum_features()
        self.options = types.AnalyzerOptions(language_options=language)
        self.functions = types.ZetaSQLBuiltinFunctionOptions(language_options=language)
        self.tables: dict[str, tuple[Any, Any]] = {}

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        table = api.TableBuilder(name)
        for column, kind in columns.items():
            table = table.add_column(column, getattr(types.TypeKind, f"TYPE_{kind_of(kind)}"))
        listed = [
            types.TableData.Row(cell=[cell(*pair) for pair in zip(row, columns.values(), strict=True)]) for row in rows
        ]
        self.tables[name] = (table.build(), types.TableContent(table_data=types.TableData(row=listed)))
        return TableSource((name,))

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        catalog = api.CatalogBuilder("fixtures")
        for table, _ in self.tables.values():
            catalog = catalog.add_table(table)
        builder = api.PreparedQuery.builder().set_sql(text).set_analyzer_options(self.options)
        builder = builder.set_catalog(catalog.with_builtin_functions(self.functions).build())
        content = {name: rows for name, (_, rows) in self.tables.items() if name in text}
        with builder.set_table_content(content).prepare() as query:
            data = query.execute().content.table_data
            return [tuple(value_of(item) for item in row.cell) for row in data.row] if data else []


def kind_of(kind: str) -> str:
    if kind.upper().startswith(FRACTIONS):
        return "DOUBLE"
    return KINDS.get(kind.upper(), "INT64")


def cell(value: Any, kind: str) -> Any:
    if value is None:
        return types.Value()
    wanted = kind_of(kind)
    if wanted == "DATE":
        return types.Value(date_value=(date.fromisoformat(str(value)[:10]) - EPOCH).days)
    if wanted == "DATETIME":
        return types.Value(datetime_value=packed(datetime.fromisoformat(str(value)).replace(tzinfo=None)))
    if kind.upper() in ("REAL", "FLOAT"):
        value = as_single(value)
    made = {"INT64": int, "DOUBLE": float, "STRING": str, "BOOL": bool}[wanted](value)
    return types.Value(**{f"{wanted.lower()}_value": made})


def packed(moment: datetime) -> Any:
    fields = (moment.year, 26), (moment.month, 22), (moment.day, 17), (moment.hour, 12), (moment.minute, 6)
    bits = sum(number << shift for number, shift in fields) + moment.second
    return types.Value.Datetime(bit_field_datetime_seconds=bits, nanos=moment.microsecond * 1000)


def value_of(item: Any) -> Any:
    found = item.to_proto()
    for field in FIELDS:
        if found.HasField(field):
            return getattr(found, field)
    if found.HasField("date_value"):
        return EPOCH + timedelta(days=found.date_value)
    if found.HasField("datetime_value"):
        bits = found.datetime_value.bit_field_datetime_seconds
        fields = (22, 15), (17, 31), (12, 31), (6, 63), (0, 63)
        return datetime(bits >> 26, *((bits >> shift) & mask for shift, mask in fields))
    return None


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_values(case: Case, request: pytest.FixtureRequest) -> None:
    if str(case) in GAPS:
        request.applymarker(pytest.mark.xfail(reason=GAPS[str(case)], strict=True))
    run(case, GoogleSQL())


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    assert rows_of(name, GoogleSQL()) == rows_of(name, DuckDB())


@pytest.mark.parametrize("meaning", list(meanings()), ids=str)
def test_meanings(meaning: Meaning) -> None:
    ask(meaning, GoogleSQL())
