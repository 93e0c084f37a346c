"""Models: every kind by every method, one series a number and segment, all judged alike.

What a kind's metrics are and how a method comes by them is theirs to know (`whq.monitors.models`). Estimates are
judged by the same thresholds as realized values: those that the realized values of the reference chunks teach. A chunk
whose labels have not arrived is `skipped` while an estimate stands in for it, otherwise `inconclusive`.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from whq.config.models import BY_CONCEPT, METRICS
from whq.config.spec import DatasetSpec, ModelSpec
from whq.monitors import Context, Growing, ThresholdKey, Verdicts
from whq.monitors.bands import Taught
from whq.monitors.closing import opened
from whq.monitors.models import (
    contributions,
    derived,
    derived_of,
    estimators_of,
    growing_of,
    kind,
    method,
    methods_of,
    records_of,
    series_of,
    slices,
    weakest,
)
from whq.monitors.models.baseline import ModelBaseline, ModelsBaseline
from whq.monitors.models.gather import Gathered, gather
from whq.monitors.models.growing import together
from whq.monitors.models.known import REALIZED
from whq.monitors.models.protocol import Answers, Derived, Method, MethodBaseline
from whq.monitors.models.requests import chunk_rows, label_of
from whq.monitors.models.series import Series, Taughts, of_segment
from whq.monitors.models.words import told
from whq.monitors.outcome import errored
from whq.monitors.scopes import row_count
from whq.sql.templates import Templates
from whq.values import Awaited, CrossFitted, Dataset, Ensemble, Measurements, Request, Result, Rows, Scope, Status

BASELINE = ModelsBaseline
NO_REFERENCE = "there is no reference to compare with"


def metrics(templates: Templates) -> tuple[str, ...]:
    """Every metric of a model; the cells of a confusion matrix are metrics of their own."""
    return METRICS


# --- fit ----------------------------------------------------------------------------------------------------


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What the models' kinds and methods must know of a reference with labels, and the rows of its chunks."""
    if dataset.reference is None:
        return ()
    needed: list[Request] = []
    for model in spec.models:
        model_kind = kind(model.kind)
        if model_kind.problem_of(dataset, model) is None and label_of(model) is not None:
            needed += model_kind.fit_requests(dataset, model)
            for name in methods_of(model):
                needed += method(name).fit_requests(model_kind, dataset, model)
            needed += slices.fit_requests(dataset, spec, model)
    return tuple(dict.fromkeys((*chunk_rows(dataset, "reference"), *needed))) if needed else ()


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> ModelsBaseline:
    """What the reference teaches of every model."""
    return ModelsBaseline({model.name: _fit_model(dataset, spec, model, measurements) for model in spec.models})


def _fit_model(dataset: Dataset, spec: DatasetSpec, model: ModelSpec, measurements: Measurements) -> ModelBaseline:
    model_kind = kind(model.kind)
    if model_kind.problem_of(dataset, model) is not None:
        return ModelBaseline()
    methods = {name: method(name).fit(model_kind, dataset, model, measurements) for name in methods_of(model)}
    if model.weakest is not None:
        methods[weakest.NAME] = slices.fit(dataset, spec, model, measurements)
    has_labels = dataset.reference is not None and label_of(model) is not None
    if not has_labels:
        return ModelBaseline(methods)
    errors, chances = model_kind.fit(dataset, model, measurements), model_kind.chances(dataset, model, measurements)
    return ModelBaseline(methods, errors, chances)


# --- requests -----------------------------------------------------------------------------------------------


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """What methods will ask that learn of the reference: with what they learn in the place of rows that are given."""
    needed: list[Request] = []
    for model in spec.models if dataset.reference is not None else ():
        model_kind = kind(model.kind)
        if model_kind.problem_of(dataset, model) is None and label_of(model) is not None:
            for name in methods_of(model):
                learns = method(name).fit_requests(model_kind, dataset, model)
                blank = method(name).requests(model_kind, dataset, model, method(name).BASELINE()) if learns else ()
                needed += (_awaiting(request, learns) for request in blank)
            needed += slices.awaited(dataset, spec, model)
    return tuple(needed)


_LEARNED = (Rows, Ensemble, CrossFitted)


def _awaiting(request: Request, learns: tuple[Request, ...]) -> Request:
    arguments = ((name, Awaited(learns) if isinstance(value, _LEARNED) else value) for name, value in request.arguments)
    return replace(request, arguments=tuple(arguments))


def requests(dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline) -> tuple[Request, ...]:
    """What every method that can be used must measure of every model, the rows by score, and those of the chunks."""
    asked: list[Request] = [*chunk_rows(dataset)] if spec.models else []
    for model in spec.models:
        model_kind, learned = kind(model.kind), _learned(dataset, model, baseline.of(model.name))
        for name, one in learned.items():
            asked += method(name).requests(model_kind, dataset, model, one) if one.is_ready else ()
        if dataset.reference is not None and any(one.is_ready for one in learned.values()):
            asked += model_kind.score_bins(dataset, model, learned)
        if model_kind.problem_of(dataset, model) is None:
            asked += slices.requests(dataset, spec, model, baseline.of(model.name).methods.get(weakest.NAME))
    return tuple(dict.fromkeys(asked))


def _learned(dataset: Dataset, model: ModelSpec, fitted: ModelBaseline) -> dict[str, MethodBaseline]:
    """What each method learned of a model; one that learned nothing says why when it fits on no measurements."""
    model_kind = kind(model.kind)
    problem = model_kind.problem_of(dataset, model)
    if problem is not None:
        return {name: MethodBaseline(problem=problem) for name in methods_of(model)}
    return {
        name: fitted.methods.get(name) or method(name).fit(model_kind, dataset, model, {}) for name in methods_of(model)
    }


# --- rounds ---------------------------------------------------------------------------------------------------


def grow_baseline(dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline, measurements: Measurements) -> Growing:
    """What methods learn of the reference in rounds: the baseline with it."""
    models = dict(baseline.models)
    for model in spec.models if dataset.reference is not None else ():
        model_kind, fitted = kind(model.kind), baseline.of(model.name)
        if model_kind.problem_of(dataset, model) is not None or label_of(model) is None:
            continue
        methods = dict(fitted.methods)
        for name in methods_of(model):
            grow, learned = method(name).__dict__.get("grow_baseline"), methods.get(name) or method(name).BASELINE()
            if grow is not None and learned.is_ready:
                growing = grow(model_kind, dataset, model, learned, measurements)
                methods[name] = yield from _by_learner(model.learner, growing)
        models[model.name] = replace(fitted, methods=methods)
    return replace(baseline, models=models)


def grow_chunks(dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline, measurements: Measurements) -> Growing:
    """What methods and derived series learn of the chunks of this run, by model and name."""
    generators: dict[tuple[str, str], Growing] = {}
    for model in spec.models:
        model_kind, fitted = kind(model.kind), baseline.of(model.name)
        if model_kind.problem_of(dataset, model) is not None:
            continue
        blank = {name: fitted.methods.get(name) or method(name).BASELINE() for name in methods_of(model)}
        learned = _learned(dataset, model, fitted) if measurements else blank
        modules: dict[str, Method | Derived] = {name: derived(name) for name in growing_of(model)}
        modules |= {name: method(name) for name in methods_of(model) if learned[name].is_ready}
        for name, module in modules.items():
            if (grow := getattr(module, "grow_chunks", None)) is not None:
                growing = grow(model_kind, dataset, model, learned, measurements)
                generators[model.name, name] = _by_learner(model.learner, growing)
    grown: dict[str, dict[str, object]] = {}
    for (of, name), value in (yield from together(generators)).items():
        grown.setdefault(of, {})[name] = value
    return grown


def _by_learner(learner: str, growing: Growing) -> Growing:
    """The same rounds, with trees by the learner that the user has chosen for the model."""
    try:
        ask = next(growing)
        while True:
            sent = {growth: replace(growth, learner=learner) for growth in ask.growths}
            answers = yield replace(ask, growths=tuple(sent.values()))
            grown = {growth: answers.grown[asked] for growth, asked in sent.items()}
            ask = growing.send(replace(answers, grown=grown))
    except StopIteration as end:
        return end.value


# --- evaluate -----------------------------------------------------------------------------------------------


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: ModelsBaseline, measurements: Measurements, context: Context
) -> Verdicts:
    """Values of every chunk and segment by every method, judged by the realized values of the reference."""
    results: list[Result] = []
    thresholds: dict[ThresholdKey, Taught] = {}
    is_open = opened(spec, context.as_of, measurements.get(row_count(Scope(dataset.name, by_chunk=True))))
    for model in spec.models:
        fitted = baseline.of(model.name)
        learned = _learned(dataset, model, fitted)
        gathered = gather(dataset, spec, model, learned, fitted.errors, measurements, context, is_open)
        of_model: list[Result] = []
        for series in _all_series(dataset, spec, model, fitted, learned):
            taught = _thresholds(series, gathered, context)
            thresholds |= taught
            of_series = _of_derived if series.is_derived else _of_method
            of_model += of_series(series, gathered, taught)
        by_slice = dataset, spec, model, fitted.methods.get(weakest.NAME), measurements
        results += (*contributions.told(*by_slice, of_model), *weakest.results(*by_slice))
    several = frozenset(model.name for model in spec.models if isinstance(model.score, Mapping))
    return Verdicts(told(results, several), thresholds)


def _all_series(
    dataset: Dataset, spec: DatasetSpec, model: ModelSpec, fitted: ModelBaseline, learned: Mapping[str, MethodBaseline]
) -> list[Series]:
    """The model by each of its methods, and what follows from them."""
    has_estimate = any(learned[name].is_ready for name in estimators_of(model) if name in learned)
    waiting: Status = "skipped" if has_estimate else "inconclusive"
    has_reference = dataset.reference is not None
    shared = fitted.chances, waiting, has_reference
    follows = frozenset(derived_of(model))
    blank = MethodBaseline(refused="" if has_reference else NO_REFERENCE)
    return [
        Series(spec, model, name, kind(model.kind), _needed(name, learned, blank), *shared, is_derived=name in follows)
        for name in series_of(model)
    ]


def _needed(name: str, learned: Mapping[str, MethodBaseline], blank: MethodBaseline) -> MethodBaseline:
    """What a method learned; of a derived series, what the first method learned that it follows from, else `blank`."""
    if name in learned:
        return learned[name]
    return next((learned[one] for one in derived(name).NEEDS if one in learned), blank)


def _thresholds(series: Series, gathered: Gathered, context: Context) -> dict[ThresholdKey, Taught]:
    """By result and segment what an earlier run learned, else what the reference chunks of this run teach."""
    thresholds: dict[ThresholdKey, Taught] = {}
    for variant in series.variants if series.is_judged else ():
        id = series.result(variant).id
        for label, known in gathered.known.items():
            counted = known.values.get(REALIZED, ())
            rows = [counted[place] for place in known.references if counted] if series.has_reference else []
            taught = series.learning(variant, label).teach(values for values in rows if values) if rows else None
            thresholds |= {} if taught is None else {(id, label): taught}
        thresholds |= {key: earlier for key, earlier in context.thresholds.items() if key[0] == id}
    return thresholds


def _of_method(series: Series, gathered: Gathered, thresholds: Taughts) -> list[Result]:
    """The results of one method, scope by scope."""
    if not series.learned.is_ready:
        return [*series.without(), *series.refused()]
    counted = [
        replace(result, query=answers.query)
        for answers in gathered.answers[series.name]
        for result in _of_scope(series, answers, gathered, thresholds)
    ]
    return [*counted, *series.refused()]


def _of_scope(series: Series, answers: Answers, gathered: Gathered, thresholds: Taughts) -> list[Result]:
    if answers.failure is not None:
        return [errored(result, answers.failure.problem, answers.query) for result in series.results()]
    labels = gathered.segments[answers.scope.segment]
    results = [
        result
        for variant in series.variants
        for label in labels
        for result in of_segment(series, gathered.known[label], variant, thresholds)
    ]
    has_analysis = any(cell.period == "analysis" for label in labels for cell in gathered.known[label].cells)
    if answers.scope.segment is None and not has_analysis:
        results += [series.empty(result) for result in series.results()]
    return results


def _of_derived(series: Series, gathered: Gathered, thresholds: Taughts) -> list[Result]:
    """The results of a derived series; an error where what it follows from could not be had."""
    if not series.learned.is_ready:
        is_named = series.name in series.model.estimators or series.name in BY_CONCEPT
        return series.without() if is_named else []
    failures = [
        one.failure
        for name, listed in gathered.answers.items()
        if name in derived(series.name).NEEDS
        for one in listed
        if one.failure is not None and one.scope.segment is None
    ]
    if failures and series.name in records_of(series.model):
        return []  # what it follows from has said so
    if failures:
        return [errored(result, failures[0].problem, failures[0].query) for result in series.results()]
    return [
        result
        for variant in series.variants
        for known in gathered.known.values()
        for result in of_segment(series, known, variant, thresholds)
    ]
