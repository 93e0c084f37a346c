"""The SQL of the store, from `sql_templates/store/statements/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whq import cache
from whq.sql.templates import packaged_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def statement(name: str, **choices: Any) -> str:
    """The text of one statement; `choices` decide which columns and which optional parts it has."""
    text = (_folder() / f"{name}.sql").read_text("utf-8")
    return cache.recall("store", (text, choices), lambda: _environment().from_string(text).render(choices).strip())


def insert(table: str, columns: Mapping[str, str]) -> str:
    """An INSERT that takes one list of values per column; `columns` maps names to types."""
    return statement("insert", table=table, columns=columns)


def _folder() -> Path:
    return packaged_folder() / "store" / "statements"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined  # loaded only for a text that no run before has rendered

    return Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
