"""How a run is made: the choices of a caller, and their values with defaults."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypedDict

from msgspec import Struct

from whq.moments import Moment
from whq.result import FailOn, Inconclusive, Judged
from whq.values import MonitorName


class Choices(TypedDict, total=False):
    """The options of a run as keywords; see `Options`."""

    select: Sequence[str]
    exclude: Sequence[str]
    monitors: Collection[MonitorName] | None
    since: Moment | None
    until: Moment | None
    judge: Judged
    as_of: Moment | None
    jobs: int | None
    timeout: float | None
    refit: bool
    fail_on: FailOn
    inconclusive: Inconclusive
    keep: bool


class Options(Struct, frozen=True):
    """How a run is made.

    `monitors` keeps some families only. `as_of` is the run's clock; where it is given, analysis rows end there. They
    begin with the chunk that holds `since`, and end before `until` with a whole chunk. Each is a time in UTC or with a
    zone, or a text that `whq.moments` reads, relative ones against the clock. `judge` says which chunks decide the exit
    code: the newest closed ones, or all. `timeout` is per statement, in seconds. `keep` stores the results.
    """

    select: Sequence[str] = ()
    exclude: Sequence[str] = ()
    monitors: Collection[MonitorName] | None = None
    since: Moment | None = None
    until: Moment | None = None
    judge: Judged = "newest"
    as_of: Moment | None = None
    jobs: int | None = None
    timeout: float | None = None
    refit: bool = False
    fail_on: FailOn = "fail"
    inconclusive: Inconclusive = "error"
    keep: bool = True
