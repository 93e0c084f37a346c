"""The public surface: names, helps, and what is imported for them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import whq
from whq.cli import COMMANDS, cli, output
from whq.codes import CODES

HEAVY = (
    "duckdb",
    "sqlglot",
    "pydantic",
    "rich",
    "numpy",
    "pandas",
    "jinja2",
    "ruamel",
    "whq.pipeline.walk",
    "whq.store",
)


def test_the_exact_public_surface() -> None:
    assert sorted(whq.__all__) == dir(whq) == [
        "Explanation", "RunResult", "__version__", "ack", "baseline_export", "baseline_import", "baseline_list",
        "baseline_show", "check", "compile", "demo", "doctor", "drift", "estimate", "explain", "explained",
        "failing", "history", "incidents", "init", "list_", "plan", "profile", "report", "results", "run", "schema",
    ]  # fmt: skip
    commands = {name.partition("_")[0] for name in whq.__all__ if name[0].islower()}
    assert commands - {"explained"} == set(COMMANDS)


@pytest.mark.parametrize("name", [name for name in whq.__all__ if not name.startswith("__")])
def test_every_public_name_is_callable_and_documented(name: str) -> None:
    found = getattr(whq, name)
    assert callable(found) and found.__doc__


def test_a_submodule_never_hides_a_function() -> None:
    code = "import whq, whq.measure.plan, whq.measure.compile; print(callable(whq.plan), callable(whq.compile))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True True\n", "")


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'whq' has no attribute 'nope'"):
        whq.nope  # noqa: B018


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        (".venv/bin/whq", "whq"),
        ("/usr/bin/whq", "whq"),
        ("lib/whq/__main__.py", "python -m whq"),
        ("lib/pytest/__main__.py", "whq"),
    ],
)
def test_how_whq_was_called(typed: str, called: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [typed, "run"])
    assert output.called() == called


def test_the_version_is_that_of_the_package() -> None:
    import tomllib

    pyproject = tomllib.loads((Path(whq.__file__).parent.parent / "pyproject.toml").read_text())
    assert pyproject["project"]["version"] == whq.__version__


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["nonsense"]])
def test_help_imports_click_only(words: list[str]) -> None:
    code = (
        "import sys, json, time, io, contextlib\n"
        "from whq.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(sys.argv[1:])\n"
        "print(json.dumps([sorted(sys.modules), time.process_time()]))"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=environ, timeout=60)
    modules, cpu = json.loads(done.stdout)
    assert [name for name in HEAVY if name in modules] == []
    assert cpu < 0.6  # 0.08 s alone; the bound leaves room for a busy machine


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_a_short_text_an_example_and_no_odd_sign(whq_: Any, name: str) -> None:
    said = whq_(name, "--help")
    assert said.code == 0 and said.err == ""
    assert f"whq {name}" in said.out.partition("Example")[2].partition("Options:")[0]
    assert said.out.isascii()
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None and not command.get_short_help_str(70).endswith("...")


def test_without_a_command_the_help_is_shown(whq_: Any) -> None:
    said = whq_()
    assert said.code == 2 and said.out == ""
    assert said.err.startswith("Usage: whq [OPTIONS] COMMAND") and "\n  run " in said.err


def test_the_version(whq_: Any) -> None:
    assert whq_("--version").out == f"whq {whq.__version__}\n"


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(whq_: Any, code: str) -> None:
    said = whq_("explain", code.lower())
    assert said.code == 0 and said.out.startswith(f"{code}: {CODES[code][0]}\n\n")
    assert all(len(line) <= 96 for line in said.out.splitlines()[2:])


def test_codes_are_sorted() -> None:
    assert list(CODES) == sorted(CODES)


def test_python_m_whq() -> None:
    done = subprocess.run([sys.executable, "-m", "whq", "rnu"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "run"?' in done.stderr


def test_every_code_in_the_source_has_an_entry() -> None:
    package = Path(whq.__file__).parent
    texts = {path: path.read_text("utf-8") for path in package.rglob("*.py") if path.name != "codes.py"}
    used = {code for text in texts.values() for code in re.findall(r"\bWHQ-[A-Z]\d{3}\b", text)}
    config = (text for path, text in texts.items() if path.parent.name in ("config", "resolve"))
    used |= {f"WHQ-{code}" for text in config for code in re.findall(r'"(C\d{3})"', text)}
    assert sorted(used - set(CODES)) == []
