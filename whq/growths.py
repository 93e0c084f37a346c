"""What is to be grown, and what was: boosted trees from counts, whatever the number of targets, folds and groups.

A family of monitors says what it wants grown as a `Growth` (`whq.monitors.Ask`) and gets a `Grown`. The rows stay in
the warehouse: `whq.measure.grow` asks it, one statement a level, for (node, feature, bin) → rows, gradient, hessian.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from math import sqrt
from typing import Literal

from msgspec import Struct

from whq.ensembles import CrossFitted, Ensemble, Feature
from whq.errors import Problem
from whq.values import Chunk, Chunking, Scalar, Scope

TargetKind = Literal[
    "value", "equals", "absolute_error", "squared_error", "percentage_error", "squared_log_error", "is_analysis"
]
Loss = Literal["squared", "logistic"]
Learner = Literal["sql", "lightgbm"]
Part = int | None
"""A fold whose rows a model may score, as it was fitted on the others; None: it was fitted on all rows."""

MOST_ROWS = 50_000
"""A model is grown on about so many rows at most, unless the growth says otherwise."""


class Target(Struct, frozen=True):
    """What trees are to predict of a row; a row where it is NULL or not finite is left out.

    value: the column `of`. equals: 1 where `of` equals `value`, else 0. is_analysis: 1 for rows of the analysis, 0 for
    those of the reference. The errors are of `of` (the truth) and `by` (the prediction): |y - p|, (y - p)^2,
    |y - p| / |y| (NULL where y is 0), (ln(1 + y) - ln(1 + p))^2 (NULL where one is -1 or less).
    """

    kind: TargetKind
    of: str | None = None
    by: str | None = None
    value: Scalar = None


class Group(Struct, frozen=True):
    """The rows that models are fitted on: some of the reference, and some of one chunk of the analysis.

    reference: the share of the reference's rows, from and to before, of 0..1 by the hash of the key. chunk: the start
    of a calendar chunk, or the number of one that counts rows (`place_of`); None takes no analysis rows. share: how
    much of the chunk.
    """

    reference: tuple[float, float] = (0.0, 1.0)
    chunk: datetime | int | None = None
    share: float = 1.0


class Growth(Struct, frozen=True):
    """What is to be grown: for each group, target and part one ensemble, all in the same pass of levels.

    scope: the rows that there are to choose from; with `by_chunk` where groups name chunks. features: columns; numbers
    are cut, texts and booleans are categories, and so are those in `categorical`. Other types are left out
    (`Grown.left_out`). key: the columns whose hash picks rows and folds; without any, all features.
    parts: `(None,)` one model on all rows; `(None, 0, 1)` also one for each of two folds, fitted on the other.
    loss: squared, or logistic for a target of 0 and 1: the ensemble's link is logistic then.
    learner: who grows: `sql` in the warehouse, `lightgbm` here, on the rows that are fetched.
    balanced: for logistic loss, each model begins at its share of ones, and its score leaves that out, as if both
    classes were of equal size. trees, depth, rate, l2, least (rows of a leaf), bins (cuts of a feature, at most 64).
    """

    scope: Scope
    features: tuple[str, ...]
    targets: tuple[Target, ...]
    groups: tuple[Group, ...] = (Group(),)
    key: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    parts: tuple[Part, ...] = (None,)
    loss: Loss = "squared"
    balanced: bool = False
    learner: Learner = "sql"
    trees: int = 60
    depth: int = 4
    rate: float = 0.15
    l2: float = 1.0
    least: int = 50
    bins: int = 32

    @property
    def statements(self) -> int:
        """How many statements it takes at most: cuts, the rows, and for each tree its levels and the new scores."""
        if self.learner == "lightgbm":
            return 2
        return 2 + self.trees * (self.depth + 1)

    @property
    def models(self) -> tuple[tuple[int, int, Part], ...]:
        """Group, target and part of every model, in the order of their numbers."""
        places = range(len(self.groups)), range(len(self.targets)), self.parts
        return tuple(product(*places))

    @property
    def hashed(self) -> tuple[str, ...]:
        """The columns whose hash picks rows and folds."""
        return self.key or self.features


class Binned(Struct, frozen=True):
    """A feature as small whole numbers: the bin of a value, of which the last takes what no other does.

    edges: of a number, the greatest value of each bin but the last. words: of a category, its commonest ones in any
    order, a bin each. NULL has a bin of its own, which is the same for all features.
    """

    feature: Feature
    edges: tuple[float, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many bins there are without that of NULL."""
        return len(self.edges or self.words) + 1


class Grown(Struct, frozen=True):
    """What came of a growth.

    ensembles: by the place of group and target in the growth, and part. rows: by group and part, how many rows a model
    was fitted on. left_out: features that no model can read, each with the reason. queries: the ids of the statements
    that show how: the cuts, the rows, the first level. fetched: how many rows left the warehouse.
    """

    growth: Growth
    ensembles: Mapping[tuple[int, int, Part], Ensemble]
    rows: Mapping[tuple[int, Part], int]
    left_out: Mapping[str, str] = {}
    queries: tuple[str, ...] = ()
    fetched: int = 0

    def model(self, target: int = 0, group: int = 0, part: Part = None) -> Ensemble:
        """One ensemble; a constant where its group had too few rows. Raises KeyError for one that was not asked for."""
        return self.ensembles[group, target, part]

    def cross_fitted(self, target: int = 0, group: int = 0) -> CrossFitted:
        """The models of both folds, as one that scores each row by the model that has not seen it."""
        models = self.ensembles[group, target, 0], self.ensembles[group, target, 1]
        return CrossFitted(self.growth.hashed, models)


class Failed(Struct, frozen=True):
    """A growth that could not be had, and why."""

    problem: Problem
    query: str | None = None


def place_of(chunk: Chunk, chunking: Chunking) -> datetime | int:
    """How SQL names a chunk: the start of a calendar chunk, else its number.

    >>> place_of(Chunk("2024-02", 1, "2024-02-01T00:00:00", "2024-03-01T00:00:00", 10), Chunking("month"))
    datetime.datetime(2024, 2, 1, 0, 0)
    """
    is_numbered = chunking.unit in ("all", "rows", "count") or chunk.start is None
    return chunk.index if is_numbered else datetime.fromisoformat(str(chunk.start))


def sampled(rows: int, most: int = MOST_ROWS) -> float:
    """The share of `rows` rows to take, so that by chance it is hardly ever more than `most` of them.

    >>> sampled(40_000), round(sampled(1_000_000), 4)
    (1.0, 0.0493)
    """
    return 1.0 if rows <= most else max(most - 3 * sqrt(most), 1.0) / rows
