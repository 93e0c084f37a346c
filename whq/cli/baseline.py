"""baseline list, show, export, import: what is learned of the reference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from msgspec import to_builtins

from whq.cli import options as common
from whq.cli import output
from whq.cli.groups import Group
from whq.wording import amount

if TYPE_CHECKING:
    from whq.commands.baseline import Baselines, Imported, LearnedItem


@click.group("baseline", cls=Group)
def baseline_command() -> None:
    """Show what is learned, and take it elsewhere.

    Drift learns bins, models learn calibration curves, both learn thresholds from the reference. What is learned in
    development can be used in production.

    \b
    Examples:
      whq baseline list
      whq baseline show loans/model/default_risk
      whq baseline export --out baseline.json
      whq baseline import baseline.json --target prod
    """


@baseline_command.command("list", cls=common.Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@common.output_format
@common.project
@common.connection
@common.debug
def list_command(format: str, **choices: Any) -> int:
    """List what is learned, by dataset, family and item.

    Shown is what the next run goes on with, and what it will learn.

    \b
    Examples:
      whq baseline list
      whq baseline list loans/drift
    """
    from whq.commands.baseline import baseline_list

    found = baseline_list(**choices)
    output.write(_as_json(to_builtins(found)) if format == "json" else _listed(found))
    return 0


@baseline_command.command("show", cls=common.Command)
@click.argument("id")
@common.output_format
@common.project
@common.connection
@common.debug
def show_command(id: str, format: str, **choices: Any) -> int:
    """Show what is learned of an item.

    Of a calibration curve its points, of bins their edges.

    \b
    Examples:
      whq baseline show loans/model/default_risk
      whq baseline show loans/drift/income --format json
    """
    from whq.commands.baseline import baseline_show
    from whq.reports import learned

    items = baseline_show(id, **choices)
    if format == "json":
        output.write(_as_json({"learned": to_builtins(items)}))
        return 0
    look = output.table_look()
    parts = (
        learned.shown(each.id, _facts(each), {**each.content, "thresholds": _thresholds(each)}, look) for each in items
    )
    output.write("\n".join(parts))
    return 0


@baseline_command.command("export", cls=common.Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@common.out
@common.force
@common.project
@common.connection
@common.quiet
@common.debug
def export_command(out: str | None, force: bool, quiet: bool, **choices: Any) -> int:
    """Write what is learned as one JSON document.

    It holds no row. Bins begin and end at values of the data, and segments are named by them.

    \b
    Examples:
      whq baseline export --out baseline.json
      whq baseline export loans/model --target dev --out risk.json
    """
    from whq.commands.baseline import baseline_export

    document = baseline_export(**choices)
    output.deliver(json.dumps(document, indent=1) + "\n", out, force, quiet, format="json")
    return 0


@baseline_command.command("import", cls=common.Command)
@click.argument("file", metavar="FILE")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@common.project
@common.connection
@common.quiet
@common.debug
def import_command(quiet: bool, **choices: Any) -> int:
    """Put what a file holds in the place of what is learned.

    The next runs go on with it and learn nothing anew, unless --refit or a change of the dataset's definition asks for
    that, which the run then tells. All that the file holds is imported, or with what does not fit nothing.

    \b
    Examples:
      whq baseline import baseline.json --target prod
      whq baseline import baseline.json loans/model
    """
    from whq.commands.baseline import baseline_import

    for each in baseline_import(**choices):
        if not quiet:
            output.complain(_imported(each))
    return 0


def _as_json(content: dict[str, Any]) -> str:
    return json.dumps({"schema": "whq.learned/1", **content}, indent=2) + "\n"


def _listed(found: Baselines) -> str:
    from whq.reports import learned, table

    titles = ("id", "what", "rows", "thresholds", "learned", "from", "format")
    rows: list[tuple[Any, ...]] = [
        (
            each.id, learned.told(each.content), learned.rows_of(each.content), len(each.thresholds),
            learned.day(each.learned), learned.came_from(each.origin), each.format,
        )
        for each in found.learned
    ]  # fmt: skip
    rows += [(each.id, each.why, None, None, "", "", None) for each in found.missing]
    if not rows:
        return "nothing here learns of a reference\n"
    told = [at for at in range(len(titles)) if any(row[at] not in (None, "") for row in rows)]
    return table.aligned(
        [titles[at] for at in told], [[row[at] or "" for at in told] for row in rows], output.table_look()
    )


def _facts(each: LearnedItem) -> list[tuple[str, str]]:
    from whq.reports import learned

    return [
        ("learned", learned.day(each.learned)),
        ("from", learned.came_from(each.origin)),
        ("format", str(each.format)),
    ]


def _thresholds(each: LearnedItem) -> list[dict[str, Any]]:
    """What the reference's chunks taught of the item's series, as rows of a table."""
    return [
        {"series": one.id, "segment": one.segment or "", **_taught(to_builtins(one.taught))} for one in each.thresholds
    ]


def _taught(taught: dict[str, Any]) -> dict[str, Any]:
    """Its numbers in one row: a band by its two sides."""
    band = taught.pop("band", {})
    return taught | {name: band[name] for name in ("lower", "upper") if name in band}


def _imported(each: Imported) -> str:
    from whq.reports import learned
    from whq.reports.text import clean

    before = (
        f"replaces what was learned {learned.day(each.replaced)}" if each.replaced else "nothing was learned before"
    )
    return f"{clean(each.id)}: {amount(each.items, 'item')}, learned {learned.day(each.learned)}; {before}"
