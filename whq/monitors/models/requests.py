"""What all kinds of models ask of the warehouse alike: which rows, and how many of them there are."""

from __future__ import annotations

from collections.abc import Iterator

from whq.config.spec import ModelSpec
from whq.values import Dataset, Period, Request, Scope


def scopes(
    dataset: Dataset, model: ModelSpec, period: Period | None = None, *, by_chunk: bool = True
) -> Iterator[Scope]:
    """All of the model's rows, then those cut by each of the dataset's segments."""
    where = model.common.filter
    for segment in (None, *(segment.name for segment in dataset.segments)):
        yield Scope(dataset.name, by_chunk=by_chunk, segment=segment, period=period, where=where)


def chunk_rows(dataset: Dataset, period: Period | None = None) -> tuple[Request, ...]:
    """Row counts by chunk: a query template does not tell how many rows a chunk has, when it starts and ends."""
    names = (None, *(segment.name for segment in dataset.segments))
    counted = (Scope(dataset.name, by_chunk=True, segment=name, period=period) for name in names)
    return tuple(Request.of(scope, "metrics/row_count") for scope in counted)


def label_of(model: ModelSpec) -> str | None:
    """The column with the truth; labels of another table are joined to the dataset under a name of their own."""
    return model.label if isinstance(model.label, str) else None
