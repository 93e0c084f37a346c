"""What kind of value an expression has, as far as its tree tells: engines differ in casts of fractions and texts."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from whq.values import LogicalType

Kind = Literal["whole", "fraction", "text", "time", "boolean", "null"]

TYPE = "type"
"""Meta key of a node whose logical type is known otherwise: a column of the dataset, a call of the engine's own."""

_OF_TYPES: dict[LogicalType, Kind] = {
    "integer": "whole", "decimal": "fraction", "float": "fraction", "text": "text", "boolean": "boolean",
    "date": "time", "timestamp": "time", "timestamptz": "time",
}  # fmt: skip
_WHOLE = (
    exp.Count, exp.CountIf, exp.Floor, exp.Ceil, exp.Round, exp.Sign, exp.Length, exp.StrPosition, exp.RowNumber,
    exp.Rank, exp.DenseRank, exp.Ntile, exp.Extract, exp.Year, exp.Month, exp.Day, exp.DateDiff, exp.DayOfWeekIso,
    exp.ApproxDistinct,
)  # fmt: skip
_FRACTION = (
    exp.Div, exp.Avg, exp.Sqrt, exp.Exp, exp.Ln, exp.Log, exp.Pow, exp.StddevSamp, exp.StddevPop, exp.Stddev,
    exp.Variance, exp.VariancePop, exp.Corr, exp.CovarSamp, exp.CovarPop, exp.PercentileCont, exp.Median,
)  # fmt: skip
_TEXT = (exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Replace, exp.MD5, exp.DPipe, exp.Concat)
_TIME = (exp.TimestampTrunc, exp.DateTrunc)
_OF_PARTS = (
    exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Neg, exp.Paren, exp.Abs, exp.Sum, exp.Min, exp.Max, exp.Coalesce,
    exp.Nullif, exp.Case, exp.If, exp.Window, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue,
)  # fmt: skip
"""What has the kind of its arguments."""


def kind(node: exp.Expr) -> Kind | None:
    """The kind of a value, None where it cannot be told. A sum of whole numbers and fractions is a fraction.

    >>> [kind(sqlglot.parse_one(text)) for text in ("floor(x)", "1 + x / 2", "lower(s)", "x", "null")]
    ['whole', 'fraction', 'text', None, 'null']
    """
    if node._meta and TYPE in node._meta:
        return _OF_TYPES.get(node._meta[TYPE])
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else ("whole" if node.is_int else "fraction")
    if isinstance(node, exp.Cast):
        return _of_cast(node)
    for kinds, answer in _CLASSES:
        if isinstance(node, kinds):
            return answer
    return _of_parts(node) if isinstance(node, _OF_PARTS) else None


_CLASSES: tuple[tuple[tuple[type[exp.Expr], ...], Kind], ...] = (
    ((exp.Null,), "null"),
    (_WHOLE, "whole"),
    (_FRACTION, "fraction"),
    (_TEXT, "text"),
    (_TIME, "time"),
    ((exp.Boolean, exp.Predicate, exp.Connector, exp.Not), "boolean"),
)


def _of_cast(node: exp.Cast) -> Kind | None:
    if node.is_type(*exp.DataType.INTEGER_TYPES):
        return "whole"
    if node.is_type(*exp.DataType.REAL_TYPES):
        return "fraction"
    if node.is_type(*exp.DataType.TEXT_TYPES):
        return "text"
    if node.is_type(*exp.DataType.TEMPORAL_TYPES):
        return "time"
    return "boolean" if node.is_type("boolean") else None


def _of_parts(node: exp.Expr) -> Kind | None:
    if isinstance(node, exp.Case):
        values = [*(item.args["true"] for item in node.args["ifs"]), node.args.get("default")]
    elif isinstance(node, exp.If):
        values = [node.args["true"], node.args.get("false")]
    elif isinstance(node, (exp.Coalesce, exp.Nullif)):
        values = [node.this, *node.expressions, node.args.get("expression")]
    elif isinstance(node, exp.Binary):
        values = [node.left, node.right]
    else:
        values = [node.this]
    kinds = {kind(value) for value in values if value is not None} - {"null"}
    if not kinds:
        return "null"
    if "fraction" in kinds and kinds <= {"fraction", "whole", None}:
        return "fraction"
    return kinds.pop() if len(kinds) == 1 else None
