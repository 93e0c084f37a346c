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
from whq.reports.families import titles
from whq.reports.series import RANK, Series, gather, headline, where
from whq.reports.text import ascii_only, clean, seconds, shell
from whq.result import RunResult
from whq.values import Result, Run, Status
from whq.wording import amount

if TYPE_CHECKING:
    from whq.reports import Look

UNBROKEN = 4000
"""The width for commands: one that was broken into two lines could not be copied."""
MOST = 12
"""Findings shown of each status; the others are counted."""

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
_PAST = {"fail": "failed", "warn": "warned", "pass": "passed", "error": "not evaluated"}
_BARS, _PLAIN_BARS = "▁▂▃▄▅▆▇█", "_.-=+*%#"
_LAST = 24
_WIDE = 88


def render(outcome: RunResult, look: Look) -> str:
    """The report as text, coloured or plain."""
    series = gather(outcome.results)
    findings = [each for each in series if each.status not in ("pass", "skipped")]
    parts: list[RenderableType] = []
    if not look.quiet:
        parts += [_title(outcome), Text(), *_checked(series, look), *profiled(outcome.results)]
    parts += [*_problems(outcome.errors, look), *_findings(findings, outcome, look)]
    if not look.quiet or findings or outcome.errors:
        parts.append(_verdict(outcome, series, look))
        return printed(Group(*parts), look) + printed(_next(outcome, findings, look), replace(look, width=UNBROKEN))
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
    for each in series:
        tallies.setdefault((each.first.dataset, each.first.monitor), Counter())[each.status] += 1
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for title in ("dataset", *families.values()):
        table.add_column(title, overflow="fold")
    for dataset in dict.fromkeys(each.first.dataset for each in series):
        cells = [_tally(tallies.get((dataset, family), Counter()), look) for family in families]
        table.add_row(Text(clean(dataset, 60)), *cells)
    yield Padding(table, (0, 0, 1, 2), expand=False)


def _tally(tally: Counter[Status], look: Look) -> Text:
    parts: list[tuple[str, str]] = []
    for status in ("pass", *RANK[:-1]):
        if tally[status]:
            sign, plain, style = _MARKS[status]
            mark = sign if look.unicode else (plain or "ok")
            parts += [("  " if parts else "", ""), (f"{tally[status]:,} {mark}", style)]
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
    """Findings that belong together: what one lost query took with it; the metrics of one column or model.

    The one that concerns most chunks stands first.
    """
    groups: dict[tuple[object, ...], list[Series]] = {}
    for each in findings:
        first = each.first
        about: tuple[object, ...] = (first.dataset, first.monitor)
        if each.status in ("error", "inconclusive"):
            about = (*about, headline(each))
        elif len(each.judged) > 1:
            about = (*about, first.subject, first.segment, first.method)
        else:
            about = (id(each),)
        groups.setdefault(about, []).append(each)
    return [sorted(group, key=lambda each: -len(each.worst)) for group in groups.values()]


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
    detail.append("".join(f" · {note}" for note in notes if note), "dim")
    place = where(series)
    if place:
        bars = _bars(series, look)
        said = f"  {place}" if bars else f"{'alerts in ' if peak.alert else ''}{place}"
        detail.append("\n").append_text(bars or Text()).append(said, "dim")
    if len(group) > 1:
        others = ", ".join(clean(each.first.metric, 60) for each in group[1:])
        detail.append(f"\nalso {others}", "dim")
    return detail


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


def _verdict(outcome: RunResult, series: Sequence[Series], look: Look) -> Text:
    tally = Counter(each.status for each in series)
    told = [f"{tally[status]:,} {_PAST.get(status, status)}" for status in RANK if tally[status]]
    text = Text(" ").append_text(_mark(outcome.status, look))
    text.append(f"   {', '.join(told) or 'nothing was checked'}")
    return text.append(f" · exit {outcome.exit_code}", "dim") if outcome.exit_code else text


def _next(outcome: RunResult, findings: Sequence[Series], look: Look) -> RenderableType:
    run = ("--run", clean(outcome.run.id))
    steps = [("cost", _cost(outcome.run))]
    if outcome.report:
        steps.append(("report", clean(outcome.report)))
    if outcome.results and look.stored:
        statuses = dict.fromkeys(each.status for each in sorted(findings, key=lambda each: RANK.index(each.status)))
        only = ("--status", ",".join(statuses)) if findings else ()
        steps.append(("results", look.command("results", *run, *only)))
    if findings and look.stored:
        first = next((each for each in findings if len(each.judged) > 1), findings[0]).first
        steps.append(("history", look.command("history", shell(first.id))))
        steps.append(("sql", look.command("compile", "--select", shell(f"dataset:{first.dataset}"))))
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
