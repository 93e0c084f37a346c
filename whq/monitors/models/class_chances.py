"""What chance does to the numbers of a model of several classes, as its reference tells."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whq.config.spec import ModelSpec
from whq.fit import chance, confusion, sampling
from whq.fit.chance import Chance, Part
from whq.fit.confusion import HIT, TRUE, Tallies
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
from whq.monitors.models.classes import classes_of, realized, realized_answers, score_groups
from whq.monitors.models.readings import Values, Variant
from whq.monitors.outcome import answer
from whq.values import Dataset, Measurement, Measurements, Request

RELATED = 2.0
"""How many times larger the variance of an averaged ranking is than that of classes which err apart: what ranks one
class too high ranks another too low. For two classes it is exactly that; in drawn worlds of two to eight classes, even
and uneven, ordered and not, it is 0.8 to 2.0."""
ROUNDING = 1e-9
"""So small a part of the rows is none: expected rows are sums of chances."""


def fit_requests(dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """Score groups of the whole reference by class, and the realized confusion matrices of its chunks."""
    return (*score_groups(dataset, model).values(), *realized(dataset, model, "reference"))


def fit(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, float]]:
    """Constants of the sampling errors by segment; those of the ranking are the whole reference's everywhere."""
    ranking = _ranking_constants(_groups(dataset, model, measurements), model.average)
    return {
        segment: {**ranking, **_constants(model, matrix)}
        for segment, matrix in _taught(dataset, model, measurements).items()
    }


def chances(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, dict[str, Chance]]:
    """What chance does to the numbers, by segment; to those of the ranking what it does in the whole reference."""
    ranking = ranking_chances(_groups(dataset, model, measurements), model.average)
    return {
        segment: {**ranking, **matrix_chances(model, matrix)}
        for segment, matrix in _taught(dataset, model, measurements).items()
    }


def _groups(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, sampling.Groups]:
    """The score groups of the reference by class; those that could be had."""
    answers = {of: answer(measurements, request) for of, request in score_groups(dataset, model).items()}
    return {of: binary.groups_of(one) for of, one in answers.items() if isinstance(one, Measurement)}


def _taught(dataset: Dataset, model: ModelSpec, measurements: Measurements) -> dict[str, NDArray[np.float64]]:
    """The confusion matrix of the whole reference by segment."""
    by_segment: dict[str, list[NDArray[np.float64]]] = {}
    for answers in realized_answers(dataset, model, measurements, "reference"):
        for row in answers.rows:
            segment = row.cell.segment or ""
            values: Values = row.values
            by_segment.setdefault(segment, []).append(values["matrix"])
    return {segment: np.sum(matrices, axis=0) for segment, matrices in by_segment.items()}


def _constants(model: ModelSpec, matrix: NDArray[np.float64]) -> dict[str, float]:
    """The constants of the sampling errors of what a confusion matrix gives."""
    rows, classes = float(matrix.sum()), classes_of(model)
    found: dict[str, float | None] = {}
    for variant in variants(model) if rows else ():
        if variant.metric in RANKING:
            continue
        if variant.metric == "business_value":
            found[variant.key] = sampling.of_values(_by_worth(model, matrix))
        elif variant.metric == "confusion_matrix":
            members = float(matrix[place_of(classes, variant.of or "")])
            found[variant.key] = sampling.of_share(members, rows, rows)
        elif variant.of is None:
            found[variant.key] = confusion.sampling_constant(matrix, len(classes), variant.metric, model.average)
        else:
            counts = counts_of(Tallies.of(matrix, len(classes)), classes.index(variant.of))
            found[variant.key] = binary.error_constants(counts, None).get(variant.metric)
    return {key: constant for key, constant in found.items() if constant is not None}


def matrix_chances(model: ModelSpec, matrix: NDArray[np.float64]) -> dict[str, Chance]:
    """What chance does to what a confusion matrix gives, to totals by row."""
    rows, classes = float(matrix.sum()), classes_of(model)
    found: dict[str, Chance | None] = {}
    for variant in variants(model) if rows else ():
        if variant.metric in RANKING:
            continue
        if variant.metric == "business_value":
            found[variant.key] = chance.of_values(_by_worth(model, matrix))
        elif variant.metric == "confusion_matrix":
            members = float(matrix[place_of(classes, variant.of or "")])
            found[variant.key] = chance.of_share(members, rows, rows)
        elif variant.metric == "accuracy" and variant.of is None:
            hits = float(Tallies.of(matrix, len(classes)).numbers[:, HIT].sum())
            found[variant.key] = chance.of_share(hits, rows, rows)
        elif variant.of is None:
            found[variant.key] = confusion.chance_of(matrix, len(classes), variant.metric, model.average)
        else:
            counts = counts_of(Tallies.of(matrix, len(classes)), classes.index(variant.of))
            found[variant.key] = binary.chances_of(counts, None).get(variant.metric)
    return {key: one for key, one in found.items() if one is not None}


def _by_worth(model: ModelSpec, matrix: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Pairs of rows and what one of them is worth."""
    return [(float(rows), float(value)) for rows, value in zip(matrix.flat, worth_of(model).flat, strict=True)]


def _ranking_constants(groups: Mapping[str, sampling.Groups], average: str) -> dict[str, float]:
    """The constants of the rankings: of a class its own, of an average as if classes erred apart, times √`RELATED`."""
    each = {of: sampling.of_ranking(own) for of, own in groups.items()}
    found = {Variant(metric, of).key: constant for of, own in each.items() for metric, constant in own.items()}
    if average == "micro":
        pooled = _pooled_chances(groups)
        return found | {metric: sqrt(sum(part.variance for part in one.parts)) for metric, one in pooled.items()}
    for metric in RANKING:
        weighted = [(share, each[of][metric]) for of, share in _shares(groups, average).items() if metric in each[of]]
        total = sum(share for share, _ in weighted)
        if total:
            found[metric] = sqrt(RELATED * sum((share / total * constant) ** 2 for share, constant in weighted))
    return found


def _shares(groups: Mapping[str, sampling.Groups], average: str) -> dict[str, float]:
    """How much each class counts in an average of the reference."""
    return {of: 1.0 if average == "macro" else sum(own.positives) for of, own in groups.items()}


def ranking_chances(groups: Mapping[str, sampling.Groups], average: str) -> dict[str, Chance]:
    """What chance does to the rankings of each class, and to their average."""
    each = {of: chance.of_ranking(own) for of, own in groups.items()}
    found = {Variant(metric, of).key: one for of, own in each.items() for metric, one in own.items()}
    if average == "micro":
        return found | _pooled_chances(groups)
    shares = _shares(groups, average)
    for metric, sorts in (("roc_auc", 2), ("average_precision", 1)):
        total = sum(share for of, share in shares.items() if metric in each[of])
        if total:
            found[metric] = Chance(
                tuple(
                    part for of, share in shares.items() for part in _shared(each[of].get(metric), share / total, sorts)
                )
            )
    return found


def _shared(one: Chance | None, share: float, sorts: int) -> list[Part]:
    """The parts of one class in an average; a class that the reference cannot rank adds nothing."""
    if one is None:
        return [Part(0.0, 0.0, 1.0)] * sorts
    scale = RELATED * share**2
    return [Part(part.variance * scale, part.third * scale, part.share) for part in one.parts]


def _pooled_chances(groups: Mapping[str, sampling.Groups]) -> dict[str, Chance]:
    """The same of all scores of all classes together.

    A row brings one score that is right and others that are not; these count as one, as they err together, and with the
    right one, which they push down.
    """
    rows = sorted(
        row for one in groups.values() for row in zip(one.lows, one.highs, one.members, one.positives, strict=True)
    )
    if not rows:
        return {}
    pooled = chance.of_ranking(sampling.Groups(*map(list, zip(*rows, strict=True))))
    return {
        metric: Chance(tuple(Part(part.variance * RELATED, part.third * RELATED, 1.0) for part in one.parts))
        for metric, one in pooled.items()
    }


def considered(variant: Variant, values: Values) -> tuple[float | None, ...]:
    """How many rows of each sort a number of one cell is a mean over, as in its `Chance`."""
    metric, tallies = variant.metric, values["tallies"]
    if metric in RANKING:
        return _ranked(metric, variant.of, values)
    if metric in TOTALS or (metric == "accuracy" and variant.of is None):
        return (tallies.rows,)
    if variant.of is not None:
        return binary.considered(Variant(metric), against_rest(values, variant.of))
    of_class = [float(rows) for rows in tallies.numbers[:, TRUE]]
    others = tallies.rows - sum(of_class)
    return (*of_class, others if others > ROUNDING * tallies.rows else 0.0, tallies.rows)


_NOTHING: Mapping[str, Any] = {"positives": 0.0, "scored": 0.0}


def _ranked(metric: str, of: str | None, values: Values) -> tuple[float, ...]:
    """The positive and the negative rows of each class that a ranking is of; of all together, the rows twice."""
    classes, ranking = values["classes"], values["ranking"]
    places = range(len(classes)) if of is None else (classes.index(of),)
    each = [ranking[place] if place < len(ranking) else _NOTHING for place in places]
    pairs = [(one["positives"], one["scored"] - one["positives"]) for one in each]
    if of is None and values["average"] == "micro":
        rows = sum(positives for positives, _ in pairs)
        pairs = [(rows, rows)]
    return tuple(size for pair in pairs for size in (pair if metric == "roc_auc" else pair[:1]))


def sampling_error(variant: Variant, constants: Mapping[str, float], rows: int) -> float | None:
    """The sampling error of a number over so many rows, when the reference taught its constant."""
    constant = constants.get(variant.key)
    if constant is None or not rows:
        return None
    return constant * sqrt(rows) if is_total(variant) else constant / sqrt(rows)
