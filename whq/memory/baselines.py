"""What a run learned from the reference, kept for the next run: one document a family and dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, ValidationError, convert, field, to_builtins
from msgspec.structs import replace

from whq.memory import fingerprint
from whq.monitors import Baseline, LearnedThresholds, monitor
from whq.monitors.bands import Taught
from whq.resolve import Resolved
from whq.store import Store
from whq.store.rows import StoredBaseline
from whq.values import Dataset, FileSource, Fragment, MonitorName, TableSource

_NOT_AS_IMPORTED = "the definition has changed since it was imported; to go on with one, import it again"


class Origin(Struct, frozen=True, omit_defaults=True):
    """Where what was learned comes from.

    table, reference: whose rows taught it, and which of them, as written by the user; empty where that is not known.
    imported: when it was imported, in ISO form, and from which project; empty where it was learned here. learned: of
    what was imported, when it was learned.
    """

    table: str = ""
    reference: str = ""
    imported: str = ""
    project: str = ""
    learned: str = ""


class Learned(Struct, frozen=True):
    """A family's baseline and thresholds.

    `is_new`: they are not from the store. `is_sound`: nothing failed while fitting. `anew`: why something that is
    stored was not taken. `stored`: since when they are in the store, in ISO form.
    """

    baseline: Baseline = field(default_factory=Baseline)
    thresholds: LearnedThresholds = field(default_factory=dict)
    is_new: bool = True
    is_sound: bool = False
    anew: str = ""
    stored: str = ""
    origin: Origin = Origin()


class Threshold(Struct, frozen=True):
    """What the reference taught of one series."""

    id: str
    segment: str | None
    taught: Taught


class Document(Struct, frozen=True):
    """What the store keeps beside the format; the baseline is read by its family."""

    baseline: Any
    thresholds: tuple[Threshold, ...]
    origin: Origin = Origin()

    def read(self, name: MonitorName) -> Learned:
        """What it holds of a family. Raises msgspec.ValidationError where the baseline is not of the family's form."""
        baseline = monitor(name).baseline.read(self.baseline)
        thresholds = {(one.id, one.segment): one.taught for one in self.thresholds}
        return Learned(baseline, thresholds, is_new=False, is_sound=True, origin=self.origin)


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
        return replace(nothing, anew=kind.CHANGE)
    try:
        document = convert(stored.content, Document)
        learned = document.read(name)
    except ValidationError as error:
        return replace(nothing, anew=f"what was stored cannot be read ({error})" if stored.is_current else "")
    if not stored.is_current:
        return replace(nothing, anew=_NOT_AS_IMPORTED if document.origin.imported else "")
    return replace(learned, stored=stored.created)


def remember(store: Store, item: Resolved, name: MonitorName, learned: Learned, thresholds: LearnedThresholds) -> None:
    """Keep a new baseline with the thresholds that its first run taught; one that failed in part is not kept."""
    kind = type(learned.baseline)
    if not (learned.is_new and learned.is_sound) or kind is Baseline:
        return
    origin = learned.origin if learned.origin.imported else origin_of(item.dataset)
    content = to_builtins(document_of(replace(learned, thresholds=thresholds, origin=origin)))
    identity = fingerprint.of_family(name, item.dataset, item.spec)
    store.save_baseline(item.dataset.name, name, identity, StoredBaseline(kind.FORMAT, content))


def document_of(learned: Learned) -> Document:
    """What is kept of a family."""
    flat = tuple(Threshold(id, segment, taught) for (id, segment), taught in learned.thresholds.items())
    return Document(learned.baseline, flat, learned.origin)


def origin_of(dataset: Dataset) -> Origin:
    """Whose rows teach the families of a dataset."""
    if isinstance(dataset.reference, Dataset):
        return Origin(
            _source(dataset.reference), "" if dataset.reference.where is None else dataset.reference.where.shown
        )
    return Origin(_source(dataset), dataset.reference.shown if isinstance(dataset.reference, Fragment) else "")


def _source(dataset: Dataset) -> str:
    """What a dataset reads, without the folder of a file."""
    if isinstance(dataset.source, TableSource):
        return ".".join(dataset.source.parts)
    if isinstance(dataset.source, FileSource):
        return dataset.source.path.replace("\\", "/").rpartition("/")[2]
    return f"the query of {dataset.name}"


def told_anew(dataset: str, learned: Mapping[MonitorName, Learned]) -> tuple[str, ...]:
    """One sentence for each family of a dataset whose stored baseline was not taken."""
    return tuple(f"{dataset}: {name} learned anew: {family.anew}" for name, family in learned.items() if family.anew)
