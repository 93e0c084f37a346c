"""run, check, profile, drift, estimate: what the pipeline is asked, and where the report goes."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import whq
from tests.cli.conftest import OUTCOME, Asked, outcome
from whq.cli import output
from whq.cli.options import spread
from whq.cli.progress import Meter
from whq.commands import adhoc
from whq.errors import StoreError, WhqError
from whq.values import Chunking, Result


def test_all_options_reach_the_pipeline(asked: Asked, whq_: Any) -> None:
    words = (
        "run --project p --profile q --target t --select dataset:a tag:b --select metric:c,tag:d --exclude e "
        "--since 2024-01-31 --until yesterday --as-of 2024-02-01T06:00:00+02:00 --jobs 3 --timeout 9.5 --refit "
        "--fail-on warn --inconclusive ok --judge all --quiet"
    )
    assert whq_(*words.split()).code == 0
    name, positional, named = asked.last
    assert (name, positional) == ("run", ())
    assert named == {
        "project": "p", "profile": "q", "target": "t", "select": ("dataset:a", "tag:b", "metric:c,tag:d"),
        "exclude": ("e",), "since": datetime(2024, 1, 31), "until": "yesterday",
        "as_of": datetime(2024, 2, 1, 4), "jobs": 3, "timeout": 9.5, "refit": True, "fail_on": "warn",
        "inconclusive": "ok", "judge": "all", "progress": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--select a:b c:d T", "--select a:b --select c:d T"),
        ("T --select a x:y --quiet z:w", "T --select a --select x:y --quiet z:w"),
        ("--exclude a:b --select c:d e:f g", "--exclude a:b --select c:d --select e:f g"),
        ("--select a C:\\x", "--select a C:\\x"),
        ("--select", "--select"),
        ("a:b", "a:b"),
        ("--select a:b T c:d", "--select a:b T c:d"),
    ],
)
def test_a_selection_takes_several_words(words: str, expected: str) -> None:
    assert list(spread(words.split())) == expected.split()


@pytest.mark.parametrize(
    ("command", "monitor"), [("check", "rule"), ("profile", "profile"), ("drift", "drift"), ("estimate", "model")]
)
def test_a_family_of_a_project(asked: Asked, whq_: Any, command: str, monitor: str) -> None:
    assert whq_(command, "--select", "dataset:a").code == 0
    name, positional, named = asked.last
    assert (name, positional) == ("run", (Path("."),))
    assert (named["monitors"], named["select"]) == ((monitor,), ("dataset:a",))
    assert "time" not in named and "table" not in named


def test_text_json_and_quiet(asked: Asked, whq_: Any) -> None:
    assert whq_("run").out.startswith("whq loans   dev (duckdb)")
    assert json.loads(whq_("run", "--format", "json").out) == OUTCOME.as_dict()
    assert whq_("run", "-q").out == ""


def test_out_writes_a_file_once(asked: Asked, whq_: Any, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    words = ("run", "--format", "json", "--out", str(path))
    said = whq_(*words)
    assert (said.code, said.out, said.err) == (0, "", f"written to {path}\n")
    assert json.loads(path.read_text()) == OUTCOME.as_dict()
    assert whq_(*words).code == 0
    path.write_text("my own notes")
    calls = len(asked.calls)
    said = whq_(*words)
    assert (said.code, said.err) == (2, f"error[WHQ-U010]: --out: {path} exists; add --force to replace it\n")
    assert len(asked.calls) == calls
    assert whq_(*words, "--force", "-q").err == ""
    assert [each.name for each in tmp_path.iterdir()] == ["r.json"]


def test_out_refuses_links_and_folders(asked: Asked, whq_: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "r.json")
    assert "is a link" in whq_("run", "--force", "--out", str(tmp_path / "link")).err
    assert "is a folder" in whq_("run", "--force", "--out", str(tmp_path)).err


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        output.save(tmp_path / "r", "x")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="cannot be written"):
        output.save(tmp_path / "no" / "r", "x")


def test_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert (output.look().color, output.look().width) == (True, 70)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not output.look().color
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not output.look().color


class At:
    done, total = 3, 12


def test_progress_on_a_terminal_and_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter()
    meter(At())  # type: ignore[arg-type]
    meter.told -= 60
    meter(At())  # type: ignore[arg-type]
    meter.clear()
    assert capsys.readouterr().err == "3 of 12 statements\n"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    meter(At())  # type: ignore[arg-type]
    meter.clear()
    said = capsys.readouterr().err
    assert "[######..................] 3 of 12 statements" in said and said.endswith("\r\x1b[K")


# --- one table without a project ----------------------------------------------------------------------------


def test_a_parquet_file(asked: Asked, whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert whq_("check", "data/my loans.parquet", "--key", "id, part", "--columns", "amount,id").code == 0
    name, (project, target), named = asked.last
    assert name == "run_project" and named["keep"] is False and named["monitors"] == ("rule",)
    assert "profile" not in named and "target" not in named
    (spec,) = project.datasets
    assert (spec.name, spec.table, spec.key) == ("my_loans", "data/my loans.parquet", ("id", "part"))
    assert [(rule.kind, rule.columns) for rule in spec.rules] == [
        ("row_count", ()), ("unique", ("id", "part")), ("not_null", ("id",)), ("not_null", ("part",)),
        ("not_null", ("amount",)),
    ]  # fmt: skip
    assert (target.type, target.fields) == ("duckdb", {"allow_paths": [str(tmp_path / "data")]})
    assert str(spec.key[0].location) == "--key"
    assert "whq results" not in whq_("check", "l.csv").out
    assert "whq results" in whq_("check").out


def test_a_table_of_a_duckdb_file(asked: Asked, whq_: Any, tmp_path: Path) -> None:
    (tmp_path / "dev.duckdb").touch()
    words = "--path dev.duckdb --time t --chunk month --columns a,b --format json"
    assert whq_("profile", "main.loans", "--project", str(tmp_path), *words.split()).code == 0
    _, (project, target), _ = asked.last
    (spec,) = project.datasets
    assert (spec.name, spec.time, spec.chunking) == ("loans", "t", Chunking("month"))
    assert spec.profile.columns == ("a", "b") and not spec.rules
    assert target.fields == {"path": str(tmp_path / "dev.duckdb")}


def test_drift_of_a_table(asked: Asked, whq_: Any) -> None:
    assert whq_("drift", "l.csv", "--time", "t", "--reference", "t < '2024-01-01'").code == 0
    spec = asked.last[1][0].datasets[0]
    assert (spec.drift.against, spec.drift.columns, spec.reference) == ("reference", ("*",), "t < '2024-01-01'")
    assert whq_("drift", "l.csv", "--chunk", "5000", "--key", "id").code == 0
    spec = asked.last[1][0].datasets[0]
    assert (spec.drift.against, spec.chunking) == ("previous", Chunking("rows", 5000))


def test_an_estimate_for_a_table(asked: Asked, whq_: Any) -> None:
    words = "estimate l.csv --score p --label y --prediction q --positive 1 --reference r"
    assert whq_(*words.split()).code == 0
    (model,) = asked.last[1][0].datasets[0].models
    assert (model.score, model.label, model.prediction, model.positive) == ("p", "y", "q", 1)


WRONG = [
    ("drift l.csv", 'drift: error[WHQ-U007]: there is nothing to compare with; add --reference FILE, TABLE or SQL, or'),
    ("estimate l.csv", "estimate: error[WHQ-U007]: the model's score is missing; add --score COLUMN"),
    ("estimate l.csv --score p", "learned from labelled reference rows; add --reference FILE, TABLE or SQL"),
    ("estimate l.csv --score p --reference r", "add --label COLUMN"),
    ("profile l.csv --chunk mnth --time t", '--chunk: error[WHQ-U007]: unknown chunk "mnth"; did you mean "month"?'),
    ("profile l.csv --chunk 0", 'unknown chunk "0"'),
    ("profile l.csv --chunk day", "chunks by day need the time column; add --time COLUMN"),
    ("profile loans", "which database? There is no project here whose profile says so; add --path FILE.duckdb"),
    ("profile loans --path no.duckdb", "--path: error[WHQ-U007]: there is no file no.duckdb"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line"), WRONG)
def test_too_little_is_said(
    asked: Asked, whq_: Any, words: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = whq_(*words.split())
    assert (said.code, said.out) == (2, "") and line in said.err


@pytest.mark.parametrize(
    ("text", "timed", "expected"),
    [
        (None, True, Chunking("day")),
        (None, False, Chunking("all")),
        ("all", False, Chunking("all")),
        ("count:10", False, Chunking("count", 10)),
        ("rows=500", False, Chunking("rows", 500)),
        ("500 rows", True, Chunking("rows", 500)),
    ],
)
def test_chunks(text: str | None, timed: bool, expected: Chunking) -> None:
    assert adhoc.chunking(text, timed) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(None, None), ("1", 1), ("-2", -2), ("True", True), ("false", False), ("yes", "yes")]
)
def test_the_positive_value(asked: Asked, text: str | None, expected: object) -> None:
    whq.estimate("l.csv", score="p", label="y", reference="r", positive=text)
    found = asked.last[1][0].datasets[0].models[0].positive
    assert found == expected and type(found) is type(expected)


def test_a_table_of_a_project_uses_its_target(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "whq.yml").touch()
    calls: list[Any] = []
    monkeypatch.setattr("whq.config.load_project", lambda root: calls.append(root) or "project")
    monkeypatch.setattr("whq.config.load_target", lambda *given, **named: calls.append((given, named)) or "target")
    whq.profile("loans", project=tmp_path, target="t")
    assert asked.last[1][1] == "target"
    assert calls == [tmp_path, (("project", None, "t"), {})]


def test_a_table_of_a_profile_needs_no_project(asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/p.yml").write_text("targets: {a: {type: duckdb, path: a.db}, b: {type: duckdb}}\n")
    whq.profile("loans", project=tmp_path, profile="p", target="a")
    assert asked.last[1][1].fields["path"] == "a.db"
    with pytest.raises(WhqError, match="no target"):
        whq.profile("loans", project=tmp_path, profile="p", target="c")


def test_hostile_errors_are_shown_inert(asked: Asked, whq_: Any) -> None:
    asked.answer = WhqError([])
    assert whq_("run").code == 70
    asked.answer = outcome(1, results=(Result("a\x1b]0;x\x07/b", "a", "rule", "b", "c", "fail", message="[/x]"),))
    said = whq_("run")
    assert "\x1b" not in said.out and "[/x]" in said.out
