"""The verdicts of one series of a model, chunk by chunk: what is outside of a band warns, what adds up fails.

A limit that a user wrote acts at once. A learned band is left by chance now and then, so that being outside once, on
the bad side, is a warning. It fails where evidence adds up: for accuracy the mistakes of all chunks, counted against
what the reference allows; for other metrics being outside in three of four chunks. A chunk that is still filling adds
nothing, one without a value is passed over. A verdict follows from the chunk and those before it, so that judging day
by day and judging all at once say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.config.models import Better
from whq.fit.evidence import Evidence, Outcomes, evidence
from whq.monitors.bands import Band
from whq.monitors.judge import crossing, is_above, is_below, outside
from whq.values import Result
from whq.wording import amount

LAST, OUTSIDE = 4, 3
"""Of the last so many closed chunks so many must be outside for a failure."""


class Judged(Struct, frozen=True):
    """A value of the analysis with its band.

    outcomes: rows and mistakes, where the metric counts them. is_closed: the chunk gets no more rows.
    """

    result: Result
    value: float
    band: Band
    outcomes: Outcomes | None = None
    is_closed: bool = True

    def is_bad(self, better: Better | None) -> bool:
        """Whether the value is outside of its band, not on the good side."""
        below, above = is_below(self.value, self.band.lower), is_above(self.value, self.band.upper)
        return (below and better != "lower") or (above and better != "higher")


class Rule(Struct, frozen=True):
    """How a series is judged.

    word: how its values are called (`realized`). better: the good side, if there is one. alarms: the share of quiet
    chunks that may alert. bound: the share of mistakes that is still no fall; None where mistakes are not counted.
    """

    word: str
    better: Better | None
    alarms: float
    bound: float | None = None


def at_once(judged: Judged, word: str) -> Result:
    """The verdict of a limit that a user wrote: outside of it, to whichever side, is an alert."""
    if not outside(judged.value, judged.band):
        return judged.result
    message = f"{word} {judged.result.metric} {crossing(judged.value, judged.band)}"
    return replace(judged.result, alert=True, status=judged.result.severity, message=message)


def in_order(series: Sequence[Judged], rule: Rule) -> list[Result]:
    """The verdicts of a learned band on the values of one series and segment, given in the order of their chunks."""
    closed = [one for one in series if one.is_closed]
    cases = iter(_counted(closed, rule) if rule.bound is not None else _outside(closed, rule))
    return [_verdict(one, rule, next(cases) if one.is_closed else None) for one in series]


class _Case(Struct, frozen=True):
    """What all closed chunks up to one say: whether it fails, since which chunk, in words and for `details`."""

    fails: bool
    words: str
    details: dict[str, Any]


def _counted(closed: Sequence[Judged], rule: Rule) -> list[_Case]:
    """Evidence from the mistakes of all chunks."""
    found = evidence((one.outcomes or Outcomes(0, 0) for one in closed), rule.bound or 0.0, rule.alarms)
    return [_case_of(closed, rule, one) for one in found]


def _case_of(closed: Sequence[Judged], rule: Rule, found: Evidence) -> _Case:
    since, needed = _key(closed[found.since]), 1 / rule.alarms
    fails = found.amount >= needed
    words = f"mistakes add up since {since}, evidence {found.amount:,.0f} of {needed:,.0f}"
    details = {"amount": found.amount, "fails_at": needed, "bound": rule.bound}
    return _Case(fails, words, details | ({"since": since} if found.amount > 1 else {}))


def _outside(closed: Sequence[Judged], rule: Rule) -> list[_Case]:
    """Being outside in some of the last chunks, this one among them."""
    bad = [one.is_bad(rule.better) for one in closed]
    cases: list[_Case] = []
    for place, is_bad in enumerate(bad):
        first = max(0, place - LAST + 1)
        count = sum(bad[first : place + 1])
        since = _key(closed[_onset(bad, place)]) if is_bad else None
        words = f"outside in {count} of the last {amount(place + 1 - first, 'chunk')}, since {since}"
        details = {"outside": count, "of": LAST, "fails_at": OUTSIDE, **({"since": since} if since else {})}
        cases.append(_Case(is_bad and count >= OUTSIDE, words, details))
    return cases


def _onset(bad: Sequence[bool], place: int) -> int:
    """Where the trouble at a place began: back over chunks that are outside, and over single ones that are not."""
    while place > 0 and any(bad[max(0, place - 2) : place]):
        place -= 1 if bad[place - 1] else 2
    return place


def _key(judged: Judged) -> str:
    return judged.result.chunk.key if judged.result.chunk else ""


def _verdict(judged: Judged, rule: Rule, case: _Case | None) -> Result:
    result, is_bad = judged.result, judged.is_bad(rule.better)
    details = {**result.details, "threshold": dict(judged.band.parts), **({"evidence": case.details} if case else {})}
    word = f"{rule.word} {result.metric}"
    if is_bad or (case is not None and case.fails):
        fails = case is not None and case.fails
        place = crossing(judged.value, judged.band) if is_bad else f"{judged.value:.4g} is within its band"
        message = f"{word} {place}" + (f"; {case.words}" if case is not None and fails else "")
        status = result.severity if fails else "warn"
        return replace(result, alert=True, status=status, message=message, details=details)
    if outside(judged.value, judged.band):
        details["note"] = f"better than usual: {word} {crossing(judged.value, judged.band)}"
    return replace(result, details=details)
