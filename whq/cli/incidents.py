"""incidents, ack: what the findings amount to, and what people say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from whq.cli import options as common
from whq.cli import output

if TYPE_CHECKING:
    from whq.values import Incident

_target = click.option(
    "--target", metavar="NAME", help="Of the profile; the project's or the newest run's unless given."
)


@click.command("incidents", cls=common.Command)
@click.option("--all", "every", is_flag=True, help="Also those that are over.")
@click.option(
    "--format", "format", type=click.Choice(("table", "csv", "json")), default="table", show_default=True,
    help="How to show it.",
)  # fmt: skip
@_target
@common.project
@common.out
@common.force
@common.quiet
@common.debug
def incidents_command(project: str, target: str | None, every: bool, **shape: Any) -> int:
    """Show incidents, open ones first.

    Findings on one dataset that began together are one incident. Shown is what the last run stored.

    \b
    Examples:
      whq incidents
      whq incidents --all --format json
    """
    from whq.commands import incidents as library

    found = library.incidents(project=project, target=target, every=every)
    if not found and shape["format"] == "table" and not shape["quiet"]:
        output.complain("no incidents" if every else "no open incidents; --all shows those that are over")
    text = _shown(found, shape["format"])
    if text:
        output.deliver(text, shape["out"], shape["force"], shape["quiet"], format=shape["format"])
    return 0


@click.command("ack", cls=common.Command)
@click.argument("id")
@click.option("--until", metavar="DAY", help="The day on which it ends, or 7d from now; else while the incident lasts.")
@click.option("--why", default="", metavar="TEXT", help="What others should know of it.")
@click.option("--undo", is_flag=True, help="Take the acknowledgement back.")
@_target
@common.project
@common.quiet
@common.debug
def ack_command(id: str, quiet: bool, **choices: Any) -> int:
    """Say that an incident is known.

    Until that day it does not decide the exit code. Reports show it as acknowledged.

    \b
    Examples:
      whq ack loans@2024-04 --until 2024-06-01 --why "the new channel; the model is retrained in May"
      whq ack loans@2024-04 --undo
    """
    from whq.commands import incidents as library
    from whq.reports.text import clean, until_words

    incident = library.ack(id, **choices)
    if not quiet:
        said = incident.acknowledged
        how = "no longer acknowledged" if said is None else f"acknowledged {until_words(said.until)}"
        output.complain(f"{clean(incident.id)}: {how}")
    return 0


def _shown(found: tuple[Incident, ...], shape: str) -> str:
    from msgspec import to_builtins

    from whq.reports import table
    from whq.reports.text import clean

    if shape == "json":
        return json.dumps({"schema": "whq.incidents/1", "incidents": to_builtins(found)}, indent=2) + "\n"
    titles = ("id", "state", "since", "until", "text", "acknowledged")
    rows = [
        dict(zip(titles, (each.id, each.state, each.since, each.until, each.text, _words(each)), strict=True))
        for each in found
    ]  # fmt: skip
    if shape == "csv":
        return table.comma_separated(titles, rows)
    if not rows:
        return ""
    told = [name for name in ("id", "state", "acknowledged", "text") if any(row[name] for row in rows)]
    return table.aligned(told, [[clean(row[name] or "") for name in told] for row in rows], output.table_look())


def _words(incident: Incident) -> str | None:
    from whq.reports.text import until_words

    said = incident.acknowledged
    return None if said is None else f"{until_words(said.until)}: {said.why}"
