"""list, schema, doctor, explain: what there is, and what is the matter."""

from __future__ import annotations

import json
from typing import Any

import click

from whq.cli import options as common
from whq.cli import output


@click.command("list", cls=common.Command)
@click.argument("what", metavar="metrics|rules|datasets|engines")
@common.output_format
@common.project
@common.debug
def list_command(what: str, format: str, project: str) -> int:
    """List metrics, rules, engines, or the datasets.

    The datasets are those of the project; metrics and rules of its own sql_templates/ are listed too.

    \b
    Example:
      whq list rules
    """
    from msgspec.structs import asdict

    from whq.commands import library
    from whq.reports import table

    entries = library.list_(what, project=project)
    if format == "json":
        output.write(json.dumps([asdict(entry) for entry in entries], indent=2) + "\n")
    else:
        rows = [(entry.name, entry.title, entry.use) for entry in entries]
        output.write(table.aligned(("name", "what it is", "options"), rows, output.table_look()))
    return 0


@click.command("schema", cls=common.Command)
@common.out
@common.force
@common.debug
def schema_command(out: str | None, force: bool) -> int:
    """Print the JSON Schema of project and monitor files.

    Editors check and complete the files with it.

    \b
    Example:
      whq schema --out .whq/schema.json
    """
    from whq.commands import library

    output.deliver(json.dumps(library.schema(), indent=2) + "\n", out, force)
    return 0


@click.command("doctor", cls=common.Command)
@common.output_format
@common.project
@common.connection
@common.debug
def doctor_command(format: str, **choices: Any) -> int:
    """Check versions, project, connection, rights and store.

    \b
    Example:
      whq doctor --target prod
    """
    from whq.commands.doctor import doctor

    checkup = doctor(**choices)
    if format == "json":
        output.write(json.dumps(checkup.as_dict(), indent=2) + "\n")
    else:
        _show(checkup)
    return checkup.exit_code


@click.command("explain", cls=common.Command)
@click.argument("code")
@common.debug
def explain_command(code: str) -> int:
    """Explain an error code.

    \b
    Example:
      whq explain WHQ-R004
    """
    from whq.codes import explain

    output.write(explain(code) + "\n")
    return 0


def _show(checkup: Any) -> None:
    from whq.reports.text import ascii_only, clean

    look = output.look()
    marks = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "yellow")}
    for finding in checkup.findings:
        sign, color = marks[finding.ok]
        hint = f"; {finding.hint}" if finding.hint else ""
        line = f" {clean(finding.name):<11} {clean(finding.text + hint)}"
        if not look.unicode:
            sign, line = ascii_only(sign), ascii_only(line)
        output.write(f" {click.style(sign, fg=color) if look.color else sign}{line}\n")
