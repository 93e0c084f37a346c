"""MySQL 8."""

from __future__ import annotations

from sqlglot import exp

from whq.sql import rewrites
from whq.sql.constructs import unit_of
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

_TRUNCATIONS = {
    "SECOND": "CAST(DATE_FORMAT(t, '%Y-%m-%d %H:%i:%s') AS DATETIME)",
    "MINUTE": "CAST(DATE_FORMAT(t, '%Y-%m-%d %H:%i:00') AS DATETIME)",
    "HOUR": "CAST(DATE_FORMAT(t, '%Y-%m-%d %H:00:00') AS DATETIME)",
    "DAY": "CAST(DATE(t) AS DATETIME)",
    "WEEK": "CAST(DATE(t) - INTERVAL WEEKDAY(t) DAY AS DATETIME)",
    "MONTH": "CAST(DATE_FORMAT(t, '%Y-%m-01 00:00:00') AS DATETIME)",
    "QUARTER": "CAST(MAKEDATE(YEAR(t), 1) + INTERVAL (QUARTER(t) - 1) QUARTER AS DATETIME)",
    "YEAR": "CAST(MAKEDATE(YEAR(t), 1) AS DATETIME)",
}


def truncate_by_format(node: exp.Expr) -> None:
    """Truncate by writing the moment down without its smaller parts: MySQL has no `date_trunc`.

    >>> spoken("date_trunc('month', t)", "mysql")
    "CAST(DATE_FORMAT(t, '%Y-%m-01 00:00:00') AS DATETIME)"
    """
    text = _TRUNCATIONS.get(unit_of(node))
    if text is not None:
        node.replace(rewrites.fill(text, "mysql", t=node.this))


def match_with_case(node: exp.Expr) -> None:
    """Search for a match with regard to case: otherwise the collation decides.

    >>> spoken("regexp_matches(a, 'b')", "mysql")
    "REGEXP_LIKE(a, 'b', 'c')"
    """
    node.replace(rewrites.call("REGEXP_LIKE", node.this, node.expression, exp.Literal.string("c")))


def answer_false(node: exp.Expr) -> None:
    """No number of MySQL is NaN.

    >>> spoken("isnan(a)", "mysql")
    'FALSE'
    """
    node.replace(exp.Boolean(this=False))


def cast_to_number(node: exp.Expr) -> None:
    """Booleans of MySQL are numbers.

    >>> spoken("cast(a as boolean)", "mysql")
    'CAST(a AS SIGNED)'
    """
    node.set("to", exp.DataType.build("signed", dialect="mysql"))


DIALECT = Dialect(
    name="mysql",
    unsupported={
        **common.UNSUPPORTED,
        **common.NO_QUALIFY,
        **common.NO_CORRELATION,
        **common.NULL_WINS,
        "percentile_cont": ("there is no percentile", common.NO_QUANTILE),
        "median": ("there is no exact percentile aggregate", common.NO_QUANTILE),
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "starts_with": ("there is no starts_with", "like 'text%'"),
        "try_cast": ("there is no try_cast", "clean the column in a view"),
        "grouping_sets": ("there are no grouping sets", "UNION ALL of GROUP BYs"),
        "full_join": ("there is no FULL JOIN", "UNION ALL and GROUP BY"),
    },
    rewrites={
        **common.without(common.REWRITES, "percentile_cont", "median", "corr"),
        "approx_distinct": (rewrites.count_exactly, "count(distinct x), exact"),
        "div": (rewrites.divide_as_double, "the dividend as double: it keeps few decimals"),
        "avg": (rewrites.average_doubles, "the average of doubles: that of whole numbers keeps four decimals"),
        "is_nan": (answer_false, "false: MySQL has no NaN"),
        "regexp_like": (match_with_case, "regexp_like(x, p, 'c'): otherwise the collation decides about case"),
        "timestamp_trunc": (truncate_by_format, "date arithmetic: there is no date_trunc"),
        "round": (rewrites.round_half_away, "sign(x) * (floor(abs(x)) + …): half a double may go to even"),
        "date_diff": (
            rewrites.subtract(
                "mysql", "TIMESTAMPDIFF(UNIT, start_a, start_b)", week="DATEDIFF(b, a) DIV 7", day="DATEDIFF(b, a)"
            ),
            "timestampdiff of truncated timestamps: it counts whole units",
        ),
        "day_of_week_iso": (rewrites.say("WEEKDAY(t) + 1", "mysql"), "weekday(t) + 1"),
        "cast_timestamptz": (rewrites.drop_offset, "the same moment as a UTC timestamp"),
        "cast_timestamp": (rewrites.cast_as("DATETIME(6)", "mysql"), "datetime(6), with microseconds"),
        "cast_boolean": (cast_to_number, "signed: its booleans are numbers"),
    },
)
