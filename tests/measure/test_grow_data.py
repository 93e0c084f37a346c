"""Trees grown in SQL on real logs, beside LightGBM of the same size on the same rows and bins."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from msgspec.structs import replace
from sqlglot import exp

from whq.catalog import column_of
from whq.config.spec import Target as Connection
from whq.engines import engine
from whq.growths import Group, Grown, Growth, Target, sampled
from whq.measure.execute import Limits
from whq.measure.grow import Sending, grow
from whq.sql import guard
from whq.sql.ensemble import Operand, out_of_fold, score
from whq.values import Chunking, CrossFitted, Dataset, Ensemble, Scope, TableSource

DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
EMPLOYMENT = (
    "AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM", "SEX",
    "RAC1P",
)  # fmt: skip
BIKE = ("season", "hr", "holiday", "weekday", "workingday", "weathersit", "temp", "hum", "windspeed", "y_pred")

pytestmark = [pytest.mark.data, pytest.mark.slow]
lightgbm = pytest.importorskip("lightgbm")


class Log:
    """A scoring log in a DuckDB file, with a session of whq on it."""

    def __init__(self, name: str, key: str, chunk: str, chunking: Chunking, time: str | None, folder: Path) -> None:
        path = DATA / name / "scoring_log.parquet"
        if not path.is_file():
            pytest.skip(f"{path} is not here: set WHQ_DATA to the folder of the real data")
        with duckdb.connect(str(folder / "log.duckdb")) as connection:
            connection.execute(f"create table log as select *, {chunk} as part from read_parquet('{path}')")
            described = connection.execute("describe log").fetchall()
        columns = tuple(column_of(name, native, "duckdb", True) for name, native, *_ in described)
        reference = guard.expression("partition = 'reference'", "duckdb", columns)
        source = TableSource(("log", "main", "log"))
        self.dataset = Dataset("log", source, columns, time, (key,), None, reference, chunking)
        self.session = engine("duckdb").connect(Connection("dev", "duckdb", {"path": "log.duckdb"}, folder))
        self.cursor = self.session.cursor()

    def grown(self, growth: Growth) -> Grown:
        grown = grow(growth, self.dataset, "g1", Sending(self.session, Limits(), [], lambda query: None))
        assert isinstance(grown, Grown), grown
        return grown

    def scored(self, model: Ensemble | CrossFitted) -> str:
        operands = {one.name: Operand(exp.column(one.name, quoted=True), one.type) for one in self.dataset.columns}
        tree = out_of_fold(model, operands) if isinstance(model, CrossFitted) else score(model, operands)
        return str(tree.sql("duckdb"))

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return list(zip(*self.cursor.run(sql).columns, strict=True))


@pytest.fixture(scope="module")
def bike(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    log = Log("bike_sharing", "instant", "month(ts)", Chunking("month"), "ts", tmp_path_factory.mktemp("bike"))
    yield log
    log.session.close()


@pytest.fixture(scope="module")
def employment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    chunk = "(row_number() over (partition by partition order by year, id) - 1) // 5000"
    folder = tmp_path_factory.mktemp("employment")
    log = Log("employment_ma", "id", chunk, Chunking("rows", 5000), "year", folder)
    yield log
    log.session.close()


def loss_errors(log: Log, growth: Growth) -> tuple[float, float]:
    """Mean over the chunks of |estimated - realized|, of the mean absolute and the root mean squared error."""
    grown = log.grown(growth)
    absolute, squared = (log.scored(grown.model(place)) for place in (0, 1))
    rows = log.ask(
        f"select part, avg(greatest({absolute}, 0)), sqrt(avg(greatest({squared}, 0))), avg(abs(y_true - y_pred)),"
        " sqrt(avg(power(y_true - y_pred, 2))) from log where partition = 'analysis' group by part"
    )
    values = np.array([row[1:] for row in rows], dtype=float)
    return float(np.abs(values[:, 0] - values[:, 2]).mean()), float(np.abs(values[:, 1] - values[:, 3]).mean())


def test_loss_models_are_as_good_as_lightgbm_s(bike: Log) -> None:
    """Nothing without labels sees the growth of 2012; the models agree on what the features tell."""
    growth = Growth(
        Scope("log", period="reference"), BIKE,
        (Target("absolute_error", "y_true", "y_pred"), Target("squared_error", "y_true", "y_pred")), key=("instant",),
    )  # fmt: skip
    mae, rmse = loss_errors(bike, growth)
    other_mae, other_rmse = loss_errors(bike, replace(growth, learner="lightgbm"))
    print(f"bike_sharing: mae {mae:.1f} (LightGBM {other_mae:.1f}), rmse {rmse:.1f} ({other_rmse:.1f})")
    assert mae <= 1.05 * other_mae
    assert rmse <= 1.05 * other_rmse


def domains(log: Log, growth: Growth, chunks: Sequence[int]) -> list[float]:
    """By chunk the area under the ROC curve of the rows' probability, out of fold, of being of the chunk."""
    grown = log.grown(growth)
    found = []
    for place, chunk in enumerate(chunks):
        h = log.scored(grown.cross_fitted(0, place))
        rows = f"select {h} as h, (partition = 'analysis')::int as y from log"
        (area,) = log.ask(
            f"with rows as ({rows} where partition = 'reference' or part = {chunk}),"
            " ranked as (select y, rank() over (order by h) + (count(*) over (partition by h) - 1) / 2 as r from rows)"
            " select (sum(r) filter (where y = 1) - sum(y) * (sum(y) + 1) / 2) / (sum(y) * sum(1 - y)) from ranked"
        )[0]
        found.append(float(area))
    return found


def test_domain_models_are_as_good_as_lightgbm_s(employment: Log) -> None:
    """Chunks 27 and 28 hold people in institutions; others are hardly told from the reference."""
    chunks = (0, 27, 28)
    share = sampled(73_785, 20 * 5_000)
    growth = Growth(
        Scope("log", by_chunk=True), EMPLOYMENT, (Target("is_analysis"),),
        tuple(Group((0.0, share), chunk) for chunk in chunks), ("id",), parts=(0, 1), loss="logistic", balanced=True,
        trees=30, depth=3, rate=0.1, least=20,
    )  # fmt: skip
    ours, theirs = domains(employment, growth, chunks), domains(employment, replace(growth, learner="lightgbm"), chunks)
    print(f"employment_ma: auc {ours} (LightGBM {theirs})")
    assert max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) < 0.02
    assert ours[0] < 0.6 < 0.9 < ours[1]
