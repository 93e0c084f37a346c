"""Models judged month by month and all at once; chunks that are open, small, or follow a short reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.monitors.models import Table, as_stored, by_metric, model, spec, where
from tests.monitors.test_performance import COLUMNS, Rows
from whq.config.spec import Common, DatasetSpec, Threshold
from whq.memory.baselines import Learned
from whq.monitors import Context, LearnedThresholds
from whq.monitors.bands import Taught
from whq.monitors.models import monitor as performance
from whq.values import Chunking, Result, Segment

SPLIT = where("\"at\" < timestamp '2024-05-01'", "at")


def log(flipped: Sequence[float], each: int = 400, seed: int = 5) -> Rows:
    """Rows of one month after the other; of each month this share of labels is turned round."""
    random = np.random.default_rng(seed)
    rows: Rows = []
    for month, share in enumerate(flipped, 1):
        score = np.round(random.beta(0.5, 0.5, each), 2)
        label = (random.random(each) < score) ^ (random.random(each) < share)
        rows += [
            [datetime(2024, month, 1 + day % 28), "north" if day % 2 else "south", float(s), int(s >= 0.5), int(y)]
            for day, (s, y) in enumerate(zip(score, label, strict=True))
        ]
    return rows


FALL = [0.0] * 6 + [0.3, 0.3, 0.3, 0.3, 0.0, 0.0]


def asked(**given: Any) -> DatasetSpec:
    """The model with learned thresholds, in months."""
    usual: dict[str, Any] = {"threshold": Threshold(), "metrics": ("roc_auc", "f1", "accuracy")}
    return replace(spec(model(**{**usual, **given})), chunking=Chunking("month"))


def judged(rows: Rows, as_of: datetime, given: DatasetSpec, learned: LearnedThresholds | None = None,
           **options: Any) -> tuple[list[Result], LearnedThresholds]:  # fmt: skip
    """The results of a run at a time, and what it learned."""
    table = Table(COLUMNS, [row for row in rows if row[0] < as_of], **{"reference": SPLIT, **options})
    baseline = table.fit(given)
    found = table._walk(given).measure({"model": Learned(baseline)})
    verdicts = performance.evaluate(table.dataset, given, baseline, found, Context(as_of, learned or {}))
    return verdicts.results, verdicts.thresholds


def statuses(results: list[Result], metric: str, method: str = "realized") -> str:
    return " ".join(one.status for one in by_metric(results, metric, method).values())


def test_a_fall_warns_then_fails_and_ends() -> None:
    results, _ = judged(log(FALL), datetime(2025, 1, 1), asked())
    assert statuses(results, "roc_auc") == statuses(results, "f1") == "pass pass warn warn fail fail pass pass"
    assert statuses(results, "accuracy") == "pass pass fail fail fail fail pass pass"
    assert statuses(results, "accuracy", "cbpe") == "pass pass" + " inconclusive" * 6  # untrusted: its bounds are wide
    first = by_metric(results, "accuracy", "realized")["2024-07"]
    assert "mistakes add up since 2024-07, evidence " in first.message
    assert first.details["threshold"]["chunks"] == 4 and first.threshold_lower is not None


def test_month_by_month_says_what_one_run_says() -> None:
    rows, given = log(FALL), asked()
    whole, learned = judged(rows, datetime(2025, 1, 1), given)
    for month in range(6, 13):
        until = datetime(2024 + month // 12, month % 12 + 1, 1)
        then, _ = judged(rows, until, given, learned)
        for metric in ("roc_auc", "f1", "accuracy"):
            for method in ("realized", "cbpe"):
                newest = by_metric(then, metric, method)[f"2024-{month:02}"]
                at_last = by_metric(whole, metric, method)[f"2024-{month:02}"]
                assert (newest.status, newest.message, newest.alert) == (at_last.status, at_last.message, at_last.alert)
                assert newest.threshold_lower == pytest.approx(at_last.threshold_lower)
                assert newest.details.get("evidence") == pytest.approx(at_last.details.get("evidence"))


def test_a_chunk_that_is_still_filling_never_fails() -> None:
    rows = log(FALL)
    results, _ = judged(rows, datetime(2024, 10, 20), asked())
    assert statuses(results, "f1") == "pass pass warn warn fail warn"
    assert statuses(results, "accuracy") == "pass pass fail fail fail warn"
    late = replace(asked(), late=30 * 86400.0)
    results, _ = judged(rows, datetime(2024, 10, 20), late)
    assert statuses(results, "f1") == "pass pass warn warn warn warn"


def test_a_small_chunk_has_a_wide_band_or_none() -> None:
    rows = log([0.0] * 8)
    wide, _ = judged(rows, datetime(2024, 8, 4), asked())
    narrow, _ = judged(rows, datetime(2025, 1, 1), asked())
    for method in ("realized", "cbpe"):
        few, all_rows = (by_metric(one, "accuracy", method)["2024-08"] for one in (wide, narrow))
        assert few.chunk is not None and few.chunk.rows < 50 and few.status == "pass"
        assert few.threshold_lower < all_rows.threshold_lower - 0.05  # type: ignore[operator]
    tiny, _ = judged([row for row in rows if row[0] < datetime(2024, 8, 1)] + rows[7 * 400 : 7 * 400 + 3],
                     datetime(2025, 1, 1), asked())  # fmt: skip
    few = by_metric(tiny, "roc_auc", "realized")["2024-08"]
    assert few.status in ("inconclusive", "pass")
    withheld = [one for one in tiny if one.details.get("withheld") == "few_rows"]
    assert withheld and {one.status for one in withheld} == {"inconclusive"}
    assert withheld[0].message == "not judged: after 4 reference chunks any value of 3 rows may be chance"


def test_one_chunk_of_reference_teaches_no_band() -> None:
    january = where("\"at\" < timestamp '2024-02-01'", "at")
    results, learned = judged(log([0.0] * 3), datetime(2025, 1, 1), asked(), reference=january)
    assert statuses(results, "f1") == "inconclusive inconclusive"
    february = by_metric(results, "f1", "realized")["2024-02"]
    assert "reference chunks have this value" in february.message and february.details["withheld"] == "few_chunks"
    assert {taught.chunks for taught in learned.values()} == {1}


def test_two_chunks_of_reference_teach_a_band() -> None:
    until_march = where("\"at\" < timestamp '2024-03-01'", "at")
    results, _ = judged(log([0.0, 0.0, 0.0, 0.4]), datetime(2025, 1, 1), asked(), reference=until_march)
    assert statuses(results, "accuracy") == "pass warn"


def test_better_than_usual_is_no_alert() -> None:
    results, _ = judged(log([0.2] * 5 + [0.0]), datetime(2025, 1, 1), asked())
    better = by_metric(results, "accuracy", "realized")["2024-06"]
    assert (better.status, better.alert) == ("pass", False)
    assert better.details["note"].startswith("better than usual: realized accuracy 0.")
    written, _ = judged(log([0.2] * 5 + [0.0]), datetime(2025, 1, 1), asked(threshold=Threshold("std")))
    assert by_metric(written, "accuracy", "realized")["2024-06"].status == "fail"


def test_severity_warn_and_months_without_labels() -> None:
    rows = [[*row[:4], None if row[0].month == 8 else row[4]] for row in log(FALL)]
    results, _ = judged(rows, datetime(2025, 1, 1), asked(common=Common(severity="warn")))
    assert statuses(results, "f1") == "pass pass warn skipped warn warn pass pass"
    results, _ = judged(rows, datetime(2025, 1, 1), asked())
    assert statuses(results, "f1") == "pass pass warn skipped warn fail pass pass"


def test_each_segment_adds_up_on_its_own() -> None:
    rows = log(FALL, each=800)
    calm = log([0.0] * 12, each=800)
    mixed = [bad if bad[1] == "north" else good for bad, good in zip(rows, calm, strict=True)]
    results, _ = judged(mixed, datetime(2025, 1, 1), asked(), segments=(Segment("region", "region"),))
    found = {
        segment: [one.status for one in results if (one.id, one.segment, one.period) == (
            "d/m/accuracy/realized", segment, "analysis")]
        for segment in ("region=north", "region=south")
    }  # fmt: skip
    assert found["region=north"][2:6] == ["fail"] * 4
    assert set(found["region=south"]) == {"pass"}


def test_what_was_taught_is_kept() -> None:
    _, learned = judged(log([0.0] * 6), datetime(2025, 1, 1), asked())
    assert all(isinstance(one, Taught) and one.chunks == 4 and one.of_mean > 0 for one in learned.values())
    table = Table(COLUMNS, log([0.0] * 6), reference=SPLIT)
    baseline = table.fit(asked())
    assert as_stored(baseline) == baseline and baseline.of("m").chances[""]["roc_auc"].parts[1].share > 0


@pytest.mark.parametrize("where_", [0, 1])
def test_constant_limits_act_at_once(where_: int) -> None:
    side = ({"lower": 0.999}, {"upper": 0.001})[where_]
    results, _ = judged(log([0.0] * 6), datetime(2024, 6, 10), asked(threshold=Threshold("constant", **side)))
    assert statuses(results, "f1") == "fail fail"
