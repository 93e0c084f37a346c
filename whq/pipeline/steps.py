"""What is asked, given what is known: the one description of both walks that a run, compile, plan and tests share.

    fit_steps      the first walk: what families of monitors that have learned nothing yet must know of the reference
    measure_step   the second walk: all that the monitors of a dataset want to measure

A request has up to three forms:

    as a monitor asks it     the answer is looked up by it
    as it is planned         complete, whatever is known: statements have the same ids on every run
    as it is sent            for the analysis only, where the answer for the reference is known

Nothing here touches a connection, the clock or the store.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from whq import calendar
from whq.memory import summaries
from whq.memory.baselines import Learned
from whq.memory.summaries import Part
from whq.monitors import Baseline, Monitor, monitor
from whq.resolve import Resolved
from whq.sql.templates import Templates
from whq.values import (
    Awaited,
    ColumnName,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    MonitorName,
    Request,
    Scope,
    Window,
)

Families = Mapping[MonitorName, Learned]
"""What the families of one dataset have learned."""

Recall = Callable[[Sequence[Request]], Mapping[Request, Part]]
"""Of some requests, those whose answer for the reference is known."""


EVERYTHING: Mapping[Request, Window] = {}
WATCH = "watch/counts"
"""The template whose counts are of all rows up to the clock, whatever analysis rows a run looks at."""


class Clock(Struct, frozen=True):
    """The run's moment (UTC, naive), which templates get as `as_of`, and the time that its analysis rows are from.

    `since` and `until` are as they were asked for; each dataset's chunks that they touch are taken whole. Rows from
    `end` on do not exist for the run.
    """

    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    end: datetime | None = None

    @property
    def is_windowed(self) -> bool:
        """Whether not all rows are looked at."""
        return (self.since, self.until, self.end) != (None, None, None)

    def window(self, dataset: Dataset) -> Window | None:
        """The time of a dataset's analysis rows: from the start of a chunk to the end of one. None without bounds."""
        if not self.is_windowed or dataset.time is None:
            return None
        since, until = self.since, self.until
        if (unit := dataset.chunking.unit) in calendar.UNITS:
            since = None if since is None else calendar.floor(unit, since)
            until = None if until is None else calendar.ceiling(unit, until)
        return Window(since, until, self.end)

    def put(self, request: Request, dataset: Dataset, templates: Templates) -> Request:
        """The request with the clock and the time window of the run, where they concern it."""
        scope, arguments = request.scope, request.arguments
        window = self.window(dataset)
        if window is not None and scope.period != "reference" and request.template != WATCH:
            scope = replace(scope, window=window)
        template = templates.get(request.template)
        if self.as_of is not None and template is not None and template.argument("as_of") is not None:
            arguments = tuple(sorted({**dict(arguments), "as_of": self.as_of}.items()))
        if scope is request.scope and arguments is request.arguments:
            return request
        return replace(request, scope=scope, arguments=arguments)


class Step(Struct, frozen=True):
    """What one walk asks for one dataset.

    planned: all requests as they are planned, in the order of the plan.
    sent: what is sent for a planned request now; one without an entry is known, waits, or turned out not to be needed.
    asked: what is sent for each request as a monitor asks it. known: of these, what is known of the reference.
    waits: planned requests that cannot be sent yet, with the requests of the first walk that they wait for.
    """

    dataset: str
    planned: tuple[Request, ...] = ()
    sent: Mapping[Request, Request] = {}
    asked: Mapping[Request, Request] = {}
    known: Mapping[Request, Part] = {}
    waits: Mapping[Request, tuple[Request, ...]] = {}

    def whole(self, measurements: Measurements) -> Measurements:
        """The answers by the requests as they were asked, with what was known of the reference."""
        answers: dict[Request, Measurement | Failure] = {}
        for request, sent in self.asked.items():
            answer = measurements.get(sent)
            of_reference = self.known.get(request)
            if isinstance(answer, Measurement) and of_reference is not None:
                answers[request] = Measurement.joined(request, (of_reference, answer))
            elif answer is not None:
                answers[request] = replace(answer, request=request)
        return answers


def merged(steps: Iterable[Step]) -> tuple[tuple[Request, ...], dict[Request, Request]]:
    """The plan of several datasets, and what is sent for it now."""
    listed = tuple(steps)
    planned = tuple(request for step in listed for request in step.planned)
    return planned, {request: now for step in listed for request, now in step.sent.items()}


# --- the first walk -----------------------------------------------------------------------------------------


def fit_steps(
    items: Sequence[Resolved], learned: Mapping[str, Families], clock: Clock, templates: Templates
) -> tuple[Step, ...]:
    """What must be known before the second walk; nothing at all where every family has learned its part.

    Args:
        learned: What the families of each dataset have learned so far.
    """
    if not any(_must_learn(name, family) for families in learned.values() for name, family in families.items()):
        return tuple(Step(item.dataset.name) for item in items)
    return tuple(_fit_step(item, learned[item.dataset.name], clock, templates) for item in items)


def _must_learn(name: MonitorName, learned: Learned) -> bool:
    return learned.is_new and monitor(name).baseline is not Baseline


def _fit_step(item: Resolved, learned: Families, clock: Clock, templates: Templates) -> Step:
    planned: dict[Request, None] = {}
    sent: dict[Request, Request] = {}
    answered_by: dict[Request, Request] = {}
    for name, family in learned.items():
        for request in monitor(name).fit_requests(item.dataset, item.spec):
            place = clock.put(request, item.dataset, templates)
            planned[place] = None
            if family.is_new:
                sent[place] = answered_by[request] = place
    return Step(item.dataset.name, tuple(planned), sent, answered_by)


def learn(item: Resolved, learned: Families, answers: Measurements) -> dict[MonitorName, Learned]:
    """What the families have learned after the first walk.

    Args:
        answers: the answers of the first walk by the requests of the monitors, before the clock was put in.
    """
    return {name: _learned(name, item, before, answers) for name, before in learned.items()}


def _learned(name: MonitorName, item: Resolved, before: Learned, answers: Measurements) -> Learned:
    if not _must_learn(name, before):
        return before
    family = monitor(name)
    answered = {request: answers.get(request) for request in family.fit_requests(item.dataset, item.spec)}
    measured = {request: answer for request, answer in answered.items() if answer is not None}
    is_sound = all(isinstance(answer, Measurement) for answer in answered.values())
    return replace(before, baseline=family.fit(item.dataset, item.spec, measured), is_sound=is_sound)


# --- the second walk ----------------------------------------------------------------------------------------


def measure_step(
    item: Resolved,
    learned: Families,
    recall: Recall,
    clock: Clock,
    templates: Templates,
    *,
    windows: Mapping[Request, Window] = EVERYTHING,
    is_fitted: bool = True,
) -> Step:
    """The requests of a dataset's monitors in the second walk, and of the row counts of its chunks where it has chunks.

    Args:
        learned: What the families have learned; without `is_fitted` those that have not wait for the first walk.
        recall: Gives the stored answers for the reference, by request.
        windows: From where on a request is sent whose earlier rows are known.
    """
    pairs: dict[Request, Request | None] = {}
    waits: dict[Request, tuple[Request, ...]] = {}
    for name, family in learned.items():
        is_waiting = not is_fitted and _must_learn(name, family)
        for planned, request in _of_family(monitor(name), item, None if is_waiting else family.baseline):
            pairs[planned] = pairs.get(planned) or request
            if is_waiting and request is None:
                waits[clock.put(planned, item.dataset, templates)] = _awaited(planned)
    if any(request.scope.by_chunk for request in pairs):
        count = Request.of(Scope(item.dataset.name, by_chunk=True), summaries.ROW_COUNT)
        pairs[count] = count
    known_parts = recall([request for request in pairs.values() if request is not None])
    planned_forms: dict[Request, None] = {}
    sent: dict[Request, Request] = {}
    answered_by: dict[Request, Request] = {}
    for planned, request in pairs.items():
        place = clock.put(planned, item.dataset, templates)
        planned_forms[place] = None
        if request is not None:
            now = place if request is planned else clock.put(request, item.dataset, templates)
            if request in known_parts:
                now = summaries.of_period(now, "analysis")
            if request in windows:
                now = replace(now, scope=replace(now.scope, window=windows[request]))
            sent[place] = answered_by[request] = now
    return Step(item.dataset.name, tuple(planned_forms), sent, answered_by, known_parts, waits)


def _of_family(family: Monitor, item: Resolved, baseline: Baseline | None) -> Iterator[tuple[Request, Request | None]]:
    """Each planned request of a family with the one that is asked; None where it waits or is not needed.

    What depends on the baseline is planned as `awaited` says, so that the plan is the same before and after the first
    walk, and whatever that brings. One that is asked takes the next place that is planned for its scope and columns.
    """
    dataset, spec = item.dataset, item.spec
    awaited = tuple(dict.fromkeys(family.awaited(dataset, spec)))
    if not awaited:
        yield from ((request, request) for request in family.requests(dataset, spec, baseline or family.baseline()))
        return
    waiting = {_without_awaited(request) for request in awaited}
    blank = dict.fromkeys(family.requests(dataset, spec, family.baseline()))
    certain = {request: None for request in blank if request not in waiting}
    if baseline is None:
        yield from ((request, request) for request in certain)
        yield from ((request, None) for request in awaited)
        return
    current = dict.fromkeys(family.requests(dataset, spec, baseline))
    yield from ((request, request if request in current else None) for request in certain)
    places: dict[object, deque[Request]] = defaultdict(deque)
    for request in awaited:
        places[_place(request)].append(request)
    placed: dict[Request, Request] = {}
    for request in current:
        if request not in certain:
            free = places[_place(request)]
            placed[free.popleft() if free else request] = request
    yield from ((request, placed.pop(request, None)) for request in awaited)
    yield from placed.items()


def _place(request: Request) -> object:
    """What requests for the same thing have in common before and after the first walk: scope and columns."""
    return request.scope, tuple(value for _, value in request.arguments if isinstance(value, ColumnName))


def _awaited(request: Request) -> tuple[Request, ...]:
    return tuple(answer for _, value in request.arguments if isinstance(value, Awaited) for answer in value.answers)


def _without_awaited(request: Request) -> Request:
    return replace(request, arguments=tuple(pair for pair in request.arguments if not isinstance(pair[1], Awaited)))
