"""Postgres 15 and later."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

DIALECT = Dialect(
    name="postgres",
    has_values=True,
    unsupported={
        **common.UNSUPPORTED,
        **common.NO_QUALIFY,
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "try_cast": ("there is no try_cast", "clean the column in a view"),
    },
    rewrites={
        **common.REWRITES,
        "approx_distinct": (rewrites.count_exactly, "count(distinct x), exact"),
        "avg": (rewrites.divide_sum_by_count, "sum(x) / count(x): its avg adds up squares too, which may overflow"),
        "is_nan": (rewrites.compare_with_nan, "x = cast('NaN' as double)"),
        "day_of_week_iso": (
            rewrites.say("CAST(EXTRACT(ISODOW FROM t) AS BIGINT)", "postgres"),
            "extract(isodow from t)",
        ),
    },
)
