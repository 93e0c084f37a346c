"""One screen about a run: what was checked, what is wrong, where to look next.

Every value goes through `clean` into a `Text`; markup is never parsed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from msgspec.structs import replace
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whq.errors import Problem
from whq.reports.columns import profiled
from whq.reports.estimates import estimated
from whq.reports.families import titles
from whq.reports.models import numbered, place, untrusted
from whq.reports.series import RANK, Series, gather, headline, is_check, is_number, quoted, where
from whq.reports.text import ascii_only, clean, seconds, shell
from whq.reports.told import MOST, Told, told
from whq.result import RunResult
from whq.values import Result, Run, Status
from whq.wording import amount

if TYPE_CHECKING:
    from whq.reports import Look

UNBROKEN = 4000
"""The width for commands: one that was broken into two lines could not be copied."""
OVER = 5
"""Incidents that are over and shown."""

_ORDER = ("rule", "profile", "drift", "model", "anomaly", "parity")
"""The families in the order of their columns; any other follows."""
_MARKS: dict[Status, tuple[str, str, str]] = {
    "fail": ("✗", "x", "bold red"),
    "error": ("✗", "x", "bold magenta"),
    "warn": ("!", "!", "yellow"),
    "inconclusive": ("?", "?", "cyan"),
    "skipped": ("–", "-", "dim"),
    "pass": ("✓", "", "green"),
}
_PAST = {"fail": "failed", "warn": "warned", "pass": "passed", "error": "not evaluated", "inconclusive": "no verdict"}
_BARS, _PLAIN_BARS = "▁▂▃▄▅▆▇█", "_.-=+*%#"
_LAST = 24
_WIDE = 88


def render(outcome: RunResult, look: Look) -> str:
    """The report as text, coloured or plain."""
    series = gather(outcome.results, outcome.judged)
    found = told(outcome, series)
    is_wrong = bool(found.open or found.others or outcome.errors)
    parts: list[RenderableType] = []
    if not look.quiet:
        parts += [_title(outcome), Text(), *_checked(series, look), *profiled(outcome.results)]
        parts += estimated(outcome.results)
    parts += [*_problems(outcome.errors, look), *_incidents(found, look), *_findings(found.others, outcome, look)]
    if not look.quiet:
        parts += _beside(found, look)
    if not look.quiet or is_wrong:
        parts.append(_verdict(outcome, found, look))
        return printed(Group(*parts), look) + printed(_next(outcome, found, look), replace(look, width=UNBROKEN))
    return printed(Group(*parts), look) if parts else ""


def printed(what: RenderableType, look: Look) -> str:
    """A rich renderable as text for the reader's terminal."""
    console = Console(
        file=StringIO(),
        width=max(look.width, 20),
        force_terminal=look.color,
        no_color=not look.color,
        color_system="standard" if look.color else None,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    with console.capture() as captured:
        console.print(what)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    text = "\n".join(lines) + "\n"
    return text if look.unicode else ascii_only(text)


def _title(outcome: RunResult) -> Text:
    run = outcome.run
    rest = f"   {clean(run.target)} ({clean(run.engine)}) · as of {_moment(run.as_of)}"
    return Text.assemble(("whq ", "dim"), (clean(run.project), "bold"), (rest, "dim"))


def _moment(text: str) -> str:
    return clean(text.replace("T", " ").removesuffix(":00Z").removesuffix("Z")) + " UTC"


# --- what was checked ---------------------------------------------------------------------------------------


def _checked(series: Sequence[Series], look: Look) -> Iterable[RenderableType]:
    if not series:
        return
    families = titles((each.first.monitor for each in series), _ORDER)
    tallies: dict[tuple[str, str], Counter[Status]] = {}
    for each in filter(is_check, series):
        status: Status = "skipped" if each.is_withheld else each.status
        tallies.setdefault((each.first.dataset, each.first.monitor), Counter())[status] += 1
    numbers: Counter[tuple[str, str]] = Counter(
        (each.first.dataset, each.first.monitor) for each in series if is_number(each)
    )
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for title in ("dataset", *families.values()):
        table.add_column(title, overflow="fold")
    for dataset in dict.fromkeys(each.first.dataset for each in series):
        cells = [
            _tally(tallies.get((dataset, family), Counter()), numbers[dataset, family], look) for family in families
        ]
        table.add_row(Text(clean(dataset, 60)), *cells)
    yield Padding(table, (0, 0, 1, 2), expand=False)


def _tally(tally: Counter[Status], numbers: int, look: Look) -> Text:
    """How many checks have each status, and how many numbers are told that no limit judges."""
    parts: list[tuple[str, str]] = []
    for status in ("pass", *RANK[:-1]):
        if tally[status]:
            sign, plain, style = _MARKS[status]
            mark = sign if look.unicode else (plain or "ok")
            parts += [("  " if parts else "", ""), (f"{tally[status]:,} {mark}", style)]
    if numbers:
        parts += [("  " if parts else "", ""), (amount(numbers, "number"), "dim")]
    return Text.assemble(*parts) if parts else Text("–", "dim")


# --- what is wrong ------------------------------------------------------------------------------------------


def _problems(problems: Sequence[Problem], look: Look) -> Iterable[RenderableType]:
    if not problems:
        return
    table = _grid(look)
    for problem in problems:
        said = Text(clean(f"{problem.location}: " if problem.location else "") + clean(problem.message))
        if problem.hint:
            said.append(f"; {clean(problem.hint)}", "dim")
        _row(table, look, _mark("error", look), Text(clean(problem.code)), said)
    yield Padding(table, (0, 0, 1, 1), expand=False)


def _incidents(found: Told, look: Look) -> Iterable[RenderableType]:
    """What began together, the newest first: one sentence each, the finding that tells most, and each broken rule."""
    over = () if look.quiet else found.over
    if not found.open and not over:
        return
    table = _grid(look)
    for each in found.open[:MOST]:
        name = Text.assemble((clean(each.id, 200), "bold" if look.color else ""), (f" [{each.word}]", "dim"))
        said = Text(clean(each.text))
        for series in each.telling:
            more = each.more if series is each.telling[-1] else 0
            said.append("\n").append_text(_telling(series, more, look))
        _row(table, look, _mark(each.status, look) if not each.is_seen else Text("seen", "dim"), name, said)
    for each in over[:OVER]:
        _row(table, look, Text(each.word, "dim"), Text(clean(each.id, 200), "dim"), Text(clean(each.text), "dim"))
    for option, what, listed, most in (("", "", found.open, MOST), (" --all", " that are over", over, OVER)):
        if len(listed) > most:
            command = f"{look.command('incidents')}{option}" if look.stored else ""
            left = f"… {amount(len(listed) - most, 'more incident')}{what}"
            _row(table, look, Text(), Text(left, "dim"), Text(command, "dim"))
    yield Padding(table, (0, 0, 1, 1), expand=False)


def _telling(series: Series, more: int, look: Look) -> Text:
    """A finding of an incident, on a line."""
    first, bars = series.first, _bars(series, look)
    query = clean(series.peak.query) if series.peak.query else ""
    notes = [query, f"owner {clean(first.owner, 60)}" if first.owner else "", f"{more:,} more" if more else ""]
    part = f" [{clean(first.segment, 60)}]" if first.segment else ""
    words = f"{clean(first.id, 200)}{part}: {headline(series)}{quoted(series.peak)}"
    line = Text.assemble(bars or "", "  " if bars else "", (words, "dim"))
    return line.append("".join(f" · {note}" for note in notes if note), "dim")


def _beside(found: Told, look: Look) -> Iterable[RenderableType]:
    """What is no finding and worth a word: verdicts withheld by reason, chunks that are still filling, good news."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for title, words in found.beside:
        table.add_row(Text(title, "dim"), Text(words, "dim"))
    if found.beside:
        yield Padding(table, (0, 0, 1, 1), expand=False)


def _findings(findings: Sequence[Series], outcome: RunResult, look: Look) -> Iterable[RenderableType]:
    if not findings:
        return
    table = _grid(look)
    for status in RANK:
        told = _alike([each for each in findings if each.status == status])
        for group in told[:MOST]:
            _row(table, look, _mark(status, look), _name(group[0], look), _detail(group, look))
        if len(told) > MOST:
            more = sum(len(group) for group in told[MOST:])
            run = ("--run", clean(outcome.run.id), "--status", status)
            command = look.command("results", *run) if look.stored else ""
            _row(table, look, Text(), Text(f"… {more:,} more", "dim"), Text(command, "dim"))
    yield Padding(table, (0, 0, 1, 1), expand=False)


def _grid(look: Look) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    if look.width >= _WIDE:
        table.add_column(overflow="fold", max_width=look.width * 45 // 100)
    table.add_column(overflow="fold")
    return table


def _row(table: Table, look: Look, mark: Text, name: Text, detail: Text) -> None:
    """Name and detail side by side, or one above the other where the terminal is narrow."""
    if look.width >= _WIDE:
        table.add_row(mark, name, detail)
    else:
        table.add_row(mark, Text.assemble(name, "\n", detail))


def _alike(findings: Sequence[Series]) -> list[list[Series]]:
    """Findings that belong together: what one lost query took with it; the metrics of one column; all of one model.

    The one that concerns most chunks stands first, of a model's the realized value.
    """
    groups: dict[tuple[object, ...], list[Series]] = {}
    for each in findings:
        first = each.first
        about: tuple[object, ...] = (first.dataset, first.monitor)
        if each.status in ("error", "inconclusive"):
            about = (*about, headline(each))
        elif len(each.judged) > 1:
            about = (*about, first.subject, first.segment)
        else:
            about = (id(each),)
        groups.setdefault(about, []).append(each)
    return [sorted(group, key=_telling_first) for group in groups.values()]


def _telling_first(series: Series) -> tuple[int, int]:
    return place(series.first.method), -len(series.worst)


def _mark(status: Status, look: Look) -> Text:
    sign, plain, style = _MARKS[status]
    return Text(f"{sign if look.unicode else plain} {status}", style)


def _name(series: Series, look: Look) -> Text:
    first = series.first
    name = Text(clean(first.id, 200), "bold" if look.color else "")
    told = first.method if not first.id.endswith(f"/{first.method}") else None
    for extra in (first.segment, told):
        if extra:
            name.append(f" [{clean(extra, 60)}]", "dim")
    return name


def _detail(group: Sequence[Series], look: Look) -> Text:
    series = group[0]
    detail = Text(headline(series))
    if len(group) > 1 and series.status in ("error", "inconclusive"):
        return detail.append(f"  (and {len(group) - 1:,} more like it)", "dim")
    first, peak = series.first, series.peak
    notes = [clean(peak.query) if peak.query else "", f"owner {clean(first.owner, 60)}" if first.owner else ""]
    detail.append(quoted(peak) if len(series.judged) > 1 and series.status in ("fail", "warn") else "")
    detail.append("".join(f" · {note}" for note in notes if note), "dim")
    if moved := peak.details.get("moved"):
        detail.append(f"\n{clean(moved)}")
    place = where(series)
    if place:
        bars = _bars(series, look)
        said = f"  {place}" if bars else f"{'alerts in ' if peak.alert else ''}{place}"
        detail.append("\n").append_text(bars or Text()).append(said, "dim")
    if why := untrusted(peak):
        detail.append(f"\n{why}", "dim")
    if len(group) > 1:
        detail.append(f"\nalso {_others(group)}", "dim")
    return detail


def _others(group: Sequence[Series]) -> str:
    """The findings beside the first one: of a column the metrics, of a model each number with its methods."""
    told: dict[str, list[str]] = {}
    for result in (each.first for each in group[1:]):
        told.setdefault(clean(numbered(result), 60), []).append(clean(result.method or "", 40))
    methods = {name: ", ".join(filter(None, listed)) for name, listed in told.items()}
    return ", ".join(f"{name} ({how})" if how else name for name, how in methods.items())


def _bars(series: Series, look: Look) -> Text | None:
    """The last values as small bars, those that alert in colour; None for fewer than three."""
    shown = series.judged[-_LAST:]
    finite = [value for result in shown if (value := _real(result)) is not None]
    if len(finite) < 3 or any(result.chunk is None for result in shown):
        return None
    low, high = min(finite), max(finite)
    signs = _BARS if look.unicode else _PLAIN_BARS
    bars = Text()
    for result in shown:
        value = _real(result)
        step = 0 if value is None or high == low else round((value - low) / (high - low) * (len(signs) - 1))
        style = _MARKS[result.status][2] if result.status != "pass" else "dim"
        bars.append(" " if value is None else signs[step], style)
    return bars


def _real(result: Result) -> float | None:
    value = result.value
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


# --- the end ------------------------------------------------------------------------------------------------


def _verdict(outcome: RunResult, found: Told, look: Look) -> Table:
    text = Text(_counted(found))
    if outcome.judged == "newest" and found.has_history:
        text.append(" · newest chunks judged", "dim")
    if outcome.exit_code:
        text.append(f" · exit {outcome.exit_code}", "dim")
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row(Text(" ").append_text(_mark(outcome.status, look)), text)
    return table


def _counted(found: Told) -> str:
    """What came of the checks, in words."""
    tally = found.tally
    checks = tally.total()
    held = f", {found.withheld:,} without a verdict" if found.withheld else ""
    if not checks and found.numbers:
        return f"{amount(found.numbers, 'number')} measured, none has a limit"
    if checks and tally["pass"] == checks and not found.acknowledged and not found.waiting:
        return f"All {checks:,} checks passed{held}" if checks > 1 else f"The check passed{held}"
    parts = [f"{tally[status]:,} {_PAST.get(status, status)}" for status in RANK if tally[status]]
    parts += [f"{found.acknowledged:,} acknowledged"] if found.acknowledged else []
    parts += [f"{found.waiting:,} still filling"] if found.waiting else []
    return (", ".join(parts) or "nothing was checked") + held


def _next(outcome: RunResult, found: Told, look: Look) -> RenderableType:
    run = ("--run", clean(outcome.run.id))
    steps = [("cost", _cost(outcome.run))]
    if outcome.report:
        steps.append(("report", clean(outcome.report)))
    if outcome.results and look.stored:
        wrong = [each.status for each in (*found.others, *found.members)]
        statuses = dict.fromkeys(sorted(wrong, key=RANK.index))
        only = ("--status", ",".join(statuses)) if statuses else ()
        steps.append(("results", look.command("results", *run, *only)))
    findings = [*(series for each in found.open for series in each.telling), *found.others]
    if findings and look.stored:
        first = next((each for each in findings if len(each.judged) > 1), findings[0]).first
        steps.append(("history", look.command("history", shell(first.id))))
        rule = next((each.first for each in findings if each.peak.details.get("failing_query")), None)
        if rule is not None:
            steps.append(("rows", look.command("failing", shell(rule.id))))
        steps.append(("sql", look.command("compile", "--select", shell(f"dataset:{first.dataset}"))))
    known = next((each for each in found.open if not each.is_seen), None)
    if known is not None and look.stored:
        steps.append(("known?", look.command("ack", shell(known.id), "--until", "DAY", "--why", "TEXT")))
    table = Table.grid(padding=(0, 2, 0, 0))
    for title, command in steps:
        table.add_row(Text(title, "dim"), Text(command, "dim", overflow="fold"))
    return Padding(table, (0, 0, 0, 3), expand=False)


def _cost(run: Run) -> str:
    parts = [amount(run.queries, "query", "queries")]
    if run.rows_scanned is not None:
        parts.append(amount(run.rows_scanned, "row"))
    if run.bytes_scanned is not None:
        parts.append(amount(run.bytes_scanned, "byte"))
    return " · ".join([*parts, seconds(run.seconds)])
