"""Rules as rows of a table, and profiles as blocks of small figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from whq.reports.html.groups import Group
from whq.reports.html.names import Anchors, check_of
from whq.reports.html.said import (
    breaking,
    calm,
    failing_query,
    find,
    moved,
    note,
    places,
    queries,
    real,
    said,
    sparkline,
)
from whq.reports.html.shapes import Shape, from_histograms, shape
from whq.reports.series import RANK, Series, headline, so_far
from whq.reports.text import clean, number, percent, shell
from whq.values import Result, Status

_FIRST = ("row_count", "null_ratio", "distinct_count", "mean", "median", "min", "max")
"""Metrics of a profile that lead, in this order."""
_WIDE = frozenset({"histogram", "top_values"})


class Rule(Struct, frozen=True):
    """One rule: what was found in words and in numbers, and what it is held to.

    `failing_query` is the id of the statement that shows its failing rows, `breaking` the values in them with their
    rows, `command` the rule's id as a shell takes it.
    """

    anchor: str
    status: Status
    subject: str
    check: str
    word: str
    segment: str
    words: str
    note: str
    where: str
    failing: str
    of: str
    share: str
    limits: tuple[str, ...]
    owner: str
    failing_query: str
    breaking: tuple[tuple[str, str], ...]
    command: str
    queries: tuple[str, ...]
    chart: str
    spark: Markup | None
    find: str


class Brief(Struct, frozen=True):
    """A series without a chart of its own: its words and its course in one row."""

    anchor: str
    status: Status
    subject: str
    check: str
    word: str
    segment: str
    words: str
    moved: str
    note: str
    where: str
    limits: str
    queries: tuple[str, ...]
    spark: Markup | None
    find: str


class Tile(Struct, frozen=True):
    """One metric of a column: the last value beside that of the reference, and its course."""

    anchor: str
    metric: str
    value: str
    before: str
    chunk: str
    status: Status
    words: str
    spark: Markup | None
    queries: tuple[str, ...]


class Top(Struct, frozen=True):
    """A frequent value and its rows."""

    value: str
    rows: str


class Block(Struct, frozen=True):
    """The profile of one column (or of the table itself), or of a segment of it."""

    anchor: str
    name: str
    segment: str
    status: Status
    summary: str
    tiles: tuple[Tile, ...]
    shape: Shape | None
    top: tuple[Top, ...]
    find: str
    parts: tuple[Block, ...] = ()


# --- rules --------------------------------------------------------------------------------------------------


def rule(series: Series, anchor: str, chart: str = "") -> Rule:
    """A series of a rule as a row; of several chunks the worst is told."""
    first, peak = series.first, series.peak
    return Rule(
        anchor=anchor,
        status=series.status,
        subject=clean(first.subject or "", 120),
        check=check_of(first),
        word=first.metric,
        segment=clean(first.segment or "", 80),
        words=_words(series),
        note=note(series),
        where=places(series) if series.status != "pass" else _chunks(series),
        failing=number(peak.failing if peak.failing is not None else peak.value),
        of=number(peak.of) if peak.of is not None else "",
        share=_share(peak),
        limits=_limits(peak),
        owner=clean(first.owner or "", 60),
        failing_query=failing_query(series),
        breaking=breaking(series),
        command=shell(first.id),
        queries=queries([series]),
        chart=chart,
        spark=sparkline(series) if len(series.judged) > 1 else None,
        find=find(first),
    )


def brief(series: Series, anchor: str) -> Brief:
    """A series as a row; `anchor` is empty where another row of the same check has it."""
    first, last = series.first, series.judged[-1]
    sides = [number(side) for side in (last.threshold_lower, last.threshold_upper) if side is not None]
    is_calm = series.status == "pass"
    return Brief(
        anchor=anchor,
        status=series.status,
        subject=clean(first.subject or "", 120),
        check=" · ".join(word for word in (check_of(first), clean(first.method or "", 40)) if word),
        word=first.metric,
        segment=clean(first.segment or "", 80),
        words=calm(series) if is_calm else said(series),
        moved="" if is_calm else moved(series),
        note=note(series),
        where="" if is_calm else places(series),
        limits=" … ".join(sides),
        queries=queries([series]),
        spark=sparkline(series),
        find=find(first),
    )


def _words(series: Series) -> str:
    if series.status == "pass" and len(series.judged) > 1:
        return calm(series)
    return said(series) if series.peak.message else ""


def _share(peak: Result) -> str:
    """The small print below a number: the share that fails, or that the number is not one of failures."""
    if peak.failing is None:
        return "value" if peak.value is not None else ""
    return percent(peak.failing, peak.of) if peak.failing and peak.of else ""


def _chunks(series: Series) -> str:
    return f"{len(series.judged)} chunks" if len(series.judged) > 1 else ""


def _limits(result: Result) -> tuple[str, ...]:
    return tuple(f"{name} {clean(result.params[name], 60)}" for name in ("fail", "warn") if result.params.get(name))


# --- profiles -----------------------------------------------------------------------------------------------


def blocks(groups: Sequence[Group], anchors: Anchors, anchor_of: Mapping[int, str]) -> tuple[Block, ...]:
    """The profile of each column, the table's own numbers first; segments stand within."""
    by_column: dict[str | None, dict[str | None, list[Group]]] = {}
    for each in groups:
        by_column.setdefault(each.first.subject, {}).setdefault(each.first.segment, []).append(each)
    filled = []
    for subject in sorted(by_column, key=lambda name: name is not None):
        parts = [_block(members, anchors, anchor_of) for members in by_column[subject].values()]
        whole = next((part for part in parts if not part.segment), parts[0])
        filled.append(_with(whole, tuple(part for part in parts if part is not whole)))
    return tuple(filled)


def _with(block: Block, parts: tuple[Block, ...]) -> Block:
    status = min((block.status, *(part.status for part in parts)), key=RANK.index)
    return Block(
        block.anchor, block.name, block.segment, status, block.summary, block.tiles, block.shape, block.top,
        block.find, parts,
    )  # fmt: skip


def _block(members: Sequence[Group], anchors: Anchors, anchor_of: Mapping[int, str]) -> Block:
    first = members[0].first
    series = sorted((each for group in members for each in group.series), key=_place)
    tiles = tuple(_tile(each, anchor_of.get(id(each), "")) for each in series if each.first.metric not in _WIDE)
    wide = {each.first.metric: each for each in series if each.first.metric in _WIDE}
    anchor = anchors.new(first.dataset, "profile", first.subject, first.segment)
    return Block(
        anchor=anchor,
        name=clean(first.subject or "the table", 120),
        segment=clean(first.segment or "", 80),
        status=min((each.status for each in series), key=RANK.index),
        summary=_summary(tiles),
        tiles=tiles,
        shape=_histogram(wide.get("histogram"), anchor),
        top=_top(wide.get("top_values")),
        find=find(first),
    )


def _place(series: Series) -> tuple[int, str]:
    metric = series.first.metric
    return (_FIRST.index(metric) if metric in _FIRST else len(_FIRST), metric)


def _tile(series: Series, anchor: str) -> Tile:
    last = series.judged[-1]
    values = [
        value for result in series.results if result.period == "reference" and (value := real(result)) is not None
    ]
    reason = clean(last.details.get("reason", ""), 80) if last.value is None else ""
    return Tile(
        anchor=anchor,
        metric=clean(series.first.metric, 40),
        value=number(last.value),
        before=number(sum(values) / len(values)) if values else "",
        chunk=f"{clean(last.chunk.key)}{so_far(last)}" if last.chunk else "",
        status=series.status,
        words=headline(series) if series.status != "pass" else reason,
        spark=sparkline(series),
        queries=queries([series]),
    )


def _summary(tiles: Iterable[Tile]) -> str:
    leading = [tile for tile in tiles if tile.metric in _FIRST and tile.value != "–"]
    return " · ".join(f"{tile.metric.replace('_', ' ')} {tile.value}" for tile in leading[:4])


def _histogram(series: Series | None, anchor: str) -> Shape | None:
    if series is None:
        return None
    distribution = from_histograms(series.results, None)
    return shape(distribution, f"{anchor}_s", series.first.subject or "") if distribution else None


def _top(series: Series | None) -> tuple[Top, ...]:
    if series is None:
        return ()
    values = series.judged[-1].details.get("values")
    if not isinstance(values, list):
        return ()
    return tuple(Top(number(each.get("value")), number(each.get("rows"))) for each in values if isinstance(each, dict))
