"""Planning: equal requests become one, and those that one scan can answer are packed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from whq.sql.templates import Template, Templates
from whq.values import (
    Coded,
    ColumnName,
    CrossFitted,
    Cuts,
    Dataset,
    Ensemble,
    FileSource,
    Fragment,
    Lookup,
    Policy,
    Request,
    Rows,
    Scope,
    Share,
    TableSource,
    Value,
)

ScanKind = Literal["fused", "counts", "query"]


class Scan(Struct, frozen=True):
    """The requests of one statement: what shares a scan (`fused`), predicates counted apart, or a single query."""

    id: str
    scope: Scope
    requests: tuple[Request, ...]
    kind: ScanKind


def plan(
    requests: Sequence[Request],
    datasets: Mapping[str, Dataset],
    templates: Templates,
    policy: Policy,
    prefix: str = "q",
) -> tuple[Scan, ...]:
    """The scans that answer all requests, in the order in which they were first asked for.

    Their ids are the prefix and a number. One that `to_send` may divide gets two numbers, of which it bears the first.
    """
    groups: dict[object, list[Request]] = {}
    kinds: dict[object, ScanKind] = {}
    for request in dict.fromkeys(requests):
        template = templates.get(request.template)
        dataset = datasets.get(request.scope.dataset)
        by_column = policy.fuse == "column" and _is_stored(dataset)
        kind = _kind(request, template, dataset if by_column else None)
        group = _group(request, template, kind, by_column)
        groups.setdefault(group, []).append(request)
        kinds[group] = kind
    scans: list[Scan] = []
    number = 1
    for group, members in groups.items():
        for pack in _packs(members, templates, policy):
            scope = scan_scope(pack[0], templates.get(pack[0].template))
            scans.append(Scan(f"{prefix}{number}", scope, pack, kinds[group]))
            number += 2 if _may_divide(scans[-1], datasets) else 1
    return tuple(scans)


def _may_divide(scan: Scan, datasets: Mapping[str, Dataset]) -> bool:
    """Whether `to_send` may make two statements of a scan: the reference may be known for some of its requests only."""
    dataset = datasets.get(scan.scope.dataset)
    has_reference = dataset is not None and dataset.reference is not None
    return has_reference and scan.scope.by_chunk and scan.scope.period is None and len(scan.requests) > 1


def to_send(scans: Iterable[Scan], requests: Mapping[Request, Request], templates: Templates) -> Iterator[Scan]:
    """The scans to send now, under the ids that they have in the complete plan.

    Args:
        scans: The complete plan.
        requests: What is sent for a request of the plan; one without an entry is left out. Of a scan whose requests
            differ in their period now, those for the analysis come first.
    """
    for scan in scans:
        parts: dict[Scope, list[Request]] = {}
        for request in scan.requests:
            now = requests.get(request)
            if now is not None:
                parts.setdefault(scan_scope(now, templates.get(now.template)), []).append(now)
        ordered = sorted(parts.items(), key=lambda part: part[0].period is None)
        for offset, (scope, members) in enumerate(ordered):
            yield Scan(_later(scan.id, offset), scope, tuple(dict.fromkeys(members)), scan.kind)


def _later(id: str, offset: int) -> str:
    """The id whose number is greater by `offset`: `q5` and 1 give `q6`."""
    prefix = id.rstrip("0123456789")
    return f"{prefix}{int(id.removeprefix(prefix)) + offset}" if offset else id


def _is_stored(dataset: Dataset | None) -> bool:
    """Whether a column of the dataset can be read again without computing it again."""
    if dataset is None or dataset.joins or isinstance(dataset.reference, Dataset):
        return False
    source = dataset.source
    if isinstance(source, TableSource):
        return not source.is_view
    return isinstance(source, FileSource) and source.format == "parquet"


def _kind(request: Request, template: Template | None, stored: Dataset | None) -> ScanKind:
    """Rules on all rows of a stored table are counted apart.

    With a filter, engines may evaluate the rule first and raise on rows that the filter removes; so filtered rules
    stay in the CASE form.
    """
    if template is not None and template.shape == "query":
        return "query"
    if template is None or template.shape != "predicate" or _brings_rows(request) or stored is None:
        return "fused"
    is_filtered = stored.where is not None
    is_whole = request.scope == Scope(request.scope.dataset)
    return "counts" if is_whole and not is_filtered else "fused"


def _brings_rows(request: Request) -> bool:
    return any(isinstance(value, (Rows, Lookup)) for _, value in request.arguments)


def scan_scope(request: Request, template: Template | None) -> Scope:
    """The scope to scan. A predicate's own filter is counted with, so that rules with different ones share a scan."""
    is_predicate = template is not None and template.shape == "predicate"
    return replace(request.scope, where=None) if is_predicate else request.scope


def _group(request: Request, template: Template | None, kind: ScanKind, by_column: bool) -> object:
    """Requests of one group may share a statement. One without a template stands alone, for compile to refuse."""
    if template is None or kind == "query" or _brings_rows(request):
        return request
    scope = scan_scope(request, template)
    if kind == "counts":
        return scope, kind
    if template.cost == "holistic" or (by_column and not scope.by_chunk):
        return scope, template.cost, tuple(sorted(set(columns_of(request.arguments))))
    return scope, template.cost


def columns_of(arguments: Iterable[tuple[str, Value]]) -> Iterator[str]:
    """The columns that arguments name, in themselves or in the user's SQL."""
    for _, value in arguments:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, ColumnName):
                yield item.name
            elif isinstance(item, Coded):
                yield item.column
            elif isinstance(item, Fragment):
                yield from item.columns
            elif isinstance(item, Ensemble):
                yield from item.read
            elif isinstance(item, CrossFitted):
                yield from (*item.key, *(name for model in item.models for name in model.read))
            elif isinstance(item, Share):
                yield from item.key


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
    if isinstance(value, Coded):
        return 200 + (_size(value.cuts) if value.cuts else 0)
    if isinstance(value, Fragment):
        return 2 * len(value.text)
    if isinstance(value, Rows):
        return 40 * len(value.columns) * len(value.rows)
    if isinstance(value, CrossFitted):
        return sum(_size(model) for model in value.models)
    if isinstance(value, Ensemble):
        return 80 * value.leaves + 60 * len(value.terms)
    return 3 * len(value.name) if isinstance(value, ColumnName) else len(str(value)) + 20
