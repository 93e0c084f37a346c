"""The rows behind a rule, and the values that break it: the right ones, on both engines, never what `pii` forbids."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

import whq
from tests.conformance import both
from tests.engines.pg import Server
from whq.cli import main
from whq.commands.failing import Behind
from whq.errors import ConfigError
from whq.result import RunResult
from whq.sql.dialects import DIALECTS

DATA = """
    create table t as select case when i % 500 = 0 then 7 else i end as id,
        timestamp '2024-01-01' + to_days(cast(i % 90 as integer)) as at,
        case when i % 37 = 0 then 'cancled' when i % 811 = 0 then '?' else 'open' end as state,
        (i * 7) % 101 - case when i % 100 = 0 then 200 else 0 end as amount, i % 13 as parent,
        case when i % 9 = 0 then null else 'a' || cast(i as varchar) || '@x.org' end as email,
        case when i % 50 = 1 then null when i % 2 = 0 then 'N' else 'S' end as region
    from range(3000) as numbers(i);
    create table p as select i as id from range(10) as numbers(i)
"""
MONITORS = """
datasets:
  t:
    table: t
    time: at
    chunk: month
    key: [id]
    reference: "at < '2024-02-01'"
    segments: [region]
    columns:
      id: {unique: }
      state: {accepted_values: [open, closed]}
      amount: {accepted_range: {min: 0}}
      parent: {relationships: p.id}
      email: {not_null: {tags: [pii]}, matches: {pattern: "^b", tags: [pii]}}
      region: {not_null: {per: [chunk], where: "amount > 5"}}
    rules:
      - {expression: "amount <= 90 or state = 'open'", per: [segment]}
      - {expression: "amount <= 95 or region = 'S'", id: own, tags: [pii]}
      - {sql: "select region from t", id: own, tags: [pii]}
      - freshness: {fail: 1 day}
      - row_count: {fail: "< 1000000"}
      - {sql: "select id, amount from t where amount > 98", id: high}
      - {sql: "select email from t where amount > 98", id: mail}
      - {accepted_values: {column: state, values: [open]}, per: [chunk, segment], id: each}
    drift: {columns: [amount], metrics: {numeric: [jensen_shannon]}}
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("failing")
    files = {
        "whq.yml": "version: 1\nname: p\nprofile: local\nreport: report.html\n",
        "profiles/local.yml": "targets: {dev: {type: duckdb, path: d.duckdb}}\n",
        "monitors/t.yml": MONITORS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    with duckdb.connect(str(root / "d.duckdb")) as connection:
        connection.execute(DATA)
    return root


@pytest.fixture(scope="module")
def outcome(source: Path) -> RunResult:
    return whq.run(source)


@pytest.fixture(scope="module", params=["duck", "pg"])
def target(request: Any, source: Path, postgres: Server, tmp_path_factory: Any) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("both")
    root = both.project(source, folder, postgres, {"path": source / "d.duckdb"}, "failing")
    with duckdb.connect(str(source / "d.duckdb"), read_only=True) as connection:
        both.copy(connection, postgres, "failing", folder)
    return root, request.param


def behind(target: tuple[Path, str], id: str, **options: Any) -> Behind:
    (one,) = whq.failing(id, project=target[0], target=target[1], **{"limit": 5000, **options})
    return one


def truth(source: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(source / "d.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


EXPECTED = {
    "t/state/accepted_values": ("id, state", "state not in ('open', 'closed')"),
    "t/amount/accepted_range": ("id, amount", "amount < 0"),
    "t/region/not_null": ("id, region", "region is null and amount > 5 and \"at\" >= '2024-02-01'"),
    "t/expression": ("id, amount", "amount > 90 and state <> 'open'"),
}


@pytest.mark.parametrize("id", EXPECTED)
def test_failing_rows_are_those_of_plain_sql(id: str, target: tuple[Path, str], source: Path) -> None:
    names, where = EXPECTED[id]
    one = behind(target, id)
    at = [one.names.index(name) for name in names.split(", ")]
    assert Counter(tuple(row[place] for place in at) for row in one.rows or ()) == Counter(
        truth(source, f"select {names} from t where {where}")
    )
    few = behind(target, id, limit=3)
    assert few.more and len(few.rows or ()) == 3


def test_keys_parents_and_newest_rows(target: tuple[Path, str], source: Path) -> None:
    assert behind(target, "t/id/unique").rows == ((7, 7),)
    assert Counter(behind(target, "t/parent/relationships").rows) == Counter(
        truth(source, "select parent, count(*) from t where parent > 9 group by parent")
    )
    newest = behind(target, "t/freshness", limit=2)
    assert newest.names[0] == "at" and {str(row[0]) for row in newest.rows or ()} == {"2024-03-30 00:00:00"}
    assert Counter(behind(target, "t/sql/high").rows) == Counter(
        truth(source, "select id, amount from t where amount > 98")
    )
    secret = behind(target, "t/sql/mail")
    assert secret.rows is None and "pii" in secret.note and "98" in secret.sql


def test_a_limit_on_a_metric_has_no_rows(target: tuple[Path, str]) -> None:
    one = behind(target, "t/row_count")
    assert (one.query, one.sql, one.rows) == (None, "", None) and "no row breaks" in one.note


def test_chunks_and_segments_are_told(target: tuple[Path, str]) -> None:
    one = behind(target, "t/state/accepted_values/each")
    assert one.names[:2] == ("segment", "chunk")
    chunks = [str(row[1])[:7] for row in one.rows or ()]
    assert set(chunks) == {"2024-02", "2024-03"} and chunks == sorted(chunks, reverse=True)


def test_private_columns_are_left_out(target: tuple[Path, str]) -> None:
    for id in ("t/email/not_null", "t/email/matches"):
        one = behind(target, id)
        assert one.hidden == ("email",) and "email" not in one.names
        assert "@x.org" not in json.dumps(one.as_dict())


def test_a_private_rule_hides_what_it_reads(target: tuple[Path, str]) -> None:
    one = behind(target, "t/expression/own")
    assert set(one.hidden) == {"amount", "region"} and one.names == ("id", "at") and one.rows
    assert behind(target, "t/sql/own").rows is None


def test_a_private_dataset_is_not_read(source: Path, tmp_path: Path) -> None:
    root = both.shutil.copytree(source, tmp_path / "p", ignore=both.shutil.ignore_patterns(".whq"))
    text = MONITORS.replace("    table: t\n", "    table: t\n    tags: [pii]\n")
    (root / "monitors/t.yml").write_text(text)
    (one,) = whq.failing("t/state/accepted_values", project=root)
    assert one.rows is None and "pii" in one.note and "cancled" not in json.dumps(one.as_dict())
    result = next(r for r in whq.run(root, select=["metric:accepted_values"]).results if r.metric == "accepted_values")
    assert "breaking" not in result.details


# --- in a run -----------------------------------------------------------------------------------------------


def test_a_failed_rule_names_the_values_that_break_it(outcome: RunResult, source: Path) -> None:
    result = next(result for result in outcome.results if result.id == "t/state/accepted_values")
    counted = truth(source, "select state, count(*) from t where state not in ('open', 'closed') group by state")
    common = [{"value": value, "rows": rows} for value, rows in counted if rows >= 10]
    assert result.details["breaking"] == common and len(counted) == 2
    assert result.message.endswith(f": `cancled` {common[0]['rows']} rows")
    assert all("breaking" not in one.details for one in outcome.results if one.subject == "email")


def test_keys_without_a_parent_are_named_too(outcome: RunResult, source: Path) -> None:
    result = next(result for result in outcome.results if result.metric == "relationships")
    rows = truth(source, "select parent, count(*) from t where parent > 9 group by parent order by 2 desc, 1")
    assert [(one["value"], one["rows"]) for one in result.details["breaking"]] == rows


def test_values_are_told_for_each_chunk_and_segment(outcome: RunResult, source: Path) -> None:
    results = [one for one in outcome.results if one.id == "t/state/accepted_values/each" and one.alert]
    assert len(results) >= 4
    for result in results:
        where = "region is null" if result.segment == "region is null" else f"region = '{str(result.segment)[-1]}'"
        ((rows,),) = truth(
            source, f"select count(*) from t where {where} and state = 'cancled' and strftime(\"at\", '%Y-%m') = "
            f"'{result.chunk.key if result.chunk else ''}'",
        )  # fmt: skip
        expected = [{"value": "cancled", "rows": rows}] if rows >= 10 else []
        assert result.details.get("breaking", []) == expected


def test_values_that_few_rows_share_need_permission(source: Path, tmp_path: Path) -> None:
    root = both.shutil.copytree(source, tmp_path / "p", ignore=both.shutil.ignore_patterns(".whq"))
    (root / "monitors/t.yml").write_text(MONITORS + "    profile: [{column: state, values: true}]\n")
    result = next(r for r in whq.run(root).results if r.id == "t/state/accepted_values")
    assert {one["value"] for one in result.details["breaking"]} == {"cancled", "?"}


def test_statements_have_one_id_everywhere(outcome: RunResult, source: Path) -> None:
    for options in ({}, {"select": ["dataset:t,metric:accepted_values"]}, {"since": "2024-03-01"}):
        shown = {query.id: query for query in whq.compile(source, **options)}  # type: ignore[arg-type]
        planned = {query.id: query for query in whq.plan(source, **options).queries}  # type: ignore[arg-type]
        ran = outcome if not options else whq.run(source, keep=False, **options)
        assert {id: text for id, text in ran.statements.items() if id[0] in "rv"} == {
            id: shown[id].sql for id in ran.statements if id[0] in "rv"
        }
        assert {id for id in planned if planned[id].when} == {id for id in shown if id[0] == "v"}
        failed = [one for one in ran.results if one.monitor == "rule" and one.alert and one.metric != "row_count"]
        assert failed and all(one.details["failing_query"] in ran.statements for one in failed)
        sent = [id for id in ran.statements if id[0] != "r"]
        assert ran.run.queries == len(sent)
    html = (source / "report.html").read_text("utf-8")
    assert "r1" in outcome.statements and "html" in html


def test_values_that_cannot_be_counted_are_said_to_be_lost(source: Path, tmp_path: Path) -> None:
    root = both.shutil.copytree(source, tmp_path / "p", ignore=both.shutil.ignore_patterns(".whq"))
    text = (root / "whq.yml").read_text()
    term = "metric:accepted_values,subject:state"
    needed = whq.run(root, select=[term], keep=False, monitors=("rule",)).run.queries
    (root / "whq.yml").write_text(f"{text}budget: {{queries: {needed - 2}}}\n")
    results = whq.run(root, select=[term], monitors=("rule",)).results
    failed = [result for result in results if result.status == "fail"]
    assert failed and all("budget" in result.details["breaking_lost"] for result in failed)
    assert all("breaking" not in result.details for result in failed)


def test_a_rule_that_passes_has_no_next_step(source: Path, tmp_path: Path) -> None:
    root = both.shutil.copytree(source, tmp_path / "p", ignore=both.shutil.ignore_patterns(".whq"))
    (root / "monitors/t.yml").write_text(MONITORS.replace("[open, closed]", "[open, cancled, '?']"))
    ran = whq.run(root, select=["metric:accepted_values"])
    passed = next(result for result in ran.results if result.id == "t/state/accepted_values")
    assert passed.status == "pass" and "failing_query" not in passed.details
    (one,) = whq.failing("t/state/accepted_values", project=root)
    assert one.rows == ()


# --- the command --------------------------------------------------------------------------------------------


def test_the_command(outcome: RunResult, source: Path, capsys: Any) -> None:
    there = ("--project", str(source))
    assert main(["failing", "state/accepted_values", "--limit", "2", *there]) == 2
    assert "2 rules have" in capsys.readouterr().err
    assert main(["failing", "t/state/accepted_values", "--limit", "2", *there]) == 0
    said = capsys.readouterr().out
    assert "cancled" in said and "2 rows, and there may be more" in said
    assert main(["failing", "t/state/accepted_values", "--sql", *there]) == 0
    sql = capsys.readouterr().out
    assert sql.startswith("-- r") and len(truth(source, sql)) == 85
    assert main(["failing", "t/id/unique", "--format", "csv", *there]) == 0
    assert capsys.readouterr().out == "id,rows\n7,7\n"
    assert main(["failing", "t/id/unique", "--format", "json", "--run", outcome.run.id, *there]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["failing"]
    assert entry["rows"] == [{"id": 7, "rows": 7}] and entry["message"]


@pytest.mark.parametrize(
    ("id", "hint"), [("t/state/acepted_values", "t/state/accepted_values"), ("zzz", "t/amount/accepted_range")]
)
def test_an_unknown_id_names_the_nearest(id: str, hint: str, source: Path) -> None:
    with pytest.raises(ConfigError, match="no rule has the id") as caught:
        whq.failing(id, project=source)
    assert hint in str(caught.value.problems[0].hint)


@pytest.mark.parametrize("id", ["t/amount/jensen_shannon", "jensen", "t/volume"])
def test_what_is_no_rule_says_what_to_look_at(id: str, outcome: RunResult, source: Path) -> None:
    with pytest.raises(ConfigError, match="has no failing rows") as caught:
        whq.failing(id, project=source)
    (problem,) = caught.value.problems
    assert problem.code == "WHQ-U013" and "whq history t/" in str(problem.hint)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_dialect_can_say_it(dialect: str, source: Path, tmp_path: Path) -> None:
    columns = {"id": "bigint", "at": "timestamp", "state": "varchar", "amount": "bigint", "parent": "bigint",
               "email": "varchar", "region": "varchar"}  # fmt: skip
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps({"tables": {"t": columns, "p": {"id": "bigint"}}, "dialect": "duckdb"}))
    queries = [one for one in whq.compile(source, dialect=dialect, catalog=catalog) if one.id[0] in "rv"]
    assert len([one for one in queries if one.id[0] == "r"]) >= 10
    for query in queries:
        assert sqlglot.parse_one(query.sql, read=dialect) is not None
