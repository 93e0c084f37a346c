"""Models of several classes: each class against all others, averaged, and the confusion matrix of all classes.

Classes are the keys of `score`, in the order of the file. A true or predicted value that is none of them makes its row
a wrong one and belongs to no class. What chance does to an average follows from the whole matrix (`whq.fit.confusion`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from whq.config.models import KINDS, Better
from whq.config.spec import ModelSpec
from whq.fit import confusion
from whq.fit.confusion import HIT, ROWS, Tallies
from whq.fit.histogram import NEGATIVE, POSITIVE, UNKNOWN, Histogram, area, precision
from whq.monitors.models import binary
from whq.monitors.models.against_rest import (
    RANKING,
    TOTALS,
    against_rest,
    counts_of,
    is_total,
    place_of,
    variants,
    worth_of,
)
from whq.monitors.models.class_chances import chances, considered, fit, fit_requests, sampling_error
from whq.monitors.models.classes import (
    estimated,
    estimated_answers,
    histograms,
    problem_of,
    realized,
    realized_answers,
    score_bins,
    score_groups,
)
from whq.monitors.models.protocol import Bounds
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.outcome import count

__all__ = [
    "better", "chances", "considered", "estimated", "estimated_answers", "expected", "fit", "fit_requests",
    "histograms", "interval", "is_total", "limits", "missing", "mistakes", "problem_of", "reading", "realized",
    "realized_answers", "sampling_error", "score_bins", "score_groups", "variants",
]  # fmt: skip

# --- metrics ------------------------------------------------------------------------------------------------


def limits(variant: Variant) -> tuple[float, float]:
    """The least and the greatest value that a number can take."""
    if variant.metric == "business_value":
        return -inf, inf
    return 0.0, inf if variant.metric in TOTALS else 1.0


def better(variant: Variant) -> Better | None:
    """To which side the values are good; the cells of a confusion matrix have no good side."""
    return KINDS["multiclass"].better.get(variant.metric)


def mistakes(variant: Variant, values: Values) -> tuple[float, float] | None:
    """Rows and wrong predictions, of accuracy; of one class, rows that are wrongly told to be of it or not."""
    if variant.metric != "accuracy":
        return None
    tallies: Tallies = values["tallies"]
    if variant.of is None:
        return tallies.rows, tallies.rows - float(tallies.numbers[:, HIT].sum())
    counts = counts_of(tallies, values["classes"].index(variant.of))
    return counts.rows, counts.fp + counts.fn


def reading(model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """One number of what was counted or is expected (`whq.monitors.models.classes`)."""
    told = {name: values[name] for name in ("unknown_labels", "unknown_predictions", "uneven_scores") if values[name]}
    if values.get("uncalibrated"):
        told["uncalibrated_classes"] = list(values["uncalibrated"])
    one = _ranking(variant, values) if variant.metric in RANKING else _counted(model, variant, values)
    return replace(one, details={**told, **one.details})


def _counted(model: ModelSpec, variant: Variant, values: Values) -> Reading:
    rows, tallies = count(values, "predicted"), values["tallies"]
    if not rows:
        return Reading(None, reason="no row has both a prediction and what it is compared with")
    if variant.metric in TOTALS:
        return _total(model, variant, values, rows)
    if variant.of is not None:
        return binary.reading(model, Variant(variant.metric), against_rest(values, variant.of))
    value = tallies.value(variant.metric, model.average)
    if value is None:
        return Reading(None, rows, "no row is of one of the classes, by label or prediction")
    absent = [name for name, is_there in zip(values["classes"], tallies.present, strict=True) if not is_there]
    return Reading(value, rows, details=_absent(absent) if variant.metric != "accuracy" else {})


def _absent(names: Sequence[str]) -> dict[str, Any]:
    """What an average says of the classes that it leaves out."""
    return {"absent_classes": list(names)} if names else {}


def _total(model: ModelSpec, variant: Variant, values: Values, rows: int) -> Reading:
    matrix, classes = values["matrix"], values["classes"]
    if matrix is None:
        why = "only the classes are known, each against all others, not their pairs"
        return Reading(None, rows, why, is_waiting=True)
    if variant.metric == "business_value":
        worth = worth_of(model)
        return Reading(float((matrix * worth).sum()), rows)
    true, predicted = place_of(classes, variant.of or "")
    members = float(matrix[true, predicted])
    of_true, of_predicted = float(matrix[true].sum()), float(matrix[:, predicted].sum())
    shares = {
        "of_all": members / rows,
        "of_true": members / of_true if of_true else None,
        "of_predicted": members / of_predicted if of_predicted else None,
    }
    return Reading(members, rows, details=shares)


def _ranking(variant: Variant, values: Values) -> Reading:
    metric, problem = variant.metric, binary.outside(values)
    ranking, rows = values["ranking"], count(values, "scored")
    if not rows:
        return Reading(None, 0, "no row has both its scores and what they are compared with", problem=problem)
    if variant.of is not None:
        return binary.reading(_NO_MODEL, Variant(metric), against_rest(values, variant.of))
    if values["average"] == "micro" and len(ranking) <= len(values["classes"]):
        why = "only the classes are known, each against all others, not all their scores together"
        return Reading(None, rows, why, problem=problem, is_waiting=True)
    value = _average(values, metric)
    if value is None:
        return Reading(None, rows, f"one class only: {metric} is not defined", problem=problem)
    absent = [name for name, one in zip(values["classes"], ranking, strict=False) if one[metric] is None]
    return Reading(value, rows, details=_absent(absent), problem=problem)


_NO_MODEL = ModelSpec(name="", score=None)
"""Rankings of one class need to know nothing of the model."""


def _average(values: Values, name: str) -> float | None:
    """The average of an output of the rankings: of all scores together if micro, else of the classes that have one."""
    each, ranking = values["classes"], values["ranking"]
    if values["average"] == "micro":
        return ranking[len(each)][name]  # type: ignore[no-any-return]
    of_class = ranking[: len(each)]
    weights = [one["positives"] if values["average"] == "weighted" else 1.0 for one in of_class]
    return confusion.averaged([one[name] for one in of_class], weights)


def missing(model: ModelSpec, values: Values, rows: int) -> dict[str, int]:
    """How many of the rows lack a score, and where there is a prediction column how many have no prediction."""
    return binary.missing(model, values, rows)


def interval(variant: Variant, values: Values) -> Bounds:
    """Between what a realized ranking lies where bins of scores hide the exact value; nothing where it is exact."""
    metric = variant.metric
    if metric not in RANKING or not values["ranking"]:
        return None, None
    if variant.of is not None:
        return binary.interval(Variant(metric), against_rest(values, variant.of))
    lower, upper = _average(values, f"{metric}_lower"), _average(values, f"{metric}_upper")
    return binary.interval(Variant(metric), {f"{metric}_lower": lower, f"{metric}_upper": upper})


# --- what bins of the scores tell ---------------------------------------------------------------------------


def expected(
    model: ModelSpec, histograms: Mapping[str, Histogram], chances: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    """What `models/scan/multiclass_cbpe` would say of rows that come true with the chances of their bins.

    The chances of all classes are scaled to the number of rows, as those of one row are in a scan. Pairs of classes are
    not known.
    """
    classes = tuple(histograms)
    hits = {of: one.members * chances[of][:, None] for of, one in histograms.items()}
    rows = max((one.rows for one in histograms.values()), default=0.0)
    total = float(sum(own.sum() for own in hits.values()))
    scale = rows / total if total else 0.0
    numbers, ranking = np.zeros((len(classes), 4)), []
    for place, (of, one) in enumerate(histograms.items()):
        own, members = hits[of] * scale, one.members.sum(axis=1)
        known = one.members[:, :UNKNOWN].sum()
        numbers[place] = (
            own[:, POSITIVE].sum(),
            own[:, [NEGATIVE, POSITIVE]].sum(),
            one.members[:, POSITIVE].sum(),
            known,
        )
        positives = own.sum(axis=1)
        ranking.append({
            "scored": float(members.sum()), "positives": float(positives.sum()),
            "roc_auc": area(positives, members - positives), "average_precision": precision(positives, members),
        })  # fmt: skip
    predicted = float(numbers[:, ROWS].max()) if classes else 0.0
    return {
        "total": rows, "labelled": rows, "scored": rows, "outside": 0, "predicted": predicted, "matrix": None,
        "tallies": Tallies(numbers), "ranking": tuple(ranking), "classes": classes, "average": model.average,
        "unknown_labels": 0, "unknown_predictions": 0, "uneven_scores": 0,
    }  # fmt: skip
