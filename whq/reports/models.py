"""What reports know of models: which of its series belong in one chart, what each is called, and how far it is trusted.

Everything comes from results; what a method or metric means is the glossary's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from whq.config.models import ERROR, ESTIMATORS
from whq.reports.text import clean, number
from whq.values import Result

Trust = Literal["trusted", "doubtful", "untrusted"]
WEAKEST = "weakest"
_CHANGES = {
    "covariate": "because of the rows",
    "concept": "because of the relation",
    "rcd": "because of the relation, on the reference's rows",
}
MATRIX = "confusion_matrix"
CELLS = {
    "true_positive": ("positive", "positive"),
    "false_negative": ("positive", "negative"),
    "false_positive": ("negative", "positive"),
    "true_negative": ("negative", "negative"),
}
"""By metric of a binary model the true and the predicted class of a cell."""
_LEADING = ("anchored", "blend", "pape", "cbpe", "dle")
"""Estimates, the one that tells most first."""
_CERTAINTY: tuple[Trust, ...] = ("untrusted", "doubtful", "trusted")


def aspect(result: Result) -> str:
    """What values of a model can share a chart: metrics by chunk, changes, an error, or weakest slices."""
    method = result.method or ""
    if result.id.endswith(f"{WEAKEST}-realized"):
        return WEAKEST
    return method if method.endswith(ERROR) else "change" if method in _CHANGES else ""


def is_error(result: Result) -> bool:
    """Whether a value is what an estimator was off by."""
    return result.monitor == "model" and (result.method or "").endswith(ERROR)


def variant(result: Result) -> tuple[str, str]:
    """The class and the decision threshold that a number is of, empty where it is of none."""
    of, at = result.params.get("class"), result.params.get("at")
    return "" if of is None else str(of), "" if at is None else number(at)


def is_cell(metric: str) -> bool:
    """Whether a metric counts a cell of a confusion matrix."""
    return metric in CELLS or metric == MATRIX


def is_part(result: Result) -> bool:
    """Whether a number is of a part of a model: one class, another threshold, a cell of its matrix, a change."""
    return result.monitor == "model" and (any(variant(result)) or aspect(result) != "" or is_cell(result.metric))


def called(result: Result) -> str:
    """What a number of a model is called beside its name, without its class.

    >>> called(Result("t/m/f1/at=0.2/cbpe", "t", "model", "m", "f1", "pass", method="cbpe", params={"at": 0.2}))
    'f1 at 0.2'
    """
    at, told = variant(result)[1], aspect(result)
    of = f"error of {told.removesuffix(ERROR)}" if told.endswith(ERROR) else told if told != WEAKEST else ""
    first = WEAKEST if told == WEAKEST else ""
    return " ".join(part for part in (first, result.metric, f"at {at}" if at else "", of) if part)


def is_change(result: Result) -> bool:
    """Whether a number says why a metric changed, rather than what it is."""
    return result.monitor == "model" and aspect(result) == "change"


def rank_of_slice(result: Result) -> int | None:
    """The place of a weakest slice among its like, 1 the worst; None for any other result.

    >>> second = {"weakest": {"rank": 2}}
    >>> rank_of_slice(Result("t/m/mae/weakest-realized", "t", "model", "m", "mae", "warn", details=second))
    2
    """
    told = result.details.get(WEAKEST)
    rank = told.get("rank") if isinstance(told, dict) else None
    return rank if isinstance(rank, int) else None


def numbered(result: Result) -> str:
    """The same with its class.

    >>> numbered(Result("t/m/f1/plus/cbpe", "t", "model", "m", "f1", "pass", method="cbpe", params={"class": "plus"}))
    'f1 of plus'
    """
    return " of ".join(part for part in (called(result), variant(result)[0]) if part)


def method_told(method: str) -> str:
    """What the values of a method are.

    >>> method_told("realized"), method_told("cbpe"), method_told("concept"), method_told("cbpe_error")
    ('realized', 'estimated (cbpe)', 'because of the relation', 'error of cbpe')
    """
    if method in _CHANGES:
        return _CHANGES[method]
    if method.endswith(ERROR):
        return f"error of {clean(method.removesuffix(ERROR), 40)}"
    return f"estimated ({method})" if method in ESTIMATORS else clean(method, 40)


def place(method: str | None) -> int:
    """Where the series of a method stands among others: what was counted first, then the most telling estimate."""
    if method == "realized" or method is None:
        return 0
    return 1 + (_LEADING.index(method) if method in _LEADING else len(_LEADING))


def trust(result: Result) -> Trust | None:
    """How far an estimate is trusted; None where nothing is said."""
    said = _said(result).get("verdict")
    return next((word for word in _CERTAINTY if word == said), None)


def reasons(result: Result) -> str:
    """Why an estimate is not trusted, in words."""
    told = _said(result).get("reasons")
    return "; ".join(clean(each, 200) for each in told) if isinstance(told, (list, tuple)) else ""


def untrusted(result: Result) -> str:
    """That an estimate is doubtful or untrusted, and why; empty where it is not."""
    word, why = trust(result), reasons(result)
    return f"the estimate is {word}{f': {why}' if why else ''}" if word in ("doubtful", "untrusted") else ""


def least_trusted(results: Iterable[Result | None]) -> Trust | None:
    """The gravest of several verdicts; None where there is none."""
    words = {trust(result) for result in results if result is not None}
    return next((word for word in _CERTAINTY if word in words), None)


def leading(results: Sequence[Result]) -> Result | None:
    """Of the results of several methods that of the most telling estimate; None where there is no estimate."""
    estimates = [each for each in results if each.method in _LEADING]
    return min(estimates, key=lambda each: place(each.method), default=None)


def _said(result: Result) -> dict[str, Any]:
    told = result.details.get("trust")
    return told if isinstance(told, dict) else {}
