"""Bins of jensen_shannon, hellinger and total_variation: whole numbers, outliers, common values; against numpy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from tests.monitors.models import Table
from tests.monitors.test_drift import MONTHS, REST, WHOLE, asked, learned, numeric, results
from whq.fit.bins import Inside, doane_edges, plain_bins, ranged_bins, value_bins
from whq.values import Column, Segment

BINNED = ("jensen_shannon", "hellinger", "total_variation", "psi", "kl")
ALL = (*BINNED, "ks", "wasserstein")
RANDOM = np.random.default_rng(5)
DECIMAL = "DECIMAL(9,0)"


def flags(*shares: float) -> list[np.ndarray]:
    return [(RANDOM.random(400) < share).astype(int) for share in shares]


def normal(mean: float, size: int = 900) -> np.ndarray:
    return RANDOM.normal(mean, 10, size)


def mixed(share: float) -> np.ndarray:
    """Ones, and values above them with three digits."""
    return np.where(RANDOM.random(500) < share, 1.0, 1 + RANDOM.random(500).round(3))


def integers(distinct: int) -> list[np.ndarray]:
    return [np.arange(distinct).repeat(3), np.arange(64).repeat(2), RANDOM.integers(-9, 90, 500), np.array([5])]


def doubles(parts: list[np.ndarray]) -> list[np.ndarray]:
    return [part.astype(float) for part in parts]


CASES: dict[str, tuple[str, list[np.ndarray]]] = {
    "flag": ("INTEGER", flags(0.1, 0.1, 0.1, 0.9)),
    "flag as a decimal without digits": (DECIMAL, flags(0.1, 0.12, 0.1, 0.9)),
    "flag as a double": ("DOUBLE", doubles(flags(0.1, 0.1, 0.1, 0.9))),
    "rare flag as a double": ("DOUBLE", doubles(flags(0.004, 0.004, 0.004, 0.05))),
    "negative and far apart": ("BIGINT", [RANDOM.choice([-9_000_000, -3, -2, 7], 300) for _ in range(4)]),
    "unseen values between, below and above": (
        "INTEGER",
        [RANDOM.choice([1, 2, 5], 300), RANDOM.choice([1, 5], 300), np.arange(-1, 8).repeat(9), np.full(9, 3)],
    ),
    "64 values": ("INTEGER", integers(64)),
    "65 values": ("INTEGER", integers(65)),
    "one value": ("INTEGER", [np.full(30, 4), np.full(20, 4), np.full(9, 4), np.array([4, 5, 3])]),
    "one outlier": ("DOUBLE", [np.append(normal(1010), 5504), normal(1010), normal(1010), normal(1015)]),
    "outliers on both sides": (
        "DOUBLE",
        [np.append(normal(0), [-1e7, 1e9]), *(RANDOM.standard_cauchy(500) for _ in range(3))],
    ),
    "a common value": ("DOUBLE", [np.where(RANDOM.random(500) < 0.8, 0.0, normal(3, 500)) for _ in range(4)]),
    "a common value at an end": ("DOUBLE", [mixed(0.97), mixed(0.97), mixed(0.9), mixed(1)]),
    "a constant that moves": ("DOUBLE", [np.full(50, 0.1), np.full(50, 0.1), np.full(50, 0.1), np.full(50, 0.2)]),
}


def months(kind: str, parts: list[np.ndarray], **options: Any) -> Table:
    """A month each, its rows half in the north and half in the south, and some without a value."""
    rows: list[list[Any]] = []
    for month, values in zip(MONTHS, parts, strict=True):
        at = datetime.fromisoformat(f"{month}-05")
        rows += [[at, "north" if place % 2 else "south", value] for place, value in enumerate(values.tolist())]
        rows += [[at, "north", None]]
    return Table({"at": "TIMESTAMP", "region": "VARCHAR", "x": kind}, rows, **options)


@pytest.mark.parametrize("bins", ["auto", "doane"])
@pytest.mark.parametrize("name", CASES)
def test_statistics_equal_numpy_and_scipy(name: str, bins: Any) -> None:
    """Of all rows and of each segment; the bins are those of the whole reference."""
    kind, parts = CASES[name]
    made = months(kind, parts, segments=(Segment("region", "region"),))
    found = results(made, asked("x", numeric=ALL, bins=bins, method="exact", threshold=WHOLE))
    whole = np.concatenate(parts[:2])
    compared = 0
    for result in found:
        begin, step = {"region=south": (0, 2), "region=north": (1, 2)}.get(str(result.segment), (0, 1))
        own = [part[begin::step] for part in parts]
        chunk = own[MONTHS.index(result.chunk.key)]  # type: ignore[union-attr]
        if not len(chunk):
            continue
        wanted = numeric(result.metric, whole, np.concatenate(own[:2]), chunk, bins)
        assert result.value == pytest.approx(wanted, rel=1e-9, abs=1e-9), result
        compared += 1
    assert compared >= len(ALL) * 3 * 3


def test_an_integer_flag_drifts_as_a_boolean_does() -> None:
    """10 % ones in the reference, 90 % later: numpy's bins of integers would join 0 and 1."""
    parts = [np.array([0] * 9 + [1]), np.array([0] * 9 + [1]), np.array([0] * 9 + [1]), np.array([0] + [1] * 9)]
    (april,) = [one for one in results(months("INTEGER", parts), asked("x")) if one.chunk.key == "2024-04"]  # type: ignore[union-attr]
    assert april.value == pytest.approx(0.7287, abs=1e-4)
    assert (april.status, april.threshold_upper) == ("warn", 0.0)


def test_narrow_bins_and_value_bins_share_a_scan() -> None:
    kind, parts = CASES["64 values"]
    exact = results(months(kind, parts), asked("x", numeric=ALL, method="exact"))
    binned = results(months(kind, parts), asked("x", numeric=ALL, method="binned"))
    for one, other in zip(exact, binned, strict=True):
        if one.metric in BINNED:
            assert one.value == other.value
        elif one.value is not None:
            assert other.lower - 1e-9 <= one.value <= other.upper + 1e-9  # type: ignore[operator]


def test_what_a_report_draws() -> None:
    """Counts between edges, of the reference and of the chunk; values in a gap stand with the value below."""
    parts = [np.array([1, 1, 2, 5]), np.array([2, 5]), np.array([1, 2]), np.array([0, 2, 3, 5, 6, 9])]
    found = results(months("INTEGER", parts), asked("x", threshold=REST))
    (april,) = [one for one in found if one.chunk.key == "2024-04"]  # type: ignore[union-attr]
    assert april.details["distribution"] == {
        "edges": [1.0, 2.0, 5.0, 6.0], "reference": [0, 2, 2, 2, 0], "counts": [1, 0, 2, 1, 2]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("type", "native", "is_whole"),
    [
        ("integer", "BIGINT", True),
        ("decimal", "DECIMAL(9,0)", True),
        ("decimal", "numeric(9)", True),
        ("decimal", "Nullable(Decimal(9, 0))", True),
        ("decimal", "DECIMAL(9,2)", False),
        ("decimal", "Decimal32(2)", False),
        ("decimal", "numeric", False),
        ("float", "double", False),
    ],
)
def test_types_of_whole_numbers(type: Any, native: str, is_whole: bool) -> None:
    assert Column("x", type, native).is_whole is is_whole


def test_beyond_two_to_the_53_values_are_still_apart() -> None:
    big = 2.0**60
    made = value_bins([big, 0.0])
    assert made.cuts.points == (0.0, 1.0, big, np.nextafter(big, np.inf))
    assert made.numbers == (0, 1, 0, 2, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_edges_are_those_of_numpy(count: int) -> None:
    x = np.random.default_rng(count).exponential(2, count)
    low, high = x.min() - 0.5, x.max() + 2
    centred = x - x.mean()
    skewness = None if count == 1 else (centred**3).mean() / (centred**2).mean() ** 1.5
    made = doane_edges(low, high, Inside(count, x.min(), x.max(), skewness))
    assert made == pytest.approx(np.histogram_bin_edges(x, "doane", range=(low, high)))


def test_bins_of_cells() -> None:
    assert plain_bins([3.0]).numbers == (0, 1, 0)
    assert ranged_bins([3.0], None).numbers == (0, 1, 2)
    at_an_edge = ranged_bins([0.0, 1.0, 2.0], 1.0)
    assert at_an_edge.cuts.points == (0.0, 1.0, 1.0, 2.0)
    assert at_an_edge.numbers == (0, 1, 4, 2, 3)
    assert ranged_bins([3.0], 3.0).numbers == (0, 3, 2)


def test_what_is_learned_says_the_bins() -> None:
    kind, parts = CASES["flag"]
    histogram = learned(months(kind, parts), asked("x")).of("x").histogram
    assert histogram is not None and histogram.edges == (0.0, 1.0, 2.0)
