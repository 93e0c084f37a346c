"""ClickHouse."""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from whq.sql import rewrites
from whq.sql.constructs import visible
from whq.sql.dialects import common
from whq.sql.dialects.base import Dialect, Rewrite
from whq.sql.kinds import TYPE, kind
from whq.values import LogicalType

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


def call_utf8(name: str, of: LogicalType = "text") -> Rewrite:
    """The rewrite of a function of text into the one that counts and changes characters: the plain ones take bytes.

    >>> spoken("substring(a, 1, 2)", "clickhouse"), spoken("upper(a)", "clickhouse")
    ('substringUTF8(a, 1, 2)', 'upperUTF8(a)')
    """

    def rewrite(node: exp.Expr) -> None:
        arguments = [node.this, node.args.get("substr"), node.args.get("start"), node.args.get("length")]
        call = rewrites.call(name, *(item for item in arguments if item is not None))
        call.meta[TYPE] = of
        node.replace(call)

    return rewrite


def set_nulls_apart(node: exp.Expr) -> None:
    """A list without its NULL, which ClickHouse skips: a value that is not in `(2, null)` is unknown, not other.

    >>> spoken("a in (2, null)", "clickhouse"), spoken("a not in (2, null)", "clickhouse")
    ('(a IN (2) OR NULL)', 'NOT (a IN (2) OR NULL)')
    """
    values = [item for item in node.expressions if not isinstance(item, exp.Null)]
    if len(values) < len(node.expressions):
        within = exp.In(this=node.this.copy(), expressions=values) if values else exp.Null()
        node.replace(exp.Paren(this=exp.Or(this=within, expression=exp.Null())))


def let_be_null(node: exp.Expr) -> None:
    """A function of another row, NULL where there is none: ClickHouse gives 0 for a column that is never NULL.

    >>> spoken("lag(a) over (order by b)", "clickhouse")
    'lag(toNullable(a)) OVER (ORDER BY b)'
    """
    node.set("this", rewrites.call("toNullable", node.this))


def respect_nulls(node: exp.Expr) -> None:
    """The first or last value, NULL or not: ClickHouse skips NULLs unless it is told not to.

    >>> spoken("first_value(a) over (order by b)", "clickhouse")
    'FIRST_VALUE(toNullable(a)) RESPECT NULLS OVER (ORDER BY b)'
    """
    let_be_null(node)
    if not isinstance(node.parent, exp.IgnoreNulls):
        node.replace(exp.RespectNulls(this=node.copy()))


_CASTS = {
    exp.DType.TINYINT: ("Int8", "0"), exp.DType.SMALLINT: ("Int16", "0"), exp.DType.INT: ("Int32", "0"),
    exp.DType.BIGINT: ("Int64", "0"), exp.DType.FLOAT: ("Float32", "0"), exp.DType.DOUBLE: ("Float64", "0"),
    exp.DType.DATE: ("Date32", "1970-01-01"), exp.DType.TIMESTAMP: ("DateTime64(6, \\'UTC\\')", "1970-01-01"),
    exp.DType.TIMESTAMPNTZ: ("DateTime64(6, \\'UTC\\')", "1970-01-01"), exp.DType.BOOLEAN: ("Bool", "false"),
}  # fmt: skip
"""Types by their own names, and a text that each accepts."""


def fail_on_bad_text(node: exp.Expr) -> None:
    """Convert text so that what does not fit is an error: a cast to a nullable type makes NULL of it.

    `accurateCast` takes no NULL, so another text stands for it where the result is NULL anyhow.

    >>> spoken("cast(lower(a) as bigint)", "clickhouse")
    "CASE WHEN NOT (lowerUTF8(a) IS NULL) THEN accurateCast(COALESCE(lowerUTF8(a), '0'), 'Int64') END"
    >>> spoken("cast(floor(a) as bigint)", "clickhouse")
    'CAST(FLOOR(a) AS Nullable(Int64))'
    """
    to = node.args["to"].this
    if to in _CASTS and _is_text(node.this) and not _is_valid(node.this, to):
        name, filler = _CASTS[to]
        text = f"CASE WHEN NOT t IS NULL THEN accurateCast(COALESCE(t, '{filler}'), '{name}') END"
        node.replace(rewrites.fill(text, "clickhouse", t=node.this))


def _is_text(value: exp.Expr) -> bool:
    """Whether a value is a text, or a column that is one where the same statement makes it."""
    if kind(value) is None and isinstance(value, exp.Column):
        sources = (alias.this for alias in value.root().find_all(exp.Alias) if alias.alias == value.name)
        return any(kind(source) == "text" for source in sources)
    return kind(value) == "text"


def _is_valid(value: exp.Expr, to: exp.DType) -> bool:
    """Whether a literal certainly is what it is cast to."""
    if not isinstance(value, exp.Literal):
        return False
    try:
        if to in (exp.DType.FLOAT, exp.DType.DOUBLE):
            float(value.name)
        else:
            datetime.fromisoformat(value.name)
    except ValueError:
        return False
    return True


def cast_to_timestamp(node: exp.Expr) -> None:
    """Cast to the timestamp that keeps microseconds, with an error for a text that is none.

    >>> spoken("cast(a as timestamp)", "clickhouse")
    "CAST(a AS Nullable(DateTime64(6, 'UTC')))"
    """
    whole = exp.Paren(this=node.copy())
    fail_on_bad_text(whole.this)
    if isinstance(whole.this, exp.Cast):
        _to_datetime64(node)
    else:
        node.replace(whole.this)


_to_datetime64 = rewrites.cast_as("Nullable(DateTime64(6, 'UTC'))", "clickhouse")


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


_STABLE: dict[type[exp.Expr], str] = {
    exp.Stddev: "stddevSampStable", exp.StddevSamp: "stddevSampStable", exp.StddevPop: "stddevPopStable",
    exp.Variance: "varSampStable", exp.VariancePop: "varPopStable",
    exp.CovarSamp: "covarSampStable", exp.CovarPop: "covarPopStable", exp.Corr: "corrStable",
}  # fmt: skip


def keep_digits(tree: exp.Expr) -> None:
    """Spreads by the functions that keep their digits: of 1000000004 and 1000000016 the plain ones say 0.

    >>> spoken("stddev_pop(a)", "clickhouse"), spoken("corr(a, 1)", "clickhouse").split(" THEN ")[-1]
    ('stddevPopStable(a)', 'corrStable(a, 1) END')
    """
    for node in [node for node in visible(tree) if type(node) in _STABLE]:
        operands = [node.this, *([node.expression] if node.args.get("expression") else [])]
        node.replace(rewrites.call(_STABLE[type(node)], *operands))


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


_IN_CAPITALS = "MD4 MD5 SHA1 SHA224 SHA256 SHA384 SHA512 SHA512_256 RIPEMD160 JSON_EXISTS JSON_QUERY JSON_VALUE"
_NULL_OR_NOT = (
    "NULL arguments give NULL in older versions and are skipped in newer ones",
    "write it with case expressions",
)

DIALECT = Dialect(
    name="clickhouse",
    in_capitals=frozenset(_IN_CAPITALS.split()),
    unsupported={
        **common.UNSUPPORTED,
        **dict.fromkeys(("greatest", "least"), _NULL_OR_NOT),
        "in_query": ("it skips NULLs in what the SELECT returns", "a left join, and is null"),
        "approx_quantile": ("no such aggregate with a stated error", "quantile_cont"),
        "try_cast": ("sqlglot prints a plain cast", "clean the column in a view"),
    },
    rewrites={
        **common.REWRITES,
        "percentile_cont": (pass_share_as_parameter, "quantileExactInclusive(p)(x)"),
        "timestamp_trunc": (truncate_to_timestamp, "as a timestamp again: it gives a date"),
        "cast_timestamptz": (rewrites.drop_offset, "the same moment as a UTC timestamp"),
        "cast_timestamp": (cast_to_timestamp, "with microseconds; an error for a text that is none"),
        "cast": (fail_on_bad_text, "accurateCast(s, type) of text: a cast would make NULL of what does not fit"),
        "cast_boolean": (
            fail_on_bad_text,
            "accurateCast(s, 'Bool') of text: a cast would make NULL of what does not fit",
        ),
        "lower": (call_utf8("lowerUTF8"), "lowerUTF8(s): its lower knows ASCII only"),
        "upper": (call_utf8("upperUTF8"), "upperUTF8(s): its upper knows ASCII only"),
        "substring": (call_utf8("substringUTF8"), "substringUTF8(s, start, length): its substring takes bytes"),
        "str_position": (call_utf8("positionUTF8", "integer"), "positionUTF8(s, part): its position counts bytes"),
        "in": (set_nulls_apart, "(x in (…) or null) where the list holds NULL, which it skips"),
        "lag": (let_be_null, "lag(toNullable(x)): it gives 0 where there is no row"),
        "lead": (let_be_null, "lead(toNullable(x)): it gives 0 where there is no row"),
        "first_value": (respect_nulls, "first_value(toNullable(x)) respect nulls: it skips NULLs"),
        "last_value": (respect_nulls, "last_value(toNullable(x)) respect nulls: it skips NULLs"),
        "stddev_samp": (rewrites.guard_single_row, "the stable form, NULL for one row: it gives NaN"),
        "stddev": (rewrites.guard_single_row, "the stable form, NULL for one row: it gives NaN"),
        "variance": (rewrites.guard_single_row, "the stable form, NULL for one row: it gives NaN"),
        "covar_samp": (rewrites.guard_single_row, "the stable form, NULL for one row: it gives NaN"),
        "round": (rewrites.round_half_away, "sign(x) * (floor(abs(x)) + …): it rounds half a double to even"),
        "date_diff": (
            rewrites.subtract("clickhouse", "DATE_DIFF(UNIT, a, b)", week="intDiv(DATE_DIFF(DAY, a, b), 7)"),
            "date_diff, a week as seven days",
        ),
    },
    statement=(keep_digits, name_outputs, add_settings),
)
