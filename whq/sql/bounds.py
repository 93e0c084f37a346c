"""Bounds on what one expression can make out of nothing: `lpad('x', 1000000000)` fills the memory of a server.

Sizes are rough upper bounds, read off the tree. A length or a count must be known to be small: a number, or an
expression such as `least(n, 100)` or `8 - length(x)`. What a column holds is the warehouse's own affair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from math import inf, log10, prod

from sqlglot import exp

MAX_LENGTH = 10_000
"""Characters that a text may be filled up to, and how often something may be repeated."""
MAX_CHARACTERS = 1_000_000
"""Characters of a text that an expression puts together; a column counts as `_COLUMN` of them."""
MAX_DIGITS = 10_000
"""Digits of a number: those of Postgres' numeric reach 131,072, and a product of two such takes seconds a row."""
MAX_PATTERN = 10_000
"""States of a regular expression once its counted repeats are written out: `(a{100}){100}` has 10,000."""
_COLUMN = 100
_NUMBER = 20

_LENGTHS: dict[str, int] = {
    "lpad": 1, "rpad": 1, "leftpad": 1, "rightpad": 1, "leftpadutf8": 1, "rightpadutf8": 1, "repeat": 1, "space": 0,
    "tofixedstring": 1, "array_repeat": 1, "list_resize": 1, "array_resize": 1,
}  # fmt: skip
"""Functions that sqlglot does not know by class, with the place of the length among their arguments."""
_FORMATS = frozenset({"printf", "format", "format_string"})
_FIXED = frozenset({"CHAR", "NCHAR", "BINARY", "FIXEDSTRING"})
"""Types that fill a value up to their length."""
_PATTERNS: tuple[type[exp.Expr], ...] = (
    exp.RegexpLike, exp.RegexpILike, exp.RegexpFullMatch, exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpReplace,
    exp.RegexpCount, exp.RegexpInstr, exp.RegexpSubstr, exp.RegexpSplit, exp.SimilarTo,
)  # fmt: skip


def excess(node: exp.Expr) -> Iterator[tuple[str, str]]:
    """What is too large about a node itself: what is said about it, and what to do."""
    length = _length(node)
    if length is not None:
        yield from _too_long(length)
    grows = (length is not None or isinstance(node, _GROWING)) and not _is_grower(node.parent)
    if grows and characters(node) > MAX_CHARACTERS:
        yield "the text grows too long", f"an expression may put together {MAX_CHARACTERS:,} characters"
    if isinstance(node, (exp.Pow, exp.Exp, exp.Literal)) and digits(node) > MAX_DIGITS:
        yield "the number has too many digits", f"at most {MAX_DIGITS:,} digits are allowed"
    pattern = node.expression if isinstance(node, _PATTERNS) else None
    if isinstance(pattern, exp.Literal) and states(pattern.name) > MAX_PATTERN:
        yield "the regular expression repeats too much", "write smaller counts in { }"
    if isinstance(node, exp.GenerateSeries):
        for bound in (node.args["start"], node.args["end"]):
            yield from _too_long(bound)
    around = node.find_ancestor(exp.Lambda) if isinstance(node, (exp.GenerateSeries, exp.Lambda)) else None
    if around is not None and (isinstance(node, exp.GenerateSeries) or around.find_ancestor(exp.Lambda)):
        yield "lists are walked within lists within lists", "write it flatter"
    if isinstance(node, exp.DataType):
        yield from _type(node)
    if isinstance(node, exp.Func):
        yield from _format(node)


_GROWING = (exp.Replace, exp.RegexpReplace, exp.Concat, exp.ConcatWs, exp.DPipe)


def _too_long(length: exp.Expr) -> Iterator[tuple[str, str]]:
    most = number(length)
    if most is None:
        yield "the length is not bounded", f"write a number up to {MAX_LENGTH:,}, or least(…, {MAX_LENGTH})"
    elif most > MAX_LENGTH:
        yield f"the length {most:,.0f} is too large", f"at most {MAX_LENGTH:,} are allowed"


def _is_grower(node: exp.Expr | None) -> bool:
    """Whether the bound is looked at further up."""
    while isinstance(node, exp.Paren):
        node = node.parent
    return isinstance(node, _GROWING)


def _length(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.Pad):
        return node.expression  # type: ignore[no-any-return]
    if isinstance(node, exp.Repeat):
        return node.args["times"]  # type: ignore[no-any-return]
    if isinstance(node, exp.Space):
        return node.this  # type: ignore[no-any-return]
    if isinstance(node, exp.Anonymous):
        place = _LENGTHS.get(node.name.lower(), len(node.expressions))
        return node.expressions[place] if place < len(node.expressions) else None
    return None


def number(node: exp.Expr) -> float | None:
    """The largest value that a numeric expression can have; None where that cannot be told.

    >>> import sqlglot
    >>> [number(sqlglot.parse_one(text)) for text in ("10 * 3", "least(n, 5)", "8 - length(x)", "n")]
    [30.0, 5.0, 8.0, None]
    """
    node = _bare(node)
    if isinstance(node, exp.Literal):
        with suppress(ValueError):
            return float(node.name)
        return None
    if isinstance(node, exp.Least):
        return min((value for value in map(number, _arguments(node)) if value is not None), default=None)
    if isinstance(node, exp.Length):
        return float(max(characters(node.this), MAX_LENGTH) if isinstance(node.this, exp.Literal) else _COLUMN)
    if isinstance(node, exp.Sub):
        return number(node.this) if _is_positive(node.expression) else None
    values = [number(part) for part in _arguments(node)] if isinstance(node, _COMBINED) else [None]
    if any(value is None for value in values):
        return None
    numbers = [value for value in values if value is not None]
    if isinstance(node, exp.Add):
        return sum(numbers)
    if isinstance(node, exp.Pow):
        base, power = (max(value, 1) for value in numbers)
        return base**power if power * log10(base) < _NUMBER else inf
    return prod(numbers) if isinstance(node, exp.Mul) else max(numbers)


_COMBINED = (exp.Add, exp.Mul, exp.Pow, exp.Greatest, exp.Coalesce, exp.Abs, exp.Floor, exp.Ceil, exp.Round)


def _is_positive(node: exp.Expr) -> bool:
    bare = _bare(node)
    return isinstance(bare, exp.Length) or (isinstance(bare, exp.Literal) and not bare.is_string)


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Paren, exp.Cast)):
        node = node.this
    return node


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    return [part for part in node.iter_expressions() if not isinstance(part, exp.DataType)]


def characters(node: exp.Expr) -> float:
    """A rough upper bound of the characters of a text.

    >>> import sqlglot
    >>> [characters(sqlglot.parse_one(text)) for text in ("'abc' || x", "repeat(repeat('ab', 9), 9)")]
    [103, 162.0]
    """
    if isinstance(node, exp.Literal):
        return len(node.name)
    if isinstance(node, exp.Column):
        return _COLUMN
    if isinstance(node, (exp.Replace, exp.RegexpReplace)):
        new = node.args.get("replacement")
        longer = characters(new) if isinstance(new, exp.Expr) else 0
        if isinstance(node, exp.Replace):
            longer /= max(characters(node.expression), 1)
        return characters(node.this) * max(longer, 1)
    parts = [characters(part) for part in _arguments(node)]
    length = _length(node)
    if isinstance(node, (exp.Repeat, exp.Anonymous)) and length is not None:
        return max(parts, default=1) * max(number(length) or 1, 1)
    if length is not None:
        return max(*parts, number(length) or 0)
    return sum(parts) if isinstance(node, _GROWING) else max(parts, default=1)


def digits(node: exp.Expr) -> float:
    """A rough upper bound of the digits of a number."""
    node = _bare(node)
    if isinstance(node, exp.Literal):
        return _written_digits(node.name)
    if isinstance(node, exp.Pow):
        return digits(node.this) * max(number(node.expression) or 1, 1)
    if isinstance(node, exp.Exp):
        return max(number(node.this) or 1, _NUMBER) / 2
    if isinstance(node, exp.Column):
        return _NUMBER
    parts = [digits(part) for part in _arguments(node)]
    return sum(parts) if isinstance(node, exp.Mul) else max(parts, default=1)


def _written_digits(text: str) -> float:
    """The digits before the point of a number as it is written: `1e500` has 501, a text that is no number 1."""
    written = re.fullmatch(r"\s*[-+]?(\d*)(?:\.\d*)?(?:e\+?(\d+))?\s*", text.lower())
    return max(len(written[1]) + float(written[2] or 0), 1) if written else 1


_COUNT = re.compile(r"\{(\d*)(?:,(\d*))?\}")


def states(pattern: str) -> int:
    """The size of a regular expression once its counted repeats are written out.

    >>> [states(text) for text in ("abc", "a{3}b", "(a{10}){10}", "[a-z{9}]+")]
    [3, 4, 100, 1]
    """
    stack, last, place = [0], 0, 0
    while place < len(pattern):
        sign, counted = pattern[place], _COUNT.match(pattern, place)
        place += 1
        if sign == "(":
            stack.append(0)
            last = 0
        elif sign == ")" and len(stack) > 1:
            last = max(stack.pop(), 1)
            stack[-1] += last
        elif counted is not None:
            times = max(int(number or 1) for number in counted.groups())
            stack[-1] += last * (times - 1)
            last, place = last * times, counted.end()
        elif sign not in "*+?|^$":
            if sign == "[":
                closing = pattern.find("]", place + 1)
                place = closing + 1 if closing > 0 else len(pattern)
            elif sign == "\\":
                place += 1
            last = 1
            stack[-1] += 1
    return sum(stack)


def _type(node: exp.DataType) -> Iterator[tuple[str, str]]:
    kind = str(getattr(node.this, "value", node.this)).upper()
    for size in node.expressions if kind in _FIXED else ():
        value = number(size.this) if isinstance(size, exp.DataTypeParam) else None
        if value is not None and value > MAX_LENGTH:
            yield f"{kind.lower()}({value:.0f}) is too long", f"at most {MAX_LENGTH:,}, or a type of varying length"


def _format(node: exp.Func) -> Iterator[tuple[str, str]]:
    """A width in a format: `printf('%9999999d', 1)`."""
    named = isinstance(node, exp.Anonymous) and node.name.lower() in _FORMATS
    if not named and not isinstance(node, exp.Format):
        return
    text: exp.Expr | None = next(iter(_arguments(node)), None)
    if not isinstance(text, exp.Literal):
        yield "the format is not a text", "write the format as a text between quotes"
    elif "*" in text.name or any(int(width) > MAX_LENGTH for width in re.findall(r"\d+", text.name)):
        yield "the width in the format is too large", f"at most {MAX_LENGTH:,}, as a number"
