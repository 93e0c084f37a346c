"""Series as cards: one chart a subject, metric and segment, its words, its numbers and the statements behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from whq.reports import svg
from whq.reports.html.groups import Group, Slot, by_slot, slots_of
from whq.reports.html.names import check_of
from whq.reports.html.said import (
    alarming,
    calm,
    find,
    moved,
    note,
    parts,
    places,
    queries,
    real,
    said,
    state,
    trusted,
)  # fmt: skip
from whq.reports.html.shapes import Shape
from whq.reports.models import called, is_cell, least_trusted, method_told, place, variant
from whq.reports.series import RANK, Series
from whq.reports.text import clean, number
from whq.values import Chunk, Result, Status
from whq.wording import amount

_LINES = ("anchored", "pape", "blend", "concept", "covariate")
"""Methods whose lines look their own; others are drawn as an estimate."""


class Row(Struct, frozen=True):
    """One chunk in the table of a card; cells stand in the order of the card's titles."""

    key: str
    cells: tuple[str, ...]
    status: Status
    is_reference: bool


class Key(Struct, frozen=True):
    """One entry of a legend: the class of its sign, and its words."""

    kind: str
    words: str


class Multiple(Struct, frozen=True):
    """One class: its last value and its course. `anchor` is empty where a card of its own has it: that is `link`."""

    anchor: str
    link: str
    name: str
    status: Status
    value: str
    picture: Markup


class Card(Struct, frozen=True):
    """One chart with all that belongs to it; without numbers there is no drawing.

    `word` is what the glossary knows its metric by. `parts` say how the limit of the chunk `quoted` came about. `of` is
    the class of a model that it is about; one about all classes has small `pictures` of each. `trust` says in a word
    how far the newest estimate is trusted, `trust_why` in a sentence.
    """

    anchor: str
    subject: str
    metric: str
    segment: str
    status: Status
    headline: str
    where: str
    owner: str
    drawing: Markup | None
    legend: tuple[Key, ...]
    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: str
    word: str
    state: str
    moved: str
    note: str
    parts: tuple[tuple[str, str], ...]
    quoted: str
    queries: tuple[str, ...]
    find: str
    is_finding: bool
    of: str = ""
    trust: str = ""
    trust_why: str = ""
    pictures: tuple[Multiple, ...] = ()
    shape: Shape | None = None
    starts: bool = False

    @property
    def is_main(self) -> bool:
        """Whether it is a number of a model itself: not of a part of its rows, one class, or a cell of its matrix."""
        return not self.segment and not self.of and not is_cell(self.word)

    @property
    def size(self) -> int:
        """How many places it takes in a grid: its distribution stands beside it."""
        return 2 if self.shape else 1


def card(members: Group, anchor: str, shape: Shape | None = None, pictures: tuple[Multiple, ...] = ()) -> Card:
    """A group as a card."""
    first, gravest = members.first, members.gravest
    slots = slots_of(members)
    is_known = any(real(result) is not None for each in members.series for result in each.results)
    titles, rows = _table(members, slots)
    quote = gravest.peak if members.is_finding else gravest.judged[-1]
    subject = clean(first.subject or "", 120)
    metric = clean(called(first), 80) if first.monitor == "model" else check_of(first)
    word, why = trusted(members.leading) if members.leading else ("", "")
    return Card(
        anchor=anchor,
        subject=subject,
        metric=metric,
        segment=clean(first.segment or "", 80),
        status=gravest.status,
        headline=said(gravest) if gravest.status != "pass" else calm(gravest),
        where=places(gravest) if gravest.status != "pass" else "",
        owner=clean(first.owner or "", 60),
        drawing=svg.line_chart(chart_of(members, slots, anchor)) if is_known else None,
        legend=_legend(members, slots) if is_known else (),
        titles=titles,
        rows=rows,
        left_out=_left_out(members, slots),
        word=first.metric,
        state=state(gravest),
        moved=moved(gravest),
        note=next((told for each in members.series if (told := note(each))), ""),
        parts=parts(quote),
        quoted=clean(quote.chunk.key, 40) if quote.chunk else "",
        queries=queries(members.series),
        find=find(first),
        is_finding=members.is_finding,
        of=clean(variant(first)[0], 60),
        trust=word,
        trust_why=why,
        pictures=pictures,
        shape=shape,
    )


def in_rows(cards: Sequence[Card]) -> list[Card]:
    """Cards of which the first of each subject starts a row, unless several subjects have only one each."""
    sizes: dict[str, int] = {}
    for each in cards:
        sizes[each.subject] = sizes.get(each.subject, 0) + each.size
    placed: list[Card] = []
    for each in cards:
        before = placed[-1].subject if placed else each.subject
        starts = before != each.subject and max(sizes[before], sizes[each.subject]) > 1
        placed.append(replace(each, starts=starts))
    return placed


# --- the chart ----------------------------------------------------------------------------------------------


def _left_out(members: Group, slots: Sequence[Slot]) -> str:
    every = len(slots_of(members, sys.maxsize))
    return f"The last {len(slots):,} of {every:,} chunks." if every > len(slots) else ""


def chart_of(members: Group, slots: Sequence[Slot], anchor: str) -> svg.Chart:
    """A group as a chart of these chunks."""
    first, gravest = members.first, members.gravest
    placed = [by_slot(each) for each in members.series]
    limits = [_limited(placed, slot) for slot in slots]
    name = " ".join(
        part for part in (check_of(first), "of", first.subject or first.dataset, first.segment or "") if part
    )
    return svg.Chart(
        name=anchor,
        title=clean(name),
        description=_described(gravest, slots),
        keys=[clean(slot[2], 40) for slot in slots],
        lines=[
            _line(each, own, slots, has_band=_has_band(each, members))
            for each, own in zip(members.series, placed, strict=True)
        ],
        lower=_some([result.threshold_lower if result else None for result in limits]),
        upper=_some([result.threshold_upper if result else None for result in limits]),
        reference=sum(not slot[0] for slot in slots),
        show=number,
        partial=frozenset(
            at for at, slot in enumerate(slots) if any(slot in own and own[slot].is_partial for own in placed)
        ),
        doubts=_doubts(members, slots),
    )


def _has_band(series: Series, members: Group) -> bool:
    """Whether the bounds of a series are drawn: of several estimates only those of the most telling one."""
    if members.leading is None or place(series.first.method) == 0:
        return True
    estimates = (each for each in members.series if place(each.first.method))
    return series is next((each for each in estimates if any(one.lower is not None for one in each.results)), None)


def _doubts(members: Group, slots: Sequence[Slot]) -> dict[int, str]:
    """The slots whose estimate is doubtful or untrusted, with that word; as of the most telling one."""
    if members.leading is None:
        return {}
    own = by_slot(members.leading)
    words = ((at, least_trusted([own.get(slot)])) for at, slot in enumerate(slots))
    return {at: word for at, word in words if word in ("doubtful", "untrusted")}


def _limited(placed: Sequence[dict[Slot, Result]], slot: Slot) -> Result | None:
    """The result that says what a chunk is held to: what was not judged has no limits."""
    here = [each[slot] for each in placed if slot in each]
    return next((each for each in here if (each.threshold_lower, each.threshold_upper) != (None, None)), None)


def _described(series: Series, slots: Sequence[Slot]) -> str:
    place = places(series)
    words = said(series) if series.status != "pass" else f"all within limits; last {calm(series)}"
    return f"{amount(len(slots), 'chunk')}; {words}{f' ({place})' if place else ''}"


def _line(series: Series, own: dict[Slot, Result], slots: Sequence[Slot], *, has_band: bool) -> svg.Line:
    results = [own.get(slot) for slot in slots]
    return svg.Line(
        kind=_kind(series),
        values=[real(result) for result in results],
        lower=_some([result.lower if result and has_band else None for result in results]),
        upper=_some([result.upper if result and has_band else None for result in results]),
        alerts=frozenset(at for at, result in enumerate(results) if result and alarming(result)),
    )


def _kind(series: Series) -> str:
    """The class of a line: what was counted, or by which method it was estimated."""
    method = series.first.method
    if method is None or series.first.monitor != "model":
        return "value"
    return method if method in _LINES else "realized" if place(method) == 0 else "estimated"


def _named(series: Series) -> str:
    """What a line shows: a method of a model, the failing rows or their share, else the metric."""
    first, peak = series.first, series.peak
    if first.method is not None:
        return method_told(first.method)
    if peak.failing is None:
        return clean(first.metric, 40).replace("_", " ")
    return f"failing {clean(peak.params.get('measure', 'rows'), 20)}" if peak.value == peak.failing else "failing share"


def _some(values: list[float | None]) -> list[float | None]:
    """The values, or nothing when none is known."""
    return values if any(value is not None for value in values) else []


def _legend(members: Group, slots: Sequence[Slot]) -> tuple[Key, ...]:
    results = [result for each in members.series for result in each.results]
    keys = [Key(_kind(each), _named(each)) for each in members.series]
    if any(result.lower is not None and result.upper is not None for result in results):
        keys.append(Key("conf", "confidence"))
    if any(result.threshold_lower is not None or result.threshold_upper is not None for result in results):
        keys.append(Key("ok", _limits(results)))
    if any(result.is_partial for result in results):
        keys.append(Key("filling", "still filling"))
    keys += [Key(word, f"estimate {word}") for word in sorted(set(_doubts(members, slots).values()))]
    if any(map(alarming, results)):
        keys.append(Key("alert", "alert"))
    return tuple(keys) if len(keys) > 1 else ()


def _limits(results: Sequence[Result]) -> str:
    """The limits in words where they are the same all along."""
    pairs = {(result.threshold_lower, result.threshold_upper) for result in results} - {(None, None)}
    if len(pairs) != 1:
        return "limits"
    lower, upper = next(iter(pairs))
    if lower is None or upper is None:
        return f"limit ≤ {number(upper)}" if lower is None else f"limit ≥ {number(lower)}"
    return f"limits {number(lower)} … {number(upper)}"


# --- the table ----------------------------------------------------------------------------------------------


def _table(members: Group, slots: Sequence[Slot]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    placed = [by_slot(each) for each in members.series]
    every = [[each.get(slot) for each in placed] for slot in slots]
    names = [_named(each) for each in members.series]
    columns: list[tuple[str, list[str]]] = [("rows", [_rows(results) for results in every])]
    for at, name in enumerate(names):
        columns.append((name, [number(real(results[at])) if results[at] else "" for results in every]))
        columns.append(("interval", [_interval(results[at]) for results in every]))
        columns.append(("trust", [least_trusted([results[at]]) or "" for results in every]))
        columns.append(("failing", [_failing(results[at]) for results in every]))
    columns = [column for column in columns if any(column[1])]
    rows = [
        Row(
            f"{clean(slot[2], 40)}{' so far' if any(result and result.is_partial for result in every[at]) else ''}",
            tuple(texts[at] for _, texts in columns),
            _worst(every[at]),
            not slot[0],
        )
        for at, slot in enumerate(slots)
    ]
    return tuple(name for name, _ in columns), tuple(rows)


def _rows(results: Iterable[Result | None]) -> str:
    chunk: Chunk | None = next((result.chunk for result in results if result and result.chunk), None)
    return f"{chunk.rows:,}" if chunk else ""


def _interval(result: Result | None) -> str:
    if result is None or result.lower is None or result.upper is None:
        return ""
    return f"{number(result.lower)} … {number(result.upper)}"


def _failing(result: Result | None) -> str:
    return "" if result is None or result.failing is None else f"{result.failing:,}"


def _worst(results: Iterable[Result | None]) -> Status:
    return min((result.status for result in results if result), key=RANK.index, default="pass")
