"""Reference chunks are measured once: what was fitted on is not asked again, and later runs scan the analysis only.

A summary is the answer to one request for one chunk. It holds as long as its fingerprint does (what is asked, of which
rows, by which text), and until `--refit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from whq.memory import fingerprint
from whq.sql.templates import Templates
from whq.store import Store
from whq.store.rows import Summary
from whq.values import Cell, Chunk, Dataset, Measurement, Measurements, Period, Request, Scalar

ROW_COUNT = "metrics/row_count"


Part = Measurement | None
"""The answer for the reference, or None in a preview: the run will have measured it in its first walk by then."""


def fitted(
    dataset: Dataset, requests: Sequence[Request], answers: Measurements, templates: Templates
) -> dict[Request, Measurement]:
    """What this run has measured of the reference already, in order to fit; of chunks whose rows were counted."""
    answered: dict[Request, Measurement] = {}
    for request in _reusable(dataset, requests, templates):
        answer = answers.get(of_period(request, "reference"))
        if isinstance(answer, Measurement) and _are_counted(answer):
            answered[request] = answer
    return answered


def _are_counted(answer: Measurement) -> bool:
    """Whether it is known of every chunk with an answer how many rows it has."""
    chunks = (answer.cells[place].chunk for place in set(answer.places))
    return all(chunk is not None and chunk.rows for chunk in chunks)


def to_be_fitted(
    dataset: Dataset, requests: Sequence[Request], fit_requests: Container[Request], templates: Templates
) -> dict[Request, None]:
    """The requests whose answer for the reference the first walk brings.

    Args:
        fit_requests: the requests of the first walk.
    """
    return {
        request: None
        for request in _reusable(dataset, requests, templates)
        if of_period(request, "reference") in fit_requests
    }


def of_period(request: Request, period: Period) -> Request:
    """The request for one period only."""
    return replace(request, scope=replace(request.scope, period=period))


def recall(
    store: Store | None, dataset: Dataset, requests: Sequence[Request], templates: Templates
) -> dict[Request, Measurement]:
    """The stored summaries that answer requests for the reference."""
    if store is None:
        return {}
    by_fingerprint = {
        fingerprint.of_request(request, dataset, templates): request
        for request in _reusable(dataset, requests, templates)
    }
    if not by_fingerprint:
        return {}
    parts: dict[Request, list[Measurement]] = defaultdict(list)
    for summary in store.summaries(dataset.name, by_fingerprint):
        request = by_fingerprint[summary.fingerprint]
        parts[request].append(_measurement(request, summary))
    return {request: Measurement.joined(request, pieces) for request, pieces in parts.items()}


def remember(
    store: Store, dataset: Dataset, measurements: Measurements, templates: Templates, stored: Container[Request]
) -> None:
    """Keep the reference's part of every answer that was measured in this run; the others are known from the store."""
    new = [request for request in _reusable(dataset, measurements, templates) if request not in stored]
    store.save_summaries(
        summary for request in new for summary in _summaries(dataset, measurements, request, templates)
    )


def _reusable(dataset: Dataset, requests: Iterable[Request], templates: Templates) -> Iterator[Request]:
    """Requests over both periods whose answer for a chunk depends on that chunk's rows alone.

    Row counts are asked for anew: they also tell how many rows of either period have no time.
    """
    if dataset.reference is None:
        return
    for request in requests:
        is_own = request.scope.dataset == dataset.name
        is_apart = request.template != ROW_COUNT and not templates[request.template].across
        if is_own and is_apart and request.scope.by_chunk and request.scope.period is None:
            yield request


def _summaries(
    dataset: Dataset, measurements: Measurements, request: Request, templates: Templates
) -> Iterator[Summary]:
    answer = measurements[request]
    if not isinstance(answer, Measurement):
        return
    identity = fingerprint.of_request(request, dataset, templates)
    chunks = {place: cell.chunk for place, cell in enumerate(answer.cells) if cell.period == "reference"}
    rows: dict[int, list[int]] = defaultdict(list)
    for row, place in enumerate(answer.places):
        if place in chunks:
            rows[place].append(row)
    for place, rows_here in rows.items():
        chunk = chunks[place]
        if chunk is not None:
            columns = {name: _coded([values[row] for row in rows_here]) for name, values in answer.columns.items()}
            content = {"chunk": chunk.as_dict(), "columns": columns}
            yield Summary(dataset.name, identity, chunk.key, content, "reference", answer.cells[place].segment)


def _measurement(request: Request, summary: Summary) -> Measurement:
    cell = Cell(summary.segment or None, "reference", Chunk(**summary.content["chunk"]))
    columns = {name: [_decoded(value) for value in values] for name, values in summary.content["columns"].items()}
    rows = len(next(iter(columns.values())))
    return Measurement(request, (cell,), (0,) * rows, columns)


def _coded(values: list[Scalar]) -> list[Any]:
    """Values as JSON that keeps their types; floats as text of their bits, NaN and infinities among them."""
    return values if _PLAIN.issuperset(map(type, values)) else [_tagged(value) for value in values]


_PLAIN = frozenset({type(None), bool, int, str})


def _tagged(value: Scalar) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    kind = {Decimal: "decimal", datetime: "datetime", date: "date"}[type(value)]
    return {kind: value.isoformat() if isinstance(value, date) else str(value)}


_READ = {
    "float": float.fromhex,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def _decoded(value: Any) -> Scalar:
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    ((kind, text),) = value.items()
    return _READ[kind](text)  # type: ignore[no-any-return, operator]
