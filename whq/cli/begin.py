"""init: a new project."""

from __future__ import annotations

import click

from whq.cli import options as common
from whq.cli import output


@click.command("init", cls=common.Command)
@click.option("--table", metavar="TABLE", help="Suggest rules for this table.")
@click.option("--path", metavar="FILE", help="DuckDB file to watch, instead of the first *.duckdb in the folder.")
@common.project
@common.quiet
@common.debug
def init_command(quiet: bool, project: str, table: str | None, path: str | None) -> int:
    """Write the files of a new project.

    Existing files are never replaced.

    \b
    Examples:
      whq init
      whq init --project monitoring --table analytics.loans --path dev.duckdb
    """
    from whq.reports.text import clean
    from whq.scaffold import init

    written = init(project, table=table, path=path)
    if not quiet:
        for each in written:
            output.write(f"  wrote {clean(each)}\n")
        output.write("\nNext: look at the files, then `whq doctor` and `whq run`.\n")
    return 0
