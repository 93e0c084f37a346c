"""Apache Spark 4 (and Databricks, which takes its tables from here)."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

DIALECT = Dialect(
    name="spark",
    has_values=True,
    unsupported=common.UNSUPPORTED,
    rewrites={
        **common.REWRITES,
        "percentile_cont": (rewrites.call_percentile, "percentile(x, p), the exact one"),
        "cast_timestamp": (rewrites.cast_as("TIMESTAMP", "spark"), "timestamp; the session's zone is UTC"),
    },
)
