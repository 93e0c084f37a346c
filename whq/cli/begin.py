"""demo, init: a first project."""

from __future__ import annotations

from typing import Any

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
    from msgspec.structs import replace

    from whq.cli.progress import Meter
    from whq.showcase import demo
    from whq.showcase.story import render

    meter = Meter()
    try:
        shown = demo(directory, force=force, progress=None if quiet else meter)
    finally:
        meter.clear()
    output.write(render(shown, replace(output.look(), quiet=quiet)))
    return shown.exit_code


@click.command("init", cls=common.Command)
@click.option("--path", metavar="PATH", help="DuckDB file, Parquet or CSV file, or folder of them.")
@click.option("--from-dbt", metavar="DIR", help="dbt project whose profile says where the tables are.")
@click.option("--table", metavar="TABLE", help="Only this table; added to a project that is there already.")
@common.connection
@common.project
@common.quiet
@common.debug
def init_command(quiet: bool, **choices: Any) -> int:
    """Write a project for the data at hand.

    Tables are looked at: time, keys, categories, ranges, a model's score and labels are found by name and content, and
    written down as monitors. What is taken as the reference, what is left out, and why, stands there as comments;
    tables such as loans_reference and loans_analysis are paired. Without options the data are those in the folder.
    Existing files are never replaced.

    \b
    Examples:
      whq init
      whq init --path dev.duckdb --table analytics.loans
      whq init --project monitoring --profile warehouse --target prod
    """
    from msgspec.structs import replace

    from whq.cli.progress import Meter
    from whq.scaffold import init
    from whq.scaffold.words import tell

    meter = Meter()
    try:
        written = init(progress=None if quiet else meter, **choices)
    finally:
        meter.clear()
    if not quiet:
        output.write(tell(written, replace(output.look(), project=choices["project"])))
    return 0
