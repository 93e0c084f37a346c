"""Learned thresholds of models: what the reference's realized values teach of a metric, and the band of one chunk.

The values of chunks vary by chance and by more than chance (`whq.fit.effects`); in a chunk chance does as much as the
chunk's own rows let it (`whq.fit.chance`). A total, such as a cell of the confusion matrix, is judged by row: its band
grows with the rows of the chunk.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.fit import chance
from whq.fit.chance import Chance, Error
from whq.fit.evidence import Outcomes
from whq.monitors.bands import Band, Taught, around, beyond_sampling, constant, deviations, normal_factor
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Values, Variant

TOLERANCE, TOLERATED = 0.01, 0.1
"""A rise of the share of mistakes by so much, or by so large a part of what it was where that is less, is no fall."""
OF_MEAN = 0.01
"""With what chance the reference's share of mistakes may be larger than what a fall is counted from."""


class Learning(Struct, frozen=True):
    """How one number of a model is learned and judged; `chance` is None where the reference did not teach it."""

    kind: Kind
    model: ModelSpec
    variant: Variant
    chance: Chance | None

    @property
    def sides(self) -> int:
        """How many sides of the band alert."""
        return 2 if self.kind.better(self.variant) is None else 1

    def teach(self, rows: Iterable[Values]) -> Taught | None:
        """What the reference's chunks teach, from their realized counts; None where the user wrote the band."""
        threshold, limits = self.model.threshold, self.kind.limits(self.variant)
        if threshold.kind == "constant":
            return None
        listed = tuple(rows)
        readings = [self.kind.reading(self.model, self.variant, values) for values in listed]
        if threshold.kind == "std":
            return deviations([reading.value for reading in readings], threshold, limits)
        errors = [self._error(reading, values) for reading, values in zip(readings, listed, strict=True)]
        shares = [
            None if one.value is None else one.value / self._scale(one) - (error.shift if error else 0.0)
            for one, error in zip(readings, errors, strict=True)
        ]
        return beyond_sampling(shares, [None if error is None else error.deviation for error in errors])

    def band(self, taught: Taught | None, reading: Reading, values: Values) -> Band | None:
        """The band for a chunk, by its rows; None where there is none."""
        written = constant(self.model.threshold) or (None if taught is None else taught.band)
        if written is not None or taught is None:
            return written
        error = self._error(reading, values)
        if error is None:
            return None
        scale = self._scale(reading)
        lower, upper = self.kind.limits(self.variant)
        least = dict(self.model.threshold.least).get(self.variant.metric, 0.0)
        factor = normal_factor(self.model.threshold.alarms, self.sides)
        here = replace(taught, mean=taught.mean + error.shift)
        band = around(here, error, factor, (lower / scale, upper / scale), least=least / scale)
        return None if band is None else _scaled(band, scale)

    def is_blind(self, band: Band) -> bool:
        """Whether no value at all could be outside of a learned band, on the bad side."""
        if self.model.threshold.kind != "learned":
            return False
        lower, upper = self.kind.limits(self.variant)
        better = self.kind.better(self.variant)
        below = better != "lower" and (band.lower is None or band.lower > lower)
        above = better != "higher" and (band.upper is None or band.upper < upper)
        return not (below or above)

    def bound(self, taught: Taught) -> float:
        """Up to what share of mistakes there is no fall: the reference's, what is not known of it, and a tolerance."""
        share = 1 - taught.mean
        given = dict(self.model.threshold.least).get(self.variant.metric)
        tolerance = min(TOLERANCE, TOLERATED * share) if given is None else given
        return min(share + normal_factor(OF_MEAN) * taught.of_mean + tolerance, 1.0)

    def outcomes(self, taught: Taught, reading: Reading, values: Values) -> Outcomes | None:
        """Rows and mistakes of a chunk, where the metric counts them; rows of chunks that vary by nature count less."""
        counted, error = self.kind.mistakes(self.variant, values), self._error(reading, values)
        if counted is None or error is None or not error.deviation:
            return None
        return Outcomes(*counted, deflate=1 + (taught.spread / error.deviation) ** 2)

    def _error(self, reading: Reading, values: Values) -> Error | None:
        """What chance does to the value, to a total by row; None where nothing tells."""
        if self.chance is None or reading.value is None or not reading.rows:
            return None
        counts = self.kind.considered(self.variant, values)
        return chance.error(self.chance, counts, reading.rows, self.model.threshold.alarms)

    def _scale(self, reading: Reading) -> float:
        """Of a total the rows, by which it is divided."""
        return float(reading.rows or 1) if self.kind.is_total(self.variant) else 1.0


_BY_ROWS = ("mean", "between", "sampling", "lean", "of_mean", "least")


def _scaled(band: Band, scale: float) -> Band:
    """The band of a total from the band by row."""
    if scale == 1.0:
        return band
    lower, upper = (None if side is None or abs(side) == inf else side * scale for side in (band.lower, band.upper))
    parts = {name: part * scale if name in _BY_ROWS else part for name, part in band.parts.items()}
    return Band(lower, upper, {**parts, "rows": scale})
