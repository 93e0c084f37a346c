"""What every dialect but DuckDB shares; a dialect's own entries come after these and win."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from whq.sql import rewrites
from whq.sql.dialects.base import Rewrite

T = TypeVar("T")

MOMENTS = "sum powers of (x - mean) in a query and name the estimator"
FINITE = "abs(x) <= cast(1.7976931348623157e308 as double)"
_FEW = "engines differ in name, arguments or the treatment of NULL"
_SECONDS = "date_diff('second', timestamp '1970-01-01 00:00:00', t)"
_ESTIMATORS = "engines use other estimators under this name"
_NAMES = "engines differ in name"
_UNITS = "engines differ in the units that they know"
_WEEKS = "engines differ in which week is the first"

UNSUPPORTED: Mapping[str, tuple[str, str]] = {
    # aggregates
    "skewness": (_ESTIMATORS, MOMENTS),
    "kurtosis": (_ESTIMATORS, MOMENTS),
    "count_distinct_tuple": ("few engines count distinct rows", "group by in a query"),
    "mode": (_FEW, "count and row_number() in a query"),
    "any_value": (_FEW, "min or max"),
    "arg_max": (_FEW, "row_number() in a query"),
    "arg_min": (_FEW, "row_number() in a query"),
    "regr_slope": ("few engines have it", "covar_pop(y, x) / nullif(var_pop(x), 0)"),
    "group_concat": (_FEW, "return the rows"),
    "array_agg": (_FEW, "return the rows"),
    "approx_top_k": (_FEW, "count and row_number() in a query"),
    # numbers
    "int_div": ("engines round negative numbers differently", "sign(a / b) * floor(abs(a / b)), or floor(a / b)"),
    "round_digits": ("ties and types differ, Postgres has it for decimals only", "round(x * 100) / 100"),
    "trunc": ("Spark makes an integer of it", "case when x < 0 then ceil(x) else floor(x) end"),
    "cast_fraction": ("engines round halves differently, or cut", "cast(round(x) as bigint), or floor"),
    "is_inf": ("engines lack it or name it differently", f"not {FINITE}"),
    "isfinite": ("engines lack it or name it differently", FINITE),
    "hash": ("every engine has another hash", "md5"),
    # text
    "regexp_full_match": ("it searches elsewhere", "anchor the pattern by ^ and $"),
    "substring_from_end": ("engines differ in what a start below 1 is", "a start from 1 on, or length(s) - 1"),
    # dates and times
    "date_diff_unit": (_UNITS, "floor(year(b) / 10) - floor(year(a) / 10) for decades"),
    "date_trunc_unit": (_UNITS, "year, quarter, month, week, day, hour, minute or second"),
    "date_add": (_NAMES, "t + interval 1 month"),
    "weekday": ("the first day and its number differ", "isodow(t) % 7"),
    "second": ("some give fractions of it", "date_diff('second', date_trunc('minute', t), t)"),
    "quarter": (_NAMES, "floor((month(t) + 2) / 3)"),
    "week": (_WEEKS, "date_trunc('week', t)"),
    "week_of_year": (_WEEKS, "date_trunc('week', t)"),
    "yearweek": (_WEEKS, "date_trunc('week', t)"),
    "isoyear": (_WEEKS, "year(date_trunc('week', t) + interval 3 day)"),
    "day_of_year": (_NAMES, "date_diff('day', date_trunc('year', t), t) + 1"),
    "last_day": (_NAMES, "date_trunc('month', t) + interval 1 month - interval 1 day"),
    "date_part": (_NAMES, "extract(month from t)"),
    "extract_field": ("fields differ between engines", "year, month, day, hour, minute, or isodow(t)"),
    "time_to_unix": ("engines differ in name and type", _SECONDS),
    "time_to_str": ("formats differ", "return the timestamp"),
    # the shape of a query
    "range_frame": ("engines differ in what RANGE takes", "a ROWS frame"),
    "groups_frame": ("few engines have GROUPS frames", "a ROWS frame"),
    "unnest": ("engines differ", "rows in a CTE"),
    "table_sample": ("a sample gives another answer every time", "where on a hash of the key"),
    "lateral": ("engines differ", "a join"),
    "list": ("engines differ in arrays and structs", "columns"),
    "read_csv": ("only DuckDB reads files", "load it into a table"),
    "read_parquet": ("only DuckDB reads files", "load it into a table"),
}

REWRITES: Mapping[str, tuple[Rewrite, str]] = {
    "count_if": (rewrites.sum_cases, "sum(case when c then 1 else 0 end)"),
    "filter": (rewrites.filter_by_case, "agg(case when c then x end)"),
    "logical_and": (rewrites.compare_least, "min(case when c then 1 when not c then 0 end) = 1"),
    "logical_or": (rewrites.compare_greatest, "max(case when c then 1 when not c then 0 end) = 1"),
    "stddev": (rewrites.name_sample_deviation, "stddev_samp; MySQL's stddev is that of the population"),
    "median": (rewrites.ask_half_quantile, "quantile_cont(x, 0.5)"),
    "percentile_cont": (rewrites.write_share_bare, "percentile_cont(p) within group (order by x)"),
    "log": (rewrites.divide_logarithms, "ln(x) / ln(base); the base of log(x) differs between engines"),
    "corr": (rewrites.guard_correlation, "corr(x, y) where both vary, else NULL"),
    "day_of_week": (rewrites.take_remainder, "isodow(t) % 7"),
    "hour": (rewrites.extract_field, "extract(hour from t)"),
    "minute": (rewrites.extract_field, "extract(minute from t)"),
    "date_trunc": (rewrites.truncate_timestamp, "date_trunc(unit, cast(d as timestamp))"),
}

NO_QUANTILE = "a query with row_number(), or quantiles of the histogram"
NO_QUALIFY = {"qualify": ("there is no QUALIFY", "a CTE and where")}
NO_CORRELATION = {
    name: (f"there is no {name}", "sums of products in a query") for name in ("corr", "covar_samp", "covar_pop")
}
_NULL_WINS = ("NULL arguments give NULL there, not elsewhere", "write it with case expressions")
NULL_WINS = {"greatest": _NULL_WINS, "least": _NULL_WINS}


def without(table: Mapping[str, T], *names: str) -> dict[str, T]:
    """A table but for some constructs, which a dialect takes otherwise."""
    return {name: entry for name, entry in table.items() if name not in names}
