"""The small grammars of the configuration: limits, durations and sizes. Each error shows the grammar."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from whq.config.problems import in_words, shown
from whq.config.spec import Between, Condition, Limit

Measure = Literal["", "rows", "keys", "seconds"]
"""What a rule counts: rows, keys, seconds; `""` is a metric's plain number."""

Span = tuple[float | None, float | None]
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_SIZES = {
    "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40,
}  # fmt: skip
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_LIMIT = re.compile(rf"\s*(>=|<=|!=|==|=|>|<)\s*({_NUMBER})\s*(%|[A-Za-z]+)?\s*")
_AMOUNT = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*")

DURATION_GRAMMAR = "a duration is a positive number and a unit: 90 minutes, 6 hours, 2 days"
SIZE_GRAMMAR = "a size is a positive number and a unit: 500 MB, 50 GB, 2 TB"
_GRAMMAR = {
    "": 'a limit says what is bad: an operator and a number, e.g. "> 0.4" or "< 100", or {between: [0, 1]}',
    "rows": 'a limit says what is bad: an operator, a number, and % or rows, e.g. "> 1%" or "> 100 rows"',
    "keys": 'a limit says what is bad: an operator, a number, and % or keys, e.g. "> 1%" or "> 10 keys"',
    "seconds": "a limit of freshness is the age that is too old: 90 minutes, 6 hours, 2 days",
}


class GrammarError(ValueError):
    """A text that a grammar does not know: what is wrong, and what is allowed."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def duration(value: Any) -> float:
    """Seconds of `90 minutes`, `6 hours`, `2 days`. Raises GrammarError."""
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    unit = _SECONDS.get(match[2].lower().removesuffix("s")) if match else None
    if match is None or unit is None or not 0 < float(match[1]) < math.inf:
        raise GrammarError(f"{in_words(value)} is not a duration", DURATION_GRAMMAR)
    return float(match[1]) * unit


def size(value: Any) -> int:
    """Bytes of `50 GB` (powers of ten; `GiB` is a power of two). Raises GrammarError."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    unit = _SIZES.get(match[2].upper()) if match else None
    if match is None or unit is None or not 0 < float(match[1]) < math.inf:
        raise GrammarError(f"{in_words(value)} is not a size", SIZE_GRAMMAR)
    return int(float(match[1]) * unit)


def condition(value: Any, measure: Measure, span: Span = (None, None)) -> Condition:
    """The condition that a limit states.

    Args:
        measure: what the numbers count.
        span: the least and the greatest number that there can be; None is no end. Counts begin at 0 by themselves.

    Raises:
        GrammarError: it is no limit, or one that every number breaks or none.

    Example:
        >>> condition("> 1%", "rows").number
        0.01
    """
    if isinstance(value, Mapping):
        if list(value) != ["between"]:
            raise GrammarError(f"a limit cannot be a mapping with {_keys(value)}", _GRAMMAR[measure])
        limit: Condition = between(value["between"])
        shown_as = f"between: [{', '.join('null' if side is None else str(side) for side in value['between'])}]"
    elif isinstance(value, str):
        limit, shown_as = _limit(value, measure), shown(value)
    else:
        raise GrammarError(f"{in_words(value)} is not a limit", _GRAMMAR[measure])
    if measure in ("rows", "keys"):
        span = (0, 1 if isinstance(limit, Limit) and limit.unit == "%" else None)
    _refuse_pointless(limit, shown_as, span)
    return limit


def _refuse_pointless(limit: Condition, text: str, span: Span) -> None:
    """Raise GrammarError for a limit that no number within the span can break, or that each of them breaks."""
    least, greatest = (-math.inf if span[0] is None else span[0]), (math.inf if span[1] is None else span[1])
    good = _good(limit)
    numbers = f"{least:g} or more" if greatest == math.inf else f"{least:g} to {greatest:g}"
    hint = f"what it limits is {numbers}; a limit says what is bad"
    if isinstance(limit, Limit) and limit.operator in ("=", "!="):
        is_possible = least <= limit.number <= greatest
        never, always = limit.operator == "=" and not is_possible, limit.operator == "!=" and not is_possible
    else:
        (low, has_low), (high, has_high) = good
        never = (low < least or (low == least and has_low)) and (high > greatest or (high == greatest and has_high))
        always = low > greatest or high < least or (low == greatest and not has_low) or (high == least and not has_high)
    if (least, greatest) != (-math.inf, math.inf) and (never or always):
        what = "no number breaks it" if never else "every number breaks it"
        raise GrammarError(f'"{text}" is pointless: {what}', hint)


def _good(limit: Condition) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """The numbers that do not break a condition, from one end to the other, and whether the ends are among them."""
    if isinstance(limit, Between):
        return (_low(limit), True), (_high(limit), True)
    if limit.operator[0] == ">":
        return (-math.inf, True), (limit.number, limit.operator == ">")
    return (limit.number, limit.operator == "<"), (math.inf, True)


def between(value: Any) -> Between:
    """The inclusive range `[lower, upper]`; null is no bound. Raises GrammarError."""
    hint = "between takes two numbers, the lower first: {between: [0, 1]}; null is no bound"
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise GrammarError(f"between cannot be {in_words(value)}", hint)
    lower, upper = (_bound(item, hint) for item in value)
    if lower is None and upper is None:
        raise GrammarError("between has no bound at all", hint)
    if lower is not None and upper is not None and lower > upper:
        raise GrammarError(f"between: {value[0]} is greater than {value[1]}", hint)
    return Between(lower, upper)


def is_limit(value: Any) -> bool:
    """Whether a text is meant as a limit or a duration, by its first sign."""
    return isinstance(value, str) and re.match(r"\s*[<>=!]", value) is not None


def stricter(warn: Condition, fail: Condition) -> bool:
    """Whether whatever breaks `warn` surely breaks `fail` too, and more does: the two are reversed."""
    if isinstance(warn, Between) and isinstance(fail, Between):
        return warn != fail and _low(warn) <= _low(fail) and _high(fail) <= _high(warn)
    if isinstance(warn, Limit) and isinstance(fail, Limit) and warn.unit == fail.unit:
        if warn.operator[0] == ">" and fail.operator[0] == ">":
            return (warn.number, warn.operator == ">") > (fail.number, fail.operator == ">")
        if warn.operator[0] == "<" and fail.operator[0] == "<":
            return (warn.number, warn.operator == "<=") < (fail.number, fail.operator == "<=")
    return False


def _limit(text: str, measure: Measure) -> Limit:
    grammar = _GRAMMAR[measure]
    match = _LIMIT.fullmatch(text)
    if match is None and measure == "seconds":
        return Limit(str(text), ">", duration(text), "seconds")
    if match is None:
        raise GrammarError(f'"{shown(text)}" is not a limit', grammar)
    operator, number, unit = match[1].replace("==", "="), float(match[2]), match[3] or ""
    if not math.isfinite(number):
        raise GrammarError(f'"{shown(text)}" is not a finite number', grammar)
    operator = cast(Literal[">", ">=", "<", "<=", "=", "!="], operator)
    if measure == "seconds":
        return Limit(str(text), operator, duration(f"{match[2]} {unit}"), "seconds")
    return Limit(str(text), operator, *_scaled(text, number, unit.lower(), measure))


def _scaled(text: str, number: float, unit: str, measure: Measure) -> tuple[float, Literal["", "%", "rows", "keys"]]:
    grammar = _GRAMMAR[measure]
    word = {"row": "rows", "key": "keys"}.get(unit, unit)
    if measure and number < 0:
        raise GrammarError(f'"{shown(text)}": a count is never negative', grammar)
    if word == "%":
        if measure and number > 100:
            raise GrammarError(f'"{shown(text)}": a share is never above 100%', grammar)
        return number / 100, "%"
    if word and word != measure:
        hint = f"this one counts {measure}; {grammar}" if measure else grammar
        raise GrammarError(f'"{shown(text)}" has the unit "{shown(unit)}"', hint)
    return number, cast(Literal["", "rows", "keys"], word)


def _bound(value: Any, hint: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise GrammarError(f"between cannot hold {in_words(value)}", hint)
    return float(value)


def _keys(value: Mapping[Any, Any]) -> str:
    return ", ".join(f'"{shown(str(key))}"' for key in value) or "no key"


def _low(item: Between) -> float:
    return -math.inf if item.lower is None else item.lower


def _high(item: Between) -> float:
    return math.inf if item.upper is None else item.upper
