"""Measurements to results: every item of a dataset ends in at least one result, in `lost` or in `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, Item
from whq.errors import Problem
from whq.monitors import Baseline, Context, monitor
from whq.monitors.outcome import blank, errored
from whq.resolve import Resolved
from whq.values import Measurements, MonitorName, Result

Baselines = Mapping[MonitorName, Baseline]


def evaluate(
    item: Resolved, baselines: Baselines, measurements: Measurements, context: Context, unplaced: int = 0
) -> list[Result]:
    """The results of one dataset's monitors, and of rows without a time."""
    results = _without_time(item, unplaced)
    for name in item.spec.families:
        family = monitor(name)
        results += family.evaluate(item.dataset, item.spec, baselines.get(name, {}), measurements, context)
    return results


def lost(item: Resolved) -> list[Result]:
    """An error result for each item that could not be resolved."""
    return [_lost(item.spec, one, problem) for one, problem in item.problems]


def _lost(spec: DatasetSpec, item: Item | None, problem: Problem) -> Result:
    """None is a problem of the dataset as a whole."""
    if item is None:
        return errored(blank(spec, Common(), "rule", None, "dataset"), problem)
    return errored(blank(spec, item.common, item.family, item.subject, item.metric), problem)


def _without_time(item: Resolved, unplaced: int) -> list[Result]:
    """Rows whose time is NULL belong to no chunk: they are counted and shown, not lost."""
    if not unplaced:
        return []
    result = blank(item.spec, Common(), "profile", item.dataset.time, "missing_time")
    message = f'{unplaced:,} rows have no "{item.dataset.time}" and belong to no chunk'
    return [replace(result, status="warn", severity="warn", value=unplaced, failing=unplaced, message=message)]
