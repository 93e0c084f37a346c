"""RCD, reverse concept drift: what a chunk's concept would do to the model on the rows of the reference.

A learner is fitted on the chunk's labels. Its chances stand in for the labels of the reference's rows, so that only the
concept is the chunk's, and the rows are still the reference's. A learner is never right: it would find some change
where there is none. So the same is done with three random parts of the reference, as large as the chunk, on the rows
that are in none of them; what is found there is taken off. (The idea is NannyML Cloud's; the floor is whq's own.)
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from math import log2, sqrt
from statistics import fmean, pvariance
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.domain import Domain
from whq.fit.histogram import Histogram
from whq.growths import Failed, Group, Grown, Growth, Target, place_of, sampled
from whq.monitors import Answers, Ask
from whq.monitors.models.domain import domain_of, labels_of, scores_of
from whq.monitors.models.known import Known
from whq.monitors.models.noted import keep, notes, recalled
from whq.monitors.models.protocol import Kind, Learned
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.requests import bins_of, label_of
from whq.monitors.outcome import answer
from whq.values import Cell, ColumnName, Dataset, Failure, Measurement, Measurements, Request, Scope, Share
from whq.wording import amount

WORD = "changed by the concept"
INTERVAL = ""
NEEDS: tuple[str, ...] = ()
GROWS = ("rcd", "domain")
IS_JUDGED = False

TREES, DEPTH, RATE, LEAST_OF_LEAF = 60, 3, 0.1, 20
"""How the learners are grown."""
FORMAT = 1
"""How what is learned is kept; whoever changes it raises this."""
FEWEST = 1_000
"""Labelled rows that a chunk must have."""
NORMAL, SURE = 1.96, 3.0
"""Standard errors to both sides of an interval of 95 %, and those beyond which a change is told."""
UNCOVERED = 0.1
"""Where a greater share of the reference's rows has no like in the chunk, the change is not trusted: a guess."""
FLOORS = 3
"""Random parts of the reference that say what a learner finds where nothing has changed."""
TOGETHER = 12
"""The learners of so many chunks, and of the parts of the reference beside them, are grown in one pass."""


class Relabelled(Struct, frozen=True, eq=False):
    """The reference's rows with the chances of one learner in the place of their labels, by class.

    rows: by score and prediction. expected, usual: of each bin the mean chance, and the share of positive labels.
    moved: how far the learner's chances are from those of one that learned from the reference, on average over the
    rows, 0..1; of several classes the mean.
    """

    rows: Mapping[str, Histogram]
    expected: Mapping[str, Any]
    usual: Mapping[str, Any]
    moved: float

    def impact(self, kind: Kind, model: ModelSpec, variant: Variant) -> float | None:
        """How much a number would change; None where there is none."""
        values = [
            kind.reading(model, variant, kind.expected(model, self.rows, chances)).value
            for chances in (self.expected, self.usual)
        ]
        return None if values[0] is None or values[1] is None else values[0] - values[1]


class Concept(Struct, frozen=True):
    """What a chunk's concept does to the reference, and what parts of the reference of that size do.

    labelled: the chunk's labelled rows. impacts: by key of the number how much the chunk's concept changes it, then
    what each of the parts finds; None where it is not defined. moved, floor: how far the learners' chances are from the
    reference's, on average, of the chunk and of the parts.
    """

    labelled: int
    impacts: Mapping[str, tuple[float | None, ...]]
    moved: float
    floor: float


Found = Concept | Problem | str
"""Of one chunk: its concept, what went wrong, or why nothing can be learned."""


# --- growing ------------------------------------------------------------------------------------------------


class _Learner(Struct, frozen=True):
    """A learner that is grown: for which chunk, or which part of the reference beside chunks of what size."""

    group: Group
    cell: Cell | None = None
    size: int | None = None


def grow_chunks(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> Generator[Ask, Answers, dict[str, Found]]:
    """Fit a learner on the labels of each chunk of the analysis, and of parts of the reference, and apply them to it.

    What an earlier run has learned of a chunk whose rows and labels are the same is not learned anew.

    Returns:
        What came of each chunk that has labels, by its key.
    """
    if not variants(kind, model):
        return {}
    labelled = _labelled(kind, dataset, model, learned, measurements)
    reference = sum(rows for cell, rows in labelled.items() if cell.period == "reference")
    chunks = {cell: rows for cell, rows in labelled.items() if cell.period == "analysis" and rows}
    found: dict[str, Found] = {
        _key(cell): f"{where} has {amount(few, 'labelled row')}: a learner of the concept needs {FEWEST:,}"
        for cell, rows in chunks.items()
        for where, few in (("the chunk", rows), ("the reference", reference))
        if few < FEWEST
    }
    settings = (FORMAT, TREES, DEPTH, RATE, LEAST_OF_LEAF, FLOORS, model.positive, variants(kind, model))
    kept = notes(kind, dataset, model, learned, measurements, "rcd", settings)
    found |= yield from recalled(kept, Concept)
    many = {cell: rows for cell, rows in chunks.items() if _key(cell) not in found}
    if not many and measurements:
        return found
    new = yield from _learned(kind, dataset, model, many, reference)
    yield from keep(kept, {chunk: one for chunk, one in new.items() if isinstance(one, Concept)})
    return {**found, **new}


def _learned(
    kind: Kind, dataset: Dataset, model: ModelSpec, many: Mapping[Cell, int], reference: int
) -> Generator[Ask, Answers, dict[str, Found]]:
    """Fit the learners, and apply them to the reference."""
    batches = _batches(dataset, many, reference)
    growths = [_growth(dataset, model, [one.group for one in batch]) for batch in batches]
    answers = yield Ask(growths=tuple(growths))
    grown: list[Grown] = []
    for growth in growths:
        one = answers.grown[growth]
        if isinstance(one, Failed):
            return dict.fromkeys(map(_key, many), one.problem)
        grown.append(one)
    usual = grown[0], sampled(reference)
    asked = {
        learner: _relabelling(dataset, model, one, place, usual)
        for batch, one in zip(batches, grown, strict=True)
        for place, learner in enumerate(batch)
        if learner.cell is not None or learner.size is not None
    }
    answers = yield Ask(requests=tuple(request for requests in asked.values() for request in requests))
    seen = {learner: _relabelled(model, requests, answers.measurements) for learner, requests in asked.items()}
    return {_key(cell): _concept(kind, model, cell, rows, seen) for cell, rows in many.items()}


def _key(cell: Cell) -> str:
    return cell.chunk.key if cell.chunk else ""


def _labelled(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> dict[Cell, int]:
    """How many rows of each chunk have a score and a label, the reference's first."""
    found: dict[Cell, int] = {}
    for request in kind.score_bins(dataset, model, learned):
        measured = measurements.get(request)
        if request.scope.segment is None and isinstance(measured, Measurement):
            by_class = len(scores_of(model)) if "class" in measured.columns else 1
            for place, rows in zip(measured.places, measured.columns["labelled"], strict=True):
                cell = measured.cells[place]
                found[cell] = found.get(cell, 0) + int(rows)  # type: ignore[arg-type]
            return {cell: rows // by_class for cell, rows in found.items()}
    return found


def size_of(rows: int) -> int:
    """The size of the parts of the reference beside chunks of so many rows: chunks of about one size share them.

    >>> size_of(1_000), size_of(1_200), size_of(5_000)
    (1024, 1024, 5793)
    """
    return int(2 ** (round(2 * log2(rows)) / 2) + 0.5)


def _batches(dataset: Dataset, chunks: Mapping[Cell, int], reference: int) -> list[list[_Learner]]:
    """The learners that are grown in one pass: in the first the one of the reference, and its parts."""
    learners = [_Learner(Group((0.0, sampled(reference))))]
    for size in dict.fromkeys(size_of(rows) for rows in chunks.values()):
        share = min(size / reference, 0.5)
        starts = [number * (1 - share) / (FLOORS - 1) for number in range(FLOORS)]
        learners += [_Learner(Group((start, start + share)), size=size) for start in starts]
    cells = [_Learner(Group((0.0, 0.0), _place(dataset, cell)), cell) for cell in chunks]
    batches = [[*learners, *cells[:TOGETHER]]]
    return batches + [cells[start : start + TOGETHER] for start in range(TOGETHER, len(cells), TOGETHER)]


def _place(dataset: Dataset, cell: Cell) -> Any:
    assert cell.chunk is not None
    return place_of(cell.chunk, dataset.chunking)


def _growth(dataset: Dataset, model: ModelSpec, groups: Sequence[Group]) -> Growth:
    labels = labels_of(dataset, model).rows
    return Growth(
        Scope(dataset.name, by_chunk=True, where=model.common.filter),
        features=(*model.features, *scores_of(model).values()),
        targets=tuple(Target("equals", of=label_of(model), value=value) for value, _ in labels),
        groups=tuple(groups), key=dataset.key, loss="logistic",
        trees=TREES, depth=DEPTH, rate=RATE, least=LEAST_OF_LEAF,
    )  # fmt: skip


def _relabelling(
    dataset: Dataset, model: ModelSpec, grown: Grown, place: int, usual: tuple[Grown, float]
) -> tuple[Request, ...]:
    """By class the request that puts the chances of one learner in the place of the reference's labels."""
    growth, (of_reference, share) = grown.growth, usual
    group = growth.groups[place]
    scope = replace(growth.scope, by_chunk=False, period="reference", window=None)
    arguments: dict[str, Any] = {
        "label": ColumnName(str(model.label)),
        "sample": Share(growth.hashed, 0.0, share),
        "apart": Share(growth.hashed, *group.reference) if group.chunk is None else None,
        "bins": bins_of(dataset),
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
    predictions, labels = dict(_predictions(dataset, model)), labels_of(dataset, model).rows
    return tuple(
        Request.of(
            scope,
            "models/scan/relabelled",
            score=ColumnName(score),
            positive_label=value,
            positive_prediction=predictions.get(target),
            concept=grown.model(target, place),
            usual=of_reference.model(target, 0),
            **arguments,
        )
        for target, (score, (value, _)) in enumerate(zip(scores_of(model).values(), labels, strict=True))
    )


def _predictions(dataset: Dataset, model: ModelSpec) -> Iterator[tuple[Any, Any]]:
    """By number of the class how the prediction says it."""
    if model.prediction is not None:
        for value, number in labels_of(dataset, model, model.prediction).rows:
            yield number, value


def _relabelled(model: ModelSpec, requests: Sequence[Request], measurements: Measurements) -> Relabelled | Problem:
    rows: dict[str, Histogram] = {}
    expected: dict[str, Any] = {}
    usual: dict[str, Any] = {}
    moved = []
    for of, request in zip(scores_of(model), requests, strict=True):
        measured = answer(measurements, request)
        if isinstance(measured, Failure):
            return measured.problem
        rows[of], real = (_histogram(measured, positives) for positives in ("expected", "positives"))
        expected[of], usual[of] = _shares(rows[of]), _shares(real)
        moved.append(float(np.asarray(measured.columns["moved"], dtype=np.float64).sum() / max(real.rows, 1.0)))
    return Relabelled(rows, expected, usual, fmean(moved))


def _histogram(measured: Measurement, positives: str) -> Histogram:
    """The rows by score and prediction, of which so many are positive as one of the outputs says."""
    names = ("bin", "predicted_class", "members", "members", positives, "total")
    return Histogram.of(*(measured.columns[name] for name in names))


def _shares(histogram: Histogram) -> Any:
    """The share of positive rows of each bin."""
    return histogram.positives.sum(axis=1) / histogram.labelled.sum(axis=1)


def _concept(
    kind: Kind, model: ModelSpec, cell: Cell, rows: int, seen: Mapping[_Learner, Relabelled | Problem]
) -> Found:
    """What the chunk's learner does to each number, and what those of the parts of the reference do."""
    size = size_of(rows)
    ordered = sorted(seen.items(), key=lambda pair: pair[0].cell is None)
    parts: list[Relabelled] = []
    for learner, one in ordered:
        if learner.cell == cell or learner.size == size:
            if isinstance(one, Problem):
                return one
            parts.append(one)
    impacts = {
        variant.key: tuple(one.impact(kind, model, variant) for one in parts) for variant in variants(kind, model)
    }
    return Concept(rows, impacts, parts[0].moved, fmean(one.moved for one in parts[1:]))


# --- the series ---------------------------------------------------------------------------------------------


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """The numbers that do not grow with the rows; none of a model without scores, labels or features."""
    if not model.score or not model.features or label_of(model) is None:
        return ()
    return tuple(variant for variant in kind.variants(model) if not kind.is_total(variant))


def derive(known: Known, variant: Variant) -> Sequence[Reading | None]:
    """What the concept of each chunk does to the number on the reference's rows; of all rows only, not by segment."""
    if known.segment is not None or not isinstance(known.grown.get("rcd"), Mapping):
        return ()
    return tuple(_reading(known, variant, place) for place in range(len(known.cells)))


def _reading(known: Known, variant: Variant, place: int) -> Reading | None:
    cell = known.cells[place]
    if cell.period == "reference":
        return Reading(None, reason="the reference is what chunks are compared with")
    if cell.chunk is None or not cell.chunk.rows:
        return None
    found = known.grown["rcd"].get(cell.chunk.key)
    if found is None:
        return Reading(None, reason="no labels yet", is_waiting=True)
    if isinstance(found, Problem):
        return Reading(None, problem=found)
    if isinstance(found, str):
        return Reading(None, reason=found, word="few_rows")
    reading, overlap = of_concept(known, variant, found), domain_of(known, place)
    return _untrusted(reading, overlap) if isinstance(overlap, Domain) and overlap.uncovered > UNCOVERED else reading


def _untrusted(reading: Reading, overlap: Domain) -> Reading:
    """The change as a learner guesses it for rows that it has never seen the like of: shown, and not judged."""
    reason = f"{overlap.uncovered:.0%} of the reference's rows have no like in the chunk"
    trust = {"verdict": "untrusted", "reasons": [reason], "by": "domain", "uncovered": overlap.uncovered}
    details = {**reading.details, "trust": trust}
    withheld = f"the change cannot be trusted: {reason}"
    return replace(reading, details=details, finding="", withheld=withheld, word="untrusted")


def of_concept(known: Known, variant: Variant, found: Concept) -> Reading:
    """The change with its noise floor taken off, and between what it lies."""
    impact, *others = found.impacts[variant.key]
    floors = [value for value in others if value is not None]
    if impact is None or len(floors) < 2:
        return Reading(None, reason=f"{variant.metric} is not defined on the reference's rows")
    floor = fmean(floors)
    sampling = known.kind.sampling_error(variant, known.errors, found.labelled) or 0.0
    error = sqrt(sampling**2 + pvariance(floors) * len(floors) / (len(floors) - 1))
    value = impact - floor
    details = {
        "impact": impact, "floor": floor, "labelled": found.labelled, "sampling_error": error,
        "magnitude": found.moved, "magnitude_floor": found.floor,
    }  # fmt: skip
    reading = Reading(value, found.labelled, details=details, interval="full")
    reading = replace(reading, lower=value - NORMAL * error, upper=value + NORMAL * error)
    return replace(reading, finding=_finding(known, variant, value, error))


def _finding(known: Known, variant: Variant, value: float, error: float) -> str:
    """What is worth a warning: a change to the bad side that chance does not make."""
    better = known.kind.better(variant)
    is_bad = value < 0 if better == "higher" else value > 0 if better == "lower" else True
    if not is_bad or abs(value) <= SURE * error:
        return ""
    return f"the chunk's concept alone moves {variant.metric} by {value:+.4f} on the reference's rows"
