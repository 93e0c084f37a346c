"""What a run learned from the reference, kept for the next run: one document a family and dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, ValidationError, convert, field, to_builtins

from whq.memory import fingerprint
from whq.monitors import Baseline, LearnedThresholds, monitor
from whq.monitors.bands import Taught
from whq.resolve import Resolved
from whq.store import Store
from whq.store.rows import StoredBaseline
from whq.values import MonitorName


class Learned(Struct, frozen=True):
    """A family's baseline and thresholds.

    `is_new`: they are not from the store. `is_sound`: nothing failed while fitting. `anew`: why something that is
    stored was not taken.
    """

    baseline: Baseline = field(default_factory=Baseline)
    thresholds: LearnedThresholds = field(default_factory=dict)
    is_new: bool = True
    is_sound: bool = False
    anew: str = ""


class _Threshold(Struct, frozen=True):
    """What the reference taught of one series."""

    id: str
    segment: str | None
    taught: Taught


class _Document(Struct, frozen=True):
    """What the store keeps beside the format; the baseline is read by its family."""

    baseline: Any
    thresholds: tuple[_Threshold, ...]


def recall(store: Store | None, item: Resolved, name: MonitorName) -> Learned:
    """What an earlier run learned for a family of a dataset; new and empty when there is nothing of use."""
    kind = monitor(name).baseline
    nothing = Learned(kind())
    if store is None or kind is Baseline:
        return nothing
    stored = store.baseline(item.dataset.name, name, fingerprint.of_family(name, item.dataset, item.spec))
    if stored is None:
        return nothing
    if stored.format != kind.FORMAT:
        return Learned(kind(), anew=kind.CHANGE)
    if stored.content is None:
        return nothing
    try:
        document = convert(stored.content, _Document)
        baseline = kind.read(document.baseline)
    except ValidationError as error:
        return Learned(kind(), anew=f"what was stored cannot be read ({error})")
    thresholds = {(one.id, one.segment): one.taught for one in document.thresholds}
    return Learned(baseline, thresholds, is_new=False, is_sound=True)


def remember(store: Store, item: Resolved, name: MonitorName, learned: Learned, thresholds: LearnedThresholds) -> None:
    """Keep a new baseline with the thresholds that its first run taught; one that failed in part is not kept."""
    kind = type(learned.baseline)
    if not (learned.is_new and learned.is_sound) or kind is Baseline:
        return
    flat = tuple(_Threshold(id, segment, taught) for (id, segment), taught in thresholds.items())
    content = to_builtins(_Document(learned.baseline, flat))
    identity = fingerprint.of_family(name, item.dataset, item.spec)
    store.save_baseline(item.dataset.name, name, identity, StoredBaseline(kind.FORMAT, content))


def told_anew(dataset: str, learned: Mapping[MonitorName, Learned]) -> tuple[str, ...]:
    """One sentence for each family of a dataset whose stored baseline was not taken."""
    return tuple(f"{dataset}: {name} learned anew: {family.anew}" for name, family in learned.items() if family.anew)
