"""Limits, learned thresholds and statuses."""

import math

import numpy
import pytest

from whq.config.spec import Between, Limit, Threshold
from whq.monitors.bands import Band, constant, deviations
from whq.monitors.judge import broken, clipped, limit_text, outside, status_of, unjudged
from whq.values import Result


def test_learned_threshold_is_mean_and_population_deviation():
    values = [0.1, 0.4, 0.2, 0.35]
    band = deviations(values, Threshold()).band
    assert band.lower == pytest.approx(numpy.mean(values) - 3 * numpy.std(values), abs=1e-15)
    assert band.upper == pytest.approx(numpy.mean(values) + 3 * numpy.std(values), abs=1e-15)


@pytest.mark.parametrize(
    ("threshold", "limits", "sides", "expected"),
    [
        (Threshold(std=1), (0, 1), (True, True), (0.0, 1.0)),
        (Threshold(std=0), (0, 1), (False, True), (None, 0.5)),
    ],
)
def test_sides_and_limits(threshold, limits, sides, expected):
    assert deviations([-2.0, 3.0], threshold, limits, sides=sides).band == Band(*expected)


def test_a_constant_threshold_is_the_band_itself():
    assert constant(Threshold("constant", lower=0.2)) == Band(0.2, None)
    assert constant(Threshold()) is None


@pytest.mark.parametrize("values", [[], [0.5], [None, 0.5, math.nan], [math.inf, None]])
def test_one_value_has_no_spread(values):
    assert deviations(values, Threshold()) is None


@pytest.mark.parametrize(
    ("value", "band", "alert"),
    [
        (0.5, Band(0.5, 0.5), False),
        (0.4, Band(0.5, None), True),
        (0.6, Band(None, 0.5), True),
        (9.0, Band(), False),
    ],
)
def test_alerts_are_strict(value, band, alert):
    assert outside(value, band) is alert


@pytest.mark.parametrize(
    ("value", "band", "alert"),
    [
        (1.0000000000000029, Band(upper=1.0), False),
        (0.5 + 4e-10, Band(upper=0.5), False),
        (0.5 + 6e-10, Band(upper=0.5), True),
        (-7.0 - 6e-9, Band(lower=-7.0), False),
        (-7.0 - 8e-9, Band(lower=-7.0), True),
        (1e-17, Band(upper=0.0), True),
    ],
)
def test_rounding_is_not_outside(value, band, alert):
    assert outside(value, band) is alert


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (0.1 + 0.2, Limit("> 0.3", ">", 0.3), False),
        (0.1 + 0.2, Limit(">= 0.3", ">=", 0.3), True),
        (0.1 + 0.2, Limit("= 0.3", "=", 0.3), True),
        (0.1 + 0.2, Between(None, 0.3), False),
        (0.7 - 0.4, Between(0.3, None), False),
        (0.3000001, Limit("> 0.3", ">", 0.3), True),
        (10**13 + 1, Limit("> 10000000000000", ">", 1e13), True),
        (1e13 + 1, Between(None, 1e13), True),
    ],
)
def test_rounding_breaks_no_limit_but_whole_numbers_are_exact(value, condition, expected):
    assert broken(value, condition) is expected


def test_values_are_clipped_to_their_range():
    assert [clipped(value, (0.0, 1.0)) for value in (-1e-18, 0.5, 1.0000000000000029)] == [0.0, 0.5, 1.0]
    assert clipped(-4.0, (-math.inf, math.inf)) == -4.0


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (0.01, Limit("> 1%", ">", 0.01, "%"), False),
        (0.011, Limit("> 1%", ">", 0.01, "%"), True),
        (3, Limit(">= 3 rows", ">=", 3, "rows"), True),
        (2, Limit("< 3", "<", 3), True),
        (3, Limit("<= 3", "<=", 3), True),
        (0, Limit("= 0", "=", 0), True),
        (0, Limit("!= 0", "!=", 0), False),
        (5, Between(1, 5), False),
        (6, Between(1, 5), True),
        (-1e9, Between(None, 5), False),
    ],
)
def test_broken(value, condition, expected):
    assert broken(value, condition) is expected


def test_words_of_a_limit():
    assert limit_text(Limit("> 1%", ">", 0.01, "%")) == "> 1%"
    assert limit_text(Between(None, 0.3)) == "above 0.3"
    assert limit_text(Between(2, None)) == "below 2"
    assert limit_text(Between(2, 3.5)) == "outside 2 … 3.5"


@pytest.mark.parametrize(
    ("fail", "warn", "severity", "status"),
    [
        (True, True, "fail", "fail"),
        (True, False, "warn", "warn"),
        (False, True, "fail", "warn"),
        (False, False, "fail", "pass"),
    ],
)
def test_status(fail, warn, severity, status):
    assert status_of(fail, warn, severity) == status


@pytest.mark.parametrize(("is_learned", "withheld"), [(True, "few_chunks"), (False, None)])
def test_without_a_threshold_the_learned_one_withholds_its_verdict(is_learned, withheld):
    result = Result("t/x/own", "t", "drift", "x", "own", "pass", period="analysis")
    found = unjudged(result, True, "`threshold: {upper: 0.1}`", is_learned=is_learned)
    assert (found.status, found.details.get("withheld")) == ("inconclusive", withheld)
