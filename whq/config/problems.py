"""How the configuration layer words a problem: one short constructor, shared by all its files."""

from __future__ import annotations

from typing import Any

from whq.errors import Location, Problem


def problem(code: str, message: str, location: Location | None = None, hint: str | None = None) -> Problem:
    """A configuration problem with its place and next step."""
    return Problem(f"WHQ-{code}", "config", message, hint, location)


def in_words(value: Any) -> str:
    """What stands in a file, in words and short: `the number 5`, `the text "abc"`, `a list`, `nothing`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{shown(value)}"'
    return "a mapping" if isinstance(value, dict) else "a list"


def shown(text: str, limit: int = 60) -> str:
    """A text of a user as it may be printed: short, with unprintable characters escaped."""
    safe = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Problems without repetition, sorted by file, line and column."""

    def key(item: Problem) -> tuple[Any, ...]:
        place = item.location
        where = ("", 0, 0) if place is None else (place.file, place.line, place.column)
        return (where, item.message)

    return tuple(sorted(dict.fromkeys(problems), key=key))
