"""The blend of CBPE and PAPE, half way between: for those who want one number.

PAPE is right where the features moved, CBPE where too little of the reference is like the chunk. No single sign of a
chunk tells which; half way is never clearly worse than CBPE (143 chunks of six logs; `docs/estimates.md`).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.monitors.models import pape
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
    """The mean of both estimates of each chunk."""
    adapted = known.readings.get(("pape", variant)) or pape.derive(known, variant)
    return tuple(_between(*pair) for pair in zip(known.of("cbpe", variant), adapted, strict=True))


def _between(plain: Reading | None, adapted: Reading | None) -> Reading | None:
    if plain is None or adapted is None or plain.value is None or adapted.value is None:
        return adapted
    return replace(adapted, value=(plain.value + adapted.value) / 2)
