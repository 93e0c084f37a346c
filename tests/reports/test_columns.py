"""The table of columns that a profile ends in."""

from __future__ import annotations

from typing import Any

from tests.cli.conftest import RUN
from whq.reports import render
from whq.result import RunResult
from whq.values import Chunk, Result

FIRST, SECOND = Chunk("2024-01", 0, None, None, 10), Chunk("2024-02", 1, None, None, 20)


def numbers(column: str | None, chunk: Chunk = SECOND, dataset: str = "t", **values: Any) -> list[Result]:
    about: dict[str, Any] = {"period": "analysis", "chunk": chunk}
    return [
        Result(f"{dataset}/{column}/{name}", dataset, "profile", column, name, "pass", value=value, **about)
        for name, value in values.items()
    ]


def told(*results: Result) -> list[str]:
    return [line.strip() for line in render(RunResult(RUN, results)).splitlines()]


def test_a_line_a_column_of_the_latest_chunk() -> None:
    lines = told(
        *numbers(None, row_count=20),
        *numbers("x", FIRST, null_ratio=0.9, min=7, max=8),
        *numbers("x", null_ratio=0.25, distinct_count=3, min=1, median=2.5, mean=2.0, max=4),
        *numbers("s", null_ratio=0.0, distinct_count=1200, min_length=2, max_length=17),
    )
    at = lines.index("2024-02, the latest of 2 chunks · 20 rows")
    assert [line.split() for line in lines[at + 1 : at + 4]] == [
        ["column", "NULL", "distinct", "least", "median", "mean", "greatest", "length"],
        ["x", "25", "%", "3", "1", "2.5", "2", "4"],
        ["s", "0", "%", "1,200", "2-17"],
    ]


def test_several_datasets_errors_and_hostile_names() -> None:
    broken = Result("u/y/mean", "u", "profile", "\x1b[31m", "mean", "error", chunk=FIRST, message="no")
    lines = told(*numbers("x", null_ratio=None, min_length=3, max_length=3), broken)
    assert "the latest chunk of each dataset" in lines
    assert any("error" in line and "\\x1b" in line for line in lines)
    assert any(line.split() == ["t/x", "3"] for line in lines)


def test_many_columns_are_cut() -> None:
    lines = told(*(each for at in range(250) for each in numbers(f"c{at}", mean=at)))
    assert any("50 more columns" in line for line in lines)


def test_only_a_profile_is_told_so() -> None:
    rule = Result("t/x/not_null", "t", "rule", "x", "not_null", "pass")
    assert not any("greatest" in line for line in told(rule, *numbers("x", max=1)))
    assert not any("greatest" in line for line in told(*numbers(None, row_count=5)))
