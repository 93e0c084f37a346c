"""The support table: complete, honest about gaps, and asked for every node."""

import pytest
import sqlglot
from sqlglot import exp

from whq.sql.constructs import NATIVE, construct
from whq.sql.dialects import DIALECTS
from whq.sql.lower import lower
from whq.sql.support import check, support, table

SUPPORT = table()

SPOKEN = {
    "count": "count(*)",
    "variance": "var_samp(x)",
    "variance_pop": "var_pop(x)",
    "count_distinct": None,
    "percentile_cont": "quantile_cont(x, 0.5)",
    "median": "median(x)",
    "filter": "sum(x) filter (where y)",
    "log": "log2(x)",
    "div": "x / y",
    "int_div": "x // y",
    "round": "round(x)",
    "round_digits": "round(x, 2)",
    "greatest": "greatest(x, y)",
    "least": "least(x, y)",
    "is_nan": "isnan(x)",
    "is_inf": "isinf(x)",
    "isfinite": "isfinite(x)",
    "hash": "hash(x)",
    "regexp_like": "regexp_matches(x, 'y')",
    "regexp_full_match": "regexp_full_match(x, 'y')",
    "timestamp_trunc": "date_trunc('day', cast(x as timestamp))",
    "date_trunc": "date_trunc('day', cast(x as date))",
    "date_diff": "date_diff('day', x, y)",
    "day_of_week_iso": "isodow(x)",
    "day_of_week": "dayofweek(x)",
    "extract_field": "extract(epoch from x)",
    "time_to_unix": "epoch(x)",
    "time_to_str": "strftime(x, '%Y')",
    "cast_timestamp": "cast(x as timestamp)",
    "cast_timestamptz": "cast(x as timestamptz)",
    "cast_boolean": "cast(x as boolean)",
    "try_cast": "try_cast(x as bigint)",
    "null_safe_eq": "x is not distinct from y",
    "null_safe_neq": "x is distinct from y",
    "range_frame": "sum(x) over (order by y range between 1 preceding and current row)",
    "groups_frame": "sum(x) over (order by y groups between 1 preceding and current row)",
    "rows_frame": "sum(x) over (order by y rows between 1 preceding and current row)",
    "list": "[x, y]",
    "count_distinct_tuple": "count(distinct (x, y))",
    "arg_max": "max_by(x, y)",
    "group_concat": "string_agg(x, ',')",
    "starts_with": "starts_with(x, 'y')",
    "i_like": "x ilike 'y'",
    "str_position": "strpos(x, 'y')",
    "power": "power(x, 2)",
    "hour": "hour(x)",
    "approx_quantile": "approx_quantile(x, 0.5)",
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, text in SPOKEN.items() if text])
def test_what_duckdb_parses_is_found_in_the_table(name: str, text: str) -> None:
    found = {construct(node) for node in sqlglot.parse_one(text, read="duckdb").walk()} - {None}
    assert name in found
    assert found <= set(SUPPORT)


def test_a_template_has_no_field_of_a_struct_elsewhere() -> None:
    """On Postgres `(x).upper` calls a function."""
    tree = sqlglot.parse_one("(x).upper", read="duckdb")
    assert [problem.code for problem in check(lower(tree.copy(), "postgres"), "postgres")] == ["WHQ-S300"]
    assert check(lower(tree, "duckdb"), "duckdb") == ()


CLAUSES = {
    "qualify": "select x from t qualify row_number() over (order by x) = 1",
    "grouping_sets": "select x, y from t group by grouping sets ((x), (y))",
    "full_join": "select x from t full join u on x = y",
    "table_sample": "select x from t tablesample 10 percent",
    "unnest": "select x from unnest([1]) as t(x)",
    "lateral": "select x from t, lateral (select 1) as u",
    "read_csv": "select x from read_csv('x.csv')",
    "read_parquet": "select x from read_parquet('x.parquet')",
}


@pytest.mark.parametrize(("name", "text"), CLAUSES.items())
def test_clauses_are_found_in_the_table(name: str, text: str) -> None:
    tree = sqlglot.parse_one(text, read="duckdb")
    assert name in {construct(node) for node in tree.walk()}
    assert check(tree, "duckdb") == ()
    lacking = [dialect for dialect in DIALECTS if SUPPORT[name][dialect].status == "unsupported"]
    for dialect in lacking:
        assert any(name in problem.message for problem in check(tree.copy(), dialect)), dialect


def test_every_row_names_every_dialect_and_gives_its_reason() -> None:
    for name, row in SUPPORT.items():
        assert tuple(row) == DIALECTS, name
        assert row["duckdb"].status != "unsupported", name
        for dialect, found in row.items():
            assert bool(found.note) == (found.status != "native"), (name, dialect)
            assert bool(found.alternative) == (found.status == "unsupported"), (name, dialect)
        assert name == name.lower()


@pytest.mark.parametrize("dialect", DIALECTS[1:])
def test_a_rewrite_leaves_nothing_of_what_it_rewrites(dialect: str) -> None:
    """What the table calls a rewrite changes the tree, and the result is something that the dialect has."""
    gone = {"count_if", "filter", "logical_and", "logical_or", "stddev", "log", "median", "approx_distinct", "is_nan"}
    texts = {
        **SPOKEN,
        "count_if": "count_if(x)",
        "logical_and": "bool_and(x)",
        "logical_or": "bool_or(x)",
        "stddev": "stddev(x)",
        "approx_distinct": "approx_count_distinct(x)",
    }
    for name in gone:
        if SUPPORT[name][dialect].status != "rewrite":
            continue
        tree = lower(sqlglot.parse_one(f"select {texts[name]} as v", read="duckdb"), dialect)
        assert name not in {construct(node) for node in tree.walk()}, name
        assert check(tree, dialect) == ()


UNSUPPORTED = {
    ("mysql", "quantile_cont(x, 0.5)"): "mysql cannot express percentile_cont: there is no percentile",
    ("trino", "median(x)"): "trino cannot express median: there is no exact percentile aggregate",
    ("postgres", "skewness(x)"): "engines use other estimators under this name; instead: sum powers",
    ("redshift", "corr(x, y)"): "redshift cannot express corr: there is no corr; instead: sums of products",
    ("mysql", "greatest(x, y)"): "write it with case expressions",
    ("postgres", "frobnicate(x)"): "the function frobnicate is not in the support table",
    ("duckdb", "frobnicate(x)"): "the function frobnicate is not in the support table",
    ("duckdb", "getenv('HOME')"): "the function getenv is not in the support table",
    ("spark", "strftime(x, '%Y')"): "spark cannot express time_to_str: formats differ",
    ("snowflake", "levenshtein(x, y)"): "snowflake: the function levenshtein is not in the support table",
}


@pytest.mark.parametrize(("asked", "wanted"), UNSUPPORTED.items())
def test_what_a_dialect_lacks_is_a_problem_with_a_way_out(asked: tuple[str, str], wanted: str) -> None:
    dialect, text = asked
    tree = lower(sqlglot.parse_one(f"select {text} as v from t", read="duckdb"), dialect)
    (problem,) = check(tree, dialect)
    assert wanted in str(problem)
    assert problem.code in ("WHQ-S300", "WHQ-S301")


def test_duckdb_takes_what_the_guard_takes() -> None:
    for text in ("levenshtein(x, y)", "isfinite(x)", "regexp_extract(x, 'y')"):
        assert check(sqlglot.parse_one(text, read="duckdb"), "duckdb") == ()


def test_each_construct_is_reported_once() -> None:
    tree = sqlglot.parse_one("select skewness(x) as a, skewness(y) as b, mode(z) as c", read="duckdb")
    assert len(check(tree, "postgres")) == 2


def test_a_users_own_sql_is_not_judged_by_the_source_dialect() -> None:
    own = sqlglot.parse_one("my_fn(x) > skewness(x)", read="postgres")
    own.meta[NATIVE] = "postgres"
    assert check(exp.Select(expressions=[own]), "postgres") == ()


def test_support_of_an_unknown_construct_is_none() -> None:
    assert support("frobnicate", "duckdb") is None
    found = support("div", "mysql")
    assert found is not None
    assert found.status == "rewrite"
