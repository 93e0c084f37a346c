"""What a page has room for, so that it opens quickly however large the run is: the gravest come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from whq.reports.html.figures import is_pictured
from whq.reports.html.groups import SLOTS, Group
from whq.reports.models import WEAKEST, aspect, variant
from whq.reports.series import RANK

CHUNKS = 4000
"""Chunks in all charts of the page together, some 260 bytes each."""
ROWS = 600
"""Rules, and as many series without a chart of their own, some 900 bytes each."""
TILES = 600
"""Figures of profiles, some 500 bytes each."""


class Room(Struct, frozen=True):
    """The groups (by identity) that get a chart, a row, or a figure; others are counted."""

    charts: frozenset[int]
    rows: frozenset[int]
    tiles: frozenset[int]

    def has(self, group: Group) -> bool:
        """Whether a group stands on the page at all."""
        return id(group) in self.charts or id(group) in self.rows or id(group) in self.tiles


def room(groups: Iterable[Group]) -> Room:
    """What of a run is shown: findings before what is in order, whole tables before segments."""
    ordered = sorted((each for each in groups if each.is_finding or not is_pictured(each)), key=_order)
    charts = _within([each for each in ordered if _has_chart(each)])
    rules = [each for each in ordered if each.first.monitor == "rule"]
    others = [each for each in ordered if each.first.monitor not in ("rule", "profile") and id(each) not in charts]
    tiles = [each for each in ordered if each.first.monitor == "profile"]
    rows = (*rules[:ROWS], *others[:ROWS])
    return Room(charts, frozenset(map(id, rows)), frozenset(map(id, tiles[:TILES])))


def _order(group: Group) -> tuple[bool, int, bool, bool, bool]:
    first = group.first
    is_part = first.segment is not None
    is_side = first.monitor == "model" and (aspect(first) != "" or variant(first) != ("", ""))
    return not group.is_finding, RANK.index(group.gravest.status), is_part, is_side, first.monitor != "model"


def _has_chart(group: Group) -> bool:
    monitor = group.first.monitor
    if monitor == "rule":
        return len(group.series[0].judged) > 1
    return monitor != "profile" and aspect(group.first) != WEAKEST


def _within(ordered: Sequence[Group]) -> frozenset[int]:
    """The first groups whose charts have no more chunks than there is room for."""
    kept: set[int] = set()
    left = CHUNKS
    for each in ordered:
        left -= min(max(len(series.results) for series in each.series), SLOTS)
        if left < 0:
            break
        kept.add(id(each))
    return frozenset(kept)
