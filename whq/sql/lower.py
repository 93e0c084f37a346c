"""From the portable core to one dialect: small passes, each from tree to tree, in order.

A pass says in other words what sqlglot prints wrong or what the engine lacks; the support table lists each as
`rewrite`. A user's own SQL is in the target's words already and is left alone. Nodes that a pass puts in are
marked, so that the support check does not judge them by the source dialect's meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import sqlglot
from sqlglot import exp

from whq.sql.support import LOWERED, visible

Pass = Callable[[exp.Expr, str], None]
Node = TypeVar("Node", bound=exp.Expr)


def lower(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree in the words of the dialect. The given tree is used up."""
    if dialect == "duckdb":
        nodes = list(visible(tree))  # one walk for all: it is most of what they cost
        month_chunks(node for node in reversed(nodes) if isinstance(node, exp.Alias))
        counted_cases(node for node in reversed(nodes) if isinstance(node, exp.Count))
        shared_quantiles(node for node in reversed(nodes) if isinstance(node, exp.PercentileCont))
        return tree
    holder = exp.Paren(this=tree)  # a parent, so that the root itself can be replaced
    for step in PASSES:
        step(holder, dialect)
    return holder.this.pop()  # type: ignore[no-any-return]


# --- building blocks ----------------------------------------------------------------------------------------


def _each(tree: exp.Expr, kind: type[Node]) -> Iterator[Node]:
    """Every visible node of a kind, the innermost first, so that what is inside is replaced before its frame."""
    found = [node for node in visible(tree) if isinstance(node, kind)]
    yield from reversed(found)


def _mark(node: exp.Expr) -> exp.Expr:
    node.meta[LOWERED] = True
    return node


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the target dialect, by its own name."""
    return _mark(exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments]))


def _number(value: int) -> exp.Expr:
    return exp.Neg(this=exp.Literal.number(-value)) if value < 0 else exp.Literal.number(value)


def _case(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())], default=otherwise)


def _paren(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Unary, exp.Predicate)) else node


def _cast(node: exp.Expr, to: str, dialect: str = "duckdb") -> exp.Cast:
    return exp.Cast(this=node.copy(), to=exp.DataType.build(to, dialect=dialect))


def _as_double(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.Cast) and node.is_type("double") else _cast(node, "double")


def _fill(text: str, dialect: str, **holes: exp.Expr) -> exp.Expr:
    """An expression in the target's own words, its holes filled with trees."""
    tree = exp.Paren(this=sqlglot.parse_one(text, read=dialect))
    for node in tree.walk():
        _mark(node)
    for column in list(tree.find_all(exp.Column)):
        if column.name in holes:
            column.replace(_paren(holes[column.name].copy()))
    return tree.this  # type: ignore[no-any-return]


# --- aggregates ---------------------------------------------------------------------------------------------


def counted_conditions(tree: exp.Expr, dialect: str) -> None:
    """`count_if(c)` and `agg(x) filter (where c)` as CASE, which every engine reads alike."""
    for node in _each(tree, exp.CountIf):
        node.replace(exp.Sum(this=_case(node.this, _number(1), _number(0))))
    for filtered in _each(tree, exp.Filter):
        aggregate, condition = filtered.this, filtered.expression.this
        argument = aggregate.this
        if isinstance(argument, exp.Distinct):
            argument.set("expressions", [_case(condition, item) for item in argument.expressions])
        elif argument is None or isinstance(argument, exp.Star):
            aggregate.set("this", _case(condition, _number(1)))
        else:
            aggregate.set("this", _case(condition, argument))
        filtered.replace(aggregate)


def counted_cases(counts: Iterable[exp.Count]) -> None:
    """`count(case when c then 1 end)` as `count_if(c)`, at half the cost: DuckDB makes no ones and NULLs to count.

    `count_if` of no rows is NULL, and a HUGEINT.
    """
    for node in counts:
        case = node.this
        if isinstance(case, exp.Case) and not isinstance(node.parent, (exp.Filter, exp.Window)):
            (first, *others), start, rest = case.args["ifs"], case.this, case.args.get("default")
            if not others and start is None and rest is None and first.args["true"] == _number(1):
                found = exp.Coalesce(this=exp.CountIf(this=first.this), expressions=[_number(0)])
                node.replace(_cast(found, "bigint"))


def boolean_aggregates(tree: exp.Expr, dialect: str) -> None:
    """`bool_and` and `bool_or` as the least and greatest of 0 and 1; NULL stays NULL."""
    kinds: tuple[tuple[type[exp.Expr], type[exp.Expr]], ...] = (
        (exp.LogicalAnd, exp.Min),
        (exp.LogicalOr, exp.Max),
    )
    for kind, extreme in kinds:
        for node in _each(tree, kind):
            numbers = exp.Case(
                ifs=[
                    exp.If(this=node.this.copy(), true=_number(1)),
                    exp.If(this=exp.Not(this=_paren(node.this.copy())), true=_number(0)),
                ]
            )
            node.replace(exp.Paren(this=exp.EQ(this=extreme(this=numbers), expression=_number(1))))


def sample_deviation(tree: exp.Expr, dialect: str) -> None:
    """`stddev` is that of the sample in DuckDB and that of the population in MySQL."""
    for node in _each(tree, exp.Stddev):
        node.replace(exp.StddevSamp(this=node.this.copy()))


def averages(tree: exp.Expr, dialect: str) -> None:
    """`avg` of doubles as sum / count: that of Postgres adds up squares too, and fails where they overflow."""
    for node in _each(tree, exp.Avg) if dialect == "postgres" else ():
        if isinstance(node.this, exp.Cast) and node.this.is_type("double") and not isinstance(node.parent, exp.Window):
            count = exp.Nullif(this=exp.Count(this=node.this.copy()), expression=_number(0))
            node.replace(exp.Paren(this=exp.Div(this=exp.Sum(this=node.this.copy()), expression=count, typed=True)))


def quantiles(tree: exp.Expr, dialect: str) -> None:
    """The exact quantile with linear interpolation, by the engine's own name for it."""
    for median in _each(tree, exp.Median):
        median.replace(exp.PercentileCont(this=median.this.copy(), expression=exp.Literal.number("0.5")))
    for within in _each(tree, exp.WithinGroup):
        if isinstance(within.this, exp.PercentileCont):
            ordered = within.expression.expressions[0].this
            within.replace(exp.PercentileCont(this=ordered.copy(), expression=within.this.this.copy()))
    for node in _each(tree, exp.PercentileCont):
        p = _plain_number(node.expression)
        if dialect == "clickhouse":
            call = exp.ParameterizedAgg(this="quantileExactInclusive", expressions=[p], params=[node.this.copy()])
            node.replace(_mark(call))
        elif dialect in ("spark", "databricks"):
            node.replace(_call("PERCENTILE", node.this, p))
        elif dialect == "bigquery":
            node.replace(exp.Paren(this=_fill(_BIGQUERY_QUANTILE, dialect, x=node.this, p=p)))
        else:
            node.set("expression", p)


def shared_quantiles(calls: Iterable[exp.PercentileCont]) -> None:
    """Several quantiles of one expression as places of one list: DuckDB then sorts once, not once for each."""
    alike: dict[tuple[exp.Expr | None, exp.Expr], list[exp.PercentileCont]] = {}
    for node in calls:
        if isinstance(node.expression, exp.Literal) and not isinstance(node.parent, (exp.Filter, exp.Window)):
            alike.setdefault((node.parent_select, node.this), []).append(node)
    for (_, value), nodes in alike.items():
        points = sorted({node.expression.name for node in nodes}, key=float)
        if len(points) > 1:
            for node in nodes:
                listed = exp.Array(expressions=[exp.Literal.number(point) for point in points])
                place = exp.Literal.number(points.index(node.expression.name) + 1)
                every = _mark(exp.PercentileCont(this=value.copy(), expression=_mark(listed)))
                node.replace(_mark(exp.Bracket(this=every, expressions=[place])))


def month_chunks(columns: Iterable[exp.Alias]) -> None:
    """The month of a chunk as its first day: DuckDB takes half as long for it, and groups by it faster.

    An infinite date has no day, and stays what it is.
    """
    for node in columns:
        if node.alias == "whq_chunk" and isinstance(node.this, exp.TimestampTrunc) and _unit(node.this) == "MONTH":
            date = _cast(node.this.this, "date")
            days = _cast(exp.Sub(this=_call("day", date), expression=_number(1)), "integer")
            first = exp.Sub(this=date, expression=days)
            node.set("this", _mark(exp.Coalesce(this=first, expressions=[date.copy()])))


_BELOW = "ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(CAST(FLOOR(p * (COUNT(x) - 1)) AS INT64))]"
_ABOVE = "ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(CAST(CEIL(p * (COUNT(x) - 1)) AS INT64))]"
_PART = "(p * (COUNT(x) - 1) - FLOOR(p * (COUNT(x) - 1)))"
_BIGQUERY_QUANTILE = f"{_BELOW} + ({_ABOVE} - {_BELOW}) * {_PART}"
"""The sorted values as an array, and the line between the two neighbours of the place p (n - 1)."""


def _plain_number(node: exp.Expr) -> exp.Expr:
    """The bare number in `cast(0.5 as double)`: a parameter of an aggregate must be a constant."""
    inner = node.this if isinstance(node, exp.Cast) else node
    return inner.copy() if isinstance(inner, exp.Literal) else node.copy()


def distinct_counts(tree: exp.Expr, dialect: str) -> None:
    """An exact count where there is no approximate one."""
    if dialect in ("postgres", "mysql"):
        for node in _each(tree, exp.ApproxDistinct):
            node.replace(exp.Count(this=exp.Distinct(expressions=[node.this.copy()])))


# --- numbers ------------------------------------------------------------------------------------------------


def logarithms(tree: exp.Expr, dialect: str) -> None:
    """`log` means another base on every second engine; `ln` is the same everywhere."""
    for node in _each(tree, exp.Log):
        base, value = (node.this, node.expression) if node.expression else (_number(10), node.this)
        ratio = exp.Div(this=exp.Ln(this=value.copy()), expression=exp.Ln(this=_as_double(base.copy())))
        node.replace(exp.Paren(this=ratio))


def divisions(tree: exp.Expr, dialect: str) -> None:
    """Division in double precision; Snowflake and MySQL keep four to six decimals of a quotient of integers."""
    if dialect in ("snowflake", "mysql"):
        for node in _each(tree, exp.Div):
            node.set("this", _as_double(node.this))


def not_a_number(tree: exp.Expr, dialect: str) -> None:
    """`isnan` by comparison where there is no such function."""
    for node in _each(tree, exp.IsNan):
        if dialect in ("postgres", "redshift", "snowflake"):
            nan = _cast(exp.Literal.string("NaN"), "double")
            node.replace(exp.Paren(this=exp.EQ(this=_as_double(node.this.copy()), expression=nan)))
        elif dialect == "mysql":
            node.replace(exp.Boolean(this=False))


# --- text ---------------------------------------------------------------------------------------------------


def regular_expressions(tree: exp.Expr, dialect: str) -> None:
    """A search for a match anywhere in the text, with case."""
    for node in _each(tree, exp.RegexpLike):
        if dialect == "snowflake":
            found = exp.GT(this=_call("REGEXP_INSTR", node.this, node.expression), expression=_number(0))
            node.replace(exp.Paren(this=found))
        elif dialect == "mysql":
            node.replace(_call("REGEXP_LIKE", node.this, node.expression, exp.Literal.string("c")))


# --- comparisons --------------------------------------------------------------------------------------------


def null_safe_comparisons(tree: exp.Expr, dialect: str) -> None:
    """`is [not] distinct from` where the engine lacks it, or cannot join by it."""
    for node in _each(tree, exp.NullSafeEQ):
        if dialect == "redshift":
            node.replace(_equal_or_both_null(node))
        elif dialect == "bigquery" and _in_outer_join(node):
            left, right = _call("TO_JSON_STRING", node.this), _call("TO_JSON_STRING", node.expression)
            node.replace(exp.EQ(this=left, expression=right))
    if dialect == "redshift":
        for other in _each(tree, exp.NullSafeNEQ):
            other.replace(exp.Not(this=_equal_or_both_null(other)))


def _equal_or_both_null(node: exp.NullSafeEQ | exp.NullSafeNEQ) -> exp.Expr:
    left, right = node.this, node.expression
    equal = exp.EQ(this=left.copy(), expression=right.copy())
    nulls = exp.And(this=exp.Is(this=left.copy(), expression=exp.Null()), expression=_is_null(right))
    both = exp.Or(this=exp.Paren(this=equal), expression=exp.Paren(this=nulls))
    # NULL = 1 is NULL, and NOT NULL is NULL again: the coalesce makes it a plain false
    return exp.Coalesce(this=both, expressions=[exp.Boolean(this=False)])


def _is_null(node: exp.Expr) -> exp.Expr:
    return exp.Is(this=node.copy(), expression=exp.Null())


def _in_outer_join(node: exp.Expr) -> bool:
    join = node.find_ancestor(exp.Join, exp.Select)
    return isinstance(join, exp.Join) and bool(join.side)


def grouped_names(tree: exp.Expr, dialect: str) -> None:
    """GROUP BY means columns; BigQuery prefers an alias of the same name, which may be an aggregate."""
    if dialect != "bigquery":
        return
    for select in _each(tree, exp.Select):
        group, origin = select.args.get("group"), select.args.get("from_")
        if group is None or origin is None or select.args.get("joins"):
            continue
        aliases = {item.alias for item in select.selects if isinstance(item, exp.Alias)}
        for column in group.expressions:
            if isinstance(column, exp.Column) and not column.table and column.name in aliases:
                column.set("table", exp.to_identifier(origin.this.alias_or_name, quoted=True))


# --- dates and times ----------------------------------------------------------------------------------------


def qualified_outputs(tree: exp.Expr, dialect: str) -> None:
    """`a.n` in a select list as `a.n as n`: after a join ClickHouse would name the column `a.n`."""
    if dialect != "clickhouse":
        return
    for select in _each(tree, exp.Select):
        for item in select.expressions:
            if isinstance(item, exp.Column) and item.table:
                name = exp.to_identifier(item.name, quoted=True)
                item.replace(exp.Alias(this=item.copy(), alias=name))


def truncations(tree: exp.Expr, dialect: str) -> None:
    """`date_trunc` to a timestamp; weeks start on Monday."""
    for date in _each(tree, exp.DateTrunc):
        unit = exp.var(_unit(date))
        date.replace(exp.TimestampTrunc(this=_cast(date.this, "timestamp"), unit=unit))
    for node in _each(tree, exp.TimestampTrunc):
        value, unit_name = node.this, _unit(node)
        if dialect == "bigquery":
            unit = exp.var("ISOWEEK" if unit_name == "WEEK" else unit_name)
            node.replace(_mark(exp.DatetimeTrunc(this=_timestamp(value), unit=unit)))
        elif dialect == "snowflake" and unit_name == "WEEK":
            text = "DATEADD(DAY, 1 - DAYOFWEEKISO(t), DATE_TRUNC('DAY', t))"
            node.replace(_fill(text, "snowflake", t=value))
        elif dialect == "clickhouse":
            node.replace(_cast(_mark(node.copy()), "timestamp"))
        elif dialect == "mysql" and unit_name in _MYSQL_TRUNCATIONS:
            node.replace(_fill(_MYSQL_TRUNCATIONS[unit_name], "mysql", t=value))


_MYSQL_TRUNCATIONS = {
    "MINUTE": "CAST(DATE_FORMAT(t, '%Y-%m-%d %H:%i:00') AS DATETIME)",
    "HOUR": "CAST(DATE_FORMAT(t, '%Y-%m-%d %H:00:00') AS DATETIME)",
    "DAY": "CAST(DATE(t) AS DATETIME)",
    "WEEK": "CAST(DATE(t) - INTERVAL WEEKDAY(t) DAY AS DATETIME)",
    "MONTH": "CAST(DATE_FORMAT(t, '%Y-%m-01 00:00:00') AS DATETIME)",
    "QUARTER": "CAST(MAKEDATE(YEAR(t), 1) + INTERVAL (QUARTER(t) - 1) QUARTER AS DATETIME)",
    "YEAR": "CAST(MAKEDATE(YEAR(t), 1) AS DATETIME)",
}


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.upper() if isinstance(unit, exp.Expr) else "DAY"


def _timestamp(value: exp.Expr) -> exp.Expr:
    known = isinstance(value, exp.Cast) and value.to.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)
    return value.copy() if known else _cast(value, "timestamp")


def differences(tree: exp.Expr, dialect: str) -> None:
    """Differences of timestamps in a unit; MySQL's own counts days."""
    for node in _each(tree, exp.DateDiff):
        unit = _unit(node)
        if dialect == "mysql" and unit != "DAY":
            node.replace(_call("TIMESTAMPDIFF", exp.var(unit), node.expression, node.this))
        elif dialect == "bigquery":
            later, earlier = _timestamp(node.this), _timestamp(node.expression)
            node.replace(_mark(exp.DatetimeDiff(this=later, expression=earlier, unit=exp.var(unit))))


def weekdays(tree: exp.Expr, dialect: str) -> None:
    """`isodow`: Monday is 1, Sunday 7."""
    texts = {
        "postgres": "CAST(EXTRACT(ISODOW FROM t) AS BIGINT)",
        "redshift": "MOD(CAST(EXTRACT(DOW FROM t) AS BIGINT) + 6, 7) + 1",
        "mysql": "WEEKDAY(t) + 1",
    }
    if dialect in texts:
        for node in _each(tree, exp.DayOfWeekIso):
            node.replace(exp.Paren(this=_fill(texts[dialect], dialect, t=node.this)))


def moments(tree: exp.Expr, dialect: str) -> None:
    """Casts to timestamps and booleans, in the type that keeps microseconds and needs no zone."""
    for node in _each(tree, exp.Cast):
        kind = node.to.this
        if kind is exp.DType.TIMESTAMPTZ and dialect in ("mysql", "clickhouse"):
            node.set("this", _utc(node.this))
            kind = exp.DType.TIMESTAMPNTZ
            node.set("to", exp.DataType.build("timestamp", dialect="duckdb"))
        if kind is exp.DType.BOOLEAN and dialect == "mysql":
            node.set("to", exp.DataType.build("signed", dialect="mysql"))
        if kind not in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ) or node.meta.get(LOWERED):
            continue
        exact = _TIMESTAMPS.get(dialect)
        if exact is not None:
            node.set("to", exp.DataType.build(exact, dialect=dialect))
            _mark(node)


_TIMESTAMPS = {
    "snowflake": "TIMESTAMP_NTZ",
    "bigquery": "DATETIME",
    "trino": "TIMESTAMP(6)",
    "spark": "TIMESTAMP",
    "databricks": "TIMESTAMP",
    "clickhouse": "Nullable(DateTime64(6, 'UTC'))",
    "mysql": "DATETIME(6)",
}


def _utc(value: exp.Expr) -> exp.Expr:
    """A literal with an offset as the same moment in UTC without one."""
    if not (isinstance(value, exp.Literal) and value.is_string):
        return value
    moment = datetime.fromisoformat(value.name)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return exp.Literal.string(moment.isoformat(sep=" "))


# --- whole statements ---------------------------------------------------------------------------------------

_CLICKHOUSE_SETTINGS = (
    "aggregate_functions_null_for_empty",  # sum, min and max of nothing are NULL, not 0
    "join_use_nulls",  # what an outer join does not find is NULL, not 0
    "prefer_column_name_to_alias",  # `sum(x) as x` does not change what x means beside it
)


def settings(tree: exp.Expr, dialect: str) -> None:
    """What makes ClickHouse answer as SQL says, in the statement itself, so that it can be pasted anywhere."""
    root = tree.this
    while isinstance(root, exp.SetOperation):
        root = root.expression
    if dialect == "clickhouse" and isinstance(root, exp.Select):
        root.set("settings", [exp.EQ(this=exp.var(name), expression=_number(1)) for name in _CLICKHOUSE_SETTINGS])


PASSES: tuple[Pass, ...] = (
    counted_conditions,
    boolean_aggregates,
    sample_deviation,
    quantiles,
    distinct_counts,
    logarithms,
    divisions,
    averages,  # after the divisions: its dividend is a double
    not_a_number,
    regular_expressions,
    null_safe_comparisons,
    grouped_names,
    qualified_outputs,
    truncations,
    differences,
    weekdays,
    moments,
    settings,
)
