"""Golden SQL: what every template becomes in every dialect, for the first case of its values fixture.

    python -m tests.sql.regenerate                     # all
    python -m tests.sql.regenerate rules/unique mean   # some; the folder may be left out

Read the diff like code. `golden/<folder>/<template>.sql` has a section for each dialect; `shapes` holds what is
around a template: chunks, segments, references, joins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.sql.runner import Case, answer, cases, make_dataset, make_request
from whq.sql.support import DIALECTS
from whq.sql.templates import load
from whq.values import Failure, TableSource

GOLDEN = Path(__file__).parent / "golden"
MARK = "-- dialect: "
UNSUPPORTED = "-- unsupported: "
_TABLE = {
    "columns": {"id": "BIGINT", "amount": "DOUBLE", "Region": "VARCHAR", "at": "TIMESTAMP", "day": "DATE"},
    "rows": [],
}
_MEAN = {"table": _TABLE, "arguments": {"column": "amount"}}
SHAPES: Mapping[str, dict[str, Any]] = {
    f"chunk_{unit}": {**_MEAN, "dataset": {"time": "at", "chunk": unit}, "scope": {"by_chunk": True}}
    for unit in ("hour", "day", "week", "month", "quarter", "year")
} | {
    "chunk_date": {**_MEAN, "dataset": {"time": "day", "chunk": "month"}, "scope": {"by_chunk": True}},
    "chunk_rows": {
        **_MEAN,
        "dataset": {"time": "at", "key": ["id"], "chunk": {"rows": 100}, "where": "amount > 0"},
        "scope": {"by_chunk": True},
    },
    "chunk_count": {
        **_MEAN,
        "dataset": {"time": "at", "key": ["id"], "chunk": {"count": 4}},
        "scope": {"by_chunk": True},
    },
    "reference": {
        **_MEAN,
        "dataset": {"time": "at", "chunk": "month", "reference": "at < '2024-01-01'", "since": "2024-02-01"},
        "scope": {"by_chunk": True},
    },
    "segment": {
        **_MEAN,
        "dataset": {"time": "at", "chunk": "day", "segments": ["Region"], "where": "id is not null"},
        "scope": {"by_chunk": True, "segment": "Region"},
    },
    "segment_where": {
        **_MEAN,
        "dataset": {"segments": [{"name": "large", "where": "amount > 100"}]},
        "scope": {"segment": "large"},
    },
}


class Offline:
    """Tables by name only: nothing is made, nothing runs."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def create(self, name: str, columns: Mapping[str, str], rows: list[list[Any]]) -> TableSource:
        return TableSource(("main", name))

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        raise NotImplementedError


def samples() -> dict[str, Case]:
    """The case of each template that is compiled, by the golden file's name."""
    found: dict[str, Case] = {}
    for case in cases():
        if "error" not in case.given:
            found.setdefault(case.template, case)
    shapes = {f"shapes/{name}": Case("metrics/mean", name, given) for name, given in SHAPES.items()}
    return found | shapes


def compiled(case: Case, dialect: str) -> str:
    """The statement of one case in one dialect, or the line that says why there is none."""
    templates, engine = load(), Offline(dialect)
    dataset = make_dataset(case.given, engine)
    request = make_request(case.given, templates.find(case.template), dataset, engine)
    found = answer([request], dataset, templates, dialect)
    if not isinstance(found, Failure):
        return found.sql
    hint = f"; {found.problem.hint}" if found.problem.hint else ""
    return f"{UNSUPPORTED}{found.problem.message}{hint}"


def golden(case: Case) -> str:
    """The whole file of one case."""
    return "\n\n".join(f"{MARK}{dialect}\n{compiled(case, dialect)}" for dialect in DIALECTS) + "\n"


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each dialect of a golden file with its text."""
    for part in text.split(MARK)[1:]:
        dialect, _, body = part.partition("\n")
        yield dialect, body.strip()


def main(names: list[str]) -> None:
    for name, case in samples().items():
        if names and not any(name == wanted or name.endswith(f"/{wanted}") for wanted in names):
            continue
        path = GOLDEN / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(golden(case), encoding="utf-8")
        print(path.relative_to(GOLDEN))


if __name__ == "__main__":
    main(sys.argv[1:])
