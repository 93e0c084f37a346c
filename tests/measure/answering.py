"""Requests to answers in one thread, without a session: what tests of templates and of monitors share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from whq.engines.base import Fetched
from whq.measure.bench import queries
from whq.measure.decode import decode, read, timeline
from whq.sql.templates import Templates
from whq.values import Dataset, Measurements, Policy, Request

Fetch = Callable[[str], Fetched]


def fetcher(connection: Any) -> Fetch:
    """How a DuckDB connection answers a statement."""

    def fetch(sql: str) -> Fetched:
        cursor = connection.execute(sql)
        return Fetched.of([item[0] for item in cursor.description], cursor.fetchall())

    return fetch


def answers(
    requests: Sequence[Request],
    dataset: Dataset,
    templates: Templates,
    fetch: Fetch,
    *,
    sent: Mapping[Request, Request] | None = None,
    dialect: str = "duckdb",
) -> Measurements:
    """The answers to requests, or to what is `sent` for them; those that do not compile are failures."""
    sent = {request: request for request in requests} if sent is None else sent
    compiled = queries(requests, sent, {dataset.name: dataset}, templates, dialect, Policy(), "q")
    fetched = [read(dataset, query, fetch(query.sql)) for query in compiled.queries]
    chunks = timeline(dataset, fetched)
    found: dict[Request, Any] = {failure.request: failure for failure in compiled.failures}
    for answer in fetched:
        found.update(decode(answer, chunks))
    return found
