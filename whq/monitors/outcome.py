"""What all results share: their identity, their owner and the words for numbers that could not be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

from msgspec.structs import replace

from whq.config.spec import Common, DatasetSpec
from whq.errors import Problem
from whq.values import Cell, Failure, Measurement, Measurements, MonitorName, Request, Result, Row, Scalar


def identity(dataset: str, subject: str | None, metric: str, id: str | None = None) -> str:
    """`dataset/subject/metric[/id]`, without the subject for the table as a whole."""
    return "/".join(part for part in (dataset, subject, metric, id) if part)


def blank(spec: DatasetSpec, common: Common, monitor: MonitorName, subject: str | None, metric: str) -> Result:
    """A result with its identity, owner and tags, and nothing judged yet."""
    return Result(
        id=identity(spec.name, subject, metric, common.id),
        dataset=spec.name,
        monitor=monitor,
        subject=subject,
        metric=metric,
        status="pass",
        owner=common.owner or spec.owner,
        tags=tuple(dict.fromkeys((*spec.tags, *common.tags))),
    )


def placed(result: Result, cell: Cell) -> Result:
    """The result about one cell."""
    return replace(result, segment=cell.segment, period=cell.period, chunk=cell.chunk)


def key(cell: Cell) -> tuple[str | None, str | None, str | None]:
    """What tells one cell of a scope from another; row counts and times may be known to one scan only."""
    return cell.segment, cell.period, cell.chunk.key if cell.chunk else None


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows by segment, the reference first, then by chunk: a warehouse returns groups in any order."""
    return sorted(rows, key=lambda row: _place(row.cell))


def in_order(cells: Iterable[Cell]) -> list[Cell]:
    """Cells by segment, the reference first, then by chunk."""
    return sorted(cells, key=_place)


def _place(cell: Cell) -> tuple[str, bool, int]:
    return cell.segment or "", cell.period != "reference", cell.chunk.index if cell.chunk else -1


def errored(result: Result, problem: Problem, query: str | None = None) -> Result:
    """The result of what could not be evaluated."""
    words = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    details: dict[str, Any] = {"code": problem.code, "category": problem.category}
    if problem.location:
        details["location"] = str(problem.location)
    return replace(result, status="error", value=None, message=words, details=details, query=query)


def answer(measurements: Measurements, request: Request) -> Measurement | Failure:
    """What a request brought back; a lost one is a failure too, never silence."""
    measured = measurements.get(request)
    if measured is not None:
        return measured
    message = f"{request.template} was not measured"
    return Failure(request, Problem("WHQ-M104", "monitor", message, "run again with --debug and report it"))


def number(value: Scalar) -> float | None:
    """A measured number as float; None for NULL, NaN, infinities and what is no number."""
    if isinstance(value, (int, float, Decimal)) and isfinite(value):
        return float(value)
    return None


def count(values: Mapping[str, Scalar], name: str) -> int:
    """A count; sums over no rows are NULL, which is none."""
    value = values.get(name)
    if type(value) is int:
        return value
    amount = number(value)
    return 0 if amount is None else int(amount)
