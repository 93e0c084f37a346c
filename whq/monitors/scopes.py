"""Which rows monitors read: all rows and each segment, by chunk; and which chunks there are, with rows or without."""

from __future__ import annotations

from collections.abc import Iterable

from whq.config.spec import Common
from whq.monitors.outcome import key, ordered
from whq.values import Dataset, Failure, Measurement, Period, Request, Row, Scope

ROW_COUNT = "metrics/row_count"


def scopes(
    dataset: Dataset, common: Common | None = None, period: Period | None = None, *, by_chunk: bool = True
) -> tuple[Scope, ...]:
    """All rows, then the rows cut by each of the dataset's segments.

    Args:
        common: whose filter the rows must pass.
        period: the only one to read; both without it.
        by_chunk: whether they are cut by chunk as well.
    """
    where = None if common is None else common.filter
    names = (None, *(segment.name for segment in dataset.segments))
    return tuple(Scope(dataset.name, by_chunk=by_chunk, segment=name, period=period, where=where) for name in names)


def row_count(scope: Scope) -> Request:
    """How many rows there are. Its cells are all chunks of the scope: it is asked of both periods in every run."""
    return Request.of(scope, ROW_COUNT)


def with_missing(rows: Iterable[Row], counted: Measurement | Failure) -> list[Row]:
    """Rows in order, with one that has no values for each chunk in which there is no row.

    Args:
        rows: at most one a cell.
        counted: the answer to `row_count` for the same rows.
    """
    listed = list(rows)
    if isinstance(counted, Measurement):
        present = {key(row.cell) for row in listed}
        listed += [Row(cell, {}) for cell in counted.cells if key(cell) not in present]
    return ordered(listed)
