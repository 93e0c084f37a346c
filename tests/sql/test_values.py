"""Every values fixture, run on DuckDB through plan and compile."""

import pytest

from tests.sql.meanings import Meaning, ask, meanings
from tests.sql.runner import Case, DuckDB, cases, run


@pytest.fixture(scope="module")
def engine() -> DuckDB:
    return DuckDB()


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_values(case: Case, engine: DuckDB) -> None:
    run(case, engine)


@pytest.mark.parametrize("meaning", list(meanings()), ids=str)
def test_meanings(meaning: Meaning, engine: DuckDB) -> None:
    ask(meaning, engine)
