"""The dialects: one file each, which holds all that is particular to it. Read `base.py` first, then any one of them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from whq.sql.dialects.base import Dialect

DIALECTS: tuple[str, ...] = (
    "duckdb", "postgres", "snowflake", "bigquery", "databricks", "spark", "redshift", "trino", "clickhouse", "mysql",
)  # fmt: skip
"""In the order of the documentation. A new dialect is a name here and a file of that name."""


@cache
def dialect(name: str) -> Dialect:
    """The dialect of that name; its file is read when it is first asked for. Raises KeyError for another name."""
    if name not in DIALECTS:
        raise KeyError(name)
    tables: Dialect = import_module(f"whq.sql.dialects.{name}").DIALECT
    return tables
