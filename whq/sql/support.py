"""What each engine can say: one table, construct × dialect.

sqlglot prints a function whether or not the engine has it, and a few that the engine has mean something else
there. So every construct that templates may use stands here: `native` (sqlglot prints it right), `rewrite`
(`whq.sql.lower` says it another way) or `unsupported` with the reason and what to do instead. What does not
stand here does not compile.

Measured with sqlglot 30.30 on DuckDB, Postgres, ClickHouse, Spark, MariaDB and GoogleSQL; from the vendors'
manuals for Snowflake, Redshift, Trino, Databricks and MySQL 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct
from sqlglot import exp

from whq.errors import Problem, did_you_mean
from whq.sql import allowlist

DIALECTS: tuple[str, ...] = (
    "duckdb", "postgres", "snowflake", "bigquery", "databricks", "spark", "redshift", "trino", "clickhouse", "mysql",
)  # fmt: skip
NATIVE = "native"
"""Meta key of a subtree that is already in the target's own words: a user's checked SQL."""
LOWERED = "lowered"
"""Meta key of one node that a lowering pass has put there."""


class Support(Struct, frozen=True):
    """How one dialect takes one construct; `note` is the rewrite, or the reason why there is none."""

    status: Literal["native", "rewrite", "unsupported"] = "native"
    note: str = ""
    alternative: str = ""


Row = Mapping[str, Support]
_NATIVE = Support()


def _row(
    rewrite: Mapping[str, str] | None = None, unsupported: Mapping[str, str] | None = None, instead: str = ""
) -> Row:
    """A row of the table: native but for the dialects named; keys hold several dialects, `*` all but DuckDB."""
    cells = dict.fromkeys(DIALECTS, _NATIVE)
    for names, note in (unsupported or {}).items():
        cells |= {dialect: Support("unsupported", note, instead) for dialect in _dialects(names)}
    for names, note in (rewrite or {}).items():
        cells |= {dialect: Support("rewrite", note) for dialect in _dialects(names)}
    return MappingProxyType(cells)


def _dialects(names: str) -> tuple[str, ...]:
    return DIALECTS[1:] if names == "*" else tuple(names.split())


def _everywhere(names: str) -> dict[str, Row]:
    return {name: _row() for name in names.split()}


_CASE_INSTEAD = "write it with case expressions"
_MOMENTS = "sum powers of (x - mean) in a query and name the estimator"
_CENTURY = "date_diff('second', timestamp '1970-01-01 00:00:00', t)"
_FINITE = "abs(x) <= cast(1.7976931348623157e308 as double)"
_FEW_FUNCTIONS = {"*": "engines differ in name, arguments or the treatment of NULL"}

SUPPORT: Mapping[str, Row] = MappingProxyType(
    {
        **_everywhere("count sum min max stddev_samp stddev_pop variance variance_pop count_distinct"),
        **_everywhere("row_number rank dense_rank lag lead ntile first_value last_value cume_dist percent_rank"),
        **_everywhere("abs floor ceil sqrt exp ln power round sign mod"),
        **_everywhere("coalesce nullif case if cast lower upper trim length substring replace str_position md5"),
        **_everywhere("concat_operator like between in exists interval union except intersect window rows_frame"),
        **_everywhere("left_join inner_join cross_join distinct limit having order_by date timestamp year month day"),
        # aggregates
        "avg": _row({"postgres": "sum(x) / count(x): its avg adds up squares too, which may overflow"}),
        "count_if": _row({"*": "sum(case when c then 1 else 0 end)"}),
        "filter": _row({"*": "agg(case when c then x end)"}),
        "logical_and": _row({"*": "min(case when c then 1 else 0 end) = 1"}),
        "logical_or": _row({"*": "max(case when c then 1 else 0 end) = 1"}),
        "stddev": _row({"*": "stddev_samp; MySQL's stddev is that of the population"}),
        "percentile_cont": _row(
            {
                "postgres snowflake redshift": "percentile_cont(p) within group (order by x)",
                "databricks spark": "percentile(x, p), the exact one",
                "clickhouse": "quantileExactInclusive(p)(x)",
                "bigquery": "from array_agg(x order by x), in memory: percentile_cont is a window function only",
            },
            {
                "trino": "there is only approx_percentile",
                "mysql": "there is no percentile",
            },
            "a query with row_number(), or quantiles of the histogram",
        ),
        "median": _row(
            {"postgres snowflake redshift databricks spark clickhouse bigquery": "the exact 0.5 quantile"},
            {"trino mysql": "there is no exact percentile aggregate"},
            "a query with row_number(), or quantiles of the histogram",
        ),
        "approx_distinct": _row({"postgres mysql": "count(distinct x), exact"}),
        "approx_quantile": _row(
            None,
            {
                "postgres redshift clickhouse mysql": "no such aggregate with a stated error",
                "bigquery": "approx_quantiles takes a number of parts",
            },
            "quantile_cont",
        ),
        "corr": _row(None, {"redshift mysql": "there is no corr"}, "sums of products in a query"),
        "covar_samp": _row(None, {"redshift mysql": "there is no covar_samp"}, "sums of products in a query"),
        "covar_pop": _row(None, {"redshift mysql": "there is no covar_pop"}, "sums of products in a query"),
        "skewness": _row(None, {"*": "engines use other estimators under this name"}, _MOMENTS),
        "kurtosis": _row(None, {"*": "engines use other estimators under this name"}, _MOMENTS),
        "count_distinct_tuple": _row(None, {"*": "few engines count distinct rows"}, "group by in a query"),
        "mode": _row(None, _FEW_FUNCTIONS, "count and row_number() in a query"),
        "any_value": _row(None, _FEW_FUNCTIONS, "min or max"),
        "arg_max": _row(None, _FEW_FUNCTIONS, "row_number() in a query"),
        "arg_min": _row(None, _FEW_FUNCTIONS, "row_number() in a query"),
        "group_concat": _row(None, _FEW_FUNCTIONS, "return the rows"),
        "array_agg": _row(None, _FEW_FUNCTIONS, "return the rows"),
        "approx_top_k": _row(None, _FEW_FUNCTIONS, "count and row_number() in a query"),
        # numbers
        "log": _row({"*": "ln(x) / ln(base); the base of log(x) differs between engines"}),
        "div": _row(
            {
                "postgres redshift trino": "the dividend as double: they divide integers as integers",
                "snowflake mysql": "the dividend as double: they keep few decimals",
            }
        ),
        "int_div": _row(None, {"*": "engines round negative numbers differently"}, "floor(a / b)"),
        "round_digits": _row(
            None, {"*": "ties and types differ, Postgres has it for decimals only"}, "floor(x * 100 + 0.5) / 100"
        ),
        "greatest": _row(
            None, {"bigquery mysql trino clickhouse": "NULL arguments give NULL there, not elsewhere"}, _CASE_INSTEAD
        ),
        "least": _row(
            None, {"bigquery mysql trino clickhouse": "NULL arguments give NULL there, not elsewhere"}, _CASE_INSTEAD
        ),
        "is_nan": _row(
            {"postgres redshift snowflake": "x = cast('NaN' as double)", "mysql": "false: MySQL has no NaN"}
        ),
        "is_inf": _row(None, {"*": "engines lack it or name it differently"}, f"not {_FINITE}"),
        "isfinite": _row(None, {"*": "engines lack it or name it differently"}, _FINITE),
        "hash": _row(None, {"*": "every engine has another hash"}, "md5"),
        # text
        "regexp_like": _row(
            {
                "snowflake": "regexp_instr(x, p) > 0: its regexp_like matches the whole text",
                "mysql": "regexp_like(x, p, 'c'): otherwise the collation decides about case",
            }
        ),
        "regexp_full_match": _row(None, {"*": "it searches elsewhere"}, "anchor the pattern by ^ and $"),
        "i_like": _row(),
        "starts_with": _row(None, {"mysql redshift": "there is no starts_with"}, "like 'text%'"),
        # dates and times
        "timestamp_trunc": _row(
            {
                "bigquery": "datetime_trunc, week as isoweek: its week starts on Sunday",
                "snowflake": "week by dayofweekiso: its week start is a parameter",
                "clickhouse": "as a timestamp again: it gives a date",
                "mysql": "date arithmetic: there is no date_trunc",
            }
        ),
        "date_trunc": _row(
            {
                "bigquery": "datetime_trunc, week as isoweek: its week starts on Sunday",
                "snowflake": "week by dayofweekiso: its week start is a parameter",
                "clickhouse": "as a timestamp again: it gives a date",
                "mysql": "date arithmetic: there is no date_trunc",
            }
        ),
        "date_diff": _row({"bigquery": "datetime_diff", "mysql": "timestampdiff: its datediff counts days"}),
        "day_of_week_iso": _row(
            {
                "postgres": "extract(isodow from t)",
                "redshift": "from extract(dow from t)",
                "mysql": "weekday(t) + 1",
            }
        ),
        "day_of_week": _row(None, {"*": "the first day and its number differ"}, "isodow(t)"),
        "extract_field": _row(
            None, {"*": "fields differ between engines"}, "year, month, day, hour, minute, or isodow(t)"
        ),
        "hour": _row(None, {"*": "engines differ in name"}, "extract(hour from t)"),
        "minute": _row(None, {"*": "engines differ in name"}, "extract(minute from t)"),
        "time_to_unix": _row(None, {"*": "engines differ in name and type"}, _CENTURY),
        "time_to_str": _row(None, {"*": "formats differ"}, "return the timestamp"),
        "cast_timestamp": _row(
            {
                "trino clickhouse": "with microseconds",
                "databricks spark": "timestamp; the session's zone is UTC",
            }
        ),
        "cast_timestamptz": _row({"mysql clickhouse": "the same moment as a UTC timestamp"}),
        "cast_boolean": _row({"mysql": "signed: its booleans are numbers"}),
        "try_cast": _row(
            None,
            {
                "postgres mysql redshift": "there is no try_cast",
                "snowflake": "try_cast takes text only",
                "clickhouse": "sqlglot prints a plain cast",
            },
            "clean the column in a view",
        ),
        # the shape of a query
        "null_safe_eq": _row(
            {
                "redshift": "(a = b or (a is null and b is null))",
                "bigquery": "to_json_string(a) = to_json_string(b) in an outer join, which needs an equality",
                "mysql": "a <=> b",
            }
        ),
        "null_safe_neq": _row(
            {"redshift": "not (a = b or (a is null and b is null))", "mysql": "not a <=> b"},
        ),
        "qualify": _row(None, {"postgres trino mysql": "there is no QUALIFY"}, "a CTE and where"),
        "grouping_sets": _row(None, {"mysql": "there are no grouping sets"}, "UNION ALL of GROUP BYs"),
        "full_join": _row(None, {"mysql": "there is no FULL JOIN"}, "UNION ALL and GROUP BY"),
        "range_frame": _row(None, {"*": "engines differ in what RANGE takes"}, "a ROWS frame"),
        "groups_frame": _row(None, {"*": "few engines have GROUPS frames"}, "a ROWS frame"),
        "unnest": _row(None, {"*": "engines differ"}, "rows in a CTE"),
        "table_sample": _row(None, {"*": "a sample gives another answer every time"}, "where on a hash of the key"),
        "lateral": _row(None, {"*": "engines differ"}, "a join"),
        "list": _row(None, {"*": "engines differ in arrays and structs"}, "columns"),
        "read_csv": _row(None, {"*": "only DuckDB reads files"}, "load it into a table"),
        "read_parquet": _row(None, {"*": "only DuckDB reads files"}, "load it into a table"),
    }
)

_FIELDS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"})
_NAMES: dict[type[exp.Expr], str] = {
    exp.Filter: "filter", exp.Qualify: "qualify", exp.GroupingSets: "grouping_sets", exp.Cube: "grouping_sets",
    exp.Rollup: "grouping_sets", exp.TableSample: "table_sample", exp.Lateral: "lateral", exp.Unnest: "unnest",
    exp.Div: "div", exp.IntDiv: "int_div", exp.NullSafeEQ: "null_safe_eq", exp.NullSafeNEQ: "null_safe_neq",
    exp.ILike: "i_like", exp.Array: "list", exp.Struct: "list", exp.Bracket: "list", exp.Dot: "list",
    exp.ReadCSV: "read_csv", exp.ReadParquet: "read_parquet", exp.Pow: "power",
    exp.TryCast: "try_cast", exp.PercentileCont: "percentile_cont",
    exp.StrPosition: "str_position", exp.TimeToUnix: "time_to_unix", exp.DateTrunc: "date_trunc",
    exp.DateDiff: "date_diff", exp.DayOfWeekIso: "day_of_week_iso", exp.DayOfWeek: "day_of_week",
    exp.Greatest: "greatest", exp.Least: "least", exp.IsNan: "is_nan", exp.IsInf: "is_inf",
}  # fmt: skip


def construct(node: exp.Expr) -> str | None:
    """The name that a node has in the table; None for what every dialect has, such as a comparison."""
    if isinstance(node, (exp.Cast, exp.Extract, exp.Round, exp.Distinct, exp.Join, exp.WindowSpec)):
        return _by_shape(node)
    name = _NAMES.get(type(node))
    if name is not None or not isinstance(node, exp.Func) or isinstance(node, exp.Connector):
        return name
    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return str(node.name).lower()
    return type(node).sql_name().lower()


_SHAPED_TYPES = {
    exp.DType.TIMESTAMP: "cast_timestamp",
    exp.DType.TIMESTAMPNTZ: "cast_timestamp",
    exp.DType.TIMESTAMPTZ: "cast_timestamptz",
    exp.DType.BOOLEAN: "cast_boolean",
}


def _by_shape(node: exp.Expr) -> str | None:
    if isinstance(node, exp.TryCast):
        return "try_cast"
    if isinstance(node, exp.Cast):
        return _SHAPED_TYPES.get(node.to.this, "cast")
    if isinstance(node, exp.Extract):
        return None if node.name.upper() in _FIELDS else "extract_field"
    if isinstance(node, exp.Round):
        return "round_digits" if node.args.get("decimals") else "round"
    if isinstance(node, exp.Distinct):
        several = len(node.expressions) > 1 or any(isinstance(item, exp.Tuple) for item in node.expressions)
        return "count_distinct_tuple" if several and isinstance(node.parent, exp.Count) else "distinct"
    if isinstance(node, exp.Join):
        return "full_join" if node.side == "FULL" else None
    frame = str(node.args.get("kind") or "ROWS").upper()
    return f"{frame.lower()}_frame"


def support(name: str, dialect: str) -> Support | None:
    """How a dialect takes a construct, or None where the table does not know it."""
    row = SUPPORT.get(name)
    return row[dialect] if row is not None else None


def visible(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of a tree, without a user's own SQL in the target's dialect."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if not node.meta.get(NATIVE):
            yield node
            pending.extend(node.iter_expressions())


def check(tree: exp.Expr, dialect: str) -> tuple[Problem, ...]:
    """What of a lowered tree the dialect cannot say; empty when all is well."""
    problems: dict[str, Problem] = {}
    for node in visible(tree):
        name = None if node.meta.get(LOWERED) else construct(node)
        if name is None or name in problems:
            continue
        problem = _problem(node, name, dialect)
        if problem is not None:
            problems[name] = problem
    return tuple(problems.values())


def _problem(node: exp.Expr, name: str, dialect: str) -> Problem | None:
    found = support(name, dialect)
    if found is None:
        if dialect == "duckdb" and (type(node) in allowlist.QUERY_NODES or name in allowlist.PLAIN_FUNCTIONS):
            return None
        known = [word for word, row in SUPPORT.items() if row[dialect].status != "unsupported"]
        message = f"{dialect}: the function {name} is not in the support table"
        return Problem("WHQ-S301", "support", message, did_you_mean(name, known))
    if found.status == "unsupported":
        instead = f"instead: {found.alternative}" if found.alternative else None
        return Problem("WHQ-S300", "support", f"{dialect} cannot express {name}: {found.note}", instead)
    return None
