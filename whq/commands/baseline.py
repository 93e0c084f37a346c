"""baseline: what is learned of the reference, to look at, and to take from one project or target to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from whq.commands.baseline_file import SCHEMA, Entry, Family, File, fitting, moves, read
from whq.config import load_project, load_target
from whq.config.spec import Project
from whq.engines import engine
from whq.engines.base import catalog_of
from whq.errors import ConfigError, Problem, SelectionError, did_you_mean
from whq.memory import fingerprint
from whq.memory.baselines import Learned, Origin, Threshold, document_of, recall, remember
from whq.monitors import Baseline, monitor
from whq.pipeline.choice import bind, choose, own_templates
from whq.pipeline.options import Options
from whq.sql.templates import load
from whq.store import Store, open_store
from whq.values import MonitorName
from whq.version import __version__


class LearnedItem(Struct, frozen=True):
    """What is learned of one item: a column, or a model.

    id: `dataset/family/item`. content: plain JSON. thresholds: what the reference's chunks taught of its series.
    learned: when, in ISO form. origin: whose rows taught it, and from where it was imported.
    """

    id: str
    dataset: str
    family: MonitorName
    item: str
    content: Mapping[str, Any]
    thresholds: tuple[Threshold, ...]
    format: int
    learned: str
    origin: Origin


class NotLearned(Struct, frozen=True):
    """A family of a dataset that the next run learns, and why it is not known yet."""

    id: str
    why: str


class Baselines(Struct, frozen=True):
    """What the next run will go on with, and what it will learn."""

    learned: tuple[LearnedItem, ...]
    missing: tuple[NotLearned, ...]


class Imported(Struct, frozen=True):
    """A family that was imported: how many items, and when that was learned whose place it takes (empty: nothing)."""

    id: str
    items: int
    learned: str
    replaced: str


def baseline_list(
    ids: Sequence[str] = (),
    *,
    project: str | Path = ".",
    profile: str | None = None,
    target: str | None = None,
) -> Baselines:
    """What the next run of a project knows of its reference, by dataset, family and item.

    Args:
        ids: Only these and what lies below them: `loans`, `loans/drift`, `loans/drift/income`.

    Raises:
        ConfigError: No item or family has such an id.
    """
    families = _bound(project, profile, target)[2]
    learned = [each for family in families for each in _items(family)]
    missing = [_missing(family) for family in families if family.stored.is_new]
    _refuse_unmatched(ids, [*(each.id for each in learned), *(each.id for each in missing)])
    return Baselines(
        tuple(each for each in learned if _is_asked(each.id, ids)),
        tuple(each for each in missing if _is_asked(each.id, ids)),
    )


def baseline_show(
    id: str,
    *,
    project: str | Path = ".",
    profile: str | None = None,
    target: str | None = None,
) -> tuple[LearnedItem, ...]:
    """What is learned of one item, or of all below an id such as `loans/model`.

    Raises:
        ConfigError: No item has that id.
        SelectionError: Nothing is learned of it yet.
    """
    found = baseline_list((id,), project=project, profile=profile, target=target)
    if not found.learned:
        told = ", ".join(f"{each.id} is {each.why}" for each in found.missing)
        raise SelectionError(Problem("WHQ-R007", "store", f"nothing is stored: {told}", "run `whq run` first"))
    return found.learned


def baseline_export(
    ids: Sequence[str] = (),
    *,
    project: str | Path = ".",
    profile: str | None = None,
    target: str | None = None,
) -> dict[str, Any]:
    """What is learned as one JSON document of the schema `whq.baseline/1`: bins, curves, thresholds, no row.

    Args:
        ids: Only these datasets (`loans`) or families (`loans/drift`).

    Raises:
        ConfigError: No family has such an id.
        SelectionError: Nothing of it is learned yet.
    """
    loaded, at, families = _bound(project, profile, target)
    chosen = _chosen(families, ids)
    known = [family for family in chosen if not family.stored.is_new]
    if not known:
        raise SelectionError(
            Problem("WHQ-R007", "store", "nothing that could be exported is learned yet", "run `whq run`")
        )
    document = File(SCHEMA, __version__, loaded.name, at, _now(), tuple(map(_entry, known)))
    plain: dict[str, Any] = to_builtins(document)
    return plain


def baseline_import(
    file: str | Path,
    ids: Sequence[str] = (),
    *,
    project: str | Path = ".",
    profile: str | None = None,
    target: str | None = None,
) -> tuple[Imported, ...]:
    """Put what a file holds in the place of what is learned; the next runs go on with it. All of it, or nothing.

    Args:
        ids: Only these datasets or families of the file.

    Raises:
        ConfigError: The file holds no baselines, or one that does not fit this project and target; each is told.
    """
    document = read(Path(file))
    loaded, _, families = _bound(project, profile, target, create=True)
    listed = {f"{entry.dataset}/{entry.family}": entry for entry in document.baselines}
    _refuse_unmatched(ids, list(listed))
    known = {family.id: family for family in families}
    pairs: list[tuple[Family, Entry, Learned]] = []
    problems: list[Problem] = []
    for id, entry in listed.items():
        if not _is_asked(id, ids):
            continue
        try:
            learned = fitting(known, id, entry)
            pairs.append((known[id], entry, learned))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    with open_store(loaded, profile).together() as store:
        for family, entry, learned in pairs:
            origin = replace(learned.origin, imported=_now(), project=document.project, learned=entry.learned)
            remember(store, family.item, family.name, replace(learned, is_new=True, origin=origin), learned.thresholds)
    return tuple(
        Imported(family.id, len(learned.baseline.parts()), entry.learned, family.learned)
        for family, entry, learned in pairs
    )


def _bound(
    project: str | Path, profile: str | None, target: str | None, *, create: bool = False
) -> tuple[Project, str, tuple[Family, ...]]:
    """The project, the name of the target, and its families that learn something, bound to the catalog."""
    loaded = load_project(Path(project))
    options = Options()
    chosen = choose(loaded, options)
    where = load_target(loaded, profile, target)
    chosen_engine = engine(where.type, where.variables)
    with closing(chosen_engine.connect(where)) as session:
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        _, items = bind(chosen, catalog_of(session, where), load(own_templates(loaded)), options, now)
    store = _store(loaded, where.profile, create)
    families = tuple(
        Family(item, name, recall(store, item, name))
        for item in items
        for name in item.spec.families
        if monitor(name).baseline is not Baseline
    )
    return loaded, where.name, families


def _store(project: Project, profile: str | None, create: bool) -> Store | None:
    try:
        return open_store(project, profile, create=create)
    except SelectionError:
        return None


def _items(family: Family) -> Iterator[LearnedItem]:
    if family.stored.is_new:
        return
    format = type(family.stored.baseline).FORMAT
    for name, part in family.stored.baseline.parts().items():
        own = f"{family.item.dataset.name}/{name}/"
        several = tuple(each for each in document_of(family.stored).thresholds if each.id.startswith(own))
        yield LearnedItem(
            f"{family.id}/{name}", family.item.dataset.name, family.name, name, to_builtins(part), several, format,
            family.learned, family.stored.origin,
        )  # fmt: skip


def _missing(family: Family) -> NotLearned:
    if family.stored.anew:
        return NotLearned(family.id, f"learned anew at the next run: {family.stored.anew}")
    if moves(family):
        return NotLearned(family.id, "learned in each run: its reference moves with the run's clock")
    return NotLearned(family.id, "learned at the next run")


def _chosen(families: Sequence[Family], ids: Sequence[str]) -> list[Family]:
    names = [family.id for family in families]
    below = next((id for id in ids for name in names if id.startswith(f"{name}/")), None)
    if below is not None:
        family = next(name for name in names if below.startswith(f"{name}/"))
        message = f'"{below}" is a part of {family}, which is exported as a whole'
        raise ConfigError(Problem("WHQ-U008", "usage", message, f"write {family}"))
    _refuse_unmatched(ids, names)
    return [family for family in families if _is_asked(family.id, ids)]


def _is_asked(id: str, ids: Sequence[str]) -> bool:
    return not ids or any(id == each or id.startswith(f"{each}/") for each in ids)


def _refuse_unmatched(ids: Sequence[str], known: Sequence[str]) -> None:
    """Refuse an id that nothing has, nor lies below. Raises ConfigError."""
    for each in ids:
        if not any(_is_asked(id, (each,)) for id in known):
            hint = did_you_mean(each, [*known, *(id.partition("/")[0] for id in known)])
            raise ConfigError(Problem("WHQ-U008", "usage", f'no baseline has the id "{each}"', hint))


def _entry(family: Family) -> Entry:
    dataset, spec = family.item.dataset, family.item.spec
    return Entry(
        dataset.name,
        family.name,
        type(family.stored.baseline).FORMAT,
        family.learned,
        fingerprint.definition(family.name, dataset, spec),
        document_of(family.stored),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
