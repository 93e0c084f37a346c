"""The state that a scan's header names: merged over days it is that of the month."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.monitors.models import Table
from whq.sql.templates import load
from whq.values import Chunking, ColumnName, Cuts, Measurement, Request, Scope

ROWS = [
    [datetime(2024, month, day, hour), (day * 7 + hour) % 5 + month / 2, "abc"[(day + hour) % 3]]
    for month in (3, 4)
    for day in range(1, 29)
    for hour in range(0, 24, 5)
]
MERGES = {"sum": sum, "min": min, "max": max}
SCANS: dict[str, dict[str, Any]] = {
    "drift/scan/histogram": {"column": ColumnName("x"), "cuts": Cuts((2.0, 4.0), (False, True))},
    "drift/scan/categories": {"column": ColumnName("s"), "most": 10},
}


def state(name: str, arguments: dict[str, Any], unit: Any) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The merging outputs of every row, by month and by the outputs that tell rows apart."""
    made = Table({"at": "TIMESTAMP", "x": "DOUBLE", "s": "VARCHAR"}, ROWS)
    made.dataset = replace(made.dataset, chunking=Chunking(unit))
    template = load()[name]
    merging = [part.name for part in template.state]
    request = Request.of(Scope("d", by_chunk=True), name, **arguments)
    (measured,) = made.measure([request]).values()
    assert isinstance(measured, Measurement)
    found = defaultdict(list)
    for row in measured.rows:
        apart = tuple(value for output, value in row.values.items() if output not in merging)
        month = row.cell.chunk.key[:7]  # type: ignore[union-attr]
        found[month, *apart].append(tuple(row.values[output] for output in merging))
    return dict(found)


@pytest.mark.parametrize("name", SCANS)
def test_days_merge_to_the_month(name: str) -> None:
    merges = [MERGES[part.merge] for part in load()[name].state]
    by_day, by_month = (state(name, SCANS[name], unit) for unit in ("day", "month"))
    assert max(map(len, by_day.values())) > 10
    merged = {
        place: [tuple(merge(column) for merge, column in zip(merges, zip(*rows, strict=True), strict=True))]
        for place, rows in by_day.items()
    }
    assert merged == by_month


def test_every_scan_by_chunk_says_whether_it_merges() -> None:
    """Those without state learn the bins of the reference, or read values of other chunks and say `across`."""
    templates = load()
    scans = {name: templates[f"drift/scan/{name}"] for name in templates.folder("drift/scan")}
    assert {name for name, template in scans.items() if template.state} == {"histogram", "categories"}
    assert {name for name, template in scans.items() if template.across} == {"bounds", "distances"}
    assert {template.role for template in scans.values()} == {"scan"}
    assert {templates[f"drift/{name}"].role for name in templates.folder("drift")} == {"statistic"}
