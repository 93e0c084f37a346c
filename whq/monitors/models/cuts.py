"""Decision thresholds of a binary model: the same scans count from which scores on a row would be positive.

A scan has one row for each threshold that is reached, all else repeated; here they become one row a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.fit.isotonic import Knots
from whq.monitors.models.matrix import Counts, number
from whq.monitors.models.protocol import Answers
from whq.monitors.models.readings import Values
from whq.monitors.outcome import count, key
from whq.values import Row, Rows


def counts_of(values: Values, at: float | None = None) -> Counts:
    """The confusion matrix of the predictions, or of the scores that are positive from a threshold on."""
    if at is None:
        return Counts.of(values)
    rows, positives = count(values, "scored"), number(values.get("positives") or 0.0)
    hits, alarms = values.get("cuts", {}).get(at, (0.0, 0.0))
    return Counts(hits, alarms, max(positives - hits, 0.0), max(rows - positives - alarms, 0.0))


def with_cuts(knots: Knots, cuts: Iterable[float]) -> Knots:
    """The same curve with a knot at each threshold, so that no row on one side of it shares a part with the other."""
    listed = tuple(knots)
    scores, probabilities = [score for score, _ in listed], [probability for _, probability in listed]
    added = {float(cut): float(np.interp(cut, scores, probabilities)) for cut in cuts if listed and cut not in scores}
    return tuple(sorted((*listed, *added.items())))


def asked(model: ModelSpec) -> dict[str, Rows]:
    """The thresholds as an argument of the scans; none where there are none."""
    cuts = tuple((float(cut),) for cut in dict.fromkeys(model.at))
    return {"cuts": Rows(("score",), ("float",), cuts)} if cuts else {}


def joined(answers: Sequence[Answers]) -> tuple[Answers, ...]:
    """The answers with one row a cell: what a scan repeats for each threshold, `cuts` having the counts from it on."""
    return tuple(replace(one, rows=_joined(one.rows)) for one in answers)


def _joined(rows: Sequence[Row]) -> list[Row]:
    found: dict[tuple[str | None, ...], Row] = {}
    cuts: dict[tuple[str | None, ...], dict[float, tuple[float, float]]] = {}
    for row in rows:
        place, values = key(row.cell), row.values
        found.setdefault(place, row)
        if values.get("cut") is not None:
            counts = number(values["cut_true_positive"]), number(values["cut_false_positive"])
            cuts.setdefault(place, {})[number(values["cut"])] = counts
    return [
        replace(row, values={**row.values, "cuts": cuts[place]}) if place in cuts else row
        for place, row in found.items()
    ]
