"""Estimates by a weighted reference, and what a chunk's concept does, through whole runs on a table with known truth.

A row is positive with the chance 1 / (1 + exp(-(2 x + 3 g))), and the score knows x only. So how often a score comes
true depends on the share of rows with g = 1: it is 20 % in the reference (January and February) and in March, 80 % in
April. In May the share is that of the reference, and the concept is another: x counts 0.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import whq
from whq.monitors import Answers, Ask, Growing, Note
from whq.monitors.models.growing import together
from whq.monitors.scopes import row_count
from whq.values import Result, Scope

EACH = 2_500
MONTHS = {1: (0.2, 2.0), 2: (0.2, 2.0), 3: (0.2, 2.0), 4: (0.8, 2.0), 5: (0.2, 0.5), 6: (0.2, 2.0)}
"""By month the share of rows with g = 1, and what x counts."""
MODEL = """
datasets:
  log:
    table: log
    time: seen
    key: [id]
    chunk: month
    reference: "seen < '2024-03-01'"
    segments: [side]
    watch: false
    models:
      m:
        kind: binary
        score: score
        prediction: predicted
        label: label
        features: [x, g, side]
        estimators: [cbpe, pape, blend]
        metrics: [accuracy, f1, roc_auc]
        concept: true
"""


def table(root: Path, only: tuple[int, ...] = tuple(MONTHS)) -> None:
    """The table; June has too few rows for a domain model."""
    random = np.random.default_rng(5)
    months = []
    for month, (share, slope) in MONTHS.items():
        rows = 150 if month == 6 else EACH
        x, g = random.normal(size=rows), (random.random(rows) < share).astype(int)
        score = 1 / (1 + np.exp(-2 * x))
        label = (random.random(rows) < 1 / (1 + np.exp(-(slope * x + 3 * g)))).astype(int)
        seen = datetime(2024, month, 1) + np.arange(rows) * timedelta(minutes=10)
        months.append(
            pd.DataFrame({
                "id": month * 100_000 + np.arange(rows), "seen": seen, "x": x, "g": g,
                "side": np.resize(["a", "b"], rows), "score": score,
                "predicted": (score >= 0.5).astype(int), "label": label,
            })
        )  # fmt: skip
    with duckdb.connect(str(root / "dev.duckdb")) as connection:
        connection.register(
            "months", pd.concat([one for month, one in zip(MONTHS, months, strict=True) if month in only])
        )
        connection.execute("create or replace table log as select * from months")


def project(root: Path, monitors: str = MODEL) -> Path:
    """The project's files."""
    for folder in ("monitors", "profiles"):
        (root / folder).mkdir(exist_ok=True)
    (root / "whq.yml").write_text("version: 1\nname: log\nprofile: local\n")
    (root / "profiles/local.yml").write_text("default: dev\ntargets: {dev: {type: duckdb, path: dev.duckdb}}\n")
    (root / "monitors/log.yml").write_text(monitors)
    return root


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> whq.RunResult:
    root = tmp_path_factory.mktemp("domain")
    table(root)
    return whq.run(project(root), keep=False)


def series(outcome: whq.RunResult, method: str, metric: str, segment: str | None = None) -> Mapping[str, Result]:
    """The results of one series by chunk."""
    return {
        one.chunk.key: one
        for one in outcome.results
        if (one.method, one.metric, one.segment) == (method, metric, segment) and one.chunk is not None
    }


def gap(outcome: whq.RunResult, method: str, metric: str, month: str, segment: str | None = None) -> float:
    """How far an estimate is from what came true."""
    values = (series(outcome, name, metric, segment)[month].value for name in (method, "realized"))
    return abs(float(next(values)) - float(next(values)))  # type: ignore[arg-type]


# --- pape and blend -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("segment", [None, "side=a"])
def test_where_features_moved_the_weighted_curve_is_right(outcome: whq.RunResult, segment: str | None) -> None:
    for metric in ("accuracy", "f1"):
        plain, adapted = (gap(outcome, method, metric, "2024-04", segment) for method in ("cbpe", "pape"))
        assert plain > 0.02
        assert adapted < plain / 3
    assert gap(outcome, "pape", "accuracy", "2024-03", segment) < 0.03


def test_the_blend_lies_half_way(outcome: whq.RunResult) -> None:
    for metric in ("accuracy", "f1", "roc_auc"):
        for month, one in series(outcome, "blend", metric).items():
            if one.value is None:
                continue
            plain, adapted = (series(outcome, method, metric)[month].value for method in ("cbpe", "pape"))
            assert one.value == pytest.approx((plain + adapted) / 2, abs=1e-12)  # type: ignore[operator]


def test_the_reference_is_as_by_cbpe(outcome: whq.RunResult) -> None:
    plain, adapted = (series(outcome, method, "roc_auc") for method in ("cbpe", "pape"))
    for month in ("2024-01", "2024-02"):
        assert adapted[month].period == "reference"
        assert adapted[month].value == plain[month].value


def test_diagnostics_tell_how_far_reference_and_chunk_overlap(outcome: whq.RunResult) -> None:
    for method in ("pape", "blend"):
        quiet, moved = (
            series(outcome, method, "accuracy")[month].details["domain"] for month in ("2024-03", "2024-04")
        )
        assert quiet["auc"] == pytest.approx(0.5, abs=0.04)
        # g alone tells the rows apart: .8 of the chunk and .2 of the reference have it.
        assert moved["auc"] == pytest.approx(0.8, abs=0.03)
        # weights 4 and 1/4: (0.2 * 4 + 0.8 / 4)^2 / (0.2 * 16 + 0.8 / 16) = 0.31 of the reference
        assert moved["ess"] == pytest.approx(1 / 3.25, abs=0.05)
        assert moved["effective_rows"] == pytest.approx(moved["ess"] * 2 * EACH)
        assert quiet["ess"] > 0.9
        assert moved["unsupported"] < 0.02
        assert quiet["largest_weight"] < moved["largest_weight"] < 10


def test_a_chunk_with_few_rows_gets_no_domain_model(outcome: whq.RunResult) -> None:
    for method in ("pape", "blend"):
        one = series(outcome, method, "accuracy")["2024-06"]
        assert (one.status, one.value) == ("inconclusive", None)
        assert one.message == "the chunk has 150 rows: a domain model needs 200"
        assert one.details["withheld"] == "few_rows"
    assert series(outcome, "cbpe", "accuracy")["2024-06"].value is not None


def test_a_budget_ends_the_growth_and_nothing_else(tmp_path: Path) -> None:
    table(tmp_path, (1, 2, 3))
    root = project(tmp_path, MODEL.replace("concept: true", "concept: false"))
    (root / "whq.yml").write_text("version: 1\nname: log\nprofile: local\nbudget: {queries: 25}\n")
    found = whq.run(root, keep=False)
    assert found.exit_code == 3
    adapted = [one for one in found.results if one.method in ("pape", "blend") and one.period == "analysis"]
    assert {one.status for one in adapted} == {"error"}
    assert all("budget" in one.message for one in adapted)
    others = [one for one in found.results if one.method in ("cbpe", "realized")]
    assert others
    assert "error" not in {one.status for one in others}


def test_features_that_all_are_unfit_are_told(tmp_path: Path) -> None:
    table(tmp_path, (1, 2, 3))
    root = project(tmp_path, MODEL.replace("[x, g, side]", "[seen]").replace("concept: true", "concept: false"))
    found = whq.run(root, keep=False)
    adapted = [one for one in found.results if one.method == "pape" and one.period == "analysis"]
    assert adapted
    assert {(one.status, one.value) for one in adapted} == {("inconclusive", None)}
    assert all("no feature can tell rows apart: seen" in one.message for one in adapted)


def test_what_was_learned_of_a_chunk_is_kept_while_its_rows_stay(tmp_path: Path) -> None:
    table(tmp_path, (1, 2, 3, 4))
    root = project(tmp_path)
    first, second = whq.run(root), whq.run(root)
    assert grown_in(first) == {"g1", "g2", "g3"}
    assert grown_in(second) == set()
    for method, metric in product(("pape", "blend", "rcd"), ("accuracy", "f1", "roc_auc")):
        once, again = (series(run, method, metric) for run in (first, second))
        assert {month: one.value for month, one in again.items()} == {
            month: None if one.value is None else pytest.approx(one.value, abs=1e-12) for month, one in once.items()
        }
    with duckdb.connect(str(root / "dev.duckdb")) as connection:
        connection.execute("update log set score = 0.5 where id = 400005")
    changed = whq.run(root)
    assert grown_in(changed) == {"g1", "g2", "g3"}
    assert changed.run.queries < first.run.queries
    assert grown_in(whq.run(root, refit=True)) == {"g1", "g2", "g3"}


def grown_in(outcome: whq.RunResult) -> set[str]:
    """The rounds in which something was grown or weighed."""
    return {name.partition(".")[0] for name in outcome.statements if name.startswith("g")}


# --- rcd ----------------------------------------------------------------------------------------------------


def truth() -> float:
    """What the concept of May does to accuracy on the reference's rows, by a million of them."""
    random = np.random.default_rng(9)
    x, g = random.normal(size=1_000_000), random.random(1_000_000) < 0.2
    chance, changed = (1 / (1 + np.exp(-(slope * x + 3 * g))) for slope in (2.0, 0.5))
    right, now = (np.where(x >= 0, one, 1 - one).mean() for one in (chance, changed))
    return float(now - right)


def test_the_concept_of_a_chunk_on_the_rows_of_the_reference(outcome: whq.RunResult) -> None:
    found = series(outcome, "rcd", "accuracy")
    changed = found["2024-05"]
    assert changed.value == pytest.approx(truth(), abs=0.03)
    assert changed.lower is not None
    assert changed.lower < truth() < changed.upper  # type: ignore[operator]
    assert changed.value == pytest.approx(changed.details["impact"] - changed.details["floor"], abs=1e-12)
    assert changed.details["magnitude"] > 2 * changed.details["magnitude_floor"]


def test_quiet_chunks_and_features_that_moved_are_no_change_of_concept(outcome: whq.RunResult) -> None:
    for metric in ("accuracy", "f1", "roc_auc"):
        found = series(outcome, "rcd", metric)
        assert found["2024-03"].status == "pass"
        assert abs(float(found["2024-03"].value)) < 0.04  # type: ignore[arg-type]
        assert abs(float(found["2024-04"].value)) < 0.06  # type: ignore[arg-type]


def test_a_change_to_the_bad_side_warns(outcome: whq.RunResult) -> None:
    one = series(outcome, "rcd", "accuracy")["2024-05"]
    assert (one.status, one.alert) == ("warn", True)
    assert one.message.startswith("the chunk's concept alone moves accuracy by -0.")


def test_a_chunk_with_few_labels_is_withheld(outcome: whq.RunResult) -> None:
    one = series(outcome, "rcd", "accuracy")["2024-06"]
    assert (one.status, one.details["withheld"]) == ("inconclusive", "few_rows")
    assert one.message == "the chunk has 150 labelled rows: a learner of the concept needs 1,000"


def test_no_series_by_segment(outcome: whq.RunResult) -> None:
    assert not [one for one in outcome.results if one.method == "rcd" and one.segment]


def test_rows_that_the_chunk_never_saw_make_the_change_untrusted(tmp_path: Path) -> None:
    table(tmp_path, (1, 2, 3))
    with duckdb.connect(str(tmp_path / "dev.duckdb")) as connection:
        connection.execute("delete from log where seen >= '2024-03-01' and x < 0")
    found = series(whq.run(project(tmp_path), keep=False), "rcd", "accuracy")["2024-03"]
    assert (found.status, found.alert, found.details["withheld"]) == ("inconclusive", False, "untrusted")
    assert found.details["trust"]["uncovered"] == pytest.approx(0.5, abs=0.05)
    assert found.message.startswith("not judged: the change cannot be trusted: ")
    assert found.value is not None


@pytest.mark.parametrize("without", ["features: [x, g, side]", "score: score"])
def test_no_series_where_a_learner_has_nothing_to_learn_from(tmp_path: Path, without: str) -> None:
    table(tmp_path, (1, 2, 3))
    given = MODEL.replace(without, "").replace("estimators: [cbpe, pape, blend]", "").replace("roc_auc", "recall")
    found = whq.run(project(tmp_path, given), keep=False)
    assert "rcd" not in {one.method for one in found.results}
    assert "error" not in {one.status for one in found.results}
    assert not grown_in(found)


# --- rounds -------------------------------------------------------------------------------------------------


def test_generators_ask_together() -> None:
    """One that asks twice beside one that asks once and one that asks nothing."""
    counted = row_count(Scope("d")), row_count(Scope("d", by_chunk=True))
    note = Note("x", counted[0], "2024-01", "facts")

    def twice() -> Growing:
        first = yield Ask(requests=counted[:1], recalls=(note,))
        second = yield Ask(requests=counted, keeps={note: 1})
        return first, second

    def once() -> Growing:
        return (yield Ask(requests=counted[1:]))

    def never() -> Growing:
        return 3
        yield Ask()

    rounds = together({"twice": twice(), "once": once(), "never": never()})
    assert next(rounds) == Ask(counted, (), (note,))
    answers = Answers(), Answers(recalled={note: 2})
    assert rounds.send(answers[0]) == Ask(counted, keeps={note: 1})
    with pytest.raises(StopIteration) as end:
        rounds.send(answers[1])
    assert end.value.value == {"twice": answers, "once": answers[0], "never": 3}
