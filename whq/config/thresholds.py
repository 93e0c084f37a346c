"""How a threshold is decided, from its written form."""

from __future__ import annotations

from typing import Any

from whq.config import forms
from whq.config.spec import Threshold


def threshold(item: Any) -> Threshold:
    """The threshold of an item; learned where none is written."""
    if not isinstance(item, forms.Threshold):
        return Threshold()
    if item.lower is not None or item.upper is not None:
        return Threshold("constant", lower=item.lower, upper=item.upper)
    if item.std is not None or item.baseline is not None:
        baseline: Any = item.baseline or "rest"
        return Threshold("std", std=item.std or Threshold().std, baseline=baseline)
    return Threshold(
        "learned", alarms=item.alarms or Threshold().alarms, least=tuple(sorted((item.least or {}).items()))
    )
