"""Each dataset's section: what its families found, as rows, charts and figures, as far as the page has room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from whq.reports.families import titles
from whq.reports.html.cards import Card, card, in_rows
from whq.reports.html.classes import by_class, multiples
from whq.reports.html.figures import Figures, figures, is_pictured
from whq.reports.html.findings import ORDER
from whq.reports.html.groups import Group
from whq.reports.html.head import Tally, tallies
from whq.reports.html.names import Anchors
from whq.reports.html.room import Room
from whq.reports.html.shapes import Distribution, Shape, from_details, from_histograms, shape
from whq.reports.html.tables import Block, Brief, Rule, blocks, brief, rule
from whq.reports.series import RANK, Series, is_number
from whq.reports.text import clean
from whq.values import Status

CALM = 4
"""So many charts without findings stand open where nothing else does; others are folded away."""

Given = Mapping[tuple[str, str], Distribution]


class Family(Struct, frozen=True):
    """What one monitor found in a dataset: open charts, folded ones, and a table or blocks.

    `numbers` are those that no limit judges; `left` checks have no room on the page.
    """

    name: str
    title: str
    anchor: str
    tallies: tuple[Tally, ...]
    numbers: int = 0
    cards: tuple[Card, ...] = ()
    calm: tuple[Card, ...] = ()
    rules: tuple[Rule, ...] = ()
    blocks: tuple[Block, ...] = ()
    briefs: tuple[Brief, ...] = ()
    figures: Figures = Figures()
    left: int = 0

    @property
    def weight(self) -> int:
        """By what a table of families is sorted: the gravest status first."""
        return RANK.index(self.tallies[0].status) if self.tallies else len(RANK)


class Dataset(Struct, frozen=True):
    """One dataset's section."""

    name: str
    anchor: str
    status: Status
    owners: tuple[str, ...]
    tallies: tuple[Tally, ...]
    families: tuple[Family, ...]
    note: str
    newest: str
    incidents: int = 0

    @property
    def is_open(self) -> bool:
        """Whether its section stands open: there is something to look at."""
        return self.status not in ("pass", "skipped", "inconclusive") or self.incidents > 0

    def family(self, name: str) -> Family | None:
        """What a monitor found, or None."""
        return next((each for each in self.families if each.name == name), None)


class Shown(Struct, frozen=True):
    """What all sections are made with: where groups stand, what there is room for, distributions that were given."""

    anchors: Anchors
    places: Mapping[int, str]
    room: Room
    distributions: Given


def datasets(
    groups: Sequence[Group], now: Iterable[Series], homes: Mapping[str, str], opened: Mapping[str, int], shown: Shown
) -> tuple[Dataset, ...]:
    """The sections, the gravest first.

    Args:
        now: the same series as far as they decide now; statuses and counts come from them.
        homes: the anchors of datasets.
        opened: how many open incidents each has.
    """
    by_dataset: dict[str, list[Group]] = {}
    for each in groups:
        by_dataset.setdefault(each.first.dataset, []).append(each)
    current: dict[str, list[Series]] = {}
    for one in now:
        current.setdefault(one.first.dataset, []).append(one)
    pages = []
    for name, own in by_dataset.items():
        series = [each for members in own for each in members.series]
        pages.append(
            Dataset(
                name=clean(name, 80),
                anchor=homes[name],
                status=_status(current[name]),
                owners=tuple(dict.fromkeys(clean(each.first.owner, 60) for each in series if each.first.owner)),
                tallies=tallies(current[name]),
                families=tuple(_families(own, current[name], homes[name], shown)),
                note=_note(series),
                newest=_newest(series),
                incidents=opened.get(name, 0),
            )
        )
    return tuple(sorted(pages, key=lambda each: (not each.incidents, RANK.index(each.status))))


def _status(series: Sequence[Series]) -> Status:
    """The gravest status; verdicts that were withheld by design decide only where there are no others."""
    decided = [each for each in series if not each.is_withheld] or series
    return min((each.status for each in decided), key=RANK.index)


def _note(series: Iterable[Series]) -> str:
    """Which chunks the dataset's charts show; those of watch are days, whatever the chunk."""
    chunks = {
        (result.period, result.chunk.index): result.chunk.key
        for each in series
        for result in each.results
        if each.first.monitor != "anomaly" and result.chunk and result.chunk.key != "all" and result.period
    }
    words = []
    for period in ("reference", "analysis"):
        keys = [chunks[key] for key in sorted(chunks, key=lambda key: key[1]) if key[0] == period]
        if keys:
            span = clean(keys[0]) if len(keys) == 1 else f"{clean(keys[0])} … {clean(keys[-1])}"
            words.append(f"{period} {span}")
    return ", ".join(words)


def _newest(series: Iterable[Series]) -> str:
    """The last chunk that was measured."""
    chunks = (result.chunk for each in series for result in each.judged[-1:])
    known = [chunk for chunk in chunks if chunk and chunk.key != "all"]
    return clean(max(known, key=lambda each: (each.end or "", each.index)).key, 40) if known else ""


def _families(groups: Sequence[Group], now: Sequence[Series], home: str, shown: Shown) -> Iterable[Family]:
    for name, word in titles((each.first.monitor for each in groups), ORDER).items():
        title = word.capitalize()
        own = [each for each in groups if each.first.monitor == name]
        anchor = shown.anchors.new(home, name)
        series = [each for each in now if each.first.monitor == name]
        kept = [each for each in own if shown.room.has(each)]
        numbers = sum(map(is_number, series))
        left = sum(each.is_finding or not is_pictured(each) for each in own) - len(kept)
        family = Family(name, title, anchor, tallies(series), numbers, left=left)
        if name == "rule":
            yield _rules(family, kept, shown)
        elif name == "profile":
            by_series = {id(each): shown.places[id(members)] for members in kept for each in members.series}
            yield replace(family, blocks=blocks(kept, shown.anchors, by_series))
        else:
            yield _charts(family, groups, _sorted(kept), shown)


def _charts(family: Family, groups: Sequence[Group], own: Sequence[Group], shown: Shown) -> Family:
    """Charts of what there is room for, rows of the rest."""
    shapes = _shapes(groups, own, shown) if family.name == "drift" else {}
    charted = [each for each in own if id(each) in shown.room.charts]
    of_class = by_class(charted) if family.name == "model" else {}
    small = {id(each) for listed in of_class.values() for each in listed if not each.is_finding}
    cards = [
        card(
            each,
            shown.places[id(each)],
            shapes.get(id(each)),
            multiples(of_class.get(id(each), ()), shown.places),
        )
        for each in charted
        if id(each) not in small
    ]
    first, calm = _folded(cards, family.name)
    briefs = tuple(
        brief(each, shown.places[id(members)] if not at else "")
        for members in own
        if id(members) not in shown.room.charts
        for at, each in enumerate(members.series)
    )
    drawn = figures(groups, f"{family.anchor}_f") if family.name == "model" else Figures()
    return replace(family, cards=first, calm=calm, briefs=briefs, figures=drawn)


def _sorted(groups: Sequence[Group]) -> list[Group]:
    """Subjects with the gravest findings first, the charts of one subject together."""
    gravest: dict[str | None, int] = {}
    for each in groups:
        rank = RANK.index(each.gravest.status)
        gravest[each.first.subject] = min(rank, gravest.get(each.first.subject, rank))
    order = {subject: place for place, subject in enumerate(sorted(gravest, key=lambda subject: gravest[subject]))}
    return sorted(groups, key=lambda each: (order[each.first.subject], each.first.segment is not None))


def _folded(cards: Sequence[Card], family: str) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Charts with findings (of models the main numbers) stand open, the rest is folded away."""
    is_shown = [each.is_finding or (family == "model" and each.is_main) for each in cards]
    shown = [each for each, is_one in zip(cards, is_shown, strict=True) if is_one]
    calm = [each for each, is_one in zip(cards, is_shown, strict=True) if not is_one]
    if len(calm) <= CALM and not shown:
        shown, calm = calm, []
    return tuple(in_rows(shown)), tuple(in_rows(calm))


def _rules(family: Family, groups: Sequence[Group], shown: Shown) -> Family:
    """Rows, the gravest first; rules that are judged by chunk have a chart as well."""
    rows: list[Rule] = []
    cards: list[Card] = []
    for each in groups:
        series, anchor, chart = each.series[0], shown.places[id(each)], ""
        if id(each) in shown.room.charts:
            chart = shown.anchors.new(anchor, "chart")
            cards.append(card(each, chart))
        rows.append(rule(series, anchor, chart))
    rows.sort(key=lambda row: RANK.index(row.status))
    first, calm = _folded(cards, "rule")
    return replace(family, cards=first, calm=calm, rules=tuple(rows))


# --- distributions ------------------------------------------------------------------------------------------


def _shapes(groups: Sequence[Group], drifted: Sequence[Group], shown: Shown) -> dict[int, Shape]:
    """For each column that drifts, the distribution of its worst chunk, beside its first chart."""
    shapes: dict[int, Shape] = {}
    told: set[str | None] = set()
    for each in drifted:
        subject = each.first.subject
        if subject in told or subject is None or each.first.segment or each.gravest.status not in ("warn", "fail"):
            continue
        distribution = _distribution(each, groups, shown.distributions)
        if distribution is not None:
            told.add(subject)
            shapes[id(each)] = shape(distribution, f"{shown.places[id(each)]}_s", subject)
    return shapes


def _distribution(drifted: Group, groups: Sequence[Group], distributions: Given) -> Distribution | None:
    first, peak = drifted.first, drifted.gravest.peak
    key = peak.chunk.key if peak.chunk else None
    profiled = (
        result
        for each in groups
        if (each.first.monitor, each.first.subject, each.first.segment) == ("profile", first.subject, None)
        for series in each.series
        for result in series.results
    )
    named = distributions.get((first.dataset, first.subject or ""))
    return named or from_details(peak.details, key or "") or from_histograms(profiled, key)
