"""`whq init`: the files of a new project."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whq.errors import ConfigError, Problem
from whq.model import Column

_HEADER = "# yaml-language-server: $schema={schema}\n"
_PROJECT = """\
version: 1
name: {name}
profile: local            # profiles/local.yml
# store: .whq/store.duckdb  # where results are kept
# defaults: {{chunk: month, owner: me}}
"""
_PROFILE = """\
default: dev
targets:
  dev:
    type: duckdb
    path: {path}           # relative to the project; passwords go in as "{{{{ env_var('NAME') }}}}"
"""
_MONITORS = """\
datasets:
  {name}:
    table: {table}        # a table, a view, or a Parquet or CSV file
{facts}    columns:
{columns}    rules:
      - row_count: {{fail: "< 1"}}
    profile: true
    # drift: true           # needs `reference`, e.g.  reference: "{time} < '2024-01-01'"
"""
_EXAMPLE_FACTS = """\
    # time: created_at      # needed for chunks by time and for freshness
    # chunk: month
    # key: [id]
"""
_EXAMPLE_COLUMNS = """\
      id: {not_null: , unique: }
      # state: {accepted_values: [open, closed]}
      # amount: {accepted_range: {min: 0}, not_null: {warn: "> 0", fail: "> 1%"}}
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A dataset that a table's columns suggest."""

    name: str
    table: str
    facts: str
    columns: str
    time: str


def init(project: str | Path = ".", *, table: str | None = None, path: str | None = None) -> tuple[Path, ...]:
    """Write a project's files and give their paths; existing files are never replaced.

    With `table` its columns are read from the DuckDB file `path` (or the only one in the folder) and rules are
    suggested for it.
    """
    root = Path(project)
    database = path or _database(root)
    dataset = _suggest(root, database, table) if table else _example()
    files = _files(root, database, dataset)
    taken = [name for name in files if (root / name).exists()]
    if taken:
        hint = "choose another folder with --project, or edit what is there"
        raise ConfigError(Problem("WHQ-U009", "usage", f"{root / taken[0]} exists; nothing was written", hint))
    return tuple(_write(root / name, text) for name, text in files.items())


def _files(root: Path, database: str, dataset: Suggested) -> dict[str, str]:
    from whq.config import json_schema

    name = _word(root.resolve().name)
    monitors = _MONITORS.format(
        name=dataset.name, table=dataset.table, facts=dataset.facts, columns=dataset.columns, time=dataset.time
    )
    return {
        "whq.yml": _HEADER.format(schema="whq.schema.json") + _PROJECT.format(name=name),
        "profiles/local.yml": _PROFILE.format(path=_scalar(database)),
        f"monitors/{dataset.name}.yml": _HEADER.format(schema="../whq.schema.json") + monitors,
        "whq.schema.json": json.dumps(json_schema(), indent=1) + "\n",
    }


def _example() -> Suggested:
    return Suggested("example", "my_table", _EXAMPLE_FACTS, _EXAMPLE_COLUMNS, "created_at")


def _suggest(root: Path, database: str, table: str) -> Suggested:
    columns = _columns(root, database, table)
    name = _word(Path(table).stem if "/" in table else table.rpartition(".")[2])
    time = next((column.name for column in columns if column.type in ("timestamp", "timestamptz", "date")), None)
    key = next((column.name for column in columns if _is_key(column.name, name)), None)
    facts = f"    time: {_scalar(time)}\n    chunk: month\n" if time else ""
    facts += f"    key: [{_scalar(key)}]\n" if key else ""
    lines = [f"      {_scalar(column.name)}: {_rules(column, key)}\n" for column in columns]
    return Suggested(name, _scalar(table), facts, "".join(lines), time or "created_at")


def _rules(column: Column, key: str | None) -> str:
    if column.name == key:
        return "{not_null: , unique: }"
    if column.name.lower().endswith("_id"):
        return "{not_null: }"
    if column.name.lower() == "email":
        return "{matches: email}"
    return f"{{description: {_scalar(column.native or column.type)}}}"


def _is_key(column: str, table: str) -> bool:
    singular = table.lower().removesuffix("s")
    return column.lower() in ("id", f"{singular}_id", f"{table.lower()}_id")


def _columns(root: Path, database: str, table: str) -> Sequence[Column]:
    from whq.catalog import Catalog
    from whq.config.spec import Target
    from whq.engines import engine
    from whq.engines.base import local_folders
    from whq.model import Written

    target = Target("dev", "duckdb", {"path": database}, root)
    with closing(engine("duckdb").connect(target)) as session:
        return Catalog(session, local_folders(target)).table(Written(table)).columns


def _database(root: Path) -> str:
    found = sorted(file.name for file in root.glob("*.duckdb")) if root.is_dir() else []
    return found[0] if found else "warehouse.duckdb"


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        hint = "choose another folder with --project"
        message = f"{path} cannot be written: {error.strerror}"
        raise ConfigError(Problem("WHQ-U009", "usage", message, hint)) from error
    return path


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_") or "project"


def _scalar(value: Any) -> str:
    """A text as a YAML scalar: plain where that is safe, else in double quotes."""
    text = str(value)
    if re.fullmatch(r"[A-Za-z_][\w./-]*", text) and text.lower() not in ("null", "true", "false"):
        return text
    return json.dumps(text, ensure_ascii=False)
