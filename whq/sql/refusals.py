"""What a parsed piece of user SQL holds that it must not hold, as refusals with their place in the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlglot import exp

from whq.errors import nearest
from whq.sql import allowlist, clock, functions
from whq.sql.bounds import excess
from whq.sql.prescan import Refusal, place

_WRITTEN = "whq_written"
_SEQUENCE = frozenset({"nextval", "currval"})
_FILE_ENDINGS = (
    ".parquet", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt", ".db", ".duckdb", ".sqlite",
    ".xlsx", ".avro", ".orc", ".arrow", ".feather", ".gz", ".zst", ".zip",
)  # fmt: skip
_ADVICE: dict[type[exp.Expr], str] = {
    exp.Into: "SELECT … INTO writes a table; leave INTO out",
    exp.Lock: "FOR UPDATE locks rows; leave it out",
    exp.Placeholder: "parameters have no value here; write the value",
    exp.Parameter: "variables and parameters have no value here; write the value",
    exp.SessionParameter: "settings of the session cannot be read",
    exp.TableSample: "a sample gives another answer every time; use where",
    exp.Lambda: "functions of functions are not read; make a view",
    exp.QueryTransform: "TRANSFORM runs a program",
    exp.Lateral: "table functions are not read; make a view",
    exp.Unnest: "table functions are not read; make a view",
    exp.Values: "only tables, views and subqueries can be read",
    exp.Pivot: "write it with case expressions, or make a view",
}


class _Asked(NamedTuple):
    """What is allowed: an expression over one `row` or a query, and `own` functions of the user's by name."""

    row: bool
    dialect: str
    own: frozenset[str]


def refusals(
    tree: exp.Expr, text: str, dialect: str, *, row: bool, allow_functions: Collection[str] = ()
) -> Iterator[Refusal]:
    """Every node of the tree that is not allowed; `row` asks for an expression over one row."""
    _note_names(tree, text.lower())
    asked = _Asked(row, dialect, frozenset(name.lower() for name in allow_functions))
    pending = [tree]
    while pending:
        node = pending.pop()
        found = [*_checked(node, asked), *_arguments(node, asked)]
        found += [Refusal("WHQ-S212", message, hint, place(node)) for message, hint in excess(node)]
        yield from found
        if not found:  # below a refused node everything else is noise
            pending.extend(node.iter_expressions())


def _note_names(tree: exp.Expr, text: str) -> None:
    """Give every function the name under which it is written; a parser's own have that of the call around them."""
    for call in tree.find_all(exp.Func):  # the outer ones come first
        if "end" in call.meta:
            call.meta[_WRITTEN] = text[call.meta["start"] : call.meta["end"] + 1]
        elif not any(name.lower() in text for name in call.sql_names()):
            around = call.find_ancestor(exp.Func)
            if around is not None and _WRITTEN in around.meta:
                call.meta[_WRITTEN] = around.meta[_WRITTEN]


def is_stray(node: exp.Expr) -> bool:
    """Whether a function within an expression (`x -> x + 1`) is handed to a function that takes none."""
    if not isinstance(node, exp.Lambda):
        return False
    taker = node.parent
    name = taker.name.lower() if isinstance(taker, exp.Anonymous) else ""
    return not isinstance(taker, _TAKERS) and name not in functions.OVER_LISTS


_TAKERS = (exp.Transform, exp.ArrayFilter, exp.ArrayAny, exp.ArrayAll, exp.ArraySort, exp.Exists)


def _checked(node: exp.Expr, asked: _Asked) -> Iterator[Refusal]:
    if isinstance(node, exp.Dot):
        yield from _dot(node, asked)
    elif isinstance(node, exp.Unnest) and node.arg_key == "unnest" and isinstance(node.parent, exp.In):
        return  # `x in unnest(array)`
    elif isinstance(node, exp.Func) and not isinstance(node, exp.Connector):
        yield from _function(node, asked)
    elif type(node) not in (allowlist.ROW_NODES if asked.row else allowlist.QUERY_NODES) or is_stray(node):
        yield _node(node, asked.row)
    elif isinstance(node, exp.DataType):
        yield from _type(node)
    elif isinstance(node, exp.Table):
        yield from _table(node)
    elif isinstance(node, exp.Star):
        yield from _star(node)
    elif isinstance(node, exp.Column):
        yield from _column(node)


def _node(node: exp.Expr, row: bool) -> Refusal:
    if row and isinstance(node, exp.Query):
        return Refusal("WHQ-S210", "a subquery is not allowed here", "use a sql rule or a relationship", place(node))
    if row and isinstance(node, exp.Window):
        return _aggregate("a window function", place(node))
    kind = next((known for known in _ADVICE if isinstance(node, known)), None)
    hint = _ADVICE[kind] if kind else "only what reads and computes is allowed"
    return Refusal("WHQ-S204", f"{_words(type(node))} is not allowed", hint, place(node))


def _words(kind: type[exp.Expr]) -> str:
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()
    return f'the construct "{word}"'


def _aggregate(found: str, offset: int) -> Refusal:
    hint = "an expression is about one row; use a metric rule or a sql rule"
    return Refusal("WHQ-S210", f"{found} is not allowed here", hint, offset)


def name_of(node: exp.Func) -> str:
    """The function's name in lower case, as it is written."""
    if isinstance(node, _CALLED):
        return str(node.name).lower()
    return str(node.meta.get(_WRITTEN) or node.sql_name()).lower()


def _function(node: exp.Func, asked: _Asked) -> Iterator[Refusal]:
    kind: type[exp.Expr] = type(node)
    name = name_of(node)
    if _inside_dot(node):
        return
    of_clock = clock.refusals(node, name)
    if of_clock is not None:
        yield from of_clock
    elif kind in allowlist.RANDOM or name in _RANDOM:
        hint = "the same data must give the same answer; leave it out"
        yield Refusal("WHQ-S206", f'"{name}" gives another value every time', hint, place(node))
    elif kind in allowlist.AGGREGATES or kind in allowlist.WINDOW_FUNCTIONS or _is_aggregate(node, name, asked):
        if asked.row:
            yield _aggregate(f'the aggregate "{name}"', place(node))
    elif isinstance(node, (exp.SafeFunc, exp.NetFunc)) and asked.dialect != "bigquery":
        yield Refusal("WHQ-S204", "only BigQuery has SAFE. and NET. before a function", None, place(node))
    elif kind in allowlist.ROW_NODES:
        return
    elif isinstance(node, exp.Exists):
        if asked.row and not isinstance(node.args.get("expression"), exp.Lambda):
            yield Refusal("WHQ-S210", "EXISTS is not allowed here", "use a sql rule or a relationship", place(node))
    elif name not in asked.own and not (kind is exp.Anonymous and name in functions.plain(asked.dialect)):
        yield _unknown_function(name, asked, place(node))


_RANDOM = frozenset({"random", "rand", "newid", "gen_random_uuid"})
_CALLED = (exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc, exp.ParameterizedAgg, exp.CombinedParameterizedAgg)


def _is_aggregate(node: exp.Func, name: str, asked: _Asked) -> bool:
    """Whether a function that is known by its name alone is one over many rows."""
    return isinstance(node, _CALLED) and name in functions.aggregates(asked.dialect) and name not in asked.own


def _inside_dot(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Dot) and node.parent.expression is node


def _unknown_function(name: str, asked: _Asked, offset: int) -> Refusal:
    near = nearest(name, [*asked.own, *allowlist.function_names(asked.dialect)])
    meant = f'did you mean "{near}"? ' if near and near != name else ""
    hint = f"{meant}functions of your own are allowed by allow_functions in the profile's target"
    return Refusal("WHQ-S205", f'the function "{name}" is not allowed', hint, offset)


def _dot(node: exp.Dot, asked: _Asked) -> Iterator[Refusal]:
    """`schema.function(…)` is another function than `function(…)`: it needs to be allowed by its full name."""
    if isinstance(node.expression, exp.Func):
        owner = ".".join(part.name for part in node.this.find_all(exp.Identifier))
        name = f"{owner}.{name_of(node.expression)}".lower()
        is_path = all(isinstance(part, (exp.Dot, exp.Identifier)) for part in node.this.walk())
        if name not in asked.own or not is_path:
            yield _unknown_function(name, asked, place(node))
    elif not isinstance(node.expression, exp.Identifier):
        yield Refusal("WHQ-S204", "only a field's name can stand behind a dot", None, place(node))


def _type(node: exp.DataType) -> Iterator[Refusal]:
    kind = getattr(node.this, "value", node.this)
    if str(kind).upper() not in allowlist.TYPES:
        shown = str(kind).lower()
        if shown == "user-defined":
            shown = str(node.args.get("kind") or shown)
        hint = "allowed are numbers, text, boolean, dates and times, json, uuid, binary and arrays of them"
        yield Refusal("WHQ-S204", f'a cast to "{shown}" is not allowed', hint, place(node.parent or node))


def _table(node: exp.Table) -> Iterator[Refusal]:
    if not isinstance(node.this, exp.Identifier):
        hint = "only tables, views and subqueries can be read; a file is named under `table:`"
        name = f'the table function "{name_of(node.this)}"' if isinstance(node.this, exp.Func) else "a stage"
        yield Refusal("WHQ-S208", f"{name} is not allowed", hint, place(node))
    elif _is_path(node.name):
        hint = "a file can be watched by naming it under `table:`; SQL reads tables and views only"
        yield Refusal("WHQ-S208", f'"{node.name}" looks like a file', hint, place(node))


def _is_path(name: str) -> bool:
    return any(sign in name for sign in "/\\*?") or name.lower().endswith(_FILE_ENDINGS)


def _star(node: exp.Star) -> Iterator[Refusal]:
    if not isinstance(node.parent, (exp.Select, exp.Column, exp.Func)):
        yield Refusal("WHQ-S204", "a star can only stand for all columns", "name the columns", place(node))


def _column(node: exp.Column) -> Iterator[Refusal]:
    if node.table and not node.this.args.get("quoted") and node.name.lower() in _SEQUENCE:
        yield Refusal("WHQ-S205", f'"{node.name}" moves a sequence', "only reading is allowed", place(node))
    if not isinstance(node.this, (exp.Identifier, exp.Star)):
        yield Refusal("WHQ-S204", "only a column's name can stand here", None, place(node))


def _arguments(node: exp.Expr, asked: _Asked) -> Iterator[Refusal]:
    kind = exp.SetOperation if isinstance(node, exp.SetOperation) else type(node)
    allowed = allowlist.PARTS_OF_SELECT.get(kind)
    for key, value in node.args.items() if allowed is not None else ():
        if not value or key in (allowed or ()) or key in _REPORTED_AS_NODES:
            continue
        word = _SAID.get(key) or f'"{key.strip("_").replace("_", " ")}"'
        yield Refusal("WHQ-S204", f"{word} is not allowed here", "leave it out", place(node))
    known = _JOINS | HALF_JOINS if asked.dialect in ("duckdb", "spark", "databricks") else _JOINS
    if isinstance(node, exp.Join) and node.kind not in known:
        hint = "write an inner, left, right, full or cross join, or exists"
        yield Refusal("WHQ-S204", f"{node.kind.lower()} join is not allowed", hint, place(node))


_JOINS = frozenset({"", "INNER", "OUTER", "CROSS"})
HALF_JOINS = frozenset({"SEMI", "ANTI"})
"""Joins whose second table only decides which rows stay."""
_REPORTED_AS_NODES = frozenset({"into", "locks", "sample", "pivots", "laterals"})
_SAID = {
    "when": "a past version of a table", "version": "a past version of a table", "recursive": "a recursive CTE",
    "method": "a natural, positional or asof join",
}  # fmt: skip
