"""`whq init` on tables of every kind: what it finds, that its files load and run, and that it replaces nothing."""

from __future__ import annotations

import io
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ruamel.yaml import YAML

import whq
from whq import scaffold
from whq.cli import main
from whq.config import load_project
from whq.config.spec import DatasetSpec
from whq.errors import ConfigError
from whq.reports import Look
from whq.result import RunResult
from whq.scaffold import Scaffold, init
from whq.scaffold.facts import ColumnFacts, TableFacts, slug
from whq.scaffold.source import data_files
from whq.scaffold.suggest import Suggested, suggest
from whq.scaffold.words import tell
from whq.scaffold.write import flow, monitors, scalar
from whq.showcase import make_data
from whq.sql.authored import comparison
from whq.values import Chunking, Column, LogicalType

NOW = datetime(2024, 7, 1)
ODD = [
    "order", "select", "null", "true", "no", "on", "1st", "a b", "a.b", 'say "x"', "it's", "a,b", "a: b", "#c", "- d",
    "{e}", "[f]", "&g", "*h", "!i", "%j", "@k", "`l`", "ünï", "日本", "😀", "x\ty", "back\\slash", "$value", "?", "|",
    ">", "~", "<<", "A", "type:numeric", "é́", "=", "a/b", "id\u2028x", "w" * 70,
]  # fmt: skip


def specs(root: Path) -> dict[str, DatasetSpec]:
    return {spec.name: spec for spec in load_project(root).datasets}


def rules(spec: DatasetSpec) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in spec.rules:
        found.setdefault(",".join(rule.columns), []).append(rule.kind)
    return found


def verdicts(outcome: RunResult) -> set[str]:
    """The statuses, but for verdicts that are withheld by design, as on the age of a table that is finished."""
    return {
        result.status
        for result in outcome.results
        if "withheld" not in result.details and not (result.monitor == "anomaly" and result.status == "skipped")
    }


def database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


# --- what is found ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scaffold]:
    root = tmp_path_factory.mktemp("loans")
    make_data(root / "loans.duckdb")
    return root, init(root)


def test_the_demo_s_tables_are_understood(loans: tuple[Path, Scaffold]) -> None:
    root, _ = loans
    found = specs(root)
    assert set(found) == {"applications", "customers", "payments"}
    spec = found["applications"]
    assert (spec.time, spec.key, spec.chunking) == ("submitted_at", ("application_id",), Chunking("month"))
    assert spec.reference == "submitted_at < '2024-04-01'"
    (model,) = spec.models
    assert (model.name, model.score, model.prediction, model.label) == (
        "default",
        "p_default",
        "predicted",
        "defaulted",
    )
    assert model.features == ("channel", "amount", "income", "debt_ratio", "employment_years")
    by_column = rules(spec)
    assert by_column["customer_id"] == ["not_null", "relationships"]
    assert by_column["channel"] == ["not_null", "accepted_values"]
    assert by_column["application_id"] == ["not_null", "unique"]
    assert found["customers"].time is None and found["payments"].time == "loaded_at"
    assert rules(found["customers"])["email"] == ["not_null", "matches"]


def test_the_demo_s_project_runs_and_says_what_is_wrong(loans: tuple[Path, Scaffold]) -> None:
    outcome = whq.check(project=loans[0])
    assert {result.id for result in outcome.results if result.status != "pass"} == {
        "applications/application_id/unique",
        "payments/application_id/relationships",
        "payments/customer_id/relationships",
    }


def test_what_init_says_of_the_demo(loans: tuple[Path, Scaffold]) -> None:
    root, made = loans
    said = tell(made, Look())
    assert (
        "  applications: 200,400 rows, time submitted_at by month, key application_id (400 rows too many), 22 rules, "
        "a model (score p_default, label defaulted)\n"
    ) in said
    assert "    note: no column of a date or time type says when a row happened\n" in said
    assert said.endswith("Next: look at the files, then `whq doctor` and `whq run`.\n")
    assert tell(made, Look(unicode=False)).isascii()
    text = (root / "monitors/applications.yml").read_text()
    assert "key: [application_id] # not unique: 400 rows too many\n" in text
    assert "# - freshness: {warn: 2 days}  # the newest row is of 2024-12-30\n" in text


def facts(name: str = "t", rows: int = 1000, **columns: dict[str, Any]) -> TableFacts:
    made = []
    for column, given in columns.items():
        known = {"nulls": 0, "distinct": 100, **given}
        kind: LogicalType = known.pop("type", "text")
        made.append(ColumnFacts(Column(column, kind), **known))
    return TableFacts(name, name, rows, tuple(made))


def kinds(found: Suggested, column: str) -> list[str]:
    return [rule.kind for rule in found.rules[column]]


def one(given: TableFacts) -> Suggested:
    return suggest([given], NOW)[0]


def when(first: str, last: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "timestamp",
        "least": datetime.fromisoformat(first),
        "greatest": datetime.fromisoformat(last),
        **more,
    }


YEAR = when("2023-01-01", "2023-12-31")
TIMES: dict[str, tuple[dict[str, dict[str, Any]], str | None, str | None]] = {
    "an event, not its load": ({"loaded_at": YEAR, "ordered_at": YEAR}, "ordered_at", "month"),
    "the first of equals": ({"start_a": YEAR, "start_b": YEAR}, "start_a", "month"),
    "not a birthday": ({"born_on": when("1950-01-01", "1999-01-01")}, None, None),
    "not a date far ahead": ({"at": when("2020-01-01", "9999-12-31")}, None, None),
    "not what is mostly missing": ({"at": {**YEAR, "nulls": 900}}, None, None),
    "weeks": ({"at": when("2024-01-01", "2024-03-01")}, "at", "week"),
    "days": ({"at": when("2024-01-01", "2024-01-10")}, "at", "day"),
    "hours": ({"at": when("2024-01-01", "2024-01-02")}, "at", "hour"),
    "minutes are one day": ({"at": when("2024-01-01T00:00", "2024-01-01T00:10")}, "at", "day"),
    "dates have no hours": ({"at": {**when("2024-01-01", "2024-01-02"), "type": "date"}}, "at", "day"),
    "nothing known": ({"at": {"type": "timestamp"}}, "at", "day"),
}


@pytest.mark.parametrize("case", TIMES)
def test_the_time_and_its_unit(case: str) -> None:
    columns, time, unit = TIMES[case]
    found = one(facts(**columns))
    assert (found.time and found.time.name, found.unit) == (time, unit)


KEYS: dict[str, tuple[TableFacts, str | None]] = {
    "named id": (facts(code={"distinct": 1000}, id={"type": "integer", "distinct": 1000}), "id"),
    "named like its table": (facts("cities", city_id={"type": "integer", "distinct": 990}), "city_id"),
    "named but not unique at all": (facts(a={}, id={"distinct": 10}), None),
    "unique but a measure": (facts(a={}, price={"type": "float", "distinct": 1000}), None),
    "unique code": (facts(a={}, code={"distinct": 1000}), "code"),
    "too few rows": (facts(rows=3, a={"distinct": 3}), None),
}


@pytest.mark.parametrize("case", KEYS)
def test_the_key(case: str) -> None:
    given, key = KEYS[case]
    found = one(given).key
    assert (found and found.name) == key


SCORE = {"type": "float", "least": 0.01, "greatest": 0.99}
BIT = {"type": "integer", "least": 0, "greatest": 1, "distinct": 2}
LEVELS = {"values": ("high", "low", "mid"), "distinct": 3}
MODELS: dict[str, tuple[dict[str, dict[str, Any]], tuple[Any, ...] | None]] = {
    "by names": ({"y_proba": SCORE, "y_pred": BIT, "y_true": BIT}, ("y_proba", "y_pred", "y_true", None)),
    "by a shared word": (
        {"p_churn": SCORE, "churned": BIT, "is_new": BIT}, ("p_churn", None, "churned", None)
    ),
    "the only bit": ({"score": SCORE, "paid": {"type": "boolean", "distinct": 2}}, ("score", None, "paid", None)),
    "no label": ({"score": SCORE}, ("score", None, None, "labels")),
    "two bits": ({"score": SCORE, "a": BIT, "b": BIT}, ("score", None, None, "labels")),
    "a score for each class": (
        {"p_low": SCORE, "p_mid": SCORE, "p_high": SCORE, "y_pred": LEVELS, "grade": LEVELS},
        (None, "y_pred", "grade", None),
    ),
    "classes that nothing tells": (
        {"p_low": SCORE, "p_mid": SCORE, "p_high": SCORE, "y_pred": LEVELS}, (None, "y_pred", None, "labels")
    ),
    "a class without a score": ({"p_low": SCORE, "p_high": SCORE, "grade": LEVELS}, None),
    "several scores": ({"p_low": SCORE, "p_high": SCORE, "label": BIT}, None),
    "a ratio is no score": ({"ratio": SCORE, "label": BIT}, None),
    "not within 0..1": ({"score": {**SCORE, "greatest": 700.0}, "label": BIT}, None),
    "a text": ({"score": {}}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", MODELS)
def test_the_model(case: str) -> None:
    columns, expected = MODELS[case]
    model = one(facts(ts=YEAR, **columns)).model
    assert (model and (model.score, model.prediction, model.label, model.lacking)) == expected


def test_a_model_without_a_reference_stands_in_comments() -> None:
    found = one(facts(score=SCORE, label=BIT, pred=BIT))
    text = monitors(found, "duckdb")
    assert "    # A model; estimates need a reference in several chunks.\n    # models:\n    #   model:\n" in text
    assert found.model and found.model.name == "model"
    several = one(facts(p_low=SCORE, p_high=SCORE))
    assert several.notes[-1] == "several columns look like scores (p_low, p_high): models were left to you"


RULES: dict[str, tuple[dict[str, Any], list[tuple[str, Any]]]] = {
    "few words": ({"distinct": 2, "values": ("a", "b")}, [("not_null", None), ("accepted_values", ["a", "b"])]),
    "blank words": ({"distinct": 2, "values": ("", "b")}, [("not_null", None)]),
    "a share": ({**SCORE}, [("not_null", None), ("accepted_range", {"min": 0, "max": 1})]),
    "an amount": (
        {"type": "decimal", "least": 3, "greatest": 9}, [("not_null", None), ("accepted_range", {"min": 0})]
    ),
    "below zero": ({"type": "float", "least": -3.0, "greatest": 9.0}, [("not_null", None)]),
    "a word that no file may hold": ({"distinct": 2, "values": ("a", "b\x00")}, [("not_null", None)]),
    "not a number at times": (
        {"type": "float", "least": 0.0, "greatest": 9.0, "nonfinite": 1}, [("not_null", None)]
    ),
    "some missing": ({"nulls": 20}, [("not_null", {"fail": "> 5%"})]),
    "few missing": ({"nulls": 1}, [("not_null", {"fail": "> 1%"})]),
    "very few missing": ({"nulls": 0.4}, [("not_null", {"fail": "> 0.1%"})]),
    "mostly missing": ({"nulls": 900}, []),
    "not measured": ({"nulls": None, "distinct": None}, []),
}  # fmt: skip


@pytest.mark.parametrize("case", RULES)
def test_rules_of_a_column(case: str) -> None:
    column, expected = RULES[case]
    found = one(facts(x=column)).rules["x"]
    assert [(rule.kind, rule.argument) for rule in found] == expected


def test_few_rows_teach_little() -> None:
    found = one(facts(rows=12, id={"distinct": 12, "type": "integer"}, x={"values": ("a",), "distinct": 1}))
    assert [rule.kind for rule in found.rules["id"]] == ["not_null", "unique"] and found.rules["x"] == ()


def test_calendar_columns_and_either_sign_are_left_alone() -> None:
    year = {"type": "integer", "least": 2013, "greatest": 2020}
    found = one(facts(ts=YEAR, year=year, latitude=year, x={**year, "distinct": 9}))
    assert (
        [rule.kind for rule in found.rules["year"]] == [rule.kind for rule in found.rules["latitude"]] == ["not_null"]
    )
    assert "year" not in found.drift and "x" in found.drift


def test_a_reference_that_the_table_names() -> None:
    split = {"values": ("test", "Train"), "distinct": 2}
    found = one(facts(id={"distinct": 1000}, split=split, x={}))
    assert found.reference and (found.reference.column, found.reference.value) == ("split", "Train")
    assert "    chunk: {count: 10} # by the key" in monitors(found, "duckdb")
    unordered = monitors(one(facts(split=split, x={"distinct": 20})), "duckdb")
    assert "    chunk: {count: 10, of: reference} # ten parts of the reference" in unordered


def test_a_column_points_to_the_one_table_that_it_names() -> None:
    people = facts("people", person_key={"distinct": 1000})
    customers = facts("customers", id={"distinct": 1000})
    orders = facts("orders", customer_id={}, person_key={}, id={"distinct": 1000})
    pointed = {
        name: [rule.kind for rule in found]
        for name, found in suggest([people, customers, orders], NOW)[2].rules.items()
    }
    assert pointed["customer_id"] == ["not_null", "relationships"]
    again = facts("customer", id={"distinct": 1000})
    assert "relationships" not in [
        rule.kind for rule in suggest([customers, again, orders], NOW)[2].rules["customer_id"]
    ]


def test_fresh_data_get_a_freshness_rule() -> None:
    fresh = one(facts(at=when("2024-01-01", "2024-06-30")))
    assert "      - freshness: {warn: 2 days, fail: 7 days}\n" in monitors(fresh, "duckdb")


def test_a_table_that_cannot_be_read_is_told() -> None:
    broken = TableFacts("t", "t", None, (ColumnFacts(Column("x", "integer")),), "no right to read t")
    text = monitors(one(broken), "duckdb")
    assert "# Note: the table could not be read: no right to read t.\n" in text and "columns:" not in text


# --- YAML ---------------------------------------------------------------------------------------------------

HOSTILE = [*ODD, "", " ", "null", "Yes", "0x1f", "1e3", "a\nb", "\x7f", "\x85", "\ud800", "\ufeff", "{{ x }}", "é" * 3]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_scalar_is_read_back(text: str) -> None:
    if text == "\ud800":
        assert scalar(text) == '"\\ud800"'
        return
    document = f"{{ {scalar(text)}: [{scalar(text)}] }}\n"
    assert YAML(typ="safe", pure=True).load(io.StringIO(document)) == {text: [text]}


def test_numbers_and_collections() -> None:
    assert flow({"min": 0, "max": 1.5, "of": ["a", "b c"]}) == '{min: 0, max: 1.5, of: [a, "b c"]}'


@pytest.mark.parametrize(
    ("column", "written"),
    [("ts", "ts"), ("Ts", "Ts"), ("order", '"order"'), ("a b", '"a b"'), ("select", '"select"'), ("null", '"null"'),
     ("current_date", '"current_date"'), ('a"b', '"a""b"')],
)  # fmt: skip
def test_a_comparison_quotes_what_needs_it(column: str, written: str) -> None:
    assert comparison(column, "<", "x", "duckdb") == f"{written} < 'x'"
    assert comparison("a", "=", "it's", "duckdb") == "a = 'it''s'"


def test_slugs() -> None:
    assert [slug(name, []) for name in ("a b", "日本", "..", "x/y.z")] == ["a_b", "日本", "table", "x_y_z"]
    assert slug("Loans", ["loans", "loans_2"]) == "Loans_3"


# --- sources ------------------------------------------------------------------------------------------------


def test_odd_names_load_and_run(tmp_path: Path) -> None:
    def quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    names = [name for name in ODD if name != "A"]
    columns = ", ".join(f"i + {at} as {quoted(name)}" for at, name in enumerate(names))
    times = "timestamp '2024-01-01' + to_hours(cast(i as integer)) as \"the 'time' at\""
    tables = [f"create table {quoted(name)} as select 'x' as {quoted(name)}, 1 as id" for name in names]
    database(
        tmp_path / "odd.duckdb",
        f"create table wide as select {columns}, {times} from range(2000) as r(i)",
        *tables,
    )
    made = init(tmp_path, table="wide")
    assert len(made.suggested) == 1
    (spec,) = load_project(tmp_path).datasets
    assert spec.time == "the 'time' at" and spec.reference
    outcome = whq.run(tmp_path)
    assert not outcome.errors and verdicts(outcome) <= {"pass", "warn"}
    rest = init(tmp_path / "rest", path=str(tmp_path / "odd.duckdb"))
    assert len(rest.suggested) == 40 and len(rest.left_out) == len(names) + 1 - 40
    assert "left out: " in tell(rest, Look())
    checked = whq.check(project=tmp_path / "rest")
    assert {result.status for result in checked.results} == {"pass"}


def test_an_empty_table_and_one_of_nulls(tmp_path: Path) -> None:
    database(
        tmp_path / "x.duckdb",
        "create table nothing (id integer, ts timestamp)",
        "create table nulls as select cast(null as integer) as a, cast(null as timestamp) as ts from range(100)",
        "create table blob as select 'x'::blob as b, [1, 2] as l, 1 as \" \"",
    )
    made = init(tmp_path)
    notes = {found.facts.name: found.notes[0] for found in made.suggested}
    assert notes["nothing"] == "the table is empty, so nothing was learned; only its size is watched"
    outcome = whq.run(tmp_path)
    wrong = {result.id: result.message for result in outcome.results if result.status == "fail"}
    assert list(wrong) == ["nothing/row_count"]
    assert not [result for result in outcome.results if result.status == "error"]


def test_what_init_writes_is_read_and_holds_for_the_data_it_saw(tmp_path: Path) -> None:
    """Control characters in values and names, NaN and infinities: no rule that is refused, or fails at once."""
    database(
        tmp_path / "x.duckdb",
        """create table t as select i as id, chr(0) || 'a' as nul, i as "bell\x07", chr(27) || (i % 2) as esc,
            case i % 9 when 0 then 'nan'::double when 1 then 'inf'::double when 2 then '-inf'::double else i end as f,
            case i % 9 when 0 then 'inf'::float else i end as g from range(300) as r(i)""",
    )
    init(tmp_path)
    (spec,) = load_project(tmp_path).datasets
    assert [rules(spec)[name] for name in ("nul", "esc", "f", "g")] == [["not_null"]] * 4
    outcome = whq.run(tmp_path)
    assert not outcome.errors and verdicts(outcome) == {"pass"}


def test_columns_of_every_type_run(tmp_path: Path) -> None:
    """A fresh project passes, whatever the columns are: UUIDs are texts that functions of texts refuse."""
    database(
        tmp_path / "x.duckdb",
        "create type mood as enum ('sad', 'ok')",
        """create table wide as select i as id, uuid() as u, 'ok'::mood as m, '{"a": 1}'::json as j, [1] as l,
            {'a': 1} as s, 'x'::blob as b, interval 1 day as v, true as t, time '10:00' as c,
            cast(i as hugeint) as h, cast(i as decimal(38, 10)) as d, null::varchar as "nothing at all",
            timestamptz '2024-01-01 00:00:00+00' + i * interval 1 day as ts from range(400) as r(i)""",
    )
    (found,) = init(tmp_path).suggested
    assert found.notes == ("no row has a value in nothing at all",)
    (spec,) = load_project(tmp_path).datasets
    assert rules(spec)["m"] == ["not_null", "accepted_values"] and rules(spec)["j"] == ["not_null"]
    outcome = whq.run(tmp_path)
    assert verdicts(outcome) <= {"pass", "warn"}  # numbers that grow do drift
    lengths = {result.value for result in outcome.results if result.id == "wide/u/max_length" and result.value}
    assert lengths == {36}


def test_a_folder_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with duckdb.connect() as connection:
        for part in range(3):
            rows = f"select i as id, 'a' as kind from range({part * 100}, {part * 100 + 100}) as r(i)"
            connection.execute(f"copy ({rows}) to '{folder}/part-{part}.parquet' (format parquet)")
        connection.execute(f"copy (select 1 as x) to '{folder}/my list.csv'")
    (folder / "notes.txt").touch()
    assert data_files(folder) == ["my list.csv", "part-*.parquet"]
    for root, table in ((tmp_path, "data/part-*.parquet"), (tmp_path / "away", "part-*.parquet")):
        init(root, path=str(folder))
        found = specs(root)
        assert set(found) == {"my_list", "part"} and found["part"].table == table
        assert found["part"].key == ("id",)
        assert whq.check(project=root).exit_code == 0
    made = init(tmp_path / "one", path=str(folder / "my list.csv"))
    assert [path.name for path in made.files if path.parent.name == "monitors"] == ["my_list.yml"]
    init(folder)
    assert set(specs(folder)) == {"my_list", "part"}


def test_other_schemas_and_their_names(tmp_path: Path) -> None:
    database(
        tmp_path / "x.duckdb",
        "create schema sales",
        'create table sales."Loans" as select 1 as id',
        "create table sales.loans_2 as select 1 as id",
    )
    init(tmp_path)
    found = {name: str(spec.table) for name, spec in specs(tmp_path).items()}
    assert found == {"Loans": "sales.Loans", "loans_2": "sales.loans_2"}
    assert whq.check(project=tmp_path).exit_code == 0


def test_a_table_is_added_to_a_project(tmp_path: Path) -> None:
    database(tmp_path / "x.duckdb", "create table a as select 1 as id", "create table b as select 1 as id")
    init(tmp_path, table="a")
    made = init(tmp_path, table="b")
    assert [path.name for path in made.files] == ["b.yml"]
    assert set(specs(tmp_path)) == {"a", "b"}
    with pytest.raises(ConfigError, match=r"monitors/b\.yml exists; nothing was written"):
        init(tmp_path, table="b")
    with pytest.raises(ConfigError, match=r"whq\.yml exists; nothing was written"):
        init(tmp_path)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no such path": ({"path": "nowhere.duckdb"}, "there is no nowhere.duckdb; give a DuckDB file"),
    "an empty folder": ({"path": "empty"}, "empty holds no Parquet or CSV files"),
    "a table nowhere": ({"table": "t"}, "where is t\\? There is no database here; add --path"),
    "two places": ({"path": "x", "profile": "y"}, "--path and a profile are two places"),
    "no dbt project": ({"from_dbt": "empty"}, "there is no empty/dbt_project.yml"),
    "no such profile": ({"profile": "nope"}, 'no profile "nope"'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "empty").mkdir()
    options, message = REFUSED[case]
    with pytest.raises(ConfigError, match=message):
        init(**options)  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]


def test_without_any_data_an_example_is_written(tmp_path: Path) -> None:
    made = init(tmp_path / "new")
    assert set(specs(tmp_path / "new")) == {"example"}
    assert "wrote" in tell(made, Look())
    assert "path: warehouse.duckdb" in (tmp_path / "new/profiles/local.yml").read_text()


# --- profiles -----------------------------------------------------------------------------------------------


@pytest.fixture
def dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "dbt_project.yml").write_text("name: shop\nprofile: jaffle\n")
    (folder / "profiles.yml").write_text("jaffle: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n")
    database(folder / "shop.duckdb", "create table orders as select 1 as order_id")
    return folder


def test_a_dbt_project_names_its_profile(dbt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--project", str(dbt), "--from-dbt", str(dbt), "-q"]) == 0
    assert load_project(dbt).profile == "jaffle"
    assert not (dbt / "profiles").exists()
    assert whq.check(project=dbt).exit_code == 0
    assert capsys.readouterr().out == ""


def test_the_profiles_beside_a_dbt_project_are_used(dbt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `whq init` and by every run after it, wherever one stands; the paths of the profile are dbt's."""
    monkeypatch.chdir(tmp_path)
    made = init(tmp_path / "elsewhere/deep", from_dbt="shop")
    assert made.suggested
    assert (tmp_path / "elsewhere/deep/whq.yml").read_text().count('dbt: "../../shop"\n') == 1
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert whq.check(project="deep").exit_code == 0
    (dbt / "profiles.yml").rename(dbt / "moved.yml")
    with pytest.raises(ConfigError, match=r"no profile \"jaffle\" in profiles/jaffle.yml, dbt's profiles.yml"):
        whq.check(project="deep")


def test_a_dbt_project_without_a_profile_is_explained(dbt: Path) -> None:
    (dbt / "dbt_project.yml").write_text("name: shop\n")
    with pytest.raises(ConfigError, match="names no profile; add --profile NAME"):
        init(dbt, from_dbt=str(dbt))
    made = init(dbt, from_dbt=str(dbt), profile="jaffle", target="dev")
    assert made.suggested and load_project(dbt).target == "dev"
    with pytest.raises(ConfigError):
        init(dbt, profile="nope")


def test_a_postgres_schema(postgres: Any, tmp_path: Path) -> None:
    postgres.execute(
        "drop schema if exists scaffold cascade",
        "create schema scaffold",
        "create table scaffold.visits as select i as visit_id, timestamp '2024-01-01' + i * interval '1 hour' as "
        "visited_at, case when i % 3 = 0 then 'web' else 'shop' end as channel, i * 0.5 as \"Amount €\" "
        "from generate_series(1, 3000) as i",
        "create table scaffold.nothing (id integer)",
    )
    fields = postgres.fields(schema="scaffold", sslmode="disable")
    (tmp_path / "profiles").mkdir()
    lines = "".join(f"    {name}: {scalar(value)}\n" for name, value in fields.items())
    (tmp_path / "profiles/pg.yml").write_text(f"targets:\n  dev:\n    type: postgres\n{lines}")
    made = init(tmp_path, profile="pg")
    assert [found.facts.name for found in made.suggested] == ["nothing", "visits"]
    spec = specs(tmp_path)["visits"]
    assert (spec.time, spec.key, spec.chunking.unit) == ("visited_at", ("visit_id",), "week")
    outcome = whq.check(project=tmp_path)
    assert {result.id for result in outcome.results if result.status != "pass"} == {"nothing/row_count"}


def test_a_postgres_table_of_every_type(postgres: Any, tmp_path: Path) -> None:
    postgres.execute(
        "drop schema if exists types cascade",
        "create schema types",
        "create type types.mood as enum ('sad', 'ok')",
        """create table types.wide as select i as id, gen_random_uuid() as u, 'ok'::types.mood as m,
            '{"a": 1}'::jsonb as j, '{"a": 1}'::json as k, inet '10.0.0.1' as ip,
            array['a'] as l, 'x'::bytea as b, interval '1 day' as v,
            '1.5'::money as mo, point(1, 2) as p, int4range(1, 3) as r, 'x'::char(5) as c, time '10:00' as tm,
            timestamptz '2024-01-01 00:00:00+00' + i * interval '1 day' as ts from generate_series(1, 400) as i""",
        "create table types.parts (id integer, ts timestamp) partition by range (id)",
        "create table types.parts_1 partition of types.parts for values from (0) to (1000)",
        "insert into types.parts select i, date '2024-01-01' + i from generate_series(1, 400) as i",
    )
    (tmp_path / "profiles").mkdir()
    lines = "".join(f"    {name}: {scalar(value)}\n" for name, value in postgres.fields(schema="types").items())
    (tmp_path / "profiles/pg.yml").write_text(f"targets:\n  dev:\n    type: postgres\n{lines}")
    made = init(tmp_path, profile="pg")
    assert [found.facts.name for found in made.suggested] == ["parts", "wide"]
    text = (tmp_path / "profiles/pg.yml").read_text()
    (tmp_path / "shut/profiles").mkdir(parents=True)
    (tmp_path / "shut/profiles/pg.yml").write_text(text.replace("user: whq", "user: guest"))
    denied = init(tmp_path / "shut", profile="pg", table="types.wide").suggested[0].notes[0]
    assert "ask for: grant usage on schema types to guest" in denied
    outcome = whq.run(tmp_path)
    assert verdicts(outcome) == {"pass"}
    longest = {result.id: result.value for result in outcome.results if result.metric == "max_length"}
    assert (longest["wide/u/max_length"], longest["wide/m/max_length"], longest["wide/ip/max_length"]) == (36, 2, 11)


# --- real data ----------------------------------------------------------------------------------------------


@pytest.fixture
def data() -> Path:
    folder = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("set WHQ_DATA to the folder of the real data")
    return folder


@pytest.mark.data
def test_flights(data: Path, tmp_path: Path) -> None:
    init(tmp_path, path=str(data / "nycflights13"))
    found = specs(tmp_path)
    assert {name: spec.key for name, spec in found.items() if spec.key} == {
        "airlines": ("carrier",), "airports": ("faa",), "airports_other_source": ("iata",), "planes": ("tailnum",),
    }  # fmt: skip
    outcome = whq.check(project=tmp_path)
    wrong = {result.id for result in outcome.results if result.status != "pass"}
    assert wrong == {"flights/tailnum/relationships"}


@pytest.mark.data
def test_a_scoring_log(data: Path, tmp_path: Path) -> None:
    init(tmp_path, path=str(data / "elec2/scoring_log.parquet"))
    (spec,) = load_project(tmp_path).datasets
    (model,) = spec.models
    assert (spec.time, spec.reference) == ("ts", "partition = 'reference'")
    assert (model.score, model.prediction, model.label) == ("y_pred_proba", "y_pred", "y_true")
    outcome = whq.run(tmp_path)
    assert verdicts(outcome) <= {"pass", "warn", "fail"}
    assert whq.check(project=tmp_path).exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    import resource

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        with pytest.raises(ConfigError, match=r"whq\.yml cannot be written: File too large"):
            scaffold._write(tmp_path / "whq.yml", "version: 1\nname: loans\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


HOURLY = "timestamp '2024-01-01' + to_hours(i::int)"
LONG_TIMES = {
    # name: (expression of the column, its name, expected first moment, moments taken for placeholders)
    "1900": (f"case when i = 7 then timestamp '1900-01-01' else {HOURLY} end", "ts", "2024-01-01", ["1900-01-01"]),
    "1970 in many rows": (f"case when i % 9 = 1 then timestamp '1970-01-01' else {HOURLY} end", "ts", "2024-01-01",
                          ["1970-01-01"]),
    "9999": (f"case when i = 7 then timestamp '9999-12-31' else {HOURLY} end", "ts", "2024-01-01", ["9999-12-31"]),
    "several": (f"case when i = 7 then timestamp '0001-01-01' when i < 20 and i > 9 then timestamp '1900-01-01' "
                f"when i < 30 and i > 20 then timestamp '2999-12-31 23:59:59' else {HOURLY} end", "ts", "2024-01-01",
                ["0001-01-01", "1900-01-01", "2999-12-31 23:59:59"]),
    "dates": (f"case when i = 7 then date '1900-01-01' else ({HOURLY})::date end", "day", "2024-01-01", ["1900-01-01"]),
    "with NULL": (f"case when i = 7 then timestamp '1900-01-01' when i % 50 > 0 then {HOURLY} end", "ts",
                  "2024-01-01 01:00:00", ["1900-01-01"]),
    "decades": ("timestamp '1980-01-01' + to_days(i::int * 2)", "ts", "1980-01-01", []),
    "decades of dates": ("date '1980-01-01' + (i * 2)::int", "date", "1980-01-01", []),
    "a few old rows": (f"case when i < 3 then timestamp '1950-01-01' + to_days(i::int) else {HOURLY} end", "ts",
                       "1950-01-01", []),
}  # fmt: skip


@pytest.mark.parametrize("case", LONG_TIMES)
def test_a_time_that_spans_decades_or_holds_placeholders(case: str, tmp_path: Path) -> None:
    expression, name, first, placeholders = LONG_TIMES[case]
    database(
        tmp_path / "d.duckdb", f"create table t as select {expression} as {name}, i % 9 as x from range(6000) r(i)"
    )
    made = init(tmp_path)
    (found,) = made.suggested
    assert found.time is not None and found.time.name == name
    assert found.time.span is not None and str(found.time.span[0]).removesuffix(" 00:00:00") == first
    (spec,) = load_project(tmp_path).datasets
    assert spec.time == name and (found.reference is not None or not placeholders)
    text = (tmp_path / "monitors/t.yml").read_text()
    assert ("where:" in text) == bool(placeholders) == ("years from all others" in text)
    assert all(f"'{moment}'" in text for moment in placeholders)
    outcome = whq.check(project=tmp_path)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as connection:
        moments = [f"timestamp '{moment}'" for moment in placeholders] or ["null::timestamp"]
        sql = f"select count(*) from t where ({name} in ({', '.join(moments)})) is not true"
        ((rows,),) = connection.execute(sql).fetchall()
    counted = next(result.value for result in outcome.results if result.metric == "row_count")
    assert counted == rows and verdicts(outcome) <= {"pass", "fail"}


def test_placeholders_are_told_with_their_rows(tmp_path: Path) -> None:
    expression = LONG_TIMES["several"][0]
    database(tmp_path / "d.duckdb", f"create table t as select {expression} as ts, i % 9 as x from range(6000) r(i)")
    (found,) = init(tmp_path).suggested
    told = "ts is 0001-01-01 in 1 row and 1900-01-01 in 10 rows and 2999-12-31 in 9 rows, years from all others"
    assert found.notes[0] == f"{told}: taken for no time and left out"
    assert "# leaves out 20 rows with a placeholder" in (tmp_path / "monitors/t.yml").read_text()


def test_dates_of_birth_are_no_time_of_a_row() -> None:
    for name in ("born", "birth_date", "bd", "dob"):
        assert one(facts(**{name: when("1930-01-01", "2010-01-01")})).time is None
    table = facts(happened=when("1980-01-01", "2024-01-01"), ts=when("2024-01-01", "2024-06-01"))
    assert (one(table).time or table.columns[0]).name == "ts"


@pytest.mark.parametrize(
    ("columns", "note"),
    [
        ({"a": {"distinct": 1000, "type": "float"}}, "a does not look like a key, but has another value in every row"),
        ({"x": {}, "b": {"distinct": 1000}}, "b does not look like a key, but has another value in every row"),
        ({"x": {}, "ts": when("2020-01-01", "2024-01-01", distinct=1000)}, "ts does not look like a key, but"),
        ({"x": {}, "y": {"distinct": 999}}, "no single column identifies a row"),
        ({"x": {}, "y": {"distinct": None, "type": "other"}}, "no column was found that identifies a row"),
        ({"id": {"distinct": 1000}, "y": {}}, ""),
    ],
)
def test_that_no_column_identifies_a_row_is_said_where_it_is_true(columns: dict[str, Any], note: str) -> None:
    notes = [each for each in one(facts(**columns)).notes if "key" in each or "identifies" in each]
    assert [each[: len(note)] for each in notes] == ([note] if note else [])
    if note.startswith("b "):
        assert notes[0].endswith("write key: [b] if that is no chance")


def test_one_row_says_nothing_of_keys() -> None:
    assert not [note for note in one(facts(rows=1, a={"distinct": 1, "type": "float"})).notes if "key" in note]


def test_a_file_is_a_table_of_its_own_name(tmp_path: Path) -> None:
    """`--table` beside a single file is what the file is called, or a mistake that says what to leave out."""
    folder = tmp_path / "data"
    folder.mkdir()
    duckdb.sql("select 1 as a, 2 as b").write_parquet(str(folder / "log.parquet"))
    made = init(tmp_path / "named", path=folder / "log.parquet", table="log")
    assert (tmp_path / "named" / "monitors" / "log.yml") in made.files
    with pytest.raises(ConfigError, match="leave out --table"):
        init(tmp_path / "other", path=folder / "log.parquet", table="other")
