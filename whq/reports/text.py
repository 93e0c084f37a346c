"""Values as people read them: numbers with few digits, and text that cannot steer a terminal or a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

_JOINERS = "\u200c\u200d"
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST = 400
_SIGNS = {
    "✗": "x", "✓": "ok", "…": "...", "·": "-", "–": "-", "—": "-", "×": "x", "±": "+/-", "≥": ">=", "≤": "<=",
    "→": "->", "−": "-", "“": '"', "”": '"', "’": "'", "∞": "inf",
}  # fmt: skip


def clean(text: object, longest: int = _LONGEST) -> str:
    """Text from anywhere, on one line: control and bidirectional characters are shown as escapes."""
    shown = str(text)
    short = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    if short.isascii() and short.isprintable():
        return short
    return "".join(character if _is_safe(character) else _escaped(character) for character in short)


def ascii_only(text: str) -> str:
    """Text for a terminal without Unicode: known signs replaced, the rest as escapes."""
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return text.encode("ascii", "backslashreplace").decode("ascii")


def number(value: Any) -> str:
    """A value with four significant digits, thousands grouped; NULL is shown as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return clean(value.isoformat() if isinstance(value, (date, datetime)) else value, 60)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else f"{value:.4g}"
    return _real(float(value))


def percent(part: float, whole: float) -> str:
    """A share of a whole, as a percentage with the digits it deserves."""
    share = 100 * part / whole if whole else 0.0
    digits = 0 if share in (0.0, 100.0) else 1 if share >= 1 else 2
    return "<0.01 %" if 0 < share < 0.005 else f"{share:.{digits}f}".removesuffix(".0") + " %"


def seconds(duration: float) -> str:
    """A duration, short."""
    if duration < 60:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s"


def shell(word: str) -> str:
    """A word as a POSIX shell takes it, shown safely."""
    plain = clean(word)
    safe = (
        plain.replace("/", "")
        .replace(":", "")
        .replace("_", "")
        .replace("-", "")
        .replace(".", "")
        .replace("@", "")
        .isalnum()
    )
    return plain if safe and plain.isascii() else "'" + plain.replace("'", "'\\''") + "'"


_PART = re.compile(r"(\d+)/(\d+)")
_ROWS = re.compile(r"(\d+)-(\d+)")


def until_words(moment: str | None) -> str:
    """Until when an acknowledgement holds.

    Example:
        >>> until_words("2024-06-01T00:00:00Z"), until_words("2024-06-01T12:30:00Z"), until_words(None)
        ('until 2024-06-01', 'until 2024-06-01 12:30 UTC', 'while it lasts')
    """
    if moment is None:
        return "while it lasts"
    day, _, time = clean(moment, 40).removesuffix("Z").partition("T")
    return f"until {day}{'' if time in ('', '00:00:00') else f' {time[:5]} UTC'}"


def chunk_words(key: str) -> str:
    """The key of a chunk as people read it; a date is as it is.

    >>> [chunk_words(key) for key in ("7/10", "0-4999", "2024-01", "2024-W05")]
    ['part 7 of 10', 'rows 0-4999', '2024-01', '2024-W05']
    """
    part, rows = _PART.fullmatch(key), _ROWS.fullmatch(key)
    if part:
        return f"part {part[1]} of {part[2]}"
    return f"rows {key}" if rows and int(rows[2]) > int(rows[1]) else clean(key)


def runs_of(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending positions as first and last of each unbroken run: 1 2 3 7 → (1, 3), (7, 7)."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and position == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs


def _is_safe(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _UNSAFE


def _escaped(character: str) -> str:
    code = ord(character)
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _real(value: float) -> str:
    if not isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.2e}"
    if size >= 1e3:
        return f"{value:,.0f}"
    return f"{value:.4g}"
