"""The `whq.run/1` document. Only ASCII, so that no value can steer a terminal that shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from whq.result import RunResult

if TYPE_CHECKING:
    from whq.reports import Look


def render(outcome: RunResult, look: Look | None = None) -> str:
    """The document of section 5 of the contract, and a final newline."""
    return json.dumps(outcome.as_dict(), indent=2, allow_nan=False) + "\n"
