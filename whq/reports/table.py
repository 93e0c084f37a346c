"""Rows as an aligned table for people, or as CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from whq.reports.series import chunk_told
from whq.reports.text import clean, number
from whq.result import COLUMNS, RunResult, flatten

if TYPE_CHECKING:
    from whq.reports import Look

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHORT = 20
"""Signs of a text that is not broken into lines."""
_LEAST = 28
"""Signs that a column of longer texts has room for."""
_NUMBERS = ("value", "lower", "upper", "threshold_lower", "threshold_upper")
"""Columns in which a text may be a number: decimals and integers beyond 2^53 are texts, so that no digit is lost."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?(E[-+]?\d+)?", re.ASCII)
"""Such a number as `str` of an int or a Decimal writes it: -3.50, -1E-7."""


def aligned(titles: Sequence[str], rows: Sequence[Sequence[Any]], look: Look) -> str:
    """An aligned table; numbers stand at the right, and short texts such as dates are never broken.

    It is wider than the reader's terminal where a long text would have less room than a few words.
    """
    from rich.table import Table
    from rich.text import Text

    from whq.reports.terminal import printed

    told = [[_shown(cell) for cell in row] for row in rows]
    reals = [any(isinstance(cell, (int, float)) for cell in column) for column in zip(*rows, strict=True)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    least = 0
    for at, title in enumerate(titles):
        longest = max(len(title), *(len(row[at]) for row in told))
        is_short = longest <= _SHORT
        least += 2 + (longest if is_short else min(longest, _LEAST))
        justify: Literal["left", "right"] = "right" if reals and reals[at] else "left"
        table.add_column(title, justify=justify, overflow="fold", no_wrap=is_short)
    for row in told:
        table.add_row(*map(Text, row))
    return printed(table, replace(look, width=max(look.width, least)))


def comma_separated(titles: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a header.

    Text that a spreadsheet would take for a formula begins with an apostrophe; numbers do not, even where they are
    written as text to keep their digits. Control characters are shown as escapes.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_cell(title, row[title]) for title in titles] for row in rows)
    return buffer.getvalue()


def results(outcome: RunResult, look: Look) -> str:
    """Results as an aligned table."""
    titles = ("status", "id", "segment", "period", "chunk", "value", "lower limit", "upper limit", "message")
    rows = [
        (
            result.status, clean(result.id, 200), result.segment, result.period,
            chunk_told(result), result.value, result.threshold_lower, result.threshold_upper,
            clean(result.message, 200),
        )
        for result in outcome.results
    ]  # fmt: skip
    columns = [at for at in range(len(titles)) if any(row[at] not in (None, "") for row in rows)]
    return aligned([titles[at] for at in columns], [[row[at] for at in columns] for row in rows], look)


def results_csv(outcome: RunResult) -> str:
    """Results as CSV with the columns of the store."""
    return comma_separated(COLUMNS, [flatten(result) for result in outcome.results])


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return clean(cell) if isinstance(cell, str) else number(cell)


def _cell(title: str, value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    if not isinstance(value, str):
        return value
    shown = clean(value, max(len(value), 1))
    is_number = title in _NUMBERS and _NUMBER.fullmatch(value) is not None
    return f"'{shown}" if value.startswith(_FORMULA) and not is_number else shown
