"""What is known of models, a line a number: the newest estimate beside what was realized last, and its trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whq.reports.models import called, is_part, place, trust
from whq.reports.series import chunk_told
from whq.reports.text import clean, number
from whq.values import Result

_MOST = 60
_LEAST = 8
"""Signs that a column has room for, however narrow the terminal."""
_Newest = Mapping[str, Result]


def estimated(results: Sequence[Result]) -> Iterable[RenderableType]:
    """A table of the models' numbers, where the run measured models and did nothing else."""
    if not results or any(result.monitor != "model" for result in results):
        return
    rows = _rows(results)
    methods = sorted({method for newest in rows.values() for method in newest}, key=place)
    if not methods:
        return
    has_trust = any(trust(result) for newest in rows.values() for result in newest.values())
    chunks = {chunk_told(max(newest.values(), key=_when)) or "" for newest in rows.values()}
    titles = ["model", "number", *(["chunk"] if len(chunks) > 1 else []), *methods, *(["trust"] if has_trust else [])]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold", min_width=_LEAST)
    for (name, what), newest in list(rows.items())[:_MOST]:
        last = max(newest.values(), key=_when)
        best = min((method for method in newest if place(method)), key=place, default="")
        cells = {method: _told(newest.get(method), _when(last), method == best) for method in methods}
        about = {"model": Text(clean(name, 80)), "number": Text(clean(what, 60)), "chunk": Text(chunk_told(last) or "")}
        every = about | cells | {"trust": _trust(newest)}
        table.add_row(*(every[title] for title in titles))
    if len(rows) > _MOST:
        table.add_row(Text(f"… {len(rows) - _MOST:,} more", "dim"))
    if len(chunks) == 1 and not chunks & {"", "all"}:
        yield Padding(Text(f"{clean(chunks.pop(), 60)}, the newest chunk", "dim"), (0, 0, 0, 2))
    yield Padding(table, (0, 0, 1, 2), expand=False)


def _rows(results: Iterable[Result]) -> dict[tuple[str, str], dict[str, Result]]:
    """By model and number the newest result of each method that has a value."""
    rows: dict[tuple[str, str], dict[str, Result]] = {}
    for result in results:
        is_main = not is_part(result)
        is_value = isinstance(result.value, (int, float)) and result.period != "reference"
        if is_main and is_value and result.segment is None and result.method:
            newest = rows.setdefault((f"{result.dataset}/{result.subject}", called(result)), {})
            if result.method not in newest or _when(newest[result.method]) < _when(result):
                newest[result.method] = result
    return rows


def _when(result: Result) -> tuple[bool, int]:
    return result.chunk is not None, result.chunk.index if result.chunk else 0


def _told(result: Result | None, last: tuple[bool, int], has_bounds: bool) -> Text:
    """A value, with its bounds if wanted, and its chunk where that is not the newest."""
    if result is None:
        return Text("–", "dim")
    bounds = ""
    if has_bounds and result.lower is not None and result.upper is not None:
        bounds = f" ({number(result.lower)}…{number(result.upper)})"
    style = {"fail": "bold red", "warn": "yellow"}.get(result.status, "")
    text = Text.assemble((number(result.value), style), (bounds, "dim"))
    return text if _when(result) == last else text.append(f" in {chunk_told(result)}", "dim")


def _trust(newest: _Newest) -> Text:
    """How far the most telling estimate is trusted, and which one that is where there are several."""
    estimates = sorted((result for method, result in newest.items() if method != "realized"), key=_place)
    told = next((result for result in estimates if trust(result)), None)
    if told is None:
        return Text("")
    of = f" ({clean(told.method, 40)})" if len(estimates) > 1 else ""
    return Text.assemble(str(trust(told)), (of, "dim"))


def _place(result: Result) -> int:
    return place(result.method)
