"""What models learn of the chunks of one run, in rounds: what all of them ask for next goes out together.

A method, or a derived series, has a generator `grow_chunks` of its own, or names the modules that have one in `GROWS`,
where several follow from the same. Each yields what it asks (`Ask`) and is sent the answers until it returns what it
learned.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from importlib import import_module
from typing import Any, TypeVar

from whq.config.spec import DatasetSpec, ModelSpec
from whq.monitors import Answers, Ask
from whq.monitors.models import derived, derived_of, kind, method, methods_of
from whq.monitors.models.protocol import MethodBaseline
from whq.values import Dataset, Measurements

Key = TypeVar("Key")
Growing = Generator[Ask, Answers, Any]


def together(generators: Mapping[Key, Growing]) -> Generator[Ask, Answers, dict[Key, Any]]:
    """Run generators side by side: in each round their requests and growths are one `Ask`.

    Returns:
        What each of them returned.
    """
    found: dict[Key, Any] = {}
    asked: dict[Key, Ask] = {}
    for key, one in generators.items():
        _step(key, one, None, found, asked)
    while asked:
        listed = tuple(asked.values())
        requests = dict.fromkeys(request for ask in listed for request in ask.requests)
        growths = dict.fromkeys(growth for ask in listed for growth in ask.growths)
        answers = yield Ask(tuple(requests), tuple(growths))
        for key in tuple(asked):
            del asked[key]
            _step(key, generators[key], answers, found, asked)
    return found


def _step(key: Key, one: Growing, answers: Answers | None, found: dict[Key, Any], asked: dict[Key, Ask]) -> None:
    """Go on to what one of them asks next, or to what it returns."""
    try:
        asked[key] = next(one) if answers is None else one.send(answers)
    except StopIteration as end:
        found[key] = end.value


def of_chunks(
    dataset: Dataset, spec: DatasetSpec, learned: Mapping[str, Mapping[str, MethodBaseline]], measurements: Measurements
) -> Growing:
    """Grow what the models' series need of this run's chunks.

    Args:
        learned: by model and method what it learned.

    Returns:
        What was learned, by the names of model and module.
    """
    generators = {
        (model.name, name): module.grow_chunks(kind(model.kind), dataset, model, own, measurements)
        for model in spec.models
        for name, module, own in _growing(model, learned[model.name])
    }
    return (yield from together(generators))


def _growing(model: ModelSpec, learned: Mapping[str, MethodBaseline]) -> list[tuple[str, Any, Any]]:
    """The modules that grow something for a model, each with what it learned."""
    found: dict[str, tuple[str, Any, Any]] = {}
    for name in methods_of(model):
        module: Any = method(name)
        if hasattr(module, "grow_chunks") and learned[name].is_ready:
            found[name] = name, module, learned[name]
    for name in derived_of(model):
        series = derived(name)
        is_ready = not series.NEEDS or any(learned[one].is_ready for one in series.NEEDS if one in learned)
        for grows in getattr(series, "GROWS", ()) if is_ready else ():
            found[grows] = grows, import_module(f"whq.monitors.models.{grows}"), learned
    return list(found.values())
