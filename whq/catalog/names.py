"""Written names: split into parts, matched exactly or else by case alone, with near names when nothing fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from whq.errors import ConfigError, Problem, did_you_mean, nearest
from whq.values import Column, place_of

Kind = Literal["table", "view", "part", "file"]
"""A `part` is a partition of a table, which holds its rows too."""
Path = Sequence[tuple[str, ...]]
"""Where bare names are looked up, each a prefix of `Relation.parts`; without any, everywhere."""

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


class Relation(Struct, frozen=True):
    """A table or view as the engine lists it; the parts are exact, outermost first."""

    parts: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: Kind = "table"

    @property
    def label(self) -> str:
        """The name as a user would write it."""
        return written_name(self.parts)


def written_name(parts: Iterable[str]) -> str:
    """Parts as a user would write them: quoted where they are not plain identifiers."""
    return ".".join(part if _SIMPLE.fullmatch(part) else '"' + part.replace('"', '""') + '"' for part in parts)


_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|`([^`]+)`|([^".`]+?))\s*(\.|$)', re.DOTALL)


def split_name(written: str) -> tuple[str, ...]:
    """The parts of a dotted name; a part in double quotes or backticks may hold anything."""
    parts, position, dot = [], 0, "."
    while dot == ".":
        part = _PART.match(written, position)
        if part is None:
            raise _malformed(written)
        quoted, ticked, plain, dot = part.groups()
        parts.append(quoted.replace('""', '"') if quoted else ticked or plain)
        position = part.end()
    if len(parts) > 3:
        raise _malformed(written)
    return tuple(parts)


def home(path: Path) -> tuple[str, ...]:
    """The default database: left out of names, so that statements can be pasted into a console."""
    return path[0][:-1] if path else ()


def without_home(parts: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """The parts without the default database."""
    outer = home(path)
    return parts[len(outer) :] if outer and parts[: len(outer)] == outer else parts


def find_relation(relations: Sequence[Relation], written: str, path: Path) -> Relation:
    """The relation that a written name means. Raises ConfigError with the nearest names."""
    parts = split_name(written)
    for folded in (False, True):
        candidates = _candidates(relations, parts, path, folded)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise _ambiguous(written, candidates)
    raise _unknown_table(written, parts, relations, path)


def _candidates(relations: Sequence[Relation], parts: tuple[str, ...], path: Path, folded: bool) -> list[Relation]:
    """The relations that a name may mean, from the first place that has any."""
    key = _key(parts, folded)
    size = len(parts)
    for prefix in path:
        near = prefix if size == 1 else prefix[: len(prefix) + 1 - size]
        candidates = [
            item
            for item in relations
            if item.parts[: len(near)] == near and _key(item.parts[len(near) :], folded) == key
        ]
        if candidates:
            return candidates
    if size == 1 and path:
        return []
    return [item for item in relations if key in _other_names(item.parts, path, folded)]


def _other_names(parts: tuple[str, ...], path: Path, folded: bool) -> set[tuple[str, ...]]:
    """The longer names by which a relation outside the search path may be called."""
    names = {parts, parts[-2:], parts[-1:]}
    if len(parts) == 3 and path and parts[1] == path[0][-1]:
        names.add((parts[0], parts[2]))
    return {_key(name, folded) for name in names}


def _key(parts: tuple[str, ...], folded: bool) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts) if folded else parts


def resolve_column(columns: Sequence[Column], written: str, table: str = "the dataset") -> Column:
    """The column of that name: exact, else the only one that differs in case alone."""
    exact = [column for column in columns if column.name == written]
    alike = exact or [column for column in columns if column.name.casefold() == written.casefold()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        both = ", ".join(f'"{column.name}"' for column in alike)
        text = f'column "{written}" of {table} may be any of {both}'
        raise ConfigError(Problem("WHQ-E104", "catalog", text, "write the name exactly", place_of(written)))
    text = f'unknown column "{written}" in {table}'
    hint = did_you_mean(written, [column.name for column in columns])
    raise ConfigError(Problem("WHQ-E103", "catalog", text, hint, place_of(written)))


def _malformed(written: str) -> ConfigError:
    text = f'"{written}" is not a table name'
    hint = 'write schema.table, with double quotes around a part that holds a dot: schema."my.table"'
    return ConfigError(Problem("WHQ-E110", "catalog", text, hint, place_of(written)))


def _ambiguous(written: str, candidates: Sequence[Relation]) -> ConfigError:
    names = ", ".join(sorted(relation.label for relation in candidates))
    text = f'table "{written}" may be any of {names}'
    return ConfigError(Problem("WHQ-E102", "catalog", text, "write the full name exactly", place_of(written)))


def _unknown_table(written: str, parts: tuple[str, ...], relations: Sequence[Relation], path: Path) -> ConfigError:
    names = [without_home(relation.parts, path) for relation in relations]
    hint = _near_table(parts, names, path) if names else "this user sees no tables there"
    return ConfigError(Problem("WHQ-E101", "catalog", f'unknown table "{written}"', hint, place_of(written)))


def _near_table(parts: tuple[str, ...], names: Sequence[tuple[str, ...]], path: Path) -> str:
    """The nearest name as it can be written; the same bare name in another schema comes first."""
    default = {prefix[-1] for prefix in path}
    labels = {item: written_name(item[1:] if len(item) == 2 and item[0] in default else item) for item in names}
    for size in (len(parts), 1):
        tails = {written_name(item[-size:]): label for item, label in reversed(labels.items())}
        near = nearest(written_name(parts[-size:]), tails)
        if near is not None:
            return f'did you mean "{tails[near]}"?'
    return did_you_mean(written_name(parts), labels.values())
