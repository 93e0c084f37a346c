"""The words that the configuration knows beside those of templates: metrics of drift and models, unbuilt parts."""

from __future__ import annotations

DRIFT_METRICS: dict[str, tuple[str, ...]] = {
    "numeric": ("jensen_shannon", "hellinger", "psi", "kl", "total_variation", "ks", "wasserstein"),
    "categorical": ("jensen_shannon", "hellinger", "psi", "kl", "chi2", "l_infinity", "total_variation"),
}
"""Drift statistics by the family of columns that they are defined for; a project's own templates add to them."""

BINARY_METRICS = (
    "roc_auc", "average_precision", "f1", "precision", "recall", "specificity", "accuracy",
    "true_positive", "true_negative", "false_positive", "false_negative", "confusion_matrix", "business_value",
)  # fmt: skip
SCORE_METRICS = frozenset({"roc_auc", "average_precision"})
"""Metrics that need no prediction column."""

OTHER_METRICS = {
    "regression": ("mae", "mape", "mse", "msle", "rmse", "rmsle"),
    "multiclass": ("roc_auc", "f1", "precision", "recall", "specificity", "accuracy", "confusion_matrix"),
}
ESTIMATORS = {"binary": ("cbpe", "pape"), "multiclass": ("cbpe", "pape"), "regression": ("dle",)}

UNBUILT_ESTIMATORS = frozenset({"pape", "dle"})
UNBUILT_KINDS = frozenset({"multiclass", "regression"})
UNBUILT_MULTIVARIATE = frozenset({"pca_reconstruction", "domain_classifier"})
UNBUILT_RULES = ("determines", "schema", "no_gaps", "anomaly")

CALENDAR = ("hour", "day", "week", "month", "quarter", "year")
FORMATS = ("email", "uuid", "url", "ipv4", "iso_date")
"""Named formats of the rule `matches`."""
SET_BY_WHQ = frozenset({"as_of", "nulls_fail"})
"""Arguments of templates that no user gives."""
