"""All that is known of one model in one segment, chunk by chunk: what derived series, bounds and trust follow from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from whq.config.spec import DatasetSpec, ModelSpec
from whq.fit.histogram import Histogram
from whq.fit.isotonic import Knots
from whq.monitors.models.readings import Reading, Values, Variant
from whq.values import Cell, Dataset

REALIZED = "realized"


class Replayed(Struct, frozen=True):
    """What could have been said of each chunk at its time (`replay`), one entry a chunk.

    others: what is expected of a chunk of the reference by the curve of the other ones. refit: of any chunk by the
    newest curve. known: the newest chunks whose labels were known, the oldest first. curves: by class, the curve of the
    whole reference.
    """

    others: Sequence[Values | None] = ()
    refit: Sequence[Values | None] = ()
    known: Sequence[tuple[int, ...]] = ()
    curves: Mapping[str, Knots] = field(default_factory=dict)


class Known(Struct, frozen=True):
    """One model in one segment (None: all rows). Sequences have one entry a chunk, in the order of `cells`.

    cells: the chunks, those of the reference first. values: what each method counted, by its name; None for a chunk
    without rows. readings: by method and number; a method that failed has none. histograms: the rows of each chunk by
    score and class; empty where there are none. learned: what each method learned. grown: what was learned for this run
    only, by name. as_of: the run's clock. kind: the module of the model's kind. errors: the constants of the sampling
    errors. replayed: what could have been said of each chunk at its time.
    """

    dataset: Dataset
    spec: DatasetSpec
    model: ModelSpec
    kind: Any
    segment: str | None
    cells: tuple[Cell, ...]
    values: Mapping[str, Sequence[Values | None]]
    readings: Mapping[tuple[str, Variant], Sequence[Reading | None]]
    histograms: Sequence[Mapping[str, Histogram]]
    learned: Mapping[str, Any]
    as_of: datetime
    grown: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    replayed: Replayed = Replayed()
    is_open: Callable[[Any, Any], bool] | None = None

    @property
    def references(self) -> range:
        """The places of the reference's chunks."""
        return range(sum(cell.period == "reference" for cell in self.cells))

    @property
    def estimator(self) -> str:
        """The estimator of the kind that counts: `cbpe`, or `dle`; empty where none could be used."""
        return next((name for name in ("cbpe", "dle") if name in self.values), "")

    def of(self, method: str, variant: Variant) -> Sequence[Reading | None]:
        """The readings of a number by a method, one a chunk; None for each where there are none."""
        return self.readings.get((method, variant)) or (None,) * len(self.cells)

    def value(self, method: str, variant: Variant, place: int) -> float | None:
        """One value; None where there is none."""
        reading = self.of(method, variant)[place]
        return None if reading is None or reading.problem is not None else reading.value
