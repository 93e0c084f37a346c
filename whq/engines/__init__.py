"""The engines whq can connect to. Adding one: a module, and a line in ENGINES."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from whq.engines.base import Cursor, Engine, Fetched, Session
from whq.errors import ConfigError, Problem, did_you_mean
from whq.values import place_of

ENGINES: dict[str, str] = {
    "duckdb": "whq.engines.duckdb",
    "postgres": "whq.engines.postgres",
    "postgresql": "whq.engines.postgres",
}
"""The type that a profile names → the module that speaks to it, imported when used."""

__all__ = ["ENGINES", "Cursor", "Engine", "Fetched", "Session", "engine"]


def engine(kind: str, variables: Mapping[str, str] = {}) -> Engine:
    """The engine for a target's type.

    Args:
        kind: The type that the profile names.
        variables: The target's; where the type comes from one, an error shows its name instead.

    Raises:
        ConfigError: There is no such engine.
    """
    module = ENGINES.get(kind)
    if module is None:
        text = f'no engine for targets of type "{variables.get(kind, kind)}"'
        raise ConfigError(Problem("WHQ-E005", "config", text, did_you_mean(kind, ENGINES), place_of(kind)))
    return cast(Engine, import_module(module))
