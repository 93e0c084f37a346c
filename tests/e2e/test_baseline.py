"""What is learned of the reference: shown, exported, and taken into another project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import whq
from tests.e2e.conftest import Desk
from whq.errors import ConfigError, SelectionError
from whq.monitors.drift.baseline import DriftBaseline

ROWS = """
select timestamp '2024-01-01' + to_days((i // 20)::int) as ts, i as id, i % 9 + i / 500.0::double as x,
    'c' || (i % 4) as s, ((i * 104729) % 997) / 997.0 as p, (((i * 104729) % 997) / 997.0 >= 0.5)::int as said,
    (((i * 31337) % 991) / 991.0 < ((i * 104729) % 997) / 997.0)::int as y
from range(4800) r(i)
"""
MONITORS = """
datasets:
  log:
    table: {table}
    time: ts
    chunk: month
    reference: "ts < '2024-05-01'"
    drift: {{columns: [x, s], metrics: {{numeric: [jensen_shannon, psi], categorical: [jensen_shannon]}}}}
    models: {{risk: {{kind: binary, score: p, prediction: said, label: y, metrics: [roc_auc, f1]}}}}
"""


@pytest.fixture
def dev(desk: Desk) -> Desk:
    """A project that has learned."""
    desk.sql(f"create table log as {ROWS}")
    desk.monitors(MONITORS.format(table="log"))
    assert desk.run("--fail-on", "never").code == 0
    return desk


@pytest.fixture
def prod(dev: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A project of its own whose table has another name and lacks the rows of the reference."""
    other = Desk(tmp_path / "prod", capsys)
    other.write("whq.yml", "version: 1\nname: live\nprofile: local\n")
    other.write("profiles/local.yml", "default: prod\ntargets: {prod: {type: duckdb, path: dev.duckdb}}\n")
    other.sql(f"create table scores as select * from ({ROWS}) where ts >= '2024-05-01'")
    other.monitors(MONITORS.format(table="scores"))
    return other


@pytest.fixture
def file(dev: Desk, tmp_path: Path) -> Path:
    """What the project has learned."""
    path = tmp_path / "baseline.json"
    assert dev.whq("baseline", "export", "--out", str(path)).err == f"written to {path}\n"
    return path


def changed(file: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Another file with a part of it changed."""
    document = json.loads(file.read_text())
    change(document)
    other = file.with_name("changed.json")
    other.write_text(json.dumps(document))
    return other


def test_nothing_is_learned_before_the_first_run(desk: Desk) -> None:
    desk.sql(f"create table log as {ROWS}")
    desk.monitors(MONITORS.format(table="log"))
    listed = desk.whq("baseline", "list").out.splitlines()
    assert [line.split() for line in listed] == [
        ["id", "what"],
        ["log/drift", "learned", "at", "the", "next", "run"],
        ["log/model", "learned", "at", "the", "next", "run"],
    ]
    shown = desk.whq("baseline", "show", "log/model")
    assert (shown.code, shown.out) == (4, "") and "log/model is learned at the next run" in shown.err
    assert desk.whq("baseline", "export").code == 4
    assert not (desk.root / ".whq").exists()


def test_what_is_learned_is_listed_with_its_rows(dev: Desk) -> None:
    found = whq.baseline_list(project=dev.root)
    assert [each.id for each in found.learned] == ["log/drift/x", "log/drift/s", "log/model/risk"]
    assert found.missing == ()
    x, _, risk = found.learned
    ((rows, labelled),) = dev.ask("select count(*), count(y) from log where ts < '2024-05-01'")
    assert (x.content["rows"], risk.content["methods"]["cbpe"]["rows"]) == (rows, labelled)
    assert (x.origin.table, x.origin.reference) == ("main.log", "ts < '2024-05-01'")
    assert {each.id for each in x.thresholds} == {"log/x/jensen_shannon", "log/x/psi"}
    assert all(each.taught.chunks == 4 for each in x.thresholds)
    out = dev.whq("baseline", "list").out
    assert f"{rows:,}" in out and "main.log where ts < '2024-05-01'" in out and "9 deciles" in out
    document = dev.whq("baseline", "list", "log/drift", "--format", "json").document
    assert [each["item"] for each in document["learned"]] == ["x", "s"]


def test_a_curve_and_bins_are_shown(dev: Desk) -> None:
    (risk,) = whq.baseline_show("log/model/risk", project=dev.root)
    knots = risk.content["methods"]["cbpe"]["knots"]
    out = dev.whq("baseline", "show", "log/model/risk").out
    lines = [line.split() for line in out.splitlines()]
    at = lines.index(["score", "probability"])
    assert float(lines[at + 1][0]) == pytest.approx(knots[0][0], rel=1e-3)
    assert f"of {len(knots)}, evenly spread" in out or len(knots) <= 20
    edges = whq.baseline_show("log/drift/x", project=dev.root)[0].content["histogram"]["edges"]
    out = dev.whq("baseline", "show", "log/drift/x").out
    assert f"{edges[0]:.4g}, " in out and f"{edges[-1]:.4g}\n" in out and "log/x/psi" in out
    document = dev.whq("baseline", "show", "log/model", "--format", "json").document
    assert document["learned"][0]["content"]["methods"]["cbpe"]["knots"] == [list(pair) for pair in knots]


def test_a_file_is_one_document_without_rows(file: Path) -> None:
    document = json.loads(file.read_text(), parse_constant=lambda word: pytest.fail(word))
    assert document["schema"] == "whq.baseline/1"
    assert (document["project"], document["target"]) == ("shop", "dev")
    assert [(each["dataset"], each["family"]) for each in document["baselines"]] == [("log", "drift"), ("log", "model")]
    assert "dev.duckdb" not in file.read_text()


def test_what_development_learned_is_used_in_production(dev: Desk, prod: Desk, file: Path) -> None:
    said = prod.whq("baseline", "import", str(file))
    assert said.code == 0
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["log/drift", "log/model"]
    assert said.err.count("nothing was learned before") == 2
    wanted = {"monitor": "model", "method": "cbpe", "period": "analysis"}
    for _ in range(2):
        live = prod.run("--fail-on", "never").document
        assert live.get("warnings") is None
    assert prod.whq("compile").out.count("-- f") == 0

    def numbers(document: dict[str, Any]) -> dict[tuple[str, str], list[float]]:
        chosen = [one for one in document["results"] if all(one[name] == word for name, word in wanted.items())]
        return {
            (one["id"], one["chunk"]["key"]): [one["value"], one["threshold_lower"], one["threshold_upper"]]
            for one in chosen
        }

    at_home = numbers(dev.run("--fail-on", "never").document)
    assert len(at_home) == 8 and numbers(live).keys() == at_home.keys()
    for name, values in numbers(live).items():
        assert values == pytest.approx(at_home[name], rel=1e-12)
    (risk,) = whq.baseline_show("log/model/risk", project=prod.root)
    assert (risk.origin.project, risk.origin.table) == ("shop", "main.log")
    assert "from project shop: main.log" in prod.whq("baseline", "list").out


def test_what_is_replaced_is_said(dev: Desk, file: Path) -> None:
    said = dev.whq("baseline", "import", str(file), "log/model")
    assert said.code == 0 and said.err.count("replaces what was learned") == 1 and "log/drift" not in said.err
    assert dev.whq("baseline", "import", str(file), "--quiet").err == ""


def test_imported_ones_are_never_learned_anew_in_silence(dev: Desk, prod: Desk, file: Path) -> None:
    assert prod.whq("baseline", "import", str(file)).code == 0
    prod.monitors(MONITORS.format(table="scores") + '    where: "id > 100"\n')
    listed = prod.whq("baseline", "list").out
    assert listed.count("the definition has changed since it was imported") == 2
    warnings = prod.run("--fail-on", "never").document["warnings"]
    assert [text.partition(":")[2][:60] for text in warnings] == [
        " drift learned anew: the definition has changed since it was",
        " model learned anew: the definition has changed since it was",
    ]


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (
        lambda file: file["baselines"][0].update(format=99),
        f"log/drift: its format is 99, and this whq reads {DriftBaseline.FORMAT}: it was exported by a newer whq",
    ),
    "another dataset": (
        lambda file: file["baselines"][0].update(dataset="logs"),
        'logs/drift: this project asks for nothing of that id; did you mean "log/drift"?',
    ),
    "another chunk": (
        lambda file: file["baselines"][0]["definition"].update(chunk="day"),
        "log/drift: chunk is day in the file and month here",
    ),
    "other metrics": (
        lambda file: file["baselines"][0]["definition"]["items"][""].update(numeric=["ks", "psi"]),
        "log/drift: numeric: ks only in the file; jensen_shannon only here",
    ),
    "an option of a model": (
        lambda file: file["baselines"][1]["definition"]["items"]["risk"].update(score="q"),
        "log/model: risk score is q in the file and p here",
    ),
    "a column that is not there": (
        lambda file: file["baselines"][0]["content"]["baseline"]["columns"].update(xx={}),
        'log/drift: there is no column "xx" here; did you mean "x"?',
    ),
    "bins that are none": (
        lambda file: file["baselines"][0]["content"]["baseline"]["columns"].update(x={"deciles": "a"}),
        "log/drift: it cannot be read: Expected `array`, got `str`",
    ),
    "another schema": (lambda file: file.update(schema="whq.run/1"), 'its schema is "whq.run/1", not "whq.baseline/1"'),
    "no schema": (lambda file: file.pop("schema"), 'it has no "schema": "whq.baseline/1"'),
    "half of it": (lambda file: file.pop("baselines"), "missing required field `baselines`"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_refused_and_nothing_is_taken(dev: Desk, prod: Desk, file: Path, name: str) -> None:
    change, words = WRONG[name]
    said = prod.whq("baseline", "import", str(changed(file, change)))
    assert said.code == 2 and "error[WHQ-U014]: " in said.err and words in said.err, said.err
    assert whq.baseline_list(project=prod.root).learned == ()


@pytest.mark.parametrize(("text", "words"), [(None, "No such file"), ("{", "it is no JSON"), ("[]", "it has no")])
def test_a_file_that_is_none(dev: Desk, tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "none.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        whq.baseline_import(path, project=dev.root)


def test_a_column_that_production_lacks(dev: Desk, prod: Desk, file: Path) -> None:
    prod.sql("alter table scores drop column s")
    said = prod.whq("baseline", "import", str(file))
    assert said.code == 2 and 'unknown column "s"' in said.err


def test_a_reference_that_moves_takes_none(dev: Desk, prod: Desk, file: Path) -> None:
    moving = MONITORS.format(table="scores").replace("ts < '2024-05-01'", "ts < as_of() - interval '90' day")
    prod.monitors(moving)
    said = prod.whq("baseline", "import", str(file))
    assert said.code == 2 and "its reference moves with the run's clock" in said.err
    assert prod.whq("baseline", "list").out.count("learned in each run") == 2


def test_ids_that_are_none(dev: Desk, file: Path) -> None:
    with pytest.raises(ConfigError, match='no baseline has the id "log/drift/y"'):
        whq.baseline_list(["log/drift/y"], project=dev.root)
    with pytest.raises(ConfigError, match=r'"log/drift/x" is a part of log/drift.*; write log/drift'):
        whq.baseline_export(["log/drift/x"], project=dev.root)
    with pytest.raises(ConfigError, match='no baseline has the id "lag"; did you mean "log"'):
        whq.baseline_import(file, ["lag"], project=dev.root)
    said = dev.bare("baseline", "exprot")
    assert said.code == 2 and 'error[WHQ-U002]: no command "baseline exprot"; did you mean "export"?' in said.err


def test_a_project_that_learns_nothing(desk: Desk) -> None:
    desk.sql("create table t as select 1 as x")
    desk.monitors('datasets: {t: {table: t, rules: [{row_count: "< 1"}]}}')
    assert desk.whq("baseline", "list").out == "nothing here learns of a reference\n"
    with pytest.raises(SelectionError, match="nothing that could be exported is learned yet"):
        whq.baseline_export(project=desk.root)
