"""`whq init`: a first project, from what the data themselves say."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from whq.errors import ConfigError, Problem
from whq.measure.bench import OnProgress
from whq.scaffold import source, write
from whq.scaffold.suggest import Suggested, suggest

PROJECT = "whq.yml"


class Scaffold(Struct, frozen=True):
    """What `init` wrote: files, what is suggested for each table, and tables that it did not look at."""

    files: tuple[Path, ...]
    suggested: tuple[Suggested, ...] = ()
    left_out: tuple[str, ...] = ()


def init(
    project: str | Path = ".",
    *,
    table: str | None = None,
    path: str | None = None,
    profile: str | None = None,
    target: str | None = None,
    from_dbt: str | None = None,
    progress: OnProgress | None = None,
) -> Scaffold:
    """Write a project's files; existing files are never replaced.

    The data are those of `path` (a DuckDB file, a Parquet or CSV file, a folder of them), of a `profile`, of the
    profile that the dbt project in `from_dbt` names, or those that lie in the folder. With `table` only that one is
    looked at; in a folder that is a project already, its monitors are added.
    """
    root = Path(project)
    joined = table is not None and (root / PROJECT).exists()
    if joined and not (path or profile or from_dbt):
        profile = _profile_of(root)
    origin = source.find(root, path, table, profile, target, from_dbt)
    if origin is None and table is not None:
        raise _refuse(f"where is {table}? There is no database here", "add --path FILE.duckdb or --profile NAME")
    suggested, left_out = _looked(origin, progress) if origin else ((), ())
    files = {} if joined else _project_files(root, origin)
    files |= _monitors(origin, suggested)
    taken = [name for name in files if (root / name).exists()]
    if taken:
        raise _refuse(
            f"{root / taken[0]} exists; nothing was written",
            "choose another folder with --project, or edit what is there",
        )
    return Scaffold(tuple(_write(root / name, text) for name, text in files.items()), suggested, left_out)


def _looked(origin: source.Origin, progress: OnProgress | None) -> tuple[tuple[Suggested, ...], tuple[str, ...]]:
    from whq.scaffold.look import look

    now = datetime.now(UTC).replace(tzinfo=None)
    facts, left_out = look(origin.target, origin.tables, now, progress)
    return suggest(facts, now), left_out


def _project_files(root: Path, origin: source.Origin | None) -> dict[str, str]:
    from whq.config import json_schema

    name = re.sub(r"\W+", "_", root.resolve().name).strip("_") or "project"
    writes_profile = origin is None or origin.fields is not None
    files = {
        PROJECT: write.project(
            name,
            origin.profile if origin else "local",
            origin.chosen if origin else None,
            writes_profile,
            origin.dbt if origin else None,
        )
    }
    if origin is None:
        files["profiles/local.yml"] = write.profile({"path": "warehouse.duckdb"})
    elif origin.fields is not None:
        files["profiles/local.yml"] = write.profile(origin.fields)
    return {**files, "whq.schema.json": json.dumps(json_schema(), indent=1) + "\n"}


def _monitors(origin: source.Origin | None, suggested: tuple[Suggested, ...]) -> dict[str, str]:
    if not suggested or origin is None:
        return {"monitors/example.yml": write.example()}
    from whq.engines import engine

    dialect = engine(origin.target.type).dialect
    return {f"monitors/{suggestion.facts.name}.yml": write.monitors(suggestion, dialect) for suggestion in suggested}


def _profile_of(root: Path) -> str | None:
    """The profile that the project's own whq.yml names."""
    from whq.config.yaml_source import read

    value = read(root / PROJECT, PROJECT).value
    name = value.get("profile") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def _write(path: Path, text: str) -> Path:
    """Write a file that is not there yet, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except OSError as error:
        raise _refuse(f"{path} cannot be written: {error.strerror}", "choose another folder with --project") from error
    return path


def _refuse(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem("WHQ-U009", "usage", message, hint))
