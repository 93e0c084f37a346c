"""What a model's performance costs, in the metric's own words: `of 100 predictions 9 are wrong instead of 6`.

Compared with the mean of the reference's chunks, by their rows: of realized values where there are any. Shares are told
of 100 rows, or of so many more that the two numbers differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from math import exp, sqrt
from typing import Any

from msgspec.structs import replace

from whq.config.models import BY_CONCEPT
from whq.values import Result

_SHARES: Mapping[str, tuple[bool, str, str]] = {
    "accuracy": (True, "predictions", "are wrong"),
    "precision": (True, "rows predicted positive", "are not positive"),
    "recall": (True, "positive rows", "are missed"),
    "specificity": (True, "negative rows", "are taken for positive"),
    "roc_auc": (True, "pairs of a positive and a negative row", "are ranked wrongly"),
}
"""Of metrics that are a share: whether what is told is the rest of it, of what, and what these do."""
_Key = tuple[str | None, str, str, float | None, str | None]
"""What tells one number of a model in one segment from another, whatever the method."""
_CELLS: Mapping[str, str] = {
    "true_positive": "are positive and found",
    "true_negative": "are negative and left alone",
    "false_positive": "are false alarms",
    "false_negative": "are missed positives",
}


_OF_CLASS: Mapping[str, tuple[str, str]] = {
    "accuracy": ("rows", "are wrongly told to be {of} or not to be"),
    "precision": ("rows predicted {of}", "are of another class"),
    "recall": ("rows of {of}", "are missed"),
    "specificity": ("rows of other classes", "are taken for {of}"),
    "roc_auc": ("pairs of a row of {of} and another one", "are ranked wrongly"),
}
"""The same of one class of several."""
_OF_ALL: Mapping[str, tuple[str, str]] = {
    "precision": ("predictions of a class", "are of another one"),
    "recall": ("rows of a class", "are missed"),
    "specificity": ("rows of other classes", "are taken for it"),
    "roc_auc": ("pairs of a row of a class and another one", "are ranked wrongly"),
}
"""The same on average over classes."""


def _apart(value: float) -> str:
    return f"{abs(value):.3g} too {'high' if value > 0 else 'low'}" if value else "right"


def _fewer(value: float) -> str:
    return f"{abs(100 * value):.3g} {'fewer' if value > 0 else 'more'}"


def _off(before: float, now: float) -> str:
    return f"predictions are off by {now:.3g} on average instead of {before:.3g}"


def _typical(before: float, now: float) -> str:
    return f"the typical error, large ones counting more, is {now:.3g} instead of {before:.3g}"


def _factor(before: float, now: float) -> str:
    return f"predictions are off by a factor of {exp(now):.3g} instead of {exp(before):.3g}"


_NUMBERS: Mapping[str, Callable[[float, float], str]] = {
    "calibration_bias": lambda before, now: (
        f"of 100 rows {_fewer(now)} are positive than the scores say, instead of {_fewer(before)}"
    ),
    "calibration_error": lambda before, now: f"scores and labels lie {now:.3g} apart instead of {before:.3g}",
    "mae": _off,
    "mape": lambda before, now: f"predictions are off by {now:.3g} of the label on average instead of {before:.3g}",
    "mse": lambda before, now: _typical(sqrt(before), sqrt(now)),
    "rmse": _typical,
    "msle": lambda before, now: _factor(sqrt(before), sqrt(now)),
    "rmsle": _factor,
    "bias": lambda before, now: f"predictions are on average {_apart(now)} instead of {_apart(before)}",
    "r2": lambda before, now: f"predictions explain {now:.1%} of what the labels vary instead of {before:.1%}",
}
"""Of metrics of a number: what a change of it means."""


LEAST_PART, OVER = 0.3, 1.5
"""A slice is named that makes so large a part of a change, and so many times more than its share of the rows."""


def told(results: Sequence[Result], several: Collection[str] = ()) -> list[Result]:
    """The results, those that alert with `details.moved` where the reference has a value to compare with.

    Args:
        several: the names of models of several classes.
    """
    usual: dict[_Key, dict[str, float]] = {}
    for key, members in _by_series(results).items():
        means = {method: mean for method, mean in _means(members).items() if mean is not None}
        if means:
            usual[key] = means
    return [_told(result, usual.get(_key(result), {}), result.subject in several) for result in results]


def class_words(metric: str, before: float, now: float, of: str | None) -> str:
    """What a change of a metric of a class means, of an average over classes where `of` is None.

    >>> class_words("recall", 0.75, 0.7, "pro")
    'of 100 rows of pro 30 are missed instead of 25'
    >>> class_words("recall", 0.75, 0.7, None)
    'averaged over classes, of 100 rows of a class 30 are missed instead of 25'
    >>> class_words("confusion_matrix", 0.01, 0.03, "basic>pro")
    'of 100 rows 3 are basic>pro (true>predicted) instead of 1'
    """
    if metric == "confusion_matrix":
        return _of_many("rows", f"are {of} (true>predicted)", before, now)
    shares = _OF_ALL if of is None else _OF_CLASS
    if metric not in shares:
        return words(metric, before, now)
    rows, do = (part.replace("{of}", of or "") for part in shares[metric])
    text = _of_many(rows, do, 1 - before, 1 - now)
    return f"averaged over classes, {text}" if of is None else text


def words(metric: str, before: float, now: float) -> str:
    """What a change of a metric means.

    Args:
        before, now: the metric's value; of a total, per row.

    Example:
        >>> words("accuracy", 0.94, 0.91)
        'of 100 predictions 9 are wrong instead of 6'
        >>> words("false_positive", 0.0121, 0.0308)
        'of 100 rows 3 are false alarms instead of 1'
        >>> words("calibration_bias", -0.01, 0.08)
        'of 100 rows 8 fewer are positive than the scores say, instead of 1 more'
        >>> words("business_value", 3.12, 2.4)
        'a row is worth 2.4 instead of 3.12'
        >>> words("mae", 31.2, 76.0)
        'predictions are off by 76 on average instead of 31.2'
        >>> words("bias", 2.0, -64.3)
        'predictions are on average 64.3 too low instead of 2 too high'
    """
    if metric in _SHARES:
        is_rest, of, do = _SHARES[metric]
        return _of_many(of, do, *((1 - value if is_rest else value) for value in (before, now)))
    if metric in _CELLS:
        return _of_many("rows", _CELLS[metric], before, now)
    if metric == "business_value":
        return f"a row is worth {now:.3g} instead of {before:.3g}"
    if metric in _NUMBERS:
        return _NUMBERS[metric](before, now)
    if metric == "f1":
        return f"{now:.3g} instead of {before:.3g}: precision and recall say which errors grew"
    return f"{now:.3g} instead of {before:.3g}"


def _of_many(of: str, do: str, before: float, now: float) -> str:
    """Two shares as whole numbers of 100 rows, or of as many as tell them apart."""
    for many in (100, 1_000, 10_000, 100_000):
        was, is_now = round(before * many), round(now * many)
        if was != is_now:
            break
    return f"of {many:,} {of} {is_now:,} {do} instead of {was:,}"


def _key(result: Result) -> _Key:
    return result.subject, result.metric, str(result.params.get("class", "")), result.params.get("at"), result.segment


def _by_series(results: Iterable[Result]) -> dict[_Key, list[Result]]:
    """The values of reference chunks, by model, metric and segment."""
    series: dict[_Key, list[Result]] = {}
    for result in results:
        if result.period == "reference" and _value(result) is not None:
            series.setdefault(_key(result), []).append(result)
    return series


def _means(members: Sequence[Result]) -> dict[str, float | None]:
    """The mean of the reference's chunks by method, by their rows."""
    methods = dict.fromkeys(result.method or "" for result in members)
    return {method: _mean([one for one in members if (one.method or "") == method]) for method in methods}


def _mean(members: Sequence[Result]) -> float | None:
    weights = [one.chunk.rows if one.chunk else 0 for one in members]
    total = sum(weights)
    if not total:
        return None
    return sum((_value(one) or 0.0) * weight for one, weight in zip(members, weights, strict=True)) / total


def _value(result: Result) -> float | None:
    """The value of a result as a number; of a total, per row."""
    if not isinstance(result.value, (int, float)):
        return None
    if result.metric not in _CELLS and result.metric not in ("business_value", "confusion_matrix"):
        return float(result.value)
    rows = result.chunk.rows if result.chunk else 0
    return result.value / rows if rows else None


def _told(result: Result, usual: Mapping[str, float], is_of_classes: bool) -> Result:
    now = _value(result)
    before = usual.get("realized", usual.get(result.method or ""))
    is_change = result.method in BY_CONCEPT
    if not result.alert or is_change or result.period == "reference" or now is None or before is None:
        return result
    of = result.params.get("class")
    text = class_words(result.metric, before, now, of) if is_of_classes else words(result.metric, before, now)
    if result.method != "realized":
        text = f"by estimate, {text}"
    text = "; ".join((text, *_where(result.details)))
    return replace(result, details={**result.details, "moved": text})


def _where(details: Mapping[str, Any]) -> Iterator[str]:
    """The slice in which more of a change lies than its rows would have, or the column whose rows make most of it.

    >>> one = {"slice": "region=north", "part": 0.7, "share": [0.3, 0.33], "mix": 0.0, "rate": -0.1}
    >>> list(_where({"contributions": [one]}))
    ['70 % of it in region=north, with 33 % of the rows']
    >>> list(_where({"rows_moved": [{"column": "amount", "by_rows": -0.06, "change": -0.075}]}))
    ['other rows by amount make 80 % of it']
    """
    slices = [one for one in details.get("contributions", ()) if one["part"] >= LEAST_PART and _is_special(one)]
    if slices:
        one = max(slices, key=lambda each: each["part"] - each["share"][1])
        before, now = map(_percent, one["share"])
        fewer = f"because {one['slice']} went from {before} to {now} of the rows"
        where = fewer if _is_mix(one) else f"in {one['slice']}, with {now} of the rows"
        yield f"{_percent(one['part'])} of it {where}"
    for one in details.get("rows_moved", ())[:1]:
        if one["by_rows"] / one["change"] >= LEAST_PART:
            yield f"other rows by {one['column']} make {_percent(one['by_rows'] / one['change'])} of it"


def _is_mix(one: Mapping[str, Any]) -> bool:
    """Whether other shares of rows made more of a slice's part than other values in it."""
    return bool(abs(one["mix"]) > abs(one["rate"]))


def _is_special(one: Mapping[str, Any]) -> bool:
    """Whether a slice has more of a change than its rows would have."""
    return _is_mix(one) or bool(one["part"] >= OVER * one["share"][1])


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
