"""The configuration's keys, read off the pydantic models and their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from generators import profiles
from generators.markdown import anchor, code, codes, table
from whq.config import forms, json_schema, machine, names, planned, written
from whq.engines import duckdb, postgres

SECTIONS: dict[str, tuple[type[forms.Form], str]] = {
    "ProjectFile": (written.ProjectFile, "`whq.yml`"),
    "Budget": (written.Budget, "`budget`"),
    "StoreTarget": (written.StoreTarget, "`store` in a target"),
    "Dataset": (written.Dataset, "A dataset"),
    "RowChunks": (written.RowChunks, "`chunk` by rows"),
    "OtherDataset": (written.OtherDataset, "`reference` in another dataset"),
    "Segment": (written.Segment, "A segment"),
    "Profile": (written.Profile, "`profile`"),
    "ProfiledColumn": (written.ProfiledColumn, "A profiled column"),
    "Drift": (written.Drift, "`drift`"),
    "DriftMetrics": (written.DriftMetrics, "`metrics` of drift"),
    "Threshold": (forms.Threshold, "`threshold`"),
    "Watched": (written.Watched, "`watch`"),
    "WatchedKind": (written.WatchedKind, "One verdict of `watch`"),
    "MachineModel": (machine.MachineModel, "A model"),
    "FileTable": (written.FileTable, "A CSV file"),
    "Label": (machine.Label, "`label` in another table, or late"),
    "BusinessValue": (machine.BusinessValue, "`business_value`"),
    "Weakest": (machine.Weakest, "`weakest`"),
}
"""Models in the order of the page, with their headings."""

UNBUILT = {*names.UNBUILT_MULTIVARIATE, *names.UNBUILT_RULES}
SCHEMA: dict[str, Any] = json_schema()["$defs"]
ITEM = tuple(forms.Item.model_fields)


def configuration() -> str:
    """A section for each kind of mapping."""
    return "\n".join(_section(name, model, title) for name, (model, title) in SECTIONS.items())


def items() -> str:
    """What every item may carry."""
    return _keys("RuleItem", forms.RuleItem, ITEM)


def rule_options() -> str:
    """What a rule may carry beside that."""
    return _keys("RuleItem", forms.RuleItem, tuple(name for name in forms.RuleItem.model_fields if name not in ITEM))


_PROBES: dict[str, tuple[type[forms.Form], dict[str, Any]]] = {
    "Budget.bytes": (written.Budget, {"bytes": "1 GB"}),
}
"""Keys that may not be built yet, with a value that shows it."""


@cache
def _unbuilt_keys() -> tuple[str, ...]:
    """Keys whose every value is refused as not built."""
    return tuple(name for name, (model, value) in _PROBES.items() if _is_refused(model, value))


def _is_refused(model: type[forms.Form], value: dict[str, Any]) -> bool:
    try:
        model.model_validate(value)
    except ValidationError as error:
        return any(each["type"] == "C090" for each in error.errors())
    return False


def unbuilt() -> str:
    """The parts of the format that are read, checked and refused."""
    rows = [
        ("keys", codes(name.lower() for name in _unbuilt_keys())),
        ("rules", codes(names.UNBUILT_RULES)),
        ("`drift.multivariate`", codes(sorted(names.UNBUILT_MULTIVARIATE))),
        ("SQL", "Jinja, such as `{{ ref('scores') }}`"),
    ]
    assert set(planned.PLANNED) == set(names.UNBUILT_RULES)
    return table(("where", "not built yet"), [row for row in rows if row[1]])


def profile_fields() -> str:
    """The fields of each engine's targets."""
    parts: list[str] = []
    for name, module in (("duckdb", duckdb), ("postgres", postgres)):
        meanings = profiles.FIELDS[name]
        strange = set(meanings) ^ set(module.fields)
        assert not strange, f"{name}: fields without a meaning, or meanings without a field: {sorted(strange)}"
        rows = [(code(field), *text) for field, text in meanings.items()]
        parts.append(f"### `type: {name}`\n\n{table(('field', 'default', 'meaning'), rows)}")
        parts.append(f"Read and without effect here, so that dbt's targets load: {codes(sorted(module._IDLE))}.\n")
    return "\n".join(parts)


# --- one mapping --------------------------------------------------------------------------------------------


def _section(name: str, model: type[forms.Form], title: str) -> str:
    about = SCHEMA[name].get("description", "")
    is_item = issubclass(model, forms.Item)
    own = tuple(field for field in model.model_fields if field not in ITEM or not is_item)
    more = "\nIt may carry what [every item may](#what-every-item-may-carry).\n" if is_item else ""
    return f"## {title}\n\n{about}\n\n{_keys(name, model, own)}{more}"


def _keys(name: str, model: type[forms.Form], fields: tuple[str, ...]) -> str:
    rows = []
    for field in fields:
        info = model.model_fields[field]
        key = info.alias or field
        schema = SCHEMA[name]["properties"][key]
        meaning = schema.get("description", "")
        star = "\\*" if f"{name}.{key}" in _unbuilt_keys() else ""
        rows.append((code(key) + star, _type(schema), _default(info), meaning))
    return table(("key", "takes", "default", "meaning"), rows)


def _default(info: Any) -> str:
    if info.is_required():
        return "needed"
    value = info.default_factory() if info.default_factory else info.default
    if value is PydanticUndefined or value is None or value == ():
        return "–"
    if isinstance(value, tuple):
        return codes(value)
    return code(json.dumps(value) if isinstance(value, bool) else value)


# --- types --------------------------------------------------------------------------------------------------


def _type(schema: dict[str, Any]) -> str:
    return " or ".join(dict.fromkeys(_types(schema)))


def _types(schema: dict[str, Any]) -> Iterator[str]:
    """What a value may be, one text for each alternative."""
    if "$ref" in schema:
        yield _named(schema["$ref"].rpartition("/")[2])
    elif "anyOf" in schema or "oneOf" in schema:
        for part in schema.get("anyOf", schema.get("oneOf", ())):
            yield from _types(part)
    elif "enum" in schema:
        yield " ".join(_word(word) for word in schema["enum"])
    elif "const" in schema:
        yield code(schema["const"])
    elif schema.get("type") == "array":
        yield from (f"a list of {'them' if several else text}" for several, text in _listed(schema["items"]))
    elif schema.get("type") == "object":
        yield _mapping(schema.get("additionalProperties", {}))
    else:
        yield from _plain(schema)


def _listed(schema: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    found = list(_types(schema))
    yield (len(found) > 1 or "enum" in schema, found[0] if found else "values")


def _plain(schema: dict[str, Any]) -> Iterator[str]:
    kinds = schema.get("type", [])
    if kinds == ["integer", "string"]:
        yield "size, e.g. `50 GB`"
    elif kinds == ["number", "string"]:
        yield "seconds, or a duration, e.g. `5 minutes`"
    else:
        words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
        yield from (words.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")


def _mapping(values: Any) -> str:
    if isinstance(values, dict) and "$ref" in values:
        return f"names, each with {_named(values['$ref'].rpartition('/')[2])}"
    return "mapping"


def _named(name: str) -> str:
    if name in SECTIONS:
        title = SECTIONS[name][1]
        return f"[{title[0].lower()}{title[1:]}](#{anchor(title)})"
    texts = {
        "Limit": "[limit](#limits-durations-and-sizes)",
        "Between": "`[lower, upper]`",
        "Defaults": "keys of [a dataset](#a-dataset)",
        "Column": "[rules](rules.md)",
        "TableRule": "[rules](rules.md)",
    }
    return texts[name]


def _word(word: Any) -> str:
    return f"{code(word)}\\*" if word in UNBUILT else code(word)
