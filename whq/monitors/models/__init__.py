"""Models: estimated performance (without labels) and realized performance (with labels).

A *kind* says what a model of its kind is: its columns, metrics, their ranges, their value from counts, their sampling
error. A *method* says how the counts come about: of what happened (`realized`), or of what is expected without labels
(`cbpe`). A *derived* series follows from what methods have counted. Each is one module that has the functions of
`protocol.Kind`, `protocol.Method` or `protocol.Derived` and bears its name; which there are stands in
`whq.config.models`. `monitor` asks, gathers and judges any of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from whq.config.models import BY_CONCEPT, DERIVED, ERROR, KINDS, usual_estimators
from whq.config.spec import ModelSpec
from whq.monitors.models.protocol import Derived, Kind, Method

_LABELLED = ("realized",)
"""Methods of every model that has a label."""


def kind(name: str) -> Kind:
    """The module of a kind of models. Raises ModuleNotFoundError for a kind that is not built."""
    return cast(Kind, import_module(f"whq.monitors.models.{name}"))


def method(name: str) -> Method:
    """The module of a method. Raises ModuleNotFoundError for a method that is not built."""
    return cast(Method, import_module(f"whq.monitors.models.{name}"))


def derived(name: str) -> Derived:
    """The module of a derived series. Raises ModuleNotFoundError for one that is not built."""
    if name.endswith(ERROR):
        return cast(Derived, import_module("whq.monitors.models.record").of(name))
    return cast(Derived, import_module(f"whq.monitors.models.{name}"))


def estimators_of(model: ModelSpec) -> tuple[str, ...]:
    """How a model's metrics are to be estimated: as the user says, else as its kind does."""
    return model.estimators or usual_estimators(model.kind)


def derived_of(model: ModelSpec) -> tuple[str, ...]:
    """The derived series of a model, each after those that it follows from."""
    estimators = (name for name in estimators_of(model) if name in DERIVED)
    return (*estimators, *(BY_CONCEPT if model.concept else ()), *records_of(model))


def records_of(model: ModelSpec) -> tuple[str, ...]:
    """The series of the errors of a model's estimators: none where it has no label."""
    return () if model.label is None else tuple(f"{name}{ERROR}" for name in estimators_of(model))


def needed_by(name: str, model: ModelSpec) -> tuple[str, ...]:
    """The method of the model's kind that a derived series follows from; none where the kind has none of them."""
    return tuple(one for one in derived(name).NEEDS if one in KINDS[model.kind].estimators)[:1]


def growing_of(model: ModelSpec) -> tuple[str, ...]:
    """The modules that may learn of the chunks of a run for derived series: their own, and those named in `GROWS`."""
    names = (name for one in derived_of(model) for name in (one, *getattr(derived(one), "GROWS", ())))
    return tuple(dict.fromkeys(names))


def methods_of(model: ModelSpec) -> tuple[str, ...]:
    """The methods that must count: those that are reported, and those that derived series need."""
    needed = (name for one in derived_of(model) for name in needed_by(one, model))
    counting = dict.fromkeys((*estimators_of(model), *needed))
    labelled = _LABELLED if model.label is not None else ()
    return (*(name for name in counting if name not in DERIVED), *labelled)


def series_of(model: ModelSpec) -> tuple[str, ...]:
    """The series that are reported, in the order of the results."""
    labelled, records = _LABELLED if model.label is not None else (), records_of(model)
    shown = (name for name in derived_of(model) if name not in records)
    return tuple(dict.fromkeys((*estimators_of(model), *shown, *labelled, *records)))
