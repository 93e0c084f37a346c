"""What a run learned from the reference, kept for the next run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from whq.memory import fingerprint
from whq.monitors import Baseline
from whq.monitors.judge import Thresholds
from whq.resolve import Resolved
from whq.store import Store
from whq.values import MonitorName, Result


class Learned(Struct, frozen=True):
    """A family's baseline and thresholds. `is_new`: not from the store. `is_sound`: nothing failed while fitting."""

    baseline: Baseline = field(default_factory=dict)
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    is_new: bool = True
    is_sound: bool = False


def recall(store: Store | None, item: Resolved, name: MonitorName, version: str) -> Learned:
    """What an earlier run learned for a family of a dataset; new and empty when there is nothing of use."""
    if store is None:
        return Learned()
    identity = fingerprint.of_family(name, item.dataset, item.spec, version)
    document = store.baseline(item.dataset.name, identity)
    if document is None:
        return Learned()
    thresholds = {key: Thresholds(*band) for key, band in document["thresholds"].items()}
    return Learned(document["baseline"], thresholds, is_new=False, is_sound=True)


def remember(
    store: Store, item: Resolved, name: MonitorName, version: str, known: Learned, results: Iterable[Result]
) -> None:
    """Keep a new baseline with the thresholds that its results carry; one that failed in part is not kept."""
    if not (known.is_new and known.is_sound):
        return
    identity = fingerprint.of_family(name, item.dataset, item.spec, version)
    document = {"baseline": known.baseline, "thresholds": bands(results)}
    store.save_baseline(item.dataset.name, identity, document)


def bands(results: Iterable[Result]) -> dict[str, tuple[float | None, float | None]]:
    """The thresholds of results by `id|segment`."""
    return {
        f"{result.id}|{result.segment or ''}": (result.threshold_lower, result.threshold_upper)
        for result in results
        if result.threshold_lower is not None or result.threshold_upper is not None
    }
