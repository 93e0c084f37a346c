"""results and history read a real store."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

import whq
from tests.cli.conftest import RUN
from whq.config.spec import StoreSpec
from whq.reports.table import comma_separated
from whq.result import COLUMNS, RunResult
from whq.store import Store
from whq.values import Chunk, Result

SPEC = StoreSpec(Path("store.duckdb"))


def drift(month: int, value: float, status: str = "pass") -> Result:
    return Result(
        "loans/amount/js", "loans", "drift", "amount", "js", status, period="analysis",  # type: ignore[arg-type]
        chunk=Chunk(f"2024-{month:02d}", month, None, None, 9), value=value, threshold_upper=0.1,
    )  # fmt: skip


RULE = Result(
    "loans/id/unique", "loans", "rule", "id", "unique", "fail", value=3, failing=3, of=10, tags=("gold",),
    message='=cmd("x")\x1b', params={"a": 1},
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project with two complete runs and an incomplete one."""
    store = Store.open(SPEC, tmp_path)
    for run_id, value in (("run-a", 0.05), ("run-b", 0.2)):
        run = replace(RUN, id=run_id, as_of=f"2024-03-0{1 if run_id == 'run-a' else 2}T00:00:00Z")
        results = (drift(1, 0.01), drift(2, value, "warn" if value > 0.1 else "pass"), RULE)
        store.begin(run)
        store.append(run_id, results)
        store.finish(RunResult(run, results, (), 1))
    store.begin(replace(RUN, id="run-c"))
    monkeypatch.setattr("whq.config.load_project", lambda root: SimpleNamespace(store=SPEC, root=root))
    return str(tmp_path)


def test_the_table_shows_what_there_is(whq_: Any, project: str) -> None:
    said = whq_("results", "--project", project)
    assert said.code == 0
    assert said.out.splitlines() == [
        "status  id               period    chunk    value  upper limit  message",
        "pass    loans/amount/js  analysis  2024-01   0.01          0.1",
        "warn    loans/amount/js  analysis  2024-02    0.2          0.1",
        'fail    loans/id/unique                         3               =cmd("x")\\x1b',
    ]


FILTERS = [
    (("--status", "fail,warn"), [0.2, 3]),
    (("--select", "monitor:drift"), [0.01, 0.2]),
    (("--select", "tag:gold", "monitor:drift", "--exclude", "metric:js"), [3]),
    (("--run", "run-a", "--select", "metric:js"), [0.01, 0.05]),
    (("--run", "run-c"), []),
    (("--status", "error"), []),
]


@pytest.mark.parametrize(("words", "values"), FILTERS, ids=str)
def test_filters(whq_: Any, project: str, words: tuple[str, ...], values: list[float]) -> None:
    said = whq_("results", "--project", project, "--format", "json", *words)
    document = json.loads(said.out)
    assert said.code == 0
    assert [result["value"] for result in document["results"]] == values
    assert document["counts"]["total"] == len(values)
    assert bool(said.err) == (not values)


def test_csv_is_safe_in_a_spreadsheet(whq_: Any, project: str) -> None:
    rows = list(csv.DictReader(io.StringIO(whq_("results", "--project", project, "--format", "csv").out)))
    assert list(rows[0]) == list(COLUMNS)
    assert rows[2]["message"] == '\'=cmd("x")\\x1b' and rows[2]["params"] == '{"a": 1}'
    assert rows[0]["value"] == "0.01" and rows[0]["failing"] == ""


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\\tx"), ("\rx", "'\\rx"),
     (" =1", " =1"), ("a", "a"), ("", ""), ("a\nb\x1b", "a\\nb\\x1b"), (-1, "-1"), (None, ""), ("x" * 999, "x" * 999)],
)  # fmt: skip
def test_cells_of_a_csv(cell: Any, shown: str) -> None:
    found = comma_separated(["a", "b"], [{"a": cell, "b": 1}])
    assert list(csv.DictReader(io.StringIO(found))) == [{"a": shown, "b": "1"}]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("-3.50"), "-3.50"),
        (Decimal("-1E-7"), "-1E-7"),
        (Decimal("3.50"), "3.50"),
        (-(2**53) - 1, "-9007199254740993"),
        (2**64, "18446744073709551616"),
        (-1.5, "-1.5"),
        (-7, "-7"),
        ("-3.50-cmd|x", "'-3.50-cmd|x"),
        ("-1+1", "'-1+1"),
        ("-", "'-"),
        ("+1", "'+1"),
        ("=1", "'=1"),
        ("@1", "'@1"),
        ("\t-1", "'\\t-1"),
        ("-1\n", "'-1\\n"),
        ("-\u0661", "'-\u0661"),  # digits of another script
        (float("-inf"), ""),
        (None, ""),
    ],
)
def test_numbers_of_a_csv_are_no_formulas(
    whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, shown: str
) -> None:
    result = replace(
        RULE, value=value, threshold_lower=-0.5, upper=-1e-9, message="-3.50", segment="-1", id="loans/amount/mean"
    )
    store = Store.open(SPEC, tmp_path)
    store.begin(RUN)
    store.append(RUN.id, [result])
    store.finish(RunResult(RUN, (result,)))
    monkeypatch.setattr("whq.config.load_project", lambda root: SimpleNamespace(store=SPEC, root=root))
    for words in (("results",), ("history", "loans/amount/mean")):
        said = whq_(*words, "--project", str(tmp_path), "--format", "csv")
        (row,) = csv.DictReader(io.StringIO(said.out))
        assert (row["value"], row["threshold_lower"], row["segment"]) == (shown, "-0.5", "'-1")
    (row,) = csv.DictReader(io.StringIO(whq_("results", "--project", str(tmp_path), "--format", "csv").out))
    assert (row["upper"], row["message"]) == ("-1e-09", "'-3.50")


def test_wrong_filters(whq_: Any, project: str) -> None:
    said = whq_("results", "--project", project, "--status", "failed")
    assert (said.code, said.err) == (2, 'error[WHQ-U003]: unknown status "failed"; did you mean "fail"?\n')
    said = whq_("results", "--project", project, "--select", "tga:x")
    assert said.code == 2 and 'did you mean "tag"?' in said.err
    said = whq_("results", "--project", project, "--run", "nope")
    assert said.code == 4 and "the latest are: run-c, run-b, run-a" in said.err


def test_the_runs(whq_: Any, project: str) -> None:
    said = whq_("results", "--project", project, "--runs")
    assert [line.split()[:1] + line.split()[3:4] for line in said.out.splitlines()[1:]] == [
        ["run-c", "incomplete"],
        ["run-b", "complete"],
        ["run-a", "complete"],
    ]
    document = json.loads(whq_("results", "--project", project, "--runs", "--format", "json").out)
    assert [each["exit_code"] for each in document["runs"]] == [None, 1, 1]
    assert whq_("results", "--project", project, "--runs", "--format", "csv").out.startswith("run,as_of,target,state")


def test_history_keeps_the_latest_of_each_chunk(whq_: Any, project: str) -> None:
    said = whq_("history", "loans/amount/js", "--project", project)
    assert said.out.splitlines() == [
        "period    chunk    value  upper limit  status",
        "analysis  2024-01   0.01          0.1  pass",
        "analysis  2024-02    0.2          0.1  warn",
    ]
    said = whq_("history", "loans/amount", "--project", project, "--all")
    assert said.out.splitlines()[0].split()[:3] == ["run", "as_of", "period"]
    assert whq_("history", "loans", "--project", project).out.splitlines()[0].split()[2] == "id"
    document = json.loads(whq_("history", "loans/amount/js", "--all", "--project", project, "--format", "json").out)
    assert [point["value"] for point in document["points"]] == [0.01, 0.05, 0.01, 0.2]
    rows = list(csv.DictReader(io.StringIO(
        whq_("history", "loans/id/unique", "--project", project, "--format", "csv").out)))  # fmt: skip
    assert [(row["run"], row["value"]) for row in rows] == [("run-a", "3"), ("run-b", "3")]


def test_history_finds_by_part_of_a_name(whq_: Any, project: str) -> None:
    whole = whq_("history", "loans/amount/js", "--project", project).out
    for part in ("js", "AMOUNT/js", "mount/j"):
        assert whq_("history", part, "--project", project).out == whole
    said = whq_("history", "u", "--project", project)
    assert said.code == 4 and '"u" is part of ' in said.err and "name one: " in said.err
    assert "loans/amount/js" in said.err and "loans/id/unique" in said.err


def test_history_finds_the_methods_of_one_metric(whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(SPEC, tmp_path)
    store.begin(RUN)
    ids = [f"loans/risk/roc_auc/{method}" for method in ("cbpe", "realized")]
    results = tuple(replace(RULE, id=name, metric="roc_auc") for name in (*ids, "loans/risk/f1/cbpe"))
    store.append(RUN.id, results)
    store.finish(RunResult(RUN, results))
    monkeypatch.setattr("whq.config.load_project", lambda root: SimpleNamespace(store=SPEC, root=root))
    assert {point.result.id for point in whq.history("auc", project=tmp_path)} == set(ids)
    assert "is part of 2 ids" in whq_("history", "cbpe", "--project", str(tmp_path)).err


def test_a_file_of_an_earlier_command_is_replaced(whq_: Any, project: str, tmp_path: Path) -> None:
    commands = [(name, format) for name in ("results", "history js") for format in ("table", "csv", "json")]
    for name, format in [*commands, ("results --runs", "table"), ("results --runs", "csv"), ("results --runs", "json")]:
        path = tmp_path / f"{name.replace(' ', '_')}.{format}"
        words = (*name.split(), "--project", project, "--format", format, "--out", str(path))
        assert [whq_(*words).code for _ in range(2)] == [0, 0]
        other = "csv" if format == "json" else "json"
        said = whq_(*(other if word == format else word for word in words))
        assert (said.code, said.err) == (
            2,
            f"error[WHQ-U010]: --out: {path} holds {format}; add --force to replace it\n",
        )
        path.write_text("my own notes")
        assert "exists; add --force" in whq_(*words).err and path.read_text() == "my own notes"


def test_history_of_nothing(whq_: Any, project: str) -> None:
    said = whq_("history", "loans/amount/jss", "--project", project)
    assert (said.code, said.out) == (4, "")
    assert 'no result has the id "loans/amount/jss"; did you mean "loans/amount/js"?' in said.err


def test_no_store_yet(whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.config.load_project", lambda root: SimpleNamespace(store=SPEC, root=root))
    said = whq_("results", "--project", str(tmp_path))
    assert said.code == 4 and "run `whq run` first" in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_library_gives_values(project: str) -> None:
    found = whq.results(project=project, status=["warn"])
    assert [result.value for result in found.results] == [0.2] and found.exit_code == 1
    assert [point.run for point in whq.history("loans/id/unique", project=project)] == ["run-a", "run-b"]
