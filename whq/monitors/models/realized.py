"""Realized performance: predictions compared with labels, where there are any. Nothing is learned for it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.monitors.models.protocol import Answers, Kind, MethodBaseline
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.outcome import count
from whq.values import Dataset, Measurements, Request

WORD = "realized"
INTERVAL = "many rows are ranked by bins; the exact value is not below `lower` and not above `upper`"
IS_COUNTED = True
BASELINE = MethodBaseline


def refuses(variant: Variant) -> str:
    """Nothing."""
    return ""


def fit_requests(kind: Kind, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """Nothing beside what the kind asks for."""
    return ()


def fit(kind: Kind, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> MethodBaseline:
    """Nothing is learned."""
    return MethodBaseline()


def requests(kind: Kind, dataset: Dataset, model: ModelSpec, learned: Any) -> tuple[Request, ...]:
    """The comparisons of predictions with labels."""
    return kind.realized(dataset, model)


def answers(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Any, measurements: Measurements
) -> tuple[Answers, ...]:
    """The counts by cell."""
    return kind.realized_answers(dataset, model, measurements)


def reading(kind: Kind, model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """The value over the rows that have a label; a total is not judged before all of them have."""
    total, labelled = count(values, "total"), count(values, "labelled")
    ratio = labelled / total if total else None
    without = {name: rows for name, rows in kind.missing(model, values, labelled).items() if rows}
    value = _bounded(kind.reading(model, variant, values), kind, variant, values)
    details = {"labelled_ratio": ratio, **without, **value.details}
    if value.value is None and not labelled:
        return replace(value, reason="no labels yet", is_waiting=True, details=details)
    is_partial = ratio is not None and ratio < 1 and kind.is_total(variant)
    return replace(value, details=details, withheld="a total needs all labels" if is_partial else "")


def _bounded(reading: Reading, kind: Kind, variant: Variant, values: Values) -> Reading:
    """The reading with the bounds that counts in bins leave open."""
    lower, upper = kind.interval(variant, values)
    if lower is None and upper is None:
        return reading
    return replace(reading, lower=lower, upper=upper, interval="certain")
