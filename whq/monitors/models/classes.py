"""What models of several classes ask of the warehouse, and how the answers are read.

The values of a cell, by name: `total`, `labelled`, `scored` and `predicted` rows (with all scores, with a prediction,
and with what these are compared with); `outside` and `uneven_scores`, rows with a score outside 0..1, and those whose
scores do not sum to one; `unknown_labels` and `unknown_predictions`, rows that name another class; `matrix`, rows by
true and predicted class, other values last; `tallies`, the same by class; `ranking`, for each class against all others
its `scored` rows, `positives`, `roc_auc` and `average_precision` with their bounds, for micro averages one more of all
scores together; `classes` and `average` of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit.confusion import Tallies
from whq.fit.histogram import Histogram
from whq.fit.isotonic import Knots
from whq.monitors.models import binary
from whq.monitors.models.protocol import Answers, Learned
from whq.monitors.models.requests import bins_of, label_of
from whq.monitors.outcome import answer, key, number
from whq.monitors.scopes import scopes
from whq.values import (
    Cell,
    Column,
    ColumnName,
    Dataset,
    Failure,
    LogicalType,
    Measurement,
    Measurements,
    Period,
    Request,
    Row,
    Rows,
    Scalar,
)

ABOVE = ">"
"""Stands between the true and the predicted class in the name of a cell of the confusion matrix."""

MOST_RANKED = 65_536
"""Above so many scores of all classes in a chunk they are ranked by bins of them, not one by one."""


def classes_of(model: ModelSpec) -> tuple[str, ...]:
    """The classes in the order of the file."""
    return tuple(model.score) if isinstance(model.score, Mapping) else ()


# --- classes as values of a column --------------------------------------------------------------------------


def value_of(name: str, column: Column) -> Scalar:
    """A class in the type of a column, None where it cannot be one of its values.

    >>> value_of("true", Column("plan", "boolean")), value_of("1", Column("plan", "integer"))
    (True, 1)
    >>> value_of("basic", Column("plan", "integer"))
    """
    if column.is_a("text"):
        return name
    return binary.positive_of(name, column) if column.is_a("boolean") or column.is_a("numeric") else None


def problem_of(dataset: Dataset, model: ModelSpec) -> Problem | None:
    """A class that the label or the prediction cannot hold, or two that are one value there."""
    for name in (label_of(model), model.prediction):
        if name is None:
            continue
        column, seen = dataset.column(name), dict[Scalar, str]()
        for one in classes_of(model):
            value = value_of(one, column)
            if value is None:
                message = f'model {model.name}: class "{one}" is no value of "{name}" ({column.type})'
                hint = "the keys of `score:` are the classes as they stand in label and prediction"
                return Problem("WHQ-M301", "monitor", message, hint)
            if value in seen:
                message = f'model {model.name}: classes "{seen[value]}" and "{one}" are one value of "{name}"'
                return Problem("WHQ-M301", "monitor", message, "leave one of them out")
            seen[value] = one
    return None


def _values(dataset: Dataset, model: ModelSpec, name: str) -> Rows:
    """The classes as a column says them, with their numbers."""
    column = dataset.column(name)
    values = [value_of(one, column) for one in classes_of(model)]
    kind: LogicalType = "text" if column.is_a("text") else "boolean" if column.is_a("boolean") else "float"
    if column.is_a("numeric") and all(isinstance(value, int) for value in values):
        kind = "integer"
    return Rows(("value", "class"), (kind, "integer"), tuple(zip(values, range(len(values)), strict=True)))


# --- requests -----------------------------------------------------------------------------------------------


def _arguments(dataset: Dataset, model: ModelSpec) -> dict[str, Any]:
    """What all scans are given: the scores and the prediction."""
    assert isinstance(model.score, Mapping)
    arguments: dict[str, Any] = {"scores": tuple(map(ColumnName, model.score.values()))}
    if model.prediction is not None:
        arguments["prediction"] = ColumnName(model.prediction)
        arguments["predictions"] = _values(dataset, model, model.prediction)
    return arguments


def _ranked(model: ModelSpec) -> dict[str, Any]:
    """How scores are ranked: how many one by one, and whether all classes together too."""
    pooled = {"pooled": True} if model.average == "micro" else {}
    return {"most": MOST_RANKED // len(classes_of(model)), **pooled}


def score_groups(dataset: Dataset, model: ModelSpec) -> dict[str, Request]:
    """By class the rows of the whole reference and those of the class, by its score."""
    assert isinstance(model.score, Mapping)
    (whole, *_) = scopes(dataset, model.common, "reference", by_chunk=False)
    label = label_of(model) or ""
    return {
        of: Request.of(
            whole,
            "models/scan/binary_score_groups",
            score=ColumnName(score),
            label=ColumnName(label),
            positive=value_of(of, dataset.column(label)),
            most=binary.MOST_ROWS,
        )
        for of, score in model.score.items()
    }


def realized(dataset: Dataset, model: ModelSpec, period: Period | None = None) -> tuple[Request, ...]:
    """Realized confusion matrix and rankings by chunk, of all rows and of each segment."""
    label = label_of(model) or ""
    arguments = {
        **_arguments(dataset, model),
        **_ranked(model),
        "label": ColumnName(label),
        "labels": _values(dataset, model, label),
    }
    return tuple(
        Request.of(scope, "models/scan/multiclass_realized", **arguments)
        for scope in scopes(dataset, model.common, period)
    )


def estimated(dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots]) -> tuple[Request, ...]:
    """Expected confusion matrix and rankings by chunk, of all rows and of each segment."""
    knots = [(place, *knot) for place, of in enumerate(classes_of(model)) for knot in curves.get(of, ())]
    arguments = {
        **_arguments(dataset, model),
        **_ranked(model),
        "knots": Rows(("class", "score", "probability"), ("integer", "float", "float"), tuple(knots)),
    }
    return tuple(
        Request.of(scope, "models/scan/multiclass_cbpe", **arguments) for scope in scopes(dataset, model.common)
    )


def score_bins(dataset: Dataset, model: ModelSpec, learned: Learned) -> tuple[Request, ...]:
    """Rows by class and bins of its score, by chunk, of all rows and of each segment; none without a label."""
    label = label_of(model)
    if label is None:
        return ()
    arguments = {
        **_arguments(dataset, model),
        "label": ColumnName(label),
        "labels": _values(dataset, model, label),
        "bins": bins_of(dataset),
    }
    return tuple(
        Request.of(scope, "models/scan/multiclass_score_bins", **arguments) for scope in scopes(dataset, model.common)
    )


# --- answers ------------------------------------------------------------------------------------------------


def realized_answers(
    dataset: Dataset, model: ModelSpec, measurements: Measurements, period: Period | None = None
) -> tuple[Answers, ...]:
    """What was counted of each cell."""
    return tuple(_answers(model, request, measurements) for request in realized(dataset, model, period))


def estimated_answers(
    dataset: Dataset, model: ModelSpec, curves: Mapping[str, Knots], measurements: Measurements
) -> tuple[Answers, ...]:
    """What is expected of each cell."""
    return tuple(_answers(model, request, measurements) for request in estimated(dataset, model, curves))


def _answers(model: ModelSpec, request: Request, measurements: Measurements) -> Answers:
    measured = answer(measurements, request)
    if isinstance(measured, Failure):
        return Answers(request.scope, failure=measured, query=measured.query)
    rows = tuple(Row(cell, _cell(model, list(lines))) for cell, lines in _by_cell(measured))
    return Answers(request.scope, rows, query=measured.query)


def _by_cell(measured: Measurement) -> Iterator[tuple[Cell, list[Mapping[str, Scalar]]]]:
    """The rows of an answer, cell by cell."""
    lines: dict[Cell, list[Mapping[str, Scalar]]] = {}
    for row in measured.rows:
        lines.setdefault(row.cell, []).append(row.values)
    yield from lines.items()


def _cell(model: ModelSpec, lines: list[Mapping[str, Scalar]]) -> dict[str, Any]:
    """The values of one cell."""
    pairs = [line for line in lines if line["predicted"] is not None]
    is_expected = "expected" in lines[0]
    size = len(classes_of(model))
    matrix = np.zeros((size + 1, size + 1))
    for line in pairs:
        true, predicted = int(_amount(line["class"])), int(_amount(line["predicted"]))
        if true >= 0 and predicted >= 0:
            matrix[true, predicted] += _amount(line["expected" if is_expected else "members"])
    counted = [line for line in pairs if line["class"] == 0] if is_expected else pairs
    labelled = counted if is_expected else [line for line in pairs if _amount(line["class"]) >= 0]
    told = [line for line in labelled if _amount(line["predicted"]) >= 0]
    members = "scored" if is_expected else "members"
    return {
        "total": _sum(counted, "members"),
        "labelled": _sum(labelled, "members"),
        "scored": _sum(labelled, "scored"),
        "predicted": _sum(told, members),
        "outside": _sum(counted, "outside"),
        "uneven_scores": _sum(counted, "uneven"),
        "unknown_labels": 0 if is_expected else _sum((one for one in pairs if one["class"] == size), "members"),
        "unknown_predictions": _sum((one for one in told if one["predicted"] == size), members),
        "matrix": matrix,
        "tallies": Tallies.of(matrix, size),
        "ranking": _ranking(lines, "expected" if is_expected else "positives"),
        "classes": classes_of(model),
        "average": model.average,
    }


_RANKED = ("roc_auc", "average_precision")


def _ranking(lines: list[Mapping[str, Scalar]], positives: str) -> tuple[dict[str, Any], ...]:
    """Each class against all others, then all together; nothing where no row can be ranked."""
    ranked = sorted((line for line in lines if line["predicted"] is None), key=lambda line: _amount(line["class"]))
    return tuple(
        {
            **{name: number(line[name]) for name in _RANKED},
            **{f"{name}_{side}": _bound(line, name, side) for name in _RANKED for side in ("lower", "upper")},
            "scored": _amount(line["scored"]),
            "positives": _amount(line[positives]),
        }
        for line in ranked
    )


def _bound(line: Mapping[str, Scalar], name: str, side: str) -> float | None:
    """Between what a value lies; where that is not said, the value itself."""
    bound = number(line.get(f"{name}_{side}"))
    return number(line[name]) if bound is None else bound


def _amount(value: Scalar) -> float:
    return number(value) or 0.0


def _sum(lines: Iterable[Mapping[str, Scalar]], name: str) -> int:
    return int(sum(_amount(line[name]) for line in lines))


def histograms(
    dataset: Dataset, model: ModelSpec, learned: Learned, measurements: Measurements
) -> dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]]:
    """The rows of each cell by class and score."""
    found: dict[str | None, dict[tuple[str | None, ...], dict[str, Histogram]]] = {}
    for request in score_bins(dataset, model, learned):
        measured = answer(measurements, request)
        if isinstance(measured, Measurement):
            for cell, by_class in _histograms(classes_of(model), measured):
                found.setdefault(cell.segment, {})[key(cell)] = by_class
    return found


def _histograms(classes: tuple[str, ...], measured: Measurement) -> Iterator[tuple[Cell, dict[str, Histogram]]]:
    """The answer to `models/scan/multiclass_score_bins`, cell by cell: it is long, so it is read by column."""
    names = ("bin", "predicted_class", "members", "labelled", "positives", "total")
    columns = [measured.columns[name] for name in names]
    at: dict[int, dict[int, list[int]]] = {}
    for row, (place, of) in enumerate(zip(measured.places, measured.columns["class"], strict=True)):
        at.setdefault(place, {}).setdefault(int(_amount(of)), []).append(row)
    for place, by_class in at.items():
        yield (
            measured.cells[place],
            {
                of: Histogram.of(*([column[row] for row in by_class.get(number, ())] for column in columns))
                for number, of in enumerate(classes)
            },
        )
