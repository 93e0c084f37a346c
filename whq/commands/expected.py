"""How many false alarms a project is to expect: one number a month, from what it asks for, before anything runs.

Each series with a learned threshold alerts on a quiet chunk with the chance `alarms`: series × chunks a month × alarms,
summed over the datasets. With `false_discovery` the columns of a chunk are judged together, and some alert is false
with that chance for each statistic. Not counted are limits that a user wrote (they promise nothing), `{std: …}` (its
rate depends on the reference), and chunks that no calendar gives (rows, parts, all at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from whq.config.spec import ModelSpec
from whq.resolve import Resolved
from whq.values import ChunkUnit

DAYS_A_MONTH = 365.25 / 12
CHUNKS_A_MONTH: Mapping[ChunkUnit, float] = {
    "hour": 24 * DAYS_A_MONTH, "day": DAYS_A_MONTH, "week": DAYS_A_MONTH / 7, "month": 1.0, "quarter": 1 / 3,
    "year": 1 / 12,
}  # fmt: skip


class Expected(Struct, frozen=True):
    """Series with a learned threshold, how many of their chunks are judged a month, how many of these alert falsely.

    A segment by a column counts once: its values are not known before a run.
    """

    series: int = 0
    chunks: float = 0.0
    alarms: float = 0.0


def expected(items: Iterable[Resolved]) -> Expected:
    """What all datasets together are to expect in a month."""
    total = Expected()
    for item in items:
        chunks = CHUNKS_A_MONTH.get(item.spec.chunking.unit, 0.0)
        for series, alarms in (*_of_drift(item), *_of_models(item)):
            total = Expected(total.series + series, total.chunks + series * chunks, total.alarms + alarms * chunks)
    return total


def _of_drift(item: Resolved) -> Iterator[tuple[int, float]]:
    """The series of each statistic, and how many of them alert falsely in a quiet chunk."""
    drift = item.spec.drift
    if drift is None or drift.threshold.kind != "learned" or item.dataset.reference is None:
        return
    from whq.monitors.drift.columns import Plan

    plan = Plan.of(item.dataset, item.spec)
    columns: dict[str, int] = {}
    for column in plan.columns if plan else ():
        for metric in column.metrics:
            columns[metric] = columns.get(metric, 0) + 1
    for count in columns.values():
        series = count * (1 + len(item.spec.segments))
        each = series * drift.threshold.alarms
        yield series, each if drift.false_discovery is None else drift.false_discovery


def _of_models(item: Resolved) -> Iterator[tuple[int, float]]:
    learned = [model for model in item.spec.models if model.threshold.kind == "learned"]
    for model in learned if item.dataset.reference is not None else ():
        series = _series(model) * (1 + len(item.spec.segments))
        yield series, series * model.threshold.alarms


def _series(model: ModelSpec) -> int:
    from whq.monitors.models import kind, methods_of

    return len(kind(model.kind).variants(model)) * len(methods_of(model))
