"""Databricks SQL: Spark's words."""

from __future__ import annotations

from msgspec.structs import replace

from whq.sql.dialects import spark

_OWN = {"date_diff": (spark.subtract("databricks"), spark.DIALECT.rewrites["date_diff"][1])}

DIALECT = replace(spark.DIALECT, name="databricks", rewrites={**spark.DIALECT.rewrites, **_OWN})
