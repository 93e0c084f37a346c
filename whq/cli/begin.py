"""demo, init: a first project."""

from __future__ import annotations

import click

from whq.cli import options as common
from whq.cli import output


@click.command("demo", cls=common.Command)
@click.argument("directory", metavar="[DIR]", default="whq-demo")
@click.option("--force", is_flag=True, help="Put back files of an earlier demo that were changed.")
@common.quiet
@common.debug
def demo_command(directory: str, force: bool, quiet: bool) -> int:
    """Make a demo project with data, and run it.

    A year of loan applications that a model scored, with eight incidents in it, goes into DIR (whq-demo unless given).
    The exit code is 0 when all of them are found and nothing else is.

    \b
    Example:
      whq demo && whq results --project whq-demo --status fail
    """
    from dataclasses import replace

    from whq.cli.progress import Meter
    from whq.showcase import demo
    from whq.showcase.story import render

    meter = Meter()
    try:
        made = demo(directory, force=force, progress=None if quiet else meter)
    finally:
        meter.clear()
    output.write(render(made, replace(output.look(), quiet=quiet)))
    return made.exit_code


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
