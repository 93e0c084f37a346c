"""What a model asks of the warehouse: three templates, a positive value in the type of each column."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.monitors.models.baseline import ModelBaseline
from whq.values import Column, ColumnName, Dataset, Period, Request, Rows, Scalar, Scope

MOST_ROWS = 100_000
"""Above so many labelled rows of the reference its scores are read in 16,384 bins."""

MOST_RANKED = 65_536
"""Above so many rows with score and label a chunk's realized ranking is read off 4,096 bins of the scores."""


def _scopes(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> Iterator[Scope]:
    """All rows by chunk, then each of the dataset's segments."""
    where = model.common.filter
    for segment in (None, *(segment.name for segment in dataset.segments)):
        yield Scope(dataset.name, by_chunk=True, segment=segment, period=period, where=where)


def chunk_rows(dataset: Dataset, period: Period | None = None) -> tuple[Request, ...]:
    """Row counts by chunk: a query template does not tell how many rows a chunk has, when it starts and ends."""
    names = (None, *(segment.name for segment in dataset.segments))
    scopes = (Scope(dataset.name, by_chunk=True, segment=name, period=period) for name in names)
    return tuple(Request.of(scope, "metrics/row_count") for scope in scopes)


def score_groups(dataset: Dataset, model: ModelSpec) -> Request:
    """Rows and positive labels of the whole reference by score."""
    where = model.common.filter
    return Request.of(
        Scope(dataset.name, period="reference", where=where),
        "performance/score_groups",
        score=ColumnName(model.score),
        label=ColumnName(label_of(model) or ""),
        positive=_positive(dataset, model, label_of(model)),
        most=MOST_ROWS,
    )


def realized(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
    """Realized confusion matrix and ranking by chunk, of all rows and of each segment."""
    label = label_of(model)
    arguments: dict[str, Any] = {
        "score": ColumnName(model.score),
        "label": ColumnName(label or ""),
        "positive_label": _positive(dataset, model, label),
        "most": MOST_RANKED,
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive_prediction"] = _positive(dataset, model, model.prediction)
    return tuple(Request.of(scope, "performance/realized", **arguments) for scope in _scopes(dataset, model, period))


def estimated(dataset: Dataset, model: ModelSpec, fitted: ModelBaseline) -> tuple[Request, ...]:
    """Expected confusion matrix and ranking, once the model has a calibration."""
    if not fitted.knots:
        return ()
    arguments: dict[str, Any] = {
        "score": ColumnName(model.score),
        "knots": Rows(("score", "probability"), ("float", "float"), fitted.knots),
    }
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["positive"] = _positive(dataset, model, model.prediction)
    return tuple(Request.of(scope, "performance/estimated", **arguments) for scope in _scopes(dataset, model))


def label_of(model: ModelSpec) -> str | None:
    """The column with the truth; labels of another table are joined to the dataset under a name of their own."""
    return model.label if isinstance(model.label, str) else None


def _positive(dataset: Dataset, model: ModelSpec, name: str | None) -> Scalar:
    """The value that means positive, in the type of a column."""
    return None if name is None else positive_of(model.positive, dataset.column(name))


def positive_of(positive: Scalar, column: Column) -> Scalar:
    """The positive value in the type of the column: 1 or true unless given, None where it cannot be."""
    if column.is_a("boolean"):
        words: dict[str, bool] = {"none": True, "1": True, "true": True, "0": False, "false": False}
        return words.get(str(positive).lower())
    if column.is_a("numeric"):
        return _numeric(1 if positive is None else positive)
    if column.is_a("text"):
        return "1" if positive is None else str(positive).lower() if isinstance(positive, bool) else str(positive)
    return positive


def _numeric(positive: Scalar) -> Scalar:
    try:
        found = float(positive)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if not isfinite(found):
        return None
    return int(found) if found == int(found) else found


def trouble_of(dataset: Dataset, model: ModelSpec) -> Problem | None:
    """What makes a model impossible to evaluate: a positive value that one of its columns cannot hold."""
    for name in (label_of(model), model.prediction):
        if name is not None and _positive(dataset, model, name) is None:
            column = dataset.column(name)
            message = f'model {model.name}: positive {model.positive!r} is no value of "{name}" ({column.type})'
            return Problem("WHQ-M301", "monitor", message, "set `positive:` to a value that the column holds")
    return None
