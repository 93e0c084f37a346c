"""Models on small DuckDB tables: both walks of the pipe in process, without files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from msgspec import to_builtins

from tests.measure.answering import fetcher
from tests.monitors.walking import Walk, ask
from whq.config.spec import DatasetSpec, ModelSpec, Target, Threshold
from whq.engines.duckdb import DuckDBSession
from whq.errors import Location
from whq.memory.baselines import Learned
from whq.monitors import Baseline, Context
from whq.monitors.models import monitor as performance
from whq.monitors.models.baseline import ModelsBaseline
from whq.pipeline.steps import Clock
from whq.resolve import Resolved
from whq.sql.templates import load
from whq.values import (
    Chunking,
    Column,
    Dataset,
    FileSource,
    Fragment,
    Measurements,
    Request,
    Result,
    Segment,
    TableSource,
)

HERE = Location("monitors/test.yml")
NOW = Context(datetime(2024, 6, 1))
TYPES: Mapping[str, Any] = {
    "BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "float", "VARCHAR": "text", "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp", "DATE": "date", "FLOAT": "float", "DECIMAL(9, 4)": "decimal",
    "DECIMAL(9,0)": "decimal",
}  # fmt: skip


def model(**given: Any) -> ModelSpec:
    """A model over the columns score, class and truth; thresholds so wide that chance alone does not alert."""
    usual: dict[str, Any] = {
        "name": "m", "score": "score", "prediction": "class", "label": "truth", "estimators": (),
        "threshold": Threshold("std", std=30), "location": HERE,
    }  # fmt: skip
    return ModelSpec(**{**usual, **given})


def spec(*models: ModelSpec, name: str = "d") -> DatasetSpec:
    """A dataset's specification with models only."""
    return DatasetSpec(name=name, owner="risk", tags=("gold",), models=models, location=HERE)


def where(text: str, *columns: str) -> Fragment:
    """A checked predicate."""
    return Fragment(text, "duckdb", columns)


Kind = TypeVar("Kind", bound=Baseline)


def as_stored(baseline: Kind) -> Kind:
    """A baseline that was kept as JSON and read again."""
    return type(baseline).read(json.loads(json.dumps(to_builtins(baseline))))


REFERENCE = where("\"at\" < timestamp '2024-03-01'", "at")
NORTH = Segment("region", "region")


class Table:
    """One table of an in-memory database, as a dataset in monthly chunks with January and February as reference."""

    def __init__(self, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], **options: Any) -> None:
        self.connection = duckdb.connect(":memory:")
        quoted = [name.replace('"', '""') for name in columns]
        typed = ", ".join(f'"{name}" {kind}' for name, kind in zip(quoted, columns.values(), strict=True))
        self.connection.execute(f"create table d ({typed})")
        if rows:
            self.connection.executemany(f"insert into d values ({', '.join('?' for _ in columns)})", rows)
        usual = {"time": "at", "chunking": Chunking("month"), "reference": REFERENCE}
        known = tuple(Column(name, TYPES[kind], kind) for name, kind in columns.items())
        self.dataset = Dataset("d", TableSource(("memory", "main", "d")), known, **{**usual, **options})

    def measure(self, requests: Sequence[Request]) -> Measurements:
        """The answers to requests."""
        return ask(requests, self.dataset, load(), fetcher(self.connection), Clock())

    def _walk(self, given: DatasetSpec) -> Walk:
        session = DuckDBSession(self.connection, Target("t", "duckdb", {}, Path()), ("memory", "main"))
        return Walk(Resolved(self.dataset, given), load(), fetcher(self.connection), Clock(), session)

    def fit(self, given: DatasetSpec) -> ModelsBaseline:
        """The first walk; the baseline goes through JSON as in the store."""
        baseline = self._walk(given).fit("model")["model"].baseline
        assert isinstance(baseline, ModelsBaseline)
        return as_stored(baseline)

    def results(self, given: DatasetSpec, baseline: ModelsBaseline | None = None) -> list[Result]:
        """Both walks."""
        baseline = self.fit(given) if baseline is None else baseline
        found = self._walk(given).measure({"model": Learned(baseline)})
        return performance.evaluate(self.dataset, given, baseline, found, NOW).results


def from_file(path: Path, **options: Any) -> Table:
    """A Parquet file with the columns of the scoring logs."""
    table = Table({"x": "BIGINT"}, [])
    described = table.connection.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()
    columns = tuple(Column(row[0], TYPES[row[1]], row[1]) for row in described)
    reference = where("\"partition\" = 'reference'", "partition")
    table.dataset = Dataset("d", FileSource(str(path), "parquet"), columns, reference=reference, **options)
    return table


def by_metric(results: Sequence[Result], metric: str, method: str, period: str = "analysis") -> dict[str, Result]:
    """The results of one series by chunk."""
    return {
        r.chunk.key: r
        for r in results
        if r.metric == metric
        and r.method == method
        and r.period == period
        and r.segment is None
        and r.chunk is not None
    }
