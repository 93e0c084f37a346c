"""PAPE, probabilistic adaptive performance estimation: CBPE with a calibration for each chunk.

The reference is weighted like the chunk (`domain`), so that the calibration curve is that of rows like the chunk's.
Where the features moved and the concept did not, that is right where one curve for all is not; where reference and
chunk hardly overlap, a few rows decide, and it is noise.

In the reference the weights are one: there it is the same as CBPE. Metrics come from the counts of the chunk by score
(`models/scan/score_bins`), so that nothing reads its rows but the growth of the domain model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.domain import Domain
from whq.monitors.models.domain import domain_of, scores_of
from whq.monitors.models.known import Known
from whq.monitors.models.protocol import Kind
from whq.monitors.models.readings import Reading, Variant

WORD = "estimated"
INTERVAL = ""
NEEDS = ("cbpe",)
GROWS = ("domain",)
IS_JUDGED = True


def variants(kind: Kind, model: ModelSpec) -> tuple[Variant, ...]:
    """All numbers of the model."""
    return kind.variants(model)


def derive(known: Known, variant: Variant) -> Sequence[Reading | None]:
    """The number in each chunk by the curves of its weighted reference."""
    return tuple(_reading(known, variant, place) for place in range(len(known.cells)))


def _reading(known: Known, variant: Variant, place: int) -> Reading | None:
    plain = known.of("cbpe", variant)[place]
    if plain is None or plain.problem is not None or known.cells[place].period == "reference":
        return plain
    found = domain_of(known, place)
    if isinstance(found, Problem):
        return Reading(None, problem=found)
    if not isinstance(found, Domain):
        return Reading(
            None,
            reason="the chunk has no domain model" if found is None else found.reason,
            word="" if found is None else found.word,
        )
    histograms = known.histograms[place]
    if not histograms:
        return Reading(None, reason="no row has a score")
    curves = dict(zip(scores_of(known.model), found.curves, strict=True))
    chances = {of: np.clip(one.calibrated(curves[of]), 0.0, 1.0) for of, one in histograms.items()}
    reading: Reading = known.kind.reading(known.model, variant, known.kind.expected(known.model, histograms, chances))
    return replace(reading, details={**plain.details, **reading.details, "domain": found.details})
