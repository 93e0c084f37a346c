"""The words that the configuration knows beside those of templates: metrics of drift, unbuilt parts."""

from __future__ import annotations

UNBUILT_MULTIVARIATE = frozenset({"pca_reconstruction", "domain_classifier"})
UNBUILT_RULES = ("determines", "schema", "no_gaps", "anomaly")

CALENDAR = ("hour", "day", "week", "month", "quarter", "year")
SET_BY_WHQ = frozenset({"as_of", "nulls_fail"})
"""Arguments of templates that no user gives."""
