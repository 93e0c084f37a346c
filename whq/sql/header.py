"""The YAML header of a template: the first Jinja comment, read strictly, every problem with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Literal, TypeVar, get_args

from whq.errors import CompileError, Location, Problem, did_you_mean
from whq.values import TYPE_FAMILIES

ArgumentKind = Literal[
    "column",
    "columns",
    "number",
    "integer",
    "text",
    "boolean",
    "scalar",
    "list",
    "expression",
    "lookup",
    "pattern",
    "select",
    "cuts",
    "codes",
    "rows",
    "model",
    "share",
]
KINDS: tuple[ArgumentKind, ...] = get_args(ArgumentKind)
KEYS = (
    "title", "shape", "arguments", "short", "finite", "cost", "outputs", "range", "returns", "nulls", "empty",
    "reference", "measure", "binning", "across", "role", "state", "value", "statistics", "default",
    "says", "reveals", "scale", "action", "better",
)  # fmt: skip
BINNINGS: Mapping[str, tuple[str, ...]] = {"numeric": ("doane", "deciles"), "categorical": ("union",)}
"""How a drift statistic may want the rows of a column counted, by the family of the column."""

STATISTIC_KEYS = ("title", "range", "reference", "scale", "action")
ARGUMENT_KEYS = ("kind", "family", "required", "default", "choices", "doc")
FAMILIES = frozenset(TYPE_FAMILIES) | TYPE_FAMILIES["any"]
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A word of `says` that stands for a column or an argument."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What an argument, or a part of the state, may be called."""
_KEY = re.compile(r"(\w+)\s*:")
_HEADER = re.compile(r"\s*\{#-?(.*?)-?#\}", re.DOTALL)

Word = TypeVar("Word", bound=str)


class Values(dict[str, Any]):
    """The header's mapping, with the line of each key in the file."""

    lines: Mapping[str, int]


def split(text: str, path: str) -> tuple[Values, str]:
    """The header's values, and the text with the header blanked out so that lines keep their numbers."""
    header = _HEADER.match(text)
    if header is None:
        hint = "start the file with {# title: …, shape: aggregate #}"
        raise _error("the template has no header: its first Jinja comment must hold YAML", path, hint=hint)
    first = text.count("\n", 0, header.start(1)) + 1
    values = _parse(header[1], first, path)
    for key in values:
        if key not in KEYS:
            raise wrong(values, key, f'unknown key "{key}" in the header', path, did_you_mean(key, KEYS))
    return values, "\n" * text.count("\n", 0, header.end()) + text[header.end() :]


def _parse(text: str, first: int, path: str) -> Values:
    from ruamel.yaml import YAML  # loaded only for a header that no run before has read
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        loaded = YAML(typ="safe", pure=True).load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + first, mark.column + 1) if mark else (first, 1)
        raise _error(f"the header is not YAML: {error.problem}", path, line, column) from None
    except YAMLError as error:
        raise _error(f"the header is not YAML: {error}", path, first) from None
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise _error("the header must be a YAML mapping", path, first)
    values = Values(loaded)
    values.lines = {
        match[1]: first + number
        for number, line in enumerate(text.split("\n"))
        if (match := re.match(r"(\w+)\s*:", line))
    }
    return values


def wrong(values: Values, key: str, message: str, path: str, hint: str | None = None) -> CompileError:
    """An error that points at the line of a key of the header."""
    return _error(message, path, values.lines.get(key, 1), hint=hint)


def _error(message: str, path: str, line: int = 1, column: int = 1, hint: str | None = None) -> CompileError:
    return CompileError(Problem("WHQ-S101", "template", message, hint, Location(path, line, column)))


def choice(values: Values, key: str, options: tuple[Word, ...], path: str, default: Word | None = None) -> Word:
    """One of the allowed words."""
    value = values.get(key, default)
    for option in options:
        if value == option:
            return option
    message = f"`{key}` is missing" if value is None else f'`{key}` is "{value}"'
    raise wrong(values, key, message, path, f"allowed: {', '.join(options)}")


def bounds(values: Values, path: str) -> tuple[float | None, float | None]:
    """`range: [0, 1]`; a side may be null."""
    sides = values.get("range", [None, None])
    if isinstance(sides, list) and len(sides) == 2 and all(_is_side(side) for side in sides):
        lower, upper = sides
        return lower, upper
    raise wrong(values, "range", "`range` is a list of two numbers", path, "write [0, null] for one open side")


def _is_side(side: object) -> bool:
    return side is None or (isinstance(side, (int, float)) and not isinstance(side, bool))


def binning(values: Values, path: str) -> tuple[tuple[str, str], ...]:
    """`binning: {numeric: doane, categorical: union}`: how a drift statistic wants rows counted."""
    words_by_family = values.get("binning", {})
    if isinstance(words_by_family, dict) and all(
        word in BINNINGS.get(family, ()) for family, word in words_by_family.items()
    ):
        return tuple(words_by_family.items())
    hint = "; ".join(f"{family}: {' or '.join(words)}" for family, words in BINNINGS.items())
    raise wrong(values, "binning", f"`binning` is {words_by_family}", path, f"allowed: {hint}")


def says(values: Values, arguments: Iterable[str], path: str) -> str:
    """`says: have no {column}`: what the rows do that break a rule, in words that name columns and arguments."""
    text = prose(values, "says")
    allowed = ["column", "a column", "failing", *arguments]
    if "min" in allowed and "max" in allowed:
        allowed.append("beyond")
    for word in PLACEHOLDER.findall(text):
        if word not in allowed:
            message = f'`says` names "{{{word}}}", which is no argument'
            raise wrong(values, "says", message, path, did_you_mean(word, allowed))
    return text


def families(values: Values, path: str) -> tuple[str, ...]:
    """`default: [numeric]`: the families of columns of which the statistic is measured when none is named."""
    listed = values.get("default", [])
    if isinstance(listed, list) and all(family in BINNINGS for family in listed):
        return tuple(listed)
    hint = f"a list of {' or '.join(BINNINGS)}"
    raise wrong(values, "default", f"`default` is {listed}", path, hint)


def statistics(values: Values, path: str) -> Iterator[tuple[str, Values]]:
    """`statistics: {ks: {title: …, range: [0, 1], reference: …, scale: …}}`: what a scan brings as whole statistics."""
    fields_by_name = values.get("statistics", {})
    if not isinstance(fields_by_name, dict):
        raise wrong(values, "statistics", "`statistics` maps names to title, range, reference, scale and action", path)
    for name, fields in fields_by_name.items():
        if not isinstance(fields, dict) or not set(fields) <= set(STATISTIC_KEYS):
            raise wrong(
                values, "statistics", f"`statistics` says {fields} of {name}", path, f"allowed: {STATISTIC_KEYS}"
            )
        inner = Values(fields)
        inner.lines = {}
        yield name, inner


def prose(values: Values, key: str) -> str:
    """A field that people read; a bare NULL in YAML means the word."""
    if key not in values:
        return ""
    return "NULL" if values[key] is None else str(values[key])


def arguments(values: Values, path: str) -> Iterator[tuple[str, ArgumentKind, dict[str, Any]]]:
    """Name, kind and the other fields of each argument, short forms expanded."""
    listed = values.get("arguments") or {}
    if not isinstance(listed, dict):
        raise wrong(values, "arguments", "`arguments` is a mapping from name to kind", path)
    for name, written in listed.items():
        if not isinstance(name, str) or not NAME.fullmatch(name) or name == "dataset" or name.startswith("whq_"):
            raise wrong(values, "arguments", f'"{name}" cannot name an argument', path, "use lower-case letters and _")
        fields = _long(written)
        if fields is None:
            hint = "give a type family (numeric), a kind (list), or a mapping with `kind` and `family`"
            raise wrong(values, "arguments", f'argument "{name}" is "{written}"', path, hint)
        kind = fields.pop("kind")
        yield name, kind, _completed(kind, fields, required=name == values.get("short"))


def _long(written: object) -> dict[str, Any] | None:
    """The long form of an argument, or None where it is none. A type family in the short form means a column."""
    if isinstance(written, str):
        families = tuple(word.strip() for word in written.split("|"))
        if set(families) <= FAMILIES:
            return {"kind": "column", "family": families}
        return {"kind": written} if written in KINDS else None
    if not isinstance(written, dict) or not set(written) <= set(ARGUMENT_KEYS):
        return None
    fields = {"kind": "column", **written}
    if fields["kind"] not in KINDS:
        return None
    family = fields.get("family", ())
    fields["family"] = tuple(family) if isinstance(family, list) else tuple(str(family).split("|")) if family else ()
    return fields if set(fields["family"]) <= FAMILIES else None


def _completed(kind: ArgumentKind, fields: dict[str, Any], required: bool) -> dict[str, Any]:
    is_column = kind in ("column", "columns")
    fields.setdefault("required", (is_column or required) and "default" not in fields)
    if is_column:
        fields["family"] = fields.get("family") or ("any",)
    fields["choices"] = tuple(str(word) for word in fields.get("choices", ()))
    fields["doc"] = str(fields.get("doc", ""))
    return fields
