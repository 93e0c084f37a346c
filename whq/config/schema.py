"""The JSON Schema of the configuration: that of the written form, and the rules that the templates at hand define."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from whq.config import forms, machine, names, planned, written
from whq.config.forms import RuleItem
from whq.config.kinds import Kind, kind_of, kinds
from whq.config.planned import PLANNED
from whq.config.written import Dataset as DatasetModel
from whq.config.written import MonitorFile, ProjectFile
from whq.sql import templates as sql_templates
from whq.sql.templates import Argument, Templates

JsonSchema = dict[str, Any]
_REF = "#/$defs/"
_LIMIT: JsonSchema = {
    "description": 'What is bad: an operator, a number and perhaps a unit, e.g. "> 1%"; or a range.',
    "anyOf": [
        {"type": "string", "pattern": r"^\s*([<>=!]=?\s*)?[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*(%|[A-Za-z]+)?\s*$"},
        {"type": "object", "properties": {"between": {"$ref": f"{_REF}Between"}}, "required": ["between"],
         "additionalProperties": False},
    ],
}  # fmt: skip
_BETWEEN: JsonSchema = {
    "description": "Lower and upper bound, inclusive; null is no bound.",
    "type": "array",
    "items": {"type": ["number", "null"]},
    "minItems": 2,
    "maxItems": 2,
}
_SCALAR: JsonSchema = {"type": ["string", "number", "boolean", "null"]}
_TEXTS: JsonSchema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_KINDS: dict[str, JsonSchema] = {
    "column": {"type": "string"},
    "columns": _TEXTS,
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean"},
    "scalar": _SCALAR,
    "list": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]},
    "expression": {"type": "string"},
    "lookup": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"table": {"type": "string"}, "column": {"type": "string"}, "columns": _TEXTS},
                "required": ["table"],
                "additionalProperties": False,
            },
        ]
    },
    "pattern": {"type": "string"},
    "select": {"type": "string"},
    "cuts": {},
    "rows": {},
    "model": {},
    "share": {},
}


def schema(templates: Templates | None = None) -> JsonSchema:
    """One document for both kinds of files."""
    templates = sql_templates.load() if templates is None else templates
    roots: list[type[BaseModel]] = [ProjectFile, MonitorFile, DatasetModel, RuleItem, *PLANNED.values()]
    _, document = models_json_schema([(form, "validation") for form in roots], by_alias=True)
    definitions: JsonSchema = document["$defs"]
    _describe(definitions)
    definitions |= {"Limit": _LIMIT, "Between": _BETWEEN}
    for name, limit in (("warn", "Limit"), ("fail", "Limit"), ("between", "Between")):
        for form in ("RuleItem", *(item.__name__ for item in PLANNED.values())):
            properties = definitions[form]["properties"]
            properties[name] = {"$ref": _REF + limit, "description": properties[name]["description"]}
    rule_kinds = {name: kind for name in kinds(templates) if (kind := kind_of(templates, name))}
    definitions |= {f"rule_{name}": _long(kind) for name, kind in rule_kinds.items()}
    percentile = kind_of(templates, "p50")
    definitions["Column"] = _column(rule_kinds, definitions, percentile)
    definitions["TableRule"] = _table_rule(rule_kinds)
    _fill(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "whq: whq.yml and the files of monitors/",
        "oneOf": [{"$ref": f"{_REF}ProjectFile"}, {"$ref": f"{_REF}MonitorFile"}],
        "$defs": definitions,
    }


def _describe(definitions: JsonSchema) -> None:
    """Describe properties by the docstrings of fields. pydantic could do that, but would read them at every start."""
    for name, definition in definitions.items():
        form = next(one for module in (written, machine, forms, planned) if (one := getattr(module, name, None)))
        for base in reversed(form.__mro__):
            for field, text in _docstrings().get(base.__name__, {}).items():
                definition["properties"][form.model_fields[field].alias or field]["description"] = text


@cache
def _docstrings() -> dict[str, dict[str, str]]:
    """The docstrings of the fields of each class of the written form, by class and field."""
    texts: dict[str, dict[str, str]] = {}
    for node in (
        node for module in (forms, machine, written, planned) for node in ast.parse(inspect.getsource(module)).body
    ):
        if isinstance(node, ast.ClassDef):
            pairs = zip(node.body, node.body[1:], strict=False)
            texts[node.name] = {
                str(getattr(field.target, "id", "")): inspect.cleandoc(str(text.value.value))
                for field, text in pairs
                if isinstance(field, ast.AnnAssign)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            }
    return texts


def _fill(definitions: JsonSchema) -> None:
    """Put what depends on templates into the schemas of the written form."""
    dataset = definitions["Dataset"]
    columns = {"type": "object", "additionalProperties": {"$ref": f"{_REF}Column"}}
    dataset["properties"]["columns"] |= {"anyOf": [columns, {"type": "null"}]}
    rules = {"type": "array", "items": {"$ref": f"{_REF}TableRule"}}
    dataset["properties"]["rules"] |= {"anyOf": [rules, {"type": "null"}]}
    dataset["oneOf"] = [{"required": ["table"]}, {"required": ["query"]}]
    datasets = definitions["MonitorFile"]["properties"]["datasets"]
    datasets["additionalProperties"] = {"$ref": f"{_REF}Dataset"}


def _argument(argument: Argument) -> JsonSchema:
    property = dict(_KINDS[argument.kind])
    if argument.choices:
        property = {"enum": list(argument.choices)}
    return {**property, "description": argument.doc} if argument.doc else property


_OPTIONS: JsonSchema = {name: {"$ref": f"{_REF}RuleItem/properties/{name}"} for name in RuleItem.model_fields}


def _long(kind: Kind) -> JsonSchema:
    """A rule's value as a mapping."""
    properties = {item.name: _argument(item) for item in kind.arguments}
    return {
        "title": kind.template.title,
        "type": "object",
        "properties": {**_OPTIONS, **properties},
        "additionalProperties": False,
    }


def _value(kind: Kind, name: str, on_column: bool) -> JsonSchema:
    """What may stand behind a rule's name: nothing, the short form, the long form, or several of these."""
    long: JsonSchema = {"$ref": f"{_REF}rule_{name}"}
    forms: list[JsonSchema] = [{"type": "null"}, long]
    if kind.short is not None:
        forms.append(_KINDS[kind.short.kind])
    else:
        forms.append({"$ref": f"{_REF}Limit"})
        if not on_column and kind.column is not None:
            forms.append(_TEXTS)
    forms.append({"type": "array", "items": long, "minItems": 1})
    return {"title": kind.template.title, "anyOf": forms}


def _column(rule_kinds: dict[str, Kind], definitions: JsonSchema, percentile: Kind | None) -> JsonSchema:
    properties = {
        name: _value(kind, name, on_column=True) for name, kind in rule_kinds.items() if kind.column is not None
    }
    column: JsonSchema = {
        "type": "object",
        "properties": {"description": {"type": "string"}, **properties},
        "additionalProperties": False,
    }
    if percentile is not None:
        definitions["rule_percentile"] = _long(percentile)
        column["patternProperties"] = {"^p[0-9]{1,6}$": _value(percentile, "percentile", on_column=True)}
    return column


def _table_rule(rule_kinds: dict[str, Kind]) -> JsonSchema:
    """One kind, and options beside it."""
    properties = {name: _value(kind, name, on_column=False) for name, kind in rule_kinds.items()}
    for name, form in PLANNED.items():
        if name not in properties:
            long = {"$ref": _REF + form.__name__}
            properties[name] = {"anyOf": [long, _TEXTS]} if name == "anomaly" else long
    assert set(names.UNBUILT_RULES) == set(PLANNED)
    return {
        "type": "object",
        "properties": {**_OPTIONS, **properties},
        "anyOf": [{"required": [name]} for name in properties],
        "additionalProperties": False,
    }
