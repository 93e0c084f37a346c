"""The items of a dataset: each comes back with exact names and checked SQL, or is lost with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from whq.catalog import resolve_column
from whq.config.kinds import Kind, kind_of
from whq.config.spec import Common, DriftSpec, Item, LabelTable, LookupSpec, ModelSpec, ProfileSpec, RuleSpec, WatchSpec
from whq.errors import ConfigError, Location, Problem
from whq.resolve.binder import Binder, own_columns, trouble
from whq.resolve.datasets import check_comparable, missing_in_reference
from whq.resolve.patterns import expand
from whq.sql.templates import Argument
from whq.values import Column, ColumnName, Dataset, Fragment, Lookup, MonitorName, place_of
from whq.wording import amount

Columns = TypeVar("Columns", ProfileSpec, DriftSpec)

DRIFTABLE = ("numeric", "text", "boolean")
"""Families of columns that drift statistics are defined for."""


def _common(binder: Binder, dataset: Dataset, common: Common) -> Common:
    """The options with their filter checked."""
    if common.where is None:
        return common
    return replace(common, where=binder.expression(common.where, own_columns(dataset)))


def _lose(binder: Binder, item: Item, problems: list[Problem]) -> None:
    binder.lost += [(item, problem) for problem in problems]


# --- rules --------------------------------------------------------------------------------------------------


def rule(binder: Binder, dataset: Dataset, spec: RuleSpec) -> RuleSpec | None:
    """The rule with exact columns, checked SQL and looked-up tables; None where it is lost."""
    problems: list[Problem] = []
    bound = binder.attempt(problems, _rule, binder, dataset, spec)
    _lose(binder, spec, problems)
    return bound


def _rule(binder: Binder, dataset: Dataset, spec: RuleSpec) -> RuleSpec:
    kind = kind_of(binder.templates, spec.kind)
    assert kind is not None, spec.kind
    columns = [_rule_column(binder, dataset, spec, name) for name in spec.columns]
    about = columns
    if not columns and kind.template.is_about_time and dataset.time is not None:
        about = [dataset.column(dataset.time)]
    _check_types(kind, about, spec)
    arguments = {
        name: _argument(binder, dataset, kind, spec, name, value, columns) for name, value in spec.arguments.items()
    }
    names = tuple(column.name for column in columns)
    return replace(spec, columns=names, arguments=arguments, common=_common(binder, dataset, spec.common))


def _rule_column(binder: Binder, dataset: Dataset, spec: RuleSpec, name: str) -> Column:
    try:
        return binder.column(dataset, name)
    except ConfigError as error:
        raise ConfigError(replace(item, location=item.location or spec.location) for item in error.problems) from None


def _check_types(kind: Kind, columns: list[Column], spec: RuleSpec) -> None:
    if kind.column is None:
        return
    for column in columns:
        _check_type(kind, kind.column, column, spec.location)


def _check_type(kind: Kind, argument: Argument, column: Column, place: Location | None) -> None:
    """Raise ConfigError where an argument does not take columns of this type."""
    if not argument.accepts(column):
        which = "this column" if argument is kind.column else f"this column as {argument.name}"
        message = f'{kind.name} cannot take {which}: "{column.name}" is {column.native or column.type}'
        raise ConfigError(trouble("C052", message, f"allowed types: {', '.join(argument.family)}", place))


def _further_column(
    binder: Binder, dataset: Dataset, kind: Kind, argument: Argument, spec: RuleSpec, name: str | ColumnName
) -> str:
    """The exact name of a column that an argument names beside the columns which the rule is about."""
    written = name.name if isinstance(name, ColumnName) else name
    column = _rule_column(binder, dataset, spec, written)
    _check_type(kind, argument, column, place_of(written) or spec.location)
    return column.name


def _argument(
    binder: Binder, dataset: Dataset, kind: Kind, spec: RuleSpec, name: str, value: Any, columns: list[Column]
) -> Any:
    argument = kind.template.argument(name)
    assert argument is not None, name
    if argument.kind == "column":
        return ColumnName(_further_column(binder, dataset, kind, argument, spec, value))
    if argument.kind == "columns":
        return tuple(ColumnName(_further_column(binder, dataset, kind, argument, spec, item)) for item in value)
    if argument.kind == "expression":
        return binder.expression(value, own_columns(dataset))
    if argument.kind not in ("lookup", "select") or isinstance(value, (Fragment, Lookup)):
        return value
    if isinstance(value, LookupSpec):
        return _lookup(binder, kind, value, columns)
    return binder.select(value)


def _lookup(binder: Binder, kind: Kind, value: LookupSpec, columns: list[Column]) -> Lookup:
    table = binder.table(value.table)
    keys = [resolve_column(table.columns, name, table.label) for name in value.columns]
    place = place_of(value.table)
    if len(keys) != len(columns):
        message = f"{kind.name}: {amount(len(columns), 'column')} cannot point to {len(keys)}"
        raise ConfigError(trouble("C014", message, "name as many of the other table", place))
    for mine, theirs in zip(columns, keys, strict=True):
        check_comparable(mine, theirs, table.label, binder.dialect, place)
    return Lookup(table.source, tuple(column.name for column in keys))


# --- profile and drift --------------------------------------------------------------------------------------


def profile(binder: Binder, dataset: Dataset, spec: ProfileSpec) -> ProfileSpec | None:
    """The profile with exact columns; a pattern that means nothing is lost, the others stay."""
    columns = own_columns(dataset)
    expanded, wrong = expand(spec.columns, columns, dataset.name)
    shown, _ = expand(spec.show_values, columns, dataset.name) if spec.show_values else ({}, [])
    binder.lost += [(replace(spec, columns=(pattern,)), problem) for pattern, problem in wrong]
    return _finished(binder, dataset, spec, replace(spec, columns=tuple(expanded), show_values=tuple(shown)))


def drift(binder: Binder, dataset: Dataset, spec: DriftSpec) -> DriftSpec | None:
    """The drift with exact columns; globs leave out time, key and types without drift statistics."""
    columns = own_columns(dataset)
    apart = {dataset.time, *dataset.key}
    expanded, wrong = expand(
        spec.columns, columns, dataset.name, lambda column: column.name not in apart and _can_drift(column)
    )
    categorical, unknown = (
        expand(spec.treat_as_categorical, columns, dataset.name) if spec.treat_as_categorical else ({}, [])
    )
    written = {pattern.casefold(): pattern for pattern in spec.columns}
    for name, column in list(expanded.items()):
        problem = _no_drift(dataset, spec, column, written.get(name.casefold(), name), name in categorical)
        if problem is not None:
            wrong.append((name, problem))
            del expanded[name]
    binder.lost += [(replace(spec, columns=(pattern,)), problem) for pattern, problem in (*wrong, *unknown)]
    named = {pattern.casefold() for pattern in spec.columns} | {name.casefold() for name in categorical}
    bound = replace(
        spec,
        columns=tuple(expanded),
        treat_as_categorical=tuple(categorical),
        matched=tuple(name for name in expanded if name.casefold() not in named),
    )
    return _finished(binder, dataset, spec, bound)


def _can_drift(column: Column) -> bool:
    return any(column.is_a(name) for name in DRIFTABLE)


def _no_drift(dataset: Dataset, spec: DriftSpec, column: Column, written: str, is_category: bool) -> Problem | None:
    place = place_of(written) or spec.location
    if not is_category and not _can_drift(column):
        message = f'there is no drift of a {column.native or column.type}: "{column.name}"'
        return trouble("C052", message, "allowed types: numeric, text, boolean", place)
    if spec.against == "reference":
        return missing_in_reference(dataset, dataset.reference, column.name, place)
    return None


def _finished(binder: Binder, dataset: Dataset, spec: Columns, bound: Columns) -> Columns | None:
    """The item with its filter checked; None where nothing is left of it."""
    problems: list[Problem] = []
    common = binder.attempt(problems, _common, binder, dataset, spec.common)
    _lose(binder, spec, problems)
    if common is None:
        return None
    if not bound.columns and not any(isinstance(item, type(spec)) for item, _ in binder.lost):
        reason = trouble("C051", f"no column of {dataset.name} is left to look at", "name columns", spec.location)
        _lose(binder, spec, [reason])
    return replace(bound, common=common) if bound.columns else None


# --- models -------------------------------------------------------------------------------------------------


def model(binder: Binder, dataset: Dataset, spec: ModelSpec) -> ModelSpec | None:
    """The model with exact columns; an unknown feature is lost alone, any other column takes the model with it."""
    problems: list[Problem] = []
    bound = binder.attempt(problems, _model, binder, dataset, spec)
    if bound is not None:
        bound = replace(bound, features=_inputs(dataset, bound, spec.features, problems))
        if spec.weakest is not None:
            of = _inputs(dataset, bound, spec.weakest.of, problems)
            bound = replace(bound, weakest=replace(spec.weakest, of=of) if of else None)
    _lose(binder, spec, problems)
    return bound


def _inputs(dataset: Dataset, spec: ModelSpec, patterns: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """The columns that patterns mean; globs leave out time, key, label and what the model gives."""
    given = spec.score.values() if isinstance(spec.score, Mapping) else (spec.score,)
    apart = {dataset.time, *dataset.key, spec.label, spec.prediction, *given}
    if not patterns:
        return ()
    found, wrong = expand(
        patterns, own_columns(dataset), dataset.name, lambda column: column.name not in apart and _can_drift(column)
    )
    problems += [problem for _, problem in wrong]
    return tuple(found)


def _model(binder: Binder, dataset: Dataset, spec: ModelSpec) -> ModelSpec:
    assert not isinstance(spec.label, LabelTable)
    score = spec.score
    if isinstance(score, Mapping):
        score = {name: _model_column(dataset, spec, column, is_score=True) for name, column in score.items()}
    elif score is not None:
        score = _model_column(dataset, spec, score, is_score=True)
    return replace(
        spec,
        score=score,
        prediction=None if spec.prediction is None else _model_column(dataset, spec, spec.prediction),
        label=None if spec.label is None else _model_column(dataset, spec, spec.label),
        common=_common(binder, dataset, spec.common),
    )


def _model_column(dataset: Dataset, spec: ModelSpec, name: str, *, is_score: bool = False) -> str:
    """The exact name of one of a model's columns.

    Raises:
        ConfigError: There is no such column, here or in the reference, or it is a score and no number.
    """
    column = resolve_column(dataset.columns, name, dataset.name)
    place = place_of(name) or spec.location
    problem = missing_in_reference(dataset, dataset.reference, column.name, place)
    if is_score and not column.is_a("numeric"):
        message = f'the score of {spec.name} must be a number: "{column.name}" is {column.native or column.type}'
        problem = trouble("C052", message, "name the column with the probability of the positive class", place)
    if problem is not None:
        raise ConfigError(problem)
    return column.name


# --- watch --------------------------------------------------------------------------------------------------


def watch(binder: Binder, dataset: Dataset, spec: WatchSpec) -> WatchSpec | None:
    """What the dataset is watched for. Without a date or timestamp there are no days: only a dataset that asks for it
    is told."""
    time = dataset.column(dataset.time) if dataset.time is not None else None
    if time is not None and time.is_a("temporal"):
        return spec
    if spec.is_written and time is not None:
        message = f'watch needs a date or timestamp; "{time.name}" is {time.native or time.type}'
        _lose(binder, spec, [trouble("C052", message, "name another `time`, or write watch: false", spec.location)])
    return None


# --- all families -------------------------------------------------------------------------------------------


ITEMS: Mapping[MonitorName, Callable[[Binder, Dataset, Any], Item | None]] = {
    "rule": rule, "profile": profile, "drift": drift, "model": model, "anomaly": watch,
}  # fmt: skip
"""How an item of each family meets the catalog; None is one that is lost, with its reason in `Binder.lost`."""
