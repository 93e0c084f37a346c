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

    output.deliver(json.dumps(library.schema(), indent=2) + "\n", out, force, format="schema")
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
@click.argument("word", required=False)
@common.output_format
@common.project
@common.debug
def explain_command(word: str | None, format: str, project: str) -> int:
    """Explain a word that an output prints, or a code.

    Metrics, statistics, rules, methods, statuses, states and error codes: what it is, how to read its number, what to
    do. Without WORD all words are listed.

    \b
    Examples:
      whq explain jensen_shannon
      whq explain WHQ-R004
    """
    from msgspec.structs import asdict

    from whq import glossary
    from whq.reports import table

    if word is None:
        entries = glossary.explanations(project=project)
        rows = [(entry.word, entry.kind, entry.title) for entry in entries]
        listed = table.aligned(("word", "kind", "what it is"), rows, output.table_look())
        output.write(json.dumps([asdict(one) for one in entries], indent=2) + "\n" if format == "json" else listed)
        return 0
    entry = glossary.explained(word, project=project)
    output.write(
        (json.dumps(asdict(entry), indent=2) if format == "json" else _fitting(glossary.as_text(entry))) + "\n"
    )
    return 0


def _fitting(text: str) -> str:
    """Text for a terminal that may lack Unicode."""
    from whq.reports.text import ascii_only

    return text if output.look().unicode else ascii_only(text)


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
