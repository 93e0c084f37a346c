"""The families of monitors. Each is a module with the same functions, walked twice by the pipe: fit, then measure.

    fit_requests(dataset, spec)                      what must be known of the reference; () when nothing is learned
    fit(dataset, spec, measurements)                 the baseline that these measurements teach
    awaited(dataset, spec)                           what of that depends on the baseline, before it is known
    requests(dataset, spec, baseline)                what must be measured
    evaluate(dataset, spec, baseline, measurements, context)
                                                     results and newly learned thresholds; never raises for bad data

and the type of its baseline, `BASELINE`. A family that learns in rounds, each asked for by what the last one brought,
has one or both of these generators, which yield an `Ask` and are sent the `Answers`:

    grow_baseline(dataset, spec, baseline, measurements)
                                                     after fit: the baseline with what is learned once; it is stored
    grow_chunks(dataset, spec, baseline, measurements)
                                                     after measuring: what is learned for this run, `Context.grown`

 `metrics(templates)` names the metrics that an item's results can have where
the item names none. What is learned has two parts, kept together by `whq.memory.baselines`: the baseline is what must
be known before rows can be counted (bins, calibration curves), thresholds follow from the values of the reference's
chunks. A module is imported when it is asked for: `whq --help` and a project of rules need no numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, ClassVar, Self

from msgspec import Struct, convert, field

from whq.config.spec import DatasetSpec
from whq.growths import Failed, Grown, Growth
from whq.monitors.bands import Taught
from whq.monitors.watch.counts import Stored
from whq.sql.templates import Templates
from whq.values import Dataset, Measurements, MonitorName, Request, Result

MODULES: dict[MonitorName, str] = {
    "rule": "whq.monitors.rules.monitor",
    "profile": "whq.monitors.profile.monitor",
    "drift": "whq.monitors.drift.monitor",
    "model": "whq.monitors.models.monitor",
    "anomaly": "whq.monitors.watch.monitor",
}


class Baseline(Struct, frozen=True):
    """What a family learns of a dataset before it measures: fields that JSON can hold, all with a default.

    This class has no field: it is the baseline of a family that learns nothing. Whoever changes a subclass, or how
    its numbers are computed, raises FORMAT and says in CHANGE what is different: stored baselines of another format
    are learned anew, and the run says why.
    """

    FORMAT: ClassVar[int] = 0
    CHANGE: ClassVar[str] = ""

    @classmethod
    def read(cls, document: object) -> Self:
        """The baseline from plain JSON values. Raises msgspec.ValidationError where they are not of its form."""
        return convert(document, cls)

    def parts(self) -> Mapping[str, Struct]:
        """What is learned of each item, by the name of the column or model."""
        return {}


ThresholdKey = tuple[str, str | None]
"""A result's id and its segment (None: all rows)."""
LearnedThresholds = Mapping[ThresholdKey, Taught]


class Context(Struct, frozen=True):
    """What a judgement needs besides numbers: the run's clock (UTC, naive), and the thresholds learned earlier.

    counts: what earlier runs counted of a watched dataset. is_replay: whether the user gave the clock. grown: what the
    family's `grow_chunks` returned.
    """

    as_of: datetime
    thresholds: LearnedThresholds = field(default_factory=dict)
    counts: Mapping[Request, Stored] = field(default_factory=dict)
    is_replay: bool = False
    grown: Any = None


class Note(Struct, frozen=True):
    """What was learned of one chunk, to be kept while what it follows from stays.

    of: what kind of thing, of which item. about: a request that tells which rows there are, and how they are cut.
    chunk: its key. facts: a digest of all that it follows from.
    """

    of: str
    about: Request
    chunk: str
    facts: str


class Ask(Struct, frozen=True):
    """What a family that learns in rounds wants to know next.

    Without a warehouse (`whq plan`, `whq compile`) the first one is asked for without any measurement, and shown.
    recalls: what earlier runs may have learned. keeps: what later runs may take up again, as plain JSON values.
    """

    requests: tuple[Request, ...] = ()
    growths: tuple[Growth, ...] = ()
    recalls: tuple[Note, ...] = ()
    keeps: Mapping[Note, Any] = field(default_factory=dict)


class Answers(Struct, frozen=True):
    """What came of an `Ask`: by request and by growth what was asked for, or why it could not be had; what was kept."""

    measurements: Measurements = field(default_factory=dict)
    grown: Mapping[Growth, Grown | Failed] = field(default_factory=dict)
    recalled: Mapping[Note, Any] = field(default_factory=dict)


Growing = Generator[Ask, Answers, Any]


class Verdicts(Struct, frozen=True):
    """The results of one family on one dataset, and the thresholds that its reference chunks taught in this run."""

    results: list[Result]
    thresholds: LearnedThresholds = field(default_factory=dict)


class Monitor(Struct, frozen=True):
    """One family of monitors: the type of its baseline and its functions; those for rounds where it has them."""

    baseline: type[Baseline]
    fit_requests: Callable[[Dataset, DatasetSpec], tuple[Request, ...]]
    fit: Callable[[Dataset, DatasetSpec, Measurements], Baseline]
    awaited: Callable[[Dataset, DatasetSpec], tuple[Request, ...]]
    requests: Callable[[Dataset, DatasetSpec, Any], tuple[Request, ...]]
    evaluate: Callable[[Dataset, DatasetSpec, Any, Measurements, Context], Verdicts]
    metrics: Callable[[Templates], tuple[str, ...]]
    grow_baseline: Callable[[Dataset, DatasetSpec, Any, Measurements], Growing] | None = None
    grow_chunks: Callable[[Dataset, DatasetSpec, Any, Measurements], Growing] | None = None


def monitor(name: MonitorName) -> Monitor:
    """The monitors of one family. Raises KeyError for a name that is not in MODULES."""
    module = import_module(MODULES[name])
    functions = module.fit_requests, module.fit, module.awaited, module.requests, module.evaluate, module.metrics
    rounds = (getattr(module, name, None) for name in ("grow_baseline", "grow_chunks"))
    return Monitor(module.BASELINE, *functions, *rounds)
