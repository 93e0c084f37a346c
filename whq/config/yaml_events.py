"""The events of a YAML file, and where they stand. ruamel.yaml is loaded where one is read the first time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from whq import cache
from whq.config.problems import problem, shown
from whq.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import YAMLError

Kind = Literal["document", "alias", "scalar", "mapping", "list", "other"]
_KINDS: dict[str, Kind] = {
    "DocumentStartEvent": "document",
    "AliasEvent": "alias",
    "ScalarEvent": "scalar",
    "MappingStartEvent": "mapping",
    "SequenceStartEvent": "list",
}


class Event(NamedTuple):
    """One event; `value` is a scalar's text, `span` the characters of the file from which to which it stands."""

    kind: Kind
    place: Location
    anchor: str | None = None
    tag: str | None = None
    style: str | None = None
    value: str = ""
    span: tuple[int, int] = (0, 0)

    @property
    def is_node(self) -> bool:
        """Whether a value begins here."""
        return self.kind not in ("document", "other")


def events(text: str, name: str) -> Iterator[Event]:
    """The events of a text one by one. Raises ConfigError where it is not YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            yield _event(event, name)
    except YAMLError as error:
        raise ConfigError(_syntax(error, name)) from None


def outlined(text: str, name: str) -> Iterator[Event]:
    """`events` of a file whose words must not be kept, as secrets may be among them: only where they stand is."""
    outline = cache.recall("outline", (text, name), lambda: _outline(text, name), keep=bool)
    if not outline:
        return events(text, name)
    return (event._replace(value=text[slice(*event.span)]) for event in outline)


def _outline(text: str, name: str) -> tuple[Event, ...]:
    """The events without words; none where a word is not meant as it stands, or where it is not YAML."""
    try:
        parsed = tuple(events(text, name))
    except ConfigError:
        return ()
    if any(event.value != text[slice(*event.span)] for event in parsed):
        return ()
    return tuple(event._replace(value="") for event in parsed)


def _event(event: Any, name: str) -> Event:
    kind = _KINDS.get(type(event).__name__, "other")
    tag = getattr(event, "tag", None)
    bare = Event(kind, mark(event.start_mark, name), getattr(event, "anchor", None), None if tag is None else str(tag))
    if kind != "scalar":
        return bare
    quotes = 1 if event.style in ("'", '"') else 0
    span = (event.start_mark.index + quotes, event.end_mark.index - quotes)
    return bare._replace(style=event.style, value=event.value, span=span)


def mark(place: Any, name: str) -> Location:
    """A mark of ruamel's as a place."""
    return Location(name, place.line + 1, place.column + 1)


def _syntax(error: YAMLError, name: str) -> Problem:
    from ruamel.yaml.error import MarkedYAMLError

    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return problem("C003", f"not YAML: {shown(str(error), 200)}", Location(name))
    what, place = str(error.problem), error.problem_mark
    if "'\\t'" in what:
        return problem("C003", "YAML forbids tabs as indentation", mark(place, name), "indent with spaces")
    context = str(error.context or "")
    opened = error.context_mark
    if opened is not None and ("flow" in context or "quoted" in context):
        thing = "quote" if "quoted" in context else "bracket"
        if "quoted" not in context or "end of stream" in what or "document separator" in what:
            hint = f"YAML gave up at line {place.line + 1}"
            return problem("C003", f"this {thing} is never closed properly", mark(opened, name), hint)
    hint = "quote texts that hold `: `, `#` or begin with one of @ ` % & * ! | > [ {"
    return problem("C003", f"not YAML: {what}", mark(place, name), hint)
