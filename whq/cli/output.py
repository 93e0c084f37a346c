"""Where words go: results to stdout, everything else to stderr.

A reader that has gone is no error. A stream that cannot be written for another reason, such as a full disk, is: the
command goes on, and `finish` tells it at the end, with exit code 5.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from msgspec.structs import replace

from whq.errors import ConfigError, Problem, StoreError, WhqError
from whq.masking import masked
from whq.reports import own
from whq.reports import save as files

if TYPE_CHECKING:
    from whq.reports import Look

_PAGE = 100
_ROW = 2000
_GONE = (errno.EPIPE, errno.EINVAL) if os.name == "nt" else (errno.EPIPE,)
"""How the system says that nobody reads a pipe any more."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LOST: dict[str, str] = {}
"""Streams that could not be written in this command, and why."""


def write(text: str) -> None:
    """Print on stdout."""
    put(sys.stdout, text)


def complain(text: str) -> None:
    """Print on stderr, without secrets."""
    shown = masked(text)
    put(sys.stderr, shown if shown.endswith("\n") else f"{shown}\n")


def problem(item: Problem) -> None:
    """Tell one problem on stderr: `place: error[CODE]: what; hint`."""
    from whq.reports.text import ascii_only, clean

    place = f"{item.location}: " if item.location else ""
    hint = f"; {item.hint}" if item.hint else ""
    line = clean(f"{place}error[{item.code}]: {item.message}{hint}", 2000)
    complain(line if _is_unicode(sys.stderr) else ascii_only(line))


def warn(text: str) -> None:
    """Tell a doubt on stderr."""
    note(f"warning: {text}")


def note(text: str) -> None:
    """Tell on stderr, beside the report, what a command took its options to mean."""
    from whq.reports.text import ascii_only, clean

    line = clean(text, 2000)
    complain(line if _is_unicode(sys.stderr) else ascii_only(line))


def refused(error: WhqError, as_json: bool) -> int:
    """Tell why nothing (more) was done; in JSON too, when that was asked for. Gives the exit code."""
    for item in error.problems[:50]:
        problem(item)
    if len(error.problems) > 50:
        complain(f"… and {len(error.problems) - 50} more")
    if as_json:
        write(_document(error))
    return error.exit_code


def interrupted() -> int:
    """Say that the user ended the run. Gives the exit code."""
    complain("interrupted; results stored until now are kept")
    return 130


def look() -> Look:
    """What the reader of stdout can show."""
    from whq.reports import Look

    terminal = sys.stdout.isatty()
    color = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((_PAGE, 24)).columns if terminal else _PAGE
    return Look(width=min(width, 140), color=color, unicode=_is_unicode(sys.stdout), called=called())


def called() -> str:
    """What starts whq in the commands that it proposes: `whq`, or `python -m whq` where it was started so."""
    return "python -m whq" if Path(sys.argv[0]).parts[-2:] == ("whq", "__main__.py") else "whq"


def near(path: Path) -> Path:
    """A path as seen from the folder where the user stands, if it lies in there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def table_look() -> Look:
    """The look of a table: as wide as it is where no terminal wraps it, so that each row is one line."""
    plain_look = look()
    return plain_look if sys.stdout.isatty() else replace(plain_look, width=_ROW)


def deliver(text: str, out: str | None, force: bool, quiet: bool = False, *, format: str = "text") -> None:
    """Print the text, or write it to the file that `--out` names."""
    if out is None:
        write(text)
        return
    path = check_out(out, force, format)
    save(path, text)
    if not quiet:
        complain(f"written to {path}")


def check_out(out: str, force: bool, format: str = "text") -> Path:
    """The file to write.

    A file that whq wrote in the same format is replaced. Raises ConfigError for a link, a folder, any other file
    without --force, and a folder that may not be written.
    """
    path = Path(out)
    if path.is_symlink():
        raise _refuse(f"{out} is a link", "name the file itself")
    if path.is_dir():
        raise _refuse(f"{out} is a folder", "name a file in it")
    if path.exists() and not force and (found := own.format_of(path)) != format:
        raise _refuse(f"{out} {'exists' if found is None else f'holds {found}'}", "add --force to replace it")
    if not path.parent.is_dir():
        raise _refuse(f"the folder {path.parent} does not exist", "make it first")
    if not os.access(path.parent, os.W_OK):
        raise _refuse(f"nothing can be written in the folder {path.parent}", "name another place")
    return path


def save(path: Path, text: str) -> None:
    """Write a file so that it is old or new, never half. Raises StoreError."""
    files.save(path, text, "--out:")


def begin() -> None:
    """Forget what an earlier command of this process could not write."""
    _LOST.clear()


def finish() -> int:
    """Flush both streams, and tell what could not be written. Gives the exit code: 5, or 0 where all was written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            _give_up(stream, error)
    for name, reason in list(_LOST.items()):
        message = f"{name} cannot be written: {reason}"
        problem(Problem("WHQ-R011", "report", message, "free the disk, or send the output elsewhere"))
    return StoreError.exit_code if _LOST else 0


def is_full(error: OSError) -> bool:
    """Whether a disk or a quota is full: the user's to mend, and no bug."""
    return error.errno in _FULL


def full(error: OSError) -> int:
    """Note a full disk that ended the command; without a file's name it is stdout's, where click writes its help.

    Gives the exit code.
    """
    _LOST.setdefault(str(error.filename or "stdout"), str(error.strerror))
    return StoreError.exit_code


def put(stream: IO[str], text: str) -> None:
    """Write text, escaped where the encoding lacks a sign; what cannot be written is told by `finish`."""
    try:
        click.echo(text, file=stream, nl=False)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, nl=False)
    except (OSError, ValueError) as error:
        _give_up(stream, error)


def _give_up(stream: IO[str], error: OSError | ValueError) -> None:
    """Note why a stream cannot be written, unless its reader has gone or it was closed, and write no more to it."""
    if isinstance(error, OSError) and error.errno not in _GONE:
        _LOST.setdefault("stdout" if stream is sys.stdout else "stderr", error.strerror or type(error).__name__)
    _forget(stream)


def _forget(stream: IO[str]) -> None:
    """Send what is still buffered nowhere; at exit Python would complain otherwise."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _is_unicode(stream: IO[str]) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def _refuse(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem("WHQ-U010", "usage", f"--out: {message}", hint))


def _document(error: WhqError) -> str:
    import json

    from whq.result import SCHEMA
    from whq.values import STATUSES

    document = {
        "schema": SCHEMA,
        "run": None,
        "status": "error",
        "exit_code": error.exit_code,
        "judged": "all",
        "counts": dict.fromkeys((*STATUSES, "total"), 0),
        "results": [],
        "incidents": [],
        "errors": [item.as_dict() for item in error.problems],
    }
    return json.dumps(document, indent=2) + "\n"
