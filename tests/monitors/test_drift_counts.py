"""Counts as arrays: the numbers of categories, chunks and series, whatever order rows come in."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from whq.monitors.drift.counts import counted, together
from whq.monitors.outcome import key
from whq.values import Cell, Chunk, Measurement, Request, Scope

REQUEST = Request.of(Scope("d", by_chunk=True), "drift/scan/categories")


def cell(period: Any, month: int, segment: str | None = None) -> Cell:
    return Cell(segment, period, Chunk(f"2024-{month:02d}", month - 1, None, None, 9))


JANUARY, FEBRUARY, MARCH = cell("reference", 1), cell("reference", 2), cell("analysis", 3)
NORTH = cell("analysis", 3, "region=North")


def answer(rows: list[tuple[Cell, str | None, int]]) -> Measurement:
    cells = tuple(dict.fromkeys(cell for cell, _, _ in rows))
    columns = {"category": [name for _, name, _ in rows], "n": [n for _, _, n in rows]}
    return Measurement(REQUEST, cells, [cells.index(cell) for cell, _, _ in rows], columns, "q1")


ROWS = [(MARCH, "b", 5), (JANUARY, "a", 1), (MARCH, "ä", 2), (JANUARY, "b", 3), (MARCH, "a", 4), (NORTH, "c", 7)]
CELLS = [JANUARY, FEBRUARY, MARCH, NORTH]


def test_chunks_without_rows_have_no_number_and_segments_are_series_of_their_own() -> None:
    counts, places = together({"x": counted(CELLS, answer(ROWS)), "y": counted(CELLS, answer(ROWS[:1]))})
    assert counts.T.tolist() == [
        [0, 0, 1, 0, 1], [0, 0, 1, 1, 3],
        [0, 1, 0, 0, 4], [0, 1, 0, 1, 5], [0, 1, 0, 3, 2],
        [1, 0, 0, 2, 7],
        [2, 0, 0, 0, 5],
    ]  # fmt: skip
    assert places == {
        (0, 0): ("x", key(JANUARY)), (0, 1): ("x", key(MARCH)), (1, 0): ("x", key(NORTH)), (2, 0): ("y", key(MARCH)),
    }  # fmt: skip


def test_the_order_of_rows_does_not_matter() -> None:
    expected, _ = together({"x": counted(CELLS, answer(ROWS))})
    for seed in range(5):
        shuffled = Random(seed).sample(ROWS, len(ROWS))
        counts, _ = together({"x": counted(CELLS, answer(shuffled))})
        assert np.array_equal(counts, expected)


def test_cells_that_are_not_asked_for_are_left_out() -> None:
    found = counted([MARCH], answer(ROWS))
    assert (found.places.tolist(), found.n.tolist()) == ([0, 0, 0], [5, 2, 4])
    assert counted([], answer(ROWS)).n.tolist() == []


def test_a_nameless_category_makes_its_segment_too_wide() -> None:
    assert counted(CELLS, answer(ROWS)).wide == frozenset()
    assert counted(CELLS, answer([*ROWS, (NORTH, None, 20_000)])).wide == {"region=North"}


def test_nothing_counted_is_no_chunk() -> None:
    counts, places = together({"x": counted(CELLS, answer([]))})
    assert (counts.shape, places) == ((5, 0), {})
    assert together({})[0].shape == (5, 0)
