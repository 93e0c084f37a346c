"""Binding: values become literals, names identifiers, and what does not fit is said in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.sql.bench import Bench, sql, template
from whq.errors import CompileError
from whq.sql.bind import bind, needs
from whq.sql.fuse import ungroup
from whq.sql.literals import literal
from whq.values import Column, ColumnName, Cuts, Dataset, Lookup, Request, Rows, Scope, TableSource

DATASET = Dataset(
    "d", TableSource(("d",)), (Column("x", "float"), Column("n", "integer"), Column("s", "text"), Column("%Y", "text"))
)
X, N = ColumnName("x"), ColumnName("n")
PAIR, AXIS = "column: numeric, p: number", "column: numeric, cuts: cuts"


def bound(body: str, arguments: str = "", shape: str = "aggregate", **given: Any) -> str:
    """The SQL of one template with its arguments."""
    found = template("metrics/t", f"shape: {shape}\narguments: {{{arguments}}}", body)
    request = Request.of(Scope("d"), "metrics/t", **given)
    wanted = needs(request, found, DATASET)
    names = {item: f"whq_finite_{item[0]}" if item[1] else item[0] for item in wanted.columns}
    return bind(request, found, names, DATASET).sql("duckdb")


def refused(body: str, arguments: str = "", shape: str = "aggregate", **given: Any) -> str:
    with pytest.raises(CompileError) as caught:
        bound(body, arguments, shape, **given)
    return str(caught.value)


# --- values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (7, "7"),
        (-7, "-7"),
        (2**70, "1180591620717411303424"),
        (2.5, "CAST(2.5 AS DOUBLE)"),
        (-1e-7, "CAST(-1e-07 AS DOUBLE)"),
        (1e308, "CAST(1e+308 AS DOUBLE)"),
        (Decimal("-0.10"), "-0.10"),
        (Decimal("1E+3"), "1000"),
        ('it\'s \\ "x" -- /* \n', "'it''s \\ \"x\" -- /* \n'"),
        (date(2024, 2, 29), "CAST('2024-02-29' AS DATE)"),
        (datetime(2024, 2, 29, 12, 30, 0, 5), "CAST('2024-02-29 12:30:00.000005' AS TIMESTAMP)"),
        (datetime(2024, 2, 29, tzinfo=UTC), "CAST('2024-02-29 00:00:00+00:00' AS TIMESTAMPTZ)"),
    ],
)
def test_values_are_literals(value: Any, text: str) -> None:
    assert literal(value).sql("duckdb") == text


@pytest.mark.parametrize(
    "value", [1, -1, 2.5, -1e-7, 0.1, 1e300, "it's", "\\'", "", Decimal("12.340"), date(1960, 1, 1), True]
)
def test_literals_come_back_as_they_were(value: Any) -> None:
    engine = Bench().engine
    assert engine.fetch(f"select {literal(value).sql('duckdb')}")[0][0] == value


@pytest.mark.parametrize(
    ("body", "arguments", "given", "text"),
    [
        ("avg($column)", "column: numeric", {"column": X}, "AVG(whq_finite_x)"),
        ("avg($column)", "column: numeric", {"column": N}, 'AVG("n")'),
        ("max($column)", "column: any", {"column": ColumnName("%Y")}, 'MAX("%Y")'),
        ("avg($column)", "column: numeric", {"column": sql('"n" + 1', "n")}, 'AVG(("n" + 1))'),
        ("$p", "p: number", {"p": 1}, "1"),
        ("sum($column - $p)", "column: numeric, p: number", {"column": N, "p": -1}, 'SUM("n" - -1)'),
        ("quantile_cont($column, $p)", PAIR, {"column": N, "p": 0.5}, 'QUANTILE_CONT("n", 0.5)'),
        ("max($p)", "p: {kind: number, default: 3}", {}, "MAX(3)"),
        ("max($p)", "p: {kind: number, default: 3}", {"p": 4}, "MAX(4)"),
        ("max(1{{ ', $p' if p is given }})", "p: number", {"p": None}, "MAX(1)"),
        (
            "count(case when $columns_0 > $columns_1 then 1 end)",
            "columns: {kind: columns}",
            {"columns": (N, ColumnName("s"))},
            'COUNT(CASE WHEN "n" > "s" THEN 1 END)',
        ),
        (
            "count(case when $column in (0, $values, 9) then 1 end)",
            "column: any, values: list",
            {"column": N, "values": (1, None, "a'")},
            "COUNT(CASE WHEN \"n\" IN (0, 1, 'a''', 9) THEN 1 END)",
        ),
        (
            "sum(whq_bin($column, $cuts))",
            AXIS,
            {"column": N, "cuts": Cuts((1.0, 1.0, 2.5), (False, True, False))},
            'SUM(CASE WHEN "n" < CAST(1.0 AS DOUBLE) THEN 0 WHEN "n" <= CAST(1.0 AS DOUBLE) THEN 1 '
            'WHEN "n" < CAST(2.5 AS DOUBLE) THEN 2 WHEN NOT "n" IS NULL THEN 3 END)',
        ),
        ("whq_bin($column, $cuts)", AXIS, {"column": N, "cuts": Cuts((), ())}, 'CASE WHEN NOT "n" IS NULL THEN 0 END'),
    ],
)  # fmt: skip
def test_arguments_are_bound_as_trees(body: str, arguments: str, given: dict[str, Any], text: str) -> None:
    assert bound(body, arguments, **given) == text


def test_a_value_at_a_cut_follows_the_cut() -> None:
    bench = Bench(("test/bins", "shape: query\noutputs: [x, bin]\narguments: {column: numeric, cuts: cuts}",
                   "select {{ cell }}, $column as x, whq_bin($column, $cuts) as bin from dataset"))  # fmt: skip
    values = [-1.0, 0.0, 0.5, 1.0, 1.5, float("inf"), float("nan"), None]
    dataset = bench.dataset("cut", {"x": "DOUBLE"}, [[value] for value in values])
    cuts = Cuts((0.0, 0.0, 1.0), (False, True, True))
    request = Request.of(Scope("cut"), "test/bins", column=X, cuts=cuts)
    (query,) = bench.compile(dataset, request).queries
    assert [row[4] for row in bench.engine.fetch(query.sql)] == [0, 1, 2, 2, 3, 3, 3, None]


# --- what does not fit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "given", "expected"),
    [
        ("column: numeric", {"column": 3}, "metrics/t: `column` must be a column; found 3"),
        ("column: numeric", {"colum": X}, 'metrics/t takes no argument "colum"; did you mean "column"?'),
        ("column: numeric", {"column": X, "nulls_fail": True}, 'takes no argument "nulls_fail"'),
        ("column: numeric", {}, "metrics/t needs the argument `column`"),
        ("p: {kind: number, required: true, doc: a share}", {}, "metrics/t needs the argument `p`; a share"),
        ("p: number", {"p": "x" * 99}, "metrics/t: `p` must be a number; found 'xxx"),
        ("p: number", {"p": True}, "`p` must be a number; found True"),
        ("p: {kind: integer}", {"p": 1.5}, "`p` must be an integer; found 1.5"),
        ("p: {kind: text}", {"p": 1}, "`p` must be text"),
        ("p: {kind: boolean}", {"p": "yes"}, "`p` must be true or false"),
        ("p: scalar", {"p": (1,)}, "`p` must be one value; found tuple"),
        ("p: list", {"p": 1}, "`p` must be a list of values"),
        ("p: list", {"p": (X,)}, "`p` must be a list of values"),
        ("p: {kind: columns}", {"p": ()}, "`p` must be a list of columns"),
        ("p: {kind: columns}", {"p": ("x",)}, "`p` must be a list of columns"),
        ("p: expression", {"p": "x > 1"}, "`p` must be a SQL expression"),
        ("p: cuts", {"p": (1.0,)}, "`p` must be points that cut an axis"),
        ("p: lookup", {"p": Rows((), (), ())}, "`p` must be a table's columns; found rows"),
        ("p: rows", {"p": Lookup(TableSource(("t",)), ())}, "`p` must be rows of values; found lookup"),
        ("p: {kind: text, choices: [day, week]}", {"p": "month"}, "`p` must be one of day, week; found 'month'"),
        ("column: numeric", {"column": ColumnName("s")}, 'metrics/t needs a numeric column; "s" is text (text)'),
        ("column: numeric|temporal", {"column": ColumnName("s")}, "needs a numeric or temporal column"),
        ("column: numeric", {"column": ColumnName("y")}, 'd has no column "y"'),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments: str, given: dict[str, Any], expected: str) -> None:
    assert expected in refused("count(*)", arguments, **given)


@pytest.mark.parametrize(
    ("body", "shape", "expected"),
    [
        ("avg($column", "aggregate", "t.sql:5:11: the SQL does not parse"),
        ("\n\nselect 'abc", "aggregate", "the SQL does not parse"),
        ("", "aggregate", "a template holds one statement, this one holds 0"),
        ("max(1); max(2)", "aggregate", "a template holds one statement, this one holds 2"),
        ("select 1", "aggregate", "the header says aggregate, the text is a SELECT"),
        ("select 1", "predicate", "the header says predicate, the text is a SELECT"),
        ("max($other)", "aggregate", "the text uses $other, and no argument of that name was given"),
        ("max($values)", "aggregate", "$values is a list; write it as `in ($…)`"),
        ("$values", "aggregate", "$values is a list"),
        ("max($infinite)", "aggregate", "`infinite`: inf cannot be written in SQL"),
        ("$column in ($empty)", "predicate", "the list `empty` holds no value"),
        ("$column in ($infinities)", "predicate", "`infinities`: inf cannot be written in SQL"),
        ("max($cuts)", "aggregate", "$cuts cuts an axis; write it as whq_bin(…, $cuts)"),
        ("whq_bin($column, 1)", "aggregate", "whq_bin takes an expression and a `cuts` argument"),
        ("whq_bin($column, $p)", "aggregate", "whq_bin takes an expression and a `cuts` argument"),
        ("drop table x", "aggregate", "Drop is not allowed in a template"),
        ("(select max(a) from secrets)", "aggregate", "the text is a SELECT"),
        ("max((select max(a) from secrets))", "aggregate", "the template reads secrets; a template reads dataset"),
        ("max((select max(a) from main.dataset))", "aggregate", "the template reads main.dataset"),
        (
            "max((select max(a) from read_csv('/etc/passwd')))",
            "aggregate",
            "the template reads READ_CSV('/etc/passwd')",
        ),
        ("max((select max(a) from 'x.csv'))", "aggregate", "the template reads"),
    ],
)
def test_templates_that_do_not_fit_are_refused(body: str, shape: str, expected: str) -> None:
    arguments = "column: numeric, values: list, empty: list, infinite: number, infinities: list, p: number, cuts: cuts"
    given = {"column": N, "values": (1, 2), "empty": (None,), "infinite": float("inf"), "infinities": (float("inf"),)}
    assert expected in refused(body, arguments, shape, p=1, cuts=Cuts((), ()), **given)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1", "the header says query, the text is an expression"),
        ("select {{ cell }}, 1 as m from dataset", "it must return whq_segment, whq_period, whq_chunk, n"),
        ("delete from dataset", "the header says query"),
        ("with a as (select {{ cell }}, 1 as n from other) select {{ cell }}, n from a", "the template reads other"),
        ("select {{ cell }}, 1 as n into outfile from dataset", "is not allowed in a template"),
    ],
)
def test_queries_that_do_not_fit_are_refused(body: str, expected: str) -> None:
    found = template("metrics/t", "shape: query\noutputs: [n]", body)
    request = Request.of(Scope("d"), "metrics/t")
    with pytest.raises(CompileError) as caught:
        bind(request, found, {}, DATASET)
    assert expected in str(caught.value)


UNGROUPED = [
    (
        "select whq_period, x, count(*) as n from d group by whq_period, x",
        "SELECT 'all' AS whq_period, x, COUNT(*) AS n FROM d GROUP BY x",
    ),
    (
        "select whq_period, count(*) as n from d group by whq_period",
        "SELECT 'all' AS whq_period, COUNT(*) AS n FROM d HAVING COUNT(*) > 0",
    ),
    (
        "select whq_period, min(x) as n from d group by whq_period having min(x) > 1",
        "SELECT 'all' AS whq_period, MIN(x) AS n FROM d HAVING MIN(x) > 1 AND COUNT(*) > 0",
    ),
    ("select 1 as whq_period, x from d group by whq_period, x", None),
    (
        "select rank() over (partition by whq_period, x order by y) as n from d",
        "SELECT RANK() OVER (PARTITION BY x ORDER BY y) AS n FROM d",
    ),
    (
        "select x from a join b on a.whq_period is not distinct from b.whq_period and a.y = b.y",
        "SELECT x FROM a JOIN b ON a.y = b.y",
    ),
    ("select x from a join b on a.whq_period is not distinct from b.whq_period", "SELECT x FROM a CROSS JOIN b"),
    ("select x from a left join b on a.whq_period is not distinct from b.whq_period", None),
    ("select x from a join b on a.whq_period is not distinct from b.y and a.x = b.x", None),
]


@pytest.mark.parametrize(("text", "wanted"), UNGROUPED)
def test_what_does_not_vary_is_not_grouped_by(text: str, wanted: str | None) -> None:
    tree = sqlglot.parse_one(text, read="duckdb")
    as_it_was = tree.sql("duckdb")
    ungroup(tree, {"whq_period": exp.Literal.string("all")})
    assert tree.sql("duckdb") == (wanted or as_it_was)
