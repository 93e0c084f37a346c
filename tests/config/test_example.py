# ruff: noqa: E501 - one case a line
"""The documented example: it loads, it validates, and a slip in any key of it is caught at its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from whq.catalog import Catalog, Offline, Relation
from whq.config import json_schema, load_project
from whq.config.yaml_source import Document, KeyPath, parse
from whq.errors import ConfigError, Problem
from whq.resolve import resolve
from whq.sql.templates import load
from whq.values import Column

HERE = Path(__file__).parent / "example"
TEXTS = {"whq.yml": (HERE / "whq.yml").read_text(), "monitors/loans.yml": (HERE / "monitors.yml").read_text()}
UNBUILT = ("determines:", "schema:", "no_gaps:", "anomaly:", "multivariate:", "budget:")
FREE = {("datasets", "loans"), ("datasets", "loans", "models", "default_risk")}
TYPES = {
    "loan_id": "integer", "scored_at": "timestamp", "is_test": "boolean", "region": "text", "amount": "decimal", "state": "text",
    "email": "text", "customer_id": "integer", "rate": "float", "paid_at": "timestamp", "due_at": "timestamp", "grade": "integer",
    "p_default": "float", "predicted": "boolean", "defaulted": "boolean", "city": "text", "zip": "text",
}  # fmt: skip


def built(text: str) -> str:
    """The example without the parts that are not built yet, and with the SQL that it leaves out."""
    lines = [line for line in text.splitlines() if not any(word in line for word in UNBUILT)]
    whole = "\n".join(lines)
    return whole.replace("select loan_id from … where …", "select loan_id from analytics.loan_scores")


def catalog() -> Catalog:
    columns = tuple(Column(name, kind) for name, kind in TYPES.items())  # type: ignore[arg-type]
    tables = (
        Relation(("analytics", "loan_scores"), columns),
        Relation(("analytics", "customers"), (Column("id", "integer"),)),
    )
    return Catalog(Offline("duckdb", tables, search_path=(("analytics",),)))


def problems_of(folder: Path, texts: dict[str, str]) -> tuple[Problem, ...]:
    """What is wrong with the files, or else with the project once the catalog is known."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    try:
        found = resolve(load_project(folder), catalog(), "duckdb", load())
    except ConfigError as error:
        return error.problems
    return tuple(problem for item in found for _, problem in item.problems)


def keys(document: Document, value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, str(key))
            yield from keys(document, item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from keys(document, item, (*path, index))


def mutations() -> Iterator[Any]:
    for name, text in TEXTS.items():
        document = parse(text, name)
        for path in keys(document, document.value):
            if path not in FREE and "schema" not in path[:-1]:
                yield pytest.param(name, document.key(path), str(path[-1]), id="/".join(map(str, path)))


@pytest.mark.parametrize(("name", "place", "key"), list(mutations()))
def test_one_wrong_letter_in_any_key_is_caught_at_its_line(tmp_path, name, place, key):
    lines = TEXTS[name].splitlines()
    middle = place.column - 1 + len(key) // 2
    line = lines[place.line - 1]
    assert line[place.column - 1 :].startswith(key)
    changed = "x" if line[middle] != "x" else "y"
    lines[place.line - 1] = line[:middle] + changed + line[middle + 1 :]
    texts = {**TEXTS, name: "\n".join(lines)}
    if not any(word in line for word in UNBUILT):
        texts = {file: built(text) for file, text in texts.items()}
        shift = sum(any(word in old for word in UNBUILT) for old in TEXTS[name].splitlines()[: place.line])
        place = type(place)(place.file, place.line - shift, place.column)
    found = [problem for problem in problems_of(tmp_path, texts) if "not built" not in problem.message]
    assert [problem for problem in found if problem.location and problem.location.line == place.line], found


def test_the_built_part_loads_and_resolves(tmp_path):
    assert problems_of(tmp_path, {name: built(text) for name, text in TEXTS.items()}) == ()


def test_each_unbuilt_part_is_refused_with_that_reason(tmp_path):
    found = problems_of(tmp_path, TEXTS)
    assert {problem.code for problem in found} == {"WHQ-C090"}
    words = " ".join(problem.message for problem in found)
    for part in (
        "determines",
        "schema",
        "no_gaps",
        "anomaly",
        "pca_reconstruction",
        "domain_classifier",
        "a budget of bytes",
    ):
        assert f"{part} is not built yet" in words


@pytest.mark.parametrize("name", TEXTS)
def test_the_whole_example_validates(name):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    value = json.loads(json.dumps(parse(TEXTS[name], name).value))
    assert list(validator.iter_errors(value)) == []
    assert list(validator.iter_errors({**value, "nmae": 1}))


WRONG_FOR_EDITORS = [
    {"datasets": {"t": {"table": "t", "tabel": "t"}}},
    {"datasets": {"t": {"chunk": "day"}}},
    {"datasets": {"t": {"table": "t", "columns": {"a": {"not_nul": None}}}}},
    {"datasets": {"t": {"table": "t", "columns": {"a": {"p95": {"fial": "> 1"}}}}}},
    {"datasets": {"t": {"table": "t", "rules": [{"id": "x"}]}}},
    {"version": 2, "name": "x"},
]


@pytest.mark.parametrize("value", WRONG_FOR_EDITORS)
def test_the_schema_refuses_what_whq_refuses(value):
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(value)
