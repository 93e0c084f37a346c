"""The part of a project that a command looks at: selected before and after it is bound to the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from whq.catalog import Catalog
from whq.config.spec import DatasetSpec, Item, Project
from whq.errors import ConfigError, Problem, SelectionError
from whq.monitors import monitor
from whq.pipeline import selection
from whq.pipeline.options import Options
from whq.pipeline.window import clock, moves
from whq.resolve import Resolved, resolve
from whq.sql.templates import Templates

IN_THE_FILES = frozenset({"config", "syntax", "usage", "template"})
"""With a problem of these categories nothing runs: the user has to change the project's files. SQL that parses and is
refused (`guard`) is an error of its own item, and the others run."""


class Chosen(Struct, frozen=True):
    """The part of a project that a run looks at, and the items that were left out to get there."""

    project: Project
    terms: selection.Selection
    left_out: tuple[tuple[DatasetSpec, Item], ...] = ()


def choose(project: Project, options: Options) -> Chosen:
    """The project with what is selected of it, as far as that is known before the catalog is read.

    Raises:
        SelectionError: Nothing can be selected.
        ConfigError: A term of `--select` can match nothing, whatever the catalog holds.
    """
    terms = selection.parse(options.select, options.exclude)
    of_family = [selection.prune(spec, selection.Selection(), options.monitors) for spec in project.datasets]
    selected = tuple(selection.prune(spec, terms) for spec in of_family)
    candidates = [selection.unbound(spec, item) for spec in of_family for item in spec.items]
    if not any(spec.items for spec in selected):
        raise SelectionError(_nothing_selected(project, terms, candidates))
    selection.refuse_unmatched(terms, candidates)
    pairs = zip(of_family, selected, strict=True)
    left_out = tuple((spec, item) for spec, less in pairs for item in spec.items if item not in less.items)
    return Chosen(replace(project, datasets=selected), terms, left_out)


def bind(
    chosen: Chosen, catalog: Catalog, templates: Templates, options: Options, now: datetime
) -> tuple[Chosen, tuple[Resolved, ...]]:
    """The datasets that have something to do, bound to the catalog and to the run's clock, with what is selected.

    Returns:
        The choice with the warnings that catalog and clock give rise to, and its datasets. What the catalog does not
        hold is left with its item, so that the others can be run.

    Raises:
        ConfigError: Only the project's files can mend it (refused SQL, wrong types), or a term of `--select`
            matches nothing, or a time of the options is none.
        SelectionError: Nothing is selected.
    """
    project, at = chosen.project, clock(options, now)
    items = resolve(project, catalog, catalog.dialect, templates, is_windowed=at.is_windowed, as_of=at.as_of)
    if chosen.terms != selection.Selection():
        chosen, items = _narrowed(chosen, items, templates)
    refuse(problem for item in items for _, problem in item.problems if problem.category in IN_THE_FILES)
    doubts = (*chosen.project.warnings, *moves(options, at, items))
    return replace(chosen, project=replace(chosen.project, warnings=doubts)), items


def _narrowed(chosen: Chosen, items: tuple[Resolved, ...], templates: Templates) -> tuple[Chosen, tuple[Resolved, ...]]:
    """The selection again, now that columns have exact names; unresolved items count too.

    A term of `--select` that matches nothing is refused, one of `--exclude` becomes a warning.
    """

    def metrics(item: Item) -> tuple[str, ...]:
        return item.metrics_named or monitor(item.family).metrics(templates) or (item.metric,)

    def narrowed(item: Resolved) -> Resolved:
        spec = selection.narrow(item.spec, chosen.terms, metrics)
        problems = (
            (unresolved, problem)
            for unresolved, problem in item.problems
            if unresolved is None or selection.narrowed(item.spec, unresolved, chosen.terms, metrics)
        )
        return replace(item, spec=spec, problems=tuple(problems))

    selected = tuple(candidate for candidate in map(narrowed, items) if candidate.spec.items or candidate.problems)
    candidates = [
        candidate
        for item in items
        for named in (*item.spec.items, *(unresolved for unresolved, _ in item.problems if unresolved is not None))
        for candidate in selection.bound(item.spec, named, metrics)
    ]
    candidates += (
        candidate for spec, item in chosen.left_out for candidate in selection.of_any_column(spec, item, metrics)
    )
    if not selected:
        raise SelectionError(_nothing_selected(chosen.project, chosen.terms, candidates))
    selection.refuse_unmatched(chosen.terms, candidates)
    warnings = (
        f'--exclude: nothing matches "{term.written}"; {selection.hint(term, candidates)}'
        for term in selection.unmatched(chosen.terms.exclude, candidates)
    )
    project = replace(chosen.project, warnings=(*chosen.project.warnings, *warnings))
    return replace(chosen, project=project), selected


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one ConfigError with all problems, in the order of the files; none is fine."""
    wrong = sorted(set(problems), key=lambda problem: (problem.location is None, problem.location, problem.message))
    if wrong:
        raise ConfigError(wrong)


def own_templates(project: Project) -> tuple[Path, ...]:
    """The project's own template folder, when it has one."""
    folder = project.root / "sql_templates"
    return (folder,) if folder.is_dir() else ()


def _nothing_selected(
    project: Project, terms: selection.Selection, candidates: Sequence[selection.Candidate]
) -> Problem:
    """What to say where nothing is selected: the term nearest to one that matches nothing, else terms that match."""
    words = " ".join(
        (*(term.written for term in terms.include), *(f"--exclude {term.written}" for term in terms.exclude))
    )
    message = f'nothing matches "{words}"' if words else "the project asks for nothing of this kind"
    lost = selection.unmatched(terms.include, candidates)
    near = selection.hint(lost[0], candidates) if lost and candidates else ""
    if near.startswith("did you mean"):
        return Problem("WHQ-U005", "usage", message, near)
    possible = [term for spec in project.datasets for term in selection.describe(spec)]
    return Problem(
        "WHQ-U005", "usage", message, f"there is: {', '.join(possible[:12])}" if possible else "write a monitor first"
    )
