"""The demo: every planted incident is found, nothing else fails or warns, each time with the same numbers."""

from __future__ import annotations

import re
import signal
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec.structs import replace

from whq.cli import main
from whq.errors import ConfigError
from whq.reports import Look
from whq.result import RunResult
from whq.showcase import Demo, demo, make_data, project_files
from whq.showcase.incidents import INCIDENTS, is_faulty, place_of
from whq.showcase.story import render
from whq.values import Chunk, Result

DOCS = Path(__file__).parent.parent / "docs/demo.md"
SUMMER = ("2024-07", "2024-08")
EXPECTED: dict[str, tuple[str | None, ...]] = {
    "applications/income/not_null": ("2024-02",),
    "applications/channel/accepted_values": tuple(f"2024-{month:02}" for month in range(3, 13)),
    "applications/channel/jensen_shannon": tuple(f"2024-{month:02}" for month in range(3, 13)),
    "applications/channel/l_infinity": tuple(f"2024-{month:02}" for month in range(3, 13)),
    "applications/amount/accepted_range": ("2024-04",),
    "applications/amount/jensen_shannon": ("2024-04",),
    "applications/expression/loaded_in_time": ("2024-05",),
    "applications/application_id/unique": ("2024-05",),
    "applications/volume": ("2024-05-10",),
    "payments/application_id/relationships": ("2024-06",),
    "applications/income/jensen_shannon": SUMMER,
    "applications/debt_ratio/jensen_shannon": SUMMER,
    "applications/employment_years/jensen_shannon": SUMMER,
    "applications/default_risk/roc_auc/cbpe": SUMMER,
    "applications/default_risk/f1/cbpe": SUMMER,
    "applications/default_risk/roc_auc/realized": (*SUMMER, "2024-10"),
    "applications/default_risk/f1/realized": (*SUMMER, "2024-10"),
    "payments/customer_id/relationships": (None,),
    "payments/currency/accepted_values": (None,),
    "payments/paid_on/matches": (None,),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return demo(tmp_path_factory.mktemp("demo") / "whq-demo")


@pytest.fixture(scope="module")
def story(made: Demo) -> str:
    report = Path("whq-demo") / made.report.name if made.report else None
    return render(replace(made, root=Path("whq-demo"), report=report), Look())


def numbers(made: Demo) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What every result says. Sums of floats may differ in the last digit: threads add in any order."""
    return {
        (result.period, *place_of(result)): (
            result.status, result.failing, result.of, *map(rounded, (result.value, result.lower, result.upper))
        )
        for result in made.result.results
    }  # fmt: skip


def rounded(value: Any) -> Any:
    return float(f"{value:.12g}") if isinstance(value, float) else value


def test_ctrl_c_while_the_data_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library ends the statement and raises an error of its own; it must not be taken for a bug."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    main_thread = threading.get_ident()
    for _ in range(5):  # a signal that comes between two statements of the library can be lost there
        timer = threading.Timer(0.2, lambda: signal.pthread_kill(main_thread, signal.SIGINT))
        timer.start()
        try:
            for _ in range(5):
                make_data(tmp_path / "x.duckdb")
        except KeyboardInterrupt:
            break
    else:
        pytest.fail("no Ctrl-C came through")
    assert not list(tmp_path.glob(".*"))


def test_every_incident_is_found_and_nothing_else(made: Demo) -> None:
    found = {place_of(result) for result in made.result.results if is_faulty(result)}
    assert found == {(name, chunk) for name, chunks in EXPECTED.items() for chunk in chunks}
    assert made.as_planned and made.exit_code == 0 and made.result.exit_code == 1
    planned = {place for incident in INCIDENTS for finding in incident.findings for place in finding.places}
    assert planned == found


def test_every_incident_is_one_incident_and_there_are_no_others(made: Demo) -> None:
    faulty = [result for result in made.result.results if is_faulty(result)]
    ids = {place_of(result): result.details.get("incident") for result in faulty}
    joined = [{ids[place] for finding in each.findings for place in finding.places} for each in INCIDENTS]
    assert [len(each) for each in joined] == [1] * len(INCIDENTS)
    assert sorted(each.id for each in made.result.incidents) == sorted(name for each in joined for name in each)
    assert {each.id: each.state for each in made.result.incidents if each.state != "past"} == {
        "applications@2024-03": "ongoing",
        "applications@2024-10": "new",  # the newest month whose labels have come
        "payments@run-2024-12-31": "new",
    }


def test_only_labels_that_have_not_come_are_skipped(made: Demo) -> None:
    results = made.result.results
    skipped = [result for result in results if result.status == "skipped" and result.monitor != "anomaly"]
    assert {place_of(result)[1] for result in skipped} == {"2024-11", "2024-12"}
    assert {result.message for result in skipped} == {"no labels yet"}


def test_the_estimate_sees_covariate_drift_and_not_concept_drift(made: Demo) -> None:
    auc = {
        (result.method, result.chunk.key): result.value
        for result in made.result.results
        if result.metric == "roc_auc" and result.chunk
    }
    for month in ("2024-01", *SUMMER):
        assert auc["cbpe", month] == pytest.approx(auc["realized", month], abs=0.02)
    assert auc["cbpe", "2024-10"] - auc["realized", "2024-10"] > 0.2


def test_again_the_numbers_are_the_same(made: Demo) -> None:
    assert numbers(demo(made.root)) == numbers(made)


def test_the_data_are_the_same_whatever_the_threads(made: Demo, tmp_path: Path) -> None:
    started = time.process_time()
    make_data(tmp_path / "loans.duckdb")
    assert time.process_time() - started < 10
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name, path in (("one", made.root), ("two", tmp_path)):
            connection.execute(f"attach '{path}/loans.duckdb' as {name} (read_only)")
        for table in ("applications", "customers", "payments"):
            sums = [
                connection.execute(f"select count(*), bit_xor(hash(t)) from {name}.{table} as t").fetchall()
                for name in ("one", "two")
            ]
            assert sums[0] == sums[1] and sums[0][0][0] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["loans.duckdb"]


def test_the_story(made: Demo, story: str) -> None:
    for incident in INCIDENTS:
        assert f" {incident.when} – {incident.title}\n" in story
    assert all(name in story for name in EXPECTED)
    assert story.count("✗ fail") + story.count("! warn") == sum(len(each.findings) for each in INCIDENTS)
    assert "8 of 8 incidents found; nothing else failed or warned" in story
    assert story.count("whq ") >= 3
    assert render(made, Look(quiet=True)) == ""


def test_the_story_of_a_demo_that_went_wrong(made: Demo) -> None:
    chunk = Chunk("2024-01", 0, None, None, 1)
    surprise = Result("x/y/mean", "x", "rule", "y", "mean", "error", chunk=chunk, message="it broke", period="analysis")
    lost = replace(made.told[0], results=(), missing=made.told[0].incident.findings)
    wrong = replace(made, told=(lost, *made.told[1:]), surprises=(surprise,))
    said = render(wrong, Look(quiet=True))
    assert "? lost  applications/income/not_null  2024-02  not found" in said
    assert "not planted" in said and "x/y/mean  2024-01  it broke" in said
    assert "7 of 8 incidents found; 1 finding not planted" in said
    assert not wrong.as_planned and wrong.exit_code == 1


def test_the_walk_through_quotes_the_real_output(
    made: Demo, story: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    blocks = re.findall(r"```text\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(blocks) > len(INCIDENTS)
    monkeypatch.chdir(made.root.parent)
    for block in blocks:
        first, _, rest = block.partition("\n")
        if first.startswith("$ whq "):
            main(first.removeprefix("$ whq ").split())
            assert rest in capsys.readouterr().out, first
        else:
            assert block in story, block
    quoted = "".join(blocks)
    assert all(name in quoted for name in EXPECTED)


def test_the_table_of_the_walk_through_names_every_incident() -> None:
    text = DOCS.read_text("utf-8")
    for incident in INCIDENTS:
        assert f"| {incident.when} | {incident.title} |" in text


def test_a_folder_with_anything_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(
        ConfigError, match="is not empty, and no earlier demo; nothing was written; name another folder"
    ):
        demo(tmp_path)
    with pytest.raises(ConfigError, match=r"mine\.txt is a file"):
        demo(tmp_path / "mine.txt")
    (tmp_path / "whq.yml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="no earlier demo"):
        demo(tmp_path, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "whq.yml"]


def test_a_changed_demo_is_kept_unless_forced(made: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Path] = []

    def run(root: Path, **_: Any) -> RunResult:
        ran.append(root)
        return replace(made.result, results=())

    monkeypatch.setattr("whq.pipeline.walk.run", run)
    monkeypatch.setattr("whq.showcase.make_data", Path.touch)
    first = demo(tmp_path / "new")
    changed = tmp_path / "new/monitors/payments.yml"
    changed.write_text(changed.read_text() + "# mine\n")
    with pytest.raises(
        ConfigError, match=r"payments\.yml was changed since the demo wrote it; nothing was written; add --force"
    ):
        demo(tmp_path / "new")
    demo(tmp_path / "new", force=True)
    assert changed.read_text() == project_files()["monitors/payments.yml"]
    assert len(ran) == 2 and not first.as_planned and first.exit_code == 1


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written: Not a directory"):
        demo(tmp_path / "file/demo")
    (tmp_path / "loans.duckdb/inside").mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be"):
        make_data(tmp_path / "loans.duckdb")
    with pytest.raises(ConfigError, match="cannot be made"):
        make_data(tmp_path / "nowhere/loans.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loans.duckdb"]


def test_the_command(monkeypatch: pytest.MonkeyPatch, made: Demo, capsys: Any) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("whq.showcase.demo", lambda *words, **named: asked.append((words, named)) or made)
    assert main(["demo", "there", "--force", "-q"]) == 0
    assert asked == [(("there",), {"force": True, "progress": None})]
    assert capsys.readouterr().out == ""
    assert main(["demo"]) == 0
    assert "8 of 8 incidents found" in capsys.readouterr().out
    assert asked[1][0] == ("whq-demo",)
