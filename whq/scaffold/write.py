"""Suggestions as YAML with comments. Every name and value goes through `scalar`, so that odd ones stay themselves."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from whq.reports.text import clean, number
from whq.scaffold.facts import ColumnFacts, TableFacts
from whq.scaffold.models import Model
from whq.scaffold.spans import key, usual
from whq.scaffold.suggest import CALENDAR, Rule, Suggested
from whq.sql.authored import comparison, within
from whq.wording import amount

SCHEMA = "# yaml-language-server: $schema={}whq.schema.json\n"
_PROJECT = """\
version: 1
name: {name}
profile: {profile}            # {where}
{target}# store: .whq/store.duckdb  # where results are kept
# defaults: {{owner: me}}     # merged into every dataset
# report: report.html         # written after each run
"""
_PROFILE = """\
default: dev
targets:
  dev:
    type: duckdb
{fields}    # passwords, where an engine needs them, go in as "{{{{ env_var('NAME') }}}}"
"""
_EXAMPLE = """\
datasets:
  example:
    table: my_table        # a table, a view, or a Parquet or CSV file
    # time: created_at      # needed for chunks by time and for freshness
    # chunk: month
    # key: [id]
    columns:
      id: {not_null: , unique: }
      # state: {accepted_values: [open, closed]}
      # amount: {accepted_range: {min: 0}, not_null: {warn: "> 0", fail: "> 1%"}}
    rules:
      - row_count: {fail: "< 1"}
    profile: true
    # drift: true           # needs `reference`, e.g.  reference: "created_at < '2024-01-01'"
"""
_NO_KEYS = ("", "<<")
"""Names that a project file cannot hold as keys: nothing, and the sign that merges mappings."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z_0-9./-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"})


def scalar(value: object) -> str:
    """A value as YAML: numbers as they are, a text plain where that is safe, else in double quotes."""
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return "".join(sign if _is_printable(sign) else _escaped(sign) for sign in json.dumps(text, ensure_ascii=False))


def _is_printable(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(sign: str) -> str:
    code = ord(sign)
    return f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def flow(value: object) -> str:
    """A value in one line: lists in brackets, mappings in braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


# --- the files ----------------------------------------------------------------------------------------------


def project(name: str, profile: str, target: str | None, has_profile: bool, dbt: str | None = None) -> str:
    """The text of whq.yml."""
    where = f"profiles/{clean(profile)}.yml" if has_profile else "profiles/ or dbt's profiles.yml"
    chosen = f"target: {scalar(target)}\n" if target else ""
    chosen += f"dbt: {scalar(dbt)}\n" if dbt else ""
    return SCHEMA.format("") + _PROJECT.format(name=scalar(name), profile=scalar(profile), where=where, target=chosen)


def profile(fields: Mapping[str, str]) -> str:
    """The text of profiles/local.yml for DuckDB."""
    lines = [f"    {name}: {scalar(value) if name == 'path' else flow([value])}\n" for name, value in fields.items()]
    return _PROFILE.format(fields="".join(lines))


def example() -> str:
    """The monitors of a project whose tables are not known."""
    return SCHEMA.format("../") + _EXAMPLE


def monitors(suggested: Suggested, dialect: str) -> str:
    """The monitors of one table."""
    return SCHEMA.format("../") + "\n".join(_lines(suggested, dialect)) + "\n"


def _lines(suggested: Suggested, dialect: str) -> Iterator[str]:
    facts = suggested.facts
    yield f"# Suggested by `whq init` from what {clean(facts.written)} held: {_size(facts)}."
    yield from (f"# Note: {clean(note)}." for note in suggested.notes)
    yield "# Read it once; what is not true in general, change or delete."
    yield "datasets:"
    yield from _source(facts)
    yield from _time(suggested)
    yield from _key(suggested)
    yield from _where(suggested, dialect)
    yield from _reference(suggested, dialect)
    yield from _columns(suggested)
    yield "    rules:"
    yield '      - row_count: {fail: "< 1"}'
    yield from _freshness(suggested)
    yield "    profile: true" if facts.rows else "    # profile: true  # once there are rows"
    yield from _drift(suggested)
    if suggested.model:
        by_calendar = [name for name, reason in suggested.left_out if reason == CALENDAR]
        inputs = (*suggested.drift, *(by_calendar if suggested.model.kind == "regression" else ()))
        yield from _model(suggested.model, inputs)


def _size(facts: TableFacts) -> str:
    return amount(facts.rows, "row") if facts.rows is not None else "unknown"


def _source(facts: TableFacts) -> Iterator[str]:
    """The dataset's name, and its table; or a query, which calls a file by the name of a dataset that stands before."""
    if facts.query is None:
        yield f"  {scalar(facts.name)}:"
        yield f"    table: {scalar(facts.written)}"
        return
    if facts.file:
        yield f"  {scalar(facts.file)}: {{table: {scalar(facts.written)}}} # for the query to read"
    yield f"  {scalar(facts.name)}:"
    if facts.made:
        yield f"    # The time of a row is {clean(facts.made.words)}."
    if not facts.made or "*" not in facts.query:
        yield "    # Names that begin with whq_ are whq's own, so these columns get others here."
    yield f"    query: {json.dumps(facts.query, ensure_ascii=False)}"


def _time(suggested: Suggested) -> Iterator[str]:
    """The time and the chunks; without a time a reference is cut by its key, or into parts, to learn from them."""
    if suggested.time is not None:
        yield f"    time: {scalar(suggested.time.name)}{_seen(suggested.time)}"
    if suggested.finished and suggested.time is not None and suggested.time.span is not None:
        newest = suggested.time.span[1]
        yield f"    finished: true # no rows since {newest:%Y-%m-%d}; take this away where the table is loaded again"
    if suggested.parts:
        yield "    chunk: {count: 10, of: reference} # ten parts of the reference to learn from; the rest is one chunk"
    elif suggested.time is not None:
        yield f"    chunk: {suggested.unit}{_chunks(suggested)}"
    elif suggested.reference and suggested.key:
        yield "    chunk: {count: 10} # by the key, as there is no time"


def _chunks(suggested: Suggested) -> str:
    """How many chunks there are and how large, as a comment."""
    if suggested.history is None or not suggested.history.closed:
        return ""
    closed = suggested.history.closed
    return f" # {amount(len(closed), f'closed {suggested.unit}')}, usually {amount(round(usual(closed)), 'row')}"


def _reference(suggested: Suggested, dialect: str) -> Iterator[str]:
    """The known-good rows with what speaks for them, or why there are none."""
    reference, history = suggested.reference, suggested.history
    if reference is None:
        yield from _no_reference(suggested)
        return
    if reference.dataset is not None:
        yield f"    reference: {{dataset: {scalar(reference.dataset)}}} # paired by their names"
        return
    if reference.value is not None:
        text = comparison(reference.column or "", "=", reference.value, dialect)
        yield f"    reference: {json.dumps(text, ensure_ascii=False)} # the rows that the table itself calls so"
        return
    assert reference.span is not None and history is not None and suggested.unit is not None
    span, unit = reference.span, suggested.unit
    closed = amount(span.of, f"closed {unit}")
    yield f"    # The reference: the older {span.chunks} of {closed}. Put here what you know to be good."
    for bucket, reason in span.without:
        yield f"    # Left out of it, as it looks broken: {key(bucket.start, unit)}, {clean(reason)}."
    holes = [(_moment(bucket.start), _moment(bucket.end)) for bucket, _ in span.without]
    start = None if span.start is None else _moment(span.start)
    text = within(reference.column or "", start, _moment(span.end), holes, dialect)
    yield f"    reference: {json.dumps(text, ensure_ascii=False)}"


def _no_reference(suggested: Suggested) -> Iterator[str]:
    if suggested.reference_of is not None:
        yield f"    # This is the reference of {clean(suggested.reference_of)}; it is compared with nothing itself."
    elif suggested.time is not None and suggested.history is not None and suggested.unit is not None:
        closed = suggested.history.closed
        rows = amount(round(usual(closed)), "row")
        many = amount(len(closed), f"closed {suggested.unit}")
        yield f"    # No reference: {many} of usually {rows} say too little of what is normal."


def _moment(at: datetime) -> str:
    """A moment as SQL reads it; midnight is a day."""
    return at.isoformat(" ").removesuffix(" 00:00:00")


def _drift(suggested: Suggested) -> Iterator[str]:
    if suggested.drift:
        yield "    drift:"
        yield f"      columns: {flow(suggested.drift)}"
        by_reason: dict[str, list[str]] = {}
        for name, reason in suggested.left_out:
            by_reason.setdefault(reason, []).append(clean(scalar(name)))
        for reason, names in by_reason.items():
            yield f"      # left out: {', '.join(names)} ({clean(reason)})"
    elif suggested.facts.rows and suggested.reference_of is None:
        yield "    # drift: true  # compares columns with the rows of `reference`, or with {against: previous}"


def _key(suggested: Suggested) -> Iterator[str]:
    if suggested.key is None:
        return
    doubt = f" # not unique: {amount(suggested.duplicates, 'row')} too many" if suggested.duplicates else ""
    yield f"    key: [{scalar(suggested.key.name)}]{doubt}"


def _where(suggested: Suggested, dialect: str) -> Iterator[str]:
    """What leaves out placeholders of the time, so that no empty chunks stand between them and the data."""
    column = suggested.time
    if column is None or column.span is None or not column.placeholders or "{" in column.name:
        return
    condition = " and ".join(
        comparison(
            column.name,
            ">" if year.last < column.span[0] else "<",
            year.first.isoformat(" ").removesuffix(" 00:00:00"),
            dialect,
            or_null=bool(column.nulls),
        )
        for year in column.placeholders
    )
    rows = amount(sum(year.rows for year in column.placeholders), "row")
    yield f"    where: {json.dumps(condition, ensure_ascii=False)} # leaves out {rows} with a placeholder"


def _freshness(suggested: Suggested) -> Iterator[str]:
    if suggested.time is None or suggested.time.span is None:
        return
    if suggested.fresh:
        yield "      - freshness: {warn: 2 days, fail: 7 days}"
    else:
        last = suggested.time.span[1]
        yield f"      # - freshness: {{warn: 2 days}}  # the newest row is of {last:%Y-%m-%d}"


def _columns(suggested: Suggested) -> Iterator[str]:
    """Each column with its rules and what was seen in it; one without rules is a comment."""
    columns = [facts for facts in suggested.facts.columns if facts.name.strip() not in _NO_KEYS]
    if not columns or not suggested.facts.rows:
        return
    ruled = any(suggested.rules[facts.name] for facts in columns)
    yield "    columns:" if ruled else "    # columns:"
    for facts in columns:
        rules = suggested.rules[facts.name]
        if rules:
            yield f"      {scalar(facts.name)}: {{{', '.join(_rule(rule) for rule in rules)}}}{_seen(facts)}"
        else:
            yield f"      # {clean(scalar(facts.name))}:{_seen(facts)[2:]}"


def _rule(rule: Rule) -> str:
    if rule.argument is None:
        return f"{rule.kind}: "
    if rule.kind == "relationships":
        return f"{rule.kind}: {flow(_parent(rule.argument))}"
    return f"{rule.kind}: {flow(rule.argument)}"


def _parent(argument: Any) -> object:
    """The parent as `dataset.column`, in the long form where the column's name is odd."""
    other, key = argument
    if re.fullmatch(r"[A-Za-z_]\w*", key.name) and "." not in other.name:
        return f"{other.name}.{key.name}"
    return {"parent": {"table": other.name, "columns": [key.name]}}


def _seen(facts: ColumnFacts) -> str:
    """What a column held, as a comment."""
    parts = [clean(facts.column.native or facts.column.type, 40)]
    if facts.span:
        parts.append(f"{facts.span[0]:%Y-%m-%d} … {facts.span[1]:%Y-%m-%d}")
    elif facts.bounds:
        parts.append(f"{number(facts.least)} … {number(facts.greatest)}")
    elif facts.distinct is not None and facts.column.type == "text":
        parts.append(f"{facts.distinct:,} distinct")
    if facts.nulls:
        parts.append(f"{facts.nulls:,} NULL")
    return f" # {', '.join(parts)}"


def _model(model: Model, features: Sequence[str]) -> Iterator[str]:
    """A model; one that could not be judged stands in comments."""
    off = "# " if model.lacking else ""
    if model.lacking:
        yield f"    # A model; estimates need {model.lacking}."
    inputs = [name for name in features if name not in model.columns]
    yield f"    {off}models:"
    yield f"    {off}  {scalar(model.name)}:"
    yield f"    {off}    kind: {model.kind}"
    written = {
        "score": dict(model.scores) or model.score,
        "prediction": model.prediction,
        "label": model.label,
        "positive": model.positive,
    }
    for name, value in written.items():
        if value is not None:
            yield f"    {off}    {name}: {clean(flow(value)) if off else flow(value)}"
    if model.kind == "multiclass" and model.prediction:
        yield f"    {off}    metrics: [roc_auc, f1, accuracy]"
    if model.kind == "binary":
        of_predictions = ["f1", "accuracy"] if model.prediction else []
        yield f"    {off}    metrics: {flow(['roc_auc', *of_predictions, 'calibration_error'])}"
    if model.kind == "regression":
        yield f"    {off}    metrics: [mae, rmse, bias]"
    if inputs and not off:
        yield f"        features: {flow(inputs)}"
