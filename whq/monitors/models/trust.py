"""How far an estimate can be trusted: `details.trust`, for each chunk of the analysis.

Where the labels of two chunks of the analysis were known, the estimate's own record says it: an interval wider than the
band of the reference, and than a least width, says too little. Before that nothing tells but how familiar the chunk is:
its scores, or, where a domain model was grown, how far chunk and reference overlap; where estimates of the reference
itself were off, no chunk is familiar enough. And estimates of CBPE are off where
the newest known labels are not as frequent as its curve says.

An untrusted estimate is shown and not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from statistics import fmean, pstdev
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.fit.familiar import Familiar, familiar
from whq.fit.histogram import Histogram
from whq.monitors.models.intervals import COME, Width, came
from whq.monitors.models.known import Known
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.replay import realized

TRUSTED, DOUBTFUL, UNTRUSTED = "trusted", "doubtful", "untrusted"
WIDEST = 0.05
"""An interval is not too wide at half a width of so much of the metric's range."""
WIDEST_OF_MEAN = 0.1
"""The same of a metric without a range: as a part of the reference's mean."""
SPREADS = 2.0
"""The band of the reference, 95 of 100 of its chunks: so many standard deviations of their values to either side."""
NEAR, FAR = 0.08, 0.16
"""Up to the first distance of the scores an estimate is trusted, above the second it is not."""
NOVEL = 0.2
"""Above so large a share of rows that the reference hardly knows, an estimate is doubtful."""
FEWEST_EFFECTIVE, UNSUPPORTED = 0.25, 0.1
"""By a domain model, as shares: rows of the reference that are like the chunk's, at least, and rows of the chunk that
are unlike the reference, at most."""
FAILS, OFF = 4.0, 0.03
"""Known labels contradict a curve by so many standard errors and by so large a share of rows."""


class Chunk(Struct, frozen=True):
    """What the scores and the known labels say of one chunk, whatever the number.

    scores: by class how familiar they are; of the class that is least so. z, gap: of the newest known labels less what
    the curve expects, in standard errors and as a share of the rows.
    """

    scores: Familiar | None = None
    z: float | None = None
    gap: float = 0.0


def chunks(known: Known) -> list[Chunk]:
    """What is to be said of each chunk."""
    names = dict.fromkeys(name for by_class in known.histograms for name in by_class)
    listed = {
        name: [known.histograms[at][name] for at in known.references if name in known.histograms[at]] for name in names
    }
    reference = {name: Histogram.joined(parts) for name, parts in listed.items() if parts}
    gaps = {place: _gap(known, place) for place in range(len(known.references), len(known.cells))}
    return [_chunk(known, place, reference, gaps) for place in range(len(known.cells))]


def _chunk(
    known: Known, place: int, reference: Mapping[str, Histogram], gaps: Mapping[int, tuple[float, float] | None]
) -> Chunk:
    if place in known.references:
        return Chunk()
    scored = known.histograms[place].items() if known.estimator == "cbpe" else ()
    each = [
        one
        for name, histogram in scored
        if name in reference and (one := familiar(reference[name], histogram)) is not None
    ]
    scores = max(each, key=lambda one: (one.distance, one.novel), default=None)
    seen = [other for other in known.replayed.known[place] if other in gaps] if known.replayed.known else []
    newest = gaps[seen[-1]] if seen else None
    return Chunk(scores) if newest is None else Chunk(scores, *newest)


def _gap(known: Known, place: int) -> tuple[float, float] | None:
    """By how much labels differ from what CBPE's curve expects, of the class most off: standard errors, and a share."""
    found: list[tuple[float, float]] = []
    for name, histogram in known.histograms[place].items():
        labelled = histogram.labelled.sum(axis=1)
        if known.estimator == "cbpe" and name in known.replayed.curves and labelled.any():
            chances = histogram.calibrated(known.replayed.curves[name])
            off = float(histogram.positives.sum() - (labelled * chances).sum())
            spread = sqrt(float((labelled * chances * (1 - chances)).sum()))
            found.append((off / spread if spread else 0.0, off / float(labelled.sum())))
    return max(found, key=lambda one: abs(one[0]), default=None)


# --- verdicts -------------------------------------------------------------------------------------------------


def judged(
    known: Known, name: str, variant: Variant, readings: Sequence[Reading | None], widths: Sequence[Width | None],
    seen: Sequence[Chunk],
) -> Sequence[Reading | None]:  # fmt: skip
    """The readings of an estimate with their trust; those of the reference as they are.

    Args:
        readings: with their bounds. widths: half of these. seen: what `chunks` says.
    """
    most = _most(known, variant)
    return [
        reading
        if reading is None or reading.value is None or place in known.references
        else _with(reading, _verdict(known, name, variant, place, widths[place], seen[place], most))
        for place, reading in enumerate(readings)
    ]


def _with(reading: Reading, trust: Mapping[str, Any]) -> Reading:
    if not trust:
        return reading
    reading = replace(reading, details={**reading.details, "trust": trust})
    if trust["verdict"] != UNTRUSTED:
        return reading
    return replace(reading, withheld=f"the estimate cannot be trusted: {'; '.join(trust['reasons'])}", word=UNTRUSTED)


def _verdict(
    known: Known, name: str, variant: Variant, place: int, width: Width | None, seen: Chunk, most: float
) -> dict[str, Any]:
    """The verdict of one chunk with its reasons and the numbers that they follow from; nothing where nothing tells."""
    if width is not None and width.record:
        found = _by_record(width, most)
    else:
        found = _by_reference(_by_domain(known, variant, place, seen) or _by_scores(known, seen), width, most)
    if seen.z is not None and (name != "anchored" or came(known, place) < COME):
        found = _against_labels(found, seen)
    return found


def _by_record(width: Width, most: float) -> dict[str, Any]:
    numbers = {"by": "record", "errors": width.record, "half_width": width.half, "widest": most}
    if width.half <= most:
        return {"verdict": TRUSTED, "reasons": [], **numbers}
    reason = f"by its last {width.record} known errors it is right to ± {width.half:.3g} only (at most {most:.3g})"
    return {"verdict": UNTRUSTED, "reasons": [reason], **numbers}


def _by_reference(found: Mapping[str, Any], width: Width | None, most: float) -> dict[str, Any]:
    """The same, untrusted where estimates of the reference itself were off by too much."""
    if width is None or width.off <= most:
        return dict(found)
    reason = f"estimates of the reference's own chunks are off by {width.off:.3g} beyond chance (at most {most:.3g})"
    return {**found, "verdict": UNTRUSTED, "reasons": [*found.get("reasons", ()), reason], "off": width.off}


def _by_scores(known: Known, seen: Chunk) -> dict[str, Any]:
    """By how far the scores have moved; of a model without scores nothing tells before labels come."""
    if known.estimator == "dle":
        return {
            "verdict": DOUBTFUL,
            "reasons": ["no labels tell yet whether errors still follow the inputs"],
            "by": "none",
        }
    if seen.scores is None:
        return {}
    distance, novel = seen.scores.distance, seen.scores.novel
    numbers = {"by": "scores", "distance": distance, "novel": novel}
    reasons = []
    if distance > NEAR:
        reasons.append(f"the scores lie {distance:.2f} off the reference's (at most {FAR if distance > FAR else NEAR})")
    if novel > NOVEL:
        reasons.append(f"{novel:.0%} of the scores are where the reference has hardly any")
    verdict = UNTRUSTED if distance > FAR else DOUBTFUL if reasons else TRUSTED
    return {"verdict": verdict, "reasons": reasons, **numbers}


def _by_domain(known: Known, variant: Variant, place: int, seen: Chunk) -> dict[str, Any]:
    """By the domain model of the chunk, where one was grown."""
    readings = [known.of(name, variant)[place] for name in ("pape", "blend")]
    domain = next((one.details["domain"] for one in readings if one is not None and "domain" in one.details), None)
    if domain is None:
        return {}
    novel = 0.0 if seen.scores is None else seen.scores.novel
    numbers = {"by": "domain", "ess": domain["ess"], "unsupported": domain["unsupported"], "novel": novel}
    reasons = []
    if domain["unsupported"] > UNSUPPORTED:
        reasons.append(f"{domain['unsupported']:.0%} of the rows are unlike any of the reference")
    if domain["ess"] < FEWEST_EFFECTIVE:
        reasons.append(f"only {domain['ess']:.0%} of the reference is like this chunk")
    verdict = UNTRUSTED if reasons else DOUBTFUL if novel > NOVEL else TRUSTED
    if novel > NOVEL:
        reasons.append(f"{novel:.0%} of the scores are where the reference has hardly any")
    return {"verdict": verdict, "reasons": reasons, **numbers}


def _against_labels(found: Mapping[str, Any], seen: Chunk) -> dict[str, Any]:
    """The same, untrusted where the newest known labels contradict the curve."""
    told = {**found, "z": seen.z, "gap": seen.gap}
    if abs(seen.z or 0.0) <= FAILS or abs(seen.gap) <= OFF:
        return told if found else {}
    side = "more" if seen.gap > 0 else "less"
    reason = f"{abs(seen.gap):.1%} {side} of the newest known labels are positive than the scores say (z {seen.z:.1f})"
    return {**told, "verdict": UNTRUSTED, "reasons": [*found.get("reasons", ()), reason]}


def _most(known: Known, variant: Variant) -> float:
    """How wide half an interval may be: as the band of the reference, and a part of the metric's range at least."""
    truth = realized(known, variant)
    taught = [value for place in known.references if (value := truth[place]) is not None]
    band = SPREADS * pstdev(taught) if taught else 0.0
    lower, upper = known.kind.limits(variant)
    least = 0.0
    if isfinite(upper - lower):
        least = WIDEST * (upper - lower)
    elif known.estimator == "cbpe" and known.kind.is_total(variant) and variant.metric != "business_value":
        least = WIDEST
    elif taught:
        least = WIDEST_OF_MEAN * abs(fmean(taught))
    return float(max(band, least))
