"""Measurements to results: every item of a dataset ends in at least one result, whatever happened on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, DriftSpec, ModelSpec, ProfileSpec, RuleSpec
from whq.errors import Problem
from whq.memory.baselines import Learned
from whq.monitors import Context, LearnedThresholds, monitor
from whq.monitors.outcome import blank, errored
from whq.resolve import Resolved
from whq.values import Measurements, MonitorName, Result

Items = RuleSpec | ProfileSpec | DriftSpec | ModelSpec


def families(spec: DatasetSpec) -> tuple[MonitorName, ...]:
    """The families of monitors that a dataset asks for, in the order of their results."""
    asked: dict[MonitorName, object] = {
        "rule": spec.rules,
        "profile": spec.profile,
        "drift": spec.drift,
        "model": spec.models,
    }
    return tuple(name for name, items in asked.items() if items)


def evaluate(
    item: Resolved,
    learned: Mapping[MonitorName, Learned],
    measurements: Measurements,
    as_of: datetime,
    unplaced: int = 0,
) -> tuple[list[Result], dict[MonitorName, LearnedThresholds]]:
    """All results of one dataset, and the thresholds that each family learned from its reference chunks.

    The results are those of its monitors, of items that could not be resolved, and of rows without a time.
    """
    results = [lost(item.spec, one, problem) for one, problem in item.problems]
    results += _without_time(item, unplaced)
    thresholds: dict[MonitorName, LearnedThresholds] = {}
    for name in families(item.spec):
        context = Context(as_of, learned[name].thresholds)
        verdicts = monitor(name).evaluate(item.dataset, item.spec, learned[name].baseline, measurements, context)
        results += verdicts.results
        thresholds[name] = verdicts.thresholds
    return results, thresholds


def lost(spec: DatasetSpec, item: Items | None, problem: Problem) -> Result:
    """The result of an item whose names or SQL the catalog does not bear out."""
    if isinstance(item, RuleSpec):
        return errored(blank(spec, item.common, "rule", ",".join(item.columns) or None, item.kind), problem)
    if isinstance(item, ModelSpec):
        return errored(blank(spec, item.common, "model", item.name, "model"), problem)
    if isinstance(item, DriftSpec):
        return errored(blank(spec, item.common, "drift", None, "drift"), problem)
    if isinstance(item, ProfileSpec):
        return errored(blank(spec, item.common, "profile", None, "profile"), problem)
    return errored(blank(spec, Common(), "rule", None, "dataset"), problem)


def _without_time(item: Resolved, unplaced: int) -> list[Result]:
    """Rows whose time is NULL belong to no chunk: they are counted and shown, not lost."""
    if not unplaced:
        return []
    result = blank(item.spec, Common(), "profile", item.dataset.time, "missing_time")
    message = f'{unplaced:,} rows have no "{item.dataset.time}" and belong to no chunk'
    return [replace(result, status="warn", severity="warn", value=unplaced, failing=unplaced, message=message)]
