"""The engines whq can connect to: a type of target → the module that speaks to it, imported when used."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from whq.engines.base import Cursor, Engine, Fetched, Session
from whq.errors import ConfigError, Problem, did_you_mean
from whq.values import place_of

ENGINES: dict[str, str] = {
    "duckdb": "whq.engines.duckdb",
    "postgres": "whq.engines.postgres",
}
ALIASES = {"postgresql": "postgres"}

__all__ = ["ENGINES", "Cursor", "Engine", "Fetched", "Session", "engine"]


def engine(kind: str) -> Engine:
    """The engine for a target's type. Raises ConfigError when there is none."""
    module = ENGINES.get(ALIASES.get(kind, kind))
    if module is None:
        text = f'no engine for targets of type "{kind}"'
        raise ConfigError(Problem("WHQ-E005", "config", text, did_you_mean(kind, ENGINES), place_of(kind)))
    return cast(Engine, import_module(module))
