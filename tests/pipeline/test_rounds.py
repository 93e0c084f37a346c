"""What a family learns in rounds: asked for between the walks, stored with its baseline, shown before a run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import whq
from whq.errors import Interrupted
from whq.growths import Failed, Group, Growth, Target, place_of
from whq.measure import grow as growing
from whq.monitors import Answers, Ask
from whq.monitors.models import cbpe
from whq.monitors.scopes import row_count
from whq.values import Ensemble, Measurement, Scope

FEATURES = ("amount", "region", "score")
SMALL = {"features": FEATURES, "key": ("id",), "trees": 3, "depth": 2, "least": 20, "bins": 8}


class Loss(cbpe.Calibration, frozen=True, omit_defaults=True):
    """What is learned, with an ensemble and the rows that an extra request counted."""

    losses: tuple[Ensemble, ...] = ()
    counted: int = 0


class Seen:
    """What the rounds of a run have grown."""

    def __init__(self) -> None:
        self.baselines: list[Any] = []
        self.chunks: list[Any] = []
        self.evaluated: list[Any] = []


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """CBPE with rounds of both kinds."""
    seen = Seen()

    def growth(dataset: Any, **more: Any) -> Growth:
        return Growth(**{"targets": (Target("squared_error", "label", "score"),), **SMALL, **more})

    def grow_baseline(kind: Any, dataset: Any, model: Any, learned: Any, measurements: Any) -> Any:
        asked = growth(dataset, scope=Scope(dataset.name, period="reference"), parts=(None, 0, 1))
        answers: Answers = yield Ask(growths=(asked,))
        grown = answers.grown[asked]
        seen.baselines.append(grown)
        if isinstance(grown, Failed):
            return Loss(problem=grown.problem)
        request = row_count(Scope(dataset.name, period="reference"))
        answers = yield Ask(requests=(request,))
        measured = answers.measurements[request]
        assert isinstance(measured, Measurement)
        return Loss(
            knots=learned.knots, rows=learned.rows, losses=tuple(grown.ensembles.values()),
            counted=int(str(measured.rows[0].values["value"])),
        )  # fmt: skip

    def grow_chunks(kind: Any, dataset: Any, model: Any, learned: Any, measurements: Any) -> Any:
        counted = measurements.get(row_count(Scope(dataset.name, by_chunk=True)))
        chunks = [cell.chunk for cell in counted.cells if cell.period == "analysis"] if counted else []
        groups = tuple(Group((0.0, 0.5), place_of(chunk, dataset.chunking)) for chunk in chunks if chunk.rows)
        asked = growth(
            dataset, scope=Scope(dataset.name, by_chunk=True), targets=(Target("is_analysis"),), loss="logistic",
            groups=groups or (Group(),), parts=(0, 1), balanced=True,
        )  # fmt: skip
        answers: Answers = yield Ask(growths=(asked,))
        seen.chunks.append(answers.grown[asked])
        return answers.grown[asked]

    monkeypatch.setattr(cbpe, "BASELINE", Loss)
    monkeypatch.setattr(cbpe, "grow_baseline", grow_baseline, raising=False)
    monkeypatch.setattr(cbpe, "grow_chunks", grow_chunks, raising=False)
    from whq.monitors.models import gather

    real = gather.Known

    def known(**fields: Any) -> Any:
        seen.evaluated.append(fields["grown"])
        return real(**fields)

    monkeypatch.setattr(gather, "Known", known)
    return seen


def test_what_is_learned_once_is_stored_and_not_grown_again(project: Path, seen: Seen) -> None:
    first = whq.run(project)
    grown = seen.baselines[0]
    assert len(grown.ensembles) == 3
    assert {part: rows for (_, part), rows in grown.rows.items()}[None] == 2400
    assert all(model.trees for model in grown.ensembles.values())
    second = whq.run(project)
    assert len(seen.baselines) == 1
    assert second.run.queries < first.run.queries
    again = whq.run(project, refit=True)
    assert seen.baselines[1].ensembles == grown.ensembles
    assert again.run.queries == first.run.queries
    of_models = [
        [one.value and round(one.value, 9) for one in run.results if one.monitor == "model"] for run in (first, second)
    ]
    assert of_models[0] == of_models[1]


def test_what_is_learned_of_chunks_is_handed_to_the_judging(project: Path, seen: Seen) -> None:
    whq.run(project)
    grown = seen.chunks[0]
    assert len(grown.growth.groups) == 5
    assert len(grown.ensembles) == 10
    assert any(model.trees for model in grown.ensembles.values())
    assert seen.evaluated[0] == {"cbpe": grown}


def test_statements_are_shown_before_a_run(project: Path, seen: Seen) -> None:
    compiled = whq.compile(project)
    shown = {query.id: query for query in compiled if query.id.startswith("g")}
    assert list(shown) == ["g1.1", "g1.2", "g1.3", "g2.1", "g2.2", "g2.3"]
    assert shown["g1.3"].times == 3 * 3
    assert shown["g1.2"].waits_for == ("g1.1",)
    assert shown["g1.2"].holds == "whq_rows_0"
    report = whq.plan(project)
    assert report.most == len(report.certain) + 2 * (9 - 1)
    outcome = whq.run(project)
    assert outcome.statements["g1.1"] == shown["g1.1"].sql
    assert {"g1.1", "g1.2", "g1.3", "g2.1", "g3.1", "g3.2", "g3.3"} <= outcome.statements.keys()
    assert [query.id for query in whq.compile(project) if query.id.startswith("g")] == ["g1.1", "g1.2", "g1.3"]


def test_other_dialects_are_shown_without_a_table(project: Path, seen: Seen) -> None:
    compiled = whq.compile(project, dialect="snowflake")
    shown = [query for query in compiled if query.id.startswith("g1")]
    assert [query.id for query in shown] == ["g1.1", "g1.2"]
    assert shown[1].note.startswith("no temporary table can be made")


def test_what_cannot_be_grown_is_told_and_grown_again(
    project: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(growing.Levels, "level", lambda *given: "select no_such_column")
        first = whq.run(project)
    assert isinstance(seen.baselines[0], Failed)
    assert {result.status for result in first.results if result.method == "cbpe"} == {"error"}
    second = whq.run(project)
    assert len(seen.baselines) == 2
    assert "error" not in {result.status for result in second.results}


def test_a_budget_that_is_too_small_for_trees_leaves_other_results_alone(project: Path, seen: Seen) -> None:
    path = project / "whq.yml"
    path.write_text(path.read_text() + "budget: {queries: 12}\n")
    outcome = whq.run(project)
    assert outcome.exit_code == 3
    assert outcome.run.queries == 12
    assert isinstance(seen.baselines[0], Failed)
    assert not [id for id in outcome.statements if id.startswith("g1.")]
    assert {one.status for one in outcome.results} > {"error"}


def test_ctrl_c_in_a_growth_leaves_no_run(project: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(growing.Forest, "take", interrupted)
    with pytest.raises(Interrupted):
        whq.run(project)
    monkeypatch.undo()
    assert whq.run(project).run.queries


def test_progress_is_told(project: Path, seen: Seen) -> None:
    told: list[Any] = []
    whq.run(project, progress=told.append)
    assert any(one.total == 2 + 3 * 3 for one in told)
    assert all(one.done <= one.total for one in told)


def test_a_window_bounds_what_chunks_are_grown_on(project: Path, seen: Seen) -> None:
    whq.run(project, since="2024-08-01")
    grown = seen.chunks[0]
    assert 1 <= len(grown.growth.groups) < 5
    assert grown.growth.scope.window is None  # the run puts it in


def test_the_json_of_compile_says_how_often(project: Path, seen: Seen, capsys: pytest.CaptureFixture[str]) -> None:
    from whq.cli import main

    assert main(["compile", "--project", str(project), "--format", "json"]) == 0
    queries = {query["id"]: query for query in json.loads(capsys.readouterr().out)["queries"]}
    assert queries["g1.3"]["times"] == 9
    assert main(["plan", "--project", str(project)]) == 0
    assert "about " in capsys.readouterr().out
