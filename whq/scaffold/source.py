"""Where the data are: a DuckDB file, a folder of data files, or a target of a profile."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from whq.catalog import is_file_name
from whq.config import load_target
from whq.config.spec import Budget, Project, StoreSpec, Target
from whq.config.yaml_source import read
from whq.errors import ConfigError, Problem
from whq.values import Written

DATABASES = (".duckdb", ".db", ".ddb")


class Origin(Struct, frozen=True):
    """Data to look at: how to connect, the fields of a profile that has to be written, and which tables.

    profile: its name in whq.yml. fields: None where the profile is there already. tables: None means all. dbt: the
    folder of the dbt project where the profile is looked for, as whq.yml names it.
    """

    target: Target
    profile: str
    chosen: str | None
    fields: dict[str, str] | None
    tables: tuple[str, ...] | None
    dbt: str | None = None


def find(
    root: Path,
    path: str | None = None,
    table: str | None = None,
    profile: str | None = None,
    target: str | None = None,
    from_dbt: str | None = None,
) -> Origin | None:
    """The data that options name, else what lies in the folder; None when there is nothing. Raises ConfigError."""
    tables = (table,) if table else None
    if path and (profile or from_dbt):
        raise _refuse("--path and a profile are two places", "name one of them")
    if from_dbt:
        return _of_profile(root, _dbt_name(Path(from_dbt), profile), target, tables, Path(from_dbt))
    if profile:
        return _of_profile(root, profile, target, tables)
    if path:
        return _of_path(root, Path(path), tables)
    return _lying_there(root, tables)


# --- files --------------------------------------------------------------------------------------------------


def _of_path(root: Path, path: Path, tables: tuple[str, ...] | None) -> Origin:
    if path.is_dir():
        files = data_files(path)
        if not files:
            raise _refuse(f"{path} holds no Parquet or CSV files", "name a folder that does, or a DuckDB file")
        return _of_files(root, path, files, tables)
    if not path.exists():
        raise _refuse(f"there is no {path}", "give a DuckDB file, a Parquet or CSV file, or a folder of them")
    if is_file_name(path.name):
        if tables and tables[0] not in (path.name, path.stem):
            raise _refuse(f'{path} is one table, and not "{tables[0]}"', "leave out --table")
        return _of_files(root, path.parent, [path.name], None)
    return _of_database(root, path, tables)


def _lying_there(root: Path, tables: tuple[str, ...] | None) -> Origin | None:
    """The first DuckDB file in the project's folder, else its Parquet and CSV files."""
    here = sorted(file for file in root.iterdir() if file.is_file()) if root.is_dir() else []
    databases = [file for file in here if file.suffix == ".duckdb"]
    if databases:
        return _of_database(root, databases[0], tables)
    files = data_files(root) if root.is_dir() else []
    return _of_files(root, root, files, tables) if files else None


def _of_database(root: Path, path: Path, tables: tuple[str, ...] | None) -> Origin:
    fields = {"path": _from(root, path)}
    return Origin(Target("dev", "duckdb", dict(fields), root), "local", None, fields, tables)


def _of_files(root: Path, folder: Path, names: Sequence[str], tables: tuple[str, ...] | None) -> Origin:
    inside = folder.resolve().is_relative_to(root.resolve())
    before = folder.resolve().relative_to(root.resolve()).as_posix() if inside else ""
    prefix = f"{before}/" if before not in ("", ".") else ""
    fields = {} if inside else {"allow_paths": folder.resolve().as_posix()}
    target = Target("dev", "duckdb", {name: [value] for name, value in fields.items()}, root)
    return Origin(target, "local", None, fields, tables or tuple(prefix + name for name in names))


def data_files(folder: Path) -> list[str]:
    """The data files of a folder; files that differ in a number alone (`part-001.parquet`) are one, as a glob."""
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and _is_data(file.name))
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(re.sub(r"\d+", "*", name), []).append(name)
    return [pattern if len(same) > 1 else same[0] for pattern, same in groups.items()]


def _is_data(name: str) -> bool:
    return not name.startswith((".", "_")) and is_file_name(name)


def _from(root: Path, path: Path) -> str:
    """A path as the profile holds it: relative to the project where it lies inside."""
    real, base = path.resolve(), root.resolve()
    return real.relative_to(base).as_posix() if real.is_relative_to(base) else real.as_posix()


# --- profiles -----------------------------------------------------------------------------------------------


def _of_profile(
    root: Path, name: str, target: str | None, tables: tuple[str, ...] | None, dbt: Path | None = None
) -> Origin:
    """A profile that is there already: whq's own, or dbt's."""
    project = Project(
        name="init",
        root=root,
        profile=name,
        target=None,
        store=StoreSpec(None),
        budget=Budget(),
        report=None,
        datasets=(),
        dbt=dbt.resolve() if dbt else None,
    )
    return Origin(load_target(project, target=target), name, target, None, tables, _beside(root, dbt))


def _beside(root: Path, dbt: Path | None) -> str | None:
    """A dbt project's folder seen from ours; None where the two are one."""
    if dbt is None or dbt.resolve() == root.resolve():
        return None
    return Path(os.path.relpath(dbt.resolve(), root.resolve())).as_posix()


def _dbt_name(folder: Path, profile: str | None) -> str:
    """The profile that a dbt project names."""
    if profile:
        return profile
    name = f"{folder}/dbt_project.yml"
    if not (folder / "dbt_project.yml").is_file():
        raise _refuse(f"there is no {name}", "name the folder of a dbt project")
    value = read(folder / "dbt_project.yml", name).value
    named = value.get("profile") if isinstance(value, dict) else None
    if not isinstance(named, str) or not named:
        raise _refuse(f"{name} names no profile", "add --profile NAME")
    return Written(named)


def _refuse(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem("WHQ-U007", "usage", message, hint))
