"""The rules of a dataset: what its `columns` and `rules` say, by the headers of the templates at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from whq.config import forms, limits, names
from whq.config.arguments import RuleEntries, arguments_of
from whq.config.forms import RuleItem
from whq.config.kinds import Kind, kind_of, kinds
from whq.config.planned import PLANNED, long_form
from whq.config.problems import in_words, shown
from whq.config.spec import Common, Condition, Limit, RuleSpec, Threshold
from whq.config.thresholds import threshold
from whq.config.validate import Reader
from whq.config.yaml_source import KeyPath
from whq.errors import did_you_mean
from whq.sql.templates import Templates
from whq.values import Written

OPTIONS = tuple(RuleItem.model_fields)
"""What any rule may carry beside its arguments."""


# --- columns and rules of a dataset -------------------------------------------------------------------------


class _Entry(Struct, frozen=True):
    """One rule as it is written: its kind's value, and the options beside the kind."""

    name: str
    value: Any
    path: KeyPath
    column: Written | None = None
    beside: Mapping[str, Any] | None = None


def column_rules(reader: Reader, templates: Templates, columns: Any, path: KeyPath) -> list[RuleSpec]:
    """The rules of `columns:`, each under its column's name."""
    specs: list[RuleSpec] = []
    for column, rules in columns.items() if isinstance(columns, dict) else ():
        here = (*path, str(column))
        if not isinstance(rules, dict):
            hint = "write the column's rules by name: {not_null: , unique: }"
            reader.refuse("C011", f"expected a mapping of rules, found {in_words(rules)}", reader.at(here), hint)
            continue
        for name, value in rules.items():
            where = (*here, str(name))
            if name == "description":
                if not isinstance(value, str):
                    reader.refuse("C011", f"expected text, found {in_words(value)}", reader.at(where))
                continue
            specs += _read(reader, templates, _Entry(name, value, where, column))
    return specs


def table_rules(reader: Reader, templates: Templates, rules: Any, path: KeyPath) -> list[RuleSpec]:
    """The rules of `rules:`, each a mapping with one kind."""
    if rules is None:
        return []
    if not isinstance(rules, list):
        reader.refuse("C011", f"expected a list of rules, found {in_words(rules)}", reader.at(path), "- row_count: …")
        return []
    specs: list[RuleSpec] = []
    for index, item in enumerate(rules):
        entry = _table_entry(reader, templates, item, (*path, index))
        specs += _read(reader, templates, entry) if entry else []
    return specs


def _table_entry(reader: Reader, templates: Templates, item: Any, path: KeyPath) -> _Entry | None:
    """The kind of a table rule and the options beside it."""
    if not isinstance(item, dict):
        reader.refuse("C011", f"expected a rule such as {{row_count: …}}, found {in_words(item)}", reader.at(path))
        return None
    named = [key for key in item if key not in OPTIONS]
    rule_kinds = [key for key in named if key in names.UNBUILT_RULES or kind_of(templates, key)]
    for key in named:
        if rule_kinds and key not in rule_kinds:
            reader.unknown_key(key, path, OPTIONS)
        elif not rule_kinds:
            _unknown_kind(reader, templates, key, (*path, str(key)))
    if len(rule_kinds) > 1:
        both = " and ".join(f'"{key}"' for key in rule_kinds)
        reader.refuse(
            "C014", f"one rule has one kind, found {both}", reader.key((*path, str(rule_kinds[1]))), "write two items"
        )
        return None
    if not named:
        reader.refuse("C012", "a rule names what must hold", reader.at(path), did_you_mean("", kinds(templates)))
    if not rule_kinds:
        return None
    beside = {key: value for key, value in item.items() if key in OPTIONS}
    return _Entry(rule_kinds[0], item[rule_kinds[0]], (*path, str(rule_kinds[0])), None, beside)


def _unknown_kind(reader: Reader, templates: Templates, name: str, path: KeyPath) -> None:
    beside = OPTIONS if isinstance(path[-2], int) else ()
    hint = did_you_mean(name, [*kinds(templates), *beside])
    reader.refuse("C016", f'unknown rule "{shown(name)}"', reader.key(path), hint)


# --- one rule -----------------------------------------------------------------------------------------------


def _read(reader: Reader, templates: Templates, entry: _Entry) -> list[RuleSpec]:
    """The rules that an entry makes: one, or several of a list; none where it is wrong."""
    kind = kind_of(templates, entry.name)
    if kind is None:
        if entry.name in names.UNBUILT_RULES:
            _refuse_planned(reader, entry)
        else:
            _unknown_kind(reader, templates, entry.name, entry.path)
        return []
    if entry.column is not None and kind.column is None:
        hint = f"write it under rules: as - {kind.name}: …"
        reader.refuse("C016", f"{kind.name} is a rule about the table, not a column", reader.key(entry.path), hint)
        return []
    many = isinstance(entry.value, list) and entry.value and all(isinstance(item, dict) for item in entry.value)
    if not many:
        rule = _one(reader, kind, entry, entry.value, entry.path)
        return [rule] if rule else []
    parts = [(item, (*entry.path, index)) for index, item in enumerate(entry.value)]
    specs = [_one(reader, kind, entry, value, path) for value, path in parts]
    return [rule for rule in specs if rule]


def _refuse_planned(reader: Reader, entry: _Entry) -> None:
    if entry.value is not None:
        reader.form(PLANNED[entry.name], long_form(entry.name, entry.value), entry.path)
    reader.refuse("C090", f"the rule {entry.name} is not built yet", reader.key(entry.path), "remove it for now")


def _one(reader: Reader, kind: Kind, entry: _Entry, value: Any, path: KeyPath) -> RuleSpec | None:
    before = len(reader.problems)
    entries = _long_form(reader, kind, entry, value, path)
    if entries is None:
        return None
    columns = _columns(reader, kind, entry, entries)
    options = _options(reader, entry, entries)
    arguments = arguments_of(reader, kind, entries)
    warn, fail = _limits(reader, kind, options, path)
    learned = _threshold(reader, kind, options)
    _refuse_idle(reader, kind, options)
    if len(reader.problems) > before:
        return None
    common = Common(**{name: option.value for name, option in options.items() if name not in _LIMITS})
    if learned is not None and "chunk" not in common.per:
        common = replace(common, per=("chunk", *common.per))
    return RuleSpec(kind.name, columns, arguments, warn, fail, learned, common=common, location=reader.key(path))


def _long_form(reader: Reader, kind: Kind, entry: _Entry, value: Any, path: KeyPath) -> RuleEntries | None:
    """A rule's value as a mapping, whatever form it was written in."""
    if value is None or (value is True and _needs_nothing(kind)):
        return RuleEntries({}, path, is_long=True)
    if value is False and _needs_nothing(kind):
        hint = f"remove {kind.name}, or write {kind.name}: true"
        reader.refuse("C011", f"{kind.name}: false does not switch a rule off", reader.at(path), hint)
        return None
    if isinstance(value, dict):
        value = _of_dbt(reader, kind, value, path)
        if value is None:
            return None
        allowed = [item.name for item in kind.others] + list(OPTIONS)
        allowed += [kind.column.name] if kind.column and entry.column is None else []
        for key in value:
            if key not in allowed:
                reader.unknown_key(str(key), path, allowed)
        return RuleEntries({key: item for key, item in value.items() if key in allowed}, path, is_long=True)
    name = _main_argument(kind, entry, value)
    if name is None:
        expected = "a limit or a mapping" if kind.measure else 'a limit, e.g. "> 0.4", or a mapping'
        reader.refuse("C011", f"{kind.name}: expected {expected}, found {in_words(value)}", reader.at(path))
        return None
    return RuleEntries({name: value}, path, is_long=False)


def _needs_nothing(kind: Kind) -> bool:
    """Whether a rule says all by its name, so that `true` after it can mean nothing else."""
    return kind.counts_failures and kind.short is None and not any(item.required for item in kind.others)


def _of_dbt(reader: Reader, kind: Kind, value: dict[str, Any], path: KeyPath) -> dict[str, Any] | None:
    """dbt's `{to: customers, field: id}` as the other table's column; None where it is wrong."""
    parent = next((item.name for item in kind.others if item.kind == "lookup"), None)
    dbt_keys = [name for name in ("to", "field") if name in value]
    if parent is None or not dbt_keys:
        return value
    rest = {name: item for name, item in value.items() if name not in dbt_keys}
    if parent in value:
        message = f"`to` and `field` say the same as {parent}"
        reader.refuse("C014", message, reader.key((*path, dbt_keys[0])), "keep one of the two")
        return None
    if len(dbt_keys) == 1:
        lacking = "field" if dbt_keys == ["to"] else "to"
        hint = "{to: customers, field: id}"
        reader.refuse(
            "C012", f"{kind.name} needs {lacking} beside {dbt_keys[0]}", reader.key((*path, dbt_keys[0])), hint
        )
        return None
    return {**rest, parent: {"table": value.get("to"), "column": value.get("field")}}


def _main_argument(kind: Kind, entry: _Entry, value: Any) -> str | None:
    """What the short form of a rule gives: its main argument, its columns, or its limit."""
    if kind.short is not None:
        return kind.short.name
    names_columns = isinstance(value, list) or (isinstance(value, str) and not limits.is_limit(value))
    if entry.column is None and kind.column is not None and names_columns and kind.measure != "seconds":
        return kind.column.name
    return None if isinstance(value, (list, bool)) else "fail"


def _columns(reader: Reader, kind: Kind, entry: _Entry, entries: RuleEntries) -> tuple[str, ...]:
    """The columns that a rule is about: the one it stands under, or those that it names."""
    if entry.column is not None:
        return (entry.column,)
    if kind.column is None:
        return ()
    written = entries.values.get(kind.column.name)
    if written is None and not kind.column.required:
        return ()
    if written is None:
        hint = f"write it under columns:, or add {kind.column.name}:"
        reader.refuse("C012", f"{kind.name} needs {kind.column.name}", reader.key(entry.path), hint)
        return ()
    listed = written if isinstance(written, list) else [written]
    is_single = kind.column.kind == "column"
    if not listed or not all(isinstance(name, str) for name in listed) or (is_single and len(listed) > 1):
        expected = "a column's name" if is_single else "a list of columns' names"
        reader.refuse("C011", f"{kind.name}: expected {expected}", reader.at(entries.path_of(kind.column.name)))
    for name in {name for name in listed if listed.count(name) > 1}:
        reader.refuse(
            "C014", f'column "{shown(str(name))}" is named twice', reader.at(entries.path_of(kind.column.name))
        )
    return tuple(name for name in listed if isinstance(name, str))


# --- options and limits -------------------------------------------------------------------------------------

_LIMITS = ("warn", "fail", "between", "threshold")


class _Option(NamedTuple):
    value: Any
    path: KeyPath


def _options(reader: Reader, entry: _Entry, entries: RuleEntries) -> dict[str, _Option]:
    """What stands beside the kind and what stands within it; never the same twice."""
    options: dict[str, _Option] = {}
    within = {key: value for key, value in entries.values.items() if key in OPTIONS}
    for values, path_of in ((entry.beside or {}, lambda name: (*entry.path[:-1], name)), (within, entries.path_of)):
        base = path_of("")[:-1] if values is not within or entries.is_long else entries.path
        item = reader.form(RuleItem, dict(values), base)
        for name in values:
            if name in options:
                message = f'"{name}" is given twice, first at {reader.key(options[name].path)}'
                reader.refuse("C005", message, reader.key(path_of(name)), "keep one of the two")
            elif item is not None:
                options[name] = _Option(getattr(item, name), path_of(name))
    return options


def _refuse_idle(reader: Reader, kind: Kind, options: Mapping[str, _Option]) -> None:
    """Refuse options that would change nothing."""
    nulls, empty = options.get("nulls"), options.get("on_empty")
    if nulls is not None and nulls.value == "fail" and not kind.takes_nulls:
        message = f"nulls: fail means nothing to {kind.name}, which does not look at single rows"
        reader.refuse("C014", message, reader.key(nulls.path), "add the rule not_null instead")
    for name in ("per", "where") if not kind.template.reads_dataset else ():
        if name in options and options[name].value:
            message = f"{name} means nothing to {kind.name}, which reads what its query says"
            reader.refuse("C014", message, reader.key(options[name].path), "say it in the query")
    if empty is not None and empty.value is not None and not kind.may_be_empty:
        message = f"on_empty means nothing to {kind.name}: without rows it counts 0"
        reader.refuse("C014", message, reader.key(empty.path), "say it with a limit")


def _limits(
    reader: Reader, kind: Kind, options: Mapping[str, _Option], path: KeyPath
) -> tuple[Condition | None, Condition | None]:
    """The conditions that warn and that fail."""
    if "between" in options and "fail" in options:
        where = reader.key(options["between"].path)
        reader.refuse("C014", "`between` and `fail` say the same", where, "keep one, or write fail: {between: …}")
    warn = _condition(reader, kind, options.get("warn"))
    fail = _condition(reader, kind, options.get("fail"))
    if "between" in options:
        option = options["between"]
        fail = _condition(reader, kind, _Option({"between": option.value}, option.path))
    if warn is not None and fail is not None and limits.stricter(warn, fail):
        hint = "fail is for the worse of the two; exchange them"
        reader.refuse(
            "C014", "warn is looser than fail, so it could never be seen", reader.key(options["warn"].path), hint
        )
    if not kind.counts_failures and not any(name in options for name in _LIMITS):
        example = "{fail: 2 days}" if kind.measure == "seconds" else '{between: [0, 1]} or {fail: "> 0.4"}'
        reader.refuse("C012", f"{kind.name} needs a limit", reader.key(path), f"e.g. {kind.name}: {example}")
    return warn, fail


def _threshold(reader: Reader, kind: Kind, options: Mapping[str, _Option]) -> Threshold | None:
    """How the band of a metric is learned; None where limits say what is bad."""
    option = options.get("threshold")
    if option is None or option.value is None:
        return None
    others = [name for name in _LIMITS[:-1] if name in options]
    if not kind.is_metric or kind.measure == "seconds":
        hint = 'write a limit, e.g. fail: "> 1%"'
        reader.refuse("C014", f"threshold goes with a metric, and {kind.name} is none", reader.key(option.path), hint)
    elif others:
        message = f"threshold and {others[0]} both say what is bad"
        reader.refuse("C014", message, reader.key(option.path), "keep one of the two")
    if option.value == "learned":
        return Threshold()
    form = reader.form(forms.Threshold, option.value, option.path)
    given = None if form is None else threshold(form)
    if given is not None and (given.kind == "constant" or given.least):
        hint = "learned, {alarms: 0.001} or {std: 3}; for limits of your own write between: [lower, upper]"
        reader.refuse("C014", f"a threshold of {kind.name} is learned", reader.at(option.path), hint)
    return given


def _condition(reader: Reader, kind: Kind, option: _Option | None) -> Condition | None:
    if option is None:
        return None
    try:
        condition = limits.condition(option.value, kind.measure, kind.template.range)
        if kind.is_metric and kind.measure == "rows" and isinstance(condition, Limit) and condition.unit == "%":
            raise limits.GrammarError(f"{kind.name} is a number of rows, it has no share", 'e.g. "< 100 rows"')
        return condition
    except limits.GrammarError as error:
        reader.refuse_grammar(error, option.path)
        return None
