"""The file in which what is learned travels: how it is read, and what of it fits a project and its target."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, to_builtins

from whq.errors import ConfigError, Problem, did_you_mean
from whq.memory import fingerprint
from whq.memory.baselines import Document, Learned
from whq.monitors import monitor
from whq.resolve import Resolved
from whq.values import MonitorName

SCHEMA = "whq.baseline/1"
_LARGEST = 200_000_000
"""Bytes of a file that is read."""


class Entry(Struct, frozen=True):
    """One family of a dataset in a file."""

    dataset: str
    family: str
    format: int
    learned: str
    definition: Mapping[str, Any]
    content: Document


class File(Struct, frozen=True):
    """What `export` writes."""

    schema: str
    version: str
    project: str
    target: str
    exported: str
    baselines: tuple[Entry, ...]


class Family(Struct, frozen=True):
    """One family of a dataset of the project, with what is stored of it."""

    item: Resolved
    name: MonitorName
    stored: Learned

    @property
    def id(self) -> str:
        """Its dataset and its name."""
        return f"{self.item.dataset.name}/{self.name}"

    @property
    def learned(self) -> str:
        """When what is stored was learned, in ISO form; empty where nothing is."""
        return self.stored.origin.learned or self.stored.stored


def moves(family: Family) -> bool:
    """Whether the reference is another one in each run."""
    return fingerprint.timeless(family.item.dataset.reference) is not family.item.dataset.reference


def read(path: Path) -> File:
    """The document of a file. Raises ConfigError where it is none."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _no_file(path, "it is larger than 200 MB")
        plain = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _no_file(path, error.strerror or type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise _no_file(path, "it is no JSON") from error
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if schema != SCHEMA:
        raise _no_file(
            path, f'its schema is "{schema}", not "{SCHEMA}"' if schema else f'it has no "schema": "{SCHEMA}"'
        )
    try:
        return convert(plain, File)
    except ValidationError as error:
        raise _no_file(path, str(error)) from error


def _no_file(path: Path, why: str) -> ConfigError:
    hint = "write one with `whq baseline export --out FILE`"
    return ConfigError(Problem("WHQ-U014", "usage", f"{path} holds no baselines: {why}", hint))


def fitting(known: Mapping[str, Family], id: str, entry: Entry) -> Learned:
    """What an entry holds, as far as it fits the family of that id. Raises ConfigError with all that does not."""
    family = known.get(id)
    if family is None:
        hint = did_you_mean(id, known) if known else "nothing here learns of a reference"
        raise _unfit(f"{id}: this project asks for nothing of that id", hint)
    kind = monitor(family.name).baseline
    if entry.format != kind.FORMAT:
        which = "newer" if entry.format > kind.FORMAT else "older"
        message = (
            f"{id}: its format is {entry.format}, and this whq reads {kind.FORMAT}: it was exported by a {which} whq"
        )
        raise _unfit(message, "export it anew with the version that is to import it")
    if moves(family):
        message = f"{id}: its reference moves with the run's clock, so that each run learns anew"
        raise _unfit(message, "write a reference of fixed rows")
    try:
        learned = entry.content.read(family.name)
    except ValidationError as error:
        raise _unfit(f"{id}: it cannot be read: {error}") from error
    if problems := [*_lost(family), *_differing(family, entry), *_absent(family, learned)]:
        raise ConfigError(problems)
    return learned


def _unfit(message: str, hint: str | None = None) -> ConfigError:
    return ConfigError(Problem("WHQ-U014", "usage", message, hint))


def _lost(family: Family) -> list[Problem]:
    """What of the items is not in the catalog of this target."""
    return [problem for item, problem in family.item.problems if item is None or item.family == family.name]


def _differing(family: Family, entry: Entry) -> Iterator[Problem]:
    """Options that decide how numbers are counted, and are not as they were where the baseline was learned."""
    here = to_builtins(fingerprint.definition(family.name, family.item.dataset, family.item.spec))
    for name, theirs, ours in _pairs(entry.definition, here):
        words = f"{family.id}: {name} is {_shown(theirs)} in the file and {_shown(ours)} here"
        if isinstance(theirs, list) and isinstance(ours, list):
            more, less = ([str(one) for one in a if one not in b] for a, b in ((theirs, ours), (ours, theirs)))
            if more or less:
                only = [
                    f"{', '.join(names)} only {where}"
                    for names, where in ((more, "in the file"), (less, "here"))
                    if names
                ]
                words = f"{family.id}: {name}: {'; '.join(only)}"
        yield Problem("WHQ-U014", "usage", words, "a baseline fits where both ask for the same")


def _pairs(theirs: Mapping[str, Any], ours: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The names of what differs, with both values; options of an item are compared one by one."""
    for name in dict.fromkeys((*theirs, *ours)):
        left, right = theirs.get(name), ours.get(name)
        place = " ".join(part for part in (above, name if name != "items" else "") if part)
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            yield from _pairs(left, right, place)
        elif left != right:
            yield place, left, right


def _shown(value: Any) -> str:
    return "not given" if value is None else value if isinstance(value, str) else json.dumps(value)


def _absent(family: Family, learned: Learned) -> Iterator[Problem]:
    """Columns and models of a baseline that are not here."""
    columns = {column.name for column in family.item.dataset.columns}
    models = {model.name for model in family.item.spec.models}
    here = models if family.name == "model" else columns
    what = "model" if family.name == "model" else "column"
    for name in learned.baseline.parts():
        if name not in here:
            hint = did_you_mean(name, here)
            yield Problem("WHQ-U014", "usage", f'{family.id}: there is no {what} "{name}" here', hint)
