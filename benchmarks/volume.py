"""How often a day with a fault is found, and how often one without: `python benchmarks/volume.py`.

Series: row counts of the shared data (flights in all, by origin and by carrier; bikes; taxis; words of the sensor logs
by day), and shapes made here. Each bucket that a rule judges is judged as it is ("false": holidays and storms count as
false) and with a planted fault: empty, half, three quarters, and twice its rows. The history is never changed.

The figures go to `docs/watch.md`; `--print` only shows them.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np

from whq.monitors.watch.counts import Series
from whq.monitors.watch.grains import GRAINS
from whq.monitors.watch.judging import Walk

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "watch.md"
DATA = Path(os.environ.get("WHQ_DATA", HERE.parent.parent / "shared" / "data"))
MARK = "<!-- measured: benchmarks/volume.py -->"
FAULTS: dict[str, Callable[[int], int]] = {
    "false": lambda rows: rows,
    "empty": lambda rows: 0,
    "half": lambda rows: rows // 2,
    "−25 %": lambda rows: round(rows * 0.75),
    "×2": lambda rows: rows * 2,
}
FEWEST, MANY = 15, 100
"""Rows a day: whq judges the volume of segments that have as many, and a table with many shows losses well."""
Rule = Callable[[Sequence[int], int], bool | None]
"""Whether a bucket with so many rows alarms after these; None where the rule has no verdict."""


def real() -> Iterator[tuple[str, date, list[int]]]:
    """Rows by day of the shared data, from the first full day to the last."""
    flights, bikes = DATA / "nycflights13/flights.parquet", DATA / "bike_sharing/hour.csv"
    taxis, sensors = DATA / "chicago_taxi/trips.csv", DATA / "nab/points.parquet"
    with duckdb.connect() as connection:
        for name, sql in _queries(connection, flights, bikes, taxis, sensors):
            rows = dict(connection.execute(sql).fetchall())
            days = sorted(rows)[1:-1]
            if len(days) > 30 and sum(rows.values()) >= FEWEST * len(days):
                span = (days[-1] - days[0]).days + 1
                yield name, days[0], [int(rows.get(days[0] + timedelta(days=at), 0)) for at in range(span)]


def _queries(
    connection: duckdb.DuckDBPyConnection, flights: Path, bikes: Path, taxis: Path, sensors: Path
) -> Iterator[tuple[str, str]]:
    if flights.exists():
        names = [row[0] for row in connection.execute(f"describe select * from '{flights}'").fetchall()]
        day = "make_date(year, month, day)" if "year" in names else f"{names[0]}::date"
        yield "flights", f"select {day}, count(*) from '{flights}' group by 1"
        for column in ("origin", "carrier"):
            for (value,) in connection.execute(f"select distinct {column} from '{flights}'").fetchall():
                sql = f"select {day}, count(*) from '{flights}' where {column} = '{value}' group by 1"
                yield f"flights of {value}", sql
    if bikes.exists():
        for column in ("cnt", "casual", "registered"):
            yield f"bikes, {column}", f"select dteday::date, sum({column})::bigint from '{bikes}' group by 1"
        yield "hours of bikes", f"select dteday::date, count(*) from '{bikes}' group by 1"
    if taxis.exists():
        names = [row[0] for row in connection.execute(f"describe select * from '{taxis}'").fetchall()]
        if "trip_start_timestamp" in names:
            sql = f"select to_timestamp(trip_start_timestamp)::date, count(*) from '{taxis}' group by 1"
            yield "taxis", sql
    if sensors.exists():
        names = [row[0] for row in connection.execute(f"describe select * from '{sensors}'").fetchall()]
        time = next(name for name in names if "time" in name or name == "ts")
        series = next(name for name in names if name in ("series", "name", "file", "path"))
        for (value,) in connection.execute(f"select distinct {series} from '{sensors}' order by 1").fetchall():
            yield (
                f"log {value}",
                f"select {time}::date, count(*) from '{sensors}' where {series} = '{value}' group by 1",
            )


def made() -> Iterator[tuple[str, date, list[int]]]:
    """Shapes of 400 days, three draws each."""
    first, days = date(2023, 1, 2), 400
    place = np.arange(days)
    weekday = place % 7
    shapes: dict[str, np.ndarray] = {
        "steady": np.full(days, 500.0),
        "weekends at 40 %": np.where(weekday < 5, 1000.0, 400.0),
        "business days": np.where(weekday < 5, 800.0, 0.0),
        "growth of 5 % a month": 500 * 1.05 ** (place / 30),
        "shrinking": 2000 * 0.95 ** (place / 30),
        "a yearly season": 1000 * (1 + 0.4 * np.sin(place / 58)),
        "30 a day": np.full(days, 30.0),
        "3 a day": np.full(days, 3.0),
        "every fourth week": np.where(place % 28 == 0, 5000.0, 0.0),
        "every third day": np.where(place % 3 == 0, 700.0, 0.0),
        "bursts": np.full(days, 600.0),
        "uneven by 14 %": np.full(days, 900.0),
    }
    for name, level in shapes.items():
        for draw in range(3):
            random = np.random.default_rng(draw)
            if name == "bursts":
                level = np.where(random.random(days) < 0.02, 1800.0, 600.0)
            if name == "uneven by 14 %":
                level = 900 * np.exp(random.normal(0, 0.14, days))
            yield f"{name} ({draw + 1})", first, [int(rows) for rows in random.poisson(level)]


def of_deviations(history: int, *, with_self: bool) -> Rule:
    """Mean ± 3 standard deviations of the last so many days, with the judged one among them or without."""

    def alarm(counts: Sequence[int], rows: int) -> bool | None:
        known = [*counts[-history:], rows] if with_self else list(counts[-history:])
        if len(counts) < history:
            return None
        spread = float(np.std(known, ddof=1))
        return bool(abs(rows - float(np.mean(known))) > 3 * spread)

    return alarm


PEERS: dict[str, Rule] = {
    "mean ± 3 sd of 60 days": of_deviations(60, with_self=False),
    "Elementary's default (14 days, the judged one among them)": of_deviations(14, with_self=True),
}
OURS = "whq"


def measured(series: Iterator[tuple[str, date, list[int]]]) -> dict[str, dict[str, list[bool]]]:
    """Alarms by rule and fault, of every bucket with a verdict; an empty bucket cannot lose rows."""
    alarms: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for _, first, counts in series:
        walk = Walk(Series(GRAINS["day"], datetime(first.year, first.month, first.day), tuple(counts)))
        share = [rows > 0 for rows in counts]
        is_hardly_empty = sum(share) >= 0.98 * len(share)
        for at, rows in enumerate(counts):
            for fault, change in FAULTS.items():
                if rows == 0 and fault != "false":
                    continue
                verdict = walk.would_be(change(rows))
                if "short" not in (verdict.volume, verdict.gap):
                    alarm = verdict.volume in ("low", "high") or verdict.gap == "missing"
                    alarms[OURS][fault].append(alarm)
                    if fault == "empty" and is_hardly_empty:
                        alarms[OURS]["empty, where hardly any is"].append(alarm)
                for name, rule in PEERS.items():
                    said = rule(counts[:at], change(rows))
                    if said is not None:
                        alarms[name][fault].append(said)
                        if fault == "empty" and is_hardly_empty:
                            alarms[name]["empty, where hardly any is"].append(said)
            if rows == 0:
                walk.judge(0)
            walk.add(rows)
    return alarms


def table(kind: str, alarms: dict[str, dict[str, list[bool]]]) -> str:
    """One kind of series as lines of a Markdown table."""
    names = (*FAULTS, "empty, where hardly any is")
    lines = []
    for rule in (OURS, *PEERS):
        by_fault = alarms[rule]
        cells = [_percent(float(np.mean(by_fault[name]))) if by_fault[name] else "–" for name in names]
        lines.append(f"| {kind} | {rule} | {len(by_fault['false']):,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if share < 0.1 else f"{100 * share:.0f} %"


def main() -> None:
    """Measure, and put the table into the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--print", action="store_true")
    chosen = options.parse_args()
    everything = [*real()]
    many = measured(item for item in everything if sum(item[2]) >= MANY * len(item[2]))
    few = measured(item for item in everything if sum(item[2]) < MANY * len(item[2]))
    of_made = measured(made())
    pooled: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for alarms in (many, few, of_made):
        for rule, by_fault in alarms.items():
            for fault, listed in by_fault.items():
                pooled[rule][fault] += listed
    head = "| series | rule | judged days | false | empty | half | −25 % | ×2 | empty, where hardly any day is |\n"
    head += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    kinds = {f"real, {MANY} rows a day or more": many, "real, fewer": few, "made": of_made, "all": pooled}
    body = "\n".join(table(kind, alarms) for kind, alarms in kinds.items())
    print(head + body)
    if not chosen.print:
        text = PAGE.read_text("utf-8")
        PAGE.write_text(f"{text[: text.index(MARK) + len(MARK)]}\n\n{head}{body}\n", "utf-8")


if __name__ == "__main__":
    main()
