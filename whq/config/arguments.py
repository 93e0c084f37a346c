"""The arguments of a rule, by its template's header: what kind of value each takes, and what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from whq.config.formats import FORMATS
from whq.config.kinds import Kind
from whq.config.problems import in_words, shown
from whq.config.spec import LookupSpec
from whq.config.validate import Reader
from whq.config.yaml_source import KeyPath
from whq.errors import did_you_mean, nearest
from whq.sql.templates import Argument
from whq.values import Written, place_of


class RuleEntries(Struct, frozen=True):
    """A rule's value in the long form, and where each entry stands (a short form's stands where the value does)."""

    values: Mapping[str, Any]
    path: KeyPath
    is_long: bool

    def path_of(self, name: str) -> KeyPath:
        """The place of an entry."""
        return (*self.path, name) if self.is_long else self.path


class _Unfit(ValueError):
    """A value that an argument cannot take: what is wrong, and the next step."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def arguments_of(reader: Reader, kind: Kind, entries: RuleEntries) -> dict[str, Any]:
    """The arguments of a rule as its header types them, without its columns; what is wrong is noted in the reader."""
    arguments: dict[str, Any] = {}
    for argument in kind.others:
        value = entries.values.get(argument.name)
        if value is not None:
            try:
                arguments[argument.name] = _checked(argument, value, not entries.is_long)
            except _Unfit as error:
                message = f"{kind.name}: {argument.name}: {error.message}"
                reader.refuse("C011", message, reader.at(entries.path_of(argument.name)), error.hint)
        elif argument.required:
            hint = f"{argument.name}: {argument.doc}" if argument.doc else None
            reader.refuse("C012", f"{kind.name} needs {argument.name}", reader.key(entries.path), hint)
    _refuse_reversed(reader, kind, arguments, entries)
    return arguments


def _checked(argument: Argument, value: Any, is_short: bool) -> Any:
    checked = _KINDS[argument.kind](value)
    if argument.choices and checked not in argument.choices:
        raise _Unfit(f"found {in_words(value)}", did_you_mean(str(value), argument.choices))
    if argument.kind == "pattern" and is_short:
        _refuse_word(argument.name, checked)
    return checked


def _refuse_word(name: str, text: str) -> None:
    """Refuse a word that is no known format: `emial` is a slip, while `^[a-z]+$` has signs of a regular expression."""
    if text in FORMATS or not text.replace("_", "").isalnum():
        return
    hint = f'formats: {", ".join(FORMATS)}; a regular expression: {{{name}: "{text}"}}'
    near = nearest(text, FORMATS)
    raise _Unfit(f'"{shown(text)}" is no format', f'did you mean "{near}"? {hint}' if near else hint)


def _refuse_reversed(reader: Reader, kind: Kind, arguments: Mapping[str, Any], entries: RuleEntries) -> None:
    """A least value above the greatest one can never hold."""
    least, greatest = arguments.get("min"), arguments.get("max")
    numbers = all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in (least, greatest))
    texts = isinstance(least, str) and isinstance(greatest, str)
    if (numbers or texts) and least > greatest:  # type: ignore[operator]
        where = reader.at(entries.path_of("min"))
        reader.refuse("C014", f"{kind.name}: min {least} is greater than max {greatest}", where, "exchange the two")


# --- values by kind -----------------------------------------------------------------------------------------


def _number(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _Unfit(f"expected a number, found {in_words(value)}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unfit(f"expected a whole number, found {in_words(value)}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        hint = "put it in quotes" if isinstance(value, (bool, int, float)) else None
        raise _Unfit(f"expected text, found {in_words(value)}", hint)
    return value


def _sql(value: Any) -> str:
    text = _text(value)
    if "{{" in text or "{%" in text:
        raise _Unfit("Jinja in SQL, such as ref(), is not built yet", "write the table's name")
    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unfit(f"expected true or false, found {in_words(value)}")
    return value


def _scalar(value: Any) -> Any:
    if isinstance(value, (list, dict)) or (isinstance(value, float) and not math.isfinite(value)):
        raise _Unfit(f"expected one value, found {in_words(value)}")
    return value


def _list(value: Any) -> tuple[Any, ...]:
    items = tuple(value) if isinstance(value, list) else (value,)
    if not items:
        raise _Unfit("expected a list with something in it, found an empty list")
    return tuple(_scalar(item) for item in items)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _lookup(value: Any) -> Any:
    """Another table's columns: `table.column`, or {table: …, columns: …}; a SELECT stays text."""
    if isinstance(value, dict):
        return _lookup_mapping(value)
    text = _sql(value)
    if re.match(r"[\s(]*(select|with)\s", text, re.IGNORECASE):
        return text
    match = re.fullmatch(r'(.+)\.(?:"((?:[^"]|"")+)"|([^."]+))', text.strip())
    if match is None:
        raise _Unfit(f'expected table.column, found the text "{shown(text)}"', "e.g. customers.id")
    place = place_of(text)
    column = match[2].replace('""', '"') if match[2] else match[3]
    return LookupSpec(Written(match[1], place), (Written(column, place),))


def _lookup_mapping(value: dict[str, Any]) -> LookupSpec:
    columns = value.get("columns", value.get("column"))
    listed: list[Any] = columns if isinstance(columns, list) else [columns]
    for key in value:
        if key not in ("table", "column", "columns"):
            raise _Unfit(f'unknown key "{shown(str(key))}"', did_you_mean(str(key), ("table", "column", "columns")))
    if not isinstance(value.get("table"), str) or not all(isinstance(item, str) for item in listed):
        raise _Unfit("expected table.column or {table: …, columns: […]}")
    return LookupSpec(value["table"], tuple(listed))


_KINDS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "integer": _integer,
    "text": _text,
    "boolean": _boolean,
    "scalar": _scalar,
    "list": _list,
    "expression": _sql,
    "lookup": _lookup,
    "pattern": _text,
    "select": _sql,
    "column": _text,
    "columns": _names,
    "cuts": _list,
    "rows": _list,
    "model": _list,
    "share": _list,
}
