"""The demo on one page: what was planted, what found it, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whq.reports.series import Series, against, counted, gather, spans
from whq.reports.terminal import UNBROKEN, printed
from whq.reports.text import clean
from whq.showcase import AS_OF, Demo
from whq.showcase.incidents import Finding, Told
from whq.wording import amount

if TYPE_CHECKING:
    from whq.reports import Look

_MARKS = {"fail": ("✗ fail", "bold red"), "warn": ("! warn", "yellow")}


def render(demo: Demo, look: Look) -> str:
    """The story as text, coloured or plain."""
    parts: list[RenderableType] = [] if look.quiet else [_title(demo)]
    for told in demo.told:
        if told.missing or not look.quiet:
            parts += [Text(), _heading(told), _found(told)]
    if demo.surprises:
        parts += [Text(), Text(" not planted", "bold red"), _lines(gather(demo.surprises), ())]
    if parts:
        parts += [Text(), _verdict(demo)]
    if not parts:
        return ""
    steps = "" if look.quiet else printed(_next(demo, look), replace(look, width=UNBROKEN))
    return printed(Group(*parts), look) + steps


def _title(demo: Demo) -> Text:
    about = f"a bank's loan applications, scored by a model · in {clean(demo.root)} · as of {AS_OF:%Y-%m-%d}"
    return Text.assemble(("whq demo", "bold"), (f"   {about}", "dim"))


def _heading(told: Told) -> RenderableType:
    incident = told.incident
    title = Text.assemble((incident.when, "bold"), f" – {incident.title}")
    return Padding(Group(title, Text(incident.planted, "dim")), (0, 0, 0, 1))


def _found(told: Told) -> RenderableType:
    return _lines([Series(results) for results in told.results], told.missing)


def _lines(others: Sequence[Series], missing: Sequence[Finding]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for _ in ("id", "chunks", "number"):
        table.add_column(overflow="fold")
    for series in others:
        sign, style = _MARKS.get(series.status, (series.status, "bold magenta"))
        chunks = spans(series.results) or "all rows"
        words = counted(series.peak) or against(series.peak) or clean(series.peak.message)
        table.add_row(Text(sign, style), Text(clean(series.first.id)), Text(chunks, "dim"), Text(words))
    for finding in missing:
        table.add_row(Text("? lost", "bold red"), Text(finding.id), Text(_range(finding.chunks)), Text("not found"))
    return Padding(table, (0, 0, 0, 3), expand=False)


def _range(keys: Sequence[str]) -> str:
    if not keys:
        return "all rows"
    return keys[0] if len(keys) == 1 else f"{keys[0]}…{keys[-1]}"


def _verdict(demo: Demo) -> Text:
    told_right = sum(not told.missing for told in demo.told)
    all_told = f"{told_right} of {amount(len(demo.told), 'incident')} found"
    if demo.as_planned:
        return Text.assemble((" ✓ ", "green"), f"{all_told}; nothing else failed or warned")
    return Text.assemble((" ✗ ", "bold red"), f"{all_told}; {amount(len(demo.surprises), 'finding')} not planted")


def _next(demo: Demo, look: Look) -> RenderableType:
    """Where the report is, and three commands to go on with."""
    here = replace(look, project=str(demo.root))
    steps = [("report", clean(demo.report))] if demo.report else []
    steps += [
        ("try next", here.command("results", "--status", "fail")),
        ("", here.command("history", "applications/default_risk/roc_auc/realized")),
        ("", here.command("compile", "--select", "dataset:payments")),
    ]
    table = Table.grid(padding=(0, 2, 0, 0))
    for title, words in steps:
        table.add_row(Text(title, "dim"), Text(words, overflow="fold"))
    return Padding(table, (1, 0, 0, 3), expand=False)
