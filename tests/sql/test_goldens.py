"""Golden SQL: every template in every dialect, as it was last read and agreed to."""

import pytest
import sqlglot
from sqlglot import exp

from tests.sql.regenerate import (
    GOLDEN,
    SHAPES,
    UNSUPPORTED,
    Offline,
    compiled,
    difference,
    golden,
    requoted,
    samples,
    sections,
    whole,
)
from tests.sql.runner import Case, make_dataset, make_request
from whq.sql.bind import arguments, parsed
from whq.sql.dialects import DIALECTS
from whq.sql.lint import lint, lint_text
from whq.sql.render import shape_of
from whq.sql.templates import load

SAMPLES = samples()
TEMPLATES = [name for name in SAMPLES if not name.startswith("shapes/")]
ANONYMOUS = frozenset(
    {"PERCENTILE", "REGEXP_INSTR", "WEEKDAY", "MAKEDATE", "TONULLABLE", "STDDEVSAMPSTABLE", "VARPOPSTABLE"}
)
"""Functions of one dialect that sqlglot has no class for; each was looked up in the manual."""


def test_every_template_has_a_sample() -> None:
    missing = sorted(set(load()) - set(TEMPLATES))
    assert not missing, f"write tests/sql/values/….yml, then `python -m tests.sql.regenerate`: {missing}"


def test_every_golden_has_a_sample() -> None:
    names = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.glob("*/**/*.sql")}
    assert names == set(SAMPLES), "run `python -m tests.sql.regenerate` and remove what is left over"
    assert len(SHAPES) >= 10


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    file = (GOLDEN / f"{name}.sql").read_text(encoding="utf-8")
    told = dict(sections(file))
    assert sorted(told) == sorted(DIALECTS)
    for dialect in DIALECTS:
        text = compiled(SAMPLES[name], dialect)
        stored = told[dialect] if dialect == "duckdb" else whole(told["duckdb"], told[dialect], dialect)
        assert stored == text, f"{dialect}: read the change, then regenerate {name}"
    assert file == golden(SAMPLES[name])


@pytest.mark.parametrize("name", SAMPLES)
def test_compiled_text_parses_back(name: str) -> None:
    for dialect in DIALECTS:
        text = compiled(SAMPLES[name], dialect)
        if text.startswith(UNSUPPORTED):
            assert dialect != "duckdb"
            continue
        (tree,) = sqlglot.parse(text, read=dialect)
        assert isinstance(tree, exp.Query)
        unknown = {node.name.upper() for node in tree.find_all(exp.Anonymous)} - ANONYMOUS
        assert not unknown, f"{dialect}: look up {unknown}"
        tree.set("settings", None)
        bare = [node.name for node in tree.find_all(exp.Identifier) if not node.args.get("quoted")]
        assert bare == [], dialect


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_is_portable(name: str) -> None:
    case: Case = SAMPLES[name]
    templates, engine = load(), Offline("duckdb")
    template = templates.find(case.template)
    request = make_request(case.given, template, make_dataset(case.given, engine), engine)
    assert lint(parsed(template, shape_of(arguments(request, template), template))) == ()
    assert lint_text(template.body) == ()


FINDINGS = {
    "select * from dataset": "select *",
    "select a from dataset join knots using (a)": "join … using",
    "select a from dataset natural join knots": "natural join",
    "select a from dataset full join knots on a = b": "full_join: unsupported by mysql",
    "select a from dataset group by all": "group by all",
    "select a from dataset group by 1": "group by a position",
    "select a from dataset order by 1": "order by a position",
    "select sum(a) over (order by b) as s from dataset": "without a frame",
    "select sum(a) over (order by b range between 1 preceding and current row) as s from dataset": "range_frame",
    "select (select max(a) from knots) as m from dataset": "a subquery in an expression",
    "select a from dataset where a in (select b from knots)": "write a join",
    "select a from dataset where exists (select 1 from knots)": "write a join",
    "with x as (select a from dataset order by a) select a from x": "order by in a CTE",
    "select a from dataset limit 3": "limit without order by",
    "select a * 2.5 as b from dataset": "write cast(2.5 as double)",
    "select cast(a as decimal(10, 2)) as b from dataset": "cast to decimal",
    "select cast(a / b as bigint) as c from dataset": "write cast(floor(…) as bigint)",
    "select count(a) / count(*) as r from dataset": "an integer divided by an integer",
    "select a.a from dataset as a": "a column named like its relation",
    "select log10(a) as b from dataset": "log: write ln(x) / ln(base)",
    "select sum(a) filter (where b) as c from dataset": "filter: write",
    "select count_if(b) as c from dataset": "count_if: write",
    "select a from dataset qualify row_number() over (order by a) = 1": "qualify: unsupported by",
    "select greatest(a, b) as c from dataset": "greatest: unsupported by",
    "select frobnicate(a) as c from dataset": "frobnicate: not in the support table",
    "select skewness(a) as c from dataset": "skewness: unsupported by",
}


@pytest.mark.parametrize(("text", "wanted"), FINDINGS.items())
def test_the_lint_finds(text: str, wanted: str) -> None:
    found = lint(sqlglot.parse_one(text, read="duckdb"))
    assert any(wanted in finding for finding in found), found


def test_the_lint_of_text_finds_capitals() -> None:
    body = "{# Title: MAX #}\nselect MAX(a) -- NULL\nfrom {{ NAME }} where b = 'NULL' and \"C_D\" AND c"
    assert lint_text(body) == tuple(f"{word}: keywords are written in lower case" for word in ("MAX", "AND"))


def test_sections_of_a_golden_file() -> None:
    text = "-- dialect: duckdb\nselect 1\n\n-- dialect: mysql, trino\n-- unsupported: no\n"
    assert list(sections(text)) == [
        ("duckdb", "select 1"), ("mysql", "-- unsupported: no"), ("trino", "-- unsupported: no")
    ]  # fmt: skip


TEXTS = [
    ("a\nb\nc\nd\ne\nf", "a\nb\nC\nd\ne\nf", "@@ 2 @@\n b\n-c\n+C\n d"),
    ("a\nb\nc\nd\ne\nf", "A\nb\nc\nd\ne\nf\ng", "@@ 1 @@\n-a\n+A\n b\n@@ 6 @@\n f\n+g"),
    ('select "x", \'"`\'', 'select "x", \'"`\'', "-- as duckdb"),
    ("cast(x as text)", "cast(x as varchar)", "-- as duckdb"),
    ("cast(x as text)", "cast(x as text)", "@@ 1 @@\n-cast(x as text)\n+cast(x as own text)"),
    ("a", "-- unsupported: no", "-- unsupported: no"),
]


@pytest.mark.parametrize(("base", "text", "wanted"), TEXTS)
def test_a_difference_gives_the_text_back(base: str, text: str, wanted: str) -> None:
    assert difference(base, text, "postgres") == wanted
    assert whole(base, wanted, "postgres") == text
    own = requoted(text, "spark")
    assert ("`" in own) == ('"' in text)
    assert whole(base, difference(base, own, "spark"), "spark") == own


def test_a_difference_of_another_text_is_no_difference() -> None:
    with pytest.raises(AssertionError, match="line 2 of DuckDB's text is another"):
        whole("a\nb", "@@ 1 @@\n a\n-c\n+d", "trino")
