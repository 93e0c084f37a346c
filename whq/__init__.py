"""Warehouse-native monitoring of data and models.

Every command of `whq` is a function of the same name here: it returns values and never prints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whq.commands.baseline import baseline_export, baseline_import, baseline_list, baseline_show
    from whq.commands.doctor import doctor
    from whq.commands.failing import failing
    from whq.commands.incidents import ack, incidents
    from whq.commands.library import check, drift, estimate, history, list_, profile, report, results, schema
    from whq.commands.preview import compile, plan
    from whq.glossary import Explanation, explain, explained
    from whq.pipeline.walk import run
    from whq.result import RunResult
    from whq.scaffold import init
    from whq.showcase import demo

from whq.version import __version__

_EXPORTS = {
    "RunResult": "whq.result",
    "run": "whq.pipeline.walk",
    **dict.fromkeys(("compile", "plan"), "whq.commands.preview"),
    **dict.fromkeys(("baseline_export", "baseline_import", "baseline_list", "baseline_show"), "whq.commands.baseline"),
    **dict.fromkeys(
        ("check", "drift", "estimate", "history", "list_", "profile", "report", "results", "schema"),
        "whq.commands.library",
    ),
    "doctor": "whq.commands.doctor",
    "failing": "whq.commands.failing",
    **dict.fromkeys(("ack", "incidents"), "whq.commands.incidents"),
    **dict.fromkeys(("Explanation", "explain", "explained"), "whq.glossary"),
    "demo": "whq.showcase",
    "init": "whq.scaffold",
}

__all__ = [
    "Explanation", "RunResult", "__version__", "ack", "baseline_export", "baseline_import", "baseline_list",
    "baseline_show", "check", "compile", "demo", "doctor", "drift", "estimate", "explain", "explained",
    "failing", "history", "incidents", "init", "list_", "plan", "profile", "report", "results", "run", "schema",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'whq' has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
