"""The command line's help texts, as click prints them."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy

import click

from generators.markdown import anchor, code, table
from whq.cli import COMMANDS, PRECEDENCE, cli

_WIDTH = 100

MEANINGS = {
    130: "interrupted (Ctrl-C): running queries are cancelled, what was stored is kept",
    143: "ended by SIGTERM; otherwise as 130",
    70: "a bug in whq",
    2: "usage, configuration or compile problem; nothing was executed",
    5: "results could not be stored, or output not written",
    3: "something was not evaluated: errors, no verdict (unless `--inconclusive ok`), over budget, no connection",
    1: "findings at or above `--fail-on` (`fail` unless given) on chunks that closed since the last run, or the newest"
    " (`--judge all`: on any)",
    6: "an alert could not be delivered (no alerts are sent yet)",
    4: "nothing was selected (unless `--allow-empty`)",
    0: "all is well",
}
"""What each exit code says; the first that applies wins."""


def exit_codes() -> str:
    """The exit codes, the one that wins first."""
    return table(("exit code", "meaning"), [(code(number), MEANINGS[number]) for number in PRECEDENCE])


def commands() -> str:
    """Every command's help, one section each."""
    top = click.Context(cli, info_name="whq", terminal_width=_WIDTH, **cli.context_settings)
    found = {name: _command(top, name) for name in COMMANDS}
    shared = {param.name for param in found["run"].params}
    parts = [_section("whq", cli, top)]
    for name, command in found.items():
        measures = name != "run" and shared <= {param.name for param in command.params}
        shown = _without(command, shared) if measures else command
        context = click.Context(shown, info_name=name, parent=top)
        parts.append(_section(f"whq {name}", shown, context))
        parts += _below(shown, context) if isinstance(shown, click.Group) else []
        parts += [f"And the options of [`whq run`](#{anchor('whq run')}).\n"] if measures else []
    return "\n".join(parts)


def _below(group: click.Group, context: click.Context) -> list[str]:
    """The commands of a group, one section each."""
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [
        _section(f"{context.command_path} {name}", command, click.Context(command, info_name=name, parent=context))
        for name, command in found
        if command is not None
    ]


def _command(top: click.Context, name: str) -> click.Command:
    command = cli.get_command(top, name)
    assert command is not None
    return command


def _without(command: click.Command, names: Collection[str | None]) -> click.Command:
    shown = copy(command)
    shown.params = [param for param in command.params if param.name not in names]
    return shown


def _section(title: str, command: click.Command, context: click.Context) -> str:
    return f"## {title}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
