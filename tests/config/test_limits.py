# ruff: noqa: E501 - one case a line
"""The grammars of limits, durations and sizes."""

from __future__ import annotations

import math

import pytest

from whq.config.limits import GrammarError, condition, duration, is_limit, size, stricter
from whq.config.spec import Between, Limit

GOOD = [
    ("> 1%", "rows", Limit("> 1%", ">", 0.01, "%")),
    (">= 100 rows", "rows", Limit(">= 100 rows", ">=", 100.0, "rows")),
    (">1row", "rows", Limit(">1row", ">", 1.0, "rows")),
    ("> 0", "rows", Limit("> 0", ">", 0.0, "")),
    ("> 10 keys", "keys", Limit("> 10 keys", ">", 10.0, "keys")),
    ("!= 3", "", Limit("!= 3", "!=", 3.0, "")),
    ("== 3", "", Limit("== 3", "=", 3.0, "")),
    ("< -0.5", "", Limit("< -0.5", "<", -0.5, "")),
    ("<= 1e-3", "", Limit("<= 1e-3", "<=", 0.001, "")),
    ("> 150%", "", Limit("> 150%", ">", 1.5, "%")),
    ("2 days", "seconds", Limit("2 days", ">", 172800.0, "seconds")),
    (">= 90 minutes", "seconds", Limit(">= 90 minutes", ">=", 5400.0, "seconds")),
    ({"between": [0.02, 0.3]}, "", Between(0.02, 0.3)),
    ({"between": [None, 5]}, "", Between(None, 5.0)),
    ({"between": [1, None]}, "", Between(1.0, None)),
]


@pytest.mark.parametrize(("value", "measure", "expected"), GOOD)
def test_limits(value, measure, expected):
    assert condition(value, measure) == expected


# a limit, what it counts, the least and greatest number, what is wrong with it
POINTLESS = [
    ("< 0 rows", "rows", (None, None), "no number breaks it"),
    ("< 0", "keys", (None, None), "no number breaks it"),
    ("< 0%", "rows", (None, None), "no number breaks it"),
    ("> 100%", "rows", (None, None), "no number breaks it"),
    (">= 0", "rows", (None, None), "every number breaks it"),
    ("<= 100%", "keys", (None, None), "every number breaks it"),
    ({"between": [0, None]}, "rows", (None, None), "no number breaks it"),
    ({"between": [-5, -1]}, "rows", (None, None), "every number breaks it"),
    ("> 1", "", (0, 1), "no number breaks it"),
    ("= 1.5", "", (0, 1), "no number breaks it"),
    ("!= 2", "", (0, 1), "every number breaks it"),
    ("> 120%", "", (0, 1), "no number breaks it"),
    ("> -0.1", "", (0, 1), "every number breaks it"),
    ({"between": [0, 1]}, "", (0, 1), "no number breaks it"),
    ({"between": [2, 3]}, "", (0, 1), "every number breaks it"),
]
MEANT = [
    ("> 0", "rows", (None, None)), ("< 1", "rows", (None, None)), (">= 100%", "rows", (None, None)),
    ("= 0", "rows", (None, None)), ("!= 0", "rows", (None, None)), ("<= 0", "keys", (None, None)),
    ("> 0", "", (0, 1)), ("< 1", "", (0, 1)), ("= 1", "", (0, 1)), ("!= 0", "", (0, 1)),
    ({"between": [0, 0.5]}, "", (0, 1)), ({"between": [1, 100]}, "rows", (None, None)), ("< -3", "", (None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("value", "measure", "span", "message"), POINTLESS, ids=str)
def test_limits_that_cannot_be_met_are_refused(value, measure, span, message):
    with pytest.raises(GrammarError, match=message):
        condition(value, measure, span)


@pytest.mark.parametrize(("value", "measure", "span"), MEANT, ids=str)
def test_limits_that_can_be_met_are_taken(value, measure, span):
    assert condition(value, measure, span)


BAD = [
    ("1%", "rows", '"1%" is not a limit'),
    ("> lots", "rows", '"> lots" is not a limit'),
    ("=> 3", "", '"=> 3" is not a limit'),
    ("> 3 > 4", "", '"> 3 > 4" is not a limit'),
    (5, "", "the number 5 is not a limit"),
    (None, "", "nothing is not a limit"),
    (True, "", "true is not a limit"),
    (["> 3"], "", "a list is not a limit"),
    ("> 1e999", "", '"> 1e999" is not a finite number'),
    ("> -1 rows", "rows", "a count is never negative"),
    ("> 101%", "rows", "a share is never above 100%"),
    ("> 5 keys", "rows", 'has the unit "keys"'),
    ("> 5 rows", "", 'has the unit "rows"'),
    ("> 5 bananas", "keys", 'has the unit "bananas"'),
    ("> 5", "seconds", 'the text "5 " is not a duration'),
    ("7 dayz", "seconds", 'the text "7 dayz" is not a duration'),
    ({"betwen": [1, 2]}, "", 'a limit cannot be a mapping with "betwen"'),
    ({}, "", "a limit cannot be a mapping with no key"),
    ({"between": [3, 2]}, "", "between: 3 is greater than 2"),
    ({"between": [3]}, "", "between cannot be a list"),
    ({"between": "1, 2"}, "", "between cannot be the text"),
    ({"between": [None, None]}, "", "between has no bound at all"),
    ({"between": [math.nan, 1]}, "", "between cannot hold the number nan"),
    ({"between": ["a", 1]}, "", 'between cannot hold the text "a"'),
    ({"between": [True, 1]}, "", "between cannot hold true"),
]


@pytest.mark.parametrize(("value", "measure", "message"), BAD)
def test_wrong_limits(value, measure, message):
    with pytest.raises(GrammarError) as caught:
        condition(value, measure)
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90 minutes", 5400), ("6 hours", 21600), ("2 days", 172800), ("1 day", 86400), ("1.5h", None),
     ("1 week", 604800), ("30seconds", 30), ("0 days", None), ("-1 day", None), ("P1Y2", None), ("", None), (5, None), ("1e999 days", None)],
)  # fmt: skip
def test_durations(text, seconds):
    if seconds is None:
        with pytest.raises(GrammarError, match="is not a duration"):
            duration(text)
    else:
        assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "number"),
    [("50 GB", 50 * 10**9), ("1.5 TB", 15 * 10**11), ("2 GiB", 2**31), (1000, 1000), ("50", None), ("0 GB", None),
     (0, None), (True, None), ("5 XB", None), (None, None)],
)  # fmt: skip
def test_sizes(text, number):
    if number is None:
        with pytest.raises(GrammarError, match="is not a size"):
            size(text)
    else:
        assert size(text) == number


REVERSED = [
    ("> 5", "> 1", True), ("> 1", "> 5", False), ("> 5", "> 5", False), (">= 5", "> 5", False),
    ("> 5", ">= 5", True), ("< 1", "< 5", True), ("< 5", "< 1", False), ("<= 5", "< 5", False), ("< 5", "<= 5", True),
    ("> 5%", "> 1", False), ("> 5", "< 1", False),
    ({"between": [0, 10]}, {"between": [1, 9]}, True), ({"between": [1, 9]}, {"between": [0, 10]}, False),
    ({"between": [0, 10]}, {"between": [0, 10]}, False), ({"between": [0, None]}, {"between": [0, 10]}, True),
    ({"between": [0, 5]}, {"between": [1, 9]}, False), ({"between": [0, 5]}, "> 3", False),
]  # fmt: skip


@pytest.mark.parametrize(("warn", "fail", "expected"), REVERSED)
def test_warn_and_fail_reversed(warn, fail, expected):
    assert stricter(condition(warn, ""), condition(fail, "")) is expected


def test_what_looks_like_a_limit():
    assert [is_limit(value) for value in ("> 1%", " != 3", "a > b", "email", 5, None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
