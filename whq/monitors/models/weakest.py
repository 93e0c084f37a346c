"""Where a model is worst: slices of one and of two columns whose rows it serves worse than all others, for certain.

Of all labelled rows of the analysis at once. A slice is named where it is worse than the rest beyond chance after
Holm's correction for all slices that are looked at, and one of two columns only where it is worse than either of them
says. To be worse is no alert: that warns which became worse, against the rest, than it was in the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, ModelSpec
from whq.errors import Problem
from whq.fit.slices import NORMAL, Difference, Sums, holm
from whq.monitors.bands import normal_factor
from whq.monitors.judge import on_empty
from whq.monitors.models import kind
from whq.monitors.models.decomposition import named
from whq.monitors.models.known import REALIZED
from whq.monitors.models.protocol import MethodBaseline
from whq.monitors.models.requests import label_of
from whq.monitors.models.slices import BASELINE as BASELINE
from whq.monitors.models.slices import MOST_COLUMNS, Counted, Plan, Slice, by_cell, variant_of
from whq.monitors.outcome import answer, blank, errored, identity
from whq.values import Dataset, Failure, Measurement, Measurements, Result
from whq.wording import amount

NAME = "weakest"
CERTAIN = 0.05
"""With what chance, corrected, a slice that is named may be no worse than the rest."""
APART = 2.0
"""By so many standard errors a slice of two columns is worse than that of one."""


class Weak(Struct, frozen=True):
    """A slice that is worse than the rest; p is corrected. before: the same in the reference, where that has it."""

    part: Slice
    sums: Sums
    rest: Sums
    difference: Difference
    p: float
    before: Difference | None = None


def results(
    dataset: Dataset, spec: DatasetSpec, model: ModelSpec, learned: MethodBaseline | None, measurements: Measurements
) -> list[Result]:
    """One result that says what was looked at, and one for each slice that is worse, the worst first."""
    if model.weakest is None:
        return []
    plan = Plan.of(dataset, spec, model, learned)
    result = _blank(spec, model)
    if not plan.is_possible:
        return [_refused(plan, result)]
    measured = answer(measurements, plan.in_period("analysis"))
    if isinstance(measured, Failure):
        return [errored(result, measured.problem, measured.query)]
    counted = _whole(measured)
    result = replace(result, query=measured.query)
    all_rows = counted.get((), Sums())
    if not all_rows.members:
        return [on_empty(replace(result, message="no analysis rows"), model.common.on_empty)]
    if not all_rows.labelled:
        return [replace(result, status="skipped", message="no labels yet")]
    looks = {part: sums for part, sums in counted.items() if part and _is_large(model, sums, all_rows)}
    before = _whole(answer(measurements, plan.in_period("reference"))) if dataset.reference is not None else {}
    told = weak(looks, all_rows, before, str(kind(model.kind).better(variant_of(model))), model.weakest.most)
    overall = _overall(plan, result, all_rows, looks, told)
    return [overall, *(_of_slice(plan, result, rank, one) for rank, one in enumerate(told, 1))]


def _blank(spec: DatasetSpec, model: ModelSpec) -> Result:
    variant = variant_of(model)
    own = "-".join(part for part in (model.common.id, NAME, REALIZED) if part)
    result = blank(spec, model.common, "model", model.name, variant.metric)
    id = identity(spec.name, model.name, variant.key, own)
    return replace(result, id=id, method=REALIZED, severity="warn", period="analysis", params=variant.params)


def _refused(plan: Plan, result: Result) -> Result:
    """Why nothing is looked at."""
    if plan.model.prediction is None or label_of(plan.model) is None:
        message = "weakest slices need the model's `prediction` and `label`"
        return replace(result, status="inconclusive", message=message)
    if len(plan.columns) > MOST_COLUMNS:
        found = f"weakest: {amount(len(plan.columns), 'column')}, at most {MOST_COLUMNS} are looked at"
        return errored(result, Problem("WHQ-M304", "monitor", found, 'name fewer in `of:`, or take some out: "!name"'))
    reasons = "; ".join(f"{name}: {reason}" for name, reason in plan.left_out.items())
    message = f"no column to look at: {reasons}"
    return replace(result, status="inconclusive", message=message, details={"left_out": dict(plan.left_out)})


def _whole(measured: Measurement | Failure) -> Counted:
    """The slices of the one cell of a period; nothing where they could not be had."""
    return next(iter(by_cell(measured).values()), {})


def _is_large(model: ModelSpec, sums: Sums, all_rows: Sums) -> bool:
    """Whether a slice has rows enough, and is not all there is."""
    least = model.weakest.min_rows if model.weakest else 0
    return sums.labelled >= least and sums.labelled < all_rows.labelled


# --- which ---------------------------------------------------------------------------------------------------


def weak(looks: Mapping[Slice, Sums], all_rows: Sums, before: Counted, better: str, most: int) -> list[Weak]:
    """The slices that are worse than the rest for certain, the greatest loss for certain first.

    Args:
        looks: all slices that are looked at. before: those of the reference. better: the good side of the metric.
    """
    found = {part: Difference.of(sums, all_rows - sums) for part, sums in looks.items()}
    chances = holm([one.chance(better) for one in found.values()])
    listed = [
        Weak(part, looks[part], all_rows - looks[part], one, p, _before(part, before))
        for (part, one), p in zip(found.items(), chances, strict=True)
        if p < CERTAIN and one.loss(better) > 0
    ]
    kept = [one for one in listed if _says_more(one, found, looks, better)]
    return sorted(kept, key=lambda one: -one.difference.loss(better))[:most]


def _before(part: Slice, before: Counted) -> Difference | None:
    """How far a slice was from the rest in the reference."""
    sums, all_rows = before.get(part), before.get((), Sums())
    if sums is None or not sums.labelled or sums.labelled >= all_rows.labelled:
        return None
    return Difference.of(sums, all_rows - sums)


def _says_more(one: Weak, found: Mapping[Slice, Difference], looks: Mapping[Slice, Sums], better: str) -> bool:
    """Whether a slice of two columns is worse than each of those of one column that hold it."""
    sign = -1 if better == "higher" else 1
    for key in one.part if len(one.part) == 2 else ():
        parent = looks.get((key,))
        if parent is not None and sign * (one.sums.mean - parent.mean) <= APART * sqrt(one.sums.of_mean):
            return False
    return True


# --- words ---------------------------------------------------------------------------------------------------


def _overall(
    plan: Plan, result: Result, all_rows: Sums, looks: Mapping[Slice, Sums], told: Sequence[Weak]
) -> Result:  # fmt: skip
    """What was looked at, and how much of it is worse."""
    looked = {
        "slices": len(looks), "told": len(told), "columns": [column.column for column in plan.columns],
        **({"left_out": dict(plan.left_out)} if plan.left_out else {}),
    }  # fmt: skip
    slices = amount(len(looks), "slice")
    if told:
        message = f"{len(told)} of {slices} {'is' if len(told) == 1 else 'are'} worse than the rest"
    else:
        message = f"no slice of {len(looks)} is worse than the rest beyond chance"
    return replace(
        result, value=all_rows.mean, message=message, details={"looked_at": looked, "rows": int(all_rows.labelled)}
    )


def _of_slice(plan: Plan, result: Result, rank: int, one: Weak) -> Result:
    """One slice that is worse; a finding where it became so."""
    half = NORMAL * sqrt(one.sums.of_mean)
    value, difference = one.sums.mean, one.difference
    was = None if one.before is None else one.before.value
    details: dict[str, Any] = {
        "rank": rank, "rows": int(one.sums.labelled), "value": value, "rest": one.rest.mean,
        "difference": difference.value, "p": one.p, "interval": list(difference.bounds), "reference": was,
    }  # fmt: skip
    side = "below" if difference.value < 0 else "above"
    rows = amount(int(one.sums.labelled), "row")
    name = named(variant_of(plan.model))
    message = f"{name} {value:.3g} in {rows}, {abs(difference.value):.3g} {side} the rest"
    told = replace(
        result, segment=plan.called(one.part), value=value, lower=value - half, upper=value + half,
        details={"weakest": details}, message=message,
    )  # fmt: skip
    if not _grew(plan.model, one):
        return told
    text = f"{message}; in the reference {abs(was or 0.0):.3g} {'below' if (was or 0.0) < 0 else 'above'}"
    return replace(told, alert=True, status="warn", message=text)


def _grew(model: ModelSpec, one: Weak) -> bool:
    """Whether a slice lies farther from the rest, on the bad side, than in the reference, beyond chance."""
    if one.before is None:
        return False
    change = abs(one.difference.value) - one.before.value * (1 if one.difference.value > 0 else -1)
    error = sqrt(one.difference.error**2 + one.before.error**2)
    return change > normal_factor(model.threshold.alarms) * error
