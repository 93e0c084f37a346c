"""Identifiers among the columns that a pattern finds: left out and said, watched where they are named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Desk, desk
from whq.monitors.drift.identity import identity
from whq.values import Column, LogicalType

__all__ = ["desk"]

CASES: dict[str, tuple[str, LogicalType, int, int, tuple[float, float] | None, bool]] = {
    # column: its type, values, different ones, bounds, whether it is an identifier
    "a uuid": ("token", "text", 9000, 9000, None, True),
    "texts that differ in every second row": ("note", "text", 9000, 4500, None, True),
    "texts that differ less": ("city", "text", 9000, 4400, None, False),
    "a few rows": ("city", "text", 49, 49, None, False),
    "another table's key": ("customer_id", "integer", 9000, 300, (1, 400), True),
    "a country's code": ("country_code", "text", 9000, 40, None, False),
    "a shop's number": ("shop_no", "integer", 9000, 12, (1, 12), False),
    "a counter": ("instant", "integer", 9000, 9000, (5, 9004), True),
    "a counter with holes": ("instant", "integer", 9000, 8600, (5, 80_000), True),
    "amounts that differ": ("amount", "integer", 9000, 8900, (5, 900_000), False),
    "amounts that repeat": ("amount", "integer", 9000, 800, (5, 900), False),
    "fractions": ("id", "float", 9000, 9000, (0, 1), False),
    "a flag": ("id", "boolean", 9000, 2, None, False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_an_identifier(case: str) -> None:
    name, kind, filled, distinct, bounds, expected = CASES[case]
    assert (identity(Column(name, kind), filled, distinct, bounds) is not None) == expected


TABLE = """create table t as select i as number, uuid() as token, 'n' || i as note, i % 300 as customer_id,
    hash(i) % 100000 as amount, i % 9 as kind, 'c' || i % 30 as country_code, i / 7 as share, null::varchar as void,
    timestamp '2024-01-01' + i * interval 1 hour as ts from range(4000) r(i)"""
MONITORS = """
datasets:
  t:
    table: t
    time: ts
    chunk: month
    {reference}
    drift: {{columns: {columns}, against: {against}, threshold: {{upper: 0.9}}, metrics: {{numeric: [psi]}}}}
"""


@pytest.mark.parametrize("against", ["reference", "previous"])
def test_a_pattern_leaves_identifiers_out_and_says_so(desk: Desk, against: str) -> None:
    desk.sql(TABLE)
    reference = "reference: \"ts < '2024-04-01'\"" if against == "reference" else ""
    desk.monitors(MONITORS.format(columns='["*"]', reference=reference, against=against))
    for _ in range(2):
        said = desk.run()
        left_out = {each["subject"]: each["message"] for each in said.all(status="skipped", metric="drift")}
        assert set(left_out) == {"number", "token", "note", "customer_id"}
        assert "different values under a name of identifiers; write its name under columns:" in left_out["customer_id"]
        assert {each["subject"] for each in said.all(monitor="drift")} - set(left_out) == {
            "amount", "kind", "country_code", "share", "void",
        }  # fmt: skip
    compiled = desk.whq("compile").out
    assert '"token"' not in compiled.replace('count(distinct "token")', "")


@pytest.mark.parametrize(
    ("columns", "left_out"),
    [
        ("[number, token, customer_id]", set()),
        ('["*", number]', {"token", "note", "customer_id"}),
        ('["*", "!token"]', {"number", "note", "customer_id"}),
        ('["type:numeric"]', {"number", "customer_id"}),
    ],
)
def test_a_column_that_is_named_is_watched(desk: Desk, columns: str, left_out: set[str]) -> None:
    desk.sql(TABLE)
    reference = "reference: \"ts < '2024-04-01'\""
    desk.monitors(MONITORS.format(columns=columns, reference=reference, against="reference"))
    said = desk.run()
    assert {each["subject"] for each in said.all(status="skipped", metric="drift")} == left_out
    watched: set[Any] = {each["subject"] for each in said.all(monitor="drift")} - left_out
    assert watched and not watched & left_out
