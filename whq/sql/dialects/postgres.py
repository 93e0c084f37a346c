"""Postgres 15 and later."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

_BOTH = "CASE WHEN ISFINITE(a) AND ISFINITE(b) THEN CAST({} AS BIGINT) END"
"""An infinite moment is no number of units away; DuckDB gives NULL."""
_MONTHS = "(EXTRACT(YEAR FROM b) - EXTRACT(YEAR FROM a)) * 12 + EXTRACT(MONTH FROM b) - EXTRACT(MONTH FROM a)"
_QUARTERS = "(EXTRACT(YEAR FROM b) - EXTRACT(YEAR FROM a)) * 4 + EXTRACT(QUARTER FROM b) - EXTRACT(QUARTER FROM a)"
_DAYS = "CAST(b AS DATE) - CAST(a AS DATE)"
_SECONDS = "FLOOR(EXTRACT(EPOCH FROM b) / {0}) - FLOOR(EXTRACT(EPOCH FROM a) / {0})"
_DIFFERENCES = {
    "year": _BOTH.format("EXTRACT(YEAR FROM b) - EXTRACT(YEAR FROM a)"),
    "quarter": _BOTH.format(_QUARTERS),
    "month": _BOTH.format(_MONTHS),
    "week": _BOTH.format(f"({_DAYS}) / 7"),  # of integers, so without the rest
    "day": _BOTH.format(_DAYS),
    "hour": _BOTH.format(_SECONDS.format(3600)),
    "minute": _BOTH.format(_SECONDS.format(60)),
}

DIALECT = Dialect(
    name="postgres",
    has_values=True,
    unsupported={
        **common.without(common.UNSUPPORTED, "cast_fraction"),
        **common.NO_QUALIFY,
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "try_cast": ("there is no try_cast", "clean the column in a view"),
    },
    rewrites={
        **common.REWRITES,
        "approx_distinct": (rewrites.count_exactly, "count(distinct x), exact"),
        "avg": (rewrites.divide_sum_by_count, "sum(x) / count(x): its avg adds up squares too, which may overflow"),
        "is_nan": (rewrites.compare_with_nan, "x = cast('NaN' as double)"),
        "round": (rewrites.round_half_away, "sign(x) * (floor(abs(x)) + …): it rounds half a double to even"),
        "date_diff": (
            rewrites.subtract("postgres", _BOTH.format(_SECONDS.format(1)), **_DIFFERENCES),
            "a difference of years, days or seconds",
        ),
        "day_of_week_iso": (
            rewrites.say("CAST(EXTRACT(ISODOW FROM t) AS BIGINT)", "postgres"),
            "extract(isodow from t)",
        ),
    },
)
