"""Trees grown by the statements of dialects that whq does not connect to: the same as on DuckDB."""

from typing import Any

import pytest

from tests.measure.test_grow import COLUMNS, ROWS, World, on_duckdb, simple
from whq.engines.base import Fetched
from whq.growths import Growth

__all__ = ["on_duckdb"]

pytestmark = pytest.mark.slow


class Stub:
    """A session and cursor over an engine of the values fixtures; it makes no temporary tables."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.dialect = engine, engine.dialect

    def cursor(self) -> "Stub":
        return self

    def run(self, sql: str, timeout: float | None = None) -> Fetched:
        rows = self.engine.fetch(sql)
        return Fetched(tuple("abcd"), tuple(zip(*rows, strict=True)) or ((), (), (), ()))

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def compare(engine: Any, on_duckdb: World, growth: Growth) -> None:
    columns = {name: kind.replace("DOUBLE PRECISION", "DOUBLE") for name, (kind, _) in COLUMNS.items()}
    rows = [[None if value is not None and value != value else value for value in row] for row in ROWS]
    source = engine.create("cars", columns, rows)
    world = World(Stub(engine), source)  # type: ignore[arg-type]
    found = world.grown(growth)
    expected = on_duckdb.grown(growth)
    assert found.rows == expected.rows
    assert found.ensembles.keys() == expected.ensembles.keys()
    for key, model in found.ensembles.items():
        assert model.trees == expected.ensembles[key].trees


def test_on_clickhouse(on_duckdb: World) -> None:
    module = pytest.importorskip("tests.sql.test_values_clickhouse")
    engine = module.ClickHouse()
    try:
        compare(engine, on_duckdb, simple(trees=2, depth=2, parts=(None, 0, 1)))
    finally:
        engine.session.close()
