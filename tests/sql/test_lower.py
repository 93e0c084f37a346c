"""Lowering and printing: one construct, the words of each dialect, and the meaning kept."""

import re

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from whq.errors import CompileError
from whq.sql.constructs import NATIVE
from whq.sql.dialects import DIALECTS
from whq.sql.emit import comment, emit, lower_case
from whq.sql.lower import lower
from whq.sql.support import check


def printed(text: str, dialect: str) -> str:
    """An expression in a dialect, on one line."""
    tree = lower(sqlglot.parse_one(f"select {text} as v from t", read="duckdb"), dialect)
    line = " ".join(emit(tree, dialect).split()).replace("( ", "(").replace(" )", ")")
    return re.sub(r"^select | as [\"`]v[\"`] from .*$", "", line)


SAID = {
    "count_if(a)": {
        "duckdb": 'count_if("a")',
        "postgres mysql snowflake": 'sum(case when "a" then 1 else 0 end)',
    },
    "count(*) filter (where a)": {"postgres trino": 'count(case when "a" then 1 end)'},
    "sum(b) filter (where a)": {"clickhouse mysql": 'sum(case when "a" then "b" end)'},
    "count(distinct b) filter (where a)": {"redshift": 'count(distinct case when "a" then "b" end)'},
    "bool_and(a)": {"mysql postgres": '(min(case when "a" then 1 when not "a" then 0 end) = 1)'},
    "bool_or(a > 1)": {"spark": '(max(case when "a" > 1 then 1 when not ("a" > 1) then 0 end) = 1)'},
    "stddev(x)": {
        "mysql postgres": 'stddev_samp("x")',
        "clickhouse": 'case when count("x") > 1 then stddevSampStable("x") end',
    },
    "var_samp(x)": {
        "mysql postgres": 'var_samp("x")',
        "clickhouse": 'case when count("x") > 1 then varSampStable("x") end',
        "trino": 'variance("x")',
    },
    "quantile_cont(x, cast(0.5 as double))": {
        "postgres redshift snowflake": 'percentile_cont(0.5) within group (order by "x")',
        "spark databricks": 'percentile("x", 0.5)',
        "clickhouse": 'quantileExactInclusive(0.5)("x")',
    },
    "median(x)": {
        "postgres": 'percentile_cont(0.5) within group (order by "x")',
        "clickhouse": 'quantileExactInclusive(0.5)("x")',
    },
    "percentile_cont(0.9) within group (order by x)": {"spark": 'percentile("x", 0.9)'},
    "approx_count_distinct(x)": {"postgres mysql": 'count(distinct "x")', "trino": 'approx_distinct("x")'},
    "log10(x)": {
        "postgres": '(cast(ln("x") as double precision) / ln(cast(10 as double precision)))',
        "bigquery": '(ln("x") / ln(cast(10 as float64)))',
    },
    "log(x)": {"snowflake": '(cast(ln("x") as double) / ln(cast(10 as double)))'},
    "a / b": {
        "snowflake mysql": 'cast("a" as double) / "b"',
        "postgres": 'cast("a" as double precision) / "b"',
        "bigquery spark clickhouse": '"a" / "b"',
    },
    "cast(a as double) / b": {"mysql": 'cast("a" as double) / "b"'},
    "isnan(x)": {
        "postgres": "(cast(\"x\" as double precision) = cast('NaN' as double precision))",
        "mysql": "false",
        "clickhouse": 'isNaN("x")',
    },
    "regexp_matches(s, '^\\d')": {
        "snowflake": "(regexp_instr(\"s\", '^\\\\d') > 0)",
        "mysql": "regexp_like(\"s\", '^\\\\d', 'c')",
        "postgres": "\"s\" ~ '^\\d'",
        "bigquery": "regexp_contains(\"s\", '^\\\\d')",
        "clickhouse": "match(\"s\", '^\\\\d')",
    },
    "a is not distinct from b": {
        "postgres bigquery trino": '"a" is not distinct from "b"',
        "mysql": '"a" <=> "b"',
        "redshift": 'coalesce(("a" = "b") or ("a" is null and "b" is null), false)',
    },
    "a is distinct from b": {"redshift": 'not coalesce(("a" = "b") or ("a" is null and "b" is null), false)'},
    "date_trunc('week', cast(t as timestamp))": {
        "postgres": "date_trunc('WEEK', cast(\"t\" as timestamp))",
        "bigquery": 'datetime_trunc(cast("t" as datetime), isoweek)',
        "snowflake": (
            'dateadd(day, 1 - dayofweekiso(cast("t" as timestampntz)), date_trunc(\'DAY\', cast("t" as timestampntz)))'
        ),
        "mysql": (
            'cast(date(cast("t" as datetime(6))) - interval (weekday(cast("t" as datetime(6)))) day as datetime)'
        ),
        "trino": "date_trunc('WEEK', cast(\"t\" as timestamp(6)))",
    },
    "date_trunc('month', t)": {
        "bigquery": 'datetime_trunc(cast("t" as datetime), month)',
        "snowflake": "date_trunc('MONTH', \"t\")",
        "mysql": "cast(date_format(\"t\", '%Y-%m-01 00:00:00') as datetime)",
        "clickhouse": "cast(dateTrunc('MONTH', \"t\") as Nullable(DateTime64(6, 'UTC')))",
    },
    "date_trunc('day', cast(d as date))": {
        "spark": "date_trunc('DAY', cast(cast(\"d\" as date) as timestamp))",
        "mysql": 'cast(date(cast(cast("d" as date) as datetime(6))) as datetime)',
    },
    "date_diff('second', a, b)": {
        "mysql": (
            "timestampdiff(second, cast(date_format(cast(\"a\" as datetime(6)), '%Y-%m-%d %T') as datetime),"
            " cast(date_format(cast(\"b\" as datetime(6)), '%Y-%m-%d %T') as datetime))"
        ),
        "bigquery": 'datetime_diff(cast("b" as datetime), cast("a" as datetime), second)',
        "snowflake redshift": 'datediff(second, "a", "b")',
    },
    "date_diff('day', a, b)": {"mysql": 'datediff("b", "a")'},
    "date_diff('week', a, b)": {
        "redshift": 'datediff(day, "a", "b") / 7',
        "snowflake": 'trunc(datediff(day, "a", "b") / 7)',
        "spark": 'datediff(cast("b" as date), cast("a" as date)) div 7',
        "databricks": 'datediff(day, cast("a" as date), cast("b" as date)) div 7',
        "trino": (
            "date_diff('DAY', date_trunc('DAY', cast(\"a\" as timestamp(6))), "
            "date_trunc('DAY', cast(\"b\" as timestamp(6)))) / 7"
        ),
        "mysql": 'datediff("b", "a") div 7',
    },
    "date_diff('month', a, b)": {
        "redshift snowflake": 'datediff(month, "a", "b")',
        "clickhouse": 'date_diff(month, "a", "b")',
        "spark databricks": (
            "timestampdiff(month, date_trunc('MONTH', cast(\"a\" as timestamp)), "
            "date_trunc('MONTH', cast(\"b\" as timestamp)))"
        ),
        "mysql": (
            "timestampdiff(month, cast(date_format(cast(\"a\" as datetime(6)), '%Y-%m-01 00:00:00') as datetime),"
            " cast(date_format(cast(\"b\" as datetime(6)), '%Y-%m-01 00:00:00') as datetime))"
        ),
    },
    "dayofweek(t)": {"spark": '(weekday("t") + 1) % 7', "snowflake": 'dayofweekiso("t") % 7'},
    "avg(x)": {
        "redshift": 'avg(cast("x" as double precision))',
        "mysql snowflake": 'avg(cast("x" as double))',
        "postgres trino": 'avg("x")',
    },
    "hour(t)": {"snowflake": 'date_part(hour, "t")', "trino": 'extract(hour from "t")'},
    "round(x)": {
        "snowflake bigquery spark databricks trino": 'round("x")',
        "redshift mysql": (
            'sign("x") * (floor(abs("x")) + case when abs("x") - floor(abs("x")) >= 0.5 then 1 else 0 end)'
        ),
    },
    "md5(s)": {"clickhouse": 'lower(hex(MD5("s")))', "trino": 'lower(to_hex(md5("s")))'},
    "isodow(t)": {
        "spark databricks": '(weekday("t") + 1)',
        "postgres": '(cast(extract(isodow from "t") as bigint))',
        "redshift": '((cast(extract(dow from "t") as bigint) + 6) % 7 + 1)',
        "mysql": '(weekday("t") + 1)',
        "snowflake": 'dayofweekiso("t")',
    },
    "timestamptz '2024-01-01 00:00:00+02:00'": {
        "mysql": "cast('2023-12-31 22:00:00' as datetime(6))",
        "clickhouse": "cast('2023-12-31 22:00:00' as Nullable(DateTime64(6, 'UTC')))",
        "postgres": "cast('2024-01-01 00:00:00+02:00' as timestamptz)",
    },
    "cast(t as timestamptz)": {"mysql": 'cast("t" as datetime(6))'},
    "cast(a as boolean)": {"mysql": 'cast("a" as signed)', "postgres": 'cast("a" as boolean)'},
    "cast(t as timestamp)": {
        "spark databricks": 'cast("t" as timestamp)',
        "bigquery": 'cast("t" as datetime)',
        "duckdb": 'cast("t" as timestamp)',
    },
}
SAID_CASES = [
    (text, dialect, wanted)
    for text, by_dialect in SAID.items()
    for names, wanted in by_dialect.items()
    for dialect in names.split()
]


@pytest.mark.parametrize(("text", "dialect", "wanted"), SAID_CASES)
def test_each_construct_in_the_words_of_each_dialect(text: str, dialect: str, wanted: str) -> None:
    assert printed(text, dialect).replace("`", '"') == wanted
    tree = lower(sqlglot.parse_one(f"select {text} as v from t", read="duckdb"), dialect)
    assert check(tree, dialect) == ()


def test_an_outer_join_of_bigquery_has_equalities() -> None:
    text = "select a.x from a left join b on a.x is not distinct from b.x where a.y is not distinct from 1"
    found = emit(lower(sqlglot.parse_one(text, read="duckdb"), "bigquery"), "bigquery")
    assert "to_json_string(`a`.`x`) = to_json_string(`b`.`x`)" in found
    assert "`a`.`y` is not distinct from 1" in found


def test_clickhouse_fails_on_text_that_an_inner_select_makes() -> None:
    inner = "select lower(s) as c, floor(x) as n from t"
    text = f"with v as ({inner}) select cast(c as bigint) as c, cast(n as bigint) as n from v"
    said = emit(lower(sqlglot.parse_one(text, read="duckdb"), "clickhouse"), "clickhouse")
    assert "accurateCast(coalesce(\"c\", '0'), 'Int64')" in said
    assert 'cast("n" as Nullable(Int64))' in said


def test_bigquery_groups_by_columns_not_by_aliases() -> None:
    text = "select k, count(*) as n from t group by k, n"
    assert "`t`.`n`" in emit(lower(sqlglot.parse_one(text, read="duckdb"), "bigquery"), "bigquery")
    joined = "select k, count(*) as n from t join u on x = y group by k, n"
    assert "`t`.`n`" not in emit(lower(sqlglot.parse_one(joined, read="duckdb"), "bigquery"), "bigquery")


@pytest.mark.parametrize("text", ["select 1 as x", "select 1 as x union all select 2"])
def test_clickhouse_statements_carry_their_settings_once(text: str) -> None:
    found = emit(lower(sqlglot.parse_one(text, read="duckdb"), "clickhouse"), "clickhouse")
    assert found.splitlines()[-1].startswith("settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1")
    assert found.count("settings") == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_users_own_sql_is_left_alone(dialect: str) -> None:
    own = sqlglot.parse_one("stddev(x) / log(y) > 1", read=dialect)
    before = own.sql(dialect, identify=True)
    own.meta[NATIVE] = dialect
    tree = exp.Select(expressions=[exp.alias_(exp.Paren(this=own), "v")]).from_("t")
    assert (
        emit(lower(tree, dialect), dialect).replace("\n", "").replace("  ", "").count(lower_case(before, dialect)) == 1
    )
    assert check(tree, dialect) == ()


SAME = [
    "count_if(x > 1)", "sum(x) filter (where x > 1)", "count(*) filter (where x is null)", "bool_and(x > 0)",
    "bool_or(x > 5)", "bool_and(x > 0) filter (where x > 99)", "stddev(x)",
    "median(x)", "quantile_cont(x, 0.3)", "approx_count_distinct(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", SAME)
def test_rewrites_mean_the_same(text: str) -> None:
    """Postgres' words, read back and run on DuckDB, give what the source gives."""
    connection = duckdb.connect(":memory:")
    connection.execute("create table t (x double)")
    connection.execute("insert into t values (1), (2), (2), (4.5), (null)")
    source = sqlglot.parse_one(f"select {text} as v from t", read="duckdb")
    (wanted,) = connection.execute(source.sql("duckdb")).fetchone() or ()
    lowered = emit(lower(source, "postgres"), "postgres")
    (found,) = connection.execute(sqlglot.transpile(lowered, read="postgres", write="duckdb")[0]).fetchone() or ()
    assert found == wanted
    empty = f"select v from ({sqlglot.transpile(lowered, read='postgres', write='duckdb')[0]} where false) as e"
    plain = f"select v from (select {text} as v from t where false) as e"
    if "count" not in text:
        assert connection.execute(empty).fetchall() == connection.execute(plain).fetchall()


@pytest.mark.parametrize(("left", "right"), [("1", "1"), ("1", "2"), ("1", "null"), ("null", "null")])
def test_the_null_safe_comparison_of_redshift(left: str, right: str) -> None:
    for word in ("is not distinct from", "is distinct from"):
        source = f"select cast({left} as int) {word} cast({right} as int) as v"
        lowered = lower(sqlglot.parse_one(source, read="duckdb"), "redshift").sql("duckdb")
        assert duckdb.sql(lowered).fetchall() == duckdb.sql(source).fetchall()


SHARED = [
    (
        "quantile_cont(x, 0.5) as a, quantile_cont(x, 0.25) as b, quantile_cont(y, 0.5) as c",
        'quantile_cont("x", [0.25, 0.5])[2] as "a", quantile_cont("x", [0.25, 0.5])[1] as "b",'
        ' quantile_cont("y", 0.5) as "c"',
    ),
    (
        "quantile_cont(x, 0.5) as a, quantile_cont(x, 0.5) as b",
        'quantile_cont("x", 0.5) as "a", quantile_cont("x", 0.5) as "b"',
    ),
    (
        "quantile_cont(x, 0.5) as a, quantile_cont(x, 0.9) filter (where y > 1) as b",
        'quantile_cont("x", 0.5) as "a", quantile_cont("x", 0.9) filter(where "y" > 1) as "b"',
    ),
]


@pytest.mark.parametrize(("text", "wanted"), SHARED)
def test_quantiles_of_one_value_are_sorted_once_on_duckdb(text: str, wanted: str) -> None:
    source = f"select {text} from t"
    found = emit(lower(sqlglot.parse_one(source, read="duckdb"), "duckdb"), "duckdb")
    assert " ".join(found.split()) == f'select {wanted} from "t"'
    connection = duckdb.connect(":memory:")
    for rows in ("(1.0, 2.0), (3.5, 1.0), (null, 4.0), (9.0, 0.5)", "(cast(null as double), cast(null as double))"):
        connection.execute(f"create or replace table t as select * from (values {rows}) as v(x, y)")
        assert connection.execute(found).fetchall() == connection.execute(source).fetchall()
    connection.execute("delete from t")
    assert connection.execute(found).fetchall() == connection.execute(source).fetchall()


COUNTED = [
    ("count(case when x < 0 then 1 end)", 'cast(coalesce(count_if("x" < 0), 0) as bigint)'),
    (
        "count(x) - count(case when abs(x) <= 3 then 1 end)",
        'count("x") - cast(coalesce(count_if(abs("x") <= 3), 0) as bigint)',
    ),
    ("count(case when x < 0 then y end)", 'count(case when "x" < 0 then "y" end)'),
    ("count(case when x < 0 then 1 else 2 end)", 'count(case when "x" < 0 then 1 else 2 end)'),
    ("count(case when x < 0 then 1 when y < 0 then 1 end)", 'count(case when "x" < 0 then 1 when "y" < 0 then 1 end)'),
    ("count(case x when 1 then 1 end)", 'count(case "x" when 1 then 1 end)'),
    (
        "count(case when x < 0 then 1 end) filter (where y > 0)",
        'count(case when "x" < 0 then 1 end) filter(where "y" > 0)',
    ),
    ("max(count(case when x < 0 then 1 end)) over ()", 'max(cast(coalesce(count_if("x" < 0), 0) as bigint)) over ()'),
]


@pytest.mark.parametrize(("text", "wanted"), COUNTED)
def test_counted_cases_are_conditions_on_duckdb(text: str, wanted: str) -> None:
    assert printed(text, "duckdb") == wanted
    connection = duckdb.connect(":memory:")
    connection.execute("create table t as select * from (values (-1.0, 1.0), (null, 0.0), (2.0, null)) as v(x, y)")
    for rows in ("", "where x is null", "where false"):
        asked = [f"select {said} as v, typeof({said}) as kind from t {rows}" for said in (text, wanted)]
        assert connection.execute(asked[0]).fetchall() == connection.execute(asked[1]).fetchall()


# --- text ---------------------------------------------------------------------------------------------------


def test_the_tag_stands_first_and_cannot_end_its_comment() -> None:
    tree = sqlglot.parse_one("select 1 as x")
    assert emit(tree, "duckdb", "whq run=1").splitlines()[0] == "/* whq run=1 */"
    assert comment("run=*/ drop table x; /*") == "/* whq run=* / drop table x; /  */\n"
    assert comment("a\nb\x00**//") == "/* whq a b ** // */\n"
    assert comment(None) == comment("") == ""


@given(st.text(alphabet="*/! whq\n\x00a"))
@settings(max_examples=300, deadline=None)
def test_no_tag_ends_its_comment(tag: str) -> None:
    found = comment(tag)
    assert found == "" or (found.count("*/") == 1 and found.endswith(" */\n") and found.count("/*") == 1)


TEXTS = st.text(alphabet="AbZ'\"`\\ \n-*/é$", max_size=12)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(value=TEXTS, name=TEXTS.filter(bool))
@settings(max_examples=150, deadline=None)
def test_quoted_things_keep_their_case(dialect: str, value: str, name: str) -> None:
    tree = exp.Select(expressions=[exp.alias_(exp.Literal.string(value), "V")])
    column = exp.column(exp.to_identifier(name, quoted=True))
    tree = tree.select(exp.alias_(exp.Upper(this=column), "W"), copy=False).from_(exp.to_table("T"))
    wanted = tree.sql(dialect, identify=True)
    found = lower_case(wanted, dialect)
    assert found.lower() == wanted.lower()
    back = sqlglot.parse_one(found, read=dialect)
    assert [node.this for node in back.find_all(exp.Literal)] == [
        node.this for node in sqlglot.parse_one(wanted, read=dialect).find_all(exp.Literal)
    ]
    names = {node.this for node in sqlglot.parse_one(wanted, read=dialect).find_all(exp.Identifier)}
    assert {node.this for node in back.find_all(exp.Identifier)} == names


def test_what_sqlglot_knows_a_dialect_to_lack_is_an_error() -> None:
    tree = sqlglot.parse_one("select * from t tablesample (10 percent)", read="duckdb")
    with pytest.raises(CompileError, match="mysql cannot express this"):
        emit(tree, "mysql")
