"""DLE, direct loss estimation: errors of a regression model without labels, by models of the errors themselves.

Boosted trees learn from the reference what a row costs, |prediction - label| or its square, from the model's features
and its prediction; the mean of what they say of a chunk is the estimate. They grow in the warehouse, from counts, on at
most 50,000 rows by a hash of the key, and are scored there. (NannyML's DLE fits LightGBM on all rows in memory, and
estimates the reference's chunks by the very rows that it was fitted on.)
"""

from __future__ import annotations

from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.growths import Failed, Group, Growth, Target, TargetKind, sampled
from whq.monitors import Answers as Sent
from whq.monitors import Ask, Growing
from whq.monitors.models import losses, regression
from whq.monitors.models.losses import Losses
from whq.monitors.models.protocol import Answers, Kind
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.requests import label_of
from whq.monitors.outcome import answer, count
from whq.monitors.scopes import scopes
from whq.values import Dataset, Failure, Measurements, Request
from whq.wording import amount

WORD = "estimated"
INTERVAL = ""
IS_COUNTED = False
BASELINE = Losses
FEWEST = 200
"""So many rows with prediction and label the reference must have."""
_TARGETS: dict[str, TargetKind] = {
    "absolute": "absolute_error",
    "squared": "squared_error",
    "relative": "percentage_error",
    "squared_log": "squared_log_error",
}


def refuses(variant: Variant) -> str:
    """Why a number cannot be estimated; empty where it can."""
    if variant.metric == "bias":
        return "dle estimates how large errors are, not to which side they lie"
    if variant.metric == "r2":
        return "dle estimates how large errors are, and r2 also needs the variance of the labels"
    return ""


def fit_requests(kind: Kind, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """How many rows of the reference have prediction and label; the kind asks it anyway."""
    return kind.fit_requests(dataset, model)


def fit(kind: Kind, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Losses:
    """How many rows there are to learn from, or why nothing can be learned."""
    if dataset.reference is None:
        return Losses(refused="there is no reference: an estimate needs rows with labels to learn from")
    if label_of(model) is None:
        return Losses(refused="the model has no `label`: an estimate needs labels in the reference to learn from")
    if not model.features:
        return Losses(refused='the model has no `features`: add features: ["*", "!id"]')
    measured = answer(measurements, fit_requests(kind, dataset, model)[0])
    if isinstance(measured, Failure):
        return Losses(problem=Problem(measured.problem.code, "monitor", measured.problem.message))
    rows = sum(count(row.values, "predicted") for row in measured.rows)
    if rows < FEWEST:
        words = amount(rows, "row")
        return Losses(refused=f"{words} of the reference with prediction and label are too few; {FEWEST} would do")
    return Losses(rows=rows)


def grow_baseline(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Losses, measurements: Measurements
) -> Growing:
    """The models of the losses, all grown in one pass."""
    names = regression.losses_of(model)
    if not names:
        return learned
    growth = growth_of(dataset, model, names, learned.rows)
    sent: Sent = yield Ask(growths=(growth,))
    grown = sent.grown[growth]
    if isinstance(grown, Failed):
        return replace(learned, problem=grown.problem)
    return replace(
        learned,
        whole={name: grown.model(place) for place, name in enumerate(names)},
        folds={name: grown.cross_fitted(place) for place, name in enumerate(names)},
    )


def growth_of(dataset: Dataset, model: ModelSpec, names: tuple[str, ...], rows: int) -> Growth:
    """What is grown: a model for each loss on all rows, and one for each half of them."""
    (whole, *_) = scopes(dataset, model.common, "reference", by_chunk=False)
    targets = tuple(Target(_TARGETS[name], label_of(model), model.prediction) for name in names)
    inputs = dict.fromkeys((*model.features, model.prediction or ""))
    features = tuple(name for name in inputs if name != label_of(model))
    return Growth(whole, features, targets, (Group((0.0, sampled(rows))),), key=dataset.key, parts=(None, 0, 1))


def requests(kind: Kind, dataset: Dataset, model: ModelSpec, learned: Losses) -> tuple[Request, ...]:
    """The estimated losses by chunk, of all rows and of each segment."""
    return losses.requests(dataset, model, learned, regression.losses_of(model))


def answers(
    kind: Kind, dataset: Dataset, model: ModelSpec, learned: Losses, measurements: Measurements
) -> tuple[Answers, ...]:
    """The sums of the estimates by cell."""
    return losses.answers(dataset, model, learned, regression.losses_of(model), measurements)


def reading(kind: Kind, model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """The expected value over the rows that have a prediction."""
    if refused := refuses(variant):
        return Reading(None, reason=refused)
    without = count(values, "total") - count(values, "predicted")
    return replace(kind.reading(model, variant, values), details={"missing_predictions": without} if without else {})
