"""Kinds and methods of models: what their modules have, and that any pair of them is judged alike."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from math import inf, nan, sqrt
from types import ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from tests.monitors.models import NOW, Table, by_metric, model, spec
from tests.monitors.test_performance import COLUMNS, Rows, changed, log
from whq.config.models import DERIVED, ERROR, ESTIMATORS, KINDS, ModelKind
from whq.config.spec import ModelSpec, Threshold
from whq.fit.chance import Chance, Part
from whq.fit.sampling import Groups
from whq.monitors import Context
from whq.monitors.bands import Band, Taught
from whq.monitors.models import binary, derived, kind, method, scored
from whq.monitors.models import monitor as performance
from whq.monitors.models.protocol import Derived, Kind, Method, MethodBaseline
from whq.monitors.models.readings import Reading, Variant
from whq.monitors.models.requests import each_scope
from whq.values import Dataset, Failure, Measurement, Request, Result, Scope

METHODS = ["realized", *(name for name in ESTIMATORS if name not in DERIVED)]


# --- what a module has --------------------------------------------------------------------------------------


def signatures(protocol: type) -> dict[str, list[str]]:
    functions = {name: one for name, one in vars(protocol).items() if inspect.isfunction(one) and name[0] != "_"}
    return {name: list(inspect.signature(one).parameters)[1:] for name, one in functions.items()}


@pytest.mark.parametrize(
    ("module", "protocol"),
    [
        *((kind(name), Kind) for name in KINDS),
        *((method(name), Method) for name in METHODS),
        *((derived(name), Derived) for name in DERIVED),
    ],
)
def test_a_module_has_the_functions_of_its_protocol(module: Any, protocol: type) -> None:
    wanted = signatures(protocol)
    assert wanted
    assert {name: list(inspect.signature(getattr(module, name)).parameters) for name in wanted} == wanted
    assert all(hasattr(module, name) for name in getattr(protocol, "__annotations__", {}))


@pytest.mark.parametrize("name", [name for name in KINDS["binary"].metrics if name != "confusion_matrix"])
def test_every_metric_has_a_value_and_a_sampling_error(name: str) -> None:
    values: dict[str, Any] = {"scored": 10, "predicted": 10, "roc_auc": 0.7, "average_precision": 0.6}
    values |= dict(zip(binary.CELLS, (4, 1, 2, 3), strict=True))
    values |= {"positives": 6, "score_total": 5.5, "losses": 4.0, "squares": 2.0, "gaps": 1.0}
    asked = model(metrics=(name,), business_value={"tp": 1.0})
    assert binary.variants(asked) == (Variant(name),)
    assert binary.reading(asked, Variant(name), values).value is not None
    constants = binary.error_constants(binary.Counts(4, 1, 2, 3), binary.worth({"tp": 1.0}))
    constants |= scored.error_constants(Groups([0.2, 0.7], [0.2, 0.7], [4, 6], [1, 5]))
    assert name in binary.RANKING or constants[name] > 0


# --- ranges and rounding ------------------------------------------------------------------------------------

BEYOND = [("roc_auc", 1 + 3e-15, 1.0), ("roc_auc", -2e-16, 0.0), ("average_precision", 1.0000000000000029, 1.0),
          ("true_positive", -1e-15, 0.0), ("accuracy", 1 + 4e-16, 1.0)]  # fmt: skip


def with_outputs(table: Table, asked: Any, template: str, outputs: Mapping[str, float]) -> list[Result]:
    """The results when some outputs of the analysis' cells are these."""
    baseline = table.fit(asked)
    measured = dict(table.measure(performance.requests(table.dataset, asked, baseline)))
    for request, answer in measured.items():
        if request.template == template and isinstance(answer, Measurement):
            later = [answer.cells[place].period == "analysis" for place in answer.places]
            columns = dict(answer.columns)
            for name, output in outputs.items():
                pairs = zip(columns[name], later, strict=True)
                columns[name] = [output if is_later else value for value, is_later in pairs]
            measured[request] = replace(answer, columns=columns)
    return performance.evaluate(table.dataset, asked, baseline, measured, NOW).results


@pytest.mark.parametrize("template", ["models/scan/binary_cbpe", "models/scan/binary_realized"])
@pytest.mark.parametrize(("metric", "measured", "value"), BEYOND)
def test_values_are_clipped_to_the_range_of_their_metric(
    template: str, metric: str, measured: float, value: float
) -> None:
    counts = {"true_positive": measured, "true_negative": 0.0, "false_positive": 0.0, "false_negative": 0.0}
    if metric == "accuracy":  # of counts that do not quite sum to their parts
        counts = {"true_positive": 1.0, "true_negative": 1e-300, "false_positive": -4e-16, "false_negative": 0.0}
    outputs = counts if metric in ("accuracy", "true_positive") else {metric: measured}
    results = with_outputs(Table(COLUMNS, log()), spec(model(metrics=(metric,))), template, outputs)
    name = "cbpe" if template.endswith("cbpe") else "realized"
    later = by_metric(results, metric, name)
    assert {one.value for one in later.values()} == {value}
    assert all(one.lower is None or one.lower <= value <= (one.upper or 0.0) for one in later.values())


@pytest.mark.parametrize(("beyond", "alerts"), [(1e-12, False), (1e-6, True)])
@pytest.mark.parametrize("side", ["lower", "upper"])
def test_nothing_within_rounding_of_a_threshold_alerts(side: str, beyond: float, alerts: bool) -> None:
    table, asked = Table(COLUMNS, log()), spec(model(metrics=("roc_auc",), threshold=Threshold("std")))
    baseline = table.fit(asked)
    measured = table.measure(performance.requests(table.dataset, asked, baseline))
    first = performance.evaluate(table.dataset, asked, baseline, measured, NOW).results
    (one,) = [r for r in first if r.method == "cbpe" and r.chunk and r.chunk.key == "2024-03"]
    assert isinstance(one.value, float)
    limit = one.value * (1 + beyond if side == "lower" else 1 - beyond)
    context = Context(NOW.as_of, {(one.id, None): Taught(band=Band(**{side: limit}))})
    again = performance.evaluate(table.dataset, asked, baseline, measured, context).results
    (judged,) = [r for r in again if r.method == "cbpe" and r.chunk and r.chunk.key == "2024-03"]
    assert judged.alert == alerts


# --- awkward scores and labels ------------------------------------------------------------------------------


def of_march(rows: Rows, kind: str = "DOUBLE") -> dict[tuple[str, str | None], tuple[Any, Any]]:
    """Value and rows without a score in March, by metric and method."""
    results = Table({**COLUMNS, "score": kind}, rows).results(spec(model(metrics=("roc_auc", "f1"))))
    return {
        (r.metric, r.method): (r.value, r.details.get("missing_scores"))
        for r in results
        if r.chunk and r.chunk.key == "2024-03" and not (r.method or "").endswith(ERROR)
    }


@pytest.mark.parametrize("score", [nan, inf, -inf])
@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT"])
def test_scores_that_are_no_finite_number_are_missing(score: float, kind: str) -> None:
    missing = of_march(changed(log(), "score", None, 3, 3), kind)
    values = of_march(changed(log(), "score", score, 3, 3), kind)
    assert {rows for _, rows in (*missing.values(), *values.values())} == {3}
    assert {key: value for key, (value, _) in values.items()} == pytest.approx(
        {key: value for key, (value, _) in missing.items()}, rel=1e-12
    )


@pytest.mark.parametrize("score", [None, nan, inf])
def test_scores_of_the_reference_that_are_no_finite_number_teach_nothing(score: float | None) -> None:
    table, without = Table(COLUMNS, changed(log(), "score", score, 1, 3)), changed(log(), "truth", None, 1, 3)
    learned = table.fit(spec(model())).of("m").methods["cbpe"]
    assert learned == Table(COLUMNS, without).fit(spec(model())).of("m").methods["cbpe"]


def test_decimal_scores_are_numbers() -> None:
    exact = Table(COLUMNS, log()).results(spec(model()))
    decimal = Table({**COLUMNS, "score": "DECIMAL(9, 4)"}, log()).results(spec(model()))
    assert [r.value for r in decimal] == pytest.approx([r.value for r in exact], rel=1e-12)


@pytest.mark.parametrize("other", ["0", "no", "unknown"])
def test_every_label_but_the_positive_one_is_negative(other: str) -> None:
    columns = {**COLUMNS, "truth": "VARCHAR"}
    rows = [[*row[:4], "1" if row[4] else other if row[0].month > 2 else "0"] for row in log()]
    expected = Table(COLUMNS, log()).results(spec(model()))
    values = [r.value for r in Table(columns, rows).results(spec(model()))]
    assert values == pytest.approx([r.value for r in expected], rel=1e-12)


def test_a_label_without_any_positive_value_says_so() -> None:
    columns = {**COLUMNS, "truth": "VARCHAR"}
    rows = [[*row[:4], "yes" if row[4] else "no"] for row in log()]
    results = Table(columns, rows).results(spec(model(metrics=("roc_auc",))))
    told = {r.method: r.message for r in results if r.period == "analysis"}
    assert told["cbpe"] == "no estimate: the labels of the reference are of one class; is `positive` the right value?"
    assert told["realized"] == "one class only: roc_auc is not defined"
    assert {r.status for r in results if r.period == "analysis"} == {"inconclusive"}


# --- a kind and a method that nothing else knows ------------------------------------------------------------


class Learned(MethodBaseline, frozen=True):
    rows: int = 0


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose one metric is the number of rows, and an estimator that says what the reference had."""
    counter, guess = ModuleType("counter"), ModuleType("guess")

    def rows_of(dataset: Dataset, period: Any = None, by_chunk: bool = True) -> tuple[Request, ...]:
        return (Request.of(Scope(dataset.name, by_chunk=by_chunk, period=period), "metrics/row_count"),)

    def fit(own: Kind, dataset: Dataset, model: ModelSpec, measurements: Any) -> Learned:
        measured = measurements.get(rows_of(dataset, "reference", by_chunk=False)[0])
        if measured is None or isinstance(measured, Failure):
            return Learned(refused="there is nothing to guess from")
        return Learned(rows=sum(row.values["value"] for row in measured.rows) // 2)

    vars(counter).update(
        variants=lambda model: (Variant("size"),), limits=lambda variant: (0.0, inf), is_total=lambda variant: True,
        problem_of=lambda dataset, model: None, fit_requests=lambda dataset, model: (),
        fit=lambda dataset, model, measurements: {"": {"size": 2.0}},
        realized=lambda dataset, model, period=None: rows_of(dataset, period),
        reading=lambda model, variant, values: Reading(float(values["value"]), 4),
        missing=lambda model, values, rows: {}, interval=lambda variant, values: (None, None),
        realized_answers=lambda dataset, model, measurements, period=None: each_scope(
            rows_of(dataset, period), measurements
        ),
        score_bins=lambda dataset, model, learned: (), histograms=lambda dataset, model, learned, measurements: {},
        expected=lambda model, histograms, chances: {},
        sampling_error=lambda variant, constants, rows: constants[variant.key] if constants else None,
        chances=lambda dataset, model, measurements: {"": {"size": Chance((Part(1.0, 0.0, 1.0),))}},
        considered=lambda variant, values: (4,), better=lambda variant: None, mistakes=lambda variant, values: None,
    )  # fmt: skip
    vars(guess).update(
        WORD="guessed", INTERVAL="", IS_COUNTED=False, BASELINE=Learned, fit=fit,
        refuses=lambda variant: "",
        fit_requests=lambda own, dataset, model: rows_of(dataset, "reference", by_chunk=False),
        requests=lambda own, dataset, model, learned: rows_of(dataset),
        reading=lambda own, model, variant, values: own.reading(model, variant, values),
        answers=lambda own, dataset, model, learned, measurements: each_scope(rows_of(dataset), measurements),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "whq.monitors.models.counter", counter)
    monkeypatch.setitem(sys.modules, "whq.monitors.models.guess", guess)
    kinds = {**KINDS, "counter": ModelKind("none", ("size",), estimators=("guess",))}
    monkeypatch.setattr("whq.config.models.KINDS", kinds)
    monkeypatch.setattr("whq.monitors.models.KINDS", kinds)


@pytest.mark.usefixtures("invented")
def test_any_kind_by_any_method_is_judged() -> None:
    table = Table(COLUMNS, [*log(), *log(3)[-20:]])
    asked = spec(ModelSpec(name="m", kind="counter", score=None, label="truth", threshold=Threshold("std")))
    baseline = table.fit(asked)
    assert baseline.of("m").methods["guess"] == Learned(rows=40)
    results = table.results(asked, baseline)
    march = {r.method: r for r in results if r.chunk and r.chunk.key == "2024-03"}
    assert (march["guess"].value, march["guess"].lower, march["guess"].upper) == (60, 60 - 3 * 2, 60 + 3 * 2)
    assert (march["guess"].threshold_lower, march["guess"].threshold_upper) == (40, 40)
    assert (march["guess"].id, march["guess"].status) == ("d/m/size/guess", "fail")
    assert march["guess"].message == "guessed size 60 is above 40"
    learned = table.results(spec(replace(asked.models[0], threshold=Threshold())), baseline)
    (march,) = [r for r in learned if r.chunk and r.chunk.key == "2024-03" and r.method == "guess"]
    width = 4 * 3.2905267 * sqrt(1 / 4 + 1 / 8)  # two sides, 4 rows, two chunks of 4
    assert (march.threshold_lower, march.threshold_upper) == pytest.approx((40 - width, 40 + width))
    assert march.status == "warn"
    lost = table.results(asked, replace(baseline, models={}))
    assert {r.message for r in lost if r.method == "guess"} == {"no estimate: there is nothing to guess from"}
