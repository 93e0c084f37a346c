"""The examples in docstrings run and give what they say."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest
import sqlglot

import whq
from whq.sql.text import spoken

FOLDER = Path(whq.__file__).parent
MODULES = [
    ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts)
    for path in sorted(FOLDER.rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    words = {"spoken": spoken, "sqlglot": sqlglot}
    outcome = doctest.testmod(import_module(name), extraglobs=words, raise_on_error=True)
    assert outcome.attempted and not outcome.failed
