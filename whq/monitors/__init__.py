"""The families of monitors. Each is a module with four functions, walked twice by the pipe: fit, then measure.

    fit_requests(dataset, spec)                          what must be known of the reference; () when nothing is learned
    fit(dataset, spec, measurements)                     the baseline that these measurements teach, JSON-able
    requests(dataset, spec, baseline)                    what must be measured
    evaluate(dataset, spec, baseline, measurements, context)      the results; never raises for bad data

A fifth, `metrics(templates)`, names the metrics that an item's results can have where the item names none.

A module is imported when it is asked for: `whq --help` and a project of rules need no numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from msgspec import Struct, field

from whq.config.spec import DatasetSpec
from whq.monitors.judge import Thresholds
from whq.sql.templates import Templates
from whq.values import Dataset, Measurements, MonitorName, Request, Result

Baseline = dict[str, Any]

MODULES: dict[MonitorName, str] = {
    "rule": "whq.monitors.rules.monitor",
    "profile": "whq.monitors.profile.monitor",
    "drift": "whq.monitors.drift.monitor",
    "model": "whq.monitors.models.monitor",
}


class Context(Struct, frozen=True):
    """What a judgement needs besides numbers: the run's clock (UTC, naive), and thresholds learned earlier.

    The keys of `learned` are `id|segment`, the segment empty for all rows.
    """

    as_of: datetime
    learned: Mapping[str, Thresholds] = field(default_factory=dict)


class Monitor(NamedTuple):
    """The functions of a family of monitors."""

    fit_requests: Callable[[Dataset, DatasetSpec], tuple[Request, ...]]
    fit: Callable[[Dataset, DatasetSpec, Measurements], Baseline]
    requests: Callable[[Dataset, DatasetSpec, Baseline], tuple[Request, ...]]
    evaluate: Callable[[Dataset, DatasetSpec, Baseline, Measurements, Context], list[Result]]
    metrics: Callable[[Templates], tuple[str, ...]]


def monitor(name: MonitorName) -> Monitor:
    """The monitors of one family. Raises KeyError for a name that is not in MODULES."""
    module = import_module(MODULES[name])
    return Monitor(module.fit_requests, module.fit, module.requests, module.evaluate, module.metrics)
