"""Files that whq wrote earlier, told by how they begin: a new one of the same format may take their place."""

from __future__ import annotations

import re
from pathlib import Path

_SIGNS = {
    "json": re.compile(r'\{\s*"schema": "whq\.'),
    "schema": re.compile(r'\{\s*"\$schema": "[^"]*",\s*"title": "whq: '),
    "text": re.compile(r"whq [^\n]*(·|-) as of "),
    "csv": re.compile(r"(id,dataset,monitor,|run,as_of,|id,state,since,)"),
    "table": re.compile(
        r"(status +id |run +as_of |id +state +text|([a-z ]+ )?chunk +(value|status)|[a-z ]*\bvalue +[a-z ]*status)"
    ),
    "sql": re.compile(r"-- [fqs]\d+: "),
}
_ENOUGH = 4000


def format_of(path: Path) -> str | None:
    """The format of a file that whq wrote; None for any other file."""
    try:
        with path.open("rb") as file:
            head = file.read(_ENOUGH).decode("utf-8", "replace")
    except OSError:
        return None
    return next((format for format, sign in _SIGNS.items() if sign.match(head)), None)
