"""Which chunks are still filling: judged for what they hold so far, and said to be `partial` in every output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from whq.config.spec import DatasetSpec
from whq.values import Chunk, Chunking, Failure, Measurement, Period, Result


def is_closed(
    chunk: Chunk, chunking: Chunking, as_of: datetime, late: float = 0.0, *, whole_rows: int | None = None
) -> bool:
    """Whether a chunk gets no more rows: its time is over and late rows have had theirs, or its places are taken.

    A chunk by calendar is closed when its end lies `late` back; one beyond the year 9999 never is. A chunk of N rows is
    closed when it has them. Equal parts of all rows, and all rows at once, have no place that could stay free.

    Args:
        chunking: How the chunk was cut.
        as_of: The run's clock (UTC, naive).
        late: How long rows may take to arrive, in seconds.
        whole_rows: How many rows the chunk has in all segments; `chunk.rows` without it.

    >>> may = Chunk("2024-05", 0, "2024-05-01T00:00:00", "2024-06-01T00:00:00", 900)
    >>> [is_closed(may, Chunking("month"), datetime(2024, 6, day), late=86400) for day in (1, 2)]
    [False, True]
    >>> is_closed(Chunk("0-99", 0, None, None, 80), Chunking("rows", 100), datetime(2024, 6, 1))
    False
    """
    if chunking.unit == "rows":
        rows = chunk.rows if whole_rows is None else whole_rows
        return rows >= (chunking.size or 1)
    if chunking.unit in ("all", "count"):
        return True
    end = None if chunk.end is None else datetime.fromisoformat(chunk.end)
    try:
        return end is not None and end <= as_of - timedelta(seconds=late)
    except OverflowError:  # later than any chunk that there can be
        return False


def marked(
    results: Iterable[Result], spec: DatasetSpec, as_of: datetime, counted: Measurement | Failure | None = None
) -> list[Result]:
    """The results of one dataset; those whose chunk is still filling say so in `details.partial`.

    Days that are watched are closed: they need not be chunks of the dataset.

    Args:
        as_of: The run's clock (UTC, naive).
        counted: The answer to `row_count` by chunk.
    """
    is_open = opened(spec, as_of, counted)
    return [
        replace(result, details={**result.details, "partial": True})
        if result.monitor != "anomaly" and is_open(result.period, result.chunk)
        else result
        for result in results
    ]


def opened(
    spec: DatasetSpec, as_of: datetime, counted: Measurement | Failure | None = None
) -> Callable[[Period | None, Chunk | None], bool]:
    """Whether a chunk of a dataset is still filling, by period and chunk.

    The reference's last chunk of N rows has as many as there are: only its time can be open.

    Args:
        as_of: The run's clock (UTC, naive).
        counted: The answer to `row_count` by chunk. A segment has a part of a chunk's rows only.
    """
    chunking = spec.chunking
    cells = counted.cells if isinstance(counted, Measurement) else ()
    whole = {(cell.period, cell.chunk.key): cell.chunk.rows for cell in cells if cell.chunk is not None}

    def is_open(period: Period | None, chunk: Chunk | None) -> bool:
        if chunk is None or (chunking.unit == "rows" and period == "reference"):
            return False
        return not is_closed(chunk, chunking, as_of, spec.late, whole_rows=whole.get((period, chunk.key)))

    return is_open
