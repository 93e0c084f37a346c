"""list, schema, doctor, init: about the project and the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

import whq
from whq.config import load_project
from whq.errors import ConfigError, WhqError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with one DuckDB file, as the current one."""
    monkeypatch.chdir(tmp_path)
    with duckdb.connect("dev.duckdb") as connection:
        connection.execute(
            'create table loans as select 1 as loan_id, 2 as customer_id, \'a@b.c\' as email, 3.5 as "Order ""A""", '
            "true as \"null\", timestamp '2024-01-01' as scored_at"
        )
    return tmp_path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_init_writes_a_project_that_loads(whq_: Any, folder: Path) -> None:
    said = whq_("init")
    assert said.code == 0 and "wrote monitors/loans.yml" in said.out
    written = {"whq.yml", "profiles/local.yml", "monitors/loans.yml", "whq.schema.json", "dev.duckdb"}
    assert files(folder) == written
    for name, schema in (("whq.yml", "whq.schema.json"), ("monitors/loans.yml", "../whq.schema.json")):
        assert (folder / name).read_text().startswith(f"# yaml-language-server: $schema={schema}\n")
    assert [spec.name for spec in load_project(folder).datasets] == ["loans"]
    assert "path: dev.duckdb" in (folder / "profiles/local.yml").read_text()


def test_init_never_replaces(whq_: Any, folder: Path) -> None:
    (folder / "profiles").mkdir()
    (folder / "profiles/local.yml").write_text("mine")
    said = whq_("init")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error[WHQ-U009]: profiles/local.yml exists; nothing was written; choose another")
    assert files(folder) == {"dev.duckdb", "profiles/local.yml"}


def test_init_for_a_table_suggests_rules(whq_: Any, folder: Path) -> None:
    assert whq_("init", "--table", "loans", "-q").out == ""
    (spec,) = load_project(folder).datasets
    assert (spec.name, spec.table, spec.time, spec.key) == ("loans", "loans", "scored_at", ("loan_id",))
    assert [(rule.kind, rule.columns) for rule in spec.rules] == [
        ("not_null", ("loan_id",)), ("unique", ("loan_id",)), ("not_null", ("customer_id",)), ("matches", ("email",)),
        ("row_count", ()),
    ]  # fmt: skip
    assert whq_("doctor").code == 0


def test_init_for_an_unknown_table(whq_: Any, folder: Path) -> None:
    said = whq_("init", "--table", "laons")
    assert said.code == 2 and 'did you mean "loans"?' in said.err
    assert files(folder) == {"dev.duckdb"}


def test_init_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "my new: project"
    whq.init(root)
    assert load_project(root).name == "my_new_project"
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot be written: (Not a directory|File exists)"):
        whq.init(tmp_path / "file")


def test_doctor_on_a_sound_project(whq_: Any, folder: Path) -> None:
    whq.init(folder)
    said = whq_("doctor")
    lines = said.out.splitlines()
    assert said.code == 0
    assert [line.split()[:2] for line in lines] == [
        ["✓", "versions"], ["✓", "project"], ["✓", "profile"], ["✓", "connection"], ["✓", "tables"], ["✓", "rights"],
        ["✓", "store"], ["✓", "cache"],
    ]  # fmt: skip
    assert f"whq {whq.__version__} · Python 3" in lines[0] and "duckdb" in lines[3] and "1 table" in lines[3]
    document = json.loads(whq_("doctor", "--format", "json").out)
    assert document["schema"] == "whq.doctor/1" and all(finding["ok"] for finding in document["findings"])


def test_doctor_looks_on_when_something_is_broken(whq_: Any, folder: Path) -> None:
    whq.init(folder)
    (folder / "profiles/local.yml").write_text("default: dev\ntargets: {dev: {type: duckdb, path: no/such.duckdb}}\n")
    said = whq_("doctor")
    assert [line.split()[:2] for line in said.out.splitlines()] == [
        ["✓", "versions"], ["✓", "project"], ["✓", "profile"], ["✗", "connection"], ["–", "tables"], ["–", "rights"],
        ["✓", "store"], ["✓", "cache"],
    ]  # fmt: skip
    assert said.code in (2, 3)
    said = whq_("doctor", "--target", "prod")
    assert "✗ profile" in said.out and "– connection  not looked at" in said.out


def test_doctor_without_a_project(whq_: Any, tmp_path: Path) -> None:
    said = whq_("doctor", "--project", str(tmp_path))
    assert said.code == 2
    assert [line.split()[0] for line in said.out.splitlines()] == ["✓", "✗", "–", "–", "–", "–", "–", "✓"]


def test_doctor_on_an_ascii_terminal(whq_: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whq.cli.output._is_unicode", lambda stream: False)
    assert whq_("doctor", "--project", str(tmp_path)).out.isascii()
    monkeypatch.setattr("whq.commands.doctor.metadata.version", lambda name: (_ for _ in ()).throw(LookupError))
    monkeypatch.setattr("whq.commands.doctor.metadata.PackageNotFoundError", LookupError)
    assert "duckdb ?" in whq_("doctor", "--project", str(tmp_path)).out


LISTED = [("metrics", "mean"), ("metrics", "psi"), ("metrics", "roc_auc"), ("rules", "not_null"), ("engines", "duckdb")]


@pytest.mark.parametrize(("what", "name"), LISTED)
def test_lists(whq_: Any, what: str, name: str) -> None:
    said = whq_("list", what)
    assert said.code == 0 and name in [line.split()[0] for line in said.out.splitlines()]
    entries = json.loads(whq_("list", what, "--format", "json").out)
    assert name in [entry["name"] for entry in entries] and all(entry["title"] for entry in entries)


def test_the_datasets_of_a_project(whq_: Any, folder: Path) -> None:
    whq.init(folder, table="loans")
    assert [line.split() for line in whq_("list", "datasets").out.splitlines()[1:]] == [
        ["loans", "loans", "5", "rules,", "profile,", "anomaly"]
    ]
    (entry,) = whq.list_("datasets", project=folder)
    assert (entry.name, entry.use) == ("loans", "5 rules, profile, anomaly")


def test_own_templates_are_listed(folder: Path) -> None:
    whq.init(folder)
    (folder / "sql_templates/metrics").mkdir(parents=True)
    template = "{#\ntitle: Mine\nshape: aggregate\narguments:\n  column: any\n#}\nmax($column)\n"
    (folder / "sql_templates/metrics/mine.sql").write_text(template)
    assert "mine" in [entry.name for entry in whq.list_("metrics", project=folder)]


def test_the_schema(whq_: Any, tmp_path: Path) -> None:
    assert json.loads(whq_("schema").out) == whq.schema()
    assert whq_("schema", "--out", str(tmp_path / "s.json")).out == ""
    assert json.loads((tmp_path / "s.json").read_text()) == whq.schema()


def test_errors_of_the_library_are_whq_errors() -> None:
    with pytest.raises(WhqError, match="no list of"):
        whq.list_("nonsense")
    with pytest.raises(WhqError, match="nothing that whq prints"):
        whq.explain("nonsense")
