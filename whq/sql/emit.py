"""A lowered tree as text: readable, every identifier quoted, keywords in lower case, a tag in front."""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, UnsupportedError

from whq.errors import CompileError, Problem
from whq.sql.dialects import dialect as dialect_of

_WIDTH = 100
COMPACT = "compact"
"""Meta key of a subtree that is printed on one line, such as a decision tree of a model."""


def emit(tree: exp.Expr, dialect: str, tag: str | None = None) -> str:
    """The text of one statement; `tag` goes into a leading comment `/* whq … */`, whatever it holds.

    Raises CompileError for what sqlglot itself knows the dialect to lack.
    """
    try:
        tree = _compacted(tree, dialect)
        text = tree.sql(
            dialect=dialect,
            pretty=True,
            identify=True,
            comments=False,
            max_text_width=_WIDTH,
            unsupported_level=ErrorLevel.RAISE,
        )
    except UnsupportedError as error:
        message = f"{dialect} cannot express this: {str(error).splitlines()[0]}"
        raise CompileError(Problem("WHQ-S300", "support", message, "write it in the portable core")) from None
    return comment(tag) + lower_case(text, dialect)


def _compacted(tree: exp.Expr, dialect: str) -> exp.Expr:
    """The tree with the text of what is printed on one line in its place: pretty printing takes most of the time."""
    holder = exp.Paren(this=tree)
    for node in [node for node in holder.walk(prune=_is_compact) if _is_compact(node)]:
        text = node.sql(dialect=dialect, identify=True, comments=False, unsupported_level=ErrorLevel.RAISE)
        node.replace(exp.Var(this=text))
    return holder.this.pop()  # type: ignore[no-any-return]


def _is_compact(node: exp.Expr) -> bool:
    return bool(node._meta and COMPACT in node._meta)


def comment(tag: str | None) -> str:
    """The tag as a comment line, or nothing; nothing in it can end the comment or start another."""
    if not tag:
        return ""
    plain = "".join(sign if sign.isprintable() else " " for sign in tag)
    while "*/" in plain or "/*" in plain:
        plain = plain.replace("*/", "* /").replace("/*", "/ *")
    words = plain.removeprefix("whq ").strip().rstrip("*")
    return f"/* whq {words} */\n"


def lower_case(text: str, dialect: str) -> str:
    """The text with its keywords in lower case; what is quoted, and names of mixed case, stay as they are."""
    in_capitals = dialect_of(dialect).in_capitals

    def lowered(match: re.Match[str]) -> str:
        word = match.group()
        return word.lower() if match.lastgroup == "word" and word not in in_capitals else word

    return _words(dialect).sub(lowered, text)


@lru_cache(maxsize=16)
def _words(dialect: str) -> re.Pattern[str]:
    """Quoted things and comments as they are, or a word of capitals."""
    tokenizer = Dialect.get_or_raise(dialect).tokenizer_class
    any_but = {True: r"\\.|''|[^'\\]", False: r"''|[^']"}
    text = any_but["\\" in tokenizer.STRING_ESCAPES]
    name = {True: r"\\.|``|[^`\\]", False: r"``|[^`]"}["\\" in tokenizer.IDENTIFIER_ESCAPES]
    patterns = (rf"'(?:{text})*'", r'"(?:""|[^"])*"', rf"`(?:{name})*`", r"(?P<word>\b[A-Z][A-Z0-9_]*\b)")
    return re.compile("|".join(patterns), re.DOTALL)
