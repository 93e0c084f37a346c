"""Names as the page needs them: what a check is called, and ids that anything can be linked by."""

from __future__ import annotations

import re

from whq.model import Result
from whq.reports.text import clean

_OTHER = re.compile(r"[^a-z0-9]+")


class Anchors:
    """Ids of elements, each given once: letters, digits and dashes of the names, then a number where they clash."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def new(self, *parts: str | None) -> str:
        """An id made of names."""
        words = (_OTHER.sub("-", part.lower()[:60]).strip("-") for part in parts if part)
        slug = "-".join(word for word in words if word) or "x"
        times = self._given.get(slug, 0)
        self._given[slug] = times + 1
        return self.new(f"{slug}-{times + 1}") if times else slug


def check_of(result: Result) -> str:
    """What a check is called beside its subject: its metric, or the id that the user gave it."""
    own = "" if result.monitor == "model" else own_id(result)
    return clean(own or result.metric, 80)


def own_id(result: Result) -> str:
    """The last part of `dataset/subject/metric/id`, when there is one."""
    stem = "/".join(part for part in (result.dataset, result.subject, result.metric) if part)
    return result.id.removeprefix(f"{stem}/") if result.id.startswith(f"{stem}/") else ""
