"""Where a change comes from: the slices of one column that contribute most to it, in results that alert.

A realized value gets `details.contributions`: by slice what other shares of rows (mix) and other values (rate) do to
the metric, against the reference. An estimate gets `details.rows_moved`: by column what other shares of rows do to it
at the values that the reference realized; that needs no labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.config.models import ESTIMATORS
from whq.config.spec import DatasetSpec, ModelSpec
from whq.fit.slices import Contribution, Sums, by_mix, contributions
from whq.monitors.models.known import REALIZED
from whq.monitors.models.protocol import MethodBaseline
from whq.monitors.models.slices import Counted, Key, Plan, by_cell, variant_of
from whq.monitors.outcome import answer
from whq.values import Dataset, Measurements, Result

MOST = 5
"""So many slices are told."""
MOVED = 0.1
"""A column is told that moves an estimate by at least so large a part of its change."""
OTHERS = "*"
"""The code of all parts of a column that have too few rows to be named."""

Column = Mapping[Key, Sums]
"""The parts of one column; together they are all rows."""


class Sides(Struct, frozen=True):
    """The parts of each column, by its place: of the reference, and of each chunk of the analysis by its key."""

    before: Mapping[int, Column]
    now: Mapping[str, Mapping[int, Column]]


def told(
    dataset: Dataset,
    spec: DatasetSpec,
    model: ModelSpec,
    learned: MethodBaseline | None,
    measurements: Measurements,
    results: Sequence[Result],
) -> list[Result]:
    """The results, those of the model that alert with what the change comes from."""
    plan = Plan.of(dataset, spec, model, learned)
    alerting = [one for one in results if _is_asked(model, one)]
    if model.weakest is None or not plan.is_possible or dataset.reference is None or not alerting:
        return list(results)
    sides = _sides(plan, measurements)
    return [_told(plan, sides, one) if _is_asked(model, one) else one for one in results]


def _is_asked(model: ModelSpec, result: Result) -> bool:
    """Whether a result is of the number that is counted by slices, alerts, and is one of all rows of a chunk."""
    variant = variant_of(model)
    is_of_it = (result.metric, dict(result.params).get("class"), dict(result.params).get("at")) == (
        variant.metric,
        None,
        None,
    )
    is_value = result.method == REALIZED or result.method in ESTIMATORS
    return bool(
        is_of_it
        and is_value
        and result.alert
        and result.chunk
        and result.segment is None
        and result.period == "analysis"
    )


def _sides(plan: Plan, measurements: Measurements) -> Sides:
    """The sums by column, of the reference's chunks together and of each chunk of the analysis."""
    before: Counted = {}
    now: dict[str, Counted] = {}
    for cell, counted in by_cell(answer(measurements, plan.by_chunk())).items():
        if cell.period == "reference":
            for part, sums in counted.items():
                before[part] = before.get(part, Sums()) + sums
        elif cell.chunk is not None:
            now[cell.chunk.key] = counted
    many = len(plan.columns)
    return Sides(_columns(before, many), {chunk: _columns(counted, many) for chunk, counted in now.items()})


def _columns(counted: Counted, many: int) -> dict[int, Column]:
    """The parts of each column, with the rows of parts that are too small to be counted as one of their own."""
    whole = counted.get((), Sums())
    found: dict[int, Column] = {}
    for place in range(many):
        parts = {part[0]: sums for part, sums in counted.items() if len(part) == 1 and part[0][0] == place}
        rest = whole - sum(parts.values(), start=Sums())
        found[place] = {**parts, **({(place, OTHERS): rest} if rest.members > 0 else {})}
    return found


def _told(plan: Plan, sides: Sides, result: Result) -> Result:
    now = sides.now.get(result.chunk.key if result.chunk else "")
    if now is None:
        return result
    if result.method != REALIZED:
        return _estimated(plan, sides.before, now, result)
    listed: list[tuple[Key, Contribution]] = []
    for place, parts in now.items():
        listed += contributions(sides.before.get(place, {}), parts).items()
    change = _change(sides.before, now)
    shown = sorted((one for one in listed if one[1].total * change > 0), key=lambda one: -abs(one[1].total))[:MOST]
    if not shown:
        return result
    return replace(result, details={**result.details, "contributions": [_row(plan, *one, change) for one in shown]})


def _change(before: Mapping[int, Column], now: Mapping[int, Column]) -> float:
    """The change of the metric, which all columns' parts add up to."""
    was, is_now = (sum(next(iter(side.values()), {}).values(), start=Sums()) for side in (before, now))
    return is_now.mean - was.mean


def _row(plan: Plan, key: Key, one: Contribution, change: float) -> dict[str, Any]:
    column = plan.columns[key[0]].column
    name = f"{column}=others" if key[1] == OTHERS else plan.called((key,))
    return {
        "column": column, "slice": name, "rows": one.rows, "share": list(one.share), "metric": list(one.mean),
        "mix": one.mix, "rate": one.rate, "part": one.total / change,
    }  # fmt: skip


def _estimated(plan: Plan, before: Mapping[int, Column], now: Mapping[int, Column], result: Result) -> Result:
    """What the rows of each column do to an estimate, those that move it to where it went."""
    was = sum(next(iter(before.values()), {}).values(), start=Sums())
    if not isinstance(result.value, (int, float)) or not was.labelled:
        return result
    change = result.value - was.mean
    moves = [(plan.columns[place].column, by_mix(before.get(place, {}), parts)) for place, parts in now.items()]
    told = sorted(
        (
            (name, move)
            for name, move in moves
            if move is not None and move * change > 0 and abs(move) >= MOVED * abs(change)
        ),
        key=lambda one: -abs(one[1]),
    )[:MOST]
    if not told:
        return result
    listed = [{"column": name, "by_rows": move, "change": change} for name, move in told]
    return replace(result, details={**result.details, "rows_moved": listed})
