"""The page as values: everything that the templates show, in their order, with every text cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from whq.errors import Problem
from whq.reports.families import titles
from whq.reports.html.cards import Card, Group, card, group, in_rows
from whq.reports.html.findings import ORDER, Wrong, wrong
from whq.reports.html.names import Anchors, check_of
from whq.reports.html.shapes import Distribution, Shape, from_details, from_histograms, shape
from whq.reports.html.tables import Block, Rule, blocks, rule
from whq.reports.series import RANK, Series, gather
from whq.reports.text import clean, seconds
from whq.result import RunResult
from whq.values import Result, Run, Status
from whq.wording import amount

WORDS: dict[Status, str] = {
    "fail": "failed", "error": "not evaluated", "warn": "warned", "inconclusive": "no verdict",
    "skipped": "skipped", "pass": "passed",
}  # fmt: skip
CALM = 4
"""So many charts without findings stand open where nothing else does; others are folded away."""

Given = Mapping[tuple[str, str], Distribution]


class Tally(Struct, frozen=True):
    """How many checks have a status."""

    status: Status
    count: int
    words: str


class Family(Struct, frozen=True):
    """What one monitor found in a dataset: open charts, folded ones, and a table or blocks."""

    name: str
    title: str
    anchor: str
    tallies: tuple[Tally, ...]
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
    wrong: tuple[Wrong, ...]
    datasets: tuple[Dataset, ...]
    families: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]
    statements: tuple[Statement, ...]
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
    return Page(
        project=clean(outcome.run.project, 80),
        status=outcome.status,
        headline=_headline(series, outcome.errors),
        facts=_facts(outcome.run, len(outcome.results)),
        tallies=_tallies(series),
        problems=tuple(_problem(problem) for problem in outcome.errors),
        wrong=wrong(groups, lambda each: places[id(each)], homes),
        datasets=_datasets(groups, homes, places, anchors, distributions),
        families=tuple(
            (name, title.capitalize()) for name, title in titles((each.first.monitor for each in series), ORDER).items()
        ),
        owners=tuple(sorted({clean(each.first.owner, 60) for each in series if each.first.owner})),
        statements=_statements(outcome.results, statements, anchors, homes),
        version=clean(outcome.run.version, 40),
    )


def _path(result: Result) -> tuple[str | None, ...]:
    return (result.dataset, result.subject, check_of(result), result.segment)


# --- the head -----------------------------------------------------------------------------------------------


def _headline(series: Sequence[Series], problems: Sequence[Problem]) -> str:
    tally = Counter(each.status for each in series)
    if not series and not problems:
        return "Nothing was checked"
    if not series:
        return f"{amount(len(problems), 'problem')}, nothing was checked"
    sure = {"fail": "failed", "error": "could not be evaluated", "warn": "warned", "inconclusive": "gave no verdict"}
    parts = [f"{tally[status]:,} {words}" for status, words in sure.items() if tally[status]]  # type: ignore[index]
    if not parts:
        return f"All {len(series):,} checks passed" if len(series) > 1 else "The check passed"
    return f"Of {amount(len(series), 'check')}, {_joined(parts)}"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _facts(run: Run, results: int) -> tuple[tuple[str, str], ...]:
    facts = [
        ("As of", _moment(run.as_of)),
        ("Target", f"{clean(run.target, 60)} ({clean(run.engine, 40)})"),
        ("Started", _moment(run.started) if run.started != run.as_of else ""),
        ("Took", f"{seconds(run.seconds)}, {amount(run.queries, 'query', 'queries')}"),
        ("Rows scanned", f"{run.rows_scanned:,}" if run.rows_scanned is not None else ""),
        ("Bytes scanned", f"{run.bytes_scanned:,}" if run.bytes_scanned is not None else ""),
        ("Results", f"{results:,}"),
        ("Run", clean(run.id, 40)),
    ]
    return tuple(fact for fact in facts if fact[1])


def _moment(text: str) -> str:
    return f"{clean(text.replace('T', ' ').removesuffix('Z').removesuffix(':00'), 30)} UTC"


def _tallies(series: Iterable[Series]) -> tuple[Tally, ...]:
    counts = Counter(each.status for each in series)
    return tuple(Tally(status, counts[status], WORDS[status]) for status in RANK if counts[status])


def _problem(problem: Problem) -> tuple[str, str, str, str]:
    place = clean(problem.location) if problem.location else ""
    return clean(problem.code, 20), place, clean(problem.message), clean(problem.hint or "")


# --- datasets -----------------------------------------------------------------------------------------------


def _datasets(
    groups: Sequence[Group], homes: Mapping[str, str], places: Mapping[int, str], anchors: Anchors, distributions: Given
) -> tuple[Dataset, ...]:
    pages = []
    for name, anchor in homes.items():
        own = [each for each in groups if each.first.dataset == name]
        series = [each for members in own for each in members.series]
        pages.append(
            Dataset(
                name=clean(name, 80),
                anchor=anchor,
                status=min((each.status for each in series), key=RANK.index),
                owners=tuple(dict.fromkeys(clean(each.first.owner, 60) for each in series if each.first.owner)),
                tallies=_tallies(series),
                families=tuple(_families(own, anchor, places, anchors, distributions)),
                note=_note(series),
            )
        )
    return tuple(sorted(pages, key=lambda each: RANK.index(each.status)))


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
        tallies = _tallies(each for members in own for each in members.series)
        if name == "rule":
            yield _rules(Family(name, title, anchor, tallies), own, places, anchors)
        elif name == "profile":
            by_series = {id(each): places[id(members)] for members in own for each in members.series}
            yield Family(name, title, anchor, tallies, blocks=blocks(own, anchors, by_series))
        else:
            shapes = _shapes(groups, own, places, distributions) if name == "drift" else {}
            cards = [card(each, places[id(each)], shapes.get(id(each))) for each in _sorted(own)]
            shown, calm = _folded(cards, name)
            yield Family(name, title, anchor, tallies, shown, calm)


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
    return Family(empty.name, empty.title, empty.anchor, empty.tallies, shown, calm, tuple(rows))


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
