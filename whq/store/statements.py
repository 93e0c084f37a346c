"""The SQL of the store, from `sql_templates/store/statements/`.

The files are read from the installed package in every run and never come from the cache: the connection that runs
them may write. Two or three of them hold `{{ table }}`, `{{ columns }}` or `{{ lists }}`, which stand for names and
types that `whq.store.rows` spells out; no word of a user's goes into the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from whq.sql.templates import packaged_folder


@lru_cache
def statement(name: str, columns: tuple[str, ...] = ()) -> str:
    """The text of one statement, with parameters as `?`.

    Args:
        name: The file's name without its ending.
        columns: What `{{ columns }}` stands for, in this order.
    """
    return _filled(text_of(folder() / f"{name}.sql"), columns=_listed(columns))


def insert(table: str, columns: Mapping[str, str]) -> str:
    """An INSERT that takes one list of values per column; `columns` maps names to types."""
    lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in columns.values())
    return _filled(text_of(folder() / "insert.sql"), table=table, columns=_listed(columns), lists=lists)


@lru_cache
def text_of(path: Path) -> str:
    """The SQL of a file without the comment on top, which says what it is for."""
    text = path.read_text("utf-8")
    return (text.partition("#}")[2] if text.startswith("{#") else text).strip()


def folder() -> Path:
    """Where the statements lie in the installed package."""
    return packaged_folder() / "store" / "statements"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _filled(text: str, **parts: str) -> str:
    for name, part in parts.items():
        text = text.replace(f"{{{{ {name} }}}}", part)
    return text
