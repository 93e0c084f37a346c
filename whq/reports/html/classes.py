"""Small pictures in the card of a model's number: the same by class, and how wrong its estimates were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from whq.reports import small
from whq.reports.html.cards import Multiple, chart_of
from whq.reports.html.groups import Group, slots_of
from whq.reports.html.said import real
from whq.reports.models import aspect, is_error, method_told, variant
from whq.reports.series import RANK
from whq.reports.text import clean, number

MOST = 24
"""Small pictures in one card."""
CHUNKS = 40
"""Chunks in one of them: the last ones."""


def by_class(groups: Sequence[Group]) -> dict[int, list[Group]]:
    """Groups of one class or of an estimator's error, the gravest first, by the identity of their whole."""
    whole = {_about(each): each for each in groups if not variant(each.first)[0] and not aspect(each.first)}
    found: dict[int, list[Group]] = {}
    for each in groups:
        parent = whole.get(_about(each))
        if parent is not None and parent is not each and _is_drawn(each):
            found.setdefault(id(parent), []).append(each)
    ordered = {key: sorted(own, key=lambda each: RANK.index(each.gravest.status)) for key, own in found.items()}
    return {key: own[:MOST] for key, own in ordered.items()}


def multiples(groups: Sequence[Group], places: Mapping[int, str]) -> tuple[Multiple, ...]:
    """Groups as small pictures: classes by name, then errors."""
    return tuple(_multiple(each, places[id(each)]) for each in sorted(groups, key=_order))


def _order(group: Group) -> tuple[bool, str]:
    of = variant(group.first)[0]
    return not of, of


def _name(group: Group) -> str:
    return variant(group.first)[0] or method_told(group.first.method or "")


def _about(group: Group) -> tuple[object, ...]:
    first = group.first
    scale = "" if is_error(first) else aspect(first)
    return first.monitor, first.subject, first.metric, first.segment, variant(first)[1], scale


def _is_drawn(group: Group) -> bool:
    return (
        is_error(group.first) or sum(real(result) is not None for each in group.series for result in each.results) > 1
    )


def _multiple(group: Group, place: str) -> Multiple:
    slots = slots_of(group)[-CHUNKS:]
    last = [result for each in group.series for result in each.judged if real(result) is not None]
    newest = max(last, key=lambda result: result.chunk.index if result.chunk else 0, default=None)
    anchor, link = ("", place) if group.is_finding else (place, "")
    return Multiple(
        anchor=anchor,
        link=link,
        name=clean(_name(group), 60),
        status=group.gravest.status,
        value="" if newest is None else number(newest.value),
        picture=small.picture(chart_of(group, slots, f"{place}_m")),
    )
