"""Rewrites: each says one construct in words that an engine takes as DuckDB takes the construct itself.

A rewrite changes the tree around one node. Which dialect uses which stands in `whq.sql.dialects`. The nodes that a
rewrite writes in the engine's own words are marked, so that they are neither rewritten again nor judged by what the
same words mean on DuckDB. In the examples `spoken(text, dialect)` is `whq.sql.text.spoken`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlglot
from sqlglot import exp

from whq.sql.constructs import LOWERED, unit_of
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
    is_timestamp = isinstance(value, exp.Cast) and value.to.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)
    return value.copy() if is_timestamp else cast(value, "timestamp")


def is_null(node: exp.Expr) -> exp.Expr:
    """`node is null`."""
    return exp.Is(this=node.copy(), expression=exp.Null())


def over(node: exp.Expr) -> tuple[exp.Expr, Callable[[exp.Expr], exp.Expr]]:
    """The whole of an aggregate, its OVER included, and what gives another aggregate the same OVER."""
    window = node.parent
    if isinstance(window, (exp.IgnoreNulls, exp.RespectNulls)):
        window = window.parent
    if not isinstance(window, exp.Window):
        return node, lambda aggregate: aggregate

    def same(aggregate: exp.Expr) -> exp.Expr:
        copy = window.copy()
        copy.set("this", aggregate)
        return copy

    return window, same


def order_by_nothing(node: exp.Expr) -> None:
    """ROW_NUMBER in no order, for engines that want one said.

    >>> spoken("row_number() over (partition by a)", "snowflake")
    'ROW_NUMBER() OVER (PARTITION BY a ORDER BY NULL)'
    """
    window = node.parent
    if isinstance(window, exp.Window) and not window.args.get("order"):
        window.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Null())]))


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
    _compare_extreme(node, exp.Min)


def compare_greatest(node: exp.Expr) -> None:
    """Whether a condition holds for some row: the greatest of 0 and 1 is 1. NULL stays NULL.

    >>> spoken("bool_or(a)", "postgres")
    '(MAX(CASE WHEN a THEN 1 WHEN NOT a THEN 0 END) = 1)'
    """
    _compare_extreme(node, exp.Max)


def _compare_extreme(node: exp.Expr, extreme: type[exp.Expr]) -> None:
    whole, same = over(node)
    numbers = exp.Case(
        ifs=[
            exp.If(this=node.this.copy(), true=number(1)),
            exp.If(this=exp.Not(this=_paren(node.this.copy())), true=number(0)),
        ]
    )
    whole.replace(exp.Paren(this=exp.EQ(this=same(extreme(this=numbers)), expression=number(1))))


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


def average_doubles(node: exp.Expr) -> None:
    """The average of doubles: that of whole numbers is cut to few decimals, on Redshift to none.

    >>> spoken("avg(a)", "redshift")
    'AVG(CAST(a AS DOUBLE PRECISION))'
    """
    if not isinstance(node.this, exp.Distinct):
        node.set("this", as_double(node.this))


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


def guard_correlation(node: exp.Expr) -> None:
    """The correlation, NULL where one of the two is the same in all pairs.

    Engines give NaN, an error, or what rounding leaves of 0 / 0: Postgres 15 says 0.79 for a column of 0.1.

    >>> spoken("corr(a, 1)", "trino")  # doctest: +NORMALIZE_WHITESPACE
    'CASE WHEN MIN(CASE WHEN NOT 1 IS NULL THEN a END) < MAX(CASE WHEN NOT 1 IS NULL THEN a END)
    AND MIN(CASE WHEN NOT a IS NULL THEN 1 END) < MAX(CASE WHEN NOT a IS NULL THEN 1 END) THEN CORR(a, 1) END'
    """
    _unfiltered(node)
    whole, same = over(node)
    spreads = exp.and_(*_spreads(node, same), copy=False)
    whole.replace(case(spreads, same(mark(node.copy()))))


def divide_covariance(node: exp.Expr) -> None:
    """The same without `corr`, which Spark 4 divides by zero whatever stands around it.

    >>> spoken("corr(a, 1)", "spark").split(" THEN ")[-1]
    '1 END)) END'
    >>> "COVAR_POP(a, b) / (STDDEV_POP(" in spoken("corr(a, b)", "spark")
    True
    """
    whole, same = over(node)
    left, right = _paired(node.this, node.expression), _paired(node.expression, node.this)
    covariance = same(exp.CovarPop(this=node.this.copy(), expression=node.expression.copy()))
    deviations = exp.Mul(this=same(exp.StddevPop(this=left)), expression=same(exp.StddevPop(this=right)))
    ratio = exp.Div(this=covariance, expression=exp.Paren(this=deviations))
    whole.replace(case(exp.and_(*_spreads(node, same), copy=False), ratio))


def guard_slope(node: exp.Expr) -> None:
    """The slope of y over x, NULL where x is the same in all pairs.

    >>> spoken("regr_slope(y, x)", "duckdb").split(" THEN ")[-1]
    'REGR_SLOPE(y, x) END'
    """
    _unfiltered(node)
    whole, same = over(node)
    _, spread = _spreads(node, same)
    whole.replace(case(spread, same(mark(node.copy()))))


def _unfiltered(node: exp.Expr) -> None:
    """Take what FILTER leaves out from the first argument, so that the aggregate can be repeated."""
    if isinstance(node.parent, exp.Filter):
        filter_by_case(node.parent)


def _paired(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    return case(exp.Not(this=is_null(other)), value)


def _spreads(node: exp.Expr, same: Callable[[exp.Expr], exp.Expr]) -> list[exp.Expr]:
    """For each of two arguments whether it takes several values in the pairs of which none is NULL."""
    sides = _paired(node.this, node.expression), _paired(node.expression, node.this)
    return [exp.LT(this=same(exp.Min(this=side.copy())), expression=same(exp.Max(this=side.copy()))) for side in sides]


def guard_single_row(node: exp.Expr) -> None:
    """A statistic of a sample, NULL for one row, where ClickHouse gives NaN.

    >>> spoken("var_samp(a)", "clickhouse")
    'CASE WHEN COUNT(a) > 1 THEN varSampStable(a) END'
    """
    whole, same = over(node)
    counted = _paired(node.this, node.expression) if node.args.get("expression") else node.this.copy()
    several = exp.GT(this=same(exp.Count(this=counted)), expression=number(1))
    whole.replace(case(several, same(mark(node.copy()))))


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


def round_half_away(node: exp.Expr) -> None:
    """Round halves away from zero: of doubles, Postgres, ClickHouse and MySQL round them to the even neighbour.

    `floor(x + 0.5)` would not do: it makes 1 of the greatest number below a half.

    >>> spoken("round(a)", "postgres")
    'SIGN(a) * (FLOOR(ABS(a)) + CASE WHEN ABS(a) - FLOOR(ABS(a)) >= 0.5 THEN 1 ELSE 0 END)'
    """
    size = exp.Abs(this=node.this.copy())
    floor = exp.Floor(this=size)
    rest = exp.Sub(this=size.copy(), expression=floor.copy())
    up = case(exp.GTE(this=rest, expression=exp.Literal.number("0.5")), number(1), number(0))
    rounded = exp.Paren(this=exp.Add(this=floor, expression=up))
    product = exp.Mul(this=exp.Sign(this=node.this.copy()), expression=rounded)
    node.replace(_within(node, product))


def _within(node: exp.Expr, formula: exp.Expr) -> exp.Expr:
    """The formula that takes the place of a node, in brackets where other operators stand beside it."""
    beside = isinstance(node.parent, (exp.Binary, exp.Unary)) and not isinstance(node.parent, exp.Paren)
    return exp.Paren(this=formula) if beside else formula


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


def subtract(dialect: str, other: str, **texts: str) -> Rewrite:
    """The rewrite of `date_diff` by the engine's own words for each unit, with `other` for all units not named.

    In the texts `UNIT` is the unit, `a` the earlier moment and `b` the later, `time_a` and `time_b` the same as
    timestamps, `start_a` and `start_b` the same truncated to the unit, `day_a` and `day_b` to the day. DuckDB counts
    the boundaries that lie between, so 23:59 to 0:01 is one day; an engine that counts whole units must see truncated
    moments. Only a week is seven days, on whatever day it starts.

    >>> spoken("date_diff('week', a, b)", "bigquery")
    'DIV(DATETIME_DIFF(CAST(b AS DATETIME), CAST(a AS DATETIME), DAY), 7)'
    >>> spoken("date_diff('month', a, b)", "spark")
    "TIMESTAMPDIFF(MONTH, DATE_TRUNC('MONTH', CAST(a AS TIMESTAMP)), DATE_TRUNC('MONTH', CAST(b AS TIMESTAMP)))"
    """

    def rewrite(node: exp.Expr) -> None:
        unit = unit_of(node)
        text = texts.get(unit.lower(), other).replace("UNIT", unit)
        holes: dict[str, exp.Expr] = {}
        for letter, side in (("a", node.expression), ("b", node.this)):
            moment = as_timestamp(side)
            holes |= {letter: side, f"time_{letter}": moment}
            holes[f"start_{letter}"] = exp.TimestampTrunc(this=moment.copy(), unit=exp.var(unit))
            holes[f"day_{letter}"] = exp.TimestampTrunc(this=moment.copy(), unit=exp.var("DAY"))
        node.replace(_within(node, fill(text, dialect, **holes)))

    return rewrite


def take_remainder(node: exp.Expr) -> None:
    """The day of the week from 0 on Sunday to 6 by that of ISO, from 1 on Monday to 7.

    >>> spoken("dayofweek(a)", "trino")
    'DAY_OF_WEEK(a) % 7'
    """
    node.replace(_within(node, exp.Mod(this=exp.DayOfWeekIso(this=node.this.copy()), expression=number(7))))


def extract_field(node: exp.Expr) -> None:
    """A part of a moment by EXTRACT.

    >>> spoken("hour(a)", "bigquery")
    'EXTRACT(HOUR FROM a)'
    """
    field = exp.var(type(node).__name__.upper())
    node.replace(exp.Extract(this=field, expression=node.this.copy()))


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
