"""Figures of a model beside its charts: confusion matrices, calibration curve, the slices where it is worst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from whq.reports import small
from whq.reports.html.groups import Group
from whq.reports.html.said import real
from whq.reports.html.slices import Slices, real_number, slices_of, when
from whq.reports.models import CELLS, MATRIX, WEAKEST, aspect, is_error, method_told, place, variant
from whq.reports.text import chunk_words, clean, number, percent
from whq.values import Result
from whq.wording import amount

CLASSES = 10
"""Classes in a confusion matrix; the others are named by their number."""
CURVES = 4
"""Calibration curves of one model."""
FIGURES = 24
"""Figures of one sort in one dataset."""
BETWEEN = ">"
"""What stands between the true and the predicted class in the class of a cell."""
Counts = Mapping[tuple[str, str], float]
"""Rows by true and predicted class."""


class MatrixCell(Struct, frozen=True):
    """Rows of one true and predicted class, and their share of the true class."""

    rows: str
    share: str
    is_hit: bool


class Matrix(Struct, frozen=True):
    """A confusion matrix of one chunk; a row a true class, a column a predicted one."""

    title: str
    caption: str
    predicted: tuple[str, ...]
    rows: tuple[tuple[str, tuple[MatrixCell, ...]], ...]
    note: str


class Curve(Struct, frozen=True):
    """A calibration curve of one chunk: how often a score came true, that of a class where there are several."""

    title: str
    of: str
    caption: str
    drawing: Markup


class Figures(Struct, frozen=True):
    """All figures of the models of a dataset; `left` have no room on the page."""

    matrices: tuple[Matrix, ...] = ()
    curves: tuple[Curve, ...] = ()
    slices: tuple[Slices, ...] = ()
    left: int = 0

    def __bool__(self) -> bool:
        return bool(self.matrices or self.curves or self.slices)


def figures(groups: Sequence[Group], name: str) -> Figures:
    """What there is to draw of the models that these groups are of; `name` is the root of ids."""
    results = [result for each in groups for series in each.series for result in series.results]
    models = dict.fromkeys(result.subject for result in results if result.monitor == "model")
    own = {model: [result for result in results if result.subject == model] for model in models}
    matrices = [matrix for each in own.values() for matrix in _matrices(each)]
    curves = [curve for at, each in enumerate(own.values()) for curve in _curves(each, f"{name}_c{at}")]
    slices = [listed for each in own.values() for listed in slices_of(each)]
    left = sum(max(len(listed) - FIGURES, 0) for listed in (matrices, curves, slices))
    return Figures(tuple(matrices[:FIGURES]), tuple(curves[:FIGURES]), tuple(slices[:FIGURES]), left)


def is_pictured(group: Group) -> bool:
    """Whether a group has no chart of its own: a cell of a confusion matrix of several classes, a weakest slice, or
    an estimator's error of one class."""
    first = group.first
    if is_error(first) and variant(first)[0]:
        return True
    return first.monitor == "model" and (first.metric == MATRIX or aspect(first) == WEAKEST)


# --- confusion matrices -------------------------------------------------------------------------------------


def _matrices(results: Sequence[Result]) -> Iterable[Matrix]:
    """The newest realized matrix, and the estimate of the newest chunk where that is a later one."""
    counted = [result for result in results if _is_cell(result) and real(result) is not None]
    classes = _classes(variant(result)[0] for result in counted)
    by_method: dict[str, dict[tuple[int, str], dict[tuple[str, str], Result]]] = {}
    for result in counted:
        cell = CELLS.get(result.metric) or _pair(variant(result)[0], classes)
        if cell and result.chunk:
            chunks = by_method.setdefault(result.method or "", {})
            chunks.setdefault((result.chunk.index, result.chunk.key), {})[cell] = result
    latest = -1
    for method in sorted(by_method, key=place)[:2]:
        newest = max(by_method[method])
        if newest[0] > latest:
            yield _matrix(by_method[method][newest])
            latest = newest[0]


def _is_cell(result: Result) -> bool:
    """Whether a result counts a cell over all rows of a closed chunk, at the model's own decision threshold."""
    of, at = variant(result)
    is_count = result.monitor == "model" and not aspect(result) and not at
    is_own = is_count and result.segment is None and result.period != "reference"
    is_whole = not result.is_partial and result.status != "skipped"
    return is_own and is_whole and ((result.metric in CELLS and not of) or result.metric == MATRIX)


def _classes(cells: Iterable[str]) -> frozenset[str]:
    """The classes of a matrix: of the cells on its diagonal the true class is the predicted one."""
    halves = ((cell[: len(cell) // 2], cell[len(cell) // 2 :]) for cell in cells)
    return frozenset(left for left, right in halves if right == f"{BETWEEN}{left}")


def _pair(cell: str, classes: frozenset[str]) -> tuple[str, str] | None:
    """The true and the predicted class of a cell, whatever signs their names hold."""
    ends = (at for at, sign in enumerate(cell) if sign == BETWEEN)
    pairs = ((cell[:at], cell[at + len(BETWEEN) :]) for at in ends)
    return next((pair for pair in pairs if classes.issuperset(pair)), None)


def _matrix(cells: Mapping[tuple[str, str], Result]) -> Matrix:
    first = next(iter(cells.values()))
    counts = {cell: real(result) or 0.0 for cell, result in cells.items()}
    sizes: dict[str, float] = {}
    for (true, _), rows in counts.items():
        sizes[true] = sizes.get(true, 0.0) + rows
    every = list(dict.fromkeys(name for cell in counts for name in cell))
    largest = sorted(every, key=lambda name: -sizes.get(name, 0.0))[:CLASSES]
    shown = [name for name in every if name in largest]
    key = chunk_words(first.chunk.key) if first.chunk else ""
    how = method_told(first.method or "")
    return Matrix(
        title=clean(first.subject or "", 80),
        caption=f"Confusion matrix of {clean(first.subject or '', 80)} in {key}, {how}",
        predicted=tuple(clean(name, 40) for name in shown),
        rows=tuple(
            (clean(true, 40), tuple(_told(counts, true, predicted, sizes) for predicted in shown)) for true in shown
        ),
        note=_left_out(len(every) - len(shown)),
    )


def _left_out(classes: int) -> str:
    return f"without {amount(classes, 'class', 'classes')} of fewer rows" if classes else ""


def _told(counts: Counts, true: str, predicted: str, sizes: Mapping[str, float]) -> MatrixCell:
    rows, size = counts.get((true, predicted)), sizes.get(true, 0.0)
    if rows is None:
        return MatrixCell("–", "", true == predicted)
    return MatrixCell(number(round(rows)), percent(rows, size) if size else "", true == predicted)


# --- calibration --------------------------------------------------------------------------------------------


def _curves(results: Sequence[Result], name: str) -> Iterable[Curve]:
    """The calibration of the newest chunk whose results tell of it; of several classes those that are off most."""
    telling = [result for result in results if result.segment is None and _calibrations(result)]
    newest = max(telling, key=when, default=None)
    if newest is None:
        return
    key = chunk_words(newest.chunk.key) if newest.chunk else ""
    listed = sorted(_calibrations(newest), key=lambda told: -abs(real_number(told.get("z")) or 0.0))
    for at, told in enumerate(listed[:CURVES]):
        points = _points(told)
        of = clean(told.get("class") or "", 60)
        subject = clean(newest.subject or "", 80)
        rows = amount(round(sum(point[3] for point in points)), "row")
        caption = f"How often a score of {of or subject} came true in {key}, {rows}"
        yield Curve(subject, of, caption, small.calibration(f"{name}_{at}", caption, points))


def _calibrations(result: Result) -> list[Mapping[str, Any]]:
    """What a result tells of how scores come true: of one score, or of that of each class."""
    told = result.details.get("calibration")
    if not isinstance(told, Mapping):
        return []
    classes = told.get("classes")
    listed = classes if isinstance(classes, (list, tuple)) else [told]
    return [each for each in listed if isinstance(each, Mapping) and _points(each)]


def _points(told: Mapping[str, Any]) -> list[tuple[float, float, float, float]]:
    """By bin of the score: what the reference promises, what came true, the error of that, and its rows."""
    bins = told.get("bins")
    listed = [each for each in bins if isinstance(each, Mapping)] if isinstance(bins, (list, tuple)) else []
    found = [tuple(real_number(each.get(key)) for key in ("expected", "realized", "error", "rows")) for each in listed]
    return [(p, r, e or 0.0, n or 0.0) for p, r, e, n in found if p is not None and r is not None]
