"""`--select` and `--exclude`: which parts of a project a run looks at.

A selection is a list of terms; an item is selected when it matches any of them. A term is one or several
`key:pattern` joined by commas, all of which must match (`tag:gold,monitor:drift`). Keys are `dataset`, `tag`,
`metric`, `monitor`, `subject` and `owner`; patterns are shell globs; a bare word is a dataset's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from whq.config import names
from whq.config.models import KINDS
from whq.config.spec import Common, DatasetSpec, DriftSpec, ModelSpec
from whq.errors import ConfigError, Problem, did_you_mean
from whq.values import Result

KEYS = ("dataset", "tag", "metric", "monitor", "subject", "owner")


class Item(Struct, frozen=True):
    """What is known of one thing that could be run; None is not known yet and may match anything."""

    dataset: str
    monitor: str
    subject: tuple[str, ...] | None
    metric: str | None
    tags: tuple[str, ...]
    owner: str | None


Term = tuple[tuple[str, str], ...]


class Selection(Struct, frozen=True):
    """Terms to take (none: everything) and terms to leave out."""

    include: tuple[Term, ...] = ()
    exclude: tuple[Term, ...] = ()

    def takes(self, item: Item) -> bool:
        """Whether an item can be part of the run; what is unknown of it counts in its favour."""
        taken = not self.include or any(_matches(term, item, unknown=True) for term in self.include)
        return taken and not any(_matches(term, item, unknown=False) for term in self.exclude)


def parse(select: Iterable[str], exclude: Iterable[str] = ()) -> Selection:
    """A selection from the words of the command line. Raises ConfigError on an unknown key."""
    return Selection(tuple(_terms(select)), tuple(_terms(exclude)))


def prune(spec: DatasetSpec, selection: Selection) -> DatasetSpec:
    """The dataset with only those monitors that the selection can take."""

    def kept(monitor: str, subject: tuple[str, ...] | None, metric: str | None, common: Common) -> bool:
        return selection.takes(_item(spec, monitor, subject, metric, common))

    def some(monitor: str, subject: str, metrics: Iterable[str], common: Common) -> bool:
        return any(kept(monitor, (subject,), metric, common) for metric in metrics)

    drift = spec.drift
    profile = spec.profile
    if drift is not None:
        columns = tuple(name for name in drift.columns if some("drift", name, _statistics(drift), drift.common))
        drift = replace(drift, columns=columns) if columns else None
    if profile is not None:
        profile = profile if kept("profile", None, None, profile.common) else None
    return replace(
        spec,
        rules=tuple(rule for rule in spec.rules if kept("rule", rule.columns, rule.kind, rule.common)),
        profile=profile,
        drift=drift,
        models=tuple(model for model in spec.models if some("model", model.name, _metrics(model), model.common)),
    )


def _metrics(model: ModelSpec) -> tuple[str, ...]:
    """The metrics that a model may get; the cells of a confusion matrix are metrics of their own."""
    named = model.metrics
    return KINDS[model.kind].metrics if not named or "confusion_matrix" in named else named


def _statistics(drift: DriftSpec) -> tuple[str, ...]:
    """The drift statistics that a dataset may get, whatever the types of its columns."""
    families = (drift.numeric, "numeric"), (drift.categorical, "categorical")
    return tuple(name for named, family in families for name in (named or names.DRIFT_METRICS[family]))


def keep(results: Iterable[Result], selection: Selection) -> list[Result]:
    """The results that the selection takes, now that everything of them is known."""
    return [result for result in results if selection.takes(_known(result))]


def describe(spec: DatasetSpec) -> list[str]:
    """The terms that could select something of this dataset, for the hint when nothing matched."""
    tags = {tag for rule in spec.rules for tag in rule.common.tags} | set(spec.tags)
    return [f"dataset:{spec.name}", *(f"tag:{tag}" for tag in sorted(tags))]


def without(spec: DatasetSpec, monitors: Collection[str] | None) -> DatasetSpec:
    """The dataset with only the families named (`profile`, `rule`, `drift`, `model`); None keeps all."""
    if monitors is None:
        return spec
    return replace(
        spec,
        rules=spec.rules if "rule" in monitors else (),
        profile=spec.profile if "profile" in monitors else None,
        drift=spec.drift if "drift" in monitors else None,
        models=spec.models if "model" in monitors else (),
    )


def is_empty(spec: DatasetSpec) -> bool:
    """Whether nothing is left to do for the dataset."""
    return not (spec.rules or spec.profile or spec.drift or spec.models)


def _item(spec: DatasetSpec, monitor: str, subject: tuple[str, ...] | None, metric: str | None, common: Common) -> Item:
    return Item(spec.name, monitor, subject, metric, (*spec.tags, *common.tags), common.owner or spec.owner)


def _known(result: Result) -> Item:
    subject = tuple(result.subject.split(",")) if result.subject else ()
    return Item(result.dataset, result.monitor, subject, result.metric, result.tags, result.owner)


def _terms(words: Iterable[str]) -> Iterable[Term]:
    for word in " ".join(words).split():
        yield tuple(_pair(part) for part in word.split(",") if part)


def _pair(part: str) -> tuple[str, str]:
    key, colon, pattern = part.partition(":")
    if not colon:
        return "dataset", key
    if key not in KEYS:
        raise ConfigError(
            Problem("WHQ-U004", "usage", f'unknown selection key "{key}" in "{part}"', did_you_mean(key, KEYS))
        )
    return key, pattern


def _matches(term: Term, item: Item, *, unknown: bool) -> bool:
    return all(_matches_one(key, pattern, item, unknown) for key, pattern in term)


def _matches_one(key: str, pattern: str, item: Item, unknown: bool) -> bool:
    value: str | tuple[str, ...] | None = item.tags if key == "tag" else getattr(item, key)
    if value is None:
        return unknown and key != "owner"
    if isinstance(value, tuple):
        return any(fnmatchcase(one, pattern) for one in value)
    return fnmatchcase(value, pattern)
