"""The numbers of a model of several classes: which there are, and what each class is against all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whq.config.models import KINDS
from whq.config.spec import ModelSpec
from whq.fit.confusion import HIT, PREDICTED, ROWS, TRUE, Tallies
from whq.monitors.models import binary
from whq.monitors.models.classes import ABOVE, classes_of
from whq.monitors.models.readings import Values, Variant

RANKING = KINDS["multiclass"].of_scores
TOTALS = frozenset({"confusion_matrix", "business_value"})
"""Metrics that grow with the rows."""


def variants(model: ModelSpec) -> tuple[Variant, ...]:
    """The numbers to report: the defaults when none is named, each followed by those of the classes where asked for.

    A confusion matrix is one number for each pair of a true and a predicted class.
    """
    defaults = KINDS["multiclass"].defaults
    if model.prediction is None:
        defaults = tuple(name for name in defaults if name in RANKING)
    return tuple(variant for name in dict.fromkeys(model.metrics or defaults) for variant in _variants(model, name))


def _variants(model: ModelSpec, name: str) -> Iterator[Variant]:
    classes = classes_of(model)
    if name == "confusion_matrix":
        yield from (Variant(name, f"{true}{ABOVE}{predicted}") for true in classes for predicted in classes)
        return
    yield Variant(name)
    if model.per_class and name not in TOTALS:
        yield from (Variant(name, of) for of in classes)


def is_total(variant: Variant) -> bool:
    """Whether a number grows with the rows: cells of the confusion matrix, and sums of worth."""
    return variant.metric in TOTALS


def worth_of(model: ModelSpec) -> NDArray[np.float64]:
    """What a row of each true and predicted class is worth: 0 where nothing is said, and of other classes."""
    classes = classes_of(model)
    worth = np.zeros((len(classes) + 1, len(classes) + 1))
    for true, by_predicted in (model.worth or {}).items():
        for predicted, value in by_predicted.items():
            worth[classes.index(true), classes.index(predicted)] = value
    return worth


def place_of(classes: Sequence[str], pair: str) -> tuple[int, int]:
    """The true and the predicted class that `true>predicted` names."""
    return next(
        (row, column)
        for row, true in enumerate(classes)
        for column, predicted in enumerate(classes)
        if f"{true}{ABOVE}{predicted}" == pair
    )


def counts_of(tallies: Tallies, place: int) -> binary.Counts:
    """One class against all others."""
    numbers = tallies.numbers[place]
    hits, of_class, predicted, rows = (float(numbers[one]) for one in (HIT, TRUE, PREDICTED, ROWS))
    return binary.Counts(hits, predicted - hits, of_class - hits, rows - of_class - predicted + hits)


_SHARED = ("total", "labelled", "scored", "outside", "predicted")
"""What all classes have alike; an estimate has no labels."""


def against_rest(values: Values, of: str) -> dict[str, Any]:
    """What a scan of a binary model would say whose positive rows are those of a class."""
    place = values["classes"].index(of)
    counts = counts_of(values["tallies"], place)
    own = {**values["ranking"][place]} if place < len(values["ranking"]) else {}
    shared = {name: values[name] for name in _SHARED if name in values}
    return {**dict.fromkeys(RANKING), **own, **shared, **counts.by_cell}
