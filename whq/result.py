"""The outcome of a run, as one value: what every report, the store and the exit code are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field, to_builtins
from msgspec.structs import asdict

from whq.errors import Problem
from whq.values import STATUSES, Incident, Result, Run, Status
from whq.wording import amount

if TYPE_CHECKING:
    import pandas

SCHEMA = "whq.run/1"
FailOn = Literal["warn", "fail", "never"]
Judged = Literal["newest", "all"]
Inconclusive = Literal["error", "ok", "strict"]
_EXACT = 2**53
_SHOWN = 10
"""Incidents told in a notebook; more are counted."""
_WORST: tuple[Status, ...] = ("error", "fail", "inconclusive", "warn", "pass", "skipped")


class RunResult(Struct, frozen=True):
    """Results and errors of one run, with the exit code they lead to."""

    run: Run
    results: tuple[Result, ...]
    errors: tuple[Problem, ...] = ()
    exit_code: int = 0
    statements: Mapping[str, str] = field(default_factory=dict)
    """The SQL that was sent, by query id; reports show it, the JSON document does not."""
    warnings: tuple[str, ...] = ()
    """What a reader should know beside the results: doubts about files, and what was learned anew."""
    incidents: tuple[Incident, ...] = ()
    """What the findings amount to: those that began together on one dataset, newest first."""
    judged: Judged = "all"
    """Whether the exit code and the status follow from the newest closed chunks, or from all."""
    report: Path | None = None
    """The HTML report that the run wrote, where the project wants one; no part of the JSON document."""

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each status, and their total."""
        counted = Counter(result.status for result in self.results)
        return {**{status: counted[status] for status in STATUSES}, "total": len(self.results)}

    @property
    def deciding(self) -> tuple[Result, ...]:
        """The results that the status and the exit code follow from; see `deciding`."""
        return deciding(self.results, self.judged, self.incidents)

    @property
    def status(self) -> Status:
        """The worst status of what decides: error, fail, inconclusive, warn, pass, else skipped; none is withheld."""
        if self.errors:
            return "error"
        statuses = {result.status for result in self.deciding if "withheld" not in result.details}
        return next((status for status in _WORST if status in statuses), "skipped")

    def as_dict(self) -> dict[str, Any]:
        """The `whq.run/1` document: plain JSON values only, no NaN, no infinity; `warnings` where there are any."""
        return {
            "schema": SCHEMA,
            "run": asdict(self.run),
            "status": self.status,
            "exit_code": self.exit_code,
            "judged": self.judged,
            "counts": self.counts,
            "results": [result_as_dict(result) for result in self.results],
            "incidents": [plain(to_builtins(incident)) for incident in self.incidents],
            "errors": [problem.as_dict() for problem in self.errors],
            **({"warnings": list(self.warnings)} if self.warnings else {}),
        }

    def __repr__(self) -> str:
        """One line: the project, the status and how many results have which."""
        told = ", ".join(f"{count:,} {status}" for status, count in self._told())
        total = self.counts["total"]
        told = f"{amount(total, 'result')}: {told}" if total else "no results"
        return f"<RunResult {self.run.project}: {self.status}; {told}; run {self.run.id}>"

    def _repr_html_(self) -> str:
        """A small table for notebooks; nothing in it is markup of the data's own."""
        rows = "".join(f"<tr><td>{escape(status)}</td><td>{count:,}</td></tr>" for status, count in self._told())
        about = f"{self.run.project} · {self.run.target} ({self.run.engine}) · as of {self.run.as_of}"
        wrong = [incident.text for incident in self.incidents if incident.state in ("new", "ongoing")]
        listed = "".join(f"<li>{escape(text)}</li>" for text in wrong[:_SHOWN])
        more = f"<li>… {len(wrong) - _SHOWN:,} more</li>" if len(wrong) > _SHOWN else ""
        return (
            f"<div><b>whq {escape(about)}: {escape(self.status)}</b>"
            + f"<table><tr><th>status</th><th>results</th></tr>{rows}</table>"
            + (f"<ul>{listed}{more}</ul>" if wrong else "")
            + "</div>"
        )

    def _told(self) -> list[tuple[str, int]]:
        """The statuses that results have, the gravest first, with their numbers."""
        counts = self.counts
        return [(status, counts[status]) for status in _WORST if counts[status]]

    def to_pandas(self) -> pandas.DataFrame:
        """One row a result, the chunk's fields flattened to `chunk_key`, `chunk_index`, …"""
        import pandas

        return pandas.DataFrame([flatten(result) for result in self.results], columns=list(COLUMNS))


def deciding(results: Iterable[Result], judged: Judged, incidents: Iterable[Incident] = ()) -> tuple[Result, ...]:
    """The results that decide the status and the exit code.

    With `newest` those are the chunks of each series that closed since the last run, at least the newest one with a
    verdict (`details.decides`), every result on all rows at once, and every error. Findings of an acknowledged incident
    do not decide.
    """
    quiet = {incident.id for incident in incidents if incident.acknowledged is not None}
    return tuple(
        result
        for result in results
        if (judged == "all" or result.chunk is None or result.status == "error" or result.details.get("decides"))
        and not (quiet and result.details.get("incident") in quiet and result.status in ("warn", "fail"))
    )


def exit_code(
    results: Sequence[Result],
    errors: Iterable[Problem] = (),
    *,
    fail_on: FailOn = "fail",
    inconclusive: Inconclusive = "error",
    judged: Judged = "all",
    incidents: Iterable[Incident] = (),
) -> int:
    """The exit code of section 5 for results and run-wide errors: 3 over 1 over 4 over 0.

    It follows from the results that decide (see `deciding`). Verdicts that were withheld by design
    (`details.withheld`), as those on an empty chunk, count only where `inconclusive` is `strict`.
    """
    decide = deciding(results, judged, incidents)
    withheld = "inconclusive" if inconclusive == "strict" else "withheld"
    statuses = {withheld if "withheld" in result.details else result.status for result in decide}
    if list(errors) or "error" in statuses or ("inconclusive" in statuses and inconclusive != "ok"):
        return 3
    findings = {"warn": {"warn", "fail"}, "fail": {"fail"}, "never": set()}[fail_on]
    if statuses & findings:
        return 1
    return 0 if results else 4


def plain(value: Any) -> Any:
    """A value as JSON can hold it: big integers and decimals as text, NaN and infinities as null."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def result_as_dict(result: Result) -> dict[str, Any]:
    """One entry of `results`, with the fields of the contract in their order."""
    out: dict[str, Any] = {}
    for item in _ORDER:
        value = getattr(result, item)
        out[item] = value.as_dict() if item == "chunk" and value is not None else plain(value)
    if isinstance(result.value, float) and not isfinite(result.value):
        out["details"] = {**out["details"], "not_finite": str(result.value)}
    return out


def flatten(result: Result) -> dict[str, Any]:
    """One row of the store's `results` table and of the frame: the chunk's fields stand beside the others."""
    flat = result_as_dict(result)
    chunk = flat.pop("chunk") or dict.fromkeys(("key", "index", "start", "end", "rows"))
    flat.update({f"chunk_{name}": value for name, value in chunk.items()})
    flat.update(owner=result.owner, tags=list(result.tags))
    return {name: flat[name] for name in COLUMNS}


_ORDER = (
    "id", "dataset", "monitor", "subject", "metric", "method", "params", "segment", "period", "chunk", "value",
    "lower", "upper", "threshold_lower", "threshold_upper", "alert", "status", "severity", "message", "failing",
    "of", "details", "query",
)  # fmt: skip
_CHUNK = ("chunk_key", "chunk_index", "chunk_start", "chunk_end", "chunk_rows")
_AT = _ORDER.index("chunk")
COLUMNS = (*_ORDER[:_AT], *_CHUNK, *_ORDER[_AT + 1 :], "owner", "tags")
