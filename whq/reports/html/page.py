"""The page as values: everything that the templates show, in their order, with every text cleaned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from whq.reports.families import titles
from whq.reports.html.datasets import Dataset, Given, Shown, datasets
from whq.reports.html.findings import ORDER, Wrong, wrong
from whq.reports.html.groups import Group, group
from whq.reports.html.head import Tally, Withheld, facts, problem, tallies, verdict, withheld
from whq.reports.html.incidents import Incidents, incidents, uncovered
from whq.reports.html.names import Anchors, check_of
from whq.reports.html.room import room
from whq.reports.html.said import alarming
from whq.reports.html.words import Word, words
from whq.reports.series import RANK, gather
from whq.reports.text import clean
from whq.result import RunResult
from whq.values import Incident, Result, Status
from whq.wording import amount

CONTENTS = 12
"""Datasets that the contents name beside the page; the table of all is one click away."""
TEXT = 300_000
"""Characters of SQL on the page; statements beyond are named, those of findings come first."""


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
    statuses: tuple[Status, ...]
    problems: tuple[tuple[str, str, str, str], ...]
    incidents: Incidents
    wrong: tuple[Wrong, ...]
    filling: tuple[Wrong, ...]
    withheld: tuple[Withheld, ...]
    datasets: tuple[Dataset, ...]
    families: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]
    words: Mapping[str, Word]
    statements: tuple[Statement, ...]
    unshown: int
    run: str
    version: str

    @property
    def contents(self) -> tuple[Dataset, ...]:
        """The datasets that the contents name: all, or of many the first, the gravest."""
        return self.datasets if len(self.datasets) <= CONTENTS + 2 else self.datasets[:CONTENTS]

    @property
    def sql(self) -> dict[str, str]:
        """The anchors of statements by query id."""
        return {each.id: each.anchor for each in self.statements}


def page_of(outcome: RunResult, statements: Mapping[str, str], distributions: Given) -> Page:
    """All that the report shows of a run."""
    series, now = gather(outcome.results), gather(outcome.results, outcome.judged)
    groups = group(series)
    anchors = Anchors()
    homes = {each.first.dataset: "" for each in groups}
    homes = {name: anchors.new("data", name) for name in homes}
    space = room(groups)
    places = {
        id(each): anchors.new(*_path(each.first)) if space.has(each) else homes[each.first.dataset] for each in groups
    }
    place = _placed(places)
    others = uncovered(outcome.incidents, groups)
    filling = [each for each in others if outcome.judged == "newest" and each.is_filling]
    settled = [each for each in others if outcome.judged == "all" or not each.is_filling]
    told, unshown = _statements(outcome.results, statements, anchors, homes)
    return Page(
        project=clean(outcome.run.project, 80),
        status=outcome.status,
        headline=verdict(outcome, now),
        facts=facts(outcome.run, len(outcome.results)),
        tallies=tallies(now),
        statuses=tuple(status for status in RANK if any(each.status == status for each in series)),
        problems=tuple(problem(each) for each in outcome.errors),
        incidents=incidents(outcome.incidents, groups, place, homes, anchors),
        wrong=wrong(settled, place, homes),
        filling=wrong(filling, place, homes),
        withheld=withheld(now),
        datasets=datasets(groups, now, homes, _open(outcome.incidents), Shown(anchors, places, space, distributions)),
        families=tuple(
            (name, title.capitalize()) for name, title in titles((each.first.monitor for each in series), ORDER).items()
        ),
        owners=tuple(sorted({clean(each.first.owner, 60) for each in series if each.first.owner})),
        words=words(outcome.results, anchors),
        statements=told,
        unshown=unshown,
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


# --- statements ---------------------------------------------------------------------------------------------


def _statements(
    results: Iterable[Result], statements: Mapping[str, str], anchors: Anchors, homes: Mapping[str, str]
) -> tuple[tuple[Statement, ...], int]:
    """The texts of the statements that brought a number, in the order of their ids; and how many have no room."""
    brought: dict[str, list[Result]] = {}
    behind: dict[str, list[Result]] = {}
    for result in results:
        if result.query:
            brought.setdefault(result.query, []).append(result)
        if "failing_query" in result.details:
            behind.setdefault(str(result.details["failing_query"]), []).append(result)
    brought = {**behind, **brought}
    named = [name for name in statements if name in brought]
    kept: list[str] = []
    left = TEXT
    for name in sorted(named, key=lambda name: not any(alarming(each) for each in brought[name])):
        left -= len(statements[name])
        if left >= 0:
            kept.append(name)
    told = tuple(
        Statement(
            clean(name, 40),
            anchors.new("sql", name),
            homes[brought[name][0].dataset],
            "\n".join(clean(line, 20_000) for line in statements[name].splitlines()),
            f"{_about(brought[name])} · {'failing rows' if name in behind else amount(len(brought[name]), 'number')}",
        )
        for name in sorted(kept, key=lambda name: (len(name), name))
    )
    return told, len(named) - len(kept)


def _about(results: Sequence[Result]) -> str:
    """What a statement is for: its dataset, and the check where there is only one."""
    checks = list(dict.fromkeys((result.subject, check_of(result)) for result in results))
    only = " ".join(clean(word, 60) for word in checks[0] if word)
    about = only if len(checks) == 1 else amount(len(checks), "check")
    return f"{clean(results[0].dataset, 60)} · {about}"
