"""Whole commands against real DuckDB files: nothing is replaced, the numbers come through the whole pipe."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from whq.cli import main


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document, which must be all that stands on stdout."""
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    @property
    def results(self) -> list[dict[str, Any]]:
        return self.document["results"]

    def one(self, **fields: Any) -> dict[str, Any]:
        """The only result with these fields."""
        found = self.all(**fields)
        assert len(found) == 1, f"{len(found)} results have {fields}; there are {[each['id'] for each in self.results]}"
        return found[0]

    def all(self, **fields: Any) -> list[dict[str, Any]]:
        return [each for each in self.results if all(each[name] == value for name, value in fields.items())]


class Desk:
    """A project folder with a database beside it, and the command line."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys

    def sql(self, *statements: str) -> None:
        """Run statements on the project's database."""
        with duckdb.connect(str(self.root / "dev.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / "dev.duckdb"), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def write(self, path: str, text: str) -> None:
        """A file of the project; indentation that all lines share is taken off."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def monitors(self, text: str) -> None:
        self.write("monitors/monitors.yml", text)

    def whq(self, *words: str) -> Said:
        """A command in this project, unless the words name another."""
        where = () if "--project" in words else ("--project", str(self.root))
        code = main([*words, *where])
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Said(code, captured.out, captured.err)

    def run(self, *words: str) -> Said:
        """`whq run --format json`."""
        return self.whq("run", "--format", "json", *words)

    def bare(self, *words: str) -> Said:
        """A command that takes no --project."""
        code = main(list(words))
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A project with a profile and an empty database."""
    made = Desk(tmp_path / "project", capsys)
    made.write("whq.yml", "version: 1\nname: shop\nprofile: local\n")
    made.write("profiles/local.yml", "default: dev\ntargets: {dev: {type: duckdb, path: dev.duckdb}}\n")
    made.sql("select 1")
    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


Make = Callable[[str], Desk]
