"""Trino."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

DIALECT = Dialect(
    name="trino",
    has_values=True,
    unsupported={
        **common.UNSUPPORTED,
        **common.NO_QUALIFY,
        **common.NULL_WINS,
        "percentile_cont": ("there is only approx_percentile", common.NO_QUANTILE),
        "median": ("there is no exact percentile aggregate", common.NO_QUANTILE),
    },
    rewrites={
        **common.without(common.REWRITES, "percentile_cont", "median"),
        "date_diff": (
            rewrites.subtract(
                "trino", "DATE_DIFF('UNIT', start_a, start_b)", week="DATE_DIFF('DAY', day_a, day_b) / 7"
            ),
            "date_diff of truncated timestamps: it counts whole units",
        ),
        "cast_timestamp": (rewrites.cast_as("TIMESTAMP(6)", "trino"), "with microseconds"),
    },
)
