"""The cheap look at user SQL before it is parsed: size, nesting, comments that run, templates, statements.

sqlglot's parser recurses; a text nested deeply enough ends it (and the compiled build takes the process with
it). The token stream is read without recursion, so that the parser never sees such a text.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import NamedTuple

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError

MAX_CHARACTERS = 65_536
MAX_DEPTH = 40


class Refusal(NamedTuple):
    """One reason to refuse a text; `offset` counts characters from its start."""

    code: str
    message: str
    hint: str | None = None
    offset: int = 0


class Refused(Exception):
    """The text is refused for one or more reasons."""

    def __init__(self, *refusals: Refusal) -> None:
        self.refusals = refusals
        super().__init__("; ".join(refusal.message for refusal in refusals))


def place(node: exp.Expr) -> int:
    """Where a node stands in the text: the first character known of it or of anything below it."""
    starts = [found.meta["start"] for found in node.walk() if "start" in found.meta]
    return min(starts, default=0)


_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_UNARY = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_BLOCK = frozenset({TokenType.BLOCK_START, TokenType.BLOCK_END})


def scan(text: str, dialect: str, *, row: bool = False) -> list[Token]:
    """The tokens of one statement without its closing semicolon; raises Refused before any parsing.

    `row`: the text is an expression over one row.
    """
    _check_text(text)
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
        if row and tokens and tokens[0].token_type in _COMMANDS:
            tokens = _inner_tokens(text, dialect)
    except TokenError as error:
        message = str(error).splitlines()[0]
        raise Refused(Refusal("WHQ-S202", f"this is not {dialect} SQL: {message}", "is a quote left open?")) from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise Refused(Refusal("WHQ-S200", "there is no SQL here", "write an expression or remove the key"))
    _check_templates(tokens)
    _check_comments(tokens)
    _check_statements(tokens)
    _check_depth(tokens)
    return tokens


_COMMANDS = frozenset({TokenType.COMMAND, TokenType.REPLACE})


def _inner_tokens(text: str, dialect: str) -> list[Token]:
    """The tokens as they are within parentheses: `repeat(…)` at the start of a text would be a command of BigQuery."""
    tokens = Dialect.get_or_raise(dialect).tokenize(f"({text}")[1:]
    for token in tokens:
        token.start -= 1
        token.end -= 1
        token.col -= token.line == 1
    return tokens


def _check_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        limit = f"at most {MAX_CHARACTERS:,} characters are read"
        raise Refused(Refusal("WHQ-S201", f"the SQL has {len(text):,} characters; {limit}", "make a view of it"))
    for offset, sign in enumerate(text):
        if sign in "\t\n\r" or unicodedata.category(sign) not in ("Cc", "Cf"):
            continue
        name = f"U+{ord(sign):04X}"
        raise Refused(Refusal("WHQ-S202", f"the SQL holds the invisible character {name}", "remove it", offset))


def _check_templates(tokens: list[Token]) -> None:
    for token, following in pairwise([*tokens, tokens[-1]]):
        braces = token.token_type is TokenType.L_BRACE and following.token_type is TokenType.L_BRACE
        if token.token_type in _BLOCK or (braces and token.end + 1 == following.start):
            hint = "write plain SQL with the table's or column's own name"
            raise Refused(Refusal("WHQ-S209", "templates are not read in SQL here", hint, token.start))


def _check_comments(tokens: list[Token]) -> None:
    for token in tokens:
        if token.token_type is TokenType.HINT:
            raise Refused(Refusal("WHQ-S204", "optimizer hints are not allowed", "remove the /*+ … */", token.start))
        if any(comment.lstrip().startswith(("!", "M!")) for comment in token.comments):
            hint = "MySQL runs what stands in it; remove it"
            raise Refused(Refusal("WHQ-S204", "the comment /*! … */ is not allowed", hint, token.start))


def _check_statements(tokens: list[Token]) -> None:
    for token, following in pairwise(tokens):
        if token.token_type is TokenType.SEMICOLON:
            found = f"found a second statement ({following.text[:20]} …)"
            raise Refused(Refusal("WHQ-S203", found, "only one statement is allowed", following.start))


def _check_depth(tokens: list[Token]) -> None:
    depth = run = 0
    for token in tokens:
        kind = token.token_type
        run = run + 1 if kind in _UNARY else 0
        depth += (kind in _OPEN) - (kind in _CLOSE)
        if depth + run > MAX_DEPTH:
            message = f"the SQL is nested deeper than {MAX_DEPTH}"
            raise Refused(Refusal("WHQ-S201", message, "write it flatter, or make a view of it", token.start))
