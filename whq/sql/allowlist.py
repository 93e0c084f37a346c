"""What user SQL may consist of: node classes, functions, types and the parts of a SELECT.

An allowlist, because every denylist of its kind was bypassed sooner or later. Allowed is what only reads, has
no side effect and gives the same answer twice; whatever sqlglot learns to parse tomorrow is refused until it
is named here.
"""

from __future__ import annotations

from sqlglot import exp

OPERATORS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe,
        exp.And, exp.Or, exp.Xor, exp.Not, exp.Paren,
        exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ,
        exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.SimilarTo, exp.Escape, exp.Glob,
        exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift,
        exp.Any, exp.All,
    }
)  # fmt: skip
PARTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.RawString, exp.National, exp.HexString,
        exp.Case, exp.If, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan,
        exp.Var, exp.Tuple, exp.Dot, exp.Bracket, exp.AtTimeZone, exp.WeekStart,
        exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.JSONPathWildcard,
    }
)  # fmt: skip
"""What an expression over the columns of one row is made of."""

QUERY_PARTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join,
        exp.Table, exp.TableAlias, exp.Alias, exp.Star, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order,
        exp.Ordered, exp.Limit, exp.Offset, exp.Fetch, exp.Distinct, exp.Exists, exp.Window, exp.WindowSpec,
        exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls, exp.Rollup, exp.Cube, exp.GroupingSets,
    }
)  # fmt: skip
"""What a SELECT has beyond that."""

ROW_FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        # numbers
        exp.Abs, exp.Acos, exp.Asin, exp.Atan, exp.Atan2, exp.Cbrt, exp.Ceil, exp.Cos, exp.Cot, exp.Degrees, exp.Exp,
        exp.Floor, exp.Greatest, exp.IsInf, exp.IsNan, exp.Least, exp.Ln, exp.Log, exp.Nanvl, exp.Pi, exp.Pow,
        exp.Radians, exp.Round, exp.SafeDivide, exp.Sign, exp.Sin, exp.Sqrt, exp.Tan, exp.Trunc, exp.WidthBucket,
        exp.BitwiseCount, exp.ToNumber, exp.ToDouble,
        # choices
        exp.Coalesce, exp.Nullif, exp.Nvl2, exp.EqualNull, exp.DecodeCase, exp.Try, exp.Convert,
        # text
        exp.Ascii, exp.ByteLength, exp.Chr, exp.Collate, exp.Concat, exp.ConcatWs, exp.Contains, exp.EndsWith,
        exp.Initcap, exp.JarowinklerSimilarity, exp.Left, exp.Length, exp.Levenshtein, exp.Lower, exp.MD5, exp.Pad,
        exp.RegexpCount, exp.RegexpExtract, exp.RegexpFullMatch, exp.RegexpILike, exp.RegexpInstr, exp.RegexpLike,
        exp.RegexpReplace, exp.RegexpSubstr, exp.Replace, exp.Reverse, exp.Right, exp.SHA, exp.SHA2, exp.Soundex,
        exp.Split, exp.SplitPart, exp.StartsWith, exp.StrPosition, exp.Substring, exp.SubstringIndex, exp.ToChar,
        exp.Translate, exp.Trim, exp.Unicode, exp.Upper, exp.Hex, exp.Unhex, exp.Repeat, exp.Space,
        # dates and times that are given, never the clock
        exp.AddMonths, exp.ConvertTimezone, exp.Date, exp.DateAdd, exp.DateDiff, exp.DateFromParts, exp.DateStrToDate,
        exp.DateSub, exp.DateToDateStr, exp.DateTrunc, exp.Datetime, exp.DatetimeAdd, exp.DatetimeDiff,
        exp.DatetimeSub, exp.DatetimeTrunc, exp.Day, exp.DayOfMonth, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear,
        exp.Dayname, exp.Extract, exp.Hour, exp.LastDay, exp.MakeInterval, exp.Minute, exp.Month, exp.Monthname,
        exp.MonthsBetween, exp.ParseDatetime, exp.ParseTime, exp.Quarter, exp.Second, exp.StrToDate, exp.StrToTime,
        exp.StrToUnix, exp.TimeAdd, exp.TimeDiff, exp.TimeFromParts, exp.TimeStrToDate, exp.TimeStrToTime,
        exp.TimeStrToUnix, exp.TimeSub, exp.TimeToStr, exp.TimeToUnix, exp.TimeTrunc, exp.Timestamp,
        exp.TimestampAdd, exp.TimestampDiff, exp.TimestampFromParts, exp.TimestampSub, exp.TimestampTrunc,
        exp.ToDays, exp.TsOrDsAdd, exp.TsOrDsDiff, exp.TsOrDsToDate, exp.TsOrDsToDateStr, exp.TsOrDsToTime,
        exp.TsOrDsToTimestamp, exp.UnixDate, exp.UnixMicros, exp.UnixMillis, exp.UnixSeconds, exp.UnixToStr,
        exp.UnixToTime, exp.Week, exp.WeekOfYear, exp.Year, exp.YearOfWeek, exp.YearOfWeekIso,
        # arrays, structs and JSON that stand in a column
        exp.Array, exp.ArrayContains, exp.ArrayContainsAll, exp.ArrayDistinct, exp.ArrayMax, exp.ArrayMin,
        exp.ArrayOverlaps, exp.ArraySize, exp.ArraySum, exp.ArrayToString, exp.JSONArrayContains, exp.JSONBExists,
        exp.JSONBContains, exp.JSONBExtract, exp.JSONBExtractScalar, exp.JSONExists, exp.JSONExtract,
        exp.JSONExtractScalar, exp.JSONType, exp.MapContainsKey, exp.MapKeys, exp.MapSize, exp.ParseJSON,
        exp.StructExtract, exp.Typeof, exp.IsArray, exp.GetExtract,
    }
)  # fmt: skip
"""Functions of the values of one row."""

AGGREGATES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.AnyValue, exp.ApproxDistinct, exp.ApproxQuantile, exp.ArgMax, exp.ArgMin, exp.ArrayAgg, exp.Avg,
        exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg, exp.Corr, exp.Count, exp.CountIf, exp.CovarPop,
        exp.CovarSamp, exp.First, exp.GroupConcat, exp.Grouping, exp.Kurtosis, exp.Last, exp.LogicalAnd,
        exp.LogicalOr, exp.Max, exp.Median, exp.Min, exp.Mode, exp.PercentileCont, exp.PercentileDisc, exp.Quantile,
        exp.RegrAvgx, exp.RegrAvgy, exp.RegrCount, exp.RegrIntercept, exp.RegrR2, exp.RegrSlope, exp.Skewness,
        exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Sum, exp.Variance, exp.VariancePop,
    }
)  # fmt: skip
WINDOW_FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.CumeDist, exp.DenseRank, exp.FirstValue, exp.Lag, exp.LastValue, exp.Lead, exp.NthValue, exp.Ntile,
        exp.PercentRank, exp.Rank, exp.RowNumber,
    }
)  # fmt: skip
ROW_NODES = OPERATORS | PARTS | ROW_FUNCTIONS
QUERY_NODES = ROW_NODES | QUERY_PARTS | AGGREGATES | WINDOW_FUNCTIONS

PLAIN_FUNCTIONS: frozenset[str] = frozenset(
    {
        "isfinite", "isinf", "is_finite", "is_inf", "is_nan", "regexp_full_match", "prefix", "suffix", "char_length",
        "character_length", "octet_length", "translate", "nvl", "ifnull", "iff", "zeroifnull", "nullifzero", "gcd",
        "lcm", "even", "div0", "div0null", "list_contains", "list_has", "len", "strip_accents", "damerau_levenshtein",
        "hamming", "jaccard", "jaro_similarity", "jaro_winkler_similarity", "epoch", "epoch_ms", "julian", "date_part",
        "datepart", "make_date", "make_timestamp", "strptime", "try_strptime", "is_date", "btrim", "num_nulls",
        "num_nonnulls", "tointervalday", "tointervalmonth", "isodow", "weekday", "isoyear", "century", "decade",
        "bool_and", "bool_or", "every", "todate", "todatetime", "todatetime64", "tostring", "toint32", "toint64",
        "tofloat64", "toyear", "tomonth", "todayofmonth", "tohour", "tomonday", "tostartofday", "tostartofhour",
        "tostartofmonth", "tostartofyear", "toyyyymm", "empty", "notempty",
    }
)  # fmt: skip
"""Functions that sqlglot does not know by class but which only compute; checked by name."""

RANDOM: frozenset[type[exp.Expr]] = frozenset(
    {exp.Rand, exp.Randn, exp.Randstr, exp.Uniform, exp.Uuid, exp.Shuffle, exp.Normal, exp.Zipf}
)

TYPES: frozenset[str] = frozenset(
    {
        "BOOLEAN", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INT", "UINT", "MEDIUMINT", "BIGINT", "UBIGINT",
        "INT128", "UINT128", "INT256", "UINT256", "FLOAT", "DOUBLE", "DECIMAL", "DECIMAL32", "DECIMAL64",
        "DECIMAL128", "DECIMAL256", "BIGDECIMAL", "UDECIMAL", "UDOUBLE", "DECFLOAT", "CHAR", "NCHAR", "VARCHAR",
        "NVARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "FIXEDSTRING", "LOWCARDINALITY", "NULLABLE", "NAME",
        "DATE", "DATE32", "DATETIME", "DATETIME2", "DATETIME64", "SMALLDATETIME", "TIME", "TIMETZ", "TIMESTAMP",
        "TIMESTAMPNTZ", "TIMESTAMPLTZ", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "INTERVAL",
        "YEAR", "UUID", "JSON", "JSONB", "BINARY", "VARBINARY", "BLOB", "ARRAY", "LIST",
    }
)  # fmt: skip
"""What a value may be cast to. Types that look things up (`regclass`) and types of users are not among them."""

PARTS_OF_SELECT: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        {
            "with_",
            "expressions",
            "distinct",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "qualify",
            "windows",
            "order",
            "limit",
            "offset",
        }
    ),
    exp.SetOperation: frozenset({"with_", "this", "expression", "distinct", "by_name", "order", "limit", "offset"}),
    exp.Subquery: frozenset({"this", "alias", "with_", "order", "limit", "offset"}),
    exp.Table: frozenset({"this", "db", "catalog", "alias", "joins"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind"}),
    exp.With: frozenset({"expressions"}),
    exp.CTE: frozenset({"this", "alias", "materialized"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.Fetch: frozenset({"direction", "count"}),
    exp.Star: frozenset({"except_"}),
    exp.Group: frozenset({"expressions", "all", "rollup", "cube", "grouping_sets"}),
}
"""The arguments that a part of a SELECT may have; INTO, FOR UPDATE, SETTINGS, SAMPLE … are none of them."""


def function_names() -> tuple[str, ...]:
    """The names of all allowed functions, for hints."""
    known = {name.lower() for node in ROW_FUNCTIONS | AGGREGATES | WINDOW_FUNCTIONS for name in _sql_names(node)}
    return tuple(sorted(known | PLAIN_FUNCTIONS))


def _sql_names(node: type[exp.Expr]) -> list[str]:
    return node.sql_names() if issubclass(node, exp.Func) else []
