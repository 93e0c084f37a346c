"""report, results, history: what earlier runs found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whq.cli import options as common
from whq.cli import output

if TYPE_CHECKING:
    from whq.store import Point

_format = click.option(
    "--format", "format", type=click.Choice(("table", "csv", "json")), default="table", show_default=True,
    help="How to show it.",
)  # fmt: skip


@click.command("report", cls=common.Command)
@click.option("--run", metavar="ID", help="A run's id or the start of it, instead of the latest complete run.")
@common.selection
@common.project
@click.option("--out", metavar="FILE", help="Write there; the project's `report:`, else report.html, unless given.")
@common.force
@common.quiet
@common.debug
def report_command(run: str | None, out: str | None, force: bool, quiet: bool, **choices: Any) -> int:
    """Write a stored run as one HTML page that opens offline.

    \b
    Examples:
      whq report
      whq report --run 76803f --select dataset:loans --out loans.html
    """
    from whq.commands import library
    from whq.reports.html import is_report, save

    path = out or str(library.report_path(choices["project"]))
    checked = output.check_out(path, force or is_report(Path(path)))
    save(checked, library.report(run, **choices))
    if not quiet:
        output.complain(f"written to {checked}")
    return 0


@click.command("results", cls=common.Command)
@click.option("--run", metavar="ID", help="A run's id or the start of it, instead of the latest complete run.")
@click.option("--runs", "list_runs", is_flag=True, help="List the stored runs instead.")
@click.option("--status", type=common.Names(), default=(), metavar="STATUSES", help="Only these: fail,error,warn")
@common.selection
@_format
@common.project
@common.out
@common.force
@common.quiet
@common.debug
def results_command(list_runs: bool, **choices: Any) -> int:
    """Show stored results.

    \b
    Examples:
      whq results --status fail,warn
      whq results --select monitor:drift --format csv --out drift.csv
    """
    from whq.commands import library
    from whq.reports import json as document
    from whq.reports import table

    shape = {key: choices.pop(key) for key in ("format", "out", "force", "quiet")}
    if list_runs:
        return _runs(choices["project"], shape)
    outcome = library.results(choices.pop("run"), **choices)
    if shape["format"] == "json":
        text = document.render(outcome)
    else:
        text = table.results_csv(outcome) if shape["format"] == "csv" else table.results(outcome, output.table_look())
    output.deliver(text, shape["out"], shape["force"], shape["quiet"], format=shape["format"])
    if not outcome.results and not shape["quiet"]:
        output.complain(f"run {outcome.run.id} has no such results")
    return 0


@click.command("history", cls=common.Command)
@click.argument("metric")
@click.option("--all", "every", is_flag=True, help="The value of every run, not only the latest of each chunk.")
@_format
@common.project
@common.out
@common.force
@common.quiet
@common.debug
def history_command(metric: str, project: str, every: bool, **shape: Any) -> int:
    """Show the stored values of one result over time.

    METRIC is the id of a result, dataset/subject/metric, or a part of it that no other id has; ids below it are shown
    too.

    \b
    Example:
      whq history loans/amount/jensen_shannon
    """
    from whq.commands import library

    points = library.history(metric, project=project, every=every)
    output.deliver(
        _history(points, shape["format"], every), shape["out"], shape["force"], shape["quiet"], format=shape["format"]
    )
    return 0


_POINT = {
    "run": "run", "as_of": "as_of", "id": "id", "monitor": "monitor", "segment": "segment",
    "method": "method", "period": "period",
    "chunk": "chunk", "value": "value", "threshold_lower": "lower limit", "threshold_upper": "upper limit",
    "status": "status",
}  # fmt: skip
"""The fields of a point, and their titles in a table."""


def _history(points: tuple[Point, ...], shape: str, every: bool) -> str:
    from whq.reports import table
    from whq.reports.series import chunk_told, status_told
    from whq.result import plain

    rows = [{name: plain(value) for name, value in _point(point).items()} for point in points]
    if shape == "json":
        return json.dumps({"schema": "whq.history/1", "points": rows}, indent=2) + "\n"
    if shape == "csv":
        return table.comma_separated(list(_POINT), rows)
    for row, point in zip(rows, points, strict=True):
        row["chunk"] = chunk_told(point.result)
        row["status"] = status_told(point.result)
    columns = [name for name in _POINT if _is_telling(name, rows, every)]
    return table.aligned(
        [_POINT[name] for name in columns], [[row[name] for name in columns] for row in rows], output.table_look()
    )


def _is_telling(name: str, rows: list[dict[str, Any]], every: bool) -> bool:
    """Whether a column says something: not that of a single id, nor the run of chunks that are shown once each."""
    if name in ("run", "as_of"):
        return every or any(row["chunk"] is None for row in rows)
    if name in ("id", "monitor"):
        return len({row[name] for row in rows}) > 1
    if name == "method":
        return any(row["method"] and not str(row["id"]).endswith(f"/{row['method']}") for row in rows)
    return any(row[name] is not None for row in rows)


def _point(point: Point) -> dict[str, Any]:
    result = point.result
    chunk = result.chunk.key if result.chunk else None
    about = {"run": point.run, "as_of": point.as_of, "chunk": chunk}
    return {name: about[name] if name in about else getattr(result, name) for name in _POINT}


def _runs(project: str, shape: dict[str, Any]) -> int:
    from whq.commands import library
    from whq.reports import table

    titles = ("run", "as_of", "target", "state", "status", "exit_code", "seconds", "queries")
    rows = [
        dict(zip(titles, (outcome.run.id, outcome.run.as_of, outcome.run.target, outcome.state, outcome.status,
                          outcome.exit_code, outcome.run.seconds, outcome.run.queries), strict=True))
        for outcome in library.runs(project=project)
    ]  # fmt: skip
    if shape["format"] == "json":
        text = json.dumps({"schema": "whq.runs/1", "runs": rows}, indent=2) + "\n"
    elif shape["format"] == "csv":
        text = table.comma_separated(titles, rows)
    else:
        text = table.aligned(titles, [list(row.values()) for row in rows], output.table_look())
    output.deliver(text, shape["out"], shape["force"], shape["quiet"], format=shape["format"])
    return 0
