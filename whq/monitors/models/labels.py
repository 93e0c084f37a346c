"""When labels come: whether those of a chunk are due, and whose were known when another chunk was closed.

Labels of a chunk are due when the model's `delay` has passed since its end; without a delay, or where a chunk has no
end in time, when 95 of 100 of its rows have one. What was known earlier is told by the same delay; without one by the
lag that the newest chunks show, which is one chunk at least. Chunks of the reference have their labels whenever the
analysis is looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.readings import Reading, Values
from whq.monitors.outcome import count
from whq.values import Cell

SHARE = 0.95
"""Without a delay a chunk's labels have come when so large a part of its rows has one."""


def labelled_ratio(values: Values) -> float | None:
    """The part of a chunk's rows that has a label, from its realized counts, 0..1; None without rows."""
    total = count(values, "total")
    return count(values, "labelled") / total if total else None


def due_from(model: ModelSpec, cell: Cell) -> datetime | None:
    """When the labels of a chunk are due (UTC, naive); None where that is not known by time."""
    end = _end(cell)
    if model.delay is None or end is None:
        return None
    try:
        return end + timedelta(seconds=model.delay)
    except OverflowError:
        return datetime.max


def is_due(model: ModelSpec, cell: Cell, values: Values, as_of: datetime) -> bool:
    """Whether the labels of a chunk should be there, so that its realized values are judged.

    Args:
        values: the chunk's realized counts. as_of: the run's clock (UTC, naive).
    """
    if cell.period == "reference":
        return True
    due = due_from(model, cell)
    return due <= as_of if due is not None else (labelled_ratio(values) or 0.0) >= SHARE


def timed(known: Known, readings: Sequence[Reading | None]) -> list[Reading | None]:
    """The realized readings, those of chunks whose labels are not due with the reason, to be judged by a later run."""
    counted = known.values[REALIZED]
    return [
        reading if reading is None or values is None else _timed(known, place, reading, values)
        for place, (reading, values) in enumerate(zip(readings, counted, strict=True))
    ]


def _timed(known: Known, place: int, reading: Reading, values: Values) -> Reading:
    cell, ratio = known.cells[place], labelled_ratio(values)
    if cell.period == "reference" or ratio is None or reading.problem is not None:
        return reading
    due = due_from(known.model, cell)
    if due is not None:
        reading = replace(reading, details={**reading.details, "labels_due": due.isoformat()})
    if is_due(known.model, cell, values, known.as_of):
        if ratio or due is None:
            return reading
        return replace(reading, reason=f"no labels, though due since {_told(due)}", is_waiting=False, word="overdue")
    if not ratio:
        wait = "no labels yet" + ("" if due is None else f", due from {_told(due)}")
        return replace(reading, reason=wait, is_waiting=True)
    until = f"judged from {SHARE:.0%} on" if due is None else f"due from {_told(due)}"
    some = "all rows" if ratio == 1 else f"{_percent(ratio)} of the rows so far"
    return replace(reading, withheld=f"labels of {some}, {until}", is_waiting=True)


def _told(moment: datetime) -> str:
    """A moment to the minute, a day without a time."""
    return f"{moment:%Y-%m-%d}" if moment.hour == moment.minute == 0 else f"{moment:%Y-%m-%d %H:%M}"


def _percent(ratio: float) -> str:
    """A part of the rows that is neither none nor all of them."""
    return f"{min(max(ratio, 0.01), 0.99):.0%}"


class Labels(Struct, frozen=True):
    """Whose labels are there now, and since when.

    places: the chunks that have labels, ascending. lag: how many chunks late labels come, as far as time does not tell.
    """

    known: Known
    places: tuple[int, ...]
    lag: int

    @staticmethod
    def of(known: Known) -> Labels:
        """The labels of one model in one segment."""
        places = tuple(place for place in range(len(known.cells)) if is_labelled(known, place))
        return Labels(known, places, _lag(known, places))

    def at(self, place: int, most: int | None = None) -> tuple[int, ...]:
        """The places, ascending, of the chunks whose labels were known when the chunk at `place` was closed.

        A chunk of the analysis is preceded by the whole reference; within the reference labels come as late as they do
        later on, so that what is learned of an estimator there holds. The chunk itself is none of them.

        Args:
            most: only so many, the last ones.
        """
        first = len(self.known.references)
        begin = bisect_left(self.places, min(place, first))
        sure = self.places[:begin] if place >= first else ()
        rest = self.places[len(sure) : bisect_left(self.places, place)]
        found = (*sure, *(other for other in rest if self._came(other, place)))
        return found if most is None else found[len(found) - min(most, len(found)) :]

    def _came(self, other: int, place: int) -> bool:
        """Whether the labels of an earlier chunk had come at the end of another one."""
        due, end = due_from(self.known.model, self.known.cells[other]), _end(self.known.cells[place])
        return due <= end if due is not None and end is not None else other <= place - self.lag


def known_at(known: Known, place: int) -> tuple[int, ...]:
    """The places, ascending, of the chunks whose labels were known when the chunk at `place` was closed.

    To ask it of many places, make `Labels.of(known)` once.
    """
    return Labels.of(known).at(place)


def is_labelled(known: Known, place: int) -> bool:
    """Whether a chunk's labels are known now: some are there, and all that will come are due."""
    values = known.values.get(REALIZED, ())
    counts = values[place] if values else None
    return (
        counts is not None
        and count(counts, "labelled") > 0
        and is_due(known.model, known.cells[place], counts, known.as_of)
    )


def _lag(known: Known, places: Sequence[int]) -> int:
    """How many chunks late labels come, as the newest chunks that are closed show; one at least."""
    first = len(known.references)
    closed = [place for place in range(first, len(known.cells)) if not _is_open(known, place)]
    if not closed:
        return 1
    newest = max((place for place in places if first <= place <= closed[-1]), default=closed[0])
    return max(1, closed[-1] - newest)


def _is_open(known: Known, place: int) -> bool:
    cell = known.cells[place]
    return known.is_open is not None and known.is_open(cell.period, cell.chunk)


def _end(cell: Cell) -> datetime | None:
    """When a chunk ends, as far as it has an end in time."""
    return None if cell.chunk is None or cell.chunk.end is None else datetime.fromisoformat(cell.chunk.end)
