"""Execution as one call, for tests that look at what is there in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from whq.config.spec import Budget
from whq.engines.base import Session
from whq.measure import execute as module
from whq.measure.execute import Answers, Limits, Statement
from whq.values import Dataset, Failure, Measurement, Query, Request

NO_CAPS = Budget()


class Executed(Struct, frozen=True):
    """An answer to every request, the log, and rows without a time by dataset."""

    measurements: dict[Request, Measurement | Failure]
    statements: list[Statement]
    unplaced: dict[str, int]


def execute(
    queries: Sequence[Query],
    session: Session,
    datasets: Mapping[str, Dataset],
    *,
    jobs: int = 4,
    timeout: float | None = 300.0,
    budget: Budget = NO_CAPS,
    on_answers: Callable[[Answers], object] = lambda answers: None,
    **options: Any,
) -> Executed:
    """Run all queries; `on_answers` hears of answers as they come."""
    done = Executed({}, [], {})
    limits = Limits(jobs, timeout, budget)
    with module.execute(queries, session, datasets, limits, log=done.statements, **options) as answers:
        for one in answers:
            done.measurements.update(one.measurements)
            done.unplaced[one.dataset] = max(one.unplaced, done.unplaced.get(one.dataset, 0))
            on_answers(one)
    return done
