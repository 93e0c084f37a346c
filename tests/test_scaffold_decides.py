"""What `whq init` decides: the reference and its chunks, times that are no timestamps, pairs, labels, identifiers."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import whq
from whq.config import load_project
from whq.config.spec import DatasetSpec
from whq.errors import ConfigError
from whq.result import RunResult
from whq.scaffold import init, spans
from whq.scaffold.facts import ColumnFacts, TableFacts
from whq.scaffold.pairs import pairs
from whq.values import Chunking, Column

DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2] / "shared" / "data"))
HONEST = {"pass", "warn", "fail", "skipped", "inconclusive"}


def database(root: Path, *statements: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(root / "d.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
    return root


def specs(root: Path) -> dict[str, DatasetSpec]:
    return {spec.name: spec for spec in load_project(root).datasets}


def text(root: Path, name: str = "t") -> str:
    return (root / f"monitors/{name}.yml").read_text()


def ran(root: Path) -> RunResult:
    """A run in which everything could be evaluated."""
    outcome = whq.run(root)
    assert not outcome.errors
    assert {result.status for result in outcome.results} <= HONEST
    assert outcome.exit_code in (0, 1), [
        (result.id, result.message) for result in outcome.results if result.status in ("inconclusive", "error")
    ]
    return outcome


# --- chunks and the reference -------------------------------------------------------------------------------


def time(first: str, last: str, **more: Any) -> ColumnFacts:
    kind = more.pop("kind", "timestamp")
    ends = (datetime.fromisoformat(first), datetime.fromisoformat(last))
    return ColumnFacts(Column("ts", kind), least=ends[0], greatest=ends[1], **more)


def days(first: str, last: str, rows: int = 100, **changed: int) -> dict[datetime, int]:
    at, end, counts = datetime.fromisoformat(first), datetime.fromisoformat(last), {}
    while at <= end:
        counts[at] = changed.get(f"d{at:%Y%m%d}", changed.get(f"m{at:%Y%m}", rows))
        at += timedelta(days=1)
    return counts


UNITS: dict[str, tuple[str, str, int, str]] = {
    "years by month": ("2022-01-01", "2023-12-31", 100, "month"),
    "months by week": ("2023-01-02", "2023-06-30", 100, "week"),
    "weeks by day": ("2023-01-02", "2023-02-20", 100, "day"),
    "few rows need longer chunks": ("2023-01-01", "2023-12-31", 2, "month"),
    "half a year of few rows": ("2023-01-01", "2023-07-31", 6, "month"),
}


@pytest.mark.parametrize("case", UNITS)
def test_the_unit_gives_enough_chunks_with_enough_rows(case: str) -> None:
    first, last, rows, unit = UNITS[case]
    cut = spans.history(time(first, f"{last}T23:59"), days(first, last, rows))
    assert cut is not None and cut.unit == unit


def test_the_first_and_the_last_chunk_are_closed_only_where_the_rows_reach_their_ends() -> None:
    cut = spans.history(time("2022-01-20", "2023-12-11"), days("2022-01-20", "2023-12-11"))
    assert cut is not None
    assert [f"{bucket.start:%Y-%m}" for bucket in (cut.closed[0], cut.closed[-1])] == ["2022-02", "2023-11"]
    whole = spans.history(time("2022-01-02", "2023-12-31T20:00"), days("2022-01-02", "2023-12-31"))
    assert whole is not None and len(whole.closed) == len(whole.buckets) == 24


def test_the_reference_is_the_older_half_without_what_looks_broken() -> None:
    counts = days("2022-01-20", "2023-12-11", m202207=5, m202211=400)
    for day in range(1, 31):
        counts.pop(datetime(2022, 9, day))
    cut = spans.history(time("2022-01-20", "2023-12-11"), counts)
    assert cut is not None
    reference = spans.reference(cut)
    assert reference is not None and reference.start == datetime(2022, 2, 1)
    assert [(f"{bucket.start:%Y-%m}", reason) for bucket, reason in reference.without] == [
        ("2022-07", "155 rows where 3,050 are usual"), ("2022-09", "0 rows where 3,100 are usual"),
        ("2022-11", "12,000 rows where 3,100 are usual"),
    ]  # fmt: skip
    closed = 22
    assert (reference.of, reference.chunks, reference.end) == (closed, 10, datetime(2023, 3, 1))


def test_a_growing_table_is_not_broken() -> None:
    counts = {at: 10 + number for number, at in enumerate(days("2022-01-01", "2023-12-31"))}
    cut = spans.history(time("2022-01-01", "2023-12-31T23:00"), counts)
    assert cut is not None and not spans.broken(cut)


def test_void_columns_break_a_chunk_unless_they_often_are_or_are_labels() -> None:
    cut = spans.history(time("2022-01-01", "2023-12-31T23:00"), days("2022-01-01", "2023-12-31"))
    assert cut is not None
    rows = {bucket.start: bucket.rows for bucket in cut.buckets}
    once = {datetime(2022, 5, 1): rows[datetime(2022, 5, 1)]}
    early = {start: count for start, count in rows.items() if start < datetime(2022, 9, 1)}
    late = {start: count for start, count in rows.items() if start > datetime(2023, 9, 1)}
    cut = spans.with_voids(cut, {"once": once, "early": early, "label": late})
    assert spans.often_void(cut) == {"early"}
    assert spans.broken(cut, frozenset({"label"})) == {datetime(2022, 5, 1): "no value in once"}
    assert len(spans.broken(cut)) == 4


@pytest.mark.parametrize(("chunks", "expected"), [(4, None), (5, 3), (6, 4), (8, 6), (12, 6), (20, 10)])
def test_how_many_chunks_the_reference_gets(chunks: int, expected: int | None) -> None:
    first = date(2023, 1, 2)
    last = first + timedelta(days=7 * chunks - 1)
    cut = spans._cut("week", days(str(first), str(last)), datetime(2023, 1, 2), datetime.fromisoformat(f"{last}T23:00"))
    reference = spans.reference(cut)
    assert (reference and reference.chunks) == expected


def test_what_was_decided_stands_in_the_file(tmp_path: Path) -> None:
    hours = "timestamp '2022-01-20 00:00' + i * interval 20 minute"
    database(
        tmp_path,
        f"""create table t as select i as id, {hours} as ts, i % 7 + 0.5 as x, case when i % 50 = 0 then null
            when {hours} between '2022-05-01' and '2022-05-31 23:59' then null else i % 3 end as z, uuid() as token,
            'c' || i % 400 as customer_id, i * 3 as counter
            from range(52000) r(i) where not ({hours} between '2022-08-03' and '2022-08-31 23:59')""",
    )
    init(tmp_path)
    said = text(tmp_path)
    assert "chunk: month # 23 closed months, usually 2,232 rows\n" in said
    assert "# The reference: the older 11 of 23 closed months. Put here what you know to be good.\n" in said
    assert "# Left out of it, as it looks broken: 2022-05, no value in z.\n" in said
    assert "# Left out of it, as it looks broken: 2022-08, 144 rows where 2,196 are usual.\n" in said
    assert "# left out: token, customer_id, counter (identifiers)\n" in said
    (spec,) = specs(tmp_path).values()
    assert spec.drift is not None and spec.drift.columns == ("x", "z")
    outcome = whq.drift(project=tmp_path)
    reference = {result.chunk.key for result in outcome.results if result.chunk and result.period == "reference"}
    assert {"2022-02", "2022-04", "2022-06", "2023-01"} <= reference
    assert not {"2022-01", "2022-05", "2022-08", "2023-03"} & reference
    analysis = {result.chunk.key for result in outcome.results if result.chunk and result.period == "analysis"}
    assert analysis == {"2022-01", "2022-05", "2022-08", "2024-01", *(f"2023-{month:02}" for month in range(3, 13))}


@pytest.mark.parametrize(
    ("step", "count", "ago", "finished"),
    [(1, 90, 11, True), (1, 90, 9, False), (7, 60, 60, False), (7, 60, 80, True), (1, 2, 11, True)],
)
def test_a_table_without_new_rows_is_finished(step: int, count: int, ago: int, finished: bool, tmp_path: Path) -> None:
    first = f"current_date - {ago} - {step} * {count - 1}"
    database(
        tmp_path,
        f"create table t as select i as id, ({first} + {step} * (i % {count})::int)::timestamp as ts, i % 9 as x "
        "from range(6000) r(i)",
    )
    init(tmp_path)
    assert specs(tmp_path)["t"].finished == finished
    assert ("finished: true # no rows since" in text(tmp_path)) == finished


def test_a_short_history_has_no_reference_and_says_so(tmp_path: Path) -> None:
    database(
        tmp_path,
        "create table t as select i as id, timestamp '2024-01-01' + i * interval 1 minute as ts, i % 9 as x "
        "from range(4000) r(i)",
    )
    (found,) = init(tmp_path).suggested
    assert found.reference is None or found.unit == "hour"
    database(
        tmp_path / "few",
        "create table t as select i as id, date '2024-01-01' + (i % 4)::int as ts, i % 9 as x from range(4000) r(i)",
    )
    init(tmp_path / "few")
    said = text(tmp_path / "few")
    assert "# No reference: 4 closed days of usually 1,000 rows say too little of what is normal.\n" in said
    assert "    # drift: true" in said
    ran(tmp_path / "few")


# --- times that are no timestamps ---------------------------------------------------------------------------

HOURS = "timestamp '2024-01-01' + i * interval 1 hour"
TIMES = {
    "seconds": f"epoch({HOURS})::bigint as ts",
    "seconds as floats": f"epoch({HOURS})::double + 0.25 as ts",
    "milliseconds": f"epoch_ms({HOURS}) as created_at",
    "microseconds": f"epoch_us({HOURS}) as event_time",
    "year month day hour": f"year({HOURS}) as year, month({HOURS}) as month, day({HOURS}) as day, hour({HOURS}) as hr",
    "year month": f"year({HOURS})::int as yr, month({HOURS})::int as mnth",
    "whole days": f"strftime({HOURS}, '%Y%m%d')::int as order_date",
    "iso text": f"strftime({HOURS}, '%Y-%m-%d %H:%M:%S') as ts",
    "german text": f"strftime({HOURS}, '%d.%m.%Y %H:%M') as \"time\"",
    "american text": f"strftime({HOURS}, '%m/%d/%Y') as date",
    "british text": f"strftime({HOURS}, '%d/%m/%Y') as date",
}


@pytest.mark.parametrize("kind", ["table", "parquet"])
@pytest.mark.parametrize("case", TIMES)
def test_a_time_is_made_of_what_is_none(case: str, kind: str, tmp_path: Path) -> None:
    rows = f"select i as id, {TIMES[case]}, i % 9 as x from range(9000) r(i)"
    if kind == "table":
        database(tmp_path, f"create table t as {rows}")
    else:
        duckdb.execute(f"copy ({rows}) to '{tmp_path}/t.parquet'")
    (found,) = init(tmp_path).suggested
    assert found.time is not None and found.time.name == "row_time" and found.unit == "month", found.notes
    spec = specs(tmp_path)["t"]
    assert spec.query is not None and spec.time == "row_time" and spec.reference
    outcome = ran(tmp_path)
    chunks = {
        result.chunk.key: result.value for result in outcome.results if result.metric == "row_count" and result.chunk
    }
    assert chunks["2024-02"] == 696 and len(chunks) == 13 and sum(chunks.values()) == 9000


NO_TIMES = {
    "a number that is none": "i * 1000 as ts",
    "years far away": "1000000 + i as ts",
    "days that are none": "20241301 + i % 3 as day_of_sale",
    "texts that are none": "'2024-13-' || (10 + i % 9) as ts",
    "mixed texts": "case when i % 2 = 0 then '2024-01-01' else 'unknown' end as ts",
    "a month of 13": "2024 as year, 13 as month",
    "a day that no month has": "2024 as year, 2 as month, 30 as day",
    "mostly missing": f"case when i % 2 = 0 then epoch({HOURS})::bigint end as ts",
}  # fmt: skip


@pytest.mark.parametrize("case", NO_TIMES)
def test_what_only_looks_like_a_time_is_none(case: str, tmp_path: Path) -> None:
    database(tmp_path, f"create table t as select i as id, {NO_TIMES[case]}, i % 9 as x from range(900) r(i)")
    (found,) = init(tmp_path).suggested
    assert found.time is None and specs(tmp_path)["t"].query is None
    ran(tmp_path)


def test_times_are_made_on_postgres(postgres: Any, tmp_path: Path) -> None:
    hours = "timestamp '2024-01-01' + i * interval '1 hour'"
    rows = "from generate_series(0, 8999) as i"
    postgres.execute(
        "drop schema if exists times cascade",
        "create schema times",
        f"create table times.seconds as select i as id, extract(epoch from {hours})::bigint as ts, i % 9 as x {rows}",
        f"create table times.millis as select i as id, extract(epoch from {hours})::bigint * 1000 as ts {rows}",
        f"create table times.parts as select i as id, extract(year from {hours})::int as year, "
        f"extract(month from {hours})::int as month, extract(day from {hours})::int as day {rows}",
        f"create table times.days as select i as id, to_char({hours}, 'YYYYMMDD')::int as order_date {rows}",
        f"create table times.texts as select i as id, to_char({hours}, 'DD.MM.YYYY HH24:MI') as \"Time\" {rows}",
        f"create table times.own as select i as id, i % 7 as whq_score, i % 5 as score {rows}",
    )
    (tmp_path / "profiles").mkdir()
    fields = postgres.fields(schema="times", sslmode="disable")
    lines = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    (tmp_path / "profiles/pg.yml").write_text(f"targets:\n  dev:\n    type: postgres\n{lines}")
    made = {found.facts.name: found for found in init(tmp_path, profile="pg").suggested}
    assert {name: found.time and found.time.name for name, found in made.items()} == {
        "own": None, **dict.fromkeys(("seconds", "millis", "parts", "days", "texts"), "row_time"),
    }  # fmt: skip
    outcome = ran(tmp_path)
    sizes = {(result.dataset, result.chunk.key): result.value for result in outcome.results
             if result.metric == "row_count" and result.chunk}  # fmt: skip
    assert {sizes[name, "2024-02"] for name in made if name != "own"} == {696}


# --- names that are whq's own -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["table", "parquet", "csv"])
def test_columns_with_names_of_whq_are_renamed(kind: str, tmp_path: Path) -> None:
    rows = (
        'select i as id, i % 7 as whq_chunk, i % 5 as "WHQ_x y", i % 3 as chunk, '
        "timestamp '2024-01-01' + i * interval 1 hour as whq_time from range(9000) r(i)"
    )
    if kind == "table":
        database(tmp_path, f"create table t as {rows}")
    else:
        duckdb.execute(f"copy ({rows}) to '{tmp_path}/t.{kind}'")
    (found,) = init(tmp_path).suggested
    assert [each.name for each in found.facts.columns] == ["id", "chunk_2", "x y", "chunk", "time"]
    spec = specs(tmp_path)["t"]
    assert spec.time == "time" and spec.drift is not None and spec.drift.columns == ("chunk_2", "x y", "chunk")
    ran(tmp_path)


# --- pairs --------------------------------------------------------------------------------------------------

PAIRS = [
    ("loans_reference", "loans_analysis"), ("train", "test"), ("dev_orders", "prod_orders"),
    ("baseline", "current"), ("Sales-Baseline", "Sales-Current"), ("ref.scores", "analysis.scores"),
]  # fmt: skip


def table(name: str, rows: int = 1000, **types: Any) -> TableFacts:
    columns = tuple(ColumnFacts(Column(column, kind)) for column, kind in (types or {"a": "text"}).items())
    return TableFacts(name, name, rows, columns)


@pytest.mark.parametrize(("reference", "other"), PAIRS)
def test_pairs_by_name(reference: str, other: str) -> None:
    assert pairs([table(other), table("x"), table(reference)]) == {other: reference}


NO_PAIRS = {
    "other columns": (table("train"), table("test", b="text")),
    "other types": (table("train"), table("test", a="integer")),
    "an empty one": (table("train", 0), table("test")),
    "no other": (table("train"), table("untested")),
    "two references": (table("x_train"), table("x_training"), table("x_test")),
}


@pytest.mark.parametrize("case", NO_PAIRS)
def test_what_is_no_pair(case: str) -> None:
    assert pairs(NO_PAIRS[case]) == {}


def test_a_pair_of_files_becomes_one_dataset_with_the_other_as_its_reference(tmp_path: Path) -> None:
    rows = "select hash(i + {0}) % 100 / 100.0 as p_churn, (hash(i * 3 + {0}) % 100)::int as age"
    with duckdb.connect() as connection:
        label = ", (hash(i * 5) % 100 < hash(i) % 100)::int as churned"
        connection.execute(f"copy ({rows.format(0)}{label} from range(20000) r(i)) to '{tmp_path}/train.parquet'")
        connection.execute(f"copy ({rows.format(77)} from range(5000) r(i)) to '{tmp_path}/test.parquet'")
    init(tmp_path)
    found = specs(tmp_path)
    spec = found["test"]
    assert (str(spec.reference_dataset), spec.chunking) == ("train", Chunking("count", 10, "reference"))
    assert spec.drift is not None and spec.drift.columns == ("p_churn", "age")
    (model,) = spec.models
    assert (model.score, model.label) == ("p_churn", "churned")
    assert not found["train"].models and found["train"].drift is None
    outcome = ran(tmp_path)
    assert outcome.exit_code == 0
    assert {result.method for result in outcome.results if result.monitor == "model"} == {"cbpe", "realized"}


def test_a_pair_with_times_is_cut_by_the_calendar(tmp_path: Path) -> None:
    rows = "select i as id, timestamp '{0}' + i * interval 1 hour as ts, i % 9 as x from range(9000) r(i)"
    database(
        tmp_path,
        f"create table logs_reference as {rows.format('2023-01-01')}",
        f"create table logs_analysis as {rows.format('2024-01-01')}",
    )
    init(tmp_path)
    spec = specs(tmp_path)["logs_analysis"]
    assert (str(spec.reference_dataset), spec.chunking.unit) == ("logs_reference", "month")
    assert "# This is the reference of logs_analysis" in text(tmp_path, "logs_reference")
    ran(tmp_path)


# --- labels and kinds ---------------------------------------------------------------------------------------

SCORED = """create table t as select i as id, timestamp '2023-01-01' + i * interval 20 minute as ts,
    (hash(i) % 1000)::double / 1000 as score, (hash(i * 3) % 1000)::int < (hash(i) % 1000)::int as truth,
    {0} from range(26000) r(i)"""
LABELS = {
    "by its link to the score": ("(hash(i * 7) % 2)::int as is_new, truth::int as paid", "paid", None),
    "by late NULLs": ("(hash(i * 7) % 2)::int as a, case when i < 20000 then truth::int end as b", "b", None),
    "texts": ("case when truth then 'gone' else 'kept' end as state, ['x', 'y'][1 + i % 2] as side", "state", "gone"),
    "none of them": ("(hash(i * 7) % 2)::int as a, (hash(i * 11) % 2)::int as b", None, None),
    "a single flag that has nothing to do with it": ("(hash(i * 7) % 2)::int as is_new", None, None),
}


@pytest.mark.parametrize("case", LABELS)
def test_labels_are_found_by_content(case: str, tmp_path: Path) -> None:
    columns, label, positive = LABELS[case]
    database(
        tmp_path,
        f"create table t as select * exclude (truth) from ({SCORED.format(columns)[len('create table t as ') :]})",
    )
    (found,) = init(tmp_path).suggested
    assert found.model is not None
    assert (found.model.label, found.model.positive) == (label, positive)
    outcome = ran(tmp_path)
    assert any(result.monitor == "model" for result in outcome.results) == (label is not None)


# --- odd tables ---------------------------------------------------------------------------------------------


def test_odd_tables_give_projects_that_run(tmp_path: Path) -> None:
    database(
        tmp_path,
        "create table empty (id integer, ts timestamp, x varchar)",
        "create table one_row as select 1 as id, timestamp '2024-01-01' as ts",
        "create table one_column as select i as x from range(5000) r(i)",
        "create table texts as select 'a' || i as a, 'b' || i % 5 as b, '' c from range(500) r(i)",
        'create table "order" as select i as "group", i % 3 "select", date \'2024-01-01\' + (i % 200)::int as "from" '
        "from range(5000) r(i)",
        'create table "two words" as select i as "The Id", now()::timestamp - i * interval 1 hour as "When It Was" '
        "from range(9000) r(i)",
        "create table UPPER as select i as ID, timestamp '2024-01-01' + i * interval 1 hour as TS, i % 4 as X "
        "from range(5000) r(i)",
        "create view a_view as select * from UPPER where X > 0",
        "create table same_time as select i as id, timestamp '2024-01-01' as ts, i % 4 as x from range(5000) r(i)",
        "create table nulls as select i as id, null::timestamp as ts, null::integer as x from range(500) r(i)",
    )
    init(tmp_path)
    outcome = ran(tmp_path)
    wrong = {result.id for result in outcome.results if result.status == "fail"}
    assert wrong == {"empty/row_count"}
    before = {path: path.read_text() for path in (tmp_path / "monitors").iterdir()}
    edited = tmp_path / "monitors/UPPER.yml"
    edited.write_text(before[edited] + "# mine\n")
    for again in ({}, {"table": "UPPER"}):
        with pytest.raises(ConfigError, match="nothing was written"):
            init(tmp_path, **again)
    assert edited.read_text().endswith("# mine\n")


FOLDERS = (
    "beijing_pm25", "bike_sharing", "chicago_taxi", "chinook", "dirty_beers", "dirty_hospital", "doaj_articles",
    "elec2", "employment_ma", "jaffle_shop", "nab", "nycflights13",
)  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", FOLDERS)
def test_every_real_table_gives_a_project_that_runs(name: str, tmp_path: Path) -> None:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip("set WHQ_DATA to the folder of the real data")
    init(tmp_path, path=str(folder))
    ran(tmp_path)
    assert whq.check(project=tmp_path).exit_code == (1 if name in ("nycflights13", "chinook") else 0)


# --- a predicted number -------------------------------------------------------------------------------------


def test_a_predicted_number_beside_a_true_one_is_a_regression_model(tmp_path: Path) -> None:
    root = database(
        tmp_path,
        "create table t as select timestamp '2024-01-01' + interval (i) hour as ts, i as id, i % 24 as hr, "
        "(i * 7919) % 101 / 10.0 as size, 10 + (i * 37) % 89 as price_forecast, 11.5 + (i * 37) % 89 as price_actual "
        "from range(8000) as rows(i)",
    )
    said = init(root, path=root / "d.duckdb")
    (model,) = specs(root)["t"].models
    assert (model.kind, model.prediction, model.label) == ("regression", "price_forecast", "price_actual")
    assert model.metrics == ("mae", "rmse", "bias")
    assert set(model.features) == {"hr", "size"}
    assert "# A regression model" not in text(root)
    assert said is not None
    found = {r.metric: r.value for r in ran(root).results if r.method == "realized" and r.period == "analysis"}
    assert found == {"mae": 1.5, "rmse": 1.5, "bias": -1.5}
