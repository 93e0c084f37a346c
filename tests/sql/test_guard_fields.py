"""A dot on Postgres and Redshift: `(x).name` calls the function `name(x)` unless x has a field of that name."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import sqlglot
from sqlglot import exp

from whq.errors import CompileError
from whq.sql import allowlist
from whq.sql.guard import expression, select
from whq.sql.names import ATTRIBUTE_CALLS
from whq.values import Column, Source, TableSource

PAIR = (Column("a", "integer"), Column("B", "integer"), Column("in", "other", "inner", fields=(Column("z", "text"),)))
COLUMNS = (
    Column("id", "integer"),
    Column("s", "text"),
    Column("c", "other", "pair", fields=PAIR),
    Column("pairs", "other", "pair[]"),
    Column("j", "other", "jsonb"),
)


class Held(NamedTuple):
    source: Source
    columns: tuple[Column, ...]


def find(parts: tuple[str, ...]) -> Held:
    return Held(TableSource(("main", "t")), COLUMNS)


CALLS = """
(s).upper = 'A'
s.upper = 'A'
(s).length > 1
(s)."upper" = 'A'
(s || 'x').lower = 'x'
(id).abs = 1
(id).s is null
(j).jsonb_typeof = 'object'
'x'.upper = 'X'
lower(s).upper = 'X'
(lower(s)).upper = 'X'
cast(s as text).upper = 'X'
(s::text).upper = 'X'
(c).upper is null
(c).to_json is null
((c).a).abs = 1
(c).a.abs = 1
((c)."in").length = 1
(c)."in".z.upper = 'X'
c.a.abs = 1
(pairs[1]).a = 1
(pairs[1]).upper is null
(array[1]).cardinality = 1
array[1].cardinality = 1
(case when true then s end).upper = 'X'
(coalesce(s, 'x')).upper = 'X'
(c).*
coalesce((s).upper, 'x') = 'x'
abs((id).abs) = 1
id in ((id).abs, 2)
id between 0 and (id).abs
case when (s).upper = 'A' then true end
struct_extract(s, 'upper') = 'A'
struct_extract(c, 'a') = 1
safe.upper(s) = 'A'
net.host(s) = 'A'
""".strip().splitlines()

CALLS_IN_SELECTS = """
select (t).upper from t
select t.upper from t
select (t.s).upper from t
select t.s.upper from t
select (t.*).upper from t
select (x.s).upper from (select s from t) x
select (select s from t).upper from t
select id from t where (s).length > 1
select id from t order by (s).upper
select s from t group by s having (max(s)).upper = 'A'
select max(id) over (partition by (s).upper) from t
select a.id from t a join t b on (a.s).upper = (b.s).upper
select id from t where exists (select 1 from t u where (t.s).upper = u.s)
with q as (select s from t) select q.upper from q
with q as (select s from t) select (q).upper from q
select q.upper from (select * from t) q
select id from t union all select (s).length from t
select count(*) filter (where (s).upper = 'A') from t
select (c).* from t
select c.* from t
select struct_extract(s, 'upper') from t
""".strip().splitlines()

FIELDS = {
    "(c).a > 0": '("c")."a" > 0',
    "c.a > 0": '("c")."a" > 0',
    "((c)).b = 1": '(("c"))."B" = 1',
    "((c).\"in\").z = 'x'": '(("c")."in")."z" = \'x\'',
    "coalesce((c).a, (C).B) = 1": 'COALESCE(("c")."a", ("c")."B") = 1',
}
FIELDS_IN_SELECTS = {
    "select (t.c).a as x from t": 'SELECT ("t"."c")."a" AS "x" FROM "main"."t" AS "t"',
    "select t.c.a as x from t": 'SELECT ("t"."c")."a" AS "x" FROM "main"."t" AS "t"',
    "select 1 from t where exists (select 1 from t u where (t.c).a = (u.c).b)": (
        'SELECT 1 FROM "main"."t" AS "t" WHERE EXISTS(SELECT 1 FROM "main"."t" AS "u" '
        'WHERE ("t"."c")."a" = ("u"."c")."B")'
    ),
}


@pytest.mark.parametrize("dialect", sorted(ATTRIBUTE_CALLS))
@pytest.mark.parametrize("text", CALLS)
def test_a_dot_that_calls_a_function_is_refused(dialect: str, text: str) -> None:
    with pytest.raises(CompileError):
        expression(text, dialect, COLUMNS)


@pytest.mark.parametrize("dialect", sorted(ATTRIBUTE_CALLS))
@pytest.mark.parametrize("text", CALLS_IN_SELECTS)
def test_a_dot_that_calls_a_function_is_refused_in_a_select(dialect: str, text: str) -> None:
    with pytest.raises(CompileError):
        select(text, dialect, find)


@pytest.mark.parametrize(("text", "wanted"), FIELDS.items())
def test_a_field_that_the_catalog_knows_is_read(text: str, wanted: str) -> None:
    checked = expression(text, "postgres", COLUMNS)
    assert (checked.text, checked.columns) == (wanted, ("c",))
    assert expression(checked.text, "postgres", COLUMNS) == checked


@pytest.mark.parametrize(("text", "wanted"), FIELDS_IN_SELECTS.items())
def test_a_field_that_the_catalog_knows_is_read_in_a_select(text: str, wanted: str) -> None:
    assert select(text, "postgres", find).text == wanted


def test_the_message_names_the_function() -> None:
    with pytest.raises(CompileError, match=r"on postgres such a dot calls the function upper\(…\)"):
        expression("(s).upper = 'A'", "postgres", COLUMNS)
    with pytest.raises(CompileError, match='there is no field "aa"; did you mean "a"'):
        expression("(c).aa = 1", "postgres", COLUMNS)


def calls() -> Iterator[exp.Expr]:
    """Every function that the guard allows, with columns and with texts as its arguments."""
    for kind in sorted(allowlist.QUERY_NODES, key=lambda kind: kind.__name__):
        if issubclass(kind, exp.Func):
            for value in (exp.column("x"), exp.Literal.string("upper")):
                listed = {key for key in kind.arg_types if key == "expressions"}
                yield kind(**{key: [value.copy()] if key in listed else value.copy() for key in kind.arg_types})


@pytest.mark.parametrize("dialect", sorted(ATTRIBUTE_CALLS))
def test_no_other_function_is_printed_with_a_dot(dialect: str) -> None:
    dotted = set()
    for call in calls():
        try:
            back = sqlglot.parse_one(call.sql(dialect, unsupported_level=sqlglot.ErrorLevel.IGNORE), read=dialect)
        except (sqlglot.errors.SqlglotError, AttributeError, ValueError, TypeError):
            continue  # the arguments are not all of the kind that the function takes
        if any(isinstance(node, exp.Dot) or node.text("table") for node in back.find_all(exp.Dot, exp.Column)):
            dotted.add(type(call))
    assert dotted == {exp.StructExtract, exp.SafeFunc, exp.NetFunc}  # the last two are refused but on BigQuery
