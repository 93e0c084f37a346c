"""Rewrites: each says one construct in words that an engine takes as DuckDB takes the construct itself.

A rewrite changes the tree around one node. Which dialect uses which stands in `whq.sql.dialects`. The nodes that a
rewrite writes in the engine's own words are marked, so that they are neither rewritten again nor judged by what the
same words mean on DuckDB. In the examples `spoken(text, dialect)` is `whq.sql.text.spoken`.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlglot
from sqlglot import exp

from whq.sql.constructs import LOWERED
from whq.sql.dialects.base import Rewrite

# --- building blocks ----------------------------------------------------------------------------------------


def mark(node: exp.Expr) -> exp.Expr:
    """The node, marked as written in the engine's own words."""
    node.meta[LOWERED] = True
    return node


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the engine, by its own name."""
    return mark(exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments]))


def number(value: int) -> exp.Expr:
    """A whole number."""
    return exp.Neg(this=exp.Literal.number(-value)) if value < 0 else exp.Literal.number(value)


def case(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    """`case when condition then value else otherwise end`."""
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())], default=otherwise)


def cast(node: exp.Expr, to: str, dialect: str = "duckdb") -> exp.Cast:
    """A cast to a type that is written in the dialect's words."""
    return exp.Cast(this=node.copy(), to=exp.DataType.build(to, dialect=dialect))


def as_double(node: exp.Expr) -> exp.Expr:
    """The node as a double, cast where it is not cast already."""
    return node if isinstance(node, exp.Cast) and node.is_type("double") else cast(node, "double")


def as_timestamp(value: exp.Expr) -> exp.Expr:
    """A copy of the value as a timestamp, cast where it is not cast already."""
    known = isinstance(value, exp.Cast) and value.to.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)
    return value.copy() if known else cast(value, "timestamp")


def is_null(node: exp.Expr) -> exp.Expr:
    """`node is null`."""
    return exp.Is(this=node.copy(), expression=exp.Null())


def unit_of(node: exp.Expr) -> str:
    """The unit of a truncation or a difference, in capitals; days where none is given."""
    unit = node.args.get("unit")
    return unit.name.upper() if isinstance(unit, exp.Expr) else "DAY"


def fill(text: str, dialect: str, **holes: exp.Expr) -> exp.Expr:
    """An expression in the engine's own words; the columns named in `holes` are replaced by copies of these trees."""
    tree = exp.Paren(this=sqlglot.parse_one(text, read=dialect))
    for node in tree.walk():
        mark(node)
    for column in list(tree.find_all(exp.Column)):
        if column.name in holes:
            column.replace(_paren(holes[column.name].copy()))
    return tree.this  # type: ignore[no-any-return]


def _paren(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Unary, exp.Predicate)) else node


def say(text: str, dialect: str) -> Rewrite:
    """The rewrite that puts the engine's own words for a function of one argument, which the text calls `t`.

    >>> spoken("isodow(a)", "mysql")
    '(WEEKDAY(a) + 1)'
    """

    def rewrite(node: exp.Expr) -> None:
        node.replace(exp.Paren(this=fill(text, dialect, t=node.this)))

    return rewrite


# --- aggregates ---------------------------------------------------------------------------------------------


def sum_cases(node: exp.Expr) -> None:
    """Count the rows for which a condition holds as a sum of ones and zeros.

    >>> spoken("count_if(a > 1)", "postgres")
    'SUM(CASE WHEN a > 1 THEN 1 ELSE 0 END)'
    """
    node.replace(exp.Sum(this=case(node.this, number(1), number(0))))


def filter_by_case(node: exp.Expr) -> None:
    """Make what an aggregate must not see NULL, instead of filtering it.

    >>> spoken("sum(b) filter (where a)", "mysql")
    'SUM(CASE WHEN a THEN b END)'
    >>> spoken("count(*) filter (where a)", "mysql")
    'COUNT(CASE WHEN a THEN 1 END)'
    """
    aggregate, condition = node.this, node.expression.this
    argument = aggregate.this
    if isinstance(argument, exp.Distinct):
        argument.set("expressions", [case(condition, item) for item in argument.expressions])
    elif argument is None or isinstance(argument, exp.Star):
        aggregate.set("this", case(condition, number(1)))
    else:
        aggregate.set("this", case(condition, argument))
    node.replace(aggregate)


def compare_least(node: exp.Expr) -> None:
    """Whether a condition holds for all rows: the least of 0 and 1 is 1. NULL stays NULL.

    >>> spoken("bool_and(a)", "postgres")
    '(MIN(CASE WHEN a THEN 1 WHEN NOT a THEN 0 END) = 1)'
    """
    node.replace(_extreme_is_one(node, exp.Min))


def compare_greatest(node: exp.Expr) -> None:
    """Whether a condition holds for some row: the greatest of 0 and 1 is 1. NULL stays NULL.

    >>> spoken("bool_or(a)", "postgres")
    '(MAX(CASE WHEN a THEN 1 WHEN NOT a THEN 0 END) = 1)'
    """
    node.replace(_extreme_is_one(node, exp.Max))


def _extreme_is_one(node: exp.Expr, extreme: type[exp.Expr]) -> exp.Expr:
    numbers = exp.Case(
        ifs=[
            exp.If(this=node.this.copy(), true=number(1)),
            exp.If(this=exp.Not(this=_paren(node.this.copy())), true=number(0)),
        ]
    )
    return exp.Paren(this=exp.EQ(this=extreme(this=numbers), expression=number(1)))


def name_sample_deviation(node: exp.Expr) -> None:
    """Say that the deviation is that of the sample, which it is on DuckDB; MySQL's `stddev` is the population's.

    >>> spoken("stddev(a)", "mysql")
    'STDDEV_SAMP(a)'
    """
    node.replace(exp.StddevSamp(this=node.this.copy()))


def divide_sum_by_count(node: exp.Expr) -> None:
    """The average of doubles as sum / count: that of Postgres adds up squares too, and fails where they overflow.

    >>> spoken("avg(cast(a as double))", "postgres")
    '(SUM(CAST(a AS DOUBLE PRECISION)) / NULLIF(COUNT(CAST(a AS DOUBLE PRECISION)), 0))'
    """
    value = node.this
    if isinstance(value, exp.Cast) and value.is_type("double") and not isinstance(node.parent, exp.Window):
        count = exp.Nullif(this=exp.Count(this=value.copy()), expression=number(0))
        node.replace(exp.Paren(this=exp.Div(this=exp.Sum(this=value.copy()), expression=count, typed=True)))


def ask_half_quantile(node: exp.Expr) -> None:
    """The median as the quantile 0.5.

    >>> spoken("median(a)", "postgres")
    'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)'
    """
    node.replace(exp.PercentileCont(this=node.this.copy(), expression=exp.Literal.number("0.5")))


def write_share_bare(node: exp.Expr) -> None:
    """The share of a quantile without its cast to double, as it must be a constant.

    >>> spoken("quantile_cont(a, cast(0.3 as double))", "snowflake")
    'PERCENTILE_CONT(0.3) WITHIN GROUP (ORDER BY a)'
    """
    value, share, whole = quantile_of(node)
    whole.replace(exp.PercentileCont(this=value.copy(), expression=share))


def call_percentile(node: exp.Expr) -> None:
    """Spark's exact quantile, `percentile`; sqlglot would write the approximate one.

    >>> spoken("quantile_cont(a, 0.3)", "spark")
    'PERCENTILE(a, 0.3)'
    """
    value, share, whole = quantile_of(node)
    whole.replace(call("PERCENTILE", value, share))


def quantile_of(node: exp.Expr) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    """The value of a quantile, its share as a bare number, and the node that is the whole of it.

    `quantile_cont(x, p)` and `percentile_cont(p) within group (order by x)` are the same.
    """
    if isinstance(node.parent, exp.WithinGroup):
        return node.parent.expression.expressions[0].this, _bare_number(node.this), node.parent
    return node.this, _bare_number(node.expression), node


def _bare_number(node: exp.Expr) -> exp.Expr:
    inner = node.this if isinstance(node, exp.Cast) else node
    return inner.copy() if isinstance(inner, exp.Literal) else node.copy()


def count_exactly(node: exp.Expr) -> None:
    """An exact count of distinct values where there is no approximate one.

    >>> spoken("approx_count_distinct(a)", "mysql")
    'COUNT(DISTINCT a)'
    """
    node.replace(exp.Count(this=exp.Distinct(expressions=[node.this.copy()])))


# --- numbers ------------------------------------------------------------------------------------------------


def divide_logarithms(node: exp.Expr) -> None:
    """A logarithm by natural ones: `log` means another base on every second engine, `ln` is the same everywhere.

    >>> spoken("log2(a)", "bigquery")
    '(LN(a) / LN(CAST(2 AS FLOAT64)))'
    """
    base, value = (node.this, node.expression) if node.expression else (number(10), node.this)
    ratio = exp.Div(this=exp.Ln(this=value.copy()), expression=exp.Ln(this=as_double(base.copy())))
    node.replace(exp.Paren(this=ratio))


def divide_as_double(node: exp.Expr) -> None:
    """Divide doubles: Snowflake and MySQL keep four to six decimals of a quotient of integers.

    >>> spoken("a / b", "mysql")
    'CAST(a AS DOUBLE) / b'
    """
    node.set("this", as_double(node.this))


def compare_with_nan(node: exp.Expr) -> None:
    """Whether a number is NaN by comparison, where there is no function for it; there NaN equals itself.

    >>> spoken("isnan(a)", "postgres")
    "(CAST(a AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION))"
    """
    nan = cast(exp.Literal.string("NaN"), "double")
    node.replace(exp.Paren(this=exp.EQ(this=as_double(node.this.copy()), expression=nan)))


# --- comparisons --------------------------------------------------------------------------------------------


def compare_with_nulls(node: exp.Expr) -> None:
    """`is not distinct from` by an equality and two tests for NULL.

    >>> spoken("a is not distinct from b", "redshift")
    'COALESCE((a = b) OR (a IS NULL AND b IS NULL), FALSE)'
    """
    node.replace(_equal_or_both_null(node))


def compare_with_nulls_not(node: exp.Expr) -> None:
    """`is distinct from` by an equality and two tests for NULL.

    >>> spoken("a is distinct from b", "redshift")
    'NOT COALESCE((a = b) OR (a IS NULL AND b IS NULL), FALSE)'
    """
    node.replace(exp.Not(this=_equal_or_both_null(node)))


def _equal_or_both_null(node: exp.Expr) -> exp.Expr:
    left, right = node.this, node.expression
    equal = exp.EQ(this=left.copy(), expression=right.copy())
    nulls = exp.And(this=is_null(left), expression=is_null(right))
    both = exp.Or(this=exp.Paren(this=equal), expression=exp.Paren(this=nulls))
    # NULL = 1 is NULL, and NOT NULL is NULL again: the coalesce makes it a plain false
    return exp.Coalesce(this=both, expressions=[exp.Boolean(this=False)])


# --- dates and times ----------------------------------------------------------------------------------------


def truncate_timestamp(node: exp.Expr) -> None:
    """`date_trunc` of what may be a date as one of a timestamp.

    >>> spoken("date_trunc('month', cast(a as date))", "postgres")
    "DATE_TRUNC('MONTH', CAST(CAST(a AS DATE) AS TIMESTAMP))"
    """
    node.replace(exp.TimestampTrunc(this=cast(node.this, "timestamp"), unit=exp.var(unit_of(node))))


def cast_as(kind: str, dialect: str) -> Rewrite:
    """The rewrite of a cast into one to a type of the engine, such as the timestamp that keeps microseconds.

    >>> spoken("cast(a as timestamp)", "trino")
    'CAST(a AS TIMESTAMP(6))'
    """

    def rewrite(node: exp.Expr) -> None:
        node.set("to", exp.DataType.build(kind, dialect=dialect))
        mark(node)

    return rewrite


def drop_offset(node: exp.Expr) -> None:
    """A moment with an offset as a timestamp in UTC, where times have no zone; the sessions' zone is UTC.

    >>> spoken("timestamptz '2024-01-01 00:00:00+02:00'", "mysql")
    "CAST('2023-12-31 22:00:00' AS DATETIME(6))"
    """
    value = node.this
    if isinstance(value, exp.Literal) and value.is_string:
        moment = datetime.fromisoformat(value.name)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        node.set("this", exp.Literal.string(moment.isoformat(sep=" ")))
    node.set("to", exp.DataType.build("timestamp", dialect="duckdb"))
