"""run, check, profile, drift, estimate: the commands that measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from whq.cli import options as common
from whq.cli import output
from whq.cli.progress import Meter
from whq.errors import SelectionError

if TYPE_CHECKING:
    from whq.result import RunResult

_table = click.argument("table", required=False)
_path = click.option("--path", metavar="FILE", help="DuckDB file that holds TABLE; no project needed.")
_time = click.option("--time", metavar="COLUMN", help="Column with the time of a row.")
_chunk = click.option("--chunk", metavar="UNIT", help="hour ... year, a number of rows, or count:10.")
_reference = click.option(
    "--reference", metavar="SQL|TABLE", help="Known-good rows: a predicate, or another table or file."
)
_key = click.option("--key", type=common.Names(), default=(), metavar="COLUMNS", help="Columns that identify a row.")
_columns = click.option("--columns", type=common.Names(), default=(), metavar="COLUMNS", help="Only these columns.")


@click.command("run", cls=common.Command)
@common.run_options
def run_command(**choices: Any) -> int:
    """Measure a project, judge, store and report.

    What is learned from the reference is learned once, and again with --refit.

    \b
    Example:
      whq run --select tag:gold dataset:loans --fail-on warn
    """
    return _measured("run", (), choices)


@click.command("check", cls=common.Command)
@_table
@_path
@_time
@_key
@_columns
@common.run_options
def check_command(table: str | None, **choices: Any) -> int:
    """Judge the rules of a project, or of one table.

    With TABLE (a Parquet or CSV file works too) no project is needed: rows, key and NULLs are judged.

    \b
    Examples:
      whq check --select dataset:loans
      whq check loans.parquet --key loan_id --columns amount,state
    """
    return _measured("check", (table,), choices)


@click.command("profile", cls=common.Command)
@_table
@_path
@_time
@_key
@_chunk
@_reference
@_columns
@common.run_options
def profile_command(table: str | None, **choices: Any) -> int:
    """Profile the columns of a project, or of one table.

    With TABLE (a Parquet or CSV file works too) no project is needed.

    \b
    Examples:
      whq profile --select dataset:loans
      whq profile analytics.loans --path dev.duckdb --time scored_at --chunk month
    """
    return _measured("profile", (table,), choices)


@click.command("drift", cls=common.Command)
@_table
@_path
@_time
@_key
@_chunk
@_reference
@_columns
@common.run_options
def drift_command(table: str | None, **choices: Any) -> int:
    """Compare distributions with the reference.

    With TABLE (a Parquet or CSV file works too) no project is needed. The reference is another table or file, whose
    rows are cut into ten parts to learn from, or those rows of TABLE for which an SQL expression is true.

    \b
    Examples:
      whq drift --select dataset:loans
      whq drift july.parquet --reference june.parquet
      whq drift loans.parquet --time scored_at --chunk month --reference "scored_at < '2024-01-01'"
    """
    return _measured("drift", (table,), choices)


@click.command("estimate", cls=common.Command)
@_table
@_path
@_time
@_key
@_chunk
@_reference
@click.option("--score", metavar="COLUMN", help="Probability of the positive class.")
@click.option("--prediction", metavar="COLUMN", help="Predicted class.")
@click.option("--label", metavar="COLUMN", help="True class, known at least for the reference.")
@click.option("--positive", metavar="VALUE", help="Value of prediction and label that means positive.")
@common.run_options
def estimate_command(table: str | None, **choices: Any) -> int:
    """Estimate the performance of models without labels.

    With TABLE (a Parquet or CSV file works too) no project is needed. The reference is another table or file, or an SQL
    expression; it needs the label, TABLE does not.

    \b
    Examples:
      whq estimate --select dataset:loans
      whq estimate july.parquet --reference june.parquet --score p_default --label defaulted
      whq estimate loans.parquet --score p_default --label defaulted --reference "scored_at < '2024-01-01'"
    """
    return _measured("estimate", (table,), choices)


def _measured(name: str, positional: tuple[str | None, ...], choices: dict[str, Any]) -> int:
    shape = {key: choices.pop(key) for key in ("format", "out", "force", "quiet", "allow_empty")}
    if shape["out"]:
        output.check_out(shape["out"], shape["force"], shape["format"])
    try:
        outcome = _with_progress(name, positional, choices, shape["quiet"])
    except SelectionError as error:
        if not shape["allow_empty"]:
            raise
        output.complain(str(error))
        return 0
    if not shape["quiet"]:
        for text in outcome.warnings:
            output.warn(text)
    _report(outcome, shape, stored=positional in ((), (None,)), project=choices["project"])
    return 0 if outcome.exit_code == 4 and shape["allow_empty"] else outcome.exit_code


def _with_progress(name: str, positional: tuple[str | None, ...], choices: dict[str, Any], quiet: bool) -> RunResult:
    import whq

    meter = Meter()
    function: Callable[..., RunResult] = getattr(whq, name)
    if positional not in ((), (None,)) and choices.get("reference") and not quiet:
        choices = {**choices, "told": output.note}
    try:
        return function(*positional, progress=None if quiet else meter, **choices)
    finally:
        meter.clear()


def _report(outcome: RunResult, shape: dict[str, Any], *, stored: bool, project: str) -> None:
    from whq.reports import Look, render

    page = Look() if shape["out"] else output.look()
    stored = stored and not any(problem.category == "store" for problem in outcome.errors)
    look = replace(page, quiet=shape["quiet"], stored=stored, called=output.called(), project=project)
    if outcome.report is not None:
        outcome = replace(outcome, report=output.near(outcome.report))
    text = render(outcome, shape["format"], look)
    if text:
        output.deliver(text, shape["out"], shape["force"], shape["quiet"], format=shape["format"])
