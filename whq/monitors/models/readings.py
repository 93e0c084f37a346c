"""One number of a model: which one, and what it is in one chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from whq.errors import Problem

Values = Mapping[str, Any]
"""What was counted, or is expected, of one cell, by name."""


class Variant(Struct, frozen=True, order=True):
    """A metric, of one class where `of` names it, at a decision threshold where `at` gives one.

    >>> Variant("f1", of="plus").key, Variant("f1", at=0.2).key
    ('f1/plus', 'f1/at=0.2')
    """

    metric: str
    of: str | None = None
    at: float | None = None

    @property
    def key(self) -> str:
        """Its part of a result's id."""
        return "/".join((self.metric, *self.places))

    @property
    def places(self) -> tuple[str, ...]:
        """What stands in a result's id between the metric and the method."""
        return (*(() if self.of is None else (self.of,)), *(() if self.at is None else (f"at={self.at:g}",)))

    @property
    def params(self) -> dict[str, Any]:
        """The same as a result's `params`."""
        return {**({} if self.of is None else {"class": self.of}), **({} if self.at is None else {"at": self.at})}


class Reading(Struct, frozen=True):
    """The value of one number in one cell, or why there is none.

    rows: how many rows the value comes from; its sampling error follows from them. reason: why there is no value, or
    what is special about it. problem: what makes the cell's rows impossible to evaluate. is_waiting: another estimate
    stands in for it: labels have not arrived yet, or this method has no such number. withheld: why the value, though
    there is one, is not judged; `word`: the same as a word of `details.withheld`, where it is no question of waiting.
    lower, upper, interval: between what the value lies, and what the bounds hold (`full`, `sampling`), where more is
    known than the method itself tells. finding: why the value is worth a warning, of a series that has no band.
    is_left_out: the chunk has no result at all (`LEFT_OUT`).
    """

    value: float | None
    rows: int = 0
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    problem: Problem | None = None
    is_waiting: bool = False
    withheld: str = ""
    word: str = ""
    lower: float | None = None
    upper: float | None = None
    interval: str = ""
    finding: str = ""
    is_left_out: bool = False


LEFT_OUT = Reading(None, is_left_out=True)
"""Of a series that has values of some chunks only: nothing is to be told of this one."""
