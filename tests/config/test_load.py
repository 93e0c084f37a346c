# ruff: noqa: E501 - one case a line
"""Projects that are wrong, what is said of them, and what right ones become."""

from __future__ import annotations

import pytest

from whq.config import load_project
from whq.config.kinds import drift_metrics
from whq.config.spec import Between, Budget, Common, Limit, LookupSpec, SegmentSpec, StoreSpec, Threshold
from whq.errors import ConfigError
from whq.sql import templates
from whq.values import Chunking

M = "monitors/m.yml"


def dataset(body: str) -> str:
    """A monitor file with one dataset `t` of a table, and more keys (the first on line 4)."""
    return "datasets:\n  t:\n    table: t\n" + "".join(f"    {line}\n" for line in body.splitlines())


WRONG = {
    "unknown key": ("tabel: x", [f'{M}:4:5: unknown key "tabel"; did you mean "table"?']),
    "no source": ("", []),
    "two sources": ("query: select 1", [f"{M}:3:5: a dataset has either `table` or `query`"]),
    "number for text": ("owner: 5", [f"{M}:4:12: expected text, found the number 5; put it in quotes"]),
    "empty text": ("owner: ''", [f"{M}:4:12: expected text, found an empty text"]),
    "list for mapping": ("columns: [a]", [f"{M}:4:14: expected a mapping, found a list"]),
    "mapping for list": ("rules: {a: 1}", [f"{M}:4:12: expected a list of rules, found a mapping; - row_count: …"]),
    "chunk": ("chunk: fortnight", [f'{M}:4:12: expected one of all, hour, day, week, month, quarter, year; found the text "fortnight"']),
    "chunk rows": ("chunk: {rows: 0}", [f"{M}:4:19: expected a whole number of at least 1, found the number 0"]),
    "chunk both": ("key: id\nchunk: {rows: 5, count: 5}", [f"{M}:5:12: a chunk is {{rows: 5000}}, {{count: 10}} or"]),
    "chunk of nothing": ("chunk: {count: 5, of: reference}", [f"{M}:4:5: chunk: of: reference, but the dataset has no"]),
    "chunk time": ("chunk: day", [f"{M}:4:5: chunk: day needs the dataset's `time`; add time: with a time column"]),
    "chunk key": ("chunk: {rows: 5}", [f"{M}:4:5: chunks of rows need an order: the dataset has no `key`"]),
    "jinja": ("where: \"{{ ref('x') }}\"", [f"{M}:4:12: Jinja in SQL, such as ref(), is not built yet; write the table's name"]),
    "segment": ("segments: [{name: a}]", [f"{M}:4:16: a segment has either `where` or `column`"]),
    "segment name": ("segments: [{where: x}]", [f"{M}:4:16: a segment with `where` needs a `name`"]),
    "segment twice": ("segments: [a, a]", [f'{M}:4:19: two segments are called "a"; rename one of them']),
    "tag": ("tags: [a b]", [f'{M}:4:12: "a b" is not a name; a name holds letters, digits, _ - and . only']),
    "unknown rule": ("columns: {a: {not_nul: }}", [f'{M}:4:19: unknown rule "not_nul"; did you mean "not_null"?']),
    "unknown table rule": ("rules: [{row_cuont: '> 1'}]", [f'{M}:4:14: unknown rule "row_cuont"; did you mean "row_count"?']),
    "no rule": ("rules: [{id: x}]", [f"{M}:4:13: a rule names what must hold"]),
    "rule text": ("rules: [row_count]", [f'{M}:4:13: expected a rule such as {{row_count: …}}, found the text "row_count"']),
    "two rules": ("rules: [{unique: a, not_null: b}]", [f'{M}:4:25: one rule has one kind, found "unique" and "not_null"']),
    "option": ("rules: [{unique: a, idd: x}]", [f'{M}:4:25: unknown key "idd"; did you mean "id"?']),
    "option twice": ("rules: [{unique: {columns: a, id: x}, id: y}]", [f'{M}:4:35: "id" is given twice, first at {M}:4:43']),
    "column rules": ("columns: {a: not_null}", [f'{M}:4:18: expected a mapping of rules, found the text "not_null"']),
    "description": ("columns: {a: {description: 5}}", [f"{M}:4:32: expected text, found the number 5"]),
    "table rule on column": ("columns: {a: {row_count: '> 5'}}", [f"{M}:4:19: row_count is a rule about the table, not a column"]),
    "argument": ("columns: {a: {accepted_range: {mn: 1}}}", [f'{M}:4:36: unknown key "mn"; did you mean "min"?']),
    "needed": ("columns: {a: {accepted_values: }}", [f"{M}:4:19: accepted_values needs values; values: the values that may"]),
    "empty list": ("columns: {a: {accepted_values: []}}", [f"{M}:4:36: accepted_values: values: expected a list with something"]),
    "min max": ("columns: {a: {accepted_range: {min: 5, max: 1}}}", [f"{M}:4:41: accepted_range: min 5 is greater than max 1"]),
    "flag": ("columns: {a: {accepted_range: {min: 5, inclusive: 1}}}", [f"{M}:4:55: accepted_range: inclusive: expected true or"]),
    "pattern": ("columns: {a: {matches: 5}}", [f"{M}:4:28: matches: pattern: expected text, found the number 5; put it in quotes"]),
    "format": ("columns: {a: {matches: emial}}", [f'{M}:4:28: matches: pattern: "emial" is no format; did you mean "email"?']),
    "lookup": ("columns: {a: {relationships: customers}}", [f'{M}:4:34: relationships: parent: expected table.column, found the text']),
    "lookup key": ("columns: {a: {relationships: {parent: {tabel: x}}}}", [f'{M}:4:43: relationships: parent: unknown key "tabel"']),
    "lookup part": ("columns: {a: {relationships: {parent: {table: x}}}}", [f"{M}:4:43: relationships: parent: expected table.column"]),
    "nulls": ("rules: [{unique: a, nulls: fail}]", [f"{M}:4:25: nulls: fail means nothing to unique"]),
    "nulls of a metric": ("columns: {a: {mean: {fail: '> 1', nulls: fail}}}", [f"{M}:4:39: nulls: fail means nothing to mean"]),
    "nulls of a profile": ("profile: {nulls: fail}", [f"{M}:4:22: nulls: fail is for rules; here NULLs are left out"]),
    "on_empty": ("rules: [{row_count: '< 1', on_empty: pass}]", [f"{M}:4:32: on_empty means nothing to row_count"]),
    "per of a query": ("rules: [{sql: select 1, per: chunk}]", [f"{M}:4:29: per means nothing to sql, which reads what its query says; say it in the query"]),
    "where of a query": ("rules: [{sql: {returned: select 1, where: a > 1}}]", [f"{M}:4:40: where means nothing to sql"]),
    "word for a format": ("columns: {a: {matches: emial}}", [f'{M}:4:28: matches: pattern: "emial" is no format; did you mean "email"? formats: email, uuid, url, ipv4, iso_date; a regular expression: {{pattern: "emial"}}']),
    "any word": ("columns: {a: {matches: closed}}", [f'{M}:4:28: matches: pattern: "closed" is no format; formats: email']),
    "to without field": ("columns: {a: {relationships: {to: customers}}}", [f"{M}:4:35: relationships needs field beside to; {{to: customers, field: id}}"]),
    "to and parent": ("columns: {a: {relationships: {to: customers, field: id, parent: customers.id}}}", [f"{M}:4:35: `to` and `field` say the same as parent"]),
    "pointless limit": ("columns: {a: {not_null: {fail: '< 0 rows'}}}", [f'{M}:4:36: "< 0 rows" is pointless: no number breaks it; what it limits is 0 or more']),
    "pointless share": ("columns: {a: {not_null: '> 100%'}}", [f'{M}:4:29: "> 100%" is pointless: no number breaks it; what it limits is 0 to 1']),
    "pointless metric": ("columns: {a: {null_ratio: '> 1.5'}}", [f'{M}:4:31: "> 1.5" is pointless']),
    "share of row_count": ("rules: [{row_count: '< 50%'}]", [f"{M}:4:25: row_count is a number of rows, it has no share"]),
    "limit": ("columns: {a: {not_null: {fail: 1%}}}", [f'{M}:4:36: "1%" is not a limit; a limit says what is bad']),
    "rule off": ("columns: {a: {not_null: false}}", [f"{M}:4:29: not_null: false does not switch a rule off; remove not_null, or write not_null: true"]),
    "limit value": ("columns: {a: {not_null: 5}}", [f"{M}:4:29: the number 5 is not a limit; a limit says what is bad"]),
    "limit list": ("columns: {a: {mean: [1, 2]}}", [f"{M}:4:25: mean: expected a limit"]),
    "no limit": ("columns: {a: {mean: }}", [f"{M}:4:19: mean needs a limit; e.g. mean: {{between: [0, 1]}}"]),
    "between": ("columns: {a: {mean: {between: [3, 1]}}}", [f"{M}:4:35: between: 3 is greater than 1"]),
    "between and fail": ("columns: {a: {mean: {between: [1, 3], fail: '> 3'}}}", [f"{M}:4:26: `between` and `fail` say the same"]),
    "reversed": ("columns: {a: {not_null: {warn: '> 5', fail: '> 1'}}}", [f"{M}:4:30: warn is looser than fail"]),
    "freshness": ("time: x\nrules: [{freshness: 2 dayz}]", [f'{M}:5:25: the text "2 dayz" is not a duration; a duration is']),
    "freshness time": ("rules: [{freshness: 2 days}]", [f"{M}:4:14: freshness needs the time of rows; add time:"]),
    "columns": ("rules: [{unique: [a, a]}]", [f'{M}:4:22: column "a" is named twice']),
    "columns kind": ("rules: [{unique: [1]}]", [f"{M}:4:22: unique: expected a list of columns' names"]),
    "columns missing": ("rules: [{unique: }]", [f"{M}:4:14: unique needs columns; write it under columns:, or add columns:"]),
    "per": ("rules: [{unique: a, per: segment}]", [f"{M}:4:14: per: segment, and the dataset has no segments"]),
    "collision": ("rules: [{unique: a}, {unique: a}]", [f"{M}:4:27: two rules are called t/a/unique, the first at {M}:4:14"]),
    "collision with column": ("columns: {a: {unique: }}\nrules: [{unique: a}]", [f"{M}:5:14: two rules are called t/a/unique, the first"]),
    "profile": ("profile: 5", [f"{M}:4:14: expected"]),
    "profile key": ("profile: [{column: a, valus: true}]", [f'{M}:4:27: unknown key "valus"; did you mean "values"?']),
    "profile empty": ("profile: []", [f"{M}:4:14: expected a list with something in it, found an empty list"]),
    "drift": ("drift: maybe", [f'{M}:4:12: expected true or a mapping, found the text "maybe"']),
    "drift reference": ("drift: true", [f"{M}:4:5: drift compares with a reference, and t has none; add reference:"]),
    "drift previous": ("drift: {against: previous}", [f"{M}:4:13: against: previous needs chunks to compare; add time:"]),
    "drift metric": ("reference: x\ndrift: {metrics: {numeric: [chi2]}}", [f"{M}:5:33: expected one of hellinger, jensen_shannon, kl"]),
    "drift auto": ("reference: x\ndrift: {metrics: [auto, ks]}", [f"{M}:5:13: `auto` stands alone"]),
    "threshold": ("reference: x\ndrift: {threshold: high}", [f'{M}:5:24: expected one of learned; found the text "high"']),
    "threshold both": ("reference: x\ndrift: {threshold: {std: 3, upper: 1}}", [f"{M}:5:24: a threshold is learned, {{alarms"]),
    "threshold alarms": ("reference: x\ndrift: {threshold: {alarms: 1}}", [f"{M}:5:24: alarms is a share above 0 and at most 0.5, found 1"]),
    "threshold least": ("reference: x\ndrift: {threshold: {least: {psi: -1}}}", [f"{M}:5:24: the least psi that matters is at least 0, found -1"]),
    "threshold least of none": ("reference: x\ndrift: {threshold: {least: {pis: 0.1}}}", [f'{M}:5:33: unknown metric "pis" under `least`; did you mean "psi"?']),
    "threshold least of another": ("reference: x\ndrift: {metrics: [psi, ks], threshold: {least: {hellinger: 0.1}}}", [f'{M}:5:53: unknown metric "hellinger" under `least`; allowed: ks, psi']),
    "false discovery beside std": ("reference: x\ndrift: {threshold: {std: 3}, false_discovery: 0.05}", [f"{M}:5:34: false_discovery goes with a learned threshold, which tells how rare a value is"]),
    "model least": ("models: {m: {kind: binary, score: p, label: y, threshold: {least: {acuracy: 0.1}}}}", [f'{M}:4:72: unknown metric "acuracy" under `least`; did you mean "accuracy"?']),
    "false discovery": ("reference: x\ndrift: {false_discovery: 1}", [f"{M}:5:12: false_discovery lies between 0 and 1, found 1"]),
    "ignore": ("ignore: [christmas]", [f'{M}:4:14: expected a day such as 2024-12-25, found the text "christmas"']),
    "late": ("late: soon", [f'{M}:4:11: the text "soon" is not a duration']),
    "watch": ("watch: {volumes: false}", [f'{M}:4:13: unknown key "volumes"']),
    "watch kind": ("watch: {volume: 3}", [f"{M}:4:"]),
    "threshold order": ("reference: x\ndrift: {threshold: {lower: 3, upper: 1}}", [f"{M}:5:24: lower 3 is greater than upper 1"]),
    "threshold std": ("reference: x\ndrift: {threshold: {std: 0}}", [f"{M}:5:24: std must be above 0, found 0"]),
    "threshold nan": ("reference: x\ndrift: {threshold: {upper: .nan}}", [f"{M}:5:32: expected a number, found the number nan"]),
    "own reference": ("reference: {dataset: t}", [f"{M}:4:26: a dataset cannot be its own reference"]),
    "unknown reference": ("reference: {dataset: tt}", [f'{M}:4:26: unknown dataset "tt"']),
    "model": ("models: {m: {kind: binry}}", [f'{M}:4:24: expected one of binary, multiclass, regression; found the text "binry"; did you mean "binary"?']),
    "one class": ("models: {m: {kind: multiclass, score: {a: b}, label: y}}", [f"{M}:4:17: a multiclass model has two classes or more; write score: {{class: column, …}}"]),
    "no classes": ("models: {m: {kind: multiclass, prediction: q, label: y}}", [f'{M}:4:14: missing key "score"; name what the multiclass model gives']),
    "one score for classes": ("models: {m: {kind: multiclass, score: p, label: y}}", [f"{M}:4:17: a multiclass model has a score for each class; write score: {{class: column, …}}"]),
    "a score for two classes": ("models: {m: {kind: multiclass, score: {a: p, b: p}, label: y}}", [f'{M}:4:17: "p" is the score of "a" and of "b"; each class has its own']),
    "pairs of classes": ("models: {m: {kind: multiclass, score: {a: p, a>b: q, b>c: r, c: s}, label: y}}", [f'{M}:4:17: "a>b>c" may be two pairs of classes']),
    "worth of no class": ("models: {m: {kind: multiclass, score: {basic: p, plus: q}, label: y, business_value: {basic: {pluss: 1}}}}",
                          [f'{M}:4:17: business_value names "pluss", which is no class of `score`; did you mean "plus"?']),
    "worth by cell": ("models: {m: {kind: multiclass, score: {a: p, b: q}, label: y, business_value: {tp: 1}}}",
                      [f"{M}:4:17: business_value of a multiclass model is {{true class: {{predicted class: worth}}}}"]),
    "no worth of classes": ("models: {m: {kind: multiclass, score: {a: p, b: q}, prediction: r, label: y, metrics: business_value}}",
                            [f"{M}:4:17: the metric business_value needs `business_value: {{true class: {{predicted class: worth}}}}`"]),
    "average of binary": ("models: {m: {kind: binary, score: p, label: y, average: micro}}", [f"{M}:4:17: average and per_class are for multiclass models, not for a binary one"]),
    "model missing": ("models: {m: {score: p}}", [f'{M}:4:14: missing key "kind"']),
    "model score": ("models: {m: {kind: binary, label: y}}", [f'{M}:4:14: missing key "score"; name what the binary model gives']),
    "model scores": ("models: {m: {kind: binary, label: y, score: {a: b}}}", [f"{M}:4:17: a binary model has one score"]),
    "model metric": ("models: {m: {kind: binary, score: p, label: y, metrics: mae}}", [f"{M}:4:17: mae is no metric of a binary model"]),
    "model prediction": ("models: {m: {kind: binary, score: p, label: y, metrics: f1}}", [f"{M}:4:17: f1 needs the model's `prediction`"]),
    "model worth": ("models: {m: {kind: binary, score: p, prediction: q, label: y, metrics: business_value}}",
                    [f"{M}:4:17: the metric business_value needs `business_value:"]),
    "model label": ("models: {m: {kind: binary, score: p}}", [f"{M}:4:14: model m has no label and the dataset no reference"]),
    "model no label": ("reference: x\nmodels: {m: {kind: binary, score: p}}", [f"{M}:5:14: model m has no label: the reference"]),
    "model positive": ("models: {m: {kind: binary, score: p, label: y, positive: [1]}}", [f"{M}:4:62: expected one value, found a list"]),
    "planned key": ("rules: [{determines: {colums: [a], to: b}}]", [f'{M}:4:14: missing key "columns"', f'{M}:4:27: unknown key "colums"']),
    "duplicate": ("owner: a\nowner: b", [f'{M}:5:5: duplicate key "owner", first at {M}:4:5; keep one of the two']),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in WRONG if name != "no source"])
def test_wrong_datasets(project, name):
    body, expected = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        load_project(project(dataset(body)))
    found = [
        str(problem)
        for problem in caught.value.problems
        if "not built yet" not in str(problem) or "not built" in expected[0]
    ]
    assert len(found) == len(expected), found
    for text, start in zip(sorted(found), sorted(expected), strict=True):
        assert text.startswith(start), text


FILES = {
    "no datasets key": ({"m.yml": "dataset: {}"}, [f'{M}:1:1: missing key "datasets"', f'{M}:1:1: unknown key "dataset"; did you']),
    "a list": ({"m.yml": "- a"}, [f"{M}:1:1: expected a mapping, found a list"]),
    "empty": ({"m.yml": ""}, [f"{M}:1:1: {M} is empty; `whq init` shows a first one"]),
    "null dataset": ({"m.yml": "datasets: {t: }"}, [f"{M}:1:14: expected a mapping, found nothing"]),
    "file option": ({"m.yml": "datasets: {t: {table: {path: x.csv, delimiter: ';'}}}"}, [f'{M}:1:37: unknown key "delimiter"; did you mean "delim"?']),
    "file delim": ({"m.yml": "datasets: {t: {table: {path: x.csv, delim: 5}}}"}, [f"{M}:1:44: expected the sign between two values, found the number 5"]),
    "file skip": ({"m.yml": "datasets: {t: {table: {path: x.csv, skip: -1}}}"}, [f"{M}:1:43: expected a number of lines, found the number -1"]),
    "file comment": ({"m.yml": "datasets: {t: {table: {path: x.csv, comment: '//'}}}"}, [f'{M}:1:46: expected one sign, found the text "//"']),
    "file header": ({"m.yml": "datasets: {t: {table: {path: x.csv, header: 1}}}"}, [f"{M}:1:45: expected true or false, found the number 1"]),
    "file types": ({"m.yml": "datasets: {t: {table: {path: x.csv, types: {a: 1}}}}"}, [f"{M}:1:48: expected text, found the number 1"]),
    "file path": ({"m.yml": "datasets: {t: {table: {delim: ';'}}}"}, [f'{M}:1:16: missing key "path"']),
    "no source": ({"m.yml": "datasets: {t: {owner: x}}"}, [f"{M}:1:12: a dataset has either `table` or `query`"]),
    "bad name": ({"m.yml": "datasets: {a/b: {table: x}}"}, [f'{M}:1:12: "a/b" is not a name; a name holds']),
    "twice": ({"a.yml": "datasets: {t: {table: x}}", "b/c.yaml": "datasets: {t: {table: y}}"},
              ['monitors/b/c.yaml:1:12: there is a dataset "t" already, at monitors/a.yml:1:12; give one']),
    "none": ({}, ["whq.yml:1:1: no datasets: monitors/ holds no .yml file; `whq init --table T` writes a first one"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_wrong_monitor_files(project, name):
    files, expected = FILES[name]
    with pytest.raises(ConfigError) as caught:
        load_project(project(files))
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(expected), found
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True)), found


PROJECTS = {
    "version": ("version: 2\nname: p\n", "whq.yml:1:10: version 2 needs a newer whq; this one reads version 1; upgrade whq"),
    "old": ("version: 0\nname: p\n", "whq.yml:1:10: version must be 1"),
    "text version": ("version: '1'\nname: p\n", "whq.yml:1:10: version must be 1"),
    "missing": ("name: p\n", 'whq.yml:1:1: missing key "version"'),
    "store": ("version: 1\nname: p\nstore: {target: x, shema: y}\n", 'whq.yml:3:20: unknown key "shema"; did you mean "schema"?'),
    "budget": ("version: 1\nname: p\nbudget: {bytes: 50 GX}\n", 'whq.yml:3:17: the text "50 GX" is not a size; a size is'),
    "bytes": ("version: 1\nname: p\nbudget: {bytes: 50 GB}\n", "whq.yml:3:17: a budget of bytes is not built yet; remove it for now"),
    "seconds": ("version: 1\nname: p\nbudget: {seconds: 0}\n", "whq.yml:3:19: the number 0 is not a duration; a duration is"),
    "datasets": ("version: 1\nname: p\ndatasets: {}\n", 'whq.yml:3:1: whq.yml has no "datasets"; move them to a file'),
    "default": ("version: 1\nname: p\ndefaults: {chunk: mnth}\n", "whq.yml:3:19: expected one of all, hour"),
    "syntax": ("version: [1\n", "whq.yml:1:10: this bracket is never closed properly"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_wrong_project_files(project, name):
    text, start = PROJECTS[name]
    with pytest.raises(ConfigError) as caught:
        load_project(project(whq=text))
    assert [str(problem).startswith(start) for problem in caught.value.problems] == [True], str(caught.value)


def test_no_project(tmp_path):
    with pytest.raises(
        ConfigError,
        match=r"whq\.yml:1:1: no file whq\.yml; `whq init` makes a project, `--project DIR` names the folder of one",
    ):
        load_project(tmp_path)


def test_all_problems_come_together_in_order(project):
    files = {
        "b.yml": "datasets: {t: {tabel: x}}",
        "a.yml": "datasets: {u: {table: x, columns: {a: {uniqe: , not_nul: }}}}",
    }
    with pytest.raises(ConfigError) as caught:
        load_project(project(files, whq="version: 1\nnmae: p\n"))
    places = [str(problem.location) for problem in caught.value.problems]
    assert places == sorted(places)
    assert len(places) == 5


def test_broken_templates_of_the_project_are_problems_of_the_same_list(project):
    root = project("datasets: {t: {tabel: x}}")
    (root / "sql_templates" / "rules").mkdir(parents=True)
    (root / "sql_templates" / "rules" / "odd.sql").write_text("no header")
    with pytest.raises(ConfigError) as caught:
        load_project(root)
    assert {problem.location.file for problem in caught.value.problems} == {M, "sql_templates/rules/odd.sql"}


def test_a_broken_template_hides_no_other(project):
    """Only the broken one is named: the others of the folder are known, to rules and to drift."""
    root = project(dataset("columns: {x: {shouting: }}\nreference: x\ndrift: {metrics: {numeric: [loss]}}"))
    for folder, name, text in (
        ("rules", "shouting", "{#\ntitle: t\nshape: predicate\narguments: {column: any}\n#}\n$column is null"),
        ("drift", "loss", OWN_STATISTIC),
        ("metrics", "broken", "{#\ntitle: t\nshap: aggregate\n#}\n1"),
    ):
        (root / "sql_templates" / folder).mkdir(parents=True)
        (root / "sql_templates" / folder / f"{name}.sql").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_project(root)
    assert {str(problem.location) for problem in caught.value.problems} == {"sql_templates/metrics/broken.sql:3:1"}


# --- what right ones become ---------------------------------------------------------------------------------


def test_how_a_file_is_written(project):
    body = "datasets: {t: {table: {path: a/*.csv, delim: ';', header: false, skip: 2, comment: '', types: {zip: varchar}}}}"
    spec = load_project(project(body)).datasets[0]
    assert (spec.table, spec.file_options) == (
        "a/*.csv",
        (("delim", ";"), ("header", False), ("skip", 2), ("comment", ""), ("types", (("zip", "varchar"),))),
    )
    assert load_project(project("datasets: {t: {table: {path: x.csv}}}")).datasets[0].file_options == ()


def rules_of(project, body: str) -> tuple:
    return load_project(project(dataset(body))).datasets[0].rules


RULES = [
    ("columns: {a: {not_null: }}", "not_null", ("a",), {}, None, None),
    ("columns: {a: {not_null: true}}", "not_null", ("a",), {}, None, None),
    ("columns: {a: {unique: true}}", "unique", ("a",), {}, None, None),
    ("columns: {a: {not_null: '> 1%'}}", "not_null", ("a",), {}, None, Limit("> 1%", ">", 0.01, "%")),
    ("columns: {a: {unique: '> 3 keys'}}", "unique", ("a",), {}, None, Limit("> 3 keys", ">", 3.0, "keys")),
    ("columns: {a: {accepted_values: [x, 1, true, null]}}", "accepted_values", ("a",), {"values": ("x", 1, True, None)}, None, None),
    ("columns: {a: {accepted_values: x}}", "accepted_values", ("a",), {"values": ("x",)}, None, None),
    ("columns: {a: {accepted_values: {values: [x], warn: '> 0'}}}", "accepted_values", ("a",), {"values": ("x",)}, Limit("> 0", ">", 0.0), None),
    ("columns: {a: {accepted_values: [NO, on, 12:30]}}", "accepted_values", ("a",), {"values": ("NO", "on", "12:30")}, None, None),
    ("columns: {a: {matches: '>x'}}", "matches", ("a",), {"pattern": ">x"}, None, None),
    ("columns: {a: {relationships: s.t.id}}", "relationships", ("a",), {"parent": LookupSpec("s.t", ("id",))}, None, None),
    ("columns: {a: {relationships: 's.\"t.u\".\"my \"\"id\"'}}", "relationships", ("a",),
     {"parent": LookupSpec('s."t.u"', ('my "id',))}, None, None),
    ("columns: {a: {relationships: 'select id from t'}}", "relationships", ("a",), {"parent": "select id from t"}, None, None),
    ("rules: [{relationships: {columns: [a, b], parent: {table: t, columns: [c, d]}}}]", "relationships", ("a", "b"),
     {"parent": LookupSpec("t", ("c", "d"))}, None, None),
    ("columns: {a: {p95: '> 4'}}", "p95", ("a",), {}, None, Limit("> 4", ">", 4.0)),
    ("columns: {a: {mean: {between: [0, 1], warn: {between: [0.2, 0.8]}}}}", "mean", ("a",), {}, Between(0.2, 0.8), Between(0.0, 1.0)),
    ("rules: [{row_count: {between: [1, null]}}]", "row_count", (), {}, None, Between(1.0, None)),
    ("rules: [{unique: [a, b]}]", "unique", ("a", "b"), {}, None, None),
    ("rules: [{not_null: a}]", "not_null", ("a",), {}, None, None),
    ("rules: [{mean: {column: a}, fail: '> 1'}]", "mean", ("a",), {}, None, Limit("> 1", ">", 1.0)),
    ("time: x\nrules: [{freshness: 2 days}]", "freshness", (), {}, None, Limit("2 days", ">", 172800.0, "seconds")),
    ("rules: [{freshness: {column: x, fail: 1 day}}]", "freshness", ("x",), {}, None, Limit("1 day", ">", 86400.0, "seconds")),
    ("columns: {x: {freshness: {warn: 1 hour}}}", "freshness", ("x",), {}, Limit("1 hour", ">", 3600.0, "seconds"), None),
    ("rules: [{expression: a > 1, fail: '> 5 rows'}]", "expression", (), {"expression": "a > 1"}, None, Limit("> 5 rows", ">", 5.0, "rows")),
    ("rules: [{sql: select 1}]", "sql", (), {"returned": "select 1"}, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "columns", "arguments", "warn", "fail"), RULES)
def test_rules(project, body, kind, columns, arguments, warn, fail):
    (rule,) = rules_of(project, body)
    assert (rule.kind, rule.columns, dict(rule.arguments), rule.warn, rule.fail) == (
        kind,
        columns,
        arguments,
        warn,
        fail,
    )


def test_several_rules_of_a_kind_and_their_options(project):
    body = "segments: [r]\ncolumns:\n  a:\n    accepted_range:\n      - {min: 0, id: low, severity: warn, per: [chunk, segment]}"
    body += "\n      - {max: 9, id: high, where: b, on_empty: pass, nulls: fail, tags: [x], owner: me, per: chunk}"
    low, high = rules_of(project, body)
    assert low.common == Common(id="low", severity="warn", per=("chunk", "segment"))
    assert high.common == Common("high", "b", None, "me", ("x",), "pass", "fail", ("chunk",))
    assert (low.location.line, high.location.line) == (8, 9)


def test_users_templates_are_rules(project):
    root = project(dataset("columns: {a: {shouting: {least: 3, mode: hard}}}"))
    (root / "sql_templates" / "rules").mkdir(parents=True)
    header = "{#\ntitle: Not in capitals\nshape: predicate\narguments:\n  column: text\n  least: {kind: integer, required: true}\n"
    header += "  share: {kind: number}\n  mode: {kind: text, choices: [hard, soft]}\n#}\n$column = upper($column)"
    (root / "sql_templates" / "rules" / "shouting.sql").write_text(header)
    loaded = load_project(root)
    assert loaded.datasets[0].rules[0].arguments == {"least": 3, "mode": "hard"}
    assert loaded.datasets[0].template_folders == (root / "sql_templates",)
    wrong = "columns: {a: {shouting: {least: 3.5, share: x, mode: hrad}}}"
    with pytest.raises(ConfigError) as caught:
        load_project(project(dataset(wrong)))
    assert [problem.message.partition(": ")[2] for problem in caught.value.problems] == [
        "least: expected a whole number, found the number 3.5",
        'share: expected a number, found the text "x"',
        'mode: found the text "hrad"',
    ]


def test_defaults_are_merged(project):
    whq = "version: 1\nname: p\ndefaults: {chunk: month, owner: risk, tags: [a], time: ts, reference: 'x < 1', drift: true, profile: [c]}\n"
    text = "datasets:\n  one: {table: t, tags: [b, a], profile: true}\n  two: {table: t, chunk: week, owner: me, drift: false, time: null}\n"
    one, two = load_project(project(text.replace(", time: null", ""), whq)).datasets
    assert (one.chunking, one.owner, one.tags, one.time, one.reference) == (
        Chunking("month"),
        "risk",
        ("a", "b"),
        "ts",
        "x < 1",
    )
    assert (one.profile.columns, two.profile.columns) == (("*",), ("c",))
    assert (one.drift.location.file, two.drift, two.chunking, two.owner) == ("whq.yml", None, Chunking("week"), "me")


def test_a_default_chunk_by_time_does_not_bind_tables_without_time(project):
    whq = "version: 1\nname: p\ndefaults: {chunk: month}\n"
    one, two = load_project(project("datasets: {one: {table: t}, two: {table: t, time: x}}", whq)).datasets
    assert (one.chunking, two.chunking) == (Chunking("all"), Chunking("month"))


CHUNKS = [("", Chunking("all")), ("time: x", Chunking("day")), ("time: x\nchunk: hour", Chunking("hour")),
          ("key: k\nchunk: {rows: 5}", Chunking("rows", 5)), ("key: k\nchunk: {count: 5}", Chunking("count", 5)),
          ("time: x\nchunk: all", Chunking("all"))]  # fmt: skip


@pytest.mark.parametrize(("body", "chunking"), CHUNKS)
def test_chunks(project, body, chunking):
    assert load_project(project(dataset(body))).datasets[0].chunking == chunking


THRESHOLDS = [("learned", Threshold()), ("{upper: 0.1}", Threshold("constant", upper=0.1)), ("{std: 2}", Threshold("std", 2.0)),
              ("{std: 3, baseline: whole}", Threshold("std", 3.0, baseline="whole")),
              ("{baseline: whole}", Threshold("std", 3.0, baseline="whole")),
              ("{alarms: 0.01}", Threshold("learned", alarms=0.01)),
              ("{least: {psi: 0.1, ks: 0.02}}", Threshold("learned", least=(("ks", 0.02), ("psi", 0.1))))]  # fmt: skip


@pytest.mark.parametrize(("text", "threshold"), THRESHOLDS)
def test_thresholds(project, text, threshold):
    drift = load_project(project(dataset(f"reference: x\ndrift: {{threshold: {text}}}"))).datasets[0].drift
    assert drift.threshold == threshold


DRIFT_METRICS = [
    ("auto", None, None),
    ("[psi, ks, chi2]", ("psi", "ks"), ("psi", "chi2")),
    ("{numeric: ks}", ("ks",), None),
]


@pytest.mark.parametrize(("text", "numeric", "categorical"), DRIFT_METRICS)
def test_drift_metrics(project, text, numeric, categorical):
    drift = load_project(project(dataset(f"reference: x\ndrift: {{metrics: {text}}}"))).datasets[0].drift
    assert (drift.numeric, drift.categorical) == (numeric, categorical)


PROFILES = [
    ("true", ("*",), ()),
    ("a", ("a",), ()),
    ("[a, {column: b, values: true}]", ("a", "b"), ("b",)),
    ("{columns: [a], owner: x}", ("a",), ()),
]


@pytest.mark.parametrize(("text", "columns", "shown"), PROFILES)
def test_profiles(project, text, columns, shown):
    profile = load_project(project(dataset(f"profile: {text}"))).datasets[0].profile
    assert (profile.columns, profile.show_values) == (columns, shown)


def test_switches_off(project):
    spec = load_project(project(dataset("profile: false\ndrift: false"))).datasets[0]
    assert (spec.profile, spec.drift) == (None, None)


def test_models_and_segments(project):
    body = "segments: [region, {name: large, where: a > 1}, {column: b, name: bee}]\nmodels:\n  m: {kind: binary, score: p, prediction: q, "
    body += (
        "label: {table: o, on: id, column: y}, positive: yes, business_value: {tp: 1, fp: -2}, threshold: {lower: 0.5}}"
    )
    spec = load_project(project(dataset(body))).datasets[0]
    assert spec.segments == (
        SegmentSpec("region", "region", None),
        SegmentSpec("large", None, "a > 1"),
        SegmentSpec("bee", "b", None),
    )
    (model,) = spec.models
    assert (model.label.table, model.label.on, model.label.column, model.positive) == ("o", ("id",), "y", "yes")
    assert (model.estimators, model.metrics, model.business_value) == (
        (),
        (),
        {"tp": 1.0, "fp": -2.0, "fn": 0.0, "tn": 0.0},
    )


def test_the_project(project):
    whq = "version: 1\nname: p\ntarget: dev\nstore: {target: dev}\nbudget: {seconds: 5 minutes, queries: 3}\nreport: out/r.html\n"
    root = project(dataset("rules: [{row_count: '> 0'}]"), whq)
    (root / "profiles").mkdir()
    (root / "profiles" / "only.yml").write_text("")
    loaded = load_project(root)
    assert (loaded.store, loaded.budget) == (StoreSpec(None, "dev", "whq"), Budget(None, 300.0, 3))
    assert (loaded.profile, loaded.target, loaded.report) == ("only", "dev", root / "out" / "r.html")
    assert loaded.warnings[0].startswith('monitors/m.yml:4:14: row_count: "> 0" fails when there are rows')
    (root / "profiles" / "other.yml").write_text("")
    assert load_project(root).profile == ""
    (root / "whq.yml").write_text("version: 1\nname: p\n")
    assert load_project(root).store == StoreSpec(root / ".whq" / "store.duckdb")


@pytest.mark.parametrize("name", ["n.YML", "n.Yaml", "below/n.YAML"])
def test_a_monitor_file_that_is_not_read_is_named(project, name):
    root = project(dataset("rules: [row_count: '< 1']"))
    assert load_project(root).warnings == ()
    path = root / "monitors" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("datasets: {u: {table: t}}")
    (root / "monitors" / "notes.md").write_text("#")
    (root / "monitors" / ".n.YML").write_text("")
    told = f"monitors/{name} is not read: monitor files end in .yml or .yaml, in small letters"
    assert load_project(root).warnings == (told,)
    assert [item.name for item in load_project(root).datasets] == ["t"]
    (root / "monitors" / "m.yml").unlink()
    with pytest.raises(ConfigError, match=f"no datasets: monitors/ holds no .yml file; {told}"):
        load_project(root)


def test_a_monitor_file_without_a_dataset_is_named(project):
    root = project(dataset("rules: [row_count: '< 1']"))
    (root / "monitors" / "n.yml").write_text("# later\ndatasets: {}\n")
    assert load_project(root).warnings == ("monitors/n.yml holds no dataset",)


OWN_STATISTIC = """{#
title: The greatest loss of share
shape: aggregate
arguments: {share: numeric, reference_share: numeric}
binning: {numeric: doane}
#}
max($reference_share - $share)
"""


def test_a_template_of_the_project_is_a_drift_metric(project):
    root = project(dataset("reference: x\ndrift: {metrics: [loss, chi2]}"))
    (root / "sql_templates" / "drift").mkdir(parents=True)
    (root / "sql_templates" / "drift" / "loss.sql").write_text(OWN_STATISTIC)
    drift = load_project(root).datasets[0].drift
    assert (drift.numeric, drift.categorical) == (("loss",), ("chi2",))


def test_a_template_without_binning_is_none(project):
    root = project(dataset("reference: x\ndrift: {metrics: {categorical: [loss]}}"))
    (root / "sql_templates" / "drift").mkdir(parents=True)
    (root / "sql_templates" / "drift" / "loss.sql").write_text(OWN_STATISTIC)
    with pytest.raises(ConfigError, match="expected one of"):
        load_project(root)


def test_the_packaged_drift_metrics():
    assert drift_metrics(templates.load()) == {
        "numeric": ("hellinger", "jensen_shannon", "kl", "ks", "psi", "total_variation", "wasserstein"),
        "categorical": ("chi2", "hellinger", "jensen_shannon", "kl", "l_infinity", "psi", "total_variation"),
    }


@pytest.mark.parametrize("bins", ["auto", "doane"])
def test_drift_bins(project, bins):
    assert load_project(project(dataset(f"reference: x\ndrift: {{bins: {bins}}}"))).datasets[0].drift.bins == bins


@pytest.mark.parametrize("method", ["auto", "exact", "binned"])
def test_drift_methods(project, method):
    drift = load_project(project(dataset(f"reference: x\ndrift: {{method: {method}}}"))).datasets[0].drift
    assert drift.method == method
