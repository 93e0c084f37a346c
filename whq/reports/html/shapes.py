"""Distributions, reference against chunk: found in results, as shares that can be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor, inf, isfinite, log10
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from whq.reports import small
from whq.reports.text import clean, number
from whq.values import Result
from whq.wording import amount

MOST = 12
"""Categories shown; the others stand together."""
_UNNAMED = "(not named)"
"""The label of a category whose name must not be shown."""


class Distribution(Struct, frozen=True):
    """Counts of the reference and of one chunk over the same bins (`labels`: their edges) or categories.

    `others` is what stands for categories that are not told apart: how many they are, and their counts.
    """

    labels: tuple[str, ...]
    reference: tuple[float, ...]
    chunk: tuple[float, ...]
    name: str = ""
    is_numeric: bool = True
    others: tuple[int, float, float] | None = None


class Bar(Struct, frozen=True):
    """One category: its shares as texts and as bars."""

    label: str
    reference: str
    chunk: str
    reference_bar: Markup
    chunk_bar: Markup


class Shape(Struct, frozen=True):
    """A distribution ready for the page: a drawing for numbers, bars for categories."""

    name: str
    caption: str
    drawing: Markup | None = None
    bars: tuple[Bar, ...] = ()


def from_details(details: Mapping[str, Any], name: str = "") -> Distribution | None:
    """The distribution that a result's details hold: `edges` or `categories`, `reference` and `counts`."""
    details = details["distribution"] if isinstance(details.get("distribution"), Mapping) else details
    reference, chunk = _numbers(details.get("reference")), _numbers(details.get("counts"))
    edges, categories = _numbers(details.get("edges")), details.get("categories")
    if not reference or len(reference) != len(chunk):
        return None
    if isinstance(categories, Sequence) and not isinstance(categories, str) and len(categories) == len(chunk):
        labels = tuple(_UNNAMED if label is None else str(label) for label in categories)
        return Distribution(labels, reference, chunk, name, is_numeric=False, others=_others(details.get("others")))
    if len(edges) >= 2:
        return _binned(edges, reference, chunk, name)
    return None


def _others(told: object) -> tuple[int, float, float] | None:
    if not isinstance(told, Mapping):
        return None
    numbers = _numbers([told.get(key) for key in ("categories", "reference", "counts")])
    return (round(numbers[0]), numbers[1], numbers[2]) if numbers else None


def from_histograms(results: Iterable[Result], key: str | None) -> Distribution | None:
    """All reference chunks of a profile's histogram together, against the chunk of that key, else the last one."""
    histograms = [result for result in results if result.metric == "histogram" and _bins(result)]
    before = [_bins(result) for result in histograms if result.period == "reference"]
    after = [result for result in histograms if result.period != "reference"]
    current = next(
        (result for result in after if result.chunk and result.chunk.key == key), after[-1] if after else None
    )
    if (
        not before
        or current is None
        or current.chunk is None
        or any(len(bins) != len(_bins(current)) for bins in before)
    ):
        return None
    summed = tuple(sum(column) for column in zip(*before, strict=True))
    return _binned(_numbers(current.details["edges"]), summed, _bins(current), current.chunk.key)


def shape(distribution: Distribution, name: str, subject: str) -> Shape:
    """A distribution drawn."""
    told = clean(distribution.name)
    caption = f"Distribution of {clean(subject, 80)}{f' in {told}' if told else ''} against the reference"
    if not distribution.is_numeric:
        return Shape(told, caption, bars=_bars(distribution))
    before, after = _shares(distribution.reference), _shares(distribution.chunk)
    labels = [clean(label, 20) for label in distribution.labels]
    sizes = f"{_total(distribution.reference)} of the reference, {_total(distribution.chunk)} of the chunk"
    return Shape(told, caption, small.histogram(name, f"{caption}: {sizes}", before, after, labels))


def _binned(
    edges: Sequence[float], reference: tuple[float, ...], chunk: tuple[float, ...], name: str
) -> Distribution | None:
    """Bins between edges; a first and a last one more than that hold what lies outside."""
    span = edges[-1] - edges[0]
    digits = 3 - floor(log10(span)) if 0 < span < inf else 15
    labels = [number(round(edge, digits)) for edge in edges]
    reference, chunk = _without_empty_ends(len(edges), reference, chunk)
    extra = len(chunk) - (len(edges) - 1)
    if extra not in (0, 1, 2):
        return None
    if extra == 2:
        labels = ["below", *labels]
    if extra:
        labels = [*labels, "above"]
    return Distribution(tuple(labels), reference, chunk, name)


def _without_empty_ends(
    edges: int, reference: tuple[float, ...], chunk: tuple[float, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Without the bins outside of the edges, where both are empty."""
    if len(chunk) == edges + 1 and not (reference[0] or chunk[0] or reference[-1] or chunk[-1]):
        return reference[1:-1], chunk[1:-1]
    if len(chunk) == edges + 1 and not (reference[0] or chunk[0]):
        return reference[1:], chunk[1:]
    return reference, chunk


def _bins(result: Result) -> tuple[float, ...]:
    """The counts of a profile's histogram, with those outside where there are any."""
    details = result.details
    counts, edges = _numbers(details.get("counts")), details.get("edges") or ()
    if not counts or len(edges) != len(counts) + 1:
        return ()
    return (float(details.get("below") or 0), *counts, float(details.get("above") or 0))


def _numbers(value: object) -> tuple[float, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    good = [float(item) for item in value if isinstance(item, (int, float)) and isfinite(item)]
    return tuple(good) if len(good) == len(value) else ()


def _shares(counts: Sequence[float]) -> list[float]:
    total = sum(counts)
    return [value / total if total else 0.0 for value in counts]


def _total(counts: Sequence[float]) -> str:
    return amount(round(sum(counts)), "value")


def _bars(drawn: Distribution) -> tuple[Bar, ...]:
    """The categories with the greatest shares, the others added up."""
    more, was, now = drawn.others or (0, 0.0, 0.0)
    before, after = (_shares([*counts, left]) for counts, left in ((drawn.reference, was), (drawn.chunk, now)))
    ranked = sorted(zip(drawn.labels, before, after, strict=False), key=lambda row: -max(row[1:]))
    shown, rest = ranked[:MOST], ranked[MOST:]
    if rest or more:
        others = amount(len(rest) + more, "other")
        shown.append((others, sum(row[1] for row in rest) + before[-1], sum(row[2] for row in rest) + after[-1]))
    greatest = max((max(row[1:]) for row in shown), default=0.0) or 1.0
    return tuple(
        Bar(
            clean(label, 60),
            _percent(was),
            _percent(now),
            small.bar(was / greatest, "ref"),
            small.bar(now / greatest, "now"),
        )
        for label, was, now in shown
    )


def _percent(share: float) -> str:
    return "–" if share == 0 else "<0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
