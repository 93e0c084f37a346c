"""Results, runs and summaries as rows of the store's tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from msgspec import Struct, convert, to_builtins

from whq.errors import Location, Problem
from whq.result import COLUMNS, Judged, RunResult, flatten
from whq.values import Acknowledgement, Chunk, Incident, Result, Run, Status

State = Literal["complete", "incomplete", "interrupted"]

_DOUBLES = ("value", "lower", "upper", "threshold_lower", "threshold_upper")
_INTEGERS = ("position", "chunk_index", "chunk_rows", "failing", "of")
_JSON = ("params", "details", "tags")
_KINDS = {
    **dict.fromkeys(_DOUBLES, "double precision"),
    **dict.fromkeys(_INTEGERS, "bigint"),
    "alert": "boolean",
}
_NAMES = [name for column in COLUMNS for name in ((column, "value_json") if column == "value" else (column,))]
RESULT_COLUMNS: Mapping[str, str] = {name: _KINDS.get(name, "text") for name in ("run_id", "position", *_NAMES)}
"""The columns of `results` and their types: `whq.result.COLUMNS`, the run, the order, and the exact value.

`value` is a number for SQL to work with; `value_json` holds what JSON shows (text, big integers, decimals).
"""

RUN_COLUMNS: Mapping[str, str] = {
    "number": "bigint",
    **dict.fromkeys(("id", "project", "target", "engine", "as_of", "started"), "text"),
    "seconds": "double precision",
    **dict.fromkeys(("queries", "rows_scanned", "bytes_scanned"), "bigint"),
    **dict.fromkeys(("version", "state", "status"), "text"),
    "exit_code": "bigint",
    **dict.fromkeys(("errors", "judged", "incidents"), "text"),
}
SUMMARY_COLUMNS = ("dataset", "fingerprint", "period", "chunk", "segment", "content", "created")
BASELINE_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("dataset", "family", "fingerprint"), "text"), "format": "bigint",
    **dict.fromkeys(("content", "created"), "text"),
}  # fmt: skip


COUNT_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("dataset", "fingerprint", "segment", "grain", "bucket"), "text"),
    "first_rows": "bigint", "first_as_of": "text", "rows": "bigint", "as_of": "text",
}  # fmt: skip
INCIDENT_COLUMNS = (
    "project", "target", "id", "dataset", "since", "until", "latest", "state", "text", "results", "series",
    "first_run", "first_as_of", "last_run", "last_as_of",
)  # fmt: skip
ACKNOWLEDGEMENT_COLUMNS = ("project", "target", "incident", "until", "why", "noted")
VERDICT_COLUMNS = ("run_id", "series", "segment", "chunk")
SeriesKey = tuple[str, str]
"""What makes results of one run a series: monitor and id with a space between, and the segment ("" for all rows)."""


class StoredRun(Struct, frozen=True):
    """A run as the store knows it; `status` and `exit_code` are None while it is incomplete."""

    run: Run
    state: State
    status: Status | None = None
    exit_code: int | None = None
    errors: tuple[Problem, ...] = ()
    judged: Judged = "all"
    incidents: tuple[Incident, ...] = ()


class StoredIncident(Struct, frozen=True):
    """An incident as the store knows it.

    latest: the key of its last bad chunk, also while it lasts; None where it is about all rows at once. series: the
    series that it is made of, each with the digest of its definition. `first_…` and `last_…`: the first and the last
    run that saw it, and their clocks.
    """

    incident: Incident
    latest: str | None
    series: Mapping[SeriesKey, str]
    first_run: str
    first_as_of: str
    last_run: str
    last_as_of: str


class Earlier(Struct, frozen=True):
    """What earlier runs of a project and target tell of its findings.

    verdicts: by series the key of the newest chunk on which its last run had a verdict; "" where that was about all
    rows, or about none.
    """

    verdicts: Mapping[SeriesKey, str] = {}
    incidents: tuple[StoredIncident, ...] = ()
    acknowledgements: Mapping[str, Acknowledgement] = {}


class WatchedCount(Struct, frozen=True):
    """How many rows a bucket of time had when it was counted first, and when it was counted last.

    segment: empty for all rows. grain: the unit of the bucket (`hour`, `day`, …); `bucket` is its start in ISO form.
    """

    dataset: str
    fingerprint: str
    segment: str
    grain: str
    bucket: str
    first_rows: int
    first_as_of: str
    rows: int
    as_of: str


class Point(Struct, frozen=True):
    """One result in the history of an id: which run brought it, as of when, and how that run ended."""

    run: str
    as_of: str
    state: State
    result: Result


class StoredBaseline(Struct, frozen=True):
    """What was learned of a family of a dataset.

    format: of the content, which is plain JSON. is_current: whether the definition of dataset and items is the one that
    is asked for; without, it has changed since. created: when it was stored, in ISO form.
    """

    format: int
    content: Any = None
    is_current: bool = True
    created: str = ""


class Summary(Struct, frozen=True):
    """The state of one chunk for one fingerprint: plain JSON that a later run takes up again."""

    dataset: str
    fingerprint: str
    chunk: str
    content: Any
    period: str | None = None
    segment: str | None = None

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes a summary the same one; none is written as empty text."""
        return (self.dataset, self.fingerprint, self.period or "", self.chunk, self.segment or "")


def columns_of(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into one list per column, as the insert statement takes them."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def result_row(run_id: str, position: int, result: Result) -> list[object]:
    """One row of `results`."""
    flat = flatten(result)
    flat["value_json"] = None if result.value is None else json.dumps(flat["value"])
    flat.update(run_id=run_id, position=position, value=_number(result.value))
    flat.update({name: json.dumps(flat[name]) for name in _JSON})
    flat.update({name: _finite(flat[name]) for name in _DOUBLES})
    return [flat[name] for name in RESULT_COLUMNS]


def result_of(row: Sequence[Any]) -> Result:
    """The result that a row of `results` holds."""
    flat = dict(zip(RESULT_COLUMNS, row, strict=True))
    flat.update({name: json.loads(flat[name]) for name in _JSON})
    exact = flat.pop("value_json")
    chunk = [flat.pop(f"chunk_{name}") for name in ("key", "index", "start", "end", "rows")]
    del flat["run_id"], flat["position"]
    flat["tags"] = tuple(flat["tags"])
    flat["value"] = None if exact is None else json.loads(exact)
    return Result(chunk=None if chunk[0] is None else Chunk(*chunk), **flat)


def new_run_row(number: int, run: Run) -> list[object]:
    """The row of a run that begins: incomplete until its marker is set."""
    row: dict[str, object] = dict.fromkeys(RUN_COLUMNS)
    row.update({name: getattr(run, name) for name in Run.__struct_fields__})
    row.update(number=number, state="incomplete", errors="[]", incidents="[]")
    return list(row.values())


def marker(outcome: RunResult, state: State) -> list[object]:
    """The values of the statement that ends a run."""
    run = outcome.run
    errors = json.dumps([problem.as_dict() for problem in outcome.errors])
    incidents = json.dumps(to_builtins(outcome.incidents))
    ending = [state, outcome.status, outcome.exit_code, errors, outcome.judged, incidents]
    return [run.seconds, run.queries, run.rows_scanned, run.bytes_scanned, *ending, run.id]


def run_of(row: Sequence[Any]) -> StoredRun:
    """The run that a row of `runs` holds."""
    flat = dict(zip(RUN_COLUMNS, row, strict=True))
    run = Run(**{name: flat[name] for name in Run.__struct_fields__})
    errors = tuple(_problem(item) for item in json.loads(flat["errors"]))
    incidents = convert(json.loads(flat["incidents"] or "[]"), tuple[Incident, ...])
    return StoredRun(run, flat["state"], flat["status"], flat["exit_code"], errors, flat["judged"] or "all", incidents)


def baseline_of(row: Sequence[Any]) -> StoredBaseline:
    """The baseline that a row of the statement `baseline` holds."""
    format, content, is_current, created = row
    return StoredBaseline(format, json.loads(content), is_current, created)


def summary_of(row: Sequence[Any]) -> Summary:
    """The summary that a row of `summaries` holds."""
    dataset, fingerprint, period, chunk, segment, content = row
    return Summary(dataset, fingerprint, chunk, json.loads(content), period or None, segment or None)


def incident_row(project: str, target: str, stored: StoredIncident) -> list[object]:
    """One row of `incidents`."""
    incident = stored.incident
    series = json.dumps([[*key, definition] for key, definition in stored.series.items()])
    told = [incident.since, incident.until, stored.latest, incident.state, incident.text]
    runs = [stored.first_run, stored.first_as_of, stored.last_run, stored.last_as_of]
    return [project, target, incident.id, incident.dataset, *told, json.dumps(incident.results), series, *runs]


def incident_of(row: Sequence[Any]) -> StoredIncident:
    """The incident that a row of `incidents` holds, as far as it follows from results: not acknowledged."""
    flat = dict(zip(INCIDENT_COLUMNS, row, strict=True))
    told = {name: flat[name] for name in ("id", "dataset", "since", "until", "state", "text")}
    incident = Incident(**told, results=tuple(json.loads(flat["results"])))
    series = {(name, segment): definition for name, segment, definition in json.loads(flat["series"])}
    return StoredIncident(incident, flat["latest"], series, *row[-4:])


def _problem(item: Mapping[str, Any]) -> Problem:
    place = Location(item["file"], item["line"], item["column"]) if item["file"] else None
    return Problem(item["code"], item["category"], item["message"], item["hint"], place)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (bool, int, float, Decimal)) else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
