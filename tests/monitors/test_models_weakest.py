"""Where a model is worst, and which slices a change comes from: on rows whose weak slices are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from tests.monitors.models import Table, model, spec
from whq.config.spec import ModelSpec, Threshold, WeakestSpec
from whq.monitors.models import monitor as performance
from whq.monitors.models.baseline import ModelsBaseline
from whq.values import Awaited, Result

COLUMNS = {
    "at": "TIMESTAMP", "region": "VARCHAR", "grade": "VARCHAR", "amount": "DOUBLE", "score": "DOUBLE",
    "class": "INTEGER", "truth": "INTEGER",
}  # fmt: skip
LOOK = model(
    metrics=("accuracy",), threshold=Threshold(), estimators=("cbpe",),
    weakest=WeakestSpec(("region", "grade", "amount"), min_rows=300, most=10),
)  # fmt: skip


def rows(seed: int, count: int, first: datetime, wrong: Any = None, regions: Any = None) -> pd.DataFrame:
    """Rows of which one in ten is predicted wrongly, more where `wrong` says so."""
    random = np.random.default_rng(seed)
    region = random.choice(["north", "south", "west"], count, p=regions or [0.3, 0.4, 0.3])
    grade = random.choice(["a", "b"], count)
    amount = np.round(random.gamma(2, 1000, count))
    chance = np.full(count, 0.1) + (wrong(region, grade, amount) if wrong else 0.0)
    truth = random.integers(0, 2, count)
    said = np.where(random.random(count) < chance, 1 - truth, truth)
    score = np.clip(0.1 + 0.8 * said + random.normal(0, 0.02, count), 0, 1)
    when = [first + timedelta(minutes=place) for place in range(count)]
    return pd.DataFrame(dict(zip(COLUMNS, (when, region, grade, amount, score, said, truth), strict=True)))


def table(*frames: pd.DataFrame, **options: Any) -> Table:
    given = Table(COLUMNS, [], **options)
    log = pd.concat(frames)
    given.connection.register("log", log)
    given.connection.execute("insert into d select * from log")
    return given


def weak_pair(region: Any, grade: Any, amount: Any) -> Any:
    return 0.25 * ((region == "north") & (grade == "b"))


def usual(seed: int = 1) -> pd.DataFrame:
    return rows(seed, 8_000, datetime(2024, 1, 1))


def slices(results: Sequence[Result]) -> tuple[Result, list[Result]]:
    """What was looked at, and the slices that are told."""
    found = [one for one in results if one.id == "d/m/accuracy/weakest-realized"]
    return next(one for one in found if one.segment is None), [one for one in found if one.segment is not None]


# --- which slices -------------------------------------------------------------------------------------------


def test_the_slice_of_two_columns_that_became_worse_is_found_and_warns() -> None:
    given = table(usual(), rows(2, 8_000, datetime(2024, 3, 1), weak_pair))
    overall, told = slices(given.results(spec(LOOK)))
    assert told[0].segment == "region=north, grade=b"
    weakest = told[0].details["weakest"]
    now = given.connection.execute(
        "select avg(case when class = truth then 1 else 0 end), count(*) from d where \"at\" >= '2024-03-01'"
        " and region = 'north' and grade = 'b'"
    ).fetchone()
    assert now is not None
    assert (weakest["rank"], weakest["rows"]) == (1, now[1])
    assert told[0].value == pytest.approx(now[0])
    assert weakest["difference"] == pytest.approx(weakest["value"] - weakest["rest"])
    assert weakest["interval"][0] < weakest["difference"] < weakest["interval"][1] < 0
    assert weakest["p"] < 1e-6
    assert (told[0].status, told[0].alert, told[0].method, told[0].chunk) == ("warn", True, "realized", None)
    assert "below the rest; in the reference" in told[0].message
    assert overall.status == "pass"
    assert overall.details["looked_at"]["slices"] == 10 + 6 + 15 + 10


def test_a_slice_that_always_was_worse_is_told_and_does_not_warn() -> None:
    frames = rows(1, 8_000, datetime(2024, 1, 1), weak_pair), rows(2, 8_000, datetime(2024, 3, 1), weak_pair)
    _, told = slices(table(*frames).results(spec(LOOK)))
    assert told[0].segment == "region=north, grade=b"
    assert {one.status for one in told} == {"pass"}
    assert told[0].details["weakest"]["reference"] == pytest.approx(-0.25, abs=0.05)


def test_numbers_are_cut_by_quantiles_of_the_reference() -> None:
    given = table(usual(), rows(2, 8_000, datetime(2024, 3, 1), lambda region, grade, amount: 0.3 * (amount > 3_500)))
    _, told = slices(given.results(spec(LOOK)))
    cut = np.quantile(usual()["amount"], 0.8)
    assert told[0].segment == f"amount>{cut:g}"


def test_quiet_rows_have_no_weak_slice() -> None:
    false = 0
    for seed in range(10):
        given = table(usual(), rows(seed + 2, 6_000, datetime(2024, 3, 1)))
        overall, told = slices(given.results(spec(LOOK)))
        false += bool(told)
        assert overall.status == "pass"
    assert "beyond chance" in overall.message or told
    assert false <= 2


def test_rows_and_number_are_bounded() -> None:
    given = table(usual(), rows(2, 8_000, datetime(2024, 3, 1), weak_pair))
    few = replace(LOOK, weakest=WeakestSpec(("region", "grade"), min_rows=100, most=1))
    assert len(slices(given.results(spec(few)))[1]) == 1
    many = replace(LOOK, weakest=WeakestSpec(("region", "grade"), min_rows=100_000, most=1))
    overall, told = slices(given.results(spec(many)))
    assert not told
    assert overall.details["looked_at"]["slices"] == 0


def test_missing_values_are_a_slice() -> None:
    given = table(usual(), rows(2, 8_000, datetime(2024, 3, 1), lambda region, grade, amount: 0.3 * (region == "west")))
    given.connection.execute("update d set region = null where region = 'west'")
    _, told = slices(given.results(spec(LOOK)))
    assert told[0].segment == "region=missing"


# --- what is left out ---------------------------------------------------------------------------------------


def test_before_the_cuts_are_known_slices_are_awaited() -> None:
    given = table(usual(), rows(2, 500, datetime(2024, 3, 1)))
    blank = performance.requests(given.dataset, spec(LOOK), ModelsBaseline())
    assert not [one for one in blank if one.template == "models/scan/slices"]
    waiting = [one for one in performance.awaited(given.dataset, spec(LOOK)) if one.template == "models/scan/slices"]
    assert len(waiting) == 3
    assert all(isinstance(one.argument("of"), Awaited) for one in waiting)
    words = spec(replace(LOOK, weakest=WeakestSpec(("region", "grade"))))
    assert not [one for one in performance.awaited(given.dataset, words) if one.template == "models/scan/slices"]
    asked = [one for one in performance.requests(given.dataset, words, ModelsBaseline()) if "slices" in one.template]
    assert len(asked) == 3


def test_too_many_columns_are_an_error_with_the_next_step() -> None:
    given = table(usual(), rows(2, 500, datetime(2024, 3, 1)))
    names = tuple(f"c{number}" for number in range(13))
    given.connection.execute("alter table d add column dummy integer")
    for name in names:
        given.connection.execute(f"alter table d add column {name} varchar default 'x'")
    more = tuple(replace(given.dataset.columns[1], name=name) for name in names)
    given.dataset = replace(given.dataset, columns=(*given.dataset.columns, *more))
    overall, told = slices(given.results(spec(replace(LOOK, weakest=WeakestSpec(names)))))
    assert (overall.status, overall.details["code"]) == ("error", "WHQ-M304")
    assert overall.message.startswith("weakest: 13 columns, at most 12 are looked at; name fewer")
    assert not told


def test_private_columns_are_left_out_with_the_reason() -> None:
    given = table(usual(), rows(2, 8_000, datetime(2024, 3, 1), weak_pair))
    results = given.results(replace(spec(LOOK), private=("region", "amount")))
    overall, _ = slices(results)
    assert overall.details["looked_at"]["left_out"].keys() == {"region", "amount"}
    assert overall.details["looked_at"]["columns"] == ["grade"]
    assert "north" not in str(results)


def test_without_a_reference_numbers_are_left_out() -> None:
    given = table(rows(2, 8_000, datetime(2024, 3, 1), weak_pair))
    given.dataset = replace(given.dataset, reference=None)
    overall, told = slices(given.results(spec(replace(LOOK, estimators=()))))
    assert told[0].segment == "region=north, grade=b"
    assert told[0].status == "pass"
    assert overall.details["looked_at"]["left_out"].keys() == {"amount"}


def test_no_labels_no_rows() -> None:
    given = table(usual(), rows(2, 800, datetime(2024, 3, 1)))
    given.connection.execute("update d set truth = null where \"at\" >= '2024-03-01'")
    overall, told = slices(given.results(spec(LOOK)))
    assert (overall.status, overall.message, told) == ("skipped", "no labels yet", [])
    overall, told = slices(table(usual()).results(spec(LOOK)))
    assert (overall.status, overall.message, told) == ("inconclusive", "no analysis rows", [])


def test_without_a_prediction_there_is_no_row_by_row_metric() -> None:
    given = table(usual(), rows(2, 800, datetime(2024, 3, 1)))
    bare: ModelSpec = replace(LOOK, prediction=None, metrics=("roc_auc",))
    overall, _ = slices(given.results(spec(bare)))
    assert overall.status == "inconclusive"
    assert "prediction" in overall.message


# --- contributions ------------------------------------------------------------------------------------------


def alerts(results: Sequence[Result], method: str) -> list[Result]:
    return [one for one in results if one.method == method and one.metric == "accuracy" and one.chunk and one.alert]


def test_a_fall_says_which_slices_it_comes_from() -> None:
    reference = pd.concat([rows(seed, 3_000, datetime(2024, seed, 1)) for seed in (1, 2)])
    given = table(reference, rows(3, 4_000, datetime(2024, 3, 1), weak_pair), rows(4, 4_000, datetime(2024, 4, 1)))
    (fallen,) = alerts(given.results(spec(LOOK)), "realized")
    listed = fallen.details["contributions"]
    assert listed[0]["slice"] in ("region=north", "grade=b")
    assert {"region=north", "grade=b"} <= {one["slice"] for one in listed}
    assert len(listed) <= 5
    north = next(one for one in listed if one["slice"] == "region=north")
    was, now = reference, given.connection.execute('select * from d where month("at") = 3').df()
    shares = [(side["region"] == "north").mean() for side in (was, now)]
    right = [(side["class"] == side["truth"])[side["region"] == "north"].mean() for side in (was, now)]
    assert north["share"] == pytest.approx(shares)
    assert north["metric"] == pytest.approx(right)
    assert north["rate"] == pytest.approx(shares[1] * (right[1] - right[0]))
    assert north["mix"] == pytest.approx((shares[1] - shares[0]) * (right[0] - (was["class"] == was["truth"]).mean()))
    assert "% of it in region=north, with" in fallen.details["moved"] or "in grade=b, with" in fallen.details["moved"]
    assert "contributions" not in str([one.details for one in given.results(spec(LOOK)) if not one.alert])


def test_an_estimate_says_which_columns_rows_move_it() -> None:
    """Rows of the region for which scores are unsure: the estimate falls, and the region's shares say why."""

    def frame(seed: int, count: int, first: datetime, regions: Any = None) -> pd.DataFrame:
        made = rows(seed, count, first, None, regions)
        random = np.random.default_rng(seed + 100)
        unsure = (made["region"] == "west").to_numpy()
        score = np.where(unsure, random.uniform(0.35, 0.65, count), np.where(random.random(count) < 0.5, 0.05, 0.95))
        made["score"], made["class"] = score, (score >= 0.5).astype(int)
        made["truth"] = (random.random(count) < score).astype(int)
        return made

    reference = [frame(seed, 3_000, datetime(2024, seed, 1)) for seed in (1, 2)]
    given = table(*reference, frame(3, 4_000, datetime(2024, 3, 1), [0.25, 0.25, 0.5]))
    (fallen,) = alerts(given.results(spec(LOOK)), "cbpe")
    (moved,) = fallen.details["rows_moved"]
    assert moved["column"] == "region"
    assert moved["by_rows"] == pytest.approx(moved["change"], rel=0.15)
    assert moved["change"] < -0.05
    assert "other rows by region make" in fallen.details["moved"]
