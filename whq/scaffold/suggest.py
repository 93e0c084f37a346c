"""From facts to suggestions: time, key, label, score, categories and ranges, by name and by content. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from whq.config.yaml_source import can_be_written
from whq.monitors.drift.identity import NAME as IDENTITY
from whq.monitors.drift.identity import identity
from whq.scaffold import spans
from whq.scaffold.facts import LONG, ColumnFacts, History, TableFacts, Unit
from whq.scaffold.models import Model, is_named_label, model_of
from whq.scaffold.pairs import pairs
from whq.wording import amount

CALENDAR = "parts of the calendar repeat themselves"
"""Why a column is not watched for drift that may well be a model's input."""
ENOUGH = 50
"""Rows from which values and ranges teach something."""
ENOUGH_TO_COMPARE = 300
"""Rows from which chunks can be compared with a reference."""
_EVENT = re.compile(r"creat|submit|scored|order|sold|start|pickup|request|visit|observ|measur|event|occur|happen|_hour")
_TIME_WORD = re.compile(r"(^|_)(ts|time|timestamp|datetime|date|day|dt|at|on)(_|$)")
_LATER = re.compile(
    r"updat|modif|load|ingest|insert|sync|delet|birth|born|dob|expir|valid|(^|_)(end|due|until)(_|$)|dropoff"
)
_CALENDAR = re.compile(r"^(year|quarter|month|week|weekday|day|day_of_\w+|hour|minute|second|yr|mnth|hr|season)$")
_CALENDAR_END = re.compile(r"_(quarter|month|week|weekday|dow|day|hour|minute)$|_of_(day|week|month|year)$")
_EITHER_SIGN = re.compile(r"lat$|latitude|lon$|long$|longitude|temp|balance|change|delta|diff|delay|offset|score$")
_EMAIL = re.compile(r"(^|_)e?mail(_address)?$")
_KNOWN_GOOD = ("reference", "train", "training")
_NULL_LIMITS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5)


class Known(Struct, frozen=True):
    """The known-good rows: those of a value of `column`, of a `span` of the time `column`, or another `dataset`."""

    column: str | None = None
    value: str | None = None
    span: spans.Reference | None = None
    dataset: str | None = None


class Rule(Struct, frozen=True):
    """A rule of one column: its kind, and its main argument as values that YAML can hold (None: no argument)."""

    kind: str
    argument: object = None


class Suggested(Struct, frozen=True):
    """All that is suggested for a table; `notes` are told to the user as well as written down.

    left_out: columns whose drift is not watched, each with the reason. parts: the reference is cut into equal parts,
    the analysis stays whole. finished: the newest row is old for this table. reference_of: the table of a pair whose
    reference this one is.
    """

    facts: TableFacts
    time: ColumnFacts | None
    unit: Unit | None
    key: ColumnFacts | None
    duplicates: int
    reference: Known | None
    rules: dict[str, tuple[Rule, ...]]
    drift: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    model: Model | None
    fresh: bool
    notes: tuple[str, ...]
    history: History | None = None
    parts: bool = False
    finished: bool = False
    reference_of: str | None = None


def suggest(tables: Sequence[TableFacts], now: datetime) -> tuple[Suggested, ...]:
    """Suggestions for tables that are looked at together, so that one may point to another."""
    keys = {facts.name: key_of(facts) for facts in tables}
    paired = pairs(tables)
    by_name = {facts.name: facts for facts in tables}
    analysis_of = {reference: name for name, reference in paired.items()}
    return tuple(
        _suggest(facts, tables, keys, now, by_name.get(paired.get(facts.name, "")), analysis_of.get(facts.name))
        for facts in tables
    )


def _suggest(
    facts: TableFacts,
    tables: Sequence[TableFacts],
    keys: dict[str, ColumnFacts | None],
    now: datetime,
    pair: TableFacts | None,
    reference_of: str | None,
) -> Suggested:
    key = keys[facts.name]
    time = time_of(facts, now)
    history = facts.history or (spans.history(time, spans.evenly(time, facts.rows or 0)) if time else None)
    reference = None if reference_of else Known(dataset=pair.name) if pair else _known(facts, time, history)
    parts = reference is not None and _needs_parts(reference, time, key, history, pair)
    model, doubt = _model(facts, pair, has_reference=reference is not None)
    model = None if reference_of else model
    parents = {each.name: parent for each in facts.columns if (parent := _parent(each, facts, tables, keys))}
    rules = {each.name: tuple(_rules(each, facts, key, model, parents)) for each in facts.columns}
    apart = {key.name if key else "", time.name if time else "", *parents, *(facts.made.columns if facts.made else ())}
    apart |= {reference.column or "" if reference else "", (model.label or "") if model else ""}
    theirs = {each.name: each.column.type for each in pair.columns} if pair else None
    compared = [each for each in facts.columns if theirs is None or theirs.get(each.name) == each.column.type]
    reasons = {each.name: _no_drift(each, facts, history) for each in compared if each.name not in apart}
    span = time.span if time else None
    return Suggested(
        facts=facts,
        time=time,
        unit=history.unit if history else spans.by_span(time) if time else None,
        key=key,
        duplicates=(facts.rows or 0) - (key.distinct or 0) if key else 0,
        reference=reference,
        rules=rules,
        drift=tuple(name for name, reason in reasons.items() if reason is None) if reference else (),
        left_out=tuple((name, reason) for name, reason in reasons.items() if reason) if reference else (),
        model=model,
        fresh=span is not None and timedelta(0) <= now - span[1] <= timedelta(days=2),
        notes=tuple(_notes(facts, time, key, doubt if model or not reference_of else None)),
        history=history,
        parts=parts,
        finished=bool(span and history and spans.has_ended(history, span[1], now)),
        reference_of=reference_of,
    )


def _model(facts: TableFacts, pair: TableFacts | None, *, has_reference: bool) -> tuple[Model | None, str | None]:
    """The model of a table; of a pair the reference may hold the labels alone."""
    model, doubt = model_of(facts, has_reference)
    theirs = model_of(pair, True)[0] if pair else None
    names = {each.name for each in facts.columns}
    if theirs is None or theirs.lacking or (model is not None and not model.lacking) or theirs.score not in names:
        return model, doubt
    return replace(theirs, prediction=theirs.prediction if theirs.prediction in names else None), None


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


# --- the reference ------------------------------------------------------------------------------------------


def role_of(facts: TableFacts) -> tuple[ColumnFacts, str] | None:
    """The column that says which rows are the reference (or were trained on), and the value that says so."""
    for each in facts.columns:
        for value in each.values:
            if value.lower() in _KNOWN_GOOD and 2 <= len(each.values) <= 4:
                return each, value
    return None


def _known(facts: TableFacts, time: ColumnFacts | None, history: History | None) -> Known | None:
    """The rows that a column calls reference or train, else about half of the closed chunks."""
    if (facts.rows or 0) < ENOUGH_TO_COMPARE:
        return None
    role = role_of(facts)
    if role is not None:
        return Known(role[0].name, role[1])
    if time is None or history is None or "{" in time.name:
        return None
    model = model_of(facts, True)[0]
    labels = {each.name for each in facts.columns if is_named_label(each)} | {model.label or "" if model else ""}
    span = spans.reference(history, frozenset(labels))
    return Known(time.name, span=span) if span else None


def _needs_parts(
    reference: Known,
    time: ColumnFacts | None,
    key: ColumnFacts | None,
    history: History | None,
    pair: TableFacts | None,
) -> bool:
    """Whether only equal parts make chunks of the reference from which something can be learned."""
    if pair is None:
        return time is None and key is None
    theirs = pair.history
    return (
        time is None
        or history is None
        or theirs is None
        or theirs.unit != history.unit
        or len(theirs.closed) < spans.FEWEST
    )


# --- keys ---------------------------------------------------------------------------------------------------


def key_of(facts: TableFacts) -> ColumnFacts | None:
    """The column that identifies a row: by its name and nearly unique, else unique and named or placed like a key."""
    rows = facts.rows or 0
    named = [each for each in facts.columns if _is_named_key(each, facts)]
    for each in named:
        if rows and (each.distinct or 0) >= 0.95 * rows:
            return each
    for at, each in enumerate(facts.columns):
        like = at == 0 or IDENTITY.search(each.name.lower())
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
    if (mine is not None and mine.name == each.name) or not each.distinct:
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
    telling = rows >= ENOUGH or each.name in parents or IDENTITY.search(each.name.lower())
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
    if bounds is None or IDENTITY.search(each.name.lower()) or bounds[0] < 0 or each.nonfinite:
        return  # NaN and infinities are outside every range, and the rule would fail on the rows that taught it
    ratio = each.column.type != "integer" and bounds[1] <= 1 and (each.distinct or 0) > 2
    if ratio or each.is_binary or (model and each.name == model.score):
        yield Rule("accepted_range", {"min": 0, "max": 1})
    elif not _CALENDAR.search(each.name.lower()) and not _EITHER_SIGN.search(each.name.lower()):
        yield Rule("accepted_range", {"min": 0})


def _is_calendar_part(each: ColumnFacts) -> bool:
    """Whether whole numbers are called like the hour or the month of something, and lie within its range."""
    named = _CALENDAR_END.search(each.name.lower())
    return (
        named is not None
        and each.column.is_whole
        and each.bounds is not None
        and each.bounds[0] >= 0
        and 4 <= each.bounds[1] <= 59
    )


def _no_drift(each: ColumnFacts, facts: TableFacts, history: History | None) -> str | None:
    """Why a distribution is not worth comparing: an identifier, a part of the calendar, a constant, mostly NULL."""
    name, rows, distinct = each.name.lower(), facts.rows or 0, each.distinct or 0
    filled = rows - (each.nulls or 0)
    if not (each.column.is_a("numeric") or each.column.type in ("text", "boolean")) or each.nulls is None:
        return "no drift statistic for this type" if each.nulls is not None else "could not be counted"
    if distinct < 2:
        return "one value only" if distinct else "no value"
    if history and each.name in spans.often_void(history):
        return f"empty in many a {history.unit}"
    if 5 * each.nulls > rows:
        return "NULL in more than a fifth of the rows"
    if each.name.startswith("!"):
        return "a ! in front of a name means to leave it out"
    if _CALENDAR.search(name) or _is_calendar_part(each):
        return CALENDAR
    if identity(each.column, filled, distinct, each.bounds):
        return "identifiers"
    if each.column.type == "text" and distinct > 50:
        return "more than 50 different texts"
    return None
