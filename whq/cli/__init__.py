"""The command line: one group, one place that turns outcomes into exit codes.

Click's own exit codes mean something else (1 for an interrupt), so it never ends the process here. Command modules
are imported when their command is used, and import the library when it runs.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

import click

from whq.cli import output, signals
from whq.cli.groups import Group, WhqUsageError
from whq.errors import Problem, WhqError, did_you_mean
from whq.version import __version__

COMMANDS = {
    "demo": "whq.cli.begin",
    "init": "whq.cli.begin",
    "run": "whq.cli.measure",
    "check": "whq.cli.measure",
    "profile": "whq.cli.measure",
    "drift": "whq.cli.measure",
    "estimate": "whq.cli.measure",
    "compile": "whq.cli.statements",
    "plan": "whq.cli.statements",
    "failing": "whq.cli.statements",
    "report": "whq.cli.stored",
    "results": "whq.cli.stored",
    "history": "whq.cli.stored",
    "incidents": "whq.cli.incidents",
    "ack": "whq.cli.incidents",
    "baseline": "whq.cli.baseline",
    "list": "whq.cli.about",
    "schema": "whq.cli.about",
    "doctor": "whq.cli.about",
    "explain": "whq.cli.about",
}
"""Every command, in the order of use, and the module that holds it as `<name>_command`."""

PRECEDENCE = (130, 143, 70, 2, 5, 3, 1, 6, 4, 0)
"""Exit codes, the one that wins first."""


class Commands(Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[name]), f"{name}_command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", message="whq %(version)s")
def cli() -> None:
    """Monitor data and models where the data lives.

    \b
    Example:
      whq init && whq run
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code and never raises."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    output.begin()
    with signals.terminate_like_interrupt() as ended:
        code = _outcome(words)
    unwritten = output.finish()
    return signals.TERMINATED if ended.by_signal and code == 130 else worst([code, unwritten])


def worst(codes: Sequence[int]) -> int:
    """The exit code that wins; one that is not known is a bug."""
    ranked = [code if code in PRECEDENCE else 70 for code in codes]
    return min(ranked, key=PRECEDENCE.index, default=0)


def _outcome(words: list[str]) -> int:
    try:
        code = cli.main(words, prog_name="whq", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return output.interrupted()
    except click.exceptions.NoArgsIsHelpError as error:
        output.complain(error.format_message() + "\n")
        return 2
    except click.ClickException as error:
        return _usage(error)
    except WhqError as error:
        return output.refused(error, _as_json(words))
    except SystemExit:  # click leaves this way when the reader of its help has gone
        return 0
    except BrokenPipeError:
        return 0
    except OSError as error:
        return output.full(error) if output.is_full(error) else _bug(error, "--debug" in words)
    except Exception as error:
        return _bug(error, "--debug" in words)


def _as_json(words: Sequence[str]) -> bool:
    return "--format=json" in words or ("--format", "json") in pairwise(words)


def _usage(error: click.ClickException) -> int:
    message, hint, code = error.format_message(), None, "WHQ-U003"
    context = getattr(error, "ctx", None)
    if isinstance(error, WhqUsageError):
        hint, code = error.hint, error.code
    elif isinstance(error, click.NoSuchOption):
        options = (
            [name for parameter in context.command.get_params(context) for name in parameter.opts] if context else []
        )
        message, hint, code = f"no option {error.option_name}", did_you_mean(error.option_name, options, 30), "WHQ-U001"
    elif context:
        hint = f"see {context.command_path} --help"
    output.problem(Problem(code, "usage", message.rstrip("."), hint))
    return 2


def _bug(error: Exception, debug: bool) -> int:
    if debug:
        output.complain(traceback.format_exc())
    hint = "this is a bug in whq; please report it" + ("" if debug else ", with the traceback that --debug shows")
    output.problem(Problem("WHQ-X001", "internal", f"{type(error).__name__}: {error}", hint))
    return 70
