"""What resolving shares: the catalog, the guard, and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from whq.catalog import Catalog, Table, is_file_name, resolve_column, written_name
from whq.config.spec import DatasetSpec, Item, Project, Sql
from whq.errors import CompileError, ConfigError, Location, Problem
from whq.resolve import checked
from whq.sql.templates import Templates
from whq.values import Column, Dataset, Fragment, QuerySource, place_of

Made = TypeVar("Made")
Given = ParamSpec("Given")
_UNKNOWN_NAME = "WHQ-S207"
_ANY_TIME = datetime(2000, 1, 1)
"""For asking an engine what columns a SELECT has: the question is the same on every run."""


class Resolved(Struct, frozen=True):
    """A dataset bound to the catalog, what is asked of it, and what could not be bound (None: all of it)."""

    dataset: Dataset
    spec: DatasetSpec
    problems: tuple[tuple[Item | None, Problem], ...] = ()


class Binder(Struct):
    """Resolves the parts of one dataset after the other; `problems` are the dataset's, `lost` its items'."""

    project: Project
    catalog: Catalog
    dialect: str
    templates: Templates
    is_windowed: bool = False
    as_of: datetime | None = None
    allow_functions: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    lost: list[tuple[Item | None, Problem]] = field(default_factory=list)

    def fresh(self) -> list[Problem]:
        """Begin a dataset; gives back its list of problems."""
        self.problems, self.lost = [], []
        return self.problems

    @staticmethod
    def attempt(
        problems: list[Problem], make: Callable[Given, Made], *given: Given.args, **named: Given.kwargs
    ) -> Made | None:
        """The result of `make`, or None where a name or a text is wrong; its problems are added to `problems`."""
        try:
            return make(*given, **named)
        except (ConfigError, CompileError) as error:
            problems += [_of_catalog(item) for item in error.problems]
            return None

    def table(self, written: str) -> Table:
        """The table of a dataset of that name, else the table, view or file of that name."""
        for spec in self.project.datasets:
            if spec.name == written:
                return self.source(spec)
        return self.catalog.table(written)

    def source(self, spec: DatasetSpec) -> Table:
        """What a dataset reads."""
        if spec.table is not None:
            return self.catalog.table(spec.table, spec.file_options)
        assert spec.query is not None
        fragment = self._checked(spec.query)
        place = None if isinstance(spec.query, Fragment) else place_of(spec.query)
        columns = self.catalog.describe(_timed(fragment, _ANY_TIME), place)
        return Table(QuerySource(_timed(fragment, self.as_of)), columns, "view", f"the query of {spec.name}")

    def select(self, query: Sql) -> Fragment:
        """A user's SELECT, checked, with the run's time in it where it asks for that."""
        return _timed(self._checked(query), self.as_of)

    def _checked(self, query: Sql) -> Fragment:
        if isinstance(query, Fragment):
            return query
        return checked.select(query, self.dialect, self._named, self.allow_functions)

    def _named(self, parts: tuple[str, ...]) -> Table:
        """The table that a query names, else the file of the dataset of that name."""
        try:
            return self.catalog.table(written_name(parts))
        except ConfigError:
            wanted = ".".join(parts).casefold()
            for spec in self.project.datasets:
                if spec.name.casefold() == wanted and spec.table is not None and is_file_name(spec.table):
                    return self.source(spec)
            raise

    def expression(self, text: Sql, columns: Sequence[Column]) -> Fragment:
        """A user's expression over one row, checked, with the run's time in it where it asks for that."""
        if isinstance(text, Fragment):
            return text
        return _timed(checked.expression(text, self.dialect, columns, self.allow_functions), self.as_of)

    def column(self, dataset: Dataset, written: str) -> Column:
        """The column of a dataset that is meant."""
        return resolve_column(own_columns(dataset), written, dataset.name)


def _timed(fragment: Fragment, as_of: datetime | None) -> Fragment:
    if not fragment.clock or as_of is None:
        return fragment
    from whq.sql import clock

    return clock.at(fragment, as_of)


def own_columns(dataset: Dataset) -> tuple[Column, ...]:
    """The columns that a user can name: looked-up labels, and those that are absent, are not among them."""
    return tuple(
        column for column in dataset.columns if not is_reserved(column.name) and column.name not in dataset.absent
    )


def is_reserved(name: str) -> bool:
    """Whether a name is of the kind that whq gives its own columns."""
    return name.casefold().startswith("whq_")


def trouble(code: str, message: str, hint: str, location: Location | None) -> Problem:
    """A problem between the project and the catalog."""
    return Problem(f"WHQ-{code}", "catalog", message, hint, location)


def _of_catalog(problem: Problem) -> Problem:
    """An unknown name in a user's SQL counts as a problem with the catalog, so it stops only its own item."""
    return replace(problem, category="catalog") if problem.code == _UNKNOWN_NAME else problem
