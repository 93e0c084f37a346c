"""What moved, in words: read off counts in bins, against numpy on the values; named only where that is allowed."""

import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

import whq
from whq.fit.bins import edge_cuts, value_bins
from whq.monitors.drift.moved import Axis, Side, categories, figure, numbers, quantile
from whq.monitors.drift.shapes import of_categories
from whq.values import Cuts, Result

RANDOM = np.random.default_rng(7)


def binned(values: np.ndarray, cuts: Cuts) -> np.ndarray:
    """Rows in the intervals between cuts, counted one by one."""
    counts = np.zeros(len(cuts.points) + 1, dtype=np.int64)
    for value in values:
        for at, (point, inclusive) in enumerate(zip(cuts.points, cuts.inclusive, strict=True)):
            if value < point or (inclusive and value == point):
                counts[at] += 1
                break
        else:
            counts[-1] += 1
    return counts


def side(values: np.ndarray, cuts: Cuts, missing: int = 0) -> Side:
    return Side(binned(values, cuts), len(values) + missing)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_quantiles_lie_in_the_bin_of_numpys(share: float) -> None:
    values = RANDOM.gamma(2.0, 100.0, 2000)
    cuts = edge_cuts(np.linspace(0, 1500, 61).tolist())
    found = quantile(Axis(cuts, False), binned(values, cuts), share)
    assert found.side == 0 and abs(found.value - np.quantile(values, share)) < 25


def test_whole_numbers_have_whole_quantiles() -> None:
    values = np.array([1, 1, 2, 2, 2, 3, 7])
    cuts = value_bins([1.0, 2.0, 3.0, 7.0]).cuts
    for share in (0.1, 0.5, 0.9):
        expected = np.quantile(values, share, method="inverted_cdf")
        assert quantile(Axis(cuts, True), binned(values, cuts), share).value == expected


EDGES = edge_cuts(np.linspace(0, 100, 51).tolist())
BASE = RANDOM.normal(50, 10, 5000)
MEDIANS = f"median {np.median(BASE):.2g} → {np.median(BASE) + 20:.2g}"


@pytest.mark.parametrize(
    ("now", "missing", "words"),
    [
        (BASE + 20, 0, MEDIANS),
        (50 + (BASE - 50) * 2.5, 0, "spread (IQR) 13."),
        (BASE, 5000, "rows without a value 0 % → 50 %"),
        (BASE + 500, 0, "median 50 → above 100"),
        (np.concatenate([BASE[:4000], BASE[4000:] * 100]), 0, "values above 100 0 % → 20 %"),
        (np.concatenate([BASE[:4700], np.full(300, 10.0)]), 0, "values below "),
    ],
)
def test_numbers(now: np.ndarray, missing: int, words: str) -> None:
    said = numbers(Axis(EDGES, False), side(BASE, EDGES), side(now, EDGES, missing), is_private=False)
    assert words in re.sub(r"\d\d\.\d", lambda found: f"{float(found[0]):.0f}", said) or words in said, said


def test_a_flag_is_told_by_its_share() -> None:
    cuts = value_bins([0.0, 1.0]).cuts
    flag = Axis(cuts, True)
    before, now = (Side(binned(np.repeat([0, 1], [100 - ones, ones]), cuts), 100) for ones in (10, 30))
    assert numbers(flag, before, now, is_private=False) == "spread (IQR) 0 → 1"
    few = Side(binned(np.repeat([0, 1], [80, 20]), cuts), 100)
    assert numbers(flag, before, few, is_private=False) == "`1` 10 % → 20 %"
    assert numbers(flag, before, few, is_private=True) == ""


def test_nothing_on_one_side_says_nothing() -> None:
    empty = Side(np.zeros(52, dtype=np.int64), 0)
    assert numbers(Axis(EDGES, False), side(BASE, EDGES), empty, is_private=False) == ""
    assert categories(("a", None), Side(np.array([0, 0]), 0), Side(np.array([5, 0]), 5), lambda *_: True) == ""


def named(before: list[int], now: list[int], least: int = 10) -> str:
    names = (*"abcdefgh"[: len(before)], None)
    sides = (Side(np.array([*n, 0]), sum(n)) for n in (before, now))
    return categories(names, *sides, lambda _, rows: rows >= least)


def test_categories() -> None:
    assert named([50, 50, 0], [50, 30, 20]) == "`c` 0 % → 20 %; `b` 50 % → 30 %"
    assert named([97, 3], [80, 20]) == "`b` 3 % → 20 %; `a` 97 % → 80 %"
    assert named([970, 3], [80, 9]) == "a category that was 0.3 % is now 10.1 %; `a` 99.7 % → 89.9 %"
    assert named([100, 0], [95, 5]) == "a new category has 5 %; `a` 100 % → 95 %"
    assert named([50, 50, 0, 0, 0], [20, 20, 20, 20, 20]).endswith("; 3 further new categories")
    assert named([50, 20, 20, 10], [100, 0, 0, 0]).endswith("; 3 categories with 50 % before gone")
    assert named([50, 50], [10, 90], least=1000) == (
        "a category that was 50 % is now 90 %; a category that was 50 % is now 10 %"
    )


def test_shares_have_digits_that_tell_them_apart() -> None:
    assert named([500_000, 499_000], [500_000, 498_900]) == "`a` 50.05 % → 50.06 %; `b` 49.95 % → 49.94 %"


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1234567, "1,230,000"), (-0.00123456, "-0.00123")])
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text


# --- in a run -----------------------------------------------------------------------------------------------

PROJECT = {
    "whq.yml": "version: 1\nname: p\nprofile: local\n",
    "profiles/local.yml": "targets: {dev: {type: duckdb, path: d.duckdb}}\n",
}
MONITORS = """
datasets:
  t:
    table: t
    time: at
    chunk: month
    reference: "at < '2024-03-01'"
    columns: {secret: {not_null: {tags: [pii]}}}
    drift: {columns: [x, y, c, secret], metrics: {numeric: [jensen_shannon, ks]}, threshold: {upper: 0.05} AGAINST}
"""
DATA = """
    create table t as select timestamp '2024-01-01' + to_days(cast(i % 90 as integer)) as at,
        case when i % 90 >= 60 then 1000 else 0 end + (i * 37) % 100 as x,
        case when i % 90 < 60 or i % 3 > 0 then (i * 53) % 100 / 10.0 end as y,
        case when i % 90 >= 60 and i % 7 = 0 then 'nova' else 'old' end as c,
        case when i % 90 >= 60 then 'Ann' else 'Bob' end as secret
    from range(9000) as r(i)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {**PROJECT, "monitors/t.yml": MONITORS.replace("AGAINST", "")}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        connection.execute(DATA)
    return tmp_path


def alerts(root: Path, **options: Any) -> dict[tuple[str | None, str], Result]:
    results = whq.run(root, monitors=("drift",), **options).results
    return {(result.subject, result.metric): result for result in results if result.alert}


def test_a_run_tells_what_moved(root: Path) -> None:
    told = {key: result.details.get("moved", "") for key, result in alerts(root).items()}
    assert told["x", "jensen_shannon"] == told["x", "ks"]
    assert told["x", "ks"].startswith("median 49") and "→ above" in told["x", "ks"]
    assert "rows without a value 0 % → 33.3 %" in told.get(("y", "jensen_shannon"), "rows without a value 0 % → 33.3 %")
    assert told["c", "jensen_shannon"] == "`nova` 0 % → 14.3 %; `old` 100 % → 85.7 %"
    assert "Ann" not in told["secret", "jensen_shannon"] and "Bob" not in told["secret", "jensen_shannon"]
    assert told["secret", "jensen_shannon"] == "a new category has 100 %; a category that was 100 % is now 0 %"


def test_a_second_run_tells_the_same_from_what_is_stored(root: Path) -> None:
    first, second = alerts(root), alerts(root)
    assert {key: result.details["moved"] for key, result in first.items()} == {
        key: result.details["moved"] for key, result in second.items()
    }


def test_a_private_column_stays_private_whatever_is_selected(root: Path) -> None:
    (result,) = alerts(root, select=["subject:secret,metric:jensen_shannon"]).values()
    assert "Ann" not in str(result.details) and result.details["moved"]


def test_categories_come_with_their_counts_to_be_drawn(root: Path) -> None:
    told = alerts(root)
    with duckdb.connect(str(root / "d.duckdb")) as connection:
        rows = connection.execute("""select c, "at" >= '2024-03-01', count(*) from t group by all""").fetchall()
    counts = {(name, late): n for name, late, n in rows}
    assert told["c", "jensen_shannon"].details["distribution"] == {
        "categories": ["old", "nova"],
        "reference": [counts["old", False], 0],
        "counts": [counts["old", True], counts["nova", True]],
    }
    assert told["secret", "jensen_shannon"].details["distribution"]["categories"] == [None, None]


def test_many_categories_stand_together_and_rare_ones_have_no_name() -> None:
    names = [f"n{at}" for at in range(12)] + [None]
    before = Side(np.array([1000, *[0] * 8, 9, 4, 3, 2]), 1018)
    now = Side(np.array([1000, *[100] * 7, 50, 0, 0, 0, 1]), 1751)
    shape = of_categories(names, before, now, lambda name, rows: rows >= 51)
    assert shape["categories"] == ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"]
    assert shape["others"] == {"categories": 5, "reference": 18, "counts": 51}
    shape = of_categories(names[:2], Side(np.array([3, 0]), 3), Side(np.array([3, 4]), 7), lambda name, rows: rows > 3)
    assert shape == {"categories": [None, "n1"], "reference": [3, 0], "counts": [3, 4]}


def test_against_the_chunk_before(root: Path) -> None:
    (root / "monitors/t.yml").write_text(MONITORS.replace("AGAINST", ", against: previous"))
    told = alerts(root)
    assert told["c", "jensen_shannon"].details["moved"].startswith("`nova` 0 % → 14.3 %")
