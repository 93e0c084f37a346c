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
    of_scores: those that need no prediction column. defaults: those reported when none is named. better: to which side
    values of a metric are good; one that is not named has no good side. estimators: how the metrics can be had without
    labels, the first unless the user says otherwise; none while the kind is not built.
    """

    score: Literal["one", "by class", "none"]
    metrics: tuple[str, ...]
    of_scores: frozenset[str] = frozenset()
    defaults: tuple[str, ...] = ()
    better: Mapping[str, Better] = {}
    estimators: tuple[str, ...] = ()

    @property
    def is_built(self) -> bool:
        """Whether whq can evaluate it yet."""
        return bool(self.estimators)


KINDS: Mapping[str, ModelKind] = {
    "binary": ModelKind(
        "one",
        metrics=(
            "roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy",
            "true_positive", "true_negative", "false_positive", "false_negative", "confusion_matrix", "business_value",
        ),
        of_scores=frozenset({"roc_auc", "average_precision"}),
        defaults=("roc_auc", "f1", "accuracy"),
        better=dict.fromkeys(
            ("roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy", "business_value"),
            "higher",
        ),
        estimators=("cbpe",),
    ),
    "multiclass": ModelKind(
        "by class",
        metrics=("roc_auc", "f1", "precision", "recall", "specificity", "accuracy", "confusion_matrix"),
    ),
    "regression": ModelKind("none", metrics=("mae", "mape", "mse", "msle", "rmse", "rmsle")),
}  # fmt: skip

UNBUILT_KINDS = frozenset(name for name, kind in KINDS.items() if not kind.is_built)
BUILT_ESTIMATORS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.estimators))
UNBUILT_ESTIMATORS = ("pape", "dle")
ESTIMATORS = (*BUILT_ESTIMATORS, *UNBUILT_ESTIMATORS)
METRICS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.metrics))


def built_metrics() -> dict[str, tuple[str, ...]]:
    """Every metric that whq can compute, with the kinds of models that it is for."""
    built = {name: kind for name, kind in KINDS.items() if kind.is_built}
    metrics = dict.fromkeys(metric for kind in built.values() for metric in kind.metrics)
    return {metric: tuple(name for name, kind in built.items() if metric in kind.metrics) for metric in metrics}
