"""Apache Spark 4 (and Databricks, which takes its tables from here)."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect, Rewrite


def subtract(dialect: str) -> Rewrite:
    """The rewrite of `date_diff`; the texts are parsed as the dialect's own, as `cast` means another thing in Spark 3.

    >>> spoken("date_diff('week', a, b)", "databricks")
    'DATEDIFF(DAY, CAST(a AS DATE), CAST(b AS DATE)) DIV 7'
    """
    days = "DATEDIFF(CAST(b AS DATE), CAST(a AS DATE))"
    return rewrites.subtract(dialect, "TIMESTAMPDIFF(UNIT, start_a, start_b)", day=days, week=f"{days} DIV 7")


DIALECT = Dialect(
    name="spark",
    has_values=True,
    unsupported=common.UNSUPPORTED,
    rewrites={
        **common.REWRITES,
        "row_number": (rewrites.order_by_nothing, "order by null where it has no order"),
        "percentile_cont": (rewrites.call_percentile, "percentile(x, p), the exact one"),
        "corr": (rewrites.divide_covariance, "covar_pop(x, y) / (stddev_pop(x) * stddev_pop(y)) where both vary"),
        "date_diff": (subtract("spark"), "timestampdiff of truncated timestamps: it counts whole units"),
        "day_of_week_iso": (rewrites.say("WEEKDAY(t) + 1", "spark"), "weekday(t) + 1"),
        "cast_timestamp": (rewrites.cast_as("TIMESTAMP", "spark"), "timestamp; the session's zone is UTC"),
    },
)
