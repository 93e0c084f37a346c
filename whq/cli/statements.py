"""compile, plan, failing: what a run would send, without sending it, and the rows behind a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import asdict

from whq.cli import options as common
from whq.cli import output
from whq.errors import ConfigError, Problem
from whq.masking import masked
from whq.reports.text import clean
from whq.values import ColumnName
from whq.wording import amount

if TYPE_CHECKING:
    from whq.commands.failing import Behind
    from whq.commands.preview import PlanReport
    from whq.reports import Look
    from whq.values import Query, Request

_refit = click.option("--refit", is_flag=True, help="As if nothing had been learned yet.")


@click.command("compile", cls=common.Command)
@click.option("--dialect", metavar="NAME", help="Write this dialect instead of the target's.")
@click.option("--catalog", metavar="FILE", help="JSON file with tables and columns; nothing is connected to.")
@_refit
@click.option("--out", metavar="DIR", help="Write one file per statement there.")
@common.force
@common.output_format
@common.project
@common.connection
@common.selection
@common.window
@common.quiet
@common.debug
def compile_command(out: str | None, force: bool, format: str, quiet: bool, **choices: Any) -> int:
    """Print the SQL that the next run sends.

    Each statement has the id that the run gives it and can be pasted into the warehouse's console. What follows from
    another statement's answer says which one it waits for. With --catalog nothing is connected to.

    \b
    Example:
      whq compile --dialect snowflake --catalog catalog.json --out sql/
    """
    import whq

    queries = whq.compile(**choices)
    if out is not None:
        _write_all(queries, Path(out), force, quiet)
    elif format == "json":
        output.write(
            json.dumps({"schema": "whq.compile/1", "queries": [_query(query) for query in queries]}, indent=2) + "\n"
        )
    else:
        output.write("\n\n".join(_statement(query) for query in queries) + "\n")
    return 0


@click.command("plan", cls=common.Command)
@_refit
@common.output_format
@common.project
@common.connection
@common.selection
@common.window
@common.quiet
@common.debug
def plan_command(format: str, quiet: bool, **choices: Any) -> int:
    """Show what a run would read, before it runs.

    \b
    Example:
      whq plan --select dataset:loans
    """
    import whq

    report = whq.plan(**choices)
    output.write(_as_json(report) if format == "json" else _as_text(report, quiet))
    return 0


@click.command("failing", cls=common.Command)
@click.argument("id", metavar="ID")
@click.option("--run", metavar="RUN", help="As of that stored run, instead of now.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Rows at most.")
@click.option("--sql", is_flag=True, help="Print the statement and do not run it.")
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "csv", "json")),
    default="text",
    show_default=True,
    help="How to show it.",
)
@common.out
@common.force
@common.project
@common.connection
@common.quiet
@common.debug
def failing_command(id: str, sql: bool, format: str, out: str | None, force: bool, quiet: bool, **choices: Any) -> int:
    """Show the rows that break a rule.

    ID is that of the result, or a part that only one rule has. The rows are read from the warehouse now and kept
    nowhere. Of a rule that counts keys they are the keys, with their rows; of freshness, the newest rows. Columns of a
    rule that is tagged pii are never shown.

    \b
    Examples:
      whq failing loans/state/accepted_values --limit 20
      whq failing loans/state/accepted_values --sql
    """
    from whq.commands.failing import failing

    behind = failing(id, fetch=not sql, **choices)
    text = _behind(behind, format, sql, quiet)
    output.deliver(text, out, force, quiet, format="sql" if sql else format)
    return 0


def _behind(behind: Sequence[Behind], format: str, sql: bool, quiet: bool) -> str:
    from whq.reports import table, text

    if format == "json":
        entries = [one.as_dict() | {"sql": masked(one.sql)} for one in behind]
        return json.dumps({"schema": "whq.failing/1", "failing": entries}, indent=2) + "\n"
    if format == "csv":
        return "\n".join(
            table.comma_separated(one.names, [dict(zip(one.names, row, strict=True)) for row in one.rows or ()])
            for one in behind
            if one.rows is not None
        )
    look = output.table_look()
    parts = ["\n".join(_parts(one, sql, quiet, look)) for one in behind]
    said = "\n\n".join(parts) + "\n"
    return said if look.unicode else text.ascii_only(said)


def _parts(one: Behind, sql: bool, quiet: bool, look: Look) -> Iterator[str]:
    """What is said of one scope: the result, its statement or its rows, and what is left out."""
    from whq.reports import table

    heading = ": ".join(filter(None, (clean(one.id, 200), clean(one.message))))
    if sql and one.sql:
        yield clean(f"-- {one.query}: {heading}", 2000)
        yield masked(one.sql).rstrip().removesuffix(";") + ";"
        return
    if not quiet:
        yield heading
        yield ""
    if one.rows:
        yield table.aligned(one.names, [list(map(_cell, row)) for row in one.rows], look).rstrip("\n")
    elif one.rows is not None:
        yield "no row"
    if one.note:
        yield clean(one.note)
    if one.hidden and not quiet:
        yield f"not shown (pii): {clean(', '.join(one.hidden))}"
    if one.more and not quiet:
        yield f"{amount(len(one.rows or ()), 'row')}, and there may be more: --limit"


def _cell(value: object) -> str:
    """A value of a row as it stands there: no digits grouped or left out, and NULL told from an empty text."""
    if value is None:
        return "NULL"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _query(query: Query) -> dict[str, Any]:
    return {
        "id": query.id,
        "dataset": query.dataset,
        "dialect": query.dialect,
        "tables": list(map(masked, query.tables)),
        "columns": list(query.columns),
        "requests": len(query.requests),
        "sql": masked(query.sql),
        "waits_for": list(query.waits_for),
        "when": query.when,
        "times": query.times,
        "note": query.note,
    }


def _statement(query: Query) -> str:
    heading = "\n".join(f"-- {line}" for line in _heading(query))
    sql = masked(query.sql).rstrip().removesuffix(";")
    return f"{heading}\n{sql};" if sql else heading


_KINDS = {"r": "rows of ", "v": "values that break "}
"""What a statement brings of its request, by the letter of its id."""


def _heading(query: Query) -> Iterator[str]:
    """What a statement is for; where it answers several requests, which of its columns is whose."""
    scope = query.scope
    cut = [word for word in ("chunk" if scope.by_chunk else "", scope.segment or "") if word]
    place = " ".join((f"dataset {query.dataset}", *((f"by {' and '.join(cut)}",) if cut else ())))
    if scope.period:
        place += f", {scope.period} rows"
    if query.waits_for:
        place += f" · waits for {', '.join(query.waits_for)}"
    if query.when:
        place += f" · {query.when}"
    if query.times > 1:
        place += f" · at most {query.times:,} statements of this form"
    if query.note:
        place += f" · {query.note}"
    if len(query.requests) == 1:
        yield clean(f"{query.id}: {_KINDS.get(query.id[0], '')}{_asked(query.requests[0])} · {place}")
        return
    yield clean(f"{query.id}: {len(query.requests)} requests · {place}")
    values = [output.request for output in query.outputs if output.request is not None]
    for number, request in enumerate(query.requests):
        columns = ", ".join(f"v{place}" for place, owner in enumerate(values) if owner == number)
        yield clean(f"  {columns}: {_asked(request)}")


def _asked(request: Request) -> str:
    """A request in a few words: its template, its columns and its short values."""
    words = [request.template]
    for name, value in request.arguments:
        items = value if isinstance(value, tuple) else (value,)
        columns = [item.name for item in items if isinstance(item, ColumnName)]
        if columns:
            words += columns
        elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
            words.append(f"{name}={value}")
    return " ".join(words)


def _write_all(queries: tuple[Query, ...], folder: Path, force: bool, quiet: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConfigError(Problem("WHQ-U010", "usage", f"--out: {folder} is no folder", "name a folder"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"--out: {folder} cannot be made: {error.strerror}"
        raise ConfigError(Problem("WHQ-U010", "usage", message, "name another place")) from error
    paths = [output.check_out(str(folder / f"{query.id}.sql"), force, "sql") for query in queries]
    for path, query in zip(paths, queries, strict=True):
        output.save(path, _statement(query) + "\n")
    if not quiet:
        output.complain(f"written {amount(len(paths), 'statement')} to {folder}")


def _as_json(report: PlanReport) -> str:
    document = {
        "schema": "whq.plan/1",
        "engine": report.engine,
        "statements": report.most,
        "rows": report.rows,
        "false_alarms": {
            "a_month": round(report.expected.alarms, 4),
            "series": report.expected.series,
            "chunks_a_month": round(report.expected.chunks, 2),
        },
        "tables": {masked(name): count for name, count in report.tables.items()},
        "queries": [asdict(query) | {"tables": list(map(masked, query.tables))} for query in report.queries],
    }
    return json.dumps(document, indent=2) + "\n"


def _as_text(report: PlanReport, quiet: bool) -> str:
    from whq.reports import table, text

    rows: list[tuple[object, ...]] = [
        (query.id, text.clean(query.dataset, 60), query.requests, _named(query.tables), len(query.columns), query.rows)
        for query in report.queries
    ]
    total = "an unknown number of rows" if report.rows is None else amount(report.rows, "row")
    tables = amount(len(report.tables), "table")
    sent, if_failed = report.most, len(report.queries) - len(report.certain)
    about = "about " if sent > len(report.certain) else ""
    more = f" · up to {if_failed:,} more where rules fail" if if_failed else ""
    verdict = f"{about}{amount(sent, 'statement')} on {report.engine} · {tables} · {total} to scan{more}\n"
    verdict += _alarms(report)
    look = output.table_look()
    told = verdict if look.unicode else text.ascii_only(verdict)
    if quiet or not rows:
        return told
    titles = ["query", "dataset", "answers", "tables", "columns", "rows"]
    if any(query.waits_for for query in report.queries):
        titles.append("waits for")
        rows = [(*row, ", ".join(query.waits_for)) for row, query in zip(rows, report.queries, strict=True)]
    if if_failed:
        titles.append("when")
        rows = [(*row, query.when) for row, query in zip(rows, report.queries, strict=True)]
    return table.aligned(titles, rows, look) + "\n" + told


def _alarms(report: PlanReport) -> str:
    """How many false alarms are to be expected, where chunks are judged by thresholds that promise something."""
    expected = report.expected
    if not expected.chunks:
        return ""
    judged = f"{amount(expected.series, 'learned threshold')}, {expected.chunks:,.0f} verdicts a month"
    return f"false alarms to expect: about {expected.alarms:.2g} a month ({judged})\n"


def _named(tables: tuple[str, ...]) -> str:
    from whq.reports.text import clean

    return ", ".join(clean(masked(name), 80) for name in tables)
