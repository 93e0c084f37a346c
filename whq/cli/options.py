"""The options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TypeVar

import click

from whq import moments
from whq.reports import FORMATS

F = TypeVar("F", bound=Callable[..., Any])
_SEVERAL = ("--select", "--exclude")
_TERM = re.compile(r"[a-z_]+:[^\\/].*")


class Command(click.Command):
    """A command whose `--select` takes several words, as dbt's does: `--select dataset:x tag:y`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, each further word of a selection given its option."""
        return super().parse_args(ctx, list(spread(args)))


class Moment(click.ParamType[datetime | str]):
    """A date, a time, or how far back. Gives a naive UTC datetime, or the text of what follows from the run's clock."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime | str:
        """The moment that a text names."""
        try:
            found = moments.moment(value, datetime.now(UTC).replace(tzinfo=None))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value) if moments.is_relative(value) else found


class Names(click.ParamType[tuple[str, ...]]):
    """Several names, with commas between them."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names."""
        return value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(",") if part.strip())


class Seconds(click.FloatRange):
    """A time above 0 that is a number: NaN passes every comparison, and infinity is no limit."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The seconds that a text names."""
        if not isfinite(seconds := super().convert(value, param, ctx)):
            self.fail(f"{value!r} is not a number of seconds, e.g. 300", param, ctx)
        return seconds


def spread(words: list[str]) -> Iterable[str]:
    """Words of the command line with `--select a:b c:d` written as `--select a:b --select c:d`."""
    option = ""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if option and before != option and _TERM.fullmatch(word):
            yield option
        elif before not in _SEVERAL:
            option = ""
        if word in _SEVERAL:
            option = word
        yield word


def _all(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


project = click.option("--project", default=".", metavar="DIR", show_default=True, help="Folder with whq.yml.")
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks of unexpected errors.")
quiet = click.option("--quiet", "-q", is_flag=True, help="Say only what is wrong.")
force = click.option("--force", is_flag=True, help="Replace the file that --out names, whatever it is.")
out = click.option("--out", metavar="FILE", help="Write there instead of on stdout.")
output_format = click.option(
    "--format", "format", type=click.Choice(tuple(FORMATS)), default="text", show_default=True, help="How to show it."
)
connection = _all(
    click.option("--profile", metavar="NAME", help="Profile to connect with, instead of the project's."),
    click.option("--target", metavar="NAME", help="Target of the profile, instead of its default."),
)
selection = _all(
    click.option("--select", multiple=True, metavar="TERM...", help="Only these: dataset:x tag:y metric:z monitor:m."),
    click.option("--exclude", multiple=True, metavar="TERM...", help="All but these."),
)
window = _all(
    click.option("--since", type=Moment(), help="Only analysis rows from then on, in whole chunks: 2024-01-31, 7d."),
    click.option("--until", type=Moment(), help="Only analysis rows before then, in whole chunks: 2024-03, yesterday."),
    click.option("--as-of", type=Moment(), help="The run's clock, instead of now; later rows are left out."),
)
judging = _all(
    click.option("--jobs", type=click.IntRange(1, 64), help="Statements at a time; 4 unless given, 2 on DuckDB."),
    click.option(
        "--timeout", type=Seconds(), metavar="SECONDS",
        help="How long one statement may take; 300 unless given.",
    ),
    click.option("--refit", is_flag=True, help="Learn the baseline anew."),
    click.option(
        "--fail-on", type=click.Choice(("warn", "fail", "never")), default="fail", show_default=True,
        help="Which findings lead to exit code 1.",
    ),
    click.option(
        "--inconclusive", type=click.Choice(("error", "ok", "strict")), default="error", show_default=True,
        help="Whether a missing verdict leads to exit code 3; strict: one that was withheld too.",
    ),
    click.option(
        "--judge", type=click.Choice(("newest", "all")), default="newest", show_default=True,
        help="Which chunks decide the exit code: those that closed since the last run, or all.",
    ),
    click.option("--allow-empty", is_flag=True, help="Exit 0 when nothing is selected."),
)  # fmt: skip
run_options = _all(
    project, connection, selection, window, judging, output_format, out, force, quiet, debug,
)  # fmt: skip
