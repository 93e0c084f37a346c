"""What the configuration can say, against numbers computed apart from whq, in Python and plain DuckDB."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp
from sklearn.metrics import f1_score, roc_auc_score

from tests.e2e.conftest import Desk, Said

ORDERS = """
create table orders as
select
    i as id,
    timestamp '2023-11-06 05:00' + to_minutes((i * 97)::int) as ts,
    case when i % 17 = 0 then null else round(100 * sin(i) + i / 40, 3)::double end as amount,
    case when i % 23 = 0 then null else ['North', 'South', 'East'][1 + i % 3] end as region,
    (i % 19) / 19.0::double as p,
    (i % 19 > 9)::int as said,
    case when (i * 7) % 19 > 8 then 'yes' else 'no' end as truth,
    i % 29 = 0 as is_test
from range(3000) r(i)
"""
START, STEP = datetime(2023, 11, 6, 5), timedelta(minutes=97)
CUT = datetime(2024, 3, 1)
BASE = """
datasets:
  orders:
    table: orders
    time: ts
    key: [id]
    reference: "ts < '2024-03-01'"
"""


@pytest.fixture
def orders(desk: Desk) -> Desk:
    desk.sql(ORDERS)
    return desk


def rows() -> Iterable[dict[str, Any]]:
    """The rows of the table, made apart from it."""
    for i in range(3000):
        yield {
            "id": i,
            "at": START + i * STEP,
            "amount": None if i % 17 == 0 else float(np.round(100 * math.sin(i) + i / 40, 3)),
            "region": None if i % 23 == 0 else ("North", "South", "East")[i % 3],
            "p": (i % 19) / 19,
            "said": int(i % 19 > 9),
            "truth": "yes" if (i * 7) % 19 > 8 else "no",
            "is_test": i % 29 == 0,
        }


def close(found: Any, wanted: float) -> bool:
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)


# --- chunks -------------------------------------------------------------------------------------------------


def monday(at: datetime) -> datetime:
    return datetime(at.year, at.month, at.day) - timedelta(days=at.weekday())


def day(at: datetime) -> datetime:
    return datetime(at.year, at.month, at.day)


CALENDAR = {
    "hour": (lambda at: day(at) + timedelta(hours=at.hour), "%Y-%m-%dT%H"),
    "day": (day, "%Y-%m-%d"),
    "week": (monday, "%G-W%V"),
    "month": (lambda at: datetime(at.year, at.month, 1), "%Y-%m"),
    "quarter": (lambda at: datetime(at.year, at.month - (at.month - 1) % 3, 1), None),
    "year": (lambda at: datetime(at.year, 1, 1), "%Y"),
}


def key_of(start: datetime, shape: str | None) -> str:
    return start.strftime(shape) if shape else f"{start.year}-Q{(start.month + 2) // 3}"


@pytest.mark.parametrize("unit", CALENDAR)
def test_calendar_chunks(orders: Desk, unit: str) -> None:
    mean = "{fail: '> 1e9', per: chunk, where: 'id < 2950'}"
    orders.monitors(f"{BASE}    chunk: {unit}\n    columns: {{amount: {{mean: {mean}}}}}\n")
    said = orders.run()

    cut, shape = CALENDAR[unit]
    groups: dict[tuple[str, datetime], list[dict[str, Any]]] = {}
    for row in rows():
        period = "reference" if row["at"] < CUT else "analysis"
        groups.setdefault((period, cut(row["at"])), []).append(row)
    calendar: dict[str, list[datetime]] = {}
    for period in ("reference", "analysis"):
        starts = [start for own, start in groups if own == period]
        hours = range(int((starts[-1] - starts[0]).total_seconds()) // 3600 + 1)
        calendar[period] = list(dict.fromkeys(cut(starts[0] + timedelta(hours=hour)) for hour in hours))
    every = said.all(metric="mean")
    assert [each["chunk"]["index"] for each in every] == [
        *range(len(calendar["reference"])),
        *range(len(calendar["analysis"])),
    ]

    groups = {place: members for place, members in groups.items() if members[0]["id"] < 2950}
    means = [each for each in every if each["of"]]
    assert len(means) == len(groups)
    assert {each["status"] for each in every if not each["of"]} <= {"pass", "inconclusive"}
    for found, ((period, start), members) in zip(means, groups.items(), strict=True):
        known = [row["amount"] for row in members if row["amount"] is not None and row["id"] < 2950]
        chunk = found["chunk"]
        assert (found["period"], chunk["key"], chunk["rows"]) == (period, key_of(start, shape), len(members))
        assert (chunk["start"], chunk["index"]) == (start.isoformat(), calendar[period].index(start))
        assert close(found["value"], sum(known) / len(known)) if known else found["value"] is None


@pytest.mark.parametrize(("chunk", "size"), [("{rows: 400}", 400), ("{count: 3}", None), ("all", 10**9)])
def test_chunks_of_rows(orders: Desk, chunk: str, size: int | None) -> None:
    orders.monitors(f"{BASE}    chunk: {chunk}\n    profile: [id]\n")
    said = orders.run("--select", "metric:min", "metric:max")

    for period in ("reference", "analysis"):
        ids = [row["id"] for row in rows() if (row["at"] < CUT) == (period == "reference")]
        parts = np.array_split(ids, 3) if size is None else [ids[at : at + size] for at in range(0, len(ids), size)]
        least, most = said.all(metric="min", period=period), said.all(metric="max", period=period)
        assert [each["value"] for each in least] == [int(min(part)) for part in parts]
        assert [each["value"] for each in most] == [int(max(part)) for part in parts]
        assert [each["chunk"]["rows"] for each in least] == [len(part) for part in parts]


# --- periods, windows, filters, segments --------------------------------------------------------------------


def test_a_window_bounds_the_analysis_only(orders: Desk) -> None:
    orders.monitors(f"{BASE}    chunk: month\n    profile: [id]\n")
    said = orders.run("--since", "2024-03-05", "--as-of", "2024-04-02T12:00:00+02:00", "--select", "metric:row_count")

    found = {(each["period"], each["chunk"]["key"]): each["value"] for each in said.results}
    within = [row["at"] for row in rows() if datetime(2024, 3, 1) <= row["at"] < datetime(2024, 4, 2, 10)]
    assert set(found) >= {("analysis", "2024-03")} and ("analysis", "2024-02") not in found
    assert found["analysis", "2024-03"] == sum(at.month == 3 for at in within)
    assert found["analysis", "2024-04"] == sum(at.month == 4 for at in within)
    assert found["reference", "2023-12"] == sum(row["at"].month == 12 for row in rows() if row["at"].year == 2023)
    assert said.document["run"]["as_of"] == "2024-04-02T10:00:00Z"


@pytest.mark.parametrize("option", [(), ("--as-of", "2026-01-01"), ("--since", "2023-01-01")])
def test_rows_without_a_time_are_judged_in_every_window(desk: Desk, option: tuple[str, ...]) -> None:
    desk.sql(
        "create table t(a int, ts timestamp)", "insert into t values (1, '2024-01-01'), (2, '2024-01-09'), (7, null)"
    )
    desk.monitors(
        """
        datasets:
          t:
            table: t
            time: ts
            chunk: month
            columns: {a: {accepted_values: [1, 2], mean: {between: [0, 9], per: chunk}}, ts: {not_null: }}
            rules: [{row_count: {between: [3, 3]}}, {freshness: {fail: 90000 days}}]
        """
    )
    said = desk.run(*option)
    assert said.one(metric="freshness")["status"] == "pass"
    judged = [each for each in said.results if each["metric"] != "freshness" and each["monitor"] != "anomaly"]
    assert {each["metric"]: (each["status"], each["value"]) for each in judged} == {
        "accepted_values": ("fail", 1), "not_null": ("fail", 1), "row_count": ("pass", 3),
        "mean": ("pass", 1.5), "missing_time": ("warn", 1),
    }  # fmt: skip


def test_filters_of_the_dataset_and_of_a_rule(orders: Desk) -> None:
    orders.monitors(
        """
        datasets:
          orders:
            table: orders
            where: "not is_test"
            columns:
              amount: {not_null: {where: "region = 'North'"}, mean: {fail: "> 1e9", where: "amount > 50"}}
            rules:
              - row_count: {warn: "> 10"}
              - unique: [region]
                where: "id < 10"
        """
    )
    said = orders.run()

    kept = [row for row in rows() if not row["is_test"]]
    north = [row for row in kept if row["region"] == "North"]
    high = [row["amount"] for row in kept if row["amount"] is not None and row["amount"] > 50]
    missing = said.one(metric="not_null")
    assert (missing["failing"], missing["of"]) == (sum(row["amount"] is None for row in north), len(north))
    assert close(said.one(metric="mean")["value"], sum(high) / len(high))
    assert said.one(metric="row_count")["value"] == len(kept)
    assert said.one(metric="unique")["failing"] == 3


def test_segments_of_values_and_of_predicates(orders: Desk) -> None:
    orders.monitors(
        """
        datasets:
          orders:
            table: orders
            segments: [region, {name: large, where: "amount > 60"}]
            columns: {amount: {not_null: {per: segment}}}
            profile: [amount]
        """
    )
    said = orders.run()

    groups = {"region=North": "North", "region=South": "South", "region=East": "East", "region is null": None}
    for label, region in groups.items():
        mine = [row for row in rows() if row["region"] == region]
        known = [row["amount"] for row in mine if row["amount"] is not None]
        rule = said.one(monitor="rule", segment=label)
        assert (rule["failing"], rule["of"]) == (len(mine) - len(known), len(mine))
        assert close(said.one(monitor="profile", metric="mean", segment=label)["value"], sum(known) / len(known))
    large = [row["amount"] for row in rows() if row["amount"] is not None and row["amount"] > 60]
    assert said.one(monitor="profile", metric="row_count", segment="large")["value"] == len(large)
    assert said.one(monitor="profile", metric="max", segment="large")["value"] == max(large)
    assert said.one(monitor="profile", metric="row_count", segment=None)["value"] == 3000


def test_the_reference_is_another_dataset(orders: Desk) -> None:
    orders.sql("create table train as select id, ts - interval 1 year as ts, amount * 2 as amount, region from orders")
    orders.monitors(
        """
        datasets:
          train: {table: train, time: ts}
          orders:
            table: orders
            time: ts
            chunk: quarter
            reference: {dataset: train}
            columns: {amount: {not_null: }}
            profile: [amount]
            drift: {columns: [amount, region], metrics: {numeric: [ks], categorical: [jensen_shannon]}}
        """
    )
    said = orders.run()

    values = [(row["at"], row["amount"]) for row in rows() if row["amount"] is not None]
    assert said.one(metric="not_null")["of"] == 3000  # rules judge the dataset, not its reference
    means = {(each["period"], each["chunk"]["key"]): each["value"] for each in said.all(metric="mean")}
    for quarter, months in {"2023-Q4": (10, 11, 12), "2024-Q1": (1, 2, 3)}.items():
        mine = [value for at, value in values if at.month in months and at.year == int(quarter[:4])]
        assert close(means["analysis", quarter], sum(mine) / len(mine))
        earlier = f"{int(quarter[:4]) - 1}{quarter[4:]}"
        assert close(means["reference", earlier], 2 * sum(mine) / len(mine))
    whole = [2 * value for _, value in values]
    first = [value for at, value in values if at.year == 2023]
    found = said.one(metric="ks", period="analysis", chunk=said.all(metric="ks", period="analysis")[0]["chunk"])
    assert close(found["value"], ks_2samp(first, whole).statistic)


def test_drift_within_segments(orders: Desk) -> None:
    drift = "{columns: [said], treat_as_categorical: [said], metrics: {categorical: [jensen_shannon]}}"
    orders.monitors(f"{BASE}    chunk: quarter\n    segments: [region]\n    drift: {drift}\n")
    said = orders.run()

    for label in ("North", "South"):
        mine = [row for row in rows() if row["region"] == label]
        before = [row["said"] for row in mine if row["at"] < CUT]
        chunk = [row["said"] for row in mine if datetime(2024, 4, 1) <= row["at"] < datetime(2024, 7, 1)]
        shares = [[values.count(0) / len(values), values.count(1) / len(values)] for values in (chunk, before)]
        found = [
            each for each in said.all(segment=f"region={label}", period="analysis") if each["chunk"]["key"] == "2024-Q2"
        ]
        assert close(found[0]["value"], jensenshannon(*shares, base=2))


# --- models -------------------------------------------------------------------------------------------------


def model_numbers(said: Said, wanted: Iterable[dict[str, Any]]) -> None:
    chunks: dict[str, list[dict[str, Any]]] = {}
    for row in wanted:
        chunks.setdefault(row["at"].strftime("%Y-%m"), []).append(row)
    for key in ("2024-04", "2024-05"):
        truth = [row["truth"] == "yes" for row in chunks[key]]
        found = {
            e["metric"]: e["value"] for e in said.results if e["method"] == "realized" and e["chunk"]["key"] == key
        }
        assert close(found["roc_auc"], roc_auc_score(truth, [row["p"] for row in chunks[key]]))
        assert close(found["f1"], f1_score(truth, [row["said"] for row in chunks[key]]))


MODEL = """
    chunk: month
    models:
      late:
        kind: binary
        score: p
        prediction: said
        label: {label}
        positive: {positive}
        metrics: [roc_auc, f1]
"""


def test_realized_performance_of_text_labels(orders: Desk) -> None:
    orders.sql("alter table orders alter said type varchar using if(said = 1, 'yes', 'no')")
    orders.monitors(BASE + MODEL.format(label="truth", positive="yes"))
    model_numbers(orders.run(), rows())


def test_labels_of_another_table(orders: Desk) -> None:
    orders.sql(
        "create table outcomes as select id, (truth = 'yes')::int as truth from orders where ts < '2024-05-15'",
        "alter table orders drop truth",
    )
    orders.monitors(
        BASE + MODEL.format(label="{table: outcomes, on: id, column: truth}", positive="1") + "    profile: true\n"
    )
    said = orders.run()
    known = [row for row in rows() if row["at"] < datetime(2024, 5, 15)]
    model_numbers(said, known)
    assert not any("whq_" in (each["subject"] or "") for each in said.results)
    partly = [each for each in said.all(method="realized", metric="f1") if each["chunk"]["key"] == "2024-05"]
    total = sum((row["at"].year, row["at"].month) == (2024, 5) for row in rows())
    labelled = sum((row["at"].year, row["at"].month) == (2024, 5) for row in known)
    assert close(partly[0]["details"]["labelled_ratio"], labelled / total)


# --- rules --------------------------------------------------------------------------------------------------


def test_rules_by_chunk(orders: Desk) -> None:
    orders.monitors(f"{BASE}    chunk: month\n    columns: {{amount: {{not_null: {{per: chunk}}}}}}\n")
    said = orders.run()

    for found in said.all(monitor="rule"):
        start = datetime.fromisoformat(found["chunk"]["start"])
        period = found["period"] == "reference"
        mine = [row for row in rows() if (row["at"].year, row["at"].month) == (start.year, start.month)]
        mine = [row for row in mine if (row["at"] < CUT) == period]
        assert (found["failing"], found["of"]) == (sum(row["amount"] is None for row in mine), len(mine))


OPTIONS = """
datasets:
  orders:
    table: orders
    columns:
      region:
        accepted_values:
          - {values: [North, South, East], id: known}
          - {values: [North, South, East], id: strict, nulls: fail}
        not_null: [{id: soft, severity: warn}, {id: share, fail: "> 50%", warn: "> 1%"}, {id: lax, fail: "> 1000 rows"}]
        max_length: {fail: "> 4"}
      amount:
        accepted_range: [{max: 0, where: "id < 0", id: nothing}, {max: 0, where: "id < 0", id: bad, on_empty: fail},
          {max: 0, where: "id < 0", id: soso, on_empty: warn}, {max: 0, where: "id < 0", id: good, on_empty: pass}]
    rules:
      - expression: "amount < 1000"
        id: loose
      - expression: "amount < 1000"
        id: strict
        nulls: fail
"""
STATUSES = {
    "orders/region/accepted_values/known": ("pass", 0),
    "orders/region/accepted_values/strict": ("fail", 131),
    "orders/region/not_null/soft": ("warn", 131),
    "orders/region/not_null/share": ("warn", 131 / 3000),
    "orders/region/not_null/lax": ("pass", 131),
    "orders/region/max_length": ("fail", 5),
    "orders/amount/accepted_range/nothing": ("inconclusive", None),
    "orders/amount/accepted_range/bad": ("fail", None),
    "orders/amount/accepted_range/soso": ("warn", None),
    "orders/amount/accepted_range/good": ("pass", None),
    "orders/expression/loose": ("pass", 0),
    "orders/expression/strict": ("fail", 177),
}


def test_options_of_rules(orders: Desk) -> None:
    orders.monitors(OPTIONS)
    said = orders.run()
    assert {each["id"]: (each["status"], each["value"]) for each in said.results} == STATUSES


def test_a_metric_and_a_rule_are_a_file_each(orders: Desk) -> None:
    orders.write(
        "sql_templates/metrics/spread.sql",
        """
        {#
        title: Greatest less least value
        shape: aggregate
        arguments:
          column: numeric
        #}
        max($column) - min($column)
        """,
    )
    orders.write(
        "sql_templates/rules/rounded.sql",
        """
        {#
        title: No more decimals than so many
        shape: predicate
        arguments:
          column: numeric
          digits: {kind: integer, required: true, doc: decimals}
        short: digits
        measure: rows
        says: have {a column} with more than {digits} decimals
        #}
        abs($column * power(10, $digits) - round($column * power(10, $digits))) > 0.001
        """,
    )
    orders.monitors(
        """
        datasets:
          orders:
            table: orders
            columns: {amount: {spread: {fail: "> 10"}, rounded: 2}}
            profile: [amount]
        """
    )
    said = orders.run()

    known = [row["amount"] for row in rows() if row["amount"] is not None]
    assert close(said.one(metric="spread", monitor="profile")["value"], max(known) - min(known))
    assert said.one(metric="spread", monitor="rule")["status"] == "fail"
    assert said.one(metric="rounded")["failing"] == sum(
        abs(value * 100 - round(value * 100)) > 0.001 for value in known
    )
    assert 'have an "amount" with more than 2 decimals' in said.one(metric="rounded")["message"]
    listed = orders.whq("list", "rules").out + orders.whq("list", "metrics").out
    assert "rounded" in listed and "spread" in listed


PAIRS = """
    create table pairs as
    select i as x, (37 * i) % 7 as y, i - 1 as before, 'a' as word, timestamp '2024-01-05' as ts from range(1, 8) r(i)
"""
TWO_COLUMNS = {
    "metrics/related": ("aggregate", "corr($column, $other)", ""),
    "metrics/apart": ("aggregate", "max(abs($left_side - $right_side))", ""),
    "rules/at_most": ("predicate", "$column > $other", "short: other"),
    "rules/sorted": ("predicate", "$low > $column or $column > $high", ""),
}
COLUMNS_OF = {"apart": ("left_side", "right_side"), "sorted": ("column", "low", "high")}
PAIRED = """
datasets:
  pairs:
    table: pairs
    columns:
      x:
        related: {other: y, fail: "> 0.5"}
        apart: {right_side: before, fail: "> 1"}
        at_most: y
        sorted: [{id: right, low: before, high: x}, {id: wrong, low: y, high: x}]
    rules:
      - related: {column: x, other: y}
        id: long
        fail: "> 0.5"
      - related: {column: y, other: x, fail: "> 0.5"}
      - at_most: {column: before, other: x}
      - related: {column: x, other: word, fail: "> 0.5"}
        id: type
      - related: {column: x, other: yy, fail: "> 0.5"}
        id: name
    profile: [x]
"""


def test_every_column_argument_reads_its_own_column(orders: Desk) -> None:
    orders.sql(PAIRS)
    for name, (shape, body, short) in TWO_COLUMNS.items():
        arguments = "".join(
            f"\n  {one}: numeric" for one in COLUMNS_OF.get(name[8:], COLUMNS_OF.get(name[6:], ("column", "other")))
        )
        orders.write(f"sql_templates/{name}.sql", f"{{#\nshape: {shape}\narguments:{arguments}\n{short}\n#}}\n{body}\n")
    orders.monitors(PAIRED)
    said = orders.run()
    got = {each["id"]: each["value"] for each in said.all(monitor="rule")}
    assert close(got.pop("pairs/x/related"), -0.25) and close(got.pop("pairs/x/related/long"), -0.25)
    assert close(got.pop("pairs/y/related"), -0.25)
    x, y = list(range(1, 8)), [37 * i % 7 for i in range(1, 8)]
    below = sum(a > b for a, b in zip(x, y, strict=True))
    assert got == {
        "pairs/x/apart": 1,
        "pairs/x/at_most": below,
        "pairs/x/sorted/right": 0,
        "pairs/x/sorted/wrong": 7 - below,
        "pairs/before/at_most": 0,
        "pairs/x/related/type": None,
        "pairs/x/related/name": None,
    }
    assert said.one(id="pairs/x/related/long")["params"]["arguments"] == {"other": "y"}
    kind, name = said.one(id="pairs/x/related/type"), said.one(id="pairs/x/related/name")
    assert kind["message"].startswith(
        'related cannot take this column as other: "word" is VARCHAR; allowed types: numeric'
    )
    assert kind["details"]["location"] == "monitors/monitors.yml:16:37"
    assert name["message"] == 'unknown column "yy" in pairs; did you mean "y"?'
    assert name["details"]["location"] == "monitors/monitors.yml:18:37"
    assert not said.all(monitor="profile", metric="related")


HOLES = """
    create table visits as
    select timestamp '2024-01-01' + to_hours(i::int) as at, i % 97 as x, i % 5 > 0 as said, (i % 89) / 88 as p,
      case when i % 2 = 0 and i < 6000 then 'us' else 'eu' end as region
    from range(8000) r(i) where month(timestamp '2024-01-01' + to_hours(i::int)) not in (2, 8)
"""
WITH_HOLES = """
datasets:
  visits:
    table: visits
    time: at
    chunk: month
    reference: "at < '2024-05-01'"
    segments: [region]
    rules: [{row_count: {fail: "< 1", per: chunk}}, {not_null: {column: x, per: [chunk, segment]}}]
    profile: [x]
    drift: {columns: [x]}
    models: {m: {kind: binary, score: p, label: said, metrics: [roc_auc]}}
"""


def test_a_chunk_without_rows_is_a_result_on_every_run(orders: Desk) -> None:
    orders.sql(HOLES)
    orders.monitors(WITH_HOLES)
    first, second = orders.run("--judge", "all"), orders.run("--judge", "all")

    def told(said: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        about = ("id", "segment", "period", "method")
        return {
            (*(each[name] for name in about), each["chunk"] and each["chunk"]["key"]): (each["status"], each["value"])
            for each in said.results
            if each["monitor"] != "anomaly"  # late rows are judged against what an earlier run counted
        }

    assert told(first) == told(second)
    empty = [each for each in first.results if each["chunk"] and each["chunk"]["key"] in ("2024-02", "2024-08")]
    assert {each["chunk"]["rows"] for each in empty} == {0}
    assert {each["chunk"]["index"] for each in empty if each["period"] == "analysis"} == {3}
    counted = [each for each in empty if each["metric"] == "row_count" and each["monitor"] == "rule"]
    assert [(each["period"], each["value"], each["status"]) for each in counted] == [
        ("reference", 0, "pass"), ("analysis", 0, "fail"),
    ]  # fmt: skip
    others = [each for each in empty if each["monitor"] != "rule"]
    assert {each["status"] for each in others} == {"skipped"}
    assert {each["details"]["reason"] for each in others} == {"no rows"}
    assert {each["monitor"] for each in others} == {"profile", "drift", "model"}
    vanished = [each for each in first.all(segment="region=us", metric="jensen_shannon") if each["status"] == "skipped"]
    assert [each["chunk"]["key"] for each in vanished] == ["2024-02", "2024-08", "2024-10", "2024-11"]
    assert first.code == second.code == 1  # the row count; verdicts on empty chunks are withheld
    shown = orders.whq("history", "visits/x/jensen_shannon", "--format", "csv").out
    assert any(",2024-08," in line and ",skipped" in line for line in shown.splitlines())


EMPTY = """
datasets:
  orders:
    table: orders
    time: ts
    chunk: month
    where: "id < 0"
    reference: "ts < '2024-03-01'"
    profile: {{columns: [amount], on_empty: {wanted}, severity: {severity}}}
    drift: {{columns: [amount], metrics: {{numeric: [ks]}}, on_empty: {wanted}, severity: {severity}}}
    models: {{m: {{kind: binary, score: p, label: said, on_empty: {wanted}, severity: {severity}, metrics: [roc_auc]}}}}
"""


VERDICTS = [("pass", "fail", "pass"), ("warn", "fail", "warn"), ("fail", "warn", "warn"), ("fail", "fail", "fail")]


@pytest.mark.parametrize(("wanted", "severity", "status"), VERDICTS)
def test_on_empty_decides_for_every_family(orders: Desk, wanted: str, severity: str, status: str) -> None:
    orders.monitors(EMPTY.format(wanted=wanted, severity=severity))
    said = orders.run("--select", "metric:row_count", "metric:ks", "metric:roc_auc")
    found = {each["id"]: each["status"] for each in said.results if each["method"] != "cbpe"}
    assert found == {
        "orders/row_count": status,
        "orders/amount/ks": status,
        "orders/m/roc_auc/realized": status,
    }


def test_the_same_data_give_the_same_results(orders: Desk) -> None:
    drift = "drift: {columns: [amount, region, said], treat_as_categorical: [said]}"
    whole = f"{BASE}    chunk: month\n    segments: [region]\n    profile: true\n    {drift}\n"
    orders.monitors(whole + "  other: {table: orders, profile: [id]}\n")

    def told(*words: str) -> list[dict[str, Any]]:
        results = orders.run("--as-of", "2024-07-01", *words).results
        return [{key: value for key, value in each.items() if key != "query"} for each in results]

    assert told("--jobs", "1", "--refit") == told("--jobs", "8", "--refit") == told()


def test_a_query_reads_a_dataset_that_is_a_file(desk: Desk) -> None:
    times = "epoch(timestamp '2024-01-01' + i * interval 1 hour)::bigint as at, i as id"
    for ending in ("parquet", "csv"):
        duckdb.execute(f"copy (select {times} from range(2000) r(i)) to '{desk.root}/r.{ending}'")
    desk.sql("create table taken as select 1 as at")
    desk.monitors(
        """
        datasets:
          readings_file: {table: r.parquet}
          readings:
            query: select *, make_timestamp(at * 1000000) as row_time from readings_file
            time: row_time
            chunk: month
            columns: {id: {unique: }}
            profile: [id]
          other_file: {table: r.csv}
          other:
            query: select f.id, make_timestamp(f.at * 1000000) as row_time from Other_File as f
            time: row_time
            chunk: month
            profile: [id]
          taken: {table: r.parquet}
          first: {query: select * from taken, rules: [{row_count: {fail: "> 1"}}]}
        """
    )
    said = desk.run()
    assert said.code == 0
    chunks = {each["chunk"]["key"]: each["value"] for each in said.all(dataset="readings", metric="row_count")}
    assert chunks == {"2024-01": 744, "2024-02": 696, "2024-03": 560}
    assert said.one(id="first/row_count")["value"] == 1
    assert len({each["chunk"]["key"] for each in said.all(dataset="other", monitor="profile")}) == 3
