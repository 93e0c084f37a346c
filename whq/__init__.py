"""Warehouse-native monitoring of data and models.

Every command of `whq` is a function of the same name here: it returns values and never prints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whq.checkup import doctor
    from whq.codes import explain
    from whq.library import check, drift, estimate, history, list_, profile, report, results, schema
    from whq.pipeline import run
    from whq.preview import compile, plan
    from whq.result import RunResult
    from whq.scaffold import init
    from whq.showcase import demo

__version__ = "0.1.0"

_EXPORTS = {
    "RunResult": "whq.result",
    "run": "whq.pipeline",
    **dict.fromkeys(("compile", "plan"), "whq.preview"),
    **dict.fromkeys(
        ("check", "drift", "estimate", "history", "list_", "profile", "report", "results", "schema"), "whq.library"
    ),
    "doctor": "whq.checkup",
    "explain": "whq.codes",
    "demo": "whq.showcase",
    "init": "whq.scaffold",
}

__all__ = [
    "RunResult", "__version__", "check", "compile", "demo", "doctor", "drift", "estimate", "explain", "history", "init",
    "list_", "plan", "profile", "report", "results", "run", "schema",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'whq' has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
