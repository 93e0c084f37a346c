"""Golden SQL: what every template becomes in every dialect, for the first case of its values fixture.

    python -m tests.sql.regenerate                     # all
    python -m tests.sql.regenerate rules/unique mean   # some; the folder may be left out

Read the diff like code. `golden/<folder>/<template>.sql` has DuckDB's text whole. The other dialects follow as what
they change of it: `@@ 12 @@` and the lines from DuckDB's line 12 on, `-` in front of what only DuckDB has, `+` of what
only the dialect has. Dialects that change the same stand together. Names are quoted as on DuckDB there, whatever the
dialect's own quotes are. `shapes` holds what is around a template: chunks, segments, references, joins.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tests.sql.runner import Case, answer, cases, make_dataset, make_request
from whq.sql.dialects import DIALECTS
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
    base = compiled(case, "duckdb")
    dialects: dict[str, list[str]] = {}
    for dialect in DIALECTS[1:]:
        dialects.setdefault(difference(base, compiled(case, dialect), dialect), []).append(dialect)
    told = [("duckdb", base), *((", ".join(names), text) for text, names in dialects.items())]
    return "\n\n".join(f"{MARK}{names}\n{text}" for names, text in told) + "\n"


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each dialect of a golden file with its text: whole for DuckDB, else the difference."""
    for part in text.split(MARK)[1:]:
        names, _, body = part.partition("\n")
        yield from ((dialect, body.rstrip("\n")) for dialect in names.split(", "))


# --- differences --------------------------------------------------------------------------------------------

CONTEXT = 1
"""How many equal lines are shown before and after what differs."""
SAME = "-- as duckdb"
_BACKTICKS = frozenset({"bigquery", "databricks", "spark", "mysql"})


def difference(base: str, text: str, dialect: str) -> str:
    """What a dialect's text changes of DuckDB's."""
    if text.startswith(UNSUPPORTED):
        return text
    before, after = base.splitlines(), duckdb_words(text, dialect).splitlines()
    if before == after:
        return SAME
    lines: list[str] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        lines.append(f"@@ {group[0][1] + 1} @@")
        for tag, start, end, first, last in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[start:end]]
            else:
                lines += [f"-{line}" for line in before[start:end]] + [f"+{line}" for line in after[first:last]]
    return "\n".join(lines)


def whole(base: str, difference: str, dialect: str) -> str:
    """The text that `difference` was made from."""
    if difference.startswith(UNSUPPORTED):
        return difference
    before, after, place = base.splitlines(), [], 0
    for line in () if difference == SAME else difference.splitlines():
        if line.startswith("@@ "):
            start = int(line.split()[1]) - 1
            after += before[place:start]
            place = start
        else:
            assert line[0] == "+" or line[1:] == before[place], f"line {place + 1} of DuckDB's text is another"
            after += [line[1:]] if line[0] in "+ " else []
            place += line[0] in "- "
    return own_words("\n".join([*after, *before[place:]]), dialect)


_TYPES: Mapping[str, Mapping[str, str]] = {
    "postgres": {"double": "double precision", "text": "varchar"},
    "redshift": {"double": "double precision", "text": "varchar"},
    "snowflake": {"text": "varchar"},
    "trino": {"text": "varchar"},
    "bigquery": {"double": "float64", "text": "string", "bigint": "int64", "timestamp": "datetime"},
    "databricks": {"text": "string"},
    "spark": {"text": "string"},
    "clickhouse": {
        "double": "Nullable(Float64)",
        "text": "Nullable(String)",
        "bigint": "Nullable(Int64)",
        "timestamp": "Nullable(DateTime64(6, 'UTC'))",
    },
    "mysql": {"text": "char", "bigint": "signed", "timestamp": "datetime(6)"},
}
"""What the types of casts are called; differences show DuckDB's words for them, which would be most of them else."""


def duckdb_words(text: str, dialect: str) -> str:
    """A dialect's text with DuckDB's quotes around names, and its words for types in casts.

    `text` of Postgres, which also says `varchar` for DuckDB's `text`, becomes `own text`.
    """
    own = _TYPES.get(dialect, {})
    return _cast_types(requoted(text, dialect), {**{word: f"own {word}" for word in own}, **_swapped(own)})


def own_words(text: str, dialect: str) -> str:
    """The other way round."""
    own = _TYPES.get(dialect, {})
    return requoted(_cast_types(text, {**own, **{f"own {word}": word for word in own}}), dialect)


def _swapped(words: Mapping[str, str]) -> dict[str, str]:
    return {own: word for word, own in words.items()}


def _cast_types(text: str, words: Mapping[str, str]) -> str:
    if not words:
        return text
    kinds = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<= as )({kinds})(?=\))", lambda kind: words[kind[0]], text)


def requoted(text: str, dialect: str) -> str:
    """A text with double quotes for backticks around names, and the other way round, where the dialect has these."""
    if dialect not in _BACKTICKS:
        return text
    other = {'"': "`", "`": '"', "'": "'"}
    quoted = r"""'(?:\\.|[^'\\])*'|"[^"]*"|`[^`]*`"""
    return re.sub(quoted, lambda found: other[found[0][0]] + found[0][1:-1] + other[found[0][0]], text)


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
