"""What a rule's result says, in plain words: `3 of 32,735 rows (0.009 %) have no "tailnum"`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil, log10
from typing import Any

from whq.config.formats import FORMATS
from whq.config.spec import Condition, RuleSpec
from whq.monitors.judge import limit_text
from whq.result import plain
from whq.values import ColumnName, FileSource, Fragment, Lookup, QuerySource, TableSource
from whq.wording import amount

_LONG = 80


def counted(rule: RuleSpec, measure: str, failing: int, of: int | None, outputs: Mapping[str, Any]) -> str:
    """The sentence of a rule that counts failures."""
    if rule.kind == "sql":
        return f"the query returned {amount(failing, 'row')}"
    one = failing == 1 and of is None
    subject = amount(failing, measure.removesuffix("s")) if of is None or measure == "keys" else f"{failing:,}"
    if measure == "keys":
        rows = outputs.get("rows_in_duplicated")
        share = f" ({rows:,} of {amount(of or 0, 'row')})" if failing and rows is not None else ""
        among = f" in {amount(of or 0, 'row')}" if not failing else ""
        return f"{subject} of {_quoted(rule)} {_verb(failing == 1, 'occurs', 'occur')} more than once{share}{among}"
    share = f" ({ratio(failing / of)})" if failing and of else ""
    among = "" if of is None else f" of {amount(of, 'row')}"
    return f"{subject}{among}{share} {_breach(rule, one or of == 1)}"


def _breach(rule: RuleSpec, one: bool) -> str:
    """What the failing rows do."""
    have, name, given = _verb(one, "has", "have"), _quoted(rule), rule.arguments
    match rule.kind:
        case "not_null":
            return f"{have} no {name}"
        case "accepted_values":
            return f"{have} {_article(name)} {name} that is not on the list"
        case "not_accepted_values":
            return f"{have} {_article(name)} {name} that is on the list"
        case "accepted_range":
            return f"{have} {_article(name)} {name} outside {_range(given)}"
        case "matches" if given.get("pattern") in FORMATS:
            return f"{have} {_article(name)} {name} that is no {given['pattern']}"
        case "matches":
            return f"{have} {_article(name)} {name} without a match of {_cut(str(given.get('pattern')))}"
        case "relationships":
            return f"{have} {_article(name)} {name} that is not in {shown(given.get('parent'))}"
        case "expression":
            return f"{_verb(one, 'breaks', 'break')} the expression {_cut(str(shown(given.get('expression'))))}"
        case other:
            return f"{_verb(one, 'breaks', 'break')} {other}{f' of {name}' if name else ''}"


def measured(rule: RuleSpec, value: object) -> str:
    """The sentence of a rule that limits a metric."""
    of = f" of {_quoted(rule)}" if rule.columns else ""
    return f"{rule.kind}{of} is {figure(value)}"


def aged(name: str, latest: datetime, seconds: float, future: int) -> str:
    """The sentence of freshness."""
    later = f"; {amount(future, 'row')} {_verb(future == 1, 'is', 'are')} dated later than now" if future else ""
    return f'the latest "{name}" is {duration(seconds)} old ({latest.isoformat(" ", "seconds")}){later}'


def with_limits(sentence: str, fail: Condition | None, warn: Condition | None) -> str:
    """The sentence and the limits that it was judged by; the plain `> 0` goes without saying."""
    limits = [f"{name}: {limit_text(given)}" for name, given in (("fail", fail), ("warn", warn)) if given is not None]
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


def _range(given: Mapping[str, Any]) -> str:
    low, high = given.get("min"), given.get("max")
    text = f"{'-∞' if low is None else low} … {'∞' if high is None else high}"
    return text if given.get("inclusive", True) else f"{text} (bounds excluded)"


def _quoted(rule: RuleSpec) -> str:
    return f'"{", ".join(rule.columns)}"' if rule.columns else ""


def _article(quoted: str) -> str:
    return "an" if quoted[1:2].lower() in tuple("aeio") else "a"


def _verb(one: bool, singular: str, plural: str) -> str:
    return singular if one else plural


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
