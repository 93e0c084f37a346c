"""`whq report`: the page of a stored run, where it is written, and what it does not replace."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

import whq
from tests.cli.conftest import OUTCOME, RUN
from whq.config.spec import StoreSpec
from whq.result import RunResult
from whq.store import Store

SPEC = StoreSpec(Path("store.duckdb"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two complete runs, of which only the later one has a warning."""
    store = Store.open(SPEC, tmp_path)
    for name, status in (("run-a", "pass"), ("run-b", "warn")):
        results = tuple(replace(result, status=status) for result in OUTCOME.results)  # type: ignore[arg-type]
        outcome = RunResult(replace(RUN, id=name), results)
        store.begin(outcome.run)
        store.append(name, results)
        store.finish(outcome)
    loaded = SimpleNamespace(store=SPEC, root=tmp_path, report=None)
    monkeypatch.setattr("whq.config.load_project", lambda root: loaded)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_latest_run_is_written_into_the_project(whq_: Any, project: Path) -> None:
    said = whq_("report", "--project", str(project))
    assert (said.code, said.out, said.err) == (0, "", f"written to {project / 'report.html'}\n")
    assert "Of 1 check, 1 warned." in (project / "report.html").read_text("utf-8")


def test_a_named_run_goes_where_it_is_told(whq_: Any, project: Path) -> None:
    said = whq_("report", "--run", "run-a", "--out", "a.html", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert "The check passed." in (project / "a.html").read_text("utf-8")


def test_the_project_may_name_the_place(whq_: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = SimpleNamespace(store=SPEC, root=project, report=project / "named.html")
    monkeypatch.setattr("whq.config.load_project", lambda root: loaded)
    assert whq_("report").code == 0 and (project / "named.html").exists()


def test_a_report_is_replaced_another_file_is_not(whq_: Any, project: Path) -> None:
    assert [whq_("report", "--run", run).code for run in ("run-a", "run-b")] == [0, 0]
    (project / "mine.html").write_text("mine")
    said = whq_("report", "--out", "mine.html")
    assert said.code == 2 and "mine.html exists; add --force to replace it" in said.err
    assert (project / "mine.html").read_text() == "mine"
    assert whq_("report", "--out", "mine.html", "--force").code == 0


def test_what_cannot_be_shown_is_said(whq_: Any, project: Path) -> None:
    said = whq_("report", "--run", "run-z")
    assert said.code == 4 and 'no run "run-z"' in said.err
    assert not (project / "report.html").exists()


def test_the_function_gives_the_page(project: Path) -> None:
    text = whq.report(project=project, select=["dataset:loans"])
    assert text.startswith("<!doctype html>") and "run-b" in text
