"""Slices of a model's rows as tables with bars: where it is worst, and where a change comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from whq.reports import small
from whq.reports.models import WEAKEST, aspect, called, variant
from whq.reports.text import chunk_words, clean, number, percent
from whq.values import Result

SLICES = 20
"""Slices in one table."""


class Slice(Struct, frozen=True):
    """One slice of the rows, its value as a number and a bar."""

    name: str
    rows: str
    value: str
    bar: Markup
    words: str
    is_finding: bool


class Slices(Struct, frozen=True):
    """Slices of the rows, and what their values are called."""

    subject: str
    title: str
    caption: str
    value: str
    slices: tuple[Slice, ...]


def slices_of(results: Sequence[Result]) -> Iterable[Slices]:
    """By number of a model the slices in which it is worst, then those from which its last alert comes."""
    by_number: dict[str, list[Result]] = {}
    for result in results:
        if aspect(result) == WEAKEST:
            by_number.setdefault(_number_of(result), []).append(result)
    for name, found in by_number.items():
        ranked = [result for result in found if isinstance(result.details.get(WEAKEST), Mapping)]
        overall = next((clean(result.message, 200) for result in found if result not in ranked and result.message), "")
        ranked.sort(key=lambda result: real_number(result.details[WEAKEST].get("rank")) or 0.0)
        if ranked:
            subject = clean(ranked[0].subject or "", 80)
            caption = f"Where {subject} is worst{f': {overall}' if overall else ''}"
            greatest = max(abs(_far(result)) for result in ranked) or 1.0
            slices = tuple(_slice(result, greatest) for result in ranked[:SLICES])
            yield Slices(subject, name, caption, "from the rest", slices)
    yield from _contributions(results)


def _number_of(result: Result) -> str:
    name = called(result).removeprefix(f"{WEAKEST} ")
    return clean(" of ".join(part for part in (name, variant(result)[0]) if part), 80)


def _far(result: Result) -> float:
    """How far a slice lies from the rest of the rows."""
    return real_number(result.details[WEAKEST].get("difference")) or 0.0


def _slice(result: Result, greatest: float) -> Slice:
    is_finding = result.status in ("warn", "fail")
    rows = result.details[WEAKEST].get("rows")
    return Slice(
        name=clean(result.segment or "", 120),
        rows="" if rows is None else number(rows),
        value=number(_far(result)),
        bar=small.bar(abs(_far(result)) / greatest, "bad" if is_finding else "now"),
        words=clean(result.message, 200),
        is_finding=is_finding,
    )


def _contributions(results: Sequence[Result]) -> Iterable[Slices]:
    """Of the last alert of each number the slices that its change comes from."""
    telling = [result for result in results if result.segment is None and _parts(result)]
    last = {_number_of(result): result for result in sorted(telling, key=when)}
    for name, result in last.items():
        parts = _parts(result)
        greatest = max(abs(total) for _, total in parts) or 1.0
        key = chunk_words(result.chunk.key) if result.chunk else ""
        subject = clean(result.subject or "", 80)
        caption = f"Where the change of {name} of {subject} in {key} comes from"
        slices = tuple(_part(told, total, greatest) for told, total in parts[:SLICES])
        yield Slices(subject, name, caption, "of the change", slices)


def _parts(result: Result) -> list[tuple[Mapping[str, Any], float]]:
    """What slices have in a change, with the sum of what their shares and their values do."""
    told = result.details.get("contributions")
    listed = [each for each in told if isinstance(each, Mapping)] if isinstance(told, (list, tuple)) else []
    return [(each, (real_number(each.get("mix")) or 0.0) + (real_number(each.get("rate")) or 0.0)) for each in listed]


def _part(told: Mapping[str, Any], total: float, greatest: float) -> Slice:
    share, metric = _two(told.get("share")), _two(told.get("metric"))
    words = [f"{percent(share[0], 1)} → {percent(share[1], 1)} of the rows"] if share else []
    words += [f"from {metric[0]:.3g} to {metric[1]:.3g}"] if metric else []
    effects = ((name, real_number(told.get(name)) or 0.0) for name in ("mix", "rate"))
    words += [f"{name} {effect:.2g}" for name, effect in effects if abs(effect) > abs(total) / 100]
    rows = told.get("rows")
    return Slice(
        name=clean(told.get("slice") or "", 120),
        rows="" if rows is None else number(rows),
        value=number(total),
        bar=small.bar(abs(total) / greatest, "now"),
        words=", ".join(words),
        is_finding=False,
    )


def _two(pair: Any) -> tuple[float, float] | None:
    """Numbers before and now; None where they are not told."""
    numbers = [real_number(each) for each in pair] if isinstance(pair, (list, tuple)) else []
    before, now = numbers if len(numbers) == 2 else (None, None)
    return None if before is None or now is None else (before, now)


def real_number(value: Any) -> float | None:
    """A number of a result's details; None for anything else."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def when(result: Result) -> tuple[bool, int]:
    """By what results are put in the order of time: the reference, then the analysis."""
    return result.period != "reference", result.chunk.index if result.chunk else 0
