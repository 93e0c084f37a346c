"""Amazon Redshift."""

from __future__ import annotations

from whq.sql import rewrites
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

DIALECT = Dialect(
    name="redshift",
    unsupported={
        **common.UNSUPPORTED,
        **common.NO_CORRELATION,
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "starts_with": ("there is no starts_with", "like 'text%'"),
        "try_cast": ("there is no try_cast", "clean the column in a view"),
    },
    rewrites={
        **common.without(common.REWRITES, "corr"),
        "avg": (rewrites.average_doubles, "the average of doubles: that of whole numbers is a whole number"),
        "is_nan": (rewrites.compare_with_nan, "x = cast('NaN' as double)"),
        "null_safe_eq": (rewrites.compare_with_nulls, "(a = b or (a is null and b is null))"),
        "null_safe_neq": (rewrites.compare_with_nulls_not, "not (a = b or (a is null and b is null))"),
        "round": (rewrites.round_half_away, "sign(x) * (floor(abs(x)) + …): half a double may go to even"),
        "date_diff": (
            # boundaries are counted as on DuckDB, but for weeks; integers are divided without the rest
            rewrites.subtract("redshift", "DATEDIFF(UNIT, a, b)", week="DATEDIFF(DAY, a, b) / 7"),
            "datediff, a week as seven days",
        ),
        "day_of_week_iso": (
            rewrites.say("MOD(CAST(EXTRACT(DOW FROM t) AS BIGINT) + 6, 7) + 1", "redshift"),
            "from extract(dow from t)",
        ),
    },
)
