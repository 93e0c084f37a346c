"""Dialects: a file each, whose tables hold together; every rewrite shows an example that runs."""

from importlib import import_module
from pathlib import Path

import pytest

import whq.sql.dialects
from whq.sql.constructs import CONSTRUCTS
from whq.sql.dialects import DIALECTS, dialect

FOLDER = Path(whq.sql.dialects.__file__).parent


def test_every_file_is_a_dialect_that_is_listed() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base", "common"}
    assert files == set(DIALECTS)
    assert [dialect(name).name for name in DIALECTS] == list(DIALECTS)
    with pytest.raises(KeyError):
        dialect("base")


@pytest.mark.parametrize("name", DIALECTS)
def test_the_tables_of_a_dialect_hold_together(name: str) -> None:
    tables = dialect(name)
    named = [*tables.unsupported, *tables.rewrites]
    assert set(named) <= set(CONSTRUCTS)
    assert len(named) == len(set(named)), "a construct is rewritten or unsupported, not both"
    assert all(why and instead for why, instead in tables.unsupported.values())
    assert all(note for _, note in tables.rewrites.values())


def test_duckdb_has_every_construct() -> None:
    assert not dialect("duckdb").unsupported
    assert set(dialect("duckdb").rewrites) == {"corr", "regr_slope"}


def test_every_rewrite_has_an_example() -> None:
    told = {
        (rewrite.__module__, rewrite.__qualname__.split(".")[0])
        for name in DIALECTS
        for rewrite in (*(one for one, _ in dialect(name).rewrites.values()), *dialect(name).statement)
    }
    told |= {(one.__module__, one.__qualname__) for one in dialect("duckdb").optimised.values()}
    for module, name in sorted(told):
        assert ">>> spoken(" in (getattr(import_module(module), name).__doc__ or ""), f"{module}.{name}"
