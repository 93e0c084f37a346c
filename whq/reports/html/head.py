"""The head of the page: the verdict in one line, what was counted, what was withheld, and the facts of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from whq.errors import Problem
from whq.reports.series import RANK, Series, is_check
from whq.reports.text import clean, seconds
from whq.result import RunResult
from whq.values import Incident, Run, Status
from whq.wording import amount

WORDS: dict[Status, str] = {
    "fail": "failed", "error": "not evaluated", "warn": "warned", "inconclusive": "no verdict",
    "skipped": "skipped", "pass": "passed",
}  # fmt: skip
NAMED = 6
"""So many checks are named where verdicts were withheld; the others are counted."""


class Tally(Struct, frozen=True):
    """How many checks have a status."""

    status: Status
    count: int
    words: str


class Withheld(Struct, frozen=True):
    """Verdicts withheld for one reason: its word, what the first of them says, how many and some of their checks."""

    key: str
    word: str
    said: str
    count: int
    names: tuple[str, ...]


def verdict(outcome: RunResult, series: Sequence[Series]) -> str:
    """The first sentence: what is open, else what failed, else that all is well."""
    if not series:
        problems = amount(len(outcome.errors), "problem")
        return f"{problems}, nothing was checked" if outcome.errors else "Nothing was checked"
    checks = [each for each in series if is_check(each)]
    if outcome.incidents:
        return _incidents(outcome.incidents) + _undecided(checks, outcome.incidents)
    if not checks:
        return f"{amount(len(series), 'number')} measured, none has a limit"
    tally = Counter(each.status for each in checks if not each.is_withheld)
    sure = {"fail": "failed", "error": "could not be evaluated", "warn": "warned", "inconclusive": "gave no verdict"}
    parts = [f"{tally[status]:,} {words}" for status, words in sure.items() if tally[status]]  # type: ignore[index]
    if parts:
        return f"Of {amount(len(checks), 'check')}, {_joined(parts)}"
    held = sum(each.is_withheld for each in checks)
    if held:
        return f"{len(checks) - held:,} of {amount(len(checks), 'check')} passed, {held:,} without a verdict"
    return f"All {len(checks):,} checks passed" if len(checks) > 1 else "The check passed"


def _incidents(incidents: Sequence[Incident]) -> str:
    is_open = [each for each in incidents if each.state in ("new", "ongoing")]
    seen = [each for each in is_open if each.acknowledged]
    states = Counter(each.state for each in is_open if not each.acknowledged)
    over = len(incidents) - len(is_open)
    parts = [amount(states["new"], "new incident")] if states["new"] else []
    if states["ongoing"]:
        parts.append(
            f"{states['ongoing']:,} going on" if parts else f"{amount(states['ongoing'], 'incident')} going on"
        )
    first = _joined(parts) if parts else "Nothing new is wrong"
    rest = [f"{len(seen):,} acknowledged"] if seen else []
    rest += [f"{over:,} over"] if over else []
    return f"{first}; {_joined(rest)}" if rest else first


def _undecided(checks: Iterable[Series], incidents: Iterable[Incident]) -> str:
    """What no incident tells of, though it is no pass either."""
    told = {name for each in incidents for name in each.results}
    tally = Counter(each.status for each in checks if each.first.id not in told and not each.is_withheld)
    words: dict[Status, str] = {"error": "could not be evaluated", "inconclusive": "gave no verdict"}
    parts = [f"{amount(tally[status], 'check')} {said}" for status, said in words.items() if tally[status]]
    return f"; {_joined(parts)}" if parts else ""


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def tallies(series: Iterable[Series]) -> tuple[Tally, ...]:
    """The checks by status, the gravest first; numbers that no limit judges are none. Withheld verdicts stand last."""
    checks = [each for each in series if is_check(each)]
    counts = Counter(each.status for each in checks if not each.is_withheld)
    held = len(checks) - counts.total()
    told = [Tally(status, counts[status], WORDS[status]) for status in RANK if counts[status]]
    return (*told, *([Tally("inconclusive", held, "withheld")] if held else []))


def withheld(series: Iterable[Series]) -> tuple[Withheld, ...]:
    """The verdicts of newest chunks that were withheld by design, by reason, the most frequent first."""
    held: dict[str, dict[str, str]] = {}
    for each in series:
        last = each.judged[-1]
        if "withheld" in last.details:
            held.setdefault(clean(last.details["withheld"], 60), {})[clean(each.first.id, 80)] = clean(last.message)
    found = [
        Withheld(word, word.replace("_", " "), next(iter(ids.values())), len(ids), tuple(ids)[:NAMED])
        for word, ids in held.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.count))


def facts(run: Run, results: int) -> tuple[tuple[str, str], ...]:
    """When, where and at what cost, as titles and words."""
    told = [
        ("As of", _moment(run.as_of)),
        ("Target", f"{clean(run.target, 60)} ({clean(run.engine, 40)})"),
        ("Started", _moment(run.started) if run.started != run.as_of else ""),
        ("Took", f"{seconds(run.seconds)}, {amount(run.queries, 'query', 'queries')}"),
        ("Rows scanned", f"{run.rows_scanned:,}" if run.rows_scanned is not None else ""),
        ("Bytes scanned", f"{run.bytes_scanned:,}" if run.bytes_scanned is not None else ""),
        ("Results", f"{results:,}"),
        ("Run", clean(run.id, 40)),
    ]
    return tuple(fact for fact in told if fact[1])


def _moment(text: str) -> str:
    return f"{clean(text.replace('T', ' ').removesuffix('Z').removesuffix(':00'), 30)} UTC"


def problem(found: Problem) -> tuple[str, str, str, str]:
    """A problem of the whole run: its code, place, message and hint."""
    place = clean(found.location) if found.location else ""
    return clean(found.code, 20), place, clean(found.message), clean(found.hint or "")
