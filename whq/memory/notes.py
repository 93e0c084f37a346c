"""Notes: what was learned of a chunk at some cost, kept while what it follows from stays.

A note lies among the summaries, under what it is about; the facts that it follows from stand in it. A later note of the
same chunk takes its place. `--refit` asks for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whq.memory import fingerprint
from whq.monitors import Note
from whq.sql.templates import Templates
from whq.store import Store
from whq.store.rows import Summary
from whq.values import Dataset


def recall(store: Store | None, dataset: Dataset, notes: Sequence[Note], templates: Templates) -> dict[Note, Any]:
    """The contents of the notes that are kept and still hold."""
    if store is None or not notes:
        return {}
    by_place = {(_name(note, dataset, templates), note.chunk): note for note in notes}
    found: dict[Note, Any] = {}
    for summary in store.summaries(dataset.name, {name for name, _ in by_place}):
        note = by_place.get((summary.fingerprint, summary.chunk))
        if note is not None and summary.content["facts"] == note.facts:
            found[note] = summary.content["learned"]
    return found


def remember(store: Store, dataset: Dataset, kept: Mapping[Note, Any], templates: Templates) -> None:
    """Keep notes with their contents, plain JSON values."""
    store.save_summaries(
        Summary(
            dataset.name, _name(note, dataset, templates), note.chunk, {"facts": note.facts, "learned": content},
            "analysis",
        )
        for note, content in kept.items()
    )  # fmt: skip


def _name(note: Note, dataset: Dataset, templates: Templates) -> str:
    return f"{note.of}:{fingerprint.of_request(note.about, dataset, templates)}"
