"""One table beside another: `--reference` as a file, a table, or a predicate, and what the parts of it teach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import whq
from tests.e2e.conftest import Desk, Said
from tests.engines.pg import Server
from whq.cli import main
from whq.result import RunResult

ROWS = 12_000
QUIET = """
    select i as number, (hash(i * 3 + {seed}) % 1000)::double / 10 as amount,
        ['web', 'shop', 'phone'][1 + (hash(i * 7 + {seed}) % 3)::int] as channel,
        (hash(i * 11 + {seed}) % 100)::double / 100 as p,
        ((hash(i * 13 + {seed}) % 100)::int < (hash(i * 11 + {seed}) % 100)::int)::int as y
    from range({rows}) as r(i)
"""


def statement(seed: int, rows: int = ROWS, **changed: str) -> str:
    text = QUIET.format(seed=seed, rows=rows)
    changes = ", ".join(f"{value} as {name}" for name, value in changed.items())
    return f"select * replace ({changes}) from ({text})" if changes else text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "june": statement(1),
        "july": f"select * exclude (y) from ({statement(2, 3000)})",
        "august": f"select * exclude (y) from ({statement(3, 3000, amount='amount * 2')})",
    }.items():
        duckdb.execute(f"copy ({text}) to '{tmp_path}/{name}.parquet'")
        duckdb.execute(f"copy ({text}) to '{tmp_path}/{name}.csv'")
    return tmp_path


def analysis(outcome: RunResult, subject: str) -> dict[str, Any]:
    return {
        result.metric: result for result in outcome.results if result.subject == subject and result.period == "analysis"
    }


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_file_against_a_file(folder: Path, ending: str) -> None:
    columns = ("amount", "channel", "p")
    quiet = whq.drift(f"july.{ending}", reference=f"june.{ending}", columns=columns)
    assert quiet.exit_code == 0
    assert {result.status for result in quiet.results} == {"pass"}
    moved = whq.drift(f"august.{ending}", reference=f"june.{ending}", columns=columns)
    assert {result.subject for result in moved.results if result.alert} == {"amount"}
    for outcome, rows in ((quiet, 3000), (moved, 3000)):
        chunks = {(result.period, result.chunk.key): result.chunk.rows for result in outcome.results if result.chunk}
        parts = [size for (period, _), size in chunks.items() if period == "reference"]
        assert chunks["analysis", "all"] == rows and len(chunks) == 11
        assert sum(parts) == ROWS and max(parts) - min(parts) <= 20


def test_the_same_files_give_the_same_numbers(folder: Path) -> None:
    first, second = (whq.drift("july.parquet", reference="june.parquet") for _ in range(2))
    assert first.results == second.results


def test_parts_of_any_regular_pick_of_the_rows_are_of_one_size(folder: Path) -> None:
    for step in (1, 2, 7, 10, 24):
        duckdb.execute(f"copy (select i % {step} = 0 as old, i as x from range(40_000) r(i)) to 'mixed.parquet'")
        outcome = whq.profile("mixed.parquet", reference="old", columns=("x",))
        chunks = {result.chunk.key: result.chunk.rows for result in outcome.results if result.period == "reference"}
        assert len(chunks) == 10 and min(chunks.values()) >= 0.95 * 4000 / step, chunks


def test_each_column_that_moved_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = statement(5, 3000, amount="amount * 2", p="p / 2")
    duckdb.execute(f"copy (select * exclude (y) from ({text})) to '{folder}/both.csv'")
    assert main(["drift", "both.csv", "--reference", "june.parquet", "--columns", "amount,p,channel"]) == 0
    said = capsys.readouterr().out
    assert "both/amount/jensen_shannon" in said and "both/p/jensen_shannon" in said and "both/channel" not in said


def test_what_was_understood_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "july.parquet", "--reference", "june.csv", "--columns", "amount", "--format", "json"]) == 0
    said = Said(0, *capsys.readouterr())
    assert said.err == "reference: the rows of june.csv\n"
    assert {result["subject"] for result in said.results} == {"amount"}
    assert main(["drift", "july.parquet", "--reference", "channel = 'web'", "--columns", "amount"]) == 0
    assert "rows of july.parquet for which channel = 'web' is true" in capsys.readouterr().err
    assert main(["drift", "july.parquet", "--reference", "may.parquet"]) == 3
    assert "may.parquet" in "".join(capsys.readouterr())
    assert main(["drift", "july.parquet", "--reference", "june"]) == 3
    assert 'unknown column "june"' in "".join(capsys.readouterr())
    assert main(["drift", "july.parquet", "-q", "--reference", "june.parquet", "--columns", "p"]) == 0
    assert capsys.readouterr().err == ""


def test_tables_of_a_database(desk: Desk) -> None:
    desk.sql(
        f"create table june as {statement(1)}",
        f"create table july as select *, number % 2 = 0 as early from ({statement(2, 3000)})",
    )
    path = str(desk.root / "dev.duckdb")
    assert desk.whq("drift", "july", "--path", path, "--reference", "june", "--columns", "p").err.startswith(
        "reference: the rows of june\n"
    )
    assert (
        "for which early is true"
        in desk.whq("drift", "july", "--path", path, "--reference", "early", "--columns", "p").err
    )
    wrong = desk.whq("drift", "july", "--path", path, "--reference", "jun")
    assert wrong.code == 2 and 'unknown column "jun"' in wrong.err and 'did you mean "june"' in wrong.err


def test_files_of_one_name_and_files_of_several_parts(folder: Path) -> None:
    for name in ("old", "new"):
        (folder / name).mkdir()
        for part in range(2):
            duckdb.execute(f"copy ({statement(part, 2000)}) to '{folder}/{name}/part-{part}.parquet'")
    outcome = whq.drift("new/part-*.parquet", reference="old/part-*.parquet", columns=("amount",))
    assert {result.status for result in outcome.results} == {"pass"}
    same = whq.drift("new/part-0.parquet", reference="old/part-0.parquet", columns=("amount",))
    assert [result.dataset for result in same.results if result.period == "analysis"] == ["part-0"]


def test_labels_are_needed_in_the_reference_alone(folder: Path) -> None:
    outcome = whq.estimate("july.parquet", reference="june.parquet", score="p", label="y")
    by_method = {result.method: result for result in outcome.results if result.period == "analysis"}
    assert by_method["cbpe"].status == "pass" and outcome.exit_code == 0
    duckdb.execute(
        "copy (select *, 'old' as part from 'june.parquet' union all by name select *, 'new' from 'july.parquet') "
        "to 'both.parquet'"
    )
    together = whq.estimate("both.parquet", reference="part = 'old'", score="p", label="y")
    (same,) = (each for each in together.results if each.period == "analysis" and each.method == "cbpe")
    assert by_method["cbpe"].value == pytest.approx(same.value, abs=1e-9)  # type: ignore[type-var]
    wrong = whq.estimate("july.parquet", reference="june.parquet", score="p", label="z")
    assert wrong.exit_code == 3 and '"z"' in wrong.results[0].message


def test_a_reference_in_parts_in_a_project(desk: Desk) -> None:
    desk.sql(f"create table june as {statement(1)}", f"create table july as {statement(2, 3000)}")
    desk.monitors(
        """\
        datasets:
          june: {table: june}
          july:
            table: july
            chunk: {count: 5, of: reference}
            reference: {dataset: june}
            drift: {columns: [amount, channel]}
        """,
    )
    said = desk.run()
    assert {(each["period"], each["chunk"]["key"]) for each in said.results} == {
        ("analysis", "all"), *(("reference", f"{part}/5") for part in range(1, 6)),
    }  # fmt: skip
    assert said.code == 0


def test_parts_on_postgres(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make = "select i as number, (i * 7919) % 1000 as amount from generate_series(1, {0}) as i"
    postgres.execute(
        "drop schema if exists pairs cascade",
        "create schema pairs",
        f"create table pairs.june as {make.format(10000)}",
        f"create table pairs.july as {make.format(3000)}",
    )
    lines = "".join(
        f"    {name}: {value}\n" for name, value in postgres.fields(schema="pairs", sslmode="disable").items()
    )
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/pg.yml").write_text(f"targets:\n  dev:\n    type: postgres\n{lines}")
    (tmp_path / "whq.yml").write_text("version: 1\nname: p\nprofile: pg\n")
    (tmp_path / "monitors").mkdir()
    (tmp_path / "monitors/june.yml").write_text("datasets: {june: {table: june}}\n")
    outcome = whq.drift("july", reference="june", columns=("amount",))
    chunks = {result.chunk.key: result.chunk.rows for result in outcome.results if result.period == "reference"}
    assert len(chunks) == 10 and set(chunks.values()) <= set(range(995, 1006)), chunks
