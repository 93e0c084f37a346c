"""The rows behind a rule's number: failing rows, duplicated keys, rows without a parent, and values with their counts.

A run counts and sends none of the first three; who looks for the rows asks for them with a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlglot import exp

from whq.sql.bind import NULLS_FAIL, Exposed, Needs, bind, column, fragment, identifier
from whq.sql.fuse import Prepared, exposed, missing_in
from whq.sql.literals import literal
from whq.sql.relation import CHUNK, Relation, relation
from whq.sql.sources import Named, lookup, table
from whq.sql.templates import CELL
from whq.values import Dataset, Lookup, Output, Scope

ROWS = "whq_rows"
"""The column that counts the rows of a key or of a value."""


class Look(Struct, frozen=True):
    """A statement to look at rows with, the names of its columns, and the dataset's columns that it reads."""

    tree: exp.Query
    names: tuple[str, ...]
    columns: tuple[str, ...] = ()


def rows(dataset: Dataset, scope: Scope, prepared: Prepared, shown: Sequence[str], dialect: str, limit: int) -> Look:
    """The rows that break a predicate, the newest chunk first where the scope is cut by chunk."""
    base, names = _base(dataset, scope, [prepared[2]], shown, dialect)
    cell = _cell(base)
    listed = [*map(exp.column, cell), *(_shown(names, name) for name in shown)]
    tree = exp.Select(expressions=listed).from_("dataset", copy=False).where(_breaks(prepared, names, dataset))
    ordered = _newest_first(tree, cell).limit(limit, copy=False)
    return Look(_with(ordered, base.ctes), (*cell, *shown), base.columns)


def values(
    dataset: Dataset, scope: Scope, prepared: Prepared, name: str, dialect: str, least: int, limit: int
) -> tuple[Look, tuple[Output, ...]]:
    """The values of a column in rows that break a predicate, by cell, the most frequent first, and what they carry.

    Args:
        least: how many rows must share a value.
        limit: how many values there are at most, of all cells together.
    """
    base, names = _base(dataset, scope, [prepared[2]], (name,), dialect)
    cell = _cell(base)
    value, count = column(names[name, False]), _count()
    listed = [*map(exp.column, cell), exp.alias_(value, "whq_value"), exp.alias_(count, ROWS)]
    tree = exp.Select(expressions=listed).from_("dataset", copy=False).where(_breaks(prepared, names, dataset))
    tree = tree.group_by(*map(exp.column, cell), value.copy(), copy=False)
    tree = tree.having(exp.GTE(this=count.copy(), expression=literal(least)), copy=False)
    order = exp.Ordered(this=exp.column(ROWS), desc=True), exp.Ordered(this=exp.column("whq_value"))
    tree = tree.order_by(*order, copy=False).limit(limit, copy=False)
    look = Look(_with(tree, base.ctes), (*cell, "whq_value", ROWS), base.columns)
    return look, counted(look)


def counted(look: Look) -> tuple[Output, ...]:
    """What the columns of a statement carry whose last two are a value and its rows, after those of the cell."""
    cell = (Output(name.removeprefix("whq_")) for name in look.names[:-2])
    return (*cell, Output("value", 0), Output("n", 0))


def duplicated(dataset: Dataset, scope: Scope, keys: Sequence[str], dialect: str, limit: int) -> Look:
    """The keys that occur more than once with their rows, the most frequent first."""
    base, names = _base(dataset, scope, [], keys, dialect)
    cell = _cell(base)
    listed = [*map(exp.column, cell), *(_shown(names, name) for name in keys), exp.alias_(_count(), ROWS)]
    tree = exp.Select(expressions=listed).from_("dataset", copy=False)
    tree = tree.where(*(_is_there(column(names[name, False])) for name in keys), copy=False)
    tree = tree.group_by(*map(exp.column, cell), *(column(names[name, False]) for name in keys), copy=False)
    tree = tree.having(exp.GT(this=_count(), expression=literal(1)), copy=False)
    tree = tree.order_by(exp.Ordered(this=exp.column(ROWS), desc=True), copy=False).limit(limit, copy=False)
    return Look(_with(tree, base.ctes), (*cell, *keys, ROWS), base.columns)


def orphans(
    dataset: Dataset,
    scope: Scope,
    keys: Sequence[str],
    parent: Lookup,
    nulls_fail: bool,
    dialect: str,
    limit: int,
    least: int = 1,
) -> Look:
    """The keys without a parent with their rows, the most frequent first; those with a NULL part where they fail.

    `least` is how many rows must share a key.
    """
    base, names = _base(dataset, scope, [], keys, dialect)
    cell = _cell(base)
    inner = [column(names[name, False]) for name in keys]
    named = [exp.alias_(key, f"whq_key_{at}") for at, key in enumerate(inner)]
    children = exp.Select(expressions=[*map(exp.column, cell), *named, exp.alias_(_count(), ROWS)])
    children = children.from_("dataset", copy=False)
    if not nulls_fail:
        children = children.where(*(_is_there(key) for key in inner), copy=False)
    children = children.group_by(*map(exp.column, cell), *(key.copy() for key in inner), copy=False)
    found = [exp.column(f"column_{at}") for at in range(len(keys))]
    parents = exp.Select(expressions=found).from_("parent", copy=False).distinct(copy=False)
    matches = [
        exp.EQ(this=exp.column(f"whq_key_{at}"), expression=exp.column(f"column_{at}", table="whq_parents"))
        for at in range(len(keys))
    ]
    listed = [*map(exp.column, cell), *(exp.alias_(exp.column(f"whq_key_{at}"), identifier(name)) for at, name in
              enumerate(keys)), exp.column(ROWS)]  # fmt: skip
    tree = exp.Select(expressions=listed).from_("whq_children", copy=False)
    tree = tree.join(exp.to_table("whq_parents"), on=exp.and_(*matches), join_type="left", copy=False)
    tree = tree.where(exp.Is(this=exp.column("column_0", table="whq_parents"), expression=exp.Null()), copy=False)
    if least > 1:
        tree = tree.where(exp.GTE(this=exp.column(ROWS), expression=literal(least)), copy=False)
    tree = tree.order_by(exp.Ordered(this=exp.column(ROWS), desc=True), copy=False).limit(limit, copy=False)
    ctes = (*base.ctes, lookup("parent", parent, dialect), ("whq_children", children), ("whq_parents", parents))
    return Look(_with(tree, ctes), (*cell, *keys, ROWS), base.columns)


def newest(dataset: Dataset, scope: Scope, time: str, shown: Sequence[str], dialect: str, limit: int) -> Look:
    """The newest rows by a time column."""
    names_shown = tuple(dict.fromkeys((time, *shown)))
    base, names = _base(dataset, scope, [], names_shown, dialect)
    cell = _cell(base)
    listed = [*map(exp.column, cell), *(_shown(names, name) for name in names_shown)]
    tree = exp.Select(expressions=listed).from_("dataset", copy=False).where(_is_there(column(names[time, False])))
    order = exp.Ordered(this=column(names[time, False]), desc=True, nulls_first=False)
    tree = tree.order_by(order, copy=False).limit(limit, copy=False)
    return Look(_with(tree, base.ctes), (*cell, *names_shown), base.columns)


def returned(query: Lookup, dialect: str, limit: int) -> Look:
    """The rows of a user's own query; their columns are known when it has run."""
    tree = exp.Select(expressions=[exp.Star()]).from_(table(query.source, dialect, "whq_returned"), copy=False)
    return Look(tree.limit(limit, copy=False), ())


# --- parts --------------------------------------------------------------------------------------------------


def _base(
    dataset: Dataset, scope: Scope, needs: Iterable[Needs], shown: Sequence[str], dialect: str
) -> tuple[Relation, Mapping[Exposed, str]]:
    """The relation of the rows that the rule judges: of the analysis where it is cut by chunk."""
    judged = replace(scope, where=None, period="analysis" if scope.by_chunk else scope.period)
    also = [(name, False) for name in shown]
    if scope.where is not None:
        also += [(name, False) for name in scope.where.columns]
    names = exposed(needs, also)
    base = relation(dataset, judged, names, dialect, constants=False)
    if scope.where is None or needs:
        return base, names
    filtered = exp.Select(expressions=[exp.Star()]).from_("whq_all", copy=False)
    filtered = filtered.where(fragment(scope.where, dataset.columns), copy=False)
    ctes = (*base.ctes[:-1], ("whq_all", base.ctes[-1][1]), ("dataset", filtered))
    return replace(base, ctes=ctes), names


def _breaks(prepared: Prepared, names: Mapping[Exposed, str], dataset: Dataset) -> exp.Expr:
    """The condition of a failing row; one that the rule's filter leaves out is not evaluated."""
    request, template, _ = prepared
    breaks = bind(request, template, names, dataset)
    if request.argument(NULLS_FAIL):
        breaks = exp.or_(breaks, *missing_in(request, template, names), copy=False)
    if request.scope.where is None:
        return breaks
    considered = fragment(request.scope.where, dataset.columns)
    case = exp.Case(ifs=[exp.If(this=considered, true=exp.cast(breaks, "int"))])
    return exp.EQ(this=case, expression=literal(1))


def _cell(base: Relation) -> list[str]:
    """The cell's columns that differ from row to row."""
    return [name for name, varies in zip(CELL, base.varying, strict=True) if varies]


def _shown(names: Mapping[Exposed, str], name: str) -> exp.Expr:
    alias = names[name, False]
    return column(alias) if alias == name else exp.alias_(column(alias), identifier(name))


def _newest_first(tree: exp.Select, cell: Sequence[str]) -> exp.Select:
    if CHUNK not in cell:
        return tree
    return tree.order_by(exp.Ordered(this=exp.column(CHUNK), desc=True, nulls_first=False), copy=False)


def _is_there(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def _count() -> exp.Expr:
    return exp.Count(this=exp.Star(), big_int=True)


def _with(tree: exp.Query, ctes: Iterable[Named]) -> exp.Query:
    listed = [exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, query in ctes]
    tree.set("with_", exp.With(expressions=listed))
    return tree
