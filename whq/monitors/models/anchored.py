"""Anchored estimates: late labels put to work on the chunks that have none yet.

Three estimates of a chunk are weighted by how well each did lately: the kind's own (CBPE or DLE, which the reference
taught), the same by a curve that is refitted on the newest chunks with known labels, and the last realized value that
was known. A weight is 1 / mean(e²) of the estimate's own last errors, each made as late as labels come (weights by
inverse mean square: Bates and Granger, 1969, "The combination of forecasts").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from statistics import fmean
from typing import Any

from whq.config.spec import ModelSpec
from whq.monitors.models.known import Known
from whq.monitors.models.labels import is_labelled
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.replay import Numbers, errors, estimated, expected, realized, record

NAME = "anchored"
WORD = "anchored"
INTERVAL = ""
NEEDS = ("cbpe", "dle")
IS_JUDGED = True

LATEST = 6
"""A weight follows from so many of the newest known errors."""
SMALL = 1e-3
"""An error that is as good as none, as a part of the metric's range or size: it keeps a weight finite."""


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """All numbers of the kind."""
    return kind.variants(model)


def derive(known: Known, variant: Variant) -> Sequence[Reading | None]:
    """The blend of each chunk; nothing where no label ever came after the reference and the user did not name it."""
    if not known.replayed.known:
        return ()
    own = known.of(known.estimator, variant)
    if not any(is_labelled(known, place) for place in range(len(known.references), len(known.cells))):
        return [_without_labels(reading) for reading in own] if NAME in known.model.estimators else ()
    truth = realized(known, variant)
    candidates = {
        known.estimator: estimated(known, known.estimator, variant),
        "refit": expected(known, variant, known.replayed.refit),
        "last": tuple(_last(known, truth, place) for place in range(len(known.cells))),
    }
    made = {name: errors(listed, truth) for name, listed in candidates.items()}
    least = _least(known, variant, truth)
    return [
        None if reading is None else _blend(known, variant, reading, candidates, made, place, least)
        for place, reading in enumerate(own)
    ]


def _without_labels(reading: Reading | None) -> Reading | None:
    reason = "no label has come since the reference: there is nothing to anchor the estimate in"
    return None if reading is None else Reading(None, reading.rows, reason)


def _last(known: Known, truth: Numbers, place: int) -> float | None:
    """The newest realized value that was known at a chunk's time."""
    listed = record(known, truth, place, 1)
    return listed[-1] if listed else None


def _least(known: Known, variant: Variant, truth: Numbers) -> float:
    """The square of an error that is as good as none, in the metric's unit: of its range, else of the reference."""
    lower, upper = known.kind.limits(variant)
    size = upper - lower
    if not isfinite(size):
        taught = [value for place in known.references if (value := truth[place]) is not None]
        size = 1.0 if not taught else max(map(abs, taught))
    return (SMALL * (size or 1.0)) ** 2


def _blend(
    known: Known, variant: Variant, own: Reading, candidates: Mapping[str, Numbers], made: Mapping[str, Numbers],
    place: int, least: float,
) -> Reading:  # fmt: skip
    """The candidates of one chunk by their weights; the kind's own estimate while none of them has a record."""
    values = {name: value for name, listed in candidates.items() if (value := listed[place]) is not None}
    if own.problem is not None or known.estimator not in values:
        return own
    records = {name: record(known, made[name], place, LATEST) for name in values}
    raw = {name: 1 / (fmean(e * e for e in past) + least) for name, past in records.items() if past}
    weights = {name: weight / sum(raw.values()) for name, weight in raw.items()} or {known.estimator: 1.0}
    scale = float(own.rows) if known.kind.is_total(variant) else 1.0
    blended = sum(weights[name] * values[name] for name in weights)
    parts = {name: {"value": values[name] * scale, "weight": weights[name]} for name in weights}
    return Reading(blended * scale, own.rows, own.reason, {**own.details, **_told(known, place), "parts": parts})


def _told(known: Known, place: int) -> dict[str, Any]:
    """Up to which chunk labels were known."""
    seen = known.replayed.known[place]
    chunk = known.cells[seen[-1]].chunk if seen else None
    return {} if chunk is None else {"labels_until": chunk.key}
