"""The table of error codes, by family."""

from __future__ import annotations

from whq.codes import CODES

FAMILIES = {
    "C": "Configuration",
    "E": "Engines: connections, tables, statements",
    "M": "Monitors",
    "R": "Results: the store and reports",
    "S": "SQL: templates, user SQL, dialects",
    "U": "Usage of the command line",
    "X": "Bugs",
}


def errors() -> str:
    """Every code with its title and text."""
    parts: list[str] = []
    for letter, title in FAMILIES.items():
        found = {name: texts for name, texts in CODES.items() if name.startswith(f"WHQ-{letter}")}
        parts.append(f"## {title}\n")
        parts += [f"### {name}: {heading}\n\n{_escaped(text)}\n" for name, (heading, text) in found.items()]
    assert sum(part.startswith("### ") for part in parts) == len(CODES)
    return "\n".join(parts)


def _escaped(text: str) -> str:
    """Outside code marks `*` and `<` would be taken for Markdown."""
    pieces = text.split("`")
    pieces[::2] = [piece.replace("*", "\\*").replace("<", "\\<") for piece in pieces[::2]]
    return "`".join(pieces)
