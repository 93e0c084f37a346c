"""What every dialect but DuckDB shares; a dialect's own entries come after these and win."""

from __future__ import annotations

from collections.abc import Mapping

from whq.sql import rewrites
from whq.sql.dialects.base import Rewrite

MOMENTS = "sum powers of (x - mean) in a query and name the estimator"
FINITE = "abs(x) <= cast(1.7976931348623157e308 as double)"
_FEW = "engines differ in name, arguments or the treatment of NULL"
_SECONDS = "date_diff('second', timestamp '1970-01-01 00:00:00', t)"
_ESTIMATORS = "engines use other estimators under this name"
_NAMES = "engines differ in name"

UNSUPPORTED: Mapping[str, tuple[str, str]] = {
    # aggregates
    "skewness": (_ESTIMATORS, MOMENTS),
    "kurtosis": (_ESTIMATORS, MOMENTS),
    "count_distinct_tuple": ("few engines count distinct rows", "group by in a query"),
    "mode": (_FEW, "count and row_number() in a query"),
    "any_value": (_FEW, "min or max"),
    "arg_max": (_FEW, "row_number() in a query"),
    "arg_min": (_FEW, "row_number() in a query"),
    "group_concat": (_FEW, "return the rows"),
    "array_agg": (_FEW, "return the rows"),
    "approx_top_k": (_FEW, "count and row_number() in a query"),
    # numbers
    "int_div": ("engines round negative numbers differently", "floor(a / b)"),
    "round_digits": ("ties and types differ, Postgres has it for decimals only", "floor(x * 100 + 0.5) / 100"),
    "is_inf": ("engines lack it or name it differently", f"not {FINITE}"),
    "isfinite": ("engines lack it or name it differently", FINITE),
    "hash": ("every engine has another hash", "md5"),
    # text
    "regexp_full_match": ("it searches elsewhere", "anchor the pattern by ^ and $"),
    # dates and times
    "day_of_week": ("the first day and its number differ", "isodow(t)"),
    "extract_field": ("fields differ between engines", "year, month, day, hour, minute, or isodow(t)"),
    "hour": (_NAMES, "extract(hour from t)"),
    "minute": (_NAMES, "extract(minute from t)"),
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
    "date_trunc": (rewrites.truncate_timestamp, "date_trunc(unit, cast(d as timestamp))"),
}

NO_QUANTILE = "a query with row_number(), or quantiles of the histogram"
NO_QUALIFY = {"qualify": ("there is no QUALIFY", "a CTE and where")}
NO_CORRELATION = {
    name: (f"there is no {name}", "sums of products in a query") for name in ("corr", "covar_samp", "covar_pop")
}
_NULL_WINS = ("NULL arguments give NULL there, not elsewhere", "write it with case expressions")
NULL_WINS = {"greatest": _NULL_WINS, "least": _NULL_WINS}


def without(table: Mapping[str, tuple[Rewrite, str]], *names: str) -> dict[str, tuple[Rewrite, str]]:
    """The rewrites but those of some constructs, which a dialect lacks altogether."""
    return {name: entry for name, entry in table.items() if name not in names}
