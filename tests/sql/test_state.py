"""State that merges, as headers of aggregates name it: what it gives for parts of the rows is the answer for all."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sql.runner import Case, DuckDB, answer, cases, make_dataset, make_request
from whq.errors import CompileError
from whq.sql.state import Part
from whq.sql.templates import Template, Templates, load, read
from whq.values import Query

METRICS = [case for case in cases() if load()[case.template].shape == "aggregate" and load()[case.template].state]
SPLITS = {
    "one row a part": lambda rows: [[row] for row in rows] or [[]],
    "three parts and one without rows": lambda rows: [rows[0::3], rows[1::3], rows[2::3], []],
}


def ask(given: Mapping[str, Any], templates: list[Template], engine: DuckDB) -> Query:
    """One statement that has the answer of each template in its columns v0, v1, …, for the table of the case."""
    dataset = make_dataset(given, engine)
    requests = [make_request(given, template, dataset, engine) for template in templates]
    query = answer(requests, dataset, Templates({}, {template.name: template for template in templates}), "duckdb")
    assert isinstance(query, Query), query
    return query


def whole(case: Case, engine: DuckDB) -> Any:
    """What the template's own expression says of all rows."""
    query = ask(case.given, [load()[case.template]], engine)
    ((*_, value),) = engine.fetch(query.sql)
    return value


def by_parts(case: Case, parts: list[list[Any]], engine: DuckDB) -> Any:
    """The state of each part of the rows, merged, then the header's `value`."""
    template = load()[case.template]
    aggregates = [replace(template, name=f"state/{part.name}", body=part.sql) for part in template.state]
    for number, rows in enumerate(parts):
        table = {**case.given["table"], "rows": rows}
        query = ask({**case.given, "table": table}, aggregates, engine)
        names = [f"at_{place}" for place in range(len(query.outputs))]
        for place, output in enumerate(query.outputs):
            if output.request is not None:
                names[place] = query.requests[output.request].template.removeprefix("state/")
        into = "create or replace table states as" if number == 0 else "insert into states"
        engine.fetch(f"{into} select * from ({query.sql.rstrip(';')}) as state({', '.join(names)})")
    merged = ", ".join(f"({merge(part)}) as {part.name}" for part in template.state)
    ((value,),) = engine.fetch(f"select {template.value} from (select {merged})")
    return value


def merge(part: Part) -> str:
    """One part over all rows of the table `states`."""
    if part.merge != "variance":
        return f"select {part.merge}({part.name}) from states"
    n, total = part.needs
    mean = f"(select sum({total}) / sum({n}) from states)"
    spread = f"{n} * ({part.name} + power({total} / {n} - {mean}, 2))"
    return f"select sum({spread}) / nullif(sum({n}), 0) from states"


@pytest.fixture(scope="module")
def engine() -> DuckDB:
    return DuckDB()


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("case", METRICS, ids=str)
def test_parts_merge_to_the_whole(case: Case, split: str, engine: DuckDB) -> None:
    expected, merged = whole(case, engine), by_parts(case, SPLITS[split](case.given["table"]["rows"]), engine)
    if isinstance(expected, float) and merged is not None:
        assert math.isclose(merged, expected, rel_tol=1e-12, abs_tol=0)
    else:
        assert merged == expected


@pytest.mark.parametrize(("mean", "tolerance"), [(0, 1e-12), (1e3, 1e-12), (1e6, 1e-9), (1e9, 1e-6)])
def test_a_deviation_far_from_zero_keeps_its_digits(mean: float, tolerance: float, engine: DuckDB) -> None:
    """Doubles hold the values to mean / deviation · 1e-16, so no way of adding them up does better than that."""
    numbers = random.Random(4)
    rows = [[numbers.gauss(mean, 1)] for _ in range(300)]
    given = {"table": {"columns": {"x": "DOUBLE"}, "rows": rows}, "arguments": {"column": "x"}}
    case = Case("metrics/stddev", "far from zero", given)
    expected = math.sqrt(math.fsum((x - math.fsum(y for (y,) in rows) / 300) ** 2 for (x,) in rows) / 299)
    assert by_parts(case, [rows[i::10] for i in range(10)], engine) == pytest.approx(expected, rel=tolerance, abs=0)


def test_every_aggregate_says_whether_its_state_merges() -> None:
    """A drift statistic is computed from the counts of a scan, and its scan says whether those merge."""
    templates = [template for template in load().values() if template.shape == "aggregate"]
    of_rows = [template for template in templates if template.role != "statistic"]
    assert [template.name for template in of_rows if bool(template.state) == bool(template.no_state)] == []
    assert {template.name for template in of_rows if template.no_state} == {
        "metrics/distinct_count", "metrics/quantile",
    }  # fmt: skip
    assert {case.template for case in METRICS} == {template.name for template in of_rows if template.state}


# --- headers ------------------------------------------------------------------------------------------------

HEADER = "{{#\nshape: {}\narguments: {{column: numeric}}\n{}\n#}}\nx"


def test_a_header_names_the_parts() -> None:
    text = HEADER.format(
        "aggregate",
        "state: {n: count($column), total: sum(cast($column as double)), high: max($column),\n"
        "  spread: var_pop(cast($column as double))}\nvalue: case when n > 1 then high - sqrt(spread) end",
    )
    assert read("metrics/t", text, "t.sql").state == (
        Part("n", "sum", "count($column)"),
        Part("total", "sum", "sum(cast($column as double))"),
        Part("high", "max", "max($column)"),
        Part("spread", "variance", "var_pop(cast($column as double))", ("n", "total")),
    )
    text = HEADER.format("aggregate", "state: none, a value may be in two parts")
    assert read("metrics/t", text, "t.sql").no_state == "a value may be in two parts"


@pytest.mark.parametrize(
    ("shape", "lines", "expected"),
    [
        ("aggregate", "state: none", 't.sql:4:1: `state` is "none"; write `state: none, ` and the reason'),
        ("aggregate", "state: [n]", "t.sql:4:1: `state` is ['n']; names, each with an aggregate"),
        ("aggregate", "state: {n: 1}\nvalue: n", "t.sql:4:1: `state` is {'n': 1}; names, each with an aggregate"),
        ("aggregate", "state: {N: count(*)}\nvalue: N", 't.sql:4:1: "N" cannot name a part of `state`'),
        ("aggregate", "state: {n: count(*)}", "t.sql:4:1: `value` is missing; say how the answer follows"),
        ("aggregate", "state: {n: count(*)}\nvalue: 3", "t.sql:5:1: `value` is 3; say how the answer follows"),
        ("aggregate", "value: n", "t.sql:4:1: `value` reads the parts of `state`, and there are none"),
        (
            "aggregate",
            "state: none, as it is\nvalue: n",
            "t.sql:5:1: `value` reads the parts of `state`, and there are",
        ),
        (
            "aggregate",
            "state: {n: avg($column)}\nvalue: n",
            't.sql:4:1: the part "n" of `state` does not merge: avg($column); allowed: count, sum, min, max,',
        ),
        ("aggregate", "state: {n: count(distinct $column)}\nvalue: n", '"n" of `state` does not merge: count(distinct'),
        (
            "aggregate",
            "state: {n: count(*) over ()}\nvalue: n",
            'the part "n" of `state` does not merge: count(*) over',
        ),
        ("aggregate", "state: {n: 2 * sum($column)}\nvalue: n", 'the part "n" of `state` does not merge: 2 * sum('),
        ("aggregate", "state:\n  n: count($column, $column)\nvalue: n", 'the part "n" of `state` does not merge'),
        ("aggregate", "state:\n  n: max($column, 2)\nvalue: n", 'the part "n" of `state` does not merge'),
        ("aggregate", "state: {n: count($colum)}\nvalue: n", '"$colum", which is no argument; did you mean "column"?'),
        ("aggregate", "state: {n: count(}\nvalue: n", "t.sql:4:1: `state` has what is no SQL expression: count("),
        (
            "aggregate",
            "state: {n: count($column), v: var_pop($column)}\nvalue: v / n",
            't.sql:4:1: the part "v" of `state` merges only beside the count and the sum of the same values',
        ),
        (
            "aggregate",
            "state: {n: count(*), total: sum($column)}\nvalue: totl / n",
            't.sql:5:1: `value` reads "totl", which is no part of `state`; did you mean "total"?',
        ),
        ("aggregate", "state: {n: count(*)}\nvalue: s.n", 't.sql:5:1: `value` reads "s.n", which is no part'),
        (
            "aggregate",
            "state: {n: count(*)}\nvalue: 2 * sum(n)",
            "t.sql:5:1: `value` cannot say SUM(n); allowed are parts of `state`, numbers, + - * /,",
        ),
        ("aggregate", "state: {n: count(*)}\nvalue: n + $column", "t.sql:5:1: `value` cannot say $column; allowed"),
        ("aggregate", "state: {n: count(*)}\nvalue: (select n)", "t.sql:5:1: `value` cannot say (SELECT n); allowed"),
        ("aggregate", "state: {n: count(*)}\nvalue: n)", "t.sql:5:1: `value` has what is no SQL expression: n)"),
        (
            "aggregate",
            "state: {n: count(*), m: max($column)}\nvalue: n",
            't.sql:5:1: `value` does not read the part "m" of `state`',
        ),
        (
            "predicate",
            "state: {n: count(*)}",
            "t.sql:4:1: a predicate has no `state`; the counts of a predicate always",
        ),
        ("query", "outputs: [n]\nstate: {m: sum}", "t.sql:5:1: `state` is {'m': 'sum'}; names of outputs, each with"),
        ("query", "outputs: [n]\nstate: {n: avg}", "t.sql:5:1: `state` is {'n': 'avg'}; names of outputs, each with"),
        ("query", "outputs: [n]\nvalue: n", "t.sql:5:1: a query has no `value`"),
    ],
)
def test_a_bad_state_says_where_and_what(shape: str, lines: str, expected: str) -> None:
    with pytest.raises(CompileError) as caught:
        read("metrics/t", HEADER.format(shape, lines), "t.sql")
    assert expected in str(caught.value)
