"""SQL that must never be sent: none of more than 300 texts for each engine that executes is accepted."""

from pathlib import Path

import pytest

from tests.sql.test_ordinary import ORDERS, find
from whq.errors import WhqError
from whq.sql.guard import expression, select

CORPUS = Path(__file__).parent / "corpus/hostile"


def lines(name: str) -> list[str]:
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_accepted(text: str, dialect: str) -> bool:
    """As a SELECT, or as an expression over a row."""
    for check, known in ((select, find), (expression, ORDERS)):
        try:
            check(text, dialect, known)  # type: ignore[operator]
        except WhqError:
            continue
        return True
    return False


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "clickhouse"])
def test_hostile_sql_is_refused(dialect: str) -> None:
    texts = dict.fromkeys([*lines("common"), *lines(dialect)])
    assert len(texts) >= 300
    assert [text for text in texts if is_accepted(text, dialect)] == []
