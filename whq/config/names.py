"""The words that the configuration knows beside those of templates: metrics of drift, unbuilt parts."""

from __future__ import annotations

DRIFT_METRICS: dict[str, tuple[str, ...]] = {
    "numeric": ("jensen_shannon", "hellinger", "psi", "kl", "total_variation", "ks", "wasserstein"),
    "categorical": ("jensen_shannon", "hellinger", "psi", "kl", "chi2", "l_infinity", "total_variation"),
}
"""Drift statistics by the family of columns that they are defined for; a project's own templates add to them."""

UNBUILT_MULTIVARIATE = frozenset({"pca_reconstruction", "domain_classifier"})
UNBUILT_RULES = ("determines", "schema", "no_gaps", "anomaly")

CALENDAR = ("hour", "day", "week", "month", "quarter", "year")
SET_BY_WHQ = frozenset({"as_of", "nulls_fail"})
"""Arguments of templates that no user gives."""
