"""From facts to suggestions: time, key, label, score, categories and ranges, by name and by content. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from whq.config.yaml_source import can_be_written
from whq.scaffold.facts import LONG, ColumnFacts, TableFacts
from whq.wording import amount

ENOUGH = 50
"""Rows from which values and ranges teach something."""
ENOUGH_TO_COMPARE = 300
"""Rows from which chunks can be compared with a reference."""
ENOUGH_A_CHUNK = 30
Unit = Literal["hour", "day", "week", "month"]

_EVENT = re.compile(r"creat|submit|scored|order|sold|start|pickup|request|visit|observ|measur|event|occur|happen|_hour")
_TIME_WORD = re.compile(r"(^|_)(ts|time|timestamp|datetime|date|day|dt|at|on)(_|$)")
_LATER = re.compile(
    r"updat|modif|load|ingest|insert|sync|delet|birth|born|dob|expir|valid|(^|_)(end|due|until)(_|$)|dropoff"
)
_SCORE = re.compile(r"(^|_)(p|pd|prob|proba|probability|score|likelihood|propensity)(_|$)|proba?$|score$")
_PREDICTION = re.compile(r"pred|y_?hat|(^|_)decision(_|$)")
_LABEL = re.compile(r"(^|_)(label|target|actual|truth|outcome|true|y)(_|$)")
_CALENDAR = re.compile(r"^(year|quarter|month|week|weekday|day|day_of_\w+|hour|minute|second|yr|mnth|hr|season)$")
_EITHER_SIGN = re.compile(r"lat$|latitude|lon$|long$|longitude|temp|balance|change|delta|diff|delay|offset|score$")
_EMAIL = re.compile(r"(^|_)e?mail(_address)?$")
_IDENTITY = re.compile(r"(^|_)(id|key|code|uuid|guid|no|nr|num|number|sk|pk)$|id$")
_KNOWN_GOOD = ("reference", "train", "training")
_UNITS: tuple[tuple[Unit, timedelta], ...] = (
    ("month", timedelta(days=30)),
    ("week", timedelta(days=7)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
)
_NULL_LIMITS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5)


class Reference(Struct, frozen=True):
    """The known-good rows: a column compared with a value, and why."""

    column: str
    operator: Literal["<", "="]
    value: str
    why: str


class Model(Struct, frozen=True):
    """A binary model found in the columns; `lacking` says what an estimate still needs."""

    name: str
    score: str
    prediction: str | None
    label: str | None
    lacking: str | None = None


class Rule(Struct, frozen=True):
    """A rule of one column: its kind, and its main argument as values that YAML can hold (None: no argument)."""

    kind: str
    argument: object = None


class Suggested(Struct, frozen=True):
    """All that is suggested for a table; `notes` are told to the user as well as written down."""

    facts: TableFacts
    time: ColumnFacts | None
    unit: Unit | None
    key: ColumnFacts | None
    duplicates: int
    reference: Reference | None
    rules: dict[str, tuple[Rule, ...]]
    drift: tuple[str, ...]
    model: Model | None
    fresh: bool
    notes: tuple[str, ...]


def suggest(tables: Sequence[TableFacts], now: datetime) -> tuple[Suggested, ...]:
    """Suggestions for tables that are looked at together, so that one may point to another."""
    keys = {facts.name: key_of(facts) for facts in tables}
    return tuple(_suggest(facts, tables, keys, now) for facts in tables)


def _suggest(
    facts: TableFacts, tables: Sequence[TableFacts], keys: dict[str, ColumnFacts | None], now: datetime
) -> Suggested:
    key = keys[facts.name]
    time = time_of(facts, now)
    unit = unit_of(time) if time else None
    reference = reference_of(facts, time, unit)
    model, doubt = model_of(facts, can_learn=bool(reference and (time or key)))
    parents = {each.name: parent for each in facts.columns if (parent := _parent(each, facts, tables, keys))}
    rules = {each.name: tuple(_rules(each, facts, key, model, parents)) for each in facts.columns}
    apart = {key.name if key else "", time.name if time else "", *parents, reference.column if reference else ""}
    if model and model.label:
        apart.add(model.label)
    drift = tuple(each.name for each in facts.columns if each.name not in apart and _may_drift(each, facts))
    span = time.span if time else None
    return Suggested(
        facts=facts,
        time=time,
        unit=unit,
        key=key,
        duplicates=(facts.rows or 0) - (key.distinct or 0) if key else 0,
        reference=reference,
        rules=rules,
        drift=drift if reference else (),
        model=model,
        fresh=span is not None and timedelta(0) <= now - span[1] <= timedelta(days=2),
        notes=tuple(_notes(facts, time, key, doubt)),
    )


def _notes(facts: TableFacts, time: ColumnFacts | None, key: ColumnFacts | None, doubt: str | None) -> Iterator[str]:
    if facts.trouble:
        yield f"the table could not be read: {facts.trouble}"
    elif not facts.rows:
        yield "the table is empty, so nothing was learned; only its size is watched"
    else:
        if time is None:
            texts = [each.name for each in facts.columns if each.column.type == "text" and _is_time_word(each.name)]
            aside = f" ({texts[0]} is text)" if texts else ""
            yield f"no column of a date or time type says when a row happened{aside}"
        if time is not None and time.placeholders:
            told = " and ".join(f"{year.first.date()} in {amount(year.rows, 'row')}" for year in time.placeholders)
            yield f"{time.name} is {told}, years from all others: taken for no time and left out"
        if key is None and facts.rows > 1:
            yield _no_key(facts)
        if void := [each.name for each in facts.columns if each.nulls == facts.rows]:
            yield f"no row has a value in {', '.join(void[:5])}{f' and {len(void) - 5} more' if len(void) > 5 else ''}"
        if doubt:
            yield doubt


def _no_key(facts: TableFacts) -> str:
    """What to say where no column was taken for the key: only what is known of the distinct values."""
    unique = [each.name for each in facts.columns if each.distinct == facts.rows]
    if unique:
        named = f"{unique[0]} does not look like a key, but has another value in every row"
        return f"{named}; write key: [{unique[0]}] if that is no chance"
    if any(each.distinct is None for each in facts.columns):
        return "no column was found that identifies a row"
    return "no single column identifies a row"


# --- time ---------------------------------------------------------------------------------------------------


def time_of(facts: TableFacts, now: datetime) -> ColumnFacts | None:
    """The column that says when a row happened, by type, name and the years that it spans."""
    scored = [(_like_time(each, facts, now), -at, each) for at, each in enumerate(facts.columns)]
    best = max((item for item in scored if item[0] >= 0), key=lambda item: item[:2], default=None)
    return best[2] if best else None


def _like_time(each: ColumnFacts, facts: TableFacts, now: datetime) -> int:
    """How much a column looks like the time of its row; below 0 it does not."""
    if not each.column.is_a("temporal") or (facts.rows and (each.nulls or 0) > facts.rows / 20):
        return -9
    name, score = each.name.lower(), 0
    score += 3 if _TIME_WORD.search(name) else 0
    score += 2 if _EVENT.search(name) else 0
    score -= 4 if _LATER.search(name) else 0
    score += 1 if each.column.type != "date" else 0
    if each.span and each.span[1] - each.span[0] > LONG:
        score -= 2  # as dates of birth do; but a name that says so outweighs it
    if each.span and each.span[1].year > now.year + 1:
        score -= 5
    return score


def _is_time_word(name: str) -> bool:
    return _TIME_WORD.search(name.lower()) is not None


def unit_of(time: ColumnFacts) -> Unit:
    """The largest calendar unit that cuts the time into six chunks or more; day where there is less."""
    if time.span is None:
        return "day"
    length = time.span[1] - time.span[0]
    units = _UNITS if time.column.type != "date" else _UNITS[:-1]
    return next((unit for unit, size in units if length >= 6 * size), "day")


def reference_of(facts: TableFacts, time: ColumnFacts | None, unit: Unit | None) -> Reference | None:
    """The rows that a column calls reference or train, else the first third of the time, in whole chunks."""
    if (facts.rows or 0) < ENOUGH_TO_COMPARE:
        return None
    for each in facts.columns:
        for value in each.values:
            if value.lower() in _KNOWN_GOOD and 2 <= len(each.values) <= 4:
                return Reference(each.name, "=", value, "the rows that the table itself calls so")
    if time is None or unit is None or time.span is None or "{" in time.name:
        return None
    first, last = time.span
    chunks = (last - first) / dict(_UNITS)[unit]
    if chunks < 6 or (facts.rows or 0) / chunks < ENOUGH_A_CHUNK:
        return None
    border = _start(first + (last - first) / 3, unit)
    written = border.strftime("%Y-%m-%d %H:%M:%S" if unit == "hour" else "%Y-%m-%d")
    return Reference(time.name, "<", written, "the first third; put here the time that you know to be good")


def _start(moment: datetime, unit: Unit) -> datetime:
    """The start of the calendar unit that a moment lies in."""
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


# --- keys ---------------------------------------------------------------------------------------------------


def key_of(facts: TableFacts) -> ColumnFacts | None:
    """The column that identifies a row: by its name and nearly unique, else unique and named or placed like a key."""
    rows = facts.rows or 0
    named = [each for each in facts.columns if _is_named_key(each, facts)]
    for each in named:
        if rows and (each.distinct or 0) >= 0.95 * rows:
            return each
    for at, each in enumerate(facts.columns):
        like = at == 0 or _IDENTITY.search(each.name.lower())
        right = each.column.type in ("integer", "text", "decimal")
        if like and right and rows >= 10 and each.distinct == rows:
            return each
    return None


def _is_named_key(each: ColumnFacts, facts: TableFacts) -> bool:
    ones = {facts.singular, facts.name.lower()}
    names = {"id", *(f"{one}{end}" for one in ones for end in ("_id", "id", "_key", "_uuid"))}
    return each.name.lower() in names and each.column.type in ("integer", "text", "decimal", "other")


def _parent(
    each: ColumnFacts, facts: TableFacts, tables: Sequence[TableFacts], keys: dict[str, ColumnFacts | None]
) -> tuple[TableFacts, ColumnFacts] | None:
    """The one other table whose key a column names."""
    mine = keys[facts.name]
    if mine is not None and mine.name == each.name:
        return None
    parents = [
        (other, key)
        for other in tables
        if (key := keys[other.name]) and other is not facts and _names(each, other, key)
    ]
    return parents[0] if len(parents) == 1 else None


def _names(each: ColumnFacts, other: TableFacts, key: ColumnFacts) -> bool:
    name, theirs = each.name.lower(), key.name.lower()
    alike = each.column.type == key.column.type
    same = name == theirs and theirs not in ("id", "key", "name", "code", "uuid", "number")
    return alike and (same or name in (f"{other.singular}_{theirs}", f"{other.singular}{theirs}"))


# --- rules --------------------------------------------------------------------------------------------------


def _rules(
    each: ColumnFacts,
    facts: TableFacts,
    key: ColumnFacts | None,
    model: Model | None,
    parents: dict[str, tuple[TableFacts, ColumnFacts]],
) -> Iterator[Rule]:
    """The rules of one column; few rows teach nothing but what a name says."""
    rows = facts.rows or 0
    is_key = key is not None and each.name == key.name
    if not rows:
        return
    telling = rows >= ENOUGH or each.name in parents or _IDENTITY.search(each.name.lower())
    if is_key or (each.nulls == 0 and telling):
        yield Rule("not_null")
    elif each.nulls and rows >= ENOUGH and not (model and each.name == model.label):
        limit = next((limit for limit in _NULL_LIMITS if limit >= 2 * each.nulls / rows), None)
        if limit is not None:
            yield Rule("not_null", {"fail": f"> {limit:.1%}".replace(".0%", "%")})
    if is_key:
        yield Rule("unique")
    if each.name in parents:
        yield Rule("relationships", parents[each.name])
    elif each.column.type == "text" and _EMAIL.search(each.name.lower()):
        yield Rule("matches", "email")
    elif not is_key and rows >= ENOUGH:
        yield from _learned(each, rows, model)


def _learned(each: ColumnFacts, rows: int, model: Model | None) -> Iterator[Rule]:
    """What the values themselves teach: a short list, or an end of the range that means something."""
    few = 0 < 10 * len(each.values) <= rows and not each.column.native.lower().startswith("json")
    if few and all(0 < len(value.strip()) <= 60 and can_be_written(value) for value in each.values):
        yield Rule("accepted_values", list(each.values))
    bounds = each.bounds
    if bounds is None or _IDENTITY.search(each.name.lower()) or bounds[0] < 0 or each.nonfinite:
        return  # NaN and infinities are outside every range, and the rule would fail on the rows that taught it
    ratio = each.column.type != "integer" and bounds[1] <= 1 and (each.distinct or 0) > 2
    if ratio or each.is_binary or (model and each.name == model.score):
        yield Rule("accepted_range", {"min": 0, "max": 1})
    elif not _CALENDAR.search(each.name.lower()) and not _EITHER_SIGN.search(each.name.lower()):
        yield Rule("accepted_range", {"min": 0})


def _may_drift(each: ColumnFacts, facts: TableFacts) -> bool:
    """Whether a distribution is worth comparing: no identifier, calendar part, constant, and few NULLs."""
    name = each.name.lower()
    if each.nulls is None or 5 * each.nulls > (facts.rows or 0):
        return False
    if (each.distinct or 0) < 2 or each.name.startswith("!") or _IDENTITY.search(name) or _CALENDAR.search(name):
        return False
    if each.column.type == "text":
        return (each.distinct or 0) <= 50
    return each.column.is_a("numeric") or each.column.type == "boolean"


# --- a model ------------------------------------------------------------------------------------------------


def model_of(facts: TableFacts, can_learn: bool) -> tuple[Model | None, str | None]:
    """The binary model whose score stands in the table, and what is doubtful about it."""
    scores = [each for each in facts.columns if _is_score(each)]
    if len(scores) > 1:
        names = ", ".join(each.name for each in scores[:4])
        return None, f"several columns look like scores ({names}): models were left to you"
    if not scores:
        return None, None
    score = scores[0]
    binary = [each for each in facts.columns if each.is_binary]
    predictions = [each for each in binary if _PREDICTION.search(each.name.lower())]
    label = _label(score, [each for each in binary if each not in predictions])
    lacking = "labels" if label is None else None if can_learn else "a reference in several chunks"
    name = "_".join(_stems(score.name)) or "model"
    prediction = predictions[0].name if len(predictions) == 1 else None
    model = Model(re.sub(r"\W+", "_", name), score.name, prediction, label.name if label else None, lacking)
    return model, f"{score.name} looks like a score, but {lacking} were not found" if lacking == "labels" else None


def _is_score(each: ColumnFacts) -> bool:
    bounds = each.bounds
    right = each.column.type in ("float", "decimal") and bounds is not None and bounds[0] >= 0 and bounds[1] <= 1
    return right and (each.distinct or 0) > 2 and _SCORE.search(each.name.lower()) is not None


def _label(score: ColumnFacts, candidates: Sequence[ColumnFacts]) -> ColumnFacts | None:
    """The truth among columns of 0 and 1: named so, sharing a word with the score, or the only one."""
    stems = _stems(score.name)
    named = [each for each in candidates if _LABEL.search(each.name.lower())]
    alike = [each for each in candidates if any(stem in each.name.lower() for stem in stems)]
    return next((choice[0] for choice in (named, alike, list(candidates)) if len(choice) == 1), None)


def _stems(name: str) -> list[str]:
    """The words of a score's name that say what is predicted: `p_default` → default."""
    words = re.split(r"[\W_]+", name.lower())
    return [
        word
        for word in words
        if len(word) > 2 and not re.fullmatch(r"pred|proba?|probability|score\w*|likelihood|propensity", word)
    ]
