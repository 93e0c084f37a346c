"""Univariate drift: how far each chunk's distribution of a column is from the reference's, or from the chunk before.

A scan counts rows in bins; what is learned once is where the bins lie. Values of reference chunks teach the
thresholds. `chi2` is judged by its p-value, because the statistic grows with the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.config.kinds import drift_metrics
from whq.config.spec import DatasetSpec
from whq.errors import Problem
from whq.fit.bins import Bins, Inside, doane_edges, merge, plain_bins, ranged_bins, value_bins
from whq.fit.bounds import Sizes
from whq.fit.pieces import Part, pieces
from whq.monitors import Context, ThresholdKey, Verdicts
from whq.monitors.bands import Taught
from whq.monitors.drift.baseline import ColumnBaseline, DriftBaseline
from whq.monitors.drift.columns import MOMENTS, Plan, Watched
from whq.monitors.drift.identity import COUNTS, ENDS, identity
from whq.monitors.drift.readings import (
    FIRST,
    NO_BINS,
    NO_REFERENCE,
    NO_ROWS,
    NO_VALUES,
    Reading,
    Series,
    binned,
    comparison,
    series,
)
from whq.monitors.drift.statistics import DIALECT, statement
from whq.monitors.drift.thresholds import ANY, Learning, levels, why
from whq.monitors.drift.told import told
from whq.monitors.judge import crossing, missing, on_empty, outside, unjudged
from whq.monitors.outcome import answer, blank, count, errored, number, placed
from whq.sql.templates import Templates
from whq.values import Cell, Dataset, Failure, Measurement, Measurements, Request, Result, Scalar
from whq.wording import amount

BASELINE = DriftBaseline
SIGNIFICANCE = 0.05
"""With `{std: …}` a chi-squared test alerts below this p-value."""


def metrics(templates: Templates) -> tuple[str, ...]:
    """The statistics of numeric and of categorical columns."""
    return tuple(dict.fromkeys(name for of_family in drift_metrics(templates).values() for name in of_family))


def fit_requests(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """The shape of the reference's numeric columns, from which bins follow; categories need none."""
    plan = Plan.of(dataset, spec)
    if plan is None:
        return ()
    return tuple(
        request
        for column in plan.columns
        for request in (*plan.identity_requests(column).values(), *plan.fit_requests(column))
    )


def fit(dataset: Dataset, spec: DatasetSpec, measurements: Measurements) -> DriftBaseline:
    """Bin edges, deciles and narrow bins of every numeric column, by its name."""
    plan = Plan.of(dataset, spec)
    if plan is None:
        return DriftBaseline()
    return DriftBaseline({column.name: _learned(plan, column, measurements) for column in plan.columns})


def awaited(dataset: Dataset, spec: DatasetSpec) -> tuple[Request, ...]:
    """The counts of numeric columns, whose bins are learned, and the distances that may be read off them."""
    plan = Plan.of(dataset, spec)
    return () if plan is None else tuple(plan.awaited())


def requests(dataset: Dataset, spec: DatasetSpec, baseline: DriftBaseline) -> tuple[Request, ...]:
    """Counts in bins and distances of every chunk of both periods."""
    plan = Plan.of(dataset, spec, baseline)
    return () if plan is None else tuple(plan.requests())


def evaluate(
    dataset: Dataset, spec: DatasetSpec, baseline: DriftBaseline, measurements: Measurements, context: Context
) -> Verdicts:
    """Every statistic of every chunk and segment, judged by the thresholds that the reference teaches."""
    plan = Plan.of(dataset, spec, baseline)
    if plan is None:
        return Verdicts([])
    results = [_without_statistic(plan, column) for column in plan.columns if not column.metrics]
    results += [_left_out(plan, name, reason) for name, reason in plan.identifiers.items()]
    learned: dict[ThresholdKey, Taught] = {}
    judged: list[_Judged] = []
    for one in series(plan, measurements):
        learning = Learning(one.metric, plan.drift.threshold, plan.range(one.metric) if one.trouble is None else ANY)
        key = (_blank(plan, one).id, one.segment)
        taught = context.thresholds.get(key) or learning.taught(one)
        if taught is not None:
            learned[key] = taught
        judged.append(_Judged(one, learning, taught))
    alarms = _levels(plan, judged)
    for each in judged:
        results += _results(plan, each, alarms)
    return Verdicts(results, learned)


def statistic_queries(dataset: Dataset, spec: DatasetSpec, dialect: str = DIALECT) -> tuple[tuple[str, str], ...]:
    """The SQL by which binned statistics follow from the counts of a scan, by the binning; nothing is sent."""
    plan = Plan.of(dataset, spec)
    if plan is None:
        return ()
    return tuple(
        (binning, statement(names, spec.template_folders, comparison(plan), dialect))
        for binning, names in binned(plan).items()
    )


# --- fit ----------------------------------------------------------------------------------------------------


def _learned(plan: Plan, column: Watched, measurements: Measurements) -> ColumnBaseline:
    """What the reference teaches of one column."""
    identifier = _identifier(plan, column, measurements)
    if identifier is not None:
        return ColumnBaseline(identifier=identifier)
    learned = ColumnBaseline()
    for request in plan.fit_requests(column):
        measured = answer(measurements, request)
        if isinstance(measured, Failure):
            return replace(learned, problem=Problem(measured.problem.code, "monitor", str(measured.problem)))
        learned = _LEARNED[request.template](plan.having(column, learned), column, measured)
    return learned


def _identifier(plan: Plan, column: Watched, measurements: Measurements) -> str | None:
    """Why the reference's values show that a column is an identifier; None where they do not, or were not asked."""
    values: dict[str, float] = {}
    for name, request in plan.identity_requests(column).items():
        measured = answer(measurements, request)
        value = (
            number(measured.rows[0].values["value"]) if isinstance(measured, Measurement) and measured.rows else None
        )
        if value is not None:
            values[name] = value
    if not values.keys() >= COUNTS.keys():
        return None
    bounds = (values["low"], values["high"]) if values.keys() >= ENDS.keys() else None
    filled = int(values["rows"] - values["nulls"])
    return identity(plan.dataset.column(column.name), filled, int(values["distinct"]), bounds)


def _shape(plan: Plan, column: Watched, measured: Measurement) -> ColumnBaseline:
    learned = plan.learned(column)
    parts = [part for row in measured.rows if (part := _part(row.values)) is not None]
    if not parts:
        return replace(learned, rows=0)
    minimum, maximum = min(part.low for part in parts), max(part.high for part in parts)
    if plan.binnings(column) and not isfinite(maximum - minimum):
        message = f'the values of "{column.name}" lie too far apart for bins: {minimum:g} to {maximum:g}'
        return replace(learned, problem=Problem("WHQ-M202", "monitor", message))
    rows = sum(part.n for part in parts)
    learned = replace(learned, rows=rows)
    if "doane" in plan.binnings(column) and learned.histogram is None:
        learned = replace(learned, histogram=_histogram(plan, measured.rows[0].values))
    if plan.may_bin(column):
        cuts = plan.having(column, learned).cuts(column)
        learned = replace(learned, narrow=pieces(parts, merge(*cuts.values())))
    return learned


def _histogram(plan: Plan, values: Mapping[str, Scalar]) -> Bins:
    """Bins of equal width over the range that `drift/scan/shape` found."""
    low, high, inside_low, inside_high = (
        number(values[name]) or 0.0 for name in ("range_low", "range_high", "inside_low", "inside_high")
    )
    inside = Inside(count(values, "inside_n"), inside_low, inside_high, number(values["skewness"]))
    edges = doane_edges(low, high, inside)
    return plain_bins(edges) if plan.drift.bins == "doane" else ranged_bins(edges, number(values["commonest"]))


def _values(plan: Plan, column: Watched, measured: Measurement) -> ColumnBaseline:
    values = [value for row in measured.rows if (value := number(row.values["value"])) is not None]
    return replace(plan.learned(column), histogram=value_bins(values)) if values else plan.learned(column)


def _deciles(plan: Plan, column: Watched, measured: Measurement) -> ColumnBaseline:
    rows = sorted((count(row.values, "place"), number(row.values["value"])) for row in measured.rows)
    return replace(plan.learned(column), deciles=tuple(value for _, value in rows if value is not None))


def _moment(plan: Plan, column: Watched, measured: Measurement) -> ColumnBaseline:
    values = [number(row.values["value"]) for row in measured.rows]
    return replace(plan.learned(column), **{MOMENTS[measured.request.template]: values[0] if values else None})


def _part(values: Mapping[str, Any]) -> Part | None:
    low, high = number(values["low"]), number(values["high"])
    return None if low is None or high is None else Part(count(values, "n"), low, high)


_LEARNED: Mapping[str, Callable[[Plan, Watched, Measurement], ColumnBaseline]] = {
    "drift/scan/deciles": _deciles, "drift/scan/values": _values, "drift/scan/shape": _shape,
    **dict.fromkeys(MOMENTS, _moment),
}  # fmt: skip


# --- results ------------------------------------------------------------------------------------------------


def _without_statistic(plan: Plan, column: Watched) -> Result:
    result = blank(plan.spec, plan.drift.common, "drift", column.name, "drift")
    message = f"none of the metrics is for a {column.family} column; name some under metrics: {column.family}:"
    return replace(result, status="skipped", severity="warn", message=message)


def _left_out(plan: Plan, name: str, reason: str) -> Result:
    """That an identifier is not watched, though a pattern found it."""
    result = blank(plan.spec, plan.drift.common, "drift", name, "drift")
    message = f'"{name}" is left out as an identifier: {reason}; write its name under columns: to watch it'
    return replace(result, status="skipped", severity="warn", message=message, details={"reason": message})


def _blank(plan: Plan, one: Series) -> Result:
    result = blank(plan.spec, plan.drift.common, "drift", one.column.name, one.metric)
    params = {"against": plan.drift.against, "baseline": plan.drift.threshold.baseline}
    if plan.drift.against == "previous":
        del params["baseline"]
    severity = plan.drift.common.severity or "warn"
    return replace(result, severity=severity, params=params, segment=one.segment, query=one.query)


class _Judged(Struct, frozen=True):
    """A series with how its threshold is learned, and what the reference taught."""

    series: Series
    learning: Learning
    taught: Taught | None


def _levels(plan: Plan, judged: Sequence[_Judged]) -> Mapping[object, float]:
    """With `false_discovery` the share of alarms by statistic and chunk, over columns and segments; else nothing."""
    if plan.drift.false_discovery is None:
        return {}
    chances = [
        (_group(one.series.metric, cell), _chance(one, reading))
        for one in judged
        for cell, reading in one.series.readings
        if cell.period == "analysis" and reading.value is not None
        if reading.sizes is None or not one.learning.is_withheld(reading.sizes)
    ]
    return levels(chances, plan.drift.false_discovery)


def _group(metric: str, cell: Cell) -> object:
    """What is judged together: one statistic in one chunk."""
    return metric, cell.chunk.key if cell.chunk else None


def _chance(one: _Judged, reading: Reading) -> float:
    if one.series.metric == "chi2":
        matters = reading.details["cramers_v"] >= one.learning.least(reading.sizes)
        return float(reading.details["p_value"]) if matters else 1.0
    return one.learning.chance(one.taught, reading.sizes, reading.value or 0.0)


def _results(plan: Plan, judged: _Judged, alarms: Mapping[object, float]) -> list[Result]:
    one = judged.series
    result = _blank(plan, one)
    if one.trouble is not None:
        return [errored(result, one.trouble, one.query)]
    if one.refusal is not None:
        result = replace(result, period="analysis", status="inconclusive", message=one.refusal)
        return [_of_reference(judged, replace(result, details={"reason": one.refusal}), one.refusal)]
    results = [
        told(plan, one, _verdict(plan, judged, placed(result, cell), reading, alarms.get(_group(one.metric, cell))))
        for cell, reading in one.readings
    ]
    if one.segment is None and not any(cell.period == "analysis" for cell, _ in one.readings):
        results.append(_empty(plan, replace(result, period="analysis"), "no analysis rows"))
    return results


def _verdict(plan: Plan, judged: _Judged, result: Result, reading: Reading, alarms: float | None) -> Result:
    """The verdict on one chunk, at the share of alarms that the threshold says where it is not given."""
    learning, sizes = judged.learning, reading.sizes
    result = replace(result, value=reading.value, details=dict(reading.details))
    if reading.upper is not None:
        result = replace(result, method="binned", lower=reading.value, upper=reading.upper)
    if reading.value is None:
        return _of_reference(judged, _without_value(plan, result, reading.reason), reading.reason)
    has_rule = plan.dataset.reference is not None or result.metric == "chi2"
    if has_rule and sizes is not None and learning.is_withheld(sizes):
        return result if result.period == "reference" else _withheld(result, sizes)
    alarms = alarms or plan.drift.threshold.alarms
    if result.metric == "chi2":
        return _tested(result, reading, learning, alarms)
    band = learning.band(judged.taught, sizes, alarms) if has_rule or not learning.is_learned else None
    if band is None:
        has_reference = plan.dataset.reference is not None
        return unjudged(result, has_reference, "`threshold: {upper: 0.1}`", is_learned=learning.is_learned)
    result = replace(result, threshold_lower=band.lower, threshold_upper=band.upper)
    if result.period == "reference":
        return result
    if band.parts:
        result = replace(result, details={**result.details, "threshold": dict(band.parts)})
    if not outside(reading.value, band):
        return result
    if reading.shape is not None:
        result = replace(result, details={**result.details, "distribution": reading.shape})
    return _alerted(result, f"{crossing(reading.value, band)}{why(band)}")


def _of_reference(judged: _Judged, result: Result, reason: str) -> Result:
    """The verdict is withheld where the reference has no values; a chunk without any, unlike it, lost its values."""
    has_reference = any(cell.period == "reference" for cell, _ in judged.series.readings)
    has_values = any(cell.period == "reference" and one.value is not None for cell, one in judged.series.readings)
    is_empty = reason in (NO_REFERENCE, NO_BINS) or (reason == NO_VALUES and has_reference and not has_values)
    if result.status != "inconclusive" or not (is_empty and judged.learning.is_learned):
        return result
    return replace(result, details={**result.details, "withheld": "no_reference"})


def _withheld(result: Result, sizes: Sizes) -> Result:
    """Too few rows for the statistic's bins."""
    sides = {"the chunk": sizes.rows, "what it is compared with": sizes.reference_rows}
    short = min(sides, key=lambda side: sides[side])
    has = amount(round(sides[short]), "value")
    message = f"not judged: {short} has {has}, a verdict needs {sizes.needed:,} (ten a bin)"
    details = {**result.details, "withheld": "few_rows", "reason": message}
    return replace(result, status="inconclusive", message=message, details=details)


def _alerted(result: Result, words: str) -> Result:
    base = "the chunk before" if result.params["against"] == "previous" else "the reference"
    message = f'"{result.subject}" differs from {base}: {result.metric} {words}'
    return replace(result, alert=True, status=result.severity, message=message)


def _tested(result: Result, reading: Reading, learning: Learning, alarms: float) -> Result:
    """A test alerts by its p-value; thresholds of the statistic would depend on the number of rows.

    Of many rows nearly any difference is significant, so that Cramér's V must be worth a word too. `{std: …}` has the
    rule of version 0.1.0.
    """
    is_plain = learning.threshold.kind == "std"
    alarms, least = (SIGNIFICANCE, 0.0) if is_plain else (alarms, learning.least(reading.sizes))
    p_value, effect = reading.details["p_value"], reading.details["cramers_v"]
    if result.period == "reference" or not (p_value < alarms and effect >= least):
        return result
    beside = "" if is_plain else f"; Cramér's V is {effect:.2g}, {least:g} or more matters"
    return _alerted(result, f"{reading.value:.4g} has p-value {p_value:.2g}, below {alarms:.2g}{beside}")


def _without_value(plan: Plan, result: Result, reason: str) -> Result:
    """No number: reference chunks only say why, the first of all chunks has none before it, others get no verdict."""
    if reason == NO_ROWS:
        return missing(result, plan.drift.common.on_empty)
    if reason == NO_VALUES and result.period == "analysis":
        return _empty(plan, result, reason)
    result = replace(result, message=reason, details={**result.details, "reason": reason})
    if result.period == "reference":
        return result
    return replace(result, status="skipped" if reason == FIRST else "inconclusive")


def _empty(plan: Plan, result: Result, reason: str) -> Result:
    """Nothing to compare: `on_empty` decides; without it there is no verdict."""
    result = replace(result, message=reason, details={**result.details, "reason": reason})
    return on_empty(result, plan.drift.common.on_empty)
