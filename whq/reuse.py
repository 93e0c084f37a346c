"""Reference chunks are measured once: what was fitted on is not asked again, and later runs scan the analysis only.

A summary is the answer to one request for one chunk. It holds as long as its fingerprint does (what is asked, of which
rows, by which text), and until `--refit`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from whq import fingerprint
from whq.model import Cell, Chunk, Dataset, Measurement, Measurements, Period, Request, Row, Scalar
from whq.sql.templates import Templates
from whq.store import Store
from whq.store.rows import Summary

ROW_COUNT = "metrics/row_count"


@dataclass(frozen=True, slots=True)
class Reuse:
    """What is stored of a dataset's reference: the rows of each request, and what is left to ask instead."""

    rows: Mapping[Request, tuple[Row, ...]]
    instead: Mapping[Request, Request]

    def __or__(self, other: Reuse) -> Reuse:
        """What either knows."""
        return Reuse({**self.rows, **other.rows}, {**self.instead, **other.instead})

    def asked(self, requests: Iterable[Request]) -> tuple[Request, ...]:
        """The requests to send: those for the analysis only where the reference is known."""
        return tuple(self.instead.get(request, request) for request in requests)

    def whole(self, measurements: Measurements) -> Measurements:
        """The measurements as if both periods had been scanned."""
        found = dict(measurements)
        for request, sent in self.instead.items():
            answer = measurements.get(sent)
            if isinstance(answer, Measurement):
                found[request] = Measurement(request, (*self.rows[request], *answer.rows), answer.query)
            elif answer is not None:
                found[request] = replace(answer, request=request)
        return found


NOTHING = Reuse({}, {})


def fitted(dataset: Dataset, requests: Sequence[Request], answers: Measurements, templates: Templates) -> Reuse:
    """What this run has measured of the reference already, in order to fit; of chunks whose rows were counted."""
    rows: dict[Request, tuple[Row, ...]] = {}
    for request in _reusable(dataset, requests, templates):
        answer = answers.get(_of_period(request, "reference"))
        if isinstance(answer, Measurement) and all(row.cell.chunk and row.cell.chunk.rows for row in answer.rows):
            rows[request] = answer.rows
    return Reuse(rows, {request: _of_period(request, "analysis") for request in rows})


def _of_period(request: Request, period: Period) -> Request:
    return replace(request, scope=replace(request.scope, period=period))


def recall(store: Store | None, dataset: Dataset, requests: Sequence[Request], templates: Templates) -> Reuse:
    """The stored summaries that answer requests for the reference."""
    wanted = {fingerprint.of_request(one, dataset, templates): one for one in _reusable(dataset, requests, templates)}
    if store is None or not wanted:
        return NOTHING
    rows: dict[Request, list[Row]] = defaultdict(list)
    for summary in store.summaries(dataset.name, wanted):
        rows[wanted[summary.fingerprint]] += (_row(summary, item) for item in summary.rows)
    known = {request: tuple(found) for request, found in rows.items()}
    return Reuse(known, {request: _of_period(request, "analysis") for request in known})


def remember(store: Store, dataset: Dataset, measurements: Measurements, templates: Templates, known: Reuse) -> None:
    """Keep the reference's part of every answer that was measured in this run."""
    new = [request for request in _reusable(dataset, measurements, templates) if request not in known.rows]
    store.save_summaries(one for request in new for one in _summaries(dataset, measurements, request, templates))


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
    chunks: dict[tuple[str | None, str], list[Any]] = defaultdict(list)
    for row in answer.rows:
        if row.cell.period == "reference" and row.cell.chunk is not None:
            values = {name: _coded(value) for name, value in row.values.items()}
            chunks[row.cell.segment, row.cell.chunk.key].append([row.cell.chunk.as_dict(), values])
    identity = fingerprint.of_request(request, dataset, templates)
    for (segment, key), rows in chunks.items():
        yield Summary(dataset.name, identity, key, rows, "reference", segment)


def _row(summary: Summary, item: Any) -> Row:
    chunk, values = item
    cell = Cell(summary.segment or None, "reference", Chunk(**chunk))
    return Row(cell, {name: _decoded(value) for name, value in values.items()})


def _coded(value: Scalar) -> Any:
    """A value as JSON that keeps its type; floats as text of their bits, NaN and infinities among them."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"integer": str(value)}
    if isinstance(value, float):
        return {"float": value.hex()}
    kind = {Decimal: "decimal", datetime: "datetime", date: "date"}[type(value)]
    return {kind: value.isoformat() if isinstance(value, date) else str(value)}


_READ = {
    "integer": int,
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
