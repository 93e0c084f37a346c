"""Which values of rows an output may show.

The tag `pii` on the dataset, on the item or on a rule of a column forbids all. Without it a category that so many rows
share may be named, and all values of a column that says `values: true`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from whq.config.spec import DatasetSpec

PRIVATE = "pii"
"""The tag of what must not be shown."""
COMMON = 10
"""A value that at least so many rows share may be named."""


def is_private(spec: DatasetSpec, columns: Iterable[str], tags: Collection[str] = ()) -> bool:
    """Whether no value of any of these columns may be shown.

    Args:
        tags: those of the item that would show them.
    """
    named = {name.lower() for name in columns}
    return PRIVATE in spec.tags or PRIVATE in tags or not named.isdisjoint(spec.private)


def may_show(spec: DatasetSpec, column: str, rows: int, tags: Collection[str] = ()) -> bool:
    """Whether a value of a column that so many rows share may be shown."""
    if is_private(spec, (column,), tags):
        return False
    shows_all = spec.profile is not None and column in spec.profile.show_values
    return shows_all or rows >= COMMON
