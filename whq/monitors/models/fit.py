"""What the reference teaches about a model: a calibration curve, and by segment the sampling errors of the metrics.

There is one curve for all rows: isotonic, over score groups.

Calibration is skipped only where it cannot help: an area above 0.999. (NannyML also skips it when a
shuffled cross-validation finds the raw scores better calibrated; with enough rows the curve then is the diagonal.)
"""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit import sampling
from whq.fit.isotonic import IDENTITY, Knots, calibrate
from whq.monitors.models import binary
from whq.monitors.models.baseline import ModelBaseline
from whq.monitors.models.requests import label_of, realized, score_groups, trouble_of
from whq.monitors.outcome import answer, count
from whq.values import Dataset, Failure, Measurement, Measurements

SEPARATED = 0.999


def learn_model(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> ModelBaseline:
    """The calibration curve and the sampling errors, or why there is no curve."""
    if dataset.reference is None:
        return ModelBaseline(refused="there is no reference: an estimate needs rows with labels to calibrate on")
    if label_of(model) is None:
        return ModelBaseline(
            refused="the model has no `label`: an estimate needs labels in the reference to calibrate on"
        )
    if trouble_of(dataset, model) is not None:
        return ModelBaseline()
    wanted = (score_groups(dataset, model), *realized(dataset, model, "reference"))
    measured: list[Measurement] = []
    for one in (answer(measurements, request) for request in wanted):
        if isinstance(one, Failure):
            return ModelBaseline(problem=Problem(one.problem.code, "monitor", one.problem.message))
        measured.append(one)
    groups = _groups(measured[0])
    return replace(_curve(groups), errors=_errors(model, groups, measured[1:]))


def _groups(measured: Measurement) -> sampling.Groups:
    columns = [measured.columns[name] for name in ("low", "high", "members", "positives")]
    rows = sorted([tuple(map(float, row)) for row in zip(*columns, strict=True) if row[0] is not None])
    return sampling.Groups(*zip(*rows, strict=True)) if rows else sampling.Groups((), (), (), ())


# --- calibration --------------------------------------------------------------------------------------------


def _curve(groups: sampling.Groups) -> ModelBaseline:
    if not groups.lows:
        return ModelBaseline(refused="no row of the reference has both a score and a label")
    ends = zip(groups.lows, groups.highs, groups.members, strict=True)
    off = int(sum(members for low, high, members in ends if low < 0 or high > 1))
    if off:
        message = f"scores outside 0..1: {off} rows of the reference"
        return ModelBaseline(problem=Problem("WHQ-M302", "monitor", message))
    area = sampling.roc_auc(groups)
    if area is None:
        return ModelBaseline(refused="the labels of the reference are of one class; is `positive` the right value?")
    needed = area <= SEPARATED
    return ModelBaseline(
        knots=over_unit(_calibrated(groups) if needed else IDENTITY),
        calibrated=needed,
        rows=int(groups.rows),
        prevalence=groups.prevalence,
    )


def _calibrated(groups: sampling.Groups) -> Knots:
    return calibrate(groups.lows, groups.highs, groups.positives, groups.members)


def over_unit(knots: Knots) -> Knots:
    """The same curve with knots at 0 and 1: outside of the reference's scores it is flat."""
    first, last = knots[0], knots[-1]
    before = ((0.0, first[1]),) if first[0] > 0 else ()
    after = ((1.0, last[1]),) if last[0] < 1 else ()
    return (*before, *knots, *after)


# --- sampling errors ----------------------------------------------------------------------------------------


def _errors(model: ModelSpec, groups: sampling.Groups, realized: list[Measurement]) -> dict[str, dict[str, float]]:
    """Constants of the sampling errors by segment; those of the ranking are the whole reference's everywhere."""
    ranking = sampling.of_ranking(groups)
    worth = binary.worth(model.business_value)
    by_segment: dict[str, Counter[str]] = {}
    for row in (row for measured in realized for row in measured.rows):
        counts = by_segment.setdefault(row.cell.segment or "", Counter())
        counts.update({cell: count(row.values, cell) for cell in sampling.CELLS})
    return {segment: {**ranking, **sampling.of_counts(counts, worth)} for segment, counts in by_segment.items()}
