"""Template files: headers, Jinja, a project's own folders, metrics by name. Every message says where."""

from pathlib import Path
from typing import Any

import pytest

from whq.errors import CompileError
from whq.sql import render
from whq.sql.bind import parsed
from whq.sql.render import shape_of
from whq.sql.templates import load, metric, metric_names, packaged_folder, read
from whq.values import Column, ColumnName

GOOD = "{#\nshape: aggregate\n#}\ncount(*)\n"


def problem(call: Any, *arguments: Any) -> str:
    with pytest.raises(CompileError) as caught:
        call(*arguments)
    return str(caught.value)


def parse(text: str) -> Any:
    return read("metrics/t", text, "sql_templates/metrics/t.sql")


# --- headers ------------------------------------------------------------------------------------------------


def test_a_header_is_read_whole() -> None:
    found = parse(
        "{#\ntitle: Share\nshape: predicate\narguments:\n  column: numeric | temporal\n"
        "  p: {kind: number, default: 0.5, doc: share}\n  word: {kind: text, choices: [a, b]}\n"
        "  columns: {kind: columns, family: text}\n  note: text\n  others: list\n"
        "short: others\nempty: NULL\nnulls: pass\nrange: [0, null]\nreturns: ratio\n#}\n\n$column > $p\n"
    )
    kinds = [(item.name, item.kind, item.family, item.required) for item in found.arguments]
    assert kinds == [
        ("column", "column", ("numeric", "temporal"), True),
        ("p", "number", (), False),
        ("word", "text", (), False),
        ("columns", "columns", ("text",), True),
        ("note", "column", ("text",), True),
        ("others", "list", (), True),
    ]
    assert (found.title, found.short, found.empty, found.range, found.measure) == (
        "Share",
        "others",
        "NULL",
        (0, None),
        "rows",
    )
    assert (found.outputs, found.finite, found.cost, found.returns) == (("failing", "of"), False, "scan", "ratio")
    assert found.body.index("$column") == found.body.count("\n", 0, found.body.index("$")) == 17
    assert found.argument("p") == found.arguments[1]
    assert found.argument("q") is None


def test_an_argument_says_which_columns_it_takes() -> None:
    column, *_ = parse("{#\nshape: aggregate\narguments: {column: numeric|date}\n#}\nmax($column)").arguments
    kinds = ("integer", "float", "date", "timestamp", "text")
    assert [column.accepts(Column("c", kind)) for kind in kinds] == [True, True, True, False, False]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(*)", "t.sql:1:1: the template has no header"),
        ("{#\nshape: aggregate\nshort : [\n#}\nx", "t.sql:4:1: the header is not YAML"),
        ("{# just words #}\nx", "t.sql:1:1: the header must be a YAML mapping"),
        (
            "{#\nshape: aggregate\nfinit: true\n#}\nx",
            't.sql:3:1: unknown key "finit" in the header; did you mean "finite"?',
        ),
        ("{#\ntitle: x\n#}\nx", "t.sql:1:1: `shape` is missing; allowed: aggregate, predicate, query"),
        ("{#\nshape: agregate\n#}\nx", 't.sql:2:1: `shape` is "agregate"; allowed'),
        ("{#\nshape: aggregate\ncost: high\n#}\nx", 't.sql:3:1: `cost` is "high"; allowed: scan, holistic'),
        ("{#\nshape: aggregate\nrange: 1\n#}\nx", "t.sql:3:1: `range` is a list of two numbers"),
        ("{#\nshape: aggregate\nshort: p\n#}\nx", 't.sql:3:1: `short` names no argument: "p"'),
        ("{#\nshape: query\n#}\nx", "t.sql:1:1: a query says its `outputs`"),
        ("{#\nshape: query\noutputs: [1]\n#}\nx", "t.sql:3:1: a query says its `outputs`"),
        ("{#\nshape: aggregate\narguments: [column]\n#}\nx", "t.sql:3:1: `arguments` is a mapping"),
        ("{#\nshape: aggregate\narguments: {Column: any}\n#}\nx", '"Column" cannot name an argument'),
        ("{#\nshape: aggregate\nbinning: doane\n#}\nx", "t.sql:3:1: `binning` is doane; allowed: numeric: doane or"),
        ("{#\nshape: aggregate\narguments: {dataset: rows}\n#}\nx", '"dataset" cannot name an argument'),
        ("{#\nshape: aggregate\narguments: {whq_x: any}\n#}\nx", '"whq_x" cannot name an argument'),
        ("{#\nshape: aggregate\narguments: {column: nummeric}\n#}\nx", 'argument "column" is "nummeric"'),
        ("{#\nshape: aggregate\narguments: {column: 3}\n#}\nx", 'argument "column" is "3"'),
        ("{#\nshape: aggregate\narguments: {p: {kind: nummer}}\n#}\nx", 'argument "p" is'),
        ("{#\nshape: aggregate\narguments: {p: {kind: number, needed: true}}\n#}\nx", 'argument "p" is'),
        ("{#\nshape: aggregate\narguments: {p: {family: nums}}\n#}\nx", 'argument "p" is'),
        (
            "{#\nshape: predicate\nsays: have no {colum}\n#}\nx",
            '`says` names "{colum}", which is no argument; did you mean "column"?',
        ),
        ("{#\nshape: aggregate\ntitle: a: b\n#}\nx", "t.sql:3:9: the header is not YAML"),
        ("{#\nshape: aggregate\nshape: query\n#}\nx", "the header is not YAML: found duplicate key"),
        ("{#\nshape: !x aggregate\n#}\nx", "the header is not YAML"),
    ],
)
def test_a_bad_header_says_where_and_what(text: str, expected: str) -> None:
    assert expected in problem(parse, text)


# --- Jinja --------------------------------------------------------------------------------------------------


def test_jinja_sees_presence_and_counts_only() -> None:
    template = parse(
        "{#\nshape: aggregate\narguments:\n  columns: {kind: columns}\n  p: number\n  low: {kind: number}\n"
        "  flag: {kind: boolean}\n"
        "  unit: {kind: text, choices: [day, week]}\n#}\n{{ columns | join('+') }} {{ columns | length }} "
        "{% if p is given %}{{ p }}{% endif %}{% if low is given or low %}low{% endif %}"
        "{% if flag is given %}!{% endif %}{{ unit }}"
    )
    given: dict[str, Any] = {"columns": ("a", "b"), "p": 3, "flag": False, "unit": "day", "strange": 1}
    seen = render.shape_of(given, template)
    assert seen == (("columns", 2), ("p", None), ("unit", "day"))
    assert render.render(template, seen).strip() == "$columns_0+$columns_1 2 $pday"
    assert "!" in render.render(template, render.shape_of({**given, "flag": True}, template))


def test_cells_are_named_for_a_join() -> None:
    template = parse("{#\nshape: aggregate\n#}\n{{ cell_of('a') }} {{ on_cell('a', 'b') }}")
    text = render.render(template, ())
    assert text.strip().startswith(
        "a.whq_segment, a.whq_period, a.whq_chunk a.whq_segment is not distinct from b.whq_segment and"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("\n{% if %}", "t.sql:5:1: Jinja: Expected an expression"),
        ("{{ nobody }}", "t.sql:4:1: Jinja: 'nobody' is undefined"),
        ("\n{{ low }}", "t.sql:5:1: Jinja: 'low' is undefined"),
        ("{% for c in columns %}{% for d in columns %}{{ 'x' * 5000 }}{% endfor %}{% endfor %}", "more than 1 MiB"),
        ("{{ columns[0] + 1 }}", "Jinja: "),
        ("{{ columns | nofilter }}", "Jinja: No filter named 'nofilter'"),
    ],
)
def test_text_that_cannot_be_made_says_where(body: str, expected: str) -> None:
    header = "{#\nshape: aggregate\narguments: {columns: {kind: columns}, low: {kind: number}} #}"
    assert expected in problem(render.render, parse(f"{header}\n{body}"), (("columns", 100),))


@pytest.mark.parametrize(
    "body",
    [
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{{ 'x' * 99999999 }}",
        "{{ 'x' ~ 'y' }}",
        "{{ 2 ** 99 }}",
        "{{ columns | map('upper') }}",
        "{{ ''.join(columns) }}",
        "{{ range(5) }}",
        "{% for i in [1, 2] %}{% endfor %}",
        "{% for i in columns recursive %}{% endfor %}",
        "{% for a in columns %}{% for b in columns %}{% for c in columns %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_of_a_user_chooses_text_and_no_more(body: str) -> None:
    assert "is not allowed in a template" in problem(render.check, parse(GOOD + body))


def test_deep_nesting_is_refused() -> None:
    assert "nested too deeply" in problem(render.check, parse(GOOD + "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"))


def test_whqs_own_style_is_allowed() -> None:
    render.check(
        parse(
            GOOD + "{% for c in columns %}{{ c }}{% if not loop.last %}, {{ loop.index0 + 1 }}{% endif %}{% endfor %}"
            "{{ 'a' if p is given and columns | length > 1 else cell }}{{ on_cell('a', 'b') }}{{ columns[0] }}"
        )
    )


# --- folders ------------------------------------------------------------------------------------------------


def own(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "sql_templates" / f"{name.replace('__', '/')}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder / "sql_templates"


def test_every_packaged_template_reads() -> None:
    templates = load()
    assert packaged_folder().is_dir()
    assert len(list(templates)) == len(templates) > 20
    assert [template.name for template in templates.values()] == sorted(templates)
    assert "not_null" in templates.folder("rules")


def test_a_project_adds_its_own(tmp_path: Path) -> None:
    templates = load((own(tmp_path, metrics__mine=GOOD, rules__odd=GOOD),))
    assert templates["metrics/mine"].path == "sql_templates/metrics/mine.sql"
    assert not templates["metrics/mine"].packaged
    assert templates["metrics/mean"].packaged
    assert "mine" in metric_names(templates)
    assert metric(templates, "mine")[0].title == "mine"


QUERY = """{#
title: own
shape: query
arguments: {column: any}
outputs: [value]
returns: number
nulls: left out
empty: NULL
#}
with counted as (select whq_segment, whq_period, whq_chunk, count($column) as n from dataset group by all)
select c.whq_segment, c.whq_period, c.whq_chunk, c.NAME as value from counted as c
"""


def test_a_name_behind_a_dot_is_a_column_of_what_stands_before_it(tmp_path: Path) -> None:
    """On Postgres `c.to_json` calls the function with the whole row."""
    for name, fits in (("n", True), ("to_json", False)):
        template = load((own(tmp_path / name, metrics__mine=QUERY.replace("NAME", name)),))["metrics/mine"]
        seen = shape_of({"column": ColumnName("x")}, template)
        if fits:
            assert parsed(template, seen)
        else:
            with pytest.raises(CompileError, match='"c" has no column "to_json"'):
                parsed(template, seen)


def test_all_that_is_wrong_with_own_templates_shows_at_once(tmp_path: Path) -> None:
    first = own(
        tmp_path / "one", metrics__mean=GOOD, rules__a="x", rules__b=GOOD + "{% set a = 1 %}", rules__c="\udcff"
    )
    second = own(tmp_path / "two", rules__d=GOOD)
    third = own(tmp_path / "three", rules__d=GOOD)
    with pytest.raises(CompileError) as caught:
        load((first, second, third))
    assert [str(item) for item in caught.value.problems] == [
        'sql_templates/metrics/mean.sql:1:1: there is already a template "metrics/mean" in whq; '
        "give the file another name",
        "sql_templates/rules/a.sql:1:1: the template has no header: its first Jinja comment must hold YAML; "
        "start the file with {# title: …, shape: aggregate #}",
        "sql_templates/rules/b.sql:5:1: Jinja: this assign is not allowed in a template; allowed are if, loops over "
        "columns, loop.*, on_cell(), cell_of() and the filters length, join, first, last",
        "sql_templates/rules/c.sql:1:1: the file is not UTF-8 text; save it as UTF-8",
        'sql_templates/rules/d.sql:1:1: there is already a template "rules/d" in sql_templates/rules/d.sql; '
        "give the file another name",
    ]


def test_a_missing_folder_adds_nothing(tmp_path: Path) -> None:
    assert list(load((tmp_path / "none",))) == list(load())


# --- metrics ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "template", "arguments"),
    [
        ("mean", "metrics/mean", {}),
        ("median", "metrics/quantile", {"p": 0.5}),
        ("p95", "metrics/quantile", {"p": 0.95}),
        ("p05", "metrics/quantile", {"p": 0.05}),
        ("p5", "metrics/quantile", {"p": 0.05}),
        ("p999", "metrics/quantile", {"p": 0.999}),
    ],
)
def test_metrics_go_by_name(name: str, template: str, arguments: dict[str, float]) -> None:
    found, given = metric(load(), name)
    assert (found.name, given) == (template, arguments)


@pytest.mark.parametrize("name", ["quantile", "p", "p0", "p00", "meen", "P95", "p9999999", ""])
def test_other_words_are_no_metrics(name: str) -> None:
    with pytest.raises(KeyError):
        metric(load(), name)


def test_every_listed_metric_is_one() -> None:
    assert {"mean", "median", "p95"} <= set(metric_names(load()))
    assert all(metric(load(), name) for name in metric_names(load()))
    assert "quantile" not in metric_names(load())


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "sql_templates"
    (folder / "metrics").mkdir(parents=True)
    path = folder / "metrics" / "own.sql"
    path.write_text("{#\ntitle: first\nshape: aggregate\n#}\ncount(*)\n")
    before = load((folder,))
    assert before is load((folder,))
    path.write_text("{#\ntitle: the second\nshape: aggregate\n#}\ncount(*)\n")
    assert load((folder,))["metrics/own"].title == "the second"
