"""The rules of watch against an independent sketch of them, and what must hold whatever the series."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whq.monitors.watch.band import Volumes
from whq.monitors.watch.counts import Count, Series, in_future, series, unit_of, updated
from whq.monitors.watch.counts import Measured as Now
from whq.monitors.watch.grains import GRAINS
from whq.monitors.watch.judging import Judged, ending, judged, without_lag
from whq.monitors.watch.lateness import first_shares, late_rows, usual_share
from whq.monitors.watch.rhythm import Rhythm
from whq.monitors.watch.trend import trend

BENCH = Path(__file__).parents[4] / "shared" / "bench"
START = datetime(2024, 1, 1)
LENGTHS = {"hour": 700, "day": 400, "week": 150, "month": 90, "quarter": 50}


def shapes(unit: str) -> Iterator[list[int]]:
    """Weekly, rare, irregular, holed and bursting counts."""
    size = LENGTHS[unit]
    for draw in range(3):
        random = np.random.default_rng(draw)
        place = np.arange(size)
        yield random.poisson(np.where(place % 7 < 5, 300, 120)).tolist()
        yield random.poisson(3, size).tolist()
        yield (random.poisson(40, size) * (place % 7 < 5) * (random.random(size) > 0.03)).tolist()
        yield (random.poisson(1000, size) * (random.random(size) > 0.3)).tolist()
        yield (random.poisson(200, size) * np.where(random.random(size) < 0.02, 4, 1)).tolist()


@pytest.mark.skipif(not BENCH.is_dir(), reason="needs the sketches beside the checkout")
@pytest.mark.parametrize("unit", LENGTHS)
def test_bands_and_gaps_are_those_of_the_sketch(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    import volume_band  # type: ignore[import-not-found]
    import volume_gaps  # type: ignore[import-not-found]

    compared = 0
    for counts in shapes(unit):
        sketch, mine, rhythm = volume_band.Series(unit), Volumes(GRAINS[unit]), Rhythm(GRAINS[unit])
        for at, rows in enumerate(counts):
            theirs, band = sketch.band(), mine.band()
            if band is None:
                assert theirs is None
            else:
                assert theirs[:2] == (band.cycle, band.expected)
                assert theirs[2:] == pytest.approx((band.lower, band.upper), rel=1e-9)
            expected = None if band is None else band.expected
            presence, before = rhythm.next(), rhythm.alarm
            rhythm.alarm = None
            alarm = rhythm.is_alarm(presence, expected)
            rhythm.alarm = before
            assert alarm == volume_gaps.gap(counts[:at], unit, expected)
            sketch.add(rows)
            mine.add(rows)
            rhythm.add(rows)
            compared += 1
    assert compared > 500


def of(counts: list[int | None], unit: str = "day") -> Series:
    return Series(GRAINS[unit], START, tuple(counts))


def told(counts: list[int | None]) -> list[Judged]:
    return judged(of(counts))


def test_later_days_change_no_verdict() -> None:
    for counts in shapes("day"):
        whole, future = told(list(counts)), counts[250:]
        random.Random(1).shuffle(future)
        shuffled = told([*counts[:250], *(3 * rows for rows in future)])
        assert [one for one in whole if one.place < 250] == [one for one in shuffled if one.place < 250]


def test_what_lies_far_back_changes_no_verdict() -> None:
    grain = GRAINS["day"]
    for counts in (counts for counts in shapes("day") if sum(map(bool, counts)) > 0.9 * len(counts)):
        long = [*counts, *counts, *counts]
        first = len(long) - 100
        cut = len(long) - 100 - grain.memory
        recent = judged(of(list(long[cut:])), first - cut)
        assert [(one.volume, one.gap, one.band) for one in judged(of(list(long)), first)] == [
            (one.volume, one.gap, one.band) for one in recent
        ]


def test_an_outage_is_told_on_every_day_that_it_lasts() -> None:
    counts = [300 + at % 7 for at in range(60)]
    verdicts = told([*counts, *[0] * 9, *counts[:10]])
    assert {one.place for one in verdicts if one.gap == "missing"} == set(range(60, 69))
    assert {one.since for one in verdicts if one.gap == "missing"} == {60}
    assert not [one for one in verdicts if one.place > 70 and one.volume in ("low", "high")]


def test_weekends_are_no_gap_and_rows_on_them_a_note() -> None:
    counts: list[int | None] = [500 + at % 3 if at % 7 < 5 else 0 for at in range(100)]
    assert {one.gap for one in told(counts) if one.place > 20} == {"rows", "usual"}
    assert told([*counts[:97], 20])[-1].volume == "unusual day"
    outage = told([*counts[:98], 0, 0, 0])
    assert [one.place for one in outage if one.gap == "missing"] == [98, 99, 100]
    weekend = told([*counts[:96], 0, 0, 0, 0])
    assert [one.place for one in weekend if one.gap == "missing"] == [98, 99]


def test_days_that_are_ignored_teach_nothing_and_are_not_judged() -> None:
    counts = {START + timedelta(days=at): 300 + at % 5 for at in range(90)}
    counts[START + timedelta(days=80)] = 5
    ignored = date(2024, 3, 21)
    made = series(counts, GRAINS["day"], START + timedelta(days=90), [ignored])
    assert made is not None and made.counts[79] is None
    verdicts = judged(made)
    assert {one.volume for one in verdicts if one.place > 10} == {"usual"} and 79 not in {one.place for one in verdicts}


def test_ends_of_months_are_excused() -> None:
    days = [START + timedelta(days=at) for at in range(200)]
    counts: list[int | None] = [900 if (day + timedelta(days=1)).day == 1 else 300 + day.day % 4 for day in days]
    verdicts = {one.place: one for one in told(counts)}
    ends = [at for at, rows in enumerate(counts) if rows == 900]
    assert verdicts[ends[1]].volume == "high"
    assert {verdicts[at].volume for at in ends[3:]} <= {"excused", "usual"}


@pytest.mark.parametrize(
    ("size", "rows", "said"), [(3, 300, "short"), (6, 40, "low"), (6, 1300, "high"), (6, 200, "short")]
)
def test_a_short_history_knows_its_least_and_greatest(size: int, rows: int, said: str) -> None:
    assert told([*[300 + 20 * at for at in range(size)], rows])[-1].volume == said


def test_how_a_series_ends() -> None:
    counts: list[Any] = [300] * 40
    assert ending(of(counts)).missing == ()
    assert ending(of([*counts, 0, 0, 0])).missing == (40, 41, 42)
    assert not ending(of([300, 300, 0, 0])).is_known
    late = of([*counts, 0, 0])
    assert len(without_lag(late, ending(late), 1).counts) == 41
    assert len(without_lag(late, ending(late), 2).counts) == 40
    every_third: list[Any] = [500 if at % 3 == 0 else 0 for at in range(60)]
    assert ending(of(every_third)).missing == ()
    assert ending(of([*every_third, 0, 0])).missing == (60, 61)


def test_months_are_judged_by_month() -> None:
    starts = [datetime(2023, month, 1) for month in range(1, 13)]
    assert unit_of("day", starts) == "month"
    assert unit_of("day", [*starts, datetime(2024, 1, 2)]) == "day"
    made = series(dict.fromkeys(starts, 9), GRAINS["month"], datetime(2024, 3, 10))
    assert made is not None and made.counts == (9,) * 11 + (0, 0)
    finished = series(dict.fromkeys(starts, 9), GRAINS["month"], datetime(2024, 3, 10), is_finished=True)
    assert finished is not None and finished.counts == (9,) * 10


def test_a_placeholder_is_no_history() -> None:
    days = {datetime(2024, 1, day): 5 for day in range(1, 20)}
    made = series({datetime(1900, 1, 1): 3, **days}, GRAINS["day"], datetime(2024, 1, 20))
    assert made is not None and made.start == datetime(2024, 1, 2) and made.counts == (5,) * 18 and made.skipped == 0


def test_counts_are_brought_up_to_date() -> None:
    day, following = START, START + timedelta(days=1)
    stored = {day: Count(10, day, 10, day), following: Count(7, day, 7, day)}
    now = START + timedelta(days=3)
    assert updated(stored, {following: 9}, following, now) == {
        day: stored[day], following: Count(7, day, 9, now),
    }  # fmt: skip
    assert updated(stored, {}, None, now)[day] == Count(10, day, 0, now)


def test_late_rows_are_judged_by_earlier_ones() -> None:
    def count(at: int, first: int, rows: int, again: int) -> tuple[datetime, Count]:
        bucket = START + timedelta(days=at)
        return bucket, Count(first, bucket + timedelta(days=1, hours=6), rows, START + timedelta(days=again))

    half = dict(count(at, 150, 300, 30) for at in range(12))
    shares = first_shares(half, "day", timedelta())
    assert usual_share(shares) == 0.5
    now = START + timedelta(days=31)
    same = late_rows({**half, **dict([count(13, 150, 300, 31)])}, now)
    assert [one.is_alarm for one in same] == [False]
    more = late_rows({**half, **dict([count(13, 60, 300, 31)])}, now)
    assert [(one.rows, one.is_alarm) for one in more] == [(240, True)]
    assert usual_share([1.0] * 12) is None


def test_only_rows_that_no_clock_has_reached_are_from_the_future() -> None:
    now = datetime(2024, 5, 1, 12)

    def one(time: datetime) -> Now:
        day = time.replace(hour=0)
        return Now({day: 5}, {day: time}, {day: time})

    assert in_future(one(datetime(2024, 5, 2, 2)), now) == 0
    assert in_future(one(datetime(2024, 5, 2, 3)), now) == 5


def test_a_slow_decline_is_a_trend() -> None:
    steady = [300 + at % 7 for at in range(200)]
    falling = [round(300 * (1 - at / 112)) for at in range(56)]
    assert not trend(steady, "day").is_alarm  # type: ignore[union-attr]
    found = trend([*steady, *falling, *[150] * 14], "day")
    assert found is not None and found.is_alarm and found.change < 0
    assert trend(steady[:160], "day") is None
