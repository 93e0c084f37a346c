"""A model's rows by slices: which columns and parts there are, how they are counted, and what each is called.

A column of numbers is cut in five parts by the reference's quantiles, any other has a part for each value; a missing
value is a part too. Columns with the tag `pii` are left out, and values of fewer than ten rows are never named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from whq.config.spec import DatasetSpec, ModelSpec
from whq.fit.bins import quantile_cuts
from whq.fit.slices import Sums
from whq.monitors.models.binary import positive
from whq.monitors.models.protocol import MethodBaseline
from whq.monitors.models.readings import Variant
from whq.monitors.models.requests import label_of
from whq.monitors.outcome import answer, count, number
from whq.monitors.showing import COMMON, is_private
from whq.values import (
    Awaited,
    Cell,
    Coded,
    ColumnName,
    Dataset,
    Failure,
    Measurement,
    Measurements,
    Request,
    Scope,
)

MEASURES: Mapping[str, str] = {"accuracy": "right", "mae": "absolute_error", "mse": "squared_error"}
"""Metrics that are a mean over rows, and what a row is worth in them."""
MOST_COLUMNS = 12
"""So many columns are looked at: 12 have 66 pairs."""
_PLACES = (2, 4, 6, 8)
"""The deciles that cut a column in five."""

Key = tuple[int, str]
"""A part of a column: the column's place, and the code of the part."""
Slice = tuple[Key, ...]
"""Parts of one column, or of two; all rows without any."""


class Cutting(MethodBaseline, frozen=True, omit_defaults=True):
    """Where the columns of numbers are cut: the reference's quantiles."""

    cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


BASELINE = Cutting


class Plan(Struct, frozen=True):
    """What is looked at of a model.

    columns: by their places. left_out: the others, each with the reason.
    """

    dataset: Dataset
    model: ModelSpec
    columns: tuple[Coded, ...]
    left_out: Mapping[str, str]

    @staticmethod
    def of(dataset: Dataset, spec: DatasetSpec, model: ModelSpec, learned: MethodBaseline | None) -> Plan:
        """The plan of a model that is to be looked at."""
        cuts = learned.cuts if isinstance(learned, Cutting) else {}
        columns, left_out = [], {}
        for name in () if model.weakest is None else model.weakest.of:
            if is_private(spec, (name,), model.common.tags):
                left_out[name] = "its values must not be shown (pii)"
            elif not dataset.column(name).is_a("numeric"):
                columns.append(Coded(name))
            elif cuts.get(name):
                columns.append(Coded(name, quantile_cuts(cuts[name])))
            else:
                left_out[name] = "a number is cut by the reference's quantiles, and there are none"
        return Plan(dataset, model, tuple(columns), left_out)

    @property
    def is_possible(self) -> bool:
        """Whether there is something to count: columns, not too many of them, a prediction and a label."""
        has_both = self.model.prediction is not None and label_of(self.model) is not None
        return has_both and 0 < len(self.columns) <= MOST_COLUMNS

    def request(self, scope: Scope, least: int, *, pairs: bool) -> Request:
        """The rows of slices that have so many in a cell."""
        model, label = self.model, label_of(self.model)
        assert model.prediction is not None
        given: dict[str, Any] = {
            "of": self.columns,
            "least": least,
            "measure": MEASURES[metric_of(model)],
            "prediction": ColumnName(model.prediction),
            "label": ColumnName(label or ""),
        }
        if pairs:
            given["pairs"] = True
        if model.kind == "binary":
            given["positive_label"] = positive(self.dataset, model, label)
            given["positive_prediction"] = positive(self.dataset, model, model.prediction)
        return Request.of(scope, "models/scan/slices", **given)

    def by_chunk(self) -> Request:
        """Slices of one column, chunk by chunk of both periods."""
        scope = Scope(self.dataset.name, by_chunk=True, where=self.model.common.filter)
        return self.request(scope, COMMON, pairs=False)

    def in_period(self, period: Any) -> Request:
        """Slices of one and two columns, of all rows of a period."""
        assert self.model.weakest is not None
        scope = Scope(self.dataset.name, period=period, where=self.model.common.filter)
        return self.request(scope, max(self.model.weakest.min_rows, COMMON), pairs=True)

    def called(self, part: Slice) -> str:
        """A slice in words: `region=North, amount=1000..5000`."""
        return ", ".join(self._called(place, code) for place, code in part)

    def _called(self, place: int, code: str) -> str:
        column = self.columns[place]
        if code == "-":
            return f"{column.column}=missing"
        if column.cuts is None:
            return f"{column.column}{code}"
        points, at = column.cuts.points, int(code)
        if at == 0:
            return f"{column.column}<={points[0]:g}"
        if at == len(points):
            return f"{column.column}>{points[-1]:g}"
        return f"{column.column}={points[at - 1]:g}..{points[at]:g}"


def metric_of(model: ModelSpec) -> str:
    """The first of the model's metrics that is a mean over rows; without one accuracy, of numbers mae."""
    usual = "mae" if model.kind == "regression" else "accuracy"
    return next((name for name in model.metrics if name in MEASURES), usual)


def variant_of(model: ModelSpec) -> Variant:
    """The same as a number of the model."""
    return Variant(metric_of(model))


# --- what is learned, and what is asked ---------------------------------------------------------------------


def fit_requests(dataset: Dataset, spec: DatasetSpec, model: ModelSpec) -> tuple[Request, ...]:
    """The reference's deciles of the columns of numbers."""
    if model.weakest is None or dataset.reference is None or len(model.weakest.of) > MOST_COLUMNS:
        return ()
    numeric = [name for name in model.weakest.of if dataset.column(name).is_a("numeric")]
    shown = [name for name in numeric if not is_private(spec, (name,), model.common.tags)]
    return tuple(_deciles(dataset, name) for name in shown)


def _deciles(dataset: Dataset, name: str) -> Request:
    return Request.of(Scope(dataset.name, period="reference"), "drift/scan/deciles", column=ColumnName(name))


def fit(dataset: Dataset, spec: DatasetSpec, model: ModelSpec, measurements: Measurements) -> Cutting:
    """Where the columns are cut."""
    cuts: dict[str, tuple[float, ...]] = {}
    for request in fit_requests(dataset, spec, model):
        measured, name = answer(measurements, request), request.argument("column")
        if isinstance(measured, Measurement) and isinstance(name, ColumnName):
            at = dict(zip(measured.columns["place"], measured.columns["value"], strict=True))
            points = [value for place in _PLACES if (value := number(at.get(place))) is not None]
            cuts[name.name] = tuple(sorted(set(points)))
    return Cutting(cuts=cuts)


def requests(
    dataset: Dataset, spec: DatasetSpec, model: ModelSpec, learned: MethodBaseline | None
) -> tuple[Request, ...]:
    """The slices by chunk, and those of each period as a whole; nothing while the cuts are not known."""
    if learned is None and fit_requests(dataset, spec, model):
        return ()
    plan = Plan.of(dataset, spec, model, learned)
    if model.weakest is None or not plan.is_possible:
        return ()
    reference = (plan.in_period("reference"),) if dataset.reference is not None else ()
    return plan.by_chunk(), plan.in_period("analysis"), *reference


def awaited(dataset: Dataset, spec: DatasetSpec, model: ModelSpec) -> tuple[Request, ...]:
    """The same before the cuts are known."""
    needed = fit_requests(dataset, spec, model)
    if not needed or model.weakest is None:
        return ()
    blank = Cutting(cuts=dict.fromkeys(model.weakest.of, (0.0,)))
    listed = requests(dataset, spec, model, blank)
    return tuple(
        Request.of(one.scope, one.template, **{**dict(one.arguments), "of": Awaited(needed)}) for one in listed
    )


# --- what came back -----------------------------------------------------------------------------------------

Counted = dict[Slice, Sums]


def by_cell(measured: Measurement | Failure) -> dict[Cell, Counted]:
    """The sums of each slice, cell by cell."""
    found: dict[Cell, Counted] = {}
    for row in measured.rows if isinstance(measured, Measurement) else ():
        keys = ("first", "second") if row.values["first_place"] is not None else ()
        part = tuple(dict.fromkeys(_key(row.values, which) for which in keys))
        sums = Sums(*(number(row.values[name]) or 0.0 for name in ("members", "labelled", "total", "squares")))
        found.setdefault(row.cell, {})[part] = sums
    return found


def _key(values: Mapping[str, Any], which: str) -> Key:
    return count(values, f"{which}_place"), str(values[f"{which}_code"])
