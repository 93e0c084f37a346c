"""What is learned: typed, with a format a family, kept by one run and taken or learned anew by the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec import defstruct
from msgspec.structs import replace

import whq
from tests.pipeline import test_walk
from whq.config.spec import Common, DatasetSpec, DriftSpec, Threshold
from whq.errors import Location
from whq.memory import fingerprint
from whq.monitors import MODULES, Baseline, monitor
from whq.monitors.drift.baseline import DriftBaseline
from whq.result import RunResult
from whq.store import migrations
from whq.values import Dataset, Fragment, MonitorName, TableSource


def stored(root: Path) -> dict[str, dict[str, Any]]:
    """The documents of what is learned, by fingerprint."""
    with duckdb.connect(str(root / ".whq/store.duckdb"), read_only=True) as connection:
        found = connection.execute("select fingerprint, content from baselines").fetchall()
    return {fingerprint: json.loads(content) for fingerprint, content in found}


def rewrite(root: Path, place: str, document: dict[str, Any]) -> None:
    """Keep another document under a fingerprint."""
    with duckdb.connect(str(root / ".whq/store.duckdb")) as connection:
        connection.execute("update baselines set content = ? where fingerprint = ?", [json.dumps(document), place])


def drifts(root: Path) -> str:
    """The fingerprint of what drift learned of the project's only dataset."""
    (found,) = [key for key, document in stored(root).items() if "edges" in str(document) and "narrow" in str(document)]
    return found


def numbers(outcome: RunResult) -> dict[object, list[object]]:
    """The numbers of results but for rows that came late: a second run is the first that can tell of them."""
    return {name: values for name, values in test_walk.numbers(outcome).items() if "late_rows" not in name[0]}


def limits(outcome: RunResult) -> dict[tuple[str, str | None], float | None]:
    return {
        (result.id, result.segment): result.threshold_upper
        for result in outcome.results
        if result.monitor in ("drift", "model") and result.threshold_upper is not None
    }


@pytest.mark.parametrize("name", MODULES)
def test_every_baseline_is_typed_and_has_defaults(name: MonitorName) -> None:
    kind = monitor(name).baseline
    assert kind.read(json.loads("{}")) == kind()
    assert kind is Baseline or (kind.FORMAT > 1 and kind.CHANGE)


def test_rules_keep_nothing(project: Path) -> None:
    whq.run(project, monitors={"rule"})
    assert stored(project) == {}


def test_drift_of_categories_keeps_its_thresholds(project: Path) -> None:
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("drift: {columns: [amount, region]", "drift: {columns: [region]"))
    first = whq.run(project, monitors={"drift"})
    (document,) = stored(project).values()
    assert document["baseline"] == {"columns": {"region": {}}}
    assert {(one["id"], one["segment"]) for one in document["thresholds"]} == set(limits(first))
    assert limits(whq.run(project, monitors={"drift"})) == limits(first)


def test_thresholds_are_kept_apart_from_results_that_a_selection_leaves_out(project: Path) -> None:
    whole = whq.run(project)
    assert limits(whq.run(project)) == limits(whole)
    assert all(document["thresholds"] for document in stored(project).values() if "models" in document["baseline"])


def test_constant_thresholds_are_not_learned(project: Path) -> None:
    path = project / "monitors/loans.yml"
    text = path.read_text().replace("label: label}", "label: label, threshold: {lower: 0.5}}")
    path.write_text(text.replace("drift: {columns", "drift: {threshold: {upper: 0.1}, columns"))
    whq.run(project)
    documents = stored(project).values()
    assert len(documents) == 3
    assert [document["thresholds"] for document in documents] == [[], [], []]


def test_a_change_of_format_is_told_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = whq.run(project)
    assert before.warnings == ()
    assert "warnings" not in before.as_dict()
    monkeypatch.setattr(DriftBaseline, "FORMAT", DriftBaseline.FORMAT + 1)
    monkeypatch.setattr(DriftBaseline, "CHANGE", "bins changed")
    changed = whq.run(project)
    assert changed.warnings == ("loans: drift learned anew: bins changed",)
    assert changed.as_dict()["warnings"] == ["loans: drift learned anew: bins changed"]
    assert numbers(changed) == numbers(before)
    assert whq.run(project).warnings == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("baseline", "columns", "amount", "histogram", "edges"), ["a"]),
        (("baseline", "columns"), 1),
        (("thresholds",), {}),
        (("thresholds", 0, "taught"), "high"),
    ],
)
def test_what_cannot_be_read_is_learned_anew(project: Path, path: tuple[Any, ...], value: Any) -> None:
    before = whq.run(project)
    place = drifts(project)
    document = stored(project)[place]
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    rewrite(project, place, document)
    after = whq.run(project)
    (text,) = after.warnings
    assert text.startswith("loans: drift learned anew: what was stored cannot be read (")
    assert numbers(after) == numbers(before)
    assert whq.run(project).warnings == ()


FIRST = {
    "drift": '{"baseline": {"amount": {"kind": "numeric", "n": 2400, "edges": [0.0, 1.0]}}, "thresholds": {}}',
    "profile": '{"baseline": {"edges": {"edges": [0.0, 1.0]}, "x": {"edges": null}}, "thresholds": {}}',
    "model": '{"baseline": {"edges": {"errors": {"": {"f1": 0.5}}, "thresholds": {}, "knots": [[0.0, 0.1]]}}}',
}
"""What version 0.1.0 kept of each family, of columns and a model with awkward names."""


def test_what_version_1_learned_is_told_of_and_learned_anew(project: Path) -> None:
    before = whq.run(project)
    with duckdb.connect(str(project / ".whq/store.duckdb")) as connection:
        connection.execute("delete from baselines; update meta set value = '1'")
        for table, column in (
            ("baselines", "family"),
            ("baselines", "format"),
            ("runs", "judged"),
            ("runs", "incidents"),
        ):
            connection.execute(f"alter table {table} drop column {column}")
        for table in migrations.ADDED[3]:
            connection.execute(f"drop table {table}")
        for number, content in enumerate(FIRST.values()):
            connection.execute("insert into baselines values ('loans', ?, ?, '2026')", [f"old{number}", content])
    after = whq.run(project)
    assert sorted(after.warnings) == sorted(
        f"loans: {family} learned anew: {monitor(family).baseline.CHANGE}"  # type: ignore[arg-type]
        for family in FIRST
    )
    assert numbers(after) == numbers(before)
    assert whq.run(project).warnings == ()
    assert not {f"old{number}" for number in range(3)} & set(stored(project))


def test_another_definition_is_learned_without_a_word(project: Path) -> None:
    whq.run(project)
    path = project / "monitors/loans.yml"
    path.write_text(path.read_text().replace("    key: [id]\n", '    key: [id]\n    where: "id > 100"\n'))
    assert whq.run(project).warnings == ()


# --- fingerprints -------------------------------------------------------------------------------------------

DATASET = Dataset("d", TableSource(("d",)), ())
DRIFT = DriftSpec(("x",))
CHANGED: list[tuple[DriftSpec, bool]] = [
    (replace(DRIFT, columns=("y",)), True),
    (replace(DRIFT, method="exact"), True),
    (replace(DRIFT, threshold=Threshold(std=2.0)), True),
    (replace(DRIFT, common=Common(where=Fragment("x > 1", "duckdb", ("x",)))), True),
    (replace(DRIFT, common=Common(owner="ann", tags=("gold",), id="mine")), False),
    (replace(DRIFT, location=Location("other.yml", 7)), False),
]


@pytest.mark.parametrize(("changed", "is_another"), CHANGED)
def test_a_fingerprint_covers_what_changes_numbers(changed: DriftSpec, is_another: bool) -> None:
    before, after = (fingerprint.of_family("drift", DATASET, DatasetSpec("d", drift=one)) for one in (DRIFT, changed))
    assert (before != after) == is_another


@pytest.mark.parametrize("default", [None, False, 0, 1.5, "auto", (), Common(), Threshold()])
def test_one_option_more_leaves_what_is_stored(default: Any) -> None:
    short = defstruct("Spec", [("name", str)], frozen=True)
    long = defstruct("Spec", [("name", str), ("more", Any, default)], frozen=True)
    assert fingerprint._canonical(short("x")) == fingerprint._canonical(long("x"))
    for other in ("other", True, 1, 0, 2.5, ("x",), Common(nulls="fail"), Threshold(std=1.0)):
        if type(other) is not type(default) or other != default:
            assert fingerprint._canonical(short("x")) != fingerprint._canonical(long("x", other))
