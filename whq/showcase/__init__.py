"""`whq demo`: a complete project with data of its own, run once, and what it found told incident by incident."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from whq.errors import ConfigError, Problem
from whq.measure.bench import OnProgress
from whq.reports.save import save
from whq.result import RunResult
from whq.showcase.incidents import INCIDENTS, Told, tell
from whq.values import Result

AS_OF = datetime(2024, 12, 31)
"""The demo's clock. With it the result is the same on every day."""

_HERE = Path(__file__).parent
_DATABASE = "loans.duckdb"
_PARTIAL = ".loans.duckdb.new"


class Demo(Struct, frozen=True):
    """A demo that was made and run: its folder, the run, the report where one was written, and the story."""

    root: Path
    result: RunResult
    report: Path | None
    told: tuple[Told, ...]
    surprises: tuple[Result, ...]

    @property
    def as_planned(self) -> bool:
        """Whether all that was planted was found, and nothing else."""
        return not (self.surprises or self.result.errors or any(told.missing for told in self.told))

    @property
    def exit_code(self) -> int:
        """0 when it ran as planned: its findings are planned too."""
        return 0 if self.as_planned else self.result.exit_code or 1


def demo(directory: str | Path = "whq-demo", *, force: bool = False, progress: OnProgress | None = None) -> Demo:
    """Write the demo project, make its data, run it.

    A folder that holds anything else than an untouched demo is refused; `force` replaces the files of a demo that was
    changed. Raises ConfigError, and what `whq.run` raises.
    """
    from whq.pipeline.walk import run

    root = Path(directory)
    files = project_files()
    _refuse_foreign(root, files, force)
    for name, text in files.items():
        _write(root / name, text)
    make_data(root / _DATABASE)
    result = run(root, as_of=AS_OF, refit=True, progress=progress)
    told, surprises = tell(result.results, INCIDENTS)
    return Demo(root, result, _report(root), told, surprises)


def project_files() -> dict[str, str]:
    """The files of the demo's project by their relative path."""
    folder = _HERE / "project"
    paths = sorted(folder.rglob("*.yml"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def make_data(path: Path) -> None:
    """Make the demo's warehouse, a DuckDB file; an existing one is replaced when the new one is complete."""
    import _duckdb as duckdb

    partial = path.with_name(_PARTIAL)
    partial.unlink(missing_ok=True)
    try:
        with closing(duckdb.connect(str(partial))) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute((_HERE / "data.sql").read_text("utf-8"))
        partial.replace(path)
    except (OSError, duckdb.IOException) as error:
        raise _in_the_way(f"{path} cannot be made: {error}") from error
    except RuntimeError as error:
        if "interrupted" in str(error):  # the library took the user's Ctrl-C for itself
            raise KeyboardInterrupt from error
        raise
    finally:
        for left in (partial, partial.with_name(f"{_PARTIAL}.wal")):
            left.unlink(missing_ok=True)


def _report(root: Path) -> Path | None:
    """The HTML report that the run wrote (`report:` in whq.yml), if it did."""
    from whq.config import load_project

    report = load_project(root).report
    return root / os.path.relpath(report, root.resolve()) if report and report.is_file() else None


def _refuse_foreign(root: Path, files: dict[str, str], force: bool) -> None:
    """Refuse a file, a folder with anything else in it, and a demo that someone has changed."""
    if root.exists() and not root.is_dir():
        raise _in_the_way(f"{root} is a file")
    if not root.is_dir() or not any(root.iterdir()):
        return
    if not _is_demo(root, files):
        raise _in_the_way(f"{root} is not empty, and no earlier demo; nothing was written")
    changed = [name for name, text in files.items() if (root / name).is_file() and _read(root / name) != text]
    if changed and not force:
        hint = "add --force to put the demo's files back, or name another folder"
        raise _in_the_way(f"{root / changed[0]} was changed since the demo wrote it; nothing was written", hint)


def _is_demo(root: Path, files: dict[str, str]) -> bool:
    """Whether a folder was made by `whq demo`: the first line of its whq.yml says so."""
    return _read(root / "whq.yml").partition("\n")[0] == files["whq.yml"].partition("\n")[0]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _in_the_way(f"{path} cannot be written: {error.strerror}") from error
    save(path, text, "the file")


def _in_the_way(message: str, hint: str = "name another folder: whq demo DIR") -> ConfigError:
    return ConfigError(Problem("WHQ-U009", "usage", message, hint))
