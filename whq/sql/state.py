"""State that merges: what a template brings of some rows so that the answer for all follows from that of each part."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from whq.errors import did_you_mean
from whq.sql import header

if TYPE_CHECKING:
    from sqlglot import exp

Merge = Literal["sum", "min", "max", "variance"]
"""How a number of two parts of the rows becomes that of both.

`sum`, `min` and `max` leave out NULL. `variance`, that of the population, is merged with the count and the sum of the
same values, by Chan's formula: `sum(n * (variance + (mean - mean_of_all)²)) / sum(n)`, where `mean` is `total / n`. It
keeps the digits that a sum of squares loses: of a spread of 1 about a billion that leaves none. Squares about a fixed
shift would keep them too, but a good shift is known only when the values are.
"""
MERGES: tuple[Merge, ...] = ("sum", "min", "max")
"""What an output of a query may say."""

_OF_AGGREGATE: dict[str, Merge] = {
    "count": "sum", "sum": "sum", "min": "min", "max": "max", "variancepop": "variance",
}  # fmt: skip
"""By an aggregate's own name, in sqlglot's words, how what it gives merges."""
_ALLOWED = "count, sum, min, max, and var_pop beside count and sum of the same values; none of them distinct"
_IN_VALUE = frozenset((
    "column", "identifier", "literal", "boolean", "null", "paren", "neg", "add", "sub", "mul", "div",
    "eq", "neq", "gt", "gte", "lt", "lte", "is", "and", "or", "not",
    "case", "if", "cast", "datatype", "coalesce", "nullif", "sqrt",
))  # fmt: skip
"""What `value` may be made of, in sqlglot's words."""
_VALUE_HINT = "allowed are parts of `state`, numbers, + - * /, comparisons, case, cast, coalesce, nullif and sqrt"
_NONE = re.compile(r"none,\s*(\S.*)", re.DOTALL)


class Part(Struct, frozen=True):
    """One number of the state.

    sql: the aggregate that brings it, in DuckDB SQL with `$arguments`; empty where it is an output of a query.
    needs: of a variance, the names of the parts that hold the count and the sum of the same values.
    """

    name: str
    merge: Merge
    sql: str = ""
    needs: tuple[str, ...] = ()


def reason(values: header.Values, path: str) -> str:
    """Why there is no state: the words after `none` in `state: none, a value may be in two parts`; else empty."""
    written = values.get("state", {})
    if not isinstance(written, str):
        return ""
    match = _NONE.fullmatch(written)
    if match is None:
        raise header.wrong(values, "state", f'`state` is "{written}"', path, "write `state: none, ` and the reason")
    return match[1].strip()


def of_query(values: header.Values, outputs: Collection[str], path: str) -> tuple[Part, ...]:
    """`state: {n: sum}`: the outputs of a query that merge, and how; the others tell rows apart."""
    written = values.get("state", {})
    if isinstance(written, str):
        return ()
    if isinstance(written, dict) and all(name in outputs and word in MERGES for name, word in written.items()):
        return tuple(Part(name, word) for name, word in written.items())
    hint = f"names of outputs, each with {', '.join(MERGES)}"
    raise header.wrong(values, "state", f"`state` is {written}", path, hint)


def of_aggregate(values: header.Values, arguments: Collection[str], path: str) -> tuple[tuple[Part, ...], str]:
    """The parts in `state: {n: count($column), total: sum($column)}`, and the answer in `value: total / nullif(n, 0)`.

    Args:
        values: The header.
        arguments: The names that a part may read, as `$name`.
        path: The file, for messages.

    Returns:
        The parts, and `value` as it is written: DuckDB SQL over their names.

    Raises:
        CompileError: A part that does not merge, or a `value` that reads anything but parts.
    """
    written = values.get("state", {})
    if isinstance(written, str) or not written:
        if "value" in values:
            message, hint = "`value` reads the parts of `state`, and there are none", "add `state: {n: count($column)}`"
            raise header.wrong(values, "value", message, path, hint)
        return (), ""
    if not isinstance(written, dict) or not all(isinstance(sql, str) for sql in written.values()):
        hint = "names, each with an aggregate: `state: {n: count($column)}`"
        raise header.wrong(values, "state", f"`state` is {written}", path, hint)
    trees = {name: _aggregate(values, name, sql, arguments, path) for name, sql in written.items()}
    parts = tuple(
        Part(name, _OF_AGGREGATE[tree.key], written[name], _needs(values, name, trees, path))
        for name, tree in trees.items()
    )
    return parts, _value(values, parts, path)


def _aggregate(values: header.Values, name: str, sql: str, arguments: Collection[str], path: str) -> exp.Expr:
    """The tree of a part: one aggregate that merges, over arguments of the template."""
    from sqlglot import exp

    if not isinstance(name, str) or not header.NAME.fullmatch(name):
        hint = "use lower-case letters and _"
        raise header.wrong(values, "state", f'"{name}" cannot name a part of `state`', path, hint)
    tree = _tree(values, "state", sql, path)
    if tree.key not in _OF_AGGREGATE or isinstance(tree.this, exp.Distinct) or len(list(tree.iter_expressions())) > 1:
        message = f'the part "{name}" of `state` does not merge: {sql}'
        raise header.wrong(values, "state", message, path, f"allowed: {_ALLOWED}")
    for placeholder in tree.find_all(exp.Placeholder):
        if placeholder.name not in arguments:
            message = f'the part "{name}" of `state` reads "${placeholder.name}", which is no argument'
            raise header.wrong(values, "state", message, path, did_you_mean(placeholder.name, arguments))
    return tree


def _needs(values: header.Values, name: str, trees: Mapping[str, exp.Expr], path: str) -> tuple[str, ...]:
    """The parts that a variance is merged with; none for others."""
    tree = trees[name]
    if _OF_AGGREGATE[tree.key] != "variance":
        return ()
    needed = [
        next((other for other, part in trees.items() if part.key == key and _counted(part) == _counted(tree)), None)
        for key in ("count", "sum")
    ]
    if None in needed:
        message = f'the part "{name}" of `state` merges only beside the count and the sum of the same values'
        raise header.wrong(values, "state", message, path, "add `n: count(…)` and `total: sum(…)`")
    return tuple(other for other in needed if other)


def _counted(tree: exp.Expr) -> exp.Expr:
    """What an aggregate is taken of, whatever type it is cast to."""
    from sqlglot import exp

    operand: exp.Expr = tree.this
    while isinstance(operand, exp.Cast):
        operand = operand.this
    return operand


def _value(values: header.Values, parts: tuple[Part, ...], path: str) -> str:
    """The text of `value`, which reads every part that no variance needs, and nothing else."""
    from sqlglot import exp

    text = values.get("value")
    if not isinstance(text, str):
        message = "`value` is missing" if text is None else f"`value` is {text}"
        hint = "say how the answer follows from `state`: `value: total / nullif(n, 0)`"
        raise header.wrong(values, "value" if "value" in values else "state", message, path, hint)
    names = [part.name for part in parts]
    tree = _tree(values, "value", text, path)
    for node in tree.walk():
        if node.key not in _IN_VALUE:
            raise header.wrong(values, "value", f"`value` cannot say {node.sql('duckdb')}", path, _VALUE_HINT)
        if isinstance(node, exp.Column) and (node.table or node.name not in names):
            message = f'`value` reads "{node.sql("duckdb")}", which is no part of `state`'
            raise header.wrong(values, "value", message, path, did_you_mean(node.name, names))
    read = {column.name for column in tree.find_all(exp.Column)} | {name for part in parts for name in part.needs}
    for name in names:
        if name not in read:
            message = f'`value` does not read the part "{name}" of `state`'
            raise header.wrong(values, "value", message, path, "leave it out, or use it")
    return text


def _tree(values: header.Values, key: str, sql: str, path: str) -> exp.Expr:
    import sqlglot  # loaded only for a header that no run before has read
    from sqlglot.errors import SqlglotError

    try:
        return sqlglot.parse_one(sql, dialect="duckdb")
    except (SqlglotError, RecursionError):
        raise header.wrong(values, key, f"`{key}` has what is no SQL expression: {sql}", path) from None
