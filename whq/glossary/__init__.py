"""What each word means that outputs print: metrics, methods, statuses, states, reasons and error codes.

What a template's header says of its metric, rule or statistic stands there; all other words in `words`, codes in
`whq.codes`. `whq explain`, the pages of `docs/` and the report read them here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from whq.codes import CODES
from whq.errors import ConfigError, Problem, did_you_mean
from whq.glossary import words as tables
from whq.sql.templates import Statistic, Template, Templates, load, metric, metric_names

_WIDTH = 96
_OF_MEASURE: Mapping[str | None, str] = {
    "rows": "counts rows that break it; 0 is good, a limit in % speaks of their share",
    "keys": "counts keys; 0 is good",
}
_TABLES: tuple[tuple[str, Mapping[str, tables.Entry]], ...] = (
    ("performance metric", tables.PERFORMANCE),
    ("watch", tables.WATCHED),
    ("profile metric", tables.ITEMS),
    ("family", tables.FAMILIES),
    ("status", tables.STATUSES),
    ("method", tables.METHODS),
    ("state", tables.STATES),
    ("withheld", tables.WITHHELD),
    ("word", tables.MARKS),
)
_ALSO: Mapping[str, str] = {
    "going on": "ongoing",
    "over": "past",
    "so far": "partial",
    "decide": "decides",
    "anomalies": "anomaly",
    "models": "model",
    "rules": "rule",
    "lower": "interval",
    "upper": "interval",
    "weakest-realized": "weakest",
}
"""Words of outputs that mean the same as an entry."""
_STATEMENT = re.compile(r"[qrv]\d+")
_ACTIONS: Mapping[str, str] = {
    "rule": "`whq failing ID` shows the rows that break it",
    "drift statistic": "read what moved, then ask whether the change is real or a fault upstream; where it is real and "
    "stays, choose a newer reference",
    "profile metric": "judged only where you write a limit: `columns: {amount: {mean: {between: [10, 20]}}}`",
}
"""What to do where a header says nothing."""


class Explanation(Struct, frozen=True):
    """What a word means.

    kind: what sort of word it is (`drift statistic`, `status`, `code`, …). title: one line. scale: how to read the
    number, empty where there is none. text: more. action: what to do about it.
    """

    word: str
    kind: str
    title: str
    scale: str
    text: str
    action: str


def explained(word: str, *, project: str | Path = ".") -> Explanation:
    """The meaning of a word that an output prints, or of an error code; metrics of a project's own templates too.

    Of a result's id it is that of its last word: the rule, the statistic, or the method of a model.

    Raises:
        ConfigError: There is no such word; the hint names the nearest.

    Example:
        >>> explained("ks").scale
        '0 = same, 1 = no overlap; 0.1 = below some value lie 10 rows of 100 more, or fewer, than before'
    """
    if word.upper() in CODES:
        return _of_code(word.upper())
    templates = _templates(Path(project))
    by_word = {entry.word: entry for entry in _words(templates)}
    last = word.rpartition("/")[2]
    plain = "statement" if _STATEMENT.fullmatch(last) else _ALSO.get(last.lower().replace("_", " "), last.lower())
    known = by_word.get(last) or by_word.get(plain) or _percentile(plain, templates)
    if known is not None:
        return known
    if word.upper().startswith("WHQ"):
        raise ConfigError(Problem("WHQ-U006", "usage", f"no error code {word}", did_you_mean(word.upper(), CODES)))
    hint = did_you_mean(word, by_word)
    if not hint.startswith("did you mean"):
        hint = "`whq explain` lists all words"
    raise ConfigError(Problem("WHQ-U006", "usage", f'nothing that whq prints is called "{word}"', hint))


def explanations(*, project: str | Path = ".") -> tuple[Explanation, ...]:
    """All words with their meanings, by kind; error codes last."""
    return (*_words(_templates(Path(project))), *map(_of_code, CODES))


def explain(word: str, *, project: str | Path = ".") -> str:
    """The meaning of a word or of an error code as text of several lines. Raises ConfigError for an unknown one."""
    return as_text(explained(word, project=project))


def as_text(entry: Explanation) -> str:
    """An explanation as text, at most 96 characters wide but for its first line."""
    if entry.kind == "code":
        return f"{entry.word}: {entry.title}\n\n{textwrap.fill(entry.text, _WIDTH)}"
    parts = (("scale", entry.scale), ("meaning", entry.text), ("to do", entry.action))
    lines = [
        textwrap.fill(text, _WIDTH, initial_indent=f"  {name:<8} ", subsequent_indent=" " * 11)
        for name, text in parts
        if text
    ]
    return "\n".join([f"{entry.word} ({entry.kind}): {entry.title}", "", *lines])


def _templates(root: Path) -> Templates:
    """whq's templates and, where there is a project, its own."""
    folder = root / "sql_templates"
    return load((folder,) if folder.is_dir() and (root / "whq.yml").is_file() else ())


def _words(templates: Templates) -> Iterator[Explanation]:
    """All words but error codes."""
    for name in metric_names(templates):
        template, fixed = metric(templates, name)
        yield _of_template(name, "profile metric", template, _quantile(fixed))
    for name in templates.folder("rules"):
        yield _of_template(name, "rule", templates[f"rules/{name}"])
    for statistic in templates.statistics.values():
        yield _of_statistic(statistic)
    for kind, entries in _TABLES:
        for word, entry in entries.items():
            yield Explanation(word, kind, entry.title, entry.scale, entry.text, entry.action)


def _quantile(fixed: Mapping[str, object]) -> str:
    return f"Quantile {fixed['p']:g}: so large a share of the values lies below it" if "p" in fixed else ""


def _percentile(word: str, templates: Templates) -> Explanation | None:
    """Any quantile: `p07`, `p999`."""
    if not re.fullmatch(r"p\d+", word):
        return None
    try:
        template, fixed = metric(templates, word)
    except KeyError:
        return None
    return _of_template(word, "profile metric", template, _quantile(fixed))


def _of_template(word: str, kind: str, template: Template, title: str = "") -> Explanation:
    facts = (
        ("", template.returns), ("NULL: ", template.nulls), ("no rows: ", template.empty), ("", template.reference),
    )  # fmt: skip
    text = ". ".join(f"{name}{' '.join(said.split())}" for name, said in facts if said)
    scale = template.scale or (_OF_MEASURE.get(template.measure, "") if kind == "rule" else _range(template.range))
    return Explanation(word, kind, title or template.title, scale, text, _action(template.action, kind))


def _of_statistic(one: Statistic) -> Explanation:
    families = " and ".join(family for family, _ in one.families)
    text = f"Of {families} columns, chunk against reference. {one.reference}"
    kind = "drift statistic"
    return Explanation(one.name, kind, one.title, one.scale or _range(one.range), text, _action(one.action, kind))


def _action(own: str, kind: str) -> str:
    """What to do: rules always have their failing rows to look at."""
    common = _ACTIONS[kind]
    return "; ".join((common, own)) if own and kind == "rule" else own or common


def _range(sides: tuple[float | None, float | None]) -> str:
    lower, upper = sides
    if lower is None and upper is None:
        return "any number"
    return f"{'any number' if lower is None else f'from {lower:g}'} up{'' if upper is None else f' to {upper:g}'}"


def _of_code(code: str) -> Explanation:
    title, text = CODES[code]
    return Explanation(code, "code", title, "", text, "")
