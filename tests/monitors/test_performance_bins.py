"""Many rows: realized rankings within their interval, and curves of binned scores, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk
from sklearn.isotonic import IsotonicRegression

from tests.monitors.models import Table, by_metric, model, spec
from whq.monitors.models.binary import MOST_RANKED, MOST_ROWS
from whq.values import Result

COLUMNS = {"at": "TIMESTAMP", "score": "DOUBLE", "truth": "INTEGER"}
THEIRS = {"roc_auc": sk.roc_auc_score, "average_precision": sk.average_precision_score}
MODEL = model(prediction=None, metrics=tuple(THEIRS))
MANY = 330_000


def table(scores: np.ndarray, months: int = 3) -> Table:
    """Scores that are right on average, cut into months of equal size."""
    made = Table(COLUMNS, [])
    truth = (np.random.default_rng(5).random(len(scores)) < scores).astype(np.int32)
    month = np.arange(len(scores)) * months // len(scores)
    made.connection.register("given", pd.DataFrame({"month": month, "score": scores, "truth": truth}))
    made.connection.execute(
        "insert into d select timestamp '2024-01-15' + to_months(month::int), score, truth from given"
    )
    return made


def drawn(kind: str, rows: int) -> np.ndarray:
    random = np.random.default_rng(11)
    made = {
        "even": random.random(rows),
        "rare": random.beta(0.3, 30, rows),
        "ties": random.integers(0, 101, rows) / 100,
    }
    return made[kind]


def labelled(made: Table, month: int) -> tuple[np.ndarray, np.ndarray]:
    found = made.connection.execute('select score, truth from d where month("at") = ?', [month]).fetchnumpy()
    return found["truth"], found["score"]


@pytest.mark.parametrize(("kind", "near"), [("even", 2e-5), ("rare", 2e-4)])
def test_binned_rankings_hold_the_exact_value(kind: str, near: float) -> None:
    made = table(drawn(kind, MANY))
    results = performance_of(made)
    for metric, exact in THEIRS.items():
        truth, score = labelled(made, 3)
        result = results[metric]
        assert result.value == pytest.approx(exact(truth, score), abs=near)
        assert result.lower is not None and result.upper is not None
        assert result.lower <= exact(truth, score) <= result.upper
        assert result.lower < result.value < result.upper
        assert "interval" in result.details


@pytest.mark.parametrize(
    ("kind", "rows", "months"), [("ties", MANY, 3), ("even", 3 * MOST_RANKED, 3), ("even", MANY, 6)]
)
def test_rankings_are_exact_where_scores_tie_or_rows_are_few(kind: str, rows: int, months: int) -> None:
    made = table(drawn(kind, rows), months)
    for metric, result in performance_of(made).items():
        assert result.value == pytest.approx(THEIRS[metric](*labelled(made, 3)), abs=1e-12)
        assert (result.lower, result.upper) == (None, None)
        assert "interval" not in result.details


def performance_of(made: Table) -> dict[str, Result]:
    results = made.results(spec(MODEL))
    return {metric: by_metric(results, metric, "realized")["2024-03"] for metric in THEIRS}


def expected_area(score: np.ndarray, chance: np.ndarray) -> float:
    """The area that rows of these chances of being positive have on average."""
    label = np.repeat([1, 0], len(score))
    return float(sk.roc_auc_score(label, np.tile(score, 2), sample_weight=np.concatenate([chance, 1 - chance])))


@pytest.mark.parametrize(("kind", "near"), [("even", 3e-5), ("rare", 2e-4)])
def test_a_curve_of_binned_scores_gives_nearly_the_area_of_the_exact_one(kind: str, near: float) -> None:
    made = table(drawn(kind, MANY))
    fitted = made.fit(spec(MODEL)).of("m").methods["cbpe"]
    assert fitted.rows > MOST_ROWS
    parts = [labelled(made, month) for month in (1, 2)]
    truth, score = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    exact = IsotonicRegression(out_of_bounds="clip").fit(score, truth)
    _, new = labelled(made, 3)
    found = np.interp(new, *np.array(fitted.knots).T)
    assert expected_area(new, found) == pytest.approx(expected_area(new, exact.predict(new)), abs=near)
    assert found.mean() == pytest.approx(exact.predict(new).mean(), abs=2e-5)


def test_a_curve_of_binned_scores_does_not_depend_on_the_order_of_rows() -> None:
    made = table(drawn("even", MANY))
    before = made.fit(spec(MODEL))
    made.connection.execute("create or replace table d as select * from d order by hash(score)")
    assert made.fit(spec(MODEL)) == before
