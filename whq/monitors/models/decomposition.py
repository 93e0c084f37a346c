"""A change of a metric, split in what other rows did to it and what a changed relation of inputs and label did.

    total     = realized in the chunk - realized in the reference
    covariate = expected of the chunk's rows - realized in the reference
    concept   = realized in the chunk - expected of its rows

What is expected is what the kind's own estimator says (CBPE, DLE): the reference's relation on the chunk's rows. Where
only some rows have a label yet, it is of these. Chunks of the reference are held to the curve of the other ones, so
that what their `concept` varies by beyond chance is the error of the estimator itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from msgspec import Struct

from whq.config.spec import ModelSpec
from whq.fit.histogram import UNKNOWN, Histogram
from whq.fit.poisson_binomial import RANGES, curve_variance, variance
from whq.fit.quantiles import t_isf
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.replay import Numbers, estimated, realized

NORMAL = 1.959963984540054
"""Standard errors to both sides hold 95 of 100."""


class Errors(Struct, frozen=True):
    """What a part of a change can be off by: variances, in the square of the metric's unit.

    labels: chance alone, with the reference's relation; `drawn`: with that of the chunk. curve: what is not known of
    the curve, which labels of the reference taught. model: what the estimator was off by beyond that in `chunks` chunks
    of the reference.
    """

    labels: float
    drawn: float
    curve: float
    model: float = 0.0
    chunks: int = 0

    def half(self, sampling: float) -> float:
        """Half of a 95 % interval, given the variance of sampling."""
        taught = t_isf(0.025, self.chunks - 1) ** 2 * self.model if self.chunks > 1 else 0.0
        return sqrt(NORMAL**2 * sampling + taught)

    @property
    def parts(self) -> dict[str, Any]:
        """The same as standard errors, for `details`."""
        named = {"labels": self.labels, "curve": self.curve, "model": self.model}
        return {**{name: sqrt(part) for name, part in named.items()}, "chunks": self.chunks}


class Split(Struct, frozen=True):
    """One number of one chunk: before is its realized value in the reference; now is None without labels."""

    before: float
    expected: float
    now: float | None
    errors: Errors | None

    @property
    def covariate(self) -> float:
        """What other rows did."""
        return self.expected - self.before

    @property
    def concept(self) -> float | None:
        """What a changed relation did."""
        return None if self.now is None else self.now - self.expected

    @property
    def parts(self) -> dict[str, Any]:
        """The numbers for `details.decomposition`."""
        total = None if self.now is None else self.now - self.before
        return {
            "reference": self.before, "expected": self.expected, "realized": self.now,
            "total": total, "covariate": self.covariate, "concept": self.concept,
        }  # fmt: skip


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """All numbers of the kind that do not grow with the rows."""
    return tuple(variant for variant in kind.variants(model) if not kind.is_total(variant))


def splits(known: Known, variant: Variant) -> tuple[Split | None, ...]:
    """One number of each chunk, split; None where its estimate or the reference's realized value is not known."""
    before = _before(known, variant)
    if before is None or not known.estimator:
        return (None,) * len(known.cells)
    truth, own = realized(known, variant), estimated(known, known.estimator, variant)
    errors = _all_errors(known, variant, own, truth)
    expected = [_expected(known, variant, place, own) for place in range(len(known.cells))]
    return tuple(
        None if value is None else Split(before, value, now, error)
        for value, now, error in zip(expected, truth, errors, strict=True)
    )


def _before(known: Known, variant: Variant) -> float | None:
    """The realized value of the reference: the mean of its chunks, by their rows."""
    readings = [known.of(REALIZED, variant)[place] for place in known.references]
    pairs = [(one.value, one.rows) for one in readings if one is not None and one.value is not None]
    rows = sum(members for _, members in pairs)
    return sum(value * members for value, members in pairs) / rows if rows else None


def _rows(known: Known, variant: Variant) -> float:
    """Rows of the reference that have a label."""
    return float(sum(_used(known, variant, place) for place in known.references)) or 1.0


def _used(known: Known, variant: Variant, place: int) -> int:
    """Rows of a chunk that its value comes from: of the realized one, of the estimate where there is none."""
    for method in (REALIZED, known.estimator):
        reading = known.of(method, variant)[place]
        if reading is not None and reading.rows:
            return reading.rows
    return 0


def _expected(known: Known, variant: Variant, place: int, own: Numbers) -> float | None:
    """What is expected of a chunk: of the rows that have a label, where some have and some have not."""
    histograms = known.histograms[place]
    some = any(0 < one.labelled.sum() < one.members.sum() for one in histograms.values())
    if not some or place in known.references or not known.replayed.curves.keys() >= histograms.keys():
        return own[place]
    labelled = {name: one.with_labels for name, one in histograms.items()}
    chances = {name: one.calibrated(known.replayed.curves[name]) for name, one in labelled.items()}
    reading: Reading = known.kind.reading(known.model, variant, known.kind.expected(known.model, labelled, chances))
    return reading.value


def _all_errors(known: Known, variant: Variant, own: Numbers, truth: Numbers) -> tuple[Errors | None, ...]:
    """What each chunk's parts can be off by; None where nothing tells."""
    reference, taught = reference_of(known), _rows(known, variant)
    chances = [_chances(known, variant, place, reference, taught) for place in range(len(known.cells))]
    excess = []
    for place in known.references:
        expected, real, chance, rows = own[place], truth[place], chances[place], _used(known, variant, place)
        if expected is not None and real is not None and chance is not None and taught > rows:
            excess.append((expected - real) ** 2 - chance[0] * (1 + rows / (taught - rows)))
    model, chunks = (max(0.0, sum(excess) / len(excess)), len(excess)) if len(excess) > 1 else (0.0, 0)
    return tuple(None if chance is None else Errors(*chance, model, chunks) for chance in chances)


def reference_of(known: Known) -> dict[str, Histogram]:
    """All rows of the reference by the score of each class that has a curve; nothing of a model without scores."""
    if known.estimator != "cbpe":
        return {}
    taught = [known.histograms[place] for place in known.references]
    names = [name for name in known.replayed.curves if any(name in one for one in taught)]
    return {name: Histogram.joined([one[name] for one in taught if name in one]) for name in names}


_Chances = tuple[float, float, float]
"""The variance of a number by its labels, as the reference and as the chunk has them, and by the curve."""


def _chances(
    known: Known, variant: Variant, place: int, reference: Mapping[str, Histogram], taught: float
) -> _Chances | None:
    """What chance does to the number; where it follows from no score, what chance does to all that a row is."""
    found = _by_score(known, variant, place, reference) if variant.at is None else None
    if found is not None:
        return found
    rows = _used(known, variant, place)
    error = known.kind.sampling_error(variant, known.errors, rows) if rows else None
    return None if error is None else (error**2, error**2, error**2 * rows / taught)


def _by_score(known: Known, variant: Variant, place: int, reference: Mapping[str, Histogram]) -> _Chances | None:
    """The same of one score, of one class, and of the accuracy of several classes: the sum of their hits by row."""
    histograms = known.histograms[place]
    names = [variant.of or ""] if variant.of or "" in histograms else list(histograms)
    is_sum = len(names) > 1
    if (
        not names
        or (is_sum and variant.metric != "accuracy")
        or not all(name in histograms and name in reference for name in names)
    ):
        return None
    sums = np.zeros(3)
    for name in names:
        rows = histograms[name].with_labels if histograms[name].labelled.any() else histograms[name]
        metric, scale = ("true_positive", float(rows.members[:, :UNKNOWN].sum())) if is_sum else (variant.metric, 1.0)
        chances = rows.calibrated(known.replayed.curves[name])
        now = rows.rates(reference[name].edges(RANGES)) if rows.labelled.any() else chances
        own, drawn = variance(metric, rows, chances), variance(metric, rows, now)
        of_curve = curve_variance(metric, reference[name], rows, chances)
        if own is None or drawn is None or of_curve is None or not scale:
            return None
        sums += np.array([own, drawn, of_curve]) / scale**2
    return float(sums[0]), float(sums[1]), float(sums[2])


# --- words --------------------------------------------------------------------------------------------------


def named(variant: Variant) -> str:
    """A number as people say it.

    >>> named(Variant("f1", of="plus", at=0.2))
    'f1 of plus at 0.2'
    """
    of = () if variant.of is None else (f"of {variant.of}",)
    at = () if variant.at is None else (f"at {variant.at:g}",)
    return " ".join((variant.metric, *of, *at))


def words(variant: Variant, split: Split) -> str:
    """A change in plain words.

    >>> words(Variant("accuracy"), Split(0.9, 0.89, 0.82, None))
    'accuracy fell by 0.080: by 0.010 because other rows came, by 0.070 because inputs and label relate differently'
    >>> words(Variant("f1", of="plus"), Split(0.8, 0.82, 0.75, None))
    'f1 of plus fell by 0.050: other rows raised it by 0.020, a changed relation lowered it by 0.070'
    """
    covariate, concept = split.covariate, split.concept or 0.0
    total = covariate + concept
    form = ".3f" if max(abs(covariate), abs(concept)) < 1 else ".3g"
    size, by_rows, by_relation = (format(abs(part), form) for part in (total, covariate, concept))
    fell = f"{named(variant)} {'fell' if total < 0 else 'rose'} by {size}: "
    if covariate * concept >= 0:
        because = f"by {by_relation} because inputs and label relate differently"
        return f"{fell}by {by_rows} because other rows came, {because}"
    rows = f"other rows {_moved(covariate)} it by {by_rows}"
    return f"{fell}{rows}, a changed relation {_moved(concept)} it by {by_relation}"


def _moved(part: float) -> str:
    return "lowered" if part < 0 else "raised"
