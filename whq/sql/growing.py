"""The statements by which trees grow: where features are cut, the rows as small whole numbers, levels and scores.

    cuts      asks where each feature is cut, and how large the targets are
    rows      the rows that models are fitted on; kept in a temporary table where one can be made
    Levels    one statement a level and one a tree, compiled once; only the trees so far are put in

The trees so far are whole numbers, doubles and columns of whq's own in words that all dialects share, so that hundreds
of statements need not be compiled: their text takes the place of a marker in the text that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlglot
from msgspec import Struct
from msgspec.structs import replace
from sqlglot import exp

from whq.ensembles import Feature
from whq.growths import Binned, Group, Growth, Part, Target
from whq.sql.bind import exposed_to_model, finite, operands
from whq.sql.bins import bins
from whq.sql.ensemble import Operands, bound, hashed, in_first_fold, operand
from whq.sql.fuse import with_ctes
from whq.sql.literals import double, literal
from whq.sql.relation import relation
from whq.sql.render import own
from whq.sql.sources import Named
from whq.sql.text import to_text
from whq.values import Cuts, Dataset

ROWS = "whq_rows"
"""What the rows are called in statements; a temporary table of that name and a number where there is one."""
_FOLDER = "models/grow/"
_MARKERS = re.compile(r"[\"`\[]?(whq_node|whq_step)[\"`\]]?")


class Statement(Struct, frozen=True):
    """A text, and the dataset's columns that it reads."""

    sql: str
    columns: tuple[str, ...]


def features_of(growth: Growth, dataset: Dataset) -> tuple[tuple[Feature, ...], dict[str, str]]:
    """The features that trees can read, and the others with the reason. Raises CompileError where one is no column."""
    features: list[Feature] = []
    left_out: dict[str, str] = {}
    for name in dict.fromkeys(growth.features):
        column = dataset.column(exposed_to_model(name, dataset)[0])
        if name in growth.categorical or column.type in ("text", "boolean"):
            features.append(Feature(name, "category"))
        elif column.is_a("numeric"):
            features.append(Feature(name))
        else:
            left_out[name] = f"trees read numbers, texts and booleans; this is {column.type}"
    return tuple(features), left_out


# --- the rows that there are --------------------------------------------------------------------------------


class _Condition(Struct, frozen=True):
    """Which rows of a period, and of a chunk by the name of its placeholder, are taken; bounds of the hash or None."""

    period: str | None
    chunk: str | None
    low: str | None
    high: str | None


class _Model(Struct, frozen=True):
    target: int
    part: Part
    groups: tuple[_Condition, ...]


class _Ground(Struct, frozen=True):
    """What all statements over the dataset share: what Jinja sees, and the trees for its placeholders."""

    values: Mapping[str, Any]
    trees: Mapping[str, exp.Expr]
    ctes: tuple[Named, ...]
    columns: tuple[str, ...]


def _ground(growth: Growth, dataset: Dataset, features: Sequence[Feature], dialect: str) -> _Ground:
    chunks = tuple(dict.fromkeys(group.chunk for group in growth.groups if group.chunk is not None))
    scope = replace(growth.scope, by_chunk=bool(chunks), period=growth.scope.period if chunks else "reference")
    read = dict.fromkeys((*(one.name for one in features), *growth.hashed, *_read(growth.targets)))
    names = {exposed: f"whq_{place}" for place, exposed in enumerate(exposed_to_model(name, dataset) for name in read)}
    rows = relation(dataset, scope, names, dialect)
    columns = operands(read, names, dataset)
    trees: dict[str, exp.Expr] = {"hash": hashed(growth.hashed, columns)}
    trees |= {f"x_{place}": _value(feature, columns) for place, feature in enumerate(features)}
    trees |= {f"y_{place}": _target(target, columns) for place, target in enumerate(growth.targets)}
    trees |= {f"chunk_{place}": literal(chunk) for place, chunk in enumerate(chunks)}
    reach = tuple(dict.fromkeys(_merged([part for group in growth.groups for part in _taken(group, chunks)])))
    values: dict[str, Any] = {"reach": reach, "bins": growth.bins, "kinds": [one.kind for one in features]}
    values["models"] = [_model(growth, number, chunks) for number in growth.models]
    values["targets"], values["features"] = range(len(growth.targets)), range(len(features))
    return _Ground(values, trees, rows.ctes, rows.columns)


def _read(targets: Sequence[Target]) -> Iterator[str]:
    for target in targets:
        yield from (name for name in (target.of, target.by) if name is not None)


def _model(growth: Growth, number: tuple[int, int, Part], chunks: tuple[object, ...]) -> _Model:
    group, target, part = number
    return _Model(target, part, tuple(_taken(growth.groups[group], chunks)))


def _taken(group: Group, chunks: tuple[object, ...]) -> Iterator[_Condition]:
    """The rows of a group; periods are told apart only where there are chunks."""
    low, high = group.reference
    if high > low:
        yield _Condition("reference" if chunks else None, None, *_bounds(low, high))
    if group.chunk is not None:
        yield _Condition("analysis", f"chunk_{chunks.index(group.chunk)}", *_bounds(0.0, group.share))


def _bounds(low: float, high: float) -> tuple[str | None, str | None]:
    return bound(low) if low > 0 else None, bound(high) if high < 1 else None


def _merged(conditions: Sequence[_Condition]) -> Iterator[_Condition]:
    """One condition for all that is taken of the reference, and one for each chunk."""
    for place in dict.fromkeys((one.period, one.chunk) for one in conditions):
        same = [one for one in conditions if (one.period, one.chunk) == place]
        low = None if any(one.low is None for one in same) else min(str(one.low) for one in same)
        high = None if any(one.high is None for one in same) else max(str(one.high) for one in same)
        yield _Condition(*place, low, high)


def _value(feature: Feature, columns: Operands) -> exp.Expr:
    tree = operand(feature, columns).tree
    return exp.cast(tree.copy(), "double") if feature.kind == "number" else tree


_TARGETS = {
    "value": "cast($of as double)",
    "equals": "cast(case when $of = $value then 1 when $of is not null then 0 end as double)",
    "absolute_error": "abs(cast($of as double) - cast($by as double))",
    "squared_error": "(cast($of as double) - cast($by as double)) * (cast($of as double) - cast($by as double))",
    "percentage_error": "abs(cast($of as double) - cast($by as double)) / nullif(abs(cast($of as double)), 0)",
    "squared_log_error": "case when $of > -1 and $by > -1 then power(ln(1 + cast($of as double))"
    " - ln(1 + cast($by as double)), 2) end",
    "is_analysis": "cast(case when whq_period = 'analysis' then 1 else 0 end as double)",
}


def _target(target: Target, columns: Operands) -> exp.Expr:
    """What is predicted of a row; NULL where it is not finite."""
    trees: dict[str, exp.Expr] = {"value": literal(target.value)}
    for word, name in (("of", target.of), ("by", target.by)):
        if name is not None:
            is_number = target.kind != "equals"
            trees[word] = operand(Feature(name), columns).tree if is_number else columns[name].tree
    return finite(_bound(sqlglot.parse_one(_TARGETS[target.kind], read="duckdb"), trees))


def _bound(tree: exp.Expr, trees: Mapping[str, exp.Expr]) -> exp.Expr:
    """The tree with others in the place of its placeholders."""
    holder = exp.Paren(this=tree)
    for place in list(holder.find_all(exp.Placeholder)):
        put = trees[str(place.this)].copy()
        place.replace(exp.Paren(this=put) if isinstance(put, exp.Binary) else put)
    return holder.this.pop()  # type: ignore[no-any-return]


def _tree(name: str, trees: Mapping[str, exp.Expr], **values: Any) -> exp.Query:
    tree = _bound(sqlglot.parse_one(own(_FOLDER + name, **values), read="duckdb"), trees)
    assert isinstance(tree, exp.Query)
    return tree


def cuts(growth: Growth, dataset: Dataset, features: Sequence[Feature], dialect: str) -> Statement:
    """Where features are cut: rows of feature, number, word, members. Raises CompileError."""
    ground = _ground(growth, dataset, features, dialect)
    return Statement(
        to_text(with_ctes(_tree("cuts", ground.trees, **ground.values), ground.ctes), dialect), ground.columns
    )


class Scaling(Struct, frozen=True):
    """By target what it is divided by, and what one unit of gradient is in the counts: a power of two."""

    sizes: tuple[float, ...]
    scale: float

    @staticmethod
    def of(sizes: Sequence[float], rows: int) -> Scaling:
        """So that targets are 1 at most, and sums over so many rows of twice that are exact as doubles."""
        return Scaling(tuple(size or 1.0 for size in sizes), 2.0 ** (51 - max(rows, 1).bit_length()))


def rows(
    growth: Growth, dataset: Dataset, binned: Sequence[Binned], scaling: Scaling, dialect: str
) -> tuple[exp.Query, tuple[str, ...]]:
    """The rows that models are fitted on as a tree, and the dataset's columns that it reads. Raises CompileError."""
    ground = _ground(growth, dataset, [one.feature for one in binned], dialect)
    width = max((one.size for one in binned), default=1) + 1
    trees = {**ground.trees, "scale": double(scaling.scale), "is_first_fold": in_first_fold(exp.column("hash"))}
    trees |= {f"b_{place}": _bin(place, one, width - 1) for place, one in enumerate(binned)}
    trees |= {f"shrink_{place}": double(1 / size) for place, size in enumerate(scaling.sizes)}
    return with_ctes(_tree("rows", trees, **ground.values), ground.ctes), ground.columns


def _bin(place: int, one: Binned, null: int) -> exp.Expr:
    value = exp.column(f"x{place}")
    if one.feature.kind == "number":
        cut = bins(value, Cuts(one.edges, (True,) * len(one.edges)))
        return exp.Coalesce(this=cut, expressions=[literal(null)])
    ifs = [exp.If(this=exp.Is(this=value.copy(), expression=exp.Null()), true=literal(null))]
    for number, word in enumerate(one.words):
        ifs.append(exp.If(this=exp.EQ(this=value.copy(), expression=exp.Literal.string(word)), true=literal(number)))
    return exp.Case(ifs=ifs, default=literal(len(one.words)))


# --- levels and trees ---------------------------------------------------------------------------------------


class Levels:
    """The statements of a growth over its rows, compiled once for each table that they read.

    Args:
        given: The rows as a tree, where they are no table: then every statement computes them again, with the scores
            of all trees so far.
    """

    def __init__(
        self, growth: Growth, binned: Sequence[Binned], scaling: Scaling, dialect: str, given: exp.Query | None = None
    ) -> None:
        self._dialect, self._given, self._loss = dialect, given, growth.loss
        self._width = max((one.size for one in binned), default=1) + 1
        self._features = range(len(binned))
        self._scale = {"scale": double(scaling.scale)}
        self._compiled: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._steps: list[str] = []

    def level(self, table: tuple[str, ...], roots: Sequence[object]) -> str:
        """The counts of the nodes that are asked for: rows of cell, n, g, h."""
        return self._filled("level", table, {"whq_node": self._branches(roots, None)})

    def scores(self, table: tuple[str, ...], roots: Sequence[object]) -> str:
        """The rows with what a tree adds to their scores."""
        return self._filled("scores", table, {"whq_step": self._branches(roots, "0e0")})

    def add(self, roots: Sequence[object]) -> None:
        """Without a table: remember what a tree adds to the scores."""
        self._steps.append(self._branches(roots, "0e0"))

    def _branches(self, roots: Sequence[object], otherwise: str | None) -> str:
        return own(_FOLDER + "branches", roots=roots, null=self._width - 1, otherwise=otherwise)

    def _filled(self, name: str, table: tuple[str, ...], put: Mapping[str, str]) -> str:
        key = (name, table if self._given is None else ("scored",) if self._steps else ())
        if key not in self._compiled:
            text = to_text(self._static(name, table), self._dialect)
            self._compiled[key] = tuple(_MARKERS.split(text))
        put = {"whq_step": " + ".join(self._steps), **put}
        pieces = self._compiled[key]
        return "".join(put[piece] if place % 2 else piece for place, piece in enumerate(pieces))

    def _static(self, name: str, table: tuple[str, ...]) -> exp.Query:
        cells = len(self._features) * self._width
        values = {"features": self._features, "width": self._width, "cells": cells, "loss": self._loss}
        tree = _tree(name, self._scale, **values)
        if self._given is None:
            for node in [node for node in tree.find_all(exp.Table) if node.name == ROWS]:
                node.replace(_table(table))
            return tree
        parts: list[Named] = []
        scored = _tree("scores", self._scale, **values) if self._steps else None
        for query, named in ((self._given.copy(), "whq_grown"), (scored, ROWS)):
            if query is not None:
                inner = query.args.pop("with_", None)
                parts += [(cte.alias, cte.this) for cte in (inner.expressions if inner else ())]
                parts.append((named if scored is not None else ROWS, query))
        if scored is not None:
            for _, part in parts:
                for node in [node for node in part.find_all(exp.Table) if node.name == ROWS]:
                    node.replace(exp.to_table("whq_grown"))
        return with_ctes(tree, parts)


def _table(parts: tuple[str, ...]) -> exp.Table:
    *outer, name = [exp.to_identifier(part, quoted=True) for part in parts]
    return exp.Table(this=name, db=outer[-1] if outer else None, catalog=outer[-2] if len(outer) > 1 else None)
