"""The sentence of an incident of a model: what changed, why, and which slice is served worst."""

from __future__ import annotations

from typing import Any

from whq.episodes.series import Episode
from whq.episodes.words import sentence
from whq.values import Chunk, Result

MONTH = Chunk("2024-03", 2, "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z", 500)


def episode(metric: str, method: str, value: float, before: float | None = None, **fields: Any) -> Episode:
    """An alert of a model's metric."""
    name = "weakest-realized" if "weakest" in fields.get("details", {}) else method
    chunk = None if name != method else MONTH
    result = Result(
        f"t/risk/{metric}/{name}", "t", "model", "risk", metric, "warn", method=method, value=value,
        period="analysis", alert=True, chunk=chunk, **fields,
    )  # fmt: skip
    return Episode(("t", result.id, result.segment), (result,), before=before)  # type: ignore[arg-type]


def told(*episodes: Episode) -> str:
    return sentence("2024-03", None, episodes, is_whole=False)


def slice_of(rank: int, segment: str, value: float) -> Episode:
    return episode("accuracy", "realized", value, segment=segment, details={"weakest": {"rank": rank}})


def test_a_changed_relation_is_said_beside_the_metrics_and_counts_as_none() -> None:
    fell = episode("f1", "realized", 0.2, 0.7)
    why = episode("f1", "concept", -0.49, 0.0, message="f1 fell by 0.500: other rows …")
    assert told(why, fell) == "since 2024-03: f1 fell from 0.7 to 0.2, inputs and label relate differently"


def test_a_changed_relation_alone_is_told_in_full() -> None:
    why = episode("f1", "concept", 0.02, -0.01, message="scores come true differently than in the reference")
    assert told(why) == "since 2024-03: scores come true differently than in the reference"


def test_the_worst_slice_is_named_and_the_others_are_counted() -> None:
    slices = slice_of(2, "region=south", 0.6), slice_of(1, "grade=C", 0.5)
    assert told(*slices) == "since 2024-03: accuracy is 0.5 in grade=C, 1 more slice worse than before"
    assert told(slices[0]) == "since 2024-03: accuracy is 0.6 in region=south"
