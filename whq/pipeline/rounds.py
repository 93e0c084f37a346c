"""Rounds: what a family asks next follows from what came back, until it has learned what it wanted.

A family yields `Ask`s and is sent `Answers` (`whq.monitors`): plain requests, and trees to be grown. They run under the
same limits as all statements; growths have the ids `g1`, `g2`, … in the order in which they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.growths import Failed, Growth
from whq.measure.bench import Workbench
from whq.monitors import Answers, Ask, Growing, Note, monitor
from whq.pipeline.steps import Clock, Families
from whq.resolve import Resolved
from whq.values import Failure, Measurements, MonitorName

Recall = Callable[[Sequence[Note]], Mapping[Note, Any]]
"""What earlier runs have learned, of what is asked for."""


class Walked(Struct, frozen=True):
    """What a family returned at the end of its rounds, and whether everything that it asked for could be had.

    kept: what is to be stored for later runs.
    """

    value: Any
    is_sound: bool = True
    kept: Mapping[Note, Any] = {}


class Begun(Struct, frozen=True):
    """The rounds of one dataset's families: what is asked first of those that want to know more, the others' values."""

    waiting: Mapping[MonitorName, tuple[Growing, Ask]] = {}
    values: Mapping[MonitorName, Any] = {}


def begun(growing: Mapping[MonitorName, Growing]) -> Begun:
    """Each family's rounds up to what is asked first."""
    waiting: dict[MonitorName, tuple[Growing, Ask]] = {}
    values: dict[MonitorName, Any] = {}
    for name, one in growing.items():
        try:
            waiting[name] = one, next(one)
        except StopIteration as end:
            values[name] = end.value
    return Begun(waiting, values)


def _nothing(notes: Sequence[Note]) -> Mapping[Note, Any]:
    return {}


def walk(
    started: Begun, item: Resolved, bench: Workbench, clock: Clock, recall: Recall = _nothing
) -> dict[MonitorName, Walked]:
    """All rounds of a dataset's families, to their end. Raises Interrupted."""
    walked = {name: Walked(value) for name, value in started.values.items()}
    for name, (growing, ask) in started.waiting.items():
        walked[name] = _walk(growing, ask, item, bench, clock, recall)
    return walked


def _walk(growing: Growing, ask: Ask, item: Resolved, bench: Workbench, clock: Clock, recall: Recall) -> Walked:
    is_sound, kept = True, dict[Note, Any]()
    while True:
        kept |= ask.keeps
        answers = replace(_answered(ask, item, bench, clock), recalled=recall(ask.recalls) if ask.recalls else {})
        is_sound &= not any(isinstance(one, Failed) for one in answers.grown.values())
        is_sound &= not any(isinstance(one, Failure) for one in answers.measurements.values())
        try:
            ask = growing.send(answers)
        except StopIteration as end:
            return Walked(end.value, is_sound, kept)


def _answered(ask: Ask, item: Resolved, bench: Workbench, clock: Clock) -> Answers:
    """The answers by what was asked, before the run's clock was put in."""
    dataset, templates = item.dataset, bench.templates
    sent = {request: clock.put(request, dataset, templates) for request in ask.requests}
    found = bench.ask(tuple(sent.values()), {now: now for now in sent.values()}, bench.round_id()) if sent else {}
    measurements = {request: replace(found[now], request=request) for request, now in sent.items() if now in found}
    grown = {growth: bench.grow(within(growth, clock, item), dataset) for growth in ask.growths}
    named = {growth: one if isinstance(one, Failed) else replace(one, growth=growth) for growth, one in grown.items()}
    return Answers(measurements, named)


def within(growth: Growth, clock: Clock, item: Resolved) -> Growth:
    """A growth whose rows are of the run's window."""
    window = clock.window(item.dataset)
    if window is None or all(group.chunk is None for group in growth.groups):
        return growth
    return replace(growth, scope=replace(growth.scope, window=window))


def of_baseline(item: Resolved, learned: Families, measurements: Measurements) -> Begun:
    """The rounds in which families learn what is stored, of those that have not learned it already."""
    return begun(
        {
            name: family.grow_baseline(item.dataset, item.spec, learned[name].baseline, measurements)
            for name, family in ((name, monitor(name)) for name in learned)
            if family.grow_baseline is not None and learned[name].is_new
        }
    )


def of_chunks(item: Resolved, learned: Families, measurements: Measurements) -> Begun:
    """The rounds in which families learn of this run's chunks."""
    return begun(
        {
            name: family.grow_chunks(item.dataset, item.spec, learned[name].baseline, measurements)
            for name, family in ((name, monitor(name)) for name in learned)
            if family.grow_chunks is not None
        }
    )


def first_asks(item: Resolved, learned: Families) -> Iterator[Ask]:
    """What the rounds of a dataset's families begin with, as far as it can be told without a warehouse."""
    for started in (of_baseline(item, learned, {}), of_chunks(item, learned, {})):
        for growing, ask in started.waiting.values():
            growing.close()
            yield ask
