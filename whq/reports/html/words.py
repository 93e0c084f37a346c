"""The words of a page that not everyone knows, explained: on hover where they stand, and in a list at the end."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from whq.glossary import explanations
from whq.reports.html.names import Anchors
from whq.reports.text import clean
from whq.values import Result

_DETAILS = ("partial", "state", "moved", "note", "threshold")
"""Keys of details that the page shows, by which they are explained."""
_LAST = ("profile metric",)
"""Kinds of words that are listed after the others."""


class Word(Struct, frozen=True):
    """A word with its meaning, how to read the number, and what to do about it."""

    word: str
    anchor: str
    title: str
    scale: str
    action: str

    @property
    def hint(self) -> str:
        """The short form, for those who point at the word."""
        return f"{self.title}. {self.scale}" if self.scale else self.title


def words(results: Iterable[Result], anchors: Anchors) -> dict[str, Word]:
    """What the glossary knows of the words that these results print, in the order in which they come."""
    known = {entry.word: entry for entry in explanations()}
    told = dict.fromkeys(word for result in results for word in _printed(result))
    entries = sorted((known[word] for word in told if word in known), key=lambda entry: entry.kind in _LAST)
    return {
        entry.word: Word(
            clean(entry.word, 60),
            anchors.new("word", entry.word),
            clean(entry.title),
            clean(entry.scale),
            clean(entry.action),
        )
        for entry in entries
    }


def _printed(result: Result) -> Iterable[str]:
    yield result.metric
    if result.method:
        yield result.method
    if result.status not in ("pass", "fail", "warn"):
        yield result.status
    if result.details:
        yield from (word for word in _DETAILS if word in result.details)
        yield from (str(result.details[key]) for key in ("state", "withheld") if key in result.details)
