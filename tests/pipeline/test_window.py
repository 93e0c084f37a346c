"""Windows of time: whole chunks, the same numbers as without them, and one clock for all that is relative."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

import whq
from whq.errors import ConfigError
from whq.pipeline.options import Options
from whq.pipeline.steps import Clock
from whq.pipeline.window import clock
from whq.values import Chunking, Dataset, TableSource, Window

NOW = datetime(2024, 6, 15, 12, 30)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, Clock(NOW)),
        ({"as_of": "yesterday"}, Clock(datetime(2024, 6, 14), end=datetime(2024, 6, 14))),
        ({"as_of": datetime(2024, 6, 1, tzinfo=UTC), "since": "7d"},
         Clock(datetime(2024, 6, 1), datetime(2024, 5, 25), end=datetime(2024, 6, 1))),
        ({"since": date(2024, 5, 3), "until": "today"}, Clock(NOW, datetime(2024, 5, 3), datetime(2024, 6, 15))),
    ],
)  # fmt: skip
def test_relative_times_are_counted_from_the_clock_of_the_run(options: Any, expected: Clock) -> None:
    assert clock(Options(**options), NOW) == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"since": "soon"}, "--since: 'soon' is not a time; write a date"),
        ({"until": "3m"}, "--until: '3m' may be minutes or months"),
        ({"as_of": ""}, "--as-of: '' is not a time"),
        ({"since": "2024-05", "until": "2024-05-01"}, "--since 2024-05-01 does not lie before --until 2024-05-01"),
        ({"since": "2024-05-02T06:00", "as_of": "2024-05-01"},
         "--since 2024-05-02 06:00 does not lie before --as-of 2024-05-01"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_before_anything_is_read(options: Any, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        clock(Options(**options), NOW)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("unit", "since", "until"),
    [
        ("hour", datetime(2024, 5, 16, 10), datetime(2024, 5, 16, 12)),
        ("day", datetime(2024, 5, 16), datetime(2024, 5, 17)),
        ("week", datetime(2024, 5, 13), datetime(2024, 5, 20)),
        ("month", datetime(2024, 5, 1), datetime(2024, 6, 1)),
        ("quarter", datetime(2024, 4, 1), datetime(2024, 7, 1)),
        ("year", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("all", datetime(2024, 5, 16, 10, 1), datetime(2024, 5, 16, 11, 1)),
    ],
)
def test_each_dataset_takes_whole_chunks_of_its_own(unit: Any, since: datetime, until: datetime) -> None:
    at = Clock(NOW, datetime(2024, 5, 16, 10, 1), datetime(2024, 5, 16, 11, 1), NOW)
    dataset = Dataset("d", TableSource(("d",)), (), time="at", chunking=Chunking(unit))
    assert at.window(dataset) == Window(since, until, NOW)
    assert at.window(replace(dataset, time=None)) is None
    bound = Clock(NOW, since, until, NOW)
    assert bound.window(dataset) == Window(since, until, NOW)


def rounded(value: Any) -> Any:
    """Sums in another order differ in their last digits."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def values(outcome: Any) -> dict[Any, Any]:
    """What is measured and judged; how it compares with what earlier runs saw (`details.state`) is left out."""
    kept = ("value", "lower", "upper", "threshold_lower", "threshold_upper", "status")
    return {
        (each.id, each.segment, each.method, each.period, each.chunk.key): rounded(
            [getattr(each, name) for name in kept]
        )
        for each in outcome.results
        if each.chunk is not None and not (each.monitor == "model" and each.method != "realized")
    }


@pytest.mark.parametrize(
    ("chunk", "since", "until", "first", "last"),
    [
        ("month", "2024-06-15", "2024-07-10", "2024-06", "2024-07"),
        ("week", "2024-06-13", "2024-07-01", "2024-W24", "2024-W26"),
        ("quarter", "2024-08-01", None, "2024-Q3", "2024-Q3"),
        ("{rows: 700}", "2024-06-10", None, "700-1399", "2100-2799"),
        ("{rows: 700}", "2024-06-10", "2024-07-01", "700-1399", "700-1399"),
    ],
)
def test_a_window_gives_the_numbers_that_the_whole_gives(
    project: Any, chunk: str, since: str, until: str | None, first: str, last: str
) -> None:
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("chunk: month", f"chunk: {chunk}\n    watch: false"))
    whole = values(whq.run(project, as_of="2024-08-20"))
    found = values(whq.run(project, as_of="2024-08-20", since=since, until=until))
    keys = {cell[4] for cell in found if cell[3] == "analysis"}
    assert (min(keys, key=lambda key: (len(key), key)), max(keys, key=lambda key: (len(key), key))) == (first, last)
    assert found == {cell: numbers for cell, numbers in whole.items() if cell[3] == "reference" or cell[4] in keys}


def test_where_a_bound_moved_is_said_once(project: Any) -> None:
    path = project / "monitors/loans.yml"
    path.write_text(
        path.read_text()
        + "  weekly: {table: loans, time: at, chunk: week, profile: [amount]}\n"
        + "  monthly: {table: loans, time: at, chunk: month, profile: [amount]}\n"
        + "  bare: {table: loans, profile: [amount]}\n"
    )
    run = whq.run(project, since="2024-06-15", until="2024-08-01", as_of="2024-08-20", select=["monitor:profile"])
    assert run.warnings == (
        "--since 2024-06-15 is 2024-06-01 for loans, monthly, where a chunk starts",
        "--since 2024-06-15 is 2024-06-10 for weekly, where a chunk starts",
        "--until 2024-08-01 is 2024-08-05 for weekly, where a chunk ends",
        "without a time column, --since and --until leave all rows of bare",
    )
    daily = {"select": ["dataset:loans,metric:unique"], "as_of": "2024-08-20T10:00"}
    path.write_text(path.read_text().replace("    chunk: month\n", "    chunk: day\n"))
    assert whq.run(project, since="7d", **daily).warnings == ()
    assert whq.run(project, since="2024-08-13T10:00", **daily).warnings == (
        "--since 2024-08-13 10:00 is 2024-08-13 for loans, where a chunk starts",
    )


def test_every_command_takes_the_same_window(project: Any) -> None:
    given = {"since": "2024-06-15", "until": "2024-07-10", "as_of": "2024-08-20", "select": ["subject:amount"]}
    for query in whq.compile(project, **given):
        if query.sql and query.id[0] == "q":
            assert "2024-06-01" in query.sql and "2024-08-01" in query.sql
    assert len(whq.plan(project, **given).queries) > 1
    for command in (whq.check, whq.profile, whq.drift):
        chunks = {each.chunk.key for each in command(project=project, **given).results if each.chunk}
        assert {key for key in chunks if key > "2024-05"} <= {"2024-06", "2024-07"}
