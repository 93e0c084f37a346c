"""Names as the page needs them: what a check is called, and ids that anything can be linked by."""

from __future__ import annotations

import re

from whq.reports.models import numbered
from whq.reports.text import clean
from whq.values import STATUSES, Result

_OTHER = re.compile(r"[^a-z0-9]+")


_OWN = (
    "main",
    "wrong",
    "sql",
    "q",
    "o",
    "tip",
    "alert",
    "hatch",
    "doubt",
    "distrust",
    "seen",
    "over",
    "held",
    "overview",
    "words",
    "filling",
    *(f"i-{status}" for status in STATUSES),
)
"""Ids that the page itself has; those made of others (titles, headings) hold an underscore, which no anchor does."""


class Anchors:
    """Ids of elements, each given once: letters, digits and dashes of the names, then a number where they clash."""

    def __init__(self) -> None:
        self._given: dict[str, int] = dict.fromkeys(_OWN, 1)

    def new(self, *parts: str | None) -> str:
        """An id made of names."""
        words = (_OTHER.sub("-", part.lower()[:60]).strip("-") for part in parts if part)
        slug = stem = "-".join(word for word in words if word) or "x"
        while slug in self._given:
            self._given[stem] += 1
            slug = f"{stem}-{self._given[stem]}"
        self._given[slug] = 1
        return slug


def check_of(result: Result) -> str:
    """What a check is called beside its subject: its metric, or the id that the user gave it."""
    return clean(numbered(result) if result.monitor == "model" else own_id(result) or result.metric, 80)


def own_id(result: Result) -> str:
    """The last part of `dataset/subject/metric/id`, when there is one."""
    stem = "/".join(part for part in (result.dataset, result.subject, result.metric) if part)
    return result.id.removeprefix(f"{stem}/") if result.id.startswith(f"{stem}/") else ""
