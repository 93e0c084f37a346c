"""Loads that are lost, doubled, late or ahead: found by `whq init`, a healthy run and a run after the damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Desk, Said

DAYS, A_DAY = 120, 320
NOW = datetime.now(UTC).replace(tzinfo=None, hour=6, minute=0, second=0, microsecond=0)
"""`whq init` compares the newest row with the clock: the table must be of these days."""
ROWS = """
create table orders as
select
    i as order_id,
    {end}::timestamp - to_days({days}) + to_microseconds(cast(i * 86400000000 / {a_day} as bigint)) as created_at,
    ['north', 'south', 'east', 'west'][1 + cast(hash(i) % 4 as int)] as region,
    10 + (hash(i + 1) % 1000) / 10.0 as amount
from range({days} * {a_day}) t(i)
"""
LAST = "(select max(created_at)::date from orders)"


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[datetime], Desk]:
    """A table of 320 steady rows a day up to the day before a moment, and the project that `whq init` makes of it."""

    def make(now: datetime) -> Desk:
        desk = Desk(tmp_path, capsys)
        end = f"'{now.date().isoformat()}'"
        desk.sql(ROWS.format(end=end, days=DAYS, a_day=A_DAY))
        said = desk.whq("init", "--path", str(tmp_path / "dev.duckdb"))
        assert said.code == 0, said.err
        return desk

    return make


def findings(said: Said) -> list[dict[str, Any]]:
    bad = ("warn", "fail", "error")
    return [each for each in said.all(monitor="anomaly") if each["status"] in bad]


def load(desk: Desk, rows: int = A_DAY) -> None:
    """One day more, as the last one."""
    desk.sql(
        f"insert into orders select order_id + 1000000, created_at + interval 1 day, region, amount "
        f"from (select * from orders where created_at::date = {LAST} order by order_id limit {rows})"
    )


def one_day_more(desk: Desk) -> None:
    load(desk)


DELETE = f"delete from orders where created_at::date {{}} {LAST} - {{}}"
AGAIN = "insert into orders select order_id + 5000000, created_at, region, amount from orders where created_at::date = "
STATEMENTS = {
    "a day deleted": DELETE.format("=", 20),
    "a week deleted": DELETE.format(">", 31) + f" and created_at::date < {LAST} - 23",
    "two thirds of each day": DELETE.format(">", 5) + " and hash(order_id) % 3 > 0",
    "one segment": DELETE.format(">", 2) + " and region = 'north'",
    "doubled": f"{AGAIN} {LAST}",
    "late rows": f"{AGAIN} {LAST} - 2 and order_id % 3 = 0",
    "empty table": "delete from orders",
}
DAMAGE: dict[str, tuple[int, Callable[[Desk], object]]] = {
    "missing day": (1, lambda desk: None),
    "two thirds of a day": (1, lambda desk: load(desk, A_DAY // 3)),
    **{f"stale for {days}": (days, lambda desk: None) for days in (3, 4, 6, 9)},
    **{kind: (0, lambda desk, text=text: desk.sql(text)) for kind, text in STATEMENTS.items()},
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_lost_loads_are_found(shop: Callable[[datetime], Desk], kind: str) -> None:
    desk = shop(NOW)
    later, damage = DAMAGE[kind]
    healthy = desk.run("--as-of", NOW.isoformat())
    assert not findings(healthy) and healthy.code == 0, findings(healthy)
    damage(desk)
    said = desk.run("--as-of", (NOW + timedelta(days=later)).isoformat())
    assert findings(said), kind


def test_rows_from_the_future_are_found(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(datetime.now(UTC))
    assert not findings(desk.run())
    desk.sql("insert into orders select 9000000, current_timestamp::timestamp + interval 3 days, 'north', 1")
    (found,) = findings(desk.run())
    assert (found["metric"], found["value"], found["status"]) == ("future_rows", 1, "warn")
    assert not findings(desk.run())
    assert not desk.run("--as-of", NOW.isoformat()).all(metric="future_rows")


def test_a_table_that_is_gone_is_an_error(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(NOW)
    desk.sql("alter table orders rename to moved")
    said = desk.run("--as-of", NOW.isoformat())
    assert said.code == 3 and {each["status"] for each in said.results} == {"error"}


def test_days_that_come_as_usual_are_no_finding(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(NOW)
    for day in range(8):
        said = desk.run("--as-of", (NOW + timedelta(days=day)).isoformat())
        assert not findings(said) and said.code == 0
        one_day_more(desk)
    rows = {(each["id"], each["chunk"]["key"]): each for each in said.all(metric="volume")}
    assert rows["orders/volume", (NOW + timedelta(days=6)).date().isoformat()]["value"] == A_DAY


def test_a_table_that_is_loaded_a_day_later_is_no_finding_until_it_is_later_still(
    shop: Callable[[datetime], Desk],
) -> None:
    desk = shop(NOW)
    desk.write("monitors/orders.yml", "datasets: {orders: {table: orders, time: created_at}}")
    one_day = timedelta(days=1)
    for day in range(1, 5):
        said = desk.run("--as-of", (NOW + day * one_day).isoformat())
        age = said.one(metric="age")
        assert age["status"] == "pass" and not findings(said), (day, findings(said))
        assert ("taken for the time" in age["details"].get("note", "")) is (day == 1)
        one_day_more(desk)
    late = desk.run("--as-of", (NOW + 6 * one_day).isoformat())
    assert {each["metric"] for each in findings(late)} == {"age", "gap"}
    assert late.one(metric="age")["status"] == "fail"


def test_a_table_that_ended_long_ago_is_no_failure(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(datetime(2024, 6, 10))
    desk.write("monitors/orders.yml", "datasets: {orders: {table: orders, time: created_at}}")
    for _ in range(2):
        said = desk.run()
        assert said.code == 0 and not findings(said)
        assert said.one(metric="age")["details"]["withheld"] == "ended"
    desk.write("monitors/orders.yml", "datasets: {orders: {table: orders, time: created_at, finished: true}}")
    assert desk.run().one(metric="age")["details"]["withheld"] == "finished"


def test_the_last_day_before_a_silence_is_cut_off_where_nothing_is_known(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(NOW)
    desk.write("monitors/orders.yml", "datasets: {orders: {table: orders, time: created_at}}")
    desk.sql(f"delete from orders where created_at >= {LAST} + interval 4 hours")
    for later in (1, 9, 700):
        said = desk.run("--as-of", (NOW + timedelta(days=later)).isoformat())
        assert not [each for each in findings(said) if each["metric"] == "volume"], later
        (newest,) = [each for each in said.all(metric="volume") if each["details"].get("decides")]
        assert newest["chunk"]["key"] == (NOW - timedelta(days=2)).date().isoformat() and newest["status"] == "pass"
        (desk.root / ".whq" / "store.duckdb").unlink()


def test_a_weekend_does_not_end_a_silence(shop: Callable[[datetime], Desk]) -> None:
    desk = shop(NOW)
    desk.write("monitors/orders.yml", "datasets: {orders: {table: orders, time: created_at}}")
    desk.sql(f"delete from orders where dayofweek(created_at) in (0, 6) or created_at >= {LAST} - 14")
    (newest,) = desk.ask("select max(created_at)::date from orders")[0]
    friday = newest + timedelta(days=(4 - newest.weekday()) % 7)
    desk.sql(f"delete from orders where created_at >= '{friday}'")
    seen = []
    for days in range(5):
        said = desk.run("--as-of", f"{friday + timedelta(days=days)}T06:00")
        seen.append((said.code, [each["state"] for each in said.document["incidents"]]))
    assert seen == [(0, []), (1, ["new"]), *[(1, ["ongoing"])] * 3]
