"""What a kind of models and a method must know, as the functions that their modules have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from whq.config.models import Better
from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.chance import Chance
from whq.values import Dataset, Measurements, Period, Request, Scalar

Values = Mapping[str, Scalar]
"""The outputs of one row of an answer, by name: what was counted of one cell."""
Bounds = tuple[float | None, float | None]
"""Between what a value lies; None is not known."""

Chances = Mapping[str, Chance]
"""What chance does to each metric."""


class Reading(Struct, frozen=True):
    """The value of one metric in one cell, or why there is none.

    rows: how many rows the value comes from; its sampling error follows from them. reason: why there is no value, or
    what is special about it. problem: what makes the cell's rows impossible to evaluate. is_waiting: labels have not
    arrived yet. withheld: why the value, though there is one, is not judged.
    """

    value: float | None
    rows: int = 0
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    problem: Problem | None = None
    is_waiting: bool = False
    withheld: str = ""


class MethodBaseline(Struct, frozen=True, omit_defaults=True):
    """What a method learns of one model from the reference; methods that learn more add fields with a default.

    refused: why, by configuration or data, the method can say nothing of this model. problem: what went wrong.
    """

    refused: str = ""
    problem: Problem | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the method can be used."""
        return not self.refused and self.problem is None


class Kind(Protocol):
    """A kind of models: columns, metrics and their arithmetic."""

    def metrics(self, model: ModelSpec) -> tuple[str, ...]:
        """The metrics to report of a model, each once."""

    def limits(self, metric: str) -> tuple[float, float]:
        """The least and the greatest value that a metric can take."""

    def is_total(self, metric: str) -> bool:
        """Whether a metric grows with the rows, so that it means little while labels are missing."""

    def problem_of(self, dataset: Dataset, model: ModelSpec) -> Problem | None:
        """What makes a model impossible to evaluate, before anything is asked."""

    def fit_requests(self, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
        """What the sampling errors are learned from."""

    def fit(self, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Mapping[str, Mapping[str, float]]:
        """By segment ("": all rows) and metric the constants of the sampling errors; those that can be had."""

    def realized(self, dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
        """The requests that compare predictions with labels: all rows by chunk, then each segment's."""

    def reading(self, model: ModelSpec, metric: str, values: Values) -> Reading:
        """A metric from counts, realized or expected."""

    def missing(self, model: ModelSpec, values: Values, rows: int) -> Mapping[str, int]:
        """How many of these rows could not take part, by reason; of a reason that has none too."""

    def chances(self, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Mapping[str, Chances]:
        """By segment ("": all rows) and metric what chance does to it, to a total by row; those that can be had."""

    def considered(self, metric: str, values: Values) -> tuple[float | None, ...]:
        """How many rows of each sort a metric of one cell is a mean over, as in its `Chance`; None is not known."""

    def better(self, metric: str) -> Better | None:
        """To which side the values of a metric are good; None where neither is."""

    def mistakes(self, metric: str, values: Values) -> tuple[float, float] | None:
        """How many rows and mistakes a realized value counts; None where it counts none."""

    def sampling_error(self, metric: str, constants: Mapping[str, float], rows: int) -> float | None:
        """What chance alone does to a metric of so many rows: one standard deviation, in the metric's unit."""

    def interval(self, metric: str, values: Values) -> Bounds:
        """Between what an exact realized value lies that counts in bins do not tell; nothing where it is exact."""


class Method(Protocol):
    """How the metrics of a model come about."""

    WORD: str
    """How its values are called in messages: `estimated`, `realized`."""
    INTERVAL: str
    """What the bounds of its values are, where that is not plain; empty where it is."""
    IS_COUNTED: bool
    """Whether its values are counts of what happened, not what is expected."""
    BASELINE: type[MethodBaseline]

    def fit_requests(self, kind: Kind, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
        """What must be known of a reference that has labels."""

    def fit(self, kind: Kind, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> MethodBaseline:
        """What these measurements teach, or why nothing can be learned."""

    def requests(self, kind: Kind, dataset: Dataset, model: ModelSpec, learned: Any) -> tuple[Request, ...]:
        """What must be measured: all rows by chunk, then each segment's."""

    def reading(self, kind: Kind, model: ModelSpec, metric: str, values: Values) -> Reading:
        """One metric of one cell."""

    def bounds(self, kind: Kind, metric: str, reading: Reading, values: Values, error: float | None) -> Bounds:
        """Between what the metric lies, given its sampling error."""
