"""What a kind of models, a method and a derived series must know, as the functions that their modules have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct
from numpy.typing import NDArray

from whq.config.models import Better
from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.chance import Chance
from whq.fit.histogram import Histogram
from whq.fit.isotonic import Knots
from whq.monitors.models.known import Known
from whq.monitors.models.readings import Reading, Values, Variant
from whq.values import Dataset, Failure, Measurements, Period, Request, Row, Scope

Bounds = tuple[float | None, float | None]
"""Between what a value lies; None is not known."""

Chances = Mapping[str, Chance]
"""What chance does to each number of a model, by the key of its variant."""

Learned = Mapping[str, "MethodBaseline"]
"""What each method learned, by its name."""


class Answers(Struct, frozen=True):
    """What was counted in one scope: one row a cell, whose values are what the kind makes of all that came back.

    failure: why nothing is known. query: the statement that the values come from.
    """

    scope: Scope
    rows: Sequence[Row] = ()
    failure: Failure | None = None
    query: str | None = None


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

    def variants(self, model: ModelSpec) -> tuple[Variant, ...]:
        """The numbers to report of a model, each once."""

    def limits(self, variant: Variant) -> tuple[float, float]:
        """The least and the greatest value that a number can take."""

    def is_total(self, variant: Variant) -> bool:
        """Whether a number grows with the rows, so that it means little while labels are missing."""

    def problem_of(self, dataset: Dataset, model: ModelSpec) -> Problem | None:
        """What makes a model impossible to evaluate, before anything is asked."""

    def fit_requests(self, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
        """What the sampling errors are learned from."""

    def fit(self, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Mapping[str, Mapping[str, float]]:
        """By segment ("": all rows) and key of the variant the constants of the sampling errors that can be had."""

    def realized(self, dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
        """The requests that compare predictions with labels: all rows by chunk, then each segment's."""

    def realized_answers(
        self, dataset: Dataset, model: ModelSpec, measurements: Measurements, period: Period | None = None
    ) -> tuple[Answers, ...]:
        """What these requests brought, scope by scope."""

    def reading(self, model: ModelSpec, variant: Variant, values: Values) -> Reading:
        """A number from counts, realized or expected."""

    def missing(self, model: ModelSpec, values: Values, rows: int) -> Mapping[str, int]:
        """How many of these rows could not take part, by reason; of a reason that has none too."""

    def chances(self, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Mapping[str, Chances]:
        """By segment ("": all rows) what chance does to each number, to a total by row; those that can be had."""

    def considered(self, variant: Variant, values: Values) -> tuple[float | None, ...]:
        """How many rows of each sort a number of one cell is a mean over, as in its `Chance`; None is not known."""

    def better(self, variant: Variant) -> Better | None:
        """To which side the values are good; None where neither is."""

    def mistakes(self, variant: Variant, values: Values) -> tuple[float, float] | None:
        """How many rows and mistakes a realized value counts; None where it counts none."""

    def sampling_error(self, variant: Variant, constants: Mapping[str, float], rows: int) -> float | None:
        """What chance alone does to a number of so many rows: one standard deviation, in its unit."""

    def interval(self, variant: Variant, values: Values) -> Bounds:
        """Between what an exact realized value lies that counts in bins do not tell; nothing where it is exact."""

    def score_bins(self, dataset: Dataset, model: ModelSpec, learned: Learned) -> tuple[Request, ...]:
        """The requests for rows by bins of the score; none where the model has no score, or too little is learned."""

    def histograms(
        self, dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
    ) -> Mapping[str | None, Mapping[tuple[str | None, ...], Mapping[str, Histogram]]]:
        """What these requests brought, by segment, cell (`outcome.key`) and class."""

    def expected(
        self, model: ModelSpec, histograms: Mapping[str, Histogram], chances: Mapping[str, NDArray[Any]]
    ) -> Values:
        """What a scan of the chunk's rows would bring if each bin came true with its chance, by class."""


class Classifier(Kind, Protocol):
    """A kind that tells chances of classes, which an estimator can calibrate. Curves are by class."""

    def score_groups(self, dataset: Dataset, model: ModelSpec) -> Mapping[str, Request]:
        """By class the request for rows and those of the class by score, over the whole reference."""

    def estimated(self, dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots]) -> tuple[Request, ...]:
        """The requests for what is expected of rows without labels: all rows by chunk, then each segment's."""

    def estimated_answers(
        self, dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots], measurements: Measurements
    ) -> tuple[Answers, ...]:
        """What these requests brought, scope by scope."""


class Method(Protocol):
    """How the numbers of a model are counted."""

    WORD: str
    """How its values are called in messages: `estimated`, `realized`."""
    INTERVAL: str
    """What the bounds of its values are, where that is not plain; empty where it is."""
    IS_COUNTED: bool
    """Whether its values are counts of what happened, not what is expected."""
    BASELINE: type[MethodBaseline]

    def refuses(self, variant: Variant) -> str:
        """Why it cannot say a number of any model; empty where it can."""

    def fit_requests(self, kind: Kind, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
        """What must be known of a reference that has labels."""

    def fit(self, kind: Kind, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> MethodBaseline:
        """What these measurements teach, or why nothing can be learned."""

    def requests(self, kind: Kind, dataset: Dataset, model: ModelSpec, learned: Any) -> tuple[Request, ...]:
        """What must be measured: all rows by chunk, then each segment's."""

    def answers(
        self, kind: Kind, dataset: Dataset, model: ModelSpec, learned: Any, measurements: Measurements
    ) -> tuple[Answers, ...]:
        """What these requests brought, scope by scope: all rows, then each segment."""

    def reading(self, kind: Kind, model: ModelSpec, variant: Variant, values: Values) -> Reading:
        """One number of one cell."""


class Derived(Protocol):
    """A series that follows from what is known already, without a scan of its own."""

    WORD: str
    """How its values are called in messages."""
    INTERVAL: str
    """What the bounds of its values are, where that is not plain; empty where it is."""
    NEEDS: tuple[str, ...]
    """The methods whose values it follows from, beside `realized`: the first that the kind has."""
    IS_JUDGED: bool
    """Whether its values are judged by the band of the realized ones; else by what its readings say."""

    def variants(self, kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
        """The numbers that it gives."""

    def derive(self, known: Known, variant: Variant) -> Sequence[Reading | None]:
        """One reading a chunk of `known`, in its order, None for a chunk without rows, `LEFT_OUT` for one without a
        result; nothing at all where the series is not to be shown."""
