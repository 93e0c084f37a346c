"""What all kinds of models ask of the warehouse alike, and how its answers are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whq.config.spec import ModelSpec
from whq.fit.histogram import Histogram
from whq.monitors.models.protocol import Answers
from whq.monitors.outcome import answer
from whq.monitors.scopes import row_count, scopes
from whq.values import Cell, Dataset, Failure, Measurement, Measurements, Period, Request

BINS, BINS_A_DAY, BINS_AN_HOUR = 512, 256, 64
"""Into how many bins scores are cut: fewer where there are many chunks, as all of them come to whq."""


def chunk_rows(dataset: Dataset, period: Period | None = None) -> tuple[Request, ...]:
    """Row counts by chunk: a query template does not tell how many rows a chunk has, when it starts and ends."""
    return tuple(row_count(scope) for scope in scopes(dataset, period=period))


def label_of(model: ModelSpec) -> str | None:
    """The column with the truth; labels of another table are joined to the dataset under a name of their own."""
    return model.label if isinstance(model.label, str) else None


def each_scope(requests: Iterable[Request], measurements: Measurements) -> tuple[Answers, ...]:
    """The answers to requests that each tell all of one scope, with one row a cell."""
    return tuple(_answers(request, answer(measurements, request)) for request in requests)


def _answers(request: Request, measured: Measurement | Failure) -> Answers:
    if isinstance(measured, Failure):
        return Answers(request.scope, failure=measured, query=measured.query)
    return Answers(request.scope, measured.rows, query=measured.query)


def bins_of(dataset: Dataset) -> int:
    """Into how many bins the scores of a dataset's chunks are cut."""
    return {"day": BINS_A_DAY, "hour": BINS_AN_HOUR}.get(dataset.chunking.unit, BINS)


def by_cell(measured: Measurement) -> Iterator[tuple[Cell, Histogram]]:
    """The answer to `models/scan/score_bins`, or to another scan with its outputs, cell by cell."""
    names = ("bin", "predicted_class", "members", "labelled", "positives", "total")
    columns = [measured.columns[name] for name in names]
    at: dict[int, list[int]] = {}
    for row, place in enumerate(measured.places):
        at.setdefault(place, []).append(row)
    for place, rows in at.items():
        yield measured.cells[place], Histogram.of(*([column[row] for row in rows] for column in columns))
