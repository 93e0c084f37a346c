"""How a number becomes a status: limits of rules, bands of series, severities.

Pure functions over numbers; the monitors call them, nothing here knows SQL or a dataset.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from struct import pack, unpack

from msgspec.structs import replace

from whq.config.spec import Between, Condition, Limit
from whq.monitors.bands import Band
from whq.values import Result, Severity, Status

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}


ROUNDING = 1e-9
"""A value of a series is not outside of its band when it lies beyond by less than this part of the band's side."""

EXACT_ROUNDING = 1e-12
"""The same for limits of rules, which are numbers that a user wrote, and not for whole numbers: those are exact."""


def clipped(value: float, limits: tuple[float, float]) -> float:
    """The value within the range that its definition allows; rounding may have carried it a little beyond.

    >>> clipped(1.0000000000000029, (0.0, 1.0))
    1.0
    """
    return min(max(value, limits[0]), limits[1])


def outside(value: float, band: Band) -> bool:
    """Whether a value alerts: below the lower or above the upper side by more than rounding.

    >>> outside(0.30000000000000004, Band(upper=0.3)), outside(0.31, Band(upper=0.3))
    (False, True)
    """
    return is_below(value, band.lower) or is_above(value, band.upper)


def is_below(value: float, side: float | None) -> bool:
    """Whether a value is less than a side by more than rounding; None is no side."""
    return side is not None and value < side - abs(side) * ROUNDING


def is_above(value: float, side: float | None) -> bool:
    """Whether a value is greater than a side by more than rounding; None is no side."""
    return side is not None and value > side + abs(side) * ROUNDING


def crossing(value: float, band: Band) -> str:
    """Which side a value outside of its band has crossed, in words.

    >>> crossing(0.31, Band(upper=0.3))
    '0.31 is above 0.3'
    """
    if is_below(value, band.lower):
        return f"{value:.4g} is below {band.lower:.4g}"
    return f"{value:.4g} is above {band.upper:.4g}"


def broken(value: float, condition: Condition) -> bool:
    """Whether a number breaks a limit (`"> 1%"` is broken by more than 0.01) or leaves an interval.

    >>> broken(0.1 + 0.2, Limit("> 0.3", ">", 0.3)), broken(10**12 + 1, Limit("> 10**12", ">", 10**12))
    (False, True)
    """
    if isinstance(condition, Between):
        lower, upper = condition.lower, condition.upper
        below = lower is not None and _rounded(value, lower) < lower
        return below or (upper is not None and _rounded(value, upper) > upper)
    return _OPERATORS[condition.operator](_rounded(value, condition.number), condition.number)


def _rounded(value: float, limit: float) -> float:
    """The limit itself in place of a number with a fraction that differs from it by rounding only."""
    if value != limit and isinstance(value, float) and not value.is_integer():
        return limit if abs(value - limit) <= abs(limit) * EXACT_ROUNDING else value
    return value


def as_single(value: float) -> float:
    """The nearest float of four bytes; the value itself where it is too large for one.

    >>> as_single(0.1)
    0.10000000149011612
    """
    try:
        return unpack("<f", pack("<f", value))[0]  # type: ignore[no-any-return]
    except OverflowError:
        return value


def in_single(condition: Condition) -> Condition:
    """The limit with its numbers rounded to four bytes, for values of a column of such floats."""
    if isinstance(condition, Limit):
        return replace(condition, number=as_single(condition.number))
    sides = (None if side is None else as_single(side) for side in (condition.lower, condition.upper))
    return Between(*sides)


def limit_text(condition: Condition) -> str:
    """What breaks a condition: a limit in the words of the configuration, an interval as what lies beyond it."""
    if isinstance(condition, Limit):
        return condition.text
    lower, upper = condition.lower, condition.upper
    if lower is None or upper is None:
        return f"above {upper:g}" if lower is None else f"below {lower:g}"
    return f"outside {lower:g} … {upper:g}"


def on_empty(result: Result, choice: Status | None, otherwise: Status = "inconclusive") -> Result:
    """The verdict where there was nothing to judge.

    Args:
        choice: the item's own `on_empty`; `fail` means its severity.
        otherwise: the status without it.
    """
    status = result.severity if choice == "fail" else choice or otherwise
    return replace(result, status=status, alert=status in ("warn", "fail"))


def missing(result: Result, choice: Status | None) -> Result:
    """A chunk in which there is no row: left out with the reason, unless `on_empty` wants a verdict on the analysis."""
    details = {**result.details, "reason": "no rows"}
    result = replace(result, message="no rows in this chunk", details=details)
    return on_empty(result, choice if result.period == "analysis" else None, "skipped")


def unjudged(result: Result, has_reference: bool, example: str, *, is_learned: bool) -> Result:
    """A value without thresholds: a plain number where there is no reference to learn them from, else no verdict.

    Args:
        example: how a constant threshold is written.
        is_learned: whether the threshold is the learned one, of which verdicts are withheld for want of chunks.
    """
    if result.period == "reference":
        return result
    if not has_reference:
        return replace(result, message=f"not judged: no reference teaches a threshold; set {example}")
    hint = f"set {example}, or cut the reference into more chunks"
    reason = f"no threshold: too few reference chunks have this value; {hint}"
    details = {**result.details, "reason": reason, **({"withheld": "few_chunks"} if is_learned else {})}
    return replace(result, status="inconclusive", message=reason, details=details)


def status_of(fail: bool, warn: bool, severity: Severity) -> Status:
    """The status of a rule from its two limits; an item of severity `warn` never fails."""
    if fail:
        return severity
    return "warn" if warn else "pass"
