"""The record of an estimator: by how much it was off, chunk by chunk, as soon as the labels of a chunk are due.

A series of its own beside the estimates, `cbpe_error` beside `cbpe`. Chunks whose labels are not due, or that lack one
of the two values, have no result; a later run fills them in. Nothing is judged. Chunks of the reference count only
where the estimate is by models that their own labels did not teach (`replay`): in sample an estimator looks too good.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from whq.config.models import DERIVED, ERROR
from whq.config.spec import ModelSpec
from whq.monitors.judge import clipped
from whq.monitors.models import derived
from whq.monitors.models.known import Known
from whq.monitors.models.labels import is_labelled
from whq.monitors.models.protocol import Derived, Kind
from whq.monitors.models.readings import LEFT_OUT, Reading, Variant
from whq.monitors.models.replay import estimated, realized

_BY_OWN_LABELS = frozenset({"pape", "blend"})
"""Estimators that show the reference by curves that it has taught itself."""


class Record(Struct, frozen=True):
    """The errors of one estimator; it is what a module of a derived series is (`protocol.Derived`)."""

    estimator: str
    NEEDS: tuple[str, ...]
    WORD: str = "estimated less realized"
    INTERVAL: str = ""
    IS_JUDGED: bool = False

    def variants(self, kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
        """The numbers that the estimator gives."""
        return kind.variants(model) if self.estimator not in DERIVED else derived(self.estimator).variants(kind, model)

    def derive(self, known: Known, variant: Variant) -> Sequence[Reading | None]:
        """Estimate - realized of each chunk where both are known; nothing while no label came after the reference."""
        later = range(len(known.references), len(known.cells))
        if not known.replayed.known or not any(is_labelled(known, place) for place in later):
            return ()
        estimates, truth = estimated(known, self.estimator, variant), realized(known, variant)
        return [
            _error(known, self.estimator, variant, place, estimate, real)
            if estimate is not None and real is not None and self._counts(known, place)
            else LEFT_OUT
            for place, (estimate, real) in enumerate(zip(estimates, truth, strict=True))
        ]

    def _counts(self, known: Known, place: int) -> bool:
        """Whether a chunk's labels are due, and did not teach the estimate themselves."""
        if not is_labelled(known, place):
            return False
        if place not in known.references:
            return True
        is_replayed = known.estimator != "cbpe" or known.replayed.others[place] is not None
        return self.estimator not in _BY_OWN_LABELS and is_replayed


def _error(known: Known, name: str, variant: Variant, place: int, estimate: float, real: float) -> Reading:
    """One error, in the metric's unit, with what it is the difference of: of a total, for as many rows as estimated."""
    reading = known.of(name, variant)[place]
    rows = 0 if reading is None else reading.rows
    scale, limits = rows if known.kind.is_total(variant) else 1, known.kind.limits(variant)
    said, came = clipped(estimate * scale, limits), clipped(real * scale, limits)
    return Reading(said - came, rows, details={"estimated": said, "realized": came})


def of(name: str) -> Derived:
    """The series of a name such as `cbpe_error`."""
    estimator = name.removesuffix(ERROR)
    needs = derived(estimator).NEEDS if estimator in DERIVED else (estimator,)
    return cast(Derived, Record(estimator, needs))
