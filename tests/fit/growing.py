"""Boosted trees grown row by row in plain Python, to compare those with that are grown from counts."""

import hashlib
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from whq.growths import Growth

Row = Sequence[Any]
Node = dict[str, Any]


def edges(values: list[float], bins: int) -> list[float]:
    """Half way between few values, else the values at which another part of the rows is full."""
    values = sorted(values)
    different = sorted(set(values))
    if len(different) <= bins:
        return [(low + high) / 2 for low, high in pairwise(different)]
    found = []
    for value in different:
        below = sum(other < value for other in values)
        reached = sum(other <= value for other in values)
        if math.floor(reached * bins / len(values)) > math.floor(below * bins / len(values)):
            found.append(value)
    return found[:-1]


class Feature:
    """How one column is split: numbers by edges, words by the order of their mean target."""

    def __init__(self, place: int, rows: list[Row], bins: int) -> None:
        self.place = place
        known = [row[place] for row in rows if row[place] is not None]
        self.is_number = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)
        if self.is_number:
            self.edges = edges([float(value) for value in known if math.isfinite(value)], bins)
        else:
            texts = [text(value) for value in known]
            commonest = sorted(set(texts), key=lambda word: (-texts.count(word), _md5(word)))
            self.words = commonest[: bins - 1]

    def bin(self, row: Row) -> int | None:
        value = row[self.place]
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return None
        if self.is_number:
            return sum(edge < value for edge in self.edges)
        return self.words.index(text(value)) if text(value) in self.words else len(self.words)

    def sides(self, rows: list[Row], targets: Sequence[float]) -> list[list[int]]:
        """The bins in the order in which a cut goes through them."""
        size = len(self.edges if self.is_number else self.words) + 1
        if self.is_number:
            return [list(range(cut + 1)) for cut in range(size)]
        means = []
        for bin in range(size):
            inside = [target for row, target in zip(rows, targets, strict=True) if self.bin(row) == bin]
            means.append((sum(inside) / len(inside) if inside else math.inf, bin))
        order = [bin for _, bin in sorted(means)]
        return [order[: cut + 1] for cut in range(size)]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _md5(word: str) -> str:
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


def grown(
    growth: Growth, rows: list[Row], targets: list[float], cut_on: list[Row] | None = None
) -> Callable[[Row], float]:
    """The score of a row by a model of these rows.

    Args:
        cut_on: the rows that say where features are cut, where these are not all of them.
    """
    features = [Feature(place, cut_on or rows, growth.bins) for place in range(len(growth.features))]
    sides = [feature.sides(rows, targets) for feature in features]
    is_logistic = growth.loss == "logistic"
    mean = sum(targets) / len(targets)
    base = math.log(mean / (1 - mean)) if is_logistic else mean
    scores = [base] * len(rows)
    trees: list[Node] = []
    bins = [[feature.bin(row) for feature in features] for row in rows]
    for _ in range(growth.trees):
        chances = [1 / (1 + math.exp(-score)) for score in scores]
        slopes = [
            target - (chance if is_logistic else score)
            for target, chance, score in zip(targets, chances, scores, strict=True)
        ]
        weights = [chance * (1 - chance) if is_logistic else 1.0 for chance in chances]
        root = _node(growth, sides, bins, slopes, weights, list(range(len(rows))), 0)
        if "left" not in root:
            break
        trees.append(root)
        scores = [score + _leaf(root, own) for score, own in zip(scores, bins, strict=True)]

    def score(row: Row) -> float:
        own = [feature.bin(row) for feature in features]
        total = (0.0 if growth.balanced else base) + sum(_leaf(tree, own) for tree in trees)
        return 1 / (1 + math.exp(-total)) if is_logistic else total

    return score


def _node(
    growth: Growth,
    sides: list[list[list[int]]],
    bins: list[list[int | None]],
    slopes: list[float],
    weights: list[float],
    inside: list[int],
    depth: int,
) -> Node:
    def worth(members: list[int]) -> float:
        return sum(slopes[one] for one in members) ** 2 / (sum(weights[one] for one in members) + growth.l2)

    node: Node = {
        "leaf": growth.rate * sum(slopes[one] for one in inside) / (sum(weights[one] for one in inside) + growth.l2)
    }
    best: tuple[float, Any] = (1e-9, None)
    for place, of_feature in enumerate(sides if depth < growth.depth else []):
        has_null = any(bins[one][place] is None for one in inside)
        for null_left in (False, True) if has_null else (False,):
            for listed in of_feature:
                left = [
                    one for one in inside if (null_left if bins[one][place] is None else bins[one][place] in listed)
                ]
                chosen = set(left)
                right = [one for one in inside if one not in chosen]
                if min(len(left), len(right)) >= growth.least:
                    gain = worth(left) + worth(right) - worth(inside)
                    if gain > best[0] + 1e-12:
                        best = (gain, (place, listed, null_left, left, right))
    if best[1] is not None:
        place, listed, null_left, left, right = best[1]
        children = [_node(growth, sides, bins, slopes, weights, part, depth + 1) for part in (left, right)]
        node |= {"place": place, "listed": listed, "null_left": null_left, "left": children[0], "right": children[1]}
    return node


def _leaf(node: Node, own: list[int | None]) -> float:
    while "left" in node:
        bin = own[node["place"]]
        node = node["left" if (node["null_left"] if bin is None else bin in node["listed"]) else "right"]
    return float(node["leaf"])
