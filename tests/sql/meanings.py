"""What expressions of templates mean on an engine: the cases of `meanings.yml`, asked and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlglot
from ruamel.yaml import YAML
from sqlglot import exp

from tests.sql.runner import Engine, _same, logical
from whq.errors import CompileError
from whq.sql.dialects import DIALECTS
from whq.sql.kinds import TYPE
from whq.sql.sources import table
from whq.sql.text import to_text

FILE = Path(__file__).with_name("meanings.yml")


class Meaning(NamedTuple):
    """An expression over a table, with its value for each row or (`whole`) over all; without values it fails."""

    table: Mapping[str, Any]
    text: str
    whole: bool
    values: list[Any] | None
    refused: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def meanings() -> Iterator[Meaning]:
    for given in YAML(typ="safe", pure=True).load(FILE):
        for text, values in given.get("of", {}).items():
            assert len(values) == len(given["rows"]), text
            yield Meaning(given, text, False, values)
        for text, value in given.get("all", {}).items():
            yield Meaning(given, text, True, [value])
        for text in given.get("fails", ()):
            yield Meaning(given, text, False, None)
        for text, names in given.get("refused", {}).items():
            kept = names.removeprefix("all").removeprefix(" but ").split()
            yield Meaning(given, text, False, None, tuple(name for name in DIALECTS[1:] if name not in kept))


def statement(meaning: Meaning, engine: Engine | None, dialect: str) -> str:
    """The statement that asks for it; without an engine the table has no place."""
    tree = sqlglot.parse_one(f"select {'' if meaning.whole else 'n, '}{meaning.text} as v from dataset", read="duckdb")
    for column in tree.find_all(exp.Column):
        column.this.set("quoted", True)
        column.meta[TYPE] = logical(meaning.table["columns"][column.name])
    if engine is not None:
        source = engine.create("meanings", meaning.table["columns"], meaning.table["rows"])
        tree.find(exp.Table).replace(table(source, dialect, "dataset"))
    return to_text(tree, dialect)


def ask(meaning: Meaning, engine: Engine) -> None:
    """Ask an engine, and compare."""
    if engine.dialect not in meaning.table.get("only", engine.dialect).split():
        pytest.skip("the engine cannot hold the rows")
    if engine.dialect in meaning.refused:
        with pytest.raises(CompileError):
            statement(meaning, None, engine.dialect)
    elif meaning.values is None:
        text = statement(meaning, engine, engine.dialect)
        if not meaning.refused:
            with pytest.raises(Exception, match=r"(?i)12x|date|cast|convert"):
                engine.fetch(text)
    else:
        rows = engine.fetch(statement(meaning, engine, engine.dialect))
        answers = [row[-1] for row in (rows if meaning.whole else sorted(rows, key=lambda row: int(row[0])))]
        same = len(answers) == len(meaning.values) and all(map(_same, answers, meaning.values))
        assert same, f"{answers} for {meaning.values}"
