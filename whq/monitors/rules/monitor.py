"""The rules of a dataset, from requests to results. Nothing is learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from whq.config.spec import Condition, DatasetSpec, Limit, RuleSpec, Threshold
from whq.errors import Problem, WhqError
from whq.monitors import Baseline, Context, Verdicts
from whq.monitors.judge import limit_text
from whq.monitors.outcome import answer, blank, count, errored, key, number, ordered, placed
from whq.monitors.rules import learned
from whq.monitors.rules.arguments import column_problem, values_for
from whq.monitors.rules.judging import Bound, empty, every_chunk, is_share, name_of, special, undecided, verdict
from whq.monitors.rules.words import counted, measured, shown
from whq.monitors.scopes import row_count, with_missing
from whq.sql.templates import Template, Templates, load, metric
from whq.values import Cell, Column, Dataset, Failure, Measurements, Request, Result, Row, Scalar, Scope, Severity
from whq.wording import amount

BASELINE = Baseline
ANY_FAILURE = Limit("> 0", ">", 0)


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
    needed: dict[Request, None] = {}
    for rule in spec.rules:
        bound = _bind(dataset, spec, rule)
        if isinstance(bound, Result):
            continue
        for scope in bound.scopes:
            needed |= dict.fromkeys((*bound.requests(scope), *learned.requests(bound, scope)))
    return tuple(needed)


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
            results += [_unjudged(result) if result.period == "reference" else result for result in judged]
    return Verdicts(results)


def bound_rules(dataset: Dataset, spec: DatasetSpec) -> Iterator[Bound]:
    """Every rule of a dataset that can be asked, in the order of its results."""
    for rule in spec.rules:
        bound = _bind(dataset, spec, rule)
        if isinstance(bound, Bound):
            yield bound


# --- binding ------------------------------------------------------------------------------------------------


def _bind(dataset: Dataset, spec: DatasetSpec, rule: RuleSpec) -> Bound | Result:
    """The rule with its template, or the result that says why it cannot be asked."""
    warn, fail = rule.warn, rule.fail
    severity: Severity = rule.common.severity or (
        "warn" if fail is None and (warn is not None or rule.threshold is not None) else "fail"
    )
    result = blank(spec, rule.common, "rule", ",".join(rule.columns) or None, rule.kind)
    result = replace(result, severity=severity)
    try:
        template, fixed = _template(rule, load(spec.template_folders))
        rule_special = special(rule.kind)
        columns = _columns(rule, dataset, template)
        _check(rule, columns, template)
        arguments = {**rule_special.arguments(rule, columns, values_for(rule, columns, template)), **fixed}
    except WhqError as error:
        return errored(result, error.problems[0])
    if template.counts_failures and fail is None and warn is None:
        fail = ANY_FAILURE
    result = replace(result, params={"measure": template.measure or "value", **_params(rule, fail, warn)})
    scopes = _scopes(dataset, rule)
    if not scopes:
        reason = "no segments"
        return replace(result, status="inconclusive", message="the dataset has no segments", details={"reason": reason})
    is_single = template.finite and any(column.is_single for column in columns)
    return Bound(rule, template, rule_special, arguments, scopes, fail, warn, result, is_single)


def _template(rule: RuleSpec, templates: Templates) -> tuple[Template, Mapping[str, Scalar]]:
    """The template of a rule's kind, or of the metric of that name with its fixed arguments."""
    if f"rules/{rule.kind}" in templates:
        return templates[f"rules/{rule.kind}"], {}
    try:
        return metric(templates, rule.kind)
    except KeyError:
        return templates.find(f"rules/{rule.kind}"), {}


def _columns(rule: RuleSpec, dataset: Dataset, template: Template) -> tuple[Column, ...]:
    """The columns that the rule is about: those written, or the dataset's time where that is the default."""
    names = rule.columns
    if not names and template.is_about_time and dataset.time is not None:
        names = (dataset.time,)
    return tuple(dataset.column(name) for name in names)


def _check(rule: RuleSpec, columns: tuple[Column, ...], template: Template) -> None:
    """Refuse what could only fail later, or be judged wrongly."""
    problem = column_problem(template, columns, rule.location)
    limits = [item for item in (rule.fail, rule.warn) if item is not None]
    is_judged = bool(limits) or rule.threshold is not None
    if problem is None and not template.counts_failures and not is_judged:
        problem = _refusal(rule, f"{rule.kind} has no limit", 'give warn or fail, e.g. fail: "> 10"')
    if problem is None and template.reveals and not all(column.is_a("numeric") for column in columns):
        hint = "accepted_range limits dates, freshness the age"
        problem = _refusal(rule, f"{rule.kind} of a {columns[0].type} cannot be limited by a number", hint)
    if problem is None and template.counts_failures and "of" not in template.outputs and any(map(is_share, limits)):
        problem = _refusal(rule, f"{rule.kind} counts failures only, it has no share", 'write a count, e.g. "> 0"')
    if problem is None and template.is_about_time and not columns:
        hint = "give the dataset `time`, or the rule a column"
        problem = _refusal(rule, f"{rule.kind} needs a time column", hint)
    if problem is not None:
        raise WhqError(problem)


def _refusal(rule: RuleSpec, message: str, hint: str) -> Problem:
    return Problem("WHQ-M103", "rule", message, hint, rule.location)


def _scopes(dataset: Dataset, rule: RuleSpec) -> tuple[Scope, ...]:
    """All selected rows at once unless `per` says otherwise; rows of another reference dataset are not judged."""
    where = rule.common.filter
    scope = Scope(
        dataset=dataset.name,
        by_chunk="chunk" in rule.common.per,
        period="analysis" if isinstance(dataset.reference, Dataset) and rule.threshold is None else None,
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


def _judged(bound: Bound, scope: Scope, measurements: Measurements, context: Context) -> list[Result]:
    """One result a cell of the scope."""
    measured = answer(measurements, bound.request(scope))
    if isinstance(measured, Failure):
        return [errored(replace(bound.result, segment=scope.segment), measured.problem, measured.query)]
    result = replace(bound.result, query=measured.query)
    rows = ordered(measured.rows)
    if scope.by_chunk:
        rows = with_missing(measured.rows, answer(measurements, every_chunk(scope)))
    if not any(row.cell.period != "reference" for row in rows):
        rows.append(Row(Cell(scope.segment, "analysis" if scope.by_chunk else None), {}))
    if bound.special.judge is not None:
        return [bound.special.judge(bound, placed(result, row.cell), row.values, context) for row in rows]
    rows_of_cell: dict[object, int] = {}
    if bound.needs_rows:
        totals = answer(measurements, row_count(scope))
        if isinstance(totals, Failure):
            return [errored(replace(result, segment=scope.segment), totals.problem, totals.query)]
        rows_of_cell = {key(row.cell): count(row.values, "value") for row in totals.rows}
    if bound.rule.threshold is not None:
        return _learned(bound, bound.rule.threshold, scope, rows, result, rows_of_cell, measurements)
    judge = _measured if bound.is_metric else _counted
    return [judge(bound, placed(result, row.cell), row.values, rows_of_cell.get(key(row.cell), 0)) for row in rows]


def _learned(
    bound: Bound, threshold: Threshold, scope: Scope, rows: Sequence[Row], result: Result,
    rows_of_cell: Mapping[object, int], measurements: Measurements,
) -> list[Result]:  # fmt: skip
    """The results of a metric with a learned threshold."""
    sizes = learned.sizes_of(bound, scope, rows_of_cell, measurements)
    taught = learned.learn(bound, threshold, scope, rows, sizes, measurements)

    def told(row: Row) -> Result:
        cell = key(row.cell)

        def verdict(by: Bound) -> Result:
            return _measured(by, placed(result, row.cell), row.values, rows_of_cell.get(cell, 0))

        return learned.judged(bound, taught, sizes.get(cell, 0.0), verdict)

    return [told(row) for row in rows]


def _counted(bound: Bound, result: Result, values: Mapping[str, Scalar], rows: int) -> Result:
    """A rule that counts failing rows or keys; `rows` is asked for where the rule does not count what it considers."""
    failing = count(values, "failing")
    of = count(values, "of") if "of" in bound.template.outputs else None
    more = {name: count(values, name) for name in bound.template.outputs if name not in ("failing", "of")}
    result = replace(result, failing=failing, of=of, details=more)
    if of == 0 or (of is None and not failing and not rows):
        return empty(bound, result)
    if values.get("failing") is None and of:
        words = f"{name_of(result)}: none of {amount(of, 'row')} has a value to judge"
        return empty(bound, result, words, "no row was judged")
    sentence = counted(bound.rule, bound.template, failing, of, more)
    return verdict(bound, result, sentence, lambda limit: failing / of if of and is_share(limit) else failing)


def _measured(bound: Bound, result: Result, values: Mapping[str, Scalar], rows: int) -> Result:
    """A rule that limits a metric; the number of rows is a number even where there are none."""
    value = values.get("value")
    result = replace(result, value=value, of=rows)
    if bound.template.measure == "rows":
        rows, value = max(rows, 1), count(values, "value")
        result = replace(result, value=value, of=None)
    if rows == 0:
        return empty(bound, result)
    judged = number(value)
    if judged is None:
        where = f"in {amount(rows, 'row')}"
        if value is None:
            return empty(bound, result, f"{name_of(result)} has no value {where}", "no value")
        words = f"{name_of(result)} is {value}, which no limit can judge, {where}"
        return undecided(result, words, "not a finite number")
    sentence = measured(bound.rule, value)
    if not isinstance(value, float):  # a count is exact
        bound = replace(bound, is_single=False)
    judged_result = verdict(bound, result, sentence, lambda limit: judged)
    return replace(judged_result, value=value)


def _unjudged(result: Result) -> Result:
    """A reference chunk shows its numbers; only the analysis is judged."""
    return result if result.status == "error" else replace(result, status="pass", alert=False)
