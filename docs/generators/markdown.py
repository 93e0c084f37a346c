"""Pieces of Markdown: tables, anchors, and the regions of a page that are generated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

REGION = re.compile(r"(?P<open><!-- generated: (?P<name>[a-z_]+) -->\n)(?P<body>.*?)(?P<close><!-- end -->)", re.DOTALL)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars inside cells are escaped."""
    lines = [_row(titles), _row(["---"] * len(titles)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """Text in code marks; nothing for nothing."""
    words = str(text)
    if not words:
        return ""
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def codes(words: Iterable[object]) -> str:
    """Several words in code marks."""
    return ", ".join(code(word) for word in words)


def fill(page: str, regions: Mapping[str, Callable[[], str]]) -> str:
    """The page with every generated region made anew. Raises KeyError for a region that nothing makes."""

    def made(found: re.Match[str]) -> str:
        text = re.sub(r"\n{3,}", "\n\n", regions[found["name"]]().strip())
        return f"{found['open']}\n{text}\n\n{found['close']}"

    return REGION.sub(made, page)


def anchor(heading: str) -> str:
    """The anchor that a heading gets on the usual hosts."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")
