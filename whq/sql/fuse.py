"""Statements: many aggregates and predicates over one scope in one SELECT, or one query template on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from sqlglot import exp

from whq.sql.bind import NULLS_FAIL, Exposed, Needs, bind, column, fragment
from whq.sql.literals import literal
from whq.sql.relation import NUMBERED, Relation, relation
from whq.sql.sources import Named, lookup
from whq.sql.templates import CELL, Template
from whq.values import ColumnName, Dataset, Output, Request, Scope

Prepared = tuple[Request, Template, Needs]
"""A request with its template and the columns and relations that it reads."""

Counting = Callable[[exp.Expr], exp.Expr]
"""How rows are counted for which a condition is true. The count is NULL where the condition is NULL for every row."""


class Statement(Struct, frozen=True):
    """A tree, what its columns carry, and the dataset's columns that it reads."""

    tree: exp.Query
    outputs: tuple[Output, ...]
    columns: tuple[str, ...]


def exposed(all_needs: Iterable[Needs], also: Iterable[Exposed] = ()) -> dict[Exposed, str]:
    """The name under which the dataset exposes each column.

    Where a column is read both as it is and without NaN and infinities, the second gets a name of its own.
    """
    columns = sorted({*also, *(item for needs in all_needs for item in needs.columns)})
    return {
        (name, finite): f"whq_finite_{number}" if finite and (name, False) in columns else name
        for number, (name, finite) in enumerate(columns)
    }


def fuse(
    dataset: Dataset, scope: Scope, prepared: Sequence[Prepared], dialect: str, *, apart: bool = False
) -> Statement:
    """Every aggregate and predicate in one SELECT, one row a cell; one row at all where nothing is cut.

    `apart` counts the rows that break a rule in a subquery with that filter instead of a CASE; nothing may be cut.
    """
    timed = scope.by_chunk and dataset.chunking.unit in NUMBERED and dataset.time is not None
    times: list[Exposed] = [(dataset.time, False)] if timed and dataset.time is not None else []
    names = exposed((needs for _, _, needs in prepared), times)
    rows = relation(dataset, scope, names, dialect, constants=False)
    cell = [
        exp.column(name) if varies else exp.alias_(tree, name)
        for name, tree, varies in zip(CELL, rows.cell, rows.varying, strict=True)
    ]
    listed: list[exp.Expr] = [*cell, exp.alias_(_count(), "whq_rows")]
    outputs = [Output(name) for name in ("segment", "period", "chunk", "rows")]
    for item in times:
        listed += [exp.alias_(kind(this=column(names[item])), name) for kind, name in _SPAN]
        outputs += [Output("start"), Output("end")]
    number = 0
    for place, (request, template, _) in enumerate(prepared):
        for name, tree in _trees(request, template, names, dataset, _filtered if apart else _sum):
            listed.append(exp.alias_(tree, f"v{number}", copy=False))
            outputs.append(Output(name, place))
            number += 1
    tree = exp.Select(expressions=listed).from_("dataset", copy=False)
    groups = [exp.column(name) for name, varies in zip(CELL, rows.varying, strict=True) if varies]
    if groups:
        tree = tree.group_by(*groups, copy=False)
    ctes = (*rows.ctes, *_relations(prepared, dialect))
    statement = with_ctes(tree, ctes)
    if apart:
        _inline(statement)
    return Statement(statement, tuple(outputs), rows.columns)


_SPAN: tuple[tuple[type[exp.Expr], str], ...] = ((exp.Min, "whq_start"), (exp.Max, "whq_end"))


def _count() -> exp.Expr:
    return exp.Count(this=exp.Star(), big_int=True)


def _relations(prepared: Iterable[Prepared], dialect: str) -> list[Named]:
    return [lookup(name, rows, dialect) for _, _, needs in prepared for name, rows in needs.relations]


def with_ctes(tree: exp.Query, ctes: Iterable[Named]) -> exp.Query:
    """The tree with CTEs put before its own."""
    inner = tree.args.get("with_")
    listed = [exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, query in ctes]
    tree.set("with_", exp.With(expressions=[*listed, *(inner.expressions if inner else [])]))
    return tree


def _inline(tree: exp.Query) -> None:
    """Mark the CTEs NOT MATERIALIZED, so that filters reach the table."""
    for relation_of in tree.args["with_"].expressions:
        relation_of.set("materialized", False)


def _trees(
    request: Request, template: Template, names: Mapping[Exposed, str], dataset: Dataset, counting: Counting
) -> list[tuple[str, exp.Expr]]:
    """The output columns of one aggregate or predicate."""
    tree = bind(request, template, names, dataset)
    if template.shape == "aggregate":
        return [("value", tree)]
    return _counted(request, template, tree, names, dataset, counting)


def _counted(
    request: Request,
    template: Template,
    breaks: exp.Expr,
    names: Mapping[Exposed, str],
    dataset: Dataset,
    counting: Counting,
) -> list[tuple[str, exp.Expr]]:
    """How many rows break a rule, of how many; a rule's own filter says which are considered.

    Where the rule is NULL for every row (a column of NULLs only), the number of rows that break it is NULL too.
    """
    if request.argument(NULLS_FAIL):
        breaks = exp.or_(breaks, *missing_in(request, template, names), copy=False)
    if request.scope.where is None:
        return [("failing", counting(breaks)), ("of", _count())]
    considered = fragment(request.scope.where, dataset.columns)
    chosen = exp.Case(ifs=[exp.If(this=considered.copy(), true=breaks)])
    return [("failing", counting(chosen)), ("of", _or_zero(counting(considered)))]


def missing_in(request: Request, template: Template, names: Mapping[Exposed, str]) -> list[exp.Expr]:
    """Whether each column that is itself an argument is NULL, in the order of the arguments."""
    return [exp.Is(this=column(names[item]), expression=exp.Null()) for item in _tested(request, template, names)]


def _tested(request: Request, template: Template, names: Mapping[Exposed, str]) -> list[Exposed]:
    """The columns that are themselves arguments, in their order."""
    values = [request.argument(argument.name) for argument in template.arguments]
    items = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
    keys = [(item.name, False) for item in items if isinstance(item, ColumnName)]
    return [key if key in names else (key[0], True) for key in keys]


def _filtered(condition: exp.Expr) -> exp.Expr:
    """The rows for which a condition is true, counted with a filter; NULL where the condition is NULL for every row.

    A condition on one column is NULL for every row where `count(column)` is 0, which costs next to nothing. Any other
    condition is looked at by EXISTS, which in most tables ends at the first row.
    """
    counted = exp.Subquery(this=_from_dataset(_count(), condition))
    if isinstance(condition, exp.Is):  # `x is null` is never NULL itself
        return counted
    return exp.Case(ifs=[exp.If(this=_is_ever_known(condition), true=counted)])


_STRICT = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Paren, exp.Neg, exp.Not, exp.And, exp.Or, exp.In,
    exp.Between, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.RegexpLike, exp.Cast, exp.DataType,
)  # fmt: skip
"""Nodes that are NULL only where one of their operands is."""


def _is_ever_known(condition: exp.Expr) -> exp.Expr:
    """Whether a condition is true or false for some row of the dataset."""
    columns = {node.name: node for node in condition.find_all(exp.Column)}
    if len(columns) == 1 and all(type(node) in _STRICT for node in condition.walk()):
        (column_node,) = columns.values()
        return exp.GT(this=exp.Count(this=column_node.copy(), big_int=True), expression=literal(0))
    is_known = exp.Not(this=exp.Is(this=exp.Paren(this=condition.copy()), expression=exp.Null()))
    return exp.Exists(this=_from_dataset(literal(1), is_known))


def _from_dataset(value: exp.Expr, condition: exp.Expr) -> exp.Select:
    return exp.Select(expressions=[value]).from_("dataset", copy=False).where(condition, copy=False)


def _sum(condition: exp.Expr) -> exp.Expr:
    """Rows counted by adding up 1 and 0: a sum over NULLs only is NULL."""
    total = exp.Sum(this=exp.cast(condition, "int", copy=False))
    return _or_zero(total) if isinstance(condition, exp.Is) else total


def _or_zero(total: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=total, expressions=[literal(0)])


def alone(dataset: Dataset, scope: Scope, prepared: Prepared, dialect: str) -> Statement:
    """The statement of one query template, with the CTEs of its dataset and of the relations that it reads."""
    request, template, needs = prepared
    names = exposed([needs])
    rows: Relation = relation(dataset, scope, names, dialect)
    tree = bind(request, template, names, dataset)
    outputs = [Output(name) for name in ("segment", "period", "chunk")] + [Output(name, 0) for name in template.outputs]
    assert isinstance(tree, exp.Query)
    cell = zip(CELL, rows.cell, rows.varying, strict=True)
    ungroup(tree, {name: value for name, value, varies in cell if not varies})
    reads = any(table.name == "dataset" for table in tree.find_all(exp.Table))
    ctes = (*(rows.ctes if reads else ()), *_relations([prepared], dialect))
    return Statement(with_ctes(tree, ctes) if ctes else tree, tuple(outputs), rows.columns if reads else ())


def ungroup(tree: exp.Expr, constants: Mapping[str, exp.Expr]) -> None:
    """Take columns of the cell that are the same in every row out of GROUP BY, PARTITION BY and ON: each costs time.

    A GROUP BY keeps its other columns. Where none is left, `having count(*) > 0` takes its place: a SELECT without
    GROUP BY returns a row even where there are no rows.
    """
    nodes = list(tree.find_all(exp.Alias, exp.Window, exp.Select, exp.Join))
    computed = {node.alias for node in nodes if isinstance(node, exp.Alias) and not isinstance(node.this, exp.Column)}
    fixed = {name: value for name, value in constants.items() if name not in computed}
    for window in (node for node in nodes if isinstance(node, exp.Window)):
        window.set("partition_by", [item for item in window.args.get("partition_by") or () if item.name not in fixed])
    for join in (node for node in nodes if isinstance(node, exp.Join)):
        _join_less(join, fixed)
    for select in (node for node in nodes if isinstance(node, exp.Select)):
        group = select.args.get("group")
        remaining = [item for item in group.expressions if item.name not in fixed] if group else []
        if group and len(remaining) < len(group.expressions):
            _regroup(select, remaining)
            select.set("expressions", [_constant(item, fixed) for item in select.expressions])


def _regroup(select: exp.Select, remaining: list[exp.Expr]) -> None:
    if remaining:
        select.args["group"].set("expressions", remaining)
        return
    select.set("group", None)
    select.having(exp.GT(this=_count(), expression=literal(0)), copy=False)


def _constant(item: exp.Expr, fixed: Mapping[str, exp.Expr]) -> exp.Expr:
    is_fixed = isinstance(item, exp.Column) and item.name in fixed
    return exp.alias_(fixed[item.name].copy(), item.name) if is_fixed else item


def _join_less(join: exp.Join, fixed: Mapping[str, exp.Expr]) -> None:
    """An inner join without the conditions that always hold; without any it is a cross join."""
    condition = join.args.get("on")
    if condition is None or join.side:
        return
    every = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    remaining = [item for item in every if not _always(item, fixed)]
    if len(remaining) < len(every):
        join.set("on", exp.and_(*remaining, copy=False) if remaining else None)
        join.set("kind", join.kind if remaining else "CROSS")


def _always(condition: exp.Expr, fixed: Mapping[str, exp.Expr]) -> bool:
    """Whether both sides are one column of the cell, the same in every row."""
    if not isinstance(condition, exp.NullSafeEQ):
        return False
    names = {side.name if isinstance(side, exp.Column) else "" for side in (condition.this, condition.expression)}
    return len(names) == 1 and names <= fixed.keys()
