"""Models: estimated performance (without labels) and realized performance (with labels).

A *kind* says what a model of its kind is: its columns, metrics, their ranges, their value from a row of counts, their
sampling error. A *method* says how the metrics come about: counted where labels are (`realized`), or estimated without
(`cbpe`). Each is one module that has the functions of `protocol.Kind` or `protocol.Method` and bears its name; which
there are stands in `whq.config.models`. `monitor` judges any pair of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from whq.config.models import usual_estimators
from whq.config.spec import ModelSpec
from whq.monitors.models.protocol import Kind, Method

_LABELLED = ("realized",)
"""Methods of every model that has a label."""


def kind(name: str) -> Kind:
    """The module of a kind of models. Raises ModuleNotFoundError for a kind that is not built."""
    return cast(Kind, import_module(f"whq.monitors.models.{name}"))


def method(name: str) -> Method:
    """The module of a method. Raises ModuleNotFoundError for a method that is not built."""
    return cast(Method, import_module(f"whq.monitors.models.{name}"))


def estimators_of(model: ModelSpec) -> tuple[str, ...]:
    """How a model's metrics are to be estimated: as the user says, else as its kind does."""
    return model.estimators or usual_estimators(model.kind)


def methods_of(model: ModelSpec) -> tuple[str, ...]:
    """The methods by which a model's metrics are to be had, in the order of the results."""
    return (*estimators_of(model), *(_LABELLED if model.label is not None else ()))
