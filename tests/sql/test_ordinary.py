"""How much ordinary SQL the guard refuses: at most one in a hundred on each of five engines."""

from pathlib import Path
from typing import NamedTuple

import pytest

from whq.errors import ConfigError, Problem, WhqError
from whq.sql.guard import expression, select
from whq.values import Column, Source, TableSource

CORPUS = Path(__file__).parent / "corpus/ordinary"
DIALECTS = ("duckdb", "postgres", "snowflake", "bigquery", "spark")
AT_LEAST, AT_MOST_REFUSED = 500, 0.01
ORDERS = (
    *(Column(name, "integer") for name in ("id", "customer_id", "quantity")),
    *(Column(name, "float") for name in ("amount", "price", "score", "lat", "lon")),
    *(
        Column(name, "text")
        for name in ("status", "region", "email", "name", "phone", "currency", "code", "notes", "ip", "url")
    ),
    *(Column(name, "timestamp") for name in ("created_at", "updated_at", "shipped_at")),
    *(Column(name, "date") for name in ("order_date", "birth_date")),
    *(Column(name, "timestamptz") for name in ("seen_at",)),
    Column("is_active", "boolean"),
    *(Column(name, "other") for name in ("payload", "tags", "attrs", "address", "numbers")),
)
CUSTOMERS = (
    Column("id", "integer"),
    *(Column(name, "text") for name in ("name", "email", "country")),
    Column("signup_date", "date"),
)


class Held(NamedTuple):
    source: Source
    columns: tuple[Column, ...]


def find(parts: tuple[str, ...]) -> Held:
    name = ".".join(parts).lower()
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    if name not in tables:
        raise ConfigError(Problem("WHQ-C000", "names", f'unknown table "{name}"'))
    return Held(TableSource((name,)), tables[name])


def lines(name: str) -> list[str]:
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def refused(text: str, dialect: str) -> str | None:
    """Why the guard refuses a text, or None."""
    try:
        if text.lower().startswith(("select", "with")):
            select(text, dialect, find)
        else:
            expression(text, dialect, ORDERS)
    except WhqError as error:
        return str(error)
    return None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_ordinary_sql_is_allowed(dialect: str) -> None:
    texts = dict.fromkeys([*lines("common"), *lines(dialect)])
    assert len(texts) >= AT_LEAST
    wrong = {text: why for text in texts if (why := refused(text, dialect))}
    assert len(wrong) <= AT_MOST_REFUSED * len(texts), wrong
