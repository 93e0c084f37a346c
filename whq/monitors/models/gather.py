"""What came back of a model, put in order: by segment and chunk, what each method counted and each series says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, ModelSpec
from whq.monitors import Context
from whq.monitors.models import derived, derived_of, estimators_of, kind, method, trust
from whq.monitors.models.intervals import SAMPLING, bounded, sampled, widths
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.labels import timed
from whq.monitors.models.protocol import Answers, Kind, Learned
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.replay import replayed
from whq.monitors.models.selection import noted, selections
from whq.monitors.outcome import answer, key
from whq.monitors.scopes import row_count, with_missing
from whq.values import Cell, Chunk, Dataset, Measurements, Period, Row

IsOpen = Callable[[Period | None, Chunk | None], bool]
"""Whether a chunk is still filling."""


class Gathered(Struct, frozen=True):
    """All that is known of one model.

    answers: what each method that could be used has brought, scope by scope. segments: the labels of the segments that
    each scope is cut into, by its name (None: all rows, whose label is None).
    """

    answers: Mapping[str, tuple[Answers, ...]]
    segments: Mapping[str | None, tuple[str | None, ...]]
    known: Mapping[str | None, Known]


def gather(
    dataset: Dataset,
    spec: DatasetSpec,
    model: ModelSpec,
    learned: Learned,
    errors: Mapping[str, Mapping[str, float]],
    measurements: Measurements,
    context: Context,
    is_open: IsOpen,
) -> Gathered:
    """The answers by segment and chunk, and the readings of all series that follow from them.

    Args:
        learned: what each method learned. errors: the constants of the sampling errors by segment.
    """
    model_kind = kind(model.kind)
    answers = {
        name: method(name).answers(model_kind, dataset, model, one, measurements)
        for name, one in learned.items()
        if one.is_ready
    }
    segments, cells = _cells(answers, measurements)
    histograms = model_kind.histograms(dataset, model, learned, measurements) if answers else {}
    known: dict[str | None, Known] = {}
    for label, ordered in cells.items():
        by_cell = histograms.get(label, {})
        known[label] = Known(
            dataset=dataset, spec=spec, model=model, kind=model_kind, segment=label, cells=ordered,
            values={name: _values(listed, ordered) for name, listed in answers.items() if _is_known(listed, label)},
            readings={}, histograms=tuple(by_cell.get(key(cell), {}) for cell in ordered), learned=learned,
            as_of=context.as_of, errors=errors.get(label or "", {}), is_open=is_open,
            grown=(context.grown or {}).get(model.name, {}),
        )  # fmt: skip
    return Gathered(answers, segments, {label: read(one) for label, one in known.items()})


def _cells(
    answers: Mapping[str, tuple[Answers, ...]], measurements: Measurements
) -> tuple[dict[str | None, tuple[str | None, ...]], dict[str | None, tuple[Cell, ...]]]:
    """The segments of each scope, and the chunks of each segment, whether or not there are rows in them."""
    by_scope: dict[str | None, tuple[str | None, ...]] = {}
    cells: dict[str | None, list[Cell]] = {}
    scopes = dict.fromkeys(one.scope for listed in answers.values() for one in listed)
    for scope in scopes:
        here = [one for listed in answers.values() for one in listed if one.scope == scope]
        counted = answer(measurements, row_count(replace(scope, where=None)))
        rows = {key(row.cell): Row(row.cell, {}) for one in here for row in one.rows}
        seen: dict[str | None, None] = {}
        for row in with_missing(rows.values(), counted):
            cells.setdefault(row.cell.segment, []).append(row.cell)
            seen[row.cell.segment] = None
        by_scope[scope.segment] = tuple(seen)
    return by_scope, {label: tuple(listed) for label, listed in cells.items()}


def _is_known(listed: Iterable[Answers], label: str | None) -> bool:
    """Whether a method has brought something of a segment."""
    return any(row.cell.segment == label for one in listed for row in one.rows)


def _values(listed: Iterable[Answers], cells: Sequence[Cell]) -> tuple[Values | None, ...]:
    """What a method counted of each chunk."""
    by_cell = {key(row.cell): row.values for one in listed for row in one.rows}
    return tuple(by_cell.get(key(cell)) for cell in cells)


def read(known: Known) -> Known:
    """The same with the readings of its methods, then of the series that follow from them."""
    model_kind: Kind = known.kind
    variants = model_kind.variants(known.model)
    readings: dict[tuple[str, object], Sequence[Reading | None]] = {}
    for name, counted in known.values.items():
        for variant in variants:
            readings[name, variant] = tuple(
                None if values is None else method(name).reading(model_kind, known.model, variant, values)
                for values in counted
            )
    if REALIZED in known.values:
        chosen = selections(known)
        for variant in variants:
            listed = timed(known, readings[REALIZED, variant])
            readings[REALIZED, variant] = tuple(noted(known, listed, chosen))
    known = replace(known, readings=readings)
    if known.estimator and REALIZED in known.values:
        known = replace(known, replayed=replayed(known))
    for name in derived_of(known.model):
        module = derived(name)
        more = {(name, variant): module.derive(known, variant) for variant in module.variants(model_kind, known.model)}
        known = replace(known, readings={**known.readings, **more})
    return judged_by_themselves(known)


def judged_by_themselves(known: Known) -> Known:
    """The same with the bounds of estimates and how far they can be trusted."""
    seen = trust.chunks(known)
    found: dict[tuple[str, Variant], Sequence[Reading | None]] = {}
    for (name, variant), readings in known.readings.items():
        if name in estimators_of(known.model) and readings:
            halves = widths(known, name, variant)
            shown = sampled(known, name, variant) if known.model.interval == SAMPLING else halves
            within = bounded(known, name, variant, shown)
            found[name, variant] = trust.judged(known, name, variant, within, halves, seen)
    return replace(known, readings={**known.readings, **found})
