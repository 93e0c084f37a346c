"""Native types as logical ones: one table for all engines, keyed by the type's first word in lower case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from whq.values import Column, LogicalType

_STRINGS = """varchar char text string character bpchar name nvarchar nchar varchar2 clob citext tinytext mediumtext
    longtext fixedstring"""
_WORDS: dict[LogicalType, str] = {
    "integer": """tinyint smallint mediumint int integer bigint hugeint utinyint usmallint uinteger ubigint uhugeint
        int1 int2 int4 int8 int16 int32 int64 int128 int256 uint8 uint16 uint32 uint64 uint128 uint256
        smallserial serial bigserial byteint byte short long year oid""",
    "decimal": "decimal numeric number dec fixed bignumeric bigdecimal decimal32 decimal64 decimal128 decimal256",
    "float": "float real double float4 float8 float32 float64 bfloat16 double_precision",
    "text": f"{_STRINGS} enum uuid json jsonb enum8 enum16 ipv4 ipv6 inet cidr variant_text",
    "boolean": "boolean bool logical",
    "date": "date date32",
    "timestamp": """timestamp datetime timestamp_s timestamp_ms timestamp_ns timestamp_ntz timestampntz datetime64
        datetime2 datetime32""",
    "timestamptz": "timestamptz timestamp_tz timestamptz_ns timestamp_ltz timestampltz timestamptz_us",
    "time": "time timetz time_ns",
    "binary": "blob bytea bytes binary varbinary tinyblob mediumblob longblob",
}  # fmt: skip
_TYPES: dict[str, LogicalType] = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_OF_STRINGS = frozenset(_STRINGS.split())
_SINGLE: Mapping[str, frozenset[str]] = {
    "duckdb": frozenset({"float", "real", "float4"}),
    "postgres": frozenset({"real", "float4"}),
    "redshift": frozenset({"real", "float4"}),
    "clickhouse": frozenset({"float32"}),
    "mysql": frozenset({"float"}),
    "spark": frozenset({"float", "real"}),
    "databricks": frozenset({"float", "real"}),
    "trino": frozenset({"real"}),
}
"""Floats of four bytes. BigQuery and Snowflake have none: FLOAT and REAL are doubles there."""
_INSTANT: dict[str, LogicalType] = {"timestamp": "timestamptz"}
_OWN: dict[str, dict[str, LogicalType]] = {
    "bigquery": _INSTANT,
    "databricks": _INSTANT,
    "spark": _INSTANT,
    "postgres": {"json": "other"},  # it cannot be compared, not even with itself
    "mysql": {"bit": "binary"},
}
"""Words that mean something else in one dialect. They stand here, as a catalog is read without loading sqlglot."""
_WRAPPED = re.compile(r"(?:nullable|lowcardinality)\((.*)\)$", re.DOTALL)
_SCALED = re.compile(r"\(\s*\d+\s*,\s*(\d+)\s*\)")


def column_of(name: str, native: str, dialect: str, nullable: bool = True, fields: tuple[Column, ...] = ()) -> Column:
    """A column of an engine's type.

    >>> column = column_of("r", "real", "postgres")
    >>> column.type, column.is_single
    ('float', True)
    """
    word, kind = _word(_bare(native)), logical_type(native, dialect)
    is_single = word in _SINGLE.get(dialect, ())
    return Column(name, kind, native, nullable, fields, is_single, kind == "decimal" and dialect == "postgres")


def logical_type(native: str, dialect: str = "") -> LogicalType:
    """The logical type of a native type name; `other` for lists, structs and what is not known."""
    text = _bare(native)
    if text.endswith("]"):
        return "other"
    if text.startswith(("timestamp", "time")) and "with time zone" in text:
        return "timestamptz" if text.startswith("timestamp") else "time"
    word = _word(text)
    if word == "number" and dialect == "snowflake":
        scale = _SCALED.search(text)
        return "integer" if scale is None or scale[1] == "0" else "decimal"
    return _OWN.get(dialect, {}).get(word) or _TYPES.get(word, "other")


def is_enum(native: str) -> bool:
    """Whether a column holds labels of a list of its own: engines refuse to compare it with another text."""
    return _word(_bare(native)) in ("enum", "enum8", "enum16")


def is_string(native: str) -> bool:
    """Whether the engine's functions of texts take a text column as it is; they refuse UUIDs, enums, addresses."""
    return not native or _word(_bare(native)) in _OF_STRINGS


def _bare(native: str) -> str:
    """A type's name in lower case, what ClickHouse wraps around it taken off."""
    text = " ".join(native.lower().split())
    while inner := _WRAPPED.match(text):
        text = inner[1]
    return text


def _word(text: str) -> str:
    return re.split(r"[\s(]", text, maxsplit=1)[0]
