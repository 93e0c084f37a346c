"""Names in user SQL, each resolved once against the catalog and quoted exactly ever after.

A written name means the exact name where there is one, else the only one that differs in case. After this step
no engine's case folding has a say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, ScopeType, traverse_scope

from whq.errors import Location, did_you_mean
from whq.sql.clock import COLUMN
from whq.sql.prescan import Refusal, place
from whq.sql.refusals import HALF_JOINS
from whq.sql.sources import read_file
from whq.values import Column, FileSource, QuerySource, Source, Written


class TableLike(Protocol):
    """What the catalog knows of a table."""

    @property
    def source(self) -> Source:
        """Where its rows are."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns with their exact names."""


ResolveTable = Callable[[tuple[str, ...]], TableLike]


def match(written: str, names: Iterable[str]) -> str | None:
    """The exact name that is meant, or None when there is none or more than one."""
    names = list(dict.fromkeys(names))
    if written in names:
        return written
    alike = [name for name in names if name.lower() == written.lower()]
    return alike[0] if len(alike) == 1 else None


def quoted(name: str) -> exp.Identifier:
    """The name as an identifier that no engine folds."""
    return exp.to_identifier(name, quoted=True)


def unknown_column(column: exp.Column, names: Iterable[str]) -> Refusal:
    """A refusal for a column that nobody has, or that differs from several only in case."""
    names = list(names)
    twins = [name for name in names if name.lower() == column.name.lower()]
    if len(twins) > 1:
        return Refusal("WHQ-S207", f'the column "{column.name}" is ambiguous', f"write one of {twins}", place(column))
    return Refusal("WHQ-S207", f'unknown column "{column.name}"', did_you_mean(column.name, names), place(column))


def bind_row(tree: exp.Expr, columns: Sequence[Column], dialect: str) -> tuple[tuple[str, ...], list[Refusal]]:
    """Quote the columns of an expression over one row; the exact names that it reads, and what is wrong."""
    names = [column.name for column in columns]
    used: dict[str, None] = {}
    problems: list[Refusal] = []
    for column in list(tree.find_all(exp.Column)):
        parts = column.parts
        exact = match(parts[0].name, names)
        if exact is None and len(parts) > 1:
            hint = "write the column without a table"
            problems.append(Refusal("WHQ-S207", f'unknown column "{column.sql()}"', hint, place(column)))
        elif exact is None:
            problems.append(unknown_column(column, names))
        else:
            used[exact] = None
            _as_fields(column, exact).meta[COLUMN] = columns[names.index(exact)]
    problems += _unknown_fields(tree, dialect)
    quote_all(tree)
    return tuple(used), problems


def _as_fields(column: exp.Column, exact: str, owner: str | None = None) -> exp.Column:
    """`person.name` is the field `name` of the column `person`; gives back that column."""
    base = exp.column(quoted(exact), table=quoted(owner) if owner else None)
    whole: exp.Expr = base
    for part in column.parts[2 if owner else 1 :]:
        whole = exp.Dot(this=whole, expression=quoted(part.name))
    column.replace(whole)
    return base


ATTRIBUTE_CALLS = frozenset({"postgres", "redshift"})
"""Dialects where `(x).name` calls the function `name(x)` when x has no field of that name."""


def _unknown_fields(tree: exp.Expr, dialect: str) -> list[Refusal]:
    """Names behind a dot that are no field of a composite column; those that are get their exact spelling."""
    if dialect not in ATTRIBUTE_CALLS:
        return []
    problems: list[Refusal] = []

    def fields(owner: exp.Expr) -> tuple[Column, ...] | None:
        """The fields of what stands before a dot; None where that is refused already."""
        inner = owner.unnest()
        if isinstance(inner, exp.Dot):
            return field(inner)
        column: Column | None = inner.meta.get(COLUMN)
        if column is not None and not isinstance(owner, exp.Paren):
            inner.replace(exp.Paren(this=inner.copy()))  # `c.a` would be the column a of the table c
        return column.fields if column is not None else ()

    def field(dot: exp.Dot) -> tuple[Column, ...] | None:
        held = fields(dot.this)
        if held is None:
            return None
        exact = match(dot.name, [column.name for column in held])
        if exact is None or not isinstance(dot.expression, exp.Identifier):
            problems.append(_no_field(dot, [column.name for column in held], dialect))
            return None
        dot.set("expression", quoted(exact))
        return next(column.fields for column in held if column.name == exact)

    for call in tree.find_all(exp.StructExtract):  # printed as such a dot
        problems.append(Refusal("WHQ-S205", f"{dialect} has no struct_extract", "write (column).field", place(call)))
    for dot in list(tree.find_all(exp.Dot)):
        is_inner = isinstance(dot.find_ancestor(exp.Dot, exp.Func), exp.Dot)
        if not is_inner and not isinstance(dot.expression, exp.Func):
            field(dot)
    return problems


def _no_field(dot: exp.Dot, fields: Sequence[str], dialect: str) -> Refusal:
    name = dot.expression.name or "*"
    if fields:
        return Refusal("WHQ-S204", f'there is no field "{name}"', did_you_mean(name, fields), place(dot))
    hint = f"on {dialect} such a dot calls the function {name}(…): write the function, or make a view"
    return Refusal("WHQ-S204", f'"{name}" stands behind a dot and is no field of a composite column', hint, place(dot))


def quote_all(tree: exp.Expr) -> None:
    """Quote every identifier but the names of functions."""
    for identifier in tree.find_all(exp.Identifier):
        outer = identifier.parent
        while isinstance(outer, exp.Dot) and not isinstance(outer.expression, exp.Func):
            outer = outer.parent
        if not isinstance(outer, exp.Dot):
            identifier.set("quoted", True)


def bind_query(tree: exp.Query, resolve_table: ResolveTable, location: Location | None, dialect: str) -> list[Refusal]:
    """Quote every table, column and alias of a SELECT by its exact name; what is wrong with it."""
    _spell_ctes(tree)
    binder = _Binder(resolve_table, location)
    for scope in traverse_scope(tree):
        binder.bind(scope)
    problems = [*binder.problems, *binder.leftovers(tree), *_unknown_fields(tree, dialect)]
    quote_all(tree)
    for table, source in binder.files:
        _read_file(table, source, dialect)
    return problems


def _spell_ctes(tree: exp.Expr) -> None:
    """References to a CTE get the spelling of its definition."""
    spelled = {cte.alias.lower(): cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        exact = spelled.get(table.name.lower())
        if exact and not table.db:
            table.this.set("this", exact)


class _Binder:
    """Resolves scope after scope, inner ones first; remembers what each derived table puts out."""

    def __init__(self, resolve_table: ResolveTable, location: Location | None) -> None:
        self.resolve_table, self.location = resolve_table, location
        self.files: list[tuple[exp.Table, FileSource]] = []
        self.problems: list[Refusal] = []
        self._columns: dict[int, tuple[Column, ...]] = {}
        self._tables: dict[int, tuple[str, ...] | None] = {}
        self._outputs: dict[int, tuple[str, ...] | None] = {}
        self._seen: set[int] = set()

    def bind(self, scope: Scope) -> None:
        """Resolve the tables and columns that stand in one scope."""
        for node, source in _selected(scope).values():
            self._seen.add(id(node))
            if isinstance(source, exp.Table):
                self._table(source)
        columns: list[exp.Column] = list(scope.find_all(exp.Column))
        for column in columns:
            if id(column) not in self._seen:
                self._seen.add(id(column))
                self._column(scope, column)
        for join in scope.find_all(exp.Join):
            self._using(scope, join)

    def leftovers(self, tree: exp.Expr) -> Iterator[Refusal]:
        """Names that stand in no scope, such as in the ORDER BY of a parenthesised query."""
        for table in tree.find_all(exp.Table):
            if id(table) not in self._seen:
                yield Refusal("WHQ-S208", f'cannot tell what "{table.name}" is', "write a plain SELECT", place(table))
        for column in tree.find_all(exp.Column):
            if id(column) not in self._seen:
                yield Refusal("WHQ-S207", f'cannot tell what "{column.name}" is', "write a plain SELECT", place(column))

    def sources(self, scope: Scope) -> dict[str, tuple[str, ...] | None]:
        """The relations of a scope by name, each with its columns (None where they are not known)."""
        columns_of: dict[str, tuple[str, ...] | None] = {}
        for name, (_, source) in _selected(scope).items():
            columns_of[name] = self._table(source) if isinstance(source, exp.Table) else self.outputs(source)
        return columns_of

    def outputs(self, scope: Scope) -> tuple[str, ...] | None:
        """The exact names of the columns that a scope puts out."""
        key = id(scope)
        if key not in self._outputs:
            self._outputs[key] = self._renamed(scope) or self._projected(scope)
        return self._outputs[key]

    def _renamed(self, scope: Scope) -> tuple[str, ...]:
        outer = scope.expression.parent
        alias = outer.args.get("alias") if isinstance(outer, (exp.CTE, exp.Subquery)) else None
        return tuple(column.name for column in alias.columns) if isinstance(alias, exp.TableAlias) else ()

    def _projected(self, scope: Scope) -> tuple[str, ...] | None:
        if isinstance(scope.expression, exp.SetOperation):
            return self.outputs(scope.set_operation_scopes[0]) if scope.set_operation_scopes else None
        names: list[str] = []
        for projection in _selects(scope):
            if projection.is_star:
                starred = self._starred(scope, projection)
                if starred is None:
                    return None
                names.extend(starred)
            elif projection.alias_or_name:
                names.append(projection.alias_or_name)
        return tuple(names)

    def _starred(self, scope: Scope, star: exp.Expr) -> list[str] | None:
        sources = self.sources(scope)
        if isinstance(star, exp.Column):
            sources = {name: columns for name, columns in sources.items() if name.lower() == star.table.lower()}
        else:
            unseen = {join.alias_or_name for join in _half_joins(scope)}
            sources = {name: columns for name, columns in sources.items() if name not in unseen}
        names: list[str] = []
        for columns in sources.values():
            if columns is None:
                return None
            names.extend(columns)
        inner = star.this if isinstance(star, exp.Column) else star
        without = {column.name.lower() for column in inner.args.get("except_") or ()}
        return [name for name in names if name.lower() not in without]

    def _table(self, table: exp.Table) -> tuple[str, ...] | None:
        """The columns of a table; its name is replaced by the exact parts, and it keeps its alias."""
        if id(table) not in self._tables:
            start = place(table)
            written = tuple(Written(part.name, self._at(start)) for part in table.parts)
            relation = self.resolve_table(written)
            if isinstance(relation.source, QuerySource):
                message = f'"{".".join(written)}" is not a table'
                hint = "SQL reads tables, views, and datasets that are files"
                self.problems.append(Refusal("WHQ-S208", message, hint, start))
                self._tables[id(table)] = None
                return None
            self._columns[id(table)] = relation.columns
            self._tables[id(table)] = tuple(column.name for column in relation.columns)
            if isinstance(relation.source, FileSource):
                self.files.append((table, relation.source))
            else:
                _name_exactly(table, relation.source.parts)
        return self._tables[id(table)]

    def _at(self, offset: int) -> Location | None:
        place_ = self.location
        return Location(place_.file, place_.line, place_.column + offset) if place_ else None

    def _column(self, scope: Scope, column: exp.Column) -> None:
        for outer in _chain(scope):
            if self._resolve_in(outer, column):
                return
        in_sight = [name for columns in self.sources(scope).values() for name in columns or ()]
        if column.table:
            names = [name for outer in _chain(scope) for name in self.sources(outer)]
            owner = match(column.table, names)
            if owner is None:
                hint = did_you_mean(column.table, names)
                self.problems.append(Refusal("WHQ-S207", f'unknown table "{column.table}"', hint, place(column)))
                return
            owned = [self.sources(outer).get(owner) for outer in _chain(scope)]
            in_sight = [name for columns in owned for name in columns or ()]
        self.problems.append(unknown_column(column, in_sight))

    def _resolve_in(self, scope: Scope, column: exp.Column) -> bool:
        sources = self.sources(scope)
        if column.table:
            if not _resolve_qualified(sources, column):
                return self._resolve_field(scope, sources, column)
            self._note(scope, column.table, column)
            return True
        if isinstance(column.this, exp.Star):
            return True
        holders = {name: match(column.name, columns or ()) for name, columns in sources.items()}
        exact = [name_there for name_there in holders.values() if name_there is not None]
        if len(exact) > 1 and not _joined_using(scope, column.name):
            owners = " or ".join(name for name, name_there in holders.items() if name_there)
            hint = f"say which: {owners}"
            self.problems.append(Refusal("WHQ-S207", f'the column "{column.name}" is ambiguous', hint, place(column)))
            return True
        name = exact[0] if exact else match(column.name, _aliases(scope, self))
        if name is None:
            return any(columns is None for columns in sources.values())
        column.set("this", quoted(name))
        self._note(scope, next((owner for owner, held in holders.items() if held == name), ""), column)
        return True

    def _note(self, scope: Scope, owner: str, column: exp.Column) -> None:
        """Remember which column of a table a node names; columns of subqueries are not followed."""
        _, source = _selected(scope).get(owner, (None, None))
        for catalog_column in self._columns.get(id(source), ()):
            if catalog_column.name == column.name:
                column.meta[COLUMN] = catalog_column

    def _resolve_field(self, scope: Scope, sources: dict[str, tuple[str, ...] | None], column: exp.Column) -> bool:
        parts = [part.name for part in column.parts]
        owner = match(parts[0], sources) if len(parts) > 2 else None
        held = sources[owner] if owner else [name for columns in sources.values() for name in columns or ()]
        exact = match(parts[1] if owner else parts[0], held or ())
        if exact is None:
            return False
        base = _as_fields(column, exact, owner)
        self._seen.add(id(base))
        holder = owner or next((name for name, columns in sources.items() if exact in (columns or ())), "")
        self._note(scope, holder, base)
        return True

    def _using(self, scope: Scope, join: exp.Join) -> None:
        for identifier in join.args.get("using") or ():
            spelled = {match(identifier.name, columns or ()) for columns in self.sources(scope).values()} - {None}
            if len(spelled) == 1:
                identifier.replace(quoted(str(spelled.pop())))
            else:
                hint = "write the join with ON"
                problem = Refusal("WHQ-S207", f'USING ("{identifier.name}") is not clear', hint, place(identifier))
                self.problems.append(problem)


def _selected(scope: Scope) -> dict[str, tuple[exp.Expr, exp.Table | Scope]]:
    """The relations of a scope by name: those of semi and anti joins, which sqlglot leaves out, among them."""
    nodes = {join.alias_or_name: join.this for join in _half_joins(scope)}
    halves = {name: (node, scope.sources[name]) for name, node in nodes.items() if name in scope.sources}
    return {**scope.selected_sources, **halves}


def _half_joins(scope: Scope) -> list[exp.Join]:
    """The joins of a scope whose second table only decides which rows stay."""
    joins: list[exp.Join] = scope.expression.args.get("joins") or []
    return [join for join in joins if join.kind in HALF_JOINS]


def _chain(scope: Scope) -> Iterator[Scope]:
    """The scope itself, then for a correlated subquery the scopes around it."""
    here: Scope | None = scope
    while here is not None:
        yield here
        here = here.parent if here.scope_type in (ScopeType.SUBQUERY, ScopeType.SET_OPERATION) else None


def _resolve_qualified(sources: dict[str, tuple[str, ...] | None], column: exp.Column) -> bool:
    owner = match(column.table, sources)
    if owner is None:
        return False
    columns = sources[owner]
    star = isinstance(column.this, exp.Star)
    exact = column.name if star or columns is None else match(column.name, columns)
    if exact is None:
        return False
    column.set("table", quoted(owner))
    column.set("db", None)
    column.set("catalog", None)
    if not star:
        column.set("this", quoted(exact))
    return True


def _aliases(scope: Scope, binder: _Binder) -> tuple[str, ...]:
    if isinstance(scope.expression, exp.SetOperation):
        return binder.outputs(scope) or ()
    return tuple(projection.alias for projection in _selects(scope) if projection.alias)


def _selects(scope: Scope) -> list[exp.Expr]:
    return list(scope.expression.selects) if isinstance(scope.expression, exp.Query) else []


def _joined_using(scope: Scope, name: str) -> bool:
    joins: list[Any] = scope.expression.args.get("joins") or []
    return any(name.lower() == column.name.lower() for join in joins for column in join.args.get("using") or ())


def _read_file(table: exp.Table, source: FileSource, dialect: str) -> None:
    """Let the engine's reader of a dataset's file stand in the place of the dataset's name."""
    name = table.alias or table.name
    table.set("this", read_file(source, dialect).this)
    table.set("alias", exp.TableAlias(this=quoted(name)))


def _name_exactly(table: exp.Table, parts: tuple[str, ...]) -> None:
    name = table.alias or table.name
    padded = (None, None, *parts)[-3:]
    for key, part in zip(("catalog", "db", "this"), padded, strict=True):
        table.set(key, quoted(part) if part is not None else None)
    if not table.alias:
        table.set("alias", exp.TableAlias(this=quoted(name)))
