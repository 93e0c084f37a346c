"""What a report tells of a run: incidents, what is wrong beside them, and what is no finding and worth a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from whq.glossary.words import WITHHELD
from whq.reports.models import is_part, rank_of_slice
from whq.reports.series import RANK, Series, excess, is_check, is_number
from whq.reports.text import chunk_words, clean, until_words
from whq.result import RunResult
from whq.values import Incident, Status
from whq.wording import amount

WORDS = {"new": "new", "ongoing": "going on", "recovered": "recovered", "past": "over"}
"""The states of findings and incidents as people say them."""
MOST = 12
"""Findings shown of each status and of an incident, and incidents; the others are counted."""
_NOTES = 3
"""Notes told in full; the others are counted."""
_FAMILIES = ("model", "rule", "anomaly", "drift")


class Episode(Struct, frozen=True):
    """An incident with its gravest status, the findings that are named, and how many it has beside those.

    telling: its most telling finding, then each other rule that is broken, up to `MOST` in all.
    """

    id: str
    text: str
    word: str
    status: Status = "warn"
    telling: tuple[Series, ...] = ()
    more: int = 0
    is_seen: bool = False


class Told(Struct, frozen=True):
    """A run as it is told.

    open, over: incidents that last or that a finding on a new chunk is of, and all others. others: findings that no
    open incident tells of. members: those that one does. tally: checks by status, without those of acknowledged
    incidents, those that withheld their verdict, and those whose only chunk is still filling (waiting). numbers: series
    that no limit judges. beside: lines of a title and words.
    """

    open: tuple[Episode, ...]
    over: tuple[Episode, ...]
    others: tuple[Series, ...]
    members: tuple[Series, ...]
    tally: Counter[Status]
    acknowledged: int
    withheld: int
    waiting: int
    numbers: int
    has_history: bool
    beside: tuple[tuple[str, str], ...]


def told(outcome: RunResult, series: Sequence[Series]) -> Told:
    """What to tell of a run whose results are gathered into these series."""
    findings = [each for each in series if each.status not in ("pass", "skipped") and not each.is_withheld]
    candidates = [each for each in outcome.incidents if outcome.judged == "newest" or each.state in ("new", "ongoing")]
    members = {incident.id: [each for each in findings if _is_of(each, incident)] for incident in candidates}
    is_open = {each.id: each.state in ("new", "ongoing") or bool(members.get(each.id)) for each in outcome.incidents}
    quiet = [each for incident in candidates if incident.acknowledged for each in members[incident.id]]
    told_of = [each for listed in members.values() for each in listed]
    checks = [each for each in series if is_check(each)]
    waiting = [each for each in checks if not each.deciding and each.judged[-1].is_partial]
    judged = [each for each in checks if not each.is_withheld and each not in waiting]
    return Told(
        open=tuple(_episode(each, members[each.id]) for each in outcome.incidents if is_open[each.id]),
        over=tuple(
            Episode(each.id, each.text, WORDS[each.state]) for each in outcome.incidents if not is_open[each.id]
        ),
        others=tuple(each for each in findings if each not in told_of),
        members=tuple(each for each in told_of if each not in quiet),
        tally=Counter(each.status for each in judged if each not in quiet),
        acknowledged=sum(each in judged for each in quiet),
        withheld=sum(each.is_withheld for each in checks),
        waiting=len(waiting),
        numbers=sum(map(is_number, series)),
        has_history=any(len(each.judged) > 1 for each in checks),
        beside=tuple(_beside(series)),
    )


def _is_of(series: Series, incident: Incident) -> bool:
    """Whether a finding belongs to an incident: its results say so, or nothing but the name of their series does."""
    marks = {result.details.get("incident") for result in series.worst} - {None}
    if marks:
        return incident.id in marks
    return incident.state in ("new", "ongoing") and series.first.id in incident.results


def _episode(incident: Incident, members: Sequence[Series]) -> Episode:
    own = sorted((each for each in members if each.first.id in incident.results), key=by_telling)
    named = [*own[:1], *(each for each in own[1:] if each.first.monitor == "rule" and each.status in ("fail", "warn"))]
    said = incident.acknowledged
    held = f", acknowledged {until_words(said.until)}: {said.why}" if said else ""
    return Episode(
        id=incident.id,
        text=f"{incident.text}{held}",
        word=WORDS[incident.state],
        status=own[0].status if own else "warn",
        telling=tuple(named[:MOST]),
        more=len(own) - len(named[:MOST]),
        is_seen=said is not None,
    )


def by_telling(series: Series) -> tuple[int, int, bool, float]:
    """What tells most stands first: grave, of a model as a whole, far outside its limits, the worst slice."""
    peak = series.peak
    sides = [side for side in (peak.threshold_lower, peak.threshold_upper) if side is not None]
    width = max(sides) - min(sides) if len(sides) == 2 else abs(sides[0]) if sides else 0.0
    family = _FAMILIES.index(peak.monitor) if peak.monitor in _FAMILIES else len(_FAMILIES)
    slice_rank = rank_of_slice(peak)
    far = -excess(peak) / (width or 1.0) if slice_rank is None else float(slice_rank)
    return RANK.index(series.status), family, is_part(peak), far


def _why(word: str) -> str:
    """Why a verdict was withheld, in words, with the word that `whq explain` takes."""
    entry = WITHHELD.get(word)
    return f"{entry.title.partition(': ')[2]} ({word})" if entry else word


def _named(names: Sequence[str]) -> str:
    """The numbers of models among the verdicts that were withheld: some by name, the others counted."""
    more = [f"{len(names) - _NOTES} more"] if len(names) > _NOTES else []
    return f": {', '.join([*names[:_NOTES], *more])}" if names else ""


def _beside(series: Sequence[Series]) -> Iterator[tuple[str, str]]:
    """Verdicts that were withheld, by reason; alerts in chunks that are still filling; notes on what passed."""
    held = [(clean(each.judged[-1].details.get("withheld"), 60), each.first) for each in series if each.is_withheld]
    for word, count in Counter(word for word, _ in held).most_common():
        names = [clean(first.id, 200) for own, first in held if own == word and first.monitor == "model"]
        yield "withheld", f"{amount(count, 'verdict')}: {_why(word)}{_named(names)}"
    filling = [each.judged[-1] for each in series if each.judged[-1].is_partial and each.judged[-1].alert]
    chunks = Counter(chunk_words(result.chunk.key) for result in filling if result.chunk)
    if chunks and any(each.is_newest for each in series):
        told = ", ".join(f"{amount(count, 'alert')} in {chunk} so far" for chunk, count in chunks.items())
        yield "filling", f"{told}; these decide when the chunk is closed"
    noted = [(each.first.id, each.judged[-1]) for each in series if each.judged[-1].details.get("note")]
    for name, result in noted[:_NOTES]:
        yield "note", f"{clean(name, 200)}: {clean(result.details['note'], 300)}"
    if len(noted) > _NOTES:
        yield "", f"… {amount(len(noted) - _NOTES, 'more note')}"
