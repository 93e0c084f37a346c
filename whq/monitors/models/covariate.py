"""What other rows did to a metric: what is expected of a chunk's rows, less what the reference realized.

It needs no labels of the chunk. It is not judged: that is the estimate's own business, of which it is the change.
With a score it also says, in `details.base_rate`, what would be if nothing but the share of positive labels had moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whq.config.spec import ModelSpec
from whq.fit.histogram import Histogram
from whq.fit.reliability import BaseRate, base_rate
from whq.monitors.models.decomposition import Split, named, reference_of, splits
from whq.monitors.models.decomposition import variants as all_variants
from whq.monitors.models.known import Known
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Variant

WORD = "covariate part of"
INTERVAL = ""
NEEDS = ("cbpe", "dle")
IS_JUDGED = False


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """All numbers of the kind that do not grow with the rows."""
    return all_variants(kind, model)


def derive(known: Known, variant: Variant) -> Sequence[Reading | None]:
    """The part that other rows have in each chunk's change."""
    reference = reference_of(known).get("")
    return [_reading(known, variant, place, split, reference) for place, split in enumerate(splits(known, variant))]


def _reading(
    known: Known, variant: Variant, place: int, split: Split | None, reference: Histogram | None
) -> Reading | None:
    own = known.of(known.estimator, variant)[place]
    if own is None or own.problem is not None:
        return own
    if split is None:
        return Reading(None, own.rows, own.reason or "there is no value of the reference to compare with")
    details = {"decomposition": split.parts, **_of_base_rate(known, variant, place, reference)}
    if split.errors is None:
        return Reading(split.covariate, own.rows, details=details)
    half = split.errors.half(2 * split.errors.curve)
    bounds = split.covariate - half, split.covariate + half
    details["errors"] = split.errors.parts
    return Reading(split.covariate, own.rows, details=details, lower=bounds[0], upper=bounds[1], interval="full")


# --- if only the base rate moved ----------------------------------------------------------------------------


def _of_base_rate(known: Known, variant: Variant, place: int, reference: Histogram | None) -> dict[str, Any]:
    """What the metric would be under another share of positive labels, and whether the scores agree with that."""
    curve, chunk = known.replayed.curves.get(""), known.histograms[place].get("")
    if reference is None or curve is None or chunk is None or variant.at is not None or place in known.references:
        return {}
    rate = base_rate(reference, chunk)
    if rate is None:
        return {}
    counts = known.kind.expected(known.model, {"": chunk}, {"": rate.shifted(chunk.calibrated(curve))})
    value = known.kind.reading(known.model, variant, counts).value
    return {"base_rate": {
        "before": rate.before, "now": rate.now, "value": value, "chi2": rate.chi2, "freedom": rate.freedom,
        "fits": rate.fits, "text": told(variant, rate, value),
    }}  # fmt: skip


def told(variant: Variant, rate: BaseRate, value: float | None) -> str:
    """The base rate in one sentence.

    >>> told(Variant("f1"), BaseRate(0.112, 0.143, 12.6, 18), 0.8712)
    'if only the share of positives moved, it went 11.2% → 14.3% and f1 would be 0.871; the scores fit that (χ²/df 0.7)'
    """
    fit = f"the scores {'' if rate.fits else 'do not '}fit that (χ²/df {rate.chi2 / rate.freedom:.1f})"
    would = "" if value is None else f" and {named(variant)} would be {value:.3g}"
    return f"if only the share of positives moved, it went {rate.before:.1%} → {rate.now:.1%}{would}; {fit}"
