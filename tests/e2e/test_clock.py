"""The clock of user SQL is the run's: the same data and `--as-of` give the same answer, another moment another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Desk

TABLE = "create table t as select timestamp '2024-01-01' + to_days(i::int) as ts, i as id from range(200) r(i)"
MONITORS = """
datasets:
  t:
    table: t
    where: "ts > as_of() - interval 400 day"
    rules:
      - expression: "ts <= now()"
        id: not_later
      - expression: "ts::date < current_date"
        id: before_today
      - sql: "select id from t where ts > 'now'::timestamp"
        id: selected
  q:
    query: "select id, ts < now() as is_past from t"
    columns: {is_past: {accepted_values: [true]}}
"""


def later(desk: Desk, as_of: str) -> dict[str, float]:
    said = desk.run("--as-of", as_of)
    return {each["id"].rsplit("/", 1)[-1]: each["value"] for each in said.results if each["monitor"] == "rule"}


def test_the_runs_time_decides_whatever_ran_before(desk: Desk) -> None:
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    for as_of, after in [("2024-02-10T12:00:00", 159), ("2024-03-01T12:00:00", 139), ("2024-02-10T12:00:00", 159)]:
        found = later(desk, as_of)
        assert found == {
            "not_later": after, "before_today": after + 1, "selected": after, "accepted_values": after
        }, as_of  # fmt: skip


def test_statements_with_the_runs_time_are_not_kept(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    monkeypatch.setenv("WHQ_CACHE", str(tmp_path / "cache"))
    assert later(desk, "2024-02-10T12:00:00")
    kept = [path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any(b"WHQ_CLOCK" in text for text in kept)
    assert not any(b"2024-02-10 12:00:00" in text for text in kept)


def test_compile_asks_for_its_own_moment(desk: Desk) -> None:
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    texts = desk.whq("compile").out
    assert '"is_past"' in texts and "current_timestamp" not in texts.lower() and "WHQ_CLOCK" not in texts
