"""The run's clock in user SQL: one run has one point in time, whatever the server's clock says.

`as_of()`, `now()`, `current_date` and texts that become a clock (`cast('today' as timestamp)`) are marked when the SQL
is checked, and become a literal (UTC, without a zone; a date where a date is meant) when the run's time is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace
from sqlglot import exp

from whq.sql.parse import checked
from whq.sql.prescan import Refusal, place
from whq.values import Column, Fragment

Type = Literal["date", "timestamp", "timestamptz"]
MARKER = "whq_clock"
"""The function that stands for the run's clock in a checked text: `WHQ_CLOCK('date', 'today')`."""
COLUMN = "whq_column"
"""Meta key of a node that names a column of a table: the column as the catalog knows it."""

_DATES = frozenset({"today", "yesterday", "curdate", "current_date", "utc_date"})
_TIMESTAMPS = frozenset(
    {
        "as_of", "now", "now64", "current_timestamp", "current_datetime", "localtimestamp", "getdate", "getutcdate",
        "sysdate", "sysdatetime", "systimestamp", "utc_timestamp", "get_current_timestamp", "clock_timestamp",
        "statement_timestamp", "transaction_timestamp",
    }
)  # fmt: skip
_TIMES = frozenset({"current_time", "curtime", "localtime", "utc_time", "timeofday", "get_current_time"})
_NAMES = _DATES | _TIMESTAMPS | _TIMES
_KINDS: dict[type[exp.Expr], Type | None] = {
    exp.CurrentDate: "date", exp.UtcDate: "date", exp.CurrentTimestamp: "timestamp", exp.Localtimestamp: "timestamp",
    exp.CurrentTimestampLTZ: "timestamp", exp.CurrentDatetime: "timestamp", exp.Systimestamp: "timestamp",
    exp.UtcTimestamp: "timestamp", exp.CurrentTime: None, exp.Localtime: None, exp.UtcTime: None,
}  # fmt: skip
_WITHOUT_ARGUMENTS: tuple[type[exp.Expr], ...] = (
    exp.StrToUnix, exp.TimeToUnix, exp.UnixSeconds, exp.Date, exp.Timestamp, exp.Datetime, exp.TsOrDsToDate,
)  # fmt: skip
"""Functions that read the clock when they are called without arguments (`unix_timestamp()`)."""

_DAYS = {"now": 0, "today": 0, "tomorrow": 1, "yesterday": -1}
_WORD = re.compile(r"[a-z]+")
_IMPLICIT = frozenset({"postgres", "redshift"})
"""Dialects where a text becomes a time without a cast, as in `ts < 'now'`."""
_HINT = "write as_of() for the run's clock"


# --- what reads the clock -----------------------------------------------------------------------------------


def refusals(node: exp.Func, name: str) -> Iterator[Refusal] | None:
    """None for a function that reads no clock; else what is wrong with it, which may be nothing.

    Args:
        node: the call.
        name: its name in lower case, as it is written.
    """
    if isinstance(node, _WITHOUT_ARGUMENTS) and not any(node.iter_expressions()):
        return iter([Refusal("WHQ-S206", f'"{name}" without arguments reads the server\'s clock', _HINT, place(node))])
    if name == "age" and len(_arguments(node)) < 2:
        return iter(
            [Refusal("WHQ-S206", '"age" of one time reads the server\'s clock', "write age(as_of(), …)", place(node))]
        )
    if name in ("unix_timestamp", "to_unix_timestamp") and type(node) not in _KINDS and not _arguments(node):
        return iter([Refusal("WHQ-S206", f'"{name}" reads the server\'s clock', _HINT, place(node))])
    if type(node) not in _KINDS and not (isinstance(node, exp.Anonymous) and name in _NAMES):
        return None
    if name in _TIMES or _KINDS.get(type(node), "date") is None:
        return iter([Refusal("WHQ-S206", f'"{name}" is the time of day by the server\'s clock', _HINT, place(node))])
    if not all(isinstance(item, exp.Literal) and _is_harmless(item) for item in _arguments(node)):
        text = f'"{name}" takes no arguments here: the run\'s clock is in UTC'
        return iter([Refusal("WHQ-S206", text, _HINT, place(node))])
    return iter(())


def _is_harmless(argument: exp.Literal) -> bool:
    """Whether what a clock is given is a number of digits, or the zone that is meant anyway."""
    return not argument.is_string or argument.name.upper() in ("UTC", "ETC/UTC", "GMT")


def _arguments(node: exp.Expr) -> list[exp.Expr]:
    return [item for item in node.iter_expressions() if not isinstance(item, exp.Var)]


def mark(tree: exp.Expr, dialect: str) -> list[Refusal]:
    """Put the marker where the tree means the run's clock; what would be the server's clock in disguise is refused.

    The names of columns are resolved already, and the tree has a parent, so that its root can be replaced.
    """
    for call in list(tree.find_all(exp.Func)):
        name = call.name.lower() if isinstance(call, exp.Anonymous) else ""
        kind = _KINDS.get(type(call)) or ("date" if name in _DATES else "timestamp" if name in _TIMESTAMPS else None)
        if kind is not None and not isinstance(call.parent, exp.Dot):
            zoned = kind == "timestamp" and _is_zoned(call, name, dialect)
            call.replace(_marker("timestamptz" if zoned else kind, "yesterday" if name == "yesterday" else "now"))
    problems: list[Refusal] = []
    for text in list(tree.find_all(*_QUOTED)):
        is_text = not isinstance(text, exp.Literal) or text.is_string
        if is_text and _has_word(text.name) and not _is_marker(text.parent):
            problems += _marked_text(text, dialect)
    if dialect in _IMPLICIT:
        problems += [_hidden(cast) for cast in tree.find_all(exp.Cast) if _is_assembled(cast)]
    return problems


_QUOTED: tuple[type[exp.Expr], ...] = (exp.Literal, exp.ByteString, exp.National, exp.RawString)
"""The ways to write a text; `E'now'` of Postgres is a ByteString."""


def _is_zoned(call: exp.Expr, name: str, dialect: str) -> bool:
    """Whether the engine must be given an instant: BigQuery compares no TIMESTAMP with a DATETIME."""
    if isinstance(call, (exp.Localtimestamp, exp.CurrentDatetime)):
        return False
    if name == "as_of":
        columns = (column.meta.get(COLUMN) for column in call.parent.find_all(exp.Column)) if call.parent else ()
        types = {column.type for column in columns if isinstance(column, Column)}
        return dialect == "bigquery" and "timestamptz" in types
    return dialect == "bigquery" or isinstance(call.parent, exp.AtTimeZone)


def reads_clock(tree: exp.Expr) -> bool:
    """Whether the marker stands in a tree."""
    return any(_is_marker(call) for call in tree.find_all(exp.Anonymous))


def _marker(kind: str, word: str) -> exp.Expr:
    return exp.Anonymous(this=MARKER.upper(), expressions=[exp.Literal.string(kind), exp.Literal.string(word)])


def _is_marker(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() == MARKER


# --- texts --------------------------------------------------------------------------------------------------


def _has_word(text: str) -> bool:
    return len(text) < 100 and not _DAYS.keys().isdisjoint(_WORD.findall(text.lower()))


def _marked_text(text: exp.Expr, dialect: str) -> Iterator[Refusal]:
    """A text with the word `today` or the like: a cast of it is marked, a comparison with a time as well."""
    word, holder = text.name.strip().lower(), text.parent
    if isinstance(holder, exp.Cast) and holder.this is text and (kind := _time_of(holder.to)):
        if word in _DAYS and kind != "time":
            holder.replace(_marker(kind, word))
        else:
            yield _hidden(text)
    elif _in_a_cast(text) or isinstance(holder, _MAKE_TIMES):
        yield _hidden(text)
    elif dialect in _IMPLICIT and not _is_text_there(text):
        other = _compared_time(text)
        if other is not None and word in _DAYS:
            text.replace(_marker(other, word))
        else:
            yield _hidden(text)


_MAKE_TIMES = (
    exp.Date, exp.Datetime, exp.Timestamp, exp.TsOrDsToDate, exp.TsOrDsToDatetime, exp.TsOrDsToTime,
    exp.TsOrDsToTimestamp, exp.DateTrunc, exp.TimestampTrunc, exp.StrToTime, exp.StrToDate,
)  # fmt: skip


def _hidden(node: exp.Expr) -> Refusal:
    text = "this text becomes the server's clock" if isinstance(node, exp.Literal) else "this cast may read the clock"
    hint = f"{_HINT}, or cast(… as text) what it is compared with"
    return Refusal("WHQ-S206", text, hint, place(node))


def _time_of(kind: exp.DataType) -> str | None:
    """Which kind of time a type is, `time` for what is none that can be the run's clock."""
    name = str(getattr(kind.this, "value", kind.this)).upper()
    if name in ("DATE", "DATE32"):
        return "date"
    if name.startswith(("TIMESTAMPTZ", "TIMESTAMPLTZ")):
        return "timestamptz"
    if name.startswith(("TIMESTAMP", "DATETIME", "SMALLDATETIME")):
        return "timestamp"
    nested = name in ("ARRAY", "LIST") and any(_time_of(item) for item in kind.find_all(exp.DataType) if item != kind)
    return "time" if nested or name.startswith("TIME") or name in ("TSRANGE", "TSTZRANGE", "DATERANGE") else None


def _in_a_cast(text: exp.Expr) -> bool:
    """Whether a cast to a time takes the text in, through other functions: `('now' || '')::date`."""
    cast = text.find_ancestor(exp.Cast)
    while isinstance(cast, exp.Cast):
        if _time_of(cast.to) and not any(cast.this.find_all(exp.Case, exp.Query)):
            return not _is_time(cast.this)
        cast = cast.find_ancestor(exp.Cast)
    return False


def _is_assembled(cast: exp.Cast) -> bool:
    """Whether a cast to a time takes a text that is put together of constants: `('no' || 'w')::date`."""
    return (
        _time_of(cast.to) is not None
        and any(
            cast.this.find_all(exp.DPipe, exp.Concat, exp.ConcatWs, exp.Replace, exp.Reverse, exp.Lower, exp.Translate)
        )
        and not any(cast.this.find_all(exp.Column))
        and not _is_time(cast.this)
    )


_COMPARED = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.Between,
)  # fmt: skip
_MATCHED = (
    exp.Like, exp.ILike, exp.SimilarTo, exp.RegexpLike, exp.RegexpILike, exp.RegexpReplace, exp.RegexpExtract,
    exp.Replace, exp.Concat, exp.ConcatWs, exp.DPipe, exp.StrPosition, exp.Contains, exp.StartsWith, exp.EndsWith,
    exp.SplitPart, exp.Split, exp.Lower, exp.Upper, exp.Initcap, exp.Trim, exp.Length, exp.Left, exp.Right,
    exp.Substring, exp.MD5, exp.Translate, exp.GroupConcat, exp.JSONPathKey, exp.JSONPath, exp.JSONExtract,
    exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar, exp.JSONBContains, exp.JSONBExists, exp.Format,
)  # fmt: skip
"""What takes texts only."""
_CHOICES = (exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least)
_TEXTS = frozenset({"CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "TEXT", "NAME"})


def _is_text_there(node: exp.Expr) -> bool:
    """Whether a bare text stays a text where it stands, by what it is compared or put together with."""
    parent = node.parent
    if isinstance(parent, exp.Paren):
        return parent.parent is None or _is_text_there(parent)
    if isinstance(parent, _MATCHED):
        return True
    if isinstance(parent, _COMPARED):
        others = [item for item in parent.iter_expressions() if item is not node]
        columns = [item for item in others if not isinstance(item, exp.Literal)]
        return any(_is_text(item) for item in columns or others)
    if isinstance(parent, _CHOICES):
        return all(_is_text(item) for item in parent.iter_expressions()) and _is_text_there(parent)
    if isinstance(parent, (exp.If, exp.Case)):
        case = parent if isinstance(parent, exp.Case) else parent.parent
        if not isinstance(case, exp.Case) or node.arg_key not in ("true", "default"):
            return isinstance(case, exp.Case) and _is_text(case.this)
        return _is_text(case) and _is_text_there(case)
    if isinstance(parent, exp.Alias):
        return _is_text_there(parent)
    if isinstance(parent, exp.Select):
        return node.arg_key == "expressions" and parent.parent is None
    return isinstance(parent, exp.Cast) and not _time_of(parent.to)


def _is_text(node: exp.Expr | None) -> bool:
    """Whether an expression is surely a text; a bare text is one, as far as its neighbours say nothing else."""
    if isinstance(node, exp.Paren):
        return _is_text(node.this)
    if isinstance(node, exp.Literal):
        return bool(node.is_string)
    if isinstance(node, exp.Column):
        column = node.meta.get(COLUMN)
        return isinstance(column, Column) and column.type == "text"
    if isinstance(node, exp.Case):
        branches = [*(item.args["true"] for item in node.args["ifs"]), node.args.get("default") or exp.Null()]
        return all(isinstance(item, exp.Null) or _is_text(item) for item in branches)
    if isinstance(node, _CHOICES):
        return all(_is_text(item) for item in node.iter_expressions())
    if isinstance(node, exp.Cast):
        return str(getattr(node.to.this, "value", "")).upper() in _TEXTS
    return isinstance(node, _MATCHED) and not isinstance(node, (exp.Predicate, exp.Length, exp.StrPosition))


def _is_time(node: exp.Expr) -> bool:
    node = node.unnest()
    column = node.meta.get(COLUMN) if isinstance(node, exp.Column) else None
    if isinstance(column, Column):
        return column.type in ("date", "timestamp", "timestamptz")
    if isinstance(node, (exp.Add, exp.Sub)):
        return _is_time(node.this)
    return _is_marker(node) or isinstance(node, (exp.TimestampTrunc, exp.DateTrunc, exp.AtTimeZone))


def _compared_time(text: exp.Expr) -> str | None:
    """Which kind of time a text is compared with: `ts < 'now'`."""
    compared = text.parent
    for other in compared.iter_expressions() if isinstance(compared, _COMPARED) else ():
        inner = other.unnest()
        if isinstance(inner, exp.Cast) and (kind := _time_of(inner.to)) not in (None, "time"):
            return kind
        if other is not text and _is_time(other):
            column = inner.meta.get(COLUMN) if isinstance(inner, exp.Column) else None
            return "date" if isinstance(column, Column) and column.type == "date" else "timestamp"
    return None


# --- the run's time -----------------------------------------------------------------------------------------


def at(fragment: Fragment, as_of: datetime) -> Fragment:
    """The fragment with the run's time in the place of the markers.

    Args:
        fragment: checked SQL.
        as_of: the run's clock, in UTC and without a zone.
    """
    if not fragment.clock:
        return fragment
    root = exp.Paren(this=checked(fragment.text, fragment.dialect))
    for marker in list(root.find_all(exp.Anonymous)):
        if _is_marker(marker):
            kind, word = (item.name for item in marker.expressions)
            marker.replace(_literal(kind, word, as_of, fragment.dialect))
    return replace(fragment, text=root.this.sql(dialect=fragment.dialect))


def _literal(kind: str, word: str, as_of: datetime, dialect: str) -> exp.Expr:
    moment = as_of + timedelta(days=_DAYS[word])
    if kind == "date":
        return exp.cast(exp.Literal.string(moment.date().isoformat()), "date")
    if word != "now":
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if dialect == "clickhouse":
        to = exp.DataType.build("DateTime64(6, 'UTC')", dialect="clickhouse")
        return exp.Cast(this=exp.Literal.string(moment.isoformat(" ")), to=to)
    if kind == "timestamptz" and dialect != "mysql":
        return exp.cast(exp.Literal.string(f"{moment.isoformat(' ')}+00:00"), "timestamptz")
    return exp.cast(exp.Literal.string(moment.isoformat(" ")), "timestamp")
