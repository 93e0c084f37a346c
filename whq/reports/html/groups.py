"""Series that share a chart, and the chunks that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from whq.reports.models import aspect, leading, place, variant
from whq.reports.series import RANK, Series
from whq.values import Result

SLOTS = 300
"""Chunks in one chart; of more, the last ones are shown."""

Slot = tuple[bool, int, str]
"""A chunk: whether it is of the analysis, its number, its key."""


class Group(Struct, frozen=True):
    """Series that share a chart: one of most checks, one a method of models (realized, then estimated)."""

    series: tuple[Series, ...]

    @property
    def first(self) -> Result:
        """The result that stands for all."""
        return self.series[0].first

    @property
    def leading(self) -> Series | None:
        """The most telling estimate of a model; None where there is none."""
        found = leading([each.first for each in self.series])
        return next((each for each in self.series if each.first is found), None)

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
    """Series gathered by what they show; of a model, all methods of a number that are of one scale."""
    alike: dict[tuple[object, ...], list[Series]] = {}
    for each in series:
        first = each.first
        own: object = (aspect(first), variant(first)) if first.monitor == "model" else first.id
        about = first.dataset, first.monitor, first.subject, first.metric, first.segment, own
        alike.setdefault(about, []).append(each)
    return [Group(tuple(sorted(members, key=lambda each: place(each.first.method)))) for members in alike.values()]


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


def by_slot(series: Series) -> dict[Slot, Result]:
    """The results of a series by their chunk."""
    return {_slot(result): result for result in series.results}
