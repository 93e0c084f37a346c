"""The guard: what it refuses, what it lets through, what comes out, and where it points."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
import sqlglot
from sqlglot import exp

from tests.sql.guard_corpus import (
    ANYWHERE,
    EVERY,
    EXPRESSIONS,
    ONE_DIALECT,
    ORDINARY_BY_DIALECT,
    ORDINARY_EXPRESSIONS,
    ORDINARY_SELECTS,
)
from whq.errors import CompileError, ConfigError, Location, Problem, WhqError
from whq.sql.guard import expression, select
from whq.sql.prescan import MAX_CHARACTERS
from whq.values import Column, FileSource, Fragment, QuerySource, Source, TableSource, Written

LOANS = (
    Column("id", "integer"),
    Column("Amount", "float"),
    Column("region", "text"),
    Column("scored_at", "timestamp"),
    Column("info", "other"),
)
CUSTOMERS = (Column("id", "integer"), Column("Name", "text"))


class Found(NamedTuple):
    source: Source
    columns: tuple[Column, ...]


TABLES = {
    "loans": Found(TableSource(("Main", "loans")), LOANS),
    "customers": Found(TableSource(("Main", "customers")), CUSTOMERS),
    "file": Found(FileSource("/x.csv", "csv", (("header", True),)), LOANS),
    "made": Found(QuerySource(Fragment("select 1", "duckdb")), LOANS),
    "twins": Found(TableSource(("twins",)), (Column("a", "text"), Column("A", "text"), Column("b", "text"))),
}


def resolve(parts: tuple[str, ...]) -> Found:
    name = parts[-1].lower()
    if name not in TABLES:
        where = parts[0].location if isinstance(parts[0], Written) else None
        raise ConfigError(Problem("WHQ-C000", "names", f'unknown table "{name}"', location=where))
    return TABLES[name]


def of_dialect(dialect: str) -> list[str]:
    return [line.strip() for line in ONE_DIALECT.get(dialect, "").strip().splitlines()]


HOSTILE = [(dialect, text) for dialect in EVERY for text in [*ANYWHERE, *of_dialect(dialect)]]
ORDINARY = [(dialect, text) for dialect in EVERY for text in [*ORDINARY_EXPRESSIONS, *ORDINARY_BY_DIALECT[dialect]]]


def test_the_corpus_is_large() -> None:
    assert len(set(HOSTILE)) >= 300
    assert len(ORDINARY) + len(EVERY) * len(ORDINARY_SELECTS) >= 150


@pytest.mark.parametrize("dialect", EVERY)
def test_hostile_selects_are_refused(dialect: str) -> None:
    accepted = [text for where, text in HOSTILE if where == dialect and lets_through(select, text, dialect, resolve)]
    assert accepted == []


@pytest.mark.parametrize("dialect", EVERY)
def test_hostile_expressions_are_refused(dialect: str) -> None:
    texts = [*EXPRESSIONS, *ANYWHERE, *of_dialect(dialect)]
    assert [text for text in texts if lets_through(expression, text, dialect, LOANS)] == []


def lets_through(guard: Callable[..., object], text: str, dialect: str, known: object) -> bool:
    try:
        guard(text, dialect, known)
    except WhqError as error:
        assert all(problem.message for problem in error.problems)
        return False
    return True


@pytest.mark.parametrize("dialect", EVERY)
def test_ordinary_selects_pass_and_stay_as_they_are(dialect: str) -> None:
    for text in ORDINARY_SELECTS:
        found = select(text, dialect, resolve)
        assert select(found.text, dialect, resolve) == found
        assert "comment" not in found.text


@pytest.mark.parametrize("dialect", EVERY)
def test_ordinary_expressions_pass_and_stay_as_they_are(dialect: str) -> None:
    for text in (text for where, text in ORDINARY if where == dialect):
        found = expression(text, dialect, LOANS)
        assert expression(found.text, dialect, LOANS) == found


@pytest.mark.parametrize("dialect", EVERY)
def test_every_table_that_leaves_is_one_that_the_catalog_knows(dialect: str) -> None:
    for text in ORDINARY_SELECTS:
        tree = sqlglot.parse_one(select(text, dialect, resolve).text, read=dialect)
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            assert table.name in ctes or table.db == "Main", text


PRINTED = {
    "amount > 1 -- why": ('"Amount" > 1', ("Amount",)),
    "REGION = 'it''s' or ID = 1": ("\"region\" = 'it''s' OR \"id\" = 1", ("region", "id")),
    "info.person.name = 'x'": ('"info"."person"."name" = \'x\'', ("info",)),
    "info": ('"info"', ("info",)),
    "true": ("TRUE", ()),
    "id > 1;": ('"id" > 1', ("id",)),
}


@pytest.mark.parametrize(("text", "wanted"), PRINTED.items())
def test_expressions_are_printed_with_exact_names(text: str, wanted: tuple[str, tuple[str, ...]]) -> None:
    found = expression(text, "duckdb", LOANS)
    assert (found.text, found.columns, found.dialect) == (*wanted, "duckdb")


SELECTED = {
    "select ID from Loans order by id": 'SELECT "id" FROM "Main"."loans" AS "Loans" ORDER BY "id"',
    "select L.AMOUNT from loans l": 'SELECT "l"."Amount" FROM "Main"."loans" AS "l"',
    "select l.info.a from loans l": 'SELECT "l"."info"."a" FROM "Main"."loans" AS "l"',
    "select info.a from loans": 'SELECT "info"."a" FROM "Main"."loans" AS "loans"',
    "select NAME from loans join customers using (ID)": (
        'SELECT "Name" FROM "Main"."loans" AS "loans" JOIN "Main"."customers" AS "customers" USING ("id")'
    ),
    "select id from loans join customers using (id)": (
        'SELECT "id" FROM "Main"."loans" AS "loans" JOIN "Main"."customers" AS "customers" USING ("id")'
    ),
    "select count(*) as N from loans group by region having n > 1": (
        'SELECT COUNT(*) AS "N" FROM "Main"."loans" AS "loans" GROUP BY "region" HAVING "N" > 1'
    ),
    "with T(Key_1) as (select id from loans) select KEY_1 from t": (
        'WITH "T"("Key_1") AS (SELECT "id" FROM "Main"."loans" AS "loans") SELECT "Key_1" FROM "T"'
    ),
    "select x.b from (select * exclude (a) from (select id as a, id as b from loans)) x": (
        'SELECT "x"."b" FROM (SELECT * EXCLUDE ("a") FROM '
        '(SELECT "id" AS "a", "id" AS "b" FROM "Main"."loans" AS "loans")) AS "x"'
    ),
    "select t.ID from (select l.* from loans l) t": (
        'SELECT "t"."id" FROM (SELECT "l".* FROM "Main"."loans" AS "l") AS "t"'
    ),
    "select id as K from loans union all select id from customers order by k": (
        'SELECT "id" AS "K" FROM "Main"."loans" AS "loans" UNION ALL '
        'SELECT "id" FROM "Main"."customers" AS "customers" ORDER BY "K"'
    ),
    "select id from loans o where exists (select 1 from customers c where c.id = o.ID union select 1)": (
        'SELECT "id" FROM "Main"."loans" AS "o" WHERE EXISTS(SELECT 1 FROM "Main"."customers" AS "c" '
        'WHERE "c"."id" = "o"."id" UNION SELECT 1)'
    ),
    "select b from twins": 'SELECT "b" FROM "twins" AS "twins"',
}


@pytest.mark.parametrize(("text", "wanted"), SELECTED.items())
def test_selects_are_printed_with_exact_names(text: str, wanted: str) -> None:
    assert select(text, "duckdb", resolve).text == wanted


MESSAGES = {
    "amuont > 1": '1:5: unknown column "amuont"; did you mean "Amount"?',
    "id > 1 and pg_slep(1)": '1:16: the function "pg_slep" is not allowed',
    "id > 1 and current_time > '12:00'": '"current_time" is the time of day',
    "id > 1; drop table x": "1:13: found a second statement (drop …); only one statement is allowed",
    "id > > > 1 1": "is not duckdb SQL near",
    "'open": "is a quote left open?",
    "": "1:5: there is no SQL here",
    " -- nothing": "there is no SQL here",
    "id = {{ x }}": "1:10: templates are not read in SQL here",
    "id = 1 {# x #} and {% if %}": "templates are not read",
    "id = \x00": "the invisible character U+0000",
    "id = '\u202e'": "the invisible character U+202E",
    "x.id = 1": '1:5: unknown column "x.id"; write the column without a table',
    "cast(id as my_type) = 1": 'a cast to "my_type" is not allowed',
    "lenght(region) = 1": 'the function "lenght" is not allowed; did you mean "length"?',
    "id = 1 and count(*) = 2": 'the aggregate "count" is not allowed here',
    "id = /*! 1 */ 2": "the comment /*! … */ is not allowed",
}


@pytest.mark.parametrize(("text", "wanted"), MESSAGES.items())
def test_messages_of_expressions(text: str, wanted: str) -> None:
    with pytest.raises(CompileError) as caught:
        expression(Written(text, Location("m.yml", 1, 5)), "duckdb", LOANS)
    assert wanted in str(caught.value)
    assert str(caught.value).startswith("m.yml:1:")


SELECT_MESSAGES = {
    "select idd from loans": '1:12: unknown column "idd"; did you mean "id"?',
    "select l.idd from loans l": '1:12: unknown column "idd"; did you mean "id"?',
    "select m.id from loans l": '1:12: unknown table "m"; allowed: l',
    "select id from loanz": '1:20: unknown table "loanz"',
    "select id from made": '1:20: "made" is not a table; SQL reads tables, views, and datasets that are files',
    "select id from loans, customers": 'the column "id" is ambiguous; say which: loans or customers',
    "select x from loans l join customers c using (x)": 'USING ("x") is not clear; write the join with ON',
    "select A as x, \"a\" as y, b from twins where A = 'x' and aA = 1": 'unknown column "aA"',
    "(select id from loans) order by id": "is",
    "select id from loans for update": "FOR UPDATE locks rows",
    "select id into x from loans": "SELECT … INTO writes a table",
    "selec id from loans": "found selec; only one SELECT is allowed",
    "select": "nothing is selected",
    "select id from loans l join loans l on true": "Alias already used",
}


@pytest.mark.parametrize(("text", "wanted"), SELECT_MESSAGES.items())
def test_messages_of_selects(text: str, wanted: str) -> None:
    with pytest.raises(WhqError) as caught:
        select(Written(text, Location("m.yml", 1, 5)), "postgres" if "into" in text else "duckdb", resolve)
    assert wanted in str(caught.value)


def test_a_dataset_that_is_a_file_is_read_where_its_name_stands() -> None:
    found = select("select f.id, region from file as f join customers c on c.id = f.id", "duckdb", resolve)
    assert found.text == (
        'SELECT "f"."id", "region" FROM READ_CSV(\'/x.csv\', header = TRUE) AS "f" '
        'JOIN "Main"."customers" AS "c" ON "c"."id" = "f"."id"'
    )
    assert 'AS "file"' in select("select file.id from file", "duckdb", resolve).text
    with pytest.raises(WhqError, match="does not read the file"):
        select("select id from file", "postgres", resolve)


@pytest.mark.parametrize("dialect", ["bigquery", "mysql", "spark", "databricks"])
def test_double_quotes_that_hold_text_are_no_column(dialect: str) -> None:
    with pytest.raises(CompileError, match='"amount" in double quotes is text here'):
        expression('"amount" > 0', dialect, LOANS)
    assert expression('region = "North"', dialect, LOANS).columns == ("region",)


def test_columns_that_differ_in_case_only_need_the_exact_name() -> None:
    columns = (Column("a", "text"), Column("A", "text"))
    assert expression("A = 'x'", "duckdb", columns).columns == ("A",)
    both = (Column("Ab", "text"), Column("aB", "text"))
    with pytest.raises(CompileError, match='the column "ab" is ambiguous'):
        expression("ab = 'x'", "duckdb", both)


def test_all_problems_of_a_text_are_shown_in_order() -> None:
    with pytest.raises(CompileError) as caught:
        expression("foo(id) > bar(id) and random() > 1", "duckdb", LOANS)
    assert [problem.code for problem in caught.value.problems] == ["WHQ-S205", "WHQ-S205", "WHQ-S206"]


BLOCK = "select id\nfrom loans\nwhere idd = 1\n"


def test_a_block_scalar_is_pointed_into_by_line() -> None:
    with pytest.raises(CompileError) as caught:
        select(Written(BLOCK, Location("m.yml", 10, 10)), "duckdb", resolve)
    assert caught.value.problems[0].location == Location("m.yml", 13, 7)


def test_a_text_without_a_place_has_none() -> None:
    with pytest.raises(CompileError) as caught:
        expression("idd = 1", "duckdb", LOANS)
    assert caught.value.problems[0].location is None


def test_functions_of_the_users_own_are_allowed_by_name() -> None:
    assert expression("my_fn(id) > 1", "duckdb", LOANS, allow_functions=["MY_FN"]).columns == ("id",)
    assert expression("lib.fn(id)", "duckdb", LOANS, allow_functions=["lib.fn"]).text == 'lib.fn("id")'
    assert "my_fn" in select("select my_fn(id) as x from loans", "bigquery", resolve, allow_functions=["my_fn"]).text
    with pytest.raises(CompileError, match=r"lib\.fn"):
        expression("lib.fn(id)", "duckdb", LOANS, allow_functions=["fn"])


DEEP = {
    "parentheses": "(" * 41 + "1" + ")" * 41,
    "many parentheses": "(" * 20_000 + "1" + ")" * 20_000,
    "cases": "case when true then " * 41 + "1" + " end" * 41,
    "not": "not " * 41 + "true",
    "minus": "- " * 5_000 + "1",
    "brackets": "info" + "[info" * 41 + "]" * 41,
    "long": "1 + " * (MAX_CHARACTERS // 4) + "1",
    "casts": "id" + "::int" * 9_000,
    "between": "id between 1 and " * 3_000 + "1",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_or_long_texts_are_refused_before_they_do_harm(text: str) -> None:
    with pytest.raises(CompileError) as caught:
        expression(text, "duckdb", LOANS)
    assert caught.value.problems[0].code in ("WHQ-S201", "WHQ-S202")


def test_deep_selects_are_refused() -> None:
    text = "select id from (" * 45 + "select id from loans" + ") as x" * 45
    with pytest.raises(CompileError, match="nested deeper than 40"):
        select(text, "duckdb", resolve)


def test_what_is_within_the_depth_passes_anywhere_in_the_stack() -> None:
    def down(levels: int) -> str:
        return down(levels - 1) if levels else expression("(" * 38 + "id" + ")" * 38, "duckdb", LOANS).text

    assert down(400).count("(") == 38


def test_long_flat_lists_pass() -> None:
    text = " or ".join(f"id = {number}" for number in range(2_000))
    assert expression(text, "postgres", LOANS).columns == ("id",)
