"""The page as values: everything that the templates show, in their order, with every text cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from whq.reports.families import titles
from whq.reports.html.cards import Card, Group, card, group, in_rows
from whq.reports.html.findings import ORDER, Wrong, wrong
from whq.reports.html.head import Tally, Withheld, facts, problem, tallies, verdict, withheld
from whq.reports.html.incidents import Incidents, incidents, uncovered
from whq.reports.html.names import Anchors, check_of
from whq.reports.html.shapes import Distribution, Shape, from_details, from_histograms, shape
from whq.reports.html.tables import Block, Rule, blocks, rule
from whq.reports.series import RANK, Series, gather, is_check
from whq.reports.text import clean
from whq.result import RunResult
from whq.values import Incident, Result, Status
from whq.wording import amount

CALM = 4
"""So many charts without findings stand open where nothing else does; others are folded away."""

Given = Mapping[tuple[str, str], Distribution]


class Family(Struct, frozen=True):
    """What one monitor found in a dataset: open charts, folded ones, and a table or blocks.

    `numbers` are those that no limit judges.
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


class Dataset(Struct, frozen=True):
    """One dataset's section."""

    name: str
    anchor: str
    status: Status
    owners: tuple[str, ...]
    tallies: tuple[Tally, ...]
    families: tuple[Family, ...]
    note: str
    incidents: int = 0

    @property
    def is_open(self) -> bool:
        """Whether its section stands open: there is something to look at."""
        return self.status not in ("pass", "skipped", "inconclusive") or self.incidents > 0

    def family(self, name: str) -> Family | None:
        """What a monitor found, or None."""
        return next((each for each in self.families if each.name == name), None)


class Statement(Struct, frozen=True):
    """One SQL statement: whose it is (the anchor of a dataset), and what it brought."""

    id: str
    anchor: str
    dataset: str
    sql: str
    brought: str


class Page(Struct, frozen=True):
    """The whole report."""

    project: str
    status: Status
    headline: str
    facts: tuple[tuple[str, str], ...]
    tallies: tuple[Tally, ...]
    problems: tuple[tuple[str, str, str, str], ...]
    incidents: Incidents
    wrong: tuple[Wrong, ...]
    withheld: tuple[Withheld, ...]
    datasets: tuple[Dataset, ...]
    families: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]
    statements: tuple[Statement, ...]
    run: str
    version: str

    @property
    def sql(self) -> dict[str, str]:
        """The anchors of statements by query id."""
        return {each.id: each.anchor for each in self.statements}


def page_of(outcome: RunResult, statements: Mapping[str, str], distributions: Given) -> Page:
    """All that the report shows of a run."""
    series = gather(outcome.results)
    groups = group(series)
    anchors = Anchors()
    homes = {each.first.dataset: "" for each in groups}
    homes = {name: anchors.new("data", name) for name in homes}
    places = {id(each): anchors.new(*_path(each.first)) for each in groups}
    place = _placed(places)
    return Page(
        project=clean(outcome.run.project, 80),
        status=outcome.status,
        headline=verdict(outcome, series),
        facts=facts(outcome.run, len(outcome.results)),
        tallies=tallies(series),
        problems=tuple(problem(each) for each in outcome.errors),
        incidents=incidents(outcome.incidents, groups, place, homes, anchors),
        wrong=wrong(uncovered(outcome.incidents, groups), place, homes),
        withheld=withheld(series),
        datasets=_datasets(groups, homes, places, anchors, distributions, _open(outcome.incidents)),
        families=tuple(
            (name, title.capitalize()) for name, title in titles((each.first.monitor for each in series), ORDER).items()
        ),
        owners=tuple(sorted({clean(each.first.owner, 60) for each in series if each.first.owner})),
        statements=_statements(outcome.results, statements, anchors, homes),
        run=clean(outcome.run.id, 40),
        version=clean(outcome.run.version, 40),
    )


def _placed(places: Mapping[int, str]) -> Callable[[Group], str]:
    return lambda each: places[id(each)]


def _open(found: Iterable[Incident]) -> Counter[str]:
    """How many incidents are open, by dataset."""
    return Counter(each.dataset for each in found if each.state in ("new", "ongoing"))


def _path(result: Result) -> tuple[str | None, ...]:
    return (result.dataset, result.subject, check_of(result), result.segment)


# --- datasets -----------------------------------------------------------------------------------------------


def _datasets(
    groups: Sequence[Group],
    homes: Mapping[str, str],
    places: Mapping[int, str],
    anchors: Anchors,
    distributions: Given,
    opened: Mapping[str, int],
) -> tuple[Dataset, ...]:
    pages = []
    for name, anchor in homes.items():
        own = [each for each in groups if each.first.dataset == name]
        series = [each for members in own for each in members.series]
        pages.append(
            Dataset(
                name=clean(name, 80),
                anchor=anchor,
                status=_status(series),
                owners=tuple(dict.fromkeys(clean(each.first.owner, 60) for each in series if each.first.owner)),
                tallies=tallies(series),
                families=tuple(_families(own, anchor, places, anchors, distributions)),
                note=_note(series),
                incidents=opened.get(name, 0),
            )
        )
    return tuple(sorted(pages, key=lambda each: RANK.index(each.status)))


def _status(series: Sequence[Series]) -> Status:
    """The gravest status; verdicts that were withheld by design decide only where there are no others."""
    decided = [each for each in series if not each.is_withheld] or series
    return min((each.status for each in decided), key=RANK.index)


def _note(series: Iterable[Series]) -> str:
    """Which chunks the dataset's charts show."""
    chunks = {
        (result.period, result.chunk.index): result.chunk.key
        for each in series
        for result in each.results
        if result.chunk and result.chunk.key != "all" and result.period
    }
    words = []
    for period in ("reference", "analysis"):
        keys = [chunks[key] for key in sorted(chunks, key=lambda key: key[1]) if key[0] == period]
        if keys:
            span = clean(keys[0]) if len(keys) == 1 else f"{clean(keys[0])} … {clean(keys[-1])}"
            words.append(f"{period} {span}")
    return ", ".join(words)


def _families(
    groups: Sequence[Group], home: str, places: Mapping[int, str], anchors: Anchors, distributions: Given
) -> Iterable[Family]:
    for name, word in titles((each.first.monitor for each in groups), ORDER).items():
        title = word.capitalize()
        own = [each for each in groups if each.first.monitor == name]
        anchor = anchors.new(home, name)
        series = [each for members in own for each in members.series]
        counts, numbers = tallies(series), sum(not is_check(each) for each in series)
        if name == "rule":
            yield _rules(Family(name, title, anchor, counts), own, places, anchors)
        elif name == "profile":
            by_series = {id(each): places[id(members)] for members in own for each in members.series}
            yield Family(name, title, anchor, counts, numbers, blocks=blocks(own, anchors, by_series))
        else:
            shapes = _shapes(groups, own, places, distributions) if name == "drift" else {}
            cards = [card(each, places[id(each)], shapes.get(id(each))) for each in _sorted(own)]
            shown, calm = _folded(cards, name)
            yield Family(name, title, anchor, counts, numbers, shown, calm)


def _sorted(groups: Sequence[Group]) -> list[Group]:
    """Subjects with the gravest findings first, the charts of one subject together."""
    gravest: dict[str | None, int] = {}
    for each in groups:
        rank = RANK.index(each.gravest.status)
        gravest[each.first.subject] = min(rank, gravest.get(each.first.subject, rank))
    order = {subject: place for place, subject in enumerate(sorted(gravest, key=lambda subject: gravest[subject]))}
    return sorted(groups, key=lambda each: (order[each.first.subject], each.first.segment is not None))


def _folded(cards: Sequence[Card], family: str) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Charts with findings (of models all but segments) stand open, the rest is folded away."""
    shown = [
        each for each in cards if each.status not in ("pass", "skipped") or (family == "model" and not each.segment)
    ]
    calm = [each for each in cards if each not in shown]
    if len(calm) <= CALM and not shown:
        shown, calm = calm, []
    return tuple(in_rows(shown)), tuple(in_rows(calm))


def _rules(empty: Family, groups: Sequence[Group], places: Mapping[int, str], anchors: Anchors) -> Family:
    """Rows, the gravest first; rules that are judged by chunk have a chart as well."""
    rows: list[Rule] = []
    cards: list[Card] = []
    for each in groups:
        series, anchor, chart = each.series[0], places[id(each)], ""
        if len(series.judged) > 1:
            chart = anchors.new(anchor, "chart")
            cards.append(card(each, chart))
        rows.append(rule(series, anchor, chart))
    rows.sort(key=lambda row: RANK.index(row.status))
    shown, calm = _folded(cards, "rule")
    return Family(empty.name, empty.title, empty.anchor, empty.tallies, 0, shown, calm, tuple(rows))


# --- distributions ------------------------------------------------------------------------------------------


def _shapes(
    groups: Sequence[Group], drifted: Sequence[Group], places: Mapping[int, str], distributions: Given
) -> dict[int, Shape]:
    """For each column that drifts, the distribution of its worst chunk, beside its first chart."""
    shapes: dict[int, Shape] = {}
    told: set[str | None] = set()
    for each in _sorted(drifted):
        subject = each.first.subject
        if subject in told or subject is None or each.first.segment or each.gravest.status not in ("warn", "fail"):
            continue
        distribution = _distribution(each, groups, distributions)
        if distribution is not None:
            told.add(subject)
            shapes[id(each)] = shape(distribution, f"{places[id(each)]}_s", subject)
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


# --- statements ---------------------------------------------------------------------------------------------


def _statements(
    results: Iterable[Result], statements: Mapping[str, str], anchors: Anchors, homes: Mapping[str, str]
) -> tuple[Statement, ...]:
    """The texts of the statements that brought a number, in the order of their ids."""
    brought: dict[str, list[Result]] = {}
    for result in results:
        if result.query:
            brought.setdefault(result.query, []).append(result)
    ids = [name for name in statements if name in brought]
    return tuple(
        Statement(
            clean(name, 40),
            anchors.new("sql", name),
            homes[brought[name][0].dataset],
            "\n".join(clean(line, 20_000) for line in statements[name].splitlines()),
            _brought(brought[name]),
        )
        for name in sorted(ids, key=lambda name: (len(name), name))
    )


def _brought(results: Sequence[Result]) -> str:
    """What a statement is for: its dataset, the check where there is only one, and how many numbers came."""
    checks = list(dict.fromkeys((result.subject, check_of(result)) for result in results))
    only = " ".join(clean(word, 60) for word in checks[0] if word)
    about = only if len(checks) == 1 else amount(len(checks), "check")
    return f"{clean(results[0].dataset, 60)} · {about} · {amount(len(results), 'number')}"
