"""ClickHouse."""

from __future__ import annotations

from sqlglot import exp

from whq.sql import rewrites
from whq.sql.constructs import visible
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect

SETTINGS = (
    "aggregate_functions_null_for_empty",  # sum, min and max of nothing are NULL, not 0
    "join_use_nulls",  # what an outer join does not find is NULL, not 0
    "prefer_column_name_to_alias",  # `sum(x) as x` does not change what x means beside it
)


def pass_share_as_parameter(node: exp.Expr) -> None:
    """The exact quantile, whose share is a parameter of the function.

    >>> spoken("quantile_cont(a, 0.3)", "clickhouse")
    'quantileExactInclusive(0.3)(a)'
    """
    value, share, whole = rewrites.quantile_of(node)
    aggregate = exp.ParameterizedAgg(this="quantileExactInclusive", expressions=[share], params=[value.copy()])
    whole.replace(rewrites.mark(aggregate))


def truncate_to_timestamp(node: exp.Expr) -> None:
    """Truncate, and make a timestamp of it again: ClickHouse gives a date for a day and longer units.

    >>> spoken("date_trunc('month', a)", "clickhouse")
    "CAST(dateTrunc('MONTH', a) AS Nullable(DateTime64(6, 'UTC')))"
    """
    node.replace(rewrites.cast(rewrites.mark(node.copy()), "timestamp"))


def name_outputs(tree: exp.Expr) -> None:
    """`a.n` in a select list as `a.n as n`: after a join ClickHouse would name the column `a.n`.

    >>> spoken("select a.n from a", "clickhouse").split(" SETTINGS")[0]
    'SELECT a.n AS "n" FROM a'
    """
    for select in [node for node in visible(tree) if isinstance(node, exp.Select)]:
        for item in select.expressions:
            if isinstance(item, exp.Column) and item.table:
                name = exp.to_identifier(item.name, quoted=True)
                item.replace(exp.Alias(this=item.copy(), alias=name))


def add_settings(tree: exp.Expr) -> None:
    """What makes ClickHouse answer as SQL says, in the statement itself, so that it can be pasted anywhere.

    >>> spoken("select 1", "clickhouse").split(",")[0]
    'SELECT 1 SETTINGS aggregate_functions_null_for_empty = 1'
    """
    root = tree.this
    while isinstance(root, exp.SetOperation):
        root = root.expression
    if isinstance(root, exp.Select):
        root.set("settings", [exp.EQ(this=exp.var(name), expression=rewrites.number(1)) for name in SETTINGS])


DIALECT = Dialect(
    name="clickhouse",
    unsupported={
        **common.UNSUPPORTED,
        **common.NULL_WINS,
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "try_cast": ("sqlglot prints a plain cast", "clean the column in a view"),
    },
    rewrites={
        **common.REWRITES,
        "percentile_cont": (pass_share_as_parameter, "quantileExactInclusive(p)(x)"),
        "timestamp_trunc": (truncate_to_timestamp, "as a timestamp again: it gives a date"),
        "cast_timestamptz": (rewrites.drop_offset, "the same moment as a UTC timestamp"),
        "cast_timestamp": (rewrites.cast_as("Nullable(DateTime64(6, 'UTC'))", "clickhouse"), "with microseconds"),
    },
    statement=(name_outputs, add_settings),
)
