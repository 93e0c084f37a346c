"""The constructs of SQL that dialects differ in, each with the name that the tables of `whq.sql.dialects` use."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from whq.sql.kinds import kind

NATIVE = "native"
"""Meta key of a subtree that is already in the target's own words: a user's checked SQL."""
LOWERED = "lowered"
"""Meta key of one node that a rewrite has put there, in the target's own words."""

_LISTED = """
    count sum min max stddev_samp stddev_pop variance variance_pop count_distinct
    row_number rank dense_rank lag lead ntile first_value last_value cume_dist percent_rank
    abs floor ceil sqrt exp ln power round sign mod
    coalesce nullif case if lower upper trim length substring replace str_position md5
    concat_operator like between in in_query exists interval union except intersect window rows_frame
    left_join inner_join cross_join distinct limit having order_by date timestamp year month day
    count_if filter logical_and logical_or stddev median percentile_cont approx_distinct approx_quantile
    corr covar_samp covar_pop regr_slope skewness kurtosis count_distinct_tuple mode any_value arg_max arg_min
    group_concat array_agg approx_top_k
    log div avg int_div trunc round_digits greatest least is_nan is_inf isfinite hash
    substring_from_end regexp_like regexp_full_match i_like starts_with
    null_safe_eq null_safe_neq
    date_diff date_diff_unit date_trunc date_trunc_unit timestamp_trunc date_add
    day_of_week day_of_week_iso weekday hour minute second quarter week week_of_year yearweek isoyear day_of_year
    last_day date_part extract_field time_to_unix time_to_str
    cast_fraction cast cast_timestamptz cast_timestamp cast_boolean try_cast
    qualify grouping_sets full_join range_frame groups_frame unnest table_sample lateral list read_csv read_parquet
"""
CONSTRUCTS: tuple[str, ...] = tuple(_LISTED.split())
"""Every construct that templates may use, in the order in which rewrites are applied.

A rewrite may write what a later one rewrites again: `median` asks for a `percentile_cont`, `log` makes a `div`, and
`avg` wants to see the cast to double that `div` has put there; `date_diff` truncates; `day_of_week` asks for the ISO
one. Casts come last, as many rewrites cast.
"""


def visible(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of a tree, without a user's own SQL in the target's dialect."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if not node.meta.get(NATIVE):
            yield node
            pending.extend(node.iter_expressions())


_FIELDS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"})
_NAMES: dict[type[exp.Expr], str] = {
    exp.Filter: "filter", exp.Qualify: "qualify", exp.GroupingSets: "grouping_sets", exp.Cube: "grouping_sets",
    exp.Rollup: "grouping_sets", exp.TableSample: "table_sample", exp.Lateral: "lateral", exp.Unnest: "unnest",
    exp.Div: "div", exp.IntDiv: "int_div", exp.NullSafeEQ: "null_safe_eq", exp.NullSafeNEQ: "null_safe_neq",
    exp.ILike: "i_like", exp.Array: "list", exp.Struct: "list", exp.Bracket: "list", exp.Dot: "list",
    exp.Slice: "list", exp.Lambda: "list", exp.PropertyEQ: "list", exp.Overlaps: "overlaps", exp.Adjacent: "overlaps",
    exp.ExtendsLeft: "overlaps", exp.ExtendsRight: "overlaps",
    exp.ReadCSV: "read_csv",
    exp.Pow: "power", exp.ReadParquet: "read_parquet", exp.TryCast: "try_cast", exp.PercentileCont: "percentile_cont",
    exp.StrPosition: "str_position", exp.TimeToUnix: "time_to_unix", exp.DayOfWeek: "day_of_week",
    exp.DayOfWeekIso: "day_of_week_iso", exp.Week: "week", exp.Greatest: "greatest", exp.Least: "least",
    exp.IsNan: "is_nan", exp.IsInf: "is_inf",
}  # fmt: skip


UNITS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})
"""The units of differences and truncations that every dialect has."""


def unit_of(node: exp.Expr) -> str:
    """The unit of a truncation or a difference, in capitals and the singular; days where none is given."""
    unit = node.args.get("unit")
    name = unit.name.upper() if isinstance(unit, exp.Expr) else "DAY"
    return name[:-1] if name[:-1] in UNITS else name


def construct(node: exp.Expr) -> str | None:
    """The name that a node has in the table; None for what every dialect has, such as a comparison."""
    if isinstance(node, _SHAPED):
        return _by_shape(node)
    name = _NAMES.get(type(node))
    if name is not None or not isinstance(node, exp.Func) or isinstance(node, exp.Connector):
        return name
    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return str(node.name).lower()
    return type(node).sql_name().lower()


_SHAPED = (
    exp.Cast, exp.Extract, exp.Round, exp.Distinct, exp.Join, exp.WindowSpec, exp.In, exp.DateDiff, exp.DateTrunc,
    exp.TimestampTrunc, exp.Substring,
)  # fmt: skip
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
        if node.to.this in exp.DataType.INTEGER_TYPES and kind(node.this) == "fraction":
            return "cast_fraction"
        return _SHAPED_TYPES.get(node.to.this, "cast")
    if isinstance(node, exp.Substring):
        start = node.args.get("start")
        is_low = isinstance(start, exp.Neg) or (isinstance(start, exp.Literal) and start.name == "0")
        return "substring_from_end" if is_low else "substring"
    if isinstance(node, exp.In):
        return "in_query" if node.args.get("query") else "in"
    if isinstance(node, exp.DateDiff):
        return "date_diff" if unit_of(node) in UNITS else "date_diff_unit"
    if isinstance(node, (exp.DateTrunc, exp.TimestampTrunc)):
        plain = "date_trunc" if isinstance(node, exp.DateTrunc) else "timestamp_trunc"
        return plain if unit_of(node) in UNITS else "date_trunc_unit"
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
