"""Drift against numpy and scipy: on real data chunk by chunk, and on small tables corner by corner."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from scipy import stats
from scipy.spatial.distance import jensenshannon

from tests.monitors.models import Table, as_stored, from_file, spec
from whq.config.spec import Common, DatasetSpec, DriftSpec, Threshold
from whq.errors import Location, Problem
from whq.monitors import Context, Verdicts
from whq.monitors.bands import Band, Taught
from whq.monitors.drift import monitor as drift
from whq.monitors.drift.baseline import DriftBaseline
from whq.result import exit_code
from whq.values import Chunking, Failure, Fragment, Request, Result, Scope, Segment

DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
HERE = Location("monitors/d.yml", 5, 3)
NOW = Context(datetime(2024, 6, 1))
NUMERIC = ("jensen_shannon", "hellinger", "psi", "kl", "total_variation", "ks", "wasserstein")
CATEGORICAL = ("jensen_shannon", "hellinger", "psi", "kl", "chi2", "l_infinity", "total_variation")
ALL = {"numeric": NUMERIC, "categorical": CATEGORICAL}
WHOLE = Threshold("std", baseline="whole")
REST = Threshold("std")
"""The rule of version 0.1.0; learned thresholds have tests of their own."""


def asked(*columns: str, **options: Any) -> DatasetSpec:
    """A dataset's specification with drift only."""
    usual: dict[str, Any] = {
        "numeric": None, "categorical": None, "threshold": REST, "against": "reference",
        "treat_as_categorical": (), "common": Common(),
    }  # fmt: skip
    return replace(spec(), drift=DriftSpec(columns=columns, location=HERE, **{**usual, **options}))


def learned(table: Table, given: DatasetSpec) -> DriftBaseline:
    """The first walk; the baseline goes through JSON as in the store."""
    found = table.measure(drift.fit_requests(table.dataset, given))
    return as_stored(drift.fit(table.dataset, given, found))


def results(table: Table, given: DatasetSpec, context: Context = NOW) -> list[Result]:
    """Both walks."""
    baseline = learned(table, given)
    wanted = drift.requests(table.dataset, given, baseline)
    return drift.evaluate(table.dataset, given, baseline, table.measure(wanted), context).results


# --- what the statistics are, written with numpy and scipy --------------------------------------------------


def shares(whole: np.ndarray, reference: np.ndarray, chunk: np.ndarray, bins: str) -> list[np.ndarray]:
    """Shares of both in the bins that the whole reference teaches; integers are of an integer type."""
    found = [counts(whole, x, bins) for x in (reference, chunk)]
    return [one / one.sum() for one in found]


def counts(whole: np.ndarray, x: np.ndarray, bins: str) -> np.ndarray:
    """Rows in each bin of `drift: {bins: auto}` or `doane`."""
    values = np.unique(whole)
    if bins == "doane":
        return within(np.histogram_bin_edges(whole.astype(float), "doane"), values, x, is_one_outside=True)
    if np.issubdtype(whole.dtype, np.integer) and len(values) <= 64:
        same = np.array([np.sum(x == value) for value in values])
        return np.append(same, len(x) - same.sum())
    p01, p25, p75, p99 = np.percentile(whole, [1, 25, 75, 99])
    others = whole[whole != p25]
    commonest = p25 if p25 == p75 else None
    iqr = p75 - p25 if commonest is None else np.subtract(*np.percentile(others, [75, 25])) if len(others) else 0
    low, high = max(whole.min(), p01 - 3 * iqr), min(whole.max(), p99 + 3 * iqr)
    edges = np.histogram_bin_edges(whole.astype(float), "doane", range=(low, high))
    apart = np.sum(x == commonest)
    return np.append(within(edges, np.unique([low, high]), x[x != commonest], is_one_outside=False), apart)


def within(edges: np.ndarray, ends: np.ndarray, x: np.ndarray, is_one_outside: bool) -> np.ndarray:
    """Rows between edges, a range of one value being that value, and rows below and above."""
    low, high = ends[0], ends[-1]
    inside = np.histogram(x, edges)[0] if low < high else np.array([np.sum(x == low)])
    outside = [np.sum(x < low), np.sum(x > high)]
    return np.append(inside, sum(outside) if is_one_outside else outside)


def floored(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(p, 1e-4), np.maximum(q, 1e-4)


def from_shares(metric: str, p: np.ndarray, q: np.ndarray) -> float:
    fp, fq = floored(p, q)
    known = {
        "jensen_shannon": lambda: jensenshannon(p, q, base=2),
        "hellinger": lambda: np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2),
        "psi": lambda: np.sum((fq - fp) * np.log(fq / fp)),
        "kl": lambda: np.sum(fq * np.log(fq / fp)),
        "l_infinity": lambda: np.max(np.abs(p - q)),
        "total_variation": lambda: np.sum(np.abs(p - q)) / 2,
    }
    return float(known[metric]())


def numeric(metric: str, whole: np.ndarray, reference: np.ndarray, chunk: np.ndarray, bins: str = "auto") -> float:
    """Bins come from the whole reference, whatever part of it the chunk is compared with."""
    if metric == "ks":
        return float(stats.ks_2samp(reference, chunk, method="asymp").statistic)
    if metric == "wasserstein":
        return float(stats.wasserstein_distance(reference, chunk))
    if metric in ("psi", "kl"):
        deciles = np.unique(np.quantile(whole, np.arange(1, 10) / 10))
        places = [np.bincount(np.searchsorted(deciles, x), minlength=len(deciles) + 1) for x in (reference, chunk)]
        return from_shares(metric, places[0] / len(reference), places[1] / len(chunk))
    return from_shares(metric, *shares(whole, reference, chunk, bins))


def categorical(metric: str, reference: np.ndarray, chunk: np.ndarray) -> float:
    union = np.unique(np.concatenate([reference, chunk]))
    r, k = (np.array([np.sum(x == word) for word in union]) for x in (reference, chunk))
    if metric == "chi2":
        return float(stats.chi2_contingency([r, k]).statistic)
    p, q = r / r.sum(), k / k.sum()
    if metric in ("jensen_shannon", "hellinger"):
        seen = p > 0
        p, q = np.append(p[seen], 0), np.append(q[seen], q[~seen].sum())
    return from_shares(metric, p, q)


# --- real data ----------------------------------------------------------------------------------------------

LOGS: dict[str, dict[str, Any]] = {
    "elec2": {"time": "ts", "key": ("row_id",), "chunking": Chunking("month")},
    "employment_ma": {"time": "year", "key": ("id",), "chunking": Chunking("rows", 30_000)},
}
COLUMNS = {
    "elec2": ("nswprice", "nswdemand", "vicprice", "transfer", "period", "y_pred_proba"),
    "employment_ma": ("AGEP",),
}
CODES = {"elec2": ("day_of_week", "y_true"), "employment_ma": ("SCHL", "SEX")}


@lru_cache
def log(name: str) -> Table:
    path = DATA / name / "scoring_log.parquet"
    if not path.is_file():
        pytest.skip(f"needs {path}: set WHQ_DATA to the folder of the real data")
    return from_file(path, **LOGS[name])


@lru_cache
def log_results(name: str, threshold: Threshold, against: Any = "reference") -> list[Result]:
    options: dict[str, Any] = {**ALL, "treat_as_categorical": CODES[name], "threshold": threshold, "against": against}
    return results(log(name), asked(*COLUMNS[name], *CODES[name], **options))


@lru_cache
def frame(name: str) -> Any:
    path = DATA / name / "scoring_log.parquet"
    found = log(name).connection.execute(f"select * from '{path}'").df()
    return found.sort_values([LOGS[name]["time"], *LOGS[name]["key"]])


@lru_cache
def chunks(name: str, column: str) -> dict[tuple[str, int], np.ndarray]:
    """The values of each chunk, cut by pandas."""
    found = {}
    for period, part in frame(name).groupby("partition"):
        place = np.arange(len(part)) // 30_000 if name == "employment_ma" else part["ts"].dt.to_period("M")
        for index, (_, chunk) in enumerate(part.groupby(place)):
            found[str(period), index] = chunk[column].to_numpy()
    return found


def expected(name: str, result: Result, baseline: str) -> float:
    cut = chunks(name, str(result.subject))
    own = (str(result.period), result.chunk.index)  # type: ignore[union-attr]
    parts = {place: part for place, part in cut.items() if place[0] == "reference"}
    others = [part for place, part in parts.items() if baseline == "whole" or place != own]
    reference = np.concatenate(others)
    if result.subject in CODES[name]:
        return categorical(result.metric, reference, cut[own])
    return numeric(result.metric, np.concatenate(list(parts.values())), reference, cut[own])


@pytest.mark.data
@pytest.mark.parametrize(("name", "baseline"), [("elec2", "rest"), ("elec2", "whole"), ("employment_ma", "rest")])
def test_values_equal_numpy_and_scipy(name: str, baseline: Any) -> None:
    found = log_results(name, Threshold("std", baseline=baseline))
    wanted = [expected(name, result, baseline) for result in found]
    assert [result.value for result in found] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    per_column = len(COLUMNS[name]) * len(NUMERIC) + len(CODES[name]) * len(CATEGORICAL)
    assert len(found) == per_column * len(chunks(name, COLUMNS[name][0]))


@pytest.mark.data
def test_values_against_the_chunk_before() -> None:
    found = log_results("elec2", REST, "previous")
    order = list(chunks("elec2", "nswprice"))
    order.sort(key=lambda place: (place[0] != "reference", place[1]))
    for result in found:
        place = order.index((str(result.period), result.chunk.index))  # type: ignore[union-attr]
        if place == 0:
            assert (result.value, result.status) == (None, "pass")
            continue
        cut = chunks("elec2", str(result.subject))
        before, own = cut[order[place - 1]], cut[order[place]]
        whole = np.concatenate([part for key, part in cut.items() if key[0] == "reference"])
        wanted = (
            categorical(result.metric, before, own)
            if result.subject in CODES["elec2"]
            else numeric(result.metric, whole, before, own)
        )
        assert result.value == pytest.approx(wanted, rel=1e-9, abs=1e-9), result.id


@pytest.mark.data
@pytest.mark.parametrize("name", LOGS)
def test_thresholds_are_the_mean_and_three_deviations_of_reference_chunks(name: str) -> None:
    """NannyML's StandardDeviationThreshold over values against the whole reference."""
    found = log_results(name, WHOLE)
    for identity in {result.id for result in found}:
        own = [result for result in found if result.id == identity]
        values = np.array([result.value for result in own if result.period == "reference"], dtype=float)
        limit = values.mean() + 3 * values.std(ddof=0)
        if own[0].metric in ("jensen_shannon", "hellinger", "l_infinity", "total_variation", "ks"):
            limit = min(limit, 1.0)
        for result in own:
            if result.metric == "chi2":
                assert (result.threshold_lower, result.threshold_upper) == (None, None)
                assert result.alert == (result.period == "analysis" and result.details["p_value"] < 0.05)
                continue
            assert result.threshold_lower is None
            assert result.threshold_upper == pytest.approx(limit, rel=1e-9, abs=1e-12)
            assert result.alert == (result.period == "analysis" and result.value > result.threshold_upper)


@pytest.mark.data
def test_p_values_equal_scipy() -> None:
    for result in log_results("elec2", WHOLE):
        cut = chunks("elec2", str(result.subject))
        reference = np.concatenate([part for key, part in cut.items() if key[0] == "reference"])
        own = cut[str(result.period), result.chunk.index]  # type: ignore[union-attr]
        if result.metric == "chi2":
            union = np.unique(reference)
            table = [[np.sum(x == word) for word in union] for x in (reference, own)]
            assert result.details["p_value"] == pytest.approx(stats.chi2_contingency(table).pvalue, rel=1e-9)
        elif result.metric == "ks":
            size = len(reference) * len(own) / (len(reference) + len(own))
            wanted = stats.kstwobign.sf(result.value * np.sqrt(size))
            assert result.details["p_value"] == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.data
def test_a_constant_that_begins_to_move_is_seen() -> None:
    """The Victoria prices are constant in the reference; numpy's bin of that constant would hold all that follows."""
    moved = [
        result
        for result in log_results("elec2", REST)
        if (result.subject, result.metric, result.period) == ("vicprice", "jensen_shannon", "analysis")
    ]
    assert all(result.alert for result in moved)
    assert moved[0].value > 0.8  # type: ignore[operator]


# --- small tables -------------------------------------------------------------------------------------------

TYPES = {"at": "TIMESTAMP", "region": "VARCHAR", "x": "DOUBLE", "s": "VARCHAR", "b": "BOOLEAN", "day": "DATE"}
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")


def table(values: dict[str, Sequence[Sequence[Any]]], **options: Any) -> Table:
    """Values by column, one list a month; January and February are the reference."""
    rows: list[list[Any]] = []
    for place, month in enumerate(MONTHS):
        columns = {name: months[place] for name, months in values.items() if place < len(months)}
        longest = max((len(column) for column in columns.values()), default=0)
        for number in range(longest):
            found = {name: column[number] for name, column in columns.items() if number < len(column)}
            day = datetime.fromisoformat(f"{month}-{number % 28 + 1:02}")
            rows.append([day if name == "at" else found.get(name) for name in TYPES])
    return Table(TYPES, rows, **options)


def one(found: list[Result], **wanted: Any) -> Result:
    def has(result: Result, name: str) -> Any:
        return (result.chunk.key if result.chunk else None) if name == "chunk" else getattr(result, name)

    chosen = [result for result in found if all(has(result, name) == value for name, value in wanted.items())]
    assert len(chosen) == 1, chosen
    return chosen[0]


STEADY: dict[str, Sequence[Sequence[Any]]] = {
    "x": [[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3, 4], [50, 60, 70, 80]],
    "s": [["a", "b", "a", "b"], ["a", "b", "b", "b"], ["a", "a", "b", "b"], ["z", "z", "y", "z"]],
    "b": [[True, False, True, False], [True, True, True, False], [True, False, None, None], [False] * 4],
}


def test_auto_metrics_and_identity() -> None:
    found = results(table(STEADY), asked("x", "s", "b"))
    assert list(dict.fromkeys(result.id for result in found)) == [
        "d/x/jensen_shannon", "d/s/jensen_shannon", "d/s/l_infinity", "d/b/jensen_shannon", "d/b/l_infinity",
    ]  # fmt: skip
    april = one(found, subject="x", chunk="2024-04")
    assert (april.monitor, april.status, april.severity, april.alert) == ("drift", "warn", "warn", True)
    assert april.message == '"x" differs from the reference: jensen_shannon 1 is above 0.5'
    assert (april.owner, april.tags, april.query) == ("risk", ("gold",), april.query)
    assert april.params == {"against": "reference", "baseline": "rest"}
    assert {result.status for result in found if result.period == "reference"} == {"pass"}
    assert one(found, subject="s", metric="l_infinity", chunk="2024-04").value == pytest.approx(0.75)
    assert one(found, subject="b", metric="l_infinity", chunk="2024-03").value == pytest.approx(0.125)


@pytest.mark.parametrize("method", ["exact", "binned"])
def test_equal_distributions_have_no_distance(method: str) -> None:
    """Months of 7, 14, 21 and 28 rows with the same shares; sums of tenths are rounded differently in each."""
    tenths = [number * 0.1 for number in range(7)]
    months = {"x": [tenths * times for times in (1, 2, 3, 4)], "s": [list("aabbcde") * times for times in (1, 2, 3, 4)]}
    for result in results(table(months), asked("x", "s", **ALL, method=method)):
        assert (result.value, result.status) == (pytest.approx(0, abs=1e-15), "pass"), result
        assert result.metric != "wasserstein" or result.value == 0


def test_no_statistic_leaves_its_range() -> None:
    """Words that no other month has: the shares of chunk and reference sum to 1 with rounding."""
    months = {"s": [[f"{month} {number}" for number in range(300 + 7 * month)] for month in range(4)]}
    names = ("jensen_shannon", "hellinger", "total_variation", "l_infinity")
    for result in results(table(months), asked("s", categorical=names)):
        assert 0 <= result.value <= 1  # type: ignore[operator]
        assert result.value == pytest.approx(1 / 300, rel=0.1) or result.value == pytest.approx(1, abs=1e-12), result
        assert result.threshold_upper <= 1  # type: ignore[operator]
        assert result.status == "pass"


def test_severity_id_and_constant_threshold() -> None:
    common = Common(id="strict", severity="fail", owner="ann", tags=("x",))
    found = results(table(STEADY), asked("x", threshold=Threshold("constant", upper=0.9), common=common))
    april = one(found, chunk="2024-04")
    assert (april.id, april.status, april.owner, april.tags) == (
        "d/x/jensen_shannon/strict",
        "fail",
        "ann",
        ("gold", "x"),
    )
    assert (april.threshold_lower, april.threshold_upper) == (None, 0.9)
    assert one(found, chunk="2024-03").status == "pass"
    below = results(table(STEADY), asked("x", threshold=Threshold("constant", lower=0.5)))
    assert one(below, chunk="2024-03").message.endswith("is below 0.5")


def test_thresholds_learned_earlier_are_kept() -> None:
    earlier = Context(NOW.as_of, {("d/x/jensen_shannon", None): Taught(band=Band(None, 0.001))})
    assert one(results(table(STEADY), asked("x"), earlier), chunk="2024-03").threshold_upper == 0.001


@pytest.mark.parametrize("metric", [*NUMERIC])
def test_one_reference_chunk_teaches_no_threshold(metric: str) -> None:
    values = {"x": [[1.0, 2.0, 3.0], [], [1.0, 5.0, 3.0]]}
    found = results(table(values), asked("x", numeric=(metric,)))
    january, march = found
    assert (january.status, january.value) == ("pass", None)
    assert january.details["reason"] == "the reference has no other chunk to compare with"
    assert march.status == "inconclusive"
    assert march.value is not None
    assert "threshold: {upper: 0.1}" in march.message
    whole = results(table(values), asked("x", numeric=(metric,), threshold=WHOLE))
    assert [result.status for result in whole] == ["pass", "inconclusive"]


@pytest.mark.parametrize(
    ("on_empty", "status"), [(None, "inconclusive"), ("pass", "pass"), ("warn", "warn"), ("fail", "warn")]
)
def test_a_chunk_without_values(on_empty: Any, status: str) -> None:
    values = {"x": [[1, 2], [1, 3], [None, float("nan")]], "s": [["a"], ["a"], [None, None]]}
    for metrics in (("jensen_shannon",), ("ks",)):
        given = asked("x", "s", numeric=metrics, categorical=("jensen_shannon",), common=Common(on_empty=on_empty))
        found = results(table(values), given)
        for subject in ("x", "s"):
            march = one(found, subject=subject, period="analysis")
            assert (march.status, march.value, march.chunk.rows) == (status, None, 2)  # type: ignore[union-attr]
            assert march.message == "no values: all are NULL or not finite"


def test_a_reference_without_values() -> None:
    values = {"x": [[None], [None], [1, 2]], "s": [[None], [None], ["a", "b"]]}
    asks = {"numeric": ("jensen_shannon", "ks"), "categorical": ("psi",), "threshold": Threshold("learned")}
    found = results(table(values), asked("x", "s", **asks))
    messages = {
        (result.subject, result.metric): (result.status, result.message)
        for result in found
        if result.period == "analysis"
    }
    assert messages == {
        ("x", "jensen_shannon"): (
            "inconclusive",
            "the reference has no values: no row is in it, or all are NULL or not finite",
        ),
        ("x", "ks"): ("inconclusive", "the reference has no values to compare with"),
        ("s", "psi"): ("inconclusive", "the reference has no values to compare with"),
    }
    assert {result.details["withheld"] for result in found if result.period == "analysis"} == {"no_reference"}
    assert exit_code(found) == 0


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_column_that_lost_its_values_is_not_withheld(is_lost: bool) -> None:
    reference: list[Any] = [1, 2] if is_lost else [None]
    given = asked("x", numeric=("jensen_shannon", "ks"), threshold=Threshold("learned"))
    found = results(table({"x": [reference, reference, [None]]}), given)
    last = [result for result in found if result.period == "analysis"]
    assert [result.status for result in last] == ["inconclusive"] * 2
    assert [result.details.get("withheld") for result in last] == [None if is_lost else "no_reference"] * 2
    assert exit_code(last) == (3 if is_lost else 0)


def test_values_too_far_apart_for_bins() -> None:
    (found,) = results(table({"x": [[-1e308], [1e308], [0.0]]}), asked("x"))
    assert found.status == "error"
    assert found.message == 'the values of "x" lie too far apart for bins: -1e+308 to 1e+308'


def test_bins_that_cannot_be_learned_cost_no_statistic_of_other_bins() -> None:
    values = {"x": [[-1e308, 1e308], [1e308, -1e308], [-1e308, 1e308]]}
    found = results(table(values), asked("x", numeric=("jensen_shannon", "psi"), threshold=WHOLE))
    assert one(found, metric="psi", period="analysis").value == 0.0
    assert {result.status for result in found if result.metric == "jensen_shannon"} == {"error"}
    assert one(found, metric="jensen_shannon").message.startswith('the values of "x" lie too far apart for bins')


@pytest.mark.parametrize("months", [{}, {"x": [[1, 2], [3, 4]]}])
def test_no_analysis_rows(months: Any) -> None:
    found = results(table(months), asked("x", numeric=NUMERIC))
    lost = [result for result in found if result.period != "reference"]
    assert {result.metric for result in lost} == set(NUMERIC)
    assert {result.status for result in lost} == {"inconclusive"}


def test_segments_have_references_of_their_own() -> None:
    values = {
        "x": [[1, 2, 3, 7, 8, 9], [1, 2, 4, 7, 8, 9], [1, 2, 3, 1, 2, 3]],
        "region": [["n", "n", "n", "s", "s", None]] * 3,
    }
    segments = (Segment("region", "region"), Segment("low", where=Fragment('"x" < 4', "duckdb", ("x",))))
    found = results(table(values, segments=segments), asked("x", numeric=("jensen_shannon", "wasserstein")))
    march = {(result.segment, result.metric): result.value for result in found if result.period == "analysis"}
    labels = {None, "region=n", "region=s", "region is null", "low"}
    assert {segment for segment, _ in march} == labels
    assert march["region=n", "wasserstein"] == pytest.approx(stats.wasserstein_distance([1, 2, 3, 1, 2, 4], [1, 2, 3]))
    assert march["region=s", "wasserstein"] == pytest.approx(6)
    assert march["region=s", "jensen_shannon"] == pytest.approx(1)
    assert march["low", "wasserstein"] == pytest.approx(stats.wasserstein_distance([1, 2, 3, 1, 2], [1, 2, 3, 1, 2, 3]))


def test_a_filter_of_its_own() -> None:
    common = Common(where=Fragment('"x" < 40', "duckdb", ("x",)))
    found = results(table(STEADY), asked("x", numeric=("ks",), common=common))
    assert [result.chunk.key for result in found] == ["2024-01", "2024-02", "2024-03"]  # type: ignore[union-attr]


def test_previous_without_a_reference() -> None:
    for metrics in (("jensen_shannon",), ("ks",)):
        given = asked("x", "s", numeric=metrics, categorical=("chi2",), against="previous")
        found = results(table(STEADY, reference=None), given)
        first, *rest = [result for result in found if result.subject == "x"]
        assert (first.status, first.message) == ("skipped", "no chunk before it to compare with")
        assert {result.status for result in rest} == {"pass"}
        assert "not judged" in rest[0].message
        assert first.params == {"against": "previous"}
        last = found[-1]
        assert (last.alert, last.details["degrees_of_freedom"]) == (True, 3)
        assert last.message.startswith('"s" differs from the chunk before: chi2 ')


def test_many_categories_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.monitors.drift.columns.MOST_CATEGORIES", 3)
    values = {"s": [["a"], ["a", "b"], list("abcde")], "b": [[True], [False], [True]]}
    found = results(table(values), asked("s", "b"))
    lost = one(found, subject="s", metric="l_infinity")
    assert (lost.status, lost.period, lost.chunk) == ("inconclusive", "analysis", None)
    assert lost.message.startswith("more than 10,000 categories")
    assert one(found, subject="b", metric="l_infinity", period="analysis").value is not None


def test_integers_and_dates_as_categories() -> None:
    values = {"x": [[1, 2], [1, 1], [3, 3]], "day": [["2024-01-01"], ["2024-01-01"], ["2024-01-02"]]}
    found = results(table(values), asked("x", "day", treat_as_categorical=("x", "day")))
    assert one(found, subject="x", metric="l_infinity", period="analysis").value == 1.0
    assert one(found, subject="day", metric="jensen_shannon", period="analysis").value == 1.0


def test_a_statistic_that_is_not_for_the_column() -> None:
    found = results(table(STEADY), asked("x", "s", numeric=("chi2", "psy"), categorical=("ks",)))
    errors = {(result.subject, result.metric): (result.status, result.message) for result in found}
    assert errors["x", "chi2"][0] == errors["s", "ks"][0] == errors["x", "psy"][0] == "error"
    assert errors["x", "psy"][1].endswith('did you mean "psi"?')
    assert found[0].details["code"] == "WHQ-M201"


def test_a_family_without_statistics_is_skipped() -> None:
    (found,) = results(table(STEADY), asked("s", numeric=("ks",), categorical=()))
    assert (found.id, found.status) == ("d/s/drift", "skipped")


def test_failures_stay_with_their_column() -> None:
    data, given = table(STEADY), asked("x", "s", numeric=("jensen_shannon", "psi", "ks"))
    problem = Problem("WHQ-E204", "query", "the statement took too long")
    first = data.measure(drift.fit_requests(data.dataset, given))
    lost = {request: Failure(request, problem) for request in first}
    baseline = drift.fit(data.dataset, given, lost)
    assert baseline.of("x").problem == Problem("WHQ-E204", "monitor", "the statement took too long")
    wanted = drift.requests(data.dataset, given, baseline)
    found = drift.evaluate(data.dataset, given, baseline, data.measure(wanted), NOW).results
    statuses = {(result.metric, result.status) for result in found if result.subject == "x"}
    assert statuses == {("jensen_shannon", "error"), ("psi", "error"), ("ks", "pass"), ("ks", "warn")}
    sound = drift.fit(data.dataset, given, first)
    wanted = drift.requests(data.dataset, given, sound)
    answers = data.measure(wanted)
    for template, subject, metrics in (
        ("drift/scan/histogram", "x", {"jensen_shannon", "psi"}),
        ("drift/scan/distances", "x", {"ks"}),
        ("drift/scan/categories", "s", {"jensen_shannon", "l_infinity"}),
    ):
        broken = {r: Failure(r, problem, "q3") if r.template == template else answers[r] for r in wanted}
        errors = [r for r in drift.evaluate(data.dataset, given, sound, broken, NOW).results if r.status == "error"]
        assert {(result.subject, result.metric) for result in errors} == {(subject, metric) for metric in metrics}
        assert {(result.message, result.query) for result in errors} == {("the statement took too long", "q3")}
    nothing = drift.evaluate(data.dataset, given, sound, {}, NOW).results
    assert {result.status for result in nothing} == {"error"}


def test_nothing_learned_yet() -> None:
    data, given = table(STEADY), asked("x", numeric=("psi", "ks"))
    wanted = drift.requests(data.dataset, given, DriftBaseline())
    assert [request.template for request in wanted] == ["metrics/row_count", "drift/scan/distances"]
    found = drift.evaluate(data.dataset, given, DriftBaseline(), data.measure(wanted), NOW).results
    assert one(found, metric="psi").details["code"] == "WHQ-M202"


def test_the_statistics_can_be_printed() -> None:
    data, given = table(STEADY), asked("x", "s", numeric=("psi", "jensen_shannon", "ks"), categorical=("chi2",))
    found = dict(drift.statistic_queries(data.dataset, given, "postgres"))
    assert list(found) == ["deciles", "doane", "union"]
    assert all('from "summary"' in sql for sql in found.values())
    assert drift.statistic_queries(data.dataset, spec()) == ()


def test_without_drift_there_is_nothing() -> None:
    data = table(STEADY)
    assert drift.fit_requests(data.dataset, spec()) == drift.requests(data.dataset, spec(), DriftBaseline()) == ()
    assert drift.fit(data.dataset, spec(), {}) == DriftBaseline()
    assert drift.evaluate(data.dataset, spec(), DriftBaseline(), {}, NOW) == Verdicts([])


def test_requests_are_shared_between_metrics() -> None:
    data, given = table(STEADY), asked("x", "s", numeric=NUMERIC, categorical=CATEGORICAL)
    baseline = learned(data, given)
    assert [request.template for request in drift.requests(data.dataset, given, baseline)] == [
        "metrics/row_count", "drift/scan/histogram", "drift/scan/distances", "drift/scan/categories",
    ]  # fmt: skip
    assert drift.requests(data.dataset, given, baseline)[0] == Request.of(
        Scope("d", by_chunk=True), "metrics/row_count"
    )


def test_a_statistic_of_the_projects_own(tmp_path: Path) -> None:
    folder = tmp_path / "sql_templates" / "drift"
    folder.mkdir(parents=True)
    (folder / "overlap.sql").write_text(
        "{#\nshape: aggregate\nbinning: {numeric: doane}\narguments: {share: numeric, reference_share: numeric}\n#}\n"
        "sum(case when $share < $reference_share then $share else $reference_share end)\n"
    )
    given = replace(asked("x", numeric=("overlap",)), template_folders=(tmp_path / "sql_templates",))
    found = results(table(STEADY), given)
    assert one(found, chunk="2024-04").value == 0.0
    assert one(found, chunk="2024-03").value == pytest.approx(0.875)


# --- exact distances on hostile values ----------------------------------------------------------------------


def hostile() -> dict[str, list[list[float]]]:
    random = np.random.default_rng(7)
    return {
        "ties": [list(random.integers(0, 4, 28).astype(float)) for _ in range(4)],
        "one row": [[1.0, 3.0], [2.0, 4.0], [1.5], [9.0]],
        "atom and continuum": [
            list(np.where(random.random(28) < 0.6, 0.0, random.exponential(1, 28))) for _ in range(4)
        ],
        "far from zero": [list(1e9 + random.normal(0, 1, 28)) for _ in range(4)],
        "outliers": [list(random.standard_cauchy(28) ** 3) for _ in range(4)],
        "constant": [[5.0, 5.0], [5.0], [5.0, 5.0], [6.0]],
        "tiny differences": [[0.0, 5e-324, 1.0], [0.0, 1e-300], [5e-324], [1.0, 1.0 + 2**-52]],
        "large": [[1e300, -1e300], [2e300], [0.0, 1e300], [-1e300]],
    }


@pytest.mark.parametrize("kind", hostile())
def test_exact_distances(kind: str) -> None:
    months = hostile()[kind]
    found = results(table({"x": months}), asked("x", numeric=("ks", "wasserstein")))
    for result in found:
        place = MONTHS.index(result.chunk.key)  # type: ignore[union-attr]
        others = [month for number, month in enumerate(months[:2]) if number != place]
        wanted = numeric(result.metric, np.array([]), np.concatenate(others), np.array(months[place]))
        assert result.value == pytest.approx(wanted, rel=1e-9, abs=1e-300), result


def test_an_alert_carries_the_distributions_for_reports_to_draw() -> None:
    """The reference's counts and the chunk's, between the edges and outside of them."""
    rows = [(f"2024-0{month}-1{day}", shift + day) for month, shift in ((1, 0), (2, 0), (3, 50)) for day in range(6)]
    table = Table({"at": "TIMESTAMP", "x": "BIGINT"}, rows)
    given = asked("x", numeric=("jensen_shannon",), threshold=Threshold("constant", upper=0.1))
    found = results(table, given)
    (alert,) = [result for result in found if result.alert]
    shape = alert.details["distribution"]
    assert len(shape["counts"]) == len(shape["reference"]) == len(shape["edges"]) + 1
    assert (sum(shape["reference"]), sum(shape["counts"]), shape["counts"][-1]) == (12, 6, 6)
    assert shape["reference"][0] == shape["reference"][-1] == 0
    assert all("distribution" not in result.details for result in found if not result.alert)
