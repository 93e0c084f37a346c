"""The commands as functions beside `run`, `compile` and `plan`: they return values and never print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypedDict, Unpack

from msgspec import Struct
from msgspec.structs import replace

from whq.commands import adhoc
from whq.config import names
from whq.config.models import kinds_of_metrics
from whq.config.spec import DatasetSpec, Target
from whq.errors import ConfigError, Problem, SelectionError, did_you_mean
from whq.pipeline import selection
from whq.pipeline.options import Choices
from whq.result import RunResult
from whq.sql.templates import Template, Templates
from whq.store import Point, Store, StoredRun, open_store
from whq.values import STATUSES, MonitorName, Written
from whq.wording import amount

_NAMED = 10
"""Ids named where a text is part of several; the others are counted."""
LISTS = ("metrics", "rules", "datasets", "engines")


class TableOptions(TypedDict, total=False):
    """What is said of a table that no project describes."""

    path: str | None
    time: str | None
    chunk: str | None
    reference: str | None
    key: Sequence[str]
    columns: Sequence[str]
    score: str | None
    prediction: str | None
    label: str | None
    positive: str | None


class FamilyOptions(TableOptions, Choices, total=False):
    """The options of `run` beside those of a table."""

    profile: str | None
    target: str | None
    progress: Any
    told: Callable[[str], None] | None


class Entry(Struct, frozen=True):
    """One line of `whq list`: a name, what it is, and how it is used."""

    name: str
    title: str
    use: str = ""


def check(table: str | None = None, *, project: str | Path = ".", **options: Unpack[FamilyOptions]) -> RunResult:
    """Judge the rules of a project, or row count, key and NULLs of one table."""
    return _family("rule", table, Path(project), options)


def profile(table: str | None = None, *, project: str | Path = ".", **options: Unpack[FamilyOptions]) -> RunResult:
    """Compute the profiles of a project, or of one table."""
    return _family("profile", table, Path(project), options)


def drift(table: str | None = None, *, project: str | Path = ".", **options: Unpack[FamilyOptions]) -> RunResult:
    """Compare distributions with the reference, in a project or in one table."""
    return _family("drift", table, Path(project), options)


def estimate(table: str | None = None, *, project: str | Path = ".", **options: Unpack[FamilyOptions]) -> RunResult:
    """Estimate the performance of models without labels, in a project or in one table."""
    return _family("model", table, Path(project), options)


def results(
    run: str | None = None,
    *,
    project: str | Path = ".",
    status: Sequence[str] = (),
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> RunResult:
    """A stored run, the latest complete one unless named, with the results that the filters leave.

    Raises:
        ConfigError: A status is unknown, or a term of `select` matches no result of the run.
        SelectionError: There is no such run.
    """
    unknown = [word for word in status if word not in STATUSES]
    if unknown:
        message = f'unknown status "{unknown[0]}"'
        raise ConfigError(Problem("WHQ-U003", "usage", message, did_you_mean(unknown[0], STATUSES)))
    outcome = _store(Path(project)).outcome(run)
    terms = selection.parse(select, exclude)
    selection.refuse_unmatched(terms, [selection.of_result(result) for result in outcome.results])
    selected = selection.keep(outcome.results, terms)
    return replace(outcome, results=tuple(result for result in selected if not status or result.status in status))


def report(
    run: str | None = None,
    *,
    project: str | Path = ".",
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> str:
    """A stored run as one HTML page, the latest complete one unless named, with what the filters leave."""
    from whq.reports.html import html

    return html(results(run, project=project, select=select, exclude=exclude))


def report_path(project: str | Path = ".") -> Path:
    """Where a project's report is written: where its `report:` says, else `report.html` in its folder."""
    from whq.config import load_project

    return load_project(Path(project)).report or Path(project) / "report.html"


def runs(*, project: str | Path = ".", limit: int = 20) -> tuple[StoredRun, ...]:
    """Stored runs, newest first, incomplete ones too."""
    return _store(Path(project)).runs(limit=limit, unfinished=True)


def history(metric: str, *, project: str | Path = ".", every: bool = False) -> tuple[Point, ...]:
    """The values of one result id over time: the latest of each chunk, or with `every` those of each run.

    Ids below it are taken too: `loans/risk/roc_auc` has the estimated and the realized values. A part of an id is
    enough where only one has it, or those of one metric.

    Raises:
        SelectionError: No id has this part, or several have; they are named.
    """
    store = _store(Path(project))
    points = store.history(metric) or store.history(_whole_id(metric, store.ids()))
    return points if every else _latest(points)


def _whole_id(part: str, ids: Sequence[str]) -> str:
    """The id of which a text is part, or the start of all such ids up to a method. Raises SelectionError."""
    found = [id for id in ids if part.casefold() in id.casefold()]
    if not found:
        problem = Problem("WHQ-U008", "usage", f'no result has the id "{part}"', did_you_mean(part, ids))
        raise SelectionError(problem)
    starts = {id.rpartition("/")[0] for id in found}
    start = next(iter(starts))
    if len(found) == 1:
        return found[0]
    if len(starts) == 1 and part.casefold() in start.casefold() and start.count("/") > 1:
        return start
    named = ", ".join(found[:_NAMED]) + (f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else "")
    raise SelectionError(Problem("WHQ-U008", "usage", f'"{part}" is part of {len(found):,} ids', f"name one: {named}"))


def list_(what: str, *, project: str | Path = ".") -> tuple[Entry, ...]:
    """The metrics, rules or engines that there are, or a project's datasets."""
    if what not in LISTS:
        raise ConfigError(Problem("WHQ-U006", "usage", f'no list of "{what}"', did_you_mean(what, LISTS)))
    if what == "engines":
        return _engines()
    if what == "datasets":
        return _datasets(Path(project))
    return _templates(what, Path(project))


def schema() -> dict[str, Any]:
    """The JSON Schema of project and monitor files."""
    from whq.config import json_schema

    return json_schema()


def _family(monitor: MonitorName, table: str | None, root: Path, choices: FamilyOptions) -> RunResult:
    from whq.pipeline import walk

    about: dict[str, Any] = {name: value for name, value in choices.items() if name in TableOptions.__annotations__}
    options: dict[str, Any] = {name: value for name, value in choices.items() if name not in about}
    told: Callable[[str], None] | None = options.pop("told", None)
    if table is None:
        _refuse_unused(about)
        return walk.run(root, monitors=(monitor,), **options)
    described = adhoc.Table(table, **about)
    project = adhoc.project(described, monitor, root.resolve())
    chosen = options.pop("profile", None), options.pop("target", None)
    target = adhoc.target(described, root.resolve()) or _target(root, *chosen)
    if described.reference is not None:
        if described.reads == "name":
            described = _looked_up(described, target)
            project = adhoc.project(described, monitor, root.resolve())
        if told is not None:
            told(adhoc.understood(described))
    outcome = walk.run_project(project, target, monitors=(monitor,), keep=False, **options)
    is_one_chunk = project.datasets[0].chunking.within("analysis").unit == "all"
    return replace(outcome, incidents=()) if is_one_chunk else outcome


def _looked_up(table: adhoc.Table, target: Target) -> adhoc.Table:
    """The table with what the one word under --reference means: a column of it, or another table.

    Raises:
        ConfigError: There is neither, or the table itself cannot be read.
    """
    from whq.catalog import Catalog, resolve_column
    from whq.engines import engine
    from whq.engines.base import local_folders

    name = Written(table.reference or "", adhoc.Option("--reference"))
    if table.is_file and table.path is None:
        return replace(table, reading="predicate")
    with closing(engine(target.type, target.variables).connect(target)) as session:
        catalog = Catalog(session, local_folders(target))
        columns = catalog.table(Written(table.name, adhoc.Option(table.name))).columns
        try:
            resolve_column(columns, name, table.name)
        except ConfigError as no_column:
            try:
                catalog.table(name)
            except ConfigError as no_table:
                raise ConfigError([*no_column.problems, *no_table.problems]) from None
            return replace(table, reading="dataset")
    return replace(table, reading="predicate")


def _refuse_unused(about: dict[str, Any]) -> None:
    unused = [name for name, value in about.items() if value not in (None, (), [])]
    if unused:
        message = f"--{unused[0]} describes a table, but none is named"
        raise ConfigError(Problem("WHQ-U007", "usage", message, "name the table first, or write it in monitors/"))


def _target(root: Path, profile: str | None, target: str | None) -> Target:
    """Where a table is that no option says the place of: what a profile connects to, else the project's own."""
    from whq.config import load_project, load_target

    if profile is not None:
        return load_target(adhoc.without_datasets(root, profile), target=target)
    if not (root / "whq.yml").exists():
        message = "which database? There is no project here whose profile says so"
        raise ConfigError(
            Problem("WHQ-U007", "usage", message, "add --path FILE.duckdb, or name a Parquet or CSV file")
        )
    return load_target(load_project(root), profile, target)


def _store(root: Path) -> Store:
    from whq.config import load_project

    return open_store(load_project(root), create=False)


def _latest(points: Sequence[Point]) -> tuple[Point, ...]:
    latest: dict[object, Point] = {}
    for point in points:
        result = point.result
        chunk = result.chunk.key if result.chunk else point.run
        latest[(result.id, result.monitor, result.segment, result.method, result.period, chunk)] = point
    return tuple(latest.values())


def _engines() -> tuple[Entry, ...]:
    from whq.engines import ENGINES
    from whq.sql.dialects import DIALECTS

    others = [name for name in DIALECTS if name not in ENGINES]
    types: dict[str, list[str]] = {}
    for name, module in ENGINES.items():
        types.setdefault(module, []).append(name)
    return (
        *(Entry(names[0], "connects and runs", f"type: {' or '.join(names)}") for names in types.values()),
        *(Entry(name, "SQL only, no connection yet", f"whq compile --dialect {name}") for name in others),
    )


def _datasets(root: Path) -> tuple[Entry, ...]:
    from whq.config import load_project

    return tuple(
        Entry(spec.name, str(spec.table or "a query"), _families(spec)) for spec in load_project(root).datasets
    )


def _families(spec: DatasetSpec) -> str:
    """What a dataset asks for: its rules are counted, of other families each item is named."""
    rules = sum(item.family == "rule" for item in spec.items)
    others = [f"{item.family} {item.subject or ''}".strip() for item in spec.items if item.family != "rule"]
    return ", ".join([*([amount(rules, "rule")] if rules else []), *others])


def _templates(what: str, root: Path) -> tuple[Entry, ...]:
    from whq.sql.templates import load

    folder = root / "sql_templates"
    templates = load((folder,) if folder.is_dir() and (root / "whq.yml").is_file() else ())
    named = {name: templates[f"{what}/{name}"] for name in templates.folder(what)}
    entries = tuple(Entry(name, template.title, _arguments(template)) for name, template in named.items())
    return entries + _statistics(templates) if what == "metrics" else entries


def _arguments(template: Template) -> str:
    hidden = {"column", "columns", *names.SET_BY_WHQ}
    return ", ".join(f"{item.name}: {item.kind}" for item in template.arguments if item.name not in hidden)


def _statistics(templates: Templates) -> tuple[Entry, ...]:
    """Metrics of drift and of models, which are more than one template each."""
    from whq.glossary import explained

    drift = [
        Entry(
            statistic.name,
            f"Drift: {statistic.title}",
            f"columns: {', '.join(family for family, _ in statistic.families)}",
        )
        for statistic in templates.statistics.values()
    ]
    performance = [
        Entry(name, f"Model: {explained(name).title}", f"kind: {', '.join(kinds)}")
        for name, kinds in kinds_of_metrics().items()
    ]
    return (*drift, *performance)
