"""The logical relation `dataset`: the rows and columns that a scope reads, and the cell that each row belongs to.

Built in layers, each a CTE that stands only where it is needed:

    whq_joined     columns looked up in other tables
    whq_both       the rows of another dataset that are the reference, above the rows of this one
    whq_numbered   numbered rows, where a filter must not change the numbers
    whq_timed      the first and the last time of each numbered chunk, where only those of some time are read
    dataset        the needed columns, and the cell's
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from functools import lru_cache

import sqlglot
from msgspec import Struct
from msgspec.structs import replace
from sqlglot import exp

from whq.errors import CompileError, Problem, did_you_mean
from whq.sql.bind import Exposed, column, finite, fragment, identifier
from whq.sql.kinds import TYPE
from whq.sql.literals import double, literal
from whq.sql.names import match
from whq.sql.sources import Named, select, table
from whq.sql.templates import CELL
from whq.values import Column, Dataset, Fragment, Join, Period, Scope, Segment, Window

SEGMENT, PERIOD, CHUNK = CELL
NUMBERED = ("rows", "count")
"""Chunk units that count rows."""

_SOURCE = "whq_source"
_EARLIEST, _LATEST = "whq_earliest", "whq_latest"


class Relation(Struct, frozen=True):
    """CTEs that end with `dataset`; the cell's columns as trees, and which of them differ from row to row."""

    ctes: tuple[Named, ...]
    cell: tuple[exp.Expr, exp.Expr, exp.Expr]
    varying: tuple[bool, bool, bool]
    columns: tuple[str, ...]


class _Layer(Struct, frozen=True):
    """What the next CTE reads, the filters that are still to apply, and period and number where known."""

    ctes: tuple[Named, ...]
    origin: exp.Expr
    filters: tuple[exp.Expr, ...]
    period: exp.Expr
    number: exp.Expr | None = None


def relation(
    dataset: Dataset, scope: Scope, names: Mapping[Exposed, str], dialect: str, *, constants: bool = True
) -> Relation:
    """The CTEs of one scope. `names` are the columns to expose; `constants` keeps cell columns that never vary."""
    segment = _segment(dataset, scope)
    late = [item for item in (scope.where, segment.where if segment else None) if item is not None]
    needed = sorted({name for name, _ in names} | set(_read(dataset, scope, segment, late)))
    is_numbered = scope.by_chunk and dataset.chunking.unit in NUMBERED
    is_dealt = is_numbered and dataset.chunking.of == "reference" and not _order(dataset)
    window = scope.window
    within: tuple[exp.Expr, ...] = ()
    if is_numbered and dataset.chunking.of == "both" and window is not None:
        window, within = Window(end=window.end), _within_whole(dataset, window)
    layer = _rows(dataset, scope.period, window, needed, dialect, is_dealt=is_dealt)
    if is_numbered and layer.number is None:
        layer = _numbered(dataset, layer, needed, apart=bool(late or within))
        layer = _timed(dataset, layer, needed, within) if within else layer
    cell = (_segment_tree(segment), _period_tree(scope, layer), _chunk_tree(dataset, scope, layer))
    varying = (_varies(cell[0]), _varies(cell[1]), _varies(cell[2]))
    columns = [
        (alias, finite(column(name, _SOURCE), dataset.column(name).type) if is_finite else column(name))
        for (name, is_finite), alias in sorted(names.items())
    ]
    columns += [item for item, varies in zip(zip(CELL, cell, strict=True), varying, strict=True) if varies or constants]
    tree = select(columns, layer.origin, (*layer.filters, *(fragment(item, dataset.columns) for item in late)))
    return Relation((*layer.ctes, ("dataset", tree)), cell, varying, tuple(needed))


def _varies(tree: exp.Expr) -> bool:
    return tree.find(exp.Column, exp.Window) is not None


def _segment(dataset: Dataset, scope: Scope) -> Segment | None:
    if scope.segment is None:
        return None
    for segment in dataset.segments:
        if segment.name == scope.segment:
            return segment
    hint = did_you_mean(scope.segment, [segment.name for segment in dataset.segments])
    raise CompileError(Problem("WHQ-S107", "compile", f'{dataset.name} has no segment "{scope.segment}"', hint))


def _read(dataset: Dataset, scope: Scope, segment: Segment | None, late: list[Fragment]) -> Iterator[str]:
    """The columns that filters and cells read, beside those that are asked for."""
    is_whole = scope.window is None or scope.window.of_all
    told_apart = scope.by_chunk or scope.period is not None or not is_whole
    for item in (dataset.where, dataset.reference if told_apart else None, *late):
        if isinstance(item, Fragment):
            yield from item.columns
    if segment is not None and segment.column is not None:
        yield segment.column
    if dataset.time is not None and (scope.by_chunk or scope.window is not None):
        yield dataset.time
    if scope.by_chunk and dataset.chunking.unit in NUMBERED:
        yield from dataset.key


# --- rows ---------------------------------------------------------------------------------------------------


def _order(dataset: Dataset) -> list[str]:
    """The columns that say in which order the rows of numbered chunks stand."""
    return [name for name in (dataset.time, *dataset.key) if name is not None]


def _rows(
    dataset: Dataset,
    period: Period | None,
    window: Window | None,
    needed: list[str],
    dialect: str,
    *,
    is_dealt: bool = False,
) -> _Layer:
    """The rows of the wanted periods, from one source or from two; `is_dealt`: another dataset's rows, into chunks."""
    other = dataset.reference
    if not isinstance(other, Dataset):
        return _one_source(dataset, period, window, needed, dialect)
    analysis = _one_source(replace(dataset, reference=None), "analysis", window, needed, dialect)
    if period == "analysis":
        return replace(analysis, number=_FIRST.copy()) if is_dealt else analysis
    theirs = {name: counterpart(dataset, other, name) for name in needed}
    theirs_read = sorted({name for name in theirs.values() if name is not None})
    reference = _one_source(replace(other, reference=None), None, None, theirs_read, dialect, "whq_reference")
    columns: list[tuple[str, exp.Expr]] = [
        (name, exp.Null() if source is None else column(source)) for name, source in theirs.items()
    ]
    columns += [(CHUNK, _dealt(dataset.chunking.size or 1))] if is_dealt else []
    number = exp.column(CHUNK) if is_dealt else None
    if period == "reference":
        both: exp.Query = select(columns, reference.origin, reference.filters)
        return _Layer((*reference.ctes, ("whq_both", both)), _from("whq_both"), (), _text("reference"), number)
    mine = [*_kept(needed), *([(CHUNK, _FIRST.copy())] if is_dealt else [])]
    both = exp.Union(
        this=select([*columns, (PERIOD, _text("reference"))], reference.origin, reference.filters),
        expression=select([*mine, (PERIOD, _text("analysis"))], analysis.origin, analysis.filters),
        distinct=False,
    )
    ctes = (*reference.ctes, *analysis.ctes, ("whq_both", both))
    return _Layer(ctes, _from("whq_both"), (), exp.column(PERIOD), number)


_FIRST = exp.cast(exp.Literal.number(0), "bigint")
"""The number of a period's only chunk."""


_CARDS, _STEP = 10007, 6181
"""A prime, and about the golden part of it: steps of that size spread any regular pick of the rows evenly."""


def _dealt(parts: int) -> exp.Expr:
    """The part of a row where nothing orders them: they are dealt out as they come, so that parts are alike.

    The parts are of one size within some per cent, and so are those of every second or tenth row.
    """
    place = exp.Paren(this=exp.Mul(this=exp.Window(this=exp.RowNumber()), expression=literal(_STEP)))
    card = exp.Paren(this=exp.Mod(this=place, expression=literal(_CARDS)))
    share = exp.Div(
        this=exp.Mul(this=card, expression=literal(parts)), expression=double(_CARDS), typed=False, safe=False
    )
    return exp.cast(exp.Floor(this=share), "bigint")


def counterpart(dataset: Dataset, other: Dataset, name: str) -> str | None:
    """The column of the reference dataset that stands for a column of this one; None for a missing time or key."""
    if name == dataset.time:
        return other.time
    exact = match(name, [item.name for item in other.columns])
    if exact is None and name not in dataset.key:
        hint = did_you_mean(name, [item.name for item in other.columns])
        message = f'the reference dataset {other.name} has no column "{name}"'
        raise CompileError(Problem("WHQ-S107", "compile", message, hint))
    return exact


def _one_source(
    dataset: Dataset,
    period: Period | None,
    window: Window | None,
    needed: list[str],
    dialect: str,
    prefix: str = "whq",
) -> _Layer:
    filters = [fragment(dataset.where, dataset.columns)] if dataset.where is not None else []
    filters += _periods(dataset, period, window)
    tree = _period_of(dataset, period)
    joins = tuple(join for join in dataset.joins if any(name in needed for _, name in join.columns))
    dataset = replace(dataset, joins=joins)
    if not joins and not any(name in needed for name in dataset.absent):
        return _Layer((), table(dataset.source, dialect, _SOURCE), tuple(filters), tree)
    name = f"{prefix}_joined"
    return _Layer(((name, _joined(dataset, needed, dialect)),), _from(name), tuple(filters), tree)


def _from(name: str) -> exp.Expr:
    return exp.to_table(name, alias=_SOURCE)


def _text(word: str) -> exp.Expr:
    return exp.Literal.string(word)


def _kept(needed: list[str]) -> list[tuple[str, exp.Expr]]:
    return [(name, column(name)) for name in needed]


def _joined(dataset: Dataset, needed: list[str], dialect: str) -> exp.Query:
    """Each looked-up table is grouped by its key first, so that a key that stands twice there adds no rows."""
    looked_up: dict[str, exp.Expr] = {name: _nothing(dataset.column(name)) for name in dataset.absent}
    joins: list[exp.Join] = []
    for number, join in enumerate(dataset.joins):
        alias = f"whq_join_{number}"
        looked_up |= {name: exp.column(f"whq_value_{place}", alias) for place, (_, name) in enumerate(join.columns)}
        pairs = [
            exp.EQ(this=column(left, _SOURCE), expression=exp.column(f"whq_key_{place}", alias))
            for place, (left, _) in enumerate(join.on)
        ]
        grouped = _grouped(dataset, join, dialect).subquery(alias, copy=False)
        joins.append(exp.Join(this=grouped, side="LEFT", on=exp.and_(*pairs, copy=False)))
    columns = [(name, looked_up.get(name, column(name, _SOURCE))) for name in needed]
    tree = exp.Select(expressions=[exp.alias_(item, identifier(name)) for name, item in columns])
    tree = tree.from_(table(dataset.source, dialect, _SOURCE), copy=False)
    tree.set("joins", joins)
    return tree


_TYPE_NAMES = {"integer": "bigint", "text": "varchar", "float": "double", "decimal": "double", "boolean": "boolean"}


def _nothing(absent: Column) -> exp.Expr:
    """NULL of a column's type, where that has a name on every engine."""
    name = _TYPE_NAMES.get(absent.type)
    return exp.Null() if name is None else exp.cast(exp.Null(), name)


def _grouped(dataset: Dataset, join: Join, dialect: str) -> exp.Select:
    keys = [column(right) for _, right in join.on]
    values = [_greatest(column(item), dataset.column(name).type) for item, name in join.columns]
    listed = [exp.alias_(key, f"whq_key_{place}") for place, key in enumerate(keys)]
    listed += [exp.alias_(value, f"whq_value_{place}") for place, value in enumerate(values)]
    tree = exp.Select(expressions=listed).from_(table(join.source, dialect, "whq_lookup"), copy=False)
    return tree.group_by(*(key.copy() for key in keys), copy=False)


def _greatest(value: exp.Expr, kind: str) -> exp.Expr:
    """The greatest value; some engines have no MAX of booleans."""
    if kind != "boolean":
        return exp.Max(this=value)
    ifs = [exp.If(this=value, true=literal(1)), exp.If(this=exp.Not(this=value.copy()), true=literal(0))]
    return exp.EQ(this=exp.Max(this=exp.Case(ifs=ifs)), expression=literal(1))


# --- periods and the time window ----------------------------------------------------------------------------


def _periods(dataset: Dataset, period: Period | None, window: Window | None) -> list[exp.Expr]:
    """The filters of a period; the time column stays bare, so that the engine can skip what it need not read."""
    within = _within(dataset, window)
    if window is not None and window.of_all and period is None:
        return within
    if not isinstance(dataset.reference, Fragment):
        return [exp.Boolean(this=False)] if period == "reference" else within
    is_reference = fragment(dataset.reference, dataset.columns)
    if period == "reference":
        return [is_reference]
    if period == "analysis":
        certainly = exp.Coalesce(this=is_reference, expressions=[exp.Boolean(this=False)])
        return [exp.Not(this=certainly), *within]
    return [exp.or_(is_reference, exp.and_(*within, copy=False), copy=False)] if within else []


def _within(dataset: Dataset, window: Window | None) -> list[exp.Expr]:
    """Analysis rows from `since` to before `until`, and those without a time: no window can say where they belong."""
    if window is None:
        return []
    assert dataset.time is not None, dataset.name
    time = dataset.column(dataset.time)
    until = min((end for end in (window.until, window.end) if end is not None), default=None)
    bounds = ((exp.GTE, window.since), (exp.LT, until))
    within: list[exp.Expr] = [
        operator(this=column(time.name), expression=_moment(value, time.type)) for operator, value in bounds if value
    ]
    if not within or not time.nullable or window.of_all:
        return within
    timeless = exp.Is(this=column(time.name), expression=exp.Null())
    return [exp.or_(timeless, exp.and_(*within, copy=False), copy=False)]


def _moment(value: datetime, kind: str) -> exp.Expr:
    """A moment in UTC as a literal of the time column's own type."""
    if kind == "date" and value.time() == time():
        return literal(value.date())
    text = exp.Literal.string(value.isoformat(sep=" ") + ("+00:00" if kind == "timestamptz" else ""))
    return exp.cast(text, "timestamptz" if kind == "timestamptz" else "timestamp")


def _period_of(dataset: Dataset, period: Period | None) -> exp.Expr:
    if period is not None:
        return _text(period)
    if not isinstance(dataset.reference, Fragment):
        return _text("analysis")
    case = exp.If(this=fragment(dataset.reference, dataset.columns), true=_text("reference"))
    return exp.Case(ifs=[case], default=_text("analysis"))


# --- the cell -----------------------------------------------------------------------------------------------


def _segment_tree(segment: Segment | None) -> exp.Expr:
    if segment is None:
        return exp.cast(exp.Null(), "varchar")
    return exp.cast(column(segment.column), "varchar") if segment.column is not None else _text(segment.name)


def _period_tree(scope: Scope, layer: _Layer) -> exp.Expr:
    return layer.period if scope.by_chunk else exp.cast(exp.Null(), "varchar")


def _chunk_tree(dataset: Dataset, scope: Scope, layer: _Layer) -> exp.Expr:
    unit = dataset.chunking.unit
    counted = unit == "all" or unit in NUMBERED
    if not scope.by_chunk:
        return exp.cast(exp.Null(), "bigint" if counted else "timestamp")
    if unit == "all":
        return exp.cast(literal(0), "bigint")
    if layer.number is not None:
        return layer.number
    if dataset.time is None:
        message = f"{dataset.name} is cut by {unit} and has no time column"
        raise CompileError(Problem("WHQ-S111", "compile", message, "set `time`, or `chunk: {rows: 5000}`"))
    moment: exp.Expr = column(dataset.time)
    kind = dataset.column(dataset.time).type
    if kind != "timestamp":
        moment.meta[TYPE] = kind
        moment = exp.cast(moment, "timestamp")
    tree = _truncation(unit).copy()
    tree.find(exp.Placeholder).replace(moment)  # type: ignore[union-attr]
    return tree


@lru_cache(maxsize=16)
def _truncation(unit: str) -> exp.Expr:
    return sqlglot.parse_one(f"date_trunc('{unit}', $moment)", read="duckdb")


def _numbered(dataset: Dataset, layer: _Layer, needed: list[str], apart: bool) -> _Layer:
    """The layer with the number of each row's chunk, in a CTE of its own where later filters must not change it."""
    number = _number(dataset, layer.period)
    if not apart:
        return replace(layer, number=number)
    columns = [*_kept(needed), (PERIOD, layer.period), (CHUNK, number)]
    tree = select(columns, layer.origin, layer.filters)
    period = layer.period if isinstance(layer.period, exp.Literal) else exp.column(PERIOD)
    return _Layer((*layer.ctes, ("whq_numbered", tree)), _from("whq_numbered"), (), period, exp.column(CHUNK))


def _within_whole(dataset: Dataset, window: Window) -> tuple[exp.Expr, ...]:
    """Chunks of which a row lies in the window, by the times of their rows; () where all do."""
    assert dataset.time is not None, dataset.name
    kind = dataset.column(dataset.time).type
    bounds = ((exp.GTE, _LATEST, window.since), (exp.LT, _EARLIEST, window.until))
    return tuple(
        operator(this=exp.column(side), expression=_moment(value, kind)) for operator, side, value in bounds if value
    )


def _timed(dataset: Dataset, layer: _Layer, needed: list[str], within: tuple[exp.Expr, ...]) -> _Layer:
    """The layer without the analysis' chunks that have no row in the window; rows without a time are in none."""
    assert dataset.time is not None, dataset.name
    is_single = isinstance(layer.period, exp.Literal)
    of_chunk = [exp.column(CHUNK)] if is_single else [exp.column(PERIOD), exp.column(CHUNK)]
    sides = [
        (name, exp.Window(this=function(this=column(dataset.time)), partition_by=[item.copy() for item in of_chunk]))
        for name, function in ((_EARLIEST, exp.Min), (_LATEST, exp.Max))
    ]
    columns = [*_kept(needed), (PERIOD, layer.period), (CHUNK, exp.column(CHUNK)), *sides]
    tree = select(columns, layer.origin, layer.filters)
    kept = [exp.Is(this=column(dataset.time), expression=exp.Null()), exp.and_(*within, copy=False)]
    if not is_single:
        kept.append(exp.EQ(this=exp.column(PERIOD), expression=_text("reference")))
    period = layer.period if is_single else exp.column(PERIOD)
    filters = (exp.or_(*kept, copy=False),)
    return _Layer((*layer.ctes, ("whq_timed", tree)), _from("whq_timed"), filters, period, exp.column(CHUNK))


def _number(dataset: Dataset, period: exp.Expr) -> exp.Expr:
    """The chunk's index within the period, by time and then key; rows without a time have none."""
    size = dataset.chunking.size or 1
    missing = exp.Is(this=column(dataset.time), expression=exp.Null()) if dataset.time is not None else None
    parts = [] if isinstance(period, exp.Literal) else [period.copy()]
    if missing is not None:
        parts.append(exp.Case(ifs=[exp.If(this=missing, true=literal(1))], default=literal(0)))
    by = _order(dataset)
    order = exp.Order(expressions=[exp.Ordered(this=column(name)) for name in by]) if by else None
    if not by and dataset.chunking.of == "reference":
        number: exp.Expr = _dealt(size)
    elif dataset.chunking.unit == "count":
        window: exp.Expr = exp.Window(this=exp.Ntile(this=literal(size)), partition_by=parts, order=order)
        number = exp.Sub(this=window, expression=literal(1))
    else:
        window = exp.Window(this=exp.RowNumber(), partition_by=parts, order=order)
        place = exp.Paren(this=exp.Sub(this=window, expression=literal(1)))
        number = exp.Floor(this=exp.Div(this=place, expression=double(size), typed=False, safe=False))
    number = exp.cast(number, "bigint")
    if dataset.chunking.of == "reference":
        is_analysis = exp.EQ(this=period.copy(), expression=_text("analysis"))
        number = exp.Case(ifs=[exp.If(this=is_analysis, true=_FIRST.copy())], default=number)
    return exp.Case(ifs=[exp.If(this=exp.Not(this=missing.copy()), true=number)]) if missing is not None else number
