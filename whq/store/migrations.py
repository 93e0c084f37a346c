"""The store's schema: numbered steps that make a new store, and bring an older one to today's.

A step is a file `sql_templates/store/migrations/NUMBER_words.sql`. The version of a store is the number of the last
step that it has been through; a new store goes through all of them, so there is one description of the schema. The
steps that a store lacks and its new version are one transaction.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from whq.errors import Problem, StoreError
from whq.sql.templates import packaged_folder
from whq.store.database import Connection
from whq.store.statements import insert, statement, text_of

TABLES = ("baselines", "meta", "results", "runs", "statements", "summaries")
"""The tables that a store of any version has."""

ADDED = {3: ("acknowledgements", "incidents", "verdicts", "watched_counts")}
"""The tables that a version brought."""


@cache
def steps() -> tuple[Path, ...]:
    """The files of the steps; the first is number 1, and none is left out."""
    folder = packaged_folder() / "store" / "migrations"
    names = {int(name.partition("_")[0]): name for name in os.listdir(folder)}  # noqa: PTH208 - in every run
    return tuple(folder / names[number] for number in range(1, len(names) + 1))


def version(connection: Connection, place: str) -> int:
    """The version of a store's schema, 0 where there is no store.

    Raises:
        StoreError: The store is of a later whq, or it is none: tables or the version are missing.
    """
    present = [row[0] for row in connection.run(statement("tables"))]
    if not present:
        return 0
    if "meta" not in present:
        raise StoreError(no_store(place, f"it has a table {present[0]}, but none that is called meta"))
    values = [row[0] for row in connection.run(statement("version"))]
    if len(values) != 1 or not _is_number(str(values[0])):
        what = "no schema_version" if not values else "a schema_version that is no number"
        raise StoreError(no_store(place, f"its table meta holds {what if len(values) < 2 else 'two schema_versions'}"))
    number = int(values[0])
    if number > len(steps()):
        raise StoreError(_newer(place, number))
    expected = {*TABLES, *(name for step, names in ADDED.items() if step <= number for name in names)}
    missing = sorted(expected - set(present))
    if missing:
        raise StoreError(no_store(place, f"its table {missing[0]} is missing"))
    return number


def migrate(connection: Connection, before: int) -> None:
    """Take a store of the version `before` through the steps that it lacks; 0 makes a new one."""
    lacking = steps()[before:]
    if not lacking:
        return
    for step in lacking:
        connection.run(text_of(step))
    connection.run(statement("forget_version"))
    meta = {"key": "text", "value": "text"}
    connection.run(insert("meta", meta), [["schema_version"], [str(len(steps()))]])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 10


def no_store(place: str, why: str) -> Problem:
    """The problem of a place that is no store, or a damaged one."""
    hint = "move it away to start a new store, or name another one under `store:` in whq.yml"
    return Problem("WHQ-R003", "store", f"{place} cannot be read as a store: {why}", hint)


def _newer(place: str, number: int) -> Problem:
    message = f"{place} has schema version {number}; this whq knows versions up to {len(steps())}"
    return Problem("WHQ-R004", "store", message, "upgrade whq, or name another store in whq.yml")
