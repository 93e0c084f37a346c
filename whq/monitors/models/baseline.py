"""What the reference teaches about models: by method what it needs, and what chance alone does to the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from msgspec import Struct, ValidationError, convert, field

from whq.monitors import Baseline
from whq.monitors.models import method
from whq.monitors.models.protocol import Chances, MethodBaseline


class ModelBaseline(Struct, frozen=True, omit_defaults=True):
    """What is learned of one model.

    methods: what each of its methods learned, by its name. errors: by segment ("": all rows) and metric, the
    constants from which the sampling errors of `details` follow. chances: what chance does to the metrics, from which
    thresholds follow.
    """

    methods: Mapping[str, MethodBaseline] = field(default_factory=dict)
    errors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    chances: Mapping[str, Chances] = field(default_factory=dict)


class _Stored(Struct, frozen=True):
    """The same before the methods have read their part."""

    methods: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    chances: Mapping[str, Chances] = field(default_factory=dict)


class _AllStored(Struct, frozen=True):
    models: Mapping[str, _Stored] = field(default_factory=dict)


class ModelsBaseline(Baseline, frozen=True):
    """What is learned of a dataset's models, by their names."""

    FORMAT: ClassVar[int] = 3
    CHANGE: ClassVar[str] = "thresholds changed"

    models: Mapping[str, ModelBaseline] = field(default_factory=dict)

    def parts(self) -> Mapping[str, Struct]:
        """What is learned of each model."""
        return self.models

    def of(self, name: str) -> ModelBaseline:
        """What is learned of a model; a blank one where that is nothing."""
        return self.models.get(name) or ModelBaseline()

    @classmethod
    def read(cls, document: object) -> Self:
        """The baseline from plain JSON values; each method reads its part.

        Raises:
            msgspec.ValidationError: The values are not of this form, or name a method that there is not.
        """
        stored = convert(document, _AllStored).models
        return cls(
            {name: ModelBaseline(_methods(model), model.errors, model.chances) for name, model in stored.items()}
        )


def _methods(stored: _Stored) -> dict[str, MethodBaseline]:
    try:
        return {name: convert(part, method(name).BASELINE) for name, part in stored.methods.items()}
    except ModuleNotFoundError as error:
        raise ValidationError(f"no method {error.name}") from None
