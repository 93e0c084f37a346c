"""What is learned of the reference, for people: a curve as a table, bins by their edges, the rest as names and numbers.

What a family learns is plain JSON here, so that whatever a method learns can be shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert

from whq.ensembles import Ensemble
from whq.reports import table
from whq.reports.text import ascii_only, clean, number
from whq.wording import amount

if TYPE_CHECKING:
    from whq.reports import Look

MOST = 20
"""Rows of a table, and numbers of a list; of more, some evenly spread ones are shown."""
_BAR = 24
_TITLES = {"knots": ("score", "probability")}
"""What the two numbers of a pair are, by the name of their list."""
_NOT_TOLD = frozenset({"cuts", "numbers", "drawn", "inclusive", "scales", "steps"})
"""How bins are numbered: of use to a machine only."""

_UNSAID = frozenset({"methods", "edges"})
_HEADINGS = {
    "errors": "sampling error of a chunk of one row",
    "chances": "what one row adds",
    "knots": "calibration curve",
    "deciles": "deciles",
    "apart": "values that are bins of their own",
}
"""What parts are called."""

Facts = Sequence[tuple[str, str]]


def told(content: Mapping[str, Any]) -> str:
    """What is learned of an item, in a few words.

    >>> told({"rows": 9, "histogram": {"edges": [0.0, 1.0, 2.0]}, "deciles": [0.5]})
    '2 bins, 1 decile'
    >>> told({"methods": {"cbpe": {"knots": [[0.0, 0.1], [1.0, 0.9]]}, "realized": {}}})
    'cbpe: curve of 2 points'
    """
    if "methods" not in content:
        return ", ".join(_words(content))
    methods = {name: ", ".join(_words(part)) for name, part in content["methods"].items()}
    return "; ".join(f"{name}: {words}" for name, words in methods.items() if words)


def _words(part: Mapping[str, Any]) -> Iterator[str]:
    if part.get("refused"):
        yield clean(part["refused"], 100)
    if part.get("problem"):
        yield clean(part["problem"].get("message", "a problem"), 100)
    if part.get("identifier"):
        yield clean(part["identifier"], 100)
    if part.get("knots"):
        yield f"curve of {amount(len(part['knots']), 'point')}"
    edges = part.get("histogram", part).get("edges", ())
    if edges:
        yield amount(len(edges) - 1, "bin")
    if part.get("deciles"):
        yield amount(len(part["deciles"]), "decile")
    if part.get("narrow"):
        yield "narrow bins"
    models = list(_ensembles(part))
    if trees := sum(len(model.trees) for model in models):
        yield f"{amount(len(models), 'model')} of {amount(trees, 'tree')}"


def _ensembles(part: Any) -> Iterator[Ensemble]:
    """All models of trees or terms in what is learned."""
    found = _ensemble(part)
    if found is not None:
        yield found
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _ensembles(inner)
    elif isinstance(part, (list, tuple)):
        for inner in part:
            yield from _ensembles(inner) if isinstance(inner, (dict, list, tuple)) else ()


def _ensemble(part: Any) -> Ensemble | None:
    if not (isinstance(part, dict) and "features" in part and ("trees" in part or "terms" in part)):
        return None
    try:
        return convert(part, Ensemble)
    except ValidationError:
        return None


def rows_of(content: Mapping[str, Any]) -> int | None:
    """How many rows taught it, None where that is not kept."""
    counts = [content.get("rows"), *(part.get("rows") for part in content.get("methods", {}).values())]
    return next((rows for rows in counts if rows), None)


def day(moment: str) -> str:
    """When it was learned.

    >>> day("2026-03-01T10:20:30+00:00")
    '2026-03-01 10:20 UTC'
    """
    date, _, time = clean(moment, 40).partition("T")
    return f"{date} {time[:5]} UTC" if time else date


def came_from(origin: Any) -> str:
    """Whose rows taught it, and from which project it was imported."""
    rows = clean(origin.table, 80) + (f" where {clean(origin.reference, 120)}" if origin.reference else "")
    if not origin.imported:
        return rows
    whole = f"imported {day(origin.imported)} from project {clean(origin.project, 60)}"
    return f"{whole}: {rows}" if rows else whole


def shown(id: str, facts: Facts, content: Mapping[str, Any], look: Look) -> str:
    """One item: what is known of its learning, then all that is learned."""
    width = max(len(name) for name, _ in facts)
    lines = [clean(id, 200), *(f"  {name:<{width}}  {text}" for name, text in facts if text)]
    blocks = ["\n".join(lines) + "\n", *_blocks(content, (), look)]
    text = "\n".join(blocks)
    return text if look.unicode else ascii_only(text)


def _blocks(part: Mapping[str, Any], path: tuple[str, ...], look: Look) -> Iterator[str]:
    """The parts of a mapping as paragraphs: its plain values first, then what lies below."""
    plain = {name: value for name, value in part.items() if not isinstance(value, (dict, list, tuple))}
    if plain:
        values = " · ".join(f"{clean(name, 60)} {number(value)}" for name, value in plain.items())
        yield f"{_heading(path)}{': ' if path else ''}{values}\n"
    for name, value in part.items():
        here = (*path, clean(name, 80) or "all rows")
        if name in _NOT_TOLD or not value:
            continue
        model = _ensemble(value)
        if model is not None:
            yield f"{_heading(here)}: {_told_model(model)}\n{_table(('feature', 'splits'), _uses(model), look)}"
        elif isinstance(value, dict):
            rows = _grid(value)
            yield from (
                [f"{_heading(here)}\n{_table(('', *rows[0]), rows[1:], look)}"] if rows else _blocks(value, here, look)
            )
        elif isinstance(value, (list, tuple)):
            yield _list(here, value, look)


def _told_model(model: Ensemble) -> str:
    """A model's size, and where a row begins."""
    parts = [amount(len(model.trees), "tree"), amount(model.leaves, "leaf", "leaves")] if model.trees else []
    parts += [amount(len(model.terms), "term")] if model.terms else []
    return ", ".join([*parts, f"base {number(model.base)}"])


def _uses(model: Ensemble) -> list[tuple[str, int]]:
    """The features by how often they decide, the most used first."""
    splits = Counter(split.feature for tree in model.trees for split in tree.splits)
    splits.update(term.feature for term in model.terms)
    return [(model.features[place].name, many) for place, many in splits.most_common()]


def _heading(path: Sequence[str]) -> str:
    return ": ".join(_HEADINGS.get(name, name) for name in path if name not in _UNSAID)


def _grid(parts: Mapping[str, Any]) -> list[Sequence[Any]]:
    """Titles and rows where mappings of the same plain values stand beside each other, or lists of such."""
    listed = [(name, part.get("parts", [part])) for name, part in parts.items() if isinstance(part, dict)]
    flat = [(name, one) for name, several in listed for one in several if _is_plain(one)]
    if len(flat) < 2 or len(listed) < len(parts) or len(flat) < sum(len(several) for _, several in listed):
        return []
    titles = list(dict.fromkeys(title for _, one in flat for title in one))
    return [titles, *((clean(name, 80) or "all rows", *(one.get(title) for title in titles)) for name, one in flat)]


def _is_plain(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and bool(part)
        and not any(isinstance(each, (dict, list, tuple)) for each in part.values())
    )


def _list(path: tuple[str, ...], values: Sequence[Any], look: Look) -> str:
    first, name = values[0], path[-1]
    heading = f"{_heading(path)}: {_amount(values)}"
    models = [_ensemble(each) for each in values]
    if models[0] is not None:
        lines = (f"{at}: {_told_model(each)}\n" for at, each in enumerate(models, 1) if each is not None)
        return f"{_heading(path)}\n{''.join(lines)}"
    if isinstance(first, dict):
        titles = list(dict.fromkeys(title for one in values for title in one))
        return f"{heading}\n{_table(titles, [[one.get(title) for title in titles] for one in values], look)}"
    if isinstance(first, (list, tuple)):
        titles = [*_TITLES.get(name, [str(at + 1) for at in range(len(first))])]
        bars = name in _TITLES
        rows = [[*row, _bar(row[-1])] if bars else row for row in values]
        return f"{heading}\n{_table([*titles, ''] if bars else titles, rows, look)}"
    return f"{heading}\n{', '.join(number(value) for value in _some(values))}\n"


def _table(titles: Sequence[str], rows: Sequence[Sequence[Any]], look: Look) -> str:
    return table.aligned(titles, _some(rows), look)


def _amount(values: Sequence[Any]) -> str:
    some = f"{MOST} of {len(values):,}" if len(values) > MOST else f"{len(values):,}"
    return some + (", evenly spread; --format json has all" if len(values) > MOST else "")


def _some(values: Sequence[Any]) -> list[Any]:
    """At most MOST of them, the first and the last among them."""
    if len(values) <= MOST:
        return list(values)
    return [values[round(at * (len(values) - 1) / (MOST - 1))] for at in range(MOST)]


def _bar(share: float) -> str:
    """A share of 1 as a bar."""
    return "█" * round(_BAR * min(max(share, 0.0), 1.0))
