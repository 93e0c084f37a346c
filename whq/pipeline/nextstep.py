"""The next step after a rule has failed: the statement that shows its rows, and the values that break it.

The statements for rows (`r…`) are never sent by a run; those for values (`v…`) are, for rules that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from whq import cache
from whq.errors import CompileError
from whq.measure.bench import Workbench, contains_as_of
from whq.measure.plan import Scan
from whq.measure.tables import tables_of
from whq.monitors.outcome import count, key
from whq.monitors.rules.looks import MOST_VALUES, LookKind, RuleLook, looks
from whq.pipeline.steps import Clock
from whq.resolve import Resolved
from whq.result import plain
from whq.sql.templates import Templates
from whq.values import Cell, Failure, Lookup, Measurement, Measurements, Query, Request, Result
from whq.wording import amount

Made = TypeVar("Made")
LIMIT = 100
"""Rows of a statement that shows rows, unless the user says otherwise."""
MOST_TOLD, MOST_NAMED = 10, 3
"""Values that break a rule in `details.breaking`, and in the message."""
WHEN_ASKED = "sent by `whq failing` only"
WHEN_FAILED = "sent where the rule failed"


def project_looks(items: Iterable[Resolved], clock: Clock, templates: Templates) -> tuple[RuleLook, ...]:
    """What there is to look at behind each rule, with the run's moment and window."""
    found = looks((item.dataset, item.spec) for item in items)
    return tuple(replace(look, request=clock.put(look.request, look.dataset, templates)) for look in found)


def rows_query(look: RuleLook, templates: Templates, dialect: str, limit: int = LIMIT) -> Query | None:
    """The statement that shows the rows behind a rule's number; None where there are none to show.

    Raises:
        CompileError: The dialect cannot express it.
    """
    if look.kind == "none":
        return None
    shown = look.shown or look.hidden if look.is_secret else look.shown
    if look.kind == "newest":  # whatever its limit speaks of: the moment is no part of the statement
        look = replace(look, request=replace(look.request, arguments=()))
    inputs = (look.kind, look.request, look.dataset, look.keys, shown, _template(look, templates), dialect, limit)
    sql, columns = _recalled(look, "failing", inputs, lambda: _rows(*inputs))
    return _query(look, look.rows_id, sql, columns, dialect, WHEN_ASKED)


def values_query(look: RuleLook, templates: Templates, dialect: str) -> Query | None:
    """The statement that counts the values that break a rule; None where none may be named."""
    if look.value is None:
        return None
    inputs = (look.kind, look.request, look.dataset, look.value, look.least, _template(look, templates), dialect)
    sql, columns, outputs = _recalled(look, "values", inputs, lambda: _values(*inputs))
    return replace(_query(look, look.values_id, sql, columns, dialect, WHEN_FAILED), outputs=outputs)


def shown_queries(found: Sequence[RuleLook], templates: Templates, dialect: str) -> tuple[Query, ...]:
    """The statements for rows and for values of all rules, for `compile`; those that the dialect can express."""
    queries: list[Query] = []
    for build in (values_query, rows_query):
        for look in found:
            try:
                query = build(look, templates, dialect)
            except CompileError:  # the rule's own statement says why
                continue
            queries += [] if query is None else [query]
    return tuple(queries)


def _recalled(look: RuleLook, kind: str, inputs: object, new: Callable[[], Made]) -> Made:
    """What follows from the inputs, from the cache unless the run's time stands in it: the next run has another."""
    scan = Scan("", look.scope, (look.request,), "query")
    return new() if contains_as_of(scan, look.dataset) else cache.recall(kind, inputs, new)


def _template(look: RuleLook, templates: Templates) -> Any:
    return templates.find(look.request.template)


def _query(look: RuleLook, id: str, sql: str, columns: tuple[str, ...], dialect: str, when: str) -> Query:
    return Query(
        id,
        look.dataset.name,
        sql,
        dialect,
        look.scope,
        (look.request,),
        (),
        tables_of(look.dataset),
        columns,
        when=when,
    )


def _rows(
    kind: LookKind, request: Request, dataset: Any, keys: tuple[str, ...], shown: tuple[str, ...], template: Any,
    dialect: str, limit: int,
) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    from whq.sql import failing
    from whq.sql.bind import NULLS_FAIL, needs
    from whq.sql.text import to_text

    scope = request.scope
    if kind == "rows":
        prepared = (request, template, needs(request, template, dataset))
        look = failing.rows(dataset, scope, prepared, shown, dialect, limit)
    elif kind == "duplicated":
        look = failing.duplicated(dataset, scope, keys, dialect, limit)
    elif kind == "orphans":
        parent = request.argument("parent")
        assert isinstance(parent, Lookup)
        look = failing.orphans(dataset, scope, keys, parent, bool(request.argument(NULLS_FAIL)), dialect, limit)
    elif kind == "newest":
        look = failing.newest(dataset, scope, keys[0], shown, dialect, limit)
    else:
        query = request.argument("returned")
        assert isinstance(query, Lookup)
        look = failing.returned(query, dialect, limit)
    return to_text(look.tree, dialect), look.columns


def _values(
    kind: LookKind, request: Request, dataset: Any, value: str, least: int, template: Any, dialect: str
) -> tuple[str, tuple[str, ...], Any]:
    from whq.sql import failing
    from whq.sql.bind import needs
    from whq.sql.text import to_text

    if kind == "orphans":
        parent = request.argument("parent")
        assert isinstance(parent, Lookup)
        look = failing.orphans(dataset, request.scope, (value,), parent, False, dialect, MOST_VALUES, least)
        return to_text(look.tree, dialect), look.columns, failing.counted(look)
    prepared = (request, template, needs(request, template, dataset))
    look, outputs = failing.values(dataset, request.scope, prepared, value, dialect, least, MOST_VALUES)
    return to_text(look.tree, dialect), look.columns, outputs


# --- in a run -----------------------------------------------------------------------------------------------


class NextSteps(Struct):
    """The next steps of one run: looked up once, for all rules of its part of the project."""

    items: tuple[Resolved, ...]
    clock: Clock
    bench: Workbench
    found: dict[str, list[RuleLook]] | None = None

    def told(self, results: Sequence[Result]) -> list[Result]:
        """The results of one dataset; a rule that failed with its statement for rows and the values that break it."""
        if not any(_has_failed(result) for result in results):
            return list(results)
        by_id = self._by_id()
        failed = {result.id for result in results if _has_failed(result)}
        behind = [look for id in sorted(failed) for look in by_id.get(id, ())]
        answers = self.bench.send(query for look in behind if (query := self._values(look)))
        return [self._told(result, by_id.get(result.id, ()), answers) if _has_failed(result) else result
                for result in results]  # fmt: skip

    def _by_id(self) -> Mapping[str, list[RuleLook]]:
        if self.found is None:
            self.found = {}
            for look in project_looks(self.items, self.clock, self.bench.templates):
                self.found.setdefault(look.result.id, []).append(look)
        return self.found

    def _values(self, look: RuleLook) -> Query | None:
        try:
            return values_query(look, self.bench.templates, self.bench.session.dialect)
        except CompileError:
            return None

    def _told(self, result: Result, found: Sequence[RuleLook], answers: Measurements) -> Result:
        look = next((look for look in found if _is_of(look, result)), None)
        if look is None:
            return result
        details = dict(result.details)
        try:
            query = rows_query(look, self.bench.templates, self.bench.session.dialect)
        except CompileError:
            query = None
        if query is not None:
            self.bench.texts[query.id] = query.sql
            details["failing_query"] = query.id
        answer = answers.get(look.request)
        if isinstance(answer, Failure):
            details["breaking_lost"] = str(answer.problem)
        breaking = _breaking(answer, result)
        if breaking:
            details["breaking"] = breaking
        message = f"{result.message}: {_named(breaking)}" if breaking else result.message
        return replace(result, details=details, message=message)


def _has_failed(result: Result) -> bool:
    return result.monitor == "rule" and result.status in ("warn", "fail") and bool(result.alert)


def _is_of(look: RuleLook, result: Result) -> bool:
    """Whether a result is of a look's scope: the label of a segment begins with its name."""
    if look.scope.segment is None or result.segment is None:
        return look.scope.segment is None and result.segment is None
    segment = next((one for one in look.dataset.segments if one.name == look.scope.segment), None)
    if segment is None or segment.column is None:
        return result.segment == look.scope.segment
    return result.segment.startswith((f"{segment.column}=", f"{segment.column} is null"))


def _breaking(answer: object, result: Result) -> list[dict[str, Any]]:
    """The most frequent values of the result's cell that break the rule, with their rows."""
    if not isinstance(answer, Measurement):
        return []
    cell = key(Cell(result.segment, result.period if result.chunk else None, result.chunk))
    rows = [row for row in answer.rows if _same(key(row.cell), cell)]
    values = [{"value": plain(row.values["value"]), "rows": count(row.values, "n")} for row in rows]
    return sorted(values, key=lambda one: (-one["rows"], str(one["value"])))[:MOST_TOLD]


def _same(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    return (first[0], first[2]) == (second[0], second[2])


def _named(breaking: Sequence[Mapping[str, Any]]) -> str:
    """The first values with their rows: `` `cancled` 312 rows, `?` 14 rows ``."""
    words = [f"`{_short(one['value'])}` {amount(one['rows'], 'row')}" for one in breaking[:MOST_NAMED]]
    more = len(breaking) - MOST_NAMED
    return ", ".join([*words, *(["…"] if more > 0 else [])])


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
