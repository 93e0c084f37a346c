"""Statistics of small counts: the summary of a scan, put into an embedded DuckDB and read by aggregate templates.

A scan leaves rows in bins (`drift/scan/histogram`, `drift/scan/categories`). `drift/compare/bins` puts the counts of
each chunk beside those of its reference, and every template of the role `statistic` is one column of one SELECT over
that.
The same templates compile for a warehouse; here they cost nothing there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import _duckdb as duckdb
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from whq import cache
from whq.sql.templates import Template, load
from whq.values import Column, ColumnName, Dataset, Fragment, QuerySource, Request, Scope, Segment, TableSource

if TYPE_CHECKING:
    from whq.sql.fuse import Prepared

DIALECT = "duckdb"
_COUNTED = ("series", "chunk", "is_reference", "bin", "n")
_BINNED = ("n", "total", "share", "reference_n", "reference_total", "reference_share")
_SUMMARY = Dataset(
    "summary", TableSource(("summary",)), tuple(Column(name, "integer") for name in _COUNTED), where=None
)
Integers = NDArray[np.int64]
Place = tuple[int, int]
"""A series and the number of a chunk within it."""


class Comparison(Struct, frozen=True):
    """What a chunk is compared with: the chunk before, else the reference (its rest, for a chunk of it)."""

    previous: bool = False
    rest: bool = False


class Statistics(Struct, frozen=True):
    """The values of one chunk by the template's name, and the number of bins that hold rows."""

    bins: int
    values: Mapping[str, float | None]


def evaluate(
    counts: Integers, names: Sequence[str], folders: tuple[Path, ...], comparison: Comparison
) -> dict[Place, Statistics]:
    """Each statistic of each chunk that has rows and something to be compared with.

    The counts are an array of five rows: the series, the chunk's number in it (the reference first, in order of
    time), 1 where the chunk is of the reference, the bin, and the rows in it.
    """
    if not counts.size or not names:
        return {}
    sql = statement(tuple(names), folders, comparison)
    with closing(_instance(os.getpid()).cursor()) as connection:
        # DuckDB reads arrays where they lie; lists of Python's numbers it would take one by one
        connection.register("summary", dict(zip(_COUNTED, counts, strict=True)))
        rows = connection.execute(sql).fetchall()
    return dict(_decoded(row, names) for row in rows)


@lru_cache(maxsize=1)
def _instance(process: int) -> duckdb.DuckDBPyConnection:
    """An empty instance that lives as long as its process, as starting one costs more than most evaluations."""
    return duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False})


def _decoded(row: tuple[object, ...], names: Sequence[str]) -> tuple[Place, Statistics]:
    place, _, _, bins, *values = row
    series, _, chunk = str(place).partition("/")
    by_name = {
        name: float(value) if isinstance(value, (int, float)) else None
        for name, value in zip(names, values, strict=True)
    }
    return (int(series), int(chunk)), Statistics(int(str(bins)), by_name)


@lru_cache(maxsize=64)
def statement(names: tuple[str, ...], folders: tuple[Path, ...], comparison: Comparison, dialect: str = DIALECT) -> str:
    """The SELECT over `summary` that computes the named statistics, one row a chunk."""
    templates = load(folders)
    bins, used = templates.find("drift/compare/bins"), [templates.find(name) for name in names]
    inputs = (bins, used, comparison, dialect)
    return cache.recall("statistics", inputs, lambda: _statement(*inputs))


def _statement(bins: Template, statistics: Sequence[Template], comparison: Comparison, dialect: str) -> str:
    from whq.sql.fuse import fuse
    from whq.sql.text import to_text

    scope, binned = Scope("bins", segment="place"), _bins(bins, comparison, dialect)
    prepared = [_prepared(scope, template, binned) for template in statistics]
    return to_text(fuse(binned, scope, prepared, dialect).tree, dialect)


def _prepared(scope: Scope, template: Template, binned: Dataset) -> Prepared:
    from whq.sql.bind import needs

    arguments = {argument.name: ColumnName(argument.name) for argument in template.arguments}
    request = Request.of(scope, template.name, **arguments)
    return request, template, needs(request, template, binned)


def _bins(template: Template, comparison: Comparison, dialect: str) -> Dataset:
    """The result of `drift/compare/bins` as a dataset that statistics read."""
    from whq.sql.bind import needs
    from whq.sql.fuse import alone
    from whq.sql.text import to_text

    columns = {name: ColumnName(name) for name in _COUNTED}
    flags = {"previous": comparison.previous, "rest": comparison.rest}
    request = Request.of(Scope("summary"), template.name, **columns, **flags)
    compared = alone(_SUMMARY, request.scope, (request, template, needs(request, template, _SUMMARY)), dialect)
    return Dataset(
        "bins",
        QuerySource(Fragment(to_text(compared.tree, dialect), dialect)),
        (Column("place", "text"), *(Column(name, "float") for name in _BINNED)),
        segments=(Segment("place", "place"),),
    )
