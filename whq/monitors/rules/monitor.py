"""Quality rules: statements about rows, keys, age or a metric that must hold.

A rule is a template of `rules/`, or a template of `metrics/` with a limit; the few kinds that need more than
their template's text are in `rule_values`. Nothing is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import Condition, DatasetSpec, Limit, RuleSpec
from whq.errors import Problem, WhqError
from whq.monitors import Baseline, Context, Verdicts
from whq.monitors.judge import as_single, broken, in_single, limit_text, on_empty, status_of
from whq.monitors.outcome import answer, blank, count, errored, key, number, ordered, placed
from whq.monitors.rules.arguments import column_problem, values_for
from whq.monitors.rules.words import aged, counted, measured, shown, with_limits
from whq.monitors.scopes import ROW_COUNT, row_count, with_missing
from whq.sql.templates import Template, Templates, load, metric
from whq.values import (
    Cell,
    ColumnName,
    Dataset,
    Failure,
    Measurements,
    Request,
    Result,
    Row,
    Scalar,
    Scope,
    Severity,
    Value,
)
from whq.wording import amount

BASELINE = Baseline
Family = Literal["count", "metric", "age"]
ANY_FAILURE = Limit("> 0", ">", 0)
OF_VALUES = frozenset({"min", "max"})
"""Metrics that give a value of the column; only of numbers can they be limited by a number."""


class _Bound(Struct, frozen=True):
    """A rule with its template and arguments, ready to be asked and judged."""

    rule: RuleSpec
    family: Family
    template: Template
    arguments: Mapping[str, Value]
    scopes: tuple[Scope, ...]
    fail: Condition | None
    warn: Condition | None
    result: Result
    is_single: bool = False
    """Whether the number is made of a column of four-byte floats."""

    @property
    def needs_rows(self) -> bool:
        """Whether the template alone does not tell that there is no row."""
        return self.family == "metric" or ("of" not in self.template.outputs and self.family == "count")

    def request(self, scope: Scope) -> Request:
        """The number to judge."""
        return Request.of(scope, self.template.name, **self.arguments)

    def requests(self, scope: Scope) -> tuple[Request, ...]:
        """All that must be known: the number, how many rows there are, and which chunks."""
        rows = (row_count(scope),) if self.needs_rows else ()
        chunks = (_chunks(scope),) if scope.by_chunk else ()
        return self.request(scope), *rows, *chunks


def metrics(templates: Templates) -> tuple[str, ...]:
    """None beside its kind, which every rule names."""
    return ()


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """Rules learn nothing."""
    return ()


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> Baseline:
    """Rules learn nothing."""
    return Baseline()


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """Rules learn nothing."""
    return ()


def requests(dataset: Dataset, spec: DatasetSpec, baseline: Baseline) -> tuple[Request, ...]:
    """What the rules need to know; rules that cannot be asked are left out, `evaluate` says why."""
    asked: dict[Request, None] = {}
    for rule in spec.rules:
        bound = _bind(dataset, spec, rule)
        if isinstance(bound, Result):
            continue
        for scope in bound.scopes:
            asked |= dict.fromkeys(bound.requests(scope))
    return tuple(asked)


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: Baseline, measurements: Measurements, context: Context
) -> Verdicts:
    """One result a rule, and a cell where the rule is judged per chunk or segment."""
    results: list[Result] = []
    for rule in spec.rules:
        bound = _bind(dataset, spec, rule)
        if isinstance(bound, Result):
            results.append(bound)
            continue
        for scope in bound.scopes:
            judged = _judged(bound, scope, measurements, context)
            results += [_unjudged(each) if each.period == "reference" else each for each in judged]
    return Verdicts(results)


# --- binding ------------------------------------------------------------------------------------------------


def _bind(dataset: Dataset, spec: DatasetSpec, rule: RuleSpec) -> _Bound | Result:
    """The rule with its template, or the result that says why it cannot be asked."""
    warn, fail = rule.warn, rule.fail
    severity: Severity = rule.common.severity or ("warn" if fail is None and warn is not None else "fail")
    result = blank(spec, rule.common, "rule", ",".join(rule.columns) or None, rule.kind)
    result = replace(result, severity=severity)
    try:
        template, fixed = _template(rule, load(spec.template_folders))
        if rule.kind == "freshness" and not rule.columns and dataset.time:
            rule = replace(rule, columns=(dataset.time,))
        family = _family(rule, template)
        _check(rule, dataset, template, family)
        arguments = {**values_for(rule, dataset, template), **fixed}
    except WhqError as error:
        return errored(result, error.problems[0])
    if family == "count" and fail is None and warn is None:
        fail = ANY_FAILURE
    params = {"measure": template.measure or "value", **_params(rule, fail, warn)}
    scopes = _scopes(dataset, rule)
    result = replace(result, params=params)
    if not scopes:
        reason = "no segments"
        return replace(result, status="inconclusive", message="the dataset has no segments", details={"reason": reason})
    is_single = template.finite and any(dataset.column(name).is_single for name in rule.columns)
    return _Bound(rule, family, template, arguments, scopes, fail, warn, result, is_single)


def _template(rule: RuleSpec, templates: Templates) -> tuple[Template, Mapping[str, Scalar]]:
    """The template of a rule's kind, or of the metric of that name with its fixed arguments."""
    if f"rules/{rule.kind}" in templates:
        return templates[f"rules/{rule.kind}"], {}
    try:
        return metric(templates, rule.kind)
    except KeyError:
        return templates.find(f"rules/{rule.kind}"), {}


def _family(rule: RuleSpec, template: Template) -> Family:
    if rule.kind == "freshness":
        return "age"
    return "metric" if template.shape == "aggregate" else "count"


def _check(rule: RuleSpec, dataset: Dataset, template: Template, family: Family) -> None:
    """Refuse what could only fail later, or be judged wrongly."""
    columns = [dataset.column(name) for name in rule.columns]
    problem = column_problem(template, columns, rule.location)
    limits = [item for item in (rule.fail, rule.warn) if item is not None]
    if problem is None and family != "count" and not limits:
        problem = _refusal(rule, f"{rule.kind} has no limit", 'give warn or fail, e.g. fail: "> 10"')
    if problem is None and rule.kind in OF_VALUES and not all(column.is_a("numeric") for column in columns):
        hint = "accepted_range limits dates, freshness the age"
        problem = _refusal(rule, f"{rule.kind} of a {columns[0].type} cannot be limited by a number", hint)
    if problem is None and family == "count" and "of" not in template.outputs and any(map(_is_share, limits)):
        problem = _refusal(rule, f"{rule.kind} counts failures only, it has no share", 'write a count, e.g. "> 0"')
    if problem is None and family == "age" and not columns:
        problem = _refusal(rule, "freshness needs a time column", "give the dataset `time`, or the rule a column")
    if problem is not None:
        raise WhqError(problem)


def _refusal(rule: RuleSpec, message: str, hint: str) -> Problem:
    return Problem("WHQ-M103", "rule", message, hint, rule.location)


def _is_share(condition: Condition) -> bool:
    return isinstance(condition, Limit) and condition.unit == "%"


def _scopes(dataset: Dataset, rule: RuleSpec) -> tuple[Scope, ...]:
    """All selected rows at once unless `per` says otherwise; rows of another reference dataset are not judged."""
    where = rule.common.filter
    scope = Scope(
        dataset=dataset.name,
        by_chunk="chunk" in rule.common.per,
        period="analysis" if isinstance(dataset.reference, Dataset) else None,
        where=where,
    )
    if "segment" not in rule.common.per:
        return (scope,)
    return tuple(replace(scope, segment=segment.name) for segment in dataset.segments)


def _params(rule: RuleSpec, fail: Condition | None, warn: Condition | None) -> dict[str, Any]:
    arguments = {name: shown(value) for name, value in rule.arguments.items() if value is not None}
    if rule.common.filter is not None:
        arguments["where"] = rule.common.filter.shown
    limits = {"fail": fail, "warn": warn}
    return {
        "arguments": arguments,
        **{name: limit_text(limit) for name, limit in limits.items() if limit is not None},
    }


# --- judging ------------------------------------------------------------------------------------------------


def _judged(bound: _Bound, scope: Scope, measurements: Measurements, context: Context) -> list[Result]:
    found = answer(measurements, bound.request(scope))
    if isinstance(found, Failure):
        return [errored(replace(bound.result, segment=scope.segment), found.problem, found.query)]
    result = replace(bound.result, query=found.query)
    rows = with_missing(found.rows, answer(measurements, _chunks(scope))) if scope.by_chunk else ordered(found.rows)
    if not any(row.cell.period != "reference" for row in rows):
        rows.append(Row(Cell(scope.segment, "analysis" if scope.by_chunk else None), {}))
    if bound.family == "age":
        return [_aged(bound, placed(result, row.cell), row.values, context.as_of) for row in rows]
    known: dict[Any, int] = {}
    if bound.needs_rows:
        totals = answer(measurements, row_count(scope))
        if isinstance(totals, Failure):
            return [errored(replace(result, segment=scope.segment), totals.problem, totals.query)]
        known = {key(row.cell): count(row.values, "value") for row in totals.rows}
    judge = _measured if bound.family == "metric" else _counted
    return [judge(bound, placed(result, row.cell), row.values, known.get(key(row.cell), 0)) for row in rows]


def _chunks(scope: Scope) -> Request:
    """Its cells are all chunks, whatever a rule's own filter leaves of them."""
    return row_count(replace(scope, where=None))


def _counted(bound: _Bound, result: Result, values: Mapping[str, Scalar], rows: int) -> Result:
    """A rule that counts failing rows or keys; `rows` is asked for where the rule does not count what it considers."""
    failing = count(values, "failing")
    of = count(values, "of") if "of" in bound.template.outputs else None
    more = {name: count(values, name) for name in bound.template.outputs if name not in ("failing", "of")}
    result = replace(result, failing=failing, of=of, details=more)
    if of == 0 or (of is None and not failing and not rows):
        return _empty(bound, result)
    if values.get("failing") is None and of:
        words = f"{_name(result)}: none of {amount(of, 'row')} has a value to judge"
        return _empty(bound, result, words, "no row was judged")
    sentence = counted(bound.rule, bound.template.measure or "rows", failing, of, more)
    return _verdict(bound, result, sentence, lambda limit: failing / of if of and _is_share(limit) else failing)


def _measured(bound: _Bound, result: Result, values: Mapping[str, Scalar], rows: int) -> Result:
    """A rule that limits a metric; the number of rows is a number even where there are none."""
    value = values.get("value")
    result = replace(result, value=value, of=rows)
    if bound.template.name == ROW_COUNT:
        rows, value = max(rows, 1), count(values, "value")
        result = replace(result, value=value, of=None)
    if rows == 0:
        return _empty(bound, result)
    judged = number(value)
    if judged is None:
        where = f"in {amount(rows, 'row')}"
        if value is None:
            return _empty(bound, result, f"{_name(result)} has no value {where}", "no value")
        words = f"{_name(result)} is {value}, which no limit can judge, {where}"
        return _undecided(result, words, "not a finite number")
    sentence = measured(bound.rule, value)
    if not isinstance(value, float):  # a count is exact
        bound = replace(bound, is_single=False)
    judged_result = _verdict(bound, result, sentence, lambda limit: judged)
    return replace(judged_result, value=value)


def _aged(bound: _Bound, result: Result, values: Mapping[str, Scalar], as_of: datetime) -> Result:
    """Freshness: the age of the latest row, rows dated later than now set aside."""
    known, future = count(values, "of"), count(values, "future")
    result = replace(result, of=known, details={"as_of": as_of.isoformat(), "future": future})
    if known == 0:
        return _empty(bound, result)
    name = bound.arguments["column"]
    column = name.name if isinstance(name, ColumnName) else ""
    latest = _moment(values.get("latest"))
    if latest is None or latest > as_of:
        return _undecided(result, f'every "{column}" is later than now ({as_of.isoformat(" ", "seconds")})', "future")
    seconds = (as_of - latest).total_seconds()
    result = replace(result, details={**result.details, "latest": latest.isoformat()})
    return _verdict(bound, result, aged(column, latest, seconds, future), lambda limit: seconds)


def _moment(value: Scalar) -> datetime | None:
    """A measured time in UTC without zone; a date is its first moment."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return datetime.combine(value, time()) if isinstance(value, date) else None


def _verdict(bound: _Bound, result: Result, sentence: str, judged: Callable[[Condition], float]) -> Result:
    """The status by both limits; the value is the number that the deciding one judges."""
    fails = bound.fail is not None and _breaks(bound, judged(bound.fail), bound.fail)
    warns = bound.warn is not None and _breaks(bound, judged(bound.warn), bound.warn)
    deciding = bound.warn if bound.fail is None or (warns and not fails) else bound.fail
    status = status_of(fails, warns, result.severity)
    lower, upper = _sides(deciding)
    return replace(
        result,
        status=status,
        alert=status != "pass",
        value=None if deciding is None else judged(deciding),
        threshold_lower=lower,
        threshold_upper=upper,
        message=with_limits(sentence, bound.fail, bound.warn),
    )


def _breaks(bound: _Bound, value: float, condition: Condition) -> bool:
    """Whether a number breaks a limit; numbers of a column of four-byte floats are compared as such."""
    return broken(as_single(value), in_single(condition)) if bound.is_single else broken(value, condition)


def _sides(condition: Condition | None) -> tuple[float | None, float | None]:
    """A limit as the band that it leaves."""
    if not isinstance(condition, Limit):
        return (condition.lower, condition.upper) if condition else (None, None)
    upper = condition.number if condition.operator in (">", ">=", "!=") else None
    lower = condition.number if condition.operator in ("<", "<=", "!=") else None
    return lower, upper


def _unjudged(result: Result) -> Result:
    """A reference chunk shows its numbers; only the analysis is judged."""
    return result if result.status == "error" else replace(result, status="pass", alert=False)


def _name(result: Result) -> str:
    return f'{result.metric} of "{result.subject}"' if result.subject else result.metric


def _empty(bound: _Bound, result: Result, words: str | None = None, reason: str = "no rows") -> Result:
    """No row was judged: `on_empty` decides; without it there is no verdict, which is withheld from an empty chunk."""
    wanted = bound.rule.common.on_empty
    message = (words or f"{_name(result)}: no rows to judge") + (f" (on_empty: {wanted})" if wanted else "")
    withheld = {"withheld": "empty"} if reason == "no rows" and result.chunk and not wanted else {}
    details = {**result.details, "reason": reason, **withheld}
    return on_empty(replace(result, message=message, details=details), wanted)


def _undecided(result: Result, message: str, reason: str) -> Result:
    return replace(result, status="inconclusive", message=message, details={**result.details, "reason": reason})
