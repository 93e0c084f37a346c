"""The shapes around a template, run: the same rows on every engine."""

from typing import Any

from tests.sql.regenerate import SHAPES
from tests.sql.runner import Engine, answer, cell_of, make_dataset, make_request
from whq.sql.templates import load
from whq.values import Query

ROWS = [
    [number, number / 7 if number % 5 else None, "NSEW"[number % 4] if number % 6 else None, moment, moment[:10]]
    for number, moment in enumerate(
        f"2024-{month:02}-{day:02} {hour:02}:30:00"
        for month in (1, 2, 3, 4, 12)
        for day in (1, 4, 7, 8, 28)
        for hour in (0, 13, 23)
    )
]


def rows_of(name: str, engine: Engine) -> list[tuple[str, ...]]:
    """The rows of one shape, in an order of their own, numbers to nine digits."""
    given = {**SHAPES[name], "table": {**SHAPES[name]["table"], "rows": ROWS}}
    templates = load()
    dataset = make_dataset(given, engine)
    request = make_request(given, templates.find("metrics/mean"), dataset, engine)
    query = answer([request], dataset, templates, engine.dialect)
    assert isinstance(query, Query)
    return sorted(tuple(map(_plain, (*cell_of(row), *row[3:]))) for row in engine.fetch(query.sql))


def _plain(value: Any) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
