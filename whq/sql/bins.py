"""The bin of a numeric column that a value falls into, as SQL."""

from __future__ import annotations

from math import isfinite, ulp

from msgspec import Struct
from sqlglot import exp

from whq.sql.literals import double
from whq.values import Cuts


class _Ladder(Struct, frozen=True):
    """Evenly spaced cuts: exclusive ones at `first + place * step` for places 0 … parts - 1, and one more at `last`."""

    first: float
    step: float
    parts: int
    last: float
    is_last_inclusive: bool


def bins(value: exp.Expr, cuts: Cuts) -> exp.Expr:
    """The number of the bin that a value falls into, from 0; NULL stays NULL.

    It is the number of cuts that the value has passed. Cuts that lie evenly are counted by arithmetic, whose cost does
    not grow with their number; every other cut costs a comparison.

    Args:
        value: a numeric expression; it is copied.
        cuts: where the axis is cut.

    >>> bins(exp.column("x"), Cuts((1.0, 2.0), (False, True))).sql("duckdb")
    'CASE WHEN x < CAST(1.0 AS DOUBLE) THEN 0 WHEN x <= CAST(2.0 AS DOUBLE) THEN 1 WHEN NOT x IS NULL THEN 2 END'
    """
    ladder = _ladder(cuts)
    if ladder is None:
        return _compared(value, cuts)
    rungs = {(ladder.first + place * ladder.step, False) for place in range(ladder.parts)}
    rungs.add((ladder.last, ladder.is_last_inclusive))
    rest = [cut for cut in zip(cuts.points, cuts.inclusive, strict=True) if cut not in rungs]
    if not rest:
        return _climbed(value, ladder)
    others = Cuts(tuple(point for point, _ in rest), tuple(inclusive for _, inclusive in rest))
    return exp.Paren(this=exp.Add(this=_climbed(value, ladder), expression=_compared(value, others)))


def _compared(value: exp.Expr, cuts: Cuts) -> exp.Expr:
    ifs = [
        exp.If(this=_below(value, point, inclusive), true=_number(number))
        for number, (point, inclusive) in enumerate(zip(cuts.points, cuts.inclusive, strict=True))
    ]
    return exp.Case(ifs=[*ifs, exp.If(this=_is_known(value), true=_number(len(cuts.points)))])


def _climbed(value: exp.Expr, ladder: _Ladder) -> exp.Expr:
    """The number of rungs passed: the nearest rung by arithmetic, then one comparison with that rung itself.

    The comparison makes the number exact although the arithmetic rounds.
    """
    above = exp.Paren(this=exp.Sub(this=value.copy(), expression=double(ladder.first)))
    scaled = exp.Mul(this=above, expression=double(1 / ladder.step))
    nearest = exp.Floor(this=exp.Add(this=scaled, expression=double(0.5)))
    rung = exp.Add(this=double(ladder.first), expression=exp.Mul(this=nearest.copy(), expression=double(ladder.step)))
    # a cast costs less than a second case for every row, and whole numbers of 32 bits less than longer ones
    passed = exp.cast(exp.GTE(this=value.copy(), expression=rung), "int")
    count = exp.Add(this=exp.cast(nearest, "int"), expression=passed)
    before_last = ladder.first + (ladder.parts - 1) * ladder.step
    ifs = [
        exp.If(this=_below(value, ladder.first, False), true=_number(0)),
        *_beside_zero(value, ladder),
        exp.If(this=_below(value, before_last, False), true=count),
        exp.If(this=_below(value, ladder.last, ladder.is_last_inclusive), true=_number(ladder.parts)),
        exp.If(this=_is_known(value), true=_number(ladder.parts + 1)),
    ]
    return exp.Case(ifs=ifs)


def _beside_zero(value: exp.Expr, ladder: _Ladder) -> list[exp.If]:
    """The first step by comparison, where a value may be so near to zero that Postgres refuses to scale it."""
    if abs(ladder.first) >= ladder.step * _TINY:
        return []
    return [exp.If(this=_below(value, ladder.first + ladder.step, False), true=_number(1))]


def _below(value: exp.Expr, point: float, inclusive: bool) -> exp.Expr:
    return (exp.LTE if inclusive else exp.LT)(this=value.copy(), expression=double(point))


def _is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


_FEWEST = 5
"""A ladder with fewer parts, or with fewer than half of the cuts, saves nothing."""

_TINY = 1e-300
"""A first rung of at least this part of a step lies so far from zero that no difference to it underflows."""

_CLEAR = 2.0**20
"""Rungs lie at least this many units in the last place apart, so that the nearest one is not in doubt."""


def _ladder(cuts: Cuts) -> _Ladder | None:
    """The longest run of cuts from the first to the last that lie evenly, to the last bit; None where there is none."""
    pairs = set(zip(cuts.points, cuts.inclusive, strict=True))
    if len(pairs) <= _FEWEST or cuts.inclusive[0]:
        return None
    first, last = cuts.points[0], cuts.points[-1]
    clear = ulp(max(abs(first), abs(last))) * _CLEAR
    for parts in range(len(pairs) - 1, max(_FEWEST, len(pairs) // 2) - 1, -1):
        step = (last - first) / parts
        if not (isfinite(step) and step > clear and isfinite(1 / step)):
            continue
        if all((first + place * step, False) in pairs for place in range(parts)):
            return _Ladder(first, step, parts, last, cuts.inclusive[-1])
    return None
