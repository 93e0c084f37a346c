"""Trees by LightGBM on rows that were fetched, as an ensemble that SQL scores like LightGBM itself.

The rows come as the small whole numbers that trees grow on in the warehouse too (`whq.growths.Binned`), so a tree's
thresholds lie between bins and are edges of the columns, exactly. The package comes with the extra `whq[trees]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whq.ensembles import Ensemble, Link, Split, Tree
from whq.errors import ConfigError, Problem
from whq.fit.trees import LARGEST
from whq.growths import Binned, Growth

Floats = NDArray[np.float64]


def needed() -> Any:
    """The package. Raises ConfigError where it is not installed."""
    try:
        import lightgbm
    except ImportError as error:
        text = f"learner: lightgbm needs the package lightgbm, which is not installed ({error})"
        hint = "pip install 'whq[trees]', in a checkout pip install '.[trees]'; or leave out `learner`"
        raise ConfigError(Problem("WHQ-E004", "config", text, hint)) from error
    return lightgbm


def fit(growth: Growth, binned: Sequence[Binned], bins: Floats, target: Floats, size: float) -> Ensemble:
    """The ensemble of one model.

    Args:
        binned: The features.
        bins: By row and feature, the bin; NaN for NULL.
        target: By row, in units of `size`.

    Raises:
        ConfigError: LightGBM is not installed.
    """
    lightgbm = needed()
    features = tuple(one.feature for one in binned)
    is_logistic = growth.loss == "logistic"
    link: Link = "logistic" if is_logistic else "identity"
    mean = float(target.mean()) if len(target) else 0.0
    if len(target) < 2 * growth.least or (is_logistic and mean in (0.0, 1.0)):
        base = 0.0 if is_logistic else mean * size
        return Ensemble(features, base, link=link)
    start = np.full(len(target), log(mean / (1 - mean))) if is_logistic and growth.balanced else None
    rows = lightgbm.Dataset(
        bins, target, init_score=start, categorical_feature=_categories(binned), params=_settings(growth),
        free_raw_data=True,
    )  # fmt: skip
    booster = lightgbm.train(_settings(growth), rows, growth.trees)
    return exported(booster.dump_model(), binned, 1.0 if is_logistic else size, link)


def _categories(binned: Sequence[Binned]) -> list[int]:
    return [place for place, one in enumerate(binned) if one.feature.kind == "category"]


def _settings(growth: Growth) -> dict[str, Any]:
    return {
        "objective": "binary" if growth.loss == "logistic" else "regression",
        "learning_rate": growth.rate, "num_leaves": 2**growth.depth, "max_depth": growth.depth,
        "min_data_in_leaf": growth.least, "lambda_l2": growth.l2, "min_data_in_bin": 1,
        "boost_from_average": not growth.balanced, "deterministic": True, "force_row_wise": True, "seed": 1,
        "num_threads": 1, "verbose": -1,
    }  # fmt: skip


def exported(model: Mapping[str, Any], binned: Sequence[Binned], size: float, link: Link) -> Ensemble:
    """LightGBM's description of a model (`Booster.dump_model`) as an ensemble over the features."""
    trees = tuple(_tree(one["tree_structure"], binned, size) for one in model["tree_info"])
    return Ensemble(tuple(one.feature for one in binned), 0.0, trees, (), link)


def _tree(root: Mapping[str, Any], binned: Sequence[Binned], size: float) -> Tree:
    splits: list[Split | None] = []
    leaves: list[float] = []

    def place(node: Mapping[str, Any]) -> int:
        if "split_feature" not in node:
            leaves.append(float(node["leaf_value"]) * size)
            return -len(leaves)
        own = len(splits)
        splits.append(None)
        left, right = place(node["left_child"]), place(node["right_child"])
        splits[own] = _split(node, binned[node["split_feature"]], left, right)
        return own

    place(root)
    return Tree(tuple(split for split in splits if split is not None), tuple(leaves))


def _split(node: Mapping[str, Any], one: Binned, left: int, right: int) -> Split:
    """NULL goes where LightGBM sends NaN: of a category to the right, of a number that has some where it learned."""
    feature = int(node["split_feature"])
    if node["decision_type"] == "==":
        bins = {int(bin) for bin in str(node["threshold"]).split("||")}
        has_others = len(one.words) in bins
        listed = (word for bin, word in enumerate(one.words) if (bin in bins) != has_others)
        return Split(feature, None, tuple(sorted(listed)), not has_others, False, left, right)
    threshold = float(node["threshold"])
    bin = floor(threshold)
    cut = -LARGEST if bin < 0 else one.edges[bin] if bin < len(one.edges) else LARGEST
    null_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0
    return Split(feature, cut, (), True, null_left, left, right)
