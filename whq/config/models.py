"""The kinds of models: what the files may say of each. The code of a kind is `whq/monitors/models/KIND.py`.

This is the only list of kinds, of their metrics and of their estimators. To add a metric, name it here and compute it
in the module of its kind; to add an estimator, name it here and write `whq/monitors/models/ESTIMATOR.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Better = Literal["higher", "lower"]
"""To which side the values of a metric are good."""


class ModelKind(Struct, frozen=True):
    """One kind of model.

    score: whether it has one column of scores, one for each class, or none. metrics: all that may be named.
    of_scores: those that need no prediction column. of_predictions: those that need no score. defaults: those reported
    when none is named. better: to which side values of a metric are good; one that is not named has no good side.
    estimators: how the metrics can be had without labels, the first unless the user says otherwise. with_labels: those
    that are added where labels come, unless the user says otherwise.
    """

    score: Literal["one", "by class", "none"]
    metrics: tuple[str, ...]
    estimators: tuple[str, ...]
    of_scores: frozenset[str] = frozenset()
    of_predictions: frozenset[str] = frozenset()
    defaults: tuple[str, ...] = ()
    better: Mapping[str, Better] = {}
    with_labels: tuple[str, ...] = ()


_CLASSES = ("f1", "precision", "recall", "specificity", "accuracy")
_CALIBRATION = ("log_loss", "brier", "calibration_error", "calibration_bias")
_CELLS = ("true_positive", "true_negative", "false_positive", "false_negative")
_SHORT_OF = "confusion_matrix"
_ERRORS = ("mae", "mape", "mse", "rmse", "msle", "rmsle")

KINDS: Mapping[str, ModelKind] = {
    "binary": ModelKind(
        "one",
        metrics=(
            "roc_auc", "average_precision", *_CLASSES, *_CALIBRATION, *_CELLS, _SHORT_OF, "business_value",
        ),
        estimators=("cbpe", "anchored", "pape", "blend"),
        of_scores=frozenset({"roc_auc", "average_precision", *_CALIBRATION}),
        of_predictions=frozenset({*_CLASSES, *_CELLS, _SHORT_OF, "business_value"}),
        defaults=("roc_auc", "f1", "accuracy"),
        better={
            **dict.fromkeys(("roc_auc", "average_precision", *_CLASSES, "business_value"), "higher"),
            **dict.fromkeys(("log_loss", "brier", "calibration_error"), "lower"),
        },
        with_labels=("anchored",),
    ),
    "multiclass": ModelKind(
        "by class",
        metrics=("roc_auc", "average_precision", *_CLASSES, _SHORT_OF, "business_value"),
        estimators=("cbpe", "anchored", "pape", "blend"),
        of_scores=frozenset({"roc_auc", "average_precision"}),
        of_predictions=frozenset({*_CLASSES, _SHORT_OF, "business_value"}),
        defaults=("roc_auc", "f1", "accuracy"),
        better=dict.fromkeys(("roc_auc", "average_precision", *_CLASSES, "business_value"), "higher"),
        with_labels=("anchored",),
    ),
    "regression": ModelKind(
        "none",
        metrics=(*_ERRORS, "bias", "r2"),
        estimators=("dle", "anchored"),
        of_predictions=frozenset({*_ERRORS, "bias", "r2"}),
        defaults=("mae", "rmse"),
        better={**dict.fromkeys(_ERRORS, "lower"), "r2": "higher"},
        with_labels=("anchored",),
    ),
}  # fmt: skip

AVERAGES = ("macro", "weighted", "micro")
ESTIMATORS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.estimators))
DERIVED = ("anchored", "pape", "blend")
"""Estimators that follow from what others count, without a scan of their own."""
BY_CONCEPT: tuple[str, ...] = ("covariate", "concept", "rcd")
"""Series that `concept: true` adds."""
ERROR = "_error"
"""How the series of an estimator's own errors is called: `cbpe_error`. It is there where the model has labels."""
METRICS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.metrics))


def kinds_of_metrics() -> dict[str, tuple[str, ...]]:
    """Every metric with the kinds of models that it is for."""
    return {metric: tuple(name for name, kind in KINDS.items() if metric in kind.metrics) for metric in METRICS}


def usual_estimators(name: str) -> tuple[str, ...]:
    """How a kind's metrics are estimated unless the user says otherwise: the first way, and those that labels allow."""
    kind = KINDS[name]
    return tuple(dict.fromkeys((kind.estimators[0], *kind.with_labels)))
