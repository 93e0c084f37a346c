"""Models as values: tree ensembles and linear models that JSON can hold and that SQL can score.

    value of a row = link(base + sum over the terms + sum over the trees)

`whq.sql.ensemble` compiles one to an expression; `whq.fit.trees` grows them from counts, `whq.fit.lightgbm` takes them
over from LightGBM. How a row's values are read, the same everywhere:

    number     as a double; NULL, NaN and infinities are NULL
    category   as text (`true` and `false` for a boolean), compared exactly; NULL is NULL
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import isfinite
from typing import Literal

from msgspec import Struct

FeatureKind = Literal["number", "category"]
Link = Literal["identity", "logistic"]


class Feature(Struct, frozen=True, array_like=True):
    """A column that a model reads, by its exact name, and how its values are read."""

    name: str
    kind: FeatureKind = "number"


class Split(Struct, frozen=True, array_like=True):
    """Where a tree sends a row.

    feature: its place among the ensemble's features. Of a number: rows up to and including `cut` go left, NULL too
    where `null_left`. Of a category (`cut` is None): rows with one of `listed` go to the left where `listed_left`, else
    to the right; all others, such as categories never seen, to the opposite side; NULL as `null_left` says.
    left, right: the place of the next split, greater than this one's, or -1 - place of a leaf.
    """

    feature: int
    cut: float | None
    listed: tuple[str, ...]
    listed_left: bool
    null_left: bool
    left: int
    right: int


class Tree(Struct, frozen=True, array_like=True):
    """A decision tree; the first split is its root. One without splits is its only leaf."""

    splits: tuple[Split, ...]
    leaves: tuple[float, ...]


class Term(Struct, frozen=True, array_like=True):
    """What one feature adds in a linear model.

    A number adds `weight` times its value, and `null` where it is NULL. A category adds the weight that `listed` gives
    it, `other` where it has none, and `null` where it is NULL.
    """

    feature: int
    weight: float = 0.0
    null: float = 0.0
    listed: tuple[tuple[str, float], ...] = ()
    other: float = 0.0


class Ensemble(Struct, frozen=True, dict=True):
    """A model: trees, linear terms, or both, over features that are named.

    base: what every row begins with. trees: the learning rate is part of their leaves. link: `logistic` makes a
    probability of the sum. It is hashed once, so that it can stand in a request.

        Ensemble((Feature("age"),), trees=(Tree((Split(0, 30.0, (), True, False, -1, -2),), (0.5, -0.5)),))
    """

    features: tuple[Feature, ...]
    base: float = 0.0
    trees: tuple[Tree, ...] = ()
    terms: tuple[Term, ...] = ()
    link: Link = "identity"

    @cached_property
    def _digest(self) -> int:
        return hash((self.features, self.base, self.trees, self.terms, self.link))

    def __hash__(self) -> int:
        return self._digest

    @property
    def leaves(self) -> int:
        """How many leaves all trees have together: what scoring costs grows with it."""
        return sum(len(tree.leaves) for tree in self.trees)

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that scoring reads, each once, in the order of the features: those that decide something."""
        used = {split.feature for tree in self.trees for split in tree.splits} | {term.feature for term in self.terms}
        return tuple(feature.name for place, feature in enumerate(self.features) if place in used)

    def fault(self) -> str | None:
        """What is wrong with a model that somebody made by hand; None where it can be scored.

        >>> Ensemble((), trees=(Tree((), ()),)).fault()
        'tree 1 has no leaf'
        """
        return next(self._faults(), None)

    def _faults(self) -> Iterator[str]:
        if not isfinite(self.base):
            yield f"its base is {self.base}"
        for number, term in enumerate(self.terms, 1):
            if not 0 <= term.feature < len(self.features):
                yield f"term {number} is of feature {term.feature}, which there is not"
            elif not all(map(isfinite, (term.weight, term.null, term.other, *(weight for _, weight in term.listed)))):
                yield f"term {number} has a weight that is not finite"
        for number, tree in enumerate(self.trees, 1):
            yield from (f"tree {number} {fault}" for fault in _tree_faults(tree, self.features))


def _tree_faults(tree: Tree, features: tuple[Feature, ...]) -> Iterator[str]:
    if not tree.leaves:
        yield "has no leaf"
    if not all(map(isfinite, tree.leaves)):
        yield "has a leaf that is not finite"
    for place, split in enumerate(tree.splits):
        if not 0 <= split.feature < len(features):
            yield f"splits feature {split.feature}, which there is not"
        elif (split.cut is None) != (features[split.feature].kind == "category"):
            yield f"splits {features[split.feature].name} as what it is not"
        elif split.cut is not None and not isfinite(split.cut):
            yield f"cuts {features[split.feature].name} at {split.cut}"
        for next_place in (split.left, split.right):
            in_order = place < next_place < len(tree.splits) if next_place >= 0 else -next_place <= len(tree.leaves)
            if not in_order:
                yield f"goes from split {place} to {next_place}"


class CrossFitted(Struct, frozen=True):
    """A model for rows that it was fitted on: each row is scored by the model that has not seen it.

    key: the columns whose hash decides in which of two folds a row is. models: the model for the rows of fold 0, which
    was fitted on fold 1, and the one for fold 1.
    """

    key: tuple[str, ...]
    models: tuple[Ensemble, Ensemble]


class Share(Struct, frozen=True):
    """The rows whose hash lies from `low` to before `high`, of 0..1: the same rows on every engine and in every run.

    key: the columns that are hashed, as text; times and fractions are written differently by engines, so that the rows
    are the same everywhere for keys of whole numbers and texts.
    """

    key: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0
