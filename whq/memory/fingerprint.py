"""Identities that decide whether something learned earlier still holds.

A fingerprint covers what changes the numbers (names, predicates, chunking, templates' text) and nothing that
does not (where an item stands in its file, owners, tags, severities). Options that have their default are left out, so
that what is stored still holds when a later whq has one option more. A changed meaning of a default is a new format.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, Item
from whq.sql.templates import Template
from whq.values import Dataset, FileSource, Fragment, MonitorName, Request

_NOT_IN_NUMBERS = frozenset({"location", "owner", "tags", "severity", "id", "on_empty", "written", "is_view"})
_ROWS = frozenset({"label", "delay", "matched"})
"""Options that say where rows come from, or how columns were found."""
SUMMARY_FORMAT = 3
"""How answers are stored; whoever changes it raises this, and those of another format are measured anew."""


def of_family(family: MonitorName, dataset: Dataset, spec: DatasetSpec) -> str:
    """The identity of a family's baseline on a dataset: the dataset and the family's items.

    The format of the baseline is no part of it, so that one of an earlier format is found, and can be told of. A
    reference that moves with the run's clock is another one in each run; a clock that stands elsewhere changes nothing.
    """
    items = [item for item in spec.items if item.family == family]
    rows = replace(timeless(dataset), reference=dataset.reference)
    return _digest([_canonical(part) for part in (family, rows, items)])


def of_series(family: MonitorName, subject: str | None, dataset: Dataset, spec: DatasetSpec, format: int) -> str:
    """The identity of what a series is measured by: which rows, cut how, and how the item's baseline is learned.

    It is the same whichever other columns, metrics or items are asked for, so that a run of a part of a project goes on
    with what one of the whole has found. Limits of rules are no part of it: what broke the old one breaks it still.

    Args:
        subject: of the results; the name of a model.
        format: of the family's baseline.
    """
    source = replace(dataset.source, options=()) if isinstance(dataset.source, FileSource) else dataset.source
    rows = [*map(timeless, (source, dataset.time, dataset.where, dataset.reference, dataset.chunking))]
    items: list[Item] = []
    if family == "drift" and spec.drift is not None:
        items = [replace(spec.drift, columns=(), numeric=None, categorical=None)]
    if family == "model":
        items = [replace(model, metrics=(), estimators=()) for model in spec.models if model.name == subject]
    return _digest([family, format, *map(_canonical, (*rows, *items))])[:16]


def definition(family: MonitorName, dataset: Dataset, spec: DatasetSpec) -> dict[str, Any]:
    """What decides how a family's numbers are counted and what they teach, whichever rows they are of, as plain JSON.

    A baseline fits wherever this is the same. Where rows come from (table, filter, reference, labels) is no part of it.

    Returns:
        `chunk`, `segments`, and by item (the name of a model, else "") its options that have not their default.
    """
    cut = dataset.chunking.size or dataset.chunking.unit
    segments = [_plain(segment) for segment in dataset.segments]
    items = {item.subject or "": _plain(item) for item in spec.items if item.family == family}
    return {"chunk": cut, "segments": segments, "items": items}


def timeless(value: Any) -> Any:
    """The same in every run: SQL in which the run's clock stands (`as_of()`, `now()`) is as its user wrote it."""
    if isinstance(value, Fragment):
        return replace(value, text=value.written) if value.clock else value
    if isinstance(value, tuple):
        parts = tuple(map(timeless, value))
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    if not isinstance(value, Struct):
        return value
    fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
    changed = {name: new for name, old in fields if (new := timeless(old)) is not old}
    return replace(value, **changed) if changed else value


def of_request(request: Request, dataset: Dataset, templates: Mapping[str, Template]) -> str:
    """The identity of a request's answer: what is asked, of which rows, by which text."""
    return _digest([SUMMARY_FORMAT, _canonical(request), _rows_of(dataset), templates[request.template].body])


@lru_cache(maxsize=64)
def _rows_of(dataset: Dataset) -> Any:
    """A dataset has many requests, and many columns to go through."""
    return _canonical(dataset)


def _digest(parts: list[Any]) -> str:
    return sha256(repr(parts).encode()).hexdigest()


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    """The fields that count, each with its canonical default; NODEFAULT where it has none."""
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    padded = (*[NODEFAULT] * (len(names) - len(defaults)), *map(_default, defaults))
    return tuple((name, default) for name, default in zip(names, padded, strict=True) if name not in _NOT_IN_NUMBERS)


def _default(default: Any) -> Any:
    """A field's default in canonical form; msgspec holds empty lists and mappings as what makes them."""
    if default is NODEFAULT:
        return default
    return _canonical(default.factory() if hasattr(default, "factory") else default)


def _plain(value: Any) -> Any:
    """Plain JSON of the options that count; SQL is as its user wrote it, whatever the dialect."""
    if isinstance(value, Fragment):
        return value.shown
    if isinstance(value, Struct):
        shown = ((name, getattr(value, name), default) for name, default in _fields(type(value)) if name not in _ROWS)
        return {name: _plain(part) for name, part, default in shown if _canonical(part) != default}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _canonical(value: Any) -> Any:
    if isinstance(value, Struct):
        parts = [(name, _canonical(getattr(value, name)), default) for name, default in _fields(type(value))]
        chosen = ((name, part) for name, part, default in parts if part != default or type(part) is not type(default))
        return (type(value).__name__, *chosen)
    if isinstance(value, Mapping):
        return sorted((str(key), _canonical(item)) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return [_canonical(item) for item in value]
    return str(value) if isinstance(value, str) else value
