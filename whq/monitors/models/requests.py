"""What all kinds of models ask of the warehouse alike: which rows, and how many of them there are."""

from __future__ import annotations

from whq.config.spec import ModelSpec
from whq.monitors.scopes import row_count, scopes
from whq.values import Dataset, Period, Request


def chunk_rows(dataset: Dataset, period: Period | None = None) -> tuple[Request, ...]:
    """Row counts by chunk: a query template does not tell how many rows a chunk has, when it starts and ends."""
    return tuple(row_count(scope) for scope in scopes(dataset, period=period))


def label_of(model: ModelSpec) -> str | None:
    """The column with the truth; labels of another table are joined to the dataset under a name of their own."""
    return model.label if isinstance(model.label, str) else None
