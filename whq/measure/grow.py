"""Growing trees in the warehouse: one cursor, a temporary table of small whole numbers, a statement a level.

The cuts are asked first, then the rows are kept in a temporary table that only this cursor sees; each tree makes the
next such table, with new scores. Where no temporary table may be made, the rows stand as CTEs in every statement
instead. The tables end with the cursor, whatever ends the growth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from whq.engines.base import SCRATCH, Fetched, Session
from whq.ensembles import Ensemble, Feature
from whq.errors import Interrupted, QueryError, WhqError
from whq.fit.trees import Forest, Numbers, Roots
from whq.growths import Binned, Failed, Grown, Growth, Part
from whq.measure.execute import Limits, Progress, Statement, logged
from whq.measure.pool import Pool
from whq.measure.tables import tables_of
from whq.sql.growing import ROWS, Levels, Scaling, cuts, features_of, rows
from whq.sql.text import to_text
from whq.values import Dataset, Query, Request, Scope

HELD = "its rows are kept in a temporary table that only this connection sees, while trees grow"
GIVEN = "no temporary table can be made: the rows and their scores so far are computed in each statement"
FETCHED = "its rows leave the warehouse, for LightGBM to fit on here"
EXAMPLE = "a cut or a value of each feature stands for all of them, which the statement before tells"


class Sending(Struct):
    """Where statements of a growth go: the session, its limits, and what is told of them."""

    session: Session
    limits: Limits
    log: list[Statement]
    note: Callable[[Query], None]
    progress: Callable[[Progress], None] | None = None


def grow(growth: Growth, dataset: Dataset, id: str, sending: Sending) -> Grown | Failed:
    """Grow trees; what fails is told, not raised. Nothing is sent where the budget has too few statements left for all.

    Args:
        id: What the ids of the statements begin with: `g1` sends `g1.1`, `g1.2`, …

    Raises:
        Interrupted: Ctrl-C; what runs is cancelled.
    """
    try:
        features, left_out = features_of(growth, dataset)
        sending.limits.allowance.need(growth.statements)
        with _channel(growth, dataset, id, sending) as channel:
            return _grown(growth, dataset, features, left_out, channel)
    except Interrupted:
        raise
    except WhqError as error:
        return Failed(error.problems[0], id)


class _Channel:
    """One cursor for all statements of a growth, asked from the main thread so that Ctrl-C is seen at once."""

    def __init__(self, growth: Growth, dataset: Dataset, id: str, sending: Sending, pool: Pool) -> None:
        self._dataset, self._id, self._sending, self._pool = dataset, id, sending, pool
        self._total, self.sent = growth.statements, 0
        self.dialect = sending.session.dialect
        self.shown: list[str] = []

    def ask(self, sql: str, *, holds: str = "", columns: tuple[str, ...] = (), is_shown: bool = False) -> Fetched:
        """What a statement brings; one that is shown tells how trees grow. Raises WhqError."""
        self.sent += 1
        query = _query(f"{self._id}.{self.sent}", self._dataset, sql, self.dialect, columns, holds=holds)
        if is_shown:
            self.shown.append(query.id)
            self._sending.note(query)
        self._pool.put(query)
        while (outcome := self._pool.next(0.1)) is None:
            pass
        if outcome.ran:
            self._sending.log.append(logged(outcome))
        if self._sending.progress is not None:
            self._sending.progress(Progress(self.sent, max(self._total, self.sent)))
        if isinstance(outcome.result, Fetched):
            return outcome.result
        raise outcome.result


def _query(
    id: str, dataset: Dataset, sql: str, dialect: str, columns: tuple[str, ...], *, part: str = "level", holds: str = ""
) -> Query:
    scope = Scope(dataset.name)
    about = (Request.of(scope, f"models/grow/{part}"),)
    tables = tables_of(dataset) if columns else ()
    return Query(id, dataset.name, sql, dialect, scope, about, (), tables, columns, holds=holds)


def shown(growth: Growth, dataset: Dataset, id: str, dialect: str) -> tuple[Query, ...]:
    """The statements of a growth before anything is known: the cuts, the rows, the first level.

    Raises:
        CompileError: The dialect cannot express it.
    """
    scratch = SCRATCH.get(dialect)
    can_hold = scratch is not None
    features, _ = features_of(growth, dataset)
    asked = cuts(growth, dataset, features, dialect)
    first = _query(f"{id}.1", dataset, asked.sql, dialect, asked.columns, part="cuts")
    binned = [
        Binned(one, edges=(0.0,)) if one.kind == "number" else Binned(one, words=("a value",)) for one in features
    ]
    scaling = Scaling.of([1.0] * len(growth.targets), 1)
    forest = Forest(growth, binned, scaling.sizes, scaling.scale)
    forest.begin()
    tree, columns = rows(growth, dataset, binned, scaling, dialect)
    levels = Levels(growth, binned, scaling, dialect, None if can_hold else tree.copy())
    level = levels.level((*(scratch or ()), f"{ROWS}_0"), forest.asked())
    second = _query(f"{id}.2", dataset, to_text(tree, dialect), dialect, columns, part="rows", holds=f"{ROWS}_0")
    third = _query(f"{id}.{3 if can_hold else 2}", dataset, level, dialect, () if can_hold else columns)
    held = replace(second, waits_for=(first.id,), note=f"{HELD}; {EXAMPLE}")
    each = replace(third, waits_for=(second.id if can_hold else first.id,), times=growth.statements - 2)
    if growth.learner == "lightgbm":
        return first, replace(held, holds="", note=f"{FETCHED}; {EXAMPLE}")
    if can_hold:
        return first, held, each
    return first, replace(each, note=f"{GIVEN}; {EXAMPLE}", times=growth.trees * growth.depth)


@contextmanager
def _channel(growth: Growth, dataset: Dataset, id: str, sending: Sending) -> Iterator[_Channel]:
    pool = Pool(sending.session, 1, sending.limits.timeout, sending.limits.allowance)
    try:
        pool.start()
        yield _Channel(growth, dataset, id, sending, pool)
    except KeyboardInterrupt as error:
        raise pool.interrupted() from error
    finally:
        pool.close()


def _grown(
    growth: Growth, dataset: Dataset, features: Sequence[Feature], left_out: dict[str, str], channel: _Channel
) -> Grown:
    statement = cuts(growth, dataset, features, channel.dialect)
    answer = channel.ask(statement.sql, columns=statement.columns, is_shown=True)
    binned, sizes, members = cut(growth, features, answer)
    scaling = Scaling.of(sizes, members)
    if growth.learner == "lightgbm":
        return _fetched(growth, dataset, binned, scaling, left_out, channel)
    forest = Forest(growth, binned, scaling.sizes, scaling.scale)
    ground = _Ground(growth, dataset, binned, scaling, channel)
    while forest.begin():
        while asked := forest.asked():
            forest.take(*ground.counts(asked))
        ground.add(forest.step())
    fitted = {(group, part): forest.rows[place] for place, (group, _, part) in enumerate(growth.models)}
    return Grown(growth, forest.ensembles(), fitted, left_out, tuple(channel.shown))


def _fetched(
    growth: Growth, dataset: Dataset, binned: Sequence[Binned], scaling: Scaling, left_out: dict[str, str],
    channel: _Channel,
) -> Grown:  # fmt: skip
    """Trees by LightGBM, on the rows that trees would grow on in the warehouse."""
    from whq.fit import lightgbm  # only where the user asks for it

    lightgbm.needed()
    tree, columns = rows(growth, dataset, binned, scaling, channel.dialect)
    answer = channel.ask(to_text(tree, channel.dialect), columns=columns, is_shown=True)
    by_name = dict(zip(answer.names, answer.columns, strict=True))
    model, target = np.array(by_name["model"], dtype=np.int64), np.array(by_name["y"], dtype=np.float64)
    bins = np.array([by_name[f"b{place}"] for place in range(len(binned))], dtype=np.float64).reshape(len(binned), -1).T
    bins = np.where(bins == max((one.size for one in binned), default=1), np.nan, bins)
    ensembles: dict[tuple[int, int, Part], Ensemble] = {}
    fitted: dict[tuple[int, Part], int] = {}
    for number, (group, place, part) in enumerate(growth.models):
        mine = model == number
        ensembles[group, place, part] = lightgbm.fit(growth, binned, bins[mine], target[mine], scaling.sizes[place])
        fitted[group, part] = int(mine.sum())
    return Grown(growth, ensembles, fitted, left_out, tuple(channel.shown), answer.size)


class _Ground:
    """The rows that trees grow on: in a temporary table, or as CTEs of each statement where there can be none."""

    def __init__(
        self, growth: Growth, dataset: Dataset, binned: Sequence[Binned], scaling: Scaling, channel: _Channel
    ) -> None:
        self._channel, self._is_told, self._number = channel, False, 0
        self._scratch = SCRATCH.get(channel.dialect)
        tree, columns = rows(growth, dataset, binned, scaling, channel.dialect)
        given = tree.copy()
        try:
            if self._scratch is not None:
                text = to_text(tree, channel.dialect)
                channel.ask(text, holds=f"{ROWS}_0", columns=columns, is_shown=True)
        except QueryError as error:
            if error.problems[0].category in ("timeout", "cancelled", "budget"):
                raise
            self._scratch = None
        kept = None if self._scratch is not None else given
        self._levels = Levels(growth, binned, scaling, channel.dialect, kept)

    @property
    def _table(self) -> tuple[str, ...]:
        return (*(self._scratch or ()), f"{ROWS}_{self._number}")

    def counts(self, roots: Roots) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Cell, rows, gradient and hessian of the nodes that are asked for."""
        answer = self._channel.ask(self._levels.level(self._table, roots), is_shown=not self._is_told)
        self._is_told = True
        cells, members, gradients, hessians = (np.array(column, dtype=np.float64) for column in answer.columns)
        return cells, members, gradients, hessians

    def add(self, roots: Roots) -> None:
        """Add a tree to the scores: in the other one of two tables."""
        if not roots:
            return
        if self._scratch is None:
            self._levels.add(roots)
            return
        text = self._levels.scores(self._table, roots)
        self._number = 1 - self._number
        self._channel.ask(text, holds=f"{ROWS}_{self._number}")


def cut(growth: Growth, features: Sequence[Feature], answer: Fetched) -> tuple[list[Binned], list[float], int]:
    """The features as they are cut, the size of each target, and how many rows all models have together at most."""
    numbers: dict[int, list[float]] = defaultdict(list)
    words: dict[int, list[str]] = defaultdict(list)
    few: set[int] = set()
    sizes, members = [1.0] * len(growth.targets), 0
    for place, number, word, many in zip(*answer.columns, strict=True):
        if place < 0:
            sizes[-1 - place] = float(number) if number else 1.0
            members = max(members, many)
        elif word is not None:
            words[place].append(word)
        else:
            numbers[place].append(float(number))
            few |= {place} if many <= growth.bins else set()
    binned = [
        Binned(one, words=tuple(words[place]))
        if one.kind == "category"
        else Binned(one, edges=_edges(sorted(numbers[place]), are_all=place in few))
        for place, one in enumerate(features)
    ]
    return binned, sizes, members * len(growth.models)


def _edges(values: Sequence[float], *, are_all: bool) -> tuple[float, ...]:
    """Half way between values where these are all that there are, else the values, without the greatest."""
    if are_all:
        return tuple(low + (high - low) / 2 for low, high in pairwise(values))
    return tuple(values[:-1])
