"""Incidents for the first screen: a sentence, the most telling series as a picture, and the findings it is made of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from whq.reports import small
from whq.reports.html.cards import chart_of
from whq.reports.html.findings import Finding, lines
from whq.reports.html.groups import SLOTS, Group, Slot, slots_of
from whq.reports.html.names import Anchors
from whq.reports.html.said import said
from whq.reports.series import RANK, Series
from whq.reports.text import clean, shell, until_words
from whq.reports.told import WORDS, by_telling
from whq.values import Acknowledgement, Incident, IncidentState, Status

CHUNKS = 40
"""Chunks in a picture where the incident is no longer than that."""
BEFORE = 8
"""Chunks that are shown before the onset and after the end, where there are more than fit."""
OVER = 20
"""Incidents that are over and shown; the others are counted."""

Place = Callable[[Group], str]


class Told(Struct, frozen=True):
    """One incident with its findings; `picture` is None where too little is known to draw one.

    `command` is its id as a shell takes it.
    """

    command: str
    anchor: str
    dataset: str
    home: str
    state: IncidentState
    state_words: str
    status: Status
    text: str
    span: str
    owner: str
    picture: Markup | None
    pictured: str
    lines: tuple[Finding, ...]
    acknowledged: str
    find: str


class Incidents(Struct, frozen=True):
    """All incidents: open ones by onset, those that someone has acknowledged, those that are over."""

    open: tuple[Told, ...] = ()
    acknowledged: tuple[Told, ...] = ()
    over: tuple[Told, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.open or self.acknowledged or self.over)


def incidents(
    found: Sequence[Incident], groups: Sequence[Group], place: Place, homes: Mapping[str, str], anchors: Anchors
) -> Incidents:
    """The incidents of a run in the order in which they come, the newest onset first.

    `place` gives the anchor of a group, `homes` that of each dataset.
    """
    by_id: dict[str, list[Group]] = {}
    for group in groups:
        for name in {each.first.id for each in group.series}:
            by_id.setdefault(name, []).append(group)
    parts: dict[str, list[Incident]] = {"open": [], "acknowledged": [], "over": []}
    for each in found:
        is_open = each.state in ("new", "ongoing")
        parts["over" if not is_open else "acknowledged" if each.acknowledged else "open"].append(each)
    more = max(len(parts["over"]) - OVER, 0)
    parts["over"] = parts["over"][:OVER]
    told = {
        name: tuple(_told(each, _members(each, by_id), place, homes.get(each.dataset, ""), anchors) for each in listed)
        for name, listed in parts.items()
    }
    return Incidents(**told, more=more)


def uncovered(found: Sequence[Incident], groups: Sequence[Group]) -> list[Group]:
    """The groups that no incident tells of."""
    ids = {name for each in found for name in each.results}
    return [group for group in groups if not any(each.first.id in ids for each in group.series)]


def _members(incident: Incident, by_id: Mapping[str, list[Group]]) -> list[tuple[Group, Group]]:
    """The groups of an incident, each with itself as far as the incident goes.

    Of one that lasts, what decides now is told; where nothing does, as of one that is over, all that belongs to it.
    """
    groups = {id(group): group for name in incident.results for group in by_id.get(name, ())}
    for is_now in (True, False) if incident.state in ("new", "ongoing") else (False,):
        pairs = [(each, _narrowed(each, incident, is_now)) for each in groups.values()]
        found = [pair for pair in pairs if pair[1].is_finding]
        if found:
            return found
    return []


def _narrowed(group: Group, incident: Incident, is_now: bool) -> Group:
    """A group without the findings that belong to other incidents; each series by what decides now, or by all of it."""
    return Group(tuple(_own(each, incident, is_now) for each in group.series))


def _own(series: Series, incident: Incident, is_now: bool) -> Series:
    own = [each for each in series.results if each.details.get("incident", incident.id) == incident.id]
    decides = is_now and any(each.details.get("decides") for each in own)
    return Series(tuple(own), decides) if own else series


def _told(
    incident: Incident, members: Sequence[tuple[Group, Group]], place: Place, home: str, anchors: Anchors
) -> Told:
    anchor = anchors.new("incident", incident.id)
    when, text = _parted(incident)
    whole = {id(narrowed): group for group, narrowed in members}
    telling = sorted((narrowed for _, narrowed in members), key=lambda each: by_telling(each.gravest))
    told = lines(telling, lambda each: place(whole[id(each)]))
    owners = dict.fromkeys(clean(group.first.owner, 60) for group in telling if group.first.owner)
    drawn = (_picture(whole[id(each)], each, incident, anchor) for each in telling)
    picture, pictured = next((found for found in drawn if found is not None), (None, ""))
    return Told(
        command=shell(incident.id),
        anchor=anchor,
        dataset=clean(incident.dataset, 80),
        home=home,
        state=incident.state,
        state_words=WORDS[incident.state],
        status=min((each.gravest.status for each in telling), key=RANK.index, default="warn"),
        text=clean(text),
        span=clean(when, 80),
        owner=", ".join(owners),
        picture=picture,
        pictured=pictured,
        lines=told,
        acknowledged=_acknowledged(incident.acknowledged),
        find=clean(" ".join((incident.id, incident.text, *owners)).lower(), 300),
    )


def _picture(whole: Group, narrowed: Group, incident: Incident, anchor: str) -> tuple[Markup, str] | None:
    """The gravest series of a group over its last chunks, and its name; None for fewer than three values."""
    group = Group((whole.series[narrowed.series.index(narrowed.gravest)],))
    slots = slots_of(group, sys.maxsize)
    since, end = _course(slots, narrowed.gravest, incident)
    first, last = _window(len(slots), since, end)
    chart = chart_of(group, slots[first:last], f"{anchor}_p")
    if sum(value is not None for value in chart.lines[0].values) < 3:
        return None
    chart = replace(chart, onset=None if since is None else since - first, description=said(narrowed.gravest))
    return small.picture(chart), chart.title


def _course(slots: Sequence[Slot], own: Series, incident: Incident) -> tuple[int | None, int]:
    """The places in which a series shows an incident's onset and its end.

    They are the incident's own chunks, or where the series has others (months beside days) those of its first and last
    findings.
    """
    places = {key: at for at, (is_analysis, _, key) in enumerate(slots) if is_analysis}
    bad = [places.get(each.chunk.key) for each in own.judged if each.chunk and each.status in ("fail", "warn")]
    found = [at for at in bad if at is not None]
    since = places.get(incident.since or "", found[0] if found else None)
    last = len(slots) if incident.until is None else found[-1] if found else len(slots)
    return since, places.get(incident.until or "", last)


def _window(many: int, since: int | None, end: int) -> tuple[int, int]:
    """From where to where a picture shows: some before the onset to some after the end, else the last chunks."""
    if since is None:
        return max(many - CHUNKS, 0), many
    first = max(since - BEFORE, 0)
    last = min(max(end + BEFORE, first + CHUNKS), first + SLOTS, many)
    return max(min(first, last - CHUNKS), 0), last


def _parted(incident: Incident) -> tuple[str, str]:
    """When it was, and what: the sentence begins with the time, which stands apart on the page."""
    when, colon, text = incident.text.partition(": ")
    if colon and incident.since and incident.since in when:
        return when, text
    since, until = incident.since or "", incident.until
    if until is None:
        return f"since {since}" if since else "", incident.text
    return since if until == since else f"{since}…{until}", incident.text


def _acknowledged(found: Acknowledgement | None) -> str:
    if found is None:
        return ""
    return f"acknowledged {until_words(found.until)}: {clean(found.why, 200)}"
