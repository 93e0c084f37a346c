"""Models as SQL: the score of a row as one expression in the portable core, and the hash that picks rows.

A tree is one nested CASE; trees and terms are summed up in groups of sixteen, and these again, as many engines refuse a
sum that is nested thousands deep. How values are read (NaN is NULL, booleans are texts as categories) is said in
`whq.ensembles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import floor

import sqlglot
from msgspec import Struct
from sqlglot import exp

from whq.ensembles import CrossFitted, Ensemble, Feature, Share, Split, Term, Tree
from whq.errors import CompileError, Problem
from whq.sql.emit import COMPACT
from whq.sql.literals import double, literal
from whq.values import LogicalType

WIDTH = 16
"""How many summands stand beside each other before they are put into a bracket."""
EXACT = 2.0**53
"""Up to here every whole number is a double."""
DIGITS, FOLD_DIGIT = 8, 9
"""How many hexadecimal digits the bounds of a share have, and the digit of a row's hash that tells its fold."""


class Operand(Struct, frozen=True):
    """A column as the statement has it: its tree (NULL where it is not finite), and its type."""

    tree: exp.Expr
    type: LogicalType


Operands = Mapping[str, Operand]


def score(model: Ensemble, columns: Operands) -> exp.Expr:
    """The score of a row.

    Args:
        columns: by name, all that the model reads.

    Raises:
        CompileError: The model is not whole, or a feature that it reads as a number is none.

    >>> leaf = Tree((Split(0, 1.5, (), True, True, -1, -2),), (0.25, -0.5))
    >>> score(Ensemble((Feature("x"),), 0.0, (leaf,)), {"x": Operand(exp.column("x"), "float")}).sql("duckdb")
    'CASE WHEN (x <= 1.5e0 OR x IS NULL) THEN CAST(0.25 AS DOUBLE) ELSE -0.5e0 END'
    """
    fault = model.fault()
    if fault is not None:
        raise CompileError(Problem("WHQ-S106", "compile", f"the model cannot be scored: {fault}"))
    operands = {place: operand(feature, columns) for place, feature in _read(model)}
    base = [double(model.base)] if model.base or not (model.terms or model.trees) else []
    terms = [_term(term, operands[term.feature], model.features[term.feature]) for term in model.terms]
    trees = [_tree(tree, operands) for tree in model.trees]
    for tree in (*terms, *trees):
        tree.meta[COMPACT] = True
    total = _sum([*base, *terms, *trees])
    return _logistic(total, model) if model.link == "logistic" else total


def out_of_fold(model: CrossFitted, columns: Operands) -> exp.Expr:
    """The score of a row by the one of two models that was fitted without it."""
    first, second = model.models
    case = exp.If(this=in_first_fold(hashed(model.key, columns)), true=score(first, columns))
    return exp.Case(ifs=[case], default=score(second, columns))


def share(picked: Share, columns: Operands) -> exp.Expr:
    """Whether a row's hash lies within the share; true for every row where that is all of them."""
    key = hashed(picked.key, columns)
    sides: list[exp.Expr] = []
    if picked.low > 0:
        sides.append(exp.GTE(this=key.copy(), expression=exp.Literal.string(bound(picked.low))))
    if picked.high < 1:
        sides.append(exp.LT(this=key.copy(), expression=exp.Literal.string(bound(picked.high))))
    return exp.and_(*sides, copy=False) if sides else exp.EQ(this=literal(1), expression=literal(1))


def bound(part: float) -> str:
    """The first hash of a share as hexadecimal digits; `g`, which is above all, for the whole.

    >>> bound(0.5), bound(1.0)
    ('80000000', 'g')
    """
    return "g" if part >= 1 else f"{floor(max(part, 0.0) * 16**DIGITS):0{DIGITS}x}"


def in_first_fold(key: exp.Expr) -> exp.Expr:
    """Whether a row is in fold 0 of two, by its hash."""
    digit = exp.Substring(this=key.copy(), start=literal(FOLD_DIGIT), length=literal(1))
    return exp.LT(this=digit, expression=exp.Literal.string("8"))


def hashed(names: Iterable[str], columns: Operands) -> exp.Expr:
    """The MD5 of columns as text, in hexadecimal digits; NULL is a text of its own."""
    parts: list[exp.Expr] = []
    for name in names:
        text = exp.cast(columns[name].tree.copy(), "varchar")
        parts += [exp.Literal.string("|")] if parts else []
        parts.append(exp.Coalesce(this=text, expressions=[exp.Literal.string("\\N")]))
    tree = parts[0]
    for part in parts[1:]:
        tree = exp.DPipe(this=tree, expression=part, safe=True)
    return exp.MD5(this=tree)


# --- trees and terms ----------------------------------------------------------------------------------------


def _read(model: Ensemble) -> list[tuple[int, Feature]]:
    """The features that decide something, with their places."""
    used = set(model.read)
    return [(place, feature) for place, feature in enumerate(model.features) if feature.name in used]


def operand(feature: Feature, columns: Operands) -> Operand:
    """A feature as a model reads it: a number, or a text. Raises CompileError for a number of another type."""
    return _number(feature, columns) if feature.kind == "number" else _text(columns[feature.name])


def _number(feature: Feature, columns: Operands) -> Operand:
    operand = columns[feature.name]
    if operand.type in ("float", "integer"):
        return operand
    if operand.type == "decimal":
        return Operand(exp.cast(operand.tree.copy(), "double"), "float")
    if operand.type == "boolean":
        ifs = [exp.If(this=operand.tree.copy(), true=literal(1))]
        ifs.append(exp.If(this=exp.Not(this=operand.tree.copy()), true=literal(0)))
        return Operand(exp.Case(ifs=ifs), "integer")
    message = f'the model reads "{feature.name}" as a number; it is {operand.type}'
    raise CompileError(Problem("WHQ-S108", "compile", message))


def _text(operand: Operand) -> Operand:
    if operand.type == "boolean":
        ifs = [exp.If(this=operand.tree.copy(), true=exp.Literal.string("true"))]
        ifs.append(exp.If(this=exp.Not(this=operand.tree.copy()), true=exp.Literal.string("false")))
        return Operand(exp.Case(ifs=ifs), "text")
    tree = operand.tree if operand.type == "text" else exp.cast(operand.tree.copy(), "varchar")
    return Operand(tree, "text")


def _tree(tree: Tree, operands: Mapping[int, Operand]) -> exp.Expr:
    """One nested CASE; a cast of its first leaf makes all of it a double."""
    typed = {0: double}

    def node(place: int) -> exp.Expr:
        if place < 0:
            return typed.pop(0, _short)(tree.leaves[-place - 1])
        split = tree.splits[place]
        condition = _goes_left(split, operands[split.feature])
        return exp.Case(ifs=[exp.If(this=condition, true=node(split.left))], default=node(split.right))

    return node(0 if tree.splits else -1)


def _goes_left(split: Split, operand: Operand) -> exp.Expr:
    """True where a row goes left; NULL counts as false in a CASE."""
    value = operand.tree
    if split.cut is not None:
        test: exp.Expr = _at_most(value, split.cut, operand.type)
    elif not split.listed:
        test = exp.Boolean(this=False) if split.listed_left else _is_known(value)
    else:
        listed = [exp.Literal.string(text) for text in split.listed]
        test = exp.In(this=value.copy(), expressions=listed)
        test = test if split.listed_left else exp.Not(this=test)
    if not split.null_left:
        return test
    return exp.Paren(this=exp.Or(this=test, expression=exp.Is(this=value.copy(), expression=exp.Null())))


def _at_most(value: exp.Expr, cut: float, kind: LogicalType) -> exp.Expr:
    """Whole numbers are compared as such, which spares a cast of each row, where the cut is exact as one."""
    if kind == "integer" and abs(cut) < EXACT:
        return exp.LTE(this=value.copy(), expression=literal(floor(cut)))
    read = exp.cast(value.copy(), "double") if kind == "integer" else value.copy()
    return exp.LTE(this=read, expression=_short(cut))


def _term(term: Term, operand: Operand, feature: Feature) -> exp.Expr:
    value = operand.tree
    null = exp.If(this=exp.Is(this=value.copy(), expression=exp.Null()), true=double(term.null))
    if feature.kind == "number":
        read = value.copy() if operand.type == "float" else exp.cast(value.copy(), "double")
        return exp.Case(ifs=[null], default=exp.Mul(this=double(term.weight), expression=read))
    ifs = [
        exp.If(this=exp.EQ(this=value.copy(), expression=exp.Literal.string(text)), true=_short(weight))
        for text, weight in term.listed
    ]
    return exp.Case(ifs=[null, *ifs], default=_short(term.other))


def _is_known(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def _short(value: float) -> exp.Expr:
    """A double beside another; the exponent keeps it from being read as a decimal."""
    text = repr(abs(value))
    number = exp.Literal.number(text if "e" in text else f"{text}e0")
    return exp.Neg(this=number) if value < 0 else number


def _sum(parts: list[exp.Expr]) -> exp.Expr:
    """The sum of all, nested no deeper than their number asks for."""
    while len(parts) > 1:
        groups = [parts[start : start + WIDTH] for start in range(0, len(parts), WIDTH)]
        is_last = len(groups) == 1
        parts = [_flat(group) if is_last else exp.Paren(this=_flat(group)) for group in groups]
    return parts[0]


def _flat(parts: list[exp.Expr]) -> exp.Expr:
    tree = parts[0]
    for part in parts[1:]:
        tree = exp.Add(this=tree, expression=part)
    return tree


_LOGISTIC = sqlglot.parse_one("1 / (1 + exp(-$sum))", read="duckdb")
_CLIPPED = sqlglot.parse_one(
    "1 / (1 + exp(case when $sum > $most then -$most when $sum < -$most then $most else -$sum end))", read="duckdb"
)
MOST = 700.0
"""Beyond it a probability is 0 or 1, and some engines raise an error instead of giving e to that power."""


def _logistic(total: exp.Expr, model: Ensemble) -> exp.Expr:
    """The probability; what trees add up to is bounded, so that mostly the sum need not be clipped."""
    greatest = abs(model.base) + sum(max(map(abs, tree.leaves)) for tree in model.trees)
    tree = (_CLIPPED if model.terms or greatest > MOST else _LOGISTIC).copy()
    for holder in list(tree.find_all(exp.Placeholder)):
        holder.replace(exp.Paren(this=total.copy()) if holder.this == "sum" else double(MOST))
    return tree
