"""Every word that an output prints has an entry, with a scale where it is a number and something to do."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import whq
from whq.cli import main
from whq.codes import CODES
from whq.config.models import ERROR, ESTIMATORS, METRICS
from whq.config.written import Watched
from whq.errors import ConfigError
from whq.glossary import Explanation, explained, explanations
from whq.monitors import monitor
from whq.sql.templates import load
from whq.values import STATUSES, IncidentState, MonitorName

ROOT = Path(__file__).parents[2]
BY_WORD = {entry.word: entry for entry in explanations()}
MEASURED = {"profile metric", "drift statistic", "performance metric", "rule", "watch"}


def metrics() -> set[str]:
    """What `metric` of a result may be, by family."""
    templates = load()
    families = ("profile", "drift", "model")
    named = {name for family in families for name in monitor(family).metrics(templates)}  # type: ignore[arg-type]
    named |= set(METRICS) | set(templates.folder("rules")) | set(Watched.model_fields)
    return named | {"dataset", "drift"}


def withheld() -> Iterator[str]:
    """The words under `withheld` in the code: values of a mapping's key, and of calls of a function of that name."""
    for path in sorted((ROOT / "whq").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "withheld":
                yield from (one.value for one in node.args[1:2] if isinstance(one, ast.Constant))
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                values = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "withheld"]
                yield from (value.value for value in values if isinstance(value, ast.Constant))


def test_every_metric_status_state_and_reason_has_an_entry() -> None:
    methods = {*ESTIMATORS, *(f"{name}{ERROR}" for name in ESTIMATORS), "realized", "binned"}
    printed = metrics() | methods | set(STATUSES) | set(get_args(IncidentState)) | set(get_args(MonitorName))
    printed |= set(withheld()) | {
        "partial",
        "moved",
        "note",
        "threshold",
        "reason",
        "incident",
        "state",
        "breaking",
        "evidence",
        "decomposition",
        "calibration",
        "base_rate",
        "weakest",
        "contributions",
        "rows_moved",
        "covariate",
        "concept",
    }
    assert printed - set(BY_WORD) == set()
    assert set(CODES) <= set(BY_WORD)
    assert set(withheld()), "the walk over the code finds no word"


@pytest.mark.parametrize(
    ("printed", "entry"),
    [("going on", "ongoing"), ("over", "past"), ("so far", "partial"), ("anomalies", "anomaly"), ("q12", "statement")],
)
def test_what_outputs_print_leads_to_its_entry(printed: str, entry: str) -> None:
    assert explained(printed) == BY_WORD[entry]


def test_words_have_one_meaning_each() -> None:
    words = [entry.word for entry in explanations()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("entry", BY_WORD.values(), ids=BY_WORD)
def test_an_entry_says_what_how_to_read_and_what_to_do(entry: Explanation) -> None:
    assert entry.title and not entry.title.endswith(".")
    if entry.kind in MEASURED and entry.word not in ("dataset",):
        assert entry.scale
    if entry.kind != "code":
        assert entry.action and not entry.action.endswith(".")
    assert explained(entry.word) == entry == explained(entry.word.upper())


def test_any_quantile() -> None:
    assert explained("p07").title.startswith("Quantile 0.07")
    with pytest.raises(ConfigError, match="p000"):
        explained("p000")


@pytest.mark.parametrize(
    ("word", "hint"),
    [("jensen_shanon", '"jensen_shannon"'), ("WHQ-R0004", '"WHQ-R004"'), ("inconclusiv", '"inconclusive"'),
     ("qqqqqqq", "`whq explain` lists all words")],
)  # fmt: skip
def test_an_unknown_word_names_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        explained(word)
    (problem,) = caught.value.problems
    assert problem.code == "WHQ-U006" and hint in str(problem.hint)


def test_a_template_of_the_project_is_explained(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "whq.yml").write_text("version: 1\nname: p\nprofile: local\n")
    (tmp_path / "sql_templates/metrics").mkdir(parents=True)
    header = "title: Mine\nshape: aggregate\narguments:\n  column: any\nscale: 0 = mine\naction: do mine\nreturns: x"
    (tmp_path / "sql_templates/metrics/mine.sql").write_text(f"{{#\n{header}\n#}}\nmax($column)\n")
    entry = whq.explained("mine", project=tmp_path)
    assert (entry.title, entry.scale, entry.text, entry.action) == ("Mine", "0 = mine", "x", "do mine")
    assert main(["explain", "mine", "--project", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("mine (profile metric): Mine\n\n  scale    0 = mine\n")


def test_the_command_lists_and_prints_json(capsys: Any) -> None:
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].split() == ["word", "kind", "what", "it", "is"] and len(listed) == len(BY_WORD) + 1
    assert main(["explain", "--format", "json"]) == 0
    assert {entry["word"] for entry in json.loads(capsys.readouterr().out)} == set(BY_WORD)
    assert main(["explain", "cbpe", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "method"
    assert main(["explain", "cbpee"]) == 2
    assert 'did you mean "cbpe"?' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("id", "word"),
    [("loans/risk/f1/anchored", "anchored"), ("loans/risk/accuracy/weakest-realized", "weakest"),
     ("loans/income/jensen_shannon", "jensen_shannon"), ("lower", "interval")],
)  # fmt: skip
def test_an_id_is_explained_by_its_last_word(id: str, word: str) -> None:
    assert explained(id).word == word
    with pytest.raises(ConfigError, match="loans/risk/f1/mine"):
        explained("loans/risk/f1/mine")
