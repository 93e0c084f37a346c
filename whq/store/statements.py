"""The SQL of the store, from `sql_templates/store/statements/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from whq.sql.templates import packaged_folder


def statement(name: str, **choices: Any) -> str:
    """The text of one statement; `choices` decide which columns and which optional parts it has."""
    return _environment().get_template(f"{name}.sql").render(choices).strip()


def insert(table: str, columns: Mapping[str, str]) -> str:
    """An INSERT that takes one list of values per column; `columns` maps names to types."""
    return statement("insert", table=table, columns=columns)


@cache
def _environment() -> Environment:
    folder = packaged_folder() / "store" / "statements"
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False)  # noqa: S701
