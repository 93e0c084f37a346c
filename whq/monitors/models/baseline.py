"""What the reference teaches about models: a calibration curve, and what chance alone does to a chunk's metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct, field

from whq.errors import Problem
from whq.fit.isotonic import Knots
from whq.monitors import Baseline


class ModelBaseline(Struct, frozen=True, omit_defaults=True):
    """What is learned of one model.

    knots: the calibration curve, empty where no estimate is possible; then `refused` is the reason that the
    configuration or the data gives, or `problem` is what went wrong. calibrated: False where the raw scores separate
    the classes so well that they are taken as they are. rows, prevalence: labelled rows of the reference, and the
    share of positive labels, 0..1. errors: by segment ("": all rows) and metric, the constants of sampling errors.
    """

    refused: str = ""
    problem: Problem | None = None
    knots: Knots = ()
    calibrated: bool = False
    rows: int = 0
    prevalence: float | None = None
    errors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class ModelsBaseline(Baseline, frozen=True):
    """What is learned of a dataset's models, by their names."""

    FORMAT: ClassVar[int] = 2
    CHANGE: ClassVar[str] = "calibration curves are kept in another form"

    models: Mapping[str, ModelBaseline] = field(default_factory=dict)

    def of(self, name: str) -> ModelBaseline:
        """What is learned of a model; a blank one where that is nothing."""
        return self.models.get(name) or ModelBaseline()
