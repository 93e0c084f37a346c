"""Measurements to results: every item of a dataset ends in at least one result, in `lost` or in `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, Item
from whq.errors import Problem
from whq.memory.baselines import Learned
from whq.monitors import Context, LearnedThresholds, monitor
from whq.monitors.outcome import blank, errored
from whq.resolve import Resolved
from whq.values import Measurements, MonitorName, Result


def evaluate(
    item: Resolved,
    learned: Mapping[MonitorName, Learned],
    measurements: Measurements,
    as_of: datetime,
    unplaced: int = 0,
) -> tuple[list[Result], dict[MonitorName, LearnedThresholds]]:
    """The results of one dataset's monitors and of rows without a time, and the thresholds that each family learned."""
    results = _without_time(item, unplaced)
    thresholds: dict[MonitorName, LearnedThresholds] = {}
    for name in item.spec.families:
        context = Context(as_of, learned[name].thresholds)
        verdicts = monitor(name).evaluate(item.dataset, item.spec, learned[name].baseline, measurements, context)
        results += verdicts.results
        thresholds[name] = verdicts.thresholds
    return results, thresholds


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
