"""Verdicts of a series of a model, chunk by chunk: what warns, what fails, and that later chunks change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from whq.fit.evidence import Outcomes
from whq.monitors.bands import Band
from whq.monitors.models.verdicts import Judged, Rule, at_once, in_order
from whq.values import Chunk, Result

BLANK = Result("d/m/f1/realized", "d", "model", "m", "f1", "pass", period="analysis", severity="fail")
WINDOW = Rule("realized", "higher", 0.001)
COUNTED = Rule("realized", "higher", 0.001, bound=0.12)


def judged(index: int, value: float, **given: Any) -> Judged:
    chunk = Chunk(f"2024-{index + 1:02}", index, None, None, 100)
    return Judged(replace(BLANK, chunk=chunk, value=value), value, Band(0.5, 0.9), **given)


def statuses(values: Sequence[float], rule: Rule = WINDOW, partial: Sequence[int] = ()) -> list[str]:
    series = [judged(place, value, is_closed=place not in partial) for place, value in enumerate(values)]
    return [one.status for one in in_order(series, rule)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.7, 0.4, 0.7), "pass warn pass"),
        ((0.4, 0.4, 0.4, 0.4), "warn warn fail fail"),
        ((0.4, 0.4, 0.7, 0.4, 0.7, 0.4), "warn warn pass fail pass warn"),
        ((0.4, 0.7, 0.7, 0.4, 0.4), "warn pass pass warn warn"),
        ((0.4, 0.4, 0.4, 0.7, 0.7), "warn warn fail pass pass"),
        ((0.95, 0.95, 0.95), "pass pass pass"),
    ],
)
def test_three_of_four_fail(values: tuple[float, ...], expected: str) -> None:
    assert " ".join(statuses(values)) == expected


def test_without_a_good_side_both_sides_count() -> None:
    assert statuses((0.4, 0.95, 0.4), Rule("realized", None, 0.001)) == ["warn", "warn", "fail"]
    assert statuses((0.95, 0.95, 0.95), Rule("realized", "lower", 0.001)) == ["warn", "warn", "fail"]


def test_a_chunk_that_is_still_filling_adds_nothing() -> None:
    assert statuses((0.4, 0.4, 0.4, 0.4), partial=(2,)) == ["warn", "warn", "warn", "fail"]
    assert statuses((0.4, 0.4, 0.4), partial=(2,))[-1] == "warn"


def test_an_item_of_severity_warn_never_fails() -> None:
    series = [judged(place, 0.4) for place in range(4)]
    mild = [replace(one, result=replace(one.result, severity="warn")) for one in series]
    assert {one.status for one in in_order(mild, WINDOW)} == {"warn"}


def test_words() -> None:
    series = [judged(place, value) for place, value in enumerate((0.7, 0.4, 0.4, 0.7, 0.4, 0.95))]
    first, warned, _, _, failed, better = in_order(series, WINDOW)
    assert (first.message, first.alert) == ("", False)
    assert (warned.message, warned.alert) == ("realized f1 0.4 is below 0.5", True)
    assert failed.message == "realized f1 0.4 is below 0.5; outside in 3 of the last 4 chunks, since 2024-02"
    assert failed.details["evidence"] == {"outside": 3, "of": 4, "fails_at": 3, "since": "2024-02"}
    assert (better.status, better.alert, better.message) == ("pass", False, "")
    assert better.details["note"] == "better than usual: realized f1 0.95 is above 0.9"


def mistakes(counts: Sequence[int], rows: int = 500) -> list[Judged]:
    return [judged(place, 1 - count / rows, outcomes=Outcomes(rows, count)) for place, count in enumerate(counts)]


def test_mistakes_add_up_inside_the_band() -> None:
    found = in_order(mistakes([50, 50, 90, 90, 90, 50, 50]), COUNTED)
    assert [one.status for one in found] == ["pass", "pass", "pass", "fail", "fail", "pass", "pass"]
    assert found[3].message.startswith("realized f1 0.82 is within its band; mistakes add up since 2024-03, evidence ")
    assert found[3].message.endswith(" of 1,000")
    evidence = found[3].details["evidence"]
    assert evidence["amount"] >= evidence["fails_at"] == 1000 and evidence["since"] == "2024-03"


def test_one_bad_chunk_of_few_rows_warns() -> None:
    found = in_order(mistakes([6, 6, 18, 6], 30), Rule("realized", "higher", 0.001, bound=0.25))
    assert [one.status for one in found] == ["pass", "pass", "warn", "pass"]


@pytest.mark.parametrize("rule", [WINDOW, COUNTED])
def test_later_chunks_change_no_verdict(rule: Rule) -> None:
    """Day by day, each time with all chunks so far, and once over all."""
    values = [0.7, 0.45, 0.45, 0.7, 0.4, 0.93, 0.7, 0.48, 0.49, 0.3, 0.8]
    series = [judged(place, value, outcomes=Outcomes(200, round(200 * (1 - value) / 4)))
              for place, value in enumerate(values)]  # fmt: skip
    at_the_end = in_order(series, rule)
    assert [in_order(series[: count + 1], rule)[-1] for count in range(len(series))] == at_the_end


def test_limits_of_the_user_act_at_once_to_both_sides() -> None:
    assert [at_once(judged(0, value), "realized").status for value in (0.4, 0.7, 0.95)] == ["fail", "pass", "fail"]
    assert at_once(judged(0, 0.95), "estimated").message == "estimated f1 0.95 is above 0.9"


def test_nothing_to_judge() -> None:
    assert in_order([], WINDOW) == in_order([], COUNTED) == []
