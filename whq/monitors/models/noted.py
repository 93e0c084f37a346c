"""Notes on chunks: which rows something was learned from, as far as the counts by score tell."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from msgspec import convert, json, to_builtins

from whq.config.spec import ModelSpec
from whq.monitors import Answers, Ask, Note
from whq.monitors.models.protocol import Kind, Learned
from whq.monitors.outcome import number
from whq.values import Dataset, Measurement, Measurements, Request

Form = TypeVar("Form")


def notes(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements, of: str, settings: Any
) -> dict[str, Note]:
    """A note for each chunk of the analysis, by its key: it holds while the rows have the same scores and labels.

    Args:
        of: What is learned.
        settings: What else it depends on, beside the features: how it is learned.
    """
    for request in kind.score_bins(dataset, model, learned):
        measured = measurements.get(request)
        if request.scope.segment is None and isinstance(measured, Measurement):
            return _notes(dataset, model, request, measured, of, settings)
    return {}


def _notes(
    dataset: Dataset, model: ModelSpec, request: Request, measured: Measurement, of: str, settings: Any
) -> dict[str, Note]:
    lines: dict[int, list[Any]] = {}
    for row, place in enumerate(measured.places):
        lines.setdefault(place, []).append([_rounded(column[row]) for column in measured.columns.values()])
    cells = [(cell, sorted(map(str, lines.get(place, ())))) for place, cell in enumerate(measured.cells)]
    reference = [[cell.chunk and cell.chunk.key, rows] for cell, rows in cells if cell.period == "reference"]
    types = [(column.name, column.type) for column in dataset.columns if column.name in model.features]
    grown = model.learner, model.features, dataset.key
    shared = _digest([settings, grown, types, sorted(reference, key=str)])
    return {
        cell.chunk.key: Note(f"{of} {model.name}", request, cell.chunk.key, _digest([shared, cell.chunk.rows, rows]))
        for cell, rows in cells
        if cell.period == "analysis" and cell.chunk is not None
    }


def _rounded(value: Any) -> Any:
    """A sum of fractions without its last digits, which depend on the order of the rows."""
    found = number(value)
    return None if found is None else float(f"{found:.9g}")


def _digest(value: Any) -> str:
    return sha256(json.encode(value)).hexdigest()


def recalled(notes: Mapping[str, Note], form: type[Form]) -> Generator[Ask, Answers, dict[str, Form]]:
    """What earlier runs have learned of chunks, by their keys."""
    if not notes:
        return {}
    answers = yield Ask(recalls=tuple(notes.values()))
    kept = {chunk: answers.recalled[note] for chunk, note in notes.items() if note in answers.recalled}
    return {chunk: convert(content, form) for chunk, content in kept.items()}


def keep(notes: Mapping[str, Note], learned: Mapping[str, object]) -> Generator[Ask, Answers, None]:
    """Keep what was learned of chunks for later runs, where there is a note for it."""
    new = {notes[chunk]: to_builtins(one) for chunk, one in learned.items() if chunk in notes}
    if new:
        yield Ask(keeps=new)
