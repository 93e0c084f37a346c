"""Every way to end, and the exit code and words that go with it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from itertools import combinations
from pathlib import Path
from typing import Any

import click
import pytest

from tests.cli.conftest import Asked, outcome
from whq.__main__ import main as from_start
from whq.cli import PRECEDENCE, main, worst
from whq.errors import (
    CompileError,
    ConfigError,
    ConnectError,
    Interrupted,
    Location,
    Problem,
    QueryError,
    SelectionError,
    StoreError,
    WhqError,
)

PROBLEM = Problem("WHQ-C016", "config", 'unknown rule "uniqe"', 'did you mean "unique"?', Location("m.yml", 3, 5))
LINE = 'm.yml:3:5: error[WHQ-C016]: unknown rule "uniqe"; did you mean "unique"?\n'

ERRORS: list[tuple[BaseException, int]] = [
    (ConfigError(PROBLEM), 2),
    (CompileError(PROBLEM), 2),
    (ConnectError(PROBLEM), 3),
    (QueryError(PROBLEM), 3),
    (StoreError(PROBLEM), 5),
    (SelectionError(PROBLEM), 4),
    (Interrupted(PROBLEM), 130),
    (WhqError(PROBLEM), 70),
]


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("command", ["run", "check", "profile", "drift", "estimate", "plan", "compile"])
def test_an_error_of_the_library(asked: Asked, whq_: Any, error: BaseException, code: int, command: str) -> None:
    asked.answer = error
    said = whq_(command)
    assert (said.code, said.out, said.err) == (code, "", LINE)


@pytest.mark.parametrize("code", [0, 1, 3, 4, 5, 130])
@pytest.mark.parametrize("command", ["run", "check", "profile", "drift", "estimate"])
def test_the_outcome_decides(asked: Asked, whq_: Any, code: int, command: str) -> None:
    asked.answer = outcome(code)
    assert whq_(command).code == code


USAGE = [
    (("run", "--selct", "x"), 'error[WHQ-U001]: no option --selct; did you mean "--select"?'),
    (("run", "--zzz"), "error[WHQ-U001]: no option --zzz; allowed: --all"),
    (("rnu",), 'error[WHQ-U002]: no command "rnu"; did you mean "run"?'),
    (("zzzzz",), 'error[WHQ-U002]: no command "zzzzz"; allowed: ack, baseline, check, compile, demo, doctor, '),
    (("run", "extra"), "error[WHQ-U003]: Got unexpected extra argument (extra); see whq run --help"),
    (("run", "--fail-on", "bad"), "error[WHQ-U003]: Invalid value for '--fail-on': 'bad' is not one of"),
    (("run", "--jobs", "0"), "error[WHQ-U003]: Invalid value for '--jobs': 0 is not in the range 1<=x<=64"),
    (("run", "--jobs", "10000"), "10000 is not in the range"),
    (("run", "--timeout", "0"), "Invalid value for '--timeout'"),
    (("run", "--timeout", "nan"), "'nan' is not a number of seconds, e.g. 300"),
    (("run", "--timeout", "inf"), "'inf' is not a number of seconds"),
    (("run", "--since", "soon"), "Invalid value for '--since': 'soon' is not a time; write a date or a time"),
    (("run", "--until", "3m"), "'3m' may be minutes or months; write 3 minutes or 3 months"),
    (("run", "--format", "xml"), "'xml' is not one of 'text', 'json'"),
    (("run", "--inconclusive", "maybe"), "'maybe' is not one of 'error', 'ok'"),
    (("run", "--project"), "error[WHQ-U003]: Option '--project' requires an argument"),
    (("history",), "error[WHQ-U003]: Missing argument 'METRIC'; see whq history --help"),
    (("explain", "WHQ-R0004"), 'error[WHQ-U006]: no error code WHQ-R0004; did you mean "WHQ-R004"?'),
    (("list", "metric"), 'error[WHQ-U006]: no list of "metric"; did you mean "metrics"?'),
    (("run", "--out", "no/such/folder/x"), "--out: the folder no/such/folder does not exist; make it first"),
    (("--selct",), 'no option --selct'),
    (("drift", "--time", "t"), "--time describes a table, but none is named; name the table first"),
    (("run", "--debug", "--nope"), "no option --nope"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "line"), USAGE, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_wrong_command_line_ends_with_2_and_one_line(
    asked: Asked, whq_: Any, words: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = whq_(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert line in said.err
    assert asked.calls == []


def test_no_command_shows_the_help_as_a_usage_error(whq_: Any) -> None:
    said = whq_()
    assert said.code == 2 and "Commands:" in said.out + said.err


def test_a_bug_is_one_line_and_with_debug_a_traceback(asked: Asked, whq_: Any) -> None:
    asked.answer = ZeroDivisionError("oh [red] \x1b[31m")
    said = whq_("run")
    assert (said.code, said.out) == (70, "")
    assert said.err.startswith("error[WHQ-X001]: ZeroDivisionError: oh [red] \\x1b[31m; this is a bug in whq;")
    assert said.err.count("\n") == 1
    said = whq_("run", "--debug")
    assert said.code == 70 and "Traceback (most recent call last)" in said.err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c(asked: Asked, whq_: Any, error: BaseException) -> None:
    asked.answer = error
    said = whq_("run")
    assert (said.code, said.out) == (130, "")
    assert "interrupted; results stored until now are kept" in said.err


def test_sigterm_is_like_ctrl_c_with_143(asked: Asked, whq_: Any) -> None:
    before = signal.getsignal(signal.SIGTERM)
    asked.answer = lambda _: os.kill(os.getpid(), signal.SIGTERM)
    assert whq_("run").code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_off_the_main_thread_no_signal_is_touched(asked: Asked) -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main(["run", "--quiet"])))
    thread.start()
    thread.join(10)
    assert codes == [0]


def test_no_selection_with_allow_empty(asked: Asked, whq_: Any) -> None:
    asked.answer = SelectionError(Problem("WHQ-U005", "usage", "0 of 37 match", "nearest: tag:gold"))
    said = whq_("run", "--allow-empty", "--select", "tag:gld")
    assert (said.code, said.err) == (0, "0 of 37 match; nearest: tag:gold\n")
    asked.answer = outcome(4, results=())
    assert whq_("run").code == 4
    assert whq_("run", "--allow-empty").code == 0


def test_many_problems_are_cut(asked: Asked, whq_: Any) -> None:
    asked.answer = ConfigError([PROBLEM] * 53)
    assert whq_("run").err == LINE * 50 + "… and 3 more\n"


@pytest.mark.parametrize("words", [("--format", "json"), ("--format=json",)])
def test_a_refusal_in_json_is_a_document_too(asked: Asked, whq_: Any, words: tuple[str, ...]) -> None:
    asked.answer = ConfigError(PROBLEM)
    said = whq_("run", *words)
    document = json.loads(said.out)
    assert said.err == LINE
    assert (document["schema"], document["exit_code"], document["status"]) == ("whq.run/1", 2, "error")
    assert document["errors"] == [PROBLEM.as_dict()]
    assert document["run"] is None and document["counts"]["total"] == 0


@pytest.mark.parametrize("pair", list(combinations(PRECEDENCE, 2)), ids=str)
def test_the_graver_code_wins(pair: tuple[int, int]) -> None:
    assert worst(pair) == worst(pair[::-1]) == pair[0]


def test_codes_at_the_edge() -> None:
    assert worst([]) == 0
    assert worst([99]) == 70


SHELL = """
import sys
from tests.cli.conftest import outcome
from types import ModuleType
fake = ModuleType("whq.pipeline.walk")
fake.run = lambda *a, **k: outcome(1)
sys.modules["whq.pipeline.walk"] = fake
from whq.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("words", "code"), [(["run"], 1), (["run", "--format", "json"], 1), (["--help"], 0)])
def test_a_reader_that_has_gone_is_no_error(words: list[str], code: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", SHELL, *words], stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, "")


full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
LOST = "error[WHQ-R011]: stdout cannot be written: No space left on device; free the disk, or send the output elsewhere"


@full_disk
@pytest.mark.parametrize(
    "words",
    [
        ["run"], ["run", "--format", "json"], ["check", "--quiet", "--format", "json"], ["list", "rules"],
        ["list", "rules", "--format", "json"], ["schema"], ["explain", "WHQ-R001"], ["--help"], ["run", "--help"],
        ["--version"], ["doctor", "--project", "/nowhere"], ["doctor", "--project", "/nowhere", "--format", "json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_full_disk_behind_stdout_is_an_error(words: list[str]) -> None:
    code = 5 if words[0] != "doctor" else 2
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", SHELL, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (code, LOST)
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@full_disk
def test_a_refusal_that_cannot_be_written_keeps_the_graver_code() -> None:
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-m", "whq", "run", "--format", "json", "--project", "/nowhere"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2 and "no file whq.yml" in done.stderr and done.stderr.splitlines()[-1] == LOST


@full_disk
@pytest.mark.parametrize("words", [["run", "--out", "{folder}/out"], ["rnu"]], ids=" ".join)
def test_a_full_disk_behind_stderr_is_an_error_too(words: list[str], tmp_path: Path) -> None:
    words = [word.format(folder=tmp_path) for word in words]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", SHELL, *words], stdout=subprocess.PIPE, stderr=full, text=True, timeout=60
        )
    assert done.returncode == (5 if words[0] == "run" else 2)


def test_a_file_that_cannot_be_written_after_the_run_is_an_error_of_its_own(
    asked: Asked, whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    (tmp_path / "old").write_text("old")
    said = whq_("run", "--force", "--out", str(tmp_path / "old"))
    assert said.code == 5
    assert f"error[WHQ-R009]: --out: {tmp_path}/old cannot be written: No space left on device" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["old"] and (tmp_path / "old").read_text() == "old"


def test_a_full_disk_is_no_bug(asked: Asked, whq_: Any) -> None:
    asked.answer = OSError(errno.ENOSPC, "No space left on device", "/tmp/spill")
    said = whq_("run")
    assert (said.code, said.out) == (5, "")
    assert "error[WHQ-R011]: /tmp/spill cannot be written: No space left on device" in said.err
    asked.answer = OSError(errno.EBADF, "Bad file descriptor")
    assert whq_("run").code == 70


@pytest.mark.skipif(os.name == "nt", reason="has no umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_written_file_has_the_rights_of_the_umask(
    asked: Asked, whq_: Any, tmp_path: Path, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        assert whq_("run", "--out", str(tmp_path / "out")).code == 0
        assert whq_("schema", "--out", str(tmp_path / "schema")).code == 0
        assert whq_("schema", "--out", str(tmp_path / "schema")).code == 0
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {"out": mode, "schema": mode}


def test_an_ascii_terminal() -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", SHELL, "run"], capture_output=True, env=environ, timeout=60)
    assert done.returncode == 1 and done.stdout.isascii() and b"1 ok" in done.stdout


def test_an_interrupt_while_the_command_line_is_read_in_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    codes: list[int] = []
    monkeypatch.setattr("whq.cli.main", interrupt)
    monkeypatch.setattr("os._exit", codes.append)
    from_start()
    assert codes == [130]
