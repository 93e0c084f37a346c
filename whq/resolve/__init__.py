"""A project meets the catalog: exact names and checked SQL, or a problem with the item that cannot be asked.

One wrong column loses only its own item; a wrong table, time or reference loses its dataset, never the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from whq.catalog import Catalog
from whq.config.spec import DatasetSpec, Item, LabelTable, LookupSpec, Project, WatchSpec
from whq.resolve.binder import Binder, Resolved
from whq.resolve.datasets import base, with_labels, with_reference
from whq.resolve.items import ITEMS
from whq.sql.templates import Templates
from whq.values import Dataset, TableSource

__all__ = ["Item", "Resolved", "resolve"]


def resolve(
    project: Project,
    catalog: Catalog,
    dialect: str,
    templates: Templates,
    *,
    is_windowed: bool = False,
    as_of: datetime | None = None,
) -> tuple[Resolved, ...]:
    """Each dataset that asks for something, bound to the catalog; what could not be bound is in `problems`.

    Args:
        is_windowed: Whether rows of some time are looked at only, which needs time columns that can be compared.
        as_of: The run's clock (UTC, naive): what user SQL reads as `now()`.
    """
    catalog.expect(_tables(project))
    binder = Binder(project, catalog, dialect, templates, is_windowed, as_of, catalog.allow_functions)
    return tuple(_resolved(binder, spec) for spec in project.datasets if spec.items)


def _tables(project: Project) -> Iterator[str]:
    """The tables that a project names, those inside of its queries excepted."""
    for spec in project.datasets:
        arguments = (argument for item in spec.rules for argument in item.arguments.values())
        labels = (item.label for item in spec.models)
        yield from (item.table for item in (*arguments, *labels) if isinstance(item, (LookupSpec, LabelTable)))
        if spec.table is not None:
            yield spec.table


def _resolved(binder: Binder, spec: DatasetSpec) -> Resolved:
    problems = binder.fresh()
    dataset = base(binder, spec)
    if dataset is not None:
        dataset = with_reference(binder, spec, dataset)
    if dataset is None or problems:
        return _lost(spec, binder)
    labelled, models = with_labels(binder, spec, dataset)
    resolved = replace(
        spec,
        time=dataset.time,
        key=dataset.key,
        where=dataset.where,
        reference=None if isinstance(dataset.reference, Dataset) else dataset.reference,
        models=tuple(models),
    )
    bound = [ITEMS[item.family](binder, labelled, item) for item in resolved.items]
    return Resolved(labelled, resolved.with_items(item for item in bound if item is not None), tuple(binder.lost))


def _lost(spec: DatasetSpec, binder: Binder) -> Resolved:
    """A dataset that cannot be read: each of its items ends with the first problem, further ones stand alone."""
    first, *others = binder.problems
    asked = [item for item in spec.items if not isinstance(item, WatchSpec) or item.is_written]
    problems = [(item, first) for item in asked or spec.items] + [(None, other) for other in others]
    return Resolved(Dataset(spec.name, TableSource(()), ()), spec.with_items(()), tuple(problems))
