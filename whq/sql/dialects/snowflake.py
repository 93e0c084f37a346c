"""Snowflake."""

from __future__ import annotations

from sqlglot import exp

from whq.sql import rewrites
from whq.sql.constructs import unit_of
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect


def start_weeks_on_monday(node: exp.Expr) -> None:
    """The Monday of a week: on which day Snowflake starts one is a parameter of the session.

    >>> spoken("date_trunc('week', cast(a as timestamp))", "snowflake")
    "DATEADD(DAY, 1 - DAYOFWEEKISO(CAST(a AS TIMESTAMPNTZ)), DATE_TRUNC('DAY', CAST(a AS TIMESTAMPNTZ)))"
    """
    if unit_of(node) == "WEEK":
        text = "DATEADD(DAY, 1 - DAYOFWEEKISO(t), DATE_TRUNC('DAY', t))"
        node.replace(rewrites.fill(text, "snowflake", t=node.this))


def find_match(node: exp.Expr) -> None:
    """Search for a match anywhere in the text; `regexp_like` of Snowflake matches the whole text.

    >>> spoken("regexp_matches(a, 'b')", "snowflake")
    "(REGEXP_INSTR(a, 'b') > 0)"
    """
    place = rewrites.call("REGEXP_INSTR", node.this, node.expression)
    node.replace(exp.Paren(this=exp.GT(this=place, expression=rewrites.number(0))))


DIALECT = Dialect(
    name="snowflake",
    has_values=True,
    unsupported={
        **common.UNSUPPORTED,
        "try_cast": ("try_cast takes text only", "clean the column in a view"),
    },
    rewrites={
        **common.REWRITES,
        "row_number": (rewrites.order_by_nothing, "order by null where it has no order"),
        "div": (rewrites.divide_as_double, "the dividend as double: it keeps few decimals"),
        "avg": (rewrites.average_doubles, "the average of doubles: that of whole numbers keeps six decimals"),
        "is_nan": (rewrites.compare_with_nan, "x = cast('NaN' as double)"),
        "regexp_like": (find_match, "regexp_instr(x, p) > 0: its regexp_like matches the whole text"),
        "date_diff": (
            rewrites.subtract("snowflake", "DATEDIFF(UNIT, a, b)", week="TRUNC(DATEDIFF(DAY, a, b) / 7)"),
            "datediff, a week as seven days",
        ),
        "timestamp_trunc": (start_weeks_on_monday, "week by dayofweekiso: its week start is a parameter"),
        "cast_timestamp": (rewrites.cast_as("TIMESTAMP_NTZ", "snowflake"), "timestamp_ntz, without a zone"),
    },
)
