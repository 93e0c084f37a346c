"""LightGBM's models as ensembles: the scores of its own `predict`, in Python and in SQL."""

import random
import sys
from typing import Any

import numpy as np
import pytest

from tests.measure.test_grow import COLUMNS, REFERENCE, World, error, on_duckdb, score, simple
from tests.sql.test_ensemble import evaluated
from whq.fit import lightgbm as module
from whq.growths import Binned, Failed, Grown, Growth, Target
from whq.measure.grow import shown
from whq.sql.dialects import DIALECTS
from whq.values import Ensemble, Feature, Scope

__all__ = ["on_duckdb"]

pytest.importorskip("lightgbm")

WORDS = tuple("abcdefg")
BINNED = (
    Binned(Feature("x"), edges=tuple(float(edge) for edge in range(-5, 6))),
    Binned(Feature("city", "category"), words=WORDS),
    Binned(Feature("y"), edges=(0.25,)),
)
NULL = 12


def rows(count: int, *, with_null: bool) -> list[dict[str, Any]]:
    draw = random.Random(2)
    return [
        {
            "x": None if with_null and draw.random() < 0.1 else draw.uniform(-7, 7),
            "city": None if draw.random() < 0.1 else draw.choice([*WORDS, "other", "h"]),
            "y": draw.choice([0.0, 0.5]),
        }
        for _ in range(count)
    ]


def bins(row: dict[str, Any]) -> list[float]:
    x, city, y = row["x"], row["city"], row["y"]
    of_x = np.nan if x is None else sum(edge < x for edge in BINNED[0].edges)
    of_city = np.nan if city is None else WORDS.index(city) if city in WORDS else len(WORDS)
    return [of_x, of_city, float(y > 0.25)]


@pytest.mark.parametrize("with_null", [True, False])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_an_exported_model_scores_as_lightgbm_predicts(
    loss: Any, with_null: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lightgbm

    table = rows(3000, with_null=with_null)
    growth = Growth(Scope("t"), ("x", "city", "y"), (Target("value"),), loss=loss, trees=40, depth=5, least=10)
    matrix = np.array([bins(row) for row in table])
    draw = np.random.default_rng(4)
    signal = np.nan_to_num(matrix[:, 0], nan=9.0) + 3 * np.isin(matrix[:, 1], [1, 4, 7]) + draw.normal(size=len(table))
    target = (signal > 6).astype(float) if loss == "logistic" else signal
    boosters = []
    train = lightgbm.train

    def noted(*given: Any) -> Any:
        boosters.append(train(*given))
        return boosters[-1]

    monkeypatch.setattr(lightgbm, "train", noted)
    model = module.fit(growth, BINNED, matrix, target, 1.0)
    fresh = rows(4000, with_null=True)
    predicted = boosters[0].predict(np.array([bins(row) for row in fresh]))
    found = np.array([evaluated(model, row) for row in fresh])
    assert len(model.trees) == 40
    assert {split.cut is None for tree in model.trees for split in tree.splits} == {True, False}
    assert np.abs(found - predicted).max() < 1e-9


def test_loss_models_of_folds_on_rows_that_are_fetched(on_duckdb: World) -> None:
    growth = simple(parts=(None, 0, 1), learner="lightgbm", least=10, trees=20)
    grown = on_duckdb.grown(growth)
    known = [row for row in REFERENCE if row[list(COLUMNS).index("price")] is not None]
    assert grown.rows[0, None] == len(known)
    assert grown.fetched == 2 * len(known)
    assert len(on_duckdb.log) == growth.statements == 2
    guess = sum(map(error, known)) / len(known)
    off = [abs(error(row) - score(grown.model(), row)) for row in known]
    assert sum(off) < 0.8 * sum(abs(error(row) - guess) for row in known)


def test_domain_models_leave_the_prior_out(on_duckdb: World) -> None:
    growth = Growth(
        Scope("cars", period="reference"), ("doors", "guess"), (Target("equals", "sold", value="yes"),), key=("id",),
        loss="logistic", balanced=True, learner="lightgbm", trees=5, depth=2, least=10,
    )  # fmt: skip
    balanced = on_duckdb.grown(growth).model()
    middle = sum(score(balanced, row) for row in REFERENCE) / len(REFERENCE)
    assert abs(middle - 0.5) < 0.1
    assert balanced.link == "logistic"


def test_too_few_rows_are_a_constant() -> None:
    growth = Growth(Scope("t"), ("x",), (Target("value"),), least=50)
    model = module.fit(growth, BINNED[:1], np.array([[1.0], [2.0]]), np.array([1.0, 0.5]), 4.0)
    assert model == Ensemble((Feature("x"),), 3.0)


def test_without_the_package_the_extra_is_named(on_duckdb: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    failed = on_duckdb.grow(simple(learner="lightgbm"))
    assert isinstance(failed, Failed)
    assert "pip install 'whq[trees]'" in str(failed.problem.hint)
    assert len(on_duckdb.log) == 1
    assert isinstance(on_duckdb.grow(simple(trees=1)), Grown)


def test_what_would_be_fetched_is_shown(on_duckdb: World) -> None:
    for dialect in DIALECTS:
        queries = shown(simple(learner="lightgbm"), on_duckdb.dataset, "g1", dialect)
        assert [query.id for query in queries] == ["g1.1", "g1.2"]
        assert queries[1].note.startswith("its rows leave the warehouse")
        assert not queries[1].holds
