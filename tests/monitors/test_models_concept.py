"""A change split in what other rows and what a changed relation did: against rows whose chances are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from tests.monitors.models import NORTH, Table, by_metric, model, spec, where
from whq.config.models import BY_CONCEPT
from whq.config.spec import ModelSpec, Threshold
from whq.monitors.models.known import REALIZED
from whq.values import Chunking, Result

COLUMNS = {
    "at": "TIMESTAMP", "region": "VARCHAR", "score": "DOUBLE", "class": "INTEGER", "truth": "INTEGER",
    "part": "VARCHAR",
}  # fmt: skip
SPLIT = model(concept=True, threshold=Threshold(), estimators=("cbpe",))
QUIET, OTHERS, TURNED, BOTH = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)
Way = tuple[float, float]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


class Rows:
    """Rows of known chances: how many others there are (nearer to the boundary), how far the relation turned."""

    def __init__(self, random: np.random.Generator, count: int, way: Way) -> None:
        others, turned = way
        x, unseen = random.normal(0.3 * others, 1.4 - 0.6 * others, count), random.normal(0, 1, count)
        self.score = sigmoid(1.9 * x + 0.3)
        self.said = (self.score >= 0.5).astype(int)
        self.before = sigmoid(1.6 * x + 0.6 * unseen)
        self.now = sigmoid(1.6 * (1 - 0.45 * turned) * x + 0.6 * unseen - 0.3 * turned)
        self.label = (random.random(count) < self.now).astype(int)

    def frame(self, start: int, part: str) -> pd.DataFrame:
        count = len(self.score)
        when = [datetime(2024, 1, 1) + timedelta(seconds=start + place) for place in range(count)]
        region = np.where(np.arange(count) % 2, "north", "south")
        listed = (when, region, self.score, self.said, self.label, part)
        return pd.DataFrame(dict(zip(COLUMNS, listed, strict=True)))


def expected(metric: str, rows: Rows, chances: Any) -> float:
    """A metric of rows that come true with their chances."""
    if metric == "accuracy":
        return float(np.where(rows.said == 1, chances, 1 - chances).mean())
    if metric == "f1":
        return float(2 * chances[rows.said == 1].sum() / (rows.said.sum() + chances.sum()))
    ordered = chances[np.argsort(rows.score, kind="stable")]
    below = np.cumsum(1 - ordered) - (1 - ordered) / 2
    return float((ordered * below).sum() / (ordered.sum() * (1 - ordered).sum()))


def table(ways: Sequence[Way], size: int, reference: int = 20_000, seed: int = 1, **options: Any) -> tuple[Any, Any]:
    """A log whose analysis has one chunk for each way, and its rows."""
    random = np.random.default_rng(seed)
    made = [Rows(random, reference, QUIET), *(Rows(random, size, way) for way in ways)]
    frames, at = [], 0
    for place, rows in enumerate(made):
        frames.append(rows.frame(at, "analysis" if place else "reference"))
        at += len(rows.score)
    log = pd.concat(frames)
    usual = {"reference": where("\"part\" = 'reference'", "part"), "chunking": Chunking("rows", size)}
    given = Table(COLUMNS, [], **{**usual, **options})
    given.connection.register("log", log)
    given.connection.execute("insert into d select * from log")
    return given, made


def series(results: Sequence[Result], metric: str, method: str, period: str = "analysis") -> list[Result]:
    found = [
        one for one in results if (one.metric, one.method, one.period, one.segment) == (metric, method, period, None)
    ]
    return sorted(found, key=lambda one: one.chunk.index if one.chunk else -1)


def values(found: Sequence[Result]) -> list[float]:
    return [float(one.value) for one in found]  # type: ignore[arg-type]


# --- the truth ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1_000, 5_000])
def test_both_parts_are_found_with_their_sign_and_size(size: int) -> None:
    each = 6
    ways = [way for way in (QUIET, OTHERS, TURNED, BOTH) for _ in range(each)]
    given, (reference, *chunks) = table(ways, size)
    results = given.results(spec(SPLIT))
    inside, signs, quiet = [], [], []
    for metric in ("accuracy", "f1", "roc_auc"):
        before = expected(metric, reference, reference.before)
        by_rows, by_relation = series(results, metric, "covariate"), series(results, metric, "concept")
        for way, rows, covariate, concept in zip(ways, chunks, by_rows, by_relation, strict=True):
            old, new = expected(metric, rows, rows.before), expected(metric, rows, rows.now)
            for part, truth, is_there in ((covariate, old - before, way[0]), (concept, new - old, way[1])):
                assert part.lower is not None
                assert part.upper is not None
                inside.append(part.lower <= truth <= part.upper)
                if is_there:
                    signs.append(np.sign(float(part.value)) == np.sign(truth))  # type: ignore[arg-type]
            if not way[1]:
                quiet.append(concept.status == "pass")
            else:
                assert concept.status == "warn"
                assert concept.alert
            assert covariate.status == "pass"
    assert np.mean(inside) >= 0.95
    assert np.mean(signs) >= 0.95
    assert np.mean(quiet) >= 0.95


def test_the_parts_add_up_to_what_was_realized() -> None:
    given, _ = table([QUIET, BOTH], 2_000)
    results = given.results(spec(SPLIT))
    for metric in ("accuracy", "f1", "roc_auc"):
        realized = series(results, metric, REALIZED)
        taught = series(results, metric, REALIZED, "reference")
        before = np.average(values(taught), weights=[one.chunk.rows for one in taught if one.chunk])
        parts = zip(series(results, metric, "covariate"), series(results, metric, "concept"), realized, strict=True)
        for covariate, concept, now in parts:
            total = values([now])[0] - before
            assert values([covariate])[0] + values([concept])[0] == pytest.approx(total)
            split = concept.details["decomposition"]
            assert split["total"] == pytest.approx(total)
            assert split["expected"] == pytest.approx(series(results, metric, "cbpe")[now.chunk.index].value)  # type: ignore[union-attr]


def test_a_finding_says_what_did_how_much() -> None:
    given, _ = table([BOTH, TURNED], 5_000)
    both, turned = series(given.results(spec(SPLIT)), "accuracy", "concept")
    assert both.message.startswith("accuracy fell by 0.1")
    assert "because other rows came" in both.message
    assert both.message.endswith("because inputs and label relate differently")
    assert "moved" not in both.details  # a difference is no share of rows
    assert turned.details["z"] < -3


def test_a_change_to_the_good_side_is_a_note() -> None:
    given, _ = table([(0.0, -1.0)], 5_000)
    (better,) = series(given.results(spec(SPLIT)), "accuracy", "concept")
    assert better.status == "pass"
    assert better.details["note"].startswith("better than expected: accuracy rose by")


# --- labels by score ----------------------------------------------------------------------------------------


def test_labels_by_tenths_of_the_score_stand_with_the_first_number() -> None:
    given, (_, quiet, turned) = table([QUIET, TURNED], 5_000)
    results = given.results(spec(SPLIT))
    assert all("calibration" not in one.details for one in results if one.metric != "roc_auc")
    calm, moved = (one.details["calibration"] for one in series(results, "roc_auc", "concept"))
    for shown, rows in ((calm, quiet), (moved, turned)):
        assert shown["rows"] == sum(place["rows"] for place in shown["bins"]) == 5_000
        assert shown["realized"] == rows.label.mean()
        assert shown["expected"] == pytest.approx(rows.before.mean(), rel=0.02)
        assert len(shown["bins"]) == 10
        for place in shown["bins"]:
            here = (rows.score >= place["low"]) & (rows.score <= place["high"])
            assert place["rows"] * place["realized"] == pytest.approx(rows.label[here].sum(), rel=0.1, abs=8)
    assert calm["p"] > 0.001
    assert moved["p"] < 1e-6


def test_scores_that_come_true_differently_warn_where_the_metric_hides_it() -> None:
    def tilted(rows: Rows) -> None:
        """Positive more often where both answers are as likely wrong: f1 and accuracy hardly tell."""
        rng = np.random.default_rng(5)
        rows.now = np.clip(rows.before + 0.06, 0, 1)
        rows.label = (rng.random(len(rows.score)) < rows.now).astype(int)

    random = np.random.default_rng(1)
    reference, chunk = Rows(random, 20_000, QUIET), Rows(random, 5_000, QUIET)
    tilted(chunk)
    given, _ = table([], 5_000)
    given.connection.execute("delete from d")
    log = pd.concat([reference.frame(0, "reference"), chunk.frame(30_000, "analysis")])
    given.connection.register("pair", log)
    given.connection.execute("insert into d select * from pair")
    (found,) = series(given.results(spec(replace(SPLIT, metrics=("roc_auc",)))), "roc_auc", "concept")
    assert found.status == "warn"
    assert found.message.startswith("scores come true differently than in the reference: ")


# --- another base rate --------------------------------------------------------------------------------------


def test_the_base_rate_line_tells_a_moved_share_and_that_it_fits() -> None:
    given, (reference, _) = table([QUIET], 5_000)
    kept = np.random.default_rng(2).random(200_000)
    pool = Rows(np.random.default_rng(3), 30_000, QUIET)
    keep = (pool.label == 1) | (kept[:30_000] < 0.5)
    chunk = pool.frame(30_000, "analysis")[keep].head(5_000)
    given.connection.execute("delete from d where part = 'analysis'")
    given.connection.register("fewer", chunk)
    given.connection.execute("insert into d select * from fewer")
    (found,) = series(given.results(spec(SPLIT)), "accuracy", "covariate")
    rate = found.details["base_rate"]
    assert rate["before"] == pytest.approx(reference.label.mean())
    assert rate["now"] == pytest.approx(chunk["truth"].mean(), abs=0.03)
    assert rate["value"] == pytest.approx((chunk["truth"] == chunk["class"]).mean(), abs=0.03)
    assert rate["fits"]
    assert rate["text"].startswith("if only the share of positives moved, it went ")
    assert "the scores fit that" in rate["text"]


def test_other_rows_do_not_fit_a_moved_share() -> None:
    given, _ = table([OTHERS], 5_000)
    (found,) = series(given.results(spec(SPLIT)), "accuracy", "covariate")
    assert not found.details["base_rate"]["fits"]
    assert "the scores do not fit that" in found.details["base_rate"]["text"]


# --- labels, rows, segments ---------------------------------------------------------------------------------


def changed(given: Table, statement: str) -> Table:
    given.connection.execute(statement)
    return given


def test_without_labels_there_is_the_covariate_part_alone() -> None:
    given, _ = table([OTHERS, OTHERS], 2_000)
    second = (
        "part = 'analysis' and \"at\" >= (select min(\"at\") from d where part = 'analysis') + interval 2000 second"
    )
    results = changed(given, f"update d set truth = null where {second}").results(spec(SPLIT))
    with_labels, without = series(results, "accuracy", "concept")
    assert with_labels.status == "pass"
    assert (without.status, without.value) == ("skipped", None)
    assert without.message == "no labels yet"
    covariate = series(results, "accuracy", "covariate")[1]
    assert values([covariate])[0] < -0.05
    assert covariate.details["decomposition"]["concept"] is None


def test_where_some_have_labels_these_rows_are_compared() -> None:
    """Labels that come for high scores only do not pass for a changed relation."""
    given, _ = table([QUIET], 5_000)
    few = changed(given, "update d set truth = null where part = 'analysis' and score < 0.6")
    (found,) = series(few.results(spec(SPLIT)), "accuracy", "concept")
    if found.value is not None:  # where so few labels are judged at all
        assert found.status == "pass"
        assert abs(values([found])[0]) < 0.03


def test_few_labelled_rows_say_nothing() -> None:
    given, _ = table([TURNED], 60, reference=3_000)
    (found,) = series(given.results(spec(SPLIT)), "accuracy", "concept")
    assert found.status == "pass"
    assert found.details["reason"] == "not judged: fewer than 100 labelled rows"


def test_segments_are_split_each_on_its_own() -> None:
    given, _ = table([TURNED], 4_000, segments=(NORTH,))
    results = [one for one in given.results(spec(SPLIT)) if one.method == "concept" and one.period == "analysis"]
    assert {one.segment for one in results} == {None, "region=north", "region=south"}
    assert {one.status for one in results} == {"warn"}


def test_without_a_reference_the_parts_are_left_out_with_the_reason() -> None:
    given, _ = table([QUIET], 2_000)
    given.dataset = replace(given.dataset, reference=None)
    results = given.results(spec(replace(SPLIT, features=("score",))))
    found = [one for one in results if one.method in BY_CONCEPT]
    assert {one.method for one in found} == set(BY_CONCEPT)
    assert {(one.status, one.value) for one in found} == {("inconclusive", None)}
    assert {one.metric for one in found} == {"accuracy", "f1", "roc_auc"}
    assert all(one.message.startswith("no estimate: there is no reference") for one in found)


def test_no_rows_no_parts() -> None:
    given, _ = table([], 2_000)
    results = given.results(spec(SPLIT))
    assert not [one for one in results if one.method == "concept" and one.period == "analysis"]


def test_only_metrics_that_are_no_totals() -> None:
    given, _ = table([QUIET], 2_000)
    wanted: Mapping[str, Any] = {"metrics": ("accuracy", "true_positive")}
    asked: ModelSpec = replace(SPLIT, **wanted)
    results = given.results(spec(asked))
    assert {one.metric for one in results if one.method == "concept"} == {"accuracy"}
    assert by_metric(results, "true_positive", REALIZED)


# --- numbers ------------------------------------------------------------------------------------------------


def test_a_regression_model_is_split_by_dle_and_has_no_calibration() -> None:
    """Errors that double in the last month although the inputs stayed are of the relation; DLE cannot see them."""
    random = np.random.default_rng(4)
    frames = []
    for month, spread in ((1, 1.0), (2, 1.0), (3, 1.0), (4, 2.0)):
        size = random.uniform(0, 1, 1_500)
        truth = 10 * size + random.normal(0, spread, 1_500) * (0.5 + size)
        when = [datetime(2024, month, 1) + timedelta(minutes=place) for place in range(1_500)]
        frames.append(pd.DataFrame({"at": when, "size": size, "said": 10 * size, "truth": truth}))
    given = Table({"at": "TIMESTAMP", "size": "DOUBLE", "said": "DOUBLE", "truth": "DOUBLE"}, [])
    log = pd.concat(frames)
    given.connection.register("log", log)
    given.connection.execute("insert into d select * from log")
    asked = model(
        kind="regression", score=None, prediction="said", features=("size",), metrics=("mae",), estimators=("dle",),
        concept=True, threshold=Threshold(),
    )  # fmt: skip
    results = given.results(spec(asked))
    calm, moved = series(results, "mae", "concept")
    assert calm.status == "pass"
    assert moved.status == "warn"
    assert moved.message.startswith("mae rose by")
    assert values([moved])[0] == pytest.approx(float(calm.details["decomposition"]["realized"]), rel=0.2)
    assert all("calibration" not in one.details and "base_rate" not in one.details for one in results)
