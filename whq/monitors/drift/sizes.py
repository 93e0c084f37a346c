"""How many rows stand on both sides of each comparison, and how they are shared out over bins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from whq.fit.bounds import Sizes
from whq.monitors.drift.statistics import Comparison, Integers, Place


def sizes_of(counts: Integers, comparison: Comparison) -> dict[Place, Sizes]:
    """The sizes of every chunk and of what it is compared with, from the counts that `evaluate` takes.

    The shares are those of the reference as a whole, of all rows where there is none.
    """
    if not counts.size:
        return {}
    counts = counts[:, np.argsort(counts[0], kind="stable")]
    starts = np.flatnonzero(np.diff(counts[0], prepend=-1))
    sizes: dict[Place, Sizes] = {}
    for part in np.split(counts, starts[1:], axis=1):
        series = int(part[0, 0])
        sizes |= {(series, chunk): size for chunk, size in enumerate(_of_series(part, comparison))}
    return sizes


def _of_series(counts: Integers, comparison: Comparison) -> Iterator[Sizes]:
    _, chunks, is_reference, bins, n = counts
    teaches = is_reference if is_reference.any() else np.ones_like(is_reference)
    _, places = np.unique(bins, return_inverse=True)
    base = np.bincount(places, weights=n * teaches)
    fresh = np.bincount(chunks, weights=base[places] == 0).astype(np.int64).tolist()
    totals = np.bincount(chunks, weights=n)
    own = np.bincount(chunks, weights=n * is_reference)
    others = np.append(0, totals[:-1]) if comparison.previous else own.sum() - own * comparison.rest
    shares = base[base > 0] / base.sum()
    for rows, reference_rows, new in zip(totals.tolist(), others.tolist(), fresh, strict=True):
        yield Sizes(rows, reference_rows, shares, new)
