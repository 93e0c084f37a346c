"""Generators that ask in rounds, side by side: what all of them ask for next goes out together."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, TypeVar

from whq.monitors import Answers, Ask, Growing, Note

Key = TypeVar("Key")


def together(generators: Mapping[Key, Growing]) -> Generator[Ask, Answers, dict[Key, Any]]:
    """Run generators to their end; in each round their asks are one.

    Returns:
        What each of them returned.
    """
    ended: dict[Key, Any] = {}
    asks: dict[Key, Ask] = {}
    for key in generators:
        _step(key, generators[key], None, asks, ended)
    while asks:
        answers = yield _merged(asks)
        for key in tuple(asks):
            del asks[key]
            _step(key, generators[key], answers, asks, ended)
    return ended


def _step(key: Key, one: Growing, answers: Answers | None, asks: dict[Key, Ask], ended: dict[Key, Any]) -> None:
    """Go on to what a generator asks next, or to what it returns."""
    try:
        asks[key] = next(one) if answers is None else one.send(answers)
    except StopIteration as end:
        ended[key] = end.value


def _merged(asks: Mapping[Key, Ask]) -> Ask:
    listed = tuple(asks.values())
    keeps: dict[Note, Any] = {}
    for ask in listed:
        keeps |= ask.keeps
    return Ask(
        tuple(dict.fromkeys(one for ask in listed for one in ask.requests)),
        tuple(dict.fromkeys(one for ask in listed for one in ask.growths)),
        tuple(dict.fromkeys(one for ask in listed for one in ask.recalls)),
        keeps,
    )
