"""Databricks SQL: Spark's words."""

from __future__ import annotations

from msgspec.structs import replace

from whq.sql.dialects import spark

DIALECT = replace(spark.DIALECT, name="databricks")
