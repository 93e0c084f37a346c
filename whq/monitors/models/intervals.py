"""Bounds of estimates that hold the realized value of 95 chunks in 100.

Where the labels of two chunks of the analysis were known, they follow from the estimate's own record: its newest known
errors, each made as late as labels come. Before that, from what is known of the reference: what chance makes of labels
with these scores (`whq.fit.uncertain`), that the curve is learned too, and what estimates of the reference's chunks, by
the curve of the others, were off by beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from whq.fit.histogram import NEGATIVE, POSITIVE, Histogram
from whq.fit.quantiles import normal_isf, t_isf
from whq.fit.uncertain import Drawn, variance
from whq.monitors.judge import clipped
from whq.monitors.models import binary
from whq.monitors.models.known import Known
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.replay import Numbers, errors, estimated, numbers, realized, record

FULL, SAMPLING = "full", "sampling"
BEYOND = 0.025
"""The chance to lie beyond either bound."""
SAMPLED = 3.0
"""With `interval: sampling` the bounds lie so many sampling errors off."""
COME = 2
"""An estimate has a record when the labels of so many chunks of the analysis are known."""


AVERAGED = frozenset({"roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy"})
"""Numbers of several classes whose variance follows from those of the classes."""


class Width(Struct, frozen=True):
    """Half the interval of one estimate, in the unit of `numbers`: what it holds, and how many errors it follows from.

    record: how many known errors, 0 where it follows from the reference. off: what estimates of the reference's chunks
    were off by beyond chance, root mean square.
    """

    half: float
    interval: str = FULL
    record: int = 0
    off: float = 0.0


def bounded(known: Known, name: str, variant: Variant, halves: Sequence[Width | None]) -> Sequence[Reading | None]:
    """The readings of an estimate with their bounds, given half of each interval (`widths`)."""
    return [
        reading if reading is None or width is None else _within(known, variant, reading, width)
        for reading, width in zip(known.of(name, variant), halves, strict=True)
    ]


def _within(known: Known, variant: Variant, reading: Reading, width: Width) -> Reading:
    limits, value = known.kind.limits(variant), clipped(reading.value or 0.0, known.kind.limits(variant))
    half = width.half * (reading.rows if known.kind.is_total(variant) else 1)
    lower, upper = clipped(value - half, limits), clipped(value + half, limits)
    return replace(reading, lower=lower, upper=upper, interval=width.interval)


def sampled(known: Known, name: str, variant: Variant) -> list[Width | None]:
    """Three sampling errors to either side of each chunk's estimate; None where there is no value, or nothing tells."""
    values = numbers(known, variant, known.of(name, variant))
    return [None if value is None else _sampling(known, name, variant, place) for place, value in enumerate(values)]


def widths(known: Known, name: str, variant: Variant) -> list[Width | None]:
    """Half the 95 % interval of each chunk's estimate; three sampling errors where too little is known of it."""
    plain = sampled(known, name, variant)
    if not known.replayed.known:
        return plain
    made = errors(estimated(known, name, variant), realized(known, variant))
    chance = [_chance(known, name, variant, place) for place in range(len(known.cells))]
    beyond = _beyond(known, made, chance)
    values = numbers(known, variant, known.of(name, variant))
    return [
        None
        if value is None
        else _own(known, made, place) or _learned(known, variant, chance[place], beyond, place) or plain[place]
        for place, value in enumerate(values)
    ]


def came(known: Known, place: int) -> int:
    """Of how many chunks of the analysis the labels were known when a chunk was closed, `RECORD` at most."""
    return sum(other not in known.references for other in known.replayed.known[place])


def _own(known: Known, made: Numbers, place: int) -> Width | None:
    """By the estimate's own known errors."""
    listed = record(known, made, place)
    if place in known.references or came(known, place) < COME or len(listed) < COME:
        return None
    many = len(listed)
    half = t_isf(BEYOND, many - 1) * sqrt(fmean(error * error for error in listed) * (1 + 1 / many))
    return Width(half, record=many)


def _learned(
    known: Known, variant: Variant, chance: float | None, beyond: tuple[int, float] | None, place: int
) -> Width | None:
    """By chance, calibration, and what the reference's chunks were off by beyond chance."""
    if chance is None or beyond is None:
        return None
    chunks, model = beyond
    taught, rows = _taught(known), sum(one.rows for one in known.histograms[place].values())
    learned = chance * (rows / max(len(known.histograms[place]), 1)) / taught if taught else 0.0
    normal, wide = normal_isf(BEYOND), t_isf(BEYOND, chunks - 1)
    half = sqrt(normal**2 * (chance + learned + _domain(known, variant, place)) + wide**2 * model)
    return Width(half, off=sqrt(model))


def _taught(known: Known) -> float:
    """How many rows of the reference taught the curve."""
    taught = getattr(known.learned.get(known.estimator), "rows", 0)
    if taught:
        return float(taught)
    return float(sum(one.labelled.sum() for place in known.references for one in known.histograms[place].values()))


def _domain(known: Known, variant: Variant, place: int) -> float:
    """The square of what a calibration for this chunk changes, where there is one."""
    plain, weighted = (
        numbers(known, variant, [known.of(name, variant)[place]])[0] for name in (known.estimator, "pape")
    )
    return 0.0 if plain is None or weighted is None else (weighted - plain) ** 2


def _beyond(known: Known, made: Numbers, chance: Sequence[float | None]) -> tuple[int, float] | None:
    """Of how many reference chunks the error is known, and their mean square beyond chance; None of fewer than two."""
    pairs = [(made[place], chance[place]) for place in known.references]
    squares = [error * error - by_chance for error, by_chance in pairs if error is not None and by_chance is not None]
    return (len(squares), max(0.0, fmean(squares))) if len(squares) >= COME else None


def _sampling(known: Known, name: str, variant: Variant, place: int) -> Width | None:
    """Three sampling errors."""
    error = _sampling_error(known, name, variant, place)
    return None if error is None else Width(SAMPLED * error, SAMPLING)


def _sampling_error(known: Known, name: str, variant: Variant, place: int) -> float | None:
    reading = known.of(name, variant)[place]
    if reading is None or not reading.rows:
        return None
    error: float | None = known.kind.sampling_error(variant, known.errors, reading.rows)
    return error if error is None or not known.kind.is_total(variant) else error / reading.rows


# --- what chance does -----------------------------------------------------------------------------------------


def _chance(known: Known, name: str, variant: Variant, place: int) -> float | None:
    """The variance that labels with the chances of their scores have, else that of sampling rows, which is larger."""
    found = _by_class(known, variant, place)
    if found is not None:
        return found
    error = _sampling_error(known, name, variant, place)
    return None if error is None else error * error


def _by_class(known: Known, variant: Variant, place: int) -> float | None:
    """The variance by the chances of the scores; None of numbers of which it is not known."""
    histograms, curves = known.histograms[place], known.replayed.curves
    if known.estimator != "cbpe" or not histograms or not set(histograms) <= set(curves):
        return None
    worth = binary.worth(known.model.business_value)
    drawn = {of: Drawn(_at(one, variant.at), one.calibrated(curves[of]), worth) for of, one in histograms.items()}
    if variant.of is not None or len(drawn) == 1:
        of = variant.of or next(iter(drawn))
        return variance(variant.metric, drawn[of]) if of in drawn else None
    metric, is_share = variant.metric, variant.metric == "accuracy"
    each = [variance("true_positive" if is_share else metric, one) for one in drawn.values()]
    if metric not in AVERAGED or known.model.average != "macro" or any(one is None for one in each):
        return None
    return sum(one or 0.0 for one in each) / (1 if is_share else len(each) ** 2)


def _at(histogram: Histogram, at: float | None) -> Histogram:
    """The rows as they are predicted at a decision threshold: by the mean score of their bin."""
    if at is None:
        return histogram
    members = np.zeros_like(histogram.members)
    is_positive = histogram.scores >= at
    members[:, POSITIVE] = np.where(is_positive, histogram.members.sum(axis=1), 0.0)
    members[:, NEGATIVE] = np.where(is_positive, 0.0, histogram.members.sum(axis=1))
    return replace(histogram, members=members)
