"""What user SQL may consist of: node classes, functions, types and the parts of a SELECT.

An allowlist, because every denylist of its kind was bypassed sooner or later. Allowed is what only reads, has
no side effect and gives the same answer twice; whatever sqlglot learns to parse tomorrow is refused until it
is named here.
"""

from __future__ import annotations

from sqlglot import exp

from whq.sql import functions

OPERATORS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe,
        exp.And, exp.Or, exp.Xor, exp.Not, exp.Paren,
        exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ,
        exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.SimilarTo, exp.Escape, exp.Glob,
        exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift,
        exp.Any, exp.All, exp.Overlaps, exp.Adjacent, exp.ExtendsLeft, exp.ExtendsRight,
    }
)  # fmt: skip
PARTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.RawString, exp.National, exp.HexString,
        exp.Case, exp.If, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.ColumnDef, exp.Interval,
        exp.IntervalSpan, exp.Var, exp.Tuple, exp.Dot, exp.Bracket, exp.Slice, exp.AtTimeZone, exp.WeekStart, exp.Kwarg,
        exp.PropertyEQ, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.JSONPathWildcard,
        exp.JSONPathSlice, exp.JSONPathUnion, exp.JSONPathRecursive, exp.JSONKeyValue, exp.JSON, exp.ByteString,
        exp.BitString, exp.IntervalOp, exp.JSONExtractQuote, exp.TranslateCharacters,
        exp.FromTimeZone, exp.Lambda, exp.FormatJson, exp.OnCondition,
    }
)  # fmt: skip
"""What an expression over the columns of one row is made of."""

QUERY_PARTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join,
        exp.Table, exp.TableAlias, exp.Alias, exp.Star, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order,
        exp.Ordered, exp.Limit, exp.LimitOptions, exp.Offset, exp.Fetch, exp.Distinct, exp.Exists, exp.Window,
        exp.WindowSpec, exp.Filter, exp.WithinGroup, exp.HavingMax, exp.IgnoreNulls, exp.RespectNulls, exp.Rollup,
        exp.Cube, exp.GroupingSets,
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
        # what few engines have
        exp.Acosh, exp.Asinh, exp.Atanh, exp.Cosh, exp.Coth, exp.Csc, exp.Csch, exp.Sec, exp.Sech, exp.Sinh, exp.Tanh,
        exp.Rint, exp.Factorial, exp.CosineDistance, exp.DotProduct, exp.EuclideanDistance, exp.ManhattanDistance,
        exp.BitmapBitPosition, exp.BitmapBucketNumber, exp.BitmapCount, exp.Getbit, exp.Booland, exp.Boolnot,
        exp.Boolor, exp.SafeAdd, exp.SafeMultiply, exp.SafeNegate, exp.SafeSubtract, exp.SafeFunc, exp.NetFunc,
        exp.RangeBucket, exp.ParseBignumeric, exp.ParseNumeric, exp.ToDecfloat, exp.TryToDecfloat, exp.ToBinary,
        exp.ToBoolean, exp.Int64, exp.Float64, exp.JSONBool, exp.String, exp.LaxBool, exp.LaxFloat64, exp.LaxInt64,
        exp.LaxString, exp.Base64DecodeBinary, exp.Base64DecodeString, exp.Base64Encode, exp.BitLength,
        exp.CodePointsToBytes, exp.CodePointsToString, exp.Decode, exp.Encode, exp.Elt, exp.Format, exp.FromBase,
        exp.FromBase32, exp.FromBase64, exp.HexDecodeString, exp.IsAscii, exp.LowerHex, exp.Normalize, exp.NumberToStr,
        exp.Overlay, exp.ParseUrl, exp.RegexpExtractAll, exp.RegexpSplit, exp.RtrimmedLength,
        exp.SafeConvertBytesToString, exp.SoundexP123, exp.StringToArray, exp.Strtok, exp.StrtokToArray, exp.Stuff,
        exp.ToBase32, exp.ToBase64, exp.ToCodePoints, exp.TryBase64DecodeBinary, exp.TryBase64DecodeString,
        exp.TryHexDecodeString, exp.TryHexDecodeBinary, exp.Negative, exp.Host, exp.RegDomain, exp.ParseIp,
        exp.CityHash64, exp.FarmFingerprint, exp.MD5Digest, exp.MD5NumberLower64, exp.MD5NumberUpper64, exp.SHA1Digest,
        exp.SHA2Digest, exp.StandardHash, exp.StDistance, exp.StPoint, exp.MatchAgainst, exp.CheckJson, exp.CheckXml,
        exp.DateBin, exp.DateFromUnixDate, exp.DateToDi, exp.DiToDate, exp.FromISO8601Date, exp.FromISO8601Timestamp,
        exp.FromISO8601TimestampNanos, exp.JustifyDays, exp.JustifyHours, exp.JustifyInterval, exp.NextDay,
        exp.PreviousDay, exp.Time, exp.TimeSlice, exp.TimeToTimeStr, exp.TimestampLtzFromParts,
        exp.TimestampTzFromParts, exp.TsOrDiToDi, exp.TsOrDsToDatetime, exp.UnixToTimeStr, exp.ArrayAppend,
        exp.ArrayCompact, exp.ArrayConcat, exp.ArrayConstructCompact, exp.ArrayContainedBy, exp.ArrayExcept,
        exp.ArrayFirst, exp.ArrayInsert, exp.ArrayIntersect, exp.ArrayLast, exp.ArrayPosition, exp.ArrayPrepend,
        exp.ArrayRemove, exp.ArrayRemoveAt, exp.ArrayReverse, exp.ArraySlice, exp.ArraySort, exp.ArraysZip, exp.List,
        exp.ToArray, exp.Map, exp.MapCat, exp.MapDelete, exp.MapFromEntries, exp.MapInsert, exp.MapPick, exp.StarMap,
        exp.StrToMap, exp.ToMap, exp.VarMap, exp.Struct, exp.ObjectInsert, exp.GetIgnoreCase, exp.FromJson,
        exp.IsNullValue, exp.JSONArray, exp.JSONArrayAppend, exp.JSONArrayInsert, exp.JSONBContainsAllTopKeys,
        exp.JSONBContainsAnyTopKeys, exp.JSONBContainsTopKey, exp.JSONBDeleteAtPath, exp.JSONBPathExists, exp.JSONCast,
        exp.JSONExtractArray, exp.JSONFormat, exp.JSONKeys, exp.JSONKeysAtDepth, exp.JSONObject, exp.JSONRemove,
        exp.JSONSet, exp.JSONStripNulls, exp.JSONValueArray, exp.StripNullValue, exp.ToVariant, exp.ArrayAny,
        exp.ArrayAll, exp.ArrayFilter, exp.Transform, exp.Flatten, exp.GenerateSeries, exp.RegrValx, exp.RegrValy,
    }
)  # fmt: skip
"""Functions of the values of one row."""

AGGREGATES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.AnyValue, exp.ApproxDistinct, exp.ApproxQuantile, exp.ArgMax, exp.ArgMin, exp.ArrayAgg, exp.Avg,
        exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg, exp.Corr, exp.Count, exp.CountIf, exp.CovarPop,
        exp.CovarSamp, exp.First, exp.GroupConcat, exp.Grouping, exp.Kurtosis, exp.Last, exp.LogicalAnd, exp.LogicalOr,
        exp.Max, exp.Median, exp.Min, exp.Mode, exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.RegrAvgx,
        exp.RegrAvgy, exp.RegrCount, exp.RegrIntercept, exp.RegrR2, exp.RegrSlope, exp.Skewness, exp.Stddev,
        exp.StddevPop, exp.StddevSamp, exp.Sum, exp.Variance, exp.VariancePop, exp.ApproxQuantiles, exp.ApproxTopK,
        exp.ApproxTopSum, exp.ArrayConcatAgg, exp.ArrayUnionAgg, exp.ArrayUniqueAgg, exp.BoolxorAgg, exp.GroupingId,
        exp.HashAgg, exp.Hll, exp.JSONArrayAgg, exp.JSONBObjectAgg, exp.JSONObjectAgg, exp.Minhash,
        exp.ApproximateSimilarity, exp.ObjectAgg, exp.RegrSxx, exp.RegrSxy, exp.RegrSyy, }
)  # fmt: skip
WINDOW_FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.CumeDist, exp.DenseRank, exp.FirstValue, exp.Lag, exp.LastValue, exp.Lead, exp.NthValue, exp.Ntile,
        exp.PercentRank, exp.Rank, exp.RowNumber,
    }
)  # fmt: skip
ROW_NODES = OPERATORS | PARTS | ROW_FUNCTIONS
QUERY_NODES = ROW_NODES | QUERY_PARTS | AGGREGATES | WINDOW_FUNCTIONS

RANDOM: frozenset[type[exp.Expr]] = frozenset(
    {exp.Rand, exp.Randn, exp.Randstr, exp.Uniform, exp.Uuid, exp.Shuffle, exp.Normal, exp.Zipf}
)

TYPES: frozenset[str] = frozenset(
    {
        "BOOLEAN", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INT", "UINT", "MEDIUMINT", "BIGINT", "UBIGINT",
        "INT128", "UINT128", "INT256", "UINT256", "FLOAT", "DOUBLE", "DECIMAL", "DECIMAL32", "DECIMAL64", "DECIMAL128",
        "DECIMAL256", "BIGDECIMAL", "UDECIMAL", "UDOUBLE", "DECFLOAT", "CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "TEXT",
        "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "FIXEDSTRING", "LOWCARDINALITY", "NULLABLE", "NAME", "DATE", "DATE32",
        "DATETIME", "DATETIME2", "DATETIME64", "SMALLDATETIME", "TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPNTZ",
        "TIMESTAMPLTZ", "TIMESTAMPTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "INTERVAL", "YEAR", "UUID",
        "JSON", "JSONB", "BINARY", "VARBINARY", "BLOB", "ARRAY", "LIST", "STRUCT", "MAP", "OBJECT", "VARIANT", "SUPER",
        "INET", "IPV4", "IPV6", "IPADDRESS", "MONEY", "INT4RANGE", "INT8RANGE", "NUMRANGE", "TSRANGE", "TSTZRANGE",
        "DATERANGE",
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
    exp.Fetch: frozenset({"direction", "count", "limit_options"}),
    exp.Star: frozenset({"except_", "replace"}),
    exp.Group: frozenset({"expressions", "all", "rollup", "cube", "grouping_sets"}),
}
"""The arguments that a part of a SELECT may have; INTO, FOR UPDATE, SETTINGS, SAMPLE … are none of them."""


def function_names(dialect: str) -> tuple[str, ...]:
    """The names of all allowed functions of a dialect, for hints."""
    known = {name.lower() for node in ROW_FUNCTIONS | AGGREGATES | WINDOW_FUNCTIONS for name in _sql_names(node)}
    return tuple(sorted(known | functions.plain(dialect) | functions.aggregates(dialect)))


def _sql_names(node: type[exp.Expr]) -> list[str]:
    return node.sql_names() if issubclass(node, exp.Func) else []
