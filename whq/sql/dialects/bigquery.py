"""BigQuery (GoogleSQL)."""

from __future__ import annotations

from sqlglot import exp

from whq.sql import rewrites
from whq.sql.constructs import unit_of, visible
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

_BELOW = "ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(CAST(FLOOR(p * (COUNT(x) - 1)) AS INT64))]"
_ABOVE = "ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(CAST(CEIL(p * (COUNT(x) - 1)) AS INT64))]"
_PART = "(p * (COUNT(x) - 1) - FLOOR(p * (COUNT(x) - 1)))"
_QUANTILE = f"{_BELOW} + ({_ABOVE} - {_BELOW}) * {_PART}"
"""The sorted values as an array, and the line between the two neighbours of the place p (n - 1)."""


def interpolate_in_array(node: exp.Expr) -> None:
    """The quantile from all values, sorted in memory; `percentile_cont` of BigQuery is a window function only.

    >>> spoken("quantile_cont(a, 0.3)", "bigquery")[:97]
    '(ARRAY_AGG(a IGNORE NULLS ORDER BY a)[SAFE_OFFSET(CAST(FLOOR(0.3 * (COUNT(a) - 1)) AS INT64))] + '
    """
    value, share, whole = rewrites.quantile_of(node)
    whole.replace(exp.Paren(this=rewrites.fill(_QUANTILE, "bigquery", x=value, p=share)))


def join_by_json(node: exp.Expr) -> None:
    """Compare texts in an outer join, which BigQuery makes only by an equality.

    >>> spoken("select a.x from a left join b on a.x is not distinct from b.x", "bigquery")
    'SELECT a.x FROM a LEFT JOIN b ON TO_JSON_STRING(a.x) = TO_JSON_STRING(b.x)'
    """
    join = node.find_ancestor(exp.Join, exp.Select)
    if isinstance(join, exp.Join) and join.side:
        left, right = (rewrites.call("TO_JSON_STRING", side) for side in (node.this, node.expression))
        node.replace(exp.EQ(this=left, expression=right))


def truncate_datetime(node: exp.Expr) -> None:
    """Truncate a DATETIME; a plain week of BigQuery starts on Sunday.

    >>> spoken("date_trunc('week', t)", "bigquery")
    'DATETIME_TRUNC(CAST(t AS DATETIME), ISOWEEK)'
    """
    unit = unit_of(node)
    unit_name = exp.var("ISOWEEK" if unit == "WEEK" else unit)
    node.replace(rewrites.mark(exp.DatetimeTrunc(this=rewrites.as_timestamp(node.this), unit=unit_name)))


def group_by_columns(tree: exp.Expr) -> None:
    """Say that GROUP BY means a column: BigQuery prefers an alias of the same name, which may be an aggregate.

    >>> spoken("select k, count(*) as n from t group by k, n", "bigquery")
    'SELECT k, COUNT(*) AS n FROM t GROUP BY k, `t`.n'
    """
    for select in [node for node in visible(tree) if isinstance(node, exp.Select)]:
        group, origin = select.args.get("group"), select.args.get("from_")
        if group is None or origin is None or select.args.get("joins"):
            continue
        aliases = {item.alias for item in select.selects if isinstance(item, exp.Alias)}
        for column in group.expressions:
            if isinstance(column, exp.Column) and not column.table and column.name in aliases:
                column.set("table", exp.to_identifier(origin.this.alias_or_name, quoted=True))


DIALECT = Dialect(
    name="bigquery",
    unsupported={
        **common.UNSUPPORTED,
        **common.NULL_WINS,
        "approx_quantile": ("approx_quantiles takes a number of parts", "quantile_cont"),
    },
    rewrites={
        **common.REWRITES,
        "percentile_cont": (
            interpolate_in_array,
            "from array_agg(x order by x), in memory: percentile_cont is a window function only",
        ),
        "null_safe_eq": (
            join_by_json,
            "to_json_string(a) = to_json_string(b) in an outer join, which needs an equality",
        ),
        "timestamp_trunc": (truncate_datetime, "datetime_trunc, week as isoweek: its week starts on Sunday"),
        "date_diff": (
            rewrites.subtract(
                "bigquery",
                "DATETIME_DIFF(time_b, time_a, UNIT)",
                week="DIV(DATETIME_DIFF(time_b, time_a, DAY), 7)",
            ),
            "datetime_diff, a week as seven days",
        ),
        "cast_timestamp": (rewrites.cast_as("DATETIME", "bigquery"), "datetime: its timestamp is an instant"),
    },
    statement=(group_by_columns,),
)
