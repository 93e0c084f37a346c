"""The upper threshold of a drift statistic in one chunk, and the chance that decides with `false_discovery`.

    upper(n) = max(what the reference's own chunks differ by, what sampling does with n rows, the least that matters)

The first is m + c · s over the values of reference chunks, each compared with the rest of the reference. Fewer than
three of them do not show how much chunks differ: then a difference that can be seen with the eye takes its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import inf, sqrt
from statistics import median

from msgspec import Struct

from whq.config.spec import Threshold
from whq.fit.bounds import BOUNDS, CRAMERS_V, Sizes
from whq.fit.quantiles import t_sf
from whq.monitors.bands import MOST_SPREADS, Band, Taught, constant, deviations, spread, t_factor
from whq.monitors.drift.readings import Reading, Series

FEWEST_CHUNKS = 3
"""From so many reference chunks on, they show how much chunks differ."""

THREE_DEVIATIONS = {"l_infinity": 6, "total_variation": 6}
"""Statistics for which three standard deviations are enough, from so many reference chunks on: their bounds for
sampling are wide as they are."""

ANY = (-inf, inf)
"""The range of a statistic that has no other."""

TINY = 10
"""A reference chunk this many times smaller than the usual one teaches nothing, unless such chunks are common."""


class Learning(Struct, frozen=True):
    """How the threshold of one series is learned: its statistic, what the user wrote, the statistic's range."""

    metric: str
    threshold: Threshold
    limits: tuple[float, float]

    @property
    def is_learned(self) -> bool:
        """Whether it follows from chunks, sampling and the least that matters."""
        return self.threshold.kind == "learned"

    def least(self, sizes: Sizes | None) -> float:
        """The least difference that matters, in the statistic's unit."""
        bound = BOUNDS.get(self.metric)
        default = CRAMERS_V if self.metric == "chi2" else bound.least if bound else 0.0
        return dict(self.threshold.least).get(self.metric, default) * self._unit(sizes)

    def unlearned(self, sizes: Sizes | None) -> float:
        """The same where too few reference chunks show how much they differ."""
        bound = BOUNDS.get(self.metric)
        return max(self.least(sizes), (bound.unlearned if bound else 0.0) * self._unit(sizes))

    def _unit(self, sizes: Sizes | None) -> float:
        bound = BOUNDS.get(self.metric)
        return ((sizes.deviation if sizes else None) or 0.0) if bound and bound.in_deviations else 1.0

    def sampling(self, sizes: Sizes | None, alarms: float) -> float | None:
        """What sampling exceeds with that chance; None where it is not known."""
        bound = BOUNDS.get(self.metric)
        return None if bound is None or sizes is None else bound.quantile(sizes, alarms)

    def _factor(self, chunks: int, alarms: float) -> float:
        enough = THREE_DEVIATIONS.get(self.metric)
        return 3.0 if enough and chunks >= enough else t_factor(chunks, alarms)

    def taught(self, one: Series) -> Taught | None:
        """What the reference chunks of this run teach; None where nothing is learned of the series.

        `chi2` has a p-value of its own, and a constant threshold is no lesson.
        """
        has_values = one.trouble is None and one.refusal is None
        if self.threshold.kind == "constant" or self.metric == "chi2" or not has_values:
            return None
        readings = [reading for cell, reading in one.readings if cell.period == "reference"]
        if not self.is_learned:
            values = [reading.value for reading in readings]
            return deviations(values, self.threshold, self.limits, sides=(False, True))
        taught = spread(self._usual(readings))
        return taught if taught.chunks else None

    def _usual(self, readings: Iterable[Reading]) -> list[float]:
        """The values of reference chunks as chunks of the usual size have them.

        Few rows alone make a large value. A chunk that is too small to be judged teaches nothing, nor does a tiny one
        among large ones; and a value that sampling explains is brought to what sampling does at the usual size.
        """
        known = [
            (reading.value, reading.sizes)
            for reading in readings
            if reading.value is not None and not (reading.sizes and self.is_withheld(reading.sizes))
        ]
        amounts = [1 / sizes.w for _, sizes in known if sizes]
        if len(amounts) < len(known) or not amounts:
            return [value for value, _ in known]
        tiny = median(amounts) / TINY
        if sum(amount < tiny for amount in amounts) <= max(1, len(amounts) // TINY):
            known = [pair for pair, amount in zip(known, amounts, strict=True) if amount >= tiny]
        bounds = [self.sampling(sizes, self.threshold.alarms) for _, sizes in known]
        usual = median([bound for bound in bounds if bound is not None] or [0.0])
        return [
            value * usual / bound if bound and usual < bound and value <= bound else value
            for (value, _), bound in zip(known, bounds, strict=True)
        ]

    def is_withheld(self, sizes: Sizes) -> bool:
        """Whether a chunk is too small to be judged, or its reference: its bins hold too few rows."""
        is_known = self.metric in BOUNDS or self.metric == "chi2"
        return self.is_learned and is_known and min(sizes.rows, sizes.reference_rows) < sizes.needed

    def band(self, taught: Taught | None, sizes: Sizes | None, alarms: float) -> Band | None:
        """The band of one chunk; None where nothing gives a threshold."""
        if not self.is_learned:
            return constant(self.threshold) or (None if taught is None else taught.band)
        chunks = taught.chunks if taught else 0
        sampling = self.sampling(sizes, alarms)
        sides: dict[str, float] = {} if sampling is None else {"sampling": sampling}
        if taught is not None and chunks >= FEWEST_CHUNKS:
            factor = self._factor(chunks, alarms)
            sides |= {"chunks": taught.mean + factor * taught.spread, "least": self.least(sizes)}
            learned = {"mean": taught.mean, "spread": taught.spread, "factor": factor}
        elif sampling is None:
            return None
        else:
            sides, learned = sides | {"few_chunks": self.unlearned(sizes)}, {}
        decides = max(sides, key=lambda name: sides[name])
        sized = {} if sizes is None else {"rows": int(sizes.rows), "reference_rows": int(sizes.reference_rows)}
        bins = {} if sizes is None or sizes.bins is None else {"bins": sizes.bins}
        parts = {"decides": decides, **sides, **learned, "reference_chunks": chunks, **sized, **bins, "alarms": alarms}
        return Band(None, min(sides[decides], self.limits[1]), parts)

    def chance(self, taught: Taught | None, sizes: Sizes | None, value: float) -> float:
        """The least share of alarms at which the value would lie above its band: 0 … 1."""
        bound = BOUNDS.get(self.metric)
        by_sampling = bound.tail(sizes, value) if bound and sizes else 0.0
        if taught is None or taught.chunks < FEWEST_CHUNKS:
            return 1.0 if value <= self.unlearned(sizes) or bound is None else by_sampling
        if value <= self.least(sizes):
            return 1.0
        return max(by_sampling, self._by_chunks(taught, value))

    def _by_chunks(self, taught: Taught, value: float) -> float:
        beyond = value - taught.mean
        enough = THREE_DEVIATIONS.get(self.metric)
        most = 3.0 if enough and taught.chunks >= enough else MOST_SPREADS
        if beyond > most * taught.spread:
            return 0.0
        if most < MOST_SPREADS or not taught.spread:
            return 1.0
        return t_sf(beyond / (taught.spread * sqrt(1 + 1 / taught.chunks)), taught.chunks - 1)


WORDS: Mapping[str, str] = {
    "chunks": "the most to expect from how {reference_chunks} reference chunks differ",
    "sampling": "what chance alone may do with {rows:,} rows",
    "least": "the least difference that matters",
    "few_chunks": "the limit where fewer than three reference chunks can be compared",
}
"""Why a threshold is where it is, by the part that decides."""


def why(band: Band) -> str:
    """What decided the upper side of a band, in words that follow its number; empty where a user wrote it."""
    words = WORDS.get(band.parts.get("decides", ""), "")
    return f", {words.format(**band.parts)}" if words else ""


def levels(chances: Sequence[tuple[object, float]], share: float) -> dict[object, float]:
    """The share of alarms at which each group is judged, so that of its alerts at most `share` are false on average.

    Benjamini and Hochberg (1995): of m chances in a group, in ascending order p₁ … pₘ, those up to the last
    pₖ ≤ share · k / m alert. That is the level share · k / m; where there is none, share / m.

    >>> levels([("a", 0.001), ("a", 0.02), ("a", 0.9), ("b", 0.5)], 0.05)
    {'a': 0.03333333333333333, 'b': 0.05}
    """
    groups: dict[object, list[float]] = defaultdict(list)
    for group, chance in chances:
        groups[group].append(chance)
    found: dict[object, float] = {}
    for group, of_group in groups.items():
        steps = [share * place / len(of_group) for place in range(1, len(of_group) + 1)]
        passed = [step for chance, step in zip(sorted(of_group), steps, strict=True) if chance <= step]
        found[group] = passed[-1] if passed else steps[0]
    return found
