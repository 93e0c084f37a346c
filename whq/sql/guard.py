"""User SQL enters here, and only what was understood and allowed leaves: one expression or one SELECT.

What runs later is printed from the checked tree, never the user's text. Comments are dropped, identifiers are
quoted by the catalog's exact names.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlglot import Token, TokenType, exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, UnsupportedError

from whq.errors import CompileError, Location, Problem
from whq.sql import clock
from whq.sql.names import ResolveTable, bind_query, bind_row
from whq.sql.parse import WITH_ARROWS, trees
from whq.sql.prescan import MAX_DEPTH, Refusal, Refused, scan
from whq.sql.refusals import is_stray, refusals
from whq.values import Column, Fragment, place_of

_FRAMES = 4000  # what the parser needs for MAX_DEPTH levels, wherever in the call stack whq is used
_MAX_SHOWN = 10
_UNREADABLE = frozenset({"WHQ-S200", "WHQ-S202", "WHQ-S209"})
"""What is no SQL at all, and stops the whole run; what is refused ends as an error of its own rule."""


def expression(
    text: str, dialect: str, columns: Sequence[Column], *, allow_functions: Collection[str] = ()
) -> Fragment:
    """One expression over one row of a dataset with these columns; raises CompileError with every place.

    `allow_functions` names functions of the user's own that only read.
    """
    with _located(text), _room_to_recurse():
        tokens = scan(text, dialect, row=True)
        _refuse(_quoted_as_text(tokens, text, columns))
        tree = _parse_expression(tokens, text, dialect)
        _refuse(refusals(tree, text, dialect, row=True, allow_functions=allow_functions))
        root = exp.Paren(this=tree)  # a parent, so that the root itself can be replaced
        used, problems = bind_row(root, columns, dialect)
        _refuse([*problems, *clock.mark(root, dialect)])
        return Fragment(_print(root.this, dialect), dialect, used, _one_line(text), clock.reads_clock(root))


def select(text: str, dialect: str, resolve_table: ResolveTable, *, allow_functions: Collection[str] = ()) -> Fragment:
    """One SELECT over tables that the catalog knows; raises CompileError with every place.

    `resolve_table` takes the written parts of a table's name and gives back its source and columns.
    """
    with _located(text), _room_to_recurse():
        tree = _parse_select(scan(text, dialect), text, dialect)
        _refuse(refusals(tree, text, dialect, row=False, allow_functions=allow_functions))
        problems = bind_query(tree, resolve_table, location_in(text, 0), dialect)
        _refuse([*problems, *clock.mark(tree, dialect)])
        return Fragment(_print(tree, dialect), dialect, (), _one_line(text), clock.reads_clock(tree))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def location_in(text: str, offset: int) -> Location | None:
    """The place in the file of a character of the text; in a block scalar the line is right, the column a guess."""
    start = place_of(text)
    if start is None:
        return None
    before = text[:offset]
    if "\n" not in text:
        return Location(start.file, start.line, start.column + offset)
    block = 1 if text.endswith("\n") else 0
    lines = before.count("\n")
    column = offset - (before.rfind("\n") + 1) + 1
    return Location(start.file, start.line + lines + block, column)


@contextmanager
def _located(text: str) -> Iterator[None]:
    """Refusals become problems that point into the user's file."""
    try:
        yield
    except Refused as refused:
        shown = sorted(set(refused.refusals), key=lambda refusal: (refusal.offset, refusal.code))[:_MAX_SHOWN]
        raise CompileError(_problem(text, refusal) for refusal in shown) from None
    except SqlglotError as error:
        unclear = Refusal("WHQ-S202", f"this cannot be read: {str(error).splitlines()[0]}", "write it plainer")
        raise CompileError(_problem(text, unclear)) from None
    except RecursionError:
        deep = Refusal(
            "WHQ-S201", f"the SQL is nested deeper than {MAX_DEPTH}", "write it flatter, or make a view of it"
        )
        raise CompileError(_problem(text, deep)) from None


def _problem(text: str, refusal: Refusal) -> Problem:
    category = "syntax" if refusal.code in _UNREADABLE else "guard"
    return Problem(refusal.code, category, refusal.message, refusal.hint, location_in(text, refusal.offset))


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    """The parser recurses about twenty frames a level; its complaints are ours to report, not its logger's."""
    logger, limit = logging.getLogger("sqlglot"), sys.getrecursionlimit()
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        logger.setLevel(level)


def _refuse(problems: Iterator[Refusal] | list[Refusal]) -> None:
    found = list(problems)
    if found:
        raise Refused(*found)


def _quoted_as_text(tokens: list[Token], text: str, columns: Sequence[Column]) -> Iterator[Refusal]:
    """Column names in double quotes, where those hold text: the comparison would be with the name itself."""
    known = {column.name.lower() for column in columns}
    for token in tokens:
        if token.token_type is TokenType.STRING and text[token.start] == '"' and token.text.lower() in known:
            hint = f"write `{token.text}` for the column, or '{token.text}' for the text"
            yield Refusal("WHQ-S207", f'"{token.text}" in double quotes is text here', hint, token.start)


def _parse_expression(tokens: list[Token], text: str, dialect: str) -> exp.Expr:
    if tokens[0].token_type in (TokenType.SELECT, TokenType.WITH):
        hint = "write an expression over the columns, or use a sql rule"
        raise Refused(Refusal("WHQ-S210", "a SELECT is not allowed here", hint, tokens[0].start))
    tree = _parse(exp.Condition, tokens, text, dialect)
    if not isinstance(tree, exp.Expr):
        raise Refused(Refusal("WHQ-S202", "this is not an expression", None, tokens[0].start))
    return tree


def _parse_select(tokens: list[Token], text: str, dialect: str) -> exp.Query:
    first = next((token for token in tokens if token.token_type is not TokenType.L_PAREN), tokens[0])
    if first.token_type not in (TokenType.SELECT, TokenType.WITH):
        word = first.text.split()[0] if first.text.split() else first.text
        if first.token_type in _NO_STATEMENT:
            hint = "only one SELECT is allowed"
            raise Refused(Refusal("WHQ-S202", f"this is not {dialect} SQL: found {word[:30]}", hint, first.start))
        raise Refused(Refusal("WHQ-S203", f"found {word.upper()[:30]}", "only one SELECT is allowed", first.start))
    tree = _parse(None, tokens, text, dialect)
    if not isinstance(tree, exp.Query):
        raise Refused(Refusal("WHQ-S203", "this is not a SELECT", "only one SELECT is allowed", first.start))
    if not all(query.expressions for query in tree.find_all(exp.Select)):
        raise Refused(Refusal("WHQ-S202", f"this is not {dialect} SQL: nothing is selected", None, first.start))
    return tree


_NO_STATEMENT = frozenset({TokenType.VAR, TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER})


def _parse(kind: type[exp.Condition] | None, tokens: list[Token], text: str, dialect: str) -> object:
    try:
        parsed = trees(tokens, text, dialect, arrows=dialect in WITH_ARROWS, kind=kind)
        if dialect == "duckdb" and any(is_stray(node) for tree in parsed if tree for node in tree.walk()):
            parsed = trees(tokens, text, dialect, arrows=False, kind=kind)  # `coalesce(j -> 'a', 'x')` reads JSON
    except ParseError as error:
        raise Refused(_unparsable(error, text, dialect)) from None
    if len(parsed) != 1:
        raise Refused(Refusal("WHQ-S203", f"found {len(parsed)} statements", "only one statement is allowed"))
    return parsed[0]


def _unparsable(error: ParseError, text: str, dialect: str) -> Refusal:
    details = error.errors[0] if error.errors else {}
    near = str(details.get("highlight") or "")
    found = f" near {near!r}" if near else ""
    line, end = details.get("line") or 1, details.get("col") or 1
    starts = [0, *(offset + 1 for offset, sign in enumerate(text) if sign == "\n")]
    offset = starts[min(line, len(starts)) - 1] + end - max(len(near), 1)
    return Refusal("WHQ-S202", f"this is not {dialect} SQL{found}", "nothing was run", max(offset, 0))


def _print(tree: exp.Expr, dialect: str) -> str:
    try:
        return tree.sql(dialect=dialect, comments=False, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise Refused(Refusal("WHQ-S204", f"{dialect} cannot say this: {error}", "make a view of it")) from None
