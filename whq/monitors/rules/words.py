"""What a rule's result says, in plain words: `3 of 32,735 rows (0.009 %) have no "tailnum"`."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, log10
from typing import Any

from whq.config.spec import Condition, RuleSpec
from whq.monitors.judge import limit_text
from whq.result import plain
from whq.sql.header import PLACEHOLDER
from whq.sql.templates import Template
from whq.values import ColumnName, FileSource, Fragment, Lookup, QuerySource, TableSource
from whq.wording import amount

_LONG = 80


def counted(rule: RuleSpec, template: Template, failing: int, of: int | None, outputs: Mapping[str, Any]) -> str:
    """The sentence of a rule that counts failures, as its template `says` it: `3 of 40 rows (7.5 %) have no "income"`.

    Args:
        failing: rows, or keys, that break the rule.
        of: the rows considered; None where the template does not count them.
        outputs: the template's other counts.
    """
    says = template.says or f"break {rule.kind}{' of {column}' if rule.columns else ''}"
    words = _words(rule, template)
    if "{failing}" in says:
        return _filled(says, {**words, "failing": amount(failing, "row")})
    if template.measure == "keys":
        rows = outputs.get("rows_in_duplicated")
        share = f" ({rows:,} of {amount(of or 0, 'row')})" if failing and rows is not None else ""
        among = f" in {amount(of or 0, 'row')}" if not failing else ""
        return f"{amount(failing, 'key')} of {_quoted(rule)} {_said(says, words, failing == 1)}{share}{among}"
    subject = amount(failing, "row") if of is None else f"{failing:,} of {amount(of, 'row')}"
    share = f" ({ratio(failing / of)})" if failing and of else ""
    is_one = of == 1 if of is not None else failing == 1
    return f"{subject}{share} {_said(says, words, is_one)}"


def _words(rule: RuleSpec, template: Template) -> dict[str, str]:
    """What `{column}`, `{a column}`, `{beyond}` and the names of arguments stand for."""
    name = _quoted(rule)
    written = {argument.name: rule.arguments.get(argument.name, argument.default) for argument in template.arguments}
    words = {key: _cut(str(shown(value))) for key, value in written.items()}
    return {**words, "beyond": _beyond(rule.arguments), "column": name, "a column": f"{_article(name)} {name}"}


def _said(says: str, words: Mapping[str, str], is_one: bool) -> str:
    """What the failing rows do: the header's words, which begin with a verb in the plural."""
    verb, _, rest = says.partition(" ")
    return _filled(f"{_singular(verb) if is_one else verb} {rest}".rstrip(), words)


def _filled(says: str, words: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: words[match[1]], says)


def _singular(verb: str) -> str:
    """A verb for one row: `have` is `has`, `break` is `breaks`."""
    irregular = {"have": "has", "are": "is", "were": "was", "do": "does"}
    return irregular.get(verb) or verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def measured(rule: RuleSpec, value: object) -> str:
    """The sentence of a rule that limits a metric."""
    of = f" of {_quoted(rule)}" if rule.columns else ""
    return f"{rule.kind}{of} is {figure(value)}"


def with_limits(sentence: str, fail: Condition | None, warn: Condition | None) -> str:
    """The sentence and the limits that it was judged by; the plain `> 0` goes without saying."""
    limits = [
        f"{name}: {limit_text(condition)}"
        for name, condition in (("fail", fail), ("warn", warn))
        if condition is not None
    ]
    said = [text for text in limits if text != "fail: > 0"]
    return f"{sentence}; {', '.join(said)}" if said else sentence


def ratio(share: float) -> str:
    """A ratio 0..1 as per cent, with as many digits as it needs to differ from 0 and from 100."""
    gap = 100 * min(share, 1 - share)
    digits = max(1, ceil(-log10(gap))) if gap > 0 else 0
    text = f"{100 * share:.{min(digits, 9)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def figure(value: object) -> str:
    """A number as people read it."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def duration(seconds: float) -> str:
    """A length of time in its two greatest units: `2 days 3 hours`."""
    rest = int(seconds)
    parts: list[str] = []
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        number, rest = divmod(rest, size)
        if number or (size == 1 and not parts):
            parts.append(amount(number, name))
    return " ".join(parts[:2])


def shown(value: object) -> Any:
    """An argument as params show it: the user's own text, JSON-able."""
    if isinstance(value, Fragment):
        return value.shown
    if isinstance(value, Lookup):
        return ".".join(part for part in (_source(value), ", ".join(value.columns)) if part)
    if isinstance(value, ColumnName):
        return value.name
    return [shown(item) for item in value] if isinstance(value, tuple) else plain(value)


def _source(lookup: Lookup) -> str:
    match lookup.source:
        case TableSource(parts):
            return ".".join(parts)
        case FileSource(path):
            return path.rpartition("/")[2]
        case QuerySource(sql):
            return f"({sql.shown})"


def _beyond(written: Mapping[str, Any]) -> str:
    """What lies beyond the bounds `min` and `max` of a rule: `below 0`, `not above 0`, `outside 0 … 3`."""
    low, high, is_inclusive = written.get("min"), written.get("max"), written.get("inclusive", True)
    if high is None:
        return f"below {low}" if is_inclusive else f"not above {low}"
    if low is None:
        return f"above {high}" if is_inclusive else f"not below {high}"
    return f"outside {low} … {high}" + ("" if is_inclusive else " (bounds excluded)")


def _quoted(rule: RuleSpec) -> str:
    return f'"{", ".join(rule.columns)}"' if rule.columns else ""


def _article(quoted: str) -> str:
    return "an" if quoted[1:2].lower() in tuple("aeio") else "a"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
