"""Planning: equal requests become one, and those that one scan can answer are packed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from whq.model import ColumnName, Cuts, Dataset, Fragment, Lookup, Request, Rows, Scope, Value
from whq.sql.templates import Template, Templates

ScanKind = Literal["fused", "query"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How an engine likes its statements: `column` keeps unchunked aggregates of different columns apart.

    On DuckDB separate small scans beat a fused one (`count`, `min` and `max` alone are answered from statistics);
    where a statement has a fixed price, or bytes are billed, `dataset` fuses all that one scope can answer.
    `jobs` is how many statements run at a time unless the user says otherwise.
    """

    fuse: Literal["column", "dataset"] = "dataset"
    max_aggregates: int = 500
    max_bytes: int = 200_000
    jobs: int = 4


@dataclass(frozen=True, slots=True)
class Scan:
    """The requests of one statement: aggregates and predicates over one scope, or a single query."""

    id: str
    scope: Scope
    requests: tuple[Request, ...]
    kind: ScanKind


def plan(
    requests: Sequence[Request], datasets: Mapping[str, Dataset], templates: Templates, policy: Policy
) -> tuple[Scan, ...]:
    """The scans that answer all requests, in the order in which they were first asked for."""
    groups: dict[object, list[Request]] = {}
    for request in dict.fromkeys(requests):
        groups.setdefault(_group(request, templates.get(request.template), policy), []).append(request)
    packs = [pack for group in groups.values() for pack in _packs(group, templates, policy)]
    return tuple(_scan(f"q{number}", pack, templates) for number, pack in enumerate(packs, 1))


def _scan(name: str, requests: tuple[Request, ...], templates: Templates) -> Scan:
    template = templates.get(requests[0].template)
    is_query = template is not None and template.shape == "query"
    return Scan(name, scan_scope(requests[0], template), requests, "query" if is_query else "fused")


def scan_scope(request: Request, template: Template | None) -> Scope:
    """The scope to scan. A predicate's own filter is counted with, so that rules with different ones share a scan."""
    is_predicate = template is not None and template.shape == "predicate"
    return replace(request.scope, where=None) if is_predicate else request.scope


def _group(request: Request, template: Template | None, policy: Policy) -> object:
    """Requests of one group may share a statement. One without a template stands alone, for compile to refuse."""
    if (
        template is None
        or template.shape == "query"
        or any(isinstance(value, (Rows, Lookup)) for _, value in request.arguments)
    ):
        return request
    scope = scan_scope(request, template)
    if template.cost == "holistic" or (policy.fuse == "column" and not scope.by_chunk):
        return scope, template.cost, tuple(sorted(set(_columns(request.arguments))))
    return scope, template.cost


def _columns(arguments: Iterable[tuple[str, Value]]) -> Iterator[str]:
    for _, value in arguments:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, ColumnName):
                yield item.name
            elif isinstance(item, Fragment):
                yield from item.columns


def _packs(requests: Sequence[Request], templates: Templates, policy: Policy) -> Iterator[tuple[Request, ...]]:
    """Packs within the engine's width and length."""
    pack: list[Request] = []
    width = length = 0
    for request in requests:
        template = templates.get(request.template)
        wide, long = (len(template.outputs), _length(request, template)) if template else (1, 0)
        if pack and (width + wide > policy.max_aggregates or length + long > policy.max_bytes):
            yield tuple(pack)
            pack, width, length = [], 0, 0
        pack.append(request)
        width, length = width + wide, length + long
    if pack:
        yield tuple(pack)


def _length(request: Request, template: Template) -> int:
    """A generous guess of the bytes of one request's SQL."""
    where = request.scope.where
    return len(template.body) + 40 + 2 * len(where.text if where else "") + sum(_size(v) for _, v in request.arguments)


def _size(value: Value) -> int:
    if isinstance(value, tuple):
        return sum(_size(item) + 2 for item in value)
    if isinstance(value, Cuts):
        return 100 * len(value.points)
    if isinstance(value, Fragment):
        return 2 * len(value.text)
    if isinstance(value, Rows):
        return 40 * len(value.columns) * len(value.rows)
    return 3 * len(value.name) if isinstance(value, ColumnName) else len(str(value)) + 20
