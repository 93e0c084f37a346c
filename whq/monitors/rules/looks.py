"""What there is to look at behind a rule's number, by kind: failing rows, keys, newest rows; or why there is nothing.

Every rule and scope has a place in one order of the whole project, so that its statements have the same ids in a run,
in `compile` and in `whq failing`: `r3` brings the rows of the third, `v3` the values that break it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from whq.config.spec import DatasetSpec
from whq.monitors.rules.judging import Bound
from whq.monitors.rules.monitor import bound_rules
from whq.monitors.showing import COMMON, PRIVATE, is_private
from whq.values import Column, Dataset, Fragment, Lookup, QuerySource, Request, Result, Scope

LookKind = Literal["rows", "duplicated", "orphans", "newest", "returned", "none"]
MOST_VALUES = 200
"""Values that break a rule, at most, over all cells of one statement."""


class RuleLook(Struct, frozen=True):
    """One rule over one scope: what to look at.

    number: its place in the project. keys: the columns that a rule counts by, or the time of `newest`. shown: the
    columns of a row to show, without private ones, which are `hidden`. note: why there is nothing to look at, or why
    rows must not be shown.
    """

    number: int
    dataset: Dataset
    request: Request
    result: Result
    kind: LookKind
    keys: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    note: str = ""
    is_secret: bool = False
    """Whether the rows must not be shown, so that only the statement is."""
    value: str | None = None
    """The column whose values may be named that break the rule."""
    least: int = COMMON
    """How many rows a value needs to be named."""

    @property
    def scope(self) -> Scope:
        """The rows that are judged."""
        return self.request.scope

    @property
    def rows_id(self) -> str:
        """The id of the statement that brings the rows."""
        return f"r{self.number}"

    @property
    def values_id(self) -> str:
        """The id of the statement that brings the values that break the rule."""
        return f"v{self.number}"


def looks(items: Iterable[tuple[Dataset, DatasetSpec]]) -> Iterator[RuleLook]:
    """What there is to look at behind each rule of a project, one a rule and scope."""
    listed = list(items)
    named = sorted({name for _, spec in listed for name in spec.private})
    number = 0
    for dataset, spec in listed:
        for bound in bound_rules(dataset, spec):
            for scope in bound.scopes:
                number += 1
                yield _look(number, dataset, spec, bound, scope, named)


def _look(number: int, dataset: Dataset, spec: DatasetSpec, bound: Bound, scope: Scope, named: list[str]) -> RuleLook:
    request = bound.request(scope)
    kind, keys, note = _kind(bound, dataset)
    shown = tuple(dict.fromkeys(name for name in _shown(bound, dataset) if name))
    is_tagged = PRIVATE in bound.rule.common.tags
    own = set(_read(bound)) if is_tagged else set()
    hidden = tuple(name for name in (*shown, *keys) if name in own or is_private(spec, (name,)))
    is_secret = is_private(spec, keys) or (kind == "returned" and (is_tagged or _may_return(request, spec, named)))
    if is_secret:
        note = "the rows are not shown: the tag pii forbids it"
    value = _value(bound, spec)
    shows_all = value is not None and spec.profile is not None and value in spec.profile.show_values
    return RuleLook(
        number=number,
        dataset=dataset,
        request=request,
        result=bound.result,
        kind=kind,
        keys=keys,
        shown=tuple(name for name in shown if name not in hidden),
        hidden=tuple(dict.fromkeys(hidden)),
        note=note,
        is_secret=is_secret or (kind == "rows" and len(hidden) == len(shown)),
        value=value,
        least=1 if shows_all else COMMON,
    )


def _kind(bound: Bound, dataset: Dataset) -> tuple[LookKind, tuple[str, ...], str]:
    """What to look at, by which columns, and why nothing."""
    template, rule = bound.template, bound.rule
    if template.shape == "predicate":
        return "rows", (), ""
    if template.name == "rules/unique":
        return "duplicated", rule.columns, ""
    if template.name == "rules/relationships":
        return "orphans", rule.columns, ""
    if template.name == "rules/sql":
        return "returned", (), ""
    if template.name == "rules/freshness":
        return "newest", tuple(filter(None, (rule.columns or (dataset.time,))[:1])), "these are the newest rows"
    if bound.is_metric:
        return "none", (), f"{rule.kind} is one number of all rows: no row breaks the limit by itself"
    return "none", (), "the rule counts by a query of its own; `whq compile` prints it"


def _shown(bound: Bound, dataset: Dataset) -> Iterator[str | None]:
    """The columns of a row: key, time, what the rule reads; all where there is no key."""
    yield from dataset.key
    yield dataset.time
    yield from _read(bound)
    if bound.rule.common.filter is not None:
        yield from bound.rule.common.filter.columns
    if not dataset.key:
        yield from (column.name for column in dataset.columns if _is_plain(column))


def _read(bound: Bound) -> Iterator[str]:
    """The columns that the rule itself is about."""
    yield from bound.rule.columns
    for value in bound.arguments.values():
        if isinstance(value, Fragment):
            yield from value.columns


def _is_plain(column: Column) -> bool:
    return not column.name.lower().startswith("whq_")


def _may_return(request: Request, spec: DatasetSpec, named: list[str]) -> bool:
    """Whether a user's query may return what the tag `pii` forbids, here or on another dataset of the project."""
    if is_private(spec, ()):
        return True
    query = request.argument("returned")
    text = query.source.sql.text.lower() if isinstance(query, Lookup) and isinstance(query.source, QuerySource) else ""
    return bool(named) and ("*" in text or any(name in text for name in named))


def _value(bound: Bound, spec: DatasetSpec) -> str | None:
    """The column whose values can be told that break the rule; NULL is the only one that breaks `not_null`."""
    template, columns = bound.template, bound.rule.columns
    argument = template.column
    is_of_values = template.shape == "predicate" and argument is not None and argument.kind == "column"
    if not (is_of_values or template.name == "rules/relationships"):
        return None
    if len(columns) != 1 or template.name == "rules/not_null":
        return None
    return None if is_private(spec, columns, bound.result.tags) else columns[0]
