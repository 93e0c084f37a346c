"""What a changed relation of inputs and label did to a metric: what came true, less what was expected of the same rows.

No method without labels sees such a change. It is told apart from chance at three standard errors of the labels and the
curve, and from what the estimator is off by in quiet chunks of the reference. `details.calibration` of a model's first
number (of each class) shows by tenths of the score where labels no longer come true as they did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from whq.config.spec import ModelSpec
from whq.fit.histogram import Histogram
from whq.fit.reliability import Reliability, reliability
from whq.monitors.models.decomposition import NORMAL, Split, reference_of, splits, words
from whq.monitors.models.decomposition import variants as all_variants
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Variant

WORD = "concept part of"
INTERVAL = ""
NEEDS = ("cbpe", "dle")
IS_JUDGED = False

APART = 3.0
"""A part is told apart from 0 beyond so many standard errors."""
FEWEST = 100
"""Of fewer labelled rows nothing is told: a normal curve says too little of them."""
DRIFTED, GAP = 4.0, 0.03
"""Labels no longer come true as expected beyond so many standard errors, and by more than such a share of the rows."""


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """All numbers of the kind that do not grow with the rows."""
    return all_variants(kind, model)


def derive(known: Known, variant: Variant) -> Sequence[Reading | None]:
    """The part that a changed relation has in each chunk's change."""
    reference = reference_of(known) if _shows_calibration(known, variant) else {}
    return [_reading(known, variant, place, split, reference) for place, split in enumerate(splits(known, variant))]


def _reading(
    known: Known, variant: Variant, place: int, split: Split | None, reference: Mapping[str, Histogram]
) -> Reading | None:
    own = known.of(REALIZED, variant)[place]
    if own is None or own.problem is not None:
        return own
    if own.value is None or own.withheld:
        return Reading(None, own.rows, own.reason or own.withheld, own.details, is_waiting=True)
    if split is None or split.concept is None:
        return Reading(None, own.rows, "there is no estimate to compare with, or no value of the reference")
    details = {**own.details, "decomposition": split.parts, **_calibration(known, place, reference)}
    reading = Reading(split.concept, own.rows, details=details)
    return reading if split.errors is None else _judged(known, variant, place, split, reading)


def _judged(known: Known, variant: Variant, place: int, split: Split, reading: Reading) -> Reading:
    """The reading with its interval, and what there is to say of it."""
    errors, concept = split.errors, split.concept or 0.0
    assert errors is not None
    sampling = errors.labels + errors.curve
    z = concept / sqrt(sampling) if sampling else None
    half = errors.half(max(errors.labels, errors.drawn) + errors.curve)
    details: dict[str, Any] = {**reading.details, "z": z, "errors": errors.parts}
    is_apart = z is not None and abs(z) > APART and abs(concept) > NORMAL * sqrt(errors.model)
    better = known.kind.better(variant)
    is_good = (better == "higher" and concept > 0) or (better == "lower" and concept < 0)
    finding = ""
    if reading.rows < FEWEST:
        details["reason"] = f"not judged: fewer than {FEWEST} labelled rows"
    elif is_apart and is_good:
        details["note"] = f"better than expected: {words(variant, split)}"
    elif is_apart:
        finding = words(variant, split)
    else:
        finding = _drifted(reading.details.get("calibration", {}))
    return Reading(
        concept, reading.rows, details=details, lower=concept - half, upper=concept + half, interval="full",
        finding=finding,
    )  # fmt: skip


# --- calibration by score -----------------------------------------------------------------------------------


def _shows_calibration(known: Known, variant: Variant) -> bool:
    """Whether a number is the model's first one, with which the scores are shown."""
    listed = variants(known.kind, known.model)
    return bool(listed) and variant == listed[0]


def _calibration(known: Known, place: int, reference: Mapping[str, Histogram]) -> dict[str, Any]:
    """How labels agree with the curve of the score, for `details.calibration`; of several scores by class."""
    shown = []
    for name, taught in reference.items():
        chunk = known.histograms[place].get(name)
        found = None if chunk is None else reliability(taught, chunk, known.replayed.curves[name])
        if found is not None:
            shown.append({**({"class": name} if name else {}), **_told(found)})
    if not shown:
        return {}
    return {"calibration": shown[0] if "" in reference else {"classes": shown}}


def _told(found: Reliability) -> dict[str, Any]:
    """Shares of the rows, with the tests."""
    bins = [
        {
            "low": place.low, "high": place.high, "rows": place.rows, "score": place.score,
            "expected": place.expected / place.rows, "realized": place.realized / place.rows,
            "error": place.error / place.rows, "z": place.z,
        }
        for place in found.places
    ]  # fmt: skip
    return {
        "rows": found.rows, "expected": found.expected / found.rows, "realized": found.realized / found.rows,
        "z": found.z, "chi2": found.chi2, "freedom": found.freedom, "p": found.p, "bins": bins,
    }  # fmt: skip


def _drifted(shown: Mapping[str, Any]) -> str:
    """The score whose labels come true least as expected, in words; empty where all do well enough."""
    scores = shown.get("classes", [shown] if shown else [])
    off = [one for one in scores if abs(one["z"]) > DRIFTED and abs(one["realized"] - one["expected"]) > GAP]
    if not off:
        return ""
    one = max(off, key=lambda each: abs(each["z"]))
    are = f"{one['realized']:.1%} of the rows are {one.get('class', 'positive')}, {one['expected']:.1%} expected"
    return f"scores come true differently than in the reference: {are}"
