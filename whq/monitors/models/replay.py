"""What could have been said of each chunk at its time: estimates by curves that its own labels did not teach.

Two of them, from the rows by bin of the score: the reference's chunks by the curve of the *others*, as a curve says too
much good of the rows that taught it; and every chunk by a curve *refitted* on the newest chunks whose labels were known
when it was closed. All that is replayed uses what `labels.Labels` says was known, nothing later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from whq.fit.histogram import Floats, Histogram
from whq.fit.isotonic import Knots, calibrate
from whq.monitors.models.known import REALIZED, Known, Replayed
from whq.monitors.models.labels import Labels
from whq.monitors.models.readings import Reading, Values, Variant

WINDOW = 3
"""A curve is refitted on so many chunks: fewer follow a change faster, more vary less."""
RECORD = 8
"""So many of the newest chunks with known labels are looked back at."""
FEWEST = 100
"""A curve needs so many rows with a label, and two different labels among them."""


class Stack(Struct, frozen=True, eq=False):
    """The rows of all chunks by the bins of one score: one row a chunk, one column a bin.

    members, totals: rows and the sum of their scores. labelled, positives: rows with a label, and what their labels
    add up to.
    """

    members: Floats
    totals: Floats
    labelled: Floats
    positives: Floats

    @staticmethod
    def of(histograms: Sequence[Histogram | None]) -> Stack:
        """From the histograms of the chunks; None is a chunk without rows."""
        listed = [one.bins for one in histograms if one is not None]
        bins = np.unique(np.concatenate(listed)) if listed else np.zeros(0, dtype=np.int64)
        stack = Stack(*(np.zeros((len(histograms), len(bins))) for _ in range(4)))
        for row, one in enumerate(histograms):
            if one is not None:
                places, members = np.searchsorted(bins, one.bins), one.members.sum(axis=1)
                stack.members[row, places] = members
                stack.totals[row, places] = members * one.scores
                stack.labelled[row, places] = one.labelled.sum(axis=1)
                stack.positives[row, places] = one.positives.sum(axis=1)
        return stack

    def sums(self, chunks: Sequence[int]) -> Floats:
        """Of some chunks together, by bin: rows, sums of scores, rows with a label, sums of labels."""
        rows = list(chunks)
        return np.array([each[rows].sum(axis=0) for each in (self.members, self.totals, self.labelled, self.positives)])

    def without(self, chunk: int, sums: Floats) -> Floats:
        """The same sums without those of one of the chunks."""
        return sums - self.sums([chunk])


def curve_of(sums: Floats) -> Knots | None:
    """The isotonic curve that labels teach, from the sums by bin; None where they are too few or all the same."""
    members, totals, labelled, positives = sums
    if labelled.sum() < FEWEST or not positives.any() or np.array_equal(positives, labelled):
        return None
    filled = labelled > 0
    scores = (totals[filled] / members[filled]).tolist()
    return calibrate(scores, scores, positives[filled].tolist(), labelled[filled].tolist())


def replayed(known: Known) -> Replayed:
    """What the labels that were known at each chunk's time say of it."""
    references, places = known.references, range(len(known.cells))
    labels = Labels.of(known)
    seen = [labels.at(place, RECORD) for place in places]
    names = dict.fromkeys(name for by_class in known.histograms for name in by_class)
    stacks = {name: Stack.of([one.get(name) for one in known.histograms]) for name in names}
    whole = {name: stack.sums(references) for name, stack in stacks.items()}
    others = [_expected(known, place, {name: stacks[name].without(place, whole[name]) for name in names})
              for place in references]  # fmt: skip
    refit = [_expected(known, place, {name: stacks[name].sums(seen[place][-WINDOW:]) for name in names})
             for place in places]  # fmt: skip
    curves = {name: curve_of(sums) for name, sums in whole.items()}
    return Replayed(
        (*others, *(None for _ in places[len(references) :])), refit, seen,
        {name: curve for name, curve in curves.items() if curve is not None},
    )  # fmt: skip


def _expected(known: Known, place: int, taught: Mapping[str, Floats]) -> Values | None:
    """What is expected of a chunk by the curves that sums of other chunks teach; None where one of them is missing.

    Args:
        taught: by class the sums by bin.
    """
    chances: dict[str, Floats] = {}
    for name, histogram in known.histograms[place].items():
        curve = curve_of(taught[name])
        if curve is None:
            return None
        chances[name] = histogram.calibrated(curve)
    return known.kind.expected(known.model, known.histograms[place], chances) if chances else None


# --- numbers chunk by chunk ---------------------------------------------------------------------------------

Numbers = tuple[float | None, ...]
"""One number a chunk, totals by row; None where there is none."""


def numbers(known: Known, variant: Variant, readings: Iterable[Reading | None]) -> Numbers:
    """The values of readings; totals are divided by their rows, so that those of partly labelled chunks compare."""
    return tuple(_number(known, variant, reading) for reading in readings)


def _number(known: Known, variant: Variant, reading: Reading | None) -> float | None:
    if reading is None or reading.value is None or reading.problem is not None:
        return None
    if not known.kind.is_total(variant):
        return reading.value
    return reading.value / reading.rows if reading.rows else None


def expected(known: Known, variant: Variant, values: Iterable[Values | None]) -> Numbers:
    """What expected counts say of a number."""
    kind = known.kind
    read = (None if one is None else kind.reading(known.model, variant, one) for one in values)
    return numbers(known, variant, read)


def realized(known: Known, variant: Variant) -> Numbers:
    """The realized values."""
    return numbers(known, variant, known.of(REALIZED, variant))


def estimated(known: Known, method: str, variant: Variant) -> Numbers:
    """The estimates of a method; CBPE's of the reference by the curve of the other chunks, where there is one."""
    shown = numbers(known, variant, known.of(method, variant))
    if method != "cbpe":
        return shown
    others = expected(known, variant, known.replayed.others)
    return tuple(other if other is not None else own for other, own in zip(others, shown, strict=True))


def errors(estimates: Numbers, truth: Numbers) -> Numbers:
    """Estimate - realized, where both are known."""
    pairs = zip(estimates, truth, strict=True)
    return tuple(None if one is None or real is None else one - real for one, real in pairs)


def record(known: Known, errors: Numbers, place: int, most: int = RECORD) -> list[float]:
    """The newest errors that were known when the chunk at a place was closed, the oldest first."""
    listed = [error for other in known.replayed.known[place] if (error := errors[other]) is not None]
    return listed[-most:]
