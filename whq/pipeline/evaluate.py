"""Measurements to results: every item of a dataset ends in at least one result, in `lost` or in `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec, Item
from whq.errors import Problem
from whq.memory.baselines import Learned
from whq.monitors import Context, LearnedThresholds, ThresholdKey, Verdicts, monitor
from whq.monitors.bands import Taught
from whq.monitors.closing import marked
from whq.monitors.outcome import blank, errored
from whq.monitors.scopes import row_count
from whq.monitors.watch.counts import Stored
from whq.resolve import Resolved
from whq.values import Measurements, MonitorName, Request, Result, Scope
from whq.wording import amount

EMPTY: Mapping[Request, Stored] = {}


def evaluate(
    item: Resolved,
    learned: Mapping[MonitorName, Learned],
    measurements: Measurements,
    as_of: datetime,
    unplaced: int = 0,
    *,
    counts: Mapping[Request, Stored] = EMPTY,
    is_replay: bool = False,
    grown: Mapping[MonitorName, Any] | None = None,
) -> tuple[list[Result], dict[MonitorName, LearnedThresholds]]:
    """The results of one dataset's monitors, and the thresholds that each family learned.

    Args:
        learned: baseline and thresholds of each family.
        measurements: the answers by the requests of the monitors.
        as_of: the run's time (UTC, naive), by which a chunk is closed or still filling.
        unplaced: how many rows have no time; if any, they are a result too.
        counts: what earlier runs have counted for `watch`.
        is_replay: whether the user gave the run's time.
        grown: what families learned of this run's chunks.
    """
    results = _without_time(item, unplaced)
    thresholds: dict[MonitorName, LearnedThresholds] = {}
    for name in item.spec.families:
        context = Context(as_of, learned[name].thresholds, counts, is_replay, (grown or {}).get(name))

        def judge(spec: DatasetSpec, name: MonitorName = name, context: Context = context) -> Verdicts:
            return monitor(name).evaluate(item.dataset, spec, learned[name].baseline, measurements, context)

        try:
            verdicts = judge(item.spec)
        except Exception:
            verdicts = _one_by_one(item.spec, name, judge)
        results += verdicts.results
        thresholds[name] = verdicts.thresholds
    counted = measurements.get(row_count(Scope(item.dataset.name, by_chunk=True)))
    return marked(results, item.spec, as_of, counted), thresholds


def _one_by_one(spec: DatasetSpec, family: MonitorName, judge: Callable[[DatasetSpec], Verdicts]) -> Verdicts:
    """A family judged once for each of its subjects, so that a bug of whq costs only what it is about."""
    results: list[Result] = []
    thresholds: dict[ThresholdKey, Taught] = {}
    for item in (item for item in spec.items if item.family == family):
        for part in _parts(item):
            try:
                verdicts = judge(spec.with_items([part]))
            except Exception as error:
                verdicts = Verdicts([_of_bug(spec, part, error)])
            results += verdicts.results
            thresholds |= verdicts.thresholds
    return Verdicts(results, thresholds)


def _parts(item: Item) -> list[Item]:
    """An item cut into what it is about: drift into its columns, others as they are."""
    parts: list[Item] = []
    for subject in item.subjects:
        part = item.only(subject.__eq__)
        if part is not None and part not in parts:
            parts.append(part)
    return parts


def _of_bug(spec: DatasetSpec, item: Item, error: Exception) -> Result:
    """The result of an item that whq could not judge; without the error's message, which may hold a row's value."""
    place = extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    hint = "this is a bug in whq; please report it"
    subject = item.subject or ",".join(item.subjects[0] if len(item.subjects) == 1 else ()) or None
    return errored(
        blank(spec, item.common, item.family, subject, item.metric), Problem("WHQ-X001", "internal", message, hint)
    )


def lost(item: Resolved) -> list[Result]:
    """An error result for each item that could not be resolved."""
    return [_lost(item.spec, unresolved, problem) for unresolved, problem in item.problems]


def _lost(spec: DatasetSpec, item: Item | None, problem: Problem) -> Result:
    """The error result of an item, or of the dataset as a whole where `item` is None."""
    if item is None:
        return errored(blank(spec, Common(), "rule", None, "dataset"), problem)
    return errored(blank(spec, item.common, item.family, item.subject, item.metric), problem)


def _without_time(item: Resolved, unplaced: int) -> list[Result]:
    """Rows whose time is NULL belong to no chunk: they are counted and shown, not lost."""
    if not unplaced:
        return []
    result = blank(item.spec, Common(), "profile", item.dataset.time, "missing_time")
    have, belong = ("has", "belongs") if unplaced == 1 else ("have", "belong")
    message = f'{amount(unplaced, "row")} {have} no "{item.dataset.time}" and {belong} to no chunk'
    return [replace(result, status="warn", severity="warn", value=unplaced, failing=unplaced, message=message)]
