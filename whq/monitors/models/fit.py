"""What the reference teaches about a model, as plain JSON values.

One calibration curve (all rows, isotonic, over score groups); the sampling errors of the metrics; and by segment the
thresholds: the realized metric of the reference chunks, mean ± 3 standard deviations unless configured otherwise.

Calibration is skipped only where it cannot help: an area above 0.999. (NannyML also skips it when a
shuffled cross-validation finds the raw scores better calibrated; with enough rows the curve then is the diagonal.)
"""

from __future__ import annotations

from typing import Any

from whq.config.spec import ModelSpec
from whq.fit import sampling
from whq.fit.isotonic import IDENTITY, Knots, calibrate
from whq.monitors.judge import learn
from whq.monitors.models import binary
from whq.monitors.models.requests import label_of, realized, score_groups, trouble_of
from whq.monitors.outcome import answer, count
from whq.values import Dataset, Failure, Measurement, Measurements, Row

SEPARATED = 0.999


def learn_model(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, Any]:
    """`knots`, `errors` and `thresholds`; else `refused` (the reason why no estimate is possible) or `failed`."""
    if dataset.reference is None:
        return {"refused": "there is no reference: an estimate needs rows with labels to calibrate on"}
    if label_of(model) is None:
        return {"refused": "the model has no `label`: an estimate needs labels in the reference to calibrate on"}
    if trouble_of(dataset, model) is not None:
        return {}
    wanted = (score_groups(dataset, model), *realized(dataset, model, "reference"))
    measured: list[Measurement] = []
    for found in (answer(measurements, request) for request in wanted):
        if isinstance(found, Failure):
            return {"failed": {"message": found.problem.message, "code": found.problem.code}}
        measured.append(found)
    groups = _groups(measured[0])
    return {**_learned(model, groups, measured[1:]), **_curve(groups)}


def _groups(found: Measurement) -> sampling.Groups:
    columns = [found.columns[name] for name in ("low", "high", "members", "positives")]
    rows = sorted([tuple(map(float, row)) for row in zip(*columns, strict=True) if row[0] is not None])
    return sampling.Groups(*zip(*rows, strict=True)) if rows else sampling.Groups((), (), (), ())


# --- calibration --------------------------------------------------------------------------------------------


def _curve(groups: sampling.Groups) -> dict[str, Any]:
    if not groups.lows:
        return {"refused": "no row of the reference has both a score and a label"}
    ends = zip(groups.lows, groups.highs, groups.members, strict=True)
    off = int(sum(members for low, high, members in ends if low < 0 or high > 1))
    if off:
        return {"failed": {"message": f"scores outside 0..1: {off} rows of the reference", "code": "WHQ-M302"}}
    area = sampling.roc_auc(groups)
    if area is None:
        return {"refused": "the labels of the reference are of one class; is `positive` the right value?"}
    needed = area <= SEPARATED
    return {
        "knots": [list(knot) for knot in over_unit(_calibrated(groups) if needed else IDENTITY)],
        "calibrated": needed,
        "rows": int(groups.rows),
        "prevalence": groups.prevalence,
    }


def _calibrated(groups: sampling.Groups) -> Knots:
    return calibrate(groups.lows, groups.highs, groups.positives, groups.members)


def over_unit(knots: Knots) -> Knots:
    """The same curve with knots at 0 and 1: outside of the reference's scores it is flat."""
    first, last = knots[0], knots[-1]
    before = ((0.0, first[1]),) if first[0] > 0 else ()
    after = ((1.0, last[1]),) if last[0] < 1 else ()
    return (*before, *knots, *after)


# --- errors and thresholds ----------------------------------------------------------------------------------


def _learned(model: ModelSpec, groups: sampling.Groups, realized: list[Measurement]) -> dict[str, Any]:
    """Sampling errors and thresholds by segment; the errors of the ranking are the whole reference's everywhere."""
    ranking = sampling.of_ranking(groups)
    metrics = binary.expand(model.metrics, model.prediction is not None)
    worth = binary.worth(model.business_value)
    learned: dict[str, Any] = {"errors": {}, "thresholds": {}}
    for segment, rows in _by_segment(realized).items():
        counts = {cell: sum(count(row.values, cell) for row in rows) for cell in sampling.CELLS}
        learned["errors"][segment] = {**ranking, **sampling.of_counts(counts, worth)}
        learned["thresholds"][segment] = {metric: _thresholds(model, metric, rows) for metric in metrics}
    return learned


def _by_segment(realized: list[Measurement]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for measurement in realized:
        for row in measurement.rows:
            found.setdefault(row.cell.segment or "", []).append(row)
    return found


def _thresholds(model: ModelSpec, metric: str, rows: list[Row]) -> list[float | None] | None:
    values = [binary.compute(metric, row.values, model.business_value).value for row in rows]
    band = learn(values, model.threshold, binary.limits(metric))
    return None if band is None else [band.lower, band.upper]
