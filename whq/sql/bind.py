"""Binding: a template is parsed once for a shape of arguments; the arguments are put into copies of its tree.

Nothing of a user's is pasted as text. Names become quoted identifiers, values literals, fragments the trees that
the guard has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError

from whq.catalog import is_enum, is_string
from whq.errors import CompileError, Problem, did_you_mean
from whq.sql import allowlist
from whq.sql.bins import bins
from whq.sql.constructs import NATIVE
from whq.sql.ensemble import Operand, out_of_fold, score, share
from whq.sql.kinds import TYPE
from whq.sql.literals import literal
from whq.sql.parse import checked
from whq.sql.render import Seen, render, shape_of
from whq.sql.templates import CELL, Argument, Template
from whq.values import (
    Coded,
    Column,
    ColumnName,
    CrossFitted,
    Cuts,
    Dataset,
    Ensemble,
    Fragment,
    LogicalType,
    Lookup,
    Request,
    Rows,
    Share,
    Value,
)

SOURCE_DIALECT = "duckdb"
NULLS_FAIL = "nulls_fail"
"""The argument that every predicate takes: a NULL in one of its columns breaks the rule."""

LARGEST = "1.7976931348623157e308"
Exposed = tuple[str, bool]
"""A column as a request reads it: its name, and whether values that are not finite are NULL."""


class Needs(Struct, frozen=True):
    """What a request reads: columns of its dataset, and relations that it brings along."""

    columns: frozenset[Exposed]
    relations: tuple[tuple[str, Rows | Lookup], ...] = ()


# --- values as trees ----------------------------------------------------------------------------------------


def column(name: str, table: str | None = None) -> exp.Column:
    """A column of the dataset."""
    return exp.Column(this=identifier(name), table=exp.to_identifier(table) if table else None)


def finite(value: exp.Expr, kind: LogicalType = "float") -> exp.Expr:
    """The value, NULL where it is NaN or infinite. A decimal is compared as one: it may be too large for a double."""
    largest: exp.Expr = exp.Literal.number(LARGEST)
    if kind == "float":
        largest = exp.cast(largest, "double")
    return exp.Case(ifs=[exp.If(this=exp.LTE(this=exp.Abs(this=value.copy()), expression=largest), true=value)])


@lru_cache(maxsize=4096)
def _fragment(text: str, dialect: str, types: tuple[tuple[str, LogicalType], ...]) -> exp.Expr:
    tree = _bare(checked(text, dialect))
    of = dict(types)
    for column in tree.find_all(exp.Column):
        if column.name in of:
            column.meta[TYPE] = of[column.name]
    tree.meta[NATIVE] = dialect
    return tree


def _bare(tree: exp.Expr) -> exp.Expr:
    """The tree without source positions: copying them costs more than copying the nodes."""
    for node in tree.walk():
        node._meta = None
    return tree


def fragment(checked: Fragment, columns: Iterable[Column] = ()) -> exp.Expr:
    """A copy of a checked fragment's tree, marked as written in its dialect.

    Args:
        checked: SQL that has passed the guard.
        columns: the dataset's columns; their types decide how the SQL is rewritten for another dialect.
    """
    types = tuple((column.name, column.type) for column in columns if column.name in checked.columns)
    return _fragment(checked.text, checked.dialect, types).copy()


def identifier(name: str) -> exp.Identifier:
    """The name as an identifier, quoted unless it is one of whq's own.

    >>> [identifier(name).sql("postgres") for name in ("Order Id", "whq_chunk")]
    ['"Order Id"', 'whq_chunk']
    """
    return exp.to_identifier(name, quoted=not name.startswith("whq_"))


# --- arguments ----------------------------------------------------------------------------------------------


def arguments(request: Request, template: Template) -> dict[str, Value]:
    """The arguments of a request, defaults filled in. Raises CompileError for a missing, unknown or misshapen one."""
    values: dict[str, Value] = {name: value for name, value in request.arguments if value is not None}
    for name, value in values.items():
        argument = template.argument(name)
        if argument is None and not (name == NULLS_FAIL and template.shape == "predicate"):
            names = [item.name for item in template.arguments]
            raise _wrong("WHQ-S105", f'{template.name} takes no argument "{name}"', did_you_mean(name, names))
        if argument is not None and not _fits(argument, value):
            raise _wrong("WHQ-S106", f"{template.name}: `{name}` must be {_wanted(argument)}", f"found {_shown(value)}")
    for argument in template.arguments:
        if argument.name not in values and argument.default is not None and not argument.takes_columns:
            values[argument.name] = argument.default
        if argument.required and argument.name not in values:
            raise _wrong("WHQ-S105", f"{template.name} needs the argument `{argument.name}`", argument.doc or None)
    return values


def _wrong(code: str, message: str, hint: str | None = None) -> CompileError:
    return CompileError(Problem(code, "template", message, hint))


_SCALARS = (bool, int, float, Decimal, str, date)
_TYPES: dict[str, tuple[type, ...]] = {
    "column": (ColumnName, Fragment), "columns": (tuple,), "number": (int, float, Decimal), "integer": (int,),
    "text": (str,), "boolean": (bool,), "scalar": _SCALARS, "list": (tuple,), "expression": (Fragment,),
    "lookup": (Lookup,), "pattern": (str,), "select": (Lookup,), "cuts": (Cuts,), "codes": (tuple,), "rows": (Rows,),
    "model": (Ensemble, CrossFitted), "share": (Share,),
}  # fmt: skip


def _fits(argument: Argument, value: Value) -> bool:
    if isinstance(value, bool) and argument.kind in ("number", "integer"):
        return False
    if argument.choices and value not in argument.choices:
        return False
    if argument.kind == "columns":
        return isinstance(value, tuple) and bool(value) and all(isinstance(item, ColumnName) for item in value)
    if argument.kind == "codes":
        return isinstance(value, tuple) and bool(value) and all(isinstance(item, Coded) for item in value)
    if argument.kind == "list":
        return isinstance(value, tuple) and all(item is None or isinstance(item, _SCALARS) for item in value)
    return isinstance(value, _TYPES[argument.kind])


def _wanted(argument: Argument) -> str:
    if argument.choices:
        return f"one of {', '.join(argument.choices)}"
    return _WORDS.get(argument.kind) or f"a {argument.kind}"


_WORDS = {
    "columns": "a list of columns", "integer": "an integer", "text": "text", "boolean": "true or false",
    "scalar": "one value", "list": "a list of values", "expression": "a SQL expression", "lookup": "a table's columns",
    "pattern": "a regular expression", "select": "a SELECT",
    "cuts": "points that cut an axis", "codes": "a list of columns to code",
    "rows": "rows of values", "model": "a model", "share": "a share of the rows",
}  # fmt: skip


def _shown(value: Value) -> str:
    text = repr(value) if isinstance(value, _SCALARS) else type(value).__name__.lower()
    return text if len(text) <= 60 else f"{text[:57]}…"


def needs(request: Request, template: Template, dataset: Dataset) -> Needs:
    """The columns and relations that a request reads. Raises CompileError where a column does not fit."""
    columns: set[Exposed] = set()
    relations: list[tuple[str, Rows | Lookup]] = []
    for name, value in arguments(request, template).items():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, ColumnName):
                columns.add(_exposed(item.name, template.argument(name), template, dataset))
            elif isinstance(item, Fragment):
                columns |= {(read, False) for read in item.columns}
            elif isinstance(item, (Rows, Lookup)):
                relations.append((name, item))
            elif isinstance(item, Coded):
                columns.add(_exposed(item.column, None, template, dataset))
            elif isinstance(item, (Ensemble, CrossFitted, Share)):
                columns |= {exposed_to_model(read, dataset) for read in _read_by(item)}
    if template.shape == "predicate" and request.scope.where is not None:
        columns |= {(read, False) for read in request.scope.where.columns}
    return Needs(frozenset(columns), tuple(relations))


def _exposed(name: str, argument: Argument | None, template: Template, dataset: Dataset) -> Exposed:
    try:
        column = dataset.column(name)
    except KeyError:
        hint = did_you_mean(name, [item.name for item in dataset.columns])
        raise _wrong("WHQ-S107", f'{dataset.name} has no column "{name}"', hint) from None
    if argument is not None and not argument.accepts(column):
        family = " or ".join(argument.family)
        message = f'{template.name} needs a {family} column; "{name}" is {column.type} ({column.native or column.type})'
        raise _wrong("WHQ-S108", message)
    looked_up = {alias for join in dataset.joins for _, alias in join.columns}
    if name.lower().startswith("whq_") and name not in looked_up:
        message = f'the column "{name}" cannot be used: names that begin with whq_ are reserved'
        raise _wrong("WHQ-S107", message, "rename it in a `query`")
    return name, template.finite and column.is_a("nonfinite")


def _read_by(value: Ensemble | CrossFitted | Share) -> tuple[str, ...]:
    """The columns that a model or a share of the rows reads."""
    if isinstance(value, Ensemble):
        return value.read
    models = value.models if isinstance(value, CrossFitted) else ()
    return tuple(dict.fromkeys((*value.key, *(name for model in models for name in model.read))))


def exposed_to_model(name: str, dataset: Dataset) -> Exposed:
    """How a model reads a column: what is not finite is NULL, whatever the template says of its columns."""
    exposed, _ = _exposed(name, None, _PLAIN, dataset)
    return exposed, dataset.column(name).is_a("nonfinite")


_PLAIN = Template("", "", "query", "")


# --- templates as trees -------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def parsed(template: Template, seen: Seen) -> exp.Expr:
    """The tree for one shape of arguments, with placeholders. Raises CompileError where the header says another."""
    text = render(template, seen)
    try:
        trees = [tree for tree in sqlglot.parse(text, read=SOURCE_DIALECT) if tree is not None]
    except (ParseError, TokenError) as error:
        raise _not_sql(template, error) from None
    except (RecursionError, SqlglotError) as error:
        raise template.fail("WHQ-S109", f"the SQL cannot be read: {error}") from None
    if len(trees) != 1:
        raise template.fail("WHQ-S109", f"a template holds one statement, this one holds {len(trees)}")
    tree = trees[0]
    is_query = isinstance(tree, exp.Query)
    if is_query != (template.shape == "query"):
        found_shape = "a SELECT" if is_query else "an expression"
        raise template.fail("WHQ-S109", f"the header says {template.shape}, the text is {found_shape}")
    _check_nodes(template, tree)
    if isinstance(tree, exp.Query) and tuple(tree.named_selects) != (*CELL, *template.outputs):
        hint = f"it must return {', '.join((*CELL, *template.outputs))}"
        raise template.fail("WHQ-S109", f"the SELECT returns {', '.join(tree.named_selects)}", hint)
    return _bare(tree)


def _not_sql(template: Template, error: Exception) -> CompileError:
    details = getattr(error, "errors", None) or [{}]
    message = details[0].get("description") or str(error)
    return template.fail(
        "WHQ-S109", f"the SQL does not parse: {message}", None, details[0].get("line") or 1, details[0].get("col") or 1
    )


_NODES = allowlist.OPERATORS | allowlist.PARTS | allowlist.QUERY_PARTS | {exp.Placeholder, exp.Kwarg}


def _check_nodes(template: Template, tree: exp.Expr) -> None:
    """Refuse what is no SELECT, and tables other than `dataset` and the template's relations.

    Functions are checked later: the support table says which of them a dialect has.
    """
    readable = {cte.alias for cte in tree.find_all(exp.CTE)} | {"dataset"}
    readable |= {argument.name for argument in template.arguments if argument.kind in ("rows", "lookup", "select")}
    for node in tree.walk():
        if isinstance(node, exp.Table):
            if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.name not in readable:
                hint = f"a template reads {', '.join(sorted(readable))}"
                raise template.fail("WHQ-S109", f"the template reads {node.sql(SOURCE_DIALECT)}", hint)
        elif type(node) not in _NODES and not isinstance(node, exp.Func):
            raise template.fail("WHQ-S109", f"{type(node).__name__} is not allowed in a template")
    if not template.packaged and isinstance(tree, exp.Query):
        _check_qualified(template, tree)


def _check_qualified(template: Template, tree: exp.Query) -> None:
    """`a.name` must be a column of a: on Postgres and Redshift another name would call a function with a's row."""
    from sqlglot.optimizer.scope import Scope, traverse_scope

    for scope in traverse_scope(tree):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, Scope) and isinstance(source.expression, exp.Query):
                outputs = source.expression.named_selects
                is_known = "*" in outputs or column.name in outputs
            else:
                is_dataset = isinstance(source, exp.Table) and source.name == "dataset"
                is_known = not is_dataset or column.name.startswith("whq_")
            if not is_known:
                raise template.fail("WHQ-S109", f'"{column.table}" has no column "{column.name}"')


def bind(request: Request, template: Template, names: Mapping[Exposed, str], dataset: Dataset) -> exp.Expr:
    """The template's tree with the request's arguments in the place of its placeholders.

    Args:
        names: the name under which the CTE `dataset` has each column that the request reads.

    Raises:
        CompileError: an argument is missing or unfit, or the template does not use it as it may.
    """
    everything = arguments(request, template)
    tree = exp.Paren(this=parsed(template, shape_of(everything, template)).copy())
    values = {name: value for name, value in everything.items() if not isinstance(value, (Rows, Lookup))}
    for holder in list(tree.find_all(exp.Placeholder)):
        _replace(holder, template, values, names, dataset)
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name.lower() == "whq_bin":
            call.replace(_bins(call, template, values))
    return tree.this  # type: ignore[no-any-return]


def _replace(
    holder: exp.Placeholder,
    template: Template,
    values: Mapping[str, Value],
    names: Mapping[Exposed, str],
    dataset: Dataset,
) -> None:
    name, value = _looked_up(str(holder.this), values)
    if isinstance(value, Cuts):
        if not isinstance(holder.parent, exp.Anonymous) or holder.parent.name.lower() != "whq_bin":
            raise template.fail("WHQ-S109", f"${name} cuts an axis", f"write it as whq_bin(…, ${name})")
        return
    if value is None:
        raise template.fail("WHQ-S105", f"the text uses ${name}, and no argument of that name was given")
    if isinstance(value, tuple):
        _replace_list(holder, template, name, value)
    elif isinstance(value, ColumnName):
        exposed = column(names[_exposed(value.name, None, template, dataset)])
        exposed.meta[TYPE] = dataset.column(value.name).type
        as_text = _is_read_as_text(template, template.argument(name), dataset.column(value.name))
        holder.replace(exp.cast(exposed, "varchar") if as_text else exposed)
    elif isinstance(value, Coded):
        holder.replace(_coded(value, names[_exposed(value.column, None, template, dataset)], dataset))
    elif isinstance(value, Fragment):
        holder.replace(exp.Paren(this=fragment(value, dataset.columns)))
    elif isinstance(value, (Ensemble, CrossFitted, Share)):
        holder.replace(exp.Paren(this=_scored(value, names, dataset)))
    elif isinstance(holder.parent, _QUANTILES) and isinstance(value, float):
        holder.replace(exp.Literal.number(repr(value)))
    else:
        holder.replace(_literal(template, name, value))


def _coded(value: Coded, name: str, dataset: Dataset) -> exp.Expr:
    """The text of the part that a value lies in: CASE WHEN x IS NULL THEN '-' ELSE … END."""
    read = column(name)
    read.meta[TYPE] = dataset.column(value.column).type
    missing = exp.If(this=exp.Is(this=read.copy(), expression=exp.Null()), true=exp.Literal.string("-"))
    if value.cuts is not None:
        code: exp.Expr = exp.cast(bins(exp.cast(read, "double"), value.cuts), "varchar")
    else:
        code = exp.DPipe(this=exp.Literal.string("="), expression=exp.cast(read, "varchar"), safe=True)
    return exp.Paren(this=exp.Case(ifs=[missing], default=code))


def operands(columns: Iterable[str], names: Mapping[Exposed, str], dataset: Dataset) -> dict[str, Operand]:
    """Columns that a model reads, as the CTE `dataset` has them."""
    return {
        name: Operand(column(names[exposed_to_model(name, dataset)]), dataset.column(name).type) for name in columns
    }


def _scored(value: Ensemble | CrossFitted | Share, names: Mapping[Exposed, str], dataset: Dataset) -> exp.Expr:
    """The expression of a model or of a share, over the columns as the statement has them."""
    columns = operands(_read_by(value), names, dataset)
    if isinstance(value, Ensemble):
        return score(value, columns)
    return out_of_fold(value, columns) if isinstance(value, CrossFitted) else share(value, columns)


def _is_read_as_text(template: Template, argument: Argument | None, column: Column) -> bool:
    """Whether a template wants a text or compares with listed ones, and the column is no string to the engine.

    Postgres refuses `mood in ('sad')` where the enum has no such label.
    """
    if argument is None or column.type != "text" or is_string(column.native):
        return False
    is_compared = is_enum(column.native) and any(item.kind in ("list", "scalar") for item in template.arguments)
    return is_compared or "text" in argument.family


_QUANTILES = (exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile)
"""Functions whose share must be a bare number in some dialects."""


def _looked_up(name: str, values: Mapping[str, Value]) -> tuple[str, Value]:
    """The value of `$name`; `$columns_0` is the first of `columns`."""
    if name in values:
        return name, values[name]
    stem, _, number = name.rpartition("_")
    several = values.get(stem)
    if number.isdigit() and isinstance(several, tuple) and int(number) < len(several):
        return name, several[int(number)]
    return name, None


def _replace_list(holder: exp.Placeholder, template: Template, name: str, value: Iterable[Value]) -> None:
    """`in ($values)`; a NULL in the list is left out, it would make `not in` unknown for every row."""
    items = [_literal(template, name, item) for item in value if item is not None]
    parent = holder.parent
    if parent is None or holder.arg_key != "expressions":
        raise template.fail("WHQ-S109", f"${name} is a list", "write it as `in ($…)`")
    if not items:
        raise template.fail("WHQ-S106", f"the list `{name}` holds no value")
    others = parent.expressions
    place = next(number for number, item in enumerate(others) if item is holder)
    parent.set("expressions", [*others[:place], *items, *others[place + 1 :]])


def _literal(template: Template, name: str, value: Any) -> exp.Expr:
    try:
        return literal(value)
    except ValueError as error:
        raise template.fail("WHQ-S106", f"`{name}`: {error}") from None


def _bins(call: exp.Anonymous, template: Template, values: Mapping[str, Value]) -> exp.Expr:
    first, second = call.expressions
    cuts = values.get(str(second.this)) if isinstance(second, exp.Placeholder) else None
    if not isinstance(cuts, Cuts):
        raise template.fail("WHQ-S109", "whq_bin takes an expression and a `cuts` argument")
    return bins(first, cuts)
