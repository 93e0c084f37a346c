"""YAML 1.2 files as plain values that remember where everything stands.

The parser's events are read one by one, so that depth and aliases are limited before anything is built. Plain
scalars follow the YAML 1.2 core schema: `NO`, `on`, `12:30` and dates are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field

from whq.config.problems import problem, shown
from whq.config.yaml_events import Event, events
from whq.errors import ConfigError, Location, Problem
from whq.values import Written

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_ALIASES = 100
MAX_EXPANDED = 100_000

KeyPath = tuple[str | int, ...]
Events = Callable[[str, str], Iterator[Event]]
"""What makes events of the text and the name of a file."""


class Place(NamedTuple):
    """Where an entry stands: its key (for an item of a list: the item) and its value."""

    key: Location
    value: Location


class Document(Struct, frozen=True):
    """A file's content: plain values whose texts are `Written`, the place of each entry, lesser problems."""

    file: str
    value: Any
    places: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...] = ()

    def at(self, path: KeyPath) -> Location:
        """Where the value of an entry stands, or of the nearest entry around it."""
        return self._nearest(path).value

    def key(self, path: KeyPath) -> Location:
        """Where the key of an entry stands, or of the nearest entry around it."""
        return self._nearest(path).key

    def _nearest(self, path: KeyPath) -> Place:
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]


def read(path: Path, name: str, source: Events = events) -> Document:
    """Read a file; `name` is how the user would write its path. Raises ConfigError."""
    start = Location(name)
    if path.is_dir():
        raise ConfigError(problem("C001", f"{name} is a folder, not a file", start))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(problem("C004", f"{name} is larger than the allowed 1 MiB", start))
        data = path.read_bytes()
    except FileNotFoundError:
        hint = "`whq init` makes a project, `--project DIR` names the folder of one"
        raise ConfigError(problem("C001", f"no file {name}", start, hint)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(problem("C001", f"cannot read {name}: {reason}", start)) from None
    return parse(_decode(data, name), name, source)


def parse(text: str, name: str, source: Events = events) -> Document:
    """Parse the text of a file. Raises ConfigError for what makes the whole file unreadable."""
    if len(text.encode()) > MAX_BYTES:
        raise ConfigError(problem("C004", f"{name} is larger than the allowed 1 MiB", Location(name)))
    _refuse_characters(text, name)
    builder = _Builder(name)
    root = builder.document(source(text, name))
    if root is None:
        raise ConfigError(problem("C007", f"{name} is empty", Location(name), "`whq init` shows a first one"))
    expansion = _Expansion(name, builder.problems)
    value = expansion.value(root, (), root.location)
    return Document(name, value, expansion.places, tuple(builder.problems))


# --- characters ---------------------------------------------------------------------------------------------

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def can_be_written(text: str) -> bool:
    """Whether a project file may hold a text: none with control characters is read, escaped or not."""
    return _FORBIDDEN.search(text) is None


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start
        line = data.count(b"\n", 0, offset) + 1
        message = f"not UTF-8: byte 0x{data[offset]:02x} at offset {offset}"
        raise ConfigError(problem("C002", message, Location(name, line), "save the file as UTF-8")) from None
    return text.replace("\r\n", "\n")


def _refuse_characters(text: str, name: str) -> None:
    match = _FORBIDDEN.search(text)
    if match is not None:
        offset = match.start()
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        raise ConfigError(_character(match.group(), Location(name, line, column)))


def _character(sign: str, place: Location) -> Problem:
    kind = "bidirectional control" if sign in _BIDI else "control"
    return problem("C002", f"{kind} character U+{ord(sign):04X} is not allowed", place, "remove it")


# --- from events to nodes -----------------------------------------------------------------------------------


class _Node(NamedTuple):
    location: Location
    value: Any  # a scalar, a tuple of nodes, or a dict Written → node


class _Builder(Struct):
    name: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Node | None] = field(default_factory=dict)
    aliases: int = 0

    def document(self, events: Iterator[Event]) -> _Node | None:
        """The one document of a stream, or None when there is nothing in it."""
        root: _Node | None = None
        documents = 0
        for event in events:
            if event.kind == "document":
                documents += 1
                if documents > 1:
                    hint = "one file holds one document; remove `---`"
                    raise self.stop("C006", "a second document begins here", event, hint)
            elif event.is_node:
                root = self.node(event, events, 1)
        return None if root is None or root.value is None else root

    def node(self, event: Event, events: Iterator[Event], depth: int) -> _Node:
        """The node that begins with an event."""
        if event.kind == "alias":
            return self.alias(event)
        if event.tag is not None:
            raise self.stop("C006", f"YAML tags are not allowed: {shown(event.tag)}", event)
        if depth > MAX_DEPTH:
            raise self.stop("C004", f"nested deeper than {MAX_DEPTH} levels", event)
        place = event.place
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if event.kind == "scalar":
            parsed = _Node(place, self.scalar(event, place))
        elif event.kind == "mapping":
            parsed = _Node(place, self.mapping(events, depth))
        else:
            parsed = _Node(place, tuple(self.node(item, events, depth + 1) for item in self.inside(events)))
        if event.anchor is not None:
            self.anchors[event.anchor] = parsed
        return parsed

    def alias(self, event: Event) -> _Node:
        """The node that an alias points to."""
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise self.stop("C004", f"more than {MAX_ALIASES} aliases", event)
        anchor = event.anchor or ""
        if anchor not in self.anchors:
            raise self.stop("C003", f"no anchor &{anchor} before this alias", event)
        target = self.anchors[anchor]
        if target is None:
            raise self.stop("C004", f"recursive alias *{event.anchor}", event)
        return target

    def scalar(self, event: Event, place: Location) -> Any:
        """A scalar's value by the core schema; quoted and block scalars are text, placed at their first sign."""
        match = _FORBIDDEN.search(event.value)
        if match is not None:
            self.problems.append(_character(match.group(), place))
        if event.style in (None, ""):
            value = _core(event.value)
            return Written(value, place) if isinstance(value, str) else value
        quoted = event.style in ("'", '"')
        return Written(event.value, Location(place.file, place.line, place.column + 1) if quoted else place)

    def mapping(self, events: Iterator[Event], depth: int) -> dict[Written, _Node]:
        """The entries of a mapping; a repeated key is noted, its first value kept."""
        nodes: dict[Written, _Node] = {}
        for event in self.inside(events):
            if event.kind != "scalar":
                raise self.stop("C003", "a key must be plain text", event)
            key = Written(event.value, event.place)
            self.scalar(event, event.place)
            node = self.node(next(events), events, depth + 1)
            if key in nodes:
                first = next(other for other in nodes if other == key)
                message = f'duplicate key "{shown(key)}", first at {first.location}'
                self.problems.append(problem("C005", message, key.location, "keep one of the two"))
            else:
                nodes[key] = node
        return nodes

    @staticmethod
    def inside(events: Iterator[Event]) -> Iterator[Event]:
        """The events up to the end of the collection that was just begun (nested ones are consumed within)."""
        for event in events:
            if not event.is_node:
                return
            yield event

    def stop(self, code: str, message: str, event: Event, hint: str | None = None) -> ConfigError:
        """The error that ends the reading of this file."""
        return ConfigError([*self.problems, problem(code, message, event.place, hint)])


_INTEGER = re.compile(r"[-+]?[0-9]{1,300}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


def _core(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if re.match(r"0x[0-9a-fA-F]{1,300}\Z", text):
        return int(text, 16)
    if re.match(r"0o[0-7]{1,300}\Z", text):
        return int(text, 8)
    return float(text) if _FLOAT.match(text) else text


# --- from nodes to values -----------------------------------------------------------------------------------


class _Expansion(Struct):
    """Walks the nodes, once per alias, and notes the place of each entry."""

    name: str
    problems: list[Problem]
    places: dict[KeyPath, Place] = field(default_factory=dict)

    def value(self, node: _Node, path: KeyPath, key: Location) -> Any:
        """The plain value of a node."""
        self.places[path] = Place(key, node.location)
        if len(self.places) > MAX_EXPANDED:
            raise ConfigError(problem("C004", f"more than {MAX_EXPANDED} values", node.location, "split the file"))
        if isinstance(node.value, dict):
            entries = self.merged(node.value)
            return {name: self.value(item, (*path, str(name)), _place(name)) for name, item in entries.items()}
        if isinstance(node.value, tuple):
            return [self.value(item, (*path, index), item.location) for index, item in enumerate(node.value)]
        return node.value

    def merged(self, entries: dict[Written, _Node]) -> dict[Written, _Node]:
        """The entries with those of `<<: *anchor` below their own."""
        merge = next((node for key, node in entries.items() if key == "<<"), None)
        if merge is None:
            return entries
        together = {key: node for key, node in entries.items() if key != "<<"}
        for source in merge.value if isinstance(merge.value, tuple) else (merge,):
            if not isinstance(source.value, dict):
                message = "`<<` merges a mapping or a list of mappings"
                self.problems.append(problem("C011", message, source.location, "write `<<: *anchor`"))
                continue
            together.update({key: node for key, node in self.merged(source.value).items() if key not in together})
        return together


def _place(key: Written) -> Location:
    assert key.location is not None
    return key.location
