"""Boosted trees from counts: given rows, gradient and hessian of each (node, feature, bin), where trees split.

Many models grow at once: `Forest.asked` says which nodes must be known next, `Forest.take` gets their counts, and when
a tree is done `Forest.step` says what it adds to each row. Nothing here knows SQL or rows.

A split is the one with the greatest gain (Friedman 2001; second order as in Chen and Guestrin 2016):

    gain = G_left^2 / (H_left + l2) + G_right^2 / (H_right + l2) - G^2 / (H + l2);   leaf = rate * G / (H + l2)

Numbers are split in their order, categories in the order of their mean gradient in the first tree's root, which is that
of the mean target; NULL goes to the side where the gain is greater. Of equal gains the first feature and the lowest cut
win. Of two children only the smaller one is asked for: the other one's counts are the parent's less these.

Counts are whole numbers (gradients in units of 1 / scale), so that the same rows give the same trees in whatever order
an engine sums them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from whq.ensembles import Ensemble, Split, Tree
from whq.growths import Binned, Growth, Part

Floats = NDArray[np.float64]

LARGEST = 1.7976931348623157e308
"""Every finite number is at most this: a cut between all values and NULL."""
MOST_BINS = 64
NO_GAIN = 1e-9
"""A split must gain more, in squares of the target's size."""


Numbers = Sequence[float] | NDArray[np.float64] | NDArray[np.int64]


class Branch(Struct, frozen=True):
    """A node of a tree as SQL is made from it: a text (the node's number, a leaf), or which bins go left.

    cut: bins up to it go left, with NULL's where `null_left`; listed: these bins go left, NULL's among them or not.
    """

    text: str | None = None
    feature: int = 0
    cut: int = 0
    listed: tuple[int, ...] | None = None
    null_left: bool = False
    left: Branch | None = None
    right: Branch | None = None


Roots = list[tuple[int, Branch]]
"""The trees of some models, by the models' numbers."""


class _Node(Struct, eq=False):
    """A node of a tree that grows: its counts by feature and bin (rows, gradient, hessian), and what it became.

    bins: of a category, those that go left; of a number, all up to `cut` do.
    """

    model: int
    counts: Floats | None = None
    leaf: float = 0.0
    feature: int = 0
    cut: int = 0
    bins: tuple[int, ...] = ()
    null_left: bool = False
    left: _Node | None = None
    right: _Node | None = None


class _Ask(Struct, eq=False):
    """A node to be counted; of two children the smaller one, the other's counts follow from the parent's."""

    node: _Node
    parent: _Node | None = None
    sibling: _Node | None = None


class Forest:
    """All models of one growth while they grow.

        forest = Forest(growth, binned, sizes, scale)
        while forest.begin():
            while asked := forest.asked():
                forest.take(*counts_of(asked))
            add_to_scores(forest.step())

    Args:
        growth: What is to be grown.
        binned: The features.
        sizes: By target, what one unit of it is here: targets are divided by it, so that they are 1 at most.
        scale: What one unit of gradient or hessian is in the counts.
    """

    def __init__(self, growth: Growth, binned: Sequence[Binned], sizes: Sequence[float], scale: float) -> None:
        self.growth, self.binned, self.sizes, self.scale = growth, tuple(binned), tuple(sizes), scale
        self.width = max((one.size for one in binned), default=1) + 1
        count = len(growth.models)
        self.rows = [0] * count
        self._trees: list[list[_Node]] = [[] for _ in range(count)]
        self._bases = [0.0] * count
        self._active = list(range(count))
        self._roots: dict[int, _Node] = {}
        self._asks: list[_Ask] = []
        self._begun = self._levels = 0
        bins = np.arange(self.width - 1)
        self._allowed = bins[None, :] < np.array([one.size for one in self.binned], dtype=np.int64)[:, None]
        self._order = np.tile(bins, (count, len(self.binned), 1))

    @property
    def cells(self) -> int:
        """How many cells (features times bins) a node has."""
        return len(self.binned) * self.width

    @property
    def _is_first(self) -> bool:
        return self._begun == 1

    # --- a level ---

    def begin(self) -> bool:
        """Begin a tree of every model that still grows; False where none does, or all trees are grown."""
        self._roots = {model: _Node(model) for model in self._active}
        self._asks = [_Ask(root) for root in self._roots.values()]
        self._begun, self._levels = self._begun + 1, 0
        return bool(self._active and self.binned) and self._begun <= self.growth.trees

    def asked(self) -> Roots:
        """The trees so far of the models with nodes to be counted, which have their numbers as texts; others are NULL.

        Empty where there is nothing to ask.
        """
        if self._levels == self.growth.depth:
            return []
        numbers = {id(ask.node): str(number) for number, ask in enumerate(self._asks)}
        models = dict.fromkeys(ask.node.model for ask in self._asks)
        return [(model, self._numbered(self._roots[model], numbers)) for model in models]

    def take(self, cells: Numbers, rows: Numbers, gradients: Numbers, hessians: Numbers) -> None:
        """The counts of the nodes that were asked for; a cell is node * cells + feature * width + bin."""
        counts = np.zeros((len(self._asks) * self.cells, 3))
        place = np.asarray(cells, dtype=np.int64)
        counts[place, 0] = np.asarray(rows, dtype=np.float64)
        counts[place, 1] = np.asarray(gradients, dtype=np.float64) / self.scale
        counts[place, 2] = np.asarray(hessians, dtype=np.float64) / self.scale
        for ask, of_node in zip(self._asks, counts.reshape(-1, len(self.binned), self.width, 3), strict=True):
            ask.node.counts = self._centred(ask.node.model, of_node, is_root=ask.parent is None)
            if ask.parent is not None and ask.parent.counts is not None and ask.sibling is not None:
                ask.sibling.counts = ask.parent.counts - of_node
        if self._is_first and not self._levels:
            self._learn_order()
        nodes = [node for ask in self._asks for node in (ask.node, ask.sibling) if node is not None]
        self._levels += 1
        self._asks = list(self._split(nodes))

    def _centred(self, model: int, counts: Floats, *, is_root: bool) -> Floats:
        """In the first tree, counts are of the target: here they become gradients, every row scored by the mean."""
        if not self._is_first:
            return counts
        is_logistic = self.growth.loss == "logistic"
        if is_root:
            rows, total = counts[0, :, 0].sum(), counts[0, :, 1].sum()
            mean = float(total / rows) if rows else 0.0
            self.rows[model] = int(rows)
            self._bases[model] = _logit(mean) if is_logistic else mean
        expected = 1 / (1 + exp(-self._bases[model])) if is_logistic else self._bases[model]
        counts[..., 1] -= expected * counts[..., 0]
        counts[..., 2] = counts[..., 0] * (expected * (1 - expected) if is_logistic else 1.0)
        return counts

    def _learn_order(self) -> None:
        """Categories in the order of their mean target in the root; bins that there are not come last."""
        bins = np.arange(self.width - 1)
        for place, one in enumerate(self.binned):
            for model, root in self._roots.items() if one.feature.kind == "category" else ():
                assert root.counts is not None
                counts = root.counts[place, :-1]
                means = np.full(len(bins), np.inf)
                np.divide(counts[:, 1], counts[:, 0], out=means, where=counts[:, 0] > 0)
                self._order[model, place] = np.lexsort((bins, means, bins >= one.size))

    # --- splits ---

    def _split(self, nodes: list[_Node]) -> Iterator[_Ask]:
        """Give each node its best split, or leave it a leaf; what is to be counted then."""
        if not nodes:
            return
        counts = np.stack([node.counts for node in nodes if node.counts is not None])
        order = self._order[[node.model for node in nodes]]
        body = np.take_along_axis(counts[:, :, :-1], order[..., None], axis=2)
        gains = self._gains(np.cumsum(body, axis=2), counts[:, :, -1:], counts[:, 0].sum(axis=1))
        flat = gains.reshape(len(nodes), -1)
        for number, place in enumerate(flat.argmax(axis=1)):
            if flat[number, place] > NO_GAIN:
                feature, side, cut = (int(part) for part in np.unravel_index(place, gains.shape[1:]))
                yield self._grow(nodes[number], feature, cut, order[number, feature], null_left=bool(side))

    def _gains(self, left: Floats, nulls: Floats, sums: Floats) -> Floats:
        """By node, feature, side of NULL (right, left) and cut; -1 where a split is not allowed."""
        l2, least = self.growth.l2, self.growth.least
        total = sums[:, None, None, None, :]
        sides = np.stack([left, left + nulls], axis=2)
        rest = total - sides
        is_allowed = (sides[..., 0] >= least) & (rest[..., 0] >= least) & self._allowed[None, :, None, :]
        is_allowed[:, :, 1] &= nulls[..., 0] > 0
        both = sides[..., 1] ** 2 / (sides[..., 2] + l2) + rest[..., 1] ** 2 / (rest[..., 2] + l2)
        alone = total[..., 1] ** 2 / (total[..., 2] + l2)
        gains: Floats = np.where(is_allowed, both - alone, -1.0)
        return gains

    def _grow(self, node: _Node, feature: int, cut: int, order: NDArray[np.int64], *, null_left: bool) -> _Ask:
        assert node.counts is not None
        node.feature, node.cut, node.null_left = feature, cut, null_left
        is_number = self.binned[feature].feature.kind == "number"
        node.bins = () if is_number else tuple(sorted(int(bin) for bin in order[: cut + 1]))
        going = [*(range(cut + 1) if is_number else node.bins), *([self.width - 1] if null_left else [])]
        left = node.counts[feature, going].sum(axis=0)
        right = node.counts[feature].sum(axis=0) - left
        node.left, node.right = _Node(node.model, leaf=self._leaf(left)), _Node(node.model, leaf=self._leaf(right))
        children = (node.left, node.right) if left[0] <= right[0] else (node.right, node.left)
        return _Ask(children[0], node, children[1])

    def _leaf(self, sums: Floats) -> float:
        return float(self.growth.rate * sums[1] / (sums[2] + self.growth.l2))

    # --- a tree ---

    def step(self) -> Roots:
        """The tree that is done, of each model: its leaves as texts. A model that found no split grows no more.

        What each model begins with is in the leaves of the first tree.
        """
        added: Roots = []
        for model, root in self._roots.items():
            if root.left is not None:
                self._trees[model].append(root)
            base = self._bases[model] if self._is_first else 0.0
            if root.left is not None or self._is_first:
                added.append((model, self._valued(root, base)))
            _forget(root)
        self._active = [model for model in self._active if self._roots[model].left is not None]
        return added

    def _numbered(self, node: _Node, numbers: Mapping[int, str]) -> Branch:
        """A tree whose nodes that are asked for are their numbers; the rest is NULL."""
        if id(node) in numbers:
            return Branch(numbers[id(node)])
        if node.left is None or node.right is None:
            return Branch("null")
        left, right = self._numbered(node.left, numbers), self._numbered(node.right, numbers)
        return left if left.text == right.text == "null" else self._forked(node, left, right)

    def _valued(self, node: _Node, base: float) -> Branch:
        """A tree with its leaves, to which `base` is added; a root without a split adds nothing but that."""
        if node.left is None or node.right is None:
            value = base + node.leaf
            return Branch(f"{value!r}" if "e" in repr(value) else f"{value!r}e0")
        return self._forked(node, self._valued(node.left, base), self._valued(node.right, base))

    def _forked(self, node: _Node, left: Branch, right: Branch) -> Branch:
        if self.binned[node.feature].feature.kind == "number":
            return Branch(None, node.feature, node.cut, None, node.null_left, left, right)
        null = (self.width - 1,) if node.null_left else ()
        return Branch(None, node.feature, 0, (*node.bins, *null), node.null_left, left, right)

    # --- what has grown ---

    def ensembles(self) -> dict[tuple[int, int, Part], Ensemble]:
        """Every model in units of its target."""
        features = tuple(one.feature for one in self.binned)
        found: dict[tuple[int, int, Part], Ensemble] = {}
        is_logistic = self.growth.loss == "logistic"
        for number, (group, target, part) in enumerate(self.growth.models):
            size = 1.0 if is_logistic else self.sizes[target]
            base = 0.0 if is_logistic and self.growth.balanced else self._bases[number] * size
            trees = tuple(self._tree(root, size) for root in self._trees[number])
            found[group, target, part] = Ensemble(features, base, trees, (), "logistic" if is_logistic else "identity")
        return found

    def _tree(self, root: _Node, size: float) -> Tree:
        splits: list[Split | None] = []
        leaves: list[float] = []

        def place(node: _Node) -> int:
            if node.left is None or node.right is None:
                leaves.append(node.leaf * size)
                return -len(leaves)
            own = len(splits)
            splits.append(None)
            splits[own] = self._as_split(node, place(node.left), place(node.right))
            return own

        place(root)
        return Tree(tuple(split for split in splits if split is not None), tuple(leaves))

    def _as_split(self, node: _Node, left: int, right: int) -> Split:
        one = self.binned[node.feature]
        if one.feature.kind == "number":
            cut = one.edges[node.cut] if node.cut < len(one.edges) else LARGEST
            return Split(node.feature, cut, (), True, node.null_left, left, right)
        others = len(one.words)
        has_others = others in node.bins
        listed = (word for bin, word in enumerate(one.words) if (bin in node.bins) != has_others)
        return Split(node.feature, None, tuple(sorted(listed)), not has_others, node.null_left, left, right)


def _forget(node: _Node) -> None:
    """Let go of a tree's counts."""
    pending: list[_Node | None] = [node]
    while pending:
        one = pending.pop()
        if one is not None:
            one.counts = None
            pending += [one.left, one.right]


def _logit(share: float) -> float:
    """The score of a share of ones; bounded, as one without any has none."""
    bounded = min(max(share, 1e-6), 1 - 1e-6)
    return log(bounded / (1 - bounded))
