"""Reports: pure functions from a RunResult to text. A format is a file with `render`, and a line here."""

from __future__ import annotations

from importlib import import_module

from msgspec import Struct

from whq.reports.text import shell
from whq.result import RunResult

FORMATS: dict[str, str] = {
    "text": "whq.reports.terminal",
    "json": "whq.reports.json",
}
"""What `--format` may be, and the module whose `render(outcome, look)` makes it."""


class Look(Struct, frozen=True):
    """What the reader's terminal can show. The default is plain text of a page's width.

    `stored` says whether the run was kept, so that a report can point at commands that read it. Those are written as
    this reader can copy them: `called` is what starts whq, `project` the folder that was named, if one was.
    """

    width: int = 100
    color: bool = False
    unicode: bool = True
    quiet: bool = False
    stored: bool = True
    called: str = "whq"
    project: str = "."

    def command(self, name: str, *words: str) -> str:
        """A command of whq, with the project where the reader is not in its folder."""
        place = () if self.project == "." else ("--project", shell(self.project))
        return " ".join((self.called, name, *place, *words))


_PLAIN = Look()


def render(outcome: RunResult, format: str = "text", look: Look = _PLAIN) -> str:
    """A run as text in one of FORMATS."""
    if format == "text" and look.quiet and outcome.status in ("pass", "skipped"):
        return ""  # nothing is wrong, and rich need not be loaded to say nothing
    return str(import_module(FORMATS[format]).render(outcome, look))
