"""The command line in process, with a pipeline that only notes what it was asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from whq.cli import main
from whq.result import RunResult
from whq.values import Result, Run

RUN = Run("01J9", "loans", "dev", "duckdb", "2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z", 1.24, 9, 45312, None, "1")
OUTCOME = RunResult(RUN, (Result("loans/id/unique", "loans", "rule", "id", "unique", "pass"),))


@dataclass
class Asked:
    """What the library was called with, and what it answers: a value, or an error to raise."""

    answer: Any = OUTCOME
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def function(self, name: str) -> Callable[..., Any]:
        def answered(*positional: Any, **named: Any) -> Any:
            self.calls.append((name, positional, named))
            if isinstance(self.answer, BaseException):
                raise self.answer
            return self.answer(named) if callable(self.answer) else self.answer

        return answered

    @property
    def last(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return self.calls[-1]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """`whq.pipeline.walk` and `whq.commands.preview` replaced by notes of what they were asked."""
    found = Asked()
    for module, names in (
        ("pipeline.walk", ("run", "run_project")),
        ("commands.preview", ("compile", "plan")),
    ):
        fake = ModuleType(f"whq.{module}")
        for name in names:
            setattr(fake, name, found.function(name))
        monkeypatch.setitem(sys.modules, f"whq.{module}", fake)
        package, _, last = module.partition(".")
        monkeypatch.setattr(import_module(f"whq.{package}"), last, fake, raising=False)
    return found


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def whq_(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command line: `whq_("run", "--quiet")`."""

    def run(*words: str) -> Said:
        code = main(list(words))
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


def outcome(exit_code: int = 0, **fields: Any) -> RunResult:
    return replace(OUTCOME, exit_code=exit_code, **fields)
