"""What the reference teaches drift: where the axis of each numeric column is cut. Categories need nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct, field

from whq.errors import Problem
from whq.fit.bins import Bins
from whq.fit.pieces import Pieces
from whq.monitors import Baseline


class ColumnBaseline(Struct, frozen=True, omit_defaults=True):
    """What is learned of one column.

    rows: how many of the reference's values are finite; None before they were counted, and for categories.
    histogram: the bins of histograms; None when no statistic wants them. deciles: where the bins of equal size are cut,
    ascending, in the column's unit; empty when no statistic wants them. narrow: bins off which distances are read.
    deviation, low, high: sample standard deviation, least and greatest value, None where they are not wanted.
    problem: why nothing could be learned.
    identifier: why the column is none whose distribution is watched.
    """

    rows: int | None = None
    histogram: Bins | None = None
    deciles: tuple[float, ...] = ()
    narrow: Pieces | None = None
    deviation: float | None = None
    low: float | None = None
    high: float | None = None
    problem: Problem | None = None
    identifier: str | None = None

    @property
    def span(self) -> float | None:
        """How far apart the least and the greatest value lie."""
        return None if self.low is None or self.high is None else self.high - self.low


class DriftBaseline(Baseline, frozen=True):
    """What is learned of a dataset's columns, by their names."""

    FORMAT: ClassVar[int] = 4
    CHANGE: ClassVar[str] = "bins and thresholds changed"

    columns: Mapping[str, ColumnBaseline] = field(default_factory=dict)

    def parts(self) -> Mapping[str, Struct]:
        """What is learned of each column."""
        return self.columns

    def of(self, name: str) -> ColumnBaseline:
        """What is learned of a column; a blank one where that is nothing."""
        return self.columns.get(name) or ColumnBaseline()
