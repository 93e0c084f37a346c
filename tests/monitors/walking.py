"""Both walks of the pipe on one dataset in one thread, by the steps that a run takes."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tests.measure.answering import Fetch, answers
from whq.engines import Session
from whq.measure.execute import Limits
from whq.measure.grow import Sending, grow
from whq.memory.baselines import Learned
from whq.monitors import Answers, Ask, Baseline, Growing, monitor
from whq.pipeline.rounds import of_baseline
from whq.pipeline.steps import Clock, Families, Step, fit_steps, learn, measure_step
from whq.resolve import Resolved
from whq.sql.templates import Templates
from whq.values import Dataset, Measurements, MonitorName, Request


class Walk:
    """A dataset with what is asked of it, and where statements are answered."""

    def __init__(
        self, item: Resolved, templates: Templates, fetch: Fetch, clock: Clock, session: Session | None = None
    ) -> None:
        self.item, self.templates, self.fetch, self.clock, self.session = item, templates, fetch, clock, session

    def fit(self, *families: MonitorName) -> Families:
        """The first walk: what the families learn."""
        blank = {name: Learned(monitor(name).baseline()) for name in families}
        (step,) = fit_steps([self.item], {self.item.dataset.name: blank}, self.clock, self.templates)
        measured = self._answers(step)
        learned = learn(self.item, blank, measured)
        started = of_baseline(self.item, learned, measured)
        grown = {name: self._grown(growing, ask) for name, (growing, ask) in started.waiting.items()}
        ended = {**started.values, **grown}
        return {name: replace(one, baseline=ended.get(name, one.baseline)) for name, one in learned.items()}

    def _grown(self, growing: Growing, ask: Ask) -> Baseline:
        """The baseline that rounds end with; they may ask for growths."""
        assert self.session is not None, "a walk that grows trees needs a session"
        sending = Sending(self.session, Limits(), [], lambda query: None)
        while True:
            grown = {growth: grow(growth, self.item.dataset, "g1", sending) for growth in ask.growths}
            try:
                ask = growing.send(Answers({}, grown))
            except StopIteration as end:
                assert isinstance(end.value, Baseline)
                return end.value

    def measure(self, learned: Families) -> Measurements:
        """The second walk: the answers by the requests of the monitors."""
        return self._answers(measure_step(self.item, learned, lambda _: {}, self.clock, self.templates))

    def _answers(self, step: Step) -> Measurements:
        return step.whole(answers(step.planned, self.item.dataset, self.templates, self.fetch, sent=step.sent))


def ask(
    requests: Iterable[Request], dataset: Dataset, templates: Templates, fetch: Fetch, clock: Clock
) -> Measurements:
    """The answers to requests as monitors ask them."""
    asked = {request: clock.put(request, dataset, templates) for request in requests}
    step = Step(dataset.name, tuple(asked.values()), {sent: sent for sent in asked.values()}, asked)
    return step.whole(answers(step.planned, dataset, templates, fetch, sent=step.sent))
