"""What is said of a series: its headline, the chunks concerned, what moved, how its limit came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from whq.reports import small
from whq.reports.models import aspect, method_told, reasons, trust
from whq.reports.series import Series, headline, quoted, so_far, where
from whq.reports.text import clean, number
from whq.reports.told import WORDS
from whq.values import Result

SPARKS = 24
"""Values of a series in a line of a word's height."""
_PARTS = {
    "decides": "what decides", "sampling": "from chance at this many rows", "least": "least that matters",
    "few_chunks": "with so few chunks", "mean": "mean of the reference's chunks", "spread": "their spread",
    "between": "spread between chunks", "lean": "farther to one side", "of_mean": "error of the mean",
    "factor": "times", "alarms": "false alarms a chunk",
}  # fmt: skip
"""Parts of learned limits as people say them."""
_LIMITS = re.compile(r"; (?:fail|warn): [^;]*$")
"""The limits at the end of a message; a chart shows them."""


def said(series: Series) -> str:
    """The headline of a finding with the rows of the chunk it quotes; of many chunks the worst in a sentence."""
    method, peak = series.first.method, series.peak
    if peak.failing is not None and peak.message and peak.chunk and len(series.judged) > 1:
        return f"{clean(peak.chunk.key)}{so_far(peak)}: {_LIMITS.sub('', clean(peak.message))}"
    if series.status in ("error", "inconclusive"):
        return headline(series)
    named = "" if method is None or aspect(series.first) == "change" else f"{method_told(method)} "
    return f"{named}{headline(series)}{quoted(peak) if len(series.judged) > 1 else ''}"


def state(series: Series) -> str:
    """Whether the latest finding of a series is new, going on or over, where that is known."""
    bad = (result for result in reversed(series.judged) if result.status in ("fail", "warn"))
    last = next((result for result in bad if not result.is_partial), None)
    return WORDS.get(str(last.details.get("state")), "") if last else ""


def moved(series: Series) -> str:
    """What moved, in words, as the worst chunk says it."""
    return clean(series.peak.details.get("moved") or "", 300)


def note(series: Series) -> str:
    """The latest word on a result that is no finding, such as that it is better than usual; with its chunk."""
    noted = next((result for result in reversed(series.judged) if result.details.get("note")), None)
    if noted is None:
        return ""
    place = f"{clean(noted.chunk.key)}{so_far(noted)}: " if noted.chunk and len(series.judged) > 1 else ""
    return f"{place}{clean(noted.details['note'], 300)}"


def trusted(series: Series) -> tuple[str, str]:
    """How far the newest estimate is trusted: a word, and a sentence with the reasons; empty where nothing is said."""
    newest = next((result for result in reversed(series.judged) if trust(result) is not None), None)
    if newest is None:
        return "", ""
    word, why = str(trust(newest)), reasons(newest)
    place = f" in {clean(newest.chunk.key)}{so_far(newest)}" if newest.chunk and len(series.judged) > 1 else ""
    return word, f"{method_told(newest.method or '')} {word}{place}{f': {why}' if why else ''}"


def failing_query(series: Series) -> str:
    """The id of the statement that shows the rows behind the worst number, where there is one."""
    return clean(series.peak.details.get("failing_query") or "", 40)


def breaking(series: Series) -> tuple[tuple[str, str], ...]:
    """The values that break a rule most often, with their rows, as far as they may be shown."""
    told = series.peak.details.get("breaking")
    values = [each for each in told if isinstance(each, Mapping)] if isinstance(told, (list, tuple)) else []
    return tuple((number(each.get("value")), number(each.get("rows"))) for each in values)


def parts(result: Result) -> tuple[tuple[str, str], ...]:
    """How the limit of a chunk came about, and the evidence that adds up, as names and numbers."""
    limit, evidence = result.details.get("threshold"), result.details.get("evidence")
    told = limit.items() if isinstance(limit, Mapping) else ()
    named = [
        (_part(name, value), _part(value, 0.0) if name == "decides" else number(value))
        for name, value in told
        if value is not None
    ]
    return (*named, *_evidence(evidence if isinstance(evidence, Mapping) else {}))


def _part(name: object, value: object) -> str:
    """What a part of a limit is called: `chunks` is how many there are, or the limit that follows from them."""
    if name == "chunks":
        return "reference chunks" if isinstance(value, int) else "from how chunks differ"
    return _PARTS.get(str(name)) or clean(name, 40).replace("_", " ")


def _evidence(told: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    fails = f"; fails at {number(told['fails_at'])}" if told.get("fails_at") is not None else ""
    if "outside" in told:
        yield "last chunks outside", f"{number(told['outside'])} of {number(told.get('of'))}{fails}"
    elif "amount" in told:
        yield "evidence", f"{number(told['amount'])}{fails}"


def places(series: Series) -> str:
    """Which chunks are concerned, where the headline does not say it."""
    told = where(series)
    if not told or (len(series.worst) == 1 and told.startswith("1 of") and series.status in ("fail", "warn")):
        return ""
    return told.replace(": ", " chunks: ", 1)


def calm(series: Series) -> str:
    """What is said of a series that is in order: its last value."""
    last = series.judged[-1]
    place = f" in {clean(last.chunk.key)}{quoted(last)}" if last.chunk and last.chunk.key != "all" else ""
    return f"{number(last.value)}{place}" if last.value is not None else clean(last.message)


def find(result: Result) -> str:
    """The words that the search looks through, in small letters."""
    parts = (result.id, result.segment, result.method, result.owner, result.monitor, *result.tags)
    return clean(" ".join(part for part in parts if part).lower(), 300)


def queries(series: Iterable[Series]) -> tuple[str, ...]:
    """The ids of the statements that brought the numbers, each once."""
    ids = {result.query: None for each in series for result in each.results if result.query}
    return tuple(ids)


def real(result: Result | None) -> float | None:
    """A result's value as a number that can be drawn."""
    value = result.value if result else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def sparkline(series: Series) -> Markup | None:
    """The last values as a small line; None for fewer than three."""
    shown = series.results[-SPARKS:]
    values = [real(result) for result in shown]
    if sum(value is not None for value in values) < 3:
        return None
    alerts = frozenset(at for at, result in enumerate(shown) if alarming(result))
    return small.spark(values, alerts, sum(result.period == "reference" for result in shown))


def alarming(result: Result) -> bool:
    """Whether a value is marked: an alert, or a verdict that is not pass."""
    return result.alert or result.status in ("fail", "warn")
