"""What a profile found, a line a column: the numbers people ask for first, of the latest chunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whq.reports.text import clean, number, percent
from whq.values import Chunk, Result
from whq.wording import amount

_SHOWN = {"distinct_count": "distinct", "min": "least", "median": "median", "mean": "mean", "max": "greatest"}
_MOST = 200
_Results = Mapping[str, Mapping[str, Result]]


def profiled(results: Sequence[Result]) -> Iterable[RenderableType]:
    """A table of the columns, where the run profiled and did nothing else."""
    if not results or any(result.monitor != "profile" for result in results):
        return
    chunk, by_column = _latest(results)
    if not by_column:
        return
    yield Padding(_caption(results, chunk), (0, 0, 0, 2))
    yield Padding(_table(by_column), (0, 0, 1, 2), expand=False)


def _latest(results: Iterable[Result]) -> tuple[Chunk | None, _Results]:
    """The numbers of all rows of the last analysis chunk: dataset and column → metric → result."""
    whole = [each for each in results if each.segment is None and each.period != "reference" and each.chunk is not None]
    last: dict[str, int] = {}
    for each in whole:
        assert each.chunk is not None
        last[each.dataset] = max(last.get(each.dataset, 0), each.chunk.index)
    by_column: dict[str, dict[str, Result]] = {}
    chunk: Chunk | None = None
    for each in whole:
        if each.chunk is not None and each.chunk.index == last[each.dataset] and each.subject is not None:
            name = each.subject if len(last) == 1 else f"{each.dataset}/{each.subject}"
            by_column.setdefault(name, {})[each.metric] = each
            chunk = each.chunk if len(last) == 1 else None
    return chunk, by_column


def _caption(results: Sequence[Result], chunk: Chunk | None) -> Text:
    if chunk is None:
        return Text("the latest chunk of each dataset", "dim")
    chunks = {each.chunk.key for each in results if each.chunk is not None and each.period != "reference"}
    named = f"{clean(chunk.key)}, the latest of {amount(len(chunks), 'chunk')} · " if len(chunks) > 1 else ""
    return Text(f"{named}{amount(chunk.rows, 'row')}", "dim")


def _table(by_column: _Results) -> Table:
    shown = {name: title for name, title in _SHOWN.items() if any(name in metrics for metrics in by_column.values())}
    has_length = any("max_length" in metrics for metrics in by_column.values())
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("column", overflow="fold")
    for title in ("NULL", *shown.values(), *(["length"] if has_length else [])):
        table.add_column(title, justify="right", overflow="fold")
    for name, metrics in list(by_column.items())[:_MOST]:
        cells = [_nulls(metrics), *(_value(metrics, metric) for metric in shown)]
        table.add_row(Text(clean(name, 80)), *cells, *([_length(metrics)] if has_length else []))
    if len(by_column) > _MOST:
        table.add_row(Text(f"… {len(by_column) - _MOST:,} more columns", "dim"))
    return table


def _nulls(metrics: Mapping[str, Result]) -> Text:
    ratio = metrics.get("null_ratio")
    value = ratio.value if ratio is not None else None
    return Text(percent(float(value), 1) if isinstance(value, (int, float)) else "")


def _value(metrics: Mapping[str, Result], metric: str) -> Text:
    if metric not in metrics:
        return Text("")
    result = metrics[metric]
    return Text("error", "magenta") if result.status == "error" else Text(number(result.value))


def _length(metrics: Mapping[str, Result]) -> Text:
    ends = [metrics[name].value for name in ("min_length", "max_length") if name in metrics]
    if len(ends) < 2 or None in ends:
        return Text("")
    return Text(number(ends[0]) if ends[0] == ends[1] else f"{number(ends[0])}-{number(ends[1])}")
