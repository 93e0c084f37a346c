"""Data files as tables: a written path is found inside the folders that the profile allows, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import Literal

from whq.errors import ConfigError, Problem, did_you_mean
from whq.values import FileSource, place_of

_FORMATS: dict[str, Literal["parquet", "csv"]] = {
    ".parquet": "parquet", ".parq": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv", ".csv.gz": "csv", ".tsv.gz": "csv", ".csv.zst": "csv",
}  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"|`[^`]*`')
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_file_name(written: str) -> bool:
    """Whether a written table is a data file: by its ending, a slash; what is quoted is a name."""
    bare = _QUOTED.sub("", written)
    return _format(bare) is not None or "/" in bare


def has_file_ending(written: str) -> bool:
    """Whether a text ends as the names of data files do."""
    return _format(written) is not None


def find_file(written: str, folders: Sequence[Path], dialect: str, *, must_exist: bool = True) -> FileSource:
    """The file or glob, absolute. A relative path is tried in each folder; a path outside of all is refused."""
    kind = _format(written)
    if dialect != "duckdb":
        raise _problem("WHQ-E107", written, f"files are tables on duckdb only, not on {dialect}", "name a table")
    if _REMOTE.match(written):
        raise _problem("WHQ-E105", written, "is not a local file", "whq reads local Parquet and CSV files only")
    if kind is None:
        raise _problem("WHQ-E106", written, "is not a known kind of file", f"allowed endings: {', '.join(_FORMATS)}")
    allowed = [folder.resolve() for folder in folders]
    for folder in allowed:
        paths = matches(folder / Path(written).expanduser())
        if paths:
            _confine(written, paths, allowed)
            return FileSource(_absolute(folder / Path(written).expanduser()), kind)
    nowhere = _absolute(allowed[0] / Path(written).expanduser())
    _confine(written, [nowhere], allowed)
    if not must_exist:
        return FileSource(nowhere, kind)
    raise _problem("WHQ-E106", written, "does not exist", _near_file(written, allowed))


def matches(path: Path) -> list[str]:
    """The files that a path or a glob names."""
    if path.is_file():
        return [str(path)]
    return sorted(glob(str(path), recursive=True)) if has_magic(str(path)) else []  # noqa: PTH207 - absolute globs


def _absolute(path: Path) -> str:
    """The path without `..`, links kept: a glob cannot be resolved as a whole."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts[1:] = parts[1:-1]
        elif part != ".":
            parts.append(part)
    return str(Path(*parts))


def _format(written: str) -> Literal["parquet", "csv"] | None:
    name = written.lower()
    return next((kind for ending, kind in _FORMATS.items() if name.endswith(ending)), None)


def _confine(written: str, paths: Sequence[str], allowed: Sequence[Path]) -> None:
    """Refuse a file whose real place, links followed, is outside of the allowed folders."""
    for name in paths:
        real = Path(name).resolve()
        if not any(real.is_relative_to(folder) for folder in allowed):
            hint = "move it into the project folder, or add its folder to allow_paths in the profile"
            raise _problem("WHQ-E105", written, "is outside of the folders that may be read", hint)


def _near_file(written: str, allowed: Sequence[Path]) -> str:
    """The nearest file beside the missing one, else the folders that were searched."""
    for folder in allowed:
        place = (folder / Path(written).expanduser()).parent
        if place.is_dir() and not has_magic(str(place)):
            names = [item.name for item in place.iterdir() if _format(item.name)]
            if names:
                return did_you_mean(Path(written).name, names)
    return f"searched from {', '.join(str(folder) for folder in allowed)}"


def _problem(code: str, written: str, text: str, hint: str) -> ConfigError:
    return ConfigError(Problem(code, "catalog", f'"{written}" {text}', hint, place_of(written)))
