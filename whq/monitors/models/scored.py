"""Metrics that compare a score with the label, or with its chance: log loss, Brier score, calibration.

They come from sums over rows with both (`models/scan/binary_realized`, `models/scan/binary_cbpe`):

- log_loss, `losses` / rows: −ln of the probability that the score gave to the label; scores are moved into 2.2e-16 ..
  1 − 2.2e-16 for it, so that one row that was sure and wrong adds 36 (scikit-learn's `log_loss`).
- brier, `squares` / rows: the mean of (score − label)² (Brier, 1950).
- calibration_error, `gaps` / rows: over 16 fixed ranges of the score |sum of scores − sum of labels|, the expected
  calibration error of Naeini, Cooper and Hauskrecht (2015). The ranges narrow towards 0 and 1, where scores crowd: from
  both ends they end at k² / 128, k = 1 .. 8. Of rare events ten equal ranges would put all rows in one.
- calibration_bias, (`score_total` − `positives`) / rows: mean score − mean label; above 0 the scores promise too much.

An estimate has the calibrated probability in the place of the label: it compares what the model says with how often
such scores came true in the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whq.fit import chance
from whq.fit.chance import Chance, Gap
from whq.fit.sampling import Groups
from whq.monitors.models.matrix import number
from whq.monitors.models.readings import Reading, Values
from whq.monitors.outcome import count

METRICS = ("log_loss", "brier", "calibration_error", "calibration_bias")
LIMITS: Mapping[str, tuple[float, float]] = {"log_loss": (0.0, float("inf")), "calibration_bias": (-1.0, 1.0)}
"""Between what their values lie where that is not 0..1."""
RANGES = 16
"""Into how many ranges the scores are cut for `calibration_error`."""
LEAST = 2.220446049250313e-16
"""For the logarithm no probability is nearer to 0 or to 1."""

Floats = NDArray[np.float64]


def reading(metric: str, values: Values) -> Reading:
    """One metric from the sums of a cell."""
    rows = count(values, "scored")
    if not rows:
        return Reading(None, reason="no row has both a score and what it is compared with")
    names = {"log_loss": "losses", "brier": "squares", "calibration_error": "gaps"}
    if metric == "calibration_bias":
        return Reading((number(values["score_total"]) - number(values["positives"])) / rows, rows)
    return Reading(number(values[names[metric]]) / rows, rows)


def ranges(scores: Floats) -> NDArray[np.int64]:
    """The number of the range that each score, 0..1, is in: 0 .. 7 below a half, 9 .. 16 above.

    >>> ranges(np.array([0.0, 0.0078125, 0.5, 0.51, 1.0])).tolist()
    [0, 1, 7, 9, 16]
    """
    low = np.minimum(np.floor(8 * np.sqrt(2 * np.minimum(scores, 0.5))), 7)
    high = 16 - np.floor(8 * np.sqrt(2 * (1 - np.maximum(scores, 0.5))))
    return np.asarray(np.where(scores <= 0.5, low, high), dtype=np.int64)


def sums(scores: Floats, rows: Floats, positives: Floats) -> dict[str, float]:
    """The sums of both scans from rows by score.

    Args:
        scores: 0..1, with how many rows and how many positive ones, which may be expected, each.
    """
    inner = np.clip(scores, LEAST, 1 - LEAST)
    negatives = rows - positives
    gaps = np.bincount(ranges(scores), rows * scores - positives, RANGES + 1)
    return {
        "positives": float(positives.sum()),
        "score_total": float((rows * scores).sum()),
        "losses": float(-(positives * np.log(inner) + negatives * np.log(1 - inner)).sum()),
        "squares": float((positives * (1 - scores) ** 2 + negatives * scores**2).sum()),
        "gaps": float(np.abs(gaps).sum()),
    }


def error_constants(groups: Groups) -> dict[str, float]:
    """The constants of the sampling errors of the metrics; none without rows.

    That of calibration_error is what it would be if all ranges erred to the same side: it is not more.
    """
    known = _Rows(groups)
    if not known.total:
        return {}
    found = {metric: float(np.sqrt(known.variance(values))) for metric, values in known.by_metric().items()}
    within = sum(gap.share * gap.variance for gap in known.gaps())
    return {**found, "calibration_error": float(np.sqrt(within))}


def chances(groups: Groups) -> dict[str, Chance]:
    """What chance does to the metrics; nothing without rows. One row is thought to be the other way round."""
    known = _Rows(groups)
    if not known.total:
        return {}
    found: dict[str, Chance] = {}
    for metric, (of_positive, of_negative) in known.by_metric().items():
        flipped = float((known.negatives * of_positive + known.positives * of_negative).sum() / known.total)
        pairs = [*zip(known.positives, of_positive, strict=True), *zip(known.negatives, of_negative, strict=True)]
        one = chance.of_values([*((float(rows), float(value)) for rows, value in pairs), (1.0, flipped)])
        found |= {} if one is None else {metric: one}
    return {**found, "calibration_error": Chance((), known.gaps())}


class _Rows:
    """The labelled rows of a reference by score."""

    def __init__(self, groups: Groups) -> None:
        middles = (np.asarray(groups.lows, dtype=np.float64) + np.asarray(groups.highs, dtype=np.float64)) / 2
        self.scores = np.clip(middles, 0.0, 1.0)
        self.rows = np.asarray(groups.members, dtype=np.float64)
        self.positives = np.asarray(groups.positives, dtype=np.float64)
        self.negatives = self.rows - self.positives
        self.total = float(self.rows.sum())

    def by_metric(self) -> dict[str, tuple[Floats, Floats]]:
        """What a positive and what a negative row at each score adds to a metric that is a mean over rows."""
        inner = np.clip(self.scores, LEAST, 1 - LEAST)
        return {
            "log_loss": (-np.log(inner), -np.log(1 - inner)),
            "brier": ((1 - self.scores) ** 2, self.scores**2),
            "calibration_bias": (self.scores - 1, self.scores),
        }

    def variance(self, values: tuple[Floats, Floats]) -> float:
        """The variance of what a row adds."""
        of_positive, of_negative = values
        mean = (self.positives * of_positive + self.negatives * of_negative).sum() / self.total
        squares = self.positives * (of_positive - mean) ** 2 + self.negatives * (of_negative - mean) ** 2
        return float(squares.sum() / self.total)

    def gaps(self) -> tuple[Gap, ...]:
        """How far scores and labels lie apart in each range that has rows."""
        places = ranges(self.scores)

        def by_range(values: Any) -> Floats:
            return np.asarray(np.bincount(places, values, RANGES + 1), dtype=np.float64)

        rows, positives = by_range(self.rows), by_range(self.positives)
        differences = by_range(self.rows * self.scores - self.positives)
        listed = zip(rows.tolist(), differences.tolist(), positives.tolist(), strict=True)
        return tuple(chance.gap(*one, total=self.total) for one in listed if one[0])
