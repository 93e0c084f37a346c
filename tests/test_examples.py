"""The projects under examples/ on the real data, with the figures that are known of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from statistics import fmean

import pytest

import whq
from whq.config import load_project
from whq.result import RunResult
from whq.values import Result

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
DATA = Path(os.environ.get("WHQ_DATA", ROOT.parent / "shared" / "data")).resolve()

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], RunResult]:
    """The outcome of an example; each is run once."""

    @lru_cache
    def run(name: str) -> RunResult:
        if not (DATA / name).is_dir():
            pytest.skip(f"needs {DATA / name}: set WHQ_DATA to the folder of the real data")
        folder = tmp_path_factory.mktemp("examples") / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns(".whq"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WHQ_DATA", str(DATA))
            return whq.run(folder)

    return run


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_every_example_loads(name: str) -> None:
    assert load_project(EXAMPLES / name).datasets


# --- nycflights13 -------------------------------------------------------------------------------------------

FAILING = {
    "flights/tailnum/relationships": 4814,
    "flights/dest/relationships": 766,
    "flights/dep_time/accepted_range": 3,
    "weather/wind_speed/accepted_range": 1,
    "weather/origin,year,month,day,hour/unique/hour_key": 3,
}


def test_rules_find_what_is_wrong_with_the_flights(ran: Callable[[str], RunResult]) -> None:
    outcome = ran("nycflights13")
    failed = {each.id: each.failing for each in outcome.results if each.status == "fail"}
    assert failed == FAILING
    assert {each.id: each.failing for each in outcome.results if each.status == "warn"} == {"weather/temp/not_null": 1}
    assert {each.status for each in outcome.results} == {"pass", "warn", "fail"}
    assert outcome.exit_code == 1


# --- elec2 --------------------------------------------------------------------------------------------------


def of(outcome: RunResult, subject: str, metric: str, method: str | None = None) -> dict[str, Result]:
    """The analysis results of one series by chunk."""
    analysis = [each for each in outcome.results if each.period == "analysis"]
    found = [each for each in analysis if (each.subject, each.metric, each.method) == (subject, metric, method)]
    return {each.chunk.key: each for each in found if each.chunk}


@pytest.mark.parametrize("column", ["vicprice", "vicdemand", "transfer"])
@pytest.mark.parametrize("metric", ["jensen_shannon", "ks", "wasserstein", "psi"])
def test_the_victorian_columns_drift_from_may_1997(ran: Callable[[str], RunResult], column: str, metric: str) -> None:
    series = of(ran("elec2"), column, metric)
    assert [key for key, each in series.items() if each.alert] == [key for key in series if key >= "1997-05"]
    assert min(series) == "1997-05" and len(series) == 20


def test_the_estimate_stays_calm_where_the_realized_area_falls(ran: Callable[[str], RunResult]) -> None:
    outcome = ran("elec2")
    estimated, realized = (of(outcome, "price_up", "roc_auc", method) for method in ("cbpe", "realized"))
    assert list(estimated) == list(realized)
    broken = [key for key in realized if "1997-06" <= key <= "1998-04"]
    gaps = [estimated[key].value - realized[key].value for key in broken]
    assert len(broken) == 11 and fmean(gaps) > 0.1
    assert all(each.lower <= each.value <= each.upper for each in estimated.values())
    fallen = {key: each.status for key, each in realized.items() if each.alert}
    assert fallen == {"1997-12": "warn", "1998-01": "warn", "1998-02": "fail", "1998-03": "fail"}
    lowest = sorted((key for key in realized if key not in fallen), key=lambda key: realized[key].value)[0]
    assert lowest == "1998-04" and 0 < realized[lowest].value - realized[lowest].threshold_lower < 0.01
    assert not any(each.alert for each in estimated.values())


# --- employment_ma ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metric", "most"), [("roc_auc", 0.005), ("f1", 0.007)])
def test_estimates_are_near_what_was_realized(ran: Callable[[str], RunResult], metric: str, most: float) -> None:
    outcome = ran("employment_ma")
    estimated, realized = (of(outcome, "employed", metric, method) for method in ("cbpe", "realized"))
    assert len(estimated) == len(realized) == 42
    assert fmean(abs(estimated[key].value - realized[key].value) for key in estimated) <= most


def test_people_in_group_quarters_are_seen_by_estimates_and_by_drift(ran: Callable[[str], RunResult]) -> None:
    """Chunks about the turn of 2017 hold nobody else (RELP 16 and 17): age, work and the model's figures all move."""
    outcome = ran("employment_ma")
    for method in ("cbpe", "realized"):
        alerts = [key for key, each in of(outcome, "employed", "roc_auc", method).items() if each.alert]
        assert {"135000-139999", "140000-144999"} <= set(alerts)
    ages = of(outcome, "AGEP", "jensen_shannon")
    assert max(ages, key=lambda key: ages[key].value) == "135000-139999"
    without = [each for each in outcome.results if each.status in ("error", "inconclusive")]
    assert {(each.method, each.details.get("withheld")) for each in without} <= {
        (method, "untrusted") for method in ("cbpe", "anchored")
    }
