"""`--select` and `--exclude`: which parts of a project a run looks at.

A selection is a list of terms; an item is selected when it matches any of them. A term is one or several
`key:pattern` joined by commas, all of which must match (`tag:gold,monitor:drift`). Keys are `dataset`, `tag`,
`metric`, `monitor`, `subject` and `owner`; patterns are shell globs; a bare word is a dataset's name.

A run selects three times, each time with more at hand: items before the catalog is read (dataset, tag, owner and
monitor are known), items with exact column names (patterns such as `"*"` are expanded), and results.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from whq.config.spec import DatasetSpec, Item
from whq.errors import ConfigError, Problem, did_you_mean
from whq.values import Result

KEYS = ("dataset", "tag", "metric", "monitor", "subject", "owner")

MetricsOf = Callable[[Item], tuple[str, ...]]
"""The metrics that an item's results can have."""


class Candidate(Struct, frozen=True):
    """What is known of a result that a run may bring; None is not known yet and may be anything."""

    dataset: str
    monitor: str
    subject: tuple[str, ...] | None
    metric: str | None
    tags: tuple[str, ...]
    owner: str | None


class Term(Struct, frozen=True):
    """One word of a selection: pairs of a key and a pattern, all of which must match."""

    written: str
    pairs: tuple[tuple[str, str], ...]

    def matches(self, candidate: Candidate, *, unknown: bool) -> bool:
        """Whether all pairs match; `unknown` is the answer for what is not known of the candidate."""
        return all(_matches(key, pattern, candidate, unknown) for key, pattern in self.pairs)


class Selection(Struct, frozen=True):
    """Terms to take (none: everything) and terms to leave out."""

    include: tuple[Term, ...] = ()
    exclude: tuple[Term, ...] = ()

    def takes(self, candidate: Candidate) -> bool:
        """Whether a result can be part of the run; what is unknown of it counts in its favour."""
        is_taken = not self.include or any(term.matches(candidate, unknown=True) for term in self.include)
        return is_taken and not any(term.matches(candidate, unknown=False) for term in self.exclude)


def parse(select: Iterable[str], exclude: Iterable[str] = ()) -> Selection:
    """A selection from the words of the command line.

    Raises:
        ConfigError: A term has an unknown key.
    """
    return Selection(tuple(_terms(select)), tuple(_terms(exclude)))


def unbound(spec: DatasetSpec, item: Item) -> Candidate:
    """What is known of an item's results before the catalog is read: columns may be patterns."""
    return _candidate(spec, item, None, None)


def bound(spec: DatasetSpec, item: Item, metrics: MetricsOf) -> Iterator[Candidate]:
    """The results that an item with exact column names can have."""
    return (_candidate(spec, item, subject, metric) for subject in item.subjects for metric in metrics(item))


def of_any_column(spec: DatasetSpec, item: Item, metrics: MetricsOf) -> Iterator[Candidate]:
    """The results that an item can have whose column names were never looked up."""
    return (_candidate(spec, item, None, metric) for metric in metrics(item))


def prune(spec: DatasetSpec, selection: Selection, families: Collection[str] | None = None) -> DatasetSpec:
    """The dataset with those items that the selection can take, as far as that is known before the catalog is read.

    `families` keeps the items of some families of monitors only (`rule`, `drift`, …); None keeps all.
    """
    return spec.with_items(
        item
        for item in spec.items
        if (families is None or item.family in families) and selection.takes(unbound(spec, item))
    )


def narrow(spec: DatasetSpec, selection: Selection, metrics: MetricsOf) -> DatasetSpec:
    """The dataset with those items that the selection takes, and of their columns those that it takes."""
    items = (narrowed(spec, item, selection, metrics) for item in spec.items)
    return spec.with_items(item for item in items if item is not None)


def narrowed(spec: DatasetSpec, item: Item, selection: Selection, metrics: MetricsOf) -> Item | None:
    """What a selection takes of an item with exact column names; None is nothing."""
    names = metrics(item)
    return item.only(lambda subject: any(selection.takes(_candidate(spec, item, subject, metric)) for metric in names))


def unmatched(terms: Iterable[Term], candidates: Iterable[Candidate]) -> tuple[Term, ...]:
    """The terms that match none of the candidates; what is not known of one may match."""
    left = list(terms)
    for candidate in candidates:
        if not left:
            break
        left = [term for term in left if not term.matches(candidate, unknown=True)]
    return tuple(left)


def hint(term: Term, candidates: Iterable[Candidate]) -> str:
    """The nearest terms to one that matches nothing: of its first pattern that no candidate has."""
    every = list(candidates)
    for key, pattern in term.pairs:
        values = {value for candidate in every for value in _values(key, candidate)}
        if not any(fnmatchcase(value, pattern) for value in values):
            allowed = [f"{key}:{value}" for value in values]
            return did_you_mean(f"{key}:{pattern}", allowed) if allowed else f"nothing in the project has `{key}`"
    return "each part matches something, but no monitor matches all of them"


def refuse_unmatched(terms: Selection, candidates: Sequence[Candidate]) -> None:
    """Refuse terms of `--select` that match nothing: beside others that do, each is a slip.

    Raises:
        ConfigError: There are such terms; each is named with the nearest one that matches.
    """
    without_match = unmatched(terms.include, candidates)
    if without_match:
        raise ConfigError(
            Problem("WHQ-U011", "usage", f'--select: nothing matches "{term.written}"', hint(term, candidates))
            for term in without_match
        )


def keep(results: Iterable[Result], selection: Selection) -> list[Result]:
    """The results that the selection takes, now that everything of them is known."""
    return [result for result in results if selection.takes(of_result(result))]


def of_result(result: Result) -> Candidate:
    """A result as a selection sees it."""
    subject = tuple(result.subject.split(",")) if result.subject else ()
    return Candidate(result.dataset, result.monitor, subject, result.metric, result.tags, result.owner)


def describe(spec: DatasetSpec) -> list[str]:
    """The terms that could select something of this dataset, for the hint when nothing matched."""
    tags = {tag for item in spec.items for tag in item.common.tags} | set(spec.tags)
    return [f"dataset:{spec.name}", *(f"tag:{tag}" for tag in sorted(tags))]


def _candidate(spec: DatasetSpec, item: Item, subject: tuple[str, ...] | None, metric: str | None) -> Candidate:
    from whq.resolve.patterns import is_glob  # `whq results` selects too, and resolves nothing

    tags, owner = (*spec.tags, *item.common.tags), item.common.owner or spec.owner
    if subject is not None and any(is_glob(name) for name in subject):
        subject = None
    return Candidate(spec.name, item.family, subject, metric, tags, owner)


def _terms(words: Iterable[str]) -> Iterator[Term]:
    for word in " ".join(words).split():
        yield Term(word, tuple(_pair(part) for part in word.split(",") if part))


def _pair(part: str) -> tuple[str, str]:
    key, colon, pattern = part.partition(":")
    if not colon:
        return "dataset", key
    if key not in KEYS:
        raise ConfigError(
            Problem("WHQ-U004", "usage", f'unknown selection key "{key}" in "{part}"', did_you_mean(key, KEYS))
        )
    return key, pattern


def _matches(key: str, pattern: str, candidate: Candidate, unknown: bool) -> bool:
    if key in ("subject", "metric") and getattr(candidate, key) is None:
        return unknown
    return any(fnmatchcase(value, pattern) for value in _values(key, candidate))


def _values(key: str, candidate: Candidate) -> tuple[str, ...]:
    value: str | tuple[str, ...] | None = candidate.tags if key == "tag" else getattr(candidate, key)
    return value if isinstance(value, tuple) else () if value is None else (value,)
