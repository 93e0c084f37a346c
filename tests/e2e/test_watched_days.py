"""A store that is fed day by day says the same as a run over everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.conftest import Desk
from whq.memory import counts

FIRST = datetime(2024, 3, 1, 6)
TABLE = """
create table t as
select timestamp '2024-01-01' + to_days(cast(d as int)) + to_minutes(cast(i * 4 as int)) as ts, i % 3 as part
from range(120) days(d), range(300) rows(i)
where (d % 7 < 5 or i % 2 = 0) and not (d = 66 and i > 60) and d not in (72, 73)
"""
MONITORS = "datasets: {t: {table: t, time: ts, segments: [part], watch: {late_rows: false}}}"


def verdicts(document: dict[str, Any]) -> dict[Any, Any]:
    kept = ("status", "value", "message", "threshold_lower", "threshold_upper")
    return {
        (each["id"], each["segment"], each["chunk"] and each["chunk"]["key"]): [each[name] for name in kept]
        for each in document["results"]
    }


@pytest.mark.parametrize("small", [0, 1_000_000])
def test_days_say_what_the_whole_says(desk: Desk, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(counts, "SMALL", small)
    desk.sql(TABLE)
    desk.monitors(MONITORS)
    for day in range(0, 20, 2):
        clock = (FIRST + timedelta(days=day)).isoformat()
        said = desk.run("--as-of", clock)
        planned = desk.whq("compile", "--as-of", (FIRST + timedelta(days=day + 2)).isoformat()).out
        assert ("2024-03" in planned or "2024-02" in planned) is (small == 0)
    whole = desk.run("--as-of", clock, "--refit")
    assert verdicts(said.document) == verdicts(whole.document)
    found = {(each["metric"], each["chunk"]["key"]) for each in said.all(status="fail", segment=None)}
    assert found == {("gap", "2024-03-13"), ("gap", "2024-03-14")}
    assert said.all(metric="volume", status="warn", segment=None)[0]["chunk"]["key"] == "2024-03-07"
    earlier = desk.run("--as-of", FIRST.isoformat())
    assert max(each["chunk"]["key"] for each in earlier.all(metric="volume")) == "2024-02-29"
