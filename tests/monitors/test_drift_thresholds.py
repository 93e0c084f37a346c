"""Learned thresholds of drift: what they are made of, what they promise, and the corners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import sqrt
from typing import Any

import duckdb
import numpy as np
import pytest
from msgspec.structs import replace
from scipy import stats

from tests.monitors.models import TYPES as KINDS
from tests.monitors.models import Table
from tests.monitors.test_drift import DATA, asked, results
from whq.config.spec import Threshold
from whq.monitors.drift.thresholds import levels
from whq.values import Column, Fragment, Result

LEARNED = Threshold()


def filled(at: Any, x: Any, s: Any) -> Table:
    """Rows of a time, a number and a word by its code; before 2024 is the reference."""
    reference = Fragment("\"at\" < timestamp '2024-01-01'", "duckdb", ("at",))
    table = Table({"at": "TIMESTAMP", "x": "DOUBLE", "s": "VARCHAR"}, [], reference=reference)
    table.connection.register("rows", {"moment": at, "x": x, "s": s})
    table.connection.execute("insert into d select make_timestamp(moment), x, chr(cast(97 + s as integer)) from rows")
    return table


def quiet(sizes: list[int], analysis: list[int], seed: int = 1, shift: float = 0.0, constant: bool = False) -> Table:
    """Months of normal numbers and of words, before and after the split; the last analysis month is shifted.

    constant: numbers are 5 throughout, and NULL in the last month.
    """
    random = np.random.default_rng(seed)
    months = [*enumerate(sizes, -len(sizes)), *enumerate(analysis)]
    starts = {month: datetime(2024 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month, _ in months}
    at = np.concatenate([np.full(size, int(starts[month].timestamp()) * 10**6) for month, size in months])
    is_last = np.concatenate([np.full(size, month == len(analysis) - 1) for month, size in months])
    x = random.normal(size=len(at)) + shift * is_last
    if constant:
        x = np.where(is_last, np.nan, 5.0)
    return filled(at, x, random.choice([0, 1, 1, 1, 2, 2], len(at)))


METRICS: dict[str, Any] = {
    "numeric": ("jensen_shannon", "ks", "psi", "hellinger", "kl", "total_variation", "wasserstein"),
    "categorical": ("jensen_shannon", "l_infinity", "chi2"),
}


def found(table: Table, *columns: str, **options: Any) -> list[Result]:
    return results(table, asked(*columns or ("x", "s"), **{"threshold": LEARNED, **METRICS, **options}))


def analysis(judged: list[Result]) -> Iterator[Result]:
    return (result for result in judged if result.period == "analysis")


def test_the_parts_are_mean_spread_sampling_and_least() -> None:
    judged = found(quiet([3000] * 8, [3000, 400]), numeric=("ks",))
    ks = [result for result in judged if result.metric == "ks"]
    values = [result.value for result in ks if result.period == "reference"]
    for result in analysis(ks):
        parts = result.details["threshold"]
        n = result.chunk.rows  # type: ignore[union-attr]
        factor = stats.t.isf(0.001, 7) * sqrt(1 + 1 / 8)
        assert parts["factor"] == pytest.approx(factor)
        assert parts["chunks"] == pytest.approx(np.mean(values) + factor * np.std(values, ddof=1))
        assert parts["sampling"] == pytest.approx(sqrt(-np.log(0.0005) / 2 * (1 / n + 1 / 24_000)))
        assert parts["least"] == 0.05
        assert (parts["rows"], parts["reference_rows"], parts["reference_chunks"]) == (n, 24_000, 8)
        assert result.threshold_upper == max(parts["chunks"], parts["sampling"], parts["least"])
        assert parts["decides"] == max(("chunks", "sampling", "least"), key=parts.__getitem__)


@pytest.mark.parametrize("chunks", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("rows", [200, 3000])
def test_quiet_months_are_quiet_whole_or_begun(chunks: int, rows: int) -> None:
    judged = found(quiet([rows] * chunks, [rows, rows, rows // 3, rows // 20], seed=chunks))
    assert [result for result in judged if result.alert] == []


def test_a_shift_of_one_deviation_is_seen() -> None:
    judged = found(quiet([2000] * 6, [2000, 2000], shift=1.0), "x")
    assert {result.metric for result in judged if result.alert} == set(METRICS["numeric"])
    assert {result.chunk.key for result in judged if result.alert} == {"2024-02"}  # type: ignore[union-attr]
    js = next(result for result in judged if result.alert)
    assert js.message.endswith(", what chance alone may do with 2,000 rows")


def test_too_few_rows_have_no_verdict() -> None:
    judged = found(quiet([500] * 6, [500, 40], shift=3.0), "x", numeric=("jensen_shannon", "ks"))
    small = {result.metric: result for result in analysis(judged) if result.chunk.key == "2024-02"}  # type: ignore[union-attr]
    assert small["jensen_shannon"].status == "inconclusive"
    assert small["jensen_shannon"].details["withheld"] == "few_rows"
    assert "has 40 values" in small["jensen_shannon"].message
    assert small["ks"].alert


def test_a_small_chunk_in_the_reference_does_not_blind() -> None:
    plain = found(quiet([4000] * 6, [4000]), "x", numeric=("jensen_shannon", "ks"))
    beside = found(quiet([*[4000] * 6, 210], [4000]), "x", numeric=("jensen_shannon", "ks"))
    for metric in ("jensen_shannon", "ks"):
        without, with_small = (
            next(result.details["threshold"]["chunks"] for result in analysis(judged) if result.metric == metric)
            for judged in (plain, beside)
        )
        assert with_small < 1.5 * without


def test_few_chunks_teach_no_spread() -> None:
    judged = found(quiet([3000, 3000], [3000]), "x", numeric=("jensen_shannon", "wasserstein"))
    js, wasserstein = analysis(judged)
    assert (js.threshold_upper, js.details["threshold"]["decides"]) == (0.1, "few_chunks")
    assert wasserstein.threshold_upper == pytest.approx(0.2, rel=0.05)  # of a deviation of 1


def test_least_and_alarms_are_the_user_s() -> None:
    threshold = Threshold(alarms=0.01, least=(("ks", 0.4),))
    judged = found(
        quiet([2000] * 6, [2000, 2000], shift=0.8), "x", numeric=("ks", "jensen_shannon"), threshold=threshold
    )
    assert {result.metric for result in judged if result.alert} == {"jensen_shannon"}
    (ks, *_) = (result for result in analysis(judged) if result.metric == "ks")
    assert (ks.threshold_upper, ks.details["threshold"]["alarms"]) == (0.4, 0.01)


def test_chi2_needs_a_difference_that_matters() -> None:
    """Of many rows any difference is significant: Cramér's V must be 0.05 too."""

    def table(share: float) -> Table:
        shares = (0.5, 0.5, 0.5, share)
        words = [np.arange(20_000) >= round(20_000 * part) for part in shares]
        starts = [datetime(2023 + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() for month in (9, 10, 11, 12)]
        at = np.repeat(np.array(starts, dtype=np.int64) * 10**6, 20_000)
        return filled(at, np.zeros(len(at)), np.concatenate(words).astype(np.int64))

    for share, alert in ((0.54, False), (0.6, True)):
        (april,) = analysis(results(table(share), asked("s", categorical=("chi2",), threshold=LEARNED)))
        assert april.details["p_value"] < 1e-6
        assert april.alert is alert
        pair = [[20_000 * share, 20_000 * (1 - share)], [30_000, 30_000]]
        assert april.details["cramers_v"] == pytest.approx(
            stats.contingency.association(np.array(pair, int), correction=True)
        )


def test_a_constant_and_empty_values_are_quiet() -> None:
    judged = list(analysis(found(quiet([200] * 4, [200, 200], constant=True), "x")))
    assert {result.status for result in judged if result.chunk.key == "2024-01"} == {"pass"}  # type: ignore[union-attr]
    assert {result.status for result in judged if result.chunk.key == "2024-02"} == {"inconclusive"}  # type: ignore[union-attr]


def test_previous_is_judged_by_pairs_of_neighbours() -> None:
    judged = found(quiet([1000] * 8, [1000, 1000], shift=1.0), "x", against="previous", numeric=("ks",))
    january, february = analysis(judged)
    assert (january.alert, february.alert) == (False, True)
    parts = february.details["threshold"]
    assert (parts["reference_chunks"], parts["rows"], parts["reference_rows"]) == (7, 1000, 1000)


def test_false_discovery_judges_columns_together() -> None:
    loose, strict = (
        found(quiet([2000] * 8, [2000, 2000], shift=0.12), "x", numeric=("ks",), false_discovery=share)
        for share in (0.2, 1e-9)
    )
    last = [list(analysis(judged))[-1] for judged in (loose, strict)]
    assert [result.alert for result in last] == [last[0].value > last[0].threshold_upper, False]
    assert last[0].threshold_upper < last[1].threshold_upper
    assert last[1].details["threshold"]["alarms"] == 1e-9


def test_levels_are_those_of_benjamini_and_hochberg() -> None:
    random = np.random.default_rng(5)
    chances = (random.random(40) ** 4).tolist()
    level = levels([("a", chance) for chance in chances], 0.05)["a"]
    rejected = stats.false_discovery_control(chances) <= 0.05
    assert rejected.any()
    assert [chance <= level for chance in chances] == rejected.tolist()


# --- real logs with their rows in random order: nothing changes by construction -----------------------------------

COLUMNS = {
    "bike_sharing": {"numeric": ("temp", "hum", "windspeed", "cnt"), "categorical": ("season", "weathersit", "hr")},
    "elec2": {"numeric": ("nswprice", "nswdemand", "vicprice", "transfer"), "categorical": ("day",)},
}
SOURCES = {"bike_sharing": "hour.csv", "elec2": "raw.parquet"}


def shuffled(name: str, rows: int, chunks: int) -> tuple[Table, dict[str, tuple[str, ...]]]:
    """Reference months of so many rows, then a full month and begun ones, from a log in random order."""
    path = DATA / name / SOURCES[name]
    if not path.exists():
        pytest.skip(f"needs {path}: set WHQ_DATA to the folder of the real data")
    sizes = [rows] * chunks + [rows, rows, rows // 3, rows // 10, rows // 30]
    months = [datetime(2024 + month // 12, month % 12 + 1, 1) for month in range(-chunks, 5)]
    ends = ", ".join(f"({int(end)}, timestamp '{month}')" for end, month in zip(np.cumsum(sizes), months, strict=True))
    connection = duckdb.connect()
    connection.execute(f"create table source as from '{path}'")
    known = {row[0].lower(): row[0] for row in connection.execute("describe source").fetchall()}
    columns = {family: tuple(known[one] for one in names if one in known) for family, names in COLUMNS[name].items()}
    listed = ", ".join(f'"{one}"' for names in columns.values() for one in names)
    connection.execute(
        f"create table d as select month as at, {listed} from (select *, row_number() over "
        f"(order by hash(rowid + {rows})) as place from source) "
        f"asof join (values {ends}) as ends (last, month) on place <= last"
    )
    described = connection.execute("describe d").fetchall()
    table = Table({"at": "TIMESTAMP"}, [])
    table.connection = connection
    reference = Fragment("\"at\" < timestamp '2024-01-01'", "duckdb", ("at",))
    types = tuple(Column(row[0], KINDS[row[1]], row[1]) for row in described)
    table.dataset = replace(table.dataset, columns=types, reference=reference)
    return table, columns


@pytest.mark.parametrize("name", SOURCES)
def test_real_logs_in_random_order_are_quiet(name: str) -> None:
    """At most two alerts in a thousand chunks; the rule of version 0.1.0 has more than five times as many."""
    alerts = dict.fromkeys(("learned", "std"), 0)
    judged_chunks = 0
    for rows, chunks in ((200, 4), (200, 9), (900, 5), (900, 14)):
        table, columns = shuffled(name, rows, chunks)
        for kind in ("learned", "std"):
            given = asked(
                *columns["numeric"], *columns["categorical"], threshold=Threshold(kind),  # type: ignore[arg-type]
                treat_as_categorical=columns["categorical"], numeric=("jensen_shannon", "ks", "psi", "wasserstein"),
                categorical=("jensen_shannon", "l_infinity"),
            )  # fmt: skip
            found_here = list(analysis(results(table, given)))
            alerts[kind] += sum(result.alert for result in found_here)
            judged_chunks += len(found_here) if kind == "learned" else 0
    assert judged_chunks > 300
    assert alerts["learned"] <= 0.002 * judged_chunks + 1
    assert alerts["learned"] <= alerts["std"] / 5
