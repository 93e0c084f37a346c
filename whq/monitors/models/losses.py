"""Estimated losses of a regression model: what the reference teaches, what is asked, and how answers are read.

A model for each loss says what a row will cost. Rows of the reference are scored by a model that has not seen them, so
that the estimates of its chunks are as honest as those of later ones. What comes back is rows by bin of the estimate,
from which the sums follow, and what a refit needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.ensembles import CrossFitted, Ensemble
from whq.fit.histogram import Histogram
from whq.monitors.models.protocol import Answers, MethodBaseline
from whq.monitors.models.readings import Values
from whq.monitors.models.requests import label_of
from whq.monitors.outcome import answer, ordered
from whq.monitors.scopes import scopes
from whq.values import Cell, ColumnName, Dataset, Failure, Measurement, Measurements, Period, Request, Row

_BLANK = Ensemble(())


class Losses(MethodBaseline, frozen=True, omit_defaults=True):
    """The models of the losses, by the loss's name.

    rows: rows of the reference with prediction and label. whole: fitted on them all; folds: each on half of them.
    """

    rows: int = 0
    whole: Mapping[str, Ensemble] = field(default_factory=dict)
    folds: Mapping[str, CrossFitted] = field(default_factory=dict)


class Counted(Struct, frozen=True):
    """What was counted of one cell: the sums of the estimates, and by loss the rows by bin of the estimate."""

    cell: Cell
    values: Values
    histograms: Mapping[str, Histogram]


def requests(dataset: Dataset, model: ModelSpec, learned: Losses, names: Sequence[str]) -> tuple[Request, ...]:
    """Rows by bin of each estimated loss, by chunk: all rows, then each segment's."""
    return tuple(request for listed in _by_scope(dataset, model, learned, names) for request in listed)


def _by_scope(
    dataset: Dataset, model: ModelSpec, learned: Losses, names: Sequence[str]
) -> tuple[tuple[Request, ...], ...]:
    """The requests of each scope: by loss the reference's, then the analysis'; nothing without a loss."""
    if not names:
        return ()
    by_period = [_of_period(dataset, model, learned, names, period) for period in ("reference", "analysis")]
    return tuple((*one, *other) for one, other in zip(*by_period, strict=True))


def _of_period(
    dataset: Dataset, model: ModelSpec, learned: Losses, names: Sequence[str], period: Period
) -> list[tuple[Request, ...]]:
    columns = {"prediction": ColumnName(model.prediction or ""), "label": ColumnName(label_of(model) or "")}
    asked: list[tuple[Request, ...]] = []
    for scope in scopes(dataset, model.common, period):
        requests: list[Request] = []
        for name in names:
            whole = learned.whole.get(name, _BLANK)
            folds = learned.folds.get(name, CrossFitted(dataset.key, (_BLANK, _BLANK)))
            estimate: Ensemble | CrossFitted = folds if period == "reference" else whole
            given = {**columns, "estimate": estimate, "loss": name, "unit": whole.base if whole.base > 0 else 1.0}
            requests.append(Request.of(scope, "models/scan/loss_bins", **given))
        asked.append(tuple(requests))
    return asked


def answers(
    dataset: Dataset, model: ModelSpec, learned: Losses, names: Sequence[str], measurements: Measurements
) -> tuple[Answers, ...]:
    """The sums of the estimates by cell, scope by scope."""
    made: list[Answers] = []
    for asked in _by_scope(dataset, model, learned, names):
        scope = replace(asked[0].scope, period=None)
        measured = [answer(measurements, request) for request in asked]
        failure = next((one for one in measured if isinstance(one, Failure)), None)
        query = next((one.query for one in reversed(measured) if one.query), None)
        if failure is not None:
            made.append(Answers(scope, failure=failure, query=failure.query))
        else:
            rows = ordered(Row(one.cell, one.values) for one in _counted(asked, measured))
            made.append(Answers(scope, rows, query=query))
    return tuple(made)


def counted(
    dataset: Dataset, model: ModelSpec, learned: Losses, names: Sequence[str], measurements: Measurements
) -> Iterator[Counted]:
    """What was counted of each cell; of scopes that failed nothing."""
    for asked in _by_scope(dataset, model, learned, names):
        yield from _counted(asked, [answer(measurements, request) for request in asked])


def _counted(asked: Sequence[Request], measured: Sequence[Measurement | Failure]) -> Iterator[Counted]:
    """The answers of one scope, cell by cell; of a cell that lacks a loss nothing."""
    values: dict[tuple[object, ...], tuple[Cell, dict[str, float], dict[str, Histogram]]] = {}
    for request, one in zip(asked, measured, strict=True):
        name = str(dict(request.arguments)["loss"])
        for cell, rows in _cells(one) if isinstance(one, Measurement) else ():
            _, sums, histograms = values.setdefault((cell.segment, cell.period, cell.chunk), (cell, {}, {}))
            filled = [row for row in rows if row[0] is not None]
            predicted = float(sum(row[1] for row in filled))
            sums |= {"total": float(sum(row[1] for row in rows)), "nonzero": predicted, "above": predicted}
            sums |= {"predicted": predicted, name: fsum(row[3] or 0.0 for row in filled)}
            if filled:
                bins, members, labelled, estimated, realized = zip(*filled, strict=True)
                losses = [loss or 0.0 for loss in realized]
                histograms[name] = Histogram.of(bins, [None] * len(bins), members, labelled, losses, estimated)
    yield from (Counted(*one) for one in values.values())


def _cells(measured: Measurement) -> Iterator[tuple[Cell, list[tuple[int | None, int, int, float, float]]]]:
    """The rows of an answer by cell: bin, rows, rows with a label, sums of estimated and realized losses."""
    columns = [measured.columns[name] for name in ("bin", "members", "labelled", "estimated", "realized")]
    rows: dict[int, list[tuple[int | None, int, int, float, float]]] = {}
    for place, row in zip(measured.places, zip(*columns, strict=True), strict=True):
        rows.setdefault(place, []).append(row)
    yield from ((measured.cells[place], listed) for place, listed in rows.items())
