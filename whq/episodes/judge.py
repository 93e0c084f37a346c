"""The findings of one dataset with their states, and the incidents that they make up.

Episodes that began in the same chunk are one incident; a chunk of one length and one of another that holds it count as
the same (the day that rows went missing, and its month). An episode about a column, a model or the table that takes
part in an incident which still lasts belongs to it as well. What an earlier run has stored keeps its id, whatever is
found of its beginning later; one that is acknowledged takes up no other series. What is about all rows at once is
apart: those failing since the same run are one incident.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.episodes import words
from whq.episodes.series import BAD, Episode, Line, deciding_from, episodes, is_behind, lines, verdicts
from whq.store import Earlier, StoredIncident
from whq.store.rows import SeriesKey
from whq.values import Acknowledgement, Chunk, Incident, IncidentState, Result

_FOREVER = "~"
"""Sorts after every time and number."""
OPEN = frozenset({"new", "ongoing"})


class Now(Struct, frozen=True):
    """The run that judges: its id and clock, and whether it measures all that its project asks for.

    is_cut: whether it leaves out rows before its clock (`--until`).
    """

    run: str
    as_of: str
    is_whole: bool = True
    is_cut: bool = False


class Found(Struct, frozen=True):
    """A dataset's results with their states, its incidents, and what the next run must know of each series."""

    results: tuple[Result, ...]
    incidents: tuple[StoredIncident, ...]
    verdicts: dict[SeriesKey, str]


def find(
    dataset: str, results: Sequence[Result], earlier: Earlier, now: Now, definition: Callable[[Result], str]
) -> Found:
    """What is new in the results of one dataset.

    Args:
        earlier: what runs before this one stored.
        definition: the digest of what a result is measured by; series with another one are not compared.
    """
    every_line = lines(results)
    behind = [line for line in every_line if now.is_cut and is_behind(line, earlier.verdicts.get(line.key))]
    all_lines = [line for line in every_line if line not in behind]
    found = [
        episode
        for line in all_lines
        for episode in episodes(line, earlier.verdicts.get(line.key), definition(_any(line)))
    ]
    seen = verdicts(all_lines)
    calendar = _Calendar(results)
    known = [stored for stored in earlier.incidents if stored.incident.dataset == dataset]
    held = {name for name, said in earlier.acknowledgements.items() if is_held(said, now.as_of)}
    drafts = _grouped(found, known, held, calendar, now.as_of[:10])
    marks: dict[int, dict[str, Any]] = defaultdict(dict)
    partly = {stored.incident.id for stored in known if not now.is_whole and stored.series.keys() - seen.keys()}
    built = [_built(draft, dataset, earlier, now, marks) for draft in drafts]
    incidents = [_kept(each, known) if each.incident.id in partly else each for each in built]
    incidents += _unseen(
        [each for each in known if each.incident.id not in partly], incidents, all_lines, now, definition
    )
    _mark_partial(all_lines, drafts, marks)
    _mark_deciding(every_line, earlier, marks)
    _mark_behind(behind, known, marks, calendar)
    marked = (_marked(result, marks.get(id(result), {})) for result in results)
    return Found(tuple(marked), tuple(_said(stored, earlier, now) for stored in incidents), dict(seen))


def left(earlier: Earlier, datasets: Iterable[str], now: Now) -> tuple[StoredIncident, ...]:
    """Incidents of datasets that are no longer in the project: over, as nothing is known of them any more."""
    if not now.is_whole:
        return ()
    gone = set(datasets)
    return tuple(
        _over(stored, "past", now)
        for stored in earlier.incidents
        if stored.incident.state in OPEN and stored.incident.dataset not in gone
    )


def is_held(said: Acknowledgement | None, as_of: str) -> bool:
    """Whether an acknowledgement still holds at a moment (ISO text)."""
    return said is not None and (said.until is None or as_of < said.until)


class _Calendar:
    """The chunks of a dataset's results, and their order."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.chunks = {result.chunk.key: result.chunk for result in results if result.chunk}

    def order(self, key: str) -> str:
        """What sorts the key of a chunk; one that this run has not seen sorts by itself."""
        chunk = self.chunks.get(key)
        return key if chunk is None else chunk.start or f"{chunk.index:012d}"

    def end(self, key: str) -> str:
        """What tells that a chunk begins after another one has ended: its order is not less than the other's end."""
        chunk = self.chunks.get(key)
        return f"{key}~" if chunk is None else chunk.end or f"{self.order(key)}~"

    def is_same(self, key: str, chunk: Chunk) -> bool:
        """Whether a chunk is that one, holds it, or lies in it."""
        other = self.chunks.get(key)
        if other is None or key == chunk.key:
            return key == chunk.key
        return _holds(other, chunk) or _holds(chunk, other)


def _holds(outer: Chunk, inner: Chunk) -> bool:
    if outer.start is None or outer.end is None or inner.start is None or inner.end is None:
        return False
    return outer.start <= inner.start and inner.end <= outer.end


class _Draft:
    """An incident in the making: when it began, the stored one that it goes on from, its episodes.

    latest: the key of its last bad chunk, "" where it is about all rows at once. stored: the identities of episodes
    that earlier runs have stored as part of it.
    """

    def __init__(self, name: str, since: str, known: StoredIncident | None, is_whole: bool) -> None:
        self.name, self.since, self.known, self.is_whole = name, since, known, is_whole
        self.episodes: list[Episode] = []
        self.stored: set[int] = set()
        self.latest, self._ends, self._subjects = "", "", set[str | None]()

    def add(self, episode: Episode, calendar: _Calendar) -> None:
        """Make an episode part of it."""
        self.episodes.append(episode)
        self._subjects.add(episode.first.subject)
        chunk = episode.last.chunk
        if chunk is not None:
            self.latest = max(self.latest or chunk.key, chunk.key, key=calendar.end)
            self._ends = max(self._ends, _FOREVER if episode.is_current else calendar.end(chunk.key))

    def takes(self, episode: Episode, calendar: _Calendar) -> bool:
        """Whether an episode that no stored incident has belongs here."""
        if self.is_whole or episode.begin is None:
            return self.is_whole and episode.begin is None and self.known is None
        if episode.first.subject in self._subjects and calendar.order(episode.begin.key) < self._ends:
            return True
        return calendar.is_same(self.since, episode.begin)


def _grouped(
    found: Sequence[Episode], known: Sequence[StoredIncident], held: Container[str], calendar: _Calendar, day: str
) -> list[_Draft]:
    """The episodes by incident: first those of stored ones, then the others in the order in which they began.

    Args:
        held: the ids of incidents that are acknowledged.
        day: of the run.
    """
    drafts: dict[str, _Draft] = {}
    of_series: dict[SeriesKey, list[StoredIncident]] = defaultdict(list)
    for stored in known:
        for key in stored.series:
            of_series[key].append(stored)
    others: list[Episode] = []
    for episode in found:
        seen = next((each for each in of_series[episode.key] if _is_of(episode, each, calendar)), None)
        if seen is None:
            others.append(episode)
            continue
        name, since = seen.incident.id, seen.incident.since or ""
        draft = drafts.setdefault(name, _Draft(name, since, seen, seen.latest is None))
        draft.add(episode, calendar)
        draft.stored.add(id(episode))
    others.sort(key=lambda each: (each.begin.end if each.begin else None) or "", reverse=True)  # long chunks first
    others.sort(key=lambda each: calendar.order(each.begin.key) if each.begin else "")
    for episode in others:
        since = day if episode.begin is None else episode.begin.key
        name = _id(episode, since, held)
        ready = (each for each in drafts.values() if each.takes(episode, calendar))
        fitting = next((each for each in ready if each.name not in held or episode.key in _series(each)), None)
        draft = fitting or drafts.setdefault(name, _Draft(name, since, None, episode.begin is None))
        draft.add(episode, calendar)
    return list(drafts.values())


def _series(draft: _Draft) -> Container[SeriesKey]:
    return draft.known.series if draft.known else ()


def _id(episode: Episode, since: str, held: Container[str]) -> str:
    """The id of an incident that begins with an episode; not that of one that is acknowledged."""
    name = f"{episode.first.dataset}@{'run-' if episode.begin is None else ''}{since}"
    names = (name if number == 1 else f"{name}.{number}" for number in count(1))
    return next(each for each in names if each not in held)


def _is_of(episode: Episode, stored: StoredIncident, calendar: _Calendar) -> bool:
    """Whether an episode goes on with a stored incident: one of its series, at the same time, or with no pass since.

    A series that has a result on its newest chunk only, such as the age of a table, is never seen at the same time.
    """
    if stored.series.get(episode.key) != episode.definition:
        return False
    if episode.begin is None or stored.latest is None or episode.last.chunk is None:
        return episode.begin is None and stored.latest is None and stored.incident.state in OPEN
    begins, ends = calendar.order(stored.incident.since or ""), calendar.end(stored.latest)
    if begins >= calendar.end(episode.last.chunk.key):
        return False
    has_passed = episode.after is not None and calendar.end(episode.after) >= ends
    return calendar.order(episode.begin.key) < ends or (stored.incident.state in OPEN and not has_passed)


def _built(draft: _Draft, dataset: str, earlier: Earlier, now: Now, marks: dict[int, dict[str, Any]]) -> StoredIncident:
    """The incident of a draft; its findings are marked with its id and their states."""
    known, name = draft.known, draft.name
    states: list[IncidentState] = []
    for episode in draft.episodes:
        states.append(_state(episode, id(episode) in draft.stored, episode.key in earlier.verdicts))
        for result in episode.results:
            marks[id(result)].update(state=states[-1], incident=name)
    state = _overall(states, known)
    latest = None if draft.is_whole else draft.latest
    is_open = state in OPEN
    until = None if is_open else latest
    current = [each for each in draft.episodes if each.is_current] if is_open else draft.episodes
    series = {**(known.series if known else {}), **{each.key: each.definition for each in draft.episodes}}
    ids = dict.fromkeys(words_of.partition(" ")[2] for words_of, _ in series)
    text = words.sentence(draft.since, until, current, is_whole=draft.is_whole)
    first = (known.first_run, known.first_as_of) if known else (now.run, now.as_of)
    incident = Incident(name, dataset, draft.since, until, state, text, tuple(ids))
    return StoredIncident(incident, latest, series, *first, now.run, now.as_of)


def _kept(built: StoredIncident, known: Iterable[StoredIncident]) -> StoredIncident:
    """An incident in a run that has not measured all of its series: the sentence stays, and what is open stays open."""
    before = next(stored.incident for stored in known if stored.incident.id == built.incident.id)
    incident = built.incident
    if before.state not in OPEN and incident.state in OPEN:
        return built
    state = incident.state if before.state not in OPEN or incident.state in OPEN else "ongoing"
    return replace(built, incident=replace(incident, state=state, text=before.text, until=before.until))


def _state(episode: Episode, is_stored: bool, has_run: bool) -> IncidentState:
    """The state of an episode's findings.

    Args:
        is_stored: an earlier run has seen it.
        has_run: an earlier run had a verdict on the series. Without one, what is new is known of the newest chunk only.
    """
    if not episode.is_current:
        return "recovered" if episode.is_ended else "past"
    if is_stored:
        return "ongoing"
    return "new" if has_run or len(episode.results) == 1 else "ongoing"


def _overall(states: Sequence[IncidentState], known: StoredIncident | None) -> IncidentState:
    """The state of an incident whose episodes have these."""
    if OPEN & set(states):
        return "ongoing" if known is not None or "ongoing" in states else "new"
    return "recovered" if "recovered" in states else "past"


def _unseen(
    known: Sequence[StoredIncident],
    incidents: Sequence[StoredIncident],
    all_lines: Sequence[Line],
    now: Now,
    definition: Callable[[Result], str],
) -> list[StoredIncident]:
    """Stored incidents of which this run has no finding, as far as that changes them: those that are over by now."""
    again = {stored.incident.id for stored in incidents}
    judged = {line.key: definition(_any(line)) for line in all_lines if line.verdict is not None}
    over: list[StoredIncident] = []
    for stored in known:
        is_open = stored.incident.state in OPEN
        if stored.incident.id in again or not (is_open or stored.incident.state == "recovered"):
            continue
        same = any(judged.get(key) == digest for key, digest in stored.series.items())
        if same and is_open:
            over.append(_over(stored, "recovered", now))
        elif same or now.is_whole or judged.keys() & stored.series.keys():
            over.append(_over(stored, "past", now))
    return over


def _over(stored: StoredIncident, state: IncidentState, now: Now) -> StoredIncident:
    """An incident that has ended with its last bad chunk, or with the last run that saw it."""
    incident = stored.incident
    until = incident.until or stored.latest or stored.last_as_of[:10]
    text = incident.text if incident.until else _ended(incident, until)
    ended = replace(incident, state=state, until=until, text=text)
    return replace(stored, incident=ended, last_run=now.run, last_as_of=now.as_of)


def _ended(incident: Incident, until: str) -> str:
    """The sentence of an incident with its end in the place of `since`."""
    what = incident.text.partition(": ")[2]
    return f"{words.when(incident.since or '', until, is_whole=False)}: {what}"


def _mark_partial(all_lines: Iterable[Line], drafts: Sequence[_Draft], marks: dict[int, dict[str, Any]]) -> None:
    """Findings on a chunk that is still filling go with the episode that is going on, if there is one."""
    current = {each.key: marks[id(each.last)] for draft in drafts for each in draft.episodes if each.is_current}
    for line in all_lines:
        for result in line.filling:
            if result.alert and line.key in current:
                marks[id(result)].update(current[line.key])


def _mark_behind(
    behind: Iterable[Line], known: Sequence[StoredIncident], marks: dict[int, dict[str, Any]], calendar: _Calendar
) -> None:
    """Findings before what earlier runs have judged belong to the past, and to the incidents that were found then."""
    for line in behind:
        for result in line.closed:
            if result.status in BAD and result.chunk is not None:
                name = next(
                    (each.incident.id for each in known if _spans(each, line.key, result.chunk, calendar)), None
                )
                marks[id(result)].update(state="past", **({"incident": name} if name else {}))


def _spans(stored: StoredIncident, key: SeriesKey, chunk: Chunk, calendar: _Calendar) -> bool:
    if key not in stored.series or stored.latest is None:
        return False
    order = calendar.order(chunk.key)
    return calendar.order(stored.incident.since or "") <= order < calendar.end(stored.latest)


def _mark_deciding(all_lines: Iterable[Line], earlier: Earlier, marks: dict[int, dict[str, Any]]) -> None:
    """Mark the results on closed chunks that decide the exit code; those on all rows, and errors, always do."""
    for line in all_lines:
        if line.closed:
            for result in line.closed[deciding_from(line, earlier.verdicts.get(line.key)) :]:
                marks[id(result)]["decides"] = True


def _marked(result: Result, marks: dict[str, Any]) -> Result:
    return replace(result, details={**result.details, **marks}) if marks else result


def _said(stored: StoredIncident, earlier: Earlier, now: Now) -> StoredIncident:
    said = earlier.acknowledgements.get(stored.incident.id)
    if not is_held(said, now.as_of):
        return stored
    return replace(stored, incident=replace(stored.incident, acknowledged=said))


def _any(line: Line) -> Result:
    return (*line.closed, *line.filling, *line.whole, *line.taught)[0]
