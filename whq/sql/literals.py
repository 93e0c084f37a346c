"""Values as SQL trees."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from sqlglot import exp

from whq.values import Scalar


def literal(value: Scalar) -> exp.Expr:
    """A value as SQL; floats are cast, because a bare `2.5` is a decimal number in some dialects."""
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return _number(str(value))
    if isinstance(value, float):
        return double(value)
    if isinstance(value, Decimal):
        return _number(format(value, "f"))
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "timestamptz" if value.tzinfo else "timestamp")
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.Literal.string(value)


def double(value: float) -> exp.Expr:
    """A double precision constant."""
    if not isfinite(value):
        raise ValueError(f"{value} cannot be written in SQL")
    return exp.cast(_number(repr(float(value))), "double")


def _number(text: str) -> exp.Expr:
    return exp.Neg(this=exp.Literal.number(text[1:])) if text.startswith("-") else exp.Literal.number(text)
