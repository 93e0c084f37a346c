"""The families of monitors in reports: what each is called, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whq.reports.text import clean

_TITLES = {"rule": "rules", "model": "models", "anomaly": "anomalies"}
"""Where the title is not the name."""


def titles(monitors: Iterable[str], order: Sequence[str]) -> dict[str, str]:
    """The title of each family by its name.

    Args:
        monitors: the families to show, repeated or not.
        order: the families that stand first; others follow as they come.

    Example:
        >>> titles(["volume", "drift", "rule"], ("rule", "drift"))
        {'rule': 'rules', 'drift': 'drift', 'volume': 'volume'}
    """
    present = dict.fromkeys(monitors)
    listed = (*(name for name in order if name in present), *(name for name in present if name not in order))
    return {name: _TITLES.get(name) or clean(name, 40) for name in listed}
