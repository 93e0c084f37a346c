"""Trees grown by the statements for BigQuery, on GoogleSQL's own evaluator."""

import pytest

from tests.measure.test_grow import World, on_duckdb, simple
from tests.measure.test_grow_dialects import compare
from whq.growths import Group

module = pytest.importorskip("tests.sql.test_values_bigquery")
compiled_once = module.compiled_once
__all__ = ["on_duckdb"]

pytestmark = pytest.mark.slow


def test_on_googlesql(on_duckdb: World) -> None:
    few = {"features": ("doors", "city"), "groups": (Group((0.0, 0.3)),), "least": 3}
    compare(module.GoogleSQL(), on_duckdb, simple(trees=2, depth=1, **few))
