"""The pages: generated parts are fresh, examples run and print what is quoted, links lead somewhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from whq.cli import PRECEDENCE

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from generators import REGIONS, commands, examples, markdown  # noqa: E402

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
pages = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


@pages
def test_generated_parts_are_fresh(page: Path) -> None:
    text = page.read_text("utf-8")
    assert markdown.fill(text, REGIONS) == text, "stale: run `python docs/generate.py`"


@pages
def test_examples_run_and_print_what_is_quoted(page: Path) -> None:
    _, troubles = examples.run(page.read_text("utf-8"), keep=True)
    assert not troubles, "\n\n".join(troubles)


@pages
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text("utf-8"))
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        aim = (page.parent / name).resolve() if name else page
        assert aim.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(aim), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#{1,6} (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {markdown.anchor(heading) for heading in headings}


def test_the_readme_has_two_commands_and_twelve_lines() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shells = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert [block.count("\n") for block in shells] == [1, 1]
    files = re.findall(r"^```yaml \S+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[:3]
    assert sum(not line.startswith("#") for block in files for line in block.splitlines()) == 12


def test_every_exit_code_has_a_meaning() -> None:
    assert set(commands.MEANINGS) == set(PRECEDENCE)


@pytest.mark.parametrize(
    ("quoted", "said", "same"),
    [
        (["took 1.2 s"], ["took 0.9 s"], True),
        (["run 8ea07b26fc2a"], ["run fdc886e3cf84"], True),
        (["as of 2026-11-24 03:42:14 UTC"], ["as of 2027-01-01 00:00 UTC"], True),
        (
            ["t@run-2026-11-30 [new]  seen since 2026-11-30: x"],
            ["t@run-2026-12-01 [new]  seen since 2026-12-01: x"],
            True,
        ),
        (["t@2024-03 [going on]  seen since 2024-03-01: x"], ["t@2024-03 [going on]  seen since 2024-03-02: x"], False),
        (["a", "…", "z"], ["a", "b", "c", "z"], True),
        (["a", "…", "z"], ["a", "z"], True),
        (["a", "…", "z"], ["a", "b"], False),
        (["3 failed"], ["4 failed"], False),
    ],
)
def test_what_may_differ_in_a_quoted_output(quoted: list[str], said: list[str], same: bool) -> None:
    assert examples.agrees(quoted, said) is same


@pytest.mark.parametrize(
    "page",
    [
        "```yaml\ndatasets: {it: {tabel: it}}\n```\n",
        "```yaml\nthreshold: {upper: 0.1}\n```\n",
        "```console\n$ ls\n```\n",
        "```console\n$ whq explain WHQ-C001\nsomething else\n```\n",
    ],
)
def test_a_broken_example_is_told(page: str) -> None:
    made, troubles = examples.run(page, keep=True)
    assert len(troubles) == 1
    assert made == page


def test_a_stale_output_is_written_anew() -> None:
    made, _ = examples.run("```console\n$ whq explain WHQ-R003\nold\n```\n")
    assert "WHQ-R003" in made.splitlines()[2]
    assert examples.run(made) == (made, [])
