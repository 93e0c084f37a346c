"""Metrics judged by a learned threshold (`mean: {threshold: learned}`): each chunk by a band made for its rows.

The values of the reference's chunks teach how much chunks differ, by random effects where sampling is known: of `mean`
from the reference's standard deviation, of shares of rows from the share itself. Of other metrics the spread of the
chunks is all that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, sqrt

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import Between, Threshold
from whq.fit import chance
from whq.fit.chance import Chance, Error, Part
from whq.monitors.bands import MOST_SPREADS, Band, Taught, around, beyond_sampling, deviations, spread, t_factor
from whq.monitors.judge import is_above, is_below
from whq.monitors.outcome import answer, key, number
from whq.monitors.rules.judging import Bound, undecided
from whq.values import Measurement, Measurements, Request, Result, Row, Scope

FEWEST_CHUNKS = 3
"""Fewer reference chunks do not show how much chunks differ."""

NO_ERROR = Error(0.0)
Verdict = Callable[[Bound], Result]
"""Judges a chunk by the limits of a bound rule."""

_MEAN, _SHARE = "metrics/mean", (0.0, 1.0)


class Learned(Struct, frozen=True):
    """What the reference's chunks teach of a metric; `chance` is what sampling does, where that is known."""

    threshold: Threshold
    taught: Taught | None
    chance: Chance | None

    def band(self, bound: Bound, rows: float) -> Band | None:
        """The band of a chunk of so many rows; None where too few chunks taught something."""
        if self.taught is None or self.taught.chunks < FEWEST_CHUNKS:
            return None
        error = _error(self.chance, rows, self.threshold.alarms)
        sides = (bound.template.better != "lower", bound.template.better != "higher")
        factor = _factor(self.taught, error, self.threshold.alarms, sum(sides))
        return around(self.taught, error, factor, _limits(bound))


def requests(bound: Bound, scope: Scope) -> tuple[Request, ...]:
    """What must be known of each chunk beside the metric's value."""
    if bound.rule.threshold is None or bound.template.name != _MEAN:
        return ()
    arguments = {name: bound.arguments[name] for name in ("column",)}
    return tuple(Request.of(scope, name, **arguments) for name in ("metrics/stddev", "metrics/null_count"))


def learn(
    bound: Bound, threshold: Threshold, scope: Scope, rows: Sequence[Row], sizes: Mapping[object, float],
    measurements: Measurements,
) -> Learned:  # fmt: skip
    """What the reference chunks among the rows teach; `sizes` are the rows of each cell that have a value."""
    pairs = [
        (row, value, sizes.get(key(row.cell), 0.0))
        for row in rows
        if row.cell.period == "reference" and (value := number(row.values.get("value"))) is not None
    ]
    values = [value for _, value, _ in pairs]
    if threshold.kind == "std":
        return Learned(threshold, deviations(values, threshold, _limits(bound)), None)
    known = _chance(bound, scope, [(row, value, size) for row, value, size in pairs if size > 0], measurements)
    if known is None:
        return Learned(threshold, spread(values), None)
    errors = [_error(known, size, threshold.alarms).deviation for _, _, size in pairs]
    return Learned(threshold, beyond_sampling(values, errors), known)


def _chance(
    bound: Bound, scope: Scope, pairs: Sequence[tuple[Row, float, float]], measurements: Measurements
) -> Chance | None:
    total = sum(size for _, _, size in pairs)
    if not total:
        return None
    if bound.template.range == _SHARE:
        return chance.of_share(sum(value * size for _, value, size in pairs), total, total)
    deviations_by_cell = _of_cells(bound, scope, "metrics/stddev", measurements)
    if not deviations_by_cell:
        return None
    squares = sum(deviations_by_cell.get(key(row.cell), 0.0) ** 2 * size for row, _, size in pairs)
    return Chance((Part(squares / total, 0.0, 1.0),)) if squares else None


def sizes_of(
    bound: Bound, scope: Scope, rows_of_cell: Mapping[object, float], measurements: Measurements
) -> dict[object, float]:
    """The rows of each cell that have a value: of a mean those that are not NULL."""
    nulls = _of_cells(bound, scope, "metrics/null_count", measurements)
    return {cell: rows - nulls.get(cell, 0.0) for cell, rows in rows_of_cell.items()}


def _of_cells(bound: Bound, scope: Scope, template: str, measurements: Measurements) -> dict[object, float]:
    for request in requests(bound, scope):
        measured = answer(measurements, request) if request.template == template else None
        if isinstance(measured, Measurement):
            found = ((key(row.cell), number(row.values.get("value"))) for row in measured.rows)
            return {cell: value for cell, value in found if value is not None}
    return {}


def judged(bound: Bound, learned: Learned, rows: float, verdict: Verdict) -> Result:
    """The verdict on one chunk: by the band for its rows, as by a range that the user wrote."""
    band = learned.band(bound, rows)
    if band is None:
        told = verdict(bound)
        words = f"{told.message}; not judged: fewer than {FEWEST_CHUNKS} reference chunks have a value"
        return undecided(told, words, "too few reference chunks") if told.status == "pass" else told
    better = bound.template.better
    lower = None if better == "lower" else band.lower
    upper = None if better == "higher" else band.upper
    told = verdict(replace(bound, fail=Between(lower, upper)))
    details = {**told.details, "threshold": dict(band.parts)} if band.parts else dict(told.details)
    value = number(told.value)
    is_better = value is not None and (
        (better == "lower" and is_below(value, band.lower)) or (better == "higher" and is_above(value, band.upper))
    )
    if is_better:
        details["note"] = "better than the reference's chunks"
    return replace(told, details=details, message=told.message.replace("; fail: ", "; learned: "))


def _error(known: Chance | None, rows: float, alarms: float) -> Error:
    found = chance.error(known, [None] * len(known.parts), rows, alarms) if known is not None and rows else None
    return found or NO_ERROR


def _factor(taught: Taught, error: Error, alarms: float, sides: int) -> float:
    """Student's quantile with as many degrees of freedom as the parts have together (Satterthwaite, 1946).

    What lies between chunks is known from few of them; what sampling does is known well.
    """
    between, sampling = taught.spread**2, error.deviation**2
    if not between:
        return t_factor(inf, alarms, sides) if sampling else MOST_SPREADS
    freedom = (taught.chunks - 1) * ((between + sampling) / between) ** 2
    # `around` has the error of the mean
    return t_factor(freedom + 1, alarms, sides) / sqrt(1 + 1 / (freedom + 1))


def _limits(bound: Bound) -> tuple[float, float]:
    lower, upper = bound.template.range
    return (-inf if lower is None else lower, inf if upper is None else upper)
