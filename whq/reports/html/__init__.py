"""The HTML report: one file that opens offline, asks for nothing, and can be read without its script.

Everything of a user's or of the data's goes through `clean` and Jinja's escaping. A content security policy with the
hashes of the page's own style and script lets nothing else run, should something slip through.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from whq.reports import save as files
from whq.reports.html.page import page_of
from whq.reports.html.shapes import Distribution
from whq.reports.text import clean, number
from whq.result import RunResult

_NAMES = ("page.html.jinja", "parts.html.jinja", "dataset.html.jinja")
GENERATOR = "whq"
_DATES = re.compile(r"(?<![\w-])(\d+(?:-[WQ]?\d+)+(?:[T ]\d\d(?::\d\d)+Z?)?)(?![\w-])")
"""`2024`-`03`, `2024-W07`, `2024-Q1`, `2024-03-01 12:00`, `0-4999`: what holds a hyphen between digits."""
_CODE = re.compile(r"`([^`]+)`")
_SIGN = f'<meta name="generator" content="{GENERATOR}">'.encode()
"""What the page says it was made by; by it a file is known as a report that may be replaced."""


def html(
    outcome: RunResult,
    *,
    statements: Mapping[str, str] | None = None,
    distributions: Mapping[tuple[str, str], Distribution] = {},
) -> str:
    """A run as one HTML page.

    `statements` are the SQL texts by query id, those of the run unless given. `distributions` adds distributions by
    dataset and column to those that the results hold.
    """
    style, script = _asset("style.css"), _asset("page.js")
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            page=page_of(outcome, outcome.statements if statements is None else statements, distributions),
            style=Markup(style),  # noqa: S704  the package's own files
            script=Markup(script),  # noqa: S704
            policy=policy(style, script),
            generator=GENERATOR,
        )
    )


def write(path: Path, outcome: RunResult, statements: Mapping[str, str] | None = None) -> None:
    """Write the page of a run. Raises StoreError when it cannot be written."""
    save(path, html(outcome, statements=statements))


def save(path: Path, text: str) -> None:
    """Write a page so that the file is the old or the new one, never half. Raises StoreError."""
    files.save(path, text, "the report", "name another place in `report:` or --out")


def is_report(path: Path) -> bool:
    """Whether a file is a report that whq wrote, so that a new one may take its place."""
    try:
        with path.open("rb") as file:
            return _SIGN in file.read(2000)
    except OSError:
        return False


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja with escaping always on, whatever a template is called."""
    jinja = Environment(
        loader=DictLoader({name: _asset(name) for name in _NAMES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters.update(clean=clean, number=number, dated=dated, coded=coded)
    return jinja


def dated(text: object) -> Markup:
    """Text with its dates and ranges of rows in one piece each: `2024-03` never breaks at its hyphen.

    Example:
        >>> dated("<b> in 2024-03")
        Markup('&lt;b&gt; in <span class="d">2024-03</span>')
    """
    parts = _DATES.split(str(text))
    pieces = (
        Markup('<span class="d">{}</span>').format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def coded(text: object) -> Markup:
    """Text with what stands in backticks as code, and its dates in one piece.

    Example:
        >>> coded("`whq failing ID` & more")
        Markup('<code>whq failing ID</code> &amp; more')
    """
    pieces = _CODE.split(str(text))
    marked = (Markup("<code>{}</code>").format(each) if at % 2 else dated(each) for at, each in enumerate(pieces))
    return Markup("").join(marked)


def policy(style: str, script: str) -> str:
    """The content security policy: nothing but this style and this script, and images that are part of the page."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"


@lru_cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
