"""Series as cards: one chart a subject, metric and segment, its words, its numbers and the statements behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from whq.reports import svg
from whq.reports.html.names import check_of
from whq.reports.html.said import (
    METHODS,
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
)  # fmt: skip
from whq.reports.html.shapes import Shape
from whq.reports.series import RANK, Series
from whq.reports.text import clean, number
from whq.values import Chunk, Result, Status
from whq.wording import amount

SLOTS = 300
"""Chunks in one chart; of more, the last ones are shown."""

Slot = tuple[bool, int, str]


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


class Card(Struct, frozen=True):
    """One chart with all that belongs to it; without numbers there is no drawing.

    `word` is what the glossary knows its metric by. `parts` say how the limit of the chunk `quoted` came about.
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
    shape: Shape | None = None
    starts: bool = False

    @property
    def size(self) -> int:
        """How many places it takes in a grid: its distribution stands beside it."""
        return 2 if self.shape else 1


class Group(Struct, frozen=True):
    """Series that share a chart: one of most checks, one a method of models (realized, then estimated)."""

    series: tuple[Series, ...]

    @property
    def first(self) -> Result:
        """The result that stands for all."""
        return self.series[0].first

    @property
    def gravest(self) -> Series:
        """The series whose status stands for the group."""
        return min(self.series, key=lambda each: RANK.index(each.status))

    @property
    def is_finding(self) -> bool:
        """Whether there is something to look at: neither in order, nor left out, nor withheld by design."""
        return self.gravest.status not in ("pass", "skipped") and not self.gravest.is_withheld

    @property
    def is_filling(self) -> bool:
        """Whether all that is bad is about chunks that are still filling."""
        bad = [result for each in self.series for result in each.judged if result.status in ("fail", "warn")]
        return bool(bad) and all(result.is_partial for result in bad)


def group(series: Iterable[Series]) -> list[Group]:
    """Series gathered by what they show; of a model, all methods of a metric."""
    alike: dict[tuple[object, ...], list[Series]] = {}
    for each in series:
        first = each.first
        own = None if first.monitor == "model" else first.id
        alike.setdefault((first.dataset, first.monitor, first.subject, first.metric, first.segment, own), []).append(
            each
        )
    return [
        Group(tuple(sorted(members, key=lambda each: each.first.method != "realized"))) for members in alike.values()
    ]


def card(members: Group, anchor: str, shape: Shape | None = None) -> Card:
    """A group as a card."""
    first, gravest = members.first, members.gravest
    slots = slots_of(members)
    is_known = any(real(result) is not None for each in members.series for result in each.results)
    titles, rows = _table(members, slots)
    quote = gravest.peak if members.is_finding else gravest.judged[-1]
    subject, metric = clean(first.subject or "", 120), check_of(first)
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


def _slot(result: Result) -> Slot:
    chunk = result.chunk
    return (result.period != "reference", chunk.index if chunk else 0, chunk.key if chunk else "all")


def slots_of(members: Group, most: int = SLOTS) -> list[Slot]:
    """The chunks of all series, the reference first; of very many, the last ones of each period."""
    every = _with_holes(sorted({_slot(result) for each in members.series for result in each.results}))
    if len(every) <= most:
        return every
    before = [slot for slot in every if not slot[0]]
    after = [slot for slot in every if slot[0]]
    reference = before[-most // 4 :]
    return [*reference, *after[-(most - len(reference)) :]]


def _with_holes(slots: Sequence[Slot]) -> list[Slot]:
    """Chunks with an empty slot wherever some of the calendar are missing between two, so that no line crosses it."""
    told: list[Slot] = []
    for slot in slots:
        missing = slot[1] - told[-1][1] - 1 if told and told[-1][0] == slot[0] else 0
        if missing > 0:
            told.append((slot[0], slot[1] - 1, f"{missing:,} missing"))
        told.append(slot)
    return told


def _left_out(members: Group, slots: Sequence[Slot]) -> str:
    every = len(slots_of(members, sys.maxsize))
    return f"The last {len(slots):,} of {every:,} chunks." if every > len(slots) else ""


def chart_of(members: Group, slots: Sequence[Slot], anchor: str) -> svg.Chart:
    """A group as a chart of these chunks."""
    first, gravest = members.first, members.gravest
    by_slot = [_by_slot(each) for each in members.series]
    limits = [_limited(by_slot, slot) for slot in slots]
    name = " ".join(
        part for part in (check_of(first), "of", first.subject or first.dataset, first.segment or "") if part
    )
    return svg.Chart(
        name=anchor,
        title=clean(name),
        description=_described(gravest, slots),
        keys=[clean(slot[2], 40) for slot in slots],
        lines=[_line(each, own, slots) for each, own in zip(members.series, by_slot, strict=True)],
        lower=_some([result.threshold_lower if result else None for result in limits]),
        upper=_some([result.threshold_upper if result else None for result in limits]),
        reference=sum(not slot[0] for slot in slots),
        show=number,
        partial=frozenset(
            at for at, slot in enumerate(slots) if any(slot in own and own[slot].is_partial for own in by_slot)
        ),
    )


def _limited(by_slot: Sequence[dict[Slot, Result]], slot: Slot) -> Result | None:
    """The result that says what a chunk is held to: what was not judged has no limits."""
    here = [each[slot] for each in by_slot if slot in each]
    return next((each for each in here if (each.threshold_lower, each.threshold_upper) != (None, None)), None)


def _described(series: Series, slots: Sequence[Slot]) -> str:
    place = places(series)
    words = said(series) if series.status != "pass" else f"all within limits; last {calm(series)}"
    return f"{amount(len(slots), 'chunk')}; {words}{f' ({place})' if place else ''}"


def _line(series: Series, by_slot: dict[Slot, Result], slots: Sequence[Slot]) -> svg.Line:
    results = [by_slot.get(slot) for slot in slots]
    return svg.Line(
        kind=_kind(series),
        values=[real(result) for result in results],
        lower=_some([result.lower if result else None for result in results]),
        upper=_some([result.upper if result else None for result in results]),
        alerts=frozenset(at for at, result in enumerate(results) if result and alarming(result)),
    )


def _kind(series: Series) -> str:
    method = series.first.method
    return "value" if method is None else "realized" if method == "realized" else "estimated"


def _named(series: Series) -> str:
    """What a line shows: a method of a model, the failing rows or their share, else the metric."""
    first, peak = series.first, series.peak
    if first.method is not None:
        return METHODS.get(first.method, clean(first.method, 40))
    if peak.failing is None:
        return clean(first.metric, 40).replace("_", " ")
    return f"failing {clean(peak.params.get('measure', 'rows'), 20)}" if peak.value == peak.failing else "failing share"


def _by_slot(series: Series) -> dict[Slot, Result]:
    return {_slot(result): result for result in series.results}


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
    by_slot = [_by_slot(each) for each in members.series]
    every = [[each.get(slot) for each in by_slot] for slot in slots]
    names = [_named(each) for each in members.series]
    columns: list[tuple[str, list[str]]] = [("rows", [_rows(results) for results in every])]
    for at, name in enumerate(names):
        columns.append((name, [number(real(results[at])) if results[at] else "" for results in every]))
        columns.append(("interval", [_interval(results[at]) for results in every]))
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
