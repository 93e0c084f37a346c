"""Domain models: what tells a chunk's rows from the reference's, and the reference weighted like the chunk.

For each chunk of the analysis trees are grown that tell its rows from those of the reference by the model's features,
in two folds, so that no tree scores a row that it was grown on. `pape` and `blend` calibrate on the weighted reference;
how far reference and chunk overlap says whether an estimate may be believed. Rows stay in the warehouse.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Mapping, Sequence

from msgspec import Struct

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.domain import FLOOR, LEAST, MOST, Domain, domain
from whq.growths import Failed, Group, Grown, Growth, Target, place_of, sampled
from whq.monitors import Answers, Ask
from whq.monitors.models import binary
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.noted import keep, notes, recalled
from whq.monitors.models.protocol import Kind, Learned
from whq.monitors.models.requests import bins_of
from whq.monitors.outcome import answer
from whq.monitors.scopes import row_count
from whq.values import (
    Cell,
    ColumnName,
    Dataset,
    Failure,
    LogicalType,
    Measurement,
    Measurements,
    Request,
    Rows,
    Scalar,
    Scope,
    Share,
)
from whq.wording import amount

TREES, DEPTH, RATE, LEAST_OF_LEAF = 30, 3, 0.1, 20
"""How domain models are grown."""
FORMAT = 2
"""How what is learned is kept; whoever changes it raises this."""
TIMES, AT_LEAST = 20, 20_000
"""So many times a chunk's rows of the reference are taken, and at least so many rows."""
FEWEST = 200
"""A chunk with fewer rows gets no domain model: two folds of it would teach nothing."""
TOGETHER = 16
"""The models of so many chunks are grown in one pass."""


class Without(Struct, frozen=True):
    """Why a chunk has no domain model; `word`: the same as a word of `details.withheld`, where it has one."""

    reason: str
    word: str = ""


Found = Domain | Problem | Without
"""Of one chunk its domain model, what went wrong, or why there is none."""


class _Batch(Struct, frozen=True):
    """Chunks whose models are grown in one pass."""

    cells: tuple[Cell, ...]
    growth: Growth


def grow_chunks(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> Generator[Ask, Answers, dict[str, Found]]:
    """Grow the domain model of each chunk of the analysis, and weigh the reference by it.

    What an earlier run has learned of a chunk whose rows are the same is not learned anew.

    Returns:
        What is known of each chunk, by its key.
    """
    is_needed = any(one.is_ready for name, one in learned.items() if name != REALIZED)
    if not is_needed or not model.features or not model.score:
        return {}
    settings = (FORMAT, TREES, DEPTH, RATE, LEAST_OF_LEAF, TIMES, AT_LEAST, model.positive)
    kept = notes(kind, dataset, model, learned, measurements, "domain", settings)
    known = yield from recalled(kept, Domain)
    found = {**_too_small(dataset, measurements), **known}
    batches = _batches(dataset, model, measurements, found)
    new = (yield from _learned(dataset, model, batches)) if batches else {}
    yield from keep(kept, {chunk: one for chunk, one in new.items() if isinstance(one, Domain)})
    return {**found, **new}


def _learned(
    dataset: Dataset, model: ModelSpec, batches: Sequence[_Batch]
) -> Generator[Ask, Answers, dict[str, Found]]:
    """Grow domain models, then weigh the reference by each."""
    found: dict[str, Found] = {}
    answers = yield Ask(growths=tuple(batch.growth for batch in batches))
    asked: dict[str, Request] = {}
    for batch in batches:
        grown = answers.grown[batch.growth]
        for number, cell in enumerate(batch.cells):
            if isinstance(grown, Failed):
                found[_key(cell)] = grown.problem
            elif len(grown.left_out) == len(model.features):
                reasons = ", ".join(f"{name}: {reason}" for name, reason in grown.left_out.items())
                found[_key(cell)] = Without(f"no feature can tell rows apart: {reasons}")
            else:
                asked[_key(cell)] = _weighing(dataset, model, grown, number)
    if asked:
        answers = yield Ask(requests=tuple(asked.values()))
        classes = len(scores_of(model))
        found |= {chunk: _weighed(answer(answers.measurements, one), classes) for chunk, one in asked.items()}
    return found


def _cells(dataset: Dataset, measurements: Measurements) -> tuple[tuple[Cell, ...], int]:
    """The chunks of the analysis that have rows, and how many rows the reference has."""
    counted = measurements.get(row_count(Scope(dataset.name, by_chunk=True)))
    if not isinstance(counted, Measurement):
        return (), 0
    cells = tuple(cell for cell in dict.fromkeys(counted.cells) if cell.chunk is not None and cell.chunk.rows)
    reference = sum(cell.chunk.rows for cell in cells if cell.chunk and cell.period == "reference")
    return tuple(cell for cell in cells if cell.period == "analysis"), reference


def _too_small(dataset: Dataset, measurements: Measurements) -> dict[str, Found]:
    """Chunks that get no domain model, with the reason."""
    cells, _ = _cells(dataset, measurements)
    reason = "the chunk has {}: a domain model needs " + f"{FEWEST:,}"
    return {
        _key(cell): Without(reason.format(amount(cell.chunk.rows, "row")), "few_rows")
        for cell in cells
        if cell.chunk and cell.chunk.rows < FEWEST
    }


def _key(cell: Cell) -> str:
    return cell.chunk.key if cell.chunk else ""


def _batches(
    dataset: Dataset, model: ModelSpec, measurements: Measurements, found: Container[str]
) -> tuple[_Batch, ...]:
    """The growths of the chunks that nothing is found of yet; without counts one that shows what they look like."""
    cells, reference = _cells(dataset, measurements)
    cells = tuple(cell for cell in cells if _key(cell) not in found)
    if not measurements:
        return (_Batch((), _growth(dataset, model, (Group(),))),)
    batches = []
    for start in range(0, len(cells), TOGETHER):
        part = cells[start : start + TOGETHER]
        groups = tuple(_group(dataset, cell, reference) for cell in part)
        batches.append(_Batch(part, _growth(dataset, model, groups)))
    return tuple(batches)


def _group(dataset: Dataset, cell: Cell, reference: int) -> Group:
    """The rows of one chunk, and of the reference a share that is large beside it."""
    assert cell.chunk is not None
    share = sampled(reference, max(TIMES * cell.chunk.rows, AT_LEAST))
    return Group((0.0, share), place_of(cell.chunk, dataset.chunking))


def _growth(dataset: Dataset, model: ModelSpec, groups: tuple[Group, ...]) -> Growth:
    return Growth(
        Scope(dataset.name, by_chunk=True, where=model.common.filter),
        features=model.features, targets=(Target("is_analysis"),), groups=groups, key=dataset.key, parts=(0, 1),
        loss="logistic", balanced=True, trees=TREES, depth=DEPTH, rate=RATE, least=LEAST_OF_LEAF,
    )  # fmt: skip


def _weighing(dataset: Dataset, model: ModelSpec, grown: Grown, number: int) -> Request:
    """The request that weighs the reference by the domain model of one group."""
    growth = grown.growth
    group = growth.groups[number]
    return Request.of(
        growth.scope,
        "models/scan/domain_weights",
        scores=tuple(map(ColumnName, scores_of(model).values())),
        label=ColumnName(str(model.label)),
        labels=labels_of(dataset, model),
        domain=grown.cross_fitted(group=number),
        sample=Share(growth.hashed, *group.reference),
        chunk=group.chunk,
        bins=bins_of(dataset),
        floor=FLOOR,
        least=LEAST,
        most=MOST,
    )


def scores_of(model: ModelSpec) -> dict[str, str]:
    """The column with the score of each class; of a binary model the one of the positive class, which is ""."""
    return dict(model.score) if isinstance(model.score, Mapping) else {"": str(model.score)}


def labels_of(dataset: Dataset, model: ModelSpec, name: str | None = None) -> Rows:
    """The classes that have a score as a column says them, with their numbers: the label, or the one that is named."""
    column = dataset.column(name or str(model.label))
    names = scores_of(model)
    values: list[Scalar] = [
        binary.positive_of(name or model.positive, column) if not name or not column.is_a("text") else name
        for name in names
    ]
    return Rows(("value", "class"), (_type_of(values), "integer"), tuple(zip(values, range(len(values)), strict=True)))


def _type_of(values: Sequence[Scalar]) -> LogicalType:
    """The type that all values have."""
    types: dict[type, LogicalType] = {bool: "boolean", str: "text", int: "integer"}
    found = {types.get(type(value), "float") for value in values}
    return found.pop() if len(found) == 1 else "float"


def _weighed(measured: Measurement | Failure, classes: int) -> Found:
    if isinstance(measured, Failure):
        return measured.problem
    return domain(measured.columns, classes) or Without("no row of the reference has both a score and a label")


# --- what is known ----------------------------------------------------------------------------------------------


def domain_of(known: Known, place: int) -> Found | None:
    """The domain model of one chunk; None in the reference, and where none was asked for."""
    cell = known.cells[place]
    return known.grown.get("domain", {}).get(_key(cell)) if cell.period == "analysis" else None
