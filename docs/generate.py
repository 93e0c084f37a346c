"""Write the generated regions of the pages, and the outputs of their examples: `python docs/generate.py [--check]`.

A region stands between `<!-- generated: name -->` and `<!-- end -->`; `generators/__init__.py` says what makes it. With
`--check` nothing is written, and the exit code is 1 when a page is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the checkout's own whq, installed or not

from generators import REGIONS, examples  # noqa: E402
from generators.markdown import fill  # noqa: E402


def pages() -> list[Path]:
    """Every page that people read."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def stale(path: Path) -> str | None:
    """The text that a page should have, or None where it has it."""
    page = path.read_text("utf-8")
    made, _ = examples.run(fill(page, REGIONS))
    return made if made != page else None


def main(arguments: list[str]) -> int:
    """Write the pages, or only tell which are stale."""
    found = {path: text for path in pages() if (text := stale(path)) is not None}
    for path, text in found.items():
        print(f"{'stale' if '--check' in arguments else 'written'}: {path.relative_to(ROOT)}")
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    return 1 if found and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
