"""How familiar the scores of a chunk are: how far their histogram lies off the reference's."""

from __future__ import annotations

from math import sqrt

import numpy as np
from msgspec import Struct

from whq.fit.histogram import Histogram

PARTS = 20
"""The reference's scores are cut into so many parts of as many rows."""
MORE = 10.0
"""A part is new where the chunk's share of it is so many times the reference's."""


class Familiar(Struct, frozen=True):
    """A chunk's scores beside the reference's.

    distance: Hellinger's, √(1 - Σ√(pq)) over the parts, 0..1, less what samples of so many rows make of it. novel: the
    share of rows in parts where the reference has hardly any, or outside of all its scores.
    """

    distance: float
    novel: float


def familiar(reference: Histogram, chunk: Histogram) -> Familiar | None:
    """How far a chunk is off; None where either side has no rows.

    Of two samples of one distribution over B parts, n and m rows, the squared distance is w/8 times a chi-squared
    variable with B - 1 degrees of freedom, w = 1/n + 1/m; its mean and three standard deviations are taken off.
    """
    members, own = reference.members.sum(axis=1), chunk.members.sum(axis=1)
    n, m = own.sum(), members.sum()
    if not n or not m:
        return None
    middle = (np.cumsum(members) - members / 2) / m
    parts = np.minimum((middle * PARTS).astype(int), PARTS - 1)
    at = np.clip(np.searchsorted(reference.bins, chunk.bins), 0, len(parts) - 1)
    p = np.bincount(parts, members, PARTS) / m
    q = np.bincount(parts[at], own, PARTS) / n
    freedom = np.count_nonzero(p + q) - 1
    by_chance = (freedom + 3 * sqrt(2 * freedom)) / 8 * (1 / n + 1 / m)
    squared = 1.0 - float(np.sqrt(p * q).sum()) - by_chance
    outside = (chunk.bins < reference.bins[0]) | (chunk.bins > reference.bins[-1])
    is_new = ((q > MORE * p)[parts[at]]) | outside
    return Familiar(sqrt(max(0.0, squared)), float(own[is_new].sum() / n))
